"""What a test touches of a rule: conditions true and false, rows hit, steps taken, thresholds tried."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from matcher.interpret.comparison import all_of, compare
from matcher.interpret.conditions import measure, settle
from matcher.interpret.dispatch import decide, evaluate
from matcher.interpret.policy import evaluate_policy, scope_for
from matcher.interpret.possible import Possible
from matcher.interpret.scope import Scope
from matcher.interpret.sentences import measure_of
from matcher.outcome import Outcome, Truth
from matcher.profile import Profile
from rules.check.mutants import QUANTUM
from rules.check.stated import values_of
from rules.language.model import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Bundle,
    Case,
    Cases,
    Condition,
    Dimension,
    ForEach,
    Leaf,
    Not,
    Operation,
    Policy,
    Position,
    Row,
    Shift,
    Step,
    Table,
    Test,
    TierRow,
    Tiers,
    Use,
    Value,
    Word,
)

BOUNDARIES = frozenset({Word.FROM, Word.OVER, Word.UPTO, Word.BELOW})


class Mark(NamedTuple):
    """Something that happened at a place of a rule."""

    position: Position
    what: str  # true, false, hit, applied, skipped, at, beside, or the effect of a step


def marks_of(bundle: Bundle, policy: Policy, profile: Profile, on: date) -> Iterator[Mark]:
    """Yield what an applicant on a day touches of a program and of the condition sets it uses."""
    scope = scope_for(bundle, policy, profile, on, {})
    observer = _Observer(evaluate_policy(bundle, policy.id, profile, on))
    yield from observer.condition(scope.version.eligibility, scope)
    yield from observer.steps(scope.version.steps, scope)


class _Observer:
    def __init__(self, outcome: Outcome) -> None:
        self._effects: dict[str, set[str]] = {}
        for line in outcome.trace:
            if line.kind == "step":
                self._effects.setdefault(line.id, set()).add(line.effect)

    def condition(self, node: Condition | None, scope: Scope) -> Iterator[Mark]:
        match node:
            case Leaf():
                yield from self._leaf(node, scope)
            case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
                for child in of:
                    yield from self.condition(child, scope)
            case Not(of=child):
                yield from self.condition(child, scope)
            case Use(set_id=set_id):
                yield from self.condition(scope.bundle.condition_sets[set_id].condition, scope)
            case _:
                return

    def _leaf(self, leaf: Leaf, scope: Scope) -> Iterator[Mark]:
        measured = measure(leaf, scope)
        truth = settle(leaf, measured.truth)
        if truth is not Truth.U:
            yield Mark(leaf.position, "true" if truth is Truth.T else "false")
        dimension = measure_of(leaf.operand, scope).dimension
        for test, bounds in zip(leaf.tests, measured.bounds, strict=True):
            yield from _tried(test, measured.operand, bounds, dimension)
            for bound in test.bounds:
                yield from self.value(bound, scope)
        yield from self.value(leaf.operand, scope)

    def value(self, node: Value | None, scope: Scope) -> Iterator[Mark]:
        match node:
            case Table(by=by, rows=rows):
                yield from self.value(by, scope)
                row = yield from self._row(evaluate(by, scope), rows, by, scope)
                yield from self.value(row.value if isinstance(row, Row) else None, scope)
            case Cases(rows=cases):
                yield from self._case(cases, scope)
            case Aggregate(list_name=list_name, where=where, of=of):
                for item in scope.entries(list_name).items:
                    yield from self.condition(where, scope.at_item(item))
                    yield from self.value(of, scope.at_item(item))
            case Operation(args=args):
                for arg in args:
                    yield from self.value(arg, scope)
            case Shift(base=base):
                yield from self.value(base, scope)
            case _:
                return

    def _row(
        self, operand: Possible, rows: Sequence[Row | TierRow], of: Value, scope: Scope
    ) -> Generator[Mark, None, Row | TierRow | None]:
        """Yield the thresholds tried, and the row that surely takes the operand, which is returned too."""
        dimension = measure_of(of, scope).dimension
        found: Row | TierRow | None = None
        is_open = True
        for row in rows:
            truths = []
            for test in row.tests:
                bounds = [evaluate(bound, scope) for bound in test.bounds]
                truths.append(compare(test.word, operand, bounds))
                yield from _tried(test, operand, bounds, dimension)
            truth = all_of(truths)
            if is_open and truth is Truth.T:
                yield Mark(row.position, "hit")
                found = row
            is_open = is_open and truth is Truth.F
        return found

    def _case(self, cases: Sequence[Case], scope: Scope) -> Iterator[Mark]:
        for case in cases:
            yield from self.condition(case.when, scope)
            truth = Truth.T if case.when is None else decide(case.when, scope)[0]
            if truth is Truth.T:
                yield Mark(case.position, "hit")
                yield from self.value(case.value, scope)
            if truth is not Truth.F:
                return

    def steps(self, steps: Sequence[Step], scope: Scope) -> Iterator[Mark]:
        """Yield what is touched of steps that were run."""
        for step in steps:
            effects = self._effects.get(step.id, set())
            for effect in sorted(effects):
                yield Mark(step.position, effect)
            if effects:
                yield from self.condition(step.when, scope)
            if effects - {"skipped"}:
                if step.when is not None:
                    yield Mark(step.position, "taken")
                yield from self._inside(step, scope)

    def _inside(self, step: Step, scope: Scope) -> Iterator[Mark]:
        if isinstance(step, ForEach):
            for item in scope.entries(step.list_name).items:
                inside = scope.at_item(item)
                yield from self.condition(step.where, inside)
                if step.where is None or decide(step.where, inside)[0] is Truth.T:
                    yield from self.steps(step.steps, inside)
            return
        if isinstance(step, Tiers) and step.of is not None:
            row = yield from self._row(evaluate(step.of, scope), step.rows, step.of, scope)
            for part in (row.rate, row.each, row.value) if isinstance(row, TierRow) else ():
                yield from self.value(part, scope)
        for value in values_of(step):
            yield from self.value(value, scope)


def _tried(test: Test, operand: Possible, bounds: Sequence[Possible], dimension: Dimension) -> Iterator[Mark]:
    """Yield whether an operand stands on a threshold, or no farther off than a quantum where the test says the contrary."""
    if test.word not in BOUNDARIES or not (operand.is_settled and bounds[0].is_settled):
        return
    if operand.lo is None or bounds[0].lo is None:
        return
    distance = operand.lo - bounds[0].lo
    if test.word in {Word.OVER, Word.UPTO}:
        distance = -distance
    if distance == 0:
        yield Mark(test.position, "at")
    elif -QUANTUM.get(dimension, Fraction(1)) <= distance < 0:
        yield Mark(test.position, "beside")
