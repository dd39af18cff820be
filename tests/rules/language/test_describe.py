"""Rules read aloud: every word, value and step has its sentence."""

from pathlib import Path

import pytest

from rules.language.bundle import load_bundle
from rules.language.describe import describe_condition, describe_leaf, describe_step, describe_value
from rules.language.model import FactRef, Leaf, ParamRef, Position, Vocabulary
from rules.language.walk import walk

GOOD = Path(__file__).parents[2] / "golden" / "good"
LANGUAGE = load_bundle([GOOD / "language"])
EXAMPLES = load_bundle([GOOD / "examples"])
HERE = Position("a.yaml", 1, 1)


def leaves_of(bundle, policy: str) -> dict[str, str]:
    found = bundle.policies[policy]
    leaves = [part for version in found.versions for part in walk(version.eligibility) if isinstance(part, Leaf)]
    return {leaf.id: describe_leaf(leaf, bundle.vocabulary, found.params) for leaf in leaves if leaf.id}


def steps_of(bundle, policy: str) -> dict[str, str]:
    found = bundle.policies[policy]
    return {
        step.id: describe_step(step, bundle.vocabulary, found.params)
        for version in found.versions
        for step in version.steps
    }


def test_a_leaf_of_the_examples_is_a_sentence():
    assert leaves_of(EXAMPLES, "district-rd-increment") == {
        "local": "注册地属于示范区",
        "above-scale": "规模以上企业：是",
        "hitech": "高新技术企业证书有效期至不早于申报当日",
        "intensity": "研发费用占营业收入比例不低于按营业收入分档的标准（不超过5000万元为5%；超过5000万元且不超过2亿元为4%；超过2亿元为3%）",
        "credit": "列入严重失信名单：否",
    }


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        ("foreign", "注册地不属于罗湖区、福田区"),
        ("trade", "国民经济行业属于F51、F52"),
        ("interval", "营业收入不低于1000万元，且低于4亿元"),
        ("growth", "营业收入增长15%"),
        ("young", "成立日期不早于申报当日前3年"),
        ("mature", "成立日期不晚于合同签订日前1年"),
        ("soon", "合同签订日早于成立日期后6个月"),
        ("recent", "合同签订日不早于申报当日前12个月，且不晚于申报当日"),
        ("window", "合同签订日早于2026-01-01，且晚于2019-12-31"),
        ("since", "合同签订日不早于起算日"),
        ("once", "高企证书有效期至：无"),
        ("shops", "门店（开业日期不早于申报当日前3年，且不晚于申报当日，且营业收入超过0元）的项数不低于5"),
        ("interest", "贷款的利息 × 50%合计超过10万元"),
        ("rate", "贷款的利率的最大值不超过10%"),
        ("opening", "门店的开业日期的最小值不早于2020-01-01"),
        ("named", "名称为示例公司"),
        ("profit", "下一年净利润不低于-100万元"),
        ("days", "自成立日期至2024-01-01的天数不低于365天"),
        ("bounded", "营业收入不低于研发费用 × 2、100万元中最高者，且不超过1亿元、研发费用、上限中最高者"),
        ("cases", "职工人数不低于按情形的标准（已上市：是：100人；经认定：50人；其余：10人）"),
        ("stepped", "研发强度不低于按营业收入 + 上一年营业收入分档的标准（不超过5000万元为5%；超过5000万元为4%）"),
    ],
)
def test_every_kind_of_comparison_has_its_words(leaf, sentence):
    said = leaves_of(LANGUAGE, "added")[leaf]

    assert said.replace("（研发费用 × 2）", "研发费用 × 2") == sentence


def test_a_condition_is_read_with_everything_in_it():
    policy = LANGUAGE.policies["added"]
    first = policy.versions[0].eligibility.of[0]

    assert describe_condition(policy.versions[0].eligibility, LANGUAGE.vocabulary) == "同时满足"
    assert describe_condition(first, LANGUAGE.vocabulary) == (
        "本区，或至少满足2项（已上市：是；有效期内高企：是；有健全的制度）"
    )


def test_groups_inside_groups_are_bracketed_and_shared_sets_named():
    example = EXAMPLES.policies["district-rd-increment"].versions[0].eligibility

    assert "，且（规模以上企业：是，或高新技术企业证书有效期至不早于申报当日），且" in describe_condition(
        example, EXAMPLES.vocabulary
    )
    shared = LANGUAGE.policies["every-step"].versions[1].eligibility
    assert describe_condition(shared, LANGUAGE.vocabulary) == "满足通用条件 basics"
    basics = LANGUAGE.condition_sets["basics"].condition
    assert describe_condition(basics, LANGUAGE.vocabulary) == "注册地为罗湖区，且满足通用条件 credit"


def test_a_prohibition_without_a_label_is_told_in_brackets():
    leaf = LANGUAGE.policies["added"].versions[0].eligibility.of[0].of[0]
    bare = type(leaf)(leaf.of, HERE)

    assert describe_condition(bare, LANGUAGE.vocabulary) == "不得（注册地不属于罗湖区、福田区）"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("gift", "加30万元"),
        ("by-size", "按规模：加按企业规模分档的标准（为大型为20万元；属于中型、小型为10万元；其余为1万元）"),
        ("share", "有效期内高企：是时，加研发费用的比例"),
        ("matched", "按市级奖励的50%配套"),
        ("marginal", "按研发费用分段累进计算（不超过100万元的部分按5%；超过100万元的部分按8%）"),
        ("whole", "按职工人数所在档计算（低于10人为1万元；不低于10人每单位2000元）"),
        ("units", "实缴资本超过10亿元的部分，每满1亿元加100万元"),
        ("area", "租用面积每1平方米加0.5元"),
        (
            "items",
            "对每项门店（自营：是），每个所在区最多5项：加按停业天数分档的标准（不低于7天为1万元；低于7天为0元）",
        ),
        ("each-store", "对每项门店（年租金超过0元），最多3项：加年租金的10%；最高100元 × 营业面积、5万元中最低者"),
        ("each-loan", "对每项贷款：加利息的比例；最高1万元"),
        ("fiscal", "以营业收入 × 1%为计算基数"),
        ("fiscal-cap", "计算基数最高500万元"),
        ("fiscal-floor", "计算基数最低10万元"),
        ("fiscal-rate", "加计算基数的按营业收入分档的标准（低于1亿元为50%；不低于1亿元为30%）"),
        ("fiscal-tiers", "按计算基数所在档计算（不低于0元按1%）"),
        ("fiscal-units", "计算基数每满1万元加1元"),
        ("free", "加0元至上限，由领导小组决定"),
        ("uplift", "乘以1.5倍"),
        ("by-months", "按已服务月数 ÷ 12个月折算，不足6个月的为零"),
        ("cap", "最高按情形的标准（有效期内高企：是：上限；其余：市级奖励）"),
        ("paid", "减去市级奖励"),
        ("city", "补差：减去市级奖励"),
        ("minimum", "不足1万元的不予安排"),
        ("parts", "分期拨付：首期40%、尾款60%"),
        ("other", "另一项目的金额：加项目 added 的金额"),
        ("years", "分2年拨付，每年最高3000万元"),
        ("round", "金额计到元，进位"),
    ],
)
def test_every_step_says_what_it_does(step, sentence):
    assert steps_of(LANGUAGE, "every-step")[step].replace("（100元 × 营业面积）", "100元 × 营业面积") == sentence


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("rd_growth", "研发费用 ÷ 上一年研发费用 - 1"),
        ("rd_two_years", "研发费用、上一年研发费用合计"),
        ("rd_previous", "上一年两年研发费用"),
        ("is_hitech", "是否高企证书有效期至不早于申报当日"),
        ("age", "自成立日期至申报当日的整年数"),
        ("rent_total", "门店的年租金合计"),
        ("base_high", "市级奖励、（营业收入 × 1%）中最高者"),
    ],
)
def test_a_computed_fact_says_its_arithmetic(fact, words):
    said = describe_value(LANGUAGE.vocabulary.derived[fact].value, LANGUAGE.vocabulary)

    assert said.replace("（研发费用 ÷ 上一年研发费用）", "研发费用 ÷ 上一年研发费用") == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [(0, "营业收入"), (-1, "上一年营业收入"), (1, "下一年营业收入"), (-3, "前3年营业收入"), (2, "后2年营业收入")],
)
def test_a_fact_of_another_year_says_which(offset, words):
    assert describe_value(FactRef("revenue", HERE, offset), LANGUAGE.vocabulary) == words


def test_an_employers_fact_says_so():
    assert describe_value(FactRef("employer.revenue", HERE), LANGUAGE.vocabulary) == "用人单位的营业收入"


def test_what_is_not_in_the_dictionary_keeps_its_name():
    empty = Vocabulary({}, {})
    shops = LANGUAGE.vocabulary.derived["store_count"].value

    assert describe_value(FactRef("anything", HERE), empty) == "anything"
    assert describe_value(ParamRef("cap", HERE), empty) == "cap"
    assert describe_value(shops, empty) == "stores（own：是）的项数"


def test_a_day_made_from_a_day_is_compared_as_a_day(tmp_path):
    text = (GOOD / "language" / "conditions.yaml").read_text(encoding="utf-8")
    text = text.replace(
        'expr: "days(founded_on, 2024-01-01)", from: 365天', 'expr: "year_end(founded_on)", upto: 2024-12-31'
    )
    text = text.replace("if: rd_intensity, from", "if: tax_rate, from")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    bundle = load_bundle([tmp_path], vocabulary=[GOOD / "language" / "vocabulary.yaml"])

    assert leaves_of(bundle, "added")["days"] == "成立日期所在年的末日不晚于2024-12-31"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("-revenue", "-营业收入"),
        ("avg(revenue, revenue[-1])", "营业收入、上一年营业收入的平均"),
        ("floor(revenue / 1亿元) * 1元", "（营业收入 ÷ 1亿元）的整数部分 × 1元"),
        ("full_months(founded_on, year_start($as_of)) * 1元", "自成立日期至申报当日所在年的首日的整月数 × 1元"),
        ("min(revenue, 1元)", "营业收入、1元中最低者"),
    ],
)
def test_every_function_has_its_words(tmp_path, expression, words):
    vocabulary = (GOOD / "language" / "vocabulary.yaml").read_text(encoding="utf-8")
    text = vocabulary.replace('"sum(rd_expense, rd_expense[-1])"', f'"{expression}"').replace(
        '"rd_two_years[-1]"', "rd_two_years"
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    bundle = load_bundle([tmp_path])

    assert describe_value(bundle.vocabulary.derived["rd_two_years"].value, bundle.vocabulary) == words
