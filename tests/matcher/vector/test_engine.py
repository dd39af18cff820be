"""The engine as a whole: gates, parameters, raw columns, room for numbers, and what is left to the interpreter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from matcher.interpret import evaluate_policy, interpret
from matcher.outcome import Money, Status
from matcher.profile import Between, Exact, Profile
from matcher.vector import (
    STATUSES,
    UNBOUNDED,
    Coded,
    Points,
    Population,
    compile_bundle,
    kernel,
    of_profiles,
)
from matcher.vector.ends import End, constant, equal, less
from matcher.vector.index import Index
from matcher.vector.kernel import AHEAD, places_among
from matcher.vector.single import disagreements
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from tests.matcher.interpret.building import CITE, FIELDS, ON, bundle_of, policy_text, profile_of
from tests.matcher.vector.agreement import FULL, SHOPS, agree, agree_on, everyone
from tests.matcher.vector.test_forms import CHANGES, STEPS

KNOWN = [
    FULL,
    {**FULL, "people": 40, "sales": {2025: "9元", 2024: "1元"}, "grant": "700元", "months": 2, "profit": "9元"},
]
SET = f"""
schema: conditions/1
id: basics
title: 通用条件
documents: [{{id: D, title: 办法}}]
condition: {{all: [{{{CITE}, id: a, if: flag, is: true}}, {{{CITE}, id: b, if: people, from: 100}}]}}
"""
ONE_FACT_SET = SET.replace("basics", "simple").replace("if: flag, is: true", "if: people, upto: 900")


@pytest.mark.parametrize("step", [*STEPS.values(), *CHANGES.values()], ids=[*STEPS, *CHANGES])
def test_everything_known_needs_no_masks(step):
    agree(
        policy_text(
            "{id: ok, if: people, from: 1}", ["{id: a, rate: {of: sales, at: 12.5%}}", step.replace("id: s,", "id: z,")]
        ),
        facts=KNOWN,
    )


@pytest.mark.parametrize(
    "version",
    [
        "from: 2030-01-01",
        "from: 2020-01-01, to: 2030-12-31, apply_window: {from: 2026-05-01, to: 2026-05-31}",
        "from: 2020-01-01, to: 2030-12-31, apply_window: {from: 2026-06-01, to: 2026-06-30}",
        "from: 2020-01-01, to: 2030-12-31, apply_window: {within: 1个月, of: granted}",
        "from: 2020-01-01, to: 2030-12-31, suspended: {from: 2026-01-01, because: 预算用完}",
    ],
)
def test_the_day_and_the_window_come_before_the_verdict(version):
    agree_on("{id: ok, if: flag, is: true}", "{id: r, rate: {of: sales, at: 33%}}", version=version)


def test_a_value_that_is_not_published_yet_is_needed_only_where_it_matters():
    values = f"[{{from: 2030-01-01, value: 30元, {CITE}}}]"
    params = f"{{cap: {{label: 上限, values: {values}}}}}"

    agree_on(
        "{id: ok, if: flag, is: true}",
        "{id: r, rate: {of: sales, at: 33%}}",
        "{id: c, cap_amount: $cap}",
        params=params,
    )
    agree_on("{id: ok, if: sales, from: $cap}", "{id: r, rate: {of: sales, at: 33%}}", params=params)


def test_parameters_of_each_ones_own_day_are_named_as_left_to_the_interpreter():
    values = f"[{{from: 2020-01-01, value: 30元, {CITE}}}, {{from: 2026-05-02, value: 40元, {CITE}}}]"
    params = f"{{cap: {{label: 上限, values: {values}}}}}"
    version = "from: 2020-01-01, to: 2030-12-31, params_at: {recognised_on: {of: granted}}"
    text = policy_text(
        "{id: ok, if: sales, from: $cap}",
        ["{id: r, rate: {of: sales, at: 33%}}", "{id: c, cap_amount: $cap}"],
        params=params,
        version=version,
    )

    assert list(compile_bundle(bundle_of(text), ON).interpreter_only) == ["p"]
    assert agree(text) == len(everyone())
    plain = policy_text("{id: ok, if: flag, is: true}", ["{id: c, fixed: $cap}"], params=params, version=version)
    assert agree(plain) == len(everyone())


def test_condition_sets_are_taken_apart():
    uses = "{use: basics}", "{any: [{use: basics}, {id: c, if: other, is: true}]}", "{any: [{use: simple}]}"
    for eligibility in uses:
        agree(policy_text(eligibility, ["{id: r, rate: {of: sales, at: 33%}}"]), SET, ONE_FACT_SET)


def test_equal_conditions_of_several_programs_are_asked_once():
    texts = [
        policy_text("{all: [{id: a, if: flag, is: true}, {id: b, expr: sales - cost, from: 3元}]}", name=name)
        for name in "xy"
    ]
    index = Index(compile_bundle(bundle_of(*texts), ON).programs)

    assert [len(on.asked) for on in index.facts.values()] == [1]
    assert [each.by for each in index.others.values()] == [[0, 1]]
    agree(*texts)


def test_a_table_row_inside_a_list_that_moves_with_the_applicant_is_left_to_the_interpreter():
    where = "{if: rent, from: {by: rent, table: [{upto: {fact: grant}, value: 1元}, {otherwise: true, value: 2元}]}}"

    taken = agree_on(f"{{id: a, count_of: {{list: shops, where: {where}}}, from: 1}}")

    assert 0 < taken < len(everyone())


def test_the_extreme_of_quotients_is_left_to_the_interpreter():
    assert agree_on("{id: a, max_of: {list: shops, of: {expr: rent / days}}, from: 1000元}") == len(everyone())


def test_more_open_yes_no_facts_than_bits_are_left_to_the_interpreter():
    flags = [f"f{number}" for number in range(62)]
    fields = "".join(f"\n  {name}: {{label: 事实{name}, type: bool, source: 自报, ask: 问}}" for name in flags)
    steps = [f"{{id: s{name}, fixed: 1元, when: {{if: {name}, is: true}}}}" for name in flags]
    text = policy_text("{id: ok, if: flag, is: true}", steps)
    sources = [
        SourceText("f.yaml", FIELDS.replace("\nfields:", f"\nfields:{fields}").encode()),
        SourceText("p.yaml", text.encode()),
    ]
    bundle, _ = read_sources(sources)
    [(_, answered)] = compile_bundle(bundle, ON).answer(of_profiles([Profile(), profile_of(bundle, {"flag": False})]))

    assert answered.amount(0) == Money(0, 6200)
    assert answered.amount(1) is None
    assert list(answered.by_interpreter) == [True, True]


def test_numbers_beyond_64_bits_stay_exact():
    fees = [{"fee": f"{4 * 10**16}元"}, {"fee": f"{3 * 10**16}.07元"}]
    steps = (
        "{id: i, per_item: {list: events, each: {fact: fee}}}",
        "{id: m, multiply: 3倍}",
        "{id: d, deduct: {fact: grant}}",
    )

    facts = [{**FULL, "events": fees}, {**FULL, "events": fees, "share": "0%"}, FULL, {}]
    agree(policy_text("{id: ok, expr: profit / share, over: 0元}", steps), facts=facts)


def test_what_is_known_of_a_condition_narrows_nothing():
    text = policy_text(
        "{all: [{id: a, if: flag, is: true}, {id: b, if: other, is: true}]}", ["{id: r, rate: {of: sales, at: 9%}}"]
    )

    agree(text, facts=[{"flag": True}, {"flag": True, "sales": "30元"}])


def test_whole_months_between_days_that_all_are_known():
    facts = [{**FULL, "granted": day} for day in ("2024-02-29", "2025-02-28", "2025-03-28", "2026-03-31", "2023-01-01")]

    agree(policy_text("{id: a, expr: 'full_months(founded, granted)', from: 12}"), facts=facts)
    agree(policy_text("{id: a, expr: 'full_years(founded, granted)', from: 1}"), facts=facts)


def test_a_list_that_nobody_has_told_of_is_unknown_to_all():
    items = "{id: i, per_item: {list: shops, each: {fact: rent}}}"

    agree(policy_text("{id: a, count_of: {list: shops}, from: 1}", [items]), facts=[{}, {"flag": True}])


def raw(size, facts):
    return Population(size, facts, {}, lambda _: Profile())


def test_raw_columns_say_what_profiles_say():
    text = policy_text(
        "{all: [{id: a, if: sales, from: 3元}, {id: b, if: people, upto: 50}, {id: c, if: founded, from: {ago: 3年}}, "
        "{id: d, if: profit, present: true}]}",
        ["{id: r, rate: {of: sales, at: 33%}}", "{id: cap, cap_amount: {fact: profit}}"],
    )
    bundle = bundle_of(text)
    sales, people, profit = [100, 299, 300, 99_999], [50, 51, 7, 50], [900, 1, 50, -3]
    days = [date(2023, 5, 19), date(2023, 5, 20), date(2024, 1, 1), date(2025, 1, 1)]
    unknown = np.array([False, False, True, False])
    facts = {
        "sales@2025": Points(np.array(sales)),
        "people": Points(np.array(people), unknown),
        "profit": Points(np.array(profit)),
        "founded": Points(np.array([day.toordinal() for day in days])),
    }
    profiles = [
        Profile(
            {
                "sales@2025": Exact(Fraction(sales[row])),
                "profit": Exact(Fraction(profit[row])),
                "founded": Exact(days[row]),
                **({} if unknown[row] else {"people": Exact(Fraction(people[row]))}),
            }
        )
        for row in range(4)
    ]

    compiled = compile_bundle(bundle, ON)
    [(_, first)] = compiled.answer(raw(4, facts))
    [(_, answered)] = compiled.answer(raw(4, facts))

    assert list(first.status) == list(answered.status)
    for row, profile in enumerate(profiles):
        outcome = evaluate_policy(bundle, "p", profile, ON)
        assert (STATUSES[answered.status[row]], answered.amount(row)) == (outcome.status, outcome.amount)


def test_a_yearly_fact_without_its_year_answers_where_the_year_is_silent():
    bundle = bundle_of(policy_text("{id: a, if: sales, from: 3元}", ["{id: r, rate: {of: sales, at: 10%}}"]))
    bare = Points(np.array([1000, 2000, 3000]))
    partly = Coded(np.array([0, 1, 2]), (Exact(Fraction(5000)), None, Between(Fraction(100), Fraction(900))))
    silent = Points(np.array([5000, 0, 7000]), np.array([False, True, False]))

    def amounts(facts):
        [(_, answered)] = compile_bundle(bundle, ON).answer(raw(3, facts))
        return [answered.amount(row) for row in range(3)]

    assert amounts({"sales": bare}) == [Money(100, 100), Money(200, 200), Money(300, 300)]
    assert amounts({"sales": bare, "sales@2025": partly}) == [Money(500, 500), Money(200, 200), Money(30, 90)]
    assert amounts({"sales": bare, "sales@2025": silent}) == [Money(500, 500), Money(200, 200), Money(700, 700)]
    assert amounts({"sales": bare, "sales@2025": bare}) == [Money(100, 100), Money(200, 200), Money(300, 300)]


def test_an_amount_without_an_upper_bound_says_so():
    bundle = bundle_of(policy_text("{id: a, if: flag, is: true}", ["{id: r, rate: {of: profit, at: 10%}}"]))
    [(_, answered)] = compile_bundle(bundle, ON).answer(of_profiles([profile_of(bundle, {"flag": True})]))

    assert answered.most[0] == UNBOUNDED
    assert answered.amount(0) == Money(0, None)


def test_only_the_named_programs_are_compiled():
    bundle = bundle_of(policy_text(name="one"), policy_text(name="two"))

    assert [program.policy.id for program in compile_bundle(bundle, ON, {"two"}).programs] == ["two"]
    assert list(compile_bundle(bundle, ON, ()).answer(of_profiles([Profile()]))) == []


@pytest.mark.parametrize("kind", ["sum_of", "max_of", "min_of"])
def test_lists_of_which_none_who_is_asked_has_an_entry(kind):
    floor = f"{{{kind}: {{list: shops, of: {{expr: rent * 50%}}, where: {{if: year, from: 2025}}}}}}"
    steps = ["{id: a, base: {of: cost}}", f"{{id: f, floor_base: {floor}}}", "{id: s, rate: {at: 50%}}"]
    nobody = [{"flag": True, "shops": [], **more} for more in ({}, {"cost": "2元"}, {"cost": {2025: "9元"}})]
    others = {"flag": False, "shops": [*SHOPS, {"name": "丁"}]}

    agree(policy_text(steps=steps), facts=[*nobody, others])


def test_a_match_only_program_has_a_status_and_no_amount():
    bundle = bundle_of(policy_text(settlement="match_only", version="from: 2020-01-01, to: 2030-12-31"))
    [(_, answered)] = compile_bundle(bundle, ON).answer(of_profiles([profile_of(bundle, {"flag": True}), Profile()]))

    assert [STATUSES[code] for code in answered.status] == [Status.ELIGIBLE, Status.NEEDS_INFO]
    assert answered.amount(0) is None


def test_what_two_engines_say_differently_is_named():
    bundle = bundle_of(policy_text(name="one"), policy_text(name="two"))
    profile = profile_of(bundle, {"flag": True})
    right, other = interpret(bundle, profile, ON)
    wrong = replace(other, amount=Money(99, 99))

    assert disagreements(bundle, [right, other], profile, ON) == ()
    assert disagreements(bundle, [right, wrong], profile, ON) == ("two",)


@pytest.mark.parametrize("cuts", [(0, 7, 9), (5,), (-4_000_000, 1, 2, 9_000_000)])
def test_a_place_among_cuts_is_found_compiled_and_not(cuts):
    values, edges = np.array([-5_000_000, -5, 0, 1, 5, 7, 8, 100, 9_000_000, 2**61]), np.array([*cuts, 2**62], np.int64)
    first, length = cuts[0] - 1, cuts[-1] - cuts[0] + 2
    for shift in (max(0, length.bit_length() - 3), length.bit_length()):
        starts = np.searchsorted(edges, (np.arange((length >> shift) + 2) << shift) + first)
        expected = [2 * sum(cut < value for cut in cuts) + (value in cuts) for value in values]
        for loop in (places_among, places_among.py_func):
            places = np.empty(len(values), np.uint16)
            loop(values, edges, starts, shift, max(0, np.diff(starts).max() - 1), places)
            assert places.tolist() == expected


@pytest.fixture(params=["compiled", "as written"])
def loops(request, monkeypatch):
    """Return the loops compiled and as they are written; those call others."""
    names = ("mark", "join", "_turn", "count_rows", "_bits_of", "verdicts", "_rows_of", "pay", "_shares", "_share")
    found = {name: getattr(kernel, name) for name in names}
    if request.param == "as written":
        found = {name: loop.py_func for name, loop in found.items()}
        for name, loop in found.items():
            monkeypatch.setattr(kernel, name, loop)
    with np.errstate(over="ignore"):
        yield found


@pytest.mark.parametrize("held", [(0,), (0, 1, 2, 3), (0, 3), (0, 1)])
@pytest.mark.parametrize("size", [150, 128])
def test_the_loops_of_verdicts_say_what_the_planes_say(held, size, loops):
    draw = np.random.default_rng(1)
    tables = (draw.random((4, 5, 256)) < 0.3).astype(np.uint8)
    tables[:, :, 200:] = 1
    codes, offsets = draw.integers(0, 2, (2, size)).astype(np.uint16), np.array([0, 2])
    asked = np.arange(256) % 70 < 60
    planes, counts = np.empty((len(held), 256, -(-size // 64)), np.uint64), np.zeros(256, np.int64)
    for place, plane in enumerate(held):
        loops["join"](codes, offsets, packed(tables[plane]), planes[place])
    places = np.array([held.index(plane) if plane in held else -1 for plane in range(4)])
    loops["count_rows"](planes[0], size, counts)
    counts[~asked] = 0
    ends = np.cumsum(counts)
    rows, found, codes_said = (
        np.empty(ends[-1] + AHEAD, np.int32),
        np.empty(ends[-1], np.uint8),
        np.empty(ends[-1], np.uint8),
    )
    starts, statuses = np.where(asked, ends - counts, -1), np.arange(8, dtype=np.uint8) * 3
    loops["verdicts"](planes, places, starts, size, statuses, rows, found, codes_said)

    bits = [tables[plane][codes[0]] | tables[plane][codes[1] + 2] if plane in held else None for plane in range(4)]
    is_false, is_unknown, is_review, is_assumed = (
        np.zeros((size, 256), np.uint8) if one is None else one for one in bits
    )
    for program, (some, said) in enumerate(
        zip(np.split(rows[:-AHEAD], ends[:-1]), np.split(found, ends[:-1]), strict=True)
    ):
        expected = np.flatnonzero((is_false[:, program] == 0) & asked[program])
        truth = np.where(is_unknown, 2, np.where(is_review, 1, 3)) + 4 * is_assumed
        assert some.tolist() == expected.tolist()
        assert said.tolist() == truth[expected, program].tolist()
    assert (codes_said == 3 * found).all()


def test_the_lines_that_rows_lead_to_are_marked(loops):
    is_met = np.zeros(5, bool)

    loops["mark"](np.array([[0, 1, 0], [2, 2, 2]], np.uint16), np.array([0, 2]), is_met)

    assert is_met.tolist() == [True, True, False, False, True]


def packed(bits):
    return np.packbits(bits.astype(np.uint8), axis=1, bitorder="little").view("<u8")


def test_the_loop_of_money_pays_shares_caps_and_what_is_fixed(loops):
    rows, verdict = np.array([0, 1, 2, 3, 4, 5, 6, 7], np.int32), np.array([0, 3, 7, 2, 6, 1, 3, 3], np.uint8)
    values = np.array([9, -5, 7, 12, 13, 0, 100, 50, 3])
    unknown = np.array([False, False, True, False, True, False, False, True, False])
    lines, fixed = np.array([[6, 10, 20, 1, 14, 4]] * 2), np.array([[[1, 2], [3, -1]]] * 2)
    for known_values, mask, expected in (
        (values, unknown, [[0, 3, 4, 3, 0, 4, 1], [0, -1, 4, -1, 0, 4, 2]]),
        (values, unknown[:0], [[0, 2, 4, 4, 0, 4, 4]]),
        (values[:0], unknown[:0], [[1, 3, 3, 3, 3, 1, 1], [2, -1, -1, -1, -1, 2, 2]]),
    ):
        paid = np.full(18, 77)
        loops["pay"](rows, verdict, np.array([[1, 7, 2], [1, 0, 16]]), known_values, mask, lines, fixed, paid)
        ends = 2 + 7 * len(expected)
        assert paid[2:ends].reshape(len(expected), 7).tolist() == expected
        assert set(paid[:2]) == set(paid[ends:]) == {77}


def test_the_loop_of_money_divides_exactly(loops):
    draw = random.Random(1)
    values = [draw.randint(1, 10 ** draw.randint(1, 13)) for _ in range(700)] + [
        -7,
        0,
        1,
        2**31,
        2**52,
        2**53 + 1,
        2**62 - 1,
    ]
    rows = np.array(draw.sample(range(len(values)), len(values)), np.int32)
    for _ in range(60):
        factor, unit = draw.randint(1, 200), draw.choice([1, 100, 10_000])
        whole = unit * draw.choice([2, 200, 14, 6 * 10**5, 10**9 + 7])
        half, limit, most = (
            draw.choice([0, whole // 2, whole - 1]),
            draw.choice([0, 70, 2**40, 2**45, 2**50]),
            draw.choice([0, 5, 2**55]),
        )
        line, paid = np.array([factor, half, whole, unit, limit, most]), np.empty(len(rows), np.int64)
        loops["_shares"](np.array(values), rows, line, paid)
        for row, amount in zip(rows, paid.tolist(), strict=True):
            value = values[row]
            share = (value * factor + half) // whole * unit if value > 0 else 0
            assert amount == (most if value >= limit else share), (value, line)


def test_quotients_are_put_in_order_without_a_product_that_has_no_room():
    draw = random.Random(1)
    largest = 2**62 - 1
    nums = [draw.choice([draw.randint(-5, 5), draw.randint(-largest, largest), largest]) for _ in range(400)]
    dens = [draw.choice([draw.randint(1, 5), draw.randint(1, largest), largest]) for _ in range(400)]
    others = [num + draw.choice([0, 0, 1]) for num in nums[:200]] + nums[:200]
    one, other = End(np.array(nums), np.array(dens)), End(np.array(others), np.array(dens[:200] * 2))
    exact = [Fraction(num, den) for num, den in zip(nums, dens, strict=True)]
    exact_others = [Fraction(num, den) for num, den in zip(others, dens[:200] * 2, strict=True)]

    assert less(one, other).tolist() == [a < b for a, b in zip(exact, exact_others, strict=True)]
    assert equal(one, other).tolist() == [a == b for a, b in zip(exact, exact_others, strict=True)]
    assert less(one, constant(Fraction(1, largest))).tolist() == [a < Fraction(1, largest) for a in exact]


def test_a_loop_is_compiled_also_where_nothing_can_be_kept(monkeypatch):
    def refuse(*, nogil, cache=False):
        if cache:
            raise RuntimeError("no locator available")
        return lambda loop: ("compiled", nogil, loop)

    monkeypatch.setattr(kernel, "njit", refuse)

    assert kernel.compiled(print) == ("compiled", True, print)
