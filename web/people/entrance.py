"""Let people in and out: password, second factor, confirmation, codes to set a password; each with its line in the log."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from web.people import throttle
from web.people.factor import accepted_step, open_secret, seal_secret
from web.people.passwords import hash_password, verify_password
from web.people.present import Person, begin, end, hash_secret
from web.store import Store
from web.store.base import now
from web.store.log import record
from web.store.people import Account, PasswordCode
from web.store.sessions import SignIn

CODE_LASTS = timedelta(hours=24)
VISITOR = "visitor"


def sign_in(store: Store, number: str, password: str, address: str) -> str | None:
    """Return the secret of a half session, None when number and password do not fit; unknown numbers cost the same.

    Raises:
        Problem: 429 when this number, this address or everybody together tried too often.
    """
    _take(store, number, address)
    with store.reading() as session:
        account = _by_number(session, number)
    kept = account.password_hash if account and account.disabled_at is None else None
    fits = verify_password(kept, password)
    with store.writing() as session:
        account = _by_number(session, number)
        if not fits or account is None or account.disabled_at is not None or account.password_hash != kept:
            record(session, "sign-in.refuse", VISITOR, account.id if account else "")
            return None
        throttle.forgive(session, "user", number)
        throttle.sweep(session)
        secret = begin(session, account.id, whole=False)
        record(session, "sign-in.password", account.id, account.id)
    return secret


def enrolment_secret(key: str, session_id: str) -> str:
    """Return the authenticator's secret that a half session is offered: the same at each look, of no other session."""
    return base64.b32encode(hmac.digest(key.encode(), f"enrol {session_id}".encode(), "sha256")[:20]).decode()


def show_factor(store: Store, person: Person, typed: str, key: str) -> str | None:
    """Return the secret of a whole session, under a new id; None when the code is wrong or was used.

    An account without a second factor gets the one that its half session was offered.
    """
    throttle.take_attempt(store, {"factor": (person.id, throttle.FACTOR)})
    with store.writing() as session:
        account = session.get_one(Account, person.id, with_for_update=True)
        offered = None if account.totp_secret else enrolment_secret(key, person.session_id)
        step = accepted_step(offered or open_secret(account, key) or "", typed, account.totp_step)
        if step is None or account.disabled_at is not None or not end(session, SignIn.id == person.session_id):
            record(session, "sign-in.refuse", account.id, account.id)
            return None
        account.totp_step = step
        if offered:
            account.totp_secret = seal_secret(offered, account.id, key)
        throttle.forgive(session, "factor", account.id)
        secret = begin(session, account.id, whole=True)
        record(session, "sign-in.enrol" if offered else "sign-in.factor", account.id, account.id)
    return secret


def confirm(store: Store, person: Person, password: str, typed: str, key: str) -> bool:
    """Note that the person showed password and code again; tell whether they fit."""
    throttle.take_attempt(store, {"factor": (person.id, throttle.FACTOR)})
    with store.reading() as session:
        kept = session.get_one(Account, person.id).password_hash
    fits = verify_password(kept, password)
    with store.writing() as session:
        account = session.get_one(Account, person.id, with_for_update=True)
        step = accepted_step(open_secret(account, key) or "", typed, account.totp_step) if fits else None
        if step is None or account.password_hash != kept:
            record(session, "session.confirm-refuse", account.id, account.id)
            return False
        account.totp_step = step
        session.execute(update(SignIn).where(SignIn.id == person.session_id).values(confirmed_at=now()))
        throttle.forgive(session, "factor", account.id)
        record(session, "session.confirm", account.id, account.id)
    return True


def end_own(store: Store, person: Person, session_id: str = "") -> int:
    """End one of the person's sessions, or with no id all but this one; return how many ended."""
    which = SignIn.id == session_id if session_id else SignIn.id != person.session_id
    with store.writing() as session:
        if count := end(session, SignIn.account_id == person.id, which):
            record(session, "session.end", person.id, person.id, {"count": count})
    return count


def own_sessions(store: Store, person: Person) -> list[SignIn]:
    """Return the person's open sessions, newest first."""
    at = now()
    with store.reading() as session:
        query = select(SignIn).where(SignIn.account_id == person.id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
        return list(session.scalars(query.order_by(SignIn.created_at.desc())))


def issue_code(session: Session, account_id: str, lasts: timedelta = CODE_LASTS) -> str:
    """Return a code with which the account's person may set a password once; earlier codes lose their force."""
    session.execute(
        update(PasswordCode)
        .where(PasswordCode.account_id == account_id, PasswordCode.used_at.is_(None))
        .values(used_at=now())
    )
    text = base64.b32encode(secrets.token_bytes(15)).decode()
    session.add(PasswordCode(code_hash=hash_secret(text), account_id=account_id, expires_at=now() + lasts))
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def set_password(store: Store, number: str, code: str, password: str, address: str) -> bool:
    """Set a password by a code and end every session of the account; tell whether number and code fit."""
    _take(store, number, address)
    hashed = hash_password(password)  # before the code is looked at, so that the time says nothing
    code_hash = hash_secret("".join(code.upper().split()).replace("-", ""))
    with store.writing() as session:
        account = _by_number(session, number)
        used = 0
        if account is not None and account.disabled_at is None:
            statement = (
                update(PasswordCode)
                .where(
                    PasswordCode.code_hash == code_hash,
                    PasswordCode.account_id == account.id,
                    PasswordCode.used_at.is_(None),
                    PasswordCode.expires_at > now(),
                )
                .values(used_at=now())
            )
            used = session.execute(statement).rowcount  # type: ignore[attr-defined]
        if account is None or not used:
            record(session, "account.code-refuse", VISITOR, account.id if account else "")
            return False
        account.password_hash = hashed
        end(session, SignIn.account_id == account.id)
        throttle.forgive(session, "user", number)
        record(session, "account.password", account.id, account.id)
    return True


def _take(store: Store, number: str, address: str) -> None:
    scopes = {"user": (number, throttle.USER), "address": (address, throttle.ADDRESS), "total": ("", throttle.TOTAL)}
    throttle.take_attempt(store, scopes)


def _by_number(session: Session, number: str) -> Account | None:
    return session.scalar(select(Account).where(Account.staff_number == number))
