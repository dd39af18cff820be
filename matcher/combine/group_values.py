"""What the groups of a bundle come to for one applicant: money already received and joint caps, from the applicant's facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil, floor

from matcher.combine.claims import GroupMoney, members_of
from matcher.interpret.dispatch import evaluate
from matcher.interpret.policy import scope_for
from matcher.interpret.possible import Possible
from matcher.interpret.scope import Scope, named
from matcher.interpret.versions import version_in_force
from matcher.outcome import Money, Outcome
from matcher.profile import Profile
from rules.language.model import Bundle, Group


def money_of_groups(bundle: Bundle, outcomes: Sequence[Outcome], profile: Profile, on: date) -> tuple[GroupMoney, ...]:
    """Return the groups that cover any of these programs on that day, in written order.

    Yearly facts of a group are those of the fact year of its first member in force.
    """
    found = []
    for group in bundle.groups.values():
        members = members_of(group, outcomes)
        scope = _first_scope(bundle, (outcome.policy for outcome in outcomes if outcome.policy in members), profile, on)
        if scope is not None:
            found.append(_money_of(group, members, scope))
    return tuple(found)


def _first_scope(bundle: Bundle, policies: Iterable[str], profile: Profile, on: date) -> Scope | None:
    for policy in (bundle.policies[name] for name in policies):
        if version_in_force(policy, on) is not None:
            return scope_for(bundle, policy, profile, on, {})
    return None


def _money_of(group: Group, members: frozenset[str], scope: Scope) -> GroupMoney:
    external, missing = Money(0, 0), tuple[str, ...]()
    cap_low: int | None = None
    cap_high: int | None = None
    if group.external is not None:
        received = evaluate(group.external, scope)
        external, missing = _received(received), named(received.needs, scope.fact_year)
    if group.cap is not None:
        cap = evaluate(group.cap, scope)
        if cap.exists:
            cap_low = 0 if cap.lo is None else max(0, floor(cap.lo))
            cap_high = None if cap.absent or cap.hi is None else max(0, floor(cap.hi))
        missing += named(cap.needs, scope.fact_year)
    return GroupMoney(group, members, external, cap_low, cap_high, missing)


def _received(value: Possible) -> Money:
    """Read money received: what does not exist is nothing, a broken 分 counts as received."""
    if not value.exists:
        return Money(0, 0)
    low = 0 if value.absent or value.lo is None else max(0, ceil(value.lo))
    return Money(low, None if value.hi is None else max(0, ceil(value.hi)))
