"""Small rule files for tests: a dictionary of facts, policies of one version, groups."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from matcher.profile import Profile, read_profile
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from rules.language.model import Bundle

VOCABULARY = """\
schema: vocab/1
fields:
  district: {label: 注册地, type: text, ask: 注册在哪个区, cost: 0}
  revenue: {label: 营业收入, type: money, period: year, ask: 营业收入是多少, cost: 2, min: 0元, max: 1万亿元}
  rd: {label: 研发费用, type: money, period: year, ask: 研发费用是多少, cost: 2, min: 0元}
  staff: {label: 职工, type: count, unit: 人, period: year, ask: 职工人数, cost: 1, min: 0}
  area: {label: 面积, type: number, unit: 平方米, ask: 面积, cost: 1}
  share: {label: 持股比例, type: ratio, ask: 持股比例, cost: 1}
  founded_on: {label: 成立日期, type: date, ask: 何时成立, cost: 0, actionable: false}
  hitech_until: {label: 高企证书有效期至, type: date, nullable: 未获认定, ask: 证书有效期至哪一天, cost: 1}
  loss: {label: 亏损额, type: money, nullable: 没有亏损, ask: 亏损额, cost: 1}
  is_listed: {label: 已上市, type: bool, ask: 是否上市, cost: 1}
  size: {label: 规模, type: code, codes: size_class, ask: 企业规模, cost: 1}
  received: {label: 已获补助, type: money, period: year, ask: 已获补助, cost: 2, min: 0元}
  limit: {label: 区级贡献, type: money, ask: 区级贡献, cost: 2, nullable: 不设上限}
  score: {label: 得分, type: number, ask: 得分, cost: 1, actionable: false}
  years_served: {label: 年限, type: count, unit: 年, ask: 年限, cost: 1, applicant: [person]}
  contracts:
    label: 合同
    type: list
    max: 50
    ask: 逐份填写合同
    item:
      name: {label: 合同名称, type: text}
      paid: {label: 合同金额, type: money, ask: 合同金额是多少, cost: 1}
derived:
  intensity: {label: 研发强度, type: ratio, expr: rd / revenue}
  growth: {label: 增长率, type: ratio, expr: "revenue / revenue[-1] - 1"}
  is_hitech: {label: 有效期内高企, type: bool, when: {if: hitech_until, from: $as_of}}
  scale:
    label: 档次
    type: count
    unit: 档
    by: revenue
    table:
      - {upto: 100万元, value: 1}
      - {over: 100万元, upto: 200万元, value: 3}
      - {over: 200万元, value: 2}
"""
_CITE = "cite: {doc: D, clause: 第一条, gist: 依据}"


def policy_text(
    name: str,
    eligibility: str,
    steps: str = "",
    more: str = "",
    level: str = "区级",
    tests: str = "",
    version: str = "",
) -> str:
    """Return a policy file; `eligibility` and `steps` are YAML, CITE in them stands for a citation."""
    amount = f"    amount:\n      steps:\n{indent(steps.strip(), ' ' * 8)}\n" if steps else ""
    text = (
        f"schema: policy/1\nid: {name}\ntitle: 项目{name}\nlevel: {level}\nauthority: 区科技局\n"
        f"settlement: {'calculate' if steps else 'match_only'}\n{more}"
        "documents:\n  - {id: D, title: 办法, number: 示规〔2024〕1号, issued: 2024-01-01}\n"
        f"versions:\n  - from: 2025-01-01\n    to: 2027-12-31\n    {_CITE}\n{version}"
        f"    eligibility:\n{indent(eligibility.strip(), ' ' * 6)}\n{amount}{tests}"
    )
    return text.replace("CITE", _CITE)


def group_text(name: str, rule: str, members: str, more: str = "") -> str:
    """Return a group file; `members` are ids with commas."""
    return (
        f"schema: group/1\nid: {name}\ntitle: 组{name}\nrule: {rule}\nscope: [enterprise, fact_year]\norder: after_caps\n"
        f"members: [{members}]\n{more}documents:\n  - {{id: D, title: 办法}}\n{_CITE}\n"
    )


def bundle_of(*texts: str, vocabulary: str = VOCABULARY) -> Bundle:
    """Return the bundle of some files' texts; fail on any finding."""
    sources = [SourceText(f"{number}.yaml", text.encode()) for number, text in enumerate((vocabulary, *texts))]
    bundle, findings = read_sources(sources)
    assert bundle is not None and not findings, "\n".join(map(str, findings))
    return bundle


def profile_of(bundle: Bundle, facts: Mapping[str, object]) -> Profile:
    """Return the profile of facts as a file would write them."""
    return read_profile(facts, bundle.vocabulary)
