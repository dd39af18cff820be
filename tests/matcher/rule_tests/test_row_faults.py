"""Faults in bounds that no value reaches are told from those that a test can show."""

from __future__ import annotations

import pytest

from matcher.rule_tests.mutation import mutate_policy
from matcher.rule_tests.row_faults import rows_alike
from tests.support.rule_texts import bundle_of, policy_text

LEAF = "{id: x, if: staff, from: 5人, CITE}"
ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"


def program(table, by="revenue", more=""):
    steps = f"- id: a\n  fixed: {{by: {by}, table: [{table}]}}\n  CITE\n{more}{ROUND}"
    return bundle_of(policy_text("a", LEAF, steps)).policies["a"]


BELOW = "{below: 10元, value: 1万元}, "
UPTO = "{upto: 8人, value: 1万元}, "


@pytest.mark.parametrize(
    ("old", "new", "by"),
    [
        (BELOW + "{from: 10元, value: 2万元}", BELOW + "{from: 9.99元, value: 2万元}", "revenue"),
        (BELOW + "{from: 10元, value: 2万元}", BELOW + "{from: 3元, value: 2万元}", "revenue"),
        ("{upto: 10元, value: 1万元}, {over: 10元, value: 2万元}", "{upto: 10元, value: 1万元}, {from: 10元, value: 2万元}", "revenue"),
        (UPTO + "{from: 9人, value: 2万元}", UPTO + "{from: 8人, value: 2万元}", "staff"),
        (UPTO + "{over: 8人, value: 2万元}", UPTO + "{from: 9人, value: 2万元}", "staff"),
        (
            "{upto: 2020-01-01, value: 1万元}, {from: 2020-01-02, value: 2万元}",
            "{upto: 2020-01-01, value: 1万元}, {from: 2020-01-01, value: 2万元}",
            "founded_on",
        ),
        (BELOW + "{is: 10元, value: 1万元}", "{upto: 10元, value: 1万元}", "revenue"),
    ],
)  # fmt: skip
def test_a_bound_in_what_an_earlier_row_has_taken_cannot_show(old, new, by):
    assert rows_alike(program(old, by), program(new, by))


@pytest.mark.parametrize(
    ("old", "new", "by"),
    [
        (BELOW + "{from: 10元, value: 2万元}", BELOW + "{from: 10.01元, value: 2万元}", "revenue"),
        (BELOW + "{from: 10元, value: 2万元}", "{below: 9.99元, value: 1万元}, {from: 10元, value: 2万元}", "revenue"),
        (BELOW + "{from: 10元, value: 2万元}", BELOW + "{from: 9.99元, value: 3万元}", "revenue"),
        (UPTO + "{from: 9人, value: 2万元}", UPTO + "{from: 8人, value: 2万元}", "{expr: staff * 0.5}"),
        ("{is: 小型, value: 1万元}, {is: 微型, value: 2万元}", "{is: 小型, value: 1万元}, {is: 中型, value: 2万元}", "size"),
    ],
)  # fmt: skip
def test_where_a_value_may_show_it_nothing_is_proved(old, new, by):
    assert not rows_alike(program(old, by), program(new, by))


def test_all_else_must_be_the_same():
    table = BELOW + "{from: 10元, value: 2万元}"
    other = "- {id: c, cap_amount: 1万元, CITE}\n"

    assert not rows_alike(program(table), program(table.replace("from: 10元", "from: 9元"), more=other))
    assert not rows_alike(program(table), program(table, by="rd"))
    assert not rows_alike(
        program(table),
        bundle_of(
            policy_text("a", LEAF, ROUND.replace("- {id: r", "- {id: f, fixed: 1万元, CITE}\n- {id: r"))
        ).policies["a"],
    )


def test_such_faults_count_as_equivalent():
    steps = (
        "- id: s\n  for_each:\n    list: contracts\n    steps:\n      - {id: p, fixed: {by: paid, table: ["
        "{below: 10元, value: 1万元}, {from: 10元, value: 2万元}]}, CITE}\n  CITE\n" + ROUND
    )
    bundle = bundle_of(policy_text("a", LEAF, steps))

    fate = mutate_policy(bundle, "a", lambda *_: False)

    assert [mutant.text for mutant in fate.equivalent] == ["10元 改为 9.99元"]
