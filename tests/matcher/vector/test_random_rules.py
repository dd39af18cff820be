"""Random rules and applicants, known in full, in part or not at all: columns say what the interpreter says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.interpret import evaluate_policy
from matcher.profile import Profile
from matcher.vector import STATUSES, compile_bundle, of_profiles
from tests.matcher.interpret.building import ON, profile_of
from tests.matcher.interpret.test_soundness import applicants, bundle_with, eligibilities, steps_drawn, written

SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def forgetful(bundle, facts, hidden):
    """Return the profile of facts without those whose place is hidden."""
    known = {name: written(name, value) for place, (name, value) in enumerate(facts.items()) if place not in hidden}
    return profile_of(bundle, known)


@pytest.mark.slow
@SOME
@given(
    eligibilities(),
    steps_drawn,
    st.lists(st.tuples(applicants, st.sets(st.integers(0, 9))), min_size=6, max_size=6),
)
def test_columns_say_what_the_interpreter_says(eligibility, steps, everyone):
    bundle = bundle_with(eligibility, steps)
    profiles = [Profile(), *(forgetful(bundle, facts, hidden) for facts, hidden in everyone)]

    [(_, answered)] = compile_bundle(bundle, ON).answer(of_profiles(profiles))

    for row, profile in enumerate(profiles):
        outcome = evaluate_policy(bundle, "p", profile, ON)
        assert (STATUSES[answered.status[row]], answered.amount(row)) == (outcome.status, outcome.amount)
