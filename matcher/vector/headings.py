"""Column headings of a table: which fact each one means, of which year, counted in what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.profile import EMPLOYER, fact_key
from rules.language.model import Dimension, Field, Vocabulary

UNITS = {"分": 1, "元": 100, "千元": 100_000, "万元": 1_000_000, "亿元": 10_000_000_000}  # in 分
_HEADING = re.compile(r"(?P<name>[^@(]+)(@(?P<year>(19|20)\d\d)年?)?(\((?P<unit>[^)]+)\))?")
_EMPLOYERS = (EMPLOYER, "用人单位.")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that is a fact: `key` as profiles have it, `unit` that the heading states for bare numbers."""

    column: str
    key: str
    field: Field
    unit: str


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns of a table; `unknown` are no facts, `repeated` mean a fact that an earlier one means already."""

    facts: tuple[Heading, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]


def read_headings(columns: Sequence[str], vocabulary: Vocabulary) -> Headings:
    """Return what the columns mean: a fact's name or label, `@2025` for a year, `（万元）` for a unit."""
    labels = {_plain(field.label): field for field in vocabulary.fields.values()}
    found: dict[str, Heading] = {}
    unknown, repeated = [], []
    for column in columns:
        heading = _heading(column, labels, vocabulary)
        if heading is None:
            unknown.append(column)
        elif heading.key in found:
            repeated.append(column)
        else:
            found[heading.key] = heading
    return Headings(tuple(found.values()), tuple(unknown), tuple(repeated))


def _heading(column: str, labels: dict[str, Field], vocabulary: Vocabulary) -> Heading | None:
    match = _HEADING.fullmatch(_plain(column))
    if match is None:
        return None
    name = match["name"]
    prefix = next((EMPLOYER for start in _EMPLOYERS if name.startswith(start)), "")
    bare = name.partition(".")[2] if prefix else name
    field = vocabulary.fields.get(bare) or labels.get(bare)
    year, unit = match["year"], match["unit"] or ""
    if field is None or (year and not field.yearly):
        return None
    if unit and unit not in (UNITS if field.dimension is Dimension.MONEY else {field.unit}):
        return None
    return Heading(column, prefix + fact_key(field.name, int(year) if year else None), field, unit)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
