"""A change inside a list is called the same only where every entry comes to the same; beside each proof stands a change that shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.interpret import evaluate_policy
from rules.check.prove.difference import is_same_everywhere
from rules.language.model import Bundle
from tests.support.rule_texts import VOCABULARY, bundle_of, policy_text, profile_of

ITEMS = VOCABULARY.replace(
    "      name: {label: 合同名称, type: text}\n",
    "      name: {label: 合同名称, type: text}\n"
    "      months: {label: 月数, type: count, unit: 个月, min: 0}\n"
    "      length: {label: 长度, type: number, unit: 米, min: 0}\n"
    "      level: {label: 级别, type: code, codes: award_level}\n"
    "      grade: {label: 评级, type: code, codes: award_level, nullable: 未评}\n"
    "      cost: {label: 费用, type: money, min: 0元}\n",
).replace(
    "derived:\n",
    "  parts: {label: 部件, type: list, ask: 逐件填写部件, item: {price: {label: 价格, type: money, min: 0元}}}\nderived:\n",
)
LEAF = "{id: x, if: staff, from: 5人, CITE}"
RICH = "{id: x, if: revenue, from: 50万元, CITE}"
ROUND = "- {id: r, round: {to: 分, mode: half_up}, CITE}"
ONE = "    limit: {count: 1}\n    order_by: listed\n"
HEAD = "params: {at: {label: 比例, values: [{from: 2025-01-01, value: 10%, CITE}]}}\n"
TWO_LEVELS = "{is: 国家级, value: 3万元}, {is: 省级, value: 2万元}"


def each(where: str, step: str, more: str = "") -> str:
    """Return steps that work through the contracts one by one."""
    where = f"    where: {where}\n" if where else ""
    return f"- id: e\n  for_each:\n    list: contracts\n{where}{more}    steps:\n      - {{id: s, {step}, CITE}}\n  CITE\n{ROUND}"


def made(kind: str, of: str, where: str = "") -> str:
    """Return steps that make one number of the contracts."""
    where = f", where: {where}" if where else ""
    return f"- id: e\n  fixed: {{{kind}: {{list: contracts, of: {of}{where}}}}}\n  CITE\n{ROUND}"


def units(of: str, unit: str, count: str = "whole") -> str:
    return each("", f"per_unit: {{of: {of}, unit: {unit}, each: 100元, count: {count}}}")


def levels(rows: str, where: str = "{if: level, in: [国家级, 省级]}", more: str = "") -> str:
    return each(where, f"fixed: {{by: level, table: [{rows}]}}", more)


def paid(where: str, more: str = "") -> str:
    return each(where, "rate: {of: cost, at: 10%}", more)


def months(upto: int, rows: str = "{is: 1, value: 3元}, {is: 2, value: 2元}") -> str:
    return each(f"{{if: months, upto: {upto}个月}}", f"fixed: {{by: months, table: [{rows}]}}")


def by_revenue(lowest: str) -> str:
    rows = f"{{from: 100万元, value: 2元}}, {{from: {lowest}, below: 100万元, value: 1元}}"
    return each("", f"fixed: {{by: revenue, table: [{rows}]}}")


def over_nine(*last: str) -> str:
    rows = ["{when: {if: cost, over: 9元}, value: 5元}", *(f"{{otherwise: true, value: {value}}}" for value in last)]
    return f"[{', '.join(rows)}]"


def counted(where: str) -> str:
    return f"{{id: x, count_of: {{list: contracts{f', where: {where}' if where else ''}}}, from: 1, CITE}}"


def share(when: str) -> str:
    return each("", f"rate: {{of: cost, at: 10%}}, when: {when}")


ANY_LEVEL = "in: [国家级, 省级, 市级, 区级]"
SPENT = "{if: cost, over: 0元}"
HALF = "{expr: cost / paid, upto: 50%}"
SPAN = "range: {from: 0元, upto: {fact: cost}, decided_by: 区}"
OPEN_YEARS = "{is: 1, value: 3元}, {otherwise: true, value: 1元}"


def editions(old: str, new: str, leaf: str = LEAF, new_leaf: str = "", head: str = "") -> tuple[Bundle, Bundle]:
    """Return a bundle and its edition with other steps or conditions, all else being the very same."""
    first = bundle_of(policy_text("a", leaf, old, head), vocabulary=ITEMS)
    second = bundle_of(policy_text("a", new_leaf or leaf, new, head), vocabulary=ITEMS)
    return first, replace(first, policies=second.policies)


def is_same(*texts: str, **more: str) -> bool:
    return is_same_everywhere(*editions(*texts, **more), "a")


@pytest.mark.parametrize(
    ("old", "new", "shows"),
    [
        # Whole units of a count are all of it; of what comes in pairs or in fractions they are not.
        (units("months", "1个月"), units("months", "1个月", "prorated"), False),
        (units("months", "2个月"), units("months", "2个月", "prorated"), True),
        (units("length", "1米"), units("length", "1米", "prorated"), True),
        # A condition may go where the table has no row for whom it kept out.
        (levels(TWO_LEVELS), levels(TWO_LEVELS, ""), False),
        (levels(TWO_LEVELS + ", {is: 市级, value: 1元}"), levels(TWO_LEVELS + ", {is: 市级, value: 1元}", ""), True),
        (levels(TWO_LEVELS, more=ONE), levels(TWO_LEVELS, "", ONE), True),
        # A share of nothing is nothing, yet takes a place where places are few.
        (paid(SPENT), paid(""), False),
        (paid(SPENT), paid("{if: cost, over: 0.01元}"), True),
        (paid(SPENT, ONE), paid("", ONE), True),
        (paid(SPENT, ONE), paid("{if: cost, from: 0.01元}", ONE), False),
        (paid(SPENT, ONE), paid(SPENT, ONE.replace("listed", "amount")), True),
        # A last row of zero adds what no row adds; but zero is a least one and a greatest one, and no row is none.
        (each("", f"fixed: {over_nine('0元')}"), each("", f"fixed: {over_nine()}"), False),
        (each("", f"fixed: {over_nine('1元')}"), each("", f"fixed: {over_nine()}"), True),
        (made("sum_of", over_nine("0元")), made("sum_of", over_nine()), False),
        (made("sum_of", over_nine("0.01元")), made("sum_of", over_nine()), True),
        (made("min_of", over_nine("0元")), made("min_of", over_nine()), True),
        (made("max_of", over_nine("0元")), made("max_of", over_nine()), True),
        (made("max_of", "cost", SPENT), made("max_of", "cost", "{if: cost, from: 0.01元}"), False),
        (made("max_of", "cost"), made("min_of", "cost"), True),
        # A year that has no row, and one that has.
        (months(2), months(3), False),
        (months(2), months(1), True),
        (months(2, OPEN_YEARS), months(3, OPEN_YEARS), True),
        # Every code of a table, unless there may be none.
        (paid(f"{{if: level, {ANY_LEVEL}}}"), paid(""), False),
        (paid(f"{{if: level, {ANY_LEVEL}}}".replace(", 区级", "")), paid(""), True),
        (paid(f"{{if: grade, {ANY_LEVEL}}}"), paid(""), True),
        # What is unknown for want of a quotient must stay so.
        (share(f"{{all: [{SPENT}, {HALF}]}}"), share(HALF), True),
        (share(f"{{any: [{SPENT}, {HALF}]}}"), share(f"{{any: [{{if: cost, from: 0.01元}}, {HALF}]}}"), False),
        # A span counts at both ends.
        (each(SPENT, SPAN), each("", SPAN), False),
        (each("", SPAN), each("", SPAN.replace("0元", "1元")), True),
        # The list in another step, another list, or no list at all.
        (paid(""), made("sum_of", "cost"), True),
        (made("sum_of", "cost"), made("sum_of", "price").replace("contracts", "parts"), True),
        (paid(""), f"- {{id: e, fixed: 5元, CITE}}\n{ROUND}", True),
    ],
)  # fmt: skip
def test_entries_are_held_against_each_other(old, new, shows):
    assert is_same(old, new) is not shows


def test_only_who_is_eligible_is_paid():
    assert is_same(by_revenue("50万元"), by_revenue("499999.99元"), leaf=RICH)
    assert not is_same(by_revenue("50万元"), by_revenue("500000.01元"), leaf=RICH)
    assert not is_same(by_revenue("50万元"), by_revenue("499999.99元"), leaf=LEAF)
    assert not is_same(
        by_revenue("50万元"), by_revenue("499999.99元"), leaf=RICH, new_leaf=RICH.replace("50万元", "40万元")
    )


def test_a_count_among_the_conditions_is_asked_of_everybody():
    all_levels = f"{{if: level, {ANY_LEVEL}}}"

    assert is_same(paid(""), paid(""), leaf=counted(all_levels), new_leaf=counted(""))
    assert not is_same(paid(""), paid(""), leaf=counted(all_levels.replace(", 区级", "")), new_leaf=counted(""))
    assert not is_same(paid(""), paid(""), leaf=counted(SPENT), new_leaf=counted(""))


def test_what_stands_around_a_list_counts_too():
    listed = paid(SPENT).replace("  for_each", "  when: {if: is_listed, is: true}\n  for_each")

    assert not is_same(listed, paid(""))
    assert is_same(listed, listed.replace(f"    where: {SPENT}\n", ""))


def test_names_must_stand_for_the_same():
    steps = paid(SPENT).replace("10%", "$at")
    old, new = editions(steps, steps.replace(f"    where: {SPENT}\n", ""), head=HEAD)

    assert is_same_everywhere(old, new, "a")
    assert not is_same_everywhere(old, replace(new, vocabulary=replace(new.vocabulary)), "a")
    assert not is_same_everywhere(old, replace(new, policies={}), "a")


@pytest.mark.parametrize(
    ("steps", "shows"),
    [
        (f"- {{id: e, fixed: 5元, CITE}}\n{ROUND}", False),
        (f"- {{id: e, rate: {{of: rd, at: 10%}}, CITE}}\n{ROUND}", True),
        (f"- {{id: e, rate: {{of: rd, at: 10%}}, CITE}}\n{ROUND.replace('分', '角')}", True),
        (units("months", "1个月"), False),
        (units("length", "1米"), False),
        (units("length", "1米", "prorated"), True),
        (levels(TWO_LEVELS), False),
        (paid(""), True),
        (each("", "fixed: {fact: cost}"), False),
        (each("", "fixed: {expr: cost / 3}"), True),
        (each("", "fixed: {expr: cost / months}"), True),
        (each("", "fixed: {expr: 3元 - cost}"), False),
        (each("", "fixed: {expr: (3元 - cost) * 0.5}"), True),
        (made("sum_of", "cost"), False),
        (made("sum_of", "{expr: cost * 0.5}"), True),
        (made("max_of", "cost"), False),
        (levels(TWO_LEVELS).replace("- {id: r", "- {id: m, multiply: 50%, CITE}\n- {id: r"), False),
    ],
)
def test_whole_sums_are_rounded_in_any_way_alike(steps, shows):
    old, new = editions(steps, steps.replace("half_up", "down"))

    assert is_same_everywhere(old, new, "a") is not shows


def test_an_unknown_quotient_is_open_in_the_answer_too():
    """What the proofs take for a difference the interpreter shows: a contract without a price says nothing of the share."""
    old, new = editions(share(f"{{all: [{SPENT}, {HALF}]}}"), share(HALF))
    profile = profile_of(old, {"staff": "5", "contracts": [{"cost": "0元", "paid": "0元"}]})
    on = old.policies["a"].versions[0].from_

    effects = [
        [line.effect for line in evaluate_policy(bundle, "a", profile, on).trace if line.id == "s"]
        for bundle in (old, new)
    ]

    assert effects == [["skipped"], ["maybe_applied"]]
