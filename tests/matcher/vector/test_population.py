"""Profiles as columns."""

from __future__ import annotations

from tests.matcher.interpret.building import policy_text
from tests.matcher.vector.agreement import agree


def test_a_list_that_nobody_has_is_known_to_be_empty():
    policy = policy_text(steps=["{id: i, per_item: {list: events, each: {fact: fee}}}"])

    agree(policy, facts=[{"flag": True, "events": None}])
    agree(policy, facts=[{"flag": True, "events": None}, {"flag": True}])
