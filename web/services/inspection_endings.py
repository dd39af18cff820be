"""End a draw: reveal what was sealed, close it step by step, or void it by two persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import Json, canonical, sha256_hex
from enforcement.complaints import refuse
from enforcement.draw import commands, life
from enforcement.draw.commitment import Secrecy
from enforcement.draw.life import Approver, State, Voided
from enforcement.draw.transcript import Signed, sealed_hash
from enforcement.tasks.visits import TaskState
from web.errors import Problem
from web.people.duties import require_other
from web.services.inspection_draws import (
    at_moment,
    attempt_of,
    commitment_of,
    found_draw,
    missing_sources,
    opened_salts,
    values_of,
)
from web.services.inspection_frame import SOMEBODY
from web.services.inspection_plan import found_task
from web.services.inspection_values import clock
from web.services.inspection_visits import change_loads
from web.store.inspections import CANCELLED, PUBLISHED, RECORDED, RETURNED, WAITING, DrawRow, VisitRow
from web.store.log import record


def owes_reveal(row: DrawRow) -> bool:
    """Tell whether a sealed draw has a list that must still be published: it was run, or voided with its numbers known."""
    if row.commitment is None or commitment_of(row).secrecy is Secrecy.OPEN or row.transcript is not None:
        return False
    is_void = row.state == State.VOID.value and attempt_of(row).owes_list and not missing_sources(row)
    return is_void or row.state == State.INSPECTING.value


def reveal_overdue(row: DrawRow, on: date) -> bool:
    """Tell whether a sealed draw should have been revealed before a day: until then nobody can verify it."""
    return owes_reveal(row) and on.isoformat() > (commitment_of(row).reveal_by or "9999")


def reveal(session: Session, draw_id: str, by: str, salts: Mapping[str, str], at: datetime) -> None:
    """Publish salts and transcript of a sealed draw; a transcript other than the sealed one is refused."""
    row = found_draw(session, draw_id)
    if not owes_reveal(row):
        raise Problem(409, "stale")
    entered, commitment = values_of(row), commitment_of(row)
    opened = canonical({"sources": entered["sources"], "salts": opened_salts(commitment, salts)})
    voided = row.voided or {}
    signed = Signed(*entered.get("signed", (voided.get("at"), voided.get("by"), voided.get("second"))))
    written = commands.run(row.commitment or b"", row.case, opened, signed)
    if row.result and sealed_hash(entered["seal"], written) != row.result:
        raise refuse("sealed", "算出的结果书与封存的摘要不符。请核对登记的随机源的值和盐。")
    row.opened, row.transcript = opened, written
    body: dict[str, Json] = {"transcript": sha256_hex(written)}
    if row.result:
        body["seal"] = entered["seal"]
    record(session, "draw.reveal", by, row.id, body, at=at)


def advance(session: Session, draw_id: str, by: str, at: datetime) -> None:
    """Take a draw that was run one step on: its lists and records are open, its results public, its file closed."""
    row = found_draw(session, draw_id)
    attempt = attempt_of(row)
    states = list(session.scalars(select(VisitRow.state).where(VisitRow.draw_id == row.id)))
    open_now = sum(state in (WAITING, RECORDED, RETURNED) for state in states)
    unpublished = sum(state not in (PUBLISHED, CANCELLED) for state in states)
    if attempt.state is State.INSPECTING:
        if open_now:
            raise Problem(409, "visits_open", lazy_gettext("还有 %(count)d 次检查没有复核。", count=open_now))
        if row.transcript is None:
            raise Problem(409, "sealed", lazy_gettext("封存的抽取要先揭示。"))
        attempt = life.reveal(attempt)
    elif attempt.state is State.REVEALED:
        if unpublished:
            raise Problem(409, "visits_open", lazy_gettext("还有 %(count)d 次检查没有公示。", count=unpublished))
        attempt = life.publish(attempt)
        found_task(session, row.task_id).state = TaskState.DONE.value
    else:
        attempt = life.archive(attempt)
    row.state = attempt.state.value
    record(session, "draw.advance", by, row.id, {"state": row.state}, at=at)


def ask_void(session: Session, draw_id: str, by: str, reason: str, approver: str, at: datetime) -> None:
    """Ask for an attempt to be voided, with its reason; somebody else signs."""
    row = found_draw(session, draw_id)
    attempt = at_moment(row, at)
    document = {"at": clock(at), "reason": reason.strip(), "by": by, "second": "", "approver": approver}
    # The life of draws says now whether it could be signed; the second signature is that of nobody yet.
    life.void(attempt, Voided(clock(at), reason, by, SOMEBODY, Approver(approver) if approver else None))
    row.voided = document
    record(session, "draw.void", by, row.id, {"step": "ask", "reason": reason.strip()}, at=at)


def sign_void(session: Session, draw_id: str, by: str, at: datetime) -> None:
    """Void an attempt as the second person; visits not yet made are cancelled with it."""
    row = found_draw(session, draw_id)
    asked = row.voided
    if not asked or row.state == State.VOID.value:
        raise Problem(409, "stale")
    require_other(asked["by"], by)
    approver = Approver(asked["approver"]) if asked.get("approver") else None
    attempt = life.void(at_moment(row, at), Voided(clock(at), asked["reason"], asked["by"], by, approver))
    voided = attempt.voided
    if voided is None:
        raise Problem(409, "stale")
    _show_what_would_be(row, voided)
    row.state = attempt.state.value
    row.voided = {
        **asked,
        "at": voided.at,
        "second": by,
        "approver": voided.approver.value if voided.approver else "",
    }
    _cancel_visits(session, row)
    task = found_task(session, row.task_id)
    if task.state == TaskState.RUNNING.value:
        task.state = TaskState.OBJECTS.value
    body: dict[str, Json] = {"step": "sign", "reason": voided.reason, "first": voided.by}
    if voided.approver:
        body["approver"] = voided.approver.value
    record(session, "draw.void", by, row.id, body, at=at)


def _show_what_would_be(row: DrawRow, voided: Voided) -> None:
    """Compute the list that the voided attempt would have given, where its numbers are all there: it is still published."""
    is_open = commitment_of(row).secrecy is Secrecy.OPEN
    if voided.approver and row.transcript is None and is_open and not missing_sources(row):
        opened = canonical(values_of(row))
        signed = Signed(voided.at, voided.by, voided.second)
        row.transcript = commands.run(row.commitment or b"", row.case, opened, signed)
        row.opened = opened


def _cancel_visits(session: Session, row: DrawRow) -> None:
    loads: dict[str, int] = {}
    for visit in session.scalars(select(VisitRow).where(VisitRow.draw_id == row.id, VisitRow.state == WAITING)):
        visit.state = CANCELLED
        for insp in visit.inspectors:
            loads[insp] = loads.get(insp, 0) - 1
    change_loads(session, loads)
