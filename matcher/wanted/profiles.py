"""Make a profile that brings a wanted outcome about: by the solver, else from the program's own tests and their neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from matcher.profile import Absent, Exact, Profile, ProfileErrors, State, fact_key, read_profile
from matcher.rule_tests.candidates import candidates
from matcher.wanted.goals import Goal
from rules.check.prove.wanted import Facts, Wishes
from rules.language.model import Bundle, Policy

_MOST_NEIGHBOURS = 500


@dataclass(frozen=True, slots=True)
class Generated:
    """A made-up applicant on a day for whom the interpreter has confirmed the outcome; `source` is solver or tests."""

    profile: Profile
    on: date
    source: str


def profile_for(bundle: Bundle, policy: str, goal: Goal, on: date) -> Generated | None:
    """Return an applicant who brings a goal about, None where none was found, which does not say that none exists.

    The solver is asked for the day; where it leaves open what the rule needs, such as a list, the applicants of the
    program's tests are tried, on their own days, and those beside them.
    """
    for facts in goal.wish(Wishes(bundle, policy, on), bundle, policy):
        if facts is not None:
            profile = _profile(facts, bundle.policies[policy])
            if goal.is_met(bundle, policy, profile, on):
                return Generated(profile, on, "solver")
    for profile, day in islice(_neighbours(bundle, bundle.policies[policy]), _MOST_NEIGHBOURS):
        if goal.is_met(bundle, policy, profile, day):
            return Generated(profile, day, "tests")
    return None


def _profile(facts: Facts, policy: Policy) -> Profile:
    held: dict[str, State] = {}
    for fact in facts:
        name, year = fact.key
        held[fact_key(name, year or None)] = Absent() if fact.value is None else Exact(fact.value)
    return Profile(held, applicant=policy.applicant[0])


def _neighbours(bundle: Bundle, policy: Policy) -> Iterator[tuple[Profile, date]]:
    """Yield the applicants of the tests, then those that differ from one in a day or a fact."""
    tried = [(test.facts, test.as_of) for test in policy.tests]
    for facts, on in (*tried, *((each.facts, each.as_of) for each in candidates(bundle, policy, policy.tests))):
        try:
            yield replace(read_profile(facts, bundle.vocabulary), applicant=policy.applicant[0]), on
        except ProfileErrors:
            continue
