"""Declare the tables of publicity: published records with all versions, proposals, objections, the enterprise's replies."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from web.store.base import Base, CleanText, ExactJson, Instant, Line, Token, new_token, now


class Publication(Base):
    """A record for the public: the result of one visit, one licence or one penalty (`kind`).

    `rule` names the deadline of `enforcement.publicity.deadlines`, which runs from `event_on`. Nothing is public before
    its first version. `marks` of corrections and objections follow from versions and objections alone.
    `result` repeats the newest version's for searching. `row` is what a workbook brought, as never shown: only its
    masked part is in the versions.
    """

    __tablename__ = "publications"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Line(16), index=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("inspection_visits.id"), unique=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("inspection_tasks.id"), index=True)
    draw_id: Mapped[str | None] = mapped_column(ForeignKey("inspection_draws.id"), index=True)
    subject: Mapped[str] = mapped_column(Line(200))
    subject_kind: Mapped[str] = mapped_column(Line(16), default="")
    code: Mapped[str] = mapped_column(Line(64), index=True)
    authority: Mapped[str] = mapped_column(Line(200))
    rule: Mapped[str] = mapped_column(Line(32))
    event_on: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date] = mapped_column(index=True)
    published_on: Mapped[date | None] = mapped_column(index=True)
    withdrawn_on: Mapped[date | None]
    shown_until: Mapped[date | None] = mapped_column(index=True)
    result: Mapped[str] = mapped_column(Line(64), default="", index=True)
    row: Mapped[dict[str, str] | None] = mapped_column(ExactJson)
    created_by: Mapped[str] = mapped_column(Line(64))
    created_at: Mapped[Instant] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # the name and form SQLAlchemy reads


class PublishedVersion(Base):
    """One public version; `fields` is null in a withdrawal. `leaf` is the number of its event in the log."""

    __tablename__ = "publication_versions"

    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    published_on: Mapped[date]
    fields: Mapped[dict[str, str] | None] = mapped_column(ExactJson)
    reason: Mapped[str] = mapped_column(CleanText, default="")
    proposed_by: Mapped[str] = mapped_column(Line(64))
    approved_by: Mapped[str] = mapped_column(Line(64))
    published_at: Mapped[Instant] = mapped_column(default=now)
    leaf: Mapped[int | None] = mapped_column(BigInteger)


class Proposal(Base):
    """A version that one person proposed (`step`: publish, correct or withdraw) and another one still has to approve."""

    __tablename__ = "publication_proposals"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), index=True)
    step: Mapped[str] = mapped_column(Line(16))
    fields: Mapped[dict[str, str] | None] = mapped_column(ExactJson)
    row: Mapped[dict[str, str] | None] = mapped_column(ExactJson)
    reason: Mapped[str] = mapped_column(CleanText, default="")
    body_hash: Mapped[str] = mapped_column(Line(64))
    state: Mapped[str] = mapped_column(Line(16), default="open", index=True)
    proposed_by: Mapped[str] = mapped_column(Line(64))
    proposed_at: Mapped[Instant] = mapped_column(default=now)
    decided_by: Mapped[str | None] = mapped_column(Line(64))
    decided_at: Mapped[Instant | None]
    opinion: Mapped[str] = mapped_column(CleanText, default="")


class ObjectionRow(Base):
    """An objection to one version; its steps follow, the first being how it was raised.

    `contact` is never public; `token` opens the page on which the enterprise follows it.
    """

    __tablename__ = "objections"

    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
    token: Mapped[str] = mapped_column(Line(22), unique=True, default=new_token)
    contact: Mapped[str] = mapped_column(CleanText, default="")
    state: Mapped[str] = mapped_column(Line(16), index=True)
    due_on: Mapped[date]
    raised_at: Mapped[Instant] = mapped_column(default=now)


class ObjectionStep(Base):
    """One step of an objection, with the words given for it."""

    __tablename__ = "objection_steps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["publication_id", "objection"],
            ["objections.publication_id", "objections.number"],
            name="fk_objection_steps_objection",
        ),
    )

    publication_id: Mapped[str] = mapped_column(Line(22), primary_key=True)
    objection: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Line(16))
    day: Mapped[date]
    words: Mapped[str] = mapped_column(CleanText)
    by: Mapped[str] = mapped_column(Line(64))
    at: Mapped[Instant] = mapped_column(default=now)


class Reply(Base):
    """What the enterprise says to its result; shown beside it."""

    __tablename__ = "publication_replies"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), index=True)
    words: Mapped[str] = mapped_column(CleanText)
    made_at: Mapped[Instant] = mapped_column(default=now)


class ExportBatch(Base):
    """One file of records for another system, with its number, the hash of its bytes, and what it holds: [record, version]."""

    __tablename__ = "export_batches"

    number: Mapped[str] = mapped_column(Line(32), primary_key=True)
    kind: Mapped[str] = mapped_column(Line(32))
    records: Mapped[int] = mapped_column(Integer)
    members: Mapped[list[list[str | int]]] = mapped_column(ExactJson, default=list)
    sha256: Mapped[str] = mapped_column(Line(64))
    leaf: Mapped[int | None] = mapped_column(BigInteger)
    made_by: Mapped[str] = mapped_column(Line(64))
    made_at: Mapped[Instant] = mapped_column(default=now)
