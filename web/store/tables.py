"""Declare the tables of the self-check: drafts, stored results, share links, repeated requests, remarks, search."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.store.base import Base, CleanText, ExactJson, Fen, Instant, Line, Token, new_token, now


class Draft(Base):
    """An interview under way: what was answered, what was skipped, since when.

    `id` is the capability: who knows it may read and change the draft. `version` grows by one at each change, and a
    change made on an older version raises StaleDataError.
    """

    __tablename__ = "drafts"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    version: Mapped[int] = mapped_column(Integer)
    applicant: Mapped[str] = mapped_column(Line(32))
    answers: Mapped[dict[str, Any]] = mapped_column(ExactJson, default=dict)
    skipped: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    as_of: Mapped[date]
    created_at: Mapped[Instant] = mapped_column(default=now)
    updated_at: Mapped[Instant] = mapped_column(default=now, onupdate=now)
    expires_at: Mapped[Instant] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # the name and form SQLAlchemy reads


class Result(Base):
    """What a self-check found: the facts, the bundle of rules, and every line of the trace.

    Pages, prints and share links are drawn from this row alone. `number` is printed on the sheet and verifies it;
    it opens nothing else. Totals are in 分, None where nothing was computed.
    """

    __tablename__ = "results"
    __table_args__ = (CheckConstraint("total_min <= total_max", name="total_ordered"),)

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    number: Mapped[str] = mapped_column(Line(32), unique=True)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="SET NULL"), index=True)
    as_of: Mapped[date]
    bundle: Mapped[str] = mapped_column(Line(80))
    engine: Mapped[str] = mapped_column(Line(16))
    profile: Mapped[dict[str, Any]] = mapped_column(ExactJson)
    outcome: Mapped[dict[str, Any]] = mapped_column(ExactJson)
    total_min: Mapped[Fen | None]
    total_max: Mapped[Fen | None]
    created_at: Mapped[Instant] = mapped_column(default=now)
    expires_at: Mapped[Instant] = mapped_column(index=True)

    shares: Mapped[list[ShareLink]] = relationship(back_populates="result", passive_deletes=True)


class ShareLink(Base):
    """A link that shows a result without the facts that identify the applicant; only the hash of its secret is kept."""

    __tablename__ = "share_links"

    secret_hash: Mapped[str] = mapped_column(Line(64), primary_key=True)
    result_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Instant] = mapped_column(default=now)
    expires_at: Mapped[Instant] = mapped_column(index=True)
    revoked_at: Mapped[Instant | None]

    result: Mapped[Result] = relationship(back_populates="shares")


class RepeatedRequest(Base):
    """The answer given to a request, so that the same request sent again does one thing and gets the same answer."""

    __tablename__ = "repeated_requests"

    scope: Mapped[str] = mapped_column(Line(64), primary_key=True)
    key: Mapped[str] = mapped_column(Line(128), primary_key=True)
    body_hash: Mapped[str] = mapped_column(Line(64))
    status: Mapped[int]
    media_type: Mapped[str] = mapped_column(Line(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    location: Mapped[str | None] = mapped_column(Line(512))
    created_at: Mapped[Instant] = mapped_column(default=now)
    expires_at: Mapped[Instant] = mapped_column(index=True)


class Remark(Base):
    """What a person says is wrong with a result or a policy; `contact` is given freely and used to answer, no more."""

    __tablename__ = "remarks"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    result_id: Mapped[str | None] = mapped_column(ForeignKey("results.id", ondelete="SET NULL"), index=True)
    policy: Mapped[str | None] = mapped_column(Line(128))
    message: Mapped[str] = mapped_column(CleanText)
    contact: Mapped[str | None] = mapped_column(CleanText)
    state: Mapped[str] = mapped_column(Line(16), default="open", index=True)
    created_at: Mapped[Instant] = mapped_column(default=now)


class SearchEntry(Base):
    """A document that search can find: its texts, brought to the form in which they are compared."""

    __tablename__ = "search_entries"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(Line(32))
    key: Mapped[str] = mapped_column(Line(128))
    shown_title: Mapped[str] = mapped_column(CleanText)
    title: Mapped[str] = mapped_column(CleanText)
    keywords: Mapped[str] = mapped_column(CleanText)
    body: Mapped[str] = mapped_column(CleanText)
    sounds: Mapped[str] = mapped_column(CleanText)

    __table_args__ = (Index("uq_search_entries_kind_key", "kind", "key", unique=True),)


class SearchGram(Base):
    """One or two neighbouring characters that occur in a document, for the first, coarse step of search."""

    __tablename__ = "search_grams"

    gram: Mapped[str] = mapped_column(Line(8), primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("search_entries.id", ondelete="CASCADE"), primary_key=True, index=True
    )
