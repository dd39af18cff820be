"""Gather every fact that programs in force ask for into groups, for people who would rather fill in one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from rules.language.model import Bundle
from web.services.self_check_drafts import Interview
from web.services.self_check_questions import EMPLOYER, Question, parse_key, question_for
from web.services.self_check_rules import asked_by

# A fact that programs of this many kinds ask for belongs to no kind.
GENERAL_FROM = 3
_asked: dict[tuple[str, str, date], Mapping[str, tuple[str, ...]]] = {}
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading, the most asked for first; `uses` says how many programs ask for each."""

    title: str
    questions: tuple[Question, ...]
    uses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FactsPage:
    """The page of all facts, or of those that a search names; `total` counts them all."""

    groups: tuple[Group, ...]
    query: str
    total: int

    @property
    def questions(self) -> dict[str, Question]:
        """Return the questions on the page by key."""
        return {question.key: question for group in self.groups for question in group.questions}


def facts_page(bundle: Bundle, interview: Interview, query: str = "") -> FactsPage:
    """Return the facts to ask this applicant for, grouped; with a query those whose label or source holds its words."""
    asked = _asked_by(bundle, interview.applicant, interview.as_of)
    groups: dict[str, list[Question]] = {}
    for key, policies in asked.items():
        found = parse_key(key, bundle.vocabulary, interview.as_of)
        if found is None:
            continue
        question = question_for(found, bundle.vocabulary)
        words = f"{question.label}{question.field.source}{question.ask}".casefold()
        if all(word in words for word in query.casefold().split()):
            groups.setdefault(_group_of(key, policies, bundle), []).append(question)
    uses = {key: len(policies) for key, policies in asked.items()}
    ordered = sorted(
        groups.items(), key=lambda group: (-_rank(group[0]), -sum(uses[q.key] for q in group[1]), group[0])
    )
    return FactsPage(
        tuple(Group(title, tuple(_in_order(questions, uses)), uses) for title, questions in ordered), query, len(asked)
    )


def uses_of(bundle: Bundle, interview: Interview, key: str) -> int:
    """Return how many programs in force ask for a fact."""
    return len(_asked_by(bundle, interview.applicant, interview.as_of).get(key, ()))


def _asked_by(bundle: Bundle, applicant: str, on: date) -> Mapping[str, tuple[str, ...]]:
    key = (bundle.hash, applicant, on)
    if key not in _asked:
        if len(_asked) >= _REMEMBERED:
            _asked.clear()
        _asked[key] = asked_by(bundle, applicant, on)
    return _asked[key]


def _group_of(key: str, policies: tuple[str, ...], bundle: Bundle) -> str:
    if key.startswith(EMPLOYER):
        return gettext("用人单位")
    kinds = Counter(bundle.policies[policy].kind for policy in policies)
    if len(kinds) >= GENERAL_FROM:
        return gettext("多数项目都要看的")
    kind = max(kinds, key=lambda kind: (kinds[kind], kind))
    return gettext("%(kind)s类项目要看的", kind=kind) if kind else gettext("其他")


def _rank(title: str) -> int:
    return 1 if title == gettext("多数项目都要看的") else 0


def _in_order(questions: list[Question], uses: Mapping[str, int]) -> list[Question]:
    """Keep the years of one fact together, newest first, after the most asked for."""
    most = {question.field.name: 0 for question in questions}
    for question in questions:
        most[question.field.name] = max(most[question.field.name], uses[question.key])
    return sorted(questions, key=lambda q: (-most[q.field.name], q.field.name, -(q.year or 0)))
