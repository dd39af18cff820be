"""Put the next reserve of its stratum in the place of a drawn unit that cannot be checked: two sign, nobody chooses which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import Json, read_json
from enforcement.complaints import refuse
from enforcement.draw.assignment import lead_of
from enforcement.draw.commitment import Programme, Stratum
from enforcement.draw.frame import Reason
from enforcement.draw.life import check_open_for_records
from enforcement.draw.substitution import next_reserve, staff_reserve
from enforcement.draw.targets import StratumDraw
from enforcement.draw.teams import find_places, gather_visits
from enforcement.draw.tickets import Ticket
from web.errors import Problem
from web.people.duties import require_other
from web.services.inspection_draws import attempt_of, found_draw
from web.services.inspection_staffing import MANY, RESERVE, exchanges, programme_of, staffing, units_to_visit
from web.services.inspection_substitution import drawn_visit
from web.services.inspection_values import is_digest
from web.services.inspection_visits import change_loads, drawn_row
from web.store.inspections import CANCELLED, WAITING, ConflictRow, DrawRow, VisitRow
from web.store.log import find_events, record

# What may turn out of a drawn unit afterwards, that would have kept it off the list. Closed doors are a result, no reason.
REASONS = (Reason.CEASED, Reason.OUT_OF_SCOPE, Reason.UNDER_CASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """An exchange that somebody asked for and nobody signed yet."""

    reason: Reason
    evidence: str
    by: str


def asked_for(session: Session, visit: VisitRow) -> Asked | None:
    """Return what was asked for the unit of a visit and not signed yet, as the log tells."""
    programme = programme_of(found_draw(session, visit.draw_id or ""), visit.dept)
    for _, event in find_events(session, kind=RESERVE, ref=visit.draw_id or "", limit=MANY):
        body: Any = event.body
        if (body["leaves"], body.get("programme", "")) == (visit.code, programme.id):
            return None if body["step"] == "sign" else Asked(Reason(body["reason"]), body["evidence"], event.by)
    return None


def ask(session: Session, visit_id: str, by: str, reason: str, evidence: str, at: datetime) -> None:
    """Ask for the next reserve; raise Refused when there is none or the reason is no lawful one."""
    visit = drawn_visit(session, visit_id)
    if reason not in {each.value for each in REASONS}:
        raise refuse("reason", "请选择理由。关门、搬走、联系不上是检查结果，请如实记录，不递补。")
    if not is_digest(evidence):
        raise refuse("evidence", "请填写证明材料的 SHA-256：64 位十六进制数。")
    row, programme, _ = _open(session, visit)
    _next(session, row, programme, visit.code)
    body = _body(programme, visit.code, {"step": "ask", "reason": reason, "evidence": evidence})
    record(session, RESERVE, by, row.id, body, at=at)


def sign(session: Session, visit_id: str, by: str, at: datetime) -> str:
    """Sign as the second person: the visits of the unit are cancelled, those of the next reserve made; return the reserve."""
    visit = drawn_visit(session, visit_id)
    asked = asked_for(session, visit)
    if asked is None:
        raise Problem(409, "stale")
    require_other(asked.by, by)
    row, programme, leaving = _open(session, visit)
    comes = _next(session, row, programme, visit.code)
    for each in leaving:
        each.state = CANCELLED
        change_loads(session, dict.fromkeys(each.inspectors, -1))
    session.flush()
    _staff(session, row, programme, comes, by, at)
    said: dict[str, Json] = {"reason": asked.reason.value, "evidence": asked.evidence, "first": asked.by}
    record(session, RESERVE, by, row.id, _body(programme, visit.code, {"step": "sign", "comes": comes, **said}), at=at)
    return comes


def _body(programme: Programme, leaves: str, rest: dict[str, Json]) -> dict[str, Json]:
    named: dict[str, Json] = {"programme": programme.id} if programme.id else {}
    return {"leaves": leaves, **named, **rest}


def _open(session: Session, visit: VisitRow) -> tuple[DrawRow, Programme, list[VisitRow]]:
    """Return the draw, the programme, and the visits that end with the unit; refuse once one of them was made."""
    row = found_draw(session, visit.draw_id or "")
    check_open_for_records(attempt_of(row))
    if row.transcript is None:
        raise refuse("sealed", "封存的抽取没有保存结果书，揭示之前不能按次序递补。请先揭示，或作废。")
    programme = programme_of(row, visit.dept)
    depts = [demand.dept for demand in programme.team]
    query = select(VisitRow).where(
        VisitRow.draw_id == row.id, VisitRow.code == visit.code, VisitRow.dept.in_(depts), VisitRow.state != CANCELLED
    )
    visits = list(session.scalars(query))
    if any(each.state != WAITING for each in visits):
        raise Problem(409, "visit_state", lazy_gettext("这个对象已有部门开始检查，不能再递补。"))
    return row, programme, visits


def _next(session: Session, row: DrawRow, programme: Programme, leaves: str) -> str:
    """Return the first reserve of the stratum of a unit that did not come yet."""
    exchanged = [each for each in exchanges(session, row.id) if each.programme == programme.id]
    written: Any = read_json(row.transcript or b"{}")
    for stratum in written["strata"]:
        if stratum.get("programme", "") != programme.id:
            continue
        if leaves in units_to_visit(programme.id, {"strata": [stratum]}, exchanged)[stratum["id"]]:
            named = tuple(Ticket(entry["ticket"], entry["unit"]) for entry in stratum.get("reserve", ()))
            drawn = StratumDraw(
                programme.id, Stratum(stratum["id"], stratum["n"], reserve=len(named)), stratum["N"], (), named
            )
            return next_reserve(drawn, {each.comes for each in exchanged})
    raise refuse("not-drawn", f"{leaves} 不在抽中的对象里。请核对。")


def _staff(session: Session, row: DrawRow, programme: Programme, unit: str, by: str, at: datetime) -> None:
    """Make the visits of a reserve, each place of its teams filled by lot."""
    now = staffing(session, row)
    case: Any = read_json(row.case)
    names = {entry["unit"]: entry.get("name", entry["unit"]) for entry in case["lists"][0]["frame"]}
    unfit = {(each.code, each.inspector_id) for each in session.scalars(select(ConflictRow))}
    assignment = now.assignment
    for place in find_places(gather_visits([(programme, [unit])]), now.people, now.window):
        team = staff_reserve(now.seed, place, assignment, unfit)
        assignment = replace(assignment, teams=(*assignment.teams, team))
        lead = lead_of(now.seed, place, team) or ""
        session.add(drawn_row(row, names[unit], team, lead, now.window, by, at))
        change_loads(session, dict.fromkeys(team.insp, 1))
