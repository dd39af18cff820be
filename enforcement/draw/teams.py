"""Who may visit whom, and the lot number of each such pair: the lawful choices among which the assignment is made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from enforcement.complaints import Complaint, refuse, require_none
from enforcement.draw.commitment import Demand, Programme
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
    wanted = tuple(visits)
    check_total(sum(visit.demand.k for visit in wanted))
    places = tuple(_places(wanted, people, window))
    require_none(complaint for place, bars in places for complaint in _lacking(place, bars))
    return tuple(place for place, _ in places)


def check_staffing(listed: Iterable[tuple[Programme, Sequence[str]]], people: People, window: Period) -> None:
    """Raise Refused unless every unit that could be drawn, in all its programmes at once, could be visited.

    A list under which some outcome cannot be staffed would let that outcome be drawn again.
    """
    places = _places(gather_visits(listed), people, window)
    require_none(complaint for place, bars in places for complaint in _lacking(place, bars))


def check_total(total: int) -> None:
    """Raise Refused when a draw has more places than its sums of lots allow."""
    if total > MAX_PLACES:
        text = f"本次要派 {total} 人次，超过一次抽查的上限 {MAX_PLACES}。请分成几批，每批各作一次承诺。"
        raise refuse("too-many-places", text)


def _places(visits: Iterable[Visit], people: People, window: Period) -> Iterator[tuple[Places, Counter[str]]]:
    """Give who may make each visit, and how many of the department may not for which reason."""
    forbidden = people.conflict_pairs()
    sifted: dict[Demand, tuple[list[Inspector], Counter[str]]] = {}
    for visit in visits:
        if visit.demand not in sifted:
            sifted[visit.demand] = _sift(visit.demand, people.inspectors, window)
        able, bars = sifted[visit.demand]
        lawful = tuple(person for person in able if (visit.unit, person.insp) not in forbidden)
        recused = len(able) - len(lawful)
        yield Places(visit, lawful), bars + Counter({"须回避": recused}) if recused else bars


def _sift(demand: Demand, inspectors: Iterable[Inspector], window: Period) -> tuple[list[Inspector], Counter[str]]:
    """Return who of the department is able to do what is demanded, and why how many others are not."""
    able: list[Inspector] = []
    bars: Counter[str] = Counter()
    for person in inspectors:
        if person.dept == demand.dept:
            bar = _bar(demand, person, window)
            if bar is None:
                able.append(person)
            else:
                bars[bar] += 1
    return able, bars


def _bar(demand: Demand, person: Inspector, window: Period) -> str | None:
    """Return what keeps a person of the department from all such visits, in words; None if nothing does."""
    if person.valid_until < window.last:
        return "证件在检查期内到期"
    if not any(period.covers(window) for period in person.available):
        return "检查期内有不可用日期"
    if not set(demand.items) <= set(person.skills):
        return "检查事项不在其范围"
    return None


def _joined(one: Demand, other: Demand) -> Demand:
    items = tuple(sorted({*one.items, *other.items}))
    return Demand(one.dept, max(one.k, other.k), max(one.lead, other.lead), items)


def _lacking(place: Places, bars: Counter[str]) -> list[Complaint]:
    visit, demand, lawful = place.visit, place.visit.demand, place.lawful
    leads = sum(person.is_lead for person in lawful)
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
