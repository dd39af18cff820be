"""Ask the rules in force: what a draft's answers come to, what is worth asking next, which facts any program asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matcher.interpret.versions import fact_year_of, version_in_force
from matcher.match import match
from matcher.outcome import MatchResult, NextQuestion, Status
from matcher.profile import Profile, ProfileErrors, read_profile
from rules.language.bundle import load_corpus
from rules.language.model import Aggregate, Bundle, FactRef, ForEach, Use, Vocabulary
from rules.language.walk import walk
from web.services.catalogue_needs import meets_any
from web.services.self_check_drafts import Answer, Interview
from web.services.self_check_questions import EMPLOYER, IDENTITY, FactKey, parse_key


def bundle_in_force(districts: tuple[str, ...]) -> Bundle:
    """Return the rules that this installation applies; read once."""
    return load_corpus(districts)


# ── the profile ──────────────────────────────────────────────────────────────────────────────────────────────────


def kept_facts(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return answers in the form in which a result keeps them, which the profile reader takes too."""
    return {key: {"value": answer.value, "source": answer.source} for key, answer in answers.items()}


def answers_from(facts: Mapping[str, Any], vocabulary: Vocabulary, as_of: date) -> dict[str, Answer]:
    """Return the answers that a result keeps; facts that the vocabulary does not know any more are left out."""
    return {
        key: Answer(fact["value"], fact["source"])
        for key, fact in facts.items()
        if parse_key(key, vocabulary, as_of) is not None
    }


def profile_of(answers: Mapping[str, Answer], applicant: str, vocabulary: Vocabulary) -> Profile:
    """Return what is known of an applicant, for the engine.

    An answer that the rules of today cannot read any more, kept from before they changed, counts as not given.
    """
    facts = kept_facts(answers)
    try:
        return read_profile({"applicant": applicant, **facts}, vocabulary)
    except ProfileErrors as errors:
        unreadable = {error.field.partition("[")[0] for error in errors.errors}
        readable = {key: fact for key, fact in facts.items() if key not in unreadable}
        return read_profile({"applicant": applicant, **readable}, vocabulary)


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an interview stands among the programs that the applicant came for: what is certain, what is open, what to ask."""

    result: MatchResult
    questions: tuple[NextQuestion, ...]

    @property
    def met(self) -> int:
        """Return how many programs are met, those that a person must still decide included."""
        return sum(outcome.status in (Status.ELIGIBLE, Status.NEEDS_REVIEW) for outcome in self.result.outcomes)

    @property
    def open(self) -> int:
        """Return how many programs are undecided for lack of answers."""
        return sum(outcome.status is Status.NEEDS_INFO for outcome in self.result.outcomes)


def judge(
    bundle: Bundle, answers: Mapping[str, Answer], applicant: str, on: date, needs: Collection[str] = ()
) -> MatchResult:
    """Return what the programs for this kind of applicant, or those of them that meet one of the needs, say of the answers."""
    theirs = [policy for policy in bundle.policies.values() if applicant in policy.applicant]
    programs = [policy.id for policy in theirs if not needs or meets_any(policy, needs)]
    return match(bundle, profile_of(answers, applicant, bundle.vocabulary), on, programs)


# An answer leads to the next question, which wants to know the same again. The whole interview is the key, so that nothing
# that was said of one applicant answers for another.
_MOST_RECENT = 32
_recent: dict[tuple[str, str], Standing] = {}


def standing_of(interview: Interview, bundle: Bundle) -> Standing:
    """Return where an interview stands; what was answered or skipped is not asked again."""
    key = (repr(interview), bundle.hash)
    standing = _recent.get(key)
    if standing is None:
        standing = _standing_of(interview, bundle)
        if len(_recent) >= _MOST_RECENT:
            _recent.clear()
        _recent[key] = standing
    return standing


def _standing_of(interview: Interview, bundle: Bundle) -> Standing:
    result = judge(bundle, interview.answers, interview.applicant, interview.as_of, interview.needs)
    asked: dict[str, NextQuestion] = {}
    for question in result.next_questions:
        key = question_key(question.field, bundle.vocabulary, interview.as_of)
        if key is None or key.name in IDENTITY or str(key) in interview.skipped or str(key) in interview.answers:
            continue
        asked.setdefault(str(key), replace(question, field=str(key)))
    return Standing(result, tuple(asked.values()))


def question_key(field: str, vocabulary: Vocabulary, as_of: date) -> FactKey | None:
    """Return the fact to ask about: a field of a list's item is asked with its list."""
    return parse_key(field.partition("[")[0], vocabulary, as_of)


def asked_by(bundle: Bundle, applicant: str, on: date) -> dict[str, tuple[str, ...]]:
    """Return every fact that a program in force asks this kind of applicant for, with the programs that do."""
    found: dict[str, list[str]] = {}
    for policy in bundle.policies.values():
        version = version_in_force(policy, on)
        if applicant not in policy.applicant or version is None:
            continue
        for key in dict.fromkeys(_facts_in(version, bundle, fact_year_of(version, on), "", set())):
            found.setdefault(str(key), []).append(policy.id)
    return {key: tuple(policies) for key, policies in found.items()}


def _facts_in(node: object, bundle: Bundle, year: int, prefix: str, seen: set[tuple[str, int]]) -> Iterator[FactKey]:
    """Yield the facts that a tree needs, derived ones taken apart; `seen` ends what names itself twice."""
    for part in walk(node):
        match part:
            case FactRef(of_item=False):
                yield from _named(part.name, part.offset, bundle, year, prefix, seen)
            case Aggregate() | ForEach():
                yield from _named(part.list_name, 0, bundle, year, prefix, seen)
            case Use():
                yield from _facts_in(bundle.condition_sets[part.set_id].condition, bundle, year, prefix, seen)
            case _:
                pass


def _named(
    name: str, offset: int, bundle: Bundle, year: int, prefix: str, seen: set[tuple[str, int]]
) -> Iterator[FactKey]:
    if name.startswith(EMPLOYER):
        prefix, name = EMPLOYER, name.removeprefix(EMPLOYER)
    if (prefix + name, year + offset) in seen:
        return
    seen.add((prefix + name, year + offset))
    if field := bundle.vocabulary.fields.get(name):
        yield FactKey(name, year + offset if field.yearly else None, bool(prefix))
    elif derived := bundle.vocabulary.derived.get(name):
        yield from _facts_in(derived.value, bundle, year + offset, prefix, seen)
