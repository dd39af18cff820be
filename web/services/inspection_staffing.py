"""Say who is to be visited under a draw as it stands now, and by whom: replacements of persons and of units included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import read_json
from enforcement.complaints import refuse
from enforcement.draw.assignment import Assignment, Team
from enforcement.draw.commitment import Programme
from enforcement.draw.frame import Reason
from enforcement.draw.people import People, Period, read_people
from enforcement.draw.teams import Places, find_places, gather_visits
from web.services.inspection_draws import commitment_of
from web.store.inspections import CANCELLED, DrawRow, VisitRow
from web.store.log import find_events

RESERVE = "visit.reserve"
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """A unit that left a programme of a draw after it, and the reserve that came."""

    programme: str
    leaves: str
    comes: str
    reason: Reason
    evidence: str
    at: str


@dataclass(frozen=True, slots=True)
class Staffing:
    """The seed, the people of the lists, who may make which visit, and the teams as they are now."""

    seed: str
    people: People
    window: Period
    places: tuple[Places, ...]
    assignment: Assignment


def exchanges(session: Session, draw_id: str) -> list[Exchange]:
    """Return the signed exchanges of a draw, the first one first, as everybody may see them."""
    found = []
    for _, event in reversed(find_events(session, kind=RESERVE, ref=draw_id, limit=MANY)):
        body: Any = event.body
        if body["step"] == "sign":
            named = (body.get("programme", ""), body["leaves"], body["comes"])
            found.append(Exchange(*named, Reason(body["reason"]), body["evidence"], event.at))
    return found


def units_to_visit(programme: str, written: Mapping[str, Any], exchanged: Iterable[Exchange]) -> dict[str, list[str]]:
    """Return by stratum of a programme who is to be visited: the drawn units, each less whoever left, by its reserve."""
    swaps = {each.leaves: each.comes for each in exchanged if each.programme == programme}
    found = {}
    for stratum in written["strata"]:
        if stratum.get("programme", "") == programme:
            found[stratum["id"]] = [_last(swaps, entry["unit"]) for entry in stratum["selected"]]
    return found


def _last(swaps: Mapping[str, str], unit: str) -> str:
    while unit in swaps:  # a reserve that came may have to leave too
        unit = swaps[unit]
    return unit


def programme_of(row: DrawRow, dept: str) -> Programme:
    """Return the programme of a draw that sends a department."""
    for programme in commitment_of(row).programmes:
        if dept in {demand.dept for demand in programme.team}:
            return programme
    raise ValueError(f"no programme sends {dept}")


def staffing(session: Session, row: DrawRow) -> Staffing:
    """Return how a draw is staffed now; raise Refused for a sealed draw, of which no seed is kept."""
    if row.transcript is None:
        raise refuse("sealed", "封存的抽取没有保存种子，揭示之前不能按次序递补。请先揭示，或作废。")
    written: Any = read_json(row.transcript)
    case: Any = read_json(row.case)
    commitment = commitment_of(row)
    if commitment.window is None:
        raise refuse("window", "这次抽取没有检查期间。")
    people = read_people({"inspectors": case["inspectors"], "conflicts": case["conflicts"]})
    exchanged = exchanges(session, row.id)
    drawn = [
        (each, [unit for units in units_to_visit(each.id, written, exchanged).values() for unit in units])
        for each in commitment.programmes
    ]
    places = find_places(gather_visits(drawn), people, commitment.window)
    query = select(VisitRow).where(VisitRow.draw_id == row.id, VisitRow.state != CANCELLED)
    current = {(each.code, each.dept): tuple(sorted(each.inspectors)) for each in session.scalars(query)}
    kept = [place for place in places if (place.visit.unit, place.visit.dept) in current]
    teams = tuple(Team(place.visit, current[place.visit.unit, place.visit.dept]) for place in kept)
    return Staffing(written["seed"], people, commitment.window, tuple(kept), Assignment(teams, written["L"]))
