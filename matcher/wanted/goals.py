"""Outcomes that can be wanted of a program, and how the interpreter tells that one has come about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from matcher.interpret import evaluate_policy
from matcher.match import match
from matcher.outcome import Status
from matcher.profile import Profile
from matcher.rule_tests.observing import Mark, marks_of
from rules.check.prove.wanted import Facts, Wishes
from rules.language.model import Bundle, GroupRule, Tiers

_EXCLUSIVE = frozenset({GroupRule.HIGHEST, GroupRule.CHOOSE_ONE, GroupRule.ONCE})


class Goal(Protocol):
    """Something wanted of the result of a program."""

    def wish(self, wishes: Wishes, bundle: Bundle, policy: str) -> Iterator[Facts | None]:
        """Yield applicants that the solver makes up for it."""

    def is_met(self, bundle: Bundle, policy: str, profile: Profile, on: date) -> bool:
        """Tell by the interpreter whether it has come about."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """The applicant is eligible."""

    def wish(self, wishes: Wishes, bundle: Bundle, policy: str) -> Iterator[Facts | None]:
        """Yield an eligible applicant."""
        yield wishes.eligible()

    def is_met(self, bundle: Bundle, policy: str, profile: Profile, on: date) -> bool:
        """Tell whether the applicant is eligible."""
        return evaluate_policy(bundle, policy, profile, on).status is Status.ELIGIBLE


@dataclass(frozen=True, slots=True)
class FailsOnly:
    """The applicant is refused, and by one condition alone."""

    condition: str

    def wish(self, wishes: Wishes, bundle: Bundle, policy: str) -> Iterator[Facts | None]:
        """Yield an applicant who fails it."""
        yield wishes.failing(self.condition)

    def is_met(self, bundle: Bundle, policy: str, profile: Profile, on: date) -> bool:
        """Tell whether it is the only one that fails."""
        outcome = evaluate_policy(bundle, policy, profile, on)
        return outcome.status is Status.INELIGIBLE and outcome.failed == (self.condition,)


@dataclass(frozen=True, slots=True)
class InRow:
    """The applicant is eligible and falls into a row, from 1, of a step's table."""

    step: str
    number: int

    def wish(self, wishes: Wishes, bundle: Bundle, policy: str) -> Iterator[Facts | None]:
        """Yield an applicant in the row."""
        yield wishes.in_row(self.step, self.number)

    def is_met(self, bundle: Bundle, policy: str, profile: Profile, on: date) -> bool:
        """Tell whether the row is the last of the table that is hit: marginal brackets hit all below it too."""
        if not Eligible().is_met(bundle, policy, profile, on):
            return False
        marks = frozenset(marks_of(bundle, bundle.policies[policy], profile, on))
        hit = [
            number
            for version in bundle.policies[policy].versions
            for step in version.steps
            if isinstance(step, Tiers) and step.id == self.step
            for number, row in enumerate(step.rows, 1)
            if Mark(row.position, "hit") in marks
        ]
        return max(hit, default=0) == self.number


@dataclass(frozen=True, slots=True)
class Capped:
    """The applicant is eligible, and a step cuts the amount."""

    step: str

    def wish(self, wishes: Wishes, bundle: Bundle, policy: str) -> Iterator[Facts | None]:
        """Yield an applicant whose amount is cut."""
        yield wishes.capped(self.step)

    def is_met(self, bundle: Bundle, policy: str, profile: Profile, on: date) -> bool:
        """Tell whether the trace has the step cutting."""
        outcome = evaluate_policy(bundle, policy, profile, on)
        cuts = any(line.id == self.step and line.effect == "capped" for line in outcome.trace)
        return outcome.status is Status.ELIGIBLE and cuts


@dataclass(frozen=True, slots=True)
class Blocked:
    """The applicant is eligible and is not paid, since a group leaves this program out for another one."""

    group: str

    def wish(self, wishes: Wishes, bundle: Bundle, policy: str) -> Iterator[Facts | None]:
        """Yield applicants whom another member gives more."""
        group = bundle.groups[self.group]
        for other in group.members if group.rule in _EXCLUSIVE else ():
            if other != policy and other in bundle.policies:
                yield wishes.beside(other)

    def is_met(self, bundle: Bundle, policy: str, profile: Profile, on: date) -> bool:
        """Tell whether the combination of the group's members drops the program."""
        if not Eligible().is_met(bundle, policy, profile, on):
            return False
        members = [name for name in bundle.groups[self.group].members if name in bundle.policies]
        combination = match(bundle, profile, on, members).combination
        return any(one.policy == policy for one in combination.dropped)
