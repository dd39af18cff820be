"""Yield the numbers that a rule states, each with the boundary word that governs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.calendar import Period
from rules.language.model import (
    Aggregate,
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
    Match,
    Multiply,
    Operation,
    PayOnlyIfFrom,
    PerUnit,
    Position,
    Prorate,
    Range,
    Rate,
    Shift,
    Step,
    Table,
    Test,
    Tiers,
    TopUp,
    Value,
    Word,
)
from rules.language.walk import walk

_BOUNDARIES = frozenset({Word.FROM, Word.OVER, Word.UPTO, Word.BELOW})


@dataclass(frozen=True, slots=True)
class Stated:
    """A constant of a rule: the boundary word it stands under, and whether arithmetic or a table row holds it."""

    constant: Literal | Period
    word: Word | None
    position: Position
    in_arithmetic: bool = False
    in_row: bool = False


def leaves_in(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves of a condition, those inside counted lists included."""
    return (node for node in walk(condition) if isinstance(node, Leaf))


def step_conditions(step: Step) -> Iterator[Condition]:
    """Yield the conditions that a step carries itself."""
    if step.when is not None:
        yield step.when
    if isinstance(step, ForEach) and step.where is not None:
        yield step.where


def stated_by_leaf(leaf: Leaf) -> Iterator[Stated]:
    """Yield the constants of one leaf."""
    yield from stated_by_value(leaf.operand, in_arithmetic=True)
    yield from _stated_by_tests(leaf.tests)


def stated_by_step(step: Step) -> Iterator[Stated]:
    """Yield the constants of a step, without those of its conditions and of its inner steps."""
    if isinstance(step, Tiers):
        yield from (() if step.of is None else stated_by_value(step.of))
        for row in step.rows:
            yield from _stated_by_tests(row.tests, in_row=True)
            for value in (row.rate, row.each, row.value):
                yield from (() if value is None else stated_by_value(value))
    else:
        word = Word.FROM if isinstance(step, PayOnlyIfFrom) else None
        for value in values_of(step):
            yield from (() if value is None else stated_by_value(value, word))


def values_of(step: Step) -> tuple[Value | None, ...]:
    """Return the values that a step states itself, those of brackets and inner steps left out."""
    match step:
        case Base(of=of) | Deduct(of=of) | TopUp(of=of) | PayOnlyIfFrom(of=of):
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
            yield from (() if where is None else _stated_by_condition(where))
        case ConditionValue(condition=condition):
            yield from _stated_by_condition(condition)
        case Table() | Cases():
            yield from _stated_by_rows(value, word)
        case _:
            return


def _stated_by_rows(table: Table | Cases, word: Word | None) -> Iterator[Stated]:
    if isinstance(table, Table):
        yield from stated_by_value(table.by, in_arithmetic=True)
        for row in table.rows:
            yield from _stated_by_tests(row.tests, in_row=True)
            yield from stated_by_value(row.value, word)
        return
    for case in table.rows:
        yield from (() if case.when is None else _stated_by_condition(case.when))
        yield from stated_by_value(case.value, word)


def _stated_by_tests(tests: tuple[Test, ...], *, in_row: bool = False) -> Iterator[Stated]:
    for test in tests:
        word = test.word if test.word in _BOUNDARIES else None
        for bound in test.bounds:
            for entry in stated_by_value(bound, word):
                yield Stated(entry.constant, entry.word, entry.position, entry.in_arithmetic, in_row or entry.in_row)


def _stated_by_condition(condition: Condition) -> Iterator[Stated]:
    for leaf in leaves_in(condition):
        yield from stated_by_leaf(leaf)
