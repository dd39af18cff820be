"""The whole answer for one applicant: what each policy says, the best combination, what is missing, what to ask next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from matcher.advise import near_miss_of, next_questions, shortfalls_of
from matcher.combine import Budget, combine_outcomes
from matcher.interpret import interpret
from matcher.outcome import MatchResult, Outcome
from matcher.profile import EMPLOYER, Profile
from rules.language.model import Bundle

ENGINES = ("interpret",)
KINDS = ("enterprise", "person", "organisation")


class UnknownPolicyError(KeyError):
    """Raised for policies that the bundle does not hold; `names` has them all."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"没有这些项目：{'、'.join(self.names)}")


def match(
    bundle: Bundle,
    profile: Profile,
    on: date,
    policies: Collection[str] | None = None,
    engine: str = "interpret",
    budget: Budget | None = None,
) -> MatchResult:
    """Return what the policies of a bundle that are for such applicants, or the named ones, say on a day.

    Raise UnknownPolicyError for a policy that is not there, ValueError for an engine that is not.
    """
    if engine not in ENGINES:
        raise ValueError(f"没有这个引擎：{engine}；可用的有 {'、'.join(ENGINES)}")
    if policies is not None and (strangers := set(policies) - bundle.policies.keys()):
        raise UnknownPolicyError(strangers)
    asked = policies_for(bundle, profile) if policies is None else policies
    outcomes = tuple(with_advice(bundle, outcome, profile, on) for outcome in interpret(bundle, profile, on, asked))
    paid, combination = combine_outcomes(bundle, outcomes, profile, on, budget)
    return MatchResult(on, bundle.hash, engine, paid, combination, next_questions(bundle, paid, on))


def policies_for(bundle: Bundle, profile: Profile) -> tuple[str, ...]:
    """Return the policies for the kind of applicant that a profile is, or that its facts show it may be."""
    kinds = {profile.applicant} if profile.applicant else set(KINDS)
    if not profile.applicant:
        for key in profile.facts:
            entry = bundle.vocabulary.fields.get(key.partition("@")[0])
            kinds &= {"person"} if key.startswith(EMPLOYER) else set(KINDS if entry is None else entry.applicant)
    return tuple(policy.id for policy in bundle.policies.values() if not kinds or kinds & set(policy.applicant))


def with_advice(bundle: Bundle, outcome: Outcome, profile: Profile, on: date) -> Outcome:
    """Return an outcome with the gap of each failed condition and, for a “no”, the change that would end it."""
    if not outcome.failed:
        return outcome
    return replace(
        outcome,
        shortfall=shortfalls_of(bundle, outcome, profile, on),
        near_miss=near_miss_of(bundle, outcome, profile, on),
    )
