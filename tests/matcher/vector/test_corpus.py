"""The column engine and the index for one applicant say what the interpreter says, of every program, to the 分.

Applicants are known in full, in part, or hardly at all; `HUICE_PROFILES=10000` draws as many as it says.
"""

import os
from dataclasses import replace
from datetime import date

import pytest

from matcher.interpret import interpret
from matcher.vector import STATUSES, compile_bundle, of_profiles
from matcher.vector.single import Single
from rules.language.bundle import load_corpus
from tests.support.random_profiles import Applicants

PROFILES = int(os.environ.get("HUICE_PROFILES", "20"))
SEED = int(os.environ.get("HUICE_SEED", "20261124"))
DAYS = (date(2026, 5, 20), date(2024, 4, 10))


def applicants(bundle, count):
    """Return random applicants, each three times: known in full, in part, hardly at all."""
    source = Applicants(bundle, SEED)
    found = []
    while len(found) < count:
        drawn, _ = source.draw()
        keys = sorted(drawn.facts)
        for hidden in (0, source.random.randint(1, len(keys)), len(keys) * 9 // 10):
            known = set(keys).difference(source.random.sample(keys, hidden))
            facts = {key: state for key, state in drawn.facts.items() if key in known}
            found.append(replace(drawn, facts=facts))
    return found[:count]


@pytest.mark.slow
def test_statuses_and_amounts_equal_the_interpreter_on_random_applicants():
    bundle = load_corpus()
    everyone = applicants(bundle, PROFILES)
    compared = with_money = 0

    for place, on in enumerate(DAYS):
        profiles = everyone[place :: len(DAYS)]
        expected = [interpret(bundle, profile, on) for profile in profiles]
        compiled = compile_bundle(bundle, on)
        index = Single(compiled)
        for row, outcomes in enumerate(expected):
            by_name = {outcome.policy: (outcome.status, outcome.amount) for outcome in outcomes}
            assert index.everything(profiles[row]) == by_name, (
                f"seed {SEED}, applicant {place + row * len(DAYS)} on {on}"
            )
        for number, (program, answered) in enumerate(compiled.answer(of_profiles(profiles))):
            assert not answered.by_interpreter.any(), program.policy.id
            for row, outcomes in enumerate(expected):
                outcome = outcomes[number]
                where = f"seed {SEED}, applicant {place + row * len(DAYS)}, {outcome.policy} on {on}"
                assert (STATUSES[answered.status[row]], answered.amount(row)) == (outcome.status, outcome.amount), where
                compared += 1
                with_money += outcome.amount is not None

    assert compared == PROFILES * len(bundle.policies)
    assert with_money > PROFILES * 5


def test_the_whole_corpus_is_compiled():
    bundle = load_corpus()

    left = {name for on in DAYS for name in compile_bundle(bundle, on).interpreter_only}

    assert len(left) <= len(bundle.policies) // 20
