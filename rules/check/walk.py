"""Walk the tree and yield the numbers that a rule states, each with the boundary word that governs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.calendar import Period
from rules.language.model import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Base,
    CapAmount,
    CapBase,
    Cases,
    Condition,
    ConditionValue,
    Deduct,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    Leaf,
    Literal,
    Manual,
    Match,
    Multiply,
    Not,
    Operation,
    PayOnlyIfFrom,
    PerUnit,
    Position,
    Prorate,
    Range,
    Rate,
    Row,
    Shift,
    Step,
    Table,
    Test,
    TierRow,
    Tiers,
    TopUp,
    Use,
    Value,
    Word,
)

_BOUNDARIES = frozenset({Word.FROM, Word.OVER, Word.UPTO, Word.BELOW})


@dataclass(frozen=True, slots=True)
class Stated:
    """A constant of a rule, the boundary word it stands under, and whether arithmetic wrapped it."""

    constant: Literal | Period
    word: Word | None
    position: Position
    in_arithmetic: bool = False


def values_in(value: Value) -> Iterator[Value]:
    """Yield `value` and every value inside it, conditions included."""
    yield value
    for child in _children(value):
        yield from values_in(child)


def _children(value: Value) -> Iterator[Value]:
    match value:
        case Shift(base=base):
            yield base
        case Operation(args=args):
            yield from args
        case Aggregate(where=where, of=of):
            yield from (() if of is None else (of,))
            yield from (() if where is None else _values_of_condition(where))
        case Table(by=by, rows=rows):
            yield by
            for row in rows:
                yield row.value
                yield from _bounds(row.tests)
        case Cases(rows=cases):
            for case in cases:
                yield case.value
                yield from (() if case.when is None else _values_of_condition(case.when))
        case ConditionValue(condition=condition):
            yield from _values_of_condition(condition)
        case _:
            return


def _bounds(tests: tuple[Test, ...]) -> Iterator[Value]:
    for test in tests:
        yield from test.bounds


def _values_of_condition(condition: Condition) -> Iterator[Value]:
    for leaf in leaves_in(condition):
        yield leaf.operand
        yield from _bounds(leaf.tests)


def conditions_in(condition: Condition) -> Iterator[Condition]:
    """Yield `condition` and every condition nested in it, without entering condition sets."""
    yield condition
    match condition:
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            for child in of:
                yield from conditions_in(child)
        case Not(of=child):
            yield from conditions_in(child)
        case Leaf() | Manual() | Use():
            return


def leaves_in(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves of a condition in order."""
    return (node for node in conditions_in(condition) if isinstance(node, Leaf))


def step_values(step: Step) -> Iterator[tuple[Value, Word | None]]:
    """Yield the values of a step with the boundary word the step implies; inner steps of for_each are left out."""
    if isinstance(step, Tiers):
        yield from (() if step.of is None else ((step.of, None),))
        for row in step.rows:
            yield from _row_values(row)
    elif isinstance(step, PayOnlyIfFrom):
        yield step.of, Word.FROM
    else:
        yield from ((value, None) for value in _plain_step_values(step) if value is not None)


def _plain_step_values(step: Step) -> tuple[Value | None, ...]:
    match step:
        case Base(of=of) | Deduct(of=of) | TopUp(of=of):
            return (of,)
        case CapBase(to=to) | FloorBase(to=to) | CapAmount(to=to):
            return (to,)
        case Fixed(value=value) | Multiply(by=value):
            return (value,)
        case Rate(of=base, at=at) | Match(of=base, at=at):
            return (base, at)
        case PerUnit(of=base, above=above, unit=unit, each=each):
            return (base, above, unit, each)
        case ForEach(limit=limit):
            return (limit.count if limit else None,)
        case Prorate(by=by, over=over, minimum=minimum):
            return (by, over, minimum)
        case Instalments(cap_each=cap_each):
            return (cap_each,)
        case Range(from_=low, upto=high):
            return (low, high)
        case _:
            return ()


def _row_values(row: TierRow) -> Iterator[tuple[Value, Word | None]]:
    for test in row.tests:
        yield from ((bound, test.word if test.word in _BOUNDARIES else None) for bound in test.bounds)
    yield from ((value, None) for value in (row.rate, row.each, row.value) if value is not None)


def step_conditions(step: Step) -> Iterator[Condition]:
    """Yield the conditions that a step carries itself."""
    if step.when is not None:
        yield step.when
    if isinstance(step, ForEach) and step.where is not None:
        yield step.where


def steps_in(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield steps and the inner steps of for_each, in order."""
    for step in steps:
        yield step
        if isinstance(step, ForEach):
            yield from steps_in(step.steps)


def stated_by_value(value: Value, word: Word | None = None, *, in_arithmetic: bool = False) -> Iterator[Stated]:
    """Yield the constants of a value; the values of a table stand under the word of the table's own place."""
    match value:
        case Literal():
            yield Stated(value, word, value.position, in_arithmetic)
        case Shift(base=base, period=period):
            yield Stated(period, None, value.position)
            yield from stated_by_value(base)
        case Operation(args=args):
            for arg in args:
                yield from stated_by_value(arg, in_arithmetic=True)
        case Aggregate(where=where, of=of):
            yield from (() if of is None else stated_by_value(of, in_arithmetic=True))
            yield from (() if where is None else stated_by_condition(where))
        case Table(by=by, rows=rows):
            yield from stated_by_value(by, in_arithmetic=True)
            for row in rows:
                yield from _stated_by_row(row, word)
        case Cases(rows=cases):
            for case in cases:
                yield from stated_by_value(case.value, word)
                yield from (() if case.when is None else stated_by_condition(case.when))
        case ConditionValue(condition=condition):
            yield from stated_by_condition(condition)
        case _:
            return


def _stated_by_row(row: Row, word: Word | None) -> Iterator[Stated]:
    yield from _stated_by_tests(row.tests)
    yield from stated_by_value(row.value, word)


def _stated_by_tests(tests: tuple[Test, ...]) -> Iterator[Stated]:
    for test in tests:
        for bound in test.bounds:
            yield from stated_by_value(bound, test.word if test.word in _BOUNDARIES else None)


def stated_by_leaf(leaf: Leaf) -> Iterator[Stated]:
    """Yield the constants of one leaf."""
    yield from stated_by_value(leaf.operand, in_arithmetic=True)
    yield from _stated_by_tests(leaf.tests)


def stated_by_condition(condition: Condition) -> Iterator[Stated]:
    """Yield the constants of every leaf of a condition, and the n of `at_least`."""
    for node in conditions_in(condition):
        if isinstance(node, Leaf):
            yield from stated_by_leaf(node)


def stated_by_step(step: Step) -> Iterator[Stated]:
    """Yield the constants of a step and of its own conditions."""
    for value, word in step_values(step):
        yield from stated_by_value(value, word)
    for condition in step_conditions(step):
        yield from stated_by_condition(condition)
