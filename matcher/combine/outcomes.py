"""The rules over several programs, applied to the outcomes of one applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from matcher.combine.bounds import bound_combination
from matcher.combine.claims import OPEN, Claims, GroupMoney, claims_of
from matcher.combine.group_values import money_of_groups
from matcher.combine.literal import literal_total
from matcher.combine.problem import Problem, Solution
from matcher.combine.reasons import Reasons
from matcher.combine.search import Budget, best_combination
from matcher.combine.variants import with_variants
from matcher.outcome import Combination, Dropped, Money, Outcome
from matcher.profile import Profile
from rules.language.model import Bundle, GroupRule


def combine_outcomes(
    bundle: Bundle, outcomes: Sequence[Outcome], profile: Profile, on: date, budget: Budget | None = None
) -> tuple[tuple[Outcome, ...], Combination]:
    """Return the outcomes with what each is paid after the groups, and the best combination.

    The outcomes stand in policy order, which decides between equals and in which order sums are shared out. `chosen` and
    `dropped` speak of the eligible programs, each at its largest amount; what is still open shows in the upper bound of the
    total alone.
    """
    groups = money_of_groups(bundle, outcomes, profile, on)
    return combine_with(with_variants(bundle, outcomes, groups, profile, on), groups, budget)


def combine_with(
    outcomes: Sequence[Outcome], groups: Sequence[GroupMoney], budget: Budget | None = None
) -> tuple[tuple[Outcome, ...], Combination]:
    """Return the same for groups whose values are known."""
    claims = claims_of(outcomes, groups)
    bounds = bound_combination(claims.low, claims.high, budget)
    certain = {program.id for program in claims.low.programs}
    plan = Problem(tuple(one for one in claims.high.programs if one.id in certain), claims.high.rules)
    solution = best_combination(plan, budget)
    reasons = Reasons(
        plan, solution, {group.group.id: group for group in groups}, {one.policy: one.title for one in outcomes}
    )
    readings = sorted((literal_total(claims.low), literal_total(claims.high)))
    return (
        tuple(_paid(outcome, bounds.pays, claims, groups, reasons) for outcome in outcomes),
        Combination(
            total=_money(*bounds.total, claims.boundless),
            chosen=tuple(program for program, paid in solution.pays.items() if paid),
            dropped=_dropped(plan, solution, reasons),
            literal_total=_money(readings[0], readings[1], claims.boundless),
            is_optimal=bounds.is_optimal,
            exact=_exact(outcomes, groups),
        ),
    )


def _exact(outcomes: Sequence[Outcome], groups: Sequence[GroupMoney]) -> dict[str, Any]:
    """Return the groups and the options of the programs that share cost items in numbers, for the replay."""
    return {
        "programs": [outcome.policy for outcome in outcomes],
        "groups": [
            {
                "id": one.group.id,
                "rule": one.group.rule.value,
                "members": sorted(one.members),
                "received": one.external.as_json(),
                "limit": [one.cap_low, one.cap_high],
                "before_caps": one.group.before_caps,
                "by_item": one.by_item,
                "missing": list(one.missing),
            }
            for one in groups
        ],
        "variants": {
            outcome.policy: [{"items": sorted(one.items), "amount": one.amount.as_json()} for one in outcome.variants]
            for outcome in outcomes
            if outcome.variants
        },
    }


def _money(low: int, high: int, boundless: int) -> Money:
    return Money(low, None if high >= boundless else high)


def _dropped(plan: Problem, solution: Solution, reasons: Reasons) -> tuple[Dropped, ...]:
    return tuple(
        Dropped(program.id, reasons.why_left_out(program.id))
        for program in plan.programs
        if program.most and not solution.pays[program.id]
    )


def _paid(
    outcome: Outcome,
    pays: Mapping[str, tuple[int, int]],
    claims: Claims,
    groups: Sequence[GroupMoney],
    reasons: Reasons,
) -> Outcome:
    """Return an outcome with its payment, the facts that would narrow it, and what the groups did to it."""
    if outcome.amount is None or outcome.status not in OPEN:
        return replace(outcome, payable=None)
    payable = _money(*pays[outcome.policy], claims.boundless)
    mine = [group for group in groups if outcome.policy in group.members]
    missing = outcome.missing
    if not payable.is_exact and outcome.amount.max != 0:
        missing = tuple(dict.fromkeys([*missing, *(fact for group in mine for fact in group.missing)]))
    notes = outcome.notes
    if payable.is_exact and payable.min:
        notes += reasons.notes(outcome.policy)
    notes += tuple(
        f"已获{group.group.external_label or '同类补助'}无法对应到具体费用，未作扣除，请与受理部门核对"
        for group in mine
        if group.by_item and group.group.rule is not GroupRule.TOP_UP and group.external.max != 0
    )
    return replace(outcome, payable=payable, missing=missing, notes=notes)
