"""Make visits: one for each team of a draw, or one off the draw with a lawful trigger and a clue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import read_json
from enforcement.draw import commands
from enforcement.draw.assignment import Team
from enforcement.draw.commitment import Demand
from enforcement.draw.people import Period
from enforcement.draw.teams import Visit as DrawnVisit
from enforcement.draw.teams import lot
from enforcement.tasks.visits import Trigger, Visit, visit_complaints
from web.services.inspection_registers import all_matters, inspector_of
from web.services.inspection_values import day_of
from web.store.inspections import WAITING, ConflictRow, DrawRow, InspectorRow, SubjectRow, VisitRow
from web.store.log import record


@dataclass(slots=True)
class Off:
    """A visit off the draw as a form asks for it, or what is wrong by field."""

    row: VisitRow | None = None
    errors: dict[str, str] = field(default_factory=dict)


def create_from_draw(
    session: Session, draw_row: DrawRow, by: str, at: datetime, transcript: bytes | None = None
) -> list[VisitRow]:
    """Add a waiting visit for every team of a drawn transcript, and count it for its inspectors; the caller logs it.

    The leader is the member with the smallest lot among those who may lead. `transcript` is that of a sealed draw, which is
    not kept yet.
    """
    drawn = transcript or draw_row.transcript
    if drawn is None or draw_row.commitment is None:
        raise ValueError("the draw has no transcript")
    written: Any = read_json(drawn)
    case: Any = read_json(draw_row.case)
    commitment = commands.read_committed(draw_row.commitment)
    items = {demand.dept: demand.items for each in commitment.programmes for demand in each.team}
    names = {entry["unit"]: entry.get("name", entry["unit"]) for entry in case["lists"][0]["frame"]}
    leads = {entry["insp"] for entry in case["inspectors"] if entry["lead"]}
    window = commitment.window
    if window is None:
        raise ValueError("the draw has no window")
    visits = []
    loads: dict[str, int] = {}
    for team in written.get("teams", ()):
        unit, members = team["unit"], tuple(team["insp"])
        visit = DrawnVisit(unit, Demand(team["dept"], len(members), items=items[team["dept"]]))
        able = [insp for insp in members if insp in leads]
        lead = min(able, key=lambda insp: lot(written["seed"], unit, insp), default="")
        visits.append(drawn_row(draw_row, names[unit], Team(visit, members), lead, window, by, at))
        for insp in members:
            loads[insp] = loads.get(insp, 0) + 1
    session.add_all(visits)
    change_loads(session, loads)
    return visits


def drawn_row(row: DrawRow, name: str, team: Team, lead: str, window: Period, by: str, at: datetime) -> VisitRow:
    """Return a waiting visit under a draw; the caller stores and logs it."""
    return VisitRow(
        task_id=row.task_id,
        draw_id=row.id,
        code=team.visit.unit,
        name=name,
        dept=team.visit.dept,
        matters=list(team.visit.demand.items),
        inspectors=list(team.insp),
        lead=lead,
        first_day=date.fromisoformat(window.first),
        last_day=date.fromisoformat(window.last),
        state=WAITING,
        created_by=by,
        created_at=at,
    )


def change_loads(session: Session, loads: Mapping[str, int]) -> None:
    """Add to the visits that inspectors carry into later draws."""
    for row in session.scalars(select(InspectorRow).where(InspectorRow.id.in_(list(loads)))):
        row.load += loads[row.id]


def read_off_draw(session: Session, typed: Mapping[str, str], matters: Sequence[str], inspectors: Sequence[str]) -> Off:
    """Return the visit that a form asks for, or what is wrong by field.

    Two persons or more of one department, none an expert, each with a valid certificate and the matters in range, none
    with a conflict; the trigger and the clue as `enforcement.tasks.visits` demands.
    """
    errors: dict[str, str] = {}
    days = {}
    for name in ("first_day", "last_day"):
        try:
            days[name] = day_of(typed.get(name, ""))
        except ValueError as error:
            errors[name] = str(error)
    if len(days) == 2 and days["last_day"] < days["first_day"]:
        errors["last_day"] = "最后一天早于第一天，请改正"
    subject = session.get(SubjectRow, typed.get("code", ""))
    if subject is None:
        errors["code"] = "名录库里没有这个检查对象，请填 18 位统一社会信用代码"
    word = typed.get("trigger", "")
    trigger = Trigger(word) if word in {each.value for each in Trigger} else None
    people = list(
        session.scalars(select(InspectorRow).where(InspectorRow.id.in_(inspectors)).order_by(InspectorRow.id))
    )
    if errors or subject is None:
        return Off(errors=errors)
    errors |= _people_errors(session, people, matters, days["last_day"], subject.code)
    lead = typed.get("lead", "")
    if lead not in {each.id for each in people if each.may_lead}:
        errors.setdefault("lead", "组长应是所选人员里可任组长的一名")
    visit = Visit("", subject.code, tuple(matters), days["first_day"], trigger=trigger, clue=typed.get("clue", ""))
    for complaint in visit_complaints(visit, (), all_matters(session), None):
        place = "trigger" if "事由" in complaint else "clue" if "线索" in complaint else "matters"
        errors.setdefault(place, complaint)
    if errors or trigger is None:
        return Off(errors=errors)
    row = VisitRow(
        code=subject.code,
        name=subject.name,
        dept=people[0].dept,
        matters=list(matters),
        inspectors=[each.id for each in people],
        lead=lead,
        first_day=days["first_day"],
        last_day=days["last_day"],
        trigger=trigger.value,
        clue=typed["clue"].strip()[:200],
        state=WAITING,
    )
    return Off(row)


def _people_errors(
    session: Session, people: Sequence[InspectorRow], matters: Sequence[str], day: date, code: str
) -> dict[str, str]:
    if len(people) < 2:
        return {"inspectors": "依法每次检查不得少于两人，请至少选两名"}
    if len({each.dept for each in people}) > 1:
        return {"inspectors": "一次检查的人员应属同一部门；几个部门请分别登记"}
    for each in people:
        able = inspector_of(each)
        if strange := [id_ for id_ in matters if not able.may_check(id_, day)]:
            return {"inspectors": f"{each.id} 不能查 {strange[0]}：不在其范围，或证件到期、停用、是专家"}
        if session.get(ConflictRow, (code, each.id)) is not None:
            return {"inspectors": f"{each.id} 对这个检查对象须回避，请换人"}
    return {}


def create_off_draw(session: Session, row: VisitRow, by: str, at: datetime) -> VisitRow:
    """Keep a sound visit off the draw, with its leaf in the log."""
    row.created_by, row.created_at = by, at
    session.add(row)
    session.flush()
    record(session, "visit.create", by, row.id, {"trigger": row.trigger, "unit": row.code}, at=at)
    return row
