"""Keep the audit log in the database: a leaf is written in the transaction of the event that it records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, LargeBinary, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement.canonical import Json
from enforcement.log.checkpoint import Checkpoint
from enforcement.log.event import CLOCK_MOVED, Event, read_event
from enforcement.log.log import append, head, leaf_at
from enforcement.log.store import Overtaken
from enforcement.log.verify import Report, verify_log
from web.store.base import Base, Line, now

ORIGIN = "audit.huice"
ZONE = ZoneInfo("Asia/Shanghai")
# Any number will do, as long as every host takes the same one. All events of the house queue for it, until commit.
LOG_LOCK = 0x4875_6C6F
_CHUNK = 1000


class LogLeaf(Base):
    """One leaf. Its kind, actor and object stand beside it for searching; the leaf alone counts.

    Triggers of the database refuse every change, every deletion and every number but the next one.
    """

    __tablename__ = "log_leaves"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(Line(64), index=True)
    actor: Mapped[str] = mapped_column(Line(64), index=True)
    ref: Mapped[str] = mapped_column(Line(64), index=True)


class LogNode(Base):
    """The hash of a whole subtree: of the leaves index·2^level up to (index+1)·2^level."""

    __tablename__ = "log_nodes"

    level: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class SqlLog:
    """The log as `enforcement.log.store.LogStore` inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def size(self) -> int:
        """Return the number of leaves."""
        last = self._session.scalar(select(func.max(LogLeaf.number)))
        return 0 if last is None else last + 1

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Return leaves [start, end), a thousand at a time; a leaf that is missing raises LookupError."""
        for first in range(start, end, _CHUNK):
            last = min(first + _CHUNK, end)
            rows = self._session.execute(
                select(LogLeaf.number, LogLeaf.leaf)
                .where(LogLeaf.number >= first, LogLeaf.number < last)
                .order_by(LogLeaf.number)
            )
            expected = first
            for number, leaf in rows:
                if number != expected:
                    raise LookupError(expected)
                expected += 1
                yield bytes(leaf)
            if expected != last:
                raise LookupError(expected)

    def node(self, level: int, index: int) -> bytes:
        """Return the stored hash of a whole subtree."""
        found = self._session.scalar(select(LogNode.hash).where(LogNode.level == level, LogNode.index == index))
        if found is None:
            raise LookupError(level, index)
        return bytes(found)

    def append(self, number: int, leaf: bytes, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep one leaf under the next number."""
        if number != self.size():
            raise Overtaken
        event = read_event(leaf)
        self._session.add(LogLeaf(number=number, leaf=leaf, kind=event.kind, actor=event.by, ref=event.ref))
        self._session.add_all(LogNode(level=level, index=index, hash=hashed) for level, index, hashed in nodes)
        self._session.flush()


def record(
    session: Session,
    kind: str,
    by: str,
    ref: str = "",
    body: Mapping[str, Json] | None = None,
    *,
    sealed: str = "",
    at: datetime | None = None,
) -> int:
    """Write an event in the caller's transaction, as the last thing before its commit, and return its number.

    When the clock went back since the last leaf, a leaf that says so comes first.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({LOG_LOCK})"))
    log = SqlLog(session)
    moment = (at or now()).astimezone(ZONE).replace(microsecond=0)
    if size := log.size():
        last = read_event(leaf_at(log, size - 1)).moment
        if moment < last:
            moved: dict[str, Json] = {"from": last.isoformat(), "to": moment.isoformat()}
            append(log, Event(CLOCK_MOVED, moment.isoformat(), "system", body=moved))
    return append(log, Event(kind, moment.isoformat(), by, ref, body or {}, sealed))


def log_head(session: Session) -> Checkpoint:
    """Return the head over all leaves; kept elsewhere, it later shows whether the log was cut or changed."""
    return head(SqlLog(session), ORIGIN)


def verify(session: Session, kept: Iterable[Checkpoint]) -> Report:
    """Recompute the whole log and compare it with its stored hashes and with heads that were kept elsewhere."""
    return verify_log(SqlLog(session), kept)


def misfiled(session: Session) -> list[int]:
    """Return the numbers of leaves whose columns for searching do not say what the leaf says."""
    rows = session.execute(select(LogLeaf).order_by(LogLeaf.number)).scalars().yield_per(_CHUNK)
    return [row.number for row in rows if _columns(read_event(bytes(row.leaf))) != (row.kind, row.actor, row.ref)]


def _columns(event: Event) -> tuple[str, str, str]:
    return event.kind, event.by, event.ref


def find_events(
    session: Session, *, kind: str = "", actor: str = "", ref: str = "", before: int | None = None, limit: int = 50
) -> list[tuple[int, Event]]:
    """Return the newest events with their numbers, newest first; an empty filter lets everything through."""
    query = select(LogLeaf.number, LogLeaf.leaf).order_by(LogLeaf.number.desc()).limit(limit)
    for column, wanted in ((LogLeaf.kind, kind), (LogLeaf.actor, actor), (LogLeaf.ref, ref)):
        if wanted:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(LogLeaf.number < before)
    return [(number, read_event(bytes(leaf))) for number, leaf in session.execute(query)]
