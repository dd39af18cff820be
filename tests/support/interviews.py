"""Answer a self-check as a fictitious enterprise would, question by question, without pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.language.model import Bundle, Dimension
from seed_data import SeedApplicant
from web.services.self_check_drafts import Answer, Interview
from web.services.self_check_questions import FactKey, parse_key
from web.services.self_check_register import known_of
from web.services.self_check_rules import standing_of

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Walk:
    """The facts asked for in their order, and how many programs were undecided before each and after the last."""

    asked: tuple[str, ...]
    undecided: tuple[int, ...]


def walk(seed: SeedApplicant, needs: tuple[str, ...], bundle: Bundle, on: date) -> Walk:
    """Return the interview of an enterprise that begins with what the register knows and answers until nothing is asked."""
    known = known_of(seed.uscc, seed.kind, bundle.vocabulary)
    interview = Interview(seed.id, 1, seed.kind, on, known, frozenset(), (), needs)
    undecided = []
    while (standing := standing_of(interview, bundle)).questions:
        undecided.append(standing.open)
        key = standing.questions[0].field
        said = _answer(seed, key, bundle, on)
        answers = interview.answers if said is _NOTHING else {**interview.answers, key: Answer(said, "declared")}
        skipped = interview.skipped | {key} if said is _NOTHING else interview.skipped
        interview = replace(interview, answers=answers, skipped=skipped, trail=(*interview.trail, key))
    return Walk(interview.trail, (*undecided, standing.open))


def _answer(seed: SeedApplicant, text: str, bundle: Bundle, on: date) -> Any:
    """Return what the enterprise says: its own fact, else no, none or an empty list; a figure it lacks is skipped."""
    key = parse_key(text, bundle.vocabulary, on)
    assert key is not None
    written = _written(seed, key)
    field = bundle.vocabulary.fields[key.name]
    if written is not _NOTHING:
        return written
    if field.dimension is Dimension.BOOL:
        return False
    if field.dimension is Dimension.LIST:
        return []
    return None if field.nullable else _NOTHING


def _written(seed: SeedApplicant, key: FactKey) -> Any:
    written = seed.facts.get(key.name, _NOTHING)
    if key.year is None or not isinstance(written, Mapping):
        return written
    return written.get(key.year, written.get(str(key.year), _NOTHING))
