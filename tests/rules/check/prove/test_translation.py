"""The formulas say what the interpreter says, form by form and over the whole corpus."""

from __future__ import annotations

import random

import pytest

from rules.check.prove import prove
from rules.check.prove.choices import Universes
from rules.language.bundle import CORPUS, read_bundle
from tests.support.proofs import Compared, hold_against_interpreter
from tests.support.rule_texts import VOCABULARY, bundle_of, policy_text

LEAF = "{id: x, if: staff, from: 1人, CITE}"
ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
PARAMS = (
    "params: {cap: {label: 上限, values: ["
    "{from: 2024-01-01, to: 2024-12-31, value: 10万元, CITE}, {from: 2025-06-01, value: 20万元, CITE}]}}\n"
)
MORE_FACTS = (
    "  months: {label: 月数, type: count, unit: 个月, min: 0, max: 24, ask: 几个月, cost: 1}\n"
    "  moved_on: {label: 迁入日, type: date, nullable: 未迁入, ask: 何时迁入, cost: 1}\n"
)
MORE_DERIVED = (
    "  due_on: {label: 到期日, type: date, cases: [{otherwise: true, value: {later: 1年, of: founded_on}}]}\n"
    "  band: {label: 按人数的规模, type: code, codes: size_class, "
    "cases: [{when: {if: staff, from: 300人}, value: 大型}, {otherwise: true, value: 小型}]}\n"
)
FACTS = VOCABULARY.replace("derived:\n", f"{MORE_FACTS}derived:\n{MORE_DERIVED}", 1)

CONDITIONS = [
    "{id: x, if: revenue, over: 100万元, below: 2亿元, CITE}",
    "{id: x, if: staff, is: 7人, CITE}",
    "{id: x, if: staff, in: [7人, 9人], CITE}",
    "{id: x, if: is_listed, is: false, CITE}",
    "{id: x, if: hitech_until, present: false, CITE}",
    "{id: x, if: hitech_until, from: $as_of, CITE}",
    "{id: x, if: district, in: [罗湖区, 福田区], CITE}",
    "{id: x, if: district, not_in: [罗湖区], CITE}",
    "{id: x, if: district, prefix_in: [罗], CITE}",
    "{id: x, if: size, not_in: [大型, 中型], CITE}",
    "{id: x, if: band, in: [大型, 中型], CITE}",
    "{id: x, if: band, is: {fact: size}, CITE}",
    "{id: x, if: size, is: {fact: band}, CITE}",
    '{id: x, expr: "rd / (scale - 1)", from: 1万元, CITE}',
    '{id: x, expr: "rd / revenue * scale * (scale - 1) * (scale + 1)", from: 1, CITE}',
    "{id: x, if: growth, from: 15%, CITE}",
    '{id: x, expr: "revenue / revenue[-1]", upto: 90%, on_unknown: fail, CITE}',
    '{id: x, expr: "revenue / revenue[-1]", upto: 90%, on_unknown: assume, CITE}',
    "{id: x, expr: share / (share - area / area), from: 2倍, CITE}",
    "{id: x, if: is_hitech, is: true, CITE}",
    "{id: x, if: scale, from: 2, CITE}",
    "not: {id: x, if: founded_on, within: 3年, CITE}",
    '{id: x, expr: "days(founded_on, $as_of)", from: 400, CITE}',
    '{id: x, expr: "full_years(founded_on, $as_of)", from: 3, CITE}',
    '{id: x, expr: "full_months($as_of, hitech_until)", upto: 7, CITE}',
    '{id: x, expr: "full_months(2024-01-31, 2024-03-30)", from: 1, CITE}',
    "{id: x, if: founded_on, from: {ago: 20个工作日}, CITE}",
    "{id: x, expr: year_start(founded_on), from: 2020-01-01, CITE}",
    "{id: x, if: hitech_until, upto: {expr: year_end(year_start(founded_on))}, CITE}",
    "{id: x, expr: year_end(due_on), over: 2023-12-30, CITE}",
    '{id: x, expr: "full_years(founded_on, year_start($as_of))", from: 3, CITE}',
    '{id: x, expr: "days(year_start(founded_on), year_end(moved_on))", over: 364, CITE}',
    '{id: x, expr: "full_years(year_start(founded_on), $as_of)", from: 3, CITE}',
    "{id: x, if: founded_on, from: [{when: {if: is_listed, is: true}, value: {ago: 2年}}, {otherwise: true, value: {ago: 3年}}], CITE}",
    '{id: x, expr: "max(revenue, rd, 1元) - min(revenue, rd)", from: 5万元, CITE}',
    '{id: x, expr: "avg(revenue, revenue[-1])", from: 5万元, CITE}',
    '{id: x, expr: "sum(revenue, rd, -received)", from: 5万元, CITE}',
    "{id: x, expr: floor(area / area), from: 1, CITE}",
    "{id: x, expr: floor(share), from: 2, CITE}",
    "{id: x, if: revenue, from: {by: size, table: [{is: 大型, value: 5亿元}, {in: [中型], value: 5000万元}]}, CITE}",
    (
        "{id: x, if: revenue, from: [{when: {if: is_listed, is: true}, "
        "value: 1亿元}, {when: {if: staff, over: 9人}, value: 2亿元}], CITE}"
    ),
    "{id: x, if: is_listed, is: [{when: {if: staff, over: 9人}, value: true}, {otherwise: true, value: false}], CITE}",
    "{id: x, if: size, is: {by: staff, table: [{below: 10人, value: 微型}, {from: 10人, value: 大型}]}, CITE}",
    "{id: x, if: loss, over: 0元, CITE}",
    "any: [{id: x, if: staff, over: 5人, CITE}, {id: y, if: is_listed, is: true, CITE}]",
    (
        "at_least: {n: 2, of: [{id: x, if: staff, over: 5人, CITE}, {id: y, "
        "if: is_listed, is: true, CITE}, {id: z, if: rd, over: 1元, CITE}]}"
    ),
]
STEPS = [
    "- {id: a, fixed: {by: size, table: [{is: 大型, value: 3万元}, {is: 小型, value: 1万元}]}, CITE}",
    "- {id: a, rate: {of: rd, at: {by: revenue, table: [{below: 1亿元, value: 5%}, {from: 1亿元, value: 8%}]}}, CITE}",
    "- {id: a, rate: {of: loss, at: 5%}, CITE}",
    "- {id: a, match: {of: {fact: received}, at: 50%}, when: {if: is_listed, is: true}, CITE}",
    (
        "- {id: a, base: {of: rd}, CITE}\n- {id: b, cap_base: 100万元, CITE}\n"
        "- {id: c, floor_base: 10万元, CITE}\n- {id: d, rate: {at: 10%}, CITE}"
    ),
    (
        "- {id: a, base: {of: revenue}, CITE}\n"
        "- {id: b, base: {of: rd}, when: {if: is_listed, is: true}, CITE}\n- {id: d, rate: {at: 10%}, CITE}"
    ),
    (
        "- {id: a, tiers: {of: rd, mode: marginal}, table: [{upto: 10万元, rate: 5%}, "
        "{over: 10万元, upto: 50万元, rate: 8%}, {over: 50万元, rate: 1%}], CITE}"
    ),
    (
        "- {id: a, tiers: {of: rd, mode: whole}, table: [{upto: 10万元, "
        "rate: 5%}, {over: 10万元, upto: 20万元, value: 7万元}], CITE}"
    ),
    (
        "- {id: a, tiers: {of: staff, mode: marginal}, table: [{from: 3人, "
        "below: 10人, each: 100元}, {from: 10人, each: 200元}], CITE}"
    ),
    "- {id: a, tiers: {of: staff, mode: whole}, table: [{over: 3人, each: 100元}], CITE}",
    "- {id: a, tiers: {of: loss, mode: marginal}, table: [{over: 0元, rate: 5%}], CITE}",
    "- {id: a, per_unit: {of: revenue, above: 1亿元, unit: 1000万元, each: 5万元, count: whole}, CITE}",
    "- {id: a, per_unit: {of: rd, above: {fact: loss}, unit: 10万元, each: 1万元, count: prorated}, CITE}",
    "- {id: a, per_unit: {of: staff, unit: 1人, each: 100元, count: whole}, CITE}",
    "- {id: a, range: {from: 1万元, upto: {fact: received}, decided_by: 区长}, CITE}",
    "- {id: a, range: {from: {fact: rd}, upto: {fact: received}, decided_by: 区长}, CITE}",
    (
        "- {id: a, fixed: 3万元, CITE}\n"
        "- {id: b, multiply: [{when: {if: is_listed, is: true}, value: 1.5倍}, {otherwise: true, value: 1倍}], CITE}"
    ),
    "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, cap_amount: {least_of: [{fact: limit}, 5万元]}, CITE}",
    "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, cap_amount: {fact: limit}, CITE}",
    (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n"
        "- {id: b, cap_amount: {greatest_of: [{fact: limit}, {fact: loss}]}, CITE}"
    ),
    (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n"
        "- {id: b, deduct: {fact: received}, CITE}\n- {id: c, top_up: {fact: loss}, CITE}"
    ),
    "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, prorate: {by: months, over: 12, minimum: 6}, CITE}",
    "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, prorate: {by: months, over: 12}, CITE}",
    (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, pay_only_if_from: 1万元, CITE}\n"
        "- {id: c, pay_only_if_from: {fact: loss}, CITE}"
    ),
    "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: b, instalments: {years: 2, cap_each: 3万元}, CITE}",
    (
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n"
        "- {id: b, instalments: [{share: 40%, label: 一}, {share: 60%, label: 二}], CITE}"
    ),
    "- {id: a, rate: {of: rd, at: 10%}, when: {if: growth, from: 0%}, CITE}\n- {id: b, cap_amount: $cap}",
    '- {id: a, fixed: {expr: "revenue * share - 10万元"}, CITE}',
    '- {id: a, fixed: {expr: "-rd / 2"}, CITE}\n- {id: b, fixed: {expr: "(rd - received) / 3"}, CITE}',
]
VERSIONS = [
    "    params_at: fact_year_end\n",
    "    params_at: {recognised_on: {of: moved_on}}\n",
    "    fact_year: current\n",
]
ROUNDS = ["{to: 分, mode: down}", "{to: 百元, mode: up}", "{to: 万元, mode: half_up}"]


def differences(*texts: str) -> list[str]:
    bundle = bundle_of(*texts, vocabulary=FACTS)
    chance, compared = random.Random(7), Compared()
    policy = bundle.policies["a"]
    for _ in range(2):
        hold_against_interpreter(bundle, policy, policy.versions[0], Universes(bundle), chance, compared)
    assert compared.statuses + compared.amounts > 0
    return compared.differences or []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_means_the_same_to_both(condition):
    assert differences(policy_text("a", condition)) == []


@pytest.mark.parametrize("steps", STEPS)
def test_steps_come_to_the_same_amount_for_both(steps):
    more = PARAMS if "$cap" in steps else ""
    assert differences(policy_text("a", LEAF, f"{steps}\n{ROUND}", more)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_parameters_are_taken_on_the_same_day(version):
    steps = f"- {{id: a, rate: {{of: rd, at: 10%}}, CITE}}\n- {{id: b, cap_amount: $cap}}\n{ROUND}"

    assert differences(policy_text("a", LEAF, steps, PARAMS, version=version)) == []


@pytest.mark.parametrize("rounding", ROUNDS)
def test_amounts_are_rounded_alike(rounding):
    steps = f"- {{id: a, rate: {{of: rd, at: 7%}}, CITE}}\n- {{id: r, round: {rounding}, CITE}}"

    assert differences(policy_text("a", LEAF, steps)) == []


def test_the_amount_of_another_program_is_reckoned_alike():
    other = policy_text("b", LEAF, f"- {{id: a, rate: {{of: rd, at: 7%}}, CITE}}\n{ROUND}")
    own = policy_text("a", LEAF, f"- {{id: a, amount_of: b, CITE}}\n- {{id: c, cap_amount: 9万元, CITE}}\n{ROUND}")

    assert differences(own, other) == []


@pytest.mark.parametrize(
    "condition",
    [
        "{id: x, if: founded_on, before: {later: 1年, of: moved_on}, CITE}",
        "{id: x, if: founded_on, before: {ago: 20个工作日, of: moved_on}, CITE}",
        '{id: x, expr: "full_years(founded_on, hitech_until)", from: 3, CITE}',
        '{id: x, expr: "full_years(founded_on, year_start(moved_on))", from: 3, CITE}',
        '{id: x, expr: "days(year_end(due_on), moved_on)", from: 3, CITE}',
        "{id: x, if: founded_on, from: {by: staff, table: [{below: 9人, value: {later: 1年, of: moved_on}}]}, CITE}",
    ],
)
def test_a_day_reckoned_from_one_fact_beside_another_is_named_as_open(condition):
    bundle = bundle_of(policy_text("a", condition), vocabulary=FACTS)

    (program,) = prove(bundle, ["a"]).programs

    assert [part.what for part in program.left_open] == ["两个日期之间的推算"]


@pytest.mark.parametrize(
    "step",
    [
        "- {id: a, prorate: {by: {expr: 'full_months(founded_on, $as_of)'}, over: 12}, CITE}",
        "- {id: a, fixed: {expr: '1元 * full_months(founded_on, moved_on)'}, CITE}",
    ],
)
def test_money_by_the_days_since_a_fact_is_named_as_open(step):
    bundle = bundle_of(policy_text("a", LEAF, f"- {{id: z, fixed: 1万元, CITE}}\n{step}\n{ROUND}"), vocabulary=FACTS)

    (program,) = prove(bundle, ["a"]).programs

    assert [part.what for part in program.left_open] == ["两个日期之间的推算"]


def test_days_between_the_edges_of_two_moving_years_are_never_fewer_than_those_of_a_year():
    bundle = bundle_of(
        policy_text("a", '{id: x, expr: "days(year_start(founded_on), year_end(founded_on))", below: 364, CITE}'),
        vocabulary=FACTS,
    )

    assert "logic.always-false" in {finding.code for finding in prove(bundle, ["a"]).findings}


def test_the_time_between_two_facts_is_a_number_of_its_own():
    bundle = bundle_of(
        policy_text("a", '{id: x, expr: "full_years(founded_on, hitech_until)", over: 500, CITE}'), vocabulary=FACTS
    )

    assert prove(bundle, ["a"]).findings == ()


@pytest.mark.slow
def test_the_formulas_agree_with_the_interpreter_on_the_corpus():
    bundle, _ = read_bundle([CORPUS])
    assert bundle is not None
    chance, universes, compared = random.Random(20261124), Universes(bundle), Compared()

    for policy in bundle.policies.values():
        for version in policy.versions:
            hold_against_interpreter(bundle, policy, version, universes, chance, compared)

    assert compared.differences == []
    assert compared.statuses > 200
    assert compared.amounts > 100
