"""Read the facts of many applicants from a csv, parquet or xlsx table, some thousand rows at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.profile import Absent, Exact, Profile, ProfileErrors, State, read_profile
from matcher.profile.scalars import read_scalar
from matcher.vector.ends import ROOM
from matcher.vector.headings import UNITS, Heading, Headings, read_headings
from matcher.vector.population import Coded, Facts, Points, Population, list_facts
from matcher.vector.workbook import as_csv
from rules.language.model import Dimension, Field, Vocabulary
from rules.language.quantities import QuantityError
from rules.vocabulary.codes import load_code_tables

ROWS_AT_ONCE = 50_000
_READ_AT_ONCE = 1 << 20  # bytes of a column
_MOST_FAULTS = 20
_MOST_REMEMBERED = 200_000  # cells
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NOTHING = frozenset(("无", "null", "NULL"))


class TableError(ValueError):
    """Raised for a table that cannot be read, with the reason and the advice in Chinese."""


class NoFacts(TableError):
    """Raised for a table without a column that is a fact; `frame` has its first rows."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__("没有一列是事实。列名请写事实字典里的名称，如 营业收入@2025（万元）")
        self.frame = frame


@dataclass(slots=True)
class Faults:
    """Cells that could not be read and count as unknown: how many, and the first of them in words."""

    count: int = 0
    first: list[str] = made(default_factory=list)

    def note(self, row: int, column: str, text: str) -> None:
        """Note one cell; rows count from 1 below the heading."""
        self.count += 1
        if len(self.first) < _MOST_FAULTS:
            self.first.append(f"第{row}行“{column}”：{text}")


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table: the number of the first, the facts, all cells, and the columns that say who a row is."""

    first: int
    population: Population
    frame: pd.DataFrame
    names: Sequence[str]

    @property
    def who(self) -> pa.Array:
        """Return what the columns say of who each row is."""
        cells = [self.frame[name].fillna("").tolist() for name in self.names] or [[""] * len(self.frame)]
        return pa.array(["　".join(map(str, row)) for row in zip(*cells, strict=True)], pa.string())


class Table:
    """An open table; `size` is the number of rows where the file says it, `names` the columns that say who a row is.

    `renamed` gives columns another heading.
    """

    def __init__(self, path: Path, vocabulary: Vocabulary, renamed: Mapping[str, str] | None = None) -> None:
        self.faults = Faults()
        self.size: int | None = None
        self._cells = Cells(vocabulary)
        self._frames = (frame.rename(columns=renamed or {}) for frame in self._open(path))
        self.start = next(self._frames, None)
        if self.start is None:
            raise TableError("表格没有内容")
        self.headings: Headings = read_headings([str(name) for name in self.start.columns], vocabulary)
        if not self.headings.facts:
            raise NoFacts(self.start)
        facts = (heading.column for heading in self.headings.facts)
        self.names = identity_columns([*self.headings.unknown, *facts], vocabulary)

    def parts(self) -> Iterator[Part]:
        """Yield the rows, some at a time."""
        frame, first = self.start, 1
        while frame is not None:
            yield Part(first, self._population(frame, first), frame, self.names)
            first += len(frame)
            frame = next(self._frames, None)

    def _open(self, path: Path) -> Iterator[pd.DataFrame]:
        kind = path.suffix.lower()
        if kind == ".parquet":
            return self._from_parquet(path)
        if kind == ".csv":
            return _from_csv(path)
        if kind == ".xlsx":
            return _from_workbook(path)
        raise TableError("只读 xlsx、csv 和 parquet，请另存为其中一种")

    def _from_parquet(self, path: Path) -> Iterator[pd.DataFrame]:
        try:
            # Read ahead, the reader would hold all that it has read until the end.
            with pq.ParquetFile(path, pre_buffer=False, buffer_size=_READ_AT_ONCE) as file:
                self.size = file.metadata.num_rows
                for batch in file.iter_batches(ROWS_AT_ONCE):
                    yield _flat(batch).to_pandas(types_mapper=pd.ArrowDtype)
        except pa.ArrowException:
            raise TableError("不是 parquet 文件，或文件已损坏") from None

    def _population(self, frame: pd.DataFrame, first: int) -> Population:
        facts: dict[str, Facts] = {}
        lists, states_of = {}, {}
        for heading in self.headings.facts:
            column = frame[heading.column]
            if heading.field.dimension is Dimension.LIST:
                held = self._coded(column, heading, first)
                states_of[heading.key] = held
                lists[heading.key] = list_facts([held.states[place] for place in held.ids])
            else:
                facts[heading.key] = self._points(column, heading) or self._coded(column, heading, first)
        return Population(len(frame), facts, lists, lambda row: _profile({**facts, **states_of}, self.headings, row))

    def _points(self, column: pd.Series[object], heading: Heading) -> Points | None:
        """Return whole numbers as they are, where all that are there lie in the domain of the field."""
        dimension = heading.field.dimension
        unit = UNITS.get(heading.unit, 0) if dimension is Dimension.MONEY else 1
        is_meant = dimension is Dimension.COUNT or (dimension is Dimension.MONEY and unit)
        if not is_meant or not pd.api.types.is_integer_dtype(column.dtype):
            return None
        unknown = column.isna().to_numpy(bool)
        known = column.to_numpy(np.int64, na_value=0)[~unknown]
        if not (len(known) and _fits(int(known.min()) * unit, int(known.max()) * unit, heading.field)):
            return None
        values = np.zeros(len(column), np.int64)
        values[~unknown] = known * unit
        return Points(values, unknown if unknown.any() else None)

    def _coded(self, column: pd.Series[object], heading: Heading, first: int) -> Coded:
        """Read each different cell once."""
        ids, cells = pd.factorize(column)
        states: list[State | None] = []
        reasons: dict[int, str] = {}
        for place, cell in enumerate(cells):
            try:
                states.append(self._cells.read(cell, heading))
            except ValueError as error:
                states.append(None)
                reasons[place] = _reason(error)
        if reasons:
            for row in np.flatnonzero(np.isin(ids, list(reasons))):
                self.faults.note(first + int(row), heading.column, reasons[int(ids[row])])
        return Coded(np.where(ids < 0, len(states), ids), (*states, None))


class Cells:
    """Reads cells, and remembers what the last so many different ones say."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._read: dict[tuple[str, str], State | None] = {}

    def read(self, cell: object, heading: Heading) -> State | None:
        """Return what a cell says of the fact of its column, None where it says nothing; a ValueError says why it cannot be read."""
        text = cell_text(cell)
        if heading.field.dimension is Dimension.TEXT:  # such as names, that hardly come again
            return _read_text(text, heading, self._vocabulary)
        key = heading.key, text
        if key not in self._read:
            found = _read_text(text, heading, self._vocabulary)
            if len(self._read) >= _MOST_REMEMBERED:
                self._read.clear()
            self._read[key] = found
        return self._read[key]


def _read_text(text: str, heading: Heading, vocabulary: Vocabulary) -> State | None:
    if text == "":
        return None
    if heading.field.nullable and (text in _NOTHING or text == heading.field.nullable):
        return Absent()
    raw: object
    if heading.field.dimension is Dimension.LIST:
        raw = json.loads(text, parse_float=Decimal)
    elif heading.unit == "分" and _NUMBER.fullmatch(text):
        raw = {"fen": int(text)}
    else:
        with_unit = text + heading.unit if heading.unit and _NUMBER.fullmatch(text) else text
        return Exact(read_scalar(with_unit, heading.field, load_code_tables()))
    return read_profile({heading.key: raw}, vocabulary).facts[heading.key]


def _flat(batch: pa.RecordBatch) -> pa.Table:
    """Return rows with nested values written as JSON."""
    columns = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        is_nested = pa.types.is_nested(column.type)
        columns[name] = (
            [None if cell is None else json.dumps(cell, default=str) for cell in column.to_pylist()]
            if is_nested
            else column
        )
    return pa.table(columns)


def _fits(least: int, most: int, field: Field) -> bool:
    """Tell whether whole numbers lie in the domain of a field and in the room of a column."""
    low, high = field.minimum, field.maximum
    is_low_enough = not isinstance(high, Fraction) or most <= high
    return max(abs(least), abs(most)) < ROOM and is_low_enough and (not isinstance(low, Fraction) or least >= low)


def _reason(error: ValueError) -> str:
    if isinstance(error, ProfileErrors):
        return f"{error.errors[0].message}。{error.errors[0].advice}"
    if isinstance(error, QuantityError):
        return str(error)
    return "不是 JSON 列表"


def cell_text(cell: object) -> str:
    """Return what a cell says as one text, whatever the file kept it as."""
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _profile(facts: dict[str, Facts], headings: Headings, row: int) -> Profile:
    """Return one row as a profile."""
    found: dict[str, State] = {}
    for heading in headings.facts:
        held = facts[heading.key]
        state = state_at(held, row)
        if state is not None:
            found[heading.key] = state
    return Profile(found)


def state_at(held: Facts, row: int) -> State | None:
    """Return what is known of a fact in one row, None where nothing is."""
    if isinstance(held, Coded):
        state: State | None = held.states[held.ids[row]]
        return state
    is_unknown = held.unknown is not None and held.unknown[row]
    return None if is_unknown else Exact(Fraction(int(held.values[row])))


def _from_csv(path: Path) -> Iterator[pd.DataFrame]:
    try:
        with pd.read_csv(
            path, dtype=str, keep_default_na=False, chunksize=ROWS_AT_ONCE, encoding=_encoding(path)
        ) as reader:
            yield from reader
    except pd.errors.EmptyDataError:
        return
    except pd.errors.ParserError:
        raise TableError("csv 写法有误，请检查引号和每行的列数") from None


def _encoding(path: Path) -> str:
    """Return UTF-8 where the file begins so, else the encoding that Chinese Excel writes."""
    with path.open("rb") as stream:
        start = stream.read(1 << 16)
    try:
        start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "gb18030" if error.start < len(start) - 4 else "utf-8-sig"
    return "utf-8-sig"


def _from_workbook(path: Path) -> Iterator[pd.DataFrame]:
    with as_csv(path) as text:
        yield from _from_csv(text)


def first_rows(path: Path, vocabulary: Vocabulary) -> tuple[pd.DataFrame, Headings]:
    """Return the first cells of a table and how its headings are read, also where none of them is a fact."""
    try:
        table = Table(path, vocabulary)
    except NoFacts as error:
        return error.frame, read_headings([str(name) for name in error.frame.columns], vocabulary)
    return table.start, table.headings


def identity_columns(columns: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return the columns that say who a row is: the credit code, the name."""
    words = {"uscc", "name", "统一社会信用代码", "名称", "企业名称", "姓名"}
    words |= {entry.label for name, entry in vocabulary.fields.items() if name in words}
    return [column for column in columns if column.strip() in words]
