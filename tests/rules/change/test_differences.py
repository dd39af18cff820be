"""The difference of two editions, sentence by sentence."""

from __future__ import annotations

import pytest

from rules.change.differences import differences
from tests.support.rule_texts import VOCABULARY, bundle_of, group_text, policy_text

LEAVES = """
all:
  - {id: size, if: revenue, from: 100万元, label: 规模, CITE}
  - label: 任选
    any: [{id: hitech, if: hitech_until, present: true, CITE}, {id: plan, manual: 有计划, CITE}]
  - use: basics
  - not: {id: listed, if: is_listed, is: true, on_unknown: assume, CITE}
  - at_least: {n: 1, of: [{id: old, if: founded_on, upto: {ago: 2年}, CITE}, {id: staff, if: staff, from: 5人, CITE}]}
"""
STEPS = """
- {id: share, rate: {of: rd, at: $at}, label: 补助, CITE}
- {id: cap, cap_amount: 50万元, CITE}
- {id: round, round: {to: 元, mode: half_up}, CITE}
"""
HEAD = "params: {at: {label: 比例, values: [{from: 2025-01-01, value: 10%, CITE}]}}\n"
VERSION = """    apply_window: {from: 2025-03-01, to: 2025-04-30}
    suspended: {from: 2025-11-01, because: 预算用完}
    pool: {kind: scale, budget: 900万元, CITE}
    ceiling: {value: 60万元, CITE}
    groups: [g]
"""
SET = """schema: conditions/1
id: basics
title: 通用条件
documents:
  - {id: D, title: 办法}
condition: {id: local, if: district, is: 罗湖区, cite: {doc: D, clause: 第一条, gist: 依据}}
"""
GROUP = group_text("g", "cap", "a", "cap: 80万元\n")
RATIO = "  ratio: {label: 比率, type: ratio, expr: revenue / rd}\n"
FAILING = "  ratio: {label: 比率, type: ratio, expr: revenue / rd, on_zero: fail}\n"
POLICY = policy_text("a", LEAVES, STEPS, HEAD, version=VERSION)


def sentences(old: tuple[str, str] = ("", ""), *, policy=POLICY, group=GROUP, condition_set=SET, vocabulary=VOCABULARY):
    word, other = old
    texts = [text.replace(word, other, 1) if word and word in text else text for text in (policy, group, condition_set)]
    before = bundle_of(POLICY, GROUP, SET)
    after = bundle_of(*texts, vocabulary=vocabulary.replace(word, other, 1) if word else vocabulary)
    return [str(change) for change in differences(before, after)]


def test_equal_editions_have_no_difference():
    assert sentences() == []


@pytest.mark.parametrize(
    ("word", "other", "sentence"),
    [
        (
            "from: 100万元",
            "from: 200万元",
            "项目a：条件 size（第一条）由“营业收入不低于100万元”改为“营业收入不低于200万元”",
        ),
        (
            "present: true",
            "present: false",
            "项目a：条件 hitech（第一条）由“高企证书有效期至：有”改为“高企证书有效期至：无”",
        ),
        ("manual: 有计划", "manual: 有规划", "项目a：条件 plan（第一条）由“有计划”改为“有规划”"),
        (", on_unknown: assume", "", "项目a：条件 listed（第一条）由“已上市：是（未知时按满足处理）”改为“已上市：是”"),
        ("on_unknown: assume", "on_unknown: fail", "改为“已上市：是（未知时按不满足处理）”"),
        (
            "any: [{id: hitech",
            "all: [{id: hitech",
            "改为“全部（size、全部（hitech、plan）、basics、不得（listed）、至少1项（old、staff））”",
        ),
        ("        - use: basics\n", "", "项目a：通用条件删去：basics"),
        ("cap_amount: 50万元", "cap_amount: 60万元", "项目a：步骤 cap（第一条）由“最高50万元”改为“最高60万元”"),
        (
            "- {id: cap, cap_amount: 50万元",
            "- {id: least, pay_only_if_from: 1万元",
            "项目a：步骤 cap（第一条）删去：最高50万元",
        ),
        (
            "{of: rd, at: $at}, label: 补助",
            "{of: revenue, at: $at}, label: 补助",
            "项目a：步骤 share（第一条）由“加研发费用的比例”改为“加营业收入的比例”",
        ),
        ("value: 10%", "value: 12%", "项目a：参数“比例”自2025-01-01起的值（第一条）由“10%”改为“12%”"),
        (
            "value: 10%",
            "to: 2025-12-31, value: 10%",
            "项目a：参数“比例”自2025-01-01起的值（第一条）由“10%”改为“10%至2025-12-31”",
        ),
        ("    to: 2027-12-31\n", "", "项目a：有效期（第一条）由“2025-01-01至2027-12-31”改为“2025-01-01至未写明”"),
        (
            "  - from: 2025-01-01",
            "  - from: 2025-02-01",
            "项目a：有效期（第一条）由“2025-01-01至2027-12-31”改为“2025-02-01至2027-12-31”",
        ),
        (
            "    apply_window",
            "    fact_year: current\n    apply_window",
            "项目a：事实年度（第一条）由“上一年”改为“当年”",
        ),
        (
            "    apply_window",
            "    fact_year: 2022\n    apply_window",
            "项目a：事实年度（第一条）由“上一年”改为“2022年”",
        ),
        (
            "{from: 2025-03-01, to: 2025-04-30}",
            "{yearly: {from: 08-15, to: 09-01}}",
            "项目a：申报时间由“2025-03-01至2025-04-30”改为“每年8月15日至9月1日”",
        ),
        (
            "{from: 2025-03-01, to: 2025-04-30}",
            "{within: 1年, of: founded_on}",
            "项目a：申报时间由“2025-03-01至2025-04-30”改为“成立日期后1年内”",
        ),
        (
            "from: 2025-11-01, because",
            "from: 2025-11-01, to: 2025-12-01, because",
            "暂停受理由“2025-11-01至另行通知，预算用完”改为“2025-11-01至2025-12-01",
        ),
        (
            "kind: scale, budget: 900万元",
            "kind: rate",
            "项目a：资金总额由“900万元，按比例核减金额”改为“未写明，按总额定比例”",
        ),
        ("value: 60万元", "value: 70万元", "项目a：公布的最高额由“60万元”改为“70万元”"),
        ("level: 区级", "level: 市级", "项目a：级别由“区级”改为“市级”"),
        ("order: after_caps", "order: before_caps", "组g：封顶次序（第一条）由“先封顶后互斥”改为“先互斥后封顶”"),
        ("cap: 80万元", "cap: 90万元", "组g：合并上限（第一条）由“80万元”改为“90万元”"),
        (
            "members: [a]\n",
            "members: [a]\nexternal: {field: received, label: 同类}\n",
            "组g：同类资金（第一条）由“无”改为“已获补助”",
        ),
        (
            "is: 罗湖区",
            "in: [罗湖区, 福田区]",
            "通用条件：条件 local（第一条）由“注册地为罗湖区”改为“注册地属于罗湖区、福田区”",
        ),
        ("{upto: 100万元, value: 1}", "{upto: 100万元, value: 4}", "”改为“按营业收入分档的标准（不超过100万元为4；"),
    ],
)
def test_a_change_is_said_with_its_clause_and_both_values(word, other, sentence):
    assert sentence in "\n".join(sentences((word, other)))


def test_what_is_new_and_what_is_gone_is_said_as_a_whole():
    other = policy_text("b", "{id: x, if: staff, from: 1人, CITE}")
    old, new = bundle_of(policy_text("a", "{id: x, if: staff, from: 1人, CITE}")), bundle_of(other)

    assert [str(change) for change in differences(old, new)] == ["项目a：删去：整个条目", "项目b：新增：整个条目"]


def test_another_rule_of_a_group_and_a_cap_that_is_gone_are_said():
    old, new = bundle_of(POLICY, GROUP, SET), bundle_of(POLICY, group_text("g", "top_up", "a"), SET)

    assert [str(change) for change in differences(old, new)] == [
        "组g：处理方式（第一条）由“合并封顶”改为“就高补差”",
        "组g：合并上限（第一条）删去：80万元",
    ]


def test_steps_in_another_order_are_said():
    swapped = "\n".join(STEPS.strip().splitlines()[place] for place in (1, 0, 2))
    old = bundle_of(policy_text("a", "{id: x, if: staff, from: 1人, CITE}", STEPS, HEAD))
    new = bundle_of(policy_text("a", "{id: x, if: staff, from: 1人, CITE}", swapped, HEAD))

    assert [str(change) for change in differences(old, new)] == [
        "项目a：计算次序由“share → cap → round”改为“cap → share → round”"
    ]


def test_a_change_that_the_words_do_not_tell_is_still_a_change():
    share = "{id: x, expr: revenue / rd, from: 1倍, CITE}"
    old = bundle_of(policy_text("a", share), vocabulary=VOCABULARY)
    new = bundle_of(policy_text("a", "{id: x, if: ratio, from: 1倍, CITE}"), vocabulary=VOCABULARY + RATIO)
    same = bundle_of(policy_text("a", "{id: x, if: ratio, from: 1倍, CITE}"), vocabulary=VOCABULARY + FAILING)

    assert len(differences(old, new)) == 2
    assert [str(change) for change in differences(new, same)] == [
        "比率：算法由“营业收入 ÷ 研发费用”改为“营业收入 ÷ 研发费用（细节有变）”"
    ]
