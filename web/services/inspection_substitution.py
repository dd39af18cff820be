"""Replace an inspector after the draw by fixed order: one person asks with cause and evidence, another signs, nobody chooses who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import Json
from enforcement.complaints import refuse
from enforcement.draw.assignment import lead_of
from enforcement.draw.life import check_open_for_records
from enforcement.draw.substitution import Cause, Substitution, substitute
from enforcement.log.event import Event
from web.errors import Problem, not_found
from web.people.duties import require_other
from web.services.inspection_draws import attempt_of, found_draw
from web.services.inspection_staffing import MANY, staffing
from web.services.inspection_values import is_digest
from web.services.inspection_visits import change_loads
from web.store.inspections import WAITING, ConflictRow, VisitRow
from web.store.log import find_events, record

KIND = "visit.substitute"


@dataclass(frozen=True, slots=True)
class Asked:
    """A replacement that somebody asked for and nobody signed yet."""

    leaves: str
    cause: Cause
    evidence: str
    by: str


def drawn_visit(session: Session, visit_id: str) -> VisitRow:
    """Return a drawn visit that was not made yet, or refuse."""
    visit = session.get(VisitRow, visit_id)
    if visit is None or visit.draw_id is None:
        raise not_found()
    if visit.state != WAITING:
        raise Problem(409, "visit_state", lazy_gettext("这次检查已经开始记录或已取消，不能替换人员。"))
    return visit


def asked_for(session: Session, visit_id: str) -> Asked | None:
    """Return what was asked for and not signed yet, as the log tells."""
    events = find_events(session, kind=KIND, ref=visit_id, limit=1)
    if not events or events[0][1].body.get("step") != "ask":
        return None
    event = events[0][1]
    body: Any = event.body
    return Asked(body["leaves"], Cause(body["cause"]), body["evidence"], event.by)


def ask(session: Session, visit_id: str, by: str, leaves: str, cause: str, evidence: str, at: datetime) -> None:
    """Ask for a replacement; raise Refused when it could not be made."""
    visit = drawn_visit(session, visit_id)
    if cause not in {each.value for each in Cause}:
        raise refuse("cause", "请选择替换的原因。")
    if not is_digest(evidence):
        raise refuse("evidence", "请填写证明材料的 SHA-256：64 位十六进制数。")
    _work_out(session, visit, Asked(leaves, Cause(cause), evidence, by), "second-person")
    body: dict[str, Json] = {"step": "ask", "leaves": leaves, "cause": cause, "evidence": evidence}
    record(session, KIND, by, visit.id, body, at=at)


def sign(session: Session, visit_id: str, by: str, at: datetime) -> str:
    """Sign a replacement as the second person and return who comes in."""
    visit = drawn_visit(session, visit_id)
    asked = asked_for(session, visit_id)
    if asked is None:
        raise Problem(409, "stale")
    require_other(asked.by, by)
    comes, team, lead = _work_out(session, visit, asked, by)
    visit.inspectors, visit.lead = list(team), lead
    change_loads(session, {asked.leaves: -1, comes: 1})
    told: dict[str, Json] = {"cause": asked.cause.value, "evidence": asked.evidence, "first": asked.by}
    record(session, KIND, by, visit.id, {"step": "sign", "leaves": asked.leaves, "comes": comes, **told}, at=at)
    return comes


def _work_out(session: Session, visit: VisitRow, asked: Asked, second: str) -> tuple[str, Sequence[str], str]:
    """Return who comes in, the new team and who leads it, by the lists and the seed of the draw alone."""
    row = found_draw(session, visit.draw_id or "")
    check_open_for_records(attempt_of(row))
    now = staffing(session, row)
    unfit = {(each.code, each.inspector_id) for each in session.scalars(select(ConflictRow))}
    unfit |= {(visit.code, str(event.body["leaves"])) for event in _signed(session, {visit.id})}
    wanted = Substitution(visit.code, visit.dept, asked.leaves, asked.cause, asked.evidence, asked.by, second)
    done = substitute(now.seed, now.places, now.assignment, wanted, unfit)
    at = next(n for n, each in enumerate(now.places) if (each.visit.unit, each.visit.dept) == (visit.code, visit.dept))
    team = done.assignment.teams[at]
    return done.comes, team.insp, lead_of(now.seed, now.places[at], team) or ""


def _signed(session: Session, visits: set[str]) -> list[Event]:
    events = find_events(session, kind=KIND, limit=MANY)
    return [event for _, event in events if event.ref in visits and event.body.get("step") == "sign"]


def replacements(session: Session, visits: Sequence[VisitRow]) -> list[dict[str, str]]:
    """Return the signed replacements of visits, the latest first, as everybody may see them."""
    by_id = {visit.id: visit for visit in visits}
    return [
        {
            "at": event.at,
            "unit": by_id[event.ref].code,
            "leaves": str(event.body["leaves"]),
            "comes": str(event.body["comes"]),
            "cause": str(event.body["cause"]),
            "evidence": str(event.body["evidence"]),
        }
        for event in _signed(session, set(by_id))
    ]
