"""Let a request that is sent twice do one thing and get one answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.store.base import now
from web.store.tables import RepeatedRequest
from web.store.unit_of_work import Store

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request."""

    status: int
    media_type: str
    body: bytes
    location: str | None = None


class KeyReused(Exception):
    """The key came before with another body."""


def once(store: Store, scope: str, key: str, body: bytes, act: Callable[[Session], Answer]) -> Answer:
    """Return the answer kept for (`scope`, `key`), or act in a write session and keep its answer in the same transaction.

    An `act` that raises keeps nothing, so that the request may be sent again.

    Raises:
        KeyReused: the key was used with another body.
    """
    body_hash = hashlib.sha256(body).hexdigest()
    try:
        return _once(store, scope, key, body_hash, act)
    except IntegrityError:
        # On PostgreSQL the same request may have run beside this one; then its answer is there now.
        return _once(store, scope, key, body_hash, act)


def _once(store: Store, scope: str, key: str, body_hash: str, act: Callable[[Session], Answer]) -> Answer:
    with store.writing() as session:
        kept = session.get(RepeatedRequest, (scope, key))
        if kept and kept.expires_at <= now():
            session.delete(kept)
            session.flush()
            kept = None
        if kept:
            if kept.body_hash != body_hash:
                raise KeyReused
            return Answer(kept.status, kept.media_type, kept.body, kept.location)
        claim = RepeatedRequest(
            scope=scope, key=key, body_hash=body_hash, status=0, media_type="", body=b"", expires_at=now() + KEPT
        )
        session.add(claim)
        session.flush()  # a twin waits here until this transaction ends
        answer = act(session)
        claim.status, claim.media_type, claim.body, claim.location = (
            answer.status,
            answer.media_type,
            answer.body,
            answer.location,
        )
        return answer
