"""A5: no float on any path of money; the interpreter equals an independent fraction reference on random applicants.

The suite draws a few hundred applicants through every program; `HUICE_PROFILES=100000` draws as many as it says.
"""

import os
from decimal import Decimal
from fractions import Fraction

from matcher.interpret import interpret
from matcher.outcome import Status
from rules.language.bundle import load_corpus
from rules.language.model import Literal
from rules.language.walk import walk
from tests.support import reference
from tests.support.random_profiles import Applicants, plain_facts

PROFILES = int(os.environ.get("HUICE_PROFILES", "120"))
SEED = int(os.environ.get("HUICE_SEED", "20261124"))
TRUTH = {"T": Status.ELIGIBLE, "R": Status.NEEDS_REVIEW, "U": Status.NEEDS_INFO, "F": Status.INELIGIBLE}


def version_on(policy, on):
    return next((v for v in policy.versions if v.from_ <= on and (v.to is None or on <= v.to)), None)


def expected(bundle, policy, facts, on):
    """Return the reference's verdict of the conditions and exact amount in 分; no amount where nothing is computed."""
    version = version_on(policy, on)
    year = reference.fact_year(version, on)
    world = reference.World(bundle, policy, version, facts, on, year)
    verdict = TRUTH[reference.truth(version.eligibility, world)]
    try:
        amount = reference.run(version.steps, world) if version.steps else None
    except reference.Unknowable:
        amount = "unknowable"
    return verdict, amount


def test_a5_amounts_equal_an_independent_fraction_reference():
    bundle = load_corpus()
    applicants = Applicants(bundle, SEED)
    compared = money = 0

    for number in range(PROFILES):
        profile, on = applicants.draw()
        facts = plain_facts(profile, bundle)
        in_force = [policy.id for policy in bundle.policies.values() if version_on(policy, on)]
        for outcome in interpret(bundle, profile, on, in_force):
            wanted = expected(bundle, bundle.policies[outcome.policy], facts, on)
            place = f"seed {SEED}, applicant {number}, {outcome.policy} on {on}"
            verdict, amount = wanted
            if verdict is Status.NEEDS_INFO:
                continue  # a zero denominator: the reference gives up where an interval may still decide
            assert (outcome.if_open or outcome.status) is verdict, place
            compared += 1
            if verdict is Status.INELIGIBLE or amount is None or amount == "unknowable":
                continue
            if outcome.amount is not None:
                assert (outcome.amount.min, outcome.amount.max) == amount, place
                money += 1

    assert compared > PROFILES * 10
    assert money > PROFILES


def test_a5_every_number_of_the_rules_is_exact():
    bundle = load_corpus()
    values = [node.value for policy in bundle.policies.values() for node in walk(policy) if isinstance(node, Literal)]

    assert not [value for value in values if isinstance(value, float | Decimal)]
    assert any(isinstance(value, Fraction) for value in values)
