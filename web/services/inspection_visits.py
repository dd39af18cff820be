"""Make visits: one for each team of a draw, or one off the draw with a lawful trigger and a clue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.draw import commands
from enforcement.draw.canonical import read_json
from enforcement.draw.teams import lot
from web.store.inspections import WAITING, DrawRow, InspectorRow, VisitRow


def create_from_draw(session: Session, draw_row: DrawRow, by: str, at: datetime) -> list[VisitRow]:
    """Add a waiting visit for every team of a drawn transcript, and count it for its inspectors; the caller logs it.

    The leader is the member with the smallest lot among those who may lead.
    """
    if draw_row.transcript is None or draw_row.commitment is None:
        raise ValueError("the draw has no transcript")
    written: Any = read_json(draw_row.transcript)
    case: Any = read_json(draw_row.case)
    commitment = commands.read_committed(draw_row.commitment)
    items = {demand.dept: list(demand.items) for demand in commitment.main.team}
    names = {entry["unit"]: entry.get("name", entry["unit"]) for entry in case["lists"][0]["frame"]}
    leads = {entry["insp"] for entry in case["inspectors"] if entry["lead"]}
    window = commitment.window
    if window is None:
        raise ValueError("the draw has no window")
    visits = []
    loads: dict[str, int] = {}
    for team in written.get("teams", ()):
        members = list(team["insp"])
        able = [insp for insp in members if insp in leads]
        seed, unit = written["seed"], team["unit"]
        visits.append(
            VisitRow(
                task_id=draw_row.task_id,
                draw_id=draw_row.id,
                code=unit,
                name=names[unit],
                dept=team["dept"],
                matters=items[team["dept"]],
                inspectors=members,
                lead=_first(seed, unit, able),
                first_day=date.fromisoformat(window.first),
                last_day=date.fromisoformat(window.last),
                state=WAITING,
                created_by=by,
                created_at=at,
            )
        )
        for insp in members:
            loads[insp] = loads.get(insp, 0) + 1
    session.add_all(visits)
    change_loads(session, loads)
    return visits


def _first(seed: str, unit: str, able: list[str]) -> str:
    return min(able, key=lambda insp: lot(seed, unit, insp), default="")


def change_loads(session: Session, loads: Mapping[str, int]) -> None:
    """Add to the visits that inspectors carry into later draws."""
    for row in session.scalars(select(InspectorRow).where(InspectorRow.id.in_(list(loads)))):
        row.load += loads[row.id]
