"""Find documents by Chinese words of any length, short names, numbers of documents and pinyin, alike on both databases.

The database narrows the documents by pairs of neighbouring characters; which of them truly hold the query, and in which
order, is decided here, so SQLite and PostgreSQL cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, distinct, func, insert, or_, select
from sqlalchemy.orm import Session

from web.store.search_text import LONGEST_QUERY, coarse, grams, is_sound, looser, plain, short_names, sounds
from web.store.tables import SearchEntry, SearchGram

# What a hit in each part of a document is worth.
TITLE, KEYWORD, SOUND, BODY = 100, 60, 40, 10
TITLE_START = 30
MOST_CANDIDATES = 1000
SOUND_MARK = "~"  # keeps grams of pinyin apart from grams of English words


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found: `kind` and `key` name it, `keywords` are words it is known by (文号, 简称), `body` all else."""

    kind: str
    key: str
    title: str
    keywords: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; a higher `score` fits better."""

    kind: str
    key: str
    title: str
    score: int


def index_documents(session: Session, kind: str, documents: Iterable[Document]) -> int:
    """Make `documents` all that can be found of `kind`, in place of what was there; return how many there are."""
    session.execute(delete(SearchEntry).where(SearchEntry.kind == kind))
    count = 0
    for document in documents:
        if document.kind != kind:
            raise ValueError(f"a document of kind {document.kind!r} among those of {kind!r}")
        title, body = plain(document.title), plain(document.body)
        words = plain(document.keywords)
        keywords = f"{words} {short_names(f'{title} {words} {body}')}".strip()
        entry = SearchEntry(
            kind=kind,
            key=document.key,
            shown_title=document.title,
            title=title,
            keywords=keywords,
            body=body,
            sounds=sounds(f"{title} {keywords}"),
        )
        session.add(entry)
        session.flush()
        found = grams(f"{title} {keywords} {body}") | {SOUND_MARK + gram for gram in grams(entry.sounds)}
        session.execute(insert(SearchGram), [{"gram": gram, "entry_id": entry.id} for gram in sorted(found)])
        count += 1
    return count


def search(session: Session, text: str, limit: int = 20, kind: str | None = None) -> list[Hit]:
    """Return the documents that hold every word of `text`, best first; equal ones in the order of their keys.

    When none does, Chinese words are cut in two: 研发补贴 then finds 研发投入补贴.
    """
    runs = plain(text[:LONGEST_QUERY]).split()
    if not runs:
        return []
    found = _holding(session, runs, kind) or _holding(session, looser(runs), kind)
    return sorted(found, key=lambda hit: (-hit.score, hit.kind, hit.key))[:limit]


def _holding(session: Session, runs: list[str], kind: str | None) -> list[Hit]:
    query = select(SearchEntry)
    for run in runs:
        query = query.where(_may_hold(run))
    if kind:
        query = query.where(SearchEntry.kind == kind)
    entries = session.scalars(query.order_by(SearchEntry.id).limit(MOST_CANDIDATES))
    return [Hit(entry.kind, entry.key, entry.shown_title, score) for entry in entries if (score := _score(entry, runs))]


def count_documents(session: Session, kind: str) -> int:
    """Return how many documents of `kind` can be found."""
    return session.scalar(select(func.count()).select_from(SearchEntry).where(SearchEntry.kind == kind)) or 0


def _may_hold(run: str) -> ColumnElement[bool]:
    """Return the condition that an entry has all pairs of `run`, in its words or in its sounds."""
    ways = [coarse(run)]
    if is_sound(run):
        ways.append({SOUND_MARK + gram for gram in coarse(run)})
    return or_(
        *(
            SearchEntry.id.in_(
                select(SearchGram.entry_id)
                .where(SearchGram.gram.in_(sorted(wanted)))
                .group_by(SearchGram.entry_id)
                .having(func.count(distinct(SearchGram.gram)) == len(wanted))
            )
            for wanted in ways
        )
    )


def _score(entry: SearchEntry, runs: list[str]) -> int:
    """Return the worth of the best place of each run, zero when a run is nowhere."""
    total = 0
    for run in runs:
        if run in entry.title:
            worth = TITLE + (TITLE_START if entry.title.startswith(run) else 0)
        elif run in entry.keywords:
            worth = KEYWORD
        elif is_sound(run) and run in entry.sounds:
            worth = SOUND
        elif run in entry.body:
            worth = BODY
        else:
            return 0
        total += worth
    return total
