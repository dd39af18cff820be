"""Amount steps: exact on exact facts, an interval on intervals, one line each."""

from fractions import Fraction

import pytest

from matcher.interpret.amounts.changing import capped, floored, rounded
from matcher.interpret.amounts.running import money, nearest_fen
from matcher.interpret.amounts.schedule import payments
from matcher.interpret.possible import ABSENT, Possible, exactly
from matcher.outcome import Money, Status
from rules.language.model import Instalment, Instalments, Position, RoundMode
from tests.matcher.interpret.building import ROUND, answer, bounds, line, paid, policy_text

HERE = Position("p.yaml", 1, 1)
GIVE = "{id: give, fixed: 100元}"
TIERS = """{id: t, tiers: {of: sales, mode: MODE},
  table: [{upto: 100万元, rate: 5%}, {over: 100万元, upto: 500万元, rate: 8%}, {over: 500万元, rate: 10%}]}"""
MARGINAL, WHOLE = TIERS.replace("MODE", "marginal"), TIERS.replace("MODE", "whole")


def fen(*steps, **facts):
    """Return an exact amount in 分."""
    low, high = bounds(paid(*steps, **facts))
    assert low == high
    return low


def effect(outcome, name):
    return line(outcome, name).effect


# ── adding ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fixed_sum_is_added():
    assert fen(GIVE, "{id: more, fixed: 0.5元}") == 10_050


def test_a_fixed_sum_may_depend_on_a_class():
    step = "{id: f, fixed: {by: level, table: [{is: 国家级, value: 200万元}, {is: 省级, value: 100万元}]}}"

    assert fen(step, level="国家级") == 200_000_000
    assert fen(step, level="市级") == 0
    assert bounds(paid(step)) == (0, 200_000_000)
    assert paid(step).missing == ("level",)


def test_a_rate_of_a_base():
    step = "{id: r, rate: {of: sales, at: 10%}}"

    assert fen(step, sales="123.45元") == 1_235  # 1234.5 分 half up
    assert bounds(paid(step, sales={"from": "100元", "upto": "200元"})) == (1_000, 2_000)
    assert bounds(paid(step)) == (0, 10**11)


def test_a_rate_may_jump_with_another_fact():
    step = "{id: r, rate: {of: sales, at: {by: people, table: [{below: 10人, value: 1%}, {from: 10人, value: 2%}]}}}"

    assert fen(step, sales="100元", people=9) == 100
    assert fen(step, sales="100元", people=10) == 200
    assert bounds(paid(step, sales="100元")) == (100, 200)


def test_a_share_of_an_award_from_above():
    step = "{id: m, match: {of: grant, at: 50%}}"

    assert fen(step, grant="300元") == 15_000
    assert fen(step, grant=None) == 0


def test_nothing_is_added_below_zero():
    assert fen(GIVE, "{id: r, rate: {of: profit, at: 10%}}", profit="-500元") == 10_000
    assert bounds(paid(GIVE, "{id: r, rate: {of: profit, at: 10%}}")) == (10_000, None)


def test_a_discretionary_span_is_a_range():
    outcome = paid(GIVE, "{id: s, range: {from: 0元, upto: 500元, decided_by: 领导小组}}")

    assert (bounds(outcome), outcome.missing) == ((10_000, 60_000), ())
    assert outcome.status is Status.ELIGIBLE
    assert "金额由领导小组在公布的幅度内核定，此处只列幅度" in outcome.notes


def test_a_span_whose_lower_end_lies_above_its_upper_end_adds_nothing_and_says_so():
    step = "{id: s, range: {from: 3元, upto: {fact: grant}, decided_by: 领导小组}}"
    half = "{id: m, multiply: 50%}"

    assert bounds(paid(GIVE, step, half, grant="5元")) == (5150, 5250)
    assert bounds(paid(GIVE, step, half, grant="3元")) == (5150, 5150)
    for grant in ("2.99元", None):
        empty = paid(GIVE, step, half, grant=grant)
        assert (bounds(empty), effect(empty, "s")) == ((5000, 5000), "unchanged")
        assert any("没有可以核定的金额" in note for note in empty.notes)
    # A grant that is not known may leave the span empty, so it starts at nothing.
    assert bounds(paid(GIVE, step, "{id: c, cap_amount: 104元}")) == (10_000, 10_400)


@pytest.mark.parametrize(
    ("sales", "marginal", "whole"),
    [
        ("0元", 0, 0),
        ("100万元", 5_000_000, 5_000_000),
        ("1000000.01元", 5_000_000, 8_000_000),
        ("500万元", 37_000_000, 40_000_000),
        ("800万元", 67_000_000, 80_000_000),
    ],
)
def test_brackets_by_part_and_by_the_whole(sales, marginal, whole):
    assert fen(MARGINAL, sales=sales) == marginal
    assert fen(WHOLE, sales=sales) == whole


def test_brackets_of_a_range():
    between = {"from": "50万元", "upto": "800万元"}

    assert bounds(paid(MARGINAL, sales=between)) == (2_500_000, 67_000_000)
    assert bounds(paid(WHOLE, sales=between)) == (2_500_000, 80_000_000)
    assert bounds(paid(WHOLE, sales={"from": "200万元", "upto": "300万元"})) == (16_000_000, 24_000_000)


def test_brackets_of_what_may_not_exist():
    by_part = "{id: t, tiers: {of: grant, mode: marginal}, table: [{upto: 100元, rate: 10%}, {over: 100元, rate: 20%}]}"

    assert fen(by_part, grant=None) == 0
    assert bounds(paid(by_part)) == (0, 10**10 // 5 - 1_000)
    assert fen(by_part.replace("marginal", "whole"), grant=None) == 0


def test_brackets_by_head():
    step = "{id: t, tiers: {of: people, mode: marginal}, table: [TABLE]}"
    words = step.replace("TABLE", "{upto: 3人, each: 2000元}, {over: 3人, each: 3000元}")
    other_words = step.replace("TABLE", "{below: 4人, each: 2000元}, {from: 4人, each: 3000元}")

    assert [fen(words, people=n) for n in (0, 3, 5)] == [0, 600_000, 1_200_000]
    assert [fen(other_words, people=n) for n in (0, 3, 5)] == [0, 600_000, 1_200_000]
    assert fen(words.replace("marginal", "whole"), people=5) == 1_500_000


def test_a_row_of_the_whole_may_be_a_flat_sum():
    step = "{id: t, tiers: {of: people, mode: whole}, table: [{from: 10人, below: 20人, value: 5元}, {from: 20人, value: 9元}]}"

    assert [fen(step, people=n) for n in (9, 10, 20)] == [0, 500, 900]
    assert bounds(paid(step, people={"from": 15})) == (500, 900)
    assert bounds(paid(step)) == (0, 900)


def test_a_bracket_whose_bound_is_open_or_missing():
    step = "{id: t, tiers: {of: sales, mode: marginal}, table: [{over: {fact: grant}, rate: 10%}]}"

    assert fen(step, sales="300元", grant="100元") == 2_000
    assert fen(step, sales="300元", grant=None) == 0
    assert bounds(paid(step, sales="300元")) == (0, 3_000)


@pytest.mark.parametrize(
    ("sales", "whole", "prorated"),
    [("10亿元", 0, 0), ("9亿元", 0, 0), ("11.99亿元", 100_000_000, 199_000_000), ("13亿元", 300_000_000, 300_000_000)],
)
def test_full_or_begun_units_beyond_a_point(sales, whole, prorated):
    step = "{id: u, per_unit: {of: sales, above: 10亿元, unit: 1亿元, each: 100万元, count: COUNT}}"

    assert fen(step.replace("COUNT", "whole"), sales=sales) == whole
    assert fen(step.replace("COUNT", "prorated"), sales=sales) == prorated


def test_units_from_the_first_one():
    assert fen("{id: u, per_unit: {of: people, unit: 10人, each: 5元, count: whole}}", people=29) == 1_000
    assert bounds(paid("{id: u, per_unit: {of: people, unit: 10人, each: 5元, count: whole}}")) == (0, 50_000)


def test_a_point_that_does_not_exist_is_no_point():
    step = "{id: u, per_unit: {of: sales, above: {fact: grant}, unit: 100元, each: 1元, count: whole}}"

    assert fen(step, sales="500元", grant="200元") == 300
    assert fen(step, sales="500元", grant=None) == 500
    assert bounds(paid(step, sales="500元", grant={"from": "100元", "upto": "200元"})) == (300, 400)
    assert bounds(paid(step, sales="500元")) == (0, 500)


# ── the base ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_later_steps_use_the_base():
    base = "{id: b, base: {of: sales}}"

    assert fen(base, "{id: r, rate: {at: 10%}}", sales="500元") == 5_000
    assert fen(base, "{id: u, per_unit: {unit: 100元, each: 1元, count: whole}}", sales="550元") == 500
    assert fen(base, "{id: t, tiers: {mode: marginal}, table: [{from: 0元, rate: 1%}]}", sales="500元") == 500


def test_the_base_is_limited_from_both_sides():
    steps = (
        "{id: b, base: {of: sales}}",
        "{id: c, cap_base: 300元}",
        "{id: f, floor_base: 200元}",
        "{id: r, rate: {at: 10%}}",
    )

    assert [fen(*steps, sales=s) for s in ("500元", "250元", "100元")] == [3_000, 2_500, 2_000]
    assert bounds(paid(*steps)) == (2_000, 3_000)
    outcome = paid(*steps, sales="500元")
    assert (effect(outcome, "c"), effect(outcome, "f")) == ("capped", "unfloored")
    assert effect(paid(*steps, sales="100元"), "f") == "floored"
    assert effect(paid(*steps), "c") == "maybe_capped"
    assert effect(paid(*steps), "f") == "maybe_floored"


def test_a_base_that_does_not_exist_stays_so():
    steps = (
        "{id: b, base: {of: grant}}",
        "{id: c, cap_base: 300元}",
        "{id: f, floor_base: 200元}",
        "{id: r, rate: {at: 10%}}",
    )

    assert fen(*steps, grant=None) == 0
    assert bounds(paid(*steps)) == (0, 3_000)


# ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_amount_is_multiplied():
    step = "{id: m, multiply: {by: level, table: [{is: 国家级, value: 1.5倍}, {otherwise: true, value: 1倍}]}}"

    assert fen(GIVE, step, level="国家级") == 15_000
    assert bounds(paid(GIVE, step)) == (10_000, 15_000)
    assert effect(paid(GIVE, step, level="市级"), "m") == "unchanged"
    assert effect(paid(GIVE, step, level="国家级"), "m") == "applied"


def test_a_factor_that_does_not_exist_leaves_nothing():
    assert fen(GIVE, "{id: m, multiply: [{when: {if: other, is: true}, value: 2倍}]}", other=False) == 0


def test_a_cap_binds_only_above():
    step = "{id: c, cap_amount: 100元}"

    for given, expected, word in (
        ("99元", 9_900, "uncapped"),
        ("100元", 10_000, "uncapped"),
        ("100.01元", 10_000, "capped"),
    ):
        outcome = paid(f"{{id: give, fixed: {given}}}", step)
        assert (bounds(outcome), effect(outcome, "c")) == ((expected, expected), word)


def test_a_cap_by_a_fact_that_does_not_exist_is_none():
    step = "{id: c, cap_amount: {fact: grant}}"

    assert fen(GIVE, step, grant=None) == 10_000
    assert bounds(paid(GIVE, step)) == (0, 10_000)
    assert effect(paid(GIVE, step), "c") == "maybe_capped"
    assert effect(paid(GIVE, step, grant={"from": "10元", "upto": "20元"}), "c") == "capped"


def test_a_cap_that_binds_makes_the_rest_unasked():
    outcome = paid("{id: r, rate: {of: sales, at: 10%}}", "{id: c, cap_amount: 0元}")

    assert (bounds(outcome), outcome.missing) == ((0, 0), ())


@pytest.mark.parametrize("word", ["deduct", "top_up"])
def test_what_was_paid_is_taken_off(word):
    step = f"{{id: d, {word}: {{fact: grant}}}}"

    assert fen(GIVE, step, grant="30元") == 7_000
    assert fen(GIVE, step, grant="130元") == 0
    assert fen(GIVE, step, grant=None) == 10_000
    assert bounds(paid(GIVE, step)) == (0, 10_000)
    assert effect(paid(GIVE, step, grant="130元"), "d") == "zeroed"
    assert effect(paid(GIVE, step, grant=None), "d") == "unchanged"


@pytest.mark.parametrize(("months", "expected"), [(12, 10_000), (7, 5_833), (6, 5_000), (5, 0), (0, 0)])
def test_an_amount_by_months_served(months, expected):
    assert fen(GIVE, "{id: p, prorate: {by: months, over: 12, minimum: 6}}", months=months) == expected


def test_months_beyond_the_year_pay_no_more():
    assert fen(GIVE, "{id: p, prorate: {by: people, over: 12}}", people=20) == 10_000


def test_open_months_leave_a_range():
    step = "{id: p, prorate: {by: months, over: 12, minimum: 6}}"

    assert bounds(paid(GIVE, step)) == (0, 10_000)
    assert bounds(paid(GIVE, step, months={"from": 6})) == (5_000, 10_000)
    assert bounds(paid(GIVE, step, months={"upto": 5})) == (0, 0)
    assert effect(paid(GIVE, step, months=3), "p") == "zeroed"
    by_size = step.replace(
        "minimum: 6", "minimum: {by: size, table: [{is: 中型, value: 9}, {otherwise: true, value: 3}]}"
    )
    assert bounds(paid(GIVE, by_size, months=6)) == (0, 5_000)


def test_a_share_of_nothing_is_open():
    assert bounds(paid(GIVE, "{id: p, prorate: {by: people, over: {expr: people - people}}}", people=3)) == (0, 10_000)


def test_small_amounts_are_not_paid():
    step = "{id: m, pay_only_if_from: 100元}"

    for given, expected, word in (("100元", 10_000, "unchanged"), ("99.99元", 0, "zeroed")):
        outcome = paid(f"{{id: give, fixed: {given}}}", step)
        assert (bounds(outcome), effect(outcome, "m")) == ((expected, expected), word)
    open_amount = paid("{id: r, rate: {of: sales, at: 10%}}", step)
    assert (bounds(open_amount), effect(open_amount, "m")) == ((0, 10**11), "unchanged")
    between = paid("{id: r, rate: {of: sales, at: 10%}}", step, sales={"from": "900元"})
    assert (bounds(between), effect(between, "m")) == ((0, 10**11), "maybe_zeroed")


def test_a_threshold_that_does_not_exist_bars_nothing():
    step = "{id: m, pay_only_if_from: {fact: grant}}"

    assert fen(GIVE, step, grant=None) == 10_000
    assert bounds(paid(GIVE, step)) == (0, 10_000)


# ── rounding ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("to", "mode", "expected"),
    [
        ("分", "half_up", 123_456),
        ("角", "half_up", 123_460),
        ("元", "half_up", 123_500),
        ("元", "down", 123_400),
        ("元", "up", 123_500),
        ("百元", "down", 120_000),
        ("千元", "half_up", 100_000),
        ("万元", "up", 1_000_000),
    ],
)
def test_the_result_is_rounded_once(to, mode, expected):
    outcome = answer(
        policy_text(steps=["{id: give, fixed: 1234.555元}", f"{{id: round, round: {{to: {to}, mode: {mode}}}}}"]),
        {"flag": True},
    )

    assert bounds(outcome) == (expected, expected)
    assert effect(outcome, "round") == "rounded"


def test_a_half_is_rounded_up_and_nothing_before_it_is_rounded():
    step = "{id: a, rate: {of: sales, at: 10%}}, {id: b, rate: {of: sales, at: 10%}}"

    assert fen(step, sales="0.02元") == 0  # twice 0.2 分, not twice 0
    assert fen(step, sales="0.03元") == 1  # twice 0.3 分


@pytest.mark.parametrize("mode", RoundMode)
def test_rounding_is_monotone(mode):
    results = [rounded(Fraction(n, 7), 100, mode) for n in range(-10, 3000)]

    assert results == sorted(results)


def test_both_ends_of_a_range_are_rounded():
    steps = ["{id: r, rate: {of: sales, at: 10%}}", "{id: round, round: {to: 元, mode: half_up}}"]
    facts = {"flag": True, "sales": {"from": "4.95元", "upto": "15.05元"}}

    assert bounds(answer(policy_text(steps=steps), facts)) == (0, 200)
    assert answer(policy_text(steps=steps), {"flag": True, "sales": {"from": "6元", "upto": "7元"}}).missing == ()
    assert bounds(answer(policy_text(steps=["{id: r, rate: {of: profit, at: 10%}}"]), {"flag": True})) == (0, None)


def test_before_rounding_a_line_shows_whole_fen():
    assert money(exactly(Fraction(5, 2))) == Money(3, 3)
    assert money(Possible(Fraction(5, 2), Fraction(7, 2))) == Money(2, 4)
    assert money(Possible(None, None)) == Money(0, None)
    assert nearest_fen(Fraction(-1, 2)) == 0


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────

BONUS = "{id: bonus, fixed: 50元, when: {if: other, is: true}}"


def test_a_step_whose_condition_is_false_is_skipped():
    assert fen(GIVE, BONUS, other=True) == 15_000
    assert fen(GIVE, BONUS, other=False) == 10_000
    assert effect(paid(GIVE, BONUS, other=False), "bonus") == "skipped"
    assert line(paid(GIVE, BONUS, other=False), "bonus").before == Money(10_000, 10_000)


def test_a_step_whose_condition_is_open_leaves_both():
    outcome = paid(GIVE, BONUS)

    assert (bounds(outcome), outcome.missing, effect(outcome, "bonus")) == (
        (10_000, 15_000),
        ("other",),
        "maybe_applied",
    )


def test_a_step_that_a_person_decides_is_to_be_reviewed():
    outcome = paid(GIVE, "{id: bonus, fixed: 50元, when: {id: m, manual: 由人判断}}")

    assert (bounds(outcome), outcome.review, outcome.missing) == ((10_000, 15_000), ("bonus",), ())
    assert outcome.status is Status.ELIGIBLE


def test_an_open_condition_may_set_the_base():
    steps = ("{id: b, base: {of: sales}, when: {if: other, is: true}}", "{id: r, rate: {at: 10%}}")

    assert bounds(paid(*steps, sales="500元")) == (0, 5_000)
    assert fen(*steps, sales="500元", other=False) == 0


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────

SHOPS = [
    {"name": "甲", "days": 8, "rent": "10元"},
    {"name": "乙", "days": 29, "rent": "30元"},
    {"name": "丙", "days": 3, "rent": "20元"},
]
PER_ITEM = """{id: s, per_item: {list: shops, where: {if: days, from: 7天},
               each: {by: days, table: [{upto: 14天, value: 1000元}, {over: 14天, value: 20000元}]}}}"""
FOR_EACH = (
    "{id: s, for_each: {list: shops, LIMIT steps: [{id: r, rate: {of: rent, at: 50%}}, {id: c, cap_amount: 12元}]}}"
)


def for_each(limit=""):
    return FOR_EACH.replace("LIMIT", limit)


def test_an_amount_is_added_for_each_item():
    assert fen(PER_ITEM, shops=SHOPS) == 2_100_000
    assert fen(PER_ITEM, shops=[]) == 0
    assert bounds(paid(PER_ITEM, shops=[{"days": 8}, {}])) == (100_000, 2_100_000)
    assert paid(PER_ITEM, shops=[{"days": 8}, {}]).missing == ("shops[2].days",)


def test_steps_are_run_for_each_item():
    assert fen(for_each(), shops=SHOPS) == 500 + 1_200 + 1_000
    outcome = paid(for_each(), shops=SHOPS)
    assert [(each.item, each.effect, each.depth) for each in outcome.trace if each.id == "c"] == [
        ("甲", "uncapped", 1),
        ("乙", "capped", 1),
        ("丙", "uncapped", 1),
    ]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("limit: {count: 2}, order_by: listed,", 500 + 1_200),
        ("limit: {count: 2}, order_by: amount,", 1_200 + 1_000),
        ("limit: {count: 1, per: year}, order_by: amount,", 1_200 + 500),
        ("limit: {count: {expr: people}}, order_by: listed,", 500),
    ],
)
def test_only_so_many_items_count(limit, expected):
    shops = [{**shop, "year": year} for shop, year in zip(SHOPS, (2025, 2026, 2026), strict=True)]

    assert fen(for_each(limit), shops=shops, people=1) == expected


def test_items_left_out_are_said_to_be():
    outcome = paid(for_each("limit: {count: 2}, order_by: amount,"), shops=SHOPS)

    left = [each for each in outcome.trace if each.text == "超出数量限制，不计入"]
    assert [(each.item, each.effect, each.before) for each in left] == [("甲", "skipped", Money(500, 500))]


def test_an_item_without_a_year_is_of_no_year():
    shops = [{"rent": "10元", "year": None}, {"rent": "10元", "year": None}, {"rent": "10元", "year": 2025}]

    assert fen(for_each("limit: {count: 1, per: year}, order_by: amount,"), shops=shops) == 1_000
    assert bounds(
        paid(for_each("limit: {count: 1, per: year}, order_by: amount,"), shops=[*shops[2:], {"rent": "10元"}])
    ) == (
        500,
        1_000,
    )


def test_an_unknown_list_may_hold_anything_up_to_its_most():
    assert bounds(paid(for_each())) == (0, 12_000)
    assert bounds(paid(for_each("limit: {count: 2},"))) == (0, 2_400)
    assert bounds(paid(for_each("limit: {count: 2, per: year},"))) == (0, 12_000)
    assert paid(for_each()).missing == ("shops",)
    assert bounds(paid("{id: e, for_each: {list: events, limit: {count: 2}, steps: [{id: f, fixed: 5元}]}}")) == (
        0,
        1_000,
    )
    assert bounds(paid("{id: e, for_each: {list: events, steps: [{id: f, fixed: 5元}]}}")) == (0, None)
    assert fen("{id: e, for_each: {list: shops, where: {if: days, over: 400天}, steps: [{id: f, fixed: 5元}]}}") == 0


# ── amounts of other policies ────────────────────────────────────────────────────────────────────────────────────

OTHER = [
    "{id: r, rate: {of: sales, at: 10%}}",
    "{id: c, cap_amount: 7元}",
    "{id: round, round: {to: 元, mode: half_up}}",
]
REFERENCE = ["{id: x, amount_of: q}", "{id: round, round: {to: 分, mode: half_up}}"]


def referring(facts, version="from: 2020-01-01, to: 2030-12-31"):
    return answer(
        [policy_text(steps=OTHER, name="q", version=version), policy_text(steps=REFERENCE)], {"flag": True, **facts}
    )


def test_the_amount_of_another_policy_is_not_rounded_twice():
    assert bounds(referring({"sales": "12.34元"})) == (123, 123)
    assert bounds(referring({"sales": "1234元"})) == (700, 700)


def test_the_lines_of_the_other_policy_stand_below():
    outcome = referring({"sales": "12元"})

    assert [(each.id, each.depth) for each in outcome.trace if each.kind == "step"] == [
        ("x", 0),
        ("q/r", 1),
        ("q/c", 1),
        ("round", 0),
    ]


def test_the_other_policy_has_its_own_fact_year():
    version = "from: 2020-01-01, to: 2030-12-31, fact_year: current"

    assert bounds(referring({"sales": {"2026": "50元", "2025": "20元"}}, version)) == (500, 500)
    assert referring({"sales": {"2025": "20元"}}, version).missing == ("sales@2026",)


# ── payments ─────────────────────────────────────────────────────────────────────────────────────────────────────


def schedule(*shares, years=0):
    parts = tuple(Instalment(Fraction(share), label, HERE) for share, label in shares)
    return Instalments(id="i", position=HERE, shares=parts, years=years, cap_each=None)


@pytest.mark.parametrize("fen_paid", [0, 1, 99, 103, 105, 6_700_001])
def test_payments_sum_to_the_amount_and_the_last_takes_the_rest(fen_paid):
    parts = payments(schedule(("2/5", "首期"), ("3/10", ""), ("3/10", "")), Money(fen_paid, fen_paid))

    assert [part.label for part in parts] == ["首期", "第2期", "第3期"]
    assert [part.amount.min for part in parts[:2]] == [fen_paid * 4 // 10, fen_paid * 3 // 10]
    assert sum(part.amount.min for part in parts) == fen_paid
    assert all(part.amount.is_exact for part in parts)


@pytest.mark.parametrize("years", [1, 2, 3, 7])
def test_equal_years_differ_by_one_fen_at_most(years):
    for fen_paid in range(50):
        parts = payments(schedule(years=years), Money(fen_paid, fen_paid))

        amounts = [part.amount.min for part in parts]
        assert sum(amounts) == fen_paid
        assert max(amounts) - min(amounts) <= 1
        assert amounts == sorted(amounts)


def test_the_payments_of_a_range_hold_those_of_every_amount():
    for step in (schedule(("2/5", ""), ("3/10", ""), ("3/10", "")), schedule(years=3)):
        wide = payments(step, Money(10, 60))
        for fen_paid in range(10, 61):
            exact = payments(step, Money(fen_paid, fen_paid))
            assert all(w.amount.min <= e.amount.min <= w.amount.max for w, e in zip(wide, exact, strict=True))
        assert all(part.amount.max is None for part in payments(step, Money(10, None)))


def test_the_schedule_is_of_the_rounded_amount():
    step = "{id: i, instalments: [{share: 40%, label: 首期}, {share: 60%, label: 验收后}]}"

    outcome = paid("{id: give, fixed: 100.01元}", step)

    assert [(each.label, each.amount.min) for each in outcome.schedule] == [("首期", 4_000), ("验收后", 6_001)]
    assert effect(outcome, "i") == "unchanged"


def test_years_may_be_capped():
    step = "{id: i, instalments: {years: 2, cap_each: 30元}}"

    outcome = paid(GIVE, step)

    assert bounds(outcome) == (6_000, 6_000)
    assert [each.amount.min for each in outcome.schedule] == [3_000, 3_000]
    assert effect(outcome, "i") == "capped"


def test_no_schedule_while_it_is_open_whether_there_is_one():
    step = "{id: i, instalments: {years: 2}, when: {if: other, is: true}}"

    assert paid(GIVE, step).schedule == ()
    assert len(paid(GIVE, step, other=True).schedule) == 2
    assert paid(GIVE, step, other=False).schedule == ()


def test_a_later_open_step_keeps_the_schedule():
    assert (
        len(
            paid(
                GIVE, "{id: i, instalments: {years: 2}}", "{id: c, cap_amount: 5元, when: {if: other, is: true}}"
            ).schedule
        )
        == 2
    )


# ── limits as such ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "cap", "expected", "word"),
    [
        (exactly(5), ABSENT, (5, 5), "uncapped"),
        (ABSENT, exactly(5), (None, None), "uncapped"),
        (Possible(1, 5), exactly(5), (1, 5), "uncapped"),
        (Possible(6, 9), exactly(5), (5, 5), "capped"),
        (Possible(1, 9), exactly(5), (1, 5), "maybe_capped"),
        (Possible(6, 9, absent=True), exactly(5), (5, 5), "maybe_capped"),
        (Possible(6, 9), Possible(5, 5, absent=True), (5, 9), "maybe_capped"),
        (Possible(0, None), Possible(0, None), (0, None), "maybe_capped"),
    ],
)
def test_limits(value, cap, expected, word):
    found, effect_word = capped(value, cap)

    assert (found.lo, found.hi, effect_word) == (*expected, word)


def test_a_floor_is_a_cap_from_below():
    assert floored(Possible(1, 9, needs=("x",)), exactly(5)) == (Possible(5, 9, needs=("x",)), "maybe_floored")
    assert floored(exactly(9), ABSENT) == (exactly(9), "unfloored")
    assert floored(exactly(4), exactly(5)) == (exactly(5), "floored")


def test_every_amount_ends_with_a_line_for_its_rounding():
    assert paid(GIVE).trace[-1].op == "round"
    assert ROUND.startswith("{id: round")
