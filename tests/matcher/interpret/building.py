"""Small rules and applicants for the tests of the interpreter, written in the policy language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from matcher.interpret import evaluate_policy
from matcher.outcome import Outcome, TraceLine
from matcher.profile import Profile, read_profile
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from rules.language.model import Bundle

ON = date(2026, 5, 20)
CITE = "cite: {doc: D, clause: 第一条, gist: 略}"
ROUND = "{id: round, round: {to: 分, mode: half_up}}"
FIELDS = """
schema: vocab/1
fields:
  flag:     {label: 甲项, type: bool, source: 自报, ask: 问}
  other:    {label: 乙项, type: bool, source: 自报, ask: 问}
  sales:    {label: 销售额, type: money, period: year, source: 自报, ask: 问, min: 0元, max: 100亿元}
  cost:     {label: 费用, type: money, period: year, source: 自报, ask: 问, min: 0元, max: 100亿元}
  profit:   {label: 利润, type: money, source: 自报, ask: 问}
  grant:    {label: 已获资助, type: money, nullable: 未获资助, source: 自报, ask: 问, min: 0元, max: 1亿元}
  people:   {label: 人数, type: count, unit: 人, source: 自报, ask: 问, min: 0, max: 1000}
  months:   {label: 月数, type: count, unit: 个月, source: 自报, ask: 问, min: 0, max: 12}
  area:     {label: 面积, type: number, unit: 平方米, source: 自报, ask: 问, min: 0平方米, max: 10000平方米}
  share:    {label: 占比, type: ratio, source: 自报, ask: 问, min: 0%, max: 100%}
  founded:  {label: 成立日期, type: date, source: 自报, ask: 问}
  granted:  {label: 认定日期, type: date, nullable: 未获认定, source: 自报, ask: 问}
  place:    {label: 注册地, type: code, codes: admin_division, source: 自报, ask: 问}
  industry: {label: 行业, type: code, codes: gbt4754, source: 自报, ask: 问}
  size:     {label: 规模, type: code, codes: size_class, source: 自报, ask: 问}
  level:    {label: 级别, type: code, codes: award_level, nullable: 未获奖, source: 自报, ask: 问}
  title:    {label: 称号, type: text, source: 自报, ask: 问}
  shops:
    label: 门店
    type: list
    max: 10
    source: 自报
    ask: 问
    item:
      name: {label: 店名, type: text}
      days: {label: 停业天数, type: count, unit: 天, min: 0, max: 400}
      rent: {label: 租金, type: money, min: 0元, max: 1000万元}
      paid: {label: 已付, type: money, nullable: 未付, min: 0元, max: 1000万元}
      open: {label: 营业, type: bool}
      year: {label: 年度, type: count, unit: 年, nullable: 无年度, min: 2000, max: 2100}
  events:
    label: 活动
    type: list
    nullable: 未办活动
    source: 自报
    ask: 问
    item:
      fee: {label: 费用, type: money, min: 0元}
derived:
  ratio:   {label: 费用率, type: ratio, expr: cost / sales, on_zero: unknown}
  ratio_f: {label: 严格费用率, type: ratio, expr: cost / sales, on_zero: fail}
  growth:  {label: 增长额, type: money, expr: "max(sales - sales[-1], 0元)"}
  is_new:  {label: 新设企业, type: bool, when: {if: founded, from: 2025-01-01}}
  scale:
    label: 规模档
    type: code
    codes: size_class
    cases:
      - {when: {if: people, from: 300人}, value: 大型}
      - {otherwise: true, value: 小型}
  open_shops: {label: 营业门店数, type: count, unit: 家, count_of: {list: shops, where: {if: open, is: true}}}
"""
HEAD = """
schema: policy/1
id: {name}
title: 试验项目{name}
level: 区级
district: 罗湖区
authority: 某局
kind: 科技
settlement: {settlement}
summary: 试验
documents: [{{id: D, title: 办法, source_quality: copy}}]
"""


def with_cites(text: str) -> str:
    """Give every named leaf and step a clause."""
    return text.replace("{id:", f"{{{CITE}, id:")


def policy_text(
    eligibility: str = "{id: ok, if: flag, is: true}",
    steps: Sequence[str] = (),
    *,
    name: str = "p",
    version: str = "from: 2020-01-01, to: 2030-12-31",
    more: str = "",
    settlement: str = "calculate",
    params: str = "",
    groups: str = "",
) -> str:
    """Return the file of a policy with one version."""
    parts = [f"{CITE}, {version}, eligibility: {with_cites(eligibility)}"]
    if steps:
        written = ", ".join(steps) if steps[-1].startswith("{id: round") else ", ".join([*steps, ROUND])
        parts.append(f"amount: {{steps: [{with_cites(written)}]}}")
    elif settlement == "calculate":
        parts.append(f"amount: {{steps: [{with_cites('{id: all, fixed: 1元}')}, {with_cites(ROUND)}]}}")
    if groups:
        parts.append(f"groups: [{groups}]")
    head = HEAD.format(name=name, settlement=settlement) + (f"params: {params}\n" if params else "")
    return f"{head}{more}\nversions:\n  - {{{', '.join(parts)}}}\n"


@cache
def bundle_of(*texts: str) -> Bundle:
    """Return the bundle of some files and the test's own dictionary; no finding is allowed."""
    sources = [SourceText(f"{number}.yaml", text.encode()) for number, text in enumerate((FIELDS, *texts))]
    bundle, findings = read_sources(sources)
    assert findings == (), "\n".join(map(str, findings))
    assert bundle is not None
    return bundle


def profile_of(bundle: Bundle, facts: Mapping[str, object]) -> Profile:
    """Return the applicant with these facts."""
    return read_profile(facts, bundle.vocabulary)


def answer(text: str | Sequence[str], facts: Mapping[str, object], on: date = ON) -> Outcome:
    """Return what policy `p` says of an applicant."""
    bundle = bundle_of(*([text] if isinstance(text, str) else text))
    return evaluate_policy(bundle, "p", profile_of(bundle, facts), on)


def judged(eligibility: str, /, on: date = ON, **facts: object) -> Outcome:
    """Return the outcome of an eligibility alone."""
    return answer(policy_text(eligibility), facts, on)


def paid(*steps: str, **facts: object) -> Outcome:
    """Return the outcome of amount steps for an eligible applicant."""
    return answer(policy_text(steps=steps), {"flag": True, **facts})


def bounds(outcome: Outcome) -> tuple[int, int | None] | None:
    """Return the amount as a pair."""
    return None if outcome.amount is None else (outcome.amount.min, outcome.amount.max)


def line(outcome: Outcome, name: str) -> TraceLine:
    """Return the first trace line of a name."""
    return next(each for each in outcome.trace if each.id == name)
