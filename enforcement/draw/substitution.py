"""Fill a vacated place by fixed order: nobody chooses who, neither among inspectors nor among reserve units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from enforcement.complaints import refuse
from enforcement.draw.assignment import Assignment, Team
from enforcement.draw.people import Inspector
from enforcement.draw.targets import StratumDraw
from enforcement.draw.teams import Places, lot


class Cause(Enum):
    """Why an inspector leaves a team after the draw."""

    RECUSAL = "recusal"
    ILLNESS = "illness"
    LEFT = "left"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """Return the cause in words."""
        return _CAUSES[self]


_CAUSES = {
    Cause.RECUSAL: "抽取后发现须回避",
    Cause.ILLNESS: "伤病",
    Cause.LEFT: "调离或证件失效",
    Cause.EMERGENCY: "紧急公务",
}


@dataclass(frozen=True, slots=True)
class Substitution:
    """One logged replacement: who leaves which team and why, the SHA-256 of the evidence, and who approved."""

    unit: str
    dept: str
    leaves: str
    cause: Cause
    evidence: str
    by: str
    second: str


@dataclass(frozen=True, slots=True)
class Substituted:
    """The assignment after a replacement, and who came in."""

    assignment: Assignment
    comes: str


def substitute(
    seed: str,
    places: Sequence[Places],
    assignment: Assignment,
    substitution: Substitution,
    unfit: Collection[tuple[str, str]] = (),
) -> Substituted:
    """Replace one inspector by the lawful one with the smallest lot number not yet in the team.

    The load of whoever comes in stays within the greatest load of the draw plus one; where nobody lawful has room, within
    the smallest greater bound that has somebody. `unfit` are pairs (unit, inspector) recused since the draw. The greatest
    load of the result is still that of the draw. Raise Refused when the place cannot be filled.
    """
    place, team = _find(places, assignment, substitution)
    if substitution.by == substitution.second:
        raise refuse("second-person", f"单位 {substitution.unit} 的替换由同一人经办和批准。请由另一人批准。")
    remaining = [person for person in place.lawful if person.insp in team.insp and person.insp != substitution.leaves]
    free = [person for person in place.lawful if person.insp not in team.insp]
    comes = _next_in_order(seed, place, remaining, _fit(free, substitution.unit, unfit), assignment)
    changed = replace(team, insp=tuple(sorted(person.insp for person in (*remaining, comes))))
    teams = tuple(changed if other is team else other for other in assignment.teams)
    return Substituted(replace(assignment, teams=teams), comes.insp)


def staff_reserve(seed: str, place: Places, assignment: Assignment, unfit: Collection[tuple[str, str]] = ()) -> Team:
    """Return the team that visits a reserve unit: its places are filled one by one in the same order, leads first."""
    chosen: list[Inspector] = []
    for _ in range(place.visit.demand.k):
        free = [person for person in place.lawful if person not in chosen]
        chosen.append(_next_in_order(seed, place, chosen, _fit(free, place.visit.unit, unfit), assignment))
    return Team(place.visit, tuple(sorted(person.insp for person in chosen)))


def next_reserve(stratum: StratumDraw, used: Collection[str]) -> str:
    """Return the unit that replaces a drawn one, where the plan allows it: the first reserve not used so far."""
    named = stratum.following[: stratum.stratum.reserve]
    for ticket in named:
        if ticket.unit not in used:
            return ticket.unit
    text = f"层 {stratum.stratum.id} 承诺的 {len(named)} 个候补已经用完。请如实记录检查结果，不再递补。"
    raise refuse("no-reserve", text)


def _find(places: Sequence[Places], assignment: Assignment, wanted: Substitution) -> tuple[Places, Team]:
    for place, team in zip(places, assignment.teams, strict=True):
        if (team.visit.unit, team.visit.dept) == (wanted.unit, wanted.dept) and wanted.leaves in team.insp:
            return place, team
    text = f"执法人员 {wanted.leaves} 不在部门 {wanted.dept} 检查单位 {wanted.unit} 的小组里。请核对证号和单位。"
    raise refuse("not-in-team", text)


def _fit(free: Sequence[Inspector], unit: str, unfit: Collection[tuple[str, str]]) -> list[Inspector]:
    return [person for person in free if (unit, person.insp) not in unfit]


def _next_in_order(
    seed: str, place: Places, present: Sequence[Inspector], free: Sequence[Inspector], assignment: Assignment
) -> Inspector:
    """Return who comes next to those present: a lead while one is lacking, within the load bound, by lot."""
    unit, needs_lead = place.visit.unit, sum(person.is_lead for person in present) < place.visit.demand.lead
    candidates = [person for person in free if person.is_lead or not needs_lead]
    if not candidates:
        kind = "带队人" if needs_lead else "执法人员"
        text = f"单位 {unit} 的检查，部门 {place.visit.dept} 没有可以依次递补的{kind}。请由上级指派并公布理由。"
        raise refuse("nobody-left", text)
    visits = Counter(insp for team in assignment.teams for insp in team.insp)

    def key(person: Inspector) -> tuple[int, int, str]:
        load_after = person.load + visits[person.insp] + 1
        return max(load_after, assignment.greatest_load + 1), lot(seed, unit, person.insp), person.insp

    return min(candidates, key=key)
