"""Know who sends a request, from the cookie's secret and the database, anew at each request."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, g, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from web.current import current_config, current_store
from web.store.base import now
from web.store.people import Account
from web.store.sessions import SignIn

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who sends this request. `roles` maps a role in force to when it was given; empty until the second factor is shown."""

    id: str
    staff_number: str
    name: str
    demo: bool
    roles: dict[str, datetime]
    session_id: str
    whole: bool
    """Whether the second factor was shown too."""
    confirmed_at: datetime | None


def current_person() -> Person | None:
    """Return who sends this request; None for a visitor, an ended or old session, a disabled account."""
    if "person" not in g:
        g.person = _load(request.cookies.get(cookie_name(), ""))
    return g.person


def roles_of(account: Account) -> dict[str, datetime]:
    """Return the roles in force with the time they were given."""
    return {grant.role: grant.granted_at for grant in account.grants if grant.granted_at and grant.ended_at is None}


def cookie_name() -> str:
    """Return the name of the cookie of the session."""
    return "__Host-huice-staff" if current_config().is_https else "huice-staff"


def hash_secret(secret: str) -> str:
    """Return what the table keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(session: Session, account_id: str, *, whole: bool) -> str:
    """Write a new session and return its secret, for the cookie alone."""
    secret, at = secrets.token_urlsafe(32), now()
    session.add(
        SignIn(
            secret_hash=hash_secret(secret),
            account_id=account_id,
            expires_at=at + LONGEST,
            factor_at=at if whole else None,
            address=(request.remote_addr or "")[:64],
            browser=(request.headers.get("User-Agent") or "")[:200],
        )
    )
    return secret


def end(session: Session, *which: object) -> int:
    """End the open sessions that meet the conditions and return how many."""
    statement = update(SignIn).where(SignIn.ended_at.is_(None), *which).values(ended_at=now())  # type: ignore[arg-type]
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def set_cookie(response: Response, secret: str) -> None:
    """Give the browser the secret until it closes."""
    response.set_cookie(
        cookie_name(), secret, secure=current_config().is_https, httponly=True, samesite="Lax", path="/"
    )


def _load(secret: str) -> Person | None:
    if not secret or len(secret) > 100:
        return None
    at = now()
    with current_store().reading() as session:
        row = session.scalar(
            select(SignIn)
            .where(SignIn.secret_hash == hash_secret(secret))
            .options(selectinload(SignIn.account).selectinload(Account.grants))
        )
    if row is None or row.ended_at or row.account.disabled_at or at >= row.expires_at or at - row.seen_at >= IDLE:
        return None
    if at - row.seen_at >= _SEEN_EVERY:
        with current_store().writing() as session:
            session.execute(update(SignIn).where(SignIn.id == row.id).values(seen_at=at))
    whole = row.factor_at is not None
    account = row.account
    return Person(
        id=account.id,
        staff_number=account.staff_number,
        name=account.name,
        demo=account.demo,
        roles=roles_of(account) if whole else {},
        session_id=row.id,
        whole=whole,
        confirmed_at=row.confirmed_at,
    )
