"""An impact in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matcher.impact.budget import Forecast
from matcher.impact.envelopes import ALL
from matcher.impact.model import BudgetImpact, Impact, Move, Span, Total
from matcher.impact.wire import WORDS
from rules.language.quantities import format_money, format_ratio

_MOST_ROWS = 20
_EDITIONS = {"old": "旧版", "new": "新版"}


def lines_of(impact: Impact) -> Iterator[str]:
    """Yield an impact as a reader wants it: the sentences first, then the sums, the programs, the applicants."""
    yield f"按 {impact.on} 测算 {impact.applicants} 家，互斥之后应付的金额"
    yield "改动："
    yield from (f"  {each.text}" for each in impact.sentences)
    if not impact.sentences:
        yield "  两版规则对结果没有差别"
    yield f"合计：{_say(impact.before)} → {_say(impact.after)}"
    yield f"主体：{_moves(impact.moves)}；新符合 {impact.newly} 家，不再符合 {impact.gone} 家"
    for each in impact.programs:
        closed = "（这一天不受理，看不出影响）" if each.closed else ""
        yield (
            f"  {each.policy} {each.title}{closed}：{_say(each.before)} → {_say(each.after)}，"
            f"符合 {each.eligible_before} → {each.eligible_after} 家"
        )
    for chart in impact.charts:
        yield f"{chart.title}："
        yield from (f"  {bar.label}：{bar.applicants} 家，{say_span(bar.change)}" for bar in chart.bars)
    if impact.cliffs:
        yield "断崖（新版规则里差一点就差很多的地方）："
    for cliff in impact.cliffs:
        near = f"差一成以内的有 {cliff.below} 家在下、{cliff.above} 家在上"
        mark = "（新出现）" if cliff.is_new else ""
        yield f"  {cliff.title}：{cliff.fact}到 {cliff.at}，金额跳 {_signed(cliff.jump)}{mark}；{near}"
    for budget in impact.budgets:
        yield from _budget(budget)
    yield "主体明细：" if impact.changed else "没有主体受影响"
    for one in impact.changed[:_MOST_ROWS]:
        yield f"  {one.number} {one.name or '（没有名称）'}：{WORDS[one.change.move]}，{say_span(one.change)}"
    if len(impact.changed) > _MOST_ROWS:
        yield f"  另有 {len(impact.changed) - _MOST_ROWS} 家，用 --format json 看全部"
    if not impact.is_counted_in_full:
        yield f"逐条核对了 {impact.checked} 例；其余只计入总数，逐条的家数不含它们"


def say_span(span: Span) -> str:
    """Return a change in words."""
    if span.least == span.most and span.least is not None:
        return _signed(span.least)
    low = "不知最少多少" if span.least is None else _signed(span.least)
    high = "不知最多多少" if span.most is None else _signed(span.most)
    return f"{low} 至 {high}"


def _signed(fen: int) -> str:
    return f"{'+' if fen > 0 else ''}{format_money(fen)}"


def _say(total: Total) -> str:
    least, most = format_money(total.least), format_money(total.most)
    text = least if total.least == total.most else f"{least} 至 {most}"
    return f"{text}（另有 {total.boundless} 家上限不明）" if total.boundless else text


def _moves(moves: Mapping[Move, int]) -> str:
    return "，".join(f"{WORDS[move]} {moves[move]} 家" for move in Move)


def _budget(found: BudgetImpact) -> Iterator[str]:
    name = "全部项目" if found.policy == ALL else found.policy
    arrival = found.sure.arrival
    yield (
        f"预算 {format_money(found.sure.budget)}，{name}，{_EDITIONS[found.edition]}"
        f"（假定申请自 {arrival.first} 至 {arrival.last} 均匀到达）："
    )
    yield from _forecast("确定要付的", found.sure)
    yield from _forecast("连同还不确定的", found.most)
    if found.boundless:
        yield f"  另有 {found.boundless} 家金额上限不明，没有计入"


def _forecast(name: str, found: Forecast) -> Iterator[str]:
    need = f"  {name}：{found.applicants} 家，{format_money(found.demand)}"
    if found.is_enough:
        yield f"{need}，够付，剩 {format_money(found.budget - found.demand)}"
        return
    yield f"{need}，不够"
    for each in found.first_come:
        yield (
            f"    先到先得，{each.order}：{each.in_full} 家足额，{each.in_part} 家付一部分，{each.unpaid} 家付不到；"
            f"第 {each.runs_out_at} 家时用完，约在 {each.runs_out_on}"
        )
    share = found.pro_rata
    yield (
        f"    按比例核减：每家 {format_ratio(share.share)}，共付 {format_money(share.spent)}，"
        f"因每家向下取到分剩 {format_money(share.left)}"
    )
