"""A6: partial knowledge is sound: the full answer lies inside what is reported, and filling in facts only narrows it.

The suite draws 150 applicants; `HUICE_PROFILES=10000` draws as many as it says.
"""

import os

from matcher.interpret import interpret
from matcher.outcome import Status
from rules.language.bundle import load_corpus
from tests.support.random_profiles import Applicants

PROFILES = int(os.environ.get("HUICE_PROFILES", "80"))
SEED = int(os.environ.get("HUICE_SEED", "6"))
STEPS = 3  # how often facts are filled in again
OPEN = {Status.NEEDS_INFO: {Status.ELIGIBLE, Status.NEEDS_REVIEW, Status.NEEDS_INFO, Status.INELIGIBLE}}


def verdict(outcome):
    return outcome.if_open or outcome.status


def lies_inside(known, open_):
    """Tell whether an answer with more knowledge lies inside one with less; a listed assumption vouches for nothing."""
    if open_.assumed:
        return True
    if verdict(known) not in OPEN.get(verdict(open_), {verdict(open_)}):
        return False
    if known.amount is None or open_.amount is None:
        return known.amount is None or verdict(open_) is not Status.INELIGIBLE
    low_enough = open_.amount.min <= known.amount.min
    high_enough = open_.amount.max is None or (known.amount.max is not None and known.amount.max <= open_.amount.max)
    return low_enough and high_enough


def test_a6_the_full_answer_lies_inside_and_facts_only_narrow():
    bundle = load_corpus()
    applicants = Applicants(bundle, SEED)
    narrowed = 0

    for number in range(PROFILES):
        full, on = applicants.draw()
        policies = applicants.random.sample(sorted(bundle.policies), 12)
        hidden = applicants.random.sample(sorted(full.facts), applicants.random.randint(1, len(full.facts)))
        profile = full
        for key in hidden:
            profile = profile.without(key)
        before = interpret(bundle, profile, on, policies)
        for step in range(1, STEPS + 1):
            for key in hidden[(step - 1) * len(hidden) // STEPS : step * len(hidden) // STEPS]:
                profile = profile.with_fact(key, full.facts[key])
            after = interpret(bundle, profile, on, policies)
            for less, more in zip(before, after, strict=True):
                assert lies_inside(more, less), (
                    f"seed {SEED}, applicant {number}, step {step}, {more.policy} on {on}: {less} → {more}"
                )
                narrowed += verdict(less) is not verdict(more)
            before = after

    assert narrowed > PROFILES
