"""Gather what the public page of one record shows: its versions with what changed, how it was drawn, objections, replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.publicity import corrections
from enforcement.publicity.deadlines import Reading, read_clock
from enforcement.publicity.masking import mask_text
from web.errors import Problem, not_found
from web.services.publicity_periods import is_public
from web.services.publicity_records import body_of, record_of, shown, title_of, versions_of
from web.store.publications import Publication, PublishedVersion, Reply


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version as it is shown: (name, value) in order, and (name, before, after) of what it changed."""

    row: PublishedVersion
    sha256: str
    values: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """One record; the newest version first. Withdrawn: that version alone, without values."""

    publication: Publication
    record: corrections.Record
    versions: list[ShownVersion]
    clock: Reading
    replies: list[tuple[date, str]]

    @property
    def newest(self) -> ShownVersion:
        """Return the version in force."""
        return self.versions[0]


def found(session: Session, publication_id: str, on: date) -> Publication:
    """Return a record that the public may know of; raise 404, or 410 when its time is over."""
    publication = session.get(Publication, publication_id)
    if publication is None or publication.published_on is None:
        raise not_found()
    if not is_public(publication, on):
        raise Problem(410, "expired", f"公示期已于 {publication.shown_until} 届满，不再公示。")
    return publication


def page_of(session: Session, publication: Publication, on: date) -> Page:
    """Return what the page of a record shows."""
    record = record_of(session, publication)
    rows = versions_of(session, publication.id)
    if record.is_withdrawn:
        rows = rows[-1:]
    versions = []
    for row in reversed(rows):
        changed = corrections.changes(record, row.number) if row.number > 1 and not record.is_withdrawn else {}
        versions.append(
            ShownVersion(
                row,
                body_of(publication.id, publication.kind, row.number, row.fields, row.reason)[1],
                shown(publication.kind, row.fields or {}),
                [(title_of(publication.kind, name), old, new) for name, (old, new) in changed.items()],
            )
        )
    start = publication.event_on
    replies = session.scalars(
        select(Reply).where(Reply.publication_id == publication.id).order_by(Reply.made_at, Reply.id)
    )
    return Page(
        publication,
        record,
        versions,
        read_clock(publication.rule, start, max(on, start), done=publication.published_on),
        [] if record.is_withdrawn else [(each.made_at.date(), mask_text(each.words)) for each in replies],
    )
