"""Check what the loader cannot see in one file alone: grounding, logic, references and time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.check.codes import LINT_CODES, LintCode, finding
from rules.check.grounding import ground_condition, ground_group, ground_policy, ground_vocabulary
from rules.check.logic import check_logic
from rules.check.references import check_condition_sets, check_policy_references
from rules.check.time import check_policy_time
from rules.language.findings import Finding
from rules.language.model import Bundle, Policy

__all__ = ["LINT_CODES", "LintCode", "lint"]

_POSITIVE = frozenset({"eligible", "needs_review"})


def lint(bundle: Bundle, on: date | None = None) -> tuple[Finding, ...]:
    """Return every finding on a bundle, ordered by place; `on` enables the checks that need a day."""
    found: list[Finding] = []
    for policy in bundle.policies.values():
        found += ground_policy(policy)
        found += check_policy_references(policy)
        found += check_policy_time(policy, on)
        found += _check_tests(policy)
    for condition_set in bundle.condition_sets.values():
        found += ground_condition(condition_set.condition, condition_set.id)
    for group in bundle.groups.values():
        found += ground_group(group)
    found += check_condition_sets(bundle)
    found += ground_vocabulary(bundle.vocabulary)
    found += check_logic(bundle)
    return tuple(sorted(dict.fromkeys(found), key=lambda entry: (entry.position, entry.code)))


def _check_tests(policy: Policy) -> Iterator[Finding]:
    if not policy.tests:
        yield finding(
            "tests.none", policy.position, "本政策没有内嵌测试", "在 tests 中至少写出每个边界的算例", policy.id
        )
    elif not any(test.expect.status in _POSITIVE for test in policy.tests):
        yield finding(
            "tests.never-eligible",
            policy.position,
            "没有一个测试得到“符合”或“需人工审核”",
            "补上一个符合的算例",
            policy.id,
        )
