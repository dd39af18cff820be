"""The step that pays for each item of a list."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from matcher.interpret import arithmetic
from matcher.interpret.amounts.adding import added
from matcher.interpret.amounts.run import run_steps
from matcher.interpret.amounts.running import NOT_SHOWN, RUNNERS, Applied, Ledger, Running, money
from matcher.interpret.amounts.selection import UNKNOWN_GROUP, Claim, left_out, select
from matcher.interpret.dispatch import decide, evaluate
from matcher.interpret.exact import stated
from matcher.interpret.possible import ABSENT, ZERO, Possible, hull, payable, with_needs
from matcher.interpret.scope import Entries, ItemAtHand, Scope
from matcher.outcome import TraceLine, Truth
from rules.language.model import ForEach, Limit


class _Worked(NamedTuple):
    item: ItemAtHand
    claim: Claim
    lines: list[TraceLine]


def _for_each(step: ForEach, now: Running, scope: Scope, ledger: Ledger) -> Applied:
    entries = scope.entries(step.list_name)
    count = ABSENT if step.limit is None else evaluate(step.limit.count, scope)
    worked = list(_work(step, entries, scope, ledger))
    if not entries.is_known:
        each = stated(worked[0].claim.amount) if worked else "none"
        found = _of_unknown_list(step, worked, entries, count)
        applied = added(now, found, NOT_SHOWN, NOT_SHOWN)
        return applied._replace(exact={"any": each, "most": _most(step, entries, count)})
    claims = [each.claim for each in worked]
    applied = added(now, select(claims, count, step.order_by), NOT_SHOWN, NOT_SHOWN)
    if ledger.is_silent:
        return applied
    out = left_out(claims, count, step.order_by)
    lines = [
        line
        for place, each in enumerate(worked)
        for line in ([_line_of_left_out(step, each, ledger)] if place in out else each.lines)
    ]
    return applied._replace(inner=tuple(lines), exact=_exact(step, worked, count, out))


def _work(step: ForEach, entries: Entries, scope: Scope, ledger: Ledger) -> Iterator[_Worked]:
    for item in entries.items:
        inside = scope.at_item(item)
        truth, needs = (Truth.T, ()) if step.where is None else decide(step.where, inside)
        if truth is Truth.F:
            continue
        inner = ledger.inside(item=item.key)
        inner.is_silent = inner.is_silent or item.is_any
        amount = payable(run_steps(step.steps, Running(), inside, inner).amount)
        yield _Worked(item, Claim(amount, truth is Truth.T, _group(step.limit, inside), needs), inner.lines)


def _group(limit: Limit | None, scope: Scope) -> Hashable:
    if limit is None or limit.per is None:
        return None
    per = evaluate(limit.per, scope)
    if not per.is_settled:
        return UNKNOWN_GROUP
    return ("absent",) if per.absent else (per.lo, per.members)


def _of_unknown_list(step: ForEach, worked: list[_Worked], entries: Entries, count: Possible) -> Possible:
    if not worked:
        return ZERO
    most = _most(step, entries, count)
    each = hull(worked[0].claim.amount, ZERO)
    return with_needs(arithmetic.multiply(Possible(0, most, is_whole=True), each), (entries.key,))


def _most(step: ForEach, entries: Entries, count: Possible) -> int | None:
    """Return how many items an unknown list may bring; None is any number."""
    most = entries.most
    if step.limit is not None and step.limit.per is None and count.hi is not None and not count.absent:
        most = int(count.hi) if most is None else min(most, int(count.hi))
    return most


def _exact(step: ForEach, worked: list[_Worked], count: Possible, out: set[int]) -> dict[str, Any]:
    """Return the claims of the items for the trace; their groups are numbered as they come."""
    groups: dict[Hashable, int] = {}
    claims = [
        {
            "item": each.item.key,
            "amount": stated(each.claim.amount),
            "sure": each.claim.is_sure,
            "group": None if each.claim.group is UNKNOWN_GROUP else groups.setdefault(each.claim.group, len(groups)),
            "out": place in out,
        }
        for place, each in enumerate(worked)
    ]
    return {"claims": claims, "count": stated(count), "order": step.order_by.value, "steps": len(step.steps)}


def _line_of_left_out(step: ForEach, each: _Worked, ledger: Ledger) -> TraceLine:
    return TraceLine(
        id=step.id,
        kind="step",
        text="超出数量限制，不计入",
        depth=ledger.depth + 1,
        op="for_each",
        before=money(each.claim.amount),
        after=money(ZERO),
        effect="skipped",
        cite=step.cite,
        item=each.item.key,
    )


RUNNERS[ForEach] = _for_each
