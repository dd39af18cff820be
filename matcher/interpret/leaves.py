"""Ask about single leaves and single cost items: what the search for a near miss and the choice among programs need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from matcher.interpret.amounts import Ledger, Running, money, run_steps
from matcher.interpret.conditions import Measured, measure, settle
from matcher.interpret.policy import scope_for
from matcher.interpret.references import leaf_keys
from matcher.outcome import Money, Truth
from matcher.profile.facts import Items, Profile
from rules.language.model import AllOf, AnyOf, AtLeast, Bundle, Condition, Leaf, Not, Use


def leaf_truth(bundle: Bundle, policy_id: str, leaf_id: str, profile: Profile, on: date) -> Truth:
    """Return the truth of one leaf; raise KeyError when the version of the day has no such leaf."""
    leaf = find_leaf(bundle, policy_id, leaf_id, on)
    return settle(leaf, measure_leaf(bundle, policy_id, leaf_id, profile, on).truth)


def measure_leaf(bundle: Bundle, policy_id: str, leaf_id: str, profile: Profile, on: date) -> Measured:
    """Return the operand of one leaf, its bounds and its truth before `on_unknown`; raise KeyError as above."""
    leaf = find_leaf(bundle, policy_id, leaf_id, on)
    return measure(leaf, scope_for(bundle, bundle.policies[policy_id], profile, on, {}))


def facts_of_leaf(bundle: Bundle, policy_id: str, leaf_id: str, on: date) -> frozenset[str]:
    """Return the keys (`revenue@2025`, `stores`) of the facts that one leaf rests on; raise KeyError as above."""
    scope = scope_for(bundle, bundle.policies[policy_id], Profile(), on, {})
    return frozenset(leaf_keys(find_leaf(bundle, policy_id, leaf_id, on), scope))


def find_leaf(bundle: Bundle, policy_id: str, leaf_id: str, on: date) -> Leaf:
    """Return a leaf by the name that results use (`set/leaf` inside a condition set); raise KeyError when there is none."""
    scope = scope_for(bundle, bundle.policies[policy_id], Profile(), on, {})
    for name, leaf in _leaves(scope.version.eligibility, bundle, ""):
        if name == leaf_id:
            return leaf
    raise KeyError(leaf_id)


def amount_for_items(bundle: Bundle, policy_id: str, profile: Profile, on: date, items: frozenset[str]) -> Money | None:
    """Return the amount with only some items of the cost lists that the policy's groups name, by the items' keys."""
    policy = bundle.policies[policy_id]
    groups = (group for group in bundle.groups.values() if policy_id in group.members and "cost_item" in group.scope)
    for name in {group.cost_list for group in groups}:
        held = profile.facts.get(name)
        if isinstance(held, Items):
            kept = tuple(item for item in held.items if item.key in items)
            profile = profile.with_fact(name, Items(kept), profile.source(name))
    scope = scope_for(bundle, policy, profile, on, {})
    if not scope.version.steps:
        return None
    return money(run_steps(scope.version.steps, Running(), scope, Ledger(is_silent=True)).amount)


def _leaves(condition: Condition, bundle: Bundle, prefix: str) -> Iterator[tuple[str, Leaf]]:
    match condition:
        case Leaf(id=name):
            yield prefix + name, condition
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            for child in of:
                yield from _leaves(child, bundle, prefix)
        case Not(of=child):
            yield from _leaves(child, bundle, prefix)
        case Use(set_id=set_id):
            yield from _leaves(bundle.condition_sets[set_id].condition, bundle, f"{set_id}/")
        case _:
            return
