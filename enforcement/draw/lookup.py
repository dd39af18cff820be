"""Answer one enterprise: in the list, excluded for a reason, or not registered, each with a proof against the commitment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from enforcement.canonical import Json, canonical
from enforcement.draw.frame import Exclusion, Frame, Unit
from enforcement.log import merkle


@dataclass(frozen=True, slots=True)
class Proven:
    """A published record, its place in its tree, and the RFC 6962 audit path (hex, leaf to root)."""

    index: int
    record: dict[str, Json]
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """The unit can be drawn: its record is in the frame."""

    unit: Unit
    found: Proven


@dataclass(frozen=True, slots=True)
class Excluded:
    """The unit is registered and left out: its record is among the exclusions."""

    exclusion: Exclusion
    found: Proven


@dataclass(frozen=True, slots=True)
class Absent:
    """The unit is not in the frame: the records before and after its place are neighbours in the sorted tree."""

    before: Proven | None
    after: Proven | None


def look_up(frame: Frame, unit: str) -> Listed | Excluded | Absent:
    """Return where `unit` stands."""
    place, is_there = _place([listed.unit for listed in frame.units], unit)
    records = [listed.record() for listed in frame.units]
    if is_there:
        return Listed(frame.units[place], prove(records, place))
    excluded_at, is_excluded = _place([exclusion.unit for exclusion in frame.exclusions], unit)
    if is_excluded:
        exclusions = [exclusion.record() for exclusion in frame.exclusions]
        return Excluded(frame.exclusions[excluded_at], prove(exclusions, excluded_at))
    before = prove(records, place - 1) if place > 0 else None
    after = prove(records, place) if place < len(records) else None
    return Absent(before, after)


def prove(records: Sequence[dict[str, Json]], index: int) -> Proven:
    """Return record number `index` with its audit path in the tree of all `records`."""
    path = merkle.inclusion_proof(index, [canonical(record) for record in records])
    return Proven(index, dict(records[index]), tuple(node.hex() for node in path))


def _place(ordered: Sequence[str], wanted: str) -> tuple[int, bool]:
    place = bisect_left(ordered, wanted)
    return place, place < len(ordered) and ordered[place] == wanted
