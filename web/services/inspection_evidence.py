"""Take in what a record rests on: photographs and documents, within limits, under the hash of their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from web.services.inspection_photos import JPEG, PDF, PNG, Unreadable, without_position
from web.store.inspections import Evidence
from web.store.log import record

LARGEST = 8 * 1024 * 1024
LARGEST_TOGETHER = 30 * 1024 * 1024
MOST = 12
SUFFIXES = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}


class UnfitEvidence(ValueError):
    """A file cannot be taken; the message names it and says what to do, in the language of the page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a kept file without reading it."""

    sha256: str
    name: str
    media_type: str
    size: int
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One file as it is kept: without the position, under the hash of what is left."""

    name: str
    media_type: str
    body: bytes
    sha256: str


def read_pieces(files: Iterable[FileStorage]) -> tuple[Piece, ...]:
    """Return the files of a form; one that was sent twice counts once.

    Raises:
        UnfitEvidence: a file is too large, broken or of another kind, or there are too many.
    """
    found: dict[str, Piece] = {}
    together = 0
    for file in files:
        if not file.filename:
            continue
        name = _name(file.filename)
        data = file.stream.read(LARGEST + 1)
        together += len(data)
        if len(data) > LARGEST:
            raise UnfitEvidence(gettext("「%(name)s」超过 8 MiB，请压缩或改拍后再选。", name=name))
        if together > LARGEST_TOGETHER:
            raise UnfitEvidence(gettext("证据合计超过 30 MiB，请减少后再提交。"))
        try:
            media_type, body = without_position(data)
        except Unreadable as error:
            raise UnfitEvidence(gettext("「%(name)s」：%(why)s。", name=name, why=str(error))) from None
        sha256 = hashlib.sha256(body).hexdigest()
        found.setdefault(sha256, Piece(name, media_type, body, sha256))
    if len(found) > MOST:
        raise UnfitEvidence(gettext("一份记录最多附 %(most)d 个文件。", most=MOST))
    return tuple(found.values())


def keep_pieces(
    session: Session, visit_id: str, record_id: str, pieces: Iterable[Piece], by: str, at: datetime
) -> None:
    """Keep files of a record; those that came with an earlier record of the visit are there already."""
    known = set(session.scalars(select(Evidence.sha256).where(Evidence.visit_id == visit_id)))
    session.add_all(
        Evidence(
            visit_id=visit_id,
            sha256=piece.sha256,
            record_id=record_id,
            file_name=piece.name,
            media_type=piece.media_type,
            size=len(piece.body),
            body=piece.body,
            made_by=by,
            received_at=at,
        )
        for piece in pieces
        if piece.sha256 not in known
    )


def evidence_of(session: Session, visit_id: str) -> dict[str, Kept]:
    """Return the evidence of a visit by hash, in the order in which it came."""
    columns = (Evidence.sha256, Evidence.file_name, Evidence.media_type, Evidence.size, Evidence.body.is_(None))
    query = select(*columns).where(Evidence.visit_id == visit_id).order_by(Evidence.received_at, Evidence.file_name)
    return {row[0]: Kept(*row) for row in session.execute(query)}


def erase(session: Session, visit_id: str, sha256: str, by: str, reason: str) -> None:
    """Erase the bytes of a file whose time is over or that should not have been taken; its hash and name stay.

    The event in the log proves later what was kept and when it went, not what it showed.
    """
    row = session.get_one(Evidence, (visit_id, sha256))
    row.body = None
    record(session, "evidence.erase", by, visit_id, {"sha256": sha256, "reason": reason})


def _name(text: str) -> str:
    """Return the last part of a file name, cut to what is kept."""
    return text.replace("\\", "/").rpartition("/")[2].strip()[-200:] or "-"
