"""The ways a program can share cost items with others: its amount for every subset of the items that rivals use too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from matcher.combine.claims import OPEN, GroupMoney
from matcher.interpret import amount_for_items
from matcher.outcome import Money, Outcome, Variant
from matcher.profile import Absent, Items, Profile
from rules.language.model import Bundle

# 2 to this power amounts per program; beyond it the combination gives a range and not one figure.
MOST_SHARED = 6

_Amount = Callable[[str, frozenset[str]], Money]


def with_variants(
    bundle: Bundle, outcomes: Sequence[Outcome], groups: Sequence[GroupMoney], profile: Profile, on: date
) -> tuple[Outcome, ...]:
    """Return the outcomes with what they come to for the cost items they may have to share.

    Programs whose list is unknown, that share too many items, or that are in groups over several lists get none.
    """
    lists = _lists(groups)
    used: dict[str, frozenset[str]] = {}

    def amount(policy: str, items: frozenset[str]) -> Money:
        return amount_for_items(bundle, policy, profile, on, items) or Money(0, 0)

    for outcome in outcomes:
        of_policy = lists.get(outcome.policy, frozenset())
        keys = _keys(profile, *of_policy) if len(of_policy) == 1 else None
        if outcome.status in OPEN and outcome.amount is not None and keys is not None:
            used[outcome.policy] = _used(outcome.policy, keys, amount)
    users = Counter(item for items in used.values() for item in items)
    shared = frozenset(item for item, number in users.items() if number > 1)
    return tuple(
        replace(outcome, variants=_variants(outcome, used[outcome.policy], shared, amount))
        if outcome.policy in used
        else outcome
        for outcome in outcomes
    )


def _lists(groups: Sequence[GroupMoney]) -> dict[str, frozenset[str]]:
    """Return the cost lists of the groups that each program is in."""
    lists: dict[str, frozenset[str]] = {}
    for group in groups:
        if group.by_item:
            for policy in group.members:
                lists[policy] = lists.get(policy, frozenset()) | {group.group.cost_list}
    return lists


def _keys(profile: Profile, name: str) -> frozenset[str] | None:
    """Return the items of a list, None when it is unknown."""
    held = profile.facts.get(name)
    if isinstance(held, Items):
        return frozenset(item.key for item in held.items)
    return frozenset() if isinstance(held, Absent) else None


def _used(policy: str, keys: frozenset[str], amount: _Amount) -> frozenset[str]:
    """Return the items without which, or by which alone, the amount changes."""
    full, nothing = amount(policy, keys), amount(policy, frozenset())
    alone = frozenset(key for key in keys if amount(policy, frozenset({key})) != nothing)
    # Of a thousand items most pay by themselves or not at all; to leave out each in turn costs their square.
    if amount(policy, alone) == full:
        return alone
    return alone | frozenset(key for key in keys - alone if amount(policy, keys - {key}) != full)


def _variants(outcome: Outcome, used: frozenset[str], shared: frozenset[str], amount: _Amount) -> tuple[Variant, ...]:
    """Return what a program comes to with its own items and each subset of the shared ones, the dearest first."""
    own, common = used - shared, sorted(used & shared)
    if not common and outcome.amount is not None:
        return (Variant(own, outcome.amount),)
    if len(common) > MOST_SHARED:
        return ()
    subsets = (frozenset(some) for size in range(len(common) + 1) for some in combinations(common, size))
    found = [Variant(own | some, amount(outcome.policy, own | some)) for some in subsets]
    return tuple(sorted(found, key=lambda one: (-(one.amount.max or 0), len(one.items))))
