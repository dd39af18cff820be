"""Declare the sessions of people who signed in: the cookie holds a random secret, the table its hash."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.store.base import Base, Instant, Line, Token, new_token, now
from web.store.people import Account


class SignIn(Base):
    """One session. Without `factor_at` the person showed a password alone and may only show or set up the second factor.

    `confirmed_at` is when the person last showed password and code, which dear operations ask for anew.
    """

    __tablename__ = "sign_ins"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    secret_hash: Mapped[str] = mapped_column(Line(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[Instant] = mapped_column(default=now)
    seen_at: Mapped[Instant] = mapped_column(default=now)
    expires_at: Mapped[Instant] = mapped_column(index=True)
    factor_at: Mapped[Instant | None]
    confirmed_at: Mapped[Instant | None]
    address: Mapped[str] = mapped_column(Line(64))
    browser: Mapped[str] = mapped_column(Line(200))
    ended_at: Mapped[Instant | None]

    account: Mapped[Account] = relationship()
