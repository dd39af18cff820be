"""The closed set of keys of `discretion/1`, `grounds/1` and `powers/1`; what they share is the policy language's."""

from __future__ import annotations

from enum import Enum

from enforcement.discretion.model import Effect, Leaning, Weight
from rules.language.kinds import (
    CITE,
    DOCUMENTS,
    ID,
    LABEL,
    READING,
    Construct,
    Key,
    Kind,
    enum,
    listed,
    named,
    need,
    one,
    text,
    value,
    words,
)

SCHEMAS = ("discretion/1", "grounds/1", "powers/1")
LEVELS = ("国家级", "省级", "市级", "区级")
FACT_TYPES = ("money", "count", "bool", "code")
ROUND_TO = {"分": "FEN", "元": "YUAN"}
LOWER, UPPER = ("from", "over"), ("upto", "below")

_WHEN = Key(Kind.CONDITION, "适用情形")
_FINE = need(one("罚款幅度", "fine"))
_SPAN = {"from": need(Key(Kind.DAY, "首日施行（含）")), "to": Key(Kind.DAY, "末日有效（含）；来源没有写明就不写")}
_SCHEMA = {schema: need(words(Kind.CHOICE, "文件种类", schema)) for schema in SCHEMAS}


class PowerKind(Enum):
    """The kinds of public power in a power list (9 + X)."""

    PERMIT = "行政许可"
    PENALTY = "行政处罚"
    COERCION = "行政强制"
    LEVY = "行政征收"
    PAYMENT = "行政给付"
    INSPECTION = "行政检查"
    CONFIRMATION = "行政确认"
    REWARD = "行政奖励"
    RULING = "行政裁决"
    OTHER = "其他行政权力"


DUTY_STAGES = (
    "受理",
    "检查",
    "立案",
    "调查",
    "审查",
    "告知",
    "决定",
    "送达",
    "执行",
    "处置",
    "公开",
    "监管",
)  # in order

GROUNDS = Construct(
    "裁量情节文件",
    {
        "schema": _SCHEMA["grounds/1"],
        "id": ID,
        "title": need(text("名称")),
        **_SPAN,
        "note": text("来源没有写明的事"),
        "documents": need(DOCUMENTS),
        "facts": named("要查明的事实", "fact"),
        "exemptions": listed("不予处罚的规定", "exemption"),
        "grounds": listed("从轻、减轻、从重情节", "ground"),
    },
)
EXEMPTION = Construct(
    "不予处罚的规定",
    {
        "id": ID,
        "label": need(LABEL),
        "effect": need(enum("必须还是可以", Effect)),
        "when": need(_WHEN),
        "cite": need(CITE),
    },
)
GROUND = Construct(
    "情节",
    {
        "id": need(Key(Kind.NAME, "情节名，也是要查明的事实")),
        "label": need(LABEL),
        "leaning": need(enum("倾向", Leaning)),
        "cite": need(CITE),
    },
)
BENCHMARK = Construct(
    "裁量基准文件",
    {
        "schema": _SCHEMA["discretion/1"],
        "id": ID,
        "title": need(text("名称")),
        "authority": need(text("制定或实施机关")),
        "level": words(Kind.CHOICE, "级别", *LEVELS),
        "region": text("适用地区"),
        **_SPAN,
        "reading": READING,
        "verified_on": Key(Kind.DAY, "核对日期"),
        "note": text("来源没有写明的事"),
        "documents": need(DOCUMENTS),
        "facts": need(named("要查明的事实", "fact")),
        "grounds": Key(Kind.IDS, "适用的裁量情节文件 id"),
        "rounding": need(one("取整", "rounding")),
        "scales": listed("多个违法行为共用的阶次", "scale"),
        "acts": need(listed("违法行为", "act")),
        "profiles": Key(Kind.MAP, "测试用的典型案情", of=("facts",)),
        "tests": listed("内嵌测试", "test"),
    },
)
FACT = Construct(
    "事实",
    {
        "label": need(LABEL),
        "type": need(words(Kind.CHOICE, "类型", *FACT_TYPES)),
        "unit": text("count 的单位"),
        "values": Key(Kind.TEXTS, "code 的取值"),
        "ask": text("如何查明"),
        "min": Key(Kind.LITERAL, "最小值，默认 0"),
        "max": Key(Kind.LITERAL, "最大值"),
    },
)
ROUNDING = Construct("取整", {"to": need(words(Kind.CHOICE, "单位", *ROUND_TO)), "cite": CITE, "reading": READING})
SCALE = Construct(
    "共用阶次", {"id": ID, "title": need(text("名称")), "grades": need(listed("由轻到重的阶次", "grade"))}
)
ACT = Construct(
    "违法行为",
    {
        "id": ID,
        "code": text("编码"),
        "title": need(text("违法行为")),
        "duty": one("法律依据：违反了哪一条", "cite"),
        "kinds": Key(Kind.TEXTS, "处罚种类"),
        "power": Key(Kind.ID, "权责清单中的事项 id"),
        "note": text("备注"),
        "statutory": need(listed("处罚依据和法定幅度", "branch")),
        "scale": Key(Kind.ID, "scales 中的阶次"),
        "grades": listed("由轻到重的阶次", "grade"),
    },
    exactly_one=("scale", "grades"),
)
BRANCH = Construct(
    "法定幅度",
    {
        "id": ID,
        "label": need(LABEL),
        "when": _WHEN,
        "fine": _FINE,
        "besides": text("罚款以外的处罚"),
        "cite": need(CITE),
        "reading": READING,
    },
)
GRADE = Construct(
    "裁量阶次",
    {
        "id": ID,
        "label": need(text("阶次，如 从轻、一般、从重")),
        "when": _WHEN,
        "weight": enum("按情节轻重分档时，哪一种", Weight),
        "fine": _FINE,
        "cite": need(CITE),
        "reading": READING,
        "gap_before": one("来源本身与上一档之间有空当时的说明", "reading"),
    },
)
FINE = Construct(
    "罚款幅度",
    {
        "from": value("以上、不低于"),
        "over": value("超过"),
        "upto": value("以下、不超过"),
        "below": value("不足"),
        "is": value("固定数额或倍数"),
        "of": Key(Kind.NAME, "倍数以哪个事实为基数"),
        "cap": Key(Kind.LITERAL, "最高不超过"),
    },
)
TEST = Construct(
    "测试",
    {
        "name": need(text("名称")),
        "act": need(Key(Kind.ID, "哪个违法行为")),
        "on": need(Key(Kind.DAY, "违法行为发生之日")),
        "profile": text("典型案情"),
        "given": Key(Kind.FACTS, "案情"),
        "expect": need(one("应得结果", "expect")),
    },
)
EXPECT = Construct(
    "应得结果",
    {
        "status": text("结果状态"),
        "grade": Key(Kind.IDS, "阶次 id"),
        "branch": Key(Kind.IDS, "法定幅度 id"),
        "fine": one("罚款幅度", "expected_fine"),
        "exemption": text("不予处罚的结论"),
        "missing": Key(Kind.TEXTS, "尚待查明的事实"),
    },
)
EXPECTED_FINE = Construct(
    "罚款幅度",
    {
        "from": need(Key(Kind.LITERAL, "下限")),
        "upto": need(Key(Kind.LITERAL, "上限，null 为没有上限", nullable=True)),
    },
)

POWERS = Construct(
    "权责清单文件",
    {
        "schema": _SCHEMA["powers/1"],
        "id": ID,
        "title": need(text("名称")),
        "authority": need(text("公布机关")),
        "status": need(words(Kind.CHOICE, "正式公布的清单，还是示例", "正式", "示例")),
        "as_of": Key(Kind.DAY, "截至哪一天"),
        "note": text("说明"),
        "documents": need(DOCUMENTS),
        "items": need(listed("职权事项", "power")),
    },
)
POWER = Construct(
    "职权事项",
    {
        "id": ID,
        "number": need(Key(Kind.WHOLE, "序号")),
        "code": text("职权编码"),
        "title": need(text("职权名称")),
        "sub_item": text("子项"),
        "kind": need(enum("职权类别", PowerKind)),
        "body": text("实施主体"),
        "office": text("承办机构"),
        "tier": words(Kind.CHOICE, "实施层级", "国家级", "省级", "市级", "区级", "街道级"),
        "basis": need(listed("依据", "cite")),
        "duties": listed("责任事项", "duty"),
        "liability": Key(Kind.TEXTS, "追责情形"),
        "time_limit": Key(Kind.PERIOD, "办理时限"),
        "fee": text("收费，不收费写“不收费”"),
        "phone": text("监督电话"),
        "unknown": Key(Kind.TEXTS, "来源没有给出、因而空着的栏"),
        "invented": Key(Kind.TEXTS, "为演示而拟、没有来源的栏"),
        "acts": Key(Kind.TEXTS, "裁量基准中的违法行为，写 基准id.行为id"),
        "draw_items": Key(Kind.IDS, "随机抽查事项清单中的事项 id"),
        "leads_to": Key(Kind.IDS, "检查发现问题后转入的处罚事项 id"),
    },
)
DUTY = Construct("责任事项", {"stage": need(words(Kind.CHOICE, "环节", *DUTY_STAGES)), "text": need(text("责任"))})
