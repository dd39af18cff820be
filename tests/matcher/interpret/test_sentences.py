"""What a trace says in words."""

from datetime import date
from fractions import Fraction

import pytest

from matcher.interpret.possible import ABSENT, EITHER, Possible, exactly
from matcher.interpret.sentences import format_value
from rules.language.measures import DATE, MONEY, RATIO, Measure
from rules.language.model import Dimension
from tests.matcher.interpret.building import answer, judged, line, paid, policy_text

PEOPLE = Measure(Dimension.COUNT, "人")
CODE = Measure(Dimension.CODE, codes="size_class")
CITED = "cite: {doc: D, clause: 第一条, gist: 略}"


def codes(*members, **more):
    return Possible(is_ordered=False, members=frozenset(members), **more)


@pytest.mark.parametrize(
    ("found", "measure", "text"),
    [
        (exactly(62_000_000_000), MONEY, "6.2亿元"),
        (Possible(100, 200_000_000), MONEY, "1元至200万元"),
        (Possible(0, None), MONEY, "未知"),
        (Possible(100, None), MONEY, "不少于1元"),
        (Possible(None, 100), MONEY, "不超过1元"),
        (Possible(), MONEY, "未知"),
        (Possible(absent=True), MONEY, "未知"),
        (Possible(100, 100, absent=True), MONEY, "1元（或无）"),
        (ABSENT, MONEY, "无"),
        (exactly(Fraction(1, 3)), RATIO, "约33.33%"),
        (exactly(50), PEOPLE, "50人"),
        (exactly(date(2026, 3, 31)), DATE, "2026-03-31"),
        (Possible(-5, 10**9), DATE, "0001-01-01至9999-12-31"),
        (exactly("中型", table="size_class"), CODE, "中型企业"),
        (exactly("没有的"), CODE, "没有的"),
        (codes("大型", "小型"), CODE, "大型企业或小型企业"),
        (codes(*"abcdefg"), CODE, "未知"),
        (Possible(is_ordered=False), CODE, "未知"),
        (exactly(True), Measure(Dimension.BOOL), "是"),
        (exactly(False), Measure(Dimension.BOOL), "否"),
        (codes(*EITHER), Measure(Dimension.BOOL), "未知"),
        (exactly("甲"), Measure(Dimension.TEXT), "甲"),
    ],
)
def test_a_value_is_said_as_far_as_it_is_known(found, measure, text):
    assert format_value(found, measure) == text


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        ("if: sales, over: 5元", "销售额（2025年）超过5元"),
        ('if: "sales[-1]", upto: 5元', "销售额（2024年）不超过5元"),
        ("if: people, from: 10人, below: 20人", "人数不低于10人，且低于20人"),
        ("if: founded, from: {ago: 3年}", "成立日期不早于申报当日之前3年"),
        ("if: founded, before: 2026-01-01", "成立日期早于2026-01-01"),
        ("if: founded, after: {later: 1年, of: granted}", "成立日期晚于认定日期之后1年"),
        ("if: founded, within: 3年", "成立日期不早于申报当日之前3年，且不晚于申报当日"),
        ("if: granted, present: true", "认定日期：有"),
        ("if: granted, present: false", "认定日期：无"),
        ("if: flag, is: false", "甲项：否"),
        ("if: level, is: 市级", "级别为市级"),
        ("if: level, in: [市级, 省级]", "级别属于市级、省级"),
        ("if: level, not_in: [市级]", "级别不属于市级"),
        ("if: industry, prefix_in: [F51]", "行业属于F51"),
        ("if: is_new, is: true", "新设企业：是"),
        (
            "if: ratio, from: {by: people, table: [{otherwise: true, value: 5%}]}",
            "费用率（2025年）不低于按人数分档的标准",
        ),
        ("if: ratio, from: [{otherwise: true, value: 5%}]", "费用率（2025年）不低于按情形确定的标准"),
        ("if: sales, from: {least_of: [5元, {fact: cost}]}", "销售额（2025年）不低于5元、费用（2025年）中最低者"),
        ("if: sales, from: {greatest_of: [5元, {fact: cost}]}", "销售额（2025年）不低于5元、费用（2025年）中最高者"),
        (
            'expr: "(sales - cost) / sales - 1", from: 5%',
            "（销售额（2025年） － 费用（2025年）） ÷ 销售额（2025年） － 1不低于5%",
        ),
        ('expr: "sales + cost * 2", from: 5元', "销售额（2025年） ＋ 费用（2025年） × 2不低于5元"),
        ('expr: "sales - (cost - 5元)", from: 5元', "销售额（2025年） － （费用（2025年） － 5元）不低于5元"),
        ('expr: "-sales", from: 5元', "－销售额（2025年）不低于5元"),
        ('expr: "sum(sales, cost)", from: 5元', "销售额（2025年）、费用（2025年）合计不低于5元"),
        ('expr: "avg(sales, cost)", from: 5元', "销售额（2025年）、费用（2025年）的平均不低于5元"),
        ('expr: "floor(sales / 5元)", from: 5', "销售额（2025年） ÷ 5元的整数部分不低于5"),
        ('expr: "full_years(founded, $as_of)", from: 3', "自成立日期至申报当日的整年数不低于3"),
        ('expr: "full_months(founded, $as_of)", from: 3', "自成立日期至申报当日的整月数不低于3"),
        ('expr: "days(founded, $as_of)", from: 3', "自成立日期至申报当日的天数不低于3"),
        ("if: founded, from: {expr: year_start($as_of)}", "成立日期不早于申报当日所在年的首日"),
        ("if: founded, from: {expr: year_end(granted)}", "成立日期不早于认定日期所在年的末日"),
        ("count_of: {list: shops}, from: 2", "门店数不低于2"),
        ("count_of: {list: shops, where: {if: open, is: true}}, from: 2", "符合条件的门店数不低于2"),
        ("sum_of: {list: shops, of: {fact: rent}}, from: 2元", "门店的租金合计不低于2元"),
        ("max_of: {list: shops, of: {fact: days}}, from: 2天", "门店的停业天数的最大值不低于2天"),
        ("min_of: {list: shops, of: {fact: days}}, from: 2天", "门店的停业天数的最小值不低于2天"),
        ("if: flag, is: true, label: 须有甲项", "须有甲项"),
    ],
)
def test_a_leaf_is_a_sentence(leaf, text):
    assert line(judged(f"{{id: a, {leaf}}}"), "a").text == text


@pytest.mark.parametrize(
    ("leaf", "facts", "operand", "bound"),
    [
        ("if: granted, from: $as_of", {"granted": None}, "未获认定", "不早于2026-05-20"),
        ("if: is_new, is: true", {}, "未知", "是"),
        ("if: granted, present: false", {"granted": "2020-01-01"}, "2020-01-01", "无"),
        ("if: scale, is: 大型", {"people": 5}, "小型企业", "为大型"),
        ("if: ratio, from: 5%", {"sales": "3元", "cost": "1元"}, "约33.33%", "不低于5%"),
        ("if: ratio_f, from: 5%", {"sales": 0, "cost": "1元"}, "无", "不低于5%"),
        ('expr: "cost / people", from: 1元', {"people": 4, "cost": "10元"}, "2.50元", "不低于1元"),
        ('expr: "20% * sales", from: 1元', {"sales": "10元"}, "2元", "不低于1元"),
        ('expr: "max(sales - cost, 0元)", from: 1元', {"sales": "10元", "cost": "4元"}, "6元", "不低于1元"),
        ('expr: "full_months(founded, $as_of)", from: 3', {"founded": "2026-01-01"}, "4个月", "不低于3"),
        ('expr: "days(founded, $as_of)", from: 3', {"founded": "2026-05-01"}, "19天", "不低于3"),
        ('expr: "avg(people, people)", from: 3人', {"people": 5}, "5人", "不低于3人"),
        (
            "if: founded, from: {expr: year_start(granted)}",
            {"founded": "2020-01-01", "granted": "2026-05-01"},
            "2020-01-01",
            "不早于2026-01-01",
        ),
        ('expr: "year_start(founded)", from: 2019-01-01', {"founded": "2020-05-05"}, "2020-01-01", "不早于2019-01-01"),
        ("count_of: {list: shops}, from: 2", {"shops": [{}, {}]}, "2", "不低于2"),
        ("if: founded, from: {later: 1天, of: granted}", {"founded": "2020-01-01"}, "2020-01-01", "不早于未知"),
        (
            "if: people, from: {by: size, table: [{is: 大型, value: 9人}, {otherwise: true, value: 3人}]}",
            {"people": 5},
            "5人",
            "不低于3人至9人",
        ),
        ("sum_of: {list: shops, of: {fact: rent}}, from: 2元", {"shops": [{"rent": "9元"}]}, "9元", "不低于2元"),
        (
            "if: grant, upto: {fact: sales}",
            {"grant": "5元", "sales": {"from": "3元", "upto": "9元"}},
            "5元",
            "不超过3元至9元",
        ),
    ],
)
def test_a_line_says_the_operand_and_the_bound(leaf, facts, operand, bound):
    found = line(judged(f"{{id: a, {leaf}}}", **facts), "a")

    assert (found.operand, found.bound) == (operand, bound)


def test_a_parameter_is_called_by_its_label():
    params = f"{{cap: {{label: 上限, values: [{{from: 2020-01-01, value: 7元, {CITED}}}]}}}}"
    text = policy_text("{id: a, if: sales, upto: $cap}", ["{id: s, cap_amount: $cap}"], params=params)

    outcome = answer(text, {"sales": "5元"})

    assert (line(outcome, "a").text, line(outcome, "a").bound) == ("销售额（2025年）不超过上限", "不超过7元")
    assert (line(outcome, "s").text, line(outcome, "s").bound) == ("最高上限", "7元")


@pytest.mark.parametrize(
    ("step", "text", "operand", "bound"),
    [
        ("{id: s, fixed: 5元}", "给予5元", "5元", ""),
        ("{id: s, rate: {of: sales, at: 10%}}", "销售额（2025年）乘以10%", "80元", "10%"),
        ("{id: s, match: {of: sales, at: 50%}}", "按销售额（2025年）的50%配套", "80元", "50%"),
        (
            "{id: s, tiers: {of: sales, mode: marginal}, table: [{from: 0元, rate: 1%}]}",
            "销售额（2025年）分段累进计算",
            "80元",
            "",
        ),
        (
            "{id: s, tiers: {of: sales, mode: whole}, table: [{from: 0元, rate: 1%}]}",
            "销售额（2025年）按所在档计算",
            "80元",
            "",
        ),
        (
            "{id: s, per_unit: {of: sales, above: 10元, unit: 5元, each: 1元, count: whole}}",
            "销售额（2025年）超过10元的部分每5元给予1元",
            "80元",
            "1元",
        ),
        (
            "{id: s, per_unit: {of: sales, unit: 5元, each: 1元, count: whole}}",
            "销售额（2025年）每5元给予1元",
            "80元",
            "1元",
        ),
        ("{id: s, for_each: {list: shops, steps: [{id: f, fixed: 1元}]}}", "逐项计算门店", "", ""),
        ("{id: s, range: {from: 0元, upto: 5元, decided_by: 领导小组}}", "由领导小组在0元至5元之间核定", "0元", "5元"),
        ("{id: s, base: {of: sales}}", "以销售额（2025年）为计算基数", "80元", ""),
        ("{id: s, cap_base: 5元}", "计算基数最高5元", "80元", "5元"),
        ("{id: s, floor_base: 5元}", "计算基数最低5元", "80元", "5元"),
        ("{id: s, rate: {at: 10%}}", "销售额（2025年）乘以10%", "80元", "10%"),
        ("{id: s, multiply: 1.5倍}", "乘以1.5倍", "", "150%"),
        ("{id: s, cap_amount: 5元}", "最高5元", "", "5元"),
        ("{id: s, cap_amount: {fact: grant}}", "最高已获资助", "", "无"),
        ("{id: s, deduct: {fact: cost}}", "扣除费用（2025年）", "", "0元至100亿元"),
        ("{id: s, top_up: {fact: cost}}", "只补足与费用（2025年）的差额", "", "0元至100亿元"),
        ("{id: s, prorate: {by: months, over: 12}}", "按月数占12的比例折算", "6个月", "12"),
        (
            "{id: s, prorate: {by: months, over: 12, minimum: 3}}",
            "按月数占12的比例折算，不足3的不予支持",
            "6个月",
            "12",
        ),
        ("{id: s, pay_only_if_from: 5元}", "不足5元的不予支持", "", "5元"),
        ("{id: s, instalments: [{share: 50%, label: 首期}, {share: 50%, label: 尾款}]}", "分2期拨付", "", ""),
        ("{id: s, instalments: {years: 2}}", "分2年拨付", "", ""),
        ("{id: s, instalments: {years: 2, cap_each: 5元}}", "分2年拨付，每年最高5元", "", "5元"),
        ("{id: s, fixed: 5元, label: 奖励}", "奖励", "5元", ""),
    ],
)
def test_a_step_is_a_sentence(step, text, operand, bound):
    outcome = paid(
        "{id: b, base: {of: sales}}", "{id: give, rate: {at: 10%}}", step, sales="80元", months=6, grant=None
    )

    found = line(outcome, "s")
    assert (found.text, found.operand, found.bound) == (text, operand, bound)


def test_a_step_whose_base_was_skipped_says_so():
    steps = ("{id: b, base: {of: sales}, when: {if: other, is: true}}", "{id: s, rate: {at: 10%}}")

    found = line(paid(*steps, other=False), "s")

    assert (found.text, found.operand) == ("计算基数乘以10%", "")


def test_the_last_line_says_how_it_was_rounded():
    assert line(paid("{id: s, fixed: 5元}"), "round").text == "计算到分，四舍五入"
