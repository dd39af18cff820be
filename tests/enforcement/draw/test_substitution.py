"""A vacated place is filled by fixed order: nobody picks the next person or the next unit."""

from __future__ import annotations

import hashlib

import pytest

from enforcement.complaints import Refused
from enforcement.draw.assignment import Assignment, Team, assign, lead_of
from enforcement.draw.commitment import Demand, Stratum
from enforcement.draw.people import Inspector
from enforcement.draw.substitution import Cause, Substitution, next_reserve, staff_reserve, substitute
from enforcement.draw.targets import StratumDraw
from enforcement.draw.teams import Places, Visit, lot
from enforcement.draw.tickets import Ticket

SEED = hashlib.sha256(b"substitution").hexdigest()


def person(name: str, *, is_lead: bool = False, load: int = 0) -> Inspector:
    return Inspector(name, "d", "2099-01-01", (), is_lead=is_lead, load=load)


def change(leaves: str, unit: str = "u-0", **changed: str) -> Substitution:
    signed = {"by": "planner-1", "second": "publisher-2", **changed}
    return Substitution(unit, "d", leaves, Cause.ILLNESS, "00" * 32, **signed)


def problem(persons: list[Inspector], k: int = 2, lead: int = 0, visits: int = 2) -> tuple[list[Places], Assignment]:
    places = [Places(Visit(f"u-{number}", Demand("d", k, lead)), tuple(persons)) for number in range(visits)]
    return places, assign(SEED, places)


def by_lot(unit: str, names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: lot(SEED, unit, name))


def test_the_next_lawful_person_by_lot_comes_in():
    persons = [person(f"i{number}") for number in range(8)]
    places, assignment = problem(persons)
    team = assignment.teams[0].insp

    changed = substitute(SEED, places, assignment, change(team[0]))

    assert changed.comes == by_lot("u-0", [p.insp for p in persons if p.insp not in team])[0]
    assert changed.assignment.teams[0].insp == tuple(sorted([team[1], changed.comes]))
    assert changed.assignment.teams[1] == assignment.teams[1]
    assert changed.assignment.greatest_load == assignment.greatest_load


def test_who_already_carries_one_more_than_the_greatest_load_is_passed_over():
    persons = [person("a"), person("b"), person("c", load=9), person("d", load=9)]
    places, _ = problem(persons[:2], k=1, visits=1)
    places = [Places(places[0].visit, tuple(persons))]
    assignment = assign(SEED, places)
    (present,) = assignment.teams[0].insp

    assert assignment.greatest_load == 1
    assert substitute(SEED, places, assignment, change(present)).comes == ({"a", "b"} - {present}).pop()


def test_where_nobody_has_room_the_smallest_greater_load_decides_before_the_lot():
    persons = [person("a"), person("c", load=9), person("d", load=8)]
    places, assignment = problem(persons, k=1, visits=1)

    assert assignment.teams[0].insp == ("a",)
    assert substitute(SEED, places, assignment, change("a")).comes == "d"


def test_a_team_that_loses_its_lead_gets_a_lead():
    persons = [person("a", is_lead=True), person("b"), person("c"), person("z", is_lead=True)]
    places, assignment = problem(persons, lead=1, visits=1)
    leads = {"a", "z"} & set(assignment.teams[0].insp)
    lead = min(leads)

    assert len(leads) == 1
    assert substitute(SEED, places, assignment, change(lead)).comes in {"a", "z"} - {lead}


def test_persons_recused_since_the_draw_are_passed_over():
    persons = [person(f"i{number}") for number in range(5)]
    places, assignment = problem(persons, visits=1)
    team = assignment.teams[0].insp
    order = by_lot("u-0", [p.insp for p in persons if p.insp not in team])

    assert substitute(SEED, places, assignment, change(team[0]), {("u-0", order[0])}).comes == order[1]
    assert substitute(SEED, places, assignment, change(team[0]), {("u-9", order[0])}).comes == order[0]


def refusal(*args) -> str:
    with pytest.raises(Refused) as refused:
        substitute(*args)
    return refused.value.complaints[0].code


def test_a_replacement_needs_two_persons_and_somebody_to_replace():
    places, assignment = problem([person("a"), person("b"), person("c")], k=1)
    (present,) = assignment.teams[0].insp

    assert refusal(SEED, places, assignment, change(present, second="planner-1")) == "second-person"
    assert refusal(SEED, places, assignment, change("nobody")) == "not-in-team"
    assert refusal(SEED, places, assignment, change(present, "u-7")) == "not-in-team"
    assert all(cause.label for cause in Cause)


def test_when_nobody_is_left_it_says_so():
    persons = [person("a", is_lead=True), person("b")]
    alone, assignment = problem(persons, visits=1)
    leading, led = problem([person("a", is_lead=True), person("b"), person("c")], lead=1, visits=1)

    assert refusal(SEED, alone, assignment, change("a")) == "nobody-left"
    with pytest.raises(Refused, match="带队人"):
        substitute(SEED, leading, led, change("a"))


def test_a_reserve_unit_is_staffed_in_the_same_order_a_lead_first():
    persons = [
        person("a", is_lead=True),
        *(person(f"i{number}") for number in range(5)),
        person("z", is_lead=True, load=1),
    ]
    _, assignment = problem(persons, lead=1)
    place = Places(Visit("u-9", Demand("d", 2, 1)), tuple(persons))

    team = staff_reserve(SEED, place, assignment)

    first_lead = by_lot("u-9", ["a", "z"])[0]
    second = by_lot("u-9", [p.insp for p in persons if p.insp != first_lead])[0]
    assert max(load(p, assignment) for p in persons) + 1 <= assignment.greatest_load + 1
    assert team.insp == tuple(sorted([first_lead, second]))
    assert lead_of(SEED, place, team) in {"a", "z"}
    assert lead_of(SEED, place, Team(place.visit, ("i0", "i1"))) is None


def load(of: Inspector, assignment: Assignment) -> int:
    return of.load + sum(of.insp in team.insp for team in assignment.teams)


def stratum(reserve: int) -> StratumDraw:
    following = tuple(Ticket(f"0.{number}", f"r-{number}") for number in range(5))
    return StratumDraw("", Stratum("A", 1, reserve=reserve), 6, (Ticket("0.0", "s"),), following)


def test_the_next_reserve_is_the_first_not_used():
    assert next_reserve(stratum(3), set()) == "r-0"
    assert next_reserve(stratum(3), {"r-0", "r-1"}) == "r-2"


@pytest.mark.parametrize("reserve", [0, 2])
def test_reserves_end_where_the_plan_ends(reserve):
    with pytest.raises(Refused, match=f"承诺的 {reserve} 个候补已经用完"):
        next_reserve(stratum(reserve), {"r-0", "r-1"})
