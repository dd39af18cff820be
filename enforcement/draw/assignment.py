"""Assign teams: the smallest possible greatest load, and under it the lawful assignment with the smallest sum of lots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
from networkx.algorithms.flow import shortest_augmenting_path

from enforcement.draw.people import Inspector
from enforcement.draw.teams import Places, Visit, lot

_SINK = ("sink",)


@dataclass(frozen=True, slots=True)
class Team:
    """The inspectors of one department who visit one unit, by number."""

    visit: Visit
    insp: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """All teams, sorted by unit and department, and the greatest load that anyone has to carry."""

    teams: tuple[Team, ...]
    greatest_load: int


def assign(seed: str, places: Sequence[Places]) -> Assignment:
    """Return the assignment; every visit must have enough lawful inspectors (`find_places` sees to that)."""
    if not places:
        return Assignment((), 0)
    greatest = _smallest_greatest_load(places)
    graph = _network(places, greatest)
    for place in places:
        for person in place.lawful:
            graph.edges[_entry(place, person), _person(person)]["weight"] = lot(seed, place.visit.unit, person.insp)
    _, flow = nx.network_simplex(graph)
    teams = []
    for place in places:
        chosen = [person.insp for person in place.lawful if flow[_entry(place, person)][_person(person)]]
        teams.append(Team(place.visit, tuple(sorted(chosen))))
    return Assignment(tuple(teams), greatest)


def lead_of(seed: str, place: Places, team: Team) -> str | None:
    """Return who leads a team: its member with the smallest lot among those who may; None where none of them may."""
    leads = [person.insp for person in place.lawful if person.is_lead and person.insp in team.insp]
    return min(leads, key=lambda insp: lot(seed, place.visit.unit, insp), default=None)


def _smallest_greatest_load(places: Sequence[Places]) -> int:
    """Return the least load limit under which all visits can be made, by halving between a bound and a sure limit."""
    bound = _bound(places)
    highest = max(person.load for place in places for person in place.lawful)
    too_small, enough = bound - 1, highest + len(places)
    guess = bound  # nearly always the answer
    while too_small + 1 < enough:
        if _is_feasible(places, guess):
            enough = guess
        else:
            too_small = guess
        guess = (too_small + enough) // 2
    return enough


def _bound(places: Sequence[Places]) -> int:
    """Return the load limit at which each department's persons have as many free places as its visits need."""
    wanted: Counter[str] = Counter()
    loads: dict[str, dict[str, int]] = {}
    for place in places:
        wanted[place.visit.dept] += place.visit.demand.k
        loads.setdefault(place.visit.dept, {}).update((person.insp, person.load) for person in place.lawful)
    limit = 0
    for dept, count in wanted.items():
        while sum(max(0, limit - load) for load in loads[dept].values()) < count:
            limit += 1
    return limit


def _is_feasible(places: Sequence[Places], limit: int) -> bool:
    graph = _network(places, limit)
    for place in places:
        graph.add_edge("source", _visit(place), capacity=place.visit.demand.k)
    value = nx.maximum_flow_value(graph, "source", _SINK, flow_func=shortest_augmenting_path)
    return bool(value == sum(place.visit.demand.k for place in places))


def _network(places: Sequence[Places], limit: int) -> nx.DiGraph:
    """Return the network: visit → (those who do not lead) → person → sink, with demands and capacities."""
    graph = nx.DiGraph()
    graph.add_node(_SINK, demand=sum(place.visit.demand.k for place in places))
    for place in places:
        demand = place.visit.demand
        graph.add_node(_visit(place), demand=-demand.k)
        # Whoever does not lead passes through a node of its own, which leaves `lead` places to those who do.
        graph.add_edge(_visit(place), _others(place), capacity=demand.k - demand.lead)
        for person in place.lawful:
            graph.add_edge(_entry(place, person), _person(person), capacity=1)
            graph.add_edge(_person(person), _SINK, capacity=max(0, limit - person.load))
    return graph


def _visit(place: Places) -> tuple[str, ...]:
    return ("visit", place.visit.unit, place.visit.dept)


def _others(place: Places) -> tuple[str, ...]:
    return ("others", place.visit.unit, place.visit.dept)


def _entry(place: Places, person: Inspector) -> tuple[str, ...]:
    return _visit(place) if person.is_lead else _others(place)


def _person(person: Inspector) -> tuple[str, ...]:
    return ("person", person.insp)
