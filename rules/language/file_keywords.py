"""The keys of the files: policies with their versions and tests, groups, condition sets, vocabularies, code tables."""

from __future__ import annotations

from collections.abc import Mapping

from rules.language.kinds import (
    APPLICANT,
    APPLICANTS,
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
    operand,
    text,
    value,
    words,
)
from rules.language.model import Dimension, GroupRule, OnZero, PoolKind, Settlement, SourceQuality
from rules.language.rule_keywords import AGGREGATES, EXPR, TABLE

LEVELS = ("区级", "市级", "省级", "国家级")  # the order in which policies are listed
KINDS = ("产业", "科技", "商贸", "金融", "人才", "就业", "文化", "总部", "知识产权", "外贸", "租金", "认定")
SCOPES = (*APPLICANTS, "fact_year", "cost_item")
STATUSES = ("eligible", "needs_review", "needs_info", "ineligible", "window_closed", "not_in_force", "suspended")
EFFECTS = ("applied", "skipped", "capped", "uncapped", "floored", "unfloored", "zeroed", "rounded", "unchanged")
SCHEMAS = ("policy/1", "group/1", "conditions/1", "vocab/1", "codes/1")

WINDOW_FORMS = {
    "from": Construct(
        "申报时间段",
        {"from": need(Key(Kind.DAY, "首日（含）")), "to": need(Key(Kind.DAY, "末日（含）")), "cite": CITE},
    ),
    "yearly": Construct("每年申报时间", {"yearly": need(one("每年起止月日", "yearly")), "cite": CITE}),
    "within": Construct(
        "事后申报期限",
        {
            "within": need(Key(Kind.PERIOD, "多久之内")),
            "of": need(Key(Kind.NAME, "从哪个日期事实起算")),
            "cite": CITE,
        },
    ),
}

_TYPES = tuple(dimension.value for dimension in Dimension)
_ITEM_FIELD = {
    "label": need(LABEL),
    "type": need(words(Kind.CHOICE, "类型", *(word for word in _TYPES if word != "list"))),
    "unit": text("单位"),
    "codes": text("代码表"),
    "nullable": text("“确知没有”的说法"),
    "source": text("来源"),
    "ask": text("如何问"),
    "why": text("为何问"),
    "cost": Key(Kind.WHOLE, "回答的难易，0 最易"),
    "min": Key(Kind.LITERAL, "最小值"),
    "max": Key(Kind.LITERAL, "最大值"),
    "actionable": Key(Kind.FLAG, "能否改变"),
}
_DERIVED = {
    "expr": EXPR,
    "when": Key(Kind.CONDITION, "条件成立为是"),
    "by": operand("按哪个事实分档"),
    "cases": listed("分情形", "case"),
    **AGGREGATES,
    "least_of": Key(Kind.VALUES, "其中最小者"),
    "greatest_of": Key(Kind.VALUES, "其中最大者"),
}


FILE_CONSTRUCTS: Mapping[str, Construct] = {
    **{f"window.{word}": form for word, form in WINDOW_FORMS.items()},
    "policy": Construct(
        "项目文件",
        {
            "schema": need(words(Kind.CHOICE, "文件种类", "policy/1")),
            "id": ID,
            "title": need(text("项目名称")),
            "level": need(words(Kind.CHOICE, "级别", *LEVELS)),
            "district": text("区级项目所在的区"),
            "authority": need(text("主管部门")),
            "kind": words(Kind.CHOICE, "类别", *KINDS),
            "applicant": APPLICANT,
            "settlement": need(enum("calculate 本系统测算；match_only 只匹配", Settlement)),
            "summary": text("一句话说明给谁、给多少"),
            "industries": Key(Kind.TEXTS, "目录筛选用的行业代码"),
            "tags": Key(Kind.TEXTS, "标签"),
            "dossier": Key(Kind.TEXTS, "资料编号，如 P-03"),
            "patterns": Key(Kind.TEXTS, "条款与公式类型，如 E08"),
            "legal_flags": Key(Kind.TEXTS, "法律提示，如 fiscal_contribution_linked"),
            "verified_on": Key(Kind.DAY, "核对日期"),
            "note": text("来源没有写明的事"),
            "documents": need(DOCUMENTS),
            "office": text("受理单位"),
            "phone": text("咨询电话"),
            "materials": listed("申请材料", "material"),
            "process": listed("办理流程", "stage"),
            "params": named("会变的数字，各有起始日和依据", "param"),
            "versions": need(listed("各个时期的规定", "version")),
            "profiles": Key(Kind.MAP, "测试用的典型对象", of=("facts",)),
            "tests": listed("内嵌测试", "test"),
        },
    ),
    "document": Construct(
        "文件",
        {
            "id": need(text("文件代号")),
            "title": need(text("文件名称")),
            "number": text("文号"),
            "issuer": text("发文机关"),
            "issued": Key(Kind.DAY, "发文日期"),
            "source_quality": enum("来源质量", SourceQuality),
            "note": text("说明"),
        },
    ),
    "cite": Construct(
        "依据",
        {
            "doc": need(text("documents 中的文件代号")),
            "clause": need(text("条款号")),
            "quote": text("逐字原文"),
            "gist": text("自己的话转述"),
        },
    ),
    "reading": Construct(
        "口径",
        {
            "text": need(text("如何理解")),
            "by": need(text("谁定的")),
            "decided_on": Key(Kind.DAY, "何时定的"),
        },
    ),
    "material": Construct(
        "材料", {"name": need(text("材料名称")), "fresh": Key(Kind.PERIOD, "多久之内出具"), "note": text("说明")}
    ),
    "stage": Construct(
        "流程环节",
        {
            "name": need(text("环节名称")),
            "office": text("办理单位"),
            "time_limit": Key(Kind.PERIOD, "办理时限"),
            "cite": CITE,
        },
    ),
    "param": Construct("参数", {"label": need(LABEL), "values": need(listed("各时期的值", "param_value"))}),
    "param_value": Construct(
        "参数值",
        {
            "from": need(Key(Kind.DAY, "首日（含）")),
            "to": Key(Kind.DAY, "末日（含）"),
            "value": need(Key(Kind.LITERAL, "值")),
            "cite": CITE,
        },
    ),
    "version": Construct(
        "版本",
        {
            "from": need(Key(Kind.DAY, "首日生效（含）")),
            "to": Key(Kind.DAY, "末日有效（含）；来源没有写明就不写"),
            "fact_year": Key(Kind.TEXT, "事实年度：previous（默认）、current 或年份"),
            "params_at": Key(Kind.ONE, "参数取哪一天的值", of=("recognised_on",), choices=("as_of", "fact_year_end")),
            "apply_window": Key(Kind.WINDOW, "申报时间"),
            "suspended": one("暂停受理", "suspension"),
            "pool": one("总额控制", "pool"),
            "ceiling": one("公布的最高额", "ceiling"),
            "cite": CITE,
            "reading": READING,
            "eligibility": need(Key(Kind.CONDITION, "申报条件")),
            "amount": one("金额", "amount"),
            "groups": Key(Kind.IDS, "所属互斥组"),
        },
    ),
    "recognised_on": Construct("认定日", {"recognised_on": need(one("哪个日期事实", "of_date"))}),
    "of_date": Construct("日期事实", {"of": need(Key(Kind.NAME, "日期事实名"))}),
    "yearly": Construct(
        "每年起止",
        {"from": need(Key(Kind.MONTH_DAY, "首日，如 08-15")), "to": need(Key(Kind.MONTH_DAY, "末日，如 09-01"))},
    ),
    "suspension": Construct(
        "暂停",
        {
            "from": need(Key(Kind.DAY, "首日（含）")),
            "to": Key(Kind.DAY, "末日（含）"),
            "because": need(text("原因")),
            "cite": CITE,
        },
    ),
    "pool": Construct(
        "总额控制",
        {
            "kind": need(enum("scale 按比例缩减；rate 由预算定比例", PoolKind)),
            "budget": value("预算"),
            "cite": CITE,
        },
    ),
    "ceiling": Construct("最高额", {"value": need(Key(Kind.LITERAL, "金额")), "cite": CITE}),
    "test": Construct(
        "测试",
        {
            "name": need(text("测试名称")),
            "as_of": need(Key(Kind.DAY, "哪一天")),
            "profile": text("profiles 中的名称"),
            "given": Key(Kind.FACTS, "事实，逐格覆盖典型对象"),
            "expect": need(one("应得结果", "expect")),
        },
    ),
    "expect": Construct(
        "应得结果",
        {
            "status": words(Kind.CHOICE, "状态", *STATUSES),
            "amount": Key(Kind.EXPECTED_MONEY, "测算金额", nullable=True),
            "payable": Key(Kind.EXPECTED_MONEY, "可兑现金额", nullable=True),
            "together": Key(Kind.EXPECTED_MONEY, "与同组和 beside 各项目合计可兑现"),
            "beside": Key(Kind.TEXTS, "一并测算的项目"),
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
            "schema": need(words(Kind.CHOICE, "文件种类", "group/1")),
            "id": ID,
            "title": need(text("名称")),
            "rule": need(enum("如何互斥", GroupRule)),
            "scope": need(words(Kind.CHOICES, "在什么范围内互斥", *SCOPES)),
            "order": words(Kind.CHOICE, "先封顶还是先比较，默认 after_caps", "after_caps", "before_caps"),
            "members": Key(Kind.IDS, "项目 id"),
            "levels": words(Kind.CHOICES, "这些级别的全部项目（rule: cap）", *LEVELS),
            "exempt": Key(Kind.IDS, "除外的项目 id（rule: cap）"),
            "external": one("已从别处获得的同类金额", "external"),
            "cap": value("合并封顶（rule: cap）"),
            "cost_list": Key(Kind.NAME, "逐笔支出的列表（scope 含 cost_item）"),
            "documents": DOCUMENTS,
            "cite": need(CITE),
        },
    ),
    "external": Construct("别处所得", {"field": need(Key(Kind.NAME, "事实名")), "label": LABEL}),
    "conditions": Construct(
        "通用条件文件",
        {
            "schema": need(words(Kind.CHOICE, "文件种类", "conditions/1")),
            "id": ID,
            "title": need(text("名称")),
            "documents": need(DOCUMENTS),
            "condition": need(Key(Kind.CONDITION, "条件")),
        },
    ),
    "vocab": Construct(
        "事实字典",
        {
            "schema": need(words(Kind.CHOICE, "文件种类", "vocab/1")),
            "fields": named("事实", "field"),
            "derived": named("推算的事实", "derived"),
            "documents": DOCUMENTS,
        },
    ),
    "field": Construct(
        "事实",
        {
            **_ITEM_FIELD,
            "type": need(words(Kind.CHOICE, "类型", *_TYPES)),
            "period": words(Kind.CHOICE, "按年", "year"),
            "applicant": APPLICANT,
            "item": named("列表各项的事实", "item_field"),
        },
    ),
    "item_field": Construct("列表项的事实", _ITEM_FIELD),
    "derived": Construct(
        "推算的事实",
        {
            "label": need(LABEL),
            "type": need(words(Kind.CHOICE, "类型", *(word for word in _TYPES if word not in {"list", "text"}))),
            "unit": text("单位"),
            "codes": text("代码表"),
            "cite": CITE,
            "on_zero": enum("除数为零时：unknown（默认）未知，fail 视为没有", OnZero),
            **_DERIVED,
            "table": TABLE,
        },
        exactly_one=tuple(_DERIVED),
        together=("by", "table"),
    ),
    "codes": Construct(
        "代码表",
        {
            "schema": need(words(Kind.CHOICE, "文件种类", "codes/1")),
            "id": need(text("与文件名相同")),
            "title": need(text("名称")),
            "source": need(one("来源", "code_source")),
            "prefix_of": Key(Kind.FLAG, "是否逐级前缀代码"),
            "ordered": Key(Kind.FLAG, "是否由低到高"),
            "open": Key(Kind.FLAG, "是否接受未列出的下级代码"),
            "codes": need(named("代码", "code")),
        },
    ),
    "code_source": Construct(
        "代码表来源",
        {
            "title": need(text("名称")),
            "number": text("编号"),
            "source_quality": need(enum("来源质量", SourceQuality)),
            "note": text("说明"),
        },
    ),
    "code": Construct(
        "代码",
        {
            "label": text("名称，默认与代码相同"),
            "parent": Key(Kind.TEXT, "上级代码", nullable=True),
            "code": text("官方代码"),
            "aliases": Key(Kind.TEXTS, "别名"),
            "note": text("说明"),
            "source_quality": enum("来源质量", SourceQuality),
            "fictitious": Key(Kind.FLAG, "是否虚构"),
        },
    ),
}
