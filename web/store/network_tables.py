"""Declare the tables of the rule network: whom it watches, the queue of events, what came of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from web.store.base import Base, ExactJson, Fen, Instant, Line, now

_Id = BigInteger().with_variant(Integer, "sqlite")


class NetworkSubject(Base):
    """An applicant that is told of new policies; `version` grows with each change of the profile."""

    __tablename__ = "network_subjects"

    subject: Mapped[str] = mapped_column(Line(64), primary_key=True)
    applicant: Mapped[str] = mapped_column(Line(32))
    profile: Mapped[dict[str, Any]] = mapped_column(ExactJson)
    version: Mapped[int]
    updated_at: Mapped[Instant]


class NetworkEvent(Base):
    """Something that may change what applicants are told; without a subject it concerns all of them.

    `key` names the event for good, so that it is taken in once. Who works on it holds `lease` until `leased_until`.
    """

    __tablename__ = "network_events"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    key: Mapped[str] = mapped_column(Line(320), unique=True)
    kind: Mapped[str] = mapped_column(Line(16))
    subject: Mapped[str | None] = mapped_column(Line(64))
    policy: Mapped[str | None] = mapped_column(Line(128))
    created_at: Mapped[Instant] = mapped_column(default=now)
    lease: Mapped[str | None] = mapped_column(Line(22))
    leased_until: Mapped[Instant | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[Instant | None]

    __table_args__ = (Index("ix_network_events_open", "done_at", "id"),)


class NetworkStanding(Base):
    """What an applicant was last told of a policy, while it holds."""

    __tablename__ = "network_standings"

    subject: Mapped[str] = mapped_column(ForeignKey("network_subjects.subject", ondelete="CASCADE"), primary_key=True)
    policy: Mapped[str] = mapped_column(Line(128), primary_key=True)
    finding: Mapped[str] = mapped_column(Line(80))


class NetworkNotice(Base):
    """A notification with its reasons, confirmed by the interpreter; an event tells of a policy once. Money in 分."""

    __tablename__ = "network_notices"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    event_id: Mapped[int] = mapped_column(_Id, ForeignKey("network_events.id"))
    subject: Mapped[str] = mapped_column(Line(64), index=True)
    policy: Mapped[str] = mapped_column(Line(128))
    kind: Mapped[str] = mapped_column(Line(16))
    status: Mapped[str] = mapped_column(Line(16))
    amount_min: Mapped[Fen | None]
    amount_max: Mapped[Fen | None]
    reasons: Mapped[list[dict[str, str]]] = mapped_column(ExactJson)
    bundle: Mapped[str] = mapped_column(Line(80))
    as_of: Mapped[date]
    created_at: Mapped[Instant] = mapped_column(default=now)

    __table_args__ = (Index("uq_network_notices_event_id_policy", "event_id", "policy", unique=True),)


class NetworkAlarm(Base):
    """A policy of which network and interpreter said different things, or why an event could not be answered."""

    __tablename__ = "network_alarms"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    event_id: Mapped[int] = mapped_column(_Id, ForeignKey("network_events.id"))
    policy: Mapped[str] = mapped_column(Line(128))
    network: Mapped[str] = mapped_column(Line(16))
    interpreter: Mapped[str] = mapped_column(Line(16))
    bundle: Mapped[str] = mapped_column(Line(80))
    as_of: Mapped[date]
    created_at: Mapped[Instant] = mapped_column(default=now)

    __table_args__ = (Index("uq_network_alarms_event_id_policy", "event_id", "policy", unique=True),)
