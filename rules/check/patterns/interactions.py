"""Name the rules between programs (X codes) and how each shows."""

from __future__ import annotations

from rules.check.patterns.amounts import has_gap, has_pool, has_sum_then_cap
from rules.check.patterns.evidence import Evidence, facts_in, looks_at
from rules.check.patterns.pattern import BY_MEANING, Pattern
from rules.language.model import ForEach, GroupRule, Limit, Match, TopUp

_FROM_ABOVE = ("superior_received", "hitech_zone_award", "hq_recognised_on", "superior_projects")


def _is_in(found: Evidence, *rules: GroupRule) -> bool:
    return any(group.rule in rules for group in found.groups)


def _once_per_item(found: Evidence) -> bool:
    """Tell whether one loan, contract, address or increment counts once."""
    limited = any(isinstance(node, ForEach) and isinstance(node.limit, Limit) for node in found.nodes)
    return limited or _is_in(found, GroupRule.ONCE) or any("cost_item" in group.scope for group in found.groups)


def _is_capped_by_contribution(found: Evidence) -> bool:
    caps = [group.cap for group in found.groups if group.rule is GroupRule.CAP]
    return any(facts_in(cap) & {"district_contribution", "local_contribution"} for cap in caps)


def _is_capped_by_year(found: Evidence) -> bool:
    return any(group.rule is GroupRule.CAP and "fact_year" in group.scope for group in found.groups)


INTERACTIONS = (
    Pattern("X01", "就高不重复", "所在的组就高", lambda e: _is_in(e, GroupRule.HIGHEST)),
    Pattern("X02", "择一", "所在的组择一，或就高（几版标准只计一版）", lambda e: _is_in(e, GroupRule.CHOOSE_ONE, GroupRule.HIGHEST)),
    Pattern("X03", "同一合同、贷款、增量、人员只享受一次", "所在的组只一次或按费用项，或逐项限定项数", _once_per_item),
    Pattern("X04", "与市级资助不同享", "条件要求未获市级资助", looks_at("has_city_pv_aid")),
    Pattern("X05", "几项合计封顶", "所在的组合并封顶，或几项相加后封顶", lambda e: _is_in(e, GroupRule.CAP) or has_sum_then_cap(e)),
    Pattern("X06", "单位年度总额上限", "所在的组按年度合并封顶", _is_capped_by_year),
    Pattern("X07", "不超过对地方财力的贡献", "组的上限是地方财力贡献", _is_capped_by_contribution),
    Pattern("X08", "补差而不排斥", "所在的组就高补差，或有补差步骤", lambda e: _is_in(e, GroupRule.TOP_UP) or e.has(TopUp)),
    Pattern("X09", "封顶之后再按总额压缩", "版本写明资金总额控制", has_pool),
    Pattern("X10", "违约追回", BY_MEANING),
    Pattern("X11", "须先得上级资助或认定", "配套步骤，或条件用到上级资助、认定", lambda e: e.has(Match) or e.has_fact(*_FROM_ABOVE)),
    Pattern("X12", "上级与本级合计不超过实际费用", "只补费用减去上级资助的部分", has_gap),
)  # fmt: skip
