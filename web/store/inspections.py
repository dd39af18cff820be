"""Declare the tables of inspections: the two registers and the list of matters, plans, draws, visits, records, evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.store.base import Base, CleanText, ExactJson, Instant, Line, Token, new_token, now


class SubjectRow(Base):
    """One object of the 检查对象名录库, as `enforcement.tasks.lists.Subject`."""

    __tablename__ = "inspection_subjects"

    code: Mapped[str] = mapped_column(Line(18), primary_key=True)
    name: Mapped[str] = mapped_column(Line(200))
    kind: Mapped[str] = mapped_column(Line(64), index=True)
    industry: Mapped[str] = mapped_column(Line(64))
    area: Mapped[str] = mapped_column(Line(64), index=True)
    risk: Mapped[str] = mapped_column(Line(16))
    is_active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[Instant] = mapped_column(default=now, onupdate=now)


class InspectorRow(Base):
    """One person of the 执法检查人员名录库, as `enforcement.tasks.lists.Inspector` and as a draw needs them.

    `dept` is the department's name in draws, `unit` its title. `available` lists [first day, last day]; `load` counts
    visits carried over from earlier draws; `account_id` is the person's account, once there is one.
    """

    __tablename__ = "inspection_inspectors"

    id: Mapped[str] = mapped_column(Line(64), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), unique=True)
    name: Mapped[str] = mapped_column(Line(64))
    dept: Mapped[str] = mapped_column(Line(64), index=True)
    unit: Mapped[str] = mapped_column(Line(100))
    certificate: Mapped[str] = mapped_column(Line(64))
    valid_until: Mapped[date]
    matters: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    available: Mapped[list[list[str]]] = mapped_column(ExactJson, default=list)
    may_lead: Mapped[bool] = mapped_column(default=False)
    is_expert: Mapped[bool] = mapped_column(default=False)
    is_available: Mapped[bool] = mapped_column(default=True)
    load: Mapped[int] = mapped_column(Integer, default=0)
    updated_at: Mapped[Instant] = mapped_column(default=now, onupdate=now)


class ConflictRow(Base):
    """An inspector who may not visit an object, and on which basis (a word of the draw protocol)."""

    __tablename__ = "inspection_conflicts"

    code: Mapped[str] = mapped_column(Line(64), primary_key=True)
    inspector_id: Mapped[str] = mapped_column(ForeignKey("inspection_inspectors.id"), primary_key=True)
    basis: Mapped[str] = mapped_column(Line(32))
    created_by: Mapped[str] = mapped_column(Line(64))
    created_at: Mapped[Instant] = mapped_column(default=now)


class MatterRow(Base):
    """One line of the 随机抽查事项清单, as `enforcement.tasks.lists.Matter`; `rate` is an exact fraction in text."""

    __tablename__ = "inspection_matters"

    id: Mapped[str] = mapped_column(Line(64), primary_key=True)
    field: Mapped[str] = mapped_column(Line(100))
    title: Mapped[str] = mapped_column(Line(200))
    power: Mapped[str] = mapped_column(Line(64))
    basis: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    objects: Mapped[str] = mapped_column(Line(200))
    kind: Mapped[str] = mapped_column(Line(16))
    rate: Mapped[str] = mapped_column(Line(32))
    yearly_most: Mapped[int | None] = mapped_column(Integer)
    way: Mapped[str] = mapped_column(Line(64))
    lead: Mapped[str] = mapped_column(Line(100))
    partners: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    tier: Mapped[str] = mapped_column(Line(32))
    updated_at: Mapped[Instant] = mapped_column(default=now, onupdate=now)


class TaskRow(Base):
    """One line of a yearly plan, as `enforcement.tasks.visits.Task`; public once a second person approved it."""

    __tablename__ = "inspection_tasks"

    id: Mapped[str] = mapped_column(Line(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    year: Mapped[int] = mapped_column(Integer, index=True)
    name: Mapped[str] = mapped_column(Line(200))
    matters: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    objects: Mapped[str] = mapped_column(Line(200))
    by_kind: Mapped[bool]
    number: Mapped[int] = mapped_column(Integer)
    rate: Mapped[str] = mapped_column(Line(32))
    way: Mapped[str] = mapped_column(Line(64))
    tier: Mapped[str] = mapped_column(Line(32))
    draw_on: Mapped[date]
    done_by: Mapped[date]
    lead: Mapped[str] = mapped_column(Line(100))
    partners: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    state: Mapped[str] = mapped_column(Line(16), index=True)
    proposed_by: Mapped[str] = mapped_column(Line(64))
    proposed_at: Mapped[Instant] = mapped_column(default=now)
    approved_by: Mapped[str | None] = mapped_column(Line(64))
    approved_at: Mapped[Instant | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # the name and form SQLAlchemy reads


class DrawRow(Base):
    """One attempt at the draw of a task, with the very bytes of its files, as `enforcement.draw.commands` reads and writes them.

    `state` is a value of `enforcement.draw.life.State`. `case` holds plan and lists, `opened` the values of the sources
    and the salts; `voided` says when, why and by whom, also while a second person must still sign. `asked_by` asked for
    the draw to be run. A salt is never kept before it is revealed.
    """

    __tablename__ = "inspection_draws"
    __table_args__ = (UniqueConstraint("task_id", "attempt"),)

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    version: Mapped[int] = mapped_column(Integer)
    task_id: Mapped[str] = mapped_column(ForeignKey("inspection_tasks.id"))
    attempt: Mapped[int] = mapped_column(Integer)
    draw: Mapped[str] = mapped_column(Line(64), index=True)
    state: Mapped[str] = mapped_column(Line(16), index=True)
    case: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary)
    commit_hash: Mapped[str | None] = mapped_column(Line(64), index=True)
    committed_at: Mapped[Instant | None]
    leaf: Mapped[int | None] = mapped_column(BigInteger)
    first_known: Mapped[Instant | None]
    opened: Mapped[bytes | None] = mapped_column(LargeBinary)
    transcript: Mapped[bytes | None] = mapped_column(LargeBinary)
    result: Mapped[str | None] = mapped_column(Line(64))
    voided: Mapped[dict[str, Any] | None] = mapped_column(ExactJson)
    prepared_by: Mapped[str] = mapped_column(Line(64))
    prepared_at: Mapped[Instant] = mapped_column(default=now)
    frozen_by: Mapped[str | None] = mapped_column(Line(64))
    asked_by: Mapped[str | None] = mapped_column(Line(64))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # the name and form SQLAlchemy reads


class VisitRow(Base):
    """One visit to one enterprise by one department, as `enforcement.tasks.visits.Visit`.

    It comes from a draw, or has a lawful `trigger` and a `clue`. `pass_code` is what the enterprise scans at the door:
    who knows it may see who is coming and why, and later answer or object. `state` is one of VISIT_STATES.
    """

    __tablename__ = "inspection_visits"
    __table_args__ = (UniqueConstraint("draw_id", "code", "dept"),)

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    version: Mapped[int] = mapped_column(Integer)
    pass_code: Mapped[str] = mapped_column(Line(22), unique=True, default=new_token)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("inspection_tasks.id"), index=True)
    draw_id: Mapped[str | None] = mapped_column(ForeignKey("inspection_draws.id"), index=True)
    code: Mapped[str] = mapped_column(Line(64), index=True)
    name: Mapped[str] = mapped_column(Line(200))
    dept: Mapped[str] = mapped_column(Line(64))
    matters: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    inspectors: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    lead: Mapped[str] = mapped_column(Line(64), default="")
    first_day: Mapped[date]
    last_day: Mapped[date]
    trigger: Mapped[str] = mapped_column(Line(32), default="")
    clue: Mapped[str] = mapped_column(Line(200), default="")
    state: Mapped[str] = mapped_column(Line(16), default="waiting", index=True)
    entered_at: Mapped[Instant | None]
    created_by: Mapped[str] = mapped_column(Line(64))
    created_at: Mapped[Instant] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # the name and form SQLAlchemy reads


# waiting to be made; its record waits for review; sent back to the inspector; reviewed and free to be published;
# published; not made, with the reason in the log.
WAITING, RECORDED, RETURNED, REVIEWED, PUBLISHED, CANCELLED = VISIT_STATES = (
    "waiting",
    "recorded",
    "returned",
    "reviewed",
    "published",
    "cancelled",
)


class VisitRecord(Base):
    """What an inspector wrote at one visit; a record sent back is followed by another, none is overwritten.

    `id` is made on the device, so that a record sent twice is kept once. `items` are {matter, result, note}, `evidence`
    the hashes of what it rests on, some perhaps brought for an earlier record of the visit;
    `made_at` is the device's clock, `received_at` ours. `review` is "", "passed" or "returned".
    """

    __tablename__ = "inspection_records"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    id: Mapped[str] = mapped_column(Line(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("inspection_visits.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    body_hash: Mapped[str] = mapped_column(Line(64))
    visited_on: Mapped[date]
    items: Mapped[list[dict[str, str]]] = mapped_column(ExactJson, default=list)
    result: Mapped[str] = mapped_column(Line(64))
    follow_ups: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    words: Mapped[str] = mapped_column(CleanText, default="")
    evidence: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    made_by: Mapped[str] = mapped_column(Line(64))
    made_at: Mapped[Instant]
    received_at: Mapped[Instant] = mapped_column(default=now)
    review: Mapped[str] = mapped_column(Line(16), default="")
    reviewed_by: Mapped[str | None] = mapped_column(Line(64))
    reviewed_at: Mapped[Instant | None]
    opinion: Mapped[str] = mapped_column(CleanText, default="")


class Evidence(Base):
    """A photograph or document of a visit, under the hash of its bytes; erased bytes leave the hash."""

    __tablename__ = "inspection_evidence"

    visit_id: Mapped[str] = mapped_column(ForeignKey("inspection_visits.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(Line(64), primary_key=True)
    record_id: Mapped[str | None] = mapped_column(Line(36), index=True)
    file_name: Mapped[str] = mapped_column(Line(200))
    media_type: Mapped[str] = mapped_column(Line(64))
    size: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[str] = mapped_column(Line(64))
    received_at: Mapped[Instant] = mapped_column(default=now)


class CaseTransfer(Base):
    """A visit whose findings went to a department that may open a case."""

    __tablename__ = "inspection_cases"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    visit_id: Mapped[str] = mapped_column(ForeignKey("inspection_visits.id"), index=True)
    to_department: Mapped[str] = mapped_column(Line(100))
    reason: Mapped[str] = mapped_column(CleanText)
    made_by: Mapped[str] = mapped_column(Line(64))
    made_at: Mapped[Instant] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(CleanText, default="")
    answered_at: Mapped[Instant | None]
