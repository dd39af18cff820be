"""Check published teams: conflicts complete, every visit lawful, and the certificate that no other choice was due."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enforcement.draw.verify_rules import Json, Malformed, jcs, lot_of, path_leads, sha, unhex

# The halves of a lot add up apart; below this no carry from the second half reaches the first.
_HALF = 1 << 56


@dataclass(frozen=True, slots=True)
class Place:
    """A visit as published: whom it needs, who may lawfully make it, who does."""

    unit: str
    dept: str
    k: int
    lead: int
    lawful: frozenset[str]
    team: tuple[str, ...]


def opened_conflicts(openings: Json, head: Json, units: Sequence[str]) -> set[tuple[str, str]]:
    """Return the pairs (unit, inspector) in conflict; raise Malformed unless they are proven and complete for `units`."""
    pairs: set[tuple[str, str]] = set()
    if [opening["unit"] for opening in openings] != list(units):
        raise Malformed("回避打开项与被检查单位不是一一对应")
    for opening in openings:
        pairs |= _open(opening, head["root"], head["size"])
    return pairs


def _open(opening: Json, root: str, size: int) -> set[tuple[str, str]]:
    unit, first, leaves, opened = opening["unit"], opening["first"], opening["leaves"], opening["opened"]
    if len(leaves) != len(opening["proofs"]):
        raise Malformed(f"单位 {unit} 的回避证明个数不符")
    for index, (leaf, path) in enumerate(zip(leaves, opening["proofs"], strict=True), first):
        if not path_leads(jcs(leaf), index, size, path, root):
            raise Malformed(f"单位 {unit} 的第 {index} 条回避记录不在承诺的名单里")
    own = [leaf for leaf in leaves if leaf["unit"] == unit]
    before = [leaf for leaf in leaves if leaf["unit"] < unit]
    after = [leaf for leaf in leaves if leaf["unit"] > unit]
    begins = len(before) == 1 or (not before and first == 0)
    ends = len(after) == 1 or (not after and first + len(leaves) == size)
    if before + own + after != leaves or not (begins and ends):
        raise Malformed(f"单位 {unit} 的回避记录缺少相邻项，不能证明完整")
    if len(opened) != len(own):
        raise Malformed(f"单位 {unit} 有 {len(own)} 条回避记录，只打开了 {len(opened)} 条")
    for leaf, key in zip(own, opened, strict=True):
        if sha(unhex(key["salt"]) + jcs({"insp": key["insp"]})) != leaf["who"]:
            raise Malformed(f"单位 {unit} 的一条回避记录打不开")
    return {(unit, key["insp"]) for key in opened}


def lawful_persons(visit: Json, persons: Json, window: Json, conflicts: set[tuple[str, str]]) -> frozenset[str]:
    """Return who may make a visit `{unit, dept, items}` in the window."""
    return frozenset(
        person["insp"]
        for person in persons
        if person["dept"] == visit["dept"]
        and person["valid_until"] >= window["to"]
        and any(first <= window["from"] and window["to"] <= last for first, last in person["available"])
        and set(visit["items"]) <= set(person["skills"])
        and (visit["unit"], person["insp"]) not in conflicts
    )


def team_faults(places: Sequence[Place], leads: set[str]) -> Iterator[str]:
    """Say which teams are unlawful or not as large as committed."""
    for place in places:
        where = f"单位 {place.unit}、部门 {place.dept}"
        outside = sorted(set(place.team) - place.lawful)
        if outside:
            yield f"{where}：{outside[0]} 不能依法参加"
        if len(place.team) != place.k or list(place.team) != sorted(set(place.team)):
            yield f"{where}：应派 {place.k} 人并按证号排列，名单有 {len(place.team)} 人"
        if len(leads & set(place.team)) < place.lead:
            yield f"{where}：带队人不足 {place.lead} 名"


def overloaded(places: Sequence[Place], carried: dict[str, int], limit: int) -> list[str]:
    """Return who carries more than `limit`, of those who have a visit."""
    visits = Counter(person for place in places for person in place.team)
    return sorted(person for person, count in visits.items() if carried[person] + count > limit)


def limit_can_be_lower(places: Sequence[Place], leads: set[str], carried: dict[str, int], limit: int) -> bool:
    """Tell whether a lawful assignment exists with every load at most `limit` - 1, by moving visits one at a time."""
    teams = [set(place.team) for place in places]
    load = Counter(person for team in teams for person in team)
    spare = {person: limit - 1 - carried[person] - load[person] for place in places for person in place.lawful}
    for person in [person for person in spare if load[person] and spare[person] < 0]:
        while spare[person] < 0 and load[person]:
            chain = _relief(places, teams, leads, spare, person)
            if chain is None:
                return False
            for number, leaves, comes in chain:
                teams[number].remove(leaves)
                teams[number].add(comes)
            last = chain[-1][2]
            spare[person] += 1
            load[person] -= 1
            spare[last] -= 1
            load[last] += 1
    return True


def _relief(
    places: Sequence[Place], teams: Sequence[set[str]], leads: set[str], spare: dict[str, int], start: str
) -> list[tuple[int, str, str]] | None:
    """Return the exchanges (visit, leaves, comes) that hand one visit of `start` on to somebody with room, or None.

    A shortest chain stays lawful as a whole: where it meets one team twice, the exchanges do not touch the same leads.
    """
    came: dict[str, tuple[int, str]] = {start: (-1, "")}
    queue = [start]
    for person in queue:
        for number, comes in _exchanges(places, teams, leads, person):
            if comes not in came:
                came[comes] = (number, person)
                queue.append(comes)
                if spare[comes] > 0:
                    return _chain(came, comes)
    return None


def _exchanges(
    places: Sequence[Place], teams: Sequence[set[str]], leads: set[str], person: str
) -> Iterator[tuple[int, str]]:
    """Give each visit that `person` could hand on, with each person who could lawfully take it."""
    for number, place in enumerate(places):
        if person in teams[number]:
            needs_lead = person in leads and len(leads & teams[number]) <= place.lead
            for comes in place.lawful - teams[number]:
                if comes in leads or not needs_lead:
                    yield number, comes


def _chain(came: dict[str, tuple[int, str]], last: str) -> list[tuple[int, str, str]]:
    chain, person = [], last
    while came[person][0] >= 0:
        number, leaves = came[person]
        chain.append((number, leaves, person))
        person = leaves
    return chain[::-1]


def can_be_improved(seed: str, places: Sequence[Place], leads: set[str], carried: dict[str, int], limit: int) -> bool:
    """Tell whether some round of exchanges within the load limit lowers the sum of lots: a negative cycle.

    Nodes are the persons and the free room, "" for short: whoever has a visit can be relieved by it, whoever is below the
    limit can add to it. Of all exchanges between two persons only the cheapest matters. Bellman-Ford from zero everywhere.
    """
    teams = [set(place.team) for place in places]
    visits = Counter(person for team in teams for person in team)
    lots = [{person: _sum_of_halves(seed, place.unit, person) for person in place.lawful} for place in places]
    arcs: dict[tuple[str, str], int] = {}
    for person in visits:
        arcs["", person] = 0
        for number, comes in _exchanges(places, teams, leads, person):
            cost = lots[number][comes] - lots[number][person]
            arcs[person, comes] = min(cost, arcs.get((person, comes), cost))
    for person in {person for place in places for person in place.lawful}:
        if carried[person] + visits[person] < limit:
            arcs[person, ""] = 0
    reached: defaultdict[str, int] = defaultdict(int)
    for _ in range(len(carried) + 1):
        shorter = [(end, reached[start] + cost) for (start, end), cost in arcs.items()]
        changed = False
        for end, distance in shorter:
            if distance < reached[end]:
                reached[end], changed = distance, True
        if not changed:
            return False
    return True


def _sum_of_halves(seed: str, unit: str, person: str) -> int:
    first, second = lot_of(seed, unit, person)
    return first * _HALF + second
