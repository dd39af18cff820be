"""Propose, approve and refuse versions of public records: one person proposes, another approves the very bytes he saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from enforcement.canonical import Json
from enforcement.publicity import corrections
from enforcement.publicity.deadlines import last_day
from web.errors import Problem, not_found
from web.people.duties import require_other
from web.services.inspection_records import agrees
from web.services.publicity_periods import is_public, shown_until
from web.services.publicity_records import (
    INSPECTION,
    body_of,
    fields_of,
    is_natural,
    names,
    passed_record,
    record_of,
    versions_of,
)
from web.store.base import new_token
from web.store.inspections import PUBLISHED, REVIEWED, VisitRecord, VisitRow
from web.store.log import ZONE, record
from web.store.publications import Proposal, Publication, PublishedVersion

PUBLISH, CORRECT, WITHDRAW, REPAIR = "publish", "correct", "withdraw", "repair"
OPEN, APPROVED, REFUSED = "open", "approved", "refused"


def day_of(at: datetime) -> date:
    """Return the day in China."""
    return at.astimezone(ZONE).date()


def preview(session: Session, visit_id: str) -> tuple[VisitRow, VisitRecord, dict[str, str]]:
    """Return a reviewed visit, its record and what would be public of it.

    Raises:
        Problem: 404 for any other visit; 409 when the record no longer says what its leaf of the log says.
    """
    visit = session.get(VisitRow, visit_id)
    made = passed_record(session, visit_id)
    if visit is None or visit.state != REVIEWED or made is None:
        raise not_found()
    if not agrees(session, made):
        raise Problem(409, "record_changed", lazy_gettext("检查记录与日志里记下的不一致，不能公示；请查明原因。"))
    return visit, made, fields_of(session, visit, made)


def propose_visit(session: Session, visit_id: str, by: str, at: datetime) -> str:
    """Propose to publish the result of a reviewed visit; return the proposal's id."""
    visit, made, fields = preview(session, visit_id)
    publication = session.scalar(select(Publication).where(Publication.visit_id == visit_id))
    if publication is None:
        rule = names(session).rule_of(visit)
        publication = Publication(
            id=visit.id,  # so that what is previewed has its final bytes
            kind=INSPECTION,
            visit_id=visit.id,
            task_id=visit.task_id,
            draw_id=visit.draw_id,
            subject=fields["subject"],
            subject_kind="natural" if is_natural(visit.code) else "",
            code=fields["code"],
            authority=fields["authority"],
            rule=rule,
            event_on=made.visited_on,
            due_on=last_day(rule, made.visited_on).date,
            created_by=by,
            created_at=at,
        )
        session.add(publication)
        session.flush()
    return propose(session, publication, PUBLISH, fields, "", by, at)


def propose(  # noqa: PLR0913, PLR0917  what a version is made of, who and when
    session: Session,
    publication: Publication,
    step: str,
    fields: Mapping[str, str] | None,
    reason: str,
    by: str,
    at: datetime,
    row: Mapping[str, str] | None = None,
) -> str:
    """Propose the next version of a record; return the proposal's id.

    Raises:
        Problem: 409 while another proposal for the record waits.
        ValueError: the step is not allowed or changes nothing; the message is in Chinese.
    """
    waiting = select(Proposal.id).where(Proposal.publication_id == publication.id, Proposal.state == OPEN)
    if session.scalar(waiting.limit(1)):
        raise Problem(409, "proposal_waits", lazy_gettext("这条记录已有一份提请等待复核，请先办完那一份。"))
    number = _next(session, publication, step, fields, reason, day_of(at)).current.number
    _, hashed = body_of(publication.id, publication.kind, number, fields, reason)
    proposal = Proposal(
        id=new_token(),
        publication_id=publication.id,
        step=step,
        fields=dict(fields) if fields is not None else None,
        row=dict(row) if row is not None else None,
        reason=reason,
        body_hash=hashed,
        proposed_by=by,
        proposed_at=at,
    )
    session.add(proposal)
    record(session, "publicity.propose", by, publication.id, {"step": step, "sha256": hashed}, at=at)
    return proposal.id


def _next(
    session: Session, publication: Publication, step: str, fields: Mapping[str, str] | None, reason: str, on: date
) -> corrections.Record:
    """Return the record as it would be after the step; the rules of `corrections` decide whether it may be taken."""
    if step == PUBLISH:
        if versions_of(session, publication.id):
            raise ValueError("该记录已经公示；有错请更正，不宜公示请撤回")
        return corrections.publish(publication.id, fields or {}, on)
    try:
        known = record_of(session, publication)
    except LookupError:
        raise ValueError("该记录尚未公示，不能更正或者撤回") from None
    if step == CORRECT:
        return corrections.correct(known, fields or {}, on, reason)
    return corrections.withdraw(known, on, reason)


def approve(session: Session, proposal_id: str, seen: str, by: str, at: datetime) -> Publication:
    """Publish a proposed version, when its hash is the one the approver saw and he is not who proposed it.

    Raises:
        Problem: 403 for the proposer and for who made the record of the visit; 404; 409 when it was changed, decided or
            is not what was seen.
    """
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise not_found()
    require_other(proposal.proposed_by, by)
    publication = session.get_one(Publication, proposal.publication_id)
    taken = session.execute(
        update(Proposal)
        .where(
            Proposal.id == proposal_id,
            Proposal.state == OPEN,
            Proposal.body_hash == seen,
            Proposal.proposed_by != by,
        )
        .values(state=APPROVED, decided_by=by, decided_at=at)
    )
    if not _one(taken):
        raise stale()
    if proposal.step == REPAIR:
        return _end(session, publication, proposal, by, at)
    try:
        found = _next(session, publication, proposal.step, proposal.fields, proposal.reason, day_of(at)).current
    except ValueError as error:
        raise Problem(409, "stale", str(error)) from None
    _, hashed = body_of(publication.id, publication.kind, found.number, proposal.fields, proposal.reason)
    if hashed != seen:
        raise stale()
    _follow(session, publication, proposal, by, at)
    version = PublishedVersion(
        publication_id=publication.id,
        number=found.number,
        published_on=found.published_on,
        fields=proposal.fields,
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        approved_by=by,
        published_at=at,
    )
    session.add(version)
    told: dict[str, Json] = {"version": found.number, "sha256": hashed}
    version.leaf = record(session, f"publicity.{proposal.step}", by, publication.id, told, at=at)
    return publication


def _end(session: Session, publication: Publication, proposal: Proposal, by: str, at: datetime) -> Publication:
    """End a publication before its time: yesterday was its last day. What was public stays in the log."""
    on = day_of(at)
    if publication.withdrawn_on is not None or not is_public(publication, on):
        raise stale()
    publication.shown_until = on - timedelta(days=1)
    record(session, "publicity.repair", by, publication.id, {"sha256": proposal.body_hash}, at=at)
    return publication


def _follow(session: Session, publication: Publication, proposal: Proposal, by: str, at: datetime) -> None:
    """Bring what is searched, the visit and the time of showing to the version that becomes public."""
    if proposal.step == WITHDRAW:
        publication.withdrawn_on = day_of(at)
        return
    fields = proposal.fields or {}
    publication.row = proposal.row or publication.row
    publication.result = fields.get("result", "")
    if proposal.step == PUBLISH:
        publication.published_on = day_of(at)
        if publication.visit_id:
            visit, made, current = preview(session, publication.visit_id)
            require_other(made.made_by, by)
            if current != fields:
                raise stale()
            visit.state = PUBLISHED
    if proposal.step == PUBLISH or is_public(publication, day_of(at)):  # what has ended stays so
        publication.shown_until = shown_until(publication, day_of(at))


def refuse(session: Session, proposal_id: str, by: str, opinion: str, at: datetime) -> str:
    """Refuse a proposal, or take back one's own; return the record's id. Raise 404, or 409 when it was decided already."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise not_found()
    taken = session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id, Proposal.state == OPEN)
        .values(state=REFUSED, decided_by=by, decided_at=at, opinion=opinion)
    )
    if not _one(taken):
        raise stale()
    told = {"proposal": proposal.id, "sha256": proposal.body_hash}
    record(session, "publicity.refuse", by, proposal.publication_id, told, at=at)
    return proposal.publication_id


def _one(done: object) -> bool:
    return isinstance(done, CursorResult) and done.rowcount == 1


def stale() -> Problem:
    """Return the error for what is no longer as it was seen."""
    return Problem(409, "stale", lazy_gettext("这份提请已经变动或已经办结，与您看到的不同。"))
