"""Every kind of fault that a mutant can be, and that mutants are sound rules otherwise."""

from __future__ import annotations

from collections import Counter

from rules.check.mutants import mutants_of, mutants_of_set
from rules.language.rewrite import shape
from tests.support.rule_texts import VOCABULARY, bundle_of, group_text, policy_text

LEAVES = """
all:
  - {id: a, if: revenue, from: 100万元, below: 2亿元, CITE}
  - {id: b, if: is_listed, is: false, on_unknown: assume, CITE}
  - {id: c, if: size, in: [小型, 微型], CITE}
  - {id: d, if: size, is: 微型, CITE}
  - {id: e, if: size, not_in: [大型], CITE}
  - {id: f, if: founded_on, before: 2024-01-01, CITE}
  - {id: g, if: founded_on, from: {ago: 3年}, CITE}
  - {id: h, if: hitech_until, from: {ago: 20个工作日}, CITE}
  - {id: m, manual: 有计划, CITE}
  - not: {id: i, if: loss, over: 0元, CITE}
  - any: [{id: j, if: staff, over: 5人, CITE}, {id: k, expr: "max(share, 50%) + growth", from: 10%, CITE}]
  - at_least: {n: 1, of: [{id: l, if: area, upto: 9平方米, CITE}, {id: n, if: district, is: 罗湖区, CITE}]}
  - {id: o, count_of: {list: contracts, where: {if: paid, from: 1元}}, from: 1, CITE}
  - {id: p, count_of: {list: contracts}, from: 1, CITE}
"""
STEPS = """
- {id: fixed, fixed: {by: size, table: [{is: 大型, value: 1万元}, {is: 小型, value: 0元}]}, when: {if: is_listed, is: true}, CITE}
- {id: rate, rate: {of: rd, at: [{when: {if: is_listed, is: true}, value: 5%}, {otherwise: true, value: 3%}]}, CITE}
- {id: tiers, tiers: {of: rd, mode: marginal}, table: [{upto: 1万元, rate: 1%}, {over: 1万元, rate: 2%}], CITE}
- {id: flat, tiers: {of: rd, mode: whole}, table: [{upto: 1万元, value: 1元}], CITE}
- {id: days, fixed: {expr: "days(2024-01-01, $as_of) * 1元"}, CITE}
- {id: units, per_unit: {of: rd, unit: 1万元, each: 1元, count: whole}, CITE}
- {id: each, per_item: {list: contracts, where: {if: paid, from: 1元}, each: 5元, limit: {count: 2, per: name}}, CITE}
- {id: some, for_each: {list: contracts, limit: {count: 2}, steps: [{id: one, fixed: 1元, CITE}]}, CITE}
- {id: every, for_each: {list: contracts, steps: [{id: two, per_unit: {of: paid, unit: 1元, each: 1元, count: prorated}, CITE}]}, CITE}
- {id: round, round: {to: 元, mode: half_up}, CITE}
"""
PARAMS = "params: {at: {label: 比例, values: [{from: 2025-01-01, value: 10%, CITE}]}}\n"
SET = (
    "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: q, if: staff, from: 3人, on_unknown: fail, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)
WINDOW = "    apply_window: {from: 2025-03-01, to: 2025-04-30}\n"
GROUPS = [
    group_text("g", "highest", "a, b"),
    group_text("h", "cap", "a", "cap: 80万元\n"),
    group_text("i", "top_up", "b, a"),
]
OTHER = policy_text("b", "{use: s}", version="    groups: [g, i]\n")
OTHER_ALONE = policy_text("b", "{use: s}", version="    groups: [g]\n")
POLICY = policy_text("a", LEAVES, STEPS, PARAMS, version=f"{WINDOW}    groups: [g, h, i]\n")


def texts(bundle, name="a"):
    return Counter(str(mutant) for mutant in mutants_of(bundle, name))


def test_each_fault_is_told_in_words():
    found = texts(bundle_of(POLICY, OTHER, SET, *GROUPS))

    assert set(found) >= {
        "date：晚一天生效", "date：早一天失效", "date：晚一天失效", "year：换了事实年度",
        "date：申报时间改为 2025-03-02至2025-04-30", "date：申报时间改为 2025-03-01至2025-04-29",
        "operator：不低于100万元 改为 超过100万元", "operator：低于2亿元 改为 不超过2亿元",
        "threshold：100万元 改为 1,000,000.01元", "threshold：100万元 改为 999,999.99元",
        "operator：false 改为 是", "unknown：已上市：否：未知时改为要求补充",
        "operator：属于小型、微型 改为 不属于小型、微型", "member：去掉取值 微型", "operator：为微型 改为 不属于微型",
        "operator：不属于大型 改为 属于大型", "date：2024-01-01 改为 2024-01-02", "date：2024-01-01 改为 2023-12-31",
        "date：申报当日前3年 改为 3年1日", "date：申报当日前20个工作日 改为 21个工作日",
        "condition：去掉条件 有计划", "operator：去掉否定：亏损额超过0元",
        "operator：全部满足 改为 任一满足", "operator：任一满足 改为 全部满足", "operator：至少1项 改为 至少2项",
        "operator：持股比例、50%中最高者 改为 持股比例、50%中最低者", "threshold：50% 改为 50.01%", "threshold：10% 改为 9.99%",
        "threshold：9平方米 改为 9.01", "condition：合同（合同金额不低于1元）的项数 改为 合同的项数",
        "step：去掉步骤 fixed", "condition：步骤 fixed 去掉前提", "row：去掉第1档", "row：去掉第2档", "amount：1万元 改为 11,000元",
        "amount：0元 改为 0.01元", "operator：mode marginal 改为 whole", "operator：count whole 改为 prorated",
        "operator：count prorated 改为 whole", "condition：步骤 each 去掉对各项的条件", "step：步骤 each 去掉项数限制",
        "step：步骤 each 的项数限制不再分开计", "step：步骤 some 去掉项数限制", "rounding：取整 half_up 改为 down",
        "amount：参数“比例”10% 改为 11%", "date：参数“比例”晚一天生效",
        "group：互斥组 g 去掉成员", "group：互斥组 g 换了处理方式", "group：互斥组 h 去掉成员", "group：互斥组 i 换了处理方式",
    }  # fmt: skip
    assert "group：互斥组 h 换了处理方式" not in found


def test_each_mutant_is_another_rule_and_leaves_the_original_alone():
    bundle = bundle_of(POLICY, OTHER, SET, *GROUPS)
    before = shape(tuple(bundle.policies.values()))

    for mutant in mutants_of(bundle, "a"):
        assert mutant.original is bundle
        assert shape((tuple(mutant.bundle.policies.values()), tuple(mutant.bundle.groups.values()))) != shape(
            (tuple(bundle.policies.values()), tuple(bundle.groups.values()))
        ), str(mutant)
    assert shape(tuple(bundle.policies.values())) == before


def test_the_faults_of_a_shared_condition_are_told_by_its_own_name():
    bundle = bundle_of(OTHER, SET, group_text("g", "highest", "b"), group_text("i", "top_up", "b"))

    mutants = list(mutants_of_set(bundle, "s"))

    assert {mutant.owner for mutant in mutants} == {"s"}
    assert [mutant.kind for mutant in mutants] == ["unknown", "operator", "threshold", "threshold"]
    assert [mutant.is_about_unknown for mutant in mutants] == [True, False, False, False]


def test_what_stands_alone_cannot_be_left_out():
    lonely = "all: [{any: [{id: x, expr: rd / revenue, from: 3%, CITE}]}]"
    label = "- {id: a, fixed: [{when: {if: district, is: 罗湖区}, value: 1元}], CITE}\n- {id: r, round: {to: 元, mode: up}, CITE}"

    found = texts(bundle_of(policy_text("a", lonely, label), group_text("g", "highest", "b"), OTHER_ALONE, SET))

    assert not any("改为 任一满足" in text or "去掉条件" in text or "去掉第1档" in text for text in found)
    assert "group：互斥组 g 去掉成员" not in found


def test_an_unlimited_version_of_this_year_has_other_faults():
    policy = policy_text("a", "{id: x, if: staff, from: 3人, CITE}", version="    fact_year: current\n")
    fixed = policy_text("c", "{id: x, if: staff, from: 3人, CITE}", version="    fact_year: 2022\n")
    endless = bundle_of(policy.replace("    to: 2027-12-31\n", ""), fixed, vocabulary=VOCABULARY)

    assert "date：早一天失效" not in texts(endless)
    assert "year：换了事实年度" in texts(endless)
    assert "year：换了事实年度" not in texts(endless, "c")
