"""Conditions: the four truth values, and which leaves a verdict hangs on."""

from itertools import product

import pytest

from matcher.interpret import conditions as c
from matcher.interpret import evaluate_policy
from matcher.interpret.dispatch import decide
from matcher.interpret.policy import scope_for
from matcher.outcome import Status, Truth
from tests.matcher.interpret.building import ON, bundle_of, judged, line, policy_text, profile_of

T, F, U, R = Truth.T, Truth.F, Truth.U, Truth.R
# One leaf of each truth value: `flag` is given as true, `other` is not given.
LEAVES = {
    T: "{id: NAME, if: flag, is: true}",
    F: "{id: NAME, if: flag, is: false}",
    U: "{id: NAME, if: other, is: true}",
    R: "{id: NAME, manual: 由人判断}",
}
STATUS = {T: Status.ELIGIBLE, F: Status.INELIGIBLE, U: Status.NEEDS_INFO, R: Status.NEEDS_REVIEW}
TRIPLES = list(product(Truth, repeat=3))


def leaves(truths):
    return ", ".join(LEAVES[truth].replace("NAME", f"leaf-{n}") for n, truth in enumerate(truths))


def first(order, truths):
    return next(truth for truth in order if truth in truths)


def naive_at_least(n, truths):
    """Try all that the open ones may turn out to be, unknown before review."""
    if truths.count(T) >= n:
        return T
    if 3 - truths.count(F) < n:
        return F
    return U if U in truths else R


RULES = {
    "all: [LEAVES]": lambda truths: first([F, U, R, T], truths),
    "any: [LEAVES]": lambda truths: first([T, U, R, F], truths),
    "at_least: {n: 1, of: [LEAVES]}": lambda truths: naive_at_least(1, truths),
    "at_least: {n: 2, of: [LEAVES]}": lambda truths: naive_at_least(2, truths),
    "at_least: {n: 3, of: [LEAVES]}": lambda truths: naive_at_least(3, truths),
}


def truth_in_silence(rule, facts):
    """Decide a condition the way `when` and cases do, without a trace."""
    bundle = bundle_of(policy_text(rule))
    scope = scope_for(bundle, bundle.policies["p"], profile_of(bundle, facts), ON, {})
    return decide(scope.version.eligibility, scope)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("truths", TRIPLES)
def test_groups_follow_their_truth_tables(rule, truths):
    text = "{" + rule.replace("LEAVES", leaves(truths)) + "}"
    expected = RULES[rule](truths)

    outcome = judged(text, flag=True)
    truth, needs = truth_in_silence(text, {"flag": True})

    assert outcome.status is STATUS[expected]
    assert truth is expected
    assert needs == (("other",) if expected is U else ())


@pytest.mark.parametrize(("truth", "expected"), [(T, F), (F, T), (U, U), (R, R)])
def test_not_swaps_true_and_false_alone(truth, expected):
    text = "{not: " + leaves([truth]) + "}"

    assert judged(text, flag=True).status is STATUS[expected]
    assert truth_in_silence(text, {"flag": True})[0] is expected
    assert c.opposite(truth) is expected


@pytest.mark.parametrize(("rule", "joined"), [("all", T), ("any", F)])
def test_the_joins_agree_with_their_functions(rule, joined):
    for truths in TRIPLES:
        found = {"all": c.all_truth, "any": c.any_truth}[rule](truths)
        assert found is RULES[f"{rule}: [LEAVES]"](truths)
    assert {"all": c.all_truth, "any": c.any_truth}[rule]([]) is joined


# ── what a verdict hangs on ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rule", "failed"),
    [
        ("{all: [T a, F b, F c]}", ("b", "c")),
        ("{any: [F a, F b]}", ("a", "b")),
        ("{all: [{any: [F a, T b]}, {any: [F c, F d]}]}", ("c", "d")),
        ("{at_least: {n: 2, of: [T a, F b, F c]}}", ("b", "c")),
        ("{not: T a}", ("a",)),
        ("{not: {any: [T a, F b]}}", ("a",)),
        ("{not: {all: [T a, T b]}}", ("a", "b")),
        ("{all: [F a, U b, R c]}", ("a",)),
        ("{any: [T a, F b]}", ()),
        ("{all: [U a, T b]}", ()),
    ],
)
def test_failed_are_the_leaves_that_make_the_whole_false(rule, failed):
    assert judged(written(rule), flag=True).failed == failed


@pytest.mark.parametrize(
    ("rule", "missing", "review"),
    [
        ("{all: [U a, R b]}", ("other",), ("b",)),
        ("{any: [U a, R b, F c]}", ("other",), ("b",)),
        ("{any: [T a, U b, R c]}", (), ()),
        ("{all: [F a, U b, R c]}", (), ()),
        ("{all: [{any: [T a, U b]}, R c]}", (), ("c",)),
        ("{all: [{any: [F a, U b]}, T c]}", ("other",), ()),
        ("{not: U a}", ("other",), ()),
        ("{not: R a}", (), ("a",)),
        ("{at_least: {n: 2, of: [T a, U b, R c]}}", ("other",), ("c",)),
        ("{at_least: {n: 2, of: [T a, R b, F c]}}", (), ("b",)),
        ("{at_least: {n: 1, of: [T a, U b]}}", (), ()),
    ],
)
def test_only_what_can_still_matter_is_missing_or_to_be_reviewed(rule, missing, review):
    outcome = judged(written(rule), flag=True)

    assert outcome.missing == missing
    assert outcome.review == review


def written(rule):
    for truth, text in LEAVES.items():
        for name in "abcd":
            rule = rule.replace(f"{truth.value} {name}", text.replace("NAME", name))
    return rule


def test_what_is_assumed_passes_and_is_listed():
    outcome = judged(
        "{all: [{id: a, if: flag, is: true}, {id: b, if: other, is: false, on_unknown: assume}]}", flag=True
    )

    assert (outcome.status, outcome.assumed, outcome.missing) == (Status.ELIGIBLE, ("b",), ())
    assert line(outcome, "b").assumed is True
    assert line(outcome, "b").missing == ("other",)


def test_an_assumption_that_decides_nothing_is_not_listed():
    rule = "{any: [{all: [{id: a, if: flag, is: false}, {id: b, if: other, is: true, on_unknown: assume}]}, {id: c, if: flag, is: true}]}"

    assert judged(rule, flag=True).assumed == ()


def test_an_assumption_stays_listed_while_the_rest_is_open():
    rule = "{all: [{id: a, if: other, is: true, on_unknown: assume}, {id: b, if: people, from: 5}]}"

    outcome = judged(rule)

    assert (outcome.status, outcome.assumed, outcome.missing) == (Status.NEEDS_INFO, ("a",), ("people",))


def test_what_fails_by_assumption_says_for_lack_of_which_fact():
    outcome = judged("{id: a, if: other, is: true, on_unknown: fail}")

    assert (outcome.status, outcome.failed, outcome.missing) == (Status.INELIGIBLE, ("a",), ("other",))
    assert outcome.assumed == ("a",)
    assert line(outcome, "a").assumed is True


def test_a_known_fact_is_neither_assumed_nor_failed():
    assume = "{id: a, if: other, is: true, on_unknown: assume}"

    assert judged(assume, other=False).status is Status.INELIGIBLE
    assert judged(assume.replace("assume", "fail"), other=True).status is Status.ELIGIBLE


def test_two_words_on_one_row_make_an_interval():
    rule = "{id: a, if: people, from: 10人, below: 20人}"

    assert [judged(rule, people=n).status is Status.ELIGIBLE for n in (9, 10, 19, 20)] == [False, True, True, False]
    assert judged(rule, people={"from": 12, "upto": 19}).status is Status.ELIGIBLE
    assert judged(rule, people={"from": 12, "upto": 20}).missing == ("people",)
    assert judged(rule, people={"from": 20}).status is Status.INELIGIBLE
    assert judged(rule, people={"upto": 15}).status is Status.NEEDS_INFO


def test_only_the_bounds_that_leave_a_leaf_open_are_missing():
    rule = '{id: a, if: sales, from: {fact: cost}, upto: {fact: "cost[-1]"}}'

    assert judged(rule, sales="9元", cost={"2024": "9元"}).missing == ("cost",)
    assert judged(rule, sales="9元", cost={"2025": "9元"}).missing == ("cost@2024",)
    assert judged(rule, sales="9元", cost={"2025": "9元", "2024": {"from": "9元"}}).status is Status.ELIGIBLE


def test_a_coarse_code_has_to_be_told_more_exactly():
    rule = "{id: a, if: industry, prefix_in: [F5146]}"

    outcome = judged(rule, industry="F51")

    assert (outcome.status, outcome.missing) == (Status.NEEDS_INFO, ("industry",))


def test_a_ratio_of_nothing_asks_for_the_zero_to_be_looked_at_again():
    rule = "{id: a, if: ratio, from: 5%}"

    outcome = judged(rule, sales={"2025": 0}, cost={"2025": "5元"})

    assert (outcome.status, outcome.missing) == (Status.NEEDS_INFO, ("sales",))


def test_a_strict_ratio_of_nothing_fails():
    outcome = judged("{id: a, if: ratio_f, from: 5%}", sales={"2025": 0}, cost={"2025": "5元"})

    assert (outcome.status, outcome.missing) == (Status.INELIGIBLE, ())


# ── shared conditions ────────────────────────────────────────────────────────────────────────────────────────────

SHARED = """
schema: conditions/1
id: basics
title: 基本条件
documents: [{id: D, title: 总则, source_quality: copy}]
condition:
  all:
    - {id: here, if: place, in: [罗湖区], cite: {doc: D, clause: 第二条, gist: 略}}
    - {id: hand, manual: 由人判断, cite: {doc: D, clause: 第三条, gist: 略}}
"""


def used(**facts):
    bundle = bundle_of(SHARED, policy_text("{all: [{use: basics}, {id: own, if: flag, is: true}]}"))
    return evaluate_policy(bundle, "p", profile_of(bundle, facts), ON)


def test_shared_leaves_are_named_after_their_set():
    assert used(place="福田区", flag=True).failed == ("basics/here",)
    assert used(place="罗湖区", flag=True).review == ("basics/hand",)
    assert used(place="罗湖区", flag=False).failed == ("own",)
    assert used(flag=True).missing == ("place",)


def test_a_shared_set_has_a_line_of_its_own_above_its_leaves():
    lines = [(each.kind, each.id, each.depth, each.truth) for each in used(place="罗湖区", flag=True).trace][:5]

    assert lines == [
        ("use", "basics", 0, R),
        ("all", "", 1, R),
        ("condition", "basics/here", 2, T),
        ("manual", "basics/hand", 2, R),
        ("condition", "own", 0, T),
    ]


def test_shared_conditions_decide_cases_too():
    bundle = bundle_of(
        SHARED,
        policy_text("{id: a, expr: people, from: [{when: {use: basics}, value: 5}, {otherwise: true, value: 1}]}"),
    )
    scope = scope_for(bundle, bundle.policies["p"], profile_of(bundle, {"place": "福田区", "people": 2}), ON, {})

    assert decide(scope.version.eligibility, scope) == (T, ())


# ── the trace ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_says_what_was_compared_with_what():
    outcome = judged("{id: a, if: sales, from: 200万元}", sales={"2025": "176万元"})

    found = line(outcome, "a")

    assert (found.kind, found.truth, found.text) == ("condition", F, "销售额（2025年）不低于200万元")
    assert (found.operand, found.bound, found.source) == ("176万元", "不低于200万元", "自行填报")
    assert found.cite is not None and found.cite.clause == "第一条"


@pytest.mark.parametrize(
    ("rule", "kind", "text"),
    [
        ("{any: [T a, F b]}", "any", "满足其中一项即可"),
        ("{all: [{all: [T a, T b]}]}", "all", "须全部满足"),
        ("{not: F a}", "not", "须不属于下列情形"),
        ("{at_least: {n: 1, of: [T a, F b]}}", "at_least", "至少满足其中1项"),
        ("{all: [T a], label: 主体条件}", "all", "主体条件"),
    ],
)
def test_a_group_has_a_line_above_its_parts(rule, kind, text):
    outcome = judged(written(rule), flag=True)

    head = outcome.trace[0]
    assert (head.kind, head.text, head.depth, head.truth) == (kind, text, 0, T)
    assert outcome.trace[1].depth == 1


def test_the_outermost_all_has_no_line():
    assert [each.id for each in judged(written("{all: [T a, F b]}"), flag=True).trace] == ["a", "b"]


def test_how_the_text_was_read_is_shown():
    rule = "{id: a, if: flag, is: true, reading: {text: 从严, by: 某局, decided_on: 2026-01-01}}"

    assert line(judged(rule, flag=True), "a").reading == "从严"


def test_the_source_of_each_fact_is_shown():
    rule = "{id: a, expr: cost / sales, from: 5%}"
    facts = {"cost": {"value": {"2025": "5元"}, "source": "registry"}, "sales": {"value": "9元", "source": "document"}}

    assert line(judged(rule, **facts), "a").source == "登记信息、证明文件"
    assert line(judged(rule), "a").source == ""
