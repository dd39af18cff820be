"""Write what a screening says, one row per applicant and program, as parquet, csv or xlsx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import xlsxwriter

MOST_SHEET_ROWS = 1_048_575
_FORMULA = r"^[=+\-@\t\r\n\x00]"
NUMBER, WHO, POLICY, TITLE, RESULT, STATUS, LEAST, MOST, PAID_LEAST, PAID_MOST, REASON = COLUMNS = (
    "行",
    "主体",
    "项目编号",
    "项目",
    "结果",
    "状态",
    "最低金额（分）",
    "最高金额（分）",
    "可领最低（分）",
    "可领最高（分）",
    "原因",
)
_FEW = pa.dictionary(pa.int32(), pa.string())  # few different texts, each kept once
_TYPES = {NUMBER: pa.int64(), WHO: pa.string()} | dict.fromkeys((LEAST, MOST, PAID_LEAST, PAID_MOST), pa.int64())
SCHEMA = pa.schema([(name, _TYPES.get(name, _FEW)) for name in COLUMNS])


class ResultError(ValueError):
    """Raised for a file that cannot hold the results."""


class Writer(Protocol):
    """A file that takes rows; closed, it is whole."""

    def add(self, rows: pa.Table) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Finish the file."""


class Results:
    """A file of rows of one schema, by default the results, finished when the context ends."""

    def __init__(self, path: Path, schema: pa.Schema = SCHEMA) -> None:
        self.check(path)
        self._writer: Writer = _KINDS[path.suffix.lower()](path, schema)

    @staticmethod
    def check(path: Path) -> None:
        """Refuse a name that says no kind of file that can be written."""
        if path.suffix.lower() not in _KINDS:
            raise ResultError("结果只写成 xlsx、csv 或 parquet，请给出这样的文件名")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def add(self, rows: pa.Table) -> None:
        """Write some rows."""
        self._writer.add(rows)


class _Parquet:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = pq.ParquetWriter(path, schema, compression="zstd")

    def add(self, rows: pa.Table) -> None:
        self._file.write_table(rows.unify_dictionaries(), row_group_size=1 << 20)

    def close(self) -> None:
        self._file.close()


class _Csv:
    """With a byte order mark, so that a spreadsheet reads the characters; no cell begins a formula."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._stream = path.open("wb")
        self._stream.write("\ufeff".encode() + (",".join(schema.names) + "\n").encode())

    def add(self, rows: pa.Table) -> None:
        for some in _guarded(rows):
            pcsv.write_csv(some, self._stream, pcsv.WriteOptions(include_header=False))

    def close(self) -> None:
        self._stream.close()


class _Workbook:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet("结果")
        self._sheet.write_row(0, 0, schema.names)
        self._next = 1

    def add(self, rows: pa.Table) -> None:
        if self._next + rows.num_rows > MOST_SHEET_ROWS + 1:
            raise ResultError(f"结果超过 {MOST_SHEET_ROWS} 行，xlsx 放不下，请写成 csv 或 parquet")
        for some in _guarded(rows):
            for line in zip(*(column.to_pylist() for column in some.columns), strict=True):
                self._sheet.write_row(self._next, 0, line)
                self._next += 1

    def close(self) -> None:
        self._book.close()


_KINDS: dict[str, type[_Parquet | _Csv | _Workbook]] = {".parquet": _Parquet, ".csv": _Csv, ".xlsx": _Workbook}


def _guarded(rows: pa.Table) -> Iterator[pa.Table]:
    """Yield rows, some at a time, whose texts begin no formula in a spreadsheet."""
    for batch in rows.to_batches(max_chunksize=50_000):
        columns = {}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            columns[name] = _without_formulas(column) if column.type in (pa.string(), _FEW) else column
        yield pa.table(columns)


def _without_formulas(column: pa.Array) -> pa.Array:
    texts = column.cast(pa.string())
    begins = pc.match_substring_regex(texts, _FORMULA)
    return pc.if_else(begins, pc.binary_join_element_wise("'", texts, ""), texts)
