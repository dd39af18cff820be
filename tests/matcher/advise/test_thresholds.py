from __future__ import annotations

from datetime import date
from fractions import Fraction

from matcher.advise import thresholds_of
from tests.support.rule_texts import bundle_of, policy_text

ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
PARAMS = "params:\n  floor: {label: 门槛, values: [{from: 2025-01-01, value: 3万元, CITE}, {from: 2026-01-01, value: 4万元, CITE}]}\n"


def wan(*amounts: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(amount * 1_000_000) for amount in amounts)


def test_bounds_of_conditions_parameters_and_table_rows_are_thresholds():
    bundle = bundle_of(
        policy_text(
            "a",
            "all:\n  - {id: x, if: rd, from: 10万元, below: 90万元, CITE}\n  - {id: y, if: rd, from: $floor, CITE}\n"
            "  - {id: z, if: staff, from: {by: rd, table: [{upto: 50万元, value: 5}, {over: 50万元, value: 9}]}, CITE}\n"
            "  - {id: t, if: rd, from: {by: revenue, table: [{upto: 1亿元, value: 7万元}, {otherwise: true, value: 8万元}]}, CITE}",
            more=PARAMS,
        )
    )

    assert thresholds_of(bundle, "rd") == wan(3, 4, 7, 8, 10, 50, 90)
    assert thresholds_of(bundle, "rd@2025") == thresholds_of(bundle, "rd")
    assert thresholds_of(bundle, "rd", policies=["b"]) == ()


def test_brackets_and_limits_of_the_base_are_thresholds():
    steps = (
        "- {id: t, tiers: {of: rd, mode: marginal}, table: [{upto: 1万元, rate: 5%}, {over: 1万元, rate: 8%}], CITE}\n"
        "- {id: p, per_unit: {of: rd, above: 2万元, unit: 1万元, each: 1元, count: whole}, CITE}\n"
        "- {id: b, base: {of: rd}, CITE}\n"
        "- {id: c, cap_base: 3万元, CITE}\n"
        "- {id: f, floor_base: 4万元, CITE}\n"
        "- {id: u, tiers: {mode: marginal}, table: [{upto: 5万元, rate: 5%}, {over: 5万元, rate: 8%}], CITE}\n"
        "- {id: q, per_unit: {above: 6万元, unit: 1万元, each: 1元, count: whole}, CITE}\n"
        "- {id: o, per_unit: {unit: 1万元, each: 1元, count: whole}, CITE}\n"
        "- {id: d, base: {of: revenue}, CITE}\n"
        "- {id: e, cap_base: 7万元, CITE}\n" + ROUND
    )
    bundle = bundle_of(policy_text("a", "all:\n  - {id: x, if: staff, from: 1人, CITE}", steps))

    assert thresholds_of(bundle, "rd") == wan(1, 2, 3, 4, 5, 6)
    assert thresholds_of(bundle, "revenue") == wan(7)


def test_derived_facts_and_condition_sets_are_looked_into():
    shared = (
        "schema: conditions/1\nid: basics\ntitle: 通用条件\ndocuments:\n  - {id: D, title: 办法}\n"
        "condition:\n  all:\n    - {id: rd, if: revenue, from: 5万元, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
    )
    bundle = bundle_of(
        policy_text(
            "a", "all:\n  - use: basics\n  - {id: x, if: scale, from: 2, CITE}\n  - {id: y, if: scale, upto: 3, CITE}"
        ),
        shared,
    )

    assert thresholds_of(bundle, "revenue") == wan(5, 100, 200)


def test_days_are_thresholds_and_relative_days_are_not():
    bundle = bundle_of(
        policy_text(
            "a",
            "all:\n  - {id: x, if: founded_on, from: 2020-01-01, CITE}\n  - {id: y, if: founded_on, upto: {ago: 1年}, CITE}",
        )
    )

    assert thresholds_of(bundle, "founded_on") == (date(2020, 1, 1),)


def test_other_years_of_a_fact_have_thresholds_of_their_own():
    bundle = bundle_of(policy_text("a", "all:\n  - {id: x, if: 'rd[-1]', from: 10万元, CITE}"))

    assert thresholds_of(bundle, "rd") == ()
