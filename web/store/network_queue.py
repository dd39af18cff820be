"""Queue events for the rule network: taken in once, leased to one worker at a time, done together with their effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Select, String, delete, exists, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

from web.store.base import new_token, now
from web.store.network_tables import NetworkAlarm, NetworkEvent, NetworkNotice, NetworkStanding, NetworkSubject

PROFILE, BUNDLE, OPENS, DEADLINE = "profile", "bundle", "opens", "deadline"  # the kinds of events
BATCH = 100
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Leased:
    """An event in hand; without a subject it concerns everybody. `told` names the policies the subject was told of."""

    id: int
    lease: str
    kind: str
    key: str
    policy: str | None
    subject: str | None
    applicant: str = ""
    profile: Mapping[str, Any] | None = None
    version: int = 0
    told: tuple[str, ...] = ()


def save_profile(session: Session, subject: str, applicant: str, profile: Mapping[str, Any]) -> int:
    """Keep the facts of an applicant, as a profile file has them, queue the event, and return their version."""
    row = session.get(NetworkSubject, subject, with_for_update=True)
    if row is None:
        row = NetworkSubject(subject=subject, version=0)
        session.add(row)
    row.applicant, row.profile, row.updated_at = applicant, dict(profile), now()
    row.version += 1
    session.flush()
    put(session, f"{PROFILE}:{subject}:{row.version}", PROFILE, subject=subject)
    return row.version


def put(session: Session, key: str, kind: str, *, subject: str | None = None, policy: str | None = None) -> bool:
    """Queue an event and tell whether it is new; one with this key that is there already stays as it is."""
    row = {"key": key, "kind": kind, "subject": subject, "policy": policy, "created_at": now(), "attempts": 0}
    insert = insert_once(session).values(row).on_conflict_do_nothing().returning(NetworkEvent.id)
    return session.execute(insert).first() is not None


def lease(session: Session, limit: int = BATCH, length: timedelta = LEASE) -> list[Leased]:
    """Take the oldest open events that nobody holds, each subject with its newest profile."""
    moment = now()
    is_free = NetworkEvent.leased_until.is_(None) | (NetworkEvent.leased_until < moment)
    wanted = select(NetworkEvent).where(NetworkEvent.done_at.is_(None), is_free).order_by(NetworkEvent.id).limit(limit)
    token = new_token()
    events = session.scalars(wanted.with_for_update(skip_locked=True)).all()
    for event in events:
        event.lease, event.leased_until, event.attempts = token, moment + length, event.attempts + 1
    names = {event.subject for event in events if event.subject}
    subjects = {row.subject: row for row in session.scalars(_of(NetworkSubject, names))}
    told: dict[str, list[str]] = {}
    for standing in session.scalars(_of(NetworkStanding, names)):
        told.setdefault(standing.subject, []).append(standing.policy)
    found = []
    for event in events:
        row = subjects.get(event.subject or "")
        facts = (row.applicant, row.profile, row.version, tuple(told.get(row.subject, ()))) if row else ()
        found.append(Leased(event.id, token, event.kind, event.key, event.policy, event.subject, *facts))
    return found


def fan_out(session: Session, event: Leased) -> int:
    """Put an event that concerns everybody into one event for each subject, and return how many; it is then done."""
    if not close_event(session, event):
        return 0
    everybody = select(
        literal(event.key + ":", String) + NetworkSubject.subject,
        literal(event.kind, String),
        NetworkSubject.subject,
        literal(event.policy, String),
        literal(now(), NetworkEvent.created_at.type),
        literal(0),
    )
    columns = ["key", "kind", "subject", "policy", "created_at", "attempts"]
    statement = insert_once(session).from_select(columns, everybody.where(literal(value=True)))
    return len(session.execute(statement.on_conflict_do_nothing().returning(NetworkEvent.id)).all())


def close_event(session: Session, event: Leased) -> bool:
    """Mark an event as done and tell whether it was still ours to do; what follows belongs to the same transaction."""
    ours = update(NetworkEvent).where(
        NetworkEvent.id == event.id, NetworkEvent.lease == event.lease, NetworkEvent.done_at.is_(None)
    )
    return _rows(session, ours.values(done_at=now(), lease=None, leased_until=None)) == 1


def forget(session: Session, before: datetime) -> int:
    """Forget events of one subject that were done before a moment and of which nothing was told, and return how many.

    What concerns everybody stays, for its key must not be taken in again.
    """
    uses = [exists().where(table.event_id == NetworkEvent.id) for table in (NetworkNotice, NetworkAlarm)]
    return _rows(
        session,
        delete(NetworkEvent).where(
            NetworkEvent.done_at < before, NetworkEvent.subject.is_not(None), *(~each for each in uses)
        ),
    )


def release(session: Session, events: Sequence[Leased]) -> None:
    """Give events back, to be taken again at once."""
    for event in events:
        mine = update(NetworkEvent).where(NetworkEvent.id == event.id, NetworkEvent.lease == event.lease)
        session.execute(mine.values(lease=None, leased_until=None))


def insert_once(session: Session) -> Any:
    """Return an insert of events that can be told to leave alone what is there, in the words of the database."""
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return kind.insert(NetworkEvent)


def _of(table: Any, names: set[str]) -> Select[Any]:
    return select(table).where(table.subject.in_(names))


def _rows(session: Session, statement: Insert | Any) -> int:
    done = session.execute(statement)
    assert isinstance(done, CursorResult)  # noqa: S101  of statements that write
    return done.rowcount
