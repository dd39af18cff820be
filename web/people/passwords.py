"""Hash passwords so that guessing is dear, and so that many sign-ins at once do not take the machine."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from web.store import StoreBusy

LONGEST = 128
SHORTEST = 12
# 19 MiB, two passes, one lane: OWASP's least for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 5
# The beginnings of what is guessed first; a password that holds one of these and little else is refused.
_COMMON = ("password", "123456", "qwerty", "admin", "luohu", "huice", "111111", "iloveyou")


def hash_password(password: str) -> str:
    """Return the hash to keep; raise StoreBusy when too many are being hashed."""
    with _Turn():
        return _HASHER.hash(password)


def verify_password(kept: str | None, password: str) -> bool:
    """Tell whether the password is right; without a kept hash the same work is done, so that the time says nothing."""
    with _Turn():
        try:
            _HASHER.verify(kept or _nobodys(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None and len(password) <= LONGEST


def weakness(password: str, staff_number: str) -> str:
    """Return what is wrong with a new password (`short`, `long`, `common`), empty when nothing is."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    rest = password.casefold()
    for word in (*_COMMON, staff_number.casefold()):
        rest = rest.replace(word, "")
    return "common" if len(set(rest)) < 5 else ""


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


class _Turn:
    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
            raise StoreBusy

    def __exit__(self, *_: object) -> None:
        _AT_ONCE.release()
