"""Find the visits of one inspector, gather what a page shows of one, and write down when it began."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from web.errors import Problem, not_found
from web.services.inspection_evidence import Kept, evidence_of
from web.store.inspections import (
    CANCELLED,
    PUBLISHED,
    RECORDED,
    RETURNED,
    REVIEWED,
    WAITING,
    CaseTransfer,
    InspectorRow,
    MatterRow,
    TaskRow,
    VisitRecord,
    VisitRow,
)
from web.store.log import ZONE, find_events, record
from web.store.people import Account

TO_DO, OVER = (WAITING, RETURNED), (RECORDED, REVIEWED, PUBLISHED, CANCELLED)
OVER_SHOWN = 50
ENTER = "visit.enter"
ENTERPRISE = "enterprise"  # who confirms at the door that the inspectors came
DEVICE_AHEAD = timedelta(minutes=10)  # of a device's clock


@dataclass(frozen=True, slots=True)
class Sheet:
    """What pages show of one visit. `arrivals` are (account or ENTERPRISE, moment); `names` maps accounts to names."""

    visit: VisitRow
    task: TaskRow | None
    inspectors: list[InspectorRow]
    matters: list[tuple[str, MatterRow | None]]
    records: list[VisitRecord]
    evidence: dict[str, Kept]
    cases: list[CaseTransfer]
    arrivals: list[tuple[str, datetime]]
    names: dict[str, str]

    @property
    def latest(self) -> VisitRecord | None:
        """Return the newest record."""
        return self.records[-1] if self.records else None

    def title(self, matter: str) -> str:
        """Return the title of a matter; its id when the list lost it."""
        return next((row.title for id_, row in self.matters if id_ == matter and row), matter)

    def expired(self, on: date) -> list[InspectorRow]:
        """Return the inspectors whose certificate is not valid on a day."""
        return [each for each in self.inspectors if each.valid_until < on]


def receipt(row: VisitRecord) -> str:
    """Return the number by which people speak of a record."""
    return f"{row.id[:8]}-{row.number}"


def inspector_of(session: Session, account_id: str) -> InspectorRow | None:
    """Return the person of the register who has this account."""
    return session.scalar(select(InspectorRow).where(InspectorRow.account_id == account_id))


def own_visits(session: Session, account_id: str) -> tuple[list[VisitRow], list[VisitRow]]:
    """Return the account's visits: those to make, the next first, and the newest of the others.

    A drawn team whose first day has not come is shown too: its members prepare themselves.
    """
    inspector = inspector_of(session, account_id)
    if inspector is None:
        return [], []
    member = json.dumps(inspector.id, ensure_ascii=False)
    mine = select(VisitRow).where(type_coerce(VisitRow.inspectors, Text).contains(member, autoescape=True))
    to_do = session.scalars(mine.where(VisitRow.state.in_(TO_DO)).order_by(VisitRow.last_day, VisitRow.name))
    over = session.scalars(
        mine.where(VisitRow.state.in_(OVER)).order_by(VisitRow.last_day.desc(), VisitRow.name).limit(OVER_SHOWN)
    )
    return [row for row in to_do if inspector.id in row.inspectors], [
        row for row in over if inspector.id in row.inspectors
    ]


def own_visit(session: Session, visit_id: str, account_id: str, *, lock: bool = False) -> VisitRow:
    """Return a visit of the account; one of others is as if it did not exist. `lock` makes other writers wait.

    Raises:
        Problem: 404.
    """
    visit = session.get(VisitRow, visit_id, with_for_update=lock)
    inspector = inspector_of(session, account_id)
    if visit is None or inspector is None or inspector.id not in visit.inspectors:
        raise not_found()
    return visit


def sheet(session: Session, visit: VisitRow) -> Sheet:
    """Gather what pages show of a visit."""
    rows = {row.id: row for row in session.scalars(select(InspectorRow).where(InspectorRow.id.in_(visit.inspectors)))}
    order = sorted(visit.inspectors, key=lambda id_: id_ != visit.lead)
    matters = {row.id: row for row in session.scalars(select(MatterRow).where(MatterRow.id.in_(visit.matters)))}
    records = list(
        session.scalars(select(VisitRecord).where(VisitRecord.visit_id == visit.id).order_by(VisitRecord.number))
    )
    cases = list(
        session.scalars(select(CaseTransfer).where(CaseTransfer.visit_id == visit.id).order_by(CaseTransfer.made_at))
    )
    arrivals = _arrivals(session, visit)
    people = {each.made_by for each in records} | {each.made_by for each in cases} | {by for by, _ in arrivals}
    people |= {each.reviewed_by for each in records if each.reviewed_by}
    return Sheet(
        visit=visit,
        task=session.get(TaskRow, visit.task_id) if visit.task_id else None,
        inspectors=[rows[id_] for id_ in order if id_ in rows],
        matters=[(id_, matters.get(id_)) for id_ in visit.matters],
        records=records,
        evidence=evidence_of(session, visit.id),
        cases=cases,
        arrivals=arrivals,
        names=names_of(session, people),
    )


def names_of(session: Session, account_ids: Sequence[str] | set[str]) -> dict[str, str]:
    """Return the names of accounts by id."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {id_: name for id_, name in rows}  # noqa: C416  # a Row is no pair for the type checker


def by_pass_code(session: Session, pass_code: str, *, lock: bool = False) -> VisitRow:
    """Return the visit whose code somebody scanned; raise 404 for another code."""
    found = session.scalar(select(VisitRow.id).where(VisitRow.pass_code == pass_code))
    visit = session.get(VisitRow, found, with_for_update=lock) if found else None
    if visit is None:
        raise not_found()
    return visit


def enter(session: Session, visit: VisitRow, by: str, at: datetime, device: datetime | None = None) -> None:
    """Write down that the inspectors came, once for each who says so: an inspector's account, or ENTERPRISE.

    `device` is the time at which it was said on a device without a network.

    Raises:
        Problem: 409 when the visit cannot begin: too early, over, cancelled, or a certificate is no longer valid.
    """
    if any(who == by for who, _ in _arrivals(session, visit)):
        return
    came = device if device and device <= at + DEVICE_AHEAD else at
    day = came.astimezone(ZONE).date()
    if visit.state not in TO_DO:
        raise Problem(409, "visit_over", gettext("这次检查已经记录或者取消，不能再记进入。"))
    if day < visit.first_day:
        raise Problem(409, "visit_early", gettext("还没到检查期限的第一天（%(day)s）。", day=visit.first_day))
    if by != ENTERPRISE and (late := sheet(session, visit).expired(day)):
        names = "、".join(each.name for each in late)
        raise Problem(
            409,
            "certificate_expired",
            gettext("%(names)s 的执法证已过有效期，不能进入检查。", names=names),
            advice=gettext("请联系计划人员，按次序递补。"),
        )
    visit.entered_at = visit.entered_at or came
    record(session, ENTER, by, visit.id, {"at": came.astimezone(ZONE).isoformat(timespec="seconds")}, at=at)


def _arrivals(session: Session, visit: VisitRow) -> list[tuple[str, datetime]]:
    events = find_events(session, kind=ENTER, ref=visit.id)
    return [(event.by, datetime.fromisoformat(str(event.body["at"]))) for _, event in reversed(events)]


def transfer_case(session: Session, visit: VisitRow, department: str, reason: str, by: str, at: datetime) -> None:
    """Write down that the findings go to a department that may open a case.

    Raises:
        Problem: 409 when there is no record yet, or this department has it already.
    """
    if visit.state not in (RECORDED, RETURNED, REVIEWED, PUBLISHED):
        raise Problem(409, "no_record", gettext("还没有检查记录，请先提交记录再移送。"))
    sent = select(CaseTransfer.id).where(CaseTransfer.visit_id == visit.id, CaseTransfer.to_department == department)
    if session.scalar(sent):
        raise Problem(409, "case_sent", gettext("已经移送过这个部门。"))
    row = CaseTransfer(visit_id=visit.id, to_department=department, reason=reason, made_by=by, made_at=at)
    session.add(row)
    session.flush()
    record(session, "visit.case", by, visit.id, {"case": row.id}, at=at)
