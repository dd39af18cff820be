"""Another fact year makes no difference only to a program that asks for nothing of a year."""

from __future__ import annotations

import pytest

from matcher.rule_tests.mutation import mutate_policy
from matcher.rule_tests.year_faults import rests_on_no_year
from tests.support.rule_texts import bundle_of, group_text, policy_text

LISTED = "{id: x, if: is_listed, is: true, CITE}"
STEPS = "- {id: a, fixed: 3万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"
SET = (
    "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: q, if: staff, from: 3人, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)


@pytest.mark.parametrize(
    ("eligibility", "steps", "version"),
    [
        ("{id: x, if: staff, from: 5人, CITE}", STEPS, ""),
        ("{id: x, if: intensity, from: 5%, CITE}", STEPS, ""),
        ("{use: s}", STEPS, ""),
        (LISTED, STEPS.replace("3万元", "{fact: rd}"), ""),
        (LISTED, STEPS, "    params_at: fact_year_end\n"),
        (LISTED, STEPS, "    groups: [g]\n"),
        (LISTED, "- {id: a, amount_of: b, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}", ""),
    ],
)
def test_a_year_may_show(eligibility, steps, version):
    grouped = [group_text("g", "highest", "a")] if "groups" in version else []
    bundle = bundle_of(
        policy_text("a", eligibility, steps, version=version), policy_text("b", LISTED, STEPS), SET, *grouped
    )

    assert not rests_on_no_year(bundle, bundle.policies["a"])


def test_no_year_shows_where_nothing_is_of_a_year():
    bundle = bundle_of(policy_text("a", LISTED, STEPS))

    fate = mutate_policy(bundle, "a", lambda *_: False)

    assert rests_on_no_year(bundle, bundle.policies["a"])
    assert [mutant.kind for mutant in fate.equivalent] == ["year"]
