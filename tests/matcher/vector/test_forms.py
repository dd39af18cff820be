"""Every form of the language in columns: each says of forty applicants what the interpreter says."""

from __future__ import annotations

import pytest

from tests.matcher.interpret.building import policy_text
from tests.matcher.vector.agreement import agree, agree_on

CONDITIONS = {
    "numbers": "{id: a, if: people, from: 50, below: 300}",
    "is": "{id: a, if: people, is: 120}",
    "in": "{id: a, if: people, in: [3, 120, 700]}",
    "not in": "{id: a, if: people, not_in: [3, 120]}",
    "fact and fact": "{id: a, if: sales, over: {fact: cost}}",
    "absent bound": "{id: a, if: sales, upto: {fact: grant}}",
    "absent bound below": "{id: a, if: sales, below: {fact: grant}}",
    "equal to a fact": "{id: a, if: sales, is: {fact: grant}}",
    "date": "{id: a, if: founded, from: {ago: 3年}}",
    "date of date": "{id: a, if: granted, upto: {later: 2年, of: founded}}",
    "far date": "{id: a, if: founded, from: {ago: 9000年}}",
    "present": "{id: a, if: granted, present: true}",
    "not present": "{id: a, if: grant, present: false}",
    "code present": "{id: a, if: level, present: true}",
    "code absent": "{id: a, if: level, present: false}",
    "prefix": "{id: a, if: industry, prefix_in: [F5146]}",
    "under": "{id: a, if: place, prefix_in: [广东省]}",
    "code": "{id: a, if: size, in: [小型, 微型]}",
    "not code": "{id: a, if: level, not_in: [市级]}",
    "code and code": "{id: a, if: size, is: {fact: scale}}",
    "text": "{id: a, if: title, is: 甲}",
    "assumed": "{id: a, if: flag, is: true, on_unknown: assume}",
    "failed": "{id: a, if: flag, is: true, on_unknown: fail}",
    "manual": "{all: [{id: a, manual: 有制度}, {id: b, if: flag, is: true}]}",
    "manual or": "{any: [{id: a, manual: 有制度}, {id: b, if: flag, is: true}]}",
    "nested": "{any: [{all: [{id: a, if: flag, is: true}, {id: b, "
    "if: people, from: 100}]}, {id: c, if: other, is: true}]}",
    "one fact twice": "{any: [{id: a, if: people, below: 100}, {not: {id: b, if: people, upto: 500}}]}",
    "at least": "{at_least: {n: 2, of: [{id: a, if: flag, is: true}, "
    "{id: b, manual: 有}, {id: c, if: people, from: 9}]}}",
    "not": "{not: {any: [{id: a, if: flag, is: true}, {id: b, if: other, is: true}]}}",
    "assumed among": "{any: [{id: a, if: flag, is: true, on_unknown: assume}, {id: b, if: people, from: 100}]}",
    "ratio": "{id: a, if: ratio, from: 15%}",
    "ratio failing": "{id: a, if: ratio_f, upto: 30%}",
    "growth": "{id: a, expr: 'sales / sales[-1] - 1', from: 15%}",
    "derived when": "{id: a, if: is_new, is: true}",
    "derived not": "{id: a, if: is_new, is: false}",
    "derived cases": "{id: a, if: scale, is: 大型}",
    "derived count": "{id: a, if: open_shops, from: 2}",
    "itself": "{id: a, expr: sales / sales, is: 100%}",
    "less itself": "{id: a, expr: grant - grant, is: 0元}",
    "negated": "{id: a, expr: -profit, over: 1元}",
    "products": "{id: a, expr: profit * share, below: 0元}",
    "negative divisor": "{id: a, expr: sales / profit, below: 0}",
    "least": "{id: a, expr: 'min(grant, cost)', from: 2元}",
    "greatest": "{id: a, expr: 'max(grant, cost, 1元)', from: 3元}",
    "sum and mean": "{id: a, expr: 'sum(sales, cost) - avg(sales, grant)', from: 200元}",
    "floor": "{id: a, expr: floor(people / 50), from: 2}",
    "full months": "{id: a, expr: 'full_months(founded, $as_of)', from: 26}",
    "full years": "{id: a, expr: 'full_years(founded, granted)', from: 2}",
    "days": "{id: a, expr: 'days(founded, $as_of)', over: 800}",
    "year ends": "{id: a, expr: 'days(year_start(founded), year_end(granted))', over: 1000}",
    "count": "{id: a, count_of: {list: shops, where: {if: days, from: 5}}, from: 2}",
    "sum": "{id: a, sum_of: {list: shops, of: {fact: paid}, where: {if: open, is: true}}, from: 2万元}",
    "max": "{id: a, max_of: {list: shops, of: {fact: paid}}, from: 2万元}",
    "min": "{id: a, min_of: {list: shops, of: {fact: rent}, where: {if: days, from: 3}}, below: 5万元}",
    "outer fact": "{id: a, count_of: {list: shops, where: {if: paid, over: {fact: sales}}}, from: 1}",
    "outer derived": "{id: a, count_of: {list: shops, where: {if: scale, is: 小型}}, from: 3}",
    "never": "{id: a, count_of: {list: shops, where: {if: flag, is: true}}, from: 1}",
    "endless list": "{id: a, sum_of: {list: events, of: {fact: fee}}, from: 5元}",
    "ratios of items": "{id: a, sum_of: {list: shops, of: {expr: rent / days}}, from: 1000元}",
    "of events": "{id: a, max_of: {list: events, of: {fact: fee}}, upto: 4元}",
    "table": "{id: a, if: sales, from: {by: people, table: [{upto: 100人, value: 1元}, {over: 100人, value: 500元}]}}",
    "table with a gap": "{id: a, if: sales, from: {by: people, "
    "table: [{upto: 50人, value: 1元}, {over: 200人, value: 9元}]}}",
    "table by code": "{id: a, if: sales, from: {by: size, table: [{is: 小型, "
    "value: 1元}, {otherwise: true, value: 900元}]}}",
    "table by place": "{id: a, if: sales, from: {by: industry, table: [{prefix_in: [F51], value: 1元}]}}",
    "moving table": "{id: a, if: cost, from: {by: sales, "
    "table: [{upto: {fact: grant}, value: 1元}, {otherwise: true, value: 9元}]}}",
    "moving table by code": "{id: a, if: cost, from: {by: size, table: [{is: {fact: scale}, value: 1元}]}}",
    "cases": "{id: a, if: sales, from: [{when: {if: flag, is: true}, "
    "value: 1元}, {when: {if: other, is: true}, value: 9元}]}",
    "code of a table": "{id: a, if: size, is: {by: people, "
    "table: [{upto: 100人, value: 小型}, {over: 100人, value: 大型}]}}",
    "code of a gap": "{id: a, if: size, is: {by: people, table: [{upto: 100人, value: 小型}]}}",
}
STEPS = {
    "fixed": "{id: s, fixed: {by: level, table: [{is: 国家级, value: 9元}, {is: 市级, value: 3元}]}}",
    "rate": "{id: s, rate: {of: sales, at: 10%}}",
    "rate of profit": "{id: s, rate: {of: profit, at: 10%}}",
    "match": "{id: s, match: {of: grant, at: 33.3%}}",
    "marginal": "{id: s, tiers: {of: sales, mode: marginal}, table: [{upto: 5元, rate: 5%}, {over: 5元, rate: 10%}]}",
    "marginal of what may not be": "{id: s, tiers: {of: grant, mode: marginal}, "
    "table: [{upto: 5元, rate: 5%}, {over: 5元, rate: 9%}]}",
    "marginal by count": "{id: s, tiers: {of: people, mode: marginal}, "
    "table: [{upto: 50人, each: 1元}, {from: 51人, below: 101人, each: 2元}]}",
    "marginal moving": "{id: s, tiers: {of: sales, mode: marginal}, "
    "table: [{upto: {fact: grant}, rate: 5%}, {over: {fact: grant}, rate: 9%}]}",
    "whole": "{id: s, tiers: {of: sales, mode: whole}, "
    "table: [{upto: 5元, rate: 5%}, {over: 5元, upto: 600元, value: 7元}]}",
    "whole by count": "{id: s, tiers: {of: people, mode: whole}, "
    "table: [{upto: 50人, each: 1元}, {over: 50人, each: 2元}]}",
    "units": "{id: s, per_unit: {of: sales, above: 3元, unit: 2元, each: 1元, count: whole}}",
    "units prorated": "{id: s, per_unit: {of: sales, above: {fact: grant}, unit: 7元, each: 1元, count: prorated}}",
    "units from nothing": "{id: s, per_unit: {of: sales, unit: 7元, each: 1元, count: whole}}",
    "items": "{id: s, per_item: {list: shops, where: {if: open, is: true}, each: {fact: rent}}}",
    "items limited": "{id: s, per_item: {list: shops, each: {fact: rent}, limit: {count: 1}, order_by: listed}}",
    "dearest": "{id: s, per_item: {list: shops, each: {fact: rent}, limit: {count: 2}, order_by: amount}}",
    "by year": "{id: s, per_item: {list: shops, each: {fact: rent}, limit: {count: 1, per: year}, order_by: amount}}",
    "listed by year": "{id: s, per_item: {list: shops, each: {fact: rent}, "
    "limit: {count: 1, per: year}, order_by: listed}}",
    "moving limit": "{id: s, per_item: {list: shops, each: {fact: rent}, "
    "limit: {count: {fact: months}}, order_by: amount}}",
    "guarded items": "{id: s, for_each: {list: shops, where: {if: flag, is: true}, "
    "steps: [{id: r, rate: {of: rent, at: 50%}}, {id: c, cap_amount: 2万元}]}}",
    "endless items": "{id: s, per_item: {list: events, each: {fact: fee}, where: {if: fee, over: 3元}}}",
    "range": "{id: s, range: {from: 1元, upto: 5元, decided_by: 小组}}",
    "moving range": "{id: s, range: {from: 0元, upto: {fact: grant}, decided_by: 小组}}",
    "range that may be empty": "{id: s, range: {from: {fact: sales}, upto: {fact: grant}, decided_by: 小组}}",
}
CHANGES = {
    "base": "{id: b, base: {of: cost}}, {id: r, rate: {at: 20%}}",
    "bases": "{id: b, base: {of: cost}}, {id: c, cap_base: 50元}, {id: f, floor_base: 30元}, {id: r, rate: {at: 20%}}",
    "moving bases": "{id: b, base: {of: cost}}, {id: c, cap_base: {fact: grant}}, "
    "{id: f, floor_base: {fact: profit}}, {id: r, rate: {at: 100%}}",
    "multiply": "{id: m, multiply: 1.5倍}",
    "multiply by share": "{id: m, multiply: {fact: share}}",
    "cap": "{id: m, cap_amount: 20元}",
    "cap by fact": "{id: m, cap_amount: {fact: grant}}",
    "cap by cases": "{id: m, cap_amount: [{when: {if: flag, is: true}, "
    "value: 4元}, {when: {if: other, is: true}, value: 9元}]}",
    "deduct": "{id: m, deduct: {fact: grant}}",
    "top up": "{id: m, top_up: {fact: cost}}",
    "prorate": "{id: m, prorate: {by: months, over: 12, minimum: 6}}",
    "prorate plainly": "{id: m, prorate: {by: months, over: {expr: months + 1个月}}}",
    "pay only if": "{id: m, pay_only_if_from: 30元}",
    "pay only if moving": "{id: m, pay_only_if_from: {fact: grant}}",
    "instalments": "{id: m, instalments: [{share: 40%, label: 首期}, {share: 60%, label: 末期}]}",
    "years": "{id: m, instalments: {years: 2, cap_each: 10元}}",
    "two yes": "{id: y, fixed: 5元, when: {if: flag, is: true}}, {id: n, fixed: 7元, when: {if: flag, is: false}}",
    "yes and code": "{id: y, fixed: 5元, when: {if: flag, is: true}}, {id: n, fixed: 7元, when: {if: level, is: 市级}}",
    "many codes": "{id: y, fixed: 5元, when: {if: place, is: 罗湖区}}, {id: n, "
    "fixed: 7元, when: {if: industry, prefix_in: [F51]}}",
    "for a person": "{id: y, fixed: 5元, when: {id: e, manual: 专家认定}}",
    "never": "{id: y, fixed: 5元, when: {all: [{if: flag, is: true}, {if: flag, is: false}]}}",
    "when base": "{id: b, base: {of: cost}, when: {if: flag, is: true}}, {id: r, rate: {at: 20%}}",
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_and_what_it_means_for_an_amount(name):
    steps = ("{id: paid, rate: {of: sales, at: 10%}}", "{id: cap, cap_amount: {fact: grant}}")

    taken = agree_on(CONDITIONS[name], *steps)

    assert (taken > 0) is ("moving table" in name)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_that_adds(step):
    agree_on("{id: ok, if: flag, is: true}", step)


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_steps_that_change(change):
    agree_on("{id: ok, if: people, from: 1}", "{id: a, rate: {of: sales, at: 12.5%}}", change)


@pytest.mark.parametrize("mode", ["half_up", "down", "up"])
@pytest.mark.parametrize("unit", ["分", "元", "百元"])
def test_the_one_rounding(unit, mode):
    agree_on(
        "{id: ok, if: flag, is: true}",
        "{id: s, rate: {of: sales, at: 12.5%}}",
        f"{{id: round, round: {{to: {unit}, mode: {mode}}}}}",
    )


def test_the_amount_of_another_policy():
    other = policy_text(steps=["{id: r, rate: {of: sales, at: 1/3}}"], name="other").replace("1/3", "33%")
    text = policy_text("{id: ok, if: other, is: false}", ["{id: s, amount_of: other}", "{id: m, multiply: 1.5倍}"])

    agree(text, other)


def test_the_amount_of_a_policy_about_another_year():
    version = "from: 2020-01-01, to: 2030-12-31, fact_year: current"
    steps = ["{id: r, rate: {of: sales, at: 33%}}", "{id: f, fixed: 5元, when: {if: flag, is: true}}"]
    text = policy_text("{id: ok, if: other, is: false}", ["{id: s, amount_of: other}"])

    agree(text, policy_text(steps=steps, name="other", version=version))
