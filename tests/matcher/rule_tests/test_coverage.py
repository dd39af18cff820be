"""What the tests of a program touch of it, kind by kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.rule_tests.coverage import KINDS, cover_policy, cover_set
from rules.language.model import Bundle
from tests.support.rule_texts import bundle_of, policy_text

ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
LEAF = "{id: x, if: staff, from: 5人, CITE}"
SET = (
    "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: q, if: staff, from: 3人, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)


def rules(leaves: str, steps: str = "", *facts: str, others: tuple[str, ...] = ()) -> Bundle:
    tests = "".join(
        f"  - {{name: t{n}, as_of: 2026-05-20, given: {{{given}}}, expect: {{status: eligible}}}}\n"
        for n, given in enumerate(facts)
    )
    return bundle_of(
        policy_text("a", leaves, f"{steps}\n{ROUND}" if steps else "", tests=f"tests:\n{tests}" if tests else ""),
        *others,
    )


def missing(leaves: str, steps: str = "", *facts: str) -> list[str]:
    bundle = rules(leaves, steps, *facts)
    return [demand.text for demand in cover_policy(bundle, bundle.policies["a"]).missing]


def test_a_rule_without_tests_lacks_everything():
    assert missing(LEAF) == [
        "职工不低于5人：没有测试使它成立",
        "职工不低于5人：没有测试使它不成立",
        "没有测试恰在界限 5人 上",
        "没有测试在界限 5人 的另一侧差一个最小单位",
    ]


def test_both_sides_of_a_threshold_make_a_clause_whole():
    assert missing(LEAF, "", "staff: 5", "staff: 4") == []


@pytest.mark.parametrize(
    ("word", "at", "beside"),
    [("from", "5", "4"), ("over", "5", "6"), ("upto", "5", "6"), ("below", "5", "4")],
)
def test_the_other_side_of_a_threshold_is_the_next_place_with_another_answer(word, at, beside):
    leaf = LEAF.replace("from", word)

    assert missing(leaf, "", f"staff: {at}", f"staff: {beside}") == []
    assert missing(leaf, "", f"staff: {at}", "staff: 90", "staff: 1") == ["没有测试在界限 5人 的另一侧差一个最小单位"]


def test_what_is_only_partly_known_touches_nothing():
    assert len(missing(LEAF, "", "staff: {from: 1人, upto: 9人}")) == 4


def test_facts_that_cannot_be_read_touch_nothing():
    bundle = rules(LEAF, "", "staff: 5")
    policy = bundle.policies["a"]
    broken = replace(policy, tests=(replace(policy.tests[0], facts={"staff": "九人半"}),))

    assert len(cover_policy(bundle, broken).missing) == 4


@pytest.mark.parametrize(
    ("leaves", "facts", "left"),
    [
        ("{id: x, if: district, prefix_in: [罗], CITE}", ["district: 罗湖区"], ["注册地属于罗：没有测试使它不成立"]),
        ("{id: x, if: is_listed, is: true, on_unknown: assume, CITE}", [""], ["已上市：是：没有测试使它不成立"]),
        ("any: [{id: x, if: is_listed, is: true, CITE}]", ["is_listed: true", "is_listed: false"], []),
        (
            "at_least: {n: 1, of: [{id: x, if: is_listed, is: true, CITE}]}",
            ["is_listed: true", "is_listed: false"],
            [],
        ),
        ("not: {id: x, if: is_listed, is: true, CITE}", ["is_listed: true", "is_listed: false"], []),
        ("{id: m, manual: 有计划, CITE}", [""], []),
        ("{id: x, if: founded_on, from: {ago: 1年}, CITE}", ["founded_on: 2025-05-20", "founded_on: 2025-05-19"], []),
        ("{id: x, if: loss, from: 1元, CITE}", ["loss: null", "loss: 1元", "loss: 0.99元"], []),
        (
            "{id: x, expr: revenue / rd, from: 200%, CITE}",
            ["revenue: 2元, rd: 1元", "revenue: 19999元, rd: 1万元"],
            [],
        ),
        (
            "{id: x, count_of: {list: contracts, where: {if: paid, from: 3元}}, from: 1, CITE}",
            ["contracts: [{paid: 3元}]", "contracts: [{paid: 2.99元}]"],
            [],
        ),
        (
            "{id: x, sum_of: {list: contracts, of: {fact: paid}}, from: 3元, CITE}",
            ["contracts: [{paid: 3元}]", "contracts: []"],
            ["没有测试在界限 3元 的另一侧差一个最小单位"],
        ),
    ],
)
def test_every_form_of_condition_is_watched(leaves, facts, left):
    assert missing(leaves, "", *facts) == left


def test_a_table_in_a_threshold_is_watched_too():
    table = "{by: size, table: [{is: 大型, value: 9人}, {is: 小型, value: 2人}]}"
    leaf = f"{{id: x, if: staff, from: {table}, CITE}}"

    left = missing(leaf, "", "size: 大型, staff: 9", "size: 大型, staff: 8", "staff: 7")

    assert left == ["没有测试落在这一档"]


@pytest.mark.parametrize(
    ("steps", "facts", "left"),
    [
        (
            "- {id: a, fixed: 1元, when: {if: is_listed, is: true}, CITE}",
            ["is_listed: true"],
            ["没有测试跳过步骤 a", "已上市：是：没有测试使它不成立"],
        ),
        (
            "- {id: a, fixed: 1元, when: {if: is_listed, is: true}, CITE}",
            ["is_listed: false"],
            ["没有测试走到步骤 a", "已上市：是：没有测试使它成立"],
        ),
        (
            "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: c, cap_amount: 1元, CITE}",
            ["rd: 9元"],
            ["没有测试使步骤 c 封顶"],
        ),
        (
            "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: c, cap_amount: 1元, CITE}",
            ["rd: 11元"],
            ["没有测试使步骤 c 不封顶"],
        ),
        (
            (
                "- {id: a, base: {of: rd}, CITE}\n- {id: c, cap_base: 5元, CITE}\n"
                "- {id: f, floor_base: 2元, CITE}\n- {id: d, rate: {at: 10%}, CITE}"
            ),
            ["rd: 9元", "rd: 3元", "rd: 1元"],
            [],
        ),
        (
            "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: c, pay_only_if_from: 1元, CITE}",
            ["rd: 11元"],
            ["没有测试使步骤 c 归零"],
        ),
        (
            "- {id: a, fixed: [{when: {if: is_listed, is: true}, value: 1元}, {otherwise: true, value: 2元}], CITE}",
            ["is_listed: true", "", "is_listed: false"],
            [],
        ),
        (
            "- {id: a, fixed: [{when: {if: is_listed, is: true}, value: 1元}], CITE}",
            ["is_listed: false"],
            ["没有测试落在这一档", "已上市：是：没有测试使它成立"],
        ),
        (
            (
                "- {id: a, tiers: {of: rd, mode: marginal}, table: [{upto: 1元, rate: 1%}, "
                "{over: 1元, rate: {by: size, table: [{is: 大型, value: 3%}]}}], CITE}"
            ),
            ["rd: 1元, size: 大型", "rd: 1.01元, size: 大型"],
            [],
        ),
        (
            "- {id: a, base: {of: rd}, CITE}\n- {id: t, tiers: {mode: whole}, table: [{upto: 9元, rate: 1%}], CITE}",
            ["rd: 1元"],
            ["没有测试落在这一档", "没有测试恰在界限 9元 上", "没有测试在界限 9元 的另一侧差一个最小单位"],
        ),
        (
            "- {id: a, fixed: {by: rd, table: [{below: 3元, value: 1元}, {from: 3元, value: 2元}]}, CITE}",
            ["rd: 3元", "rd: 2.99元", "rd: {from: 1元, upto: 9元}"],
            [],
        ),
        (
            (
                "- {id: a, for_each: {list: contracts, where: {if: paid, from: 2元}, "
                "steps: [{id: b, rate: {of: paid, at: 1%}, when: {if: paid, from: 3元}, CITE}]}, CITE}"
            ),
            ["contracts: [{paid: 3元}, {paid: 2.99元}, {paid: 2元}, {paid: 1.99元}]"],
            [],
        ),
        ('- {id: a, fixed: {expr: "max(rd, 1元) + received"}, CITE}', ["rd: 9元, received: 0元"], []),
    ],
)
def test_every_step_and_row_is_watched(steps, facts, left):
    with_staff = [f"staff: 5, {given}" for given in facts]

    assert missing(LEAF, steps, *with_staff, "staff: 4") == left


def test_demands_are_counted_by_kind():
    steps = "- {id: a, fixed: {by: size, table: [{is: 大型, value: 1元}]}, CITE}\n- {id: c, cap_amount: 9元, CITE}"
    bundle = rules(LEAF, steps, "staff: 5, size: 大型")

    coverage = cover_policy(bundle, bundle.policies["a"])

    assert {kind: coverage.of_kind(kind) for kind in KINDS} == {
        "clause": (1, 2), "row": (1, 1), "cap": (1, 2), "step": (0, 0), "boundary": (1, 2),
    }  # fmt: skip


def test_a_shared_condition_is_covered_by_the_tests_of_all_who_use_it():
    bundle = rules("{use: s}", "", "staff: 3", others=(SET, policy_text("b", LEAF)))

    coverage = cover_set(bundle, "s")

    assert [demand.text for demand in coverage.missing] == [
        "职工不低于3人：没有测试使它不成立",
        "没有测试在界限 3人 的另一侧差一个最小单位",
    ]
