"""Values: what each form may be under what is known."""

from datetime import date
from fractions import Fraction

import pytest

from matcher.interpret.dispatch import evaluate
from matcher.interpret.policy import scope_for
from matcher.interpret.possible import ABSENT, EITHER, FALSE, TRUE, Possible, exactly
from tests.matcher.interpret.building import ON, bundle_of, policy_text, profile_of

MONEY = {"sales": {"2025": "200元", "2024": "100元"}, "cost": {"2025": "50元"}}


def value_of(written, facts=(), operand="if: sales", on=ON, **more):
    """Evaluate a value that stands as the bound of a leaf."""
    bundle = bundle_of(policy_text(f"{{id: a, {operand}, upto: {written}}}", **more))
    return evaluated(bundle, facts, on).bounds_value


class evaluated:  # noqa: N801  reads like the verb it is
    """The operand and the first bound of the only leaf."""

    def __init__(self, bundle, facts, on=ON):
        scope = scope_for(bundle, bundle.policies["p"], profile_of(bundle, dict(facts)), on, {})
        leaf = scope.version.eligibility
        self.operand_value = evaluate(leaf.operand, scope)
        self.bounds_value = evaluate(leaf.tests[0].bounds[0], scope)


def operand_of(written, facts=(), word="present: true"):
    """Evaluate the operand of a leaf."""
    return evaluated(bundle_of(policy_text(f"{{id: a, {written}, {word}}}")), facts).operand_value


def expr(written, facts=()):
    return operand_of(f'expr: "{written}"', facts)


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("sales", {"sales": {"2025": "5元"}}, exactly(500, is_whole=True)),
        ("sales", {"sales": "5元"}, exactly(500, is_whole=True)),
        ("sales", {"sales": {"2024": "5元"}}, Possible(0, 10**12, is_whole=True, needs=("sales@2025",))),
        ("sales[-1]", {"sales": {"2024": "5元"}}, exactly(500, is_whole=True)),
        ("sales[+1]", {}, Possible(0, 10**12, is_whole=True, needs=("sales@2026",))),
        ("people", {"people": {"from": 5}}, Possible(5, 1000, is_whole=True, needs=("people",))),
        ("people", {"people": {"upto": 5}}, Possible(0, 5, is_whole=True, needs=("people",))),
        ("profit", {}, Possible(None, None, is_whole=True, needs=("profit",))),
        ("share", {"share": "0.5"}, exactly(Fraction(1, 2))),
        ("share", {}, Possible(0, 1, needs=("share",))),
        ("grant", {}, Possible(0, 10**10, is_whole=True, needs=("grant",), absent=True)),
        ("grant", {"grant": None}, ABSENT),
        ("grant", {"grant": {"from": "1元"}}, Possible(100, 10**10, is_whole=True, needs=("grant",))),
        ("founded", {"founded": "2020-01-02"}, exactly(date(2020, 1, 2), is_whole=True)),
        ("flag", {"flag": True}, TRUE),
        ("flag", {}, Possible(is_ordered=False, members=EITHER, needs=("flag",))),
        ("title", {"title": "某"}, exactly("某")),
        ("title", {}, Possible(is_ordered=False, needs=("title",))),
        ("place", {"place": "罗湖"}, exactly("罗湖区", table="admin_division")),
        ("industry", {}, Possible(is_ordered=False, needs=("industry",), table="gbt4754")),
        (
            "size",
            {},
            Possible(
                is_ordered=False,
                members=frozenset({"微型", "小型", "中型", "大型"}),
                needs=("size",),
                table="size_class",
            ),
        ),
        (
            "size",
            {"size": {"in": ["微型", "小型"]}},
            Possible(is_ordered=False, members=frozenset({"微型", "小型"}), needs=("size",), table="size_class"),
        ),
    ],
)
def test_a_fact_is_what_is_known_of_it(name, facts, expected):
    assert operand_of(f'if: "{name}"', facts) == expected


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("ratio", MONEY, exactly(Fraction(1, 4))),
        ("growth", MONEY, exactly(10_000, is_whole=True)),
        ("growth", {"sales": {"2025": "200元"}}, Possible(0, 20_000, is_whole=True, needs=("sales@2024",))),
        ("growth[-1]", {"sales": {"2024": "9元", "2023": "8元"}}, exactly(100, is_whole=True)),
        ("is_new", {"founded": "2025-01-01"}, TRUE),
        ("is_new", {"founded": "2024-12-31"}, FALSE),
        ("is_new", {}, Possible(is_ordered=False, members=EITHER, needs=("founded",))),
        ("scale", {"people": 300}, exactly("大型", table="size_class")),
        (
            "scale",
            {},
            Possible(is_ordered=False, members=frozenset({"大型", "小型"}), needs=("people",), table="size_class"),
        ),
        (
            "open_shops",
            {"shops": [{"open": True}, {"open": False}, {}]},
            Possible(1, 2, is_whole=True, needs=("shops[3].open",)),
        ),
    ],
)
def test_a_derived_fact_is_what_its_parts_give(name, facts, expected):
    assert operand_of(f'if: "{name}"', facts) == expected


def test_a_fact_is_looked_up_once_for_a_question():
    bundle = bundle_of(policy_text("{id: a, expr: cost / sales, from: {fact: ratio}}"))
    scope = scope_for(bundle, bundle.policies["p"], profile_of(bundle, MONEY), ON, {})
    leaf = scope.version.eligibility

    first = evaluate(leaf.tests[0].bounds[0], scope)

    assert evaluate(leaf.tests[0].bounds[0], scope) is first


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("sales + cost", 25_000),
        ("sales - cost", 15_000),
        ("20% * sales", 4_000),
        ("sales / cost", 4),
        ("-sales", -20_000),
        ("min(sales, cost)", 5_000),
        ("max(sales, cost)", 20_000),
        ("sum(sales, cost, cost)", 30_000),
        ("avg(sales, sales[-1], cost)", Fraction(35_000, 3)),
        ("floor(sales / 150元)", 1),
        ("full_years(2020-05-21, $as_of)", 5),
        ("full_months(2026-01-20, $as_of)", 4),
        ("days(2026-05-01, $as_of)", 19),
        ("days(year_start($as_of), year_end($as_of))", 364),
        ("(sales - sales[-1]) / sales[-1]", 1),
    ],
)
def test_expressions_are_exact(written, expected):
    found = expr(written, MONEY)

    assert (found.lo, found.hi, found.needs) == (expected, expected, ())


@pytest.mark.parametrize(
    ("written", "lo", "hi"),
    [
        ("sales - sales", 0, 0),
        ("sales / sales", None, None),  # zero is possible, and then there is no quotient
        ("(sales + cost) - (sales + cost)", 0, 0),
        ("(sales + 1元) / (sales + 1元)", 1, 1),
        ("(sales + cost) - (cost + sales)", -2 * 10**12, 2 * 10**12),
        ("(sales + cost) - sales", -(10**12), 2 * 10**12),
        ("sales - sales[-1]", -(10**12), 10**12),
    ],
)
def test_the_same_unknown_on_both_sides_is_one_unknown(written, lo, hi):
    found = expr(written)

    assert (found.lo, found.hi) == (lo, hi)


def test_what_may_not_exist_may_not_exist_on_both_sides():
    assert expr("grant - grant") == Possible(0, 0, is_whole=True, needs=("grant",), absent=True)
    assert expr("grant - grant", {"grant": None}) == ABSENT


def test_a_quotient_by_zero_asks_for_the_facts_of_the_denominator():
    assert expr("cost / sales", {"sales": 0, "cost": "5元"}).needs == ("sales@2025",)
    assert expr("grant / sales", {"sales": 0, "grant": None}) == ABSENT


# ── tables, cases, the least and the greatest ────────────────────────────────────────────────────────────────────

BANDS = (
    "{by: people, table: [{upto: 10人, value: 1元}, {over: 10人, upto: 20人, value: 2元}, {over: 20人, value: 4元}]}"
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"people": 10}, exactly(100, is_whole=True)),
        ({"people": 11}, exactly(200, is_whole=True)),
        ({"people": {"from": 5, "upto": 15}}, Possible(100, 200, is_whole=True, needs=("people",))),
        ({}, Possible(100, 400, is_whole=True, needs=("people",))),
    ],
)
def test_a_table_is_the_hull_of_the_rows_that_may_apply(facts, expected):
    assert value_of(BANDS, facts) == expected


def test_a_table_whose_rows_agree_needs_nothing():
    assert value_of("{by: people, table: [{upto: 10人, value: 1元}, {over: 10人, value: 1元}]}") == exactly(
        100, is_whole=True
    )


def test_no_row_is_known_not_to_exist():
    assert value_of("{by: level, table: [{is: 市级, value: 1元}]}", {"level": "省级"}) == ABSENT
    assert value_of("{by: level, table: [{is: 市级, value: 1元}]}") == Possible(
        100, 100, is_whole=True, needs=("level",), absent=True
    )


def test_a_table_may_be_by_an_expression():
    table = "{by: {expr: cost / sales}, table: [{below: 50%, value: 1元}, {from: 50%, value: 2元}]}"

    assert value_of(table, MONEY) == exactly(100, is_whole=True)


CASES = "[{when: {if: flag, is: true}, value: 5元}, {when: {if: other, is: true}, value: 7元}]"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"flag": True}, exactly(500, is_whole=True)),
        ({"flag": False, "other": True}, exactly(700, is_whole=True)),
        ({"flag": False, "other": False}, ABSENT),
        ({"other": True}, Possible(500, 700, is_whole=True, needs=("flag",))),
        ({"flag": False}, Possible(700, 700, is_whole=True, needs=("other",), absent=True)),
        ({}, Possible(500, 700, is_whole=True, needs=("flag", "other"), absent=True)),
    ],
)
def test_the_first_case_that_holds_counts(facts, expected):
    assert value_of(CASES, facts) == expected


def test_a_case_that_a_person_decides_is_open_without_a_missing_fact():
    found = value_of("[{when: {id: m, manual: 由人判断}, value: 5元}, {otherwise: true, value: 7元}]")

    assert found == Possible(500, 700, is_whole=True)


def test_least_and_greatest_pass_over_what_does_not_exist():
    assert value_of("{least_of: [{fact: grant}, 300元]}", {"grant": None}).lo == 30_000
    assert value_of("{least_of: [{fact: grant}, 300元]}", {"grant": "5元"}).lo == 500
    assert value_of("{greatest_of: [{fact: grant}, 300元]}", {"grant": "5元"}).lo == 30_000


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("$as_of", ON),
        ("{ago: 3年}", date(2023, 5, 20)),
        ("{later: 10天}", date(2026, 5, 30)),
        ("{ago: 1年, of: granted}", date(2023, 2, 28)),
        ("{later: 1个月, of: granted}", date(2024, 3, 29)),
        ("{ago: 5个工作日}", date(2026, 5, 13)),
    ],
)
def test_days_are_counted_from_the_day_asked_about_or_another(written, expected):
    found = value_of(written, {"granted": "2024-02-29"}, operand="if: founded")

    assert date.fromordinal(found.lo) == expected


def test_a_day_counted_from_what_never_was_does_not_exist():
    assert value_of("{later: 1年, of: granted}", {"granted": None}, operand="if: founded") == ABSENT


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────

SHOPS = [{"rent": "10元", "open": True}, {"rent": "30元", "open": False}, {"rent": "20元", "open": True, "paid": "1元"}]


def listed(kind, inner, shops=None, **facts):
    found = operand_of(
        f"{kind}: {{list: shops, {inner}}}",
        {**({} if shops is None else {"shops": shops}), **facts},
        "from: 0" if kind == "count_of" else "from: 0元",
    )
    return found.lo, found.hi, found.exists, found.absent


WHERE = "where: {if: open, is: true}"


@pytest.mark.parametrize(
    ("kind", "inner", "expected"),
    [
        ("count_of", WHERE, 2),
        ("sum_of", f"of: {{fact: rent}}, {WHERE}", 3000),
        ("sum_of", "of: {fact: rent}", 6000),
        ("max_of", f"of: {{fact: rent}}, {WHERE}", 2000),
        ("min_of", "of: {fact: rent}", 1000),
        ("sum_of", "of: {fact: paid}", None),
    ],
)
def test_items_are_counted_summed_and_compared(kind, inner, expected):
    lo, hi, exists, absent = listed(kind, inner, SHOPS)

    if expected is None:
        assert (lo, hi) == (100, 2 * 10**9 + 100)  # what was paid in the first two is unknown, or nothing
    else:
        assert (lo, hi, exists, absent) == (expected, expected, True, False)


def test_an_item_whose_value_does_not_exist_adds_nothing():
    assert listed("sum_of", "of: {fact: paid}", [{"paid": None}, {"paid": "3元"}])[:2] == (300, 300)
    assert listed("max_of", "of: {fact: paid}", [{"paid": None}, {"paid": "3元"}])[:2] == (300, 300)
    assert listed("max_of", "of: {fact: paid}", [{"paid": None}])[2:] == (False, True)


def test_an_item_that_may_count_widens_the_result():
    shops = [{"rent": "10元", "open": True}, {"rent": "30元"}]

    assert listed("count_of", WHERE, shops)[:2] == (1, 2)
    assert listed("sum_of", f"of: {{fact: rent}}, {WHERE}", shops)[:2] == (1000, 4000)
    assert listed("max_of", f"of: {{fact: rent}}, {WHERE}", shops)[:2] == (1000, 3000)
    assert listed("min_of", f"of: {{fact: rent}}, {WHERE}", shops)[:2] == (1000, 1000)
    assert listed("max_of", f"of: {{fact: rent}}, {WHERE}", [{"rent": "30元"}])[2:] == (True, True)


def test_an_empty_list_has_no_greatest():
    assert listed("count_of", WHERE, [])[:2] == (0, 0)
    assert listed("sum_of", "of: {fact: rent}", [])[:2] == (0, 0)
    assert listed("max_of", "of: {fact: rent}", []) == (None, None, False, True)


def test_an_unknown_list_may_have_any_number_of_items():
    assert listed("count_of", WHERE) == (0, 10, True, False)
    assert listed("sum_of", "of: {fact: rent}") == (0, 10 * 10**9, True, False)
    assert listed("max_of", "of: {fact: rent}") == (0, 10**9, True, True)
    assert operand_of("count_of: {list: shops}", {}, "from: 0").needs == ("shops",)


def test_an_unknown_list_without_a_limit_is_unbounded():
    found = operand_of("sum_of: {list: events, of: {fact: fee}}", {}, "from: 0元")

    assert (found.lo, found.hi, found.needs) == (0, None, ("events",))


def test_no_item_of_an_unknown_list_can_be_what_none_can_be():
    where = "where: {if: days, over: 400天}"

    assert listed("count_of", where)[:2] == (0, 0)
    assert listed("max_of", f"of: {{fact: rent}}, {where}")[2:] == (False, True)


def test_a_list_known_not_to_exist_is_empty():
    found = operand_of("count_of: {list: events}", {"events": None}, "from: 0")

    assert (found.lo, found.hi) == (0, 0)


def test_names_inside_a_list_are_first_those_of_the_item():
    assert listed("count_of", "where: {if: rent, from: {fact: sales}}", SHOPS, sales={"2025": "20元"})[:2] == (2, 2)


# ── parameters ───────────────────────────────────────────────────────────────────────────────────────────────────

CITED = "cite: {doc: D, clause: 第一条, gist: 略}"
PARAMS = f"""
  cap:
    label: 上限
    values:
      - {{from: 2020-01-01, to: 2023-12-31, value: 1元, {CITED}}}
      - {{from: 2025-01-01, value: 3元, {CITED}}}
      - {{from: 2026-01-01, to: 2026-12-31, value: 5元, {CITED}}}
  since: {{label: 起始, values: [{{from: 2025-01-01, value: 2024-01-01, {CITED}}}]}}
"""


@pytest.mark.parametrize(
    ("on", "fen"),
    [
        (date(2020, 1, 1), 100),
        (date(2023, 12, 31), 100),
        (date(2025, 1, 1), 300),
        (date(2025, 12, 31), 300),
        (date(2026, 1, 1), 500),
        (date(2026, 12, 31), 500),
    ],
)
def test_a_parameter_has_the_value_published_for_the_day(on, fen):
    assert value_of("$cap", on=on, params=PARAMS) == exactly(fen, is_whole=True)


@pytest.mark.parametrize("on", [date(2024, 1, 1), date(2024, 12, 31), date(2027, 1, 1), date(2019, 12, 31)])
def test_without_a_published_value_a_parameter_may_be_anything(on):
    found = value_of("$cap", on=on, params=PARAMS, version="from: 2010-01-01")

    assert found == Possible(0, None, is_whole=True, needs=("$cap",))


def test_a_day_that_is_not_published_may_be_any_day():
    found = value_of("$since", on=date(2024, 1, 1), operand="if: founded", params=PARAMS)

    assert found == Possible(None, None, is_whole=True, needs=("$since",))


def test_the_end_of_the_fact_year_may_decide():
    version = "from: 2020-01-01, to: 2030-12-31, params_at: fact_year_end"

    assert value_of("$cap", params=PARAMS, version=version) == exactly(300, is_whole=True)


@pytest.mark.parametrize(
    ("granted", "lo", "hi", "needs"),
    [
        ("2022-05-01", 100, 100, ()),
        ({"from": "2022-05-01", "upto": "2023-01-01"}, 100, 100, ()),
        ({"from": "2025-05-01", "upto": "2026-01-01"}, 300, 500, ("granted",)),
        ({"from": "2023-05-01", "upto": "2025-01-01"}, 0, None, ("granted", "$cap")),
        ({"from": "2026-05-01"}, 0, None, ("granted", "$cap")),
        ({"upto": "2021-01-01"}, 0, None, ("granted", "$cap")),
        (None, 0, None, ("$cap",)),
    ],
)
def test_the_day_of_recognition_may_decide(granted, lo, hi, needs):
    version = "from: 2020-01-01, to: 2030-12-31, params_at: {recognised_on: {of: granted}}"

    found = value_of("$cap", {"granted": granted}, params=PARAMS, version=version)

    assert (found.lo, found.hi, found.needs) == (lo, hi, needs)
