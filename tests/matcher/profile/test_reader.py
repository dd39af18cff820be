"""Facts as files, forms and programs write them: what is taken, what is refused, and with which advice."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from matcher.profile import (
    Absent,
    Between,
    Exact,
    Item,
    Items,
    OneOf,
    Profile,
    ProfileErrors,
    Source,
    read_profile,
    read_profile_text,
)
from rules.language.model import Derived, Dimension, Field, Literal, Position, Vocabulary

HERE = Position("fields.yaml", 1, 1)


def field(name, label, dimension, **more):
    return Field(name, label, dimension, HERE, **more)


FIELDS = [
    field("uscc", "统一社会信用代码", Dimension.TEXT),
    field("name", "名称", Dimension.TEXT),
    field("registered_in", "注册地", Dimension.CODE, code_table="admin_division"),
    field("mood", "心情", Dimension.CODE, code_table="no_such_table"),
    field("founded_on", "成立日期", Dimension.DATE, minimum=date(1900, 1, 1)),
    field("hitech_until", "高企证书有效期至", Dimension.DATE, nullable="未获认定"),
    field("revenue", "营业收入", Dimension.MONEY, yearly=True, minimum=Fraction(0), maximum=Fraction(10**15)),
    field("profit", "利润总额", Dimension.MONEY, yearly=True),
    field("staff", "从业人员", Dimension.COUNT, yearly=True, unit="人", minimum=Fraction(0)),
    field("area", "面积", Dimension.NUMBER, unit="平方米"),
    field("layoff_rate", "裁员率", Dimension.RATIO, minimum=Fraction(0), maximum=Fraction(1)),
    field("is_above_scale", "规模以上", Dimension.BOOL),
    field(
        "stores",
        "门店",
        Dimension.LIST,
        maximum=Fraction(3),
        nullable="没有门店",
        item={
            "name": field("name", "门店名称", Dimension.TEXT),
            "closed_days": field("closed_days", "停业天数", Dimension.COUNT, unit="天", minimum=Fraction(0)),
            "controlled_from": field("controlled_from", "管控起始日", Dimension.DATE, nullable="未管控"),
        },
    ),
]
VOCABULARY = Vocabulary(
    {each.name: each for each in FIELDS},
    {"is_big": Derived("is_big", "大企业", Dimension.BOOL, Literal(True, Dimension.BOOL, "true", HERE), HERE)},
)


def read(**facts):
    return read_profile(facts, VOCABULARY)


def problems(**facts):
    with pytest.raises(ProfileErrors) as caught:
        read(**facts)
    return [(error.field, error.message, error.advice) for error in caught.value.errors]


def only_problem(**facts):
    (found,) = problems(**facts)
    return found


# ── what is taken ────────────────────────────────────────────────────────────────────────────────────────────────


def test_years_are_told_apart():
    profile = read(revenue={"2025": "1.2亿元", 2024: "9000万元"})

    assert profile.facts == {
        "revenue@2025": Exact(Fraction(12_000_000_000)),
        "revenue@2024": Exact(Fraction(9_000_000_00 * 10)),
    }


def test_one_value_of_a_yearly_fact_is_that_of_the_fact_year():
    assert read(revenue="5万元").facts == {"revenue": Exact(Fraction(5_000_000))}


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("6.2亿", 62_000_000_000),
        ("6200万", 6_200_000_000),
        ("６２００万元", 6_200_000_000),
        ("1,234.5万元", 1_234_500_000),
        ("0", 0),
        (0, 0),
        ({"fen": 123}, 123),
        ({"fen": 10**15}, 10**15),
    ],
)
def test_money_is_read_as_people_type_it(written, fen):
    assert read(revenue=written).facts["revenue"] == Exact(Fraction(fen))


def test_a_loss_is_money_below_zero():
    assert read(profit={"fen": -5}).facts["profit"] == Exact(Fraction(-5))


@pytest.mark.parametrize("written", ["50人", "50", 50, Decimal(50), " ５０人 "])
def test_counts_may_leave_out_the_unit(written):
    assert read(staff=written).facts["staff"] == Exact(Fraction(50))


@pytest.mark.parametrize("written", ["12.5平方米", "12.5", Decimal("12.5")])
def test_numbers_may_leave_out_the_unit(written):
    assert read(area=written).facts["area"] == Exact(Fraction(25, 2))


@pytest.mark.parametrize("written", ["5%", "0.05", "50‰", Decimal("0.05")])
def test_ratios_are_exact(written):
    assert read(layoff_rate=written).facts["layoff_rate"] == Exact(Fraction(1, 20))


@pytest.mark.parametrize("written", ["2026-03-31", "2026/3/31", "2026年3月31日", date(2026, 3, 31)])
def test_days_are_read_year_first(written):
    assert read(founded_on=written).facts["founded_on"] == Exact(date(2026, 3, 31))


@pytest.mark.parametrize(
    ("written", "value"), [(True, True), ("true", True), ("是", True), ("false", False), ("否", False)]
)
def test_yes_and_no(written, value):
    assert read(is_above_scale=written).facts["is_above_scale"] == Exact(value)


@pytest.mark.parametrize("written", ["罗湖区", "罗湖", "440303", "深圳市罗湖区"])
def test_codes_are_read_by_key_label_number_or_alias(written):
    assert read(registered_in=written).facts["registered_in"] == Exact("罗湖区")


def test_a_code_without_a_table_is_a_text():
    assert read(mood="好").facts["mood"] == Exact("好")


def test_tables_can_be_brought_along():
    with pytest.raises(ProfileErrors):
        read_profile({"registered_in": "火星"}, VOCABULARY)

    assert read_profile({"registered_in": "火星"}, VOCABULARY, {}).facts["registered_in"] == Exact("火星")


def test_null_is_known_not_to_exist():
    assert read(hitech_until=None, stores=None).facts == {"hitech_until": Absent(), "stores": Absent()}


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ({"from": "50人", "upto": "99人"}, Between(Fraction(50), Fraction(99))),
        ({"from": "50人"}, Between(Fraction(50), None)),
        ({"upto": "99人"}, Between(None, Fraction(99))),
        ({"from": "50人", "upto": "50人"}, Exact(Fraction(50))),
    ],
)
def test_a_range_is_a_range(written, state):
    assert read(staff=written).facts["staff"] == state


def test_a_range_of_days():
    assert read(founded_on={"from": "2020-01-01", "upto": "2020-12-31"}).facts["founded_on"] == Between(
        date(2020, 1, 1), date(2020, 12, 31)
    )


def test_a_code_may_be_one_of_several():
    assert read(registered_in={"in": ["罗湖", "福田"]}).facts["registered_in"] == OneOf(frozenset({"罗湖区", "福田区"}))


def test_each_fact_may_say_who_vouches_for_it():
    profile = read(
        name={"value": "甲公司", "source": "registry"},
        revenue={"value": {"2025": "1亿元", "2024": {"value": "2亿元", "source": "document"}}, "source": "statistics"},
        staff={"value": 5},
    )

    assert profile.facts["revenue@2024"] == Exact(Fraction(20_000_000_000))
    assert profile.sources == {
        "name": Source.REGISTRY,
        "revenue@2025": Source.STATISTICS,
        "revenue@2024": Source.DOCUMENT,
        "staff": Source.DECLARED,
    }


def test_items_are_called_by_their_name_or_their_place():
    profile = read(stores=[{"name": "甲", "closed_days": 8}, {"closed_days": {"from": 1, "upto": 7}}, {"name": "甲"}])

    assert profile.facts["stores"] == Items(
        (
            Item("甲", {"name": Exact("甲"), "closed_days": Exact(Fraction(8))}),
            Item("2", {"closed_days": Between(Fraction(1), Fraction(7))}),
            Item("甲#3", {"name": Exact("甲")}),
        )
    )


def test_an_empty_list_says_that_there_are_none():
    assert read(stores=[]).facts["stores"] == Items(())


def test_the_employers_facts_stand_apart():
    nested = read(employer={"revenue": {"2025": "1亿元"}, "registered_in": "罗湖"})
    dotted = read(**{"employer.revenue@2025": "1亿元", "employer.registered_in": "罗湖"})

    assert nested == dotted
    assert set(nested.facts) == {"employer.revenue@2025", "employer.registered_in"}


def test_a_key_may_name_the_year_as_results_do():
    assert set(read(**{"revenue@2024": "1亿元"}).facts) == {"revenue@2024"}


def test_the_kind_of_applicant_may_be_said():
    assert read(applicant="person").applicant == "person"
    assert read().applicant == ""


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"revenu": "1万元"}, ("revenu", "没有这个事实", "是否指 revenue（营业收入）")),
        ({"营业收入": "1万元"}, ("营业收入", "没有这个事实", "是否指 revenue（营业收入）")),
        ({"zzz": 1}, ("zzz", "没有这个事实", "请查事实字典")),
        ({"is_big": True}, ("is_big", "“大企业”由其他事实算出，不能直接填写", "请填写它所依据的事实")),
        ({"revenue": 5000}, ("revenue", "金额“5000”缺单位", "请写 5000元 或 5000万元")),
        ({"revenue": None}, ("revenue", "“营业收入”不能为空", "不知道就不要写这一项")),
        ({"revenue": 1.5}, ("revenue", "二进制小数不精确", '请写成文本，如 "12.5"')),
        ({"revenue": {"fen": 1.0}}, ("revenue", "fen 应是整数（分）", '请写如 {"fen": 6200000}')),
        ({"revenue": {"fen": True}}, ("revenue", "fen 应是整数（分）", '请写如 {"fen": 6200000}')),
        (
            {"revenue": {"fen": 10**16}},
            ("revenue", "“营业收入”应不小于0元、不大于", "请核对数值和单位"),
        ),
        ({"staff": "-1"}, ("staff", "“从业人员”应不小于0人，现为-1人", "请核对数值和单位")),
        (
            {"founded_on": "1899-12-31"},
            ("founded_on", "“成立日期”应不小于1900-01-01，现为1899-12-31", "请核对数值和单位"),
        ),
        ({"founded_on": "2026-02-30"}, ("founded_on", "没有“2026-02-30”这一天", "请检查月份和日期")),
        ({"staff": "50家"}, ("staff", "“50家”的单位应是“人”", "请写 50人")),
        ({"staff": "3.5"}, ("staff", "“3.5”不是整数", "人按整数计，请写如 50人")),
        ({"staff": Decimal("1e999999999")}, ("staff", "数值太大、太小或不是数", "请核对")),
        ({"staff": Decimal("NaN")}, ("staff", "数值太大、太小或不是数", "请核对")),
        ({"layoff_rate": "5"}, ("layoff_rate", "“5”不知是百分之几还是几倍", "请写 5% 或 5倍")),
        ({"is_above_scale": "yes"}, ("is_above_scale", "“yes”不是是非值", "是写 true，否写 false")),
        ({"name": True}, ("name", "“名称”不能写成是非值", "请写文字或数字")),
        ({"name": [1]}, ("name", "“名称”不能写成列表", "请写文字或数字")),
        ({"revenue": [1]}, ("revenue", "“营业收入”不能写成列表", "请写如 200万元")),
        ({"revenue": (1,)}, ("revenue", "“营业收入”不能写成这样的值", "请写如 200万元")),
        ({"name": " "}, ("name", "“名称”是空的", "不知道就不要写这一项")),
        ({"name": "字" * 2001}, ("name", "内容超过2000字", "请缩短")),
        ({"staff": {"from": 9, "upto": 5}}, ("staff", "范围的下限大于上限", "请对调 from 和 upto")),
        ({"staff": {}}, ("staff", "“从业人员”不能这样写", "请写一个值，或 {from: 下限, upto: 上限}")),
        ({"name": {"from": 1}}, ("name", "“名称”不能这样写", "请写一个值，或 {from: 下限, upto: 上限}")),
        (
            {"registered_in": {"in": []}},
            ("registered_in", "“注册地”不能这样写", "请写一个值，或 {from: 下限, upto: 上限}"),
        ),
        ({"founded_on@2024": "2020-01-01"}, ("founded_on@2024", "“成立日期”不是按年的事实", "请直接写一个值")),
        ({"founded_on": {"2024": "2020-01-01"}}, ("founded_on", "“成立日期”不是按年的事实", "请直接写一个值")),
        ({"revenue@24": "1元"}, ("revenue@24", "“24”不是年份", "请写四位年份，如 2025")),
        ({"revenue@": "1元"}, ("revenue@", "“”不是年份", "请写四位年份，如 2025")),
        ({"revenue@2025": "1元", "revenue": {"2025": "2元"}}, ("revenue@2025", "写了两次", "请删去其中一个")),
        ({"stores": "甲"}, ("stores", "“门店”应写成列表", "请逐项写，没有就写 []")),
        ({"stores": ["甲"]}, ("stores[1]", "每一项应是一组“事实: 值”", "请写如 {name: 甲店}")),
        ({"stores": [{}] * 4}, ("stores", "“门店”最多3项，现为4项", "请合并或分次填写")),
        (
            {"stores": [{}, {"closed_day": 1}]},
            ("stores[2].closed_day", "“门店”的各项没有这个事实", "是否指 closed_days（停业天数）"),
        ),
        (
            {"stores": [{"zzz": 1}]},
            ("stores[1].zzz", "“门店”的各项没有这个事实", "可以写：name、closed_days、controlled_from"),
        ),
        (
            {"stores": [{"closed_days": -1}]},
            ("stores[1].closed_days", "“停业天数”应不小于0天，现为-1天", "请核对数值和单位"),
        ),
        ({"employer": 1}, ("employer", "用人单位应写成一组“事实: 值”", "请写如 employer: {registered_in: 罗湖区}")),
        ({"employer": {"zzz": 1}}, ("employer.zzz", "没有这个事实", "请查事实字典")),
        ({"applicant": "firm"}, ("applicant", "申报对象不明", "请写 enterprise、person 或 organisation")),
        (
            {"staff": {"value": 5, "source": "rumour"}},
            ("staff", "“rumour”不是来源", "可以写：registry、declared、document、statistics、assumed"),
        ),
    ],
)
def test_a_fault_is_named_with_what_to_write_instead(facts, expected):
    field_name, message, advice = only_problem(**facts)

    assert (field_name, advice) == (expected[0], expected[2])
    assert message.startswith(expected[1])


def test_an_unknown_place_brings_the_nearest_ones():
    _, message, advice = only_problem(registered_in="罗胡区")

    assert message == "“罗胡区”不在“行政区划”中"
    assert "罗湖区" in advice


def test_every_fault_is_reported_at_once():
    found = problems(revenue={"2025": 5, "2024": "6"}, staff="x", stores=[{"name": ""}, {"closed_days": "1.5"}])

    assert [name for name, _, _ in found] == [
        "revenue@2025",
        "revenue@2024",
        "staff",
        "stores[1].name",
        "stores[2].closed_days",
    ]


def test_a_flood_of_faults_is_cut_off_before_it_costs_seconds():
    found = problems(**{f"revenu_{n}": "1元" for n in range(50_000)})

    assert len(found) == 101
    assert found[-1] == ("", "问题超过 100 处，其余没有列出", "请先改正以上各处")


def test_the_error_says_all_of_it_in_lines():
    with pytest.raises(ProfileErrors) as caught:
        read(staff="x", name="")

    assert str(caught.value).splitlines() == [
        "staff：“x”不是数量。请写整数，如 50人",
        "name：“名称”是空的。不知道就不要写这一项",
    ]


# ── credit codes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written",
    ["91110108551385082Q", "91110108551385082q", " 9111 0108-5513 8508 2Q ", "９１１１０１０８５５１３８５０８２Ｑ"],
)
def test_a_credit_code_is_read_in_its_plain_form(written):
    assert read(uscc=written).facts["uscc"] == Exact("91110108551385082Q")


@pytest.mark.parametrize(
    ("written", "message", "advice"),
    [
        ("9111010855138508Q", "统一社会信用代码应为18位，现为17位", "请照营业执照填写18位"),
        ("91110108551385082X", "“91110108551385082X”的校验位不对，有一位或几位写错了", "逐位核对"),
        ("440301102736001", "这是15位的旧注册号，不是统一社会信用代码", "请填写换照后的18位代码"),
        ("9.1440300192204E+17", "“9.1440300192204E+17”是被表格软件改成数字的代码，后几位已经丢失", "文本格式"),
        ("914403001922038216.0", "“914403001922038216.0”是被表格软件改成数字的代码", "文本格式"),
        ("914403001922038000", "“914403001922038000”末三位为0且校验不符", "文本格式"),
        ("91110108551385O82Q", "“91110108551385O82Q”含有不会出现的字符 O", "不含字母 I、O、S、V、Z"),
        ("A1110108551385082Q", "“A1110108551385082Q”开头两位或行政区划码不对", "请照营业执照"),
        (914403001922038216, "代码是数字，后几位可能已经丢失", "文本格式"),
    ],
)
def test_a_broken_credit_code_is_told_by_how_it_broke(written, message, advice):
    _, said, advised = only_problem(uscc=written)

    assert said.startswith(message)
    assert advice in advised


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_yaml_and_json_say_the_same():
    yaml_text = (
        "registered_in: 罗湖区\nrevenue: {2025: 1.2亿元}\nlayoff_rate: 0.05\nhitech_until: null\nis_above_scale: true\n"
    )
    json_text = """{"registered_in": "罗湖区", "revenue": {"2025": "1.2亿元"}, "layoff_rate": 0.05,
                    "hitech_until": null, "is_above_scale": true}"""

    profile = read_profile_text(yaml_text, "yaml", VOCABULARY)

    assert profile == read_profile_text(json_text, "json", VOCABULARY)
    assert profile.facts["layoff_rate"] == Exact(Fraction(1, 20))


def test_a_json_number_never_passes_through_binary():
    assert read_profile_text('{"area": 0.1}', "json", VOCABULARY).facts["area"] == Exact(Fraction(1, 10))


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("{", "json", "第1行第2列：JSON 写法有误"),
        ('{"staff": NaN}', "json", "NaN 不是数"),
        ('{"staff": 1, "staff": 2}', "json", "写了两次"),
        ('{"staff": ' + "1" * 50 + "}", "json", "数字 1111111111… 的位数太多"),
        ("[" * 100_000, "json", "JSON 嵌套太深"),
        ("[1]", "json", "档案应是一组“事实: 值”"),
        ("- 1", "yaml", "档案应是一组“事实: 值”"),
        ("a: &x 1", "yaml", "第1行第4列：不支持 YAML 锚点 &x"),
        ("staff: 1\nstaff: 2", "yaml", "第2行第1列：键 staff 写了两次"),
        ('{"name": "\u202e"}', "json", "第1行第11列：有看不见的字符 U+202E"),
        ("x" * (1 << 20) + "y", "json", "第1行第1列：文件超过 1 MiB"),
    ],
)
def test_a_text_that_is_no_profile_is_refused_with_its_place(text, form, message):
    with pytest.raises(ProfileErrors) as caught:
        read_profile_text(text, form, VOCABULARY)

    (problem,) = caught.value.errors
    assert problem.message.startswith(message)
    assert problem.advice


def test_what_was_read_can_be_read_from_the_text_of_a_form():
    answers = {"revenue": "6.2亿", "staff": "５０", "registered_in": "罗湖"}

    assert read_profile_text(json.dumps(answers), "json", VOCABULARY) == read_profile(answers, VOCABULARY)
    assert isinstance(read_profile(answers, VOCABULARY), Profile)
