"""Numbers, dates and legal number words are found in clause texts as a reader finds them."""

from datetime import date
from fractions import Fraction

import pytest

from rules.check.mentions import chinese_number, read_clause


def seen(text):
    return [
        (mention.value, mention.unit, sorted(word.value for word in mention.words))
        for mention in read_clause(text).mentions
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("营业收入2亿元以上", [(200_000_000, "元", ["from"])]),
        ("营业收入２亿元（不含）以上", [(200_000_000, "元", ["over"])]),
        ("不超过1,234.5万元", [(12_345_000, "元", ["upto"])]),
        ("最高为五十万元", [(500_000, "元", ["upto"])]),
        ("不足百分之五", [(Fraction(1, 20), "%", ["below"])]),
        ("千分之三", [(Fraction(3, 1000), "%", [])]),
        ("按5‰、三成", [(Fraction(5, 1000), "%", []), (Fraction(3, 10), "%", [])]),
        ("200、100、50万元", [(2_000_000, "元", []), (1_000_000, "元", []), (500_000, "元", [])]),
        ("满三年、半年以内", [(3, "年", ["from"]), (Fraction(1, 2), "年", ["upto"])]),
        ("第三条、一是、十二条", []),
        ("按1:1配套", [(1, "", []), (1, "", []), (1, "倍", [])]),
        ("0.5:1", [(Fraction(1, 2), "", []), (1, "", []), (Fraction(1, 2), "倍", [])]),
        ("减半", [(Fraction(1, 2), "倍", [])]),
        ("80万元封顶", [(800_000, "元", ["upto"])]),
    ],
)
def test_numbers_are_read_with_unit_and_words(text, expected):
    assert seen(text) == expected


def test_a_cap_is_told_from_another_upper_bound():
    caps = [mention.is_cap for mention in read_clause("年龄40周岁以下，最高30万元，每人2万元封顶").mentions]

    assert caps == [False, True, True]


def test_dates_are_read_and_no_number_is_left_of_them():
    clause = read_clause("自2025年1月1日起，2027/12/31止，每年3月1日至4月30日，2025年13月1日")

    assert clause.dates == {date(2025, 1, 1), date(2027, 12, 31)}
    assert {(3, 1), (4, 30), (1, 1), (12, 31)} <= clause.month_days


def test_a_negative_clause_is_known():
    assert read_clause("不足1万元的不予安排").is_negative
    assert not read_clause("1万元以上").is_negative


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("半", Fraction(1, 2)),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("三十五", 35),
        ("二〇", 20),
        ("一百零五", 105),
        ("三千六百", 3600),
    ],
)
def test_chinese_numerals(text, value):
    assert chinese_number(text) == value
