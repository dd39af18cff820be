"""Let a second person review records: what waits, what changed since one was sent back, and the decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from enforcement.tasks.visits import FollowUp
from web.errors import Problem, not_found
from web.people.duties import require_other
from web.services.inspection_fieldwork import Sheet, sheet
from web.services.inspection_records import agrees
from web.store.inspections import RECORDED, RETURNED, REVIEWED, CaseTransfer, InspectorRow, VisitRecord, VisitRow
from web.store.log import record

PASSED, SENT_BACK = "passed", "returned"
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed between two records of a visit."""

    what: str
    before: str
    after: str


def waiting(session: Session) -> list[tuple[VisitRecord, VisitRow]]:
    """Return the records that wait for review, the oldest first."""
    query = (
        select(VisitRecord, VisitRow)
        .join(VisitRow, VisitRow.id == VisitRecord.visit_id)
        .where(VisitRow.state == RECORDED, VisitRecord.review == "")
        .order_by(VisitRecord.received_at)
        .limit(SHOWN)
    )
    return [(row, visit) for row, visit in session.execute(query)]


def decided(session: Session, account_id: str) -> list[tuple[VisitRecord, VisitRow]]:
    """Return what one person decided, the newest first."""
    query = (
        select(VisitRecord, VisitRow)
        .join(VisitRow, VisitRow.id == VisitRecord.visit_id)
        .where(VisitRecord.reviewed_by == account_id)
        .order_by(VisitRecord.reviewed_at.desc())
        .limit(20)
    )
    return [(row, visit) for row, visit in session.execute(query)]


def find(session: Session, record_id: str) -> tuple[VisitRecord, Sheet]:
    """Return a record and its visit; raise 404."""
    row = session.get(VisitRecord, record_id)
    if row is None:
        raise not_found()
    return row, sheet(session, session.get_one(VisitRow, row.visit_id))


def accounts_of(session: Session, visit: VisitRow) -> set[str]:
    """Return the accounts of those who made a visit; none of them reviews it."""
    query = select(InspectorRow.account_id).where(InspectorRow.id.in_(visit.inspectors))
    return {found for found in session.scalars(query) if found}


def decide(session: Session, record_id: str, decision: str, opinion: str, by: str, at: datetime) -> None:
    """Pass a record (PASSED), or send it back with an opinion (SENT_BACK).

    Raises:
        Problem: 403 for one of the inspectors; 409 when it is decided already, when it no longer is what was submitted,
            or when a case still has to be transferred.
    """
    row = session.get(VisitRecord, record_id)
    if row is None:
        raise not_found()
    visit = session.get_one(VisitRow, row.visit_id, with_for_update=True)
    for author in {row.made_by, *accounts_of(session, visit)}:
        require_other(author, by)
    if not agrees(session, row):
        raise Problem(
            409,
            "record_altered",
            gettext("这份记录与提交时写入日志的校验值不符，可能被改动过，不能审核。"),
            advice=gettext("请保留现状，联系审计管理员。"),
        )
    passes = decision == PASSED
    if passes and FollowUp.CASE.value in row.follow_ups and not _transferred(session, visit.id):
        raise Problem(
            409,
            "case_missing",
            gettext("后续处理写了「移送立案」，但还没有移送登记，不能通过。"),
            advice=gettext("请退回，由检查人员登记移送后再审。"),
        )
    done = session.execute(
        update(VisitRecord)
        .where(VisitRecord.id == record_id, VisitRecord.review == "", VisitRecord.made_by != by)
        .values(review=decision, reviewed_by=by, reviewed_at=at, opinion=opinion)
    ).rowcount  # type: ignore[attr-defined]
    if visit.state != RECORDED or not done:
        raise Problem(409, "decided", gettext("这份记录已有审核意见。"), advice=" ")
    visit.state = REVIEWED if passes else RETURNED
    session.flush()
    record(session, "visit.review", by, visit.id, {"record": row.id, "body": row.body_hash, "review": decision}, at=at)


def differences(row: VisitRecord, found: Sheet) -> list[Difference]:
    """Return what changed since the record before this one; empty for a first record."""
    before = next((each for each in reversed(found.records) if each.number < row.number), None)
    return list(_differences(before, row, found)) if before else []


def _differences(before: VisitRecord, after: VisitRecord, found: Sheet) -> Iterator[Difference]:
    if before.visited_on != after.visited_on:
        yield Difference(gettext("检查日期"), before.visited_on.isoformat(), after.visited_on.isoformat())
    earlier = {each["matter"]: each for each in before.items}
    for item in after.items:
        old, title = earlier.get(item["matter"], {}), found.title(item["matter"])
        for part, name in (("result", gettext("结果")), ("note", gettext("说明"))):
            if old.get(part, "") != item[part]:
                yield Difference(f"{title}：{name}", old.get(part, ""), item[part])
    if before.follow_ups != after.follow_ups:
        yield Difference(gettext("后续处理"), "、".join(before.follow_ups), "、".join(after.follow_ups))
    if before.words != after.words:
        yield Difference(gettext("情况说明"), before.words, after.words)
    gone, come = set(before.evidence) - set(after.evidence), set(after.evidence) - set(before.evidence)
    if gone or come:
        yield Difference(gettext("证据"), _files(gone, found), _files(come, found))


def _files(hashes: set[str], found: Sheet) -> str:
    return "、".join(f"{found.evidence[each].name} {each[:12]}" for each in sorted(hashes) if each in found.evidence)


def _transferred(session: Session, visit_id: str) -> bool:
    return session.scalar(select(CaseTransfer.id).where(CaseTransfer.visit_id == visit_id).limit(1)) is not None
