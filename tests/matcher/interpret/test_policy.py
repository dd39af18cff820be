"""A policy on a day: version, suspension, window, status, money, notes."""

from datetime import date

import pytest

from matcher.interpret import (
    amount_for_items,
    evaluate_policy,
    facts_of_leaf,
    find_leaf,
    interpret,
    leaf_truth,
    measure_leaf,
    status_of,
)
from matcher.outcome import Money, Status, Truth
from matcher.profile import Profile
from tests.matcher.interpret.building import ON, answer, bounds, bundle_of, paid, policy_text, profile_of

CITED = "cite: {doc: D, clause: 第一条, gist: 略}"
YES = {"flag": True}
AMOUNT = ["{id: r, rate: {of: sales, at: 10%}}"]


def dated(version, on, facts=YES, **more):
    return answer(policy_text(version=version, **more), facts, on)


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "status", "opens_on"),
    [
        (date(2024, 12, 31), Status.NOT_IN_FORCE, date(2025, 1, 1)),
        (date(2025, 1, 1), Status.ELIGIBLE, None),
        (date(2027, 12, 31), Status.ELIGIBLE, None),
        (date(2028, 1, 1), Status.NOT_IN_FORCE, None),
    ],
)
def test_both_days_of_a_version_belong_to_it(on, status, opens_on):
    outcome = dated("from: 2025-01-01, to: 2027-12-31", on)

    assert (outcome.status, outcome.opens_on) == (status, opens_on)


def test_a_text_that_is_not_in_force_pays_nothing_but_shows_its_conditions():
    outcome = dated("from: 2025-01-01, to: 2027-12-31", date(2028, 1, 1))

    assert (outcome.amount, outcome.payable, outcome.if_open) == (None, None, Status.ELIGIBLE)
    assert [each.kind for each in outcome.trace] == ["condition"]


TWO = (
    policy_text(version="from: 2020-01-01, to: 2021-12-31", steps=["{id: a, fixed: 1元}"])
    + (policy_text(version="from: 2023-01-01", steps=["{id: a, fixed: 2元}"]).split("versions:\n")[1])
)


@pytest.mark.parametrize(
    ("on", "status", "amount"),
    [
        (date(2020, 6, 1), Status.ELIGIBLE, (100, 100)),
        (date(2022, 6, 1), Status.NOT_IN_FORCE, None),
        (date(2023, 6, 1), Status.ELIGIBLE, (200, 200)),
    ],
)
def test_the_version_of_the_day_answers(on, status, amount):
    outcome = answer(TWO, YES, on)

    assert (outcome.status, bounds(outcome)) == (status, amount)


@pytest.mark.parametrize(
    ("fact_year", "facts", "missing"),
    [
        ("", {"sales": {"2025": "9元"}}, ()),
        (", fact_year: current", {"sales": {"2025": "9元"}}, ("sales",)),
        (", fact_year: current", {"sales": {"2026": "9元"}}, ()),
        (", fact_year: 2022", {"sales": {"2022": "9元"}}, ()),
    ],
)
def test_the_fact_year(fact_year, facts, missing):
    outcome = dated(f"from: 2020-01-01, to: 2030-12-31{fact_year}", ON, YES | facts, steps=AMOUNT)

    assert outcome.missing == missing


# ── suspension and windows ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "status", "opens_on"),
    [
        (date(2026, 4, 30), Status.ELIGIBLE, None),
        (date(2026, 5, 1), Status.SUSPENDED, date(2026, 6, 1)),
        (date(2026, 5, 31), Status.SUSPENDED, date(2026, 6, 1)),
        (date(2026, 6, 1), Status.ELIGIBLE, None),
    ],
)
def test_a_suspension_has_a_first_and_a_last_day(on, status, opens_on):
    version = "from: 2020-01-01, to: 2030-12-31, suspended: {from: 2026-05-01, to: 2026-05-31, because: 预算用完}"

    outcome = dated(version, on)

    assert (outcome.status, outcome.opens_on) == (status, opens_on)


def test_a_suspension_may_have_no_end_and_comes_before_the_window():
    version = """from: 2020-01-01, to: 2030-12-31, suspended: {from: 2026-05-01, because: 预算用完},
                 apply_window: {from: 2026-01-01, to: 2026-01-31}"""

    outcome = dated(version, ON)

    assert (outcome.status, outcome.if_open, outcome.opens_on) == (Status.SUSPENDED, Status.ELIGIBLE, None)
    assert outcome.payable is None
    assert bounds(outcome) == (100, 100)
    assert "因预算用完暂停受理" in outcome.notes


SPANS = "apply_window: [{from: 2026-03-01, to: 2026-04-30}, {from: 2026-09-01, to: 2026-09-30}]"


@pytest.mark.parametrize(
    ("on", "is_open", "opens_on", "closes_on"),
    [
        (date(2026, 2, 28), False, date(2026, 3, 1), date(2026, 4, 30)),
        (date(2026, 3, 1), True, None, date(2026, 4, 30)),
        (date(2026, 4, 30), True, None, date(2026, 4, 30)),
        (date(2026, 5, 1), False, date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), False, None, date(2026, 9, 30)),
    ],
)
def test_applications_are_taken_in_spans(on, is_open, opens_on, closes_on):
    outcome = dated(f"from: 2020-01-01, to: 2030-12-31, {SPANS}", on)

    assert (outcome.status is Status.ELIGIBLE) is is_open
    assert (outcome.status is Status.WINDOW_CLOSED) is not is_open
    assert (outcome.opens_on, outcome.closes_on) == (opens_on, closes_on)


def test_a_closed_window_still_shows_what_would_be_paid():
    outcome = dated(f"from: 2020-01-01, to: 2030-12-31, {SPANS}", ON)

    assert (outcome.if_open, bounds(outcome), outcome.payable) == (Status.ELIGIBLE, (100, 100), None)


def test_a_closed_window_comes_before_a_condition_that_fails():
    outcome = dated(f"from: 2020-01-01, to: 2030-12-31, {SPANS}", ON, {"flag": False})

    assert (outcome.status, outcome.if_open, outcome.failed) == (Status.WINDOW_CLOSED, Status.INELIGIBLE, ("ok",))
    assert outcome.amount is None


def test_no_window_opens_after_the_text_has_ended():
    outcome = dated(f"from: 2020-01-01, to: 2026-06-30, {SPANS}", ON)

    assert (outcome.status, outcome.opens_on, outcome.closes_on) == (Status.WINDOW_CLOSED, None, date(2026, 4, 30))


@pytest.mark.parametrize(
    ("yearly", "on", "is_open", "opens_on", "closes_on"),
    [
        ("{from: 08-15, to: 09-01}", date(2026, 8, 15), True, None, date(2026, 9, 1)),
        ("{from: 08-15, to: 09-01}", date(2026, 9, 2), False, date(2027, 8, 15), date(2027, 9, 1)),
        ("{from: 08-15, to: 09-01}", date(2026, 8, 14), False, date(2026, 8, 15), date(2026, 9, 1)),
        ("{from: 02-01, to: 02-29}", date(2026, 2, 28), True, None, date(2026, 2, 28)),
        ("{from: 02-01, to: 02-29}", date(2024, 2, 29), True, None, date(2024, 2, 29)),
    ],
)
def test_a_window_may_come_every_year(yearly, on, is_open, opens_on, closes_on):
    outcome = dated(f"from: 2020-01-01, apply_window: {{yearly: {yearly}}}", on)

    assert (outcome.status is Status.ELIGIBLE) is is_open
    assert (outcome.opens_on, outcome.closes_on) == (opens_on, closes_on)


WITHIN = "from: 2020-01-01, to: 2030-12-31, apply_window: {within: 1年, of: granted}"


@pytest.mark.parametrize(
    ("granted", "status", "opens_on", "closes_on"),
    [
        ("2025-05-20", Status.ELIGIBLE, None, date(2026, 5, 20)),
        ("2025-05-19", Status.WINDOW_CLOSED, None, date(2026, 5, 19)),
        ("2026-05-20", Status.ELIGIBLE, None, date(2027, 5, 20)),
        ("2026-05-21", Status.WINDOW_CLOSED, date(2026, 5, 21), date(2027, 5, 21)),
        (None, Status.WINDOW_CLOSED, None, None),
        ({"from": "2025-06-01", "upto": "2026-01-01"}, Status.ELIGIBLE, None, None),
        ({"from": "2025-05-01", "upto": "2026-01-01"}, Status.NEEDS_INFO, None, None),
        ({"upto": "2025-05-01"}, Status.WINDOW_CLOSED, None, None),
    ],
)
def test_a_window_may_run_from_an_event(granted, status, opens_on, closes_on):
    outcome = dated(WITHIN, ON, YES | {"granted": granted})

    assert (outcome.status, outcome.opens_on, outcome.closes_on) == (status, opens_on, closes_on)


def test_an_unknown_event_leaves_the_window_open_to_question():
    outcome = dated(WITHIN, ON)

    assert (outcome.status, outcome.missing, outcome.payable) == (Status.NEEDS_INFO, ("granted",), Money(0, 100))
    assert dated(WITHIN, ON, {"flag": False}).status is Status.INELIGIBLE
    assert dated(WITHIN, ON, {"flag": False}).missing == ()


# ── status and money ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("eligibility", "facts", "status", "amount", "payable"),
    [
        ("{id: a, if: flag, is: true}", YES, Status.ELIGIBLE, Money(100, 100), Money(100, 100)),
        ("{id: a, if: flag, is: true}", {"flag": False}, Status.INELIGIBLE, None, None),
        ("{id: a, if: flag, is: true}", {}, Status.NEEDS_INFO, Money(100, 100), Money(0, 100)),
        ("{id: a, manual: 由人判断}", {}, Status.NEEDS_REVIEW, Money(100, 100), Money(0, 100)),
    ],
)
def test_while_the_status_is_open_nothing_is_promised(eligibility, facts, status, amount, payable):
    outcome = answer(policy_text(eligibility), facts)

    assert (outcome.status, outcome.amount, outcome.payable) == (status, amount, payable)
    assert outcome.if_open is None


def test_a_program_that_is_only_matched_states_its_ceiling():
    outcome = answer(
        policy_text(settlement="match_only", version=f"from: 2020-01-01, ceiling: {{value: 500万元, {CITED}}}"), YES
    )

    assert (outcome.amount, outcome.payable, outcome.ceiling, outcome.settlement) == (
        None,
        None,
        500_000_000,
        "match_only",
    )


def test_an_outcome_names_its_policy():
    outcome = answer(policy_text(), YES)

    assert (outcome.policy, outcome.title, outcome.level, outcome.settlement) == ("p", "试验项目p", "区级", "calculate")
    assert (outcome.ceiling, outcome.schedule) == (None, ())


def test_facts_of_other_years_and_of_the_employer_are_named_in_full():
    text = policy_text(
        '{all: [{id: a, expr: "sales[-1]", from: 5元}, {id: b, if: ratio, from: 5%}, {id: c, if: founded, from: {ago: 3年}}]}'
    )
    assert answer(text, {}).missing == ("sales@2024", "cost", "sales", "founded")


# ── notes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_without_an_end_says_so():
    note = "文件没有写明失效日期，申报前请向主管部门核实是否仍然有效"

    assert dated("from: 2020-01-01", ON).notes == (note,)
    assert dated("from: 2020-01-01, to: 2030-12-31", ON).notes == ()


@pytest.mark.parametrize(
    ("pool", "note"),
    [
        (f"{{kind: scale, budget: 5000万元, {CITED}}}", "总额5,000万元，超出时各家按比例核减；此处是核减前的金额"),
        (f"{{kind: rate, {CITED}}}", "总额控制，补助比例按总额与全部申报基数之比确定；此处是核减前的金额"),
    ],
)
def test_a_shared_budget_is_shown_and_not_applied(pool, note):
    outcome = dated(f"from: 2020-01-01, to: 2030-12-31, pool: {pool}", ON)

    assert (outcome.notes, bounds(outcome)) == ((note,), (100, 100))


PARAMS = f"""
  cap:
    label: 上限
    values:
      - {{from: 2021-01-01, to: 2024-12-31, value: 1元, {CITED}}}
      - {{from: 2025-01-01, to: 2025-12-31, value: 3元, {CITED}}}
"""
CAPPED = ["{id: r, rate: {of: sales, at: 10%}}", "{id: c, cap_amount: $cap}"]


def with_param(facts, on=ON, eligibility="{id: a, if: flag, is: true}", steps=CAPPED):
    return answer(policy_text(eligibility, steps, version="from: 2015-01-01, to: 2030-12-31", params=PARAMS), facts, on)


def test_an_unpublished_parameter_leaves_the_answer_open_with_an_estimate():
    outcome = with_param(YES | {"sales": "100元"})

    assert (outcome.status, outcome.missing, bounds(outcome)) == (Status.NEEDS_INFO, (), (0, 1_000))
    assert outcome.notes == (
        "“上限”在2026-05-20没有公布的数值，最近公布的是自2025-01-01起的3元",
        "以最近公布的数值估算，金额为3元，以正式公布为准",
    )


def test_there_is_no_estimate_where_by_the_nearest_value_the_conditions_fail():
    least = "{any: [{id: a, if: sales, from: $cap}, {id: b, if: people, from: 12人}]}"
    open_case = with_param({"sales": "2元", "people": 4}, eligibility=least)
    fitting = with_param({"sales": "3元", "people": 4}, eligibility=least)

    assert (open_case.status, bounds(open_case)) == (Status.NEEDS_INFO, (0, 20))
    assert not any("估算" in note for note in open_case.notes)
    assert "以最近公布的数值估算，金额为0.30元，以正式公布为准" in fitting.notes


def test_before_its_first_value_a_parameter_is_unpublished_too():
    outcome = with_param(YES | {"sales": "100元"}, date(2020, 6, 1))

    assert outcome.status is Status.NEEDS_INFO
    assert outcome.notes[0] == "“上限”在2020-06-01没有公布的数值，最近公布的是自2021-01-01起的1元"


def test_a_published_parameter_needs_no_note():
    outcome = with_param(YES | {"sales": "100元"}, date(2025, 6, 1))

    assert (outcome.status, outcome.notes, bounds(outcome)) == (Status.ELIGIBLE, (), (300, 300))


def test_an_unpublished_parameter_that_decides_nothing_is_not_asked_for():
    assert with_param(YES | {"sales": "0元"}).status is Status.ELIGIBLE


def test_an_unpublished_threshold_leaves_the_condition_open():
    outcome = with_param(
        {"sales": "100元"}, eligibility="{id: a, if: sales, from: $cap}", steps=["{id: f, fixed: 5元}"]
    )

    assert (outcome.status, outcome.missing, bounds(outcome)) == (Status.NEEDS_INFO, (), (500, 500))
    assert len(outcome.notes) == 2


def test_a_program_without_an_amount_has_no_estimate():
    text = policy_text("{id: a, if: sales, from: $cap}", settlement="match_only", params=PARAMS)

    outcome = answer(text, {"sales": "100元"})

    assert outcome.status is Status.NEEDS_INFO
    assert len(outcome.notes) == 1


def test_a_condition_that_fails_anyway_makes_no_estimate():
    assert with_param({"flag": False}).notes == ()


# ── amounts in the case that the applicant is eligible ───────────────────────────────────────────────────────────

BY_LEVEL = (
    "{id: f, fixed: {by: level, table: [{is: 国家级, value: 3元}, {is: 省级, value: 2元}, {is: 市级, value: 1元}]}}"
)


@pytest.mark.parametrize(
    ("eligibility", "amount"),
    [
        ("{id: a, if: level, in: [国家级, 省级]}", (200, 300)),
        ("{id: a, if: level, is: 省级}", (200, 200)),
        ("{id: a, if: level, present: true}", (0, 300)),  # a district award is one too
        ("{id: a, if: level, present: false}", (0, 0)),
        ("{id: a, if: level, not_in: [国家级]}", (0, 300)),
        ("{id: a, if: level, prefix_in: [国家级, 省级]}", (0, 300)),
        ("{any: [{id: a, if: level, is: 省级}, {id: b, if: level, is: 国家级}]}", (200, 300)),
        ("{any: [{id: a, if: level, is: 省级}, {id: b, if: other, is: true}]}", (0, 300)),
        (
            "{any: [{id: a, if: level, is: 省级}, {all: [{id: b, if: flag, is: true}, {id: c, if: level, is: 市级}]}]}",
            (200, 200),
        ),
        ("{all: [{id: a, if: level, in: [国家级, 省级]}, {id: b, if: level, in: [省级, 市级]}]}", (200, 200)),
        ("{all: [{id: a, if: level, is: 国家级}, {id: b, if: level, is: 省级}]}", (300, 300)),
        ("{at_least: {n: 1, of: [{id: a, if: level, is: 国家级}]}}", (0, 300)),
        ("{all: [{id: a, if: level, is: 国家级, on_unknown: assume}]}", (300, 300)),
    ],
)
def test_an_amount_reckons_with_the_facts_of_an_eligible_applicant(eligibility, amount):
    assert bounds(answer(policy_text(eligibility, [BY_LEVEL]), {"flag": False})) == amount


@pytest.mark.parametrize(
    ("test", "amount"),
    [
        ("from: 5元", (50, 10**11)),
        ("over: 5元", (50, 10**11)),
        ("upto: 5元", (0, 50)),
        ("below: 5元, from: 1元", (10, 50)),
        ("is: 5元", (50, 50)),
        ("from: {fact: cost}", (0, 10**11)),
    ],
)
def test_a_threshold_bounds_the_base_too(test, amount):
    assert bounds(answer(policy_text(f"{{id: a, if: sales, {test}}}", AMOUNT), {})) == amount


def test_a_derived_yes_is_a_condition_of_its_own():
    steps = ["{id: f, fixed: 1元, when: {if: founded, from: 2020-01-01}}"]

    assert bounds(answer(policy_text("{id: a, if: is_new, is: true}", steps), {})) == (100, 100)
    assert bounds(answer(policy_text("{id: a, if: is_new, is: false}", steps), {})) == (0, 100)
    assert bounds(answer(policy_text("{id: a, if: ratio, from: 5%}", steps), {})) == (0, 100)


def test_conditions_that_exclude_each_other_presume_nothing():
    eligibility = "{all: [{id: a, if: sales, from: 9元}, {id: b, if: sales, upto: 5元}]}"

    assert bounds(answer(policy_text(eligibility, AMOUNT), {})) == (90, 10**11)


SHARED = f"""
schema: conditions/1
id: basics
title: 基本条件
documents: [{{id: D, title: 总则, source_quality: copy}}]
condition: {{id: national, if: level, is: 国家级, {CITED}}}
"""


def test_shared_conditions_are_presumed_too():
    assert bounds(answer([SHARED, policy_text("{use: basics}", [BY_LEVEL])], {})) == (300, 300)


def test_what_is_known_is_not_presumed():
    assert bounds(
        answer(
            policy_text("{all: [{id: a, if: level, is: 省级}, {id: b, if: other, is: true}]}", [BY_LEVEL]),
            {"level": "省级"},
        )
    ) == (200, 200)


# ── cases that exclude each other ────────────────────────────────────────────────────────────────────────────────

EITHER_OR = ["{id: y, fixed: 5元, when: {if: other, is: true}}", "{id: n, fixed: 3元, when: {if: other, is: false}}"]


def test_steps_for_yes_and_for_no_are_not_added_up():
    outcome = paid(*EITHER_OR)

    assert (bounds(outcome), outcome.missing) == ((300, 500), ("other",))
    assert outcome.trace[-1].after == Money(300, 500)


def test_one_of_several_classes_is_the_class():
    steps = [
        f"{{id: s{n}, fixed: {n}元, when: {{if: level, is: {level}}}}}"
        for n, level in enumerate(["区级", "市级", "省级"], 1)
    ]

    assert bounds(paid(*steps)) == (0, 300)
    assert bounds(paid(*steps, level={"in": ["市级", "省级"]})) == (200, 300)


def test_two_missing_facts_are_taken_together():
    steps = [
        *EITHER_OR,
        "{id: x, fixed: 1元, when: {all: [{if: other, is: true}, {if: is_new, is: true}]}}",
        "{id: z, fixed: 9元, when: {all: [{if: other, is: false}, {if: size, is: 大型}]}}",
    ]

    assert bounds(paid(*steps, founded="2025-06-01")) == (300, 1_200)


def test_facts_with_many_values_are_left_as_they_are():
    steps = [
        "{id: a, fixed: 5元, when: {if: place, is: 罗湖区}}",
        "{id: b, fixed: 3元, when: {if: title, is: 甲}}",
        "{id: c, fixed: 2元, when: {count_of: {list: shops, where: {if: open, is: true}}, from: 1}}",
    ]

    low, high = bounds(paid(*steps))
    assert low == 0
    assert high >= 1_000


def test_an_unbounded_amount_is_bounded_case_by_case():
    steps = [
        "{id: a, rate: {of: profit, at: 10%}, when: {if: other, is: true}}",
        "{id: c, cap_amount: 5元, when: {if: other, is: true}}",
    ]

    assert bounds(paid(*steps)) == (0, 500)
    assert bounds(paid("{id: a, rate: {of: profit, at: 10%}, when: {if: other, is: true}}")) == (0, None)


# ── many policies, and single questions ──────────────────────────────────────────────────────────────────────────

THREE = (
    policy_text(name="a"),
    policy_text(name="b", steps=["{id: f, fixed: 2元}"]),
    policy_text("{id: no, if: flag, is: false}", name="c"),
)


def test_all_policies_answer_in_the_order_of_the_bundle():
    bundle = bundle_of(*THREE)

    outcomes = interpret(bundle, profile_of(bundle, YES), ON)

    assert [(each.policy, each.status) for each in outcomes] == [
        ("a", Status.ELIGIBLE),
        ("b", Status.ELIGIBLE),
        ("c", Status.INELIGIBLE),
    ]
    assert outcomes == tuple(evaluate_policy(bundle, name, profile_of(bundle, YES), ON) for name in "abc")


def test_only_the_named_policies_answer():
    bundle = bundle_of(*THREE)

    assert [each.policy for each in interpret(bundle, Profile(), ON, ["c", "a"])] == ["a", "c"]


def test_an_unknown_policy_is_refused():
    with pytest.raises(KeyError):
        evaluate_policy(bundle_of(*THREE), "zzz", Profile(), ON)


@pytest.mark.parametrize("facts", [{}, YES, {"flag": False}, YES | {"sales": "100元"}])
@pytest.mark.parametrize("on", [ON, date(2014, 1, 1), date(2025, 6, 1)])
def test_the_status_alone_is_the_status_of_the_whole_answer(facts, on):
    for text in (
        policy_text(),
        policy_text(steps=CAPPED, version="from: 2015-01-01, to: 2030-12-31", params=PARAMS),
        policy_text(version=WITHIN),
        policy_text(version=f"from: 2020-01-01, {SPANS}", settlement="match_only"),
    ):
        bundle = bundle_of(text)
        profile = profile_of(bundle, facts)

        assert status_of(bundle, "p", profile, on) is evaluate_policy(bundle, "p", profile, on).status


LEAVES = """{all: [
  {id: a, if: ratio, from: {by: people, table: [{upto: 9人, value: 5%}, {over: 9人, value: 3%}]}},
  {not: {any: [{id: b, count_of: {list: shops, where: {if: open, is: true}}, from: 1}, {id: m, manual: 由人判断}]}},
  {use: basics},
  {id: c, if: other, is: true, on_unknown: assume}]}"""


def test_single_leaves_can_be_asked():
    bundle = bundle_of(SHARED, policy_text(LEAVES))
    profile = profile_of(bundle, {"sales": "100元", "cost": "4元", "people": 20})

    assert leaf_truth(bundle, "p", "a", profile, ON) is Truth.T
    assert leaf_truth(bundle, "p", "c", profile, ON) is Truth.T
    assert measure_leaf(bundle, "p", "c", profile, ON).truth is Truth.U
    assert leaf_truth(bundle, "p", "basics/national", profile, ON) is Truth.U
    assert find_leaf(bundle, "p", "b", ON).id == "b"
    with pytest.raises(KeyError):
        find_leaf(bundle, "p", "m", ON)


def test_the_facts_of_a_leaf_are_those_of_its_parts_and_bounds():
    bundle = bundle_of(SHARED, policy_text(LEAVES))

    assert facts_of_leaf(bundle, "p", "a", ON) == {"cost@2025", "sales@2025", "people"}
    assert facts_of_leaf(bundle, "p", "b", ON) == {"shops"}
    assert facts_of_leaf(bundle, "p", "basics/national", ON) == {"level"}


@pytest.mark.parametrize(
    ("leaf", "keys"),
    [
        ("if: is_new, is: true", {"founded"}),
        ("if: scale, is: 大型", {"people"}),
        ("if: founded, from: {ago: 1年, of: granted}", {"founded", "granted"}),
        ("if: founded, within: 3年", {"founded"}),
        (
            "sum_of: {list: shops, of: {fact: rent}, where: {if: rent, from: {fact: sales}}}, from: 1元",
            {"shops", "sales@2025"},
        ),
        (
            """if: sales, from: [
                {when: {not: {at_least: {n: 1, of: [{if: flag, is: true}, {if: other, is: true}]}}}, value: 5元},
                {when: {use: basics}, value: 3元}, {when: {id: m, manual: 由人判断}, value: 2元}]""",
            {"sales@2025", "flag", "other", "level"},
        ),
    ],
)
def test_every_kind_of_value_is_taken_apart(leaf, keys):
    bundle = bundle_of(SHARED, policy_text(f"{{id: x, {leaf}}}"))

    assert facts_of_leaf(bundle, "p", "x", ON) == keys


# ── persons and their employers ──────────────────────────────────────────────────────────────────────────────────


def test_facts_of_the_employer_are_asked_for_as_such():
    policy = policy_text(
        """{all: [{id: a, if: employer.sales, from: 5元}, {id: b, if: employer.is_new, is: true},
                  {id: c, if: employer.open_shops, from: 1}]}""",
        steps=["{id: r, rate: {of: employer.growth, at: 10%}}"],
        more="applicant: person",
    )

    assert answer(policy, {}).missing == (
        "employer.sales",
        "employer.founded",
        "employer.shops",
        "employer.sales@2024",
    )
    employer = {"sales": {"2025": "50元", "2024": "10元"}, "founded": "2025-06-01", "shops": [{"open": True}]}
    outcome = answer(policy, {"employer": employer})
    assert (outcome.status, bounds(outcome)) == (Status.ELIGIBLE, (400, 400))
    assert outcome.trace[0].text == "用人单位的销售额（2025年）不低于5元"


# ── cost items ───────────────────────────────────────────────────────────────────────────────────────────────────

GROUP = f"""
schema: group/1
id: g
title: 组
rule: choose_one
scope: [enterprise, cost_item]
members: [p, q]
cost_list: shops
documents: [{{id: D, title: 办法, source_quality: copy}}]
{CITED}
"""
RENT = ["{id: s, for_each: {list: shops, steps: [{id: r, rate: {of: rent, at: 50%}}]}}"]
TWO_SHOPS = {"flag": True, "shops": [{"name": "甲", "rent": "10元"}, {"name": "乙", "rent": "30元"}]}


@pytest.mark.parametrize(("items", "fen"), [({"甲"}, 500), ({"甲", "乙"}, 2_000), (set(), 0), ({"丙"}, 0)])
def test_an_amount_with_only_some_cost_items(items, fen):
    bundle = bundle_of(policy_text(steps=RENT, groups="g"), policy_text(name="q", groups="g"), GROUP)

    assert amount_for_items(bundle, "p", profile_of(bundle, TWO_SHOPS), ON, frozenset(items)) == Money(fen, fen)


def test_without_a_known_list_or_a_group_the_amount_is_what_it_is():
    bundle = bundle_of(policy_text(steps=RENT, groups="g"), policy_text(name="q", groups="g"), GROUP)
    alone = bundle_of(policy_text(steps=RENT))
    matched = bundle_of(policy_text(settlement="match_only"))

    assert amount_for_items(bundle, "p", Profile(), ON, frozenset()) == Money(0, 5 * 10**9)
    assert amount_for_items(alone, "p", profile_of(alone, TWO_SHOPS), ON, frozenset()) == Money(2_000, 2_000)
    assert amount_for_items(matched, "p", Profile(), ON, frozenset()) is None
