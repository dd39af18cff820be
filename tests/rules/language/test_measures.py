"""What arithmetic makes of money, counts, numbers and ratios."""

from itertools import product

import pytest

from rules.language.measures import (
    BOOL,
    COUNT,
    DATE,
    MONEY,
    NUMBER,
    PURE,
    PURE_WHOLE,
    RATIO,
    Measure,
    added,
    agree,
    divided,
    fits,
    fractional,
    multiplied,
)
from rules.language.model import Dimension

STAFF = Measure(Dimension.COUNT, "人")
STORES = Measure(Dimension.COUNT, "家")
AREA = Measure(Dimension.NUMBER, "平方米")
PART_STAFF = Measure(Dimension.NUMBER, "人")
DISTRICT = Measure(Dimension.CODE, codes="admin_division")
INDUSTRY = Measure(Dimension.CODE, codes="gbt4754")


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (MONEY, MONEY, MONEY),
        (STAFF, STAFF, STAFF),
        (STAFF, COUNT, STAFF),
        (COUNT, STAFF, STAFF),
        (STAFF, PART_STAFF, PART_STAFF),
        (RATIO, PURE_WHOLE, RATIO),
        (PURE_WHOLE, RATIO, RATIO),
        (STAFF, PURE_WHOLE, STAFF),
        (STAFF, PURE, PART_STAFF),
        (PURE, PURE_WHOLE, PURE),
        (PURE_WHOLE, PURE, PURE),
        (PURE_WHOLE, PURE_WHOLE, PURE_WHOLE),
        (MONEY, PURE, None),
        (MONEY, RATIO, None),
        (STAFF, STORES, None),
        (STAFF, RATIO, None),
        (DATE, DATE, None),
        (MONEY, BOOL, None),
    ],
)
def test_only_like_is_added_to_like(left, right, result):
    assert added(left, right) == result


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (MONEY, MONEY, None),
        (MONEY, RATIO, MONEY),
        (RATIO, MONEY, MONEY),
        (STAFF, MONEY, MONEY),
        (MONEY, AREA, MONEY),
        (MONEY, PURE, MONEY),
        (PURE_WHOLE, MONEY, MONEY),
        (STAFF, PURE_WHOLE, STAFF),
        (STAFF, PURE, PART_STAFF),
        (STAFF, RATIO, PART_STAFF),
        (RATIO, AREA, AREA),
        (RATIO, RATIO, RATIO),
        (STAFF, STORES, NUMBER),
        (STAFF, STAFF, NUMBER),
        (PURE, PURE, PURE),
        (PURE_WHOLE, PURE_WHOLE, PURE_WHOLE),
        (PURE_WHOLE, PURE, PURE),
        (DATE, PURE, None),
        (PURE, DATE, None),
    ],
)
def test_money_is_multiplied_by_everything_but_money(left, right, result):
    assert multiplied(left, right) == result


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (MONEY, MONEY, RATIO),
        (MONEY, STAFF, MONEY),
        (MONEY, RATIO, MONEY),
        (MONEY, PURE_WHOLE, MONEY),
        (STAFF, STAFF, RATIO),
        (STAFF, STORES, NUMBER),
        (STAFF, PURE_WHOLE, PART_STAFF),
        (STAFF, RATIO, PART_STAFF),
        (AREA, RATIO, AREA),
        (RATIO, RATIO, RATIO),
        (RATIO, STAFF, RATIO),
        (RATIO, PURE_WHOLE, RATIO),
        (PURE_WHOLE, RATIO, RATIO),
        (PURE_WHOLE, PURE_WHOLE, PURE),
        (STAFF, MONEY, None),
        (RATIO, MONEY, None),
        (PURE, MONEY, None),
        (DATE, MONEY, None),
        (MONEY, DATE, None),
    ],
)
def test_nothing_but_money_is_divided_by_money(left, right, result):
    assert divided(left, right) == result


def test_half_a_count_is_a_number():
    assert [fractional(each) for each in (STAFF, PURE_WHOLE, MONEY)] == [PART_STAFF, PURE, MONEY]


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (MONEY, MONEY, True),
        (STAFF, PART_STAFF, True),
        (STAFF, COUNT, True),
        (STAFF, STORES, False),
        (DISTRICT, DISTRICT, True),
        (DISTRICT, INDUSTRY, False),
        (PURE, RATIO, True),
        (PURE_WHOLE, STAFF, True),
        (STAFF, PURE, True),
        (PURE, MONEY, False),
        (DATE, MONEY, False),
    ],
)
def test_values_are_compared_with_their_like(left, right, result):
    assert agree(left, right) is result


def test_a_declared_count_must_not_come_out_in_fractions():
    assert not fits(STAFF, PART_STAFF)
    assert fits(PART_STAFF, STAFF)
    assert fits(STAFF, PURE_WHOLE)
    assert fits(RATIO, PURE)


@pytest.mark.parametrize(
    ("left", "right"), list(product([MONEY, STAFF, AREA, RATIO, PURE, PURE_WHOLE, DATE], repeat=2))
)
def test_adding_and_multiplying_do_not_depend_on_the_order(left, right):
    for operation in (added, multiplied):
        there, back = operation(left, right), operation(right, left)
        assert (there and there.dimension) == (back and back.dimension)


def test_a_measure_says_itself_and_gives_an_example():
    assert [str(each) for each in (MONEY, STAFF, DATE)] == ["金额", "数量（人）", "日期"]
    examples = [each.example for each in (MONEY, RATIO, STAFF, AREA, BOOL, DATE, DISTRICT, Measure(Dimension.TEXT))]
    assert examples == ["200万元", "5%", "50人", "12.5平方米", "true", "2026-03-31", "代码表中的名称", "文字"]
