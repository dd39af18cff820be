"""Whether two forms of a group pay every applicant the same.

Nothing is said of groups that set off money received elsewhere or weigh amounts before caps: there the answer is no.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from rules.language.model import AllOf, Bundle, Condition, Group, GroupRule, Manual, Policy, Use, Version

Precedence = Callable[[Bundle, str, str], bool]  # whether a program is proved to pay no less than another

_PAIR = 2
_OF_ONE = frozenset({GroupRule.HIGHEST, GroupRule.CHOOSE_ONE, GroupRule.ONCE, GroupRule.TOP_UP})


def groups_alike(bundle: Bundle, old: Group, new: Group, comes_first: Precedence) -> bool:
    """Tell whether it is proved that a group and its changed form come to the same payments and the same sum.

    Members of which no two are in force on one day never meet, so their group has nothing to do. And where a person must review
    each member's application before it can be granted, and no other group has a say, each may be paid anything from nothing to
    its amount, and all together up to the largest of them (of each cost item, where the group is about items), whether the rule
    pays the dearest alone or pays the cheaper first and tops up. So are two members of which the first in policy order never pays
    less: it takes all of what both may be paid together, under either rule, and what is open of the one stays open of the other.
    """
    if not _is_plain(old):
        return False
    policies = [bundle.policies[name] for name in old.members if name in bundle.policies]
    if set(old.members) == set(new.members):
        if _never_meet(policies):
            return True
        are_open = all(_is_reviewed(bundle, policy) for policy in policies)
        return not _overlaps(bundle, old) and (are_open or _is_led(bundle, old, comes_first))
    lost = set(old.members) - set(new.members)
    kept = [policy for policy in policies if policy.id not in lost]
    return all(_never_meet([policy, other]) for policy in policies if policy.id in lost for other in kept)


def _is_plain(group: Group) -> bool:
    return group.rule in _OF_ONE and group.external is None and not group.before_caps and not group.levels


def _is_led(bundle: Bundle, group: Group, comes_first: Precedence) -> bool:
    """Tell whether a group has two members, and the first in policy order comes first in what it pays too."""
    members = [name for name in bundle.policies if name in group.members]
    return len(members) == _PAIR and "cost_item" not in group.scope and comes_first(bundle, *members)


def _overlaps(bundle: Bundle, group: Group) -> bool:
    """Tell whether another group has to do with one of the members."""
    members = [bundle.policies[name] for name in group.members if name in bundle.policies]
    levels = {policy.level for policy in members}
    return any(
        other.id != group.id and (set(other.members) & set(group.members) or set(other.levels) & levels)
        for other in bundle.groups.values()
    )


def _never_meet(policies: list[Policy]) -> bool:
    """Tell whether no two programs have versions in force on the same day."""
    return not any(
        _meet(mine, theirs)
        for one, other in combinations(policies, 2)
        for mine in one.versions
        for theirs in other.versions
    )


def _meet(one: Version, other: Version) -> bool:
    return (other.to is None or one.from_ <= other.to) and (one.to is None or other.from_ <= one.to)


def _is_reviewed(bundle: Bundle, policy: Policy) -> bool:
    """Tell whether every version has a condition that a person must review before anybody can be granted it."""
    return all(_needs_review(version.eligibility, bundle) for version in policy.versions)


def _needs_review(condition: Condition, bundle: Bundle) -> bool:
    match condition:
        case Manual():
            return True
        case AllOf(of=of):
            return any(_needs_review(child, bundle) for child in of)
        case Use(set_id=set_id):
            return _needs_review(bundle.condition_sets[set_id].condition, bundle)
    return False
