"""Find tables and conditions that contradict themselves, wherever in a rule they stand."""

from __future__ import annotations

from collections.abc import Iterator

from rules.check.codes import finding
from rules.check.tables import band, check_rows
from rules.check.walk import leaves_in, step_conditions, step_values, steps_in, values_in
from rules.language.findings import Finding
from rules.language.model import Condition, Policy, Step, Table, Tiers, Value, Vocabulary


def check_policy_logic(policy: Policy) -> Iterator[Finding]:
    """Yield gaps, overlaps, empty rows and impossible conditions of a policy."""
    for version in policy.versions:
        yield from check_condition_logic(version.eligibility, policy.id)
        for step in steps_in(version.steps):
            yield from _check_step(step, policy.id)


def check_condition_logic(condition: Condition, owner: str) -> Iterator[Finding]:
    """Yield what is impossible in a condition and in the tables inside it."""
    for leaf in leaves_in(condition):
        own = band(leaf.tests, leaf.position)
        if own is not None and own.is_empty:
            yield finding(
                "logic.empty-condition", leaf.position, f"条件（{own.text}）没有数能满足", "对调上下限", owner
            )
        for value in (leaf.operand, *(bound for test in leaf.tests for bound in test.bounds)):
            yield from check_value_logic(value, owner)


def check_vocabulary_logic(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what is impossible in the tables of computed facts."""
    for derived in vocabulary.derived.values():
        yield from check_value_logic(derived.value, derived.name)


def check_value_logic(value: Value, owner: str) -> Iterator[Finding]:
    """Yield gaps, overlaps and empty rows of the tables inside a value."""
    for inner in values_in(value):
        if isinstance(inner, Table):
            yield from check_rows(tuple((row.tests, row.position) for row in inner.rows), owner)


def _check_step(step: Step, owner: str) -> Iterator[Finding]:
    if isinstance(step, Tiers):
        yield from check_rows(tuple((row.tests, row.position) for row in step.rows), owner)
    for value, _word in step_values(step):
        yield from check_value_logic(value, owner)
    for condition in step_conditions(step):
        yield from check_condition_logic(condition, owner)
