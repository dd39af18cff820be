"""Outcomes and group rules turned into the numbers of the combination, once with the least and once with the most of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from matcher.combine.problem import Option, Problem, Program, Rule
from matcher.outcome import Money, Outcome, Status
from rules.language.model import Group, GroupRule

OPEN = frozenset({Status.ELIGIBLE, Status.NEEDS_INFO, Status.NEEDS_REVIEW})
NOTHING = Money(0, 0)
NO_LIMIT = None


@dataclass(frozen=True, slots=True)
class GroupMoney:
    """What a group comes to for one applicant: its members at hand, money received, and its cap (None bounds: no limit).

    `missing` names the facts that would narrow these two.
    """

    group: Group
    members: frozenset[str]
    external: Money = NOTHING
    cap_low: int | None = NO_LIMIT
    cap_high: int | None = NO_LIMIT
    missing: tuple[str, ...] = ()

    @property
    def by_item(self) -> bool:
        """Tell whether the group is about single cost items."""
        return "cost_item" in self.group.scope and self.group.rule is not GroupRule.CAP


@dataclass(frozen=True, slots=True)
class Claims:
    """The two ends of what is known, as problems; a sum from `boundless` on stands for “no upper bound”."""

    low: Problem
    high: Problem
    boundless: int


def members_of(group: Group, outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Return the programs at hand that a group covers: those it names, and for a cap those of its levels, less the exempt."""
    named = set(group.members)
    return frozenset(
        outcome.policy
        for outcome in outcomes
        if (outcome.policy in named or outcome.level in group.levels) and outcome.policy not in group.exempt
    )


def claims_of(outcomes: Sequence[Outcome], groups: Sequence[GroupMoney]) -> Claims:
    """Return the two problems of these outcomes: certain programs with all minima, possible ones with all maxima."""
    possible = [outcome for outcome in outcomes if outcome.status in OPEN and outcome.amount is not None]
    weighed = frozenset[str]().union(*(group.members for group in groups if group.group.before_caps))
    options = {outcome.policy: _options(outcome, is_weighed=outcome.policy in weighed) for outcome in possible}
    boundless = 1 + sum(
        [
            *(_finite(money) for some in options.values() for one in some for money in (one.amount, one.basis)),
            *(_finite(group.external) for group in groups),
            *(group.cap_high or 0 for group in groups),
        ]
    )
    # An unknown award received is at most this: more than anything that could be set off against it.
    endless = 2 * boundless
    doubts = _doubts(possible, groups)
    low = tuple(
        Program(
            outcome.policy,
            tuple(Option(o.amount.min, o.basis.min, o.items | doubts[outcome.policy]) for o in options[outcome.policy]),
        )
        for outcome in possible
        if outcome.status is Status.ELIGIBLE
    )
    high = tuple(
        Program(
            outcome.policy,
            tuple(Option(_top(o.amount, endless), _top(o.basis, endless), o.items) for o in options[outcome.policy]),
        )
        for outcome in possible
    )
    return Claims(
        Problem(low, tuple(_rule(group, _top(group.external, endless), group.cap_low) for group in groups)),
        Problem(high, tuple(_rule(group, group.external.min, group.cap_high) for group in groups)),
        boundless,
    )


def _doubts(possible: Sequence[Outcome], groups: Sequence[GroupMoney]) -> dict[str, frozenset[str]]:
    """Return made-up items by which each program clashes with those of which it is not known what items they use.

    At worst two programs use the same ones, unless the variants of both say otherwise.
    """
    unsure = {outcome.policy for outcome in possible if not outcome.variants}
    doubts: dict[str, frozenset[str]] = {outcome.policy: frozenset() for outcome in possible}
    for group in groups:
        members = sorted(group.members & doubts.keys()) if group.by_item else []
        for one, other in combinations(members, 2):
            if one in unsure or other in unsure:
                for policy in (one, other):
                    doubts[policy] |= {f"{one} / {other}"}
    return doubts


@dataclass(frozen=True, slots=True)
class _Choice:
    amount: Money
    basis: Money
    items: frozenset[str]


def _options(outcome: Outcome, *, is_weighed: bool) -> list[_Choice]:
    """Return the ways to take a program; the amount before its caps counts only where a group weighs by it."""
    assert outcome.amount is not None  # noqa: S101  the caller has looked
    if not outcome.variants:
        basis = _uncapped(outcome, outcome.amount) if is_weighed else outcome.amount
        return [_Choice(outcome.amount, basis, frozenset())]
    return [_Choice(variant.amount, variant.amount, variant.items) for variant in outcome.variants]


def _uncapped(outcome: Outcome, amount: Money) -> Money:
    """Return the amount before the program's own caps, as its trace has it."""
    before = [line.before for line in outcome.trace if line.op == "cap_amount" and line.depth == 0 and line.before]
    low = max([amount.min, *(money.min for money in before)])
    highs = [amount.max, *(money.max for money in before)]
    return Money(low, None if None in highs else max(high for high in highs if high is not None))


def _finite(money: Money) -> int:
    return money.min if money.max is None else money.max


def _top(money: Money, endless: int) -> int:
    return endless if money.max is None else money.max


def _rule(group: GroupMoney, external: int, cap: int | None) -> Rule:
    is_cap = group.group.rule is GroupRule.CAP
    return Rule(
        id=group.group.id,
        kind=group.group.rule,
        members=group.members,
        # An award that names no item cannot be set off against one; the notes say so.
        external=0 if is_cap or (group.by_item and group.group.rule is not GroupRule.TOP_UP) else external,
        limit=cap if is_cap else None,
        before_caps=group.group.before_caps,
        by_item=group.by_item,
    )
