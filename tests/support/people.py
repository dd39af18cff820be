"""Make accounts and sign them in, as tests need them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient

from web.people.factor import seal_secret
from web.people.passwords import hash_password
from web.people.present import hash_secret
from web.store import Store
from web.store.base import now
from web.store.people import Account, Grant
from web.store.sessions import SignIn

PASSWORD = "bridge over 9 calm rivers"  # noqa: S105
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
LONG_AGO = timedelta(days=2)


def make_account(
    store: Store, number: str, roles: Iterable[str] = (), *, key: str = "", given: timedelta = LONG_AGO
) -> str:
    """Return the id of an account with roles in force for some time; with `key` it has password and authenticator."""
    since = now() - given
    with store.writing() as session:
        account = Account(staff_number=number, name=f"测试{number}", created_by="test")
        account.grants = [
            Grant(role=role, proposed_by="test", proposed_at=since, granted_by="test", granted_at=since)
            for role in roles
        ]
        session.add(account)
        session.flush()
        if key:
            account.password_hash = hash_password(PASSWORD)
            account.totp_secret = seal_secret(SECRET, account.id, key)
        return account.id


def with_session(app: Flask, account_id: str, *, confirmed: bool = True, whole: bool = True) -> FlaskClient:
    """Return a browser that has a session of an account."""
    at, secret = now(), f"secret of {account_id} {time.monotonic_ns()}"
    with app.extensions["huice_store"].writing() as session:
        session.add(
            SignIn(
                secret_hash=hash_secret(secret),
                account_id=account_id,
                expires_at=at + timedelta(hours=1),
                factor_at=at if whole else None,
                confirmed_at=at if confirmed else None,
                address="",
                browser="test",
            )
        )
    client = app.test_client()
    client.set_cookie("huice-staff", secret)
    return client


def code(steps: int = 0) -> str:
    """Return the authenticator's code of this moment, or of some steps of 30 seconds later."""
    return pyotp.TOTP(SECRET).at(int(time.time()) + 30 * steps)


def post(client: FlaskClient, path: str, page: str, **form: Any) -> Any:
    """Send a form as the browser would that opened `page` first."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found, page
    return client.post(path, data={"csrf_token": found[1], **form})
