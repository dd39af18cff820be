"""Who may visit whom, and the lot number of each such pair: the lawful choices among which the assignment is made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enforcement.draw.commitment import Demand, Programme
from enforcement.draw.complaints import Complaint, refuse, require_none
from enforcement.draw.people import Inspector, People, Period

MAX_PLACES = 8192  # of one draw: sums of as many lot numbers stay below 2^53 in every language
_TIE_BITS = 56  # room for the sum of all second numbers, so that they decide only between equal sums of the first


@dataclass(frozen=True, slots=True)
class Visit:
    """One department's part in the visit to one unit."""

    unit: str
    demand: Demand

    @property
    def dept(self) -> str:
        """Return the department."""
        return self.demand.dept


@dataclass(frozen=True, slots=True)
class Places:
    """A visit and the inspectors who may lawfully make it, by number."""

    visit: Visit
    lawful: tuple[Inspector, ...]


def lot(seed: str, unit: str, insp: str) -> int:
    """Return the lot number of a pair: its first five hash bytes decide, its next five only between equal sums."""
    block = hashlib.sha256(f"{seed}/team/{unit}/{insp}".encode()).digest()
    return int.from_bytes(block[:5], "big") << _TIE_BITS | int.from_bytes(block[5:10], "big")


def gather_visits(drawn: Iterable[tuple[Programme, Sequence[str]]]) -> tuple[Visit, ...]:
    """Return one visit for each drawn unit and department, sorted; programmes that meet at a unit share it.

    A department that several programmes send to one unit sends as many persons as the most demanding of them.
    """
    wanted: dict[tuple[str, str], Demand] = {}
    for programme, units in drawn:
        for unit in units:
            for demand in programme.team:
                other = wanted.get((unit, demand.dept))
                wanted[unit, demand.dept] = _joined(demand, other) if other else demand
    return tuple(Visit(unit, demand) for (unit, _), demand in sorted(wanted.items(), key=lambda item: item[0]))


def find_places(visits: Iterable[Visit], people: People, window: Period) -> tuple[Places, ...]:
    """Return who may make each visit; raise Refused naming the units and departments that lack persons."""
    forbidden = people.conflict_pairs()
    places, complaints = [], []
    wanted = tuple(visits)
    total = sum(visit.demand.k for visit in wanted)
    if total > MAX_PLACES:
        text = f"本次要派 {total} 人次，超过一次抽查的上限 {MAX_PLACES}。请分成几批，每批各作一次承诺。"
        raise refuse("too-many-places", text)
    for visit in wanted:
        barred = {person: _bar(visit, person, window, forbidden) for person in people.inspectors}
        lawful = tuple(person for person, bar in barred.items() if bar is None)
        complaints += _lacking(visit, lawful, Counter(bar for bar in barred.values() if bar))
        places.append(Places(visit, lawful))
    require_none(complaints)
    return tuple(places)


def _joined(one: Demand, other: Demand) -> Demand:
    items = tuple(sorted({*one.items, *other.items}))
    return Demand(one.dept, max(one.k, other.k), max(one.lead, other.lead), items)


def _bar(visit: Visit, person: Inspector, window: Period, forbidden: frozenset[tuple[str, str]]) -> str | None:
    """Return what keeps the person from the visit, in words; the empty text for another department; None if nothing."""
    if person.dept != visit.dept:
        return ""
    if person.valid_until < window.last:
        return "证件在检查期内到期"
    if not any(period.covers(window) for period in person.available):
        return "检查期内有不可用日期"
    if not set(visit.demand.items) <= set(person.skills):
        return "检查事项不在其范围"
    if (visit.unit, person.insp) in forbidden:
        return "须回避"
    return None


def _lacking(visit: Visit, lawful: Sequence[Inspector], bars: Counter[str]) -> list[Complaint]:
    demand, leads = visit.demand, sum(person.is_lead for person in lawful)
    if len(lawful) >= demand.k and leads >= demand.lead:
        return []
    reasons = "、".join(f"{bar} {count} 人" for bar, count in sorted(bars.items()))
    others = f"；本部门其余人员：{reasons}" if reasons else ""
    if len(lawful) < demand.k:
        need = f"需要 {demand.k} 人，可派的只有 {len(lawful)} 人"
    else:
        need = f"需要 {demand.lead} 名带队人，可派的带队人只有 {leads} 名"
    text = f"单位 {visit.unit} 的检查，部门 {visit.dept} {need}{others}。请补充执法人员或调整检查期间，再作一次承诺。"
    return [Complaint("team-infeasible", text)]
