"""Carry out a draw: check the lists against the commitment, compute the seed, draw the units, assign the teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enforcement.canonical import Json
from enforcement.complaints import refuse
from enforcement.draw.assignment import Assignment, assign
from enforcement.draw.commitment import Commitment
from enforcement.draw.frame import Frame
from enforcement.draw.people import People
from enforcement.draw.seed import Salt, Seed, make_seed
from enforcement.draw.sources import Value
from enforcement.draw.targets import StratumDraw, draw_programme
from enforcement.draw.teams import Places, find_places, gather_visits


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists in full: one frame for each programme, in the order of the commitment, and the people."""

    frames: tuple[Frame, ...]
    people: People | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that the seed decides; `places` are the lawful choices that the assignment was made from."""

    seed: Seed
    strata: tuple[StratumDraw, ...]
    places: tuple[Places, ...]
    assignment: Assignment


def draw(commitment: Commitment, lists: Lists, values: Sequence[Value], salts: Sequence[Salt]) -> Result:
    """Return the one result of a commitment; raise Refused when lists, values or salts are not those committed."""
    check_lists(commitment, lists)
    seed = make_seed(commitment, values, salts)
    strata: list[StratumDraw] = []
    drawn = []
    for programme, frame in zip(commitment.programmes, lists.frames, strict=True):
        of_programme = draw_programme(seed.hex, programme, frame)
        strata += of_programme
        drawn.append((programme, [ticket.unit for stratum in of_programme for ticket in stratum.selected]))
    visits = gather_visits(drawn)
    if not visits:
        return Result(seed, tuple(strata), (), Assignment((), 0))
    if lists.people is None or commitment.window is None:
        raise refuse("no-people", "承诺要派人，却没有执法人员名单或检查期间。请一并给出。")
    places = find_places(visits, lists.people, commitment.window)
    return Result(seed, tuple(strata), places, assign(seed.hex, places))


def check_lists(commitment: Commitment, lists: Lists) -> None:
    """Raise Refused unless every list has the root and size that the commitment names."""
    if len(lists.frames) != len(commitment.programmes):
        raise refuse(
            "frames", f"承诺有 {len(commitment.programmes)} 份抽查名单，给出了 {len(lists.frames)} 份。请补齐。"
        )
    for programme, frame in zip(commitment.programmes, lists.frames, strict=True):
        _compare(f"联合计划 {programme.id} 的抽查名单" if programme.id else "抽查名单", programme.frame, frame.head())
    if lists.people is not None:
        _compare("执法人员名单", commitment.inspectors, lists.people.inspectors_head())
        _compare("回避名单", commitment.conflicts, lists.people.conflicts_head())


def _compare(what: str, committed: Sequence[tuple[str, Json]], found: dict[str, Json]) -> None:
    for name, value in committed:
        if found.get(name) != value:
            text = f"{what}的“{name}”与承诺不同：承诺 {value}，现在 {found.get(name, '没有')}。请用承诺时的那一份原件。"
            raise refuse("not-as-committed", text)
    if not committed:
        raise refuse("not-as-committed", f"承诺里没有{what}。请删去这份名单，或作废后重新承诺。")
