"""What people type is read exactly or refused with the fix, and comes back in words they know."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from werkzeug.datastructures import MultiDict

from matcher.profile import read_profile
from rules.language.model import Dimension, Field, Position, Vocabulary
from web.app import create_app
from web.services.self_check_answers import (
    BadAnswer,
    Typed,
    describe,
    echo,
    exact,
    read_answer,
    read_rows,
    typed_again,
)
from web.services.self_check_forms import rows_in
from web.services.self_check_questions import FactKey, parse_key, question_for
from web.services.self_check_rules import bundle_in_force

HERE = Position("t.yaml", 1, 1)


def field(dimension, **more):
    return Field(**{"name": "x", "label": "某项", "dimension": dimension, "position": HERE, **more})


MONEY = field(Dimension.MONEY, minimum=Fraction(0), maximum=Fraction(10**15))
STAFF = field(Dimension.COUNT, unit="人", minimum=Fraction(0), maximum=Fraction(1_000_000))
AREA = field(Dimension.NUMBER, unit="平方米")
RATE = field(Dimension.RATIO)
DAY = field(Dimension.DATE, nullable="未获认定")
YES = field(Dimension.BOOL)
INDUSTRY = field(Dimension.CODE, code_table="gbt4754")


@pytest.fixture(autouse=True)
def _in_a_request(config):
    with create_app(config, features=()).test_request_context():
        yield


@pytest.mark.parametrize(
    ("kind", "typed", "answer", "words"),
    [
        (MONEY, "6.2亿", {"fen": 62_000_000_000}, "6.2亿元"),
        (MONEY, "６２００万", {"fen": 6_200_000_000}, "6,200万元"),
        (MONEY, "1,234.5万元", {"fen": 1_234_500_000}, "1,234.5万元"),
        (MONEY, "620000000", {"fen": 62_000_000_000}, "6.2亿元"),
        (MONEY, "0", {"fen": 0}, "0元"),
        (MONEY, "0.05", {"fen": 5}, "0.05元"),
        (
            MONEY,
            "5000-8000万元",
            {"from": "50000000元", "upto": "80000000元"},
            "5,000万元 至 8,000万元",
        ),
        (MONEY, "1亿元以上", {"from": "100000000元"}, "1亿元 以上"),
        (MONEY, "100万-100万", {"fen": 100_000_000}, "100万元"),
        (STAFF, "120", 120, "120人"),
        (STAFF, "1,200人", 1200, "1,200人"),
        (STAFF, "50–99人", {"from": 50, "upto": 99}, "50人 至 99人"),
        (STAFF, "50到99", {"from": 50, "upto": 99}, "50人 至 99人"),
        (STAFF, "300人以下", {"upto": 300}, "300人 以下"),
        (AREA, "12.5", "12.5平方米", "12.5平方米"),
        (RATE, "5", "5%", "5%"),
        (RATE, "12.5%", "12.5%", "12.5%"),
        (RATE, "0", "0%", "0%"),
        (DAY, "2026年3月31日", "2026-03-31", "2026-03-31"),
        (DAY, "2026-1-5至2026-2-5", {"from": "2026-01-05", "upto": "2026-02-05"}, "2026-01-05 至 2026-02-05"),
        (YES, "yes", True, "是"),
        (YES, "no", False, "否"),
        (INDUSTRY, "F5146", "F5146", "首饰、工艺品及收藏品批发"),
        (INDUSTRY, "F5146 首饰、工艺品及收藏品批发", "F5146", "首饰、工艺品及收藏品批发"),
        (INDUSTRY, "F51", "F51", "批发业"),
        (field(Dimension.TEXT), " 某某（集团）有限公司 ", "某某（集团）有限公司", "某某（集团）有限公司"),
    ],
)
def test_what_people_type_is_read_exactly_and_said_again(kind, typed, answer, words):
    read = read_answer(kind, Typed(typed))

    assert read == answer
    assert describe(kind, read) == words
    # What the form keeps, the profile reader takes.
    read_profile({"x": read}, Vocabulary({"x": kind}, {}))


@pytest.mark.parametrize(
    ("kind", "typed", "part", "box"),
    [
        (MONEY, Typed("abc"), "请写如", "value"),
        (MONEY, Typed("0.001元"), "最多写到分", "value"),
        (MONEY, Typed("-5"), "不小于", "value"),
        (MONEY, Typed("99999万亿"), "不大于", "value"),
        (MONEY, Typed("NaN"), "请写如", "value"),
        (MONEY, Typed("8000-5000万元"), "对调", "value"),
        (MONEY, Typed(low="8000万", high="5000万"), "对调", "low"),
        (MONEY, Typed(low="5000万", high="很多"), "请写如", "high"),
        (MONEY, Typed("5000万", low="1万"), "只留一项", "value"),
        (STAFF, Typed("3.5"), "整数", "value"),
        (RATE, Typed("0.05"), "5%", "value"),
        (DAY, Typed("2026-02-30"), "检查月份和日期", "value"),
        (DAY, Typed("2026-02-03", absent=True), "未获认定", "value"),
        (DAY, Typed(), "跳过", "value"),
        (YES, Typed("maybe"), "是", "value"),
        (YES, Typed(), "请选择一项", "value"),
        (INDUSTRY, Typed("造火箭"), "不在", "value"),
        (STAFF, Typed(absent=True), "跳过", "value"),
        (field(Dimension.TEXT), Typed("长" * 201), "200", "value"),
        (INDUSTRY, Typed(low="F51"), "不能填范围", "value"),
    ],
)
def test_what_cannot_be_read_says_what_to_write_instead(kind, typed, part, box):
    with pytest.raises(BadAnswer) as refused:
        read_answer(kind, typed)

    assert part in str(refused.value)
    assert refused.value.box == box


def test_a_credit_code_is_checked_on_every_page_that_takes_one():
    code = bundle_in_force(("罗湖区",)).vocabulary.fields["uscc"]

    assert read_answer(code, Typed("9144 0300 1922 0382 16")) == "914403001922038216"
    with pytest.raises(BadAnswer, match="应为18位，现为17位"):
        read_answer(code, Typed("91440300192203821"))


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (MONEY, "6.2亿"),
        (MONEY, "0.05"),
        (MONEY, "1亿元以上"),
        (STAFF, "50–99人"),
        (AREA, "12.5"),
        (RATE, "0.125%"),
        (DAY, "2026-03-31"),
        (YES, "no"),
        (INDUSTRY, "F5146"),
        (field(Dimension.TEXT), "说明"),
    ],
)
def test_an_answer_put_back_into_its_box_reads_the_same(kind, typed):
    answer = read_answer(kind, Typed(typed))

    assert read_answer(kind, typed_again(kind, answer)) == answer


def test_known_not_to_exist_is_said_in_the_words_of_the_fact():
    assert read_answer(DAY, Typed(absent=True)) is None
    assert describe(DAY, None) == "未获认定"
    assert typed_again(DAY, None).absent


def test_an_amount_is_echoed_in_figures_and_capitals():
    assert echo(MONEY, {"fen": 62_000_000_000}) == "620,000,000 元（陆亿贰仟万元整）"
    assert echo(MONEY, {"from": "0.01元"}) == ""
    assert echo(STAFF, 5) == ""
    assert exact(MONEY, {"fen": 5}) == 5


def test_rows_drop_what_is_empty_and_name_the_row_that_is_wrong():
    stores = field(Dimension.LIST, item={"name": field(Dimension.TEXT), "days": field(Dimension.COUNT, unit="天")})
    rows = [
        {"name": Typed("甲店"), "days": Typed("8")},
        {"name": Typed(), "days": Typed()},
        {"name": Typed(), "days": Typed("八")},
    ]

    items, errors = read_rows(stores, rows)

    assert items == [{"name": "甲店", "days": 8}, {}]
    assert list(errors) == ["2.days"]
    assert str(errors["2.days"]).startswith("第 3 行：")


def test_no_more_rows_are_read_than_a_page_may_have():
    question = question_for(FactKey("stores"), bundle_in_force(("罗湖区",)).vocabulary)

    assert len(rows_in(MultiDict([(f"{n}.name.value", "店") for n in range(80)]), question)) == 50


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("revenue@2025", "revenue@2025"),
        ("revenue", "revenue@2025"),
        ("registered_in", "registered_in"),
        ("employer.revenue@2024", "employer.revenue@2024"),
        ("registered_in@2025", None),
        ("revenue@1066", None),
        ("no_such_fact", None),
        ("Revenue", None),
        ("revenue@2025; drop", None),
        ("rd_intensity", None),
    ],
)
def test_only_facts_of_the_dictionary_can_be_asked_for(text, key):
    found = parse_key(text, bundle_in_force(("罗湖区",)).vocabulary, date(2026, 5, 20))

    assert (str(found) if found else None) == key


def test_a_yearly_question_says_its_year():
    vocabulary = bundle_in_force(("罗湖区",)).vocabulary

    assert question_for(FactKey("revenue", 2024), vocabulary).ask == "填写2024年度营业收入"
    assert question_for(FactKey("staff", 2025), vocabulary).ask == "填写2025年末从业人员数"
    assert question_for(FactKey("revenue", 2024, is_employers=True), vocabulary).label == "用人单位的2024 年营业收入"
