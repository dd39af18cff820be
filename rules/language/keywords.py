"""The closed set of keys: for each construct of the language what it may hold, in one table.

The loader's checks and suggestions and the JSON Schema of the editor are both read off this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from rules.language.model import (
    Dimension,
    GroupRule,
    ItemOrder,
    OnUnknown,
    OnZero,
    PoolKind,
    RoundMode,
    Settlement,
    SourceQuality,
    TierMode,
    UnitCount,
)


class Kind(Enum):
    """What stands behind a key."""

    TEXT = "文字"
    TEXTS = "一段文字或文字列表"
    ID = "小写字母、数字和连字符组成的编号"
    IDS = "编号列表"
    NAME = "事实名"
    NAMES = "事实名列表"
    DAY = "日期，如 2026-03-31"
    MONTH_DAY = "月日，如 08-15"
    PERIOD = "期间，如 3年"
    WHOLE = "整数"
    FLAG = "true 或 false"
    SHARE = "比例，如 40%"
    CHOICE = "固定词之一"
    CHOICES = "固定词，一个或列表"
    LITERAL = "带单位的值"
    LITERALS = "带单位的值的列表"
    EXPRESSION = "算式"
    VALUE = "值（字面值、$参数、{fact: …}、{expr: …}、表格或分情形）"
    VALUES = "值的列表"
    OPERAND = "事实名或值"
    CONDITION = "条件"
    CONDITIONS = "条件列表"
    STEPS = "步骤列表"
    FACTS = "事实名: 值"
    EXPECTED_MONEY = "金额、{min: …, max: …} 或 null"
    ONE = "键值对"
    LIST = "列表"
    MAP = "名称: 键值对"
    WINDOW = "申报时间"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a construct; `of` names the construct behind ONE, LIST and MAP, or the alternatives of ONE."""

    kind: Kind
    help: str
    is_required: bool = False
    of: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Construct:
    """A mapping of the language: its keys, and of which of them exactly one must stand in it."""

    title: str
    keys: Mapping[str, Key]
    exactly_one: tuple[str, ...] = ()
    together: tuple[str, ...] = ()  # all of them or none


def _need(key: Key) -> Key:
    return replace(key, is_required=True)


def _words(kind: Kind, help_: str, *choices: str) -> Key:
    return Key(kind, help_, choices=choices)


def _enum(help_: str, choices: type[Enum]) -> Key:
    return Key(Kind.CHOICE, help_, choices=tuple(choice.value for choice in choices))


def _text(help_: str) -> Key:
    return Key(Kind.TEXT, help_)


def _one(help_: str, *of: str) -> Key:
    return Key(Kind.ONE, help_, of=of)


def _list(help_: str, of: str) -> Key:
    return Key(Kind.LIST, help_, of=(of,))


def _map(help_: str, of: str) -> Key:
    return Key(Kind.MAP, help_, of=(of,))


def _value(help_: str) -> Key:
    return Key(Kind.VALUE, help_)


def _operand(help_: str) -> Key:
    return Key(Kind.OPERAND, help_)


LEVELS = ("区级", "市级", "省级", "国家级")  # the order in which policies are listed
KINDS = ("产业", "科技", "商贸", "金融", "人才", "就业", "文化", "总部", "知识产权", "外贸", "租金", "认定")
APPLICANTS = ("enterprise", "person", "organisation")
SCOPES = (*APPLICANTS, "fact_year", "cost_item")
STATUSES = ("eligible", "needs_review", "needs_info", "ineligible", "window_closed", "not_in_force", "suspended")
EFFECTS = ("applied", "skipped", "capped", "uncapped", "floored", "unfloored", "zeroed", "rounded", "unchanged")
ROUND_TO = {"分": "FEN", "角": "JIAO", "元": "YUAN", "百元": "HUNDRED_YUAN", "千元": "THOUSAND_YUAN", "万元": "WAN"}
SCHEMAS = ("policy/1", "group/1", "conditions/1", "vocab/1", "codes/1")

_CITE = _one("条款依据", "cite")
_READING = _one("对有歧义文字的口径", "reading")
_DOCUMENTS = _list("所依据的文件", "document")
_LABEL = _text("给人看的名称")
_ID = _need(Key(Kind.ID, "编号"))
_WHEN = Key(Kind.CONDITION, "条件；不成立则跳过本步")
_WHERE = Key(Kind.CONDITION, "只取满足此条件的项")
_APPLICANT = _words(Kind.CHOICES, "谁有此事实／谁可申报", *APPLICANTS)

WORDS = {
    "from": _value("≥ 以上、不低于、达到"),
    "over": _value("> 超过、高于"),
    "upto": _value("≤ 以下、不超过"),
    "below": _value("< 不满、低于"),
    "before": _value("早于某日"),
    "after": _value("晚于某日"),
    "within": Key(Kind.PERIOD, "最近一段时间内"),
    "is": _value("等于"),
    "in": Key(Kind.LITERALS, "属于其中之一"),
    "not_in": Key(Kind.LITERALS, "不属于其中任何一个"),
    "prefix_in": Key(Kind.LITERALS, "代码以其中之一开头"),
    "present": Key(Kind.FLAG, "true 已有，false 确知没有"),
}
AGGREGATES = {
    "count_of": _one("列表中满足条件的项数", "count_of"),
    "sum_of": _one("列表中某值之和", "sum_of"),
    "max_of": _one("列表中某值的最大者", "sum_of"),
    "min_of": _one("列表中某值的最小者", "sum_of"),
}
_EXPR = Key(Kind.EXPRESSION, "算式")
OPERANDS = {"if": Key(Kind.NAME, "事实名"), "expr": _EXPR, **AGGREGATES}
_LIST_NAME = _need(Key(Kind.NAME, "列表事实名"))
_TABLE = _list("分档表，自上而下取第一档", "table_row")
_OTHERWISE = Key(Kind.FLAG, "其余情形，写 true，放在最后")

# The ways to write a value as a mapping, by the key that tells them apart.
VALUE_FORMS = {
    "fact": Construct("事实", {"fact": _need(Key(Kind.NAME, "事实名，可带 [-1]"))}),
    "expr": Construct("算式", {"expr": _need(_EXPR)}),
    "by": Construct("分档值", {"by": _need(_operand("按哪个事实分档")), "table": _need(_TABLE)}),
    "least_of": Construct("最小者", {"least_of": _need(Key(Kind.VALUES, "其中最小者"))}),
    "greatest_of": Construct("最大者", {"greatest_of": _need(Key(Kind.VALUES, "其中最大者"))}),
    **{word: Construct("列表汇总", {word: _need(key)}) for word, key in AGGREGATES.items()},
    "ago": Construct(
        "往前推算的日期", {"ago": _need(Key(Kind.PERIOD, "往前多久")), "of": _operand("从哪一天起，默认 $as_of")}
    ),
    "later": Construct(
        "往后推算的日期", {"later": _need(Key(Kind.PERIOD, "往后多久")), "of": _operand("从哪一天起，默认 $as_of")}
    ),
}
# Conditions likewise.
CONDITION_FORMS = {
    "all": Construct("全部满足", {"all": _need(Key(Kind.CONDITIONS, "须全部满足")), "label": _LABEL}),
    "any": Construct("满足其一", {"any": _need(Key(Kind.CONDITIONS, "满足其一即可")), "label": _LABEL}),
    "not": Construct("不得满足", {"not": _need(Key(Kind.CONDITION, "不得满足")), "label": _LABEL}),
    "at_least": Construct("至少几项", {"at_least": _need(_one("至少满足 n 项", "at_least")), "label": _LABEL}),
    "use": Construct("引用通用条件", {"use": _need(Key(Kind.ID, "conditions 文件的 id"))}),
    "manual": Construct(
        "人工判断", {"id": Key(Kind.ID, "编号"), "manual": _need(_text("须由人判断的条件")), "cite": _CITE}
    ),
    "leaf": Construct(
        "条件",
        {
            "id": Key(Kind.ID, "编号，同一项目内不重复"),
            **OPERANDS,
            **WORDS,
            "cite": _CITE,
            "on_unknown": _enum("缺数据时如何处理，默认 ask", OnUnknown),
            "reading": _READING,
            "label": _text("代替自动生成的句子"),
        },
        exactly_one=tuple(OPERANDS),
    ),
}
_TIER_TABLE = _need(_list("分档表", "tier_row"))
_STEP_HEAD = {"id": _ID, "when": _WHEN, "label": _LABEL, "cite": _CITE, "reading": _READING}
_STEP_WORDS: Mapping[str, Mapping[str, Key]] = {
    "fixed": {"fixed": _value("加上一笔固定金额")},
    "rate": {"rate": _one("加上 基数 × 比例", "rate")},
    "match": {"match": _one("按上级奖励的比例配套", "match")},
    "tiers": {"tiers": _one("按分档表计算", "tiers"), "table": _TIER_TABLE},
    "per_unit": {"per_unit": _one("每满一个单位加一笔", "per_unit")},
    "per_item": {"per_item": _one("列表每一项加一笔", "per_item")},
    "for_each": {"for_each": _one("对列表每一项执行一组步骤", "for_each")},
    "range": {"range": _one("由主管部门在幅度内决定", "range")},
    "amount_of": {"amount_of": Key(Kind.ID, "另一项目的金额")},
    "base": {"base": _one("设定计算基数", "base")},
    "cap_base": {"cap_base": _value("基数封顶")},
    "floor_base": {"floor_base": _value("基数保底")},
    "multiply": {"multiply": _value("乘以倍数")},
    "cap_amount": {"cap_amount": _value("金额封顶")},
    "deduct": {"deduct": _value("减去已发放金额")},
    "top_up": {"top_up": _value("补差：减去已获金额")},
    "prorate": {"prorate": _one("按月数或天数折算", "prorate")},
    "pay_only_if_from": {"pay_only_if_from": _value("低于此数不发")},
    "instalments": {"instalments": Key(Kind.LIST, "分期拨付", of=("instalment", "instalment_years"))},
    "round": {"round": _one("取整，放在最后", "round")},
}
STEP_FORMS = {
    word: Construct(f"步骤 {word}", {"id": _ID, **{key: _need(value) for key, value in own.items()}, **_STEP_HEAD})
    for word, own in _STEP_WORDS.items()
}
WINDOW_FORMS = {
    "from": Construct(
        "申报时间段",
        {"from": _need(Key(Kind.DAY, "首日（含）")), "to": _need(Key(Kind.DAY, "末日（含）")), "cite": _CITE},
    ),
    "yearly": Construct("每年申报时间", {"yearly": _need(_one("每年起止月日", "yearly")), "cite": _CITE}),
    "within": Construct(
        "事后申报期限",
        {
            "within": _need(Key(Kind.PERIOD, "多久之内")),
            "of": _need(Key(Kind.NAME, "从哪个日期事实起算")),
            "cite": _CITE,
        },
    ),
}

_TYPES = tuple(dimension.value for dimension in Dimension)
_ITEM_FIELD = {
    "label": _need(_LABEL),
    "type": _need(_words(Kind.CHOICE, "类型", *(word for word in _TYPES if word != "list"))),
    "unit": _text("单位"),
    "codes": _text("代码表"),
    "nullable": _text("“确知没有”的说法"),
    "source": _text("来源"),
    "ask": _text("如何问"),
    "why": _text("为何问"),
    "cost": Key(Kind.WHOLE, "回答的难易，0 最易"),
    "min": Key(Kind.LITERAL, "最小值"),
    "max": Key(Kind.LITERAL, "最大值"),
    "actionable": Key(Kind.FLAG, "能否改变"),
}
_DERIVED = {
    "expr": _EXPR,
    "when": Key(Kind.CONDITION, "条件成立为是"),
    "by": _operand("按哪个事实分档"),
    "cases": _list("分情形", "case"),
    **AGGREGATES,
    "least_of": Key(Kind.VALUES, "其中最小者"),
    "greatest_of": Key(Kind.VALUES, "其中最大者"),
}

CONSTRUCTS: Mapping[str, Construct] = {
    **{f"value.{word}": form for word, form in VALUE_FORMS.items()},
    **{f"condition.{word}": form for word, form in CONDITION_FORMS.items()},
    **{f"step.{word}": form for word, form in STEP_FORMS.items()},
    **{f"window.{word}": form for word, form in WINDOW_FORMS.items()},
    "policy": Construct(
        "项目文件",
        {
            "schema": _need(_words(Kind.CHOICE, "文件种类", "policy/1")),
            "id": _ID,
            "title": _need(_text("项目名称")),
            "level": _need(_words(Kind.CHOICE, "级别", *LEVELS)),
            "district": _text("区级项目所在的区"),
            "authority": _need(_text("主管部门")),
            "kind": _words(Kind.CHOICE, "类别", *KINDS),
            "applicant": _APPLICANT,
            "settlement": _need(_enum("calculate 本系统测算；match_only 只匹配", Settlement)),
            "summary": _text("一句话说明给谁、给多少"),
            "industries": Key(Kind.TEXTS, "目录筛选用的行业代码"),
            "tags": Key(Kind.TEXTS, "标签"),
            "dossier": Key(Kind.TEXTS, "资料编号，如 P-03"),
            "patterns": Key(Kind.TEXTS, "条款与公式类型，如 E08"),
            "legal_flags": Key(Kind.TEXTS, "法律提示，如 fiscal_contribution_linked"),
            "verified_on": Key(Kind.DAY, "核对日期"),
            "note": _text("来源没有写明的事"),
            "documents": _need(_DOCUMENTS),
            "office": _text("受理单位"),
            "phone": _text("咨询电话"),
            "materials": _list("申请材料", "material"),
            "process": _list("办理流程", "stage"),
            "params": _map("会变的数字，各有起始日和依据", "param"),
            "versions": _need(_list("各个时期的规定", "version")),
            "profiles": Key(Kind.MAP, "测试用的典型对象", of=("facts",)),
            "tests": _list("内嵌测试", "test"),
        },
    ),
    "document": Construct(
        "文件",
        {
            "id": _need(_text("文件代号")),
            "title": _need(_text("文件名称")),
            "number": _text("文号"),
            "issuer": _text("发文机关"),
            "issued": Key(Kind.DAY, "发文日期"),
            "source_quality": _enum("来源质量", SourceQuality),
            "note": _text("说明"),
        },
    ),
    "cite": Construct(
        "依据",
        {
            "doc": _need(_text("documents 中的文件代号")),
            "clause": _need(_text("条款号")),
            "quote": _text("逐字原文"),
            "gist": _text("自己的话转述"),
        },
    ),
    "reading": Construct(
        "口径",
        {
            "text": _need(_text("如何理解")),
            "by": _need(_text("谁定的")),
            "decided_on": Key(Kind.DAY, "何时定的"),
        },
    ),
    "material": Construct(
        "材料", {"name": _need(_text("材料名称")), "fresh": Key(Kind.PERIOD, "多久之内出具"), "note": _text("说明")}
    ),
    "stage": Construct(
        "流程环节",
        {
            "name": _need(_text("环节名称")),
            "office": _text("办理单位"),
            "time_limit": Key(Kind.PERIOD, "办理时限"),
            "cite": _CITE,
        },
    ),
    "param": Construct("参数", {"label": _need(_LABEL), "values": _need(_list("各时期的值", "param_value"))}),
    "param_value": Construct(
        "参数值",
        {
            "from": _need(Key(Kind.DAY, "首日（含）")),
            "to": Key(Kind.DAY, "末日（含）"),
            "value": _need(Key(Kind.LITERAL, "值")),
            "cite": _CITE,
        },
    ),
    "version": Construct(
        "版本",
        {
            "from": _need(Key(Kind.DAY, "首日生效（含）")),
            "to": Key(Kind.DAY, "末日有效（含）；来源没有写明就不写"),
            "fact_year": Key(Kind.TEXT, "事实年度：previous（默认）、current 或年份"),
            "params_at": Key(Kind.ONE, "参数取哪一天的值", of=("recognised_on",), choices=("as_of", "fact_year_end")),
            "apply_window": Key(Kind.WINDOW, "申报时间"),
            "suspended": _one("暂停受理", "suspension"),
            "pool": _one("总额控制", "pool"),
            "ceiling": _one("公布的最高额", "ceiling"),
            "cite": _CITE,
            "reading": _READING,
            "eligibility": _need(Key(Kind.CONDITION, "申报条件")),
            "amount": _one("金额", "amount"),
            "groups": Key(Kind.IDS, "所属互斥组"),
        },
    ),
    "recognised_on": Construct("认定日", {"recognised_on": _need(_one("哪个日期事实", "of_date"))}),
    "of_date": Construct("日期事实", {"of": _need(Key(Kind.NAME, "日期事实名"))}),
    "yearly": Construct(
        "每年起止",
        {"from": _need(Key(Kind.MONTH_DAY, "首日，如 08-15")), "to": _need(Key(Kind.MONTH_DAY, "末日，如 09-01"))},
    ),
    "suspension": Construct(
        "暂停",
        {
            "from": _need(Key(Kind.DAY, "首日（含）")),
            "to": Key(Kind.DAY, "末日（含）"),
            "because": _need(_text("原因")),
            "cite": _CITE,
        },
    ),
    "pool": Construct(
        "总额控制",
        {
            "kind": _need(_enum("scale 按比例缩减；rate 由预算定比例", PoolKind)),
            "budget": _value("预算"),
            "cite": _CITE,
        },
    ),
    "ceiling": Construct("最高额", {"value": _need(Key(Kind.LITERAL, "金额")), "cite": _CITE}),
    "amount": Construct("金额", {"steps": _need(Key(Kind.STEPS, "自上而下逐步执行"))}),
    "at_least": Construct("至少几项", {"n": _need(Key(Kind.WHOLE, "几项")), "of": _need(Key(Kind.CONDITIONS, "从中"))}),
    "count_of": Construct("项数", {"list": _LIST_NAME, "where": _WHERE}),
    "sum_of": Construct("汇总", {"list": _LIST_NAME, "of": _need(_operand("每项取什么值")), "where": _WHERE}),
    "table_row": Construct("分档", {**WORDS, "otherwise": _OTHERWISE, "value": _need(_value("本档的值"))}),
    "case": Construct(
        "情形",
        {"when": Key(Kind.CONDITION, "条件"), "otherwise": _OTHERWISE, "value": _need(_value("此情形的值"))},
        exactly_one=("when", "otherwise"),
    ),
    "rate": Construct("比例", {"of": _operand("基数；不写则用 base"), "at": _need(_value("比例"))}),
    "match": Construct("配套", {"of": _need(_operand("上级奖励")), "at": _need(_value("比例"))}),
    "tiers": Construct(
        "分档计算",
        {"of": _operand("基数；不写则用 base"), "mode": _need(_enum("marginal 超额累进；whole 全额套档", TierMode))},
    ),
    "tier_row": Construct(
        "分档",
        {
            **{word: WORDS[word] for word in ("from", "over", "upto", "below")},
            "otherwise": _OTHERWISE,
            "rate": _value("本档比例"),
            "each": _value("每个单位的金额"),
            "value": _value("本档金额（只用于 whole）"),
        },
        exactly_one=("rate", "each", "value"),
    ),
    "per_unit": Construct(
        "按单位",
        {
            "of": _operand("基数；不写则用 base"),
            "above": _value("超过多少起算，默认 0"),
            "unit": _need(_value("一个单位是多少")),
            "each": _need(_value("每个单位的金额")),
            "count": _need(_enum("whole 满才算；prorated 按比例", UnitCount)),
        },
    ),
    "per_item": Construct(
        "按项",
        {
            "list": _LIST_NAME,
            "where": _WHERE,
            "each": _need(_value("每项的金额")),
            "limit": _one("最多几项", "limit"),
            "order_by": _enum("先算哪些项，默认 listed", ItemOrder),
        },
    ),
    "for_each": Construct(
        "逐项",
        {
            "list": _LIST_NAME,
            "where": _WHERE,
            "limit": _one("最多几项", "limit"),
            "order_by": _enum("先算哪些项，默认 listed", ItemOrder),
            "steps": _need(Key(Kind.STEPS, "对每一项执行")),
        },
    ),
    "limit": Construct("限额", {"count": _need(_value("最多几项")), "per": Key(Kind.NAME, "按项目的哪个事实分别计数")}),
    "range": Construct(
        "幅度",
        {"from": _need(_value("最低")), "upto": _need(_value("最高")), "decided_by": _need(_text("由谁决定"))},
    ),
    "base": Construct("基数", {"of": _need(_operand("基数"))}),
    "prorate": Construct(
        "折算",
        {
            "by": _need(_operand("实际月数或天数")),
            "over": _need(_value("满额月数或天数")),
            "minimum": _value("低于此数为零"),
        },
    ),
    "instalment": Construct("一期", {"share": _need(Key(Kind.SHARE, "比例")), "label": _need(_LABEL)}),
    "instalment_years": Construct("分年", {"years": _need(Key(Kind.WHOLE, "几年")), "cap_each": _value("每年最高")}),
    "round": Construct(
        "取整",
        {
            "to": _need(_words(Kind.CHOICE, "取整到", *ROUND_TO)),
            "mode": _need(_enum("half_up 四舍五入；down 舍去；up 进位", RoundMode)),
        },
    ),
    "test": Construct(
        "测试",
        {
            "name": _need(_text("测试名称")),
            "as_of": _need(Key(Kind.DAY, "哪一天")),
            "profile": _text("profiles 中的名称"),
            "given": Key(Kind.FACTS, "事实，逐格覆盖典型对象"),
            "expect": _need(_one("应得结果", "expect")),
        },
    ),
    "expect": Construct(
        "应得结果",
        {
            "status": _words(Kind.CHOICE, "状态", *STATUSES),
            "amount": Key(Kind.EXPECTED_MONEY, "测算金额", nullable=True),
            "payable": Key(Kind.EXPECTED_MONEY, "可兑现金额", nullable=True),
            "failed": Key(Kind.TEXTS, "未满足的条件"),
            "missing": Key(Kind.TEXTS, "缺少的事实"),
            "assumed": Key(Kind.TEXTS, "按默认处理的条件"),
            "review": Key(Kind.TEXTS, "须人工审查的条件"),
            "shortfall": Key(Kind.FACTS, "条件: 差多少"),
            "near_miss": Key(Kind.FLAG, "是否只差一点"),
            "trace": Key(Kind.FACTS, "步骤: 效果"),
        },
    ),
    "expected_money": Construct(
        "金额范围",
        {
            "min": Key(Kind.LITERAL, "最少", nullable=True),
            "max": Key(Kind.LITERAL, "最多，null 为不封顶", nullable=True),
        },
    ),
    "fact_range": Construct("范围", {"from": Key(Kind.LITERAL, "最小"), "upto": Key(Kind.LITERAL, "最大")}),
    "group": Construct(
        "互斥组文件",
        {
            "schema": _need(_words(Kind.CHOICE, "文件种类", "group/1")),
            "id": _ID,
            "title": _need(_text("名称")),
            "rule": _need(_enum("如何互斥", GroupRule)),
            "scope": _need(_words(Kind.CHOICES, "在什么范围内互斥", *SCOPES)),
            "order": _words(Kind.CHOICE, "先封顶还是先比较，默认 after_caps", "after_caps", "before_caps"),
            "members": Key(Kind.IDS, "项目 id"),
            "levels": _words(Kind.CHOICES, "这些级别的全部项目（rule: cap）", *LEVELS),
            "exempt": Key(Kind.IDS, "除外的项目 id（rule: cap）"),
            "external": _one("已从别处获得的同类金额", "external"),
            "cap": _value("合并封顶（rule: cap）"),
            "cost_list": Key(Kind.NAME, "逐笔支出的列表（scope 含 cost_item）"),
            "documents": _DOCUMENTS,
            "cite": _need(_CITE),
        },
    ),
    "external": Construct("别处所得", {"field": _need(Key(Kind.NAME, "事实名")), "label": _LABEL}),
    "conditions": Construct(
        "通用条件文件",
        {
            "schema": _need(_words(Kind.CHOICE, "文件种类", "conditions/1")),
            "id": _ID,
            "title": _need(_text("名称")),
            "documents": _need(_DOCUMENTS),
            "condition": _need(Key(Kind.CONDITION, "条件")),
        },
    ),
    "vocab": Construct(
        "事实字典",
        {
            "schema": _need(_words(Kind.CHOICE, "文件种类", "vocab/1")),
            "fields": _map("事实", "field"),
            "derived": _map("推算的事实", "derived"),
            "documents": _DOCUMENTS,
        },
    ),
    "field": Construct(
        "事实",
        {
            **_ITEM_FIELD,
            "type": _need(_words(Kind.CHOICE, "类型", *_TYPES)),
            "period": _words(Kind.CHOICE, "按年", "year"),
            "applicant": _APPLICANT,
            "item": _map("列表各项的事实", "item_field"),
        },
    ),
    "item_field": Construct("列表项的事实", _ITEM_FIELD),
    "derived": Construct(
        "推算的事实",
        {
            "label": _need(_LABEL),
            "type": _need(_words(Kind.CHOICE, "类型", *(word for word in _TYPES if word not in {"list", "text"}))),
            "unit": _text("单位"),
            "codes": _text("代码表"),
            "cite": _CITE,
            "on_zero": _enum("除数为零时：unknown（默认）未知，fail 视为没有", OnZero),
            **_DERIVED,
            "table": _TABLE,
        },
        exactly_one=tuple(_DERIVED),
        together=("by", "table"),
    ),
    "codes": Construct(
        "代码表",
        {
            "schema": _need(_words(Kind.CHOICE, "文件种类", "codes/1")),
            "id": _need(_text("与文件名相同")),
            "title": _need(_text("名称")),
            "source": _need(_one("来源", "code_source")),
            "prefix_of": Key(Kind.FLAG, "是否逐级前缀代码"),
            "ordered": Key(Kind.FLAG, "是否由低到高"),
            "open": Key(Kind.FLAG, "是否接受未列出的下级代码"),
            "codes": _need(_map("代码", "code")),
        },
    ),
    "code_source": Construct(
        "代码表来源",
        {
            "title": _need(_text("名称")),
            "number": _text("编号"),
            "source_quality": _need(_enum("来源质量", SourceQuality)),
            "note": _text("说明"),
        },
    ),
    "code": Construct(
        "代码",
        {
            "label": _text("名称，默认与代码相同"),
            "parent": Key(Kind.TEXT, "上级代码", nullable=True),
            "code": _text("官方代码"),
            "aliases": Key(Kind.TEXTS, "别名"),
            "note": _text("说明"),
            "source_quality": _enum("来源质量", SourceQuality),
            "fictitious": Key(Kind.FLAG, "是否虚构"),
        },
    ),
}
