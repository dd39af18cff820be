"""Take the enterprise's objections and replies, proven by the code of its visit, and lead objections step by step."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.canonical import Json
from enforcement.publicity import corrections
from enforcement.publicity.corrections import ObjectionState
from enforcement.publicity.deadlines import Reading, last_day
from web.errors import Problem, not_found
from web.services.publicity_records import record_of
from web.services.publicity_steps import day_of
from web.services.publicity_work import clock_on
from web.store.base import new_token
from web.store.inspections import VisitRow
from web.store.log import record
from web.store.publications import ObjectionRow, ObjectionStep, Publication, PublishedVersion, Reply

LONGEST_WORDS, LONGEST_CONTACT = 2000, 200
MOST_OPEN, MOST_REPLIES = 1, 5
SHOWN = 100
OPEN_STATES = (ObjectionState.RAISED, ObjectionState.CHECKING)
# Which clock runs in which state, from the day of the step that led to it.
CLOCKS = {
    ObjectionState.RAISED: "objection_agency",
    ObjectionState.CHECKING: "objection_provider",
    ObjectionState.UPHELD: "withdrawal",
}
ENTERPRISE = "enterprise"  # who acts, in the log: nobody signed in, the code of the visit was shown


@dataclass(frozen=True, slots=True)
class Followed:
    """One objection as its record keeps it, with the clock that runs; None once nothing more is due."""

    row: ObjectionRow
    publication: Publication
    steps: list[ObjectionStep]
    clock: Reading | None


def is_code_of(session: Session, publication: Publication, typed: str) -> bool:
    """Tell whether a code is the one the enterprise got at its visit; the address it stands in may be typed with it."""
    visit = session.get(VisitRow, publication.visit_id) if publication.visit_id else None
    code = typed.strip().rstrip("/").rpartition("/")[2].encode()
    return visit is not None and hmac.compare_digest(code, visit.pass_code.encode())


def raise_objection(
    session: Session, publication: Publication, words: str, contact: str, at: datetime, by: str = ENTERPRISE
) -> ObjectionRow:
    """Raise an objection to the newest version, `by` whoever writes it down for the enterprise.

    Raises:
        ValueError: that cannot be done; the message is in Chinese.
        Problem: 409 while an earlier objection of the record is open.
    """
    known = record_of(session, publication)
    if sum(each.is_open for each in known.objections) >= MOST_OPEN:
        raise Problem(409, "objection_open", lazy_gettext("这条记录已有一件异议在办，请等它办结，或用原来的链接补充。"))
    on = day_of(at)
    raised = corrections.object_to(known, on, words).objections[-1]
    row = ObjectionRow(
        publication_id=publication.id,
        number=raised.number,
        version=raised.version,
        token=new_token(),
        contact=contact,
        state=raised.state.value,
        due_on=last_day(CLOCKS[ObjectionState.RAISED], on).date,
        raised_at=at,
    )
    session.add(row)
    session.flush()
    _add_step(session, row, 1, raised.steps[-1], by, at)
    told: dict[str, Json] = {"objection": row.number, "version": row.version, "words": _hash(words)}
    record(session, "objection.raise", by, publication.id, told, at=at)
    return row


def move(
    session: Session, publication_id: str, number: int, to: ObjectionState, words: str, by: str, at: datetime
) -> None:
    """Take an objection one step on; raise 404, or ValueError, in Chinese, for a step that is not allowed."""
    publication = session.get(Publication, publication_id)
    row = session.get(ObjectionRow, (publication_id, number), with_for_update=True)
    if publication is None or row is None:
        raise not_found()
    on = day_of(at)
    moved = corrections.move_objection(record_of(session, publication), number, to, on, words).objections[number - 1]
    row.state = to.value
    if to in CLOCKS:
        row.due_on = last_day(CLOCKS[to], on).date
    _add_step(session, row, len(moved.steps), moved.steps[-1], by, at)
    record(session, "objection.step", by, publication_id, {"objection": number, "step": len(moved.steps)}, at=at)


def _add_step(
    session: Session, row: ObjectionRow, number: int, step: tuple[ObjectionState, date, str], by: str, at: datetime
) -> None:
    state, day, words = step
    session.add(
        ObjectionStep(
            publication_id=row.publication_id,
            objection=row.number,
            number=number,
            state=state.value,
            day=day,
            words=words,
            by=by,
            at=at,
        )
    )


def reply(session: Session, publication: Publication, words: str, at: datetime) -> None:
    """Keep what the enterprise says to its result, to be shown beside it."""
    count = select(func.count()).select_from(Reply).where(Reply.publication_id == publication.id)
    if (session.scalar(count) or 0) >= MOST_REPLIES:
        raise Problem(409, "replies_full", lazy_gettext("一条记录最多写 %(most)d 次说明。", most=MOST_REPLIES))
    session.add(Reply(id=new_token(), publication_id=publication.id, words=words, made_at=at))
    record(session, "reply.add", ENTERPRISE, publication.id, {"words": _hash(words)}, at=at)


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def by_token(session: Session, token: str, on: date) -> Followed:
    """Return the objection that a private address leads to; raise 404."""
    row = session.scalar(select(ObjectionRow).where(ObjectionRow.token == token))
    if row is None:
        raise not_found()
    return followed(session, row, on)


def followed(session: Session, row: ObjectionRow, on: date) -> Followed:
    """Return an objection with its steps and clock.

    An objection upheld keeps a clock until a later version, a correction or a withdrawal, is public.
    """
    publication = session.get_one(Publication, row.publication_id)
    steps = list(
        session.scalars(
            select(ObjectionStep)
            .where(ObjectionStep.publication_id == row.publication_id, ObjectionStep.objection == row.number)
            .order_by(ObjectionStep.number)
        )
    )
    state = ObjectionState(row.state)
    rule = CLOCKS.get(state)
    if state is ObjectionState.UPHELD and _answered(session, row, steps[-1].at):
        rule = None
    clock = clock_on(rule, steps[-1].day, on) if rule else None
    return Followed(row, publication, steps, clock)


def _answered(session: Session, row: ObjectionRow, upheld: datetime) -> bool:
    """Tell whether a later version became public after an objection was upheld."""
    later = select(PublishedVersion.number).where(
        PublishedVersion.publication_id == row.publication_id,
        PublishedVersion.number > row.version,
        PublishedVersion.published_at >= upheld,
    )
    return session.scalar(later.limit(1)) is not None


def all_objections(session: Session, on: date) -> tuple[list[Followed], list[Followed]]:
    """Return the objections that need somebody to act, the most urgent first, and those closed lately."""
    clocked = [state.value for state in CLOCKS]
    rows = session.scalars(select(ObjectionRow).where(ObjectionRow.state.in_(clocked)))
    found = [followed(session, row, on) for row in rows]
    due = [(each.clock.due, each.row.token, each) for each in found if each.clock]
    closed = select(ObjectionRow).where(ObjectionRow.state.not_in(clocked)).order_by(ObjectionRow.raised_at.desc())
    done = [each for each in found if each.clock is None]
    done += [followed(session, row, on) for row in session.scalars(closed.limit(SHOWN))]
    return [each for *_, each in sorted(due)], sorted(done, key=lambda each: each.row.raised_at, reverse=True)[:SHOWN]
