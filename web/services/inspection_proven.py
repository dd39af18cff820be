"""Hold what the statistics count against the log: a draw, a record or a published version that differs from its leaf is left out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.log.event import Event, read_event
from web.services.inspection_records import RECORD, hash_of
from web.services.publicity_records import body_of
from web.store.inspections import DrawRow, VisitRecord
from web.store.log import LogLeaf
from web.store.publications import Publication, PublishedVersion

_DRAW = ("draw.commit", "draw.run", "draw.reveal")
_VERSION = ("publicity.publish", "publicity.correct", "publicity.withdraw")


class Proven:
    """The leaves of draws, records and publications, read once."""

    def __init__(self, session: Session) -> None:
        self._events: dict[tuple[str, str], list[Event]] = defaultdict(list)
        query = select(LogLeaf.kind, LogLeaf.ref, LogLeaf.leaf).where(LogLeaf.kind.in_((*_DRAW, RECORD, *_VERSION)))
        for kind, ref, leaf in session.execute(query.order_by(LogLeaf.number)):
            self._events[kind, ref].append(read_event(bytes(leaf)))

    def _said(self, kind: str, ref: str, name: str) -> list[Any]:
        return [event.body.get(name) for event in self._events[kind, ref]]

    def draw(self, row: DrawRow) -> bool:
        """Tell whether commitment and transcript are those of the log."""
        committed, written = _sha256(row.commitment), _sha256(row.transcript)
        results = [*self._said("draw.run", row.id, "result"), *self._said("draw.reveal", row.id, "transcript")]
        return self._said("draw.commit", row.id, "commit") == [committed] and written in results

    def record(self, row: VisitRecord) -> bool:
        """Tell whether a record says what its leaf says it said."""
        said = {event.body["record"]: event.body["body"] for event in self._events[RECORD, row.visit_id]}
        return said.get(row.id) == hash_of(row)

    def version(self, of: Publication, version: PublishedVersion) -> bool:
        """Tell whether a published version has the hash that two persons signed."""
        _, sha256 = body_of(of.id, of.kind, version.number, version.fields, version.reason)
        return any(sha256 in self._said(kind, of.id, "sha256") for kind in _VERSION)


def _sha256(data: bytes | None) -> str:
    return hashlib.sha256(data or b"").hexdigest()
