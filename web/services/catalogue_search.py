"""Search the programs, and show in each the words that were meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin

from rules.language.model import Bundle, Policy
from web.services.catalogue import Catalogue, Entry
from web.services.rule_index import POLICY, clause_words, ensure_index, shared_documents
from web.store import Store
from web.store.search import search
from web.store.search_text import LONGEST_QUERY, SHORT_NAMES, is_sound, looser, plain

MOST = 1000
AROUND = 26  # characters shown before and after a hit in a long text
_CHINESE = re.compile(r"[\u3400-\u9fff]+")

# A text in pieces: the words, and whether they are a hit.
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A program found; `place` says where else than in title and summary the words stand (document, tag, clause)."""

    entry: Entry
    title: Pieces
    summary: Pieces
    place: str
    where: Pieces


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found: programs in force first, each part best first."""

    query: str
    in_force: tuple[Hit, ...]
    ended: tuple[Hit, ...]

    @property
    def total(self) -> int:
        """Return how many programs were found."""
        return len(self.in_force) + len(self.ended)


def find(store: Store, catalogue: Catalogue, query: str) -> Findings:
    """Return the programs that hold the words of `query`; the index is brought up to date first."""
    ensure_index(store, catalogue.bundle)
    with store.reading() as session:
        keys = [hit.key for hit in search(session, query, limit=MOST, kind=POLICY)]
    known = {entry.id: entry for entry in catalogue.entries}
    hits = [_hit(known[key], query, catalogue.bundle) for key in keys if key in known]
    return Findings(
        query,
        tuple(hit for hit in hits if hit.entry.taking.is_in_force),
        tuple(hit for hit in hits if not hit.entry.taking.is_in_force),
    )


def each_word(store: Store, catalogue: Catalogue, query: str) -> tuple[tuple[str, int], ...]:
    """Return the parts of a query that find something by themselves, with how many programs: for a search in vain."""
    words = [word for word in looser(plain(query[:LONGEST_QUERY]).split()) if len(word) > 1]
    counted = [(word, find(store, catalogue, word).total) for word in words[:6]]
    return tuple((word, count) for word, count in counted if count)


def _hit(entry: Entry, query: str, bundle: Bundle) -> Hit:
    policy = entry.policy
    runs = plain(query[:LONGEST_QUERY]).split()
    title, summary = highlight(policy.title, runs), highlight(policy.summary, runs)
    if _has_hit(title) or _has_hit(summary):
        return Hit(entry, title, summary, "", ())
    for wanted in (runs, looser(runs)):
        for place, text in _places(policy, bundle):
            pieces = highlight(text, wanted)
            if _has_hit(pieces):
                return Hit(entry, title, summary, place, excerpt(pieces))
        title, summary = highlight(policy.title, looser(runs)), highlight(policy.summary, looser(runs))
        if _has_hit(title) or _has_hit(summary):
            break
    return Hit(entry, title, summary, "", ())


def _places(policy: Policy, bundle: Bundle) -> Iterator[tuple[str, str]]:
    for document in policy.documents:
        yield "document", f"《{document.title}》{document.number}"
    for tag in policy.tags:
        yield "tag", tag
    yield "office", policy.authority
    for words in clause_words(policy):
        yield "clause", words
    for document in shared_documents(policy, bundle):
        yield "document", f"《{document.title}》{document.number}"
    if policy.note:
        yield "note", policy.note


def _has_hit(pieces: Pieces) -> bool:
    return any(is_hit for _, is_hit in pieces)


# ── marking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def highlight(text: str, runs: Iterable[str]) -> Pieces:
    """Return `text` in pieces, those marked that a run of a query means: by its characters, its full name, its sound.

    >>> highlight("国家高新技术企业", ["gxjs"])
    (('国家', False), ('高新技术', True), ('企业', False))
    """
    places = [(at, folded) for at, character in enumerate(text) for folded in plain(character)]
    line = "".join(folded for _, folded in places)
    marked: set[int] = set()
    for run in runs:
        spellings = [run, *(plain(name).replace(" ", "") for name in SHORT_NAMES.get(run, ()))]
        found = [places[start + n][0] for word in spellings for start in _starts(line, word) for n in range(len(word))]
        if not found and is_sound(run):
            found = list(_sounding(text, run))
        marked.update(found)
    return _pieces(text, marked)


def _starts(line: str, word: str) -> Iterator[int]:
    at = line.find(word) if word else -1
    while at >= 0:
        yield at
        at = line.find(word, at + 1)


def _sounding(text: str, run: str) -> Iterator[int]:
    """Yield the places of the characters whose initials, or whose pinyin, make up a run."""
    for match in _CHINESE.finditer(text):
        for style in (Style.FIRST_LETTER, Style.NORMAL):
            sounds = lazy_pinyin(match.group(), style=style)
            if len(sounds) != len(match.group()):
                continue
            owners = [match.start() + at for at, sound in enumerate(sounds) for _ in sound]
            for start in _starts("".join(sounds), run):
                yield from owners[start : start + len(run)]


def _pieces(text: str, marked: set[int]) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    for at, character in enumerate(text):
        is_hit = at in marked
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + character, is_hit)
        else:
            pieces.append((character, is_hit))
    return tuple(pieces)


def excerpt(pieces: Pieces) -> Pieces:
    """Return the surroundings of the first hit of a long text."""
    first = next(at for at, (_, is_hit) in enumerate(pieces) if is_hit)
    before = "".join(text for text, _ in pieces[:first])
    after = pieces[first:]
    kept: list[tuple[str, bool]] = [("…" + before[-AROUND:], False)] if len(before) > AROUND else [(before, False)]
    room = 3 * AROUND
    for text, is_hit in after:
        if room <= 0:
            break
        shown = text if is_hit or len(text) <= room else text[:room] + "…"
        kept.append((shown, is_hit))
        room -= len(text)
    return tuple((text, is_hit) for text, is_hit in kept if text)
