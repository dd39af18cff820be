"""Count attempts in the database, so that all workers of all hosts hold back the same guesser."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from flask_babel import lazy_gettext
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from web.errors import Problem
from web.store import Store
from web.store.people import Attempts

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts in `seconds`."""

    most: int
    seconds: int


USER = (Limit(10, 5 * MINUTE), Limit(100, DAY))
ADDRESS = (Limit(30, 5 * MINUTE), Limit(500, DAY))
TOTAL = (Limit(1000, 5 * MINUTE),)
FACTOR = (Limit(5, 5 * MINUTE), Limit(20, HOUR), Limit(50, DAY))

# One statement on both databases: two workers cannot both read the last free place.
_COUNT = text(
    "INSERT INTO attempts (scope, key, starts_at, count) VALUES (:scope, :key, :now, 1) "
    "ON CONFLICT (scope, key) DO UPDATE SET "
    "count = CASE WHEN attempts.starts_at <= :past THEN 1 ELSE attempts.count + 1 END, "
    "starts_at = CASE WHEN attempts.starts_at <= :past THEN :now ELSE attempts.starts_at END "
    "RETURNING count, starts_at"
)


def take_attempt(store: Store, scopes: dict[str, tuple[str, tuple[Limit, ...]]]) -> None:
    """Count one attempt in a transaction of its own, before anything is checked; `scopes`: name → (key, limits).

    Raises:
        Problem: 429 with Retry-After when one of the limits is passed; the answer is the same for every name typed.
    """
    now = int(time.time())
    waits = []
    with store.writing() as session:
        for scope in sorted(scopes):
            typed, limits = scopes[scope]
            for limit in limits:
                row = session.execute(
                    _COUNT,
                    {"scope": f"{scope}.{limit.seconds}", "key": _key(typed), "now": now, "past": now - limit.seconds},
                ).one()
                if row[0] > limit.most:
                    waits.append(max(1, row[1] + limit.seconds - now))
    if waits:
        raise Problem(
            429,
            "too_many_attempts",
            lazy_gettext("尝试次数太多，暂时不能登录。"),
            advice=lazy_gettext("请稍后再试；急需办理时，请安全管理员解除限制。"),
            headers={"Retry-After": str(max(waits))},
        )


def forgive(session: Session, scope: str, typed: str) -> None:
    """Forget the attempts counted under one key: it signed in, or an administrator unlocks it."""
    session.execute(delete(Attempts).where(Attempts.scope.startswith(f"{scope}."), Attempts.key == _key(typed)))


def sweep(session: Session) -> None:
    """Forget counters whose longest window is over."""
    session.execute(delete(Attempts).where(Attempts.starts_at < int(time.time()) - DAY))


def _key(typed: str) -> str:
    return hashlib.sha256(typed.encode()).hexdigest()
