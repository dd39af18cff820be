"""Keep results, find them again by their capability, their number or a share link, and forget them in time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from web.store.base import Base, new_token, now
from web.store.tables import Draft, RepeatedRequest, Result, ShareLink

DRAFT_KEPT = timedelta(days=30)
RESULT_KEPT = timedelta(days=365)
SHARE_KEPT = timedelta(days=90)
# Without I, L, O, U: nobody mistakes a letter on paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LETTERS = 10


def new_number(on: date) -> str:
    """Return a number for a sheet: its day and fifty random bits, for example HC-20260520-7K3M9-Q2X4R."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LETTERS))
    return f"HC-{on:%Y%m%d}-{letters[:5]}-{letters[5:]}"


def written_number(text: str) -> str:
    """Return a number as people copy it from paper in the form in which it is kept."""
    letters = "".join(text.upper().split()).replace("—", "-").replace("－", "-")
    head, _, rest = letters.partition("-")
    return f"{head}-{rest.translate(str.maketrans('OIL', '011'))}"


def start_draft(session: Session, applicant: str, as_of: date) -> Draft:
    """Return a new draft of an interview with an `enterprise`, a `person` or an `organisation`."""
    draft = Draft(applicant=applicant, as_of=as_of, answers={}, skipped=[], expires_at=now() + DRAFT_KEPT)
    session.add(draft)
    session.flush()
    return draft


def find_draft(session: Session, draft_id: str) -> Draft | None:
    """Return the draft with this capability unless its time is over."""
    return session.scalar(select(Draft).where(Draft.id == draft_id, Draft.expires_at > now()))


def save_result(session: Session, result: Result) -> Result:
    """Keep a result whose facts, bundle and outcome are filled in; give it a number and a date to forget it."""
    result.number = new_number(result.as_of)
    result.expires_at = now() + RESULT_KEPT
    session.add(result)
    session.flush()
    return result


def find_result(session: Session, result_id: str) -> Result | None:
    """Return the result with this capability unless its time is over."""
    return session.scalar(select(Result).where(Result.id == result_id, Result.expires_at > now()))


def find_by_number(session: Session, number: str) -> Result | None:
    """Return the result printed under this number; pages that verify a sheet show its total and bundle, never its facts."""
    return session.scalar(select(Result).where(Result.number == written_number(number), Result.expires_at > now()))


def share(session: Session, result: Result) -> str:
    """Return the secret of a new share link of `result`; it is shown once and kept only as a hash."""
    secret = new_token()
    session.add(ShareLink(secret_hash=_hash(secret), result_id=result.id, expires_at=now() + SHARE_KEPT))
    session.flush()
    return secret


def find_shared(session: Session, secret: str) -> Result | None:
    """Return the result that a share link shows, unless the link or the result is over or revoked."""
    link = session.scalar(
        select(ShareLink).where(
            ShareLink.secret_hash == _hash(secret), ShareLink.revoked_at.is_(None), ShareLink.expires_at > now()
        )
    )
    return find_result(session, link.result_id) if link else None


def revoke_shares(session: Session, result: Result) -> int:
    """End every share link of `result`; return how many were open."""
    links = session.scalars(
        select(ShareLink).where(ShareLink.result_id == result.id, ShareLink.revoked_at.is_(None))
    ).all()
    for link in links:
        link.revoked_at = now()
    return len(links)


def forget_expired(session: Session, moment: datetime) -> int:
    """Delete what is past its time: share links, results, drafts, kept answers; return how many rows."""
    count = 0
    kinds: tuple[type[Base], ...] = (ShareLink, Result, Draft, RepeatedRequest)
    for kind in kinds:
        table = kind.__table__
        count += session.execute(delete(kind).where(table.c.expires_at <= moment)).rowcount  # type: ignore[attr-defined]
    return count


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
