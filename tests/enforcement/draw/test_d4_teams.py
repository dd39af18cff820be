"""The team assignment is the least one by exhaustive search, and its certificate lets nothing else pass."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product

import pytest

from enforcement.draw.assignment import Assignment, assign
from enforcement.draw.commitment import Demand
from enforcement.draw.people import Inspector
from enforcement.draw.teams import Places, Visit, lot
from enforcement.draw.verify_teams import (
    Place,
    can_be_improved,
    limit_can_be_lower,
    lot_of,
    overloaded,
    team_faults,
)

Teams = tuple[tuple[str, ...], ...]


class Graph:
    """A small random problem: visits of one department, each with its lawful inspectors."""

    def __init__(self, number: int) -> None:
        rng = random.Random(number)
        self.seed = f"{rng.getrandbits(256):064x}"
        persons = [self._person(rng, place) for place in range(rng.randint(3, 6))]
        places = []
        while len(places) < rng.randint(2, 4):
            lawful = tuple(person for person in persons if rng.random() < 0.8)
            k = rng.randint(1, 2)
            lead = rng.randint(0, k)
            if len(lawful) >= k and sum(person.is_lead for person in lawful) >= lead:
                places.append(Places(Visit(f"u{len(places)}", Demand("d", k, lead)), lawful))
        self.places = tuple(places)
        self.carried = {person.insp: person.load for person in persons}
        self.leads = {person.insp for person in persons if person.is_lead}

    @staticmethod
    def _person(rng: random.Random, place: int) -> Inspector:
        load = rng.choice([0, 0, 0, 1, 3])
        return Inspector(f"i{place}", "d", "2099-01-01", (), is_lead=rng.random() < 0.5, load=load)

    def choices(self) -> Iterator[Teams]:
        """Give every lawful assignment."""
        yield from product(*(self._teams(place) for place in self.places))

    def _teams(self, place: Places) -> list[tuple[str, ...]]:
        pools = combinations(sorted(person.insp for person in place.lawful), place.visit.demand.k)
        return [pool for pool in pools if len(self.leads & set(pool)) >= place.visit.demand.lead]

    def value(self, teams: Teams) -> tuple[int, int, int]:
        """Return what is to be smallest: the greatest load, the sum of first lots, the sum of second lots."""
        visits = Counter(person for team in teams for person in team)
        lots = [
            lot_of(self.seed, place.visit.unit, person)
            for place, team in zip(self.places, teams, strict=True)
            for person in team
        ]
        greatest = max(self.carried[person] + count for person, count in visits.items())
        return greatest, sum(first for first, _ in lots), sum(second for _, second in lots)

    def accepted(self, teams: Teams, limit: int) -> bool:
        """Tell whether the verifier's certificate accepts the teams under the load limit."""
        places = [
            Place(
                place.visit.unit,
                "d",
                place.visit.demand.k,
                place.visit.demand.lead,
                frozenset(person.insp for person in place.lawful),
                team,
            )
            for place, team in zip(self.places, teams, strict=True)
        ]
        return not (
            list(team_faults(places, self.leads))
            or overloaded(places, self.carried, limit)
            or limit_can_be_lower(places, self.leads, self.carried, limit)
            or can_be_improved(self.seed, places, self.leads, self.carried, limit)
        )


def teams_of(assignment: Assignment) -> Teams:
    return tuple(team.insp for team in assignment.teams)


@pytest.mark.parametrize("number", range(200))
def test_d4_the_assignment_is_the_minimum_of_all_lawful_ones(number):
    graph = Graph(number)

    found = assign(graph.seed, graph.places)

    best = min(graph.choices(), key=graph.value)
    assert teams_of(found) == best
    assert found.greatest_load == graph.value(best)[0]


@pytest.mark.parametrize("number", range(200))
def test_d4_the_certificate_accepts_the_minimum_and_nothing_else(number):
    graph = Graph(number)
    best = assign(graph.seed, graph.places)

    accepted = [teams for teams in graph.choices() if graph.accepted(teams, graph.value(teams)[0])]

    assert accepted == [teams_of(best)]


@pytest.mark.parametrize("number", range(200))
def test_d4_the_certificate_rejects_every_single_swap(number):
    graph = Graph(number)
    best = assign(graph.seed, graph.places)
    teams = teams_of(best)

    swaps = [*replacements(graph, teams), *exchanges(teams)]

    assert not any(graph.accepted(swap, best.greatest_load) for swap in swaps)
    assert graph.accepted(teams, best.greatest_load)
    assert not graph.accepted(teams, best.greatest_load - 1)
    assert not graph.accepted(teams, best.greatest_load + 1)


def replacements(graph: Graph, teams: Teams) -> Iterator[Teams]:
    """Give every assignment in which one person is replaced by anybody else."""
    for at, team in enumerate(teams):
        for leaves, comes in product(team, graph.carried):
            if comes not in team:
                changed = tuple(sorted({*team, comes} - {leaves}))
                yield (*teams[:at], changed, *teams[at + 1 :])


def exchanges(teams: Teams) -> Iterator[Teams]:
    """Give every assignment in which two persons of different visits change places."""
    for (one, first), (two, second) in combinations(enumerate(teams), 2):
        for mine, theirs in product(first, second):
            if mine not in second and theirs not in first:
                changed = list(teams)
                changed[one] = tuple(sorted({*first, theirs} - {mine}))
                changed[two] = tuple(sorted({*second, mine} - {theirs}))
                yield tuple(changed)


def test_d4_equal_sums_are_told_apart_by_the_second_half():
    halves = lot_of("5eed", "u", "i")

    assert lot("5eed", "u", "i") == halves[0] * 2**56 + halves[1]
    assert max(halves) < 2**40


def test_d4_a_greater_load_is_allowed_only_where_the_law_of_the_lists_forces_it():
    persons = [Inspector(f"i{n}", "d", "2099-01-01", ()) for n in range(4)]
    busy = tuple(persons[:1])
    places = [Places(Visit(f"u{n}", Demand("d", 1)), busy if n < 3 else tuple(persons)) for n in range(5)]

    found = assign("5eed", places)

    assert found.greatest_load == 3
    assert [team.insp for team in found.teams[:3]] == [("i0",)] * 3


def test_d4_a_lead_is_freed_through_a_chain_of_visits():
    """u1 needs a lead, who is free only if u2 lets him go, which a third person makes possible."""
    lead, second, third = (
        Inspector(name, "d", "2099-01-01", (), is_lead=name == "a-lead") for name in ("a-lead", "b", "c")
    )
    places = [
        Places(Visit("u1", Demand("d", 1, 1)), (lead,)),
        Places(Visit("u2", Demand("d", 1)), (lead, second)),
        Places(Visit("u3", Demand("d", 1)), (second, third)),
    ]

    found = assign("5eed", places)

    assert found.greatest_load == 1
    assert teams_of(found) == (("a-lead",), ("b",), ("c",))
    loaded = [
        Place("u1", "d", 1, 1, frozenset({"a-lead"}), ("a-lead",)),
        Place("u2", "d", 1, 0, frozenset({"a-lead", "b"}), ("a-lead",)),
        Place("u3", "d", 1, 0, frozenset({"b", "c"}), ("b",)),
    ]
    carried = {"a-lead": 0, "b": 0, "c": 0}
    assert limit_can_be_lower(loaded, {"a-lead"}, carried, 2)
