"""Make the demonstration's accounts, one for each role of staff; fictitious, shown as such, never in production."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from web.people.accounts import STAFF_ROLES
from web.people.duties import SETTLED_AFTER
from web.people.factor import seal_secret
from web.people.passwords import hash_password
from web.people.rights import rights
from web.store import Store
from web.store.base import now
from web.store.log import record
from web.store.people import Account, Grant

BY = "demo-seed"
PASSWORD = "demo-only-Huice-2026"  # noqa: S105  # shown on the sign-in page beside the word 演示
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  # its code is shown to demo accounts
# Two of those who act in pairs.
_SECOND = ("SE", "AP", "PL", "PB", "RV", "IN")


def load(store: Store, key: str) -> str:
    """Make the accounts that are missing and say how many demo accounts there are.

    Their roles count as given two days ago, so that a demonstration need not wait a day to approve or draw.
    """
    hashed = ""
    numbers = [f"DEMO-{role}" for role in STAFF_ROLES] + [f"DEMO-{role}2" for role in _SECOND]
    for number in numbers:
        role = number.removeprefix("DEMO-")[:2]
        with store.reading() as session:
            if session.scalar(select(Account.id).where(Account.staff_number == number)):
                continue
        hashed = hashed or hash_password(PASSWORD)
        since = now() - 2 * SETTLED_AFTER - timedelta(minutes=1)
        with store.writing() as session:
            account = Account(
                staff_number=number, name=f"演示{rights().roles[role]}", password_hash=hashed, demo=True, created_by=BY
            )
            account.grants = [Grant(role=role, proposed_by=BY, proposed_at=since, granted_by=BY, granted_at=since)]
            session.add(account)
            session.flush()
            account.totp_secret = seal_secret(SECRET, account.id, key)
            record(session, "account.demo", BY, account.id, {"role": role})
    return f"演示账号 {len(numbers)} 个，全部虚构"


def shown(store: Store) -> list[Account]:
    """Return the demo accounts in use."""
    with store.reading() as session:
        query = select(Account).where(Account.demo, Account.disabled_at.is_(None)).order_by(Account.staff_number)
        return list(session.scalars(query))
