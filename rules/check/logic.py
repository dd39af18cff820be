"""Find tables that contradict themselves, wherever in a rule they stand."""

from __future__ import annotations

from collections.abc import Iterator

from rules.check.tables import check_rows
from rules.language.findings import Finding
from rules.language.model import Bundle, ConditionSet, Derived, Group, Policy, Table, Tiers
from rules.language.walk import walk


def check_logic(bundle: Bundle) -> Iterator[Finding]:
    """Yield gaps, overlaps and masked rows of every table of a bundle."""
    owners: list[Policy | ConditionSet | Group] = [
        *bundle.policies.values(),
        *bundle.condition_sets.values(),
        *bundle.groups.values(),
    ]
    for owner in owners:
        yield from _check_tables(owner, owner.id)
    for derived in bundle.vocabulary.derived.values():
        yield from _check_tables(derived, derived.name)


def _check_tables(node: Policy | ConditionSet | Group | Derived, owner: str) -> Iterator[Finding]:
    for inner in walk(node):
        if isinstance(inner, Table | Tiers):
            yield from check_rows(tuple((row.tests, row.position) for row in inner.rows), owner)
