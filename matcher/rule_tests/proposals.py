"""Rows that a program's tests lack: found by trying neighbours of the tests there are, to be confirmed by a person."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain

from matcher.embedded_tests import outcome_of, run_test
from matcher.outcome import Money, Outcome, Status
from matcher.profile import Profile, ProfileErrors, read_profile
from matcher.rule_tests.candidates import Candidate, candidates
from matcher.rule_tests.coverage import Demand
from matcher.rule_tests.observing import marks_of
from matcher.rule_tests.turning import turning_candidates
from rules.check.mutants import Mutant
from rules.language.model import Bundle, Expectation, Policy, PolicyTest
from rules.language.quantities import format_money

_OPEN = frozenset({Status.ELIGIBLE, Status.NEEDS_REVIEW})
_MOST_BASES = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """A test to be confirmed: an applicant made from a test of the file, what the rules say of it now, what it is good for."""

    test: PolicyTest
    base: PolicyTest
    changes: Mapping[str, object]
    reasons: tuple[str, ...]

    def as_row(self) -> str:
        """Return the row as a file would write it, in one line; `given` has every fact."""
        parts = [
            f"name: {flow(f'待确认：{self.test.name}')}",
            f"as_of: {self.test.as_of}",
            f"given: {flow(self.test.facts)}",
        ]
        return "- {" + ", ".join([*parts, f"expect: {flow(expected(self.test.expect))}"]) + "}"


@dataclass(frozen=True, slots=True)
class Proposals:
    """Tests to be confirmed, and what none of the applicants tried could bring about."""

    tests: tuple[Proposal, ...]
    unmet: tuple[Demand, ...]
    alive: tuple[Mutant, ...]


def propose(
    bundle: Bundle, policy: Policy, missing: Collection[Demand], survivors: Collection[Mutant] = ()
) -> Proposals:
    """Return tests that meet what coverage found missing and kill mutants that survived."""
    wanted, alive = list(missing), list(survivors)
    found: list[Proposal] = []
    bases = _bases(bundle, policy)
    plain = candidates(bundle, policy, bases)
    turning = (each for base in bases for each in turning_candidates(bundle, policy, base))
    for candidate in chain(plain, turning):
        if not wanted and not alive:
            break
        profile = _profile(bundle, policy, candidate)
        if profile is None:
            continue
        marks = frozenset(marks_of(bundle, policy, profile, candidate.as_of))
        met = [demand for demand in wanted if demand.is_met_by(marks)]
        test = _test(bundle, policy, candidate, profile)
        killed = [mutant for mutant in alive if run_test(mutant.bundle, mutant.bundle.policies[policy.id], test)]
        if met or killed:
            wanted = [demand for demand in wanted if demand not in met]
            alive = [mutant for mutant in alive if mutant not in killed]
            reasons = (*(demand.text for demand in met), *map(str, killed))
            found.append(Proposal(test, candidate.base, candidate.changes, reasons))
    return Proposals(tuple(found), tuple(wanted), tuple(alive))


def _bases(bundle: Bundle, policy: Policy) -> list[PolicyTest]:
    """Return tests of applicants that may be paid, each of which takes another way through the rule."""
    found: dict[object, PolicyTest] = {}
    for test in policy.tests:
        candidate = Candidate(test, test.as_of, {}, "")
        profile = _profile(bundle, policy, candidate)
        if profile is not None and test.expect.status in {status.value for status in _OPEN}:
            marks = marks_of(bundle, policy, profile, test.as_of)
            found.setdefault(frozenset(mark for mark in marks if mark.what not in {"at", "beside"}), test)
    return list(found.values())[:_MOST_BASES]


def _profile(bundle: Bundle, policy: Policy, candidate: Candidate) -> Profile | None:
    try:
        profile = read_profile(candidate.facts, bundle.vocabulary)
    except ProfileErrors:
        return None
    return replace(profile, applicant=policy.applicant[0])


def _test(bundle: Bundle, policy: Policy, candidate: Candidate, profile: Profile) -> PolicyTest:
    """Return the candidate as a test that expects what the rules say now."""
    asked = Expectation(None, candidate.base.position, payable=(None, None) if candidate.is_paid else None)
    test = PolicyTest(candidate.why, candidate.as_of, candidate.facts, asked, candidate.base.position)
    outcome = outcome_of(bundle, policy, test, profile)
    return replace(test, expect=_expectation(outcome, candidate))


def _expectation(outcome: Outcome, candidate: Candidate) -> Expectation:
    status = outcome.status
    has_amount = outcome.amount is not None and status in {*_OPEN, Status.NEEDS_INFO}
    return Expectation(
        status=status.value,
        position=candidate.base.position,
        amount=_bounds(outcome.amount) if has_amount else None,
        payable=_bounds(outcome.payable) if candidate.is_paid and has_amount else None,
        failed=outcome.failed if status is Status.INELIGIBLE else None,
        missing=outcome.missing if status is Status.NEEDS_INFO else None,
        assumed=outcome.assumed or None if status in _OPEN else None,
    )


def _bounds(money: Money | None) -> tuple[Fraction | None, Fraction | None]:
    assert money is not None  # noqa: S101  an outcome with an amount has a payment where one was asked for
    return Fraction(money.min), None if money.max is None else Fraction(money.max)


def expected(expect: Expectation) -> dict[str, object]:
    """Return an expectation as a file writes it."""
    found: dict[str, object] = {"status": expect.status}
    for name, bounds in (("amount", expect.amount), ("payable", expect.payable)):
        if bounds is not None:
            low, high = (None if end is None else format_money(end).replace(",", "") for end in bounds)
            found[name] = low if low == high else {"min": low, "max": high}
    for name, ids in (("failed", expect.failed), ("missing", expect.missing), ("assumed", expect.assumed)):
        if ids is not None:
            found[name] = list(ids)
    return found


_PLAIN = re.compile(r"[\w.%‰@/+-][\w.%‰@/+（）：，、“”。 -]*")


def flow(value: object) -> str:
    """Return facts or expectations in one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
