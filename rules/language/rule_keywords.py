"""The keys of values, conditions and amount steps."""

from __future__ import annotations

from collections.abc import Mapping

from rules.language.kinds import (
    CITE,
    ID,
    LABEL,
    READING,
    Construct,
    Key,
    Kind,
    enum,
    listed,
    need,
    one,
    operand,
    text,
    value,
    words,
)
from rules.language.model import ItemOrder, OnUnknown, RoundMode, TierMode, UnitCount

ROUND_TO = {"分": "FEN", "角": "JIAO", "元": "YUAN", "百元": "HUNDRED_YUAN", "千元": "THOUSAND_YUAN", "万元": "WAN"}

_WHEN = Key(Kind.CONDITION, "条件；不成立则跳过本步")
_WHERE = Key(Kind.CONDITION, "只取满足此条件的项")
WORDS = {
    "from": value("≥ 以上、不低于、达到"),
    "over": value("> 超过、高于"),
    "upto": value("≤ 以下、不超过"),
    "below": value("< 不满、低于"),
    "before": value("早于某日"),
    "after": value("晚于某日"),
    "within": Key(Kind.PERIOD, "最近一段时间内"),
    "is": value("等于"),
    "in": Key(Kind.LITERALS, "属于其中之一"),
    "not_in": Key(Kind.LITERALS, "不属于其中任何一个"),
    "prefix_in": Key(Kind.LITERALS, "代码以其中之一开头"),
    "present": Key(Kind.FLAG, "true 已有，false 确知没有"),
}
AGGREGATES = {
    "count_of": one("列表中满足条件的项数", "count_of"),
    "sum_of": one("列表中某值之和", "sum_of"),
    "max_of": one("列表中某值的最大者", "sum_of"),
    "min_of": one("列表中某值的最小者", "sum_of"),
}
EXPR = Key(Kind.EXPRESSION, "算式")
OPERANDS = {"if": Key(Kind.NAME, "事实名"), "expr": EXPR, **AGGREGATES}
_LIST_NAME = need(Key(Kind.NAME, "列表事实名"))
TABLE = listed("分档表，自上而下取第一档", "table_row")
_OTHERWISE = Key(Kind.FLAG, "其余情形，写 true，放在最后")

# The ways to write a value as a mapping, by the key that tells them apart.
VALUE_FORMS = {
    "fact": Construct("事实", {"fact": need(Key(Kind.NAME, "事实名，可带 [-1]"))}),
    "expr": Construct("算式", {"expr": need(EXPR)}),
    "by": Construct("分档值", {"by": need(operand("按哪个事实分档")), "table": need(TABLE)}),
    "least_of": Construct("最小者", {"least_of": need(Key(Kind.VALUES, "其中最小者"))}),
    "greatest_of": Construct("最大者", {"greatest_of": need(Key(Kind.VALUES, "其中最大者"))}),
    **{word: Construct("列表汇总", {word: need(key)}) for word, key in AGGREGATES.items()},
    "ago": Construct(
        "往前推算的日期", {"ago": need(Key(Kind.PERIOD, "往前多久")), "of": operand("从哪一天起，默认 $as_of")}
    ),
    "later": Construct(
        "往后推算的日期", {"later": need(Key(Kind.PERIOD, "往后多久")), "of": operand("从哪一天起，默认 $as_of")}
    ),
}
# Conditions likewise.
CONDITION_FORMS = {
    "all": Construct("全部满足", {"all": need(Key(Kind.CONDITIONS, "须全部满足")), "label": LABEL}),
    "any": Construct("满足其一", {"any": need(Key(Kind.CONDITIONS, "满足其一即可")), "label": LABEL}),
    "not": Construct("不得满足", {"not": need(Key(Kind.CONDITION, "不得满足")), "label": LABEL}),
    "at_least": Construct("至少几项", {"at_least": need(one("至少满足 n 项", "at_least")), "label": LABEL}),
    "use": Construct("引用通用条件", {"use": need(Key(Kind.ID, "conditions 文件的 id"))}),
    "manual": Construct(
        "人工判断", {"id": Key(Kind.ID, "编号"), "manual": need(text("须由人判断的条件")), "cite": CITE}
    ),
    "leaf": Construct(
        "条件",
        {
            "id": Key(Kind.ID, "编号，同一项目内不重复"),
            **OPERANDS,
            **WORDS,
            "cite": CITE,
            "on_unknown": enum("缺数据时如何处理，默认 ask", OnUnknown),
            "reading": READING,
            "label": text("代替自动生成的句子"),
        },
        exactly_one=tuple(OPERANDS),
    ),
}
_TIER_TABLE = need(listed("分档表", "tier_row"))
_STEP_HEAD = {"id": ID, "when": _WHEN, "label": LABEL, "cite": CITE, "reading": READING}
_STEP_WORDS: Mapping[str, Mapping[str, Key]] = {
    "fixed": {"fixed": value("加上一笔固定金额")},
    "rate": {"rate": one("加上 基数 × 比例", "rate")},
    "match": {"match": one("按上级奖励的比例配套", "match")},
    "tiers": {"tiers": one("按分档表计算", "tiers"), "table": _TIER_TABLE},
    "per_unit": {"per_unit": one("每满一个单位加一笔", "per_unit")},
    "per_item": {"per_item": one("列表每一项加一笔", "per_item")},
    "for_each": {"for_each": one("对列表每一项执行一组步骤", "for_each")},
    "range": {"range": one("由主管部门在幅度内决定", "range")},
    "amount_of": {"amount_of": Key(Kind.ID, "另一项目的金额")},
    "base": {"base": one("设定计算基数", "base")},
    "cap_base": {"cap_base": value("基数封顶")},
    "floor_base": {"floor_base": value("基数保底")},
    "multiply": {"multiply": value("乘以倍数")},
    "cap_amount": {"cap_amount": value("金额封顶")},
    "deduct": {"deduct": value("减去已发放金额")},
    "top_up": {"top_up": value("补差：减去已获金额")},
    "prorate": {"prorate": one("按月数或天数折算", "prorate")},
    "pay_only_if_from": {"pay_only_if_from": value("低于此数不发")},
    "instalments": {"instalments": Key(Kind.LIST, "分期拨付", of=("instalment", "instalment_years"))},
    "round": {"round": one("取整，放在最后", "round")},
}
STEP_FORMS = {
    word: Construct(f"步骤 {word}", {"id": ID, **{key: need(value) for key, value in own.items()}, **_STEP_HEAD})
    for word, own in _STEP_WORDS.items()
}

RULE_CONSTRUCTS: Mapping[str, Construct] = {
    **{f"value.{word}": form for word, form in VALUE_FORMS.items()},
    **{f"condition.{word}": form for word, form in CONDITION_FORMS.items()},
    **{f"step.{word}": form for word, form in STEP_FORMS.items()},
    "amount": Construct("金额", {"steps": need(Key(Kind.STEPS, "自上而下逐步执行"))}),
    "at_least": Construct("至少几项", {"n": need(Key(Kind.WHOLE, "几项")), "of": need(Key(Kind.CONDITIONS, "从中"))}),
    "count_of": Construct("项数", {"list": _LIST_NAME, "where": _WHERE}),
    "sum_of": Construct("汇总", {"list": _LIST_NAME, "of": need(operand("每项取什么值")), "where": _WHERE}),
    "table_row": Construct("分档", {**WORDS, "otherwise": _OTHERWISE, "value": need(value("本档的值"))}),
    "case": Construct(
        "情形",
        {"when": Key(Kind.CONDITION, "条件"), "otherwise": _OTHERWISE, "value": need(value("此情形的值"))},
        exactly_one=("when", "otherwise"),
    ),
    "rate": Construct("比例", {"of": operand("基数；不写则用 base"), "at": need(value("比例"))}),
    "match": Construct("配套", {"of": need(operand("上级奖励")), "at": need(value("比例"))}),
    "tiers": Construct(
        "分档计算",
        {"of": operand("基数；不写则用 base"), "mode": need(enum("marginal 超额累进；whole 全额套档", TierMode))},
    ),
    "tier_row": Construct(
        "分档",
        {
            **{word: WORDS[word] for word in ("from", "over", "upto", "below")},
            "otherwise": _OTHERWISE,
            "rate": value("本档比例"),
            "each": value("每个单位的金额"),
            "value": value("本档金额（只用于 whole）"),
        },
        exactly_one=("rate", "each", "value"),
    ),
    "per_unit": Construct(
        "按单位",
        {
            "of": operand("基数；不写则用 base"),
            "above": value("超过多少起算，默认 0"),
            "unit": need(value("一个单位是多少")),
            "each": need(value("每个单位的金额")),
            "count": need(enum("whole 满才算；prorated 按比例", UnitCount)),
        },
    ),
    "per_item": Construct(
        "按项",
        {
            "list": _LIST_NAME,
            "where": _WHERE,
            "each": need(value("每项的金额")),
            "limit": one("最多几项", "limit"),
            "order_by": enum("先算哪些项，默认 listed", ItemOrder),
        },
    ),
    "for_each": Construct(
        "逐项",
        {
            "list": _LIST_NAME,
            "where": _WHERE,
            "limit": one("最多几项", "limit"),
            "order_by": enum("先算哪些项，默认 listed", ItemOrder),
            "steps": need(Key(Kind.STEPS, "对每一项执行")),
        },
    ),
    "limit": Construct("限额", {"count": need(value("最多几项")), "per": Key(Kind.NAME, "按项目的哪个事实分别计数")}),
    "range": Construct(
        "幅度",
        {"from": need(value("最低")), "upto": need(value("最高")), "decided_by": need(text("由谁决定"))},
    ),
    "base": Construct("基数", {"of": need(operand("基数"))}),
    "prorate": Construct(
        "折算",
        {
            "by": need(operand("实际月数或天数")),
            "over": need(value("满额月数或天数")),
            "minimum": value("低于此数为零"),
        },
    ),
    "instalment": Construct("一期", {"share": need(Key(Kind.SHARE, "比例")), "label": need(LABEL)}),
    "instalment_years": Construct("分年", {"years": need(Key(Kind.WHOLE, "几年")), "cap_each": value("每年最高")}),
    "round": Construct(
        "取整",
        {
            "to": need(words(Kind.CHOICE, "取整到", *ROUND_TO)),
            "mode": need(enum("half_up 四舍五入；down 舍去；up 进位", RoundMode)),
        },
    ),
}
