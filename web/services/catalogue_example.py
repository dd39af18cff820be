"""Choose a worked example for the first page among the tests that the rules bring along, and compute it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.interpret import evaluate_policy
from matcher.interpret.versions import nearest_version
from matcher.outcome import Outcome, Status
from matcher.profile import ProfileErrors, read_profile
from rules.language.model import Bundle, Policy
from web.services.catalogue import Catalogue, Entry
from web.services.catalogue_sentences import conditions_of

MOST_CONDITIONS = 4
FITTING_STEPS = range(2, 5)


@dataclass(frozen=True, slots=True)
class ExampleStep:
    """A step that changed the amount, with the amount after it in 分."""

    text: str
    clause: str
    after: int


@dataclass(frozen=True, slots=True)
class Example:
    """One program computed for an invented applicant who meets every condition; the amount in 分."""

    policy: str
    title: str
    conditions: tuple[str, ...]
    steps: tuple[ExampleStep, ...]
    amount: int


_chosen: dict[str, Example | None] = {}


def example(catalogue: Catalogue) -> Example | None:
    """Return the example that shows most in few lines: in force, everything met, a limit reached, an amount people know.

    None when no test of the rules makes one.
    """
    bundle = catalogue.bundle
    if bundle.hash not in _chosen:
        _chosen.clear()
        found = [(_merit(one, entry), one) for entry in catalogue.entries for one in _examples(bundle, entry.policy)]
        _chosen[bundle.hash] = max(found, key=lambda pair: pair[0], default=(None, None))[1]
    return _chosen[bundle.hash]


def _merit(found: Example, entry: Entry) -> tuple[bool, bool, int, int]:
    """Prefer what is in force, then an amount that is limited, then more conditions, then smaller amounts."""
    is_limited = any(
        later.after < earlier.after and later.text.startswith("最高")
        for earlier, later in zip(found.steps, found.steps[1:], strict=False)
    )
    return entry.taking.is_in_force, is_limited, len(found.conditions), -found.amount


def _examples(bundle: Bundle, policy: Policy) -> Iterator[Example]:
    for test in policy.tests:
        if test.expect.status != Status.ELIGIBLE.value:
            continue
        try:
            profile = read_profile(test.facts, bundle.vocabulary)
        except ProfileErrors:
            continue
        conditions = conditions_of(bundle, policy, nearest_version(policy, test.as_of), test.as_of)
        outcome = evaluate_policy(bundle, policy.id, profile, test.as_of)
        if found := _told(outcome, tuple(line.text for line in conditions if line.kind == "condition")):
            yield found


def _told(outcome: Outcome, conditions: tuple[str, ...]) -> Example | None:
    amount = outcome.amount
    if outcome.status is not Status.ELIGIBLE or amount is None or not amount.is_exact or not amount.min:
        return None
    lines = [line for line in outcome.trace if line.kind == "step" and line.after and not line.item]
    if any(line.after and not line.after.is_exact for line in lines):
        return None
    steps = [
        ExampleStep(line.text, "" if line.cite is None else line.cite.clause, line.after.min)
        for line in lines
        if line.after and line.before != line.after
    ]
    if not 1 < len(conditions) <= MOST_CONDITIONS or len(steps) not in FITTING_STEPS:
        return None
    return Example(outcome.policy, outcome.title, conditions, tuple(steps), amount.min)
