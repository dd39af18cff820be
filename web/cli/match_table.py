"""A whole answer as tables for a terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.outcome import MatchResult, Money, Outcome, Status
from rules.language.model import Bundle
from rules.language.quantities import format_money

_WORDS = {
    Status.ELIGIBLE: ("符合", "green"),
    Status.NEEDS_REVIEW: ("需人工审核", "cyan"),
    Status.NEEDS_INFO: ("待补充", "yellow"),
    Status.INELIGIBLE: ("暂未达到", "default"),
    Status.WINDOW_CLOSED: ("不在申报期", "bright_black"),
    Status.NOT_IN_FORCE: ("不在有效期", "bright_black"),
    Status.SUSPENDED: ("暂停受理", "bright_black"),
}
_NEAR = ("差一点", "magenta")
_MOST_QUESTIONS = 8
_MOST_BELIEVABLE = 100_000_000_000  # 10亿元


def print_result(result: MatchResult, bundle: Bundle) -> None:
    """Write the outcomes in the order of their status, the best combination, and what to ask next."""
    console = Console(highlight=False, soft_wrap=False)
    shown = [outcome for outcome in result.outcomes if outcome.status is not Status.NOT_IN_FORCE]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{result.as_of} 测算", title_justify="left")
    table.add_column("结果", no_wrap=True)
    table.add_column("项目", overflow="fold", ratio=3)
    table.add_column("级别", no_wrap=True)
    table.add_column("可得", justify="right", overflow="fold", ratio=2)
    table.add_column("说明", overflow="fold", ratio=4)
    order = list(Status)
    for outcome in sorted(shown, key=lambda one: (order.index(one.status), one.near_miss is None)):
        word, style = _NEAR if outcome.near_miss else _WORDS[outcome.status]
        remark = _remark(outcome, bundle)
        table.add_row(Text(word, style=style), outcome.title, outcome.level, _money_of(outcome), remark)
    console.print(table)
    if hidden := len(result.outcomes) - len(shown):
        console.print(f"另有 {hidden} 项在这一天不在有效期，没有列出。")
    _print_combination(result, console)
    _print_questions(result, console)


def _money_of(outcome: Outcome) -> str:
    """Return what is paid, and the amount before the groups where that is another."""
    paid, amount = outcome.payable, outcome.amount
    if paid is None:
        return say_money(amount)
    is_changed = amount is not None and outcome.status is Status.ELIGIBLE and amount != paid
    return f"{say_money(paid)}（测算{say_money(amount)}）" if is_changed else say_money(paid)


def say_money(money: Money | None) -> str:
    """Return an amount or its bounds; a dash where nothing is computed.

    A bound beyond belief comes from the domain of an unknown fact and would only mislead.
    """
    if money is None:
        return "—"
    if money.max is None or money.max > _MOST_BELIEVABLE:
        return f"{format_money(money.min)}以上"
    return format_money(money.min) if money.is_exact else f"{format_money(money.min)}至{format_money(money.max)}"


def _remark(outcome: Outcome, bundle: Bundle) -> str:
    if outcome.near_miss is not None:
        return f"{outcome.near_miss.difference}即可"
    if outcome.status is Status.INELIGIBLE:
        texts = {line.id: line.text for line in outcome.trace}
        gaps = outcome.shortfall
        return "；".join(
            texts.get(name, name) + (f"，差{gaps[name]}" if name in gaps else "") for name in outcome.failed
        )
    if outcome.status in (Status.WINDOW_CLOSED, Status.SUSPENDED):
        return f"{outcome.opens_on}起受理" if outcome.opens_on else ""
    parts = [f"缺：{'、'.join(_label(name, bundle) for name in outcome.missing)}"] if outcome.missing else []
    texts = {line.id: line.text for line in outcome.trace}
    parts += [f"审核：{'、'.join(texts.get(name, name) for name in outcome.review)}"] if outcome.review else []
    parts += [f"{outcome.closes_on}截止"] if outcome.closes_on and not parts else []
    return "；".join([*parts, *outcome.notes[:1]])


def _label(name: str, bundle: Bundle) -> str:
    bare, _, year = name.partition("@")
    entry = bundle.vocabulary.fields.get(bare.removeprefix("employer.").partition("[")[0])
    label = entry.label if entry is not None else bare
    return f"{label}（{year}年）" if year else label


def _print_combination(result: MatchResult, console: Console) -> None:
    combination = result.combination
    titles = {outcome.policy: outcome.title for outcome in result.outcomes}
    console.print(Text(f"预计可得合计：{say_money(combination.total)}（以审核为准）", style="bold"))
    if not combination.is_optimal:
        console.print("组合太多，没有算到底：合计的上限是可以证明的界限。")
    if combination.literal_total != combination.total and combination.dropped:
        console.print(f"逐条按字面计算为{say_money(combination.literal_total)}。")
    for one in combination.dropped:
        console.print(f"  未计入「{titles[one.policy]}」：{one.because}")


def _print_questions(result: MatchResult, console: Console) -> None:
    if not result.next_questions:
        return
    console.print("接着回答这些问题，最能确定结果：")
    for number, one in enumerate(result.next_questions[:_MOST_QUESTIONS], 1):
        worth = f"，涉及最多{format_money(one.worth)}" if one.worth else ""
        console.print(f"  {number}. {one.ask}（{one.field}；{one.settles} 项{worth}）")
