"""Name the formula types of amounts (F codes) and how each shows in a rule."""

from __future__ import annotations

from rules.check.patterns.evidence import Evidence, contains, facts_in, is_choice, is_literal, looks_at
from rules.check.patterns.pattern import Pattern
from rules.language.model import (
    AmountOf,
    CapAmount,
    CapBase,
    Case,
    Deduct,
    FactRef,
    Fixed,
    ForEach,
    Instalments,
    Literal,
    Match,
    Multiply,
    Op,
    Operation,
    PerUnit,
    Prorate,
    Range,
    Rate,
    StepHead,
    Table,
    Test,
    TierMode,
    Tiers,
    TopUp,
    UnitCount,
)
from rules.language.walk import walk

_INTEREST = ("interest", "rate", "balance", "startup_loan_rate", "credit_insured_interest")
_ADDING = (Fixed, Rate, Match, Tiers, PerUnit, ForEach, Range, AmountOf)


def _values(step: StepHead) -> tuple[object, ...]:
    """Return what a step adds, or lets the base or the amount be at most."""
    if isinstance(step, Fixed):
        return (step.value,)
    if isinstance(step, Rate | Match):
        return step.of, step.at
    if isinstance(step, Range):
        return step.from_, step.upto
    return (step.to,) if isinstance(step, CapAmount | CapBase) else ()


def _is_constant(step: Fixed) -> bool:
    return not is_choice(step.value)


def _is_by_class(step: Fixed) -> bool:
    return is_choice(step.value)


def _tables(found: Evidence) -> list[Table]:
    return [node for step in found.steps for node in walk(step) if isinstance(node, Table)]


def _cases(found: Evidence) -> list[Case]:
    return [node for step in found.steps for node in walk(step) if isinstance(node, Case)]


def _has_number(node: object) -> bool:
    """Tell whether bands of a number are told apart."""
    bounds = (bound for test in walk(node) if isinstance(test, Test) for bound in test.bounds)
    return any(isinstance(bound, Literal) and not isinstance(bound.value, str | bool) for bound in bounds)


def _has_lookup(found: Evidence) -> bool:
    whole = found.any_step(Tiers, lambda step: step.mode is TierMode.WHOLE)
    tests = [table.rows for table in _tables(found)] + [case.when for case in _cases(found)]
    return whole or any(_has_number(each) for each in tests)


def _has_rate_by_class(found: Evidence) -> bool:
    rates = [step for step in found.steps if isinstance(step, Rate | Match)]
    caps = (step for step in found.steps if isinstance(step, CapAmount | CapBase))
    chosen = any(is_choice(rate.at) or isinstance(rate.at, FactRef) for rate in rates)
    return len(rates) > 1 or chosen or any(is_choice(cap.to) for cap in caps)


def _has_lesser(found: Evidence) -> bool:
    """Tell whether the lesser of several is paid, or a cap is itself a fact."""
    caps = (step.to for step in found.steps if isinstance(step, CapAmount | CapBase))
    return any(True for _ in found.operations(Op.MIN)) or any(facts_in(cap) for cap in caps)


def _has_brackets(found: Evidence) -> bool:
    def is_marginal(step: Tiers) -> bool:
        return step.mode is TierMode.MARGINAL and any(row.rate for row in step.rows)

    split = [step for step in found.steps if isinstance(step, Rate) and any(_is_min(node) for node in walk(step.of))]
    return found.any_step(Tiers, is_marginal) or (
        bool(split) and found.any_step(Range, lambda step: step.when is not None)
    )


def _is_min(node: object) -> bool:
    return isinstance(node, Operation) and node.op is Op.MIN


def _has_units(found: Evidence, count: UnitCount) -> bool:
    return found.any_step(PerUnit, lambda step: step.count is count)


def _has_heads(found: Evidence) -> bool:
    """Tell whether an amount is added per item of a list or per unit, or chosen for a person by class."""
    return (
        found.has(ForEach)
        or found.has(PerUnit)
        or ("person" in found.policy.applicant and found.any_step(Fixed, _is_by_class))
    )


def _has_marginal_heads(found: Evidence) -> bool:
    return found.any_step(
        Tiers,
        lambda step: step.mode is TierMode.MARGINAL and any(row.each for row in step.rows),
    )


def _has_floor(found: Evidence) -> bool:
    """Tell whether an increment is counted from the greater of last year and a written floor."""
    return any(
        any(isinstance(arg, FactRef) and arg.offset < 0 for arg in node.args)
        and any(is_literal(arg) for arg in node.args)
        for node in found.operations(Op.MAX)
    )


def _has_excess(found: Evidence) -> bool:
    return any(facts_in(node.args[0]) and is_literal(node.args[1]) for node in found.operations(Op.SUBTRACT))


def _multiplies(found: Evidence, *, up: bool) -> bool:
    factors = (step.by for step in found.steps if isinstance(step, Multiply))
    return any(isinstance(factor, Literal) and (factor.value > 1) is up for factor in factors)  # type: ignore[operator]  # a number


def _has_stages(found: Evidence) -> bool:
    """Tell whether several written amounts are summed, in steps or in one expression."""
    fixed = [step for step in found.steps if isinstance(step, Fixed | Range)]
    sums = (all(is_literal(arg) for arg in node.args) for node in found.operations(Op.ADD))
    return len(fixed) > 1 or any(sums)


def _has_remainder(found: Evidence) -> bool:
    """Tell whether the amount or one item is at most what earlier payments leave."""
    caps = [value for step in found.steps for value in _values(step)]
    subtractions = (
        node for cap in caps for node in walk(cap) if isinstance(node, Operation) and node.op is Op.SUBTRACT
    )
    return any(any("paid" in name for name in facts_in(node.args[1])) for node in subtractions)


def has_sum_then_cap(found: Evidence) -> bool:
    """Tell whether several things are added and then capped together."""
    return len([step for step in found.steps if isinstance(step, _ADDING)]) > 1 and found.has(CapAmount)


def _has_declining_rate(found: Evidence) -> bool:
    return any("year_of_lease" in facts_in(table.by) for table in _tables(found))


def _has_cliff(found: Evidence) -> bool:
    """Tell whether the band of one number sets the rate on the whole of another."""
    return any(
        isinstance(node, Table) and isinstance(step, Rate) and facts_in(node.by) and isinstance(node.by, Operation)
        for step in found.steps
        for node in walk(getattr(step, "at", None))
    )


def has_gap(found: Evidence) -> bool:
    """Tell whether what an award from above leaves of the cost is paid."""
    return any("city_aid" in facts_in(node.args[1]) for node in found.operations(Op.SUBTRACT))


def _has_price_by_contribution(found: Evidence) -> bool:
    return any(is_choice(step.each) and found.has_fact("area") for step in found.steps if isinstance(step, PerUnit))


def _has_count_limit(found: Evidence) -> bool:
    limited = found.any_step(ForEach, lambda step: step.limit is not None)
    return limited or _caps_a_count(found) or _has_units(found, UnitCount.WHOLE)


def _caps_a_count(found: Evidence) -> bool:
    return any(any(is_literal(arg) for arg in node.args) for node in found.operations(Op.MIN))


def _has_average_of_growth(found: Evidence) -> bool:
    return any(
        any(isinstance(arg, Operation) and arg.op is Op.ADD for arg in node.args)
        for node in found.operations(Op.DIVIDE)
    )


def _has_unit_beyond(found: Evidence) -> bool:
    return found.any_step(PerUnit, lambda step: step.above is not None)


def _has_least_months(found: Evidence) -> bool:
    return found.any_step(Prorate, lambda step: step.minimum is not None)


def _has_ranks(found: Evidence) -> bool:
    return any(name.endswith("_rank") for table in _tables(found) for name in facts_in(table.by))


def _has_ratio_of_statistics(found: Evidence) -> bool:
    return found.has_all_facts("industry_va_rate", "city_va_rate") and found.has(Multiply)


def _has_inner_limit(found: Evidence) -> bool:
    return found.has_fact("lodging_meals") and _has_lesser(found)


def has_pool(found: Evidence) -> bool:
    """Tell whether a budget limits what all applicants get together."""
    return any(version.pool for version in found.policy.versions)


AMOUNTS = (
    Pattern("F01", "定额", "步骤写定一个金额", lambda e: e.any_step(Fixed, _is_constant)),
    Pattern("F02", "按类别定额", "金额由表或分情形给出", lambda e: e.any_step(Fixed, _is_by_class)),
    Pattern("F03", "按数值查档", "金额的表以数值分档，或全额套档", _has_lookup),
    Pattern("F04", "比例，封顶", "按比例计算的步骤", contains(Rate)),
    Pattern("F05", "按类别的比例、上限", "比例或上限由表、分情形或核定的事实给出，或分几个比例步骤", _has_rate_by_class),
    Pattern("F06", "几项取低", "取最小者，或以某个事实封顶", _has_lesser),
    Pattern("F07", "超额分段", "超额累进，或增量先取一段再另计其余", _has_brackets),
    Pattern("F08", "基数加超过部分每单位", "超过某数后每单位加一笔", _has_unit_beyond),
    Pattern("F09", "每满一单位", "只计整单位", lambda e: _has_units(e, UnitCount.WHOLE)),
    Pattern("F10", "每单位，不满按比例", "不满一单位按比例", lambda e: _has_units(e, UnitCount.PRORATED)),
    Pattern("F11", "按人（件）数和类别", "逐项或每单位加一笔；面向个人的按类别给出", _has_heads),
    Pattern("F12", "人数分段，超过的另价", "按人数超额累进，每人一价", _has_marginal_heads),
    Pattern("F13", "单价×面积×月数", "步骤用到面积和单价、月数", looks_at("area", "bought_premises_area", "resettled_area")),
    Pattern("F14", "增量，基数保底", "增量从上年数与写定下限中较大者算起", _has_floor),
    Pattern("F15", "超过绝对基数的部分", "事实减去写定的基数", _has_excess),
    Pattern("F16", "上浮", "乘以大于一的系数", lambda e: _multiplies(e, up=True)),
    Pattern("F17", "减半", "乘以小于一的系数", lambda e: _multiplies(e, up=False)),
    Pattern("F18", "配套上级资助", "配套步骤", contains(Match)),
    Pattern("F19", "分阶段奖励相加", "几个写定的金额相加", _has_stages),
    Pattern("F20", "补差", "补差步骤", contains(TopUp)),
    Pattern("F21", "按名次", "金额的表以名次分档", _has_ranks),
    Pattern("F22", "总额内按比例压缩", "版本写明资金总额控制", has_pool),
    Pattern("F23", "贷款利息", "步骤用到利息、利率或贷款余额", looks_at(*_INTEREST)),
    Pattern("F24", "两个数据源取低", "审计数与统计数取低", lambda e: e.has_all_facts("audited", "statistics") and _has_lesser(e)),
    Pattern("F25", "外币折算", "步骤用到汇率", looks_at("mid_rate")),
    Pattern("F26", "扣除已领", "扣除步骤", contains(Deduct)),
    Pattern("F27", "累计上限", "上限为总额减去已领取的", _has_remainder),
    Pattern("F28", "多项合计的年度上限", "几项相加之后封顶", has_sum_then_cap),
    Pattern("F29", "分期拨付", "分期步骤", contains(Instalments)),
    Pattern("F30", "按进度拨付", "步骤用到投资进度", looks_at("progress")),
    Pattern("F31", "按月数折算，设最低月数", "折算步骤写明最低数", _has_least_months),
    Pattern("F32", "逐年递减", "表以租用第几年分档", _has_declining_rate),
    Pattern("F33", "按获得投资额的比例", "步骤用到累计获得投资额", looks_at("financing_raised")),
    Pattern("F34", "引用另一项目的金额", "引用步骤", contains(AmountOf)),
    Pattern("F35", "平均增长指标", "几年增长之和除以年数", _has_average_of_growth),
    Pattern("F36", "断崖比例：一数定档，另一数全额计", "比例的表以另一算式分档", _has_cliff),
    Pattern("F37", "费用类别的内部限额", "活动的食宿费取低计入", _has_inner_limit),
    Pattern("F38", "件数、场次上限", "逐项计算限定项数，或件数取低、只计整数", _has_count_limit),
    Pattern("F39", "外部统计折算系数", "乘以两个统计指标之比", _has_ratio_of_statistics),
    Pattern("F40", "补足缺口", "费用减去上级资助", has_gap),
    Pattern("F41", "累计数之差", "同年两个累计数相减", lambda e: e.has_all_facts("output_jan_sep", "output_jan_jun")),
    Pattern("F42", "按贡献定单价，限面积", "每平方米的单价由贡献分档", _has_price_by_contribution),
)  # fmt: skip
