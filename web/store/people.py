"""Declare the tables of people: accounts, the roles they were given, codes to set a password, counters of attempts."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.store.base import Base, Instant, Line, Token, new_token, now


class Account(Base):
    """One natural person: the staff number is unique, so nobody has two.

    `totp_secret` is sealed; `totp_step` is the last time step whose code was accepted, so that none is accepted twice.
    """

    __tablename__ = "accounts"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    version: Mapped[int] = mapped_column(Integer)
    staff_number: Mapped[str] = mapped_column(Line(32), unique=True)
    name: Mapped[str] = mapped_column(Line(64))
    password_hash: Mapped[str | None] = mapped_column(Line(160))
    totp_secret: Mapped[str | None] = mapped_column(Line(200))
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    demo: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str] = mapped_column(Line(64))
    created_at: Mapped[Instant] = mapped_column(default=now)
    disabled_at: Mapped[Instant | None]

    grants: Mapped[list[Grant]] = relationship(
        back_populates="account", foreign_keys="Grant.account_id", order_by="Grant.proposed_at"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # the name and form SQLAlchemy reads


class Grant(Base):
    """A role given to an account: proposed by one administrator, in force once another one agreed, until it ends."""

    __tablename__ = "grants"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[str] = mapped_column(Line(2))
    proposed_by: Mapped[str] = mapped_column(Line(64))
    proposed_at: Mapped[Instant] = mapped_column(default=now)
    granted_by: Mapped[str | None] = mapped_column(Line(64))
    granted_at: Mapped[Instant | None]
    ended_by: Mapped[str | None] = mapped_column(Line(64))
    ended_at: Mapped[Instant | None]

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=[account_id])


class PasswordCode(Base):
    """A code, good once, with which a person sets a password; only its hash is kept."""

    __tablename__ = "password_codes"

    code_hash: Mapped[str] = mapped_column(Line(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[Instant] = mapped_column(default=now)
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


class Attempts(Base):
    """How often something was tried since `starts_at` (seconds since 1970), for all workers together."""

    __tablename__ = "attempts"

    scope: Mapped[str] = mapped_column(Line(32), primary_key=True)
    key: Mapped[str] = mapped_column(Line(64), primary_key=True)
    starts_at: Mapped[int] = mapped_column(BigInteger, index=True)
    count: Mapped[int] = mapped_column(Integer)
