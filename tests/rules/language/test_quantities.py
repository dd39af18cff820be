"""Literals and exact values: what a rule may say, what people type, and the way back to text."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Period
from rules.language.model import Dimension
from rules.language.quantities import (
    QuantityError,
    format_money,
    format_ratio,
    format_value,
    half_width,
    parse_bool,
    parse_code,
    parse_count,
    parse_date,
    parse_literal,
    parse_money,
    parse_number,
    parse_period,
    parse_ratio,
    parse_typed_date,
    parse_typed_money,
)
from rules.vocabulary.codes import load_code_tables

YUAN = 100
DISTRICTS = load_code_tables()["admin_division"]
FEN = st.integers(min_value=-(10**15), max_value=10**15)


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("200万元", 2_000_000),
        ("1.2亿元", 120_000_000),
        ("3000元", 3000),
        ("0.5元", Fraction(1, 2)),
        ("1500.50元", Fraction(3001, 2)),
        ("1,234.5万元", 12_345_000),
        ("６，２００万元", 62_000_000),
        ("1万亿元", 10**12),
        ("5千元", 5000),
        ("2百万元", 2_000_000),
        ("1亿2000万元", 120_000_000),
        ("3万5千元", 35_000),
        ("100万元整", 1_000_000),
        ("6.2 亿 元", 620_000_000),
        ("-5万元", -50_000),
        ("−5万元", -50_000),
        ("0元", 0),
        ("0.083元", Fraction(83, 1000)),
    ],
)
def test_money_is_read_to_the_fen(text, yuan):
    assert parse_money(text) == yuan * YUAN


@pytest.mark.parametrize(
    "text",
    [
        "200", "1.234,5万元", "12,34万元", "1,23元", "1e9元", "2000万1亿元", "1万2万元", "二百万元", "万元", "", "元",
        "5%", "1.元", ".5元", "+5元", "nan元", "Infinity元", "1 2元", "5美元", "200万", "٣元", "1" * 21 + "元",
    ],
)  # fmt: skip
def test_what_is_no_money_is_refused_with_advice(text):
    with pytest.raises(QuantityError) as caught:
        parse_money(text)

    assert caught.value.advice
    assert caught.value.message


def test_bare_money_is_told_to_bear_its_unit():
    with pytest.raises(QuantityError, match="缺单位"):
        parse_money("5,000")


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("6.2亿", 620_000_000),
        ("6200万", 62_000_000),
        ("￥62,000万元", 620_000_000),
        ("人民币 3 元", 3),
        ("¥1亿", 10**8),
    ],
)
def test_people_may_leave_out_yuan_after_a_scale(text, yuan):
    assert parse_typed_money(text) == yuan * YUAN


@pytest.mark.parametrize("text", ["6200", "3万5", "5千", "六千万", "1.234,5", "0.005元", "0.00000000001亿"])
def test_typed_money_is_never_guessed(text):
    with pytest.raises(QuantityError):
        parse_typed_money(text)


@given(FEN)
def test_money_survives_the_way_to_text_and_back(fen):
    assert parse_money(format_money(fen)) == fen
    assert parse_typed_money(format_money(fen)) == fen


@given(FEN, st.sampled_from(["元", "万元", "亿元", "万", "亿"]))
def test_typed_digits_in_full_width_mean_the_same(fen, unit):
    text = f"{abs(fen)}{unit}"
    full = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})

    if len(str(abs(fen))) <= 20:
        assert parse_typed_money(full) == parse_typed_money(text)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (62_000_000_000, "6.2亿元"),
        (67_000_000, "67万元"),
        (2_100_000, "21,000元"),
        (50, "0.50元"),
        (0, "0元"),
        (-67_000_000, "-67万元"),
        (-50, "-0.50元"),
        (123_456_00, "12.3456万元"),
        (123_456_78, "123,456.78元"),
        (1_000_000, "1万元"),
        (10**10, "1亿元"),
        (1_234_560_000_000, "123.456亿元"),
        (12_345_678_900, "12,345.6789万元"),
        (Fraction(100, 3), "约0.33元"),
        (Fraction(1, 2), "约0.01元"),
    ],
)
def test_money_is_said_as_short_as_it_is_exact(fen, text):
    assert format_money(fen) == text


# ── the other quantities ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5%", Fraction(1, 20)),
        ("5‰", Fraction(1, 200)),
        ("0.05", Fraction(1, 20)),
        ("1.5倍", Fraction(3, 2)),
        ("5％", Fraction(1, 20)),
        ("-3%", Fraction(-3, 100)),
        ("0", 0),
        ("150%", Fraction(3, 2)),
    ],
)
def test_a_ratio_is_exact(text, value):
    assert parse_ratio(text) == value


@pytest.mark.parametrize("text", ["5", "1", "1.5", "百分之五", "5成", "%", "", "1/3"])
def test_what_could_be_percent_or_times_is_refused(text):
    with pytest.raises(QuantityError):
        parse_ratio(text)


@given(st.integers(-(10**6), 10**6))
def test_a_ratio_survives_the_way_to_text_and_back(hundredths):
    ratio = Fraction(hundredths, 10_000)

    assert parse_ratio(format_ratio(ratio)) == ratio


def test_a_ratio_without_end_says_so():
    assert [format_ratio(Fraction(n, 3)) for n in (1, -2)] == ["约33.33%", "约-66.67%"]


@pytest.mark.parametrize(
    ("text", "value"), [("50人", 50), ("50", 50), ("1.2万人", 12_000), ("1,000人", 1000), ("-3人", -3)]
)
def test_a_count_is_whole(text, value):
    assert parse_count(text, "人") == value


def test_a_count_without_a_unit_of_its_own_takes_any():
    assert parse_count("3家") == 3


@pytest.mark.parametrize("text", ["3.5人", "50家", "五十人", "", "人"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(QuantityError):
        parse_count(text, "人")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("100平方米", "平方米", 100),
        ("12.5千瓦时", "千瓦时", Fraction(25, 2)),
        ("0", "平方米", 0),
        ("2.5", "", Fraction(5, 2)),
        ("1.5万平方米", "平方米", 15_000),
    ],
)
def test_a_number_is_an_exact_decimal_with_its_unit(text, unit, value):
    assert parse_number(text, unit) == value


@pytest.mark.parametrize("text", ["100", "100亩", "很大"])
def test_a_number_with_a_missing_or_wrong_unit_is_refused(text):
    with pytest.raises(QuantityError):
        parse_number(text, "平方米")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("3年", Period(years=3)),
        ("6个月", Period(months=6)),
        ("1年6个月", Period(years=1, months=6)),
        ("90天", Period(days=90)),
        ("９０日", Period(days=90)),
        ("20个工作日", Period(working_days=20)),
        ("5工作日", Period(working_days=5)),
    ],
)
def test_a_period_is_legal_time(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["半年", "6月", "3", "", "三年", "1年20个工作日", "99999年"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(QuantityError):
        parse_period(text)


@pytest.mark.parametrize(
    "text", ["31.3.2026", "2026-3-31", "2026-02-29", "2026-13-01", "0000-01-01", "２０２６-01-01", ""]
)
def test_a_rule_writes_dates_in_one_way(text):
    with pytest.raises(QuantityError):
        parse_date(text)


@pytest.mark.parametrize(
    "text", ["2026-03-31", "2026-3-31", "2026/3/31", "2026.3.31", "2026年3月31日", "２０２６年３月３１日"]
)
def test_people_type_dates_in_many_ways(text):
    assert parse_typed_date(text) == date(2026, 3, 31)


def test_a_typed_day_that_does_not_exist_is_refused():
    with pytest.raises(QuantityError, match="没有"):
        parse_typed_date("2026年2月30日")
    with pytest.raises(QuantityError):
        parse_typed_date("三月")


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_date_survives_the_way_to_text_and_back(day):
    assert parse_date(format_value(day, Dimension.DATE)) == day
    assert parse_typed_date(f"{day.year:04}年{day.month}月{day.day}日") == day


def test_truth_is_written_true_or_false_alone():
    assert (parse_bool("true"), parse_bool("false")) == (True, False)
    for text in ("yes", "no", "on", "是", "True", "1"):
        with pytest.raises(QuantityError):
            parse_bool(text)


def test_a_code_may_be_written_as_key_or_label():
    assert parse_code("罗湖", DISTRICTS) == "罗湖区"


def test_an_unknown_code_is_refused_with_the_nearest_or_with_where_to_look():
    with pytest.raises(QuantityError) as near:
        parse_code("罗湖取", DISTRICTS)
    with pytest.raises(QuantityError) as far:
        parse_code("zzz", DISTRICTS)

    assert "罗湖区" in near.value.advice
    assert "代码表" in far.value.advice


@pytest.mark.parametrize(
    ("text", "dimension", "unit", "value"),
    [
        ("1元", Dimension.MONEY, "", 100),
        ("5%", Dimension.RATIO, "", Fraction(1, 20)),
        ("3人", Dimension.COUNT, "人", 3),
        ("2.5亩", Dimension.NUMBER, "亩", Fraction(5, 2)),
        ("2026-01-01", Dimension.DATE, "", date(2026, 1, 1)),
        ("true", Dimension.BOOL, "", True),
        ("罗湖", Dimension.CODE, "", "罗湖区"),
        ("任何文字", Dimension.TEXT, "", "任何文字"),
    ],
)
def test_a_literal_is_read_as_its_fact_demands(text, dimension, unit, value):
    assert parse_literal(text, dimension, unit, DISTRICTS) == value


def test_a_list_is_no_literal():
    with pytest.raises(QuantityError):
        parse_literal("甲", Dimension.LIST)


@pytest.mark.parametrize(
    ("value", "dimension", "unit", "text"),
    [
        (True, Dimension.BOOL, "", "是"),
        (False, Dimension.BOOL, "", "否"),
        (date(2026, 1, 1), Dimension.DATE, "", "2026-01-01"),
        ("罗湖区", Dimension.CODE, "", "罗湖区"),
        (Fraction(67_000_000), Dimension.MONEY, "", "67万元"),
        (Fraction(1, 8), Dimension.RATIO, "", "12.5%"),
        (Fraction(12_000), Dimension.COUNT, "人", "12,000人"),
        (Fraction(-5, 4), Dimension.NUMBER, "亩", "-1.25亩"),
        (Fraction(1, 1000), Dimension.NUMBER, "亩", "0.001亩"),
        (Fraction(1, 3), Dimension.NUMBER, "亩", "约0.33亩"),
    ],
)
def test_a_value_is_said_as_a_reader_sees_it(value, dimension, unit, text):
    assert format_value(value, dimension, unit) == text


@given(st.integers(-(10**12), 10**12), st.sampled_from(["人", "平方米", ""]))
def test_a_quantity_survives_the_way_to_text_and_back(thousandths, unit):
    value = Fraction(thousandths, 1000)

    assert parse_number(format_value(value, Dimension.NUMBER, unit), unit) == value


@given(st.text(alphabet="0123456789.,%‰万亿元人-－ 年月日个工作", max_size=12))
def test_no_text_breaks_a_parser_otherwise_than_by_its_own_error(text):
    for parse in (
        parse_money,
        parse_typed_money,
        parse_ratio,
        parse_count,
        parse_number,
        parse_period,
        parse_date,
        parse_typed_date,
    ):
        advice = "read"
        try:
            parse(text)
        except QuantityError as error:
            advice = error.advice
        assert advice


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_two_spellings_of_one_amount_are_equal(yuan, cents):
    assert parse_money(f"{yuan}.{cents:02}元") == parse_money(f"{yuan:,}.{cents:02}元") == yuan * YUAN + cents


def test_half_width_keeps_the_length():
    text = "ＡＢ１２，．％　（）"

    assert half_width(text) == "AB12,.% ()"
    assert len(half_width(text)) == len(text)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 3000))
def test_a_period_says_what_was_read(start, days):
    period = parse_period(f"{days}天") if days else Period()

    assert period.after(start).date == start + timedelta(days=days)
