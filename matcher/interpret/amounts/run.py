"""Run amount steps in their order and write one line for each."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.interpret.amounts.exact import exact_step
from matcher.interpret.amounts.running import RUNNERS, Applied, Ledger, Running, Shown, money
from matcher.interpret.amounts.wording import WORDS, say_step
from matcher.interpret.dispatch import decide
from matcher.interpret.possible import Needs, hull, merged, with_needs
from matcher.interpret.references import sources_of
from matcher.interpret.scope import Scope, named
from matcher.interpret.sentences import format_value, measure_of
from matcher.outcome import TraceLine, Truth
from rules.language.model import Step


def run_steps(steps: Sequence[Step], now: Running, scope: Scope, ledger: Ledger) -> Running:
    """Return the running amount after the steps; a step whose `when` is open gives the hull of doing and leaving it."""
    for step in steps:
        truth, needs = (Truth.T, ()) if step.when is None else decide(step.when, scope)
        if truth is Truth.F:
            _write(step, truth, Applied(now, "skipped"), now, scope, ledger)
            continue
        applied = RUNNERS[type(step)](step, now, scope, ledger)
        if truth is not Truth.T:
            applied = applied._replace(after=_either(now, applied.after, needs), effect="maybe_applied")
            if truth is Truth.R:
                ledger.reviews.append(ledger.prefix + step.id)
        _write(step, truth, applied, now, scope, ledger)
        now = applied.after
    return now


def _either(left: Running, done: Running, needs: Needs) -> Running:
    amount = with_needs(hull(left.amount, done.amount), needs)
    base = with_needs(hull(left.base, done.base), needs)
    schedule = done.schedule if done.schedule is left.schedule else None
    return Running(amount, base, done.base_of, schedule)


def _write(step: Step, truth: Truth, applied: Applied, before: Running, scope: Scope, ledger: Ledger) -> None:
    if ledger.is_silent:
        return
    after = applied.after
    needs = () if after.amount.is_settled else merged(applied.operand[1].needs, applied.bound[1].needs)
    ledger.lines.append(
        TraceLine(
            id=ledger.prefix + step.id,
            kind="step",
            text=say_step(step, before.base_of, scope),
            depth=ledger.depth,
            operand=_say(applied.operand, scope),
            bound=_say(applied.bound, scope),
            op=WORDS[type(step)],
            before=money(before.amount),
            after=money(after.amount),
            effect=applied.effect,
            cite=step.cite,
            reading=step.reading.text if step.reading else "",
            missing=named(needs, scope.fact_year),
            item=ledger.item,
            source="" if applied.operand[0] is None else sources_of(applied.operand[0], scope),
            exact=exact_step(step, truth, applied, scope),
        )
    )
    ledger.lines.extend(applied.inner)


def _say(shown: Shown, scope: Scope) -> str:
    value, found = shown
    if value is None:
        return ""
    return format_value(found, measure_of(value, scope))
