"""Keep a register once it is read: parquet with exact whole numbers and codes, found again by what it was made from.

A column of the file is one fact, or two where a fact is a whole number in some rows and something else in others. What is
kept knows nothing of the rules, so a changed rule finds it as it was; a program reads the columns that it asks about.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.profile import Absent, Exact, Profile, State
from matcher.vector.ends import ROOM, Array
from matcher.vector.headings import Heading, Headings, read_headings
from matcher.vector.population import Coded, Facts, Points, Population, list_facts
from matcher.vector.tables import Cells, Faults, Part, Table, cell_text, state_at
from rules.language.model import Dimension, Vocabulary

_FORM = 1  # of the file; another form is another file
_WHO = "who"
_NUMBERS = frozenset((Dimension.MONEY, Dimension.COUNT))
_TEXT = pa.dictionary(pa.int32(), pa.string())
Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class KeptPart:
    """Some rows of a kept register: the number of the first, who they are, their facts, read when they are asked for."""

    first: int
    who: pa.Array
    population: Population


def keep(path: Path, vocabulary: Vocabulary, folder: Path, renamed: Mapping[str, str] | None = None) -> Path:
    """Return the kept form of a register, made now unless it is there already."""
    target = folder / f"{_address(path, vocabulary, renamed)}.parquet"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        made = Path(place) / "kept.parquet"
        _write(Table(path, vocabulary, renamed), made)
        made.replace(target)
    return target


def _address(path: Path, vocabulary: Vocabulary, renamed: Mapping[str, str] | None) -> str:
    """Return a hash over all that the kept form is made from."""
    with path.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256")
    rest = (_FORM, path.suffix.lower(), sorted((renamed or {}).items()), sorted(vocabulary.fields.items()))
    content.update(repr(rest).encode())
    return content.hexdigest()


def _write(table: Table, target: Path) -> None:
    headings = table.headings.facts
    columns = {_WHO: pa.string()}
    for heading in headings:
        columns |= {_number(heading.key): pa.int64()} if heading.field.dimension in _NUMBERS else {}
        columns[_text(heading.key)] = _TEXT
    with pq.ParquetWriter(target, pa.schema(columns), compression="zstd", write_statistics=False) as file:
        for part in table.parts():
            cells = {_WHO: part.who}
            for heading in headings:
                cells |= _encoded(part, heading)
            file.write_table(pa.table({name: cells[name] for name in columns}))
        told = {
            "headings": [heading.column for heading in headings],
            "unknown": [name for name in table.headings.unknown if name not in table.names],
            "repeated": table.headings.repeated,
            "faults": table.faults.count,
            "first_faults": table.faults.first,
        }
        file.add_key_value_metadata({"huice": json.dumps(told, ensure_ascii=False)})


def _encoded(part: Part, heading: Heading) -> dict[str, pa.Array]:
    """Return the columns of one fact: whole numbers as they are, all else as codes of what the cells say."""
    held = part.population.facts.get(heading.key)
    if isinstance(held, Points):
        blank = pa.DictionaryArray.from_arrays(pa.nulls(part.population.size, pa.int32()), pa.array([], pa.string()))
        return {_number(heading.key): pa.array(held.values, mask=held.unknown), _text(heading.key): blank}
    column = part.frame[heading.column]
    ids = pd.factorize(column)[0] if held is None else held.ids
    different, firsts, ids = _first_of_each(ids)
    cells = column.iloc[firsts].tolist()
    numbers: list[int | None] = []
    codes: list[int | None] = []
    places: dict[str, int] = {}
    for place, first, cell in zip(different, firsts, cells, strict=True):
        state = _list_at(part, heading, int(first)) if held is None else held.states[place]
        number = _whole(state) if heading.field.dimension in _NUMBERS else None
        is_said = state is not None and number is None
        numbers.append(number)
        codes.append(places.setdefault(cell_text(cell), len(places)) if is_said else None)
    rows = pa.array(ids)
    found = {_text(heading.key): _codes(pa.array(codes, pa.int32()).take(rows), places)}
    if heading.field.dimension in _NUMBERS:
        found[_number(heading.key)] = pa.array(numbers, pa.int64()).take(rows)
    return found


def _first_of_each(ids: Array) -> tuple[Array, Array, Array]:
    """Return the different ids (from −1 on) in order, the first row of each, and for each row the place of its id."""
    firsts = np.full(int(ids.max(initial=-1)) + 2, -1)
    firsts[ids[::-1] + 1] = np.arange(len(ids) - 1, -1, -1)
    held = np.flatnonzero(firsts >= 0)
    places = np.cumsum(firsts >= 0) - 1
    return held - 1, firsts[held], places[ids + 1]


def _codes(ids: pa.Array, places: Mapping[str, int]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(ids, pa.array(list(places), pa.string()))


def _list_at(part: Part, heading: Heading, row: int) -> State | None:
    """Return something where the list of a row is known; what it is stands in the cell."""
    return Absent() if part.population.lists[heading.key].is_known[row] else None


def _whole(state: State | None) -> int | None:
    """Return a whole number that has room in a column, None for all else."""
    if not isinstance(state, Exact) or not isinstance(state.value, Fraction) or state.value.denominator > 1:
        return None
    return int(state.value) if abs(state.value) < ROOM else None


def _number(key: str) -> str:
    return f"{key} number"


def _text(key: str) -> str:
    return f"{key} text"


class Kept:
    """A register in its kept form: like a table, its columns read when they are asked for."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self.path = path
        self._file = pq.ParquetFile(path, read_dictionary=_dictionaries(path))
        self._cells = Cells(vocabulary)
        told = json.loads(self._file.metadata.metadata[b"huice"])
        self.headings: Headings = replace(
            read_headings(told["headings"], vocabulary),
            unknown=tuple(told["unknown"]),
            repeated=tuple(told["repeated"]),
        )
        self.faults = Faults(told["faults"], told["first_faults"])
        self.size: int = self._file.metadata.num_rows

    def parts(self) -> Iterator[KeptPart]:
        """Yield the rows, some at a time."""
        for number, first in enumerate(self.firsts()):
            yield self.part(number, first)

    def firsts(self) -> list[int]:
        """Return the number of the first row of each part."""
        sizes = [self._file.metadata.row_group(number).num_rows for number in range(self._file.num_row_groups)]
        return [1 + before for before in accumulate(sizes, initial=0)][:-1]

    def part(self, number: int, first: int) -> KeptPart:
        """Return one part, whose first row has this number in the register."""
        size = self._file.metadata.row_group(number).num_rows
        headings = {heading.key: heading for heading in self.headings.facts}
        lists = {key: heading for key, heading in headings.items() if heading.field.dimension is Dimension.LIST}
        facts = {key: heading for key, heading in headings.items() if key not in lists}
        held = _Held(facts, lambda heading: self._facts(number, heading))
        coded = _Held(lists, lambda heading: self._coded(number, heading))
        listed = _Held(
            lists, lambda heading: list_facts([coded[heading.key].states[at] for at in coded[heading.key].ids])
        )

        def profile_of(row: int) -> Profile:
            states = {key: state_at(one[key], row) for one in (held, coded) for key in one}
            return Profile({key: state for key, state in states.items() if state is not None})

        return KeptPart(first, self._column(number, _WHO), Population(size, held, listed, profile_of))

    def _column(self, number: int, name: str) -> pa.Array:
        return self._file.read_row_group(number, columns=[name]).column(0).combine_chunks()

    def _facts(self, number: int, heading: Heading) -> Facts:
        """Return one fact: numbers where all rows are whole numbers or unknown, else states."""
        coded = self._coded(number, heading)
        if heading.field.dimension not in _NUMBERS:
            return coded
        column = self._column(number, _number(heading.key))
        unknown = column.is_null().to_numpy(zero_copy_only=False)
        values = column.fill_null(0).to_numpy()
        if len(coded.states) == 1:
            return Points(values, unknown if unknown.any() else None)
        different, ids = np.unique(values, return_inverse=True)
        states = (*coded.states, *(Exact(Fraction(int(value))) for value in different))
        return Coded(np.where(unknown, coded.ids, ids + len(coded.states)), states)

    def _coded(self, number: int, heading: Heading) -> Coded:
        column = self._column(number, _text(heading.key))
        texts = column.dictionary.to_pylist()
        states = [self._cells.read(text, heading) for text in texts]
        return Coded(column.indices.fill_null(len(states)).to_numpy().astype(np.int64), (*states, None))


def _dictionaries(path: Path) -> list[str]:
    return [name for name in pq.read_schema(path).names if name.endswith(_text(""))]


class _Held(Mapping[str, Held]):
    """Columns by the key of their fact, each read when it is first asked for."""

    def __init__(self, headings: Mapping[str, Heading], read: Callable[[Heading], Held]) -> None:
        self._headings = headings
        self._read = read
        self._found: dict[str, Held] = {}

    def __getitem__(self, key: str) -> Held:
        if key not in self._found:
            self._found[key] = self._read(self._headings[key])
        return self._found[key]

    def __contains__(self, key: object) -> bool:
        return key in self._headings

    def __iter__(self) -> Iterator[str]:
        return iter(self._headings)

    def __len__(self) -> int:
        return len(self._headings)
