"""Check the six digits of an authenticator, each accepted once; the secret is sealed with a key outside the database."""

from __future__ import annotations

import base64
import hashlib
import re
import time

import pyotp

from enforcement.log.crypto import International
from web.store.people import Account

STEP_SECONDS = 30
SIX_DIGITS = re.compile(r"[0-9]{6}")
_CRYPTO = International()


def new_secret() -> str:
    """Return a fresh secret, 160 bits in base32."""
    return pyotp.random_base32()


def provisioning(secret: str, staff_number: str) -> str:
    """Return the address that an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=staff_number, issuer_name="惠策 Huice")


def seal_secret(secret: str, account_id: str, key: str) -> str:
    """Return the secret sealed for one account under a key derived from the service's."""
    sealed = _CRYPTO.seal(_derived(key), secret.encode(), account_id.encode())
    return base64.b64encode(sealed).decode()


def open_secret(account: Account, key: str) -> str | None:
    """Return the account's secret; None when it has none."""
    if account.totp_secret is None:
        return None
    return _CRYPTO.open(_derived(key), base64.b64decode(account.totp_secret), account.id.encode()).decode()


def accepted_step(secret: str, typed: str, last: int, at: float | None = None) -> int | None:
    """Return the time step whose code was typed: this one or the one before or after, and later than `last`; else None.

    The code is exactly six ASCII digits: a space would let the same code pass a comparison of texts twice.
    """
    if not SIX_DIGITS.fullmatch(typed):
        return None
    now = int((time.time() if at is None else at) // STEP_SECONDS)
    totp = pyotp.TOTP(secret)
    found = [step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(totp.at(step * STEP_SECONDS), typed)]
    return next((step for step in found if step > last), None)


def current_code(secret: str) -> str:
    """Return the code of this moment; shown for demo accounts alone."""
    return pyotp.TOTP(secret).now()


def _derived(key: str) -> bytes:
    return hashlib.sha256(b"huice second factor\n" + key.encode()).digest()
