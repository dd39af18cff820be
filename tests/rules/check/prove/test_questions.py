"""Single questions of the prover, and the words of its witnesses."""

from __future__ import annotations

import pytest

from rules.check.prove import prove
from rules.language.model import Bundle
from tests.support.rule_texts import VOCABULARY, bundle_of, group_text, policy_text

LEAF = "{id: x, if: staff, from: 1人, CITE}"
ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
SHARED = (
    "schema: conditions/1\nid: old\ntitle: 老企业\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: p, if: founded_on, before: 2000-01-01, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)


def found(bundle: Bundle) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in prove(bundle).findings]


def of_policy(leaves: str, steps: str = "", *others: str, **more: str) -> list[tuple[str, str]]:
    return found(bundle_of(policy_text("a", leaves, f"{steps}\n{ROUND}" if steps else "", **more), *others))


def test_rules_without_a_program_have_nothing_to_prove():
    assert found(bundle_of(SHARED)) == []


def test_a_shared_condition_in_a_contradiction_is_called_by_its_title():
    leaves = "all: [{use: old}, {id: young, if: founded_on, after: 2010-01-01, CITE}]"

    assert of_policy(leaves, "", SHARED) == [
        ("logic.contradiction", "这几项条件不能同时满足：老企业；成立日期晚于2010-01-01")
    ]


def test_a_contradiction_names_no_more_than_it_takes():
    leaves = "all: [{id: a, if: is_listed, is: true, CITE}, {id: b, if: staff, over: 9人, CITE}, {id: c, if: staff, below: 3人, CITE}]"

    assert of_policy(leaves) == [("logic.contradiction", "这几项条件不能同时满足：职工超过9人；职工低于3人")]


def test_an_impossible_part_is_a_fault_of_its_own_and_no_contradiction():
    leaves = "all: [{id: a, if: is_listed, is: true, CITE}, {id: b, if: staff, below: 0人, CITE}]"

    assert [code for code, _ in of_policy(leaves)] == ["logic.always-false"]


def test_a_base_that_a_list_also_rests_on_is_not_asked_to_grow():
    steps = (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n"
        "- {id: b, per_item: {list: contracts, where: {if: rd, upto: 5万元}, each: 1万元}, CITE}"
    )

    assert of_policy(LEAF, steps) == []


def test_the_sum_of_a_list_is_an_open_number_and_no_fault():
    assert of_policy("{id: x, sum_of: {list: contracts, of: paid}, from: 3万元, CITE}") == []


def test_two_shares_of_one_base_are_asked_to_grow_with_it_once():
    steps = "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, rate: {of: rd, at: 5%}, CITE}"

    assert of_policy(LEAF, steps) == []


def test_an_amount_that_falls_with_a_measure_without_a_smallest_step_is_found():
    each = "{by: area, table: [{upto: 9平方米, value: 2元}, {over: 9平方米, value: 1元}]}"
    steps = f"- {{id: a, per_unit: {{of: area, unit: 1平方米, each: {each}, count: prorated}}, CITE}}"

    assert [code for code, _ in of_policy(LEAF, steps)] == ["logic.not-monotone"]


def test_a_discretionary_span_that_ends_is_no_amount_that_falls():
    steps = (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n"
        "- {id: b, range: {from: 0元, upto: 9万元, decided_by: 区长}, when: {if: rd, upto: 5万元}, CITE}"
    )

    assert of_policy(LEAF, steps) == []


def test_an_item_of_a_list_is_asked_about_by_itself():
    steps = (
        "- {id: b, for_each: {list: contracts, steps: "
        "[{id: c, rate: {of: paid, at: {by: paid, table: [{upto: 5万元, value: 10%}, {over: 5万元, value: 5%}]}}, CITE}]}, CITE}"
    )

    ((code, message),) = of_policy(LEAF, steps)

    assert code == "logic.cliff"
    assert message.startswith("合同金额 5万元得5,000元，合同金额 50,000.01元只得2,500元")


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        (
            "all: [{id: l, if: hitech_until, present: false, CITE}, STAFF]",
            "证书有效期至：未获认定",
        ),
        ("all: [{id: l, if: is_listed, is: true, CITE}, STAFF]", "已上市：是"),
        ("all: [{id: l, if: size, is: 微型, CITE}, STAFF]", "规模：微型"),
        (
            "all: [{id: l, if: founded_on, from: 2020-01-02, upto: 2020-01-02, CITE}, STAFF]",
            "成立日期：2020-01-02",
        ),
        (
            "all: [{id: l, expr: share * share, from: 2倍, upto: 2倍, CITE}, STAFF]",
            "持股比例",
        ),
        (
            "all: [{id: l, max_of: {list: contracts, of: {fact: paid}}, over: 3元, CITE}, STAFF]",
            "职工",
        ),
    ],
)
def test_a_witness_is_told_in_the_words_of_its_facts(leaves, words):
    steps = "- {id: a, fixed: {by: staff, table: [{below: 5人, value: 1万元}, {from: 6人, value: 2万元}]}, CITE}"

    ((code, message),) = of_policy(leaves.replace("STAFF", LEAF), steps)

    assert code == "logic.gap"
    assert "职工（2024年） 5人" in message
    assert words in message


def test_the_facts_of_an_employer_are_called_so():
    vocabulary = VOCABULARY.replace("years_served:", "served:")
    leaves = "all: [{id: l, if: employer.staff, from: 1人, CITE}, {id: x, if: served, from: 1年, CITE}]"
    steps = (
        "- {id: a, fixed: {by: employer.staff, table: [{below: 5人, value: 1万元}, {from: 6人, value: 2万元}]}, CITE}"
    )
    policy = policy_text("a", leaves, f"{steps}\n{ROUND}", "applicant: person\n")

    ((_, message),) = found(bundle_of(policy, vocabulary=vocabulary))

    assert "用人单位的职工（2024年） 5人" in message


def test_two_facts_of_one_code_table_can_be_held_against_each_other():
    vocabulary = VOCABULARY.replace(
        "  score:", "  was: {label: 原规模, type: code, codes: size_class, ask: 原来, cost: 1}\n  score:"
    )
    leaves = "all: [{id: a, if: size, is: {fact: was}, CITE}, {id: b, if: size, is: 大型, CITE}, {id: c, if: was, is: 小型, CITE}]"

    assert [code for code, _ in found(bundle_of(policy_text("a", leaves), vocabulary=vocabulary))] == [
        "logic.contradiction"
    ]


def test_the_joint_cap_of_a_group_is_asked_too_and_named_programs_alone():
    steps = f"- {{id: a, fixed: 3万元, CITE}}\n{ROUND}"
    programs = [policy_text(name, LEAF, steps, version="    groups: [g, h]\n") for name in "ab"]
    cap = "cap: {by: staff, table: [{below: 9人, value: 1万元}, {over: 9人, value: 2万元}]}\n"
    bundle = bundle_of(*programs, group_text("g", "cap", "a, b", cap), group_text("h", "highest", "a, b"))

    assert [code for code, _ in found(bundle)] == ["logic.gap"]
    assert [program.policy for program in prove(bundle, ["b"]).programs] == ["b"]


def test_a_limit_in_some_cases_is_none_in_the_others_and_no_gap():
    steps = (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n"
        "- {id: c, cap_amount: [{when: {if: is_listed, is: true}, value: 5万元}], CITE}"
    )

    assert of_policy(LEAF, steps) == []


def test_the_items_of_a_list_are_counted_up_to_a_number_that_may_hang_on_a_fact():
    steps = (
        "- id: a\n  for_each:\n    list: contracts\n    limit: {count: [{when: {if: is_listed, is: true}, value: 1}]}\n"
        "    order_by: amount\n    steps:\n      - {id: p, rate: {of: {fact: paid}, at: 10%}, CITE}\n  CITE"
    )

    assert of_policy(LEAF, steps) == []
