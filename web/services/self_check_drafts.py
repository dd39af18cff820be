"""Keep an interview under way: what was answered, by whose word, what was skipped, and in which order.

An entry of the draft is `{"n": place, "value": …, "source": …}`; one without a value was skipped. The place makes
「上一题」 lead back the way one came. One more entry, under a key that no fact can have, holds what the applicant came for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.store import Store
from web.store.base import now
from web.store.results import DRAFT_KEPT, find_draft, start_draft
from web.store.tables import Draft

_NEEDS = ":needs"
APPLICANTS = ("enterprise", "person", "organisation")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one fact, in the form of the profile reader; `source` is registry, declared or document."""

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Interview:
    """A draft as it stands; `trail` lists the facts dealt with, first to last; without `needs` every program is wanted."""

    id: str
    version: int
    applicant: str
    as_of: date
    answers: Mapping[str, Answer]
    skipped: frozenset[str]
    trail: tuple[str, ...]
    needs: tuple[str, ...] = ()

    def before(self, key: str) -> str | None:
        """Return the fact that was dealt with before `key`; of one not dealt with yet, the last one; None at the start."""
        earlier = self.trail[: self.trail.index(key)] if key in self.trail else self.trail
        return earlier[-1] if earlier else None


def begin(store: Store, applicant: str, as_of: date, known: Mapping[str, Answer], needs: Iterable[str] = ()) -> str:
    """Keep a new interview that begins with what is known already; return its capability."""
    with store.writing() as session:
        draft = start_draft(session, applicant, as_of)
        draft.answers = with_needs({}, needs)
        _put(draft, known, at_front=True)
        return draft.id


def find(store: Store, draft_id: str) -> Interview | None:
    """Return the interview with this capability unless its time is over."""
    with store.reading() as session:
        draft = find_draft(session, draft_id)
        return interview_of(draft) if draft else None


def record(store: Store, draft_id: str, answers: Mapping[str, Answer]) -> None:
    """Keep answers; one to a fact already answered replaces it in its place."""
    with store.writing() as session:
        if draft := _locked(session, draft_id):
            _put(draft, answers)


def skip(store: Store, draft_id: str, key: str) -> None:
    """Keep that a question was skipped; an answer given before is withdrawn."""
    with store.writing() as session:
        if draft := _locked(session, draft_id):
            entries = dict(draft.answers)
            entries[key] = {"n": entries.get(key, {}).get("n", _next_place(entries))}
            _set(draft, entries)


def want(store: Store, draft_id: str, needs: Iterable[str]) -> None:
    """Keep what the applicant came for, instead of what was kept before; nothing means everything."""
    with store.writing() as session:
        if draft := _locked(session, draft_id):
            _set(draft, with_needs(draft.answers, needs))


def with_needs(entries: Mapping[str, Any], needs: Iterable[str]) -> dict[str, Any]:
    """Return the entries of a draft with these needs among them."""
    rest = {key: entry for key, entry in entries.items() if key != _NEEDS}
    chosen = list(needs)
    return {**rest, _NEEDS: {"n": 0, "value": chosen}} if chosen else rest


def forget(store: Store, draft_id: str, keys: Iterable[str]) -> None:
    """Withdraw answers, so that the questions may be asked again."""
    with store.writing() as session:
        if draft := _locked(session, draft_id):
            gone = set(keys)
            _set(draft, {key: entry for key, entry in draft.answers.items() if key not in gone})


def ask_again(store: Store, draft_id: str) -> None:
    """Forget what was skipped, so that it is asked again."""
    with store.writing() as session:
        if draft := _locked(session, draft_id):
            _set(draft, {key: entry for key, entry in draft.answers.items() if "value" in entry})


def interview_of(draft: Draft) -> Interview:
    """Return the frozen form of a draft."""
    facts = {key: entry for key, entry in draft.answers.items() if key != _NEEDS}
    entries = sorted(facts.items(), key=lambda entry: (entry[1]["n"], entry[0]))
    return Interview(
        id=draft.id,
        version=draft.version,
        applicant=draft.applicant,
        as_of=draft.as_of,
        answers={key: Answer(entry["value"], entry["source"]) for key, entry in entries if "value" in entry},
        skipped=frozenset(draft.skipped),
        trail=tuple(key for key, entry in entries if entry["n"] > 0),
        needs=tuple(draft.answers.get(_NEEDS, {}).get("value", ())),
    )


def _locked(session: Session, draft_id: str) -> Draft | None:
    """Return the draft with its row locked, so that two clicks at once are kept one after the other."""
    return session.scalar(select(Draft).where(Draft.id == draft_id, Draft.expires_at > now()).with_for_update())


def _put(draft: Draft, answers: Mapping[str, Answer], *, at_front: bool = False) -> None:
    entries = dict(draft.answers)
    for key, answer in answers.items():
        place = entries.get(key, {}).get("n") or (0 if at_front else _next_place(entries))
        entries[key] = {"n": place, "value": answer.value, "source": answer.source}
    _set(draft, entries)


def _next_place(entries: Mapping[str, Any]) -> int:
    return 1 + max((entry["n"] for entry in entries.values()), default=0)


def _set(draft: Draft, entries: dict[str, Any]) -> None:
    draft.answers = entries
    draft.skipped = sorted(key for key, entry in entries.items() if "value" not in entry)
    draft.expires_at = now() + DRAFT_KEPT
