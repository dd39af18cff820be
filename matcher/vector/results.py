"""Write what a screening says, one row per applicant and program, as parquet, csv or xlsx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

MOST_SHEET_ROWS = 1_048_575
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = ("行", "主体", "项目编号", "项目", "结果", "状态", "最低金额（分）", "最高金额（分）", "原因")
AMOUNTS = COLUMNS[6:8]
_SCHEMA = pa.schema([(name, pa.int64() if name in (COLUMNS[0], *AMOUNTS) else pa.string()) for name in COLUMNS])
Rows = Mapping[str, Sequence[object]]


class ResultError(ValueError):
    """Raised for a file that cannot hold the results."""


class Writer(Protocol):
    """A file that takes rows; closed, it is whole."""

    def add(self, rows: Rows) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Finish the file."""


class Results:
    """The file of results, finished when the context ends."""

    def __init__(self, path: Path) -> None:
        kinds: dict[str, type[_Parquet | _Csv | _Workbook]] = {".parquet": _Parquet, ".csv": _Csv, ".xlsx": _Workbook}
        kind = kinds.get(path.suffix.lower())
        if kind is None:
            raise ResultError("结果只写成 xlsx、csv 或 parquet，请给出这样的文件名")
        self._writer: Writer = kind(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def add(self, rows: Rows) -> None:
        """Write some rows."""
        self._writer.add(rows)


class _Parquet:
    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetWriter(path, _SCHEMA, compression="zstd")

    def add(self, rows: Rows) -> None:
        self._file.write_table(pa.table(dict(rows), schema=_SCHEMA))

    def close(self) -> None:
        self._file.close()


class _Csv:
    """With a byte order mark, so that a spreadsheet reads the characters; no cell begins a formula."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("w", encoding="utf-8-sig", newline="")
        pd.DataFrame(columns=list(COLUMNS)).to_csv(self._stream, index=False)

    def add(self, rows: Rows) -> None:
        guarded = {name: [_guarded(cell) for cell in cells] for name, cells in rows.items()}
        frame = pd.DataFrame(guarded, dtype=object)
        frame.to_csv(self._stream, index=False, header=False)

    def close(self) -> None:
        self._stream.close()


class _Workbook:
    def __init__(self, path: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet("结果")
        self._sheet.write_row(0, 0, COLUMNS)
        self._next = 1

    def add(self, rows: Rows) -> None:
        lines = list(zip(*(rows[name] for name in COLUMNS), strict=True))
        if self._next + len(lines) > MOST_SHEET_ROWS + 1:
            raise ResultError(f"结果超过 {MOST_SHEET_ROWS} 行，xlsx 放不下，请写成 csv 或 parquet")
        for line in lines:
            self._sheet.write_row(self._next, 0, line)
            self._next += 1

    def close(self) -> None:
        self._book.close()


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
