"""Read what an inspector wrote at a visit and keep it once, however often it is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from enforcement.canonical import Json
from enforcement.publicity.national import Result
from enforcement.tasks.records import close_visit
from enforcement.tasks.visits import FollowUp, Visit
from web.errors import Problem
from web.services.inspection_evidence import MOST, Piece, UnfitEvidence, keep_pieces, read_pieces
from web.services.inspection_fieldwork import TO_DO, names_of, own_visit, receipt
from web.store import Store
from web.store.base import canonical_json
from web.store.inspections import CANCELLED, RECORDED, Evidence, VisitRecord, VisitRow
from web.store.log import ZONE, find_events, record

RECORD = "visit.record"
NOTE_LENGTH, WORDS_LENGTH = 500, 5000
_COUNT = re.compile(r"\d{1,4}")


@dataclass(frozen=True, slots=True)
class Written:
    """A record as it came. `after` is how many records of the visit its writer knew; `kept` are hashes sent before."""

    id: str
    after: int
    visited_on: date
    items: tuple[dict[str, str], ...]
    result: Result
    follow_ups: tuple[FollowUp, ...]
    words: str
    kept: tuple[str, ...]
    pieces: tuple[Piece, ...]
    made_at: datetime

    @property
    def evidence(self) -> list[str]:
        """Return the hashes it rests on, in order."""
        return sorted({*self.kept, *(piece.sha256 for piece in self.pieces)})

    def body_hash(self, visit_id: str) -> str:
        """Return the hash of everything in it but the clocks, so that sent again it is the same."""
        follow_ups = [each.value for each in self.follow_ups]
        return _hash(visit_id, self.visited_on, self.items, follow_ups, self.words, self.evidence)


def record_leaf(session: Session, visit: VisitRow) -> int | None:
    """Return the number in the log of the newest record of a visit; None before there is one."""
    found = find_events(session, kind=RECORD, ref=visit.id, limit=1)
    return found[0][0] if found else None


def agrees(session: Session, row: VisitRecord) -> bool:
    """Tell whether a kept record still says what its leaf of the log says it said."""
    found = hash_of(row)
    leaves = [event.body for _, event in find_events(session, kind=RECORD, ref=row.visit_id)]
    return [body["body"] for body in leaves if body["record"] == row.id] == [found] == [row.body_hash]


def hash_of(row: VisitRecord) -> str:
    """Return the hash of what a kept record says, worked out anew."""
    return _hash(row.visit_id, row.visited_on, row.items, row.follow_ups, row.words, row.evidence)


def _hash(
    visit_id: str,
    day: date,
    items: Sequence[Mapping[str, str]],
    follow_ups: Sequence[str],
    words: str,
    evidence: Sequence[str],
) -> str:
    body = {
        "visit": visit_id,
        "visited_on": day.isoformat(),
        "items": [dict(item) for item in items],
        "follow_ups": list(follow_ups),
        "words": words,
        "evidence": list(evidence),
    }
    return hashlib.sha256(canonical_json(body).encode()).hexdigest()


def read_written(
    visit: VisitRow, form: MultiDict[str, str], files: Iterable[FileStorage], at: datetime
) -> tuple[Written | None, dict[str, str]]:
    """Return the record in a form, or none and what is wrong by the name of the field.

    Fields: `record` (UUID), `after`, `visited_on`, for the nth matter of the visit `result-n` and `note-n`, `follow_ups`
    (several), `words`, `kept` (several), `made_at` (optional, ISO 8601).
    """
    errors: dict[str, str] = {}
    items, results = _items(visit.matters, form, errors)
    follow_ups = tuple(FollowUp(value) for value in FollowUp if value in form.getlist("follow_ups"))
    if results and len(results) == len(visit.matters):
        try:
            closed = close_visit(_as_visit(visit), results, follow_ups)
        except ValueError as error:
            errors["follow_ups"] = gettext("%(why)s。", why=str(error))
        else:
            results = [closed.result] if closed.result else results
    day = _day(form.get("visited_on", ""), visit, at, errors)
    words = form.get("words", "").replace("\r\n", "\n").strip()
    if len(words) > WORDS_LENGTH:
        errors["words"] = gettext("情况说明最多 %(most)d 字。", most=WORDS_LENGTH)
    pieces: tuple[Piece, ...] = ()
    try:
        pieces = read_pieces(files)
    except UnfitEvidence as error:
        errors["evidence"] = str(error)
    kept = tuple(value for value in form.getlist("kept")[:MOST] if re.fullmatch(r"[0-9a-f]{64}", value))
    if errors or day is None:
        return None, errors
    return (
        Written(
            id=_uuid(form.get("record", "")),
            after=int(found) if _COUNT.fullmatch(found := form.get("after", "0")) else 0,
            visited_on=day,
            items=items,
            result=results[0],
            follow_ups=follow_ups,
            words=words,
            kept=kept,
            pieces=pieces,
            made_at=moment_of(form.get("made_at", "")) or at,
        ),
        {},
    )


def keep(store: Store, visit_id: str, by: str, written: Written, at: datetime) -> VisitRecord:
    """Keep a record and return it; the same record sent again is answered with what was kept.

    Raises:
        Problem: 404 for a visit of others; 409 for another body under a known id, or when the visit went on meanwhile.
    """
    try:
        return _keep(store, visit_id, by, written, at)
    except IntegrityError:
        # On PostgreSQL the same record of another visit may have come beside this one; then it is there now.
        return _keep(store, visit_id, by, written, at)


def _keep(store: Store, visit_id: str, by: str, written: Written, at: datetime) -> VisitRecord:
    with store.writing() as session:
        visit = own_visit(session, visit_id, by, lock=True)
        body_hash = written.body_hash(visit_id)
        known = session.get(VisitRecord, written.id)
        if known is not None:
            if (known.visit_id, known.made_by, known.body_hash) != (visit_id, by, body_hash):
                raise Problem(
                    409,
                    "record_differs",
                    gettext("同一编号已提交过另一份内容，先提交的那份有效，这一份没有保存。"),
                    title=gettext("记录没有提交"),
                )
            return known
        _refuse_late(session, visit, written.after)
        ours = select(Evidence.sha256).where(Evidence.visit_id == visit_id, Evidence.sha256.in_(written.kept))
        if len(set(session.scalars(ours))) < len(set(written.kept)):
            raise Problem(409, "evidence_unknown", gettext("保留的证据不属于这次检查，请重新选择文件。"))
        row = VisitRecord(
            id=written.id,
            visit_id=visit_id,
            number=written.after + 1,
            body_hash=body_hash,
            visited_on=written.visited_on,
            items=list(written.items),
            result=written.result.value,
            follow_ups=[each.value for each in written.follow_ups],
            words=written.words,
            evidence=written.evidence,
            made_by=by,
            made_at=written.made_at,
            received_at=at,
        )
        session.add(row)
        keep_pieces(session, visit_id, row.id, written.pieces, by, at)
        visit.state = RECORDED
        session.flush()
        body: dict[str, Json] = {
            "record": row.id,
            "number": row.number,
            "body": body_hash,
            "evidence": [*row.evidence],
        }
        record(session, RECORD, by, visit_id, body, at=at)
        return row


def _refuse_late(session: Session, visit: VisitRow, after: int) -> None:
    """Refuse a record of a visit that was cancelled, or that somebody else recorded first."""
    title = gettext("记录没有提交")
    if visit.state == CANCELLED:
        raise Problem(409, "visit_cancelled", gettext("这次检查已取消，记录没有保存。"), title=title)
    last = session.scalar(
        select(VisitRecord).where(VisitRecord.visit_id == visit.id).order_by(VisitRecord.number.desc()).limit(1)
    )
    number = last.number if last else 0
    if visit.state not in TO_DO or number != after:
        if last is None:
            raise Problem(409, "visit_over", gettext("这次检查已不能记录，记录没有保存。"), title=title)
        raise Problem(
            409,
            "recorded_before",
            gettext(
                "%(who)s 已先提交这次检查的记录（编号 %(number)s），您的这一份没有保存。",
                who=names_of(session, [last.made_by]).get(last.made_by, last.made_by),
                number=receipt(last),
            ),
            title=title,
        )


def moment_of(text: str) -> datetime | None:
    """Return the instant that a device wrote in ISO 8601 with its zone; None for anything else."""
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None


def _items(
    matters: Sequence[str], form: Mapping[str, str], errors: dict[str, str]
) -> tuple[tuple[dict[str, str], ...], list[Result]]:
    items, results = [], []
    for number, matter in enumerate(matters, 1):
        chosen, note = form.get(f"result-{number}", ""), form.get(f"note-{number}", "").replace("\r\n", "\n").strip()
        try:
            results.append(Result(chosen))
        except ValueError:
            errors[f"result-{number}"] = gettext("请选择第 %(number)d 个事项的结果。", number=number)
        if len(note) > NOTE_LENGTH:
            errors[f"note-{number}"] = gettext("每个事项的说明最多 %(most)d 字。", most=NOTE_LENGTH)
        items.append({"matter": matter, "result": chosen, "note": note})
    return tuple(items), results


def _day(text: str, visit: VisitRow, at: datetime, errors: dict[str, str]) -> date | None:
    """Return the day of the visit: not before its first day and not after today. A late visit is a fact, and is taken."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        errors["visited_on"] = gettext("请按 2026-05-20 的样子填写检查日期。")
        return None
    if day < visit.first_day:
        errors["visited_on"] = gettext("检查日期早于检查期限的第一天 %(day)s。", day=visit.first_day)
    elif day > at.astimezone(ZONE).date():
        errors["visited_on"] = gettext("检查日期晚于今天。")
    return day


def _as_visit(visit: VisitRow) -> Visit:
    return Visit(id=visit.id, code=visit.code, matters=tuple(visit.matters), day=visit.first_day)


def _uuid(text: str) -> str:
    """Return the id that a device made, in its one form.

    Raises:
        Problem: 400 when it is none.
    """
    try:
        return str(UUID(text))
    except ValueError:
        raise Problem(400, "no_record_id", gettext("表单缺少记录编号，请重新打开页面。")) from None
