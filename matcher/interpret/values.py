"""Evaluate value trees to the set of values they may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from matcher.interpret import arithmetic
from matcher.interpret.dispatch import EVALUATORS, decide, evaluate
from matcher.interpret.memory import Memory
from matcher.interpret.parameters import parameter
from matcher.interpret.possible import (
    ABSENT,
    EITHER,
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Possible,
    all_needs,
    exactly,
    hull_of,
    settled,
    with_needs,
)
from matcher.interpret.references import fact_keys
from matcher.interpret.rows import applicable_rows
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from rules.language.model import (
    AsOf,
    Cases,
    Condition,
    ConditionValue,
    Dimension,
    FactRef,
    Literal,
    Op,
    Operation,
    ParamRef,
    Shift,
    Table,
    Value,
)

_WHOLE = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.DATE))


def fact(node: FactRef, scope: Scope) -> Possible:
    """Return what is known of a fact, or what a derived fact comes to."""
    if node.of_item:
        return scope.item_fact(node.name)
    prefix, name, year = scope.resolve(node.name, node.offset)
    field = scope.bundle.vocabulary.fields.get(name)
    if field is not None:
        return scope.base_fact(prefix + name, year if field.yearly else 0, field)
    key = (prefix + name, year)
    found = scope.facts.get(key)
    if found is None:
        derived = scope.bundle.vocabulary.derived[name]
        found = evaluate(derived.value, scope.inside_derived(prefix, year))
        if derived.code_table and not found.is_ordered:
            found = found._replace(table=derived.code_table)
        scope.facts[key] = found
    return found


_LITERALS: Memory[Possible] = Memory()


def literal(node: Literal, scope: Scope) -> Possible:  # noqa: ARG001
    """Return the one value of a constant."""
    return _LITERALS.recall(node, None, lambda: exactly(node.value, is_whole=node.dimension in _WHOLE))


def as_of(node: AsOf, scope: Scope) -> Possible:  # noqa: ARG001
    """Return the day of the question."""
    return exactly(scope.on, is_whole=True)


def shift(node: Shift, scope: Scope) -> Possible:
    """Return a day moved by a period."""
    return arithmetic.shift(evaluate(node.base, scope), node.period, backwards=node.backwards)


def table(node: Table, scope: Scope) -> Possible:
    """Return the values of the rows that may apply."""
    by = evaluate(node.by, scope)
    rows, may_be_none = applicable_rows(by, node.rows, lambda bound: evaluate(bound, scope))
    parts = [evaluate(row.value, scope) for row, _ in rows]
    return _chosen(parts, may_be_none=may_be_none, by=[by])


def cases(node: Cases, scope: Scope) -> Possible:
    """Return the values of the cases that may be the first to hold."""
    parts: list[Possible] = []
    open_conditions: list[Possible] = []
    for row in node.rows:
        truth, needs = (Truth.T, ()) if row.when is None else decide(row.when, scope)
        if truth is Truth.F:
            continue
        parts.append(evaluate(row.value, scope))
        if truth is Truth.T:
            return _chosen(parts, may_be_none=False, by=open_conditions)
        open_conditions.append(Possible(needs=needs))
    return _chosen(parts, may_be_none=True, by=open_conditions)


def _chosen(parts: Iterable[Possible], *, may_be_none: bool, by: Iterable[Possible]) -> Possible:
    found = hull_of([*parts, ABSENT] if may_be_none else parts)
    return with_needs(found, all_needs(by))


def condition_value(node: ConditionValue, scope: Scope) -> Possible:
    """Read a condition as yes or no."""
    return truth_value(node.condition, scope)


def truth_value(condition: Condition, scope: Scope) -> Possible:
    """Return yes, no, or either with the facts that would tell."""
    truth, needs = decide(condition, scope)
    if truth is Truth.T:
        return TRUE
    return FALSE if truth is Truth.F else Possible(is_ordered=False, members=EITHER, needs=needs)


def operation(node: Operation, scope: Scope) -> Possible:
    """Apply an operator or function to what its arguments may be."""
    args = [evaluate(arg, scope) for arg in node.args]
    if node.op is Op.DIVIDE:
        return _quotient(node, args, scope)
    if node.op is Op.SUBTRACT and _is_same(node.args[0], node.args[1]) and args[0].exists:
        return ZERO if not args[0].absent else ZERO._replace(absent=True, needs=args[0].needs)
    return _OPERATORS[node.op](args)


def _quotient(node: Operation, args: Sequence[Possible], scope: Scope) -> Possible:
    above, below = args
    found = arithmetic.divide(above, below, node.on_zero)
    is_zero = below.lo == 0 == below.hi
    if is_zero and found.exists:
        # Nothing is missing, and still there is no answer: whoever gave the zero has to look at it again.
        return found._replace(needs=all_needs([found, Possible(needs=fact_keys(node.args[1], scope))]))
    if found.lo is not None and not found.is_settled and _is_same(node.args[0], node.args[1]):
        return settled(ONE._replace(absent=found.absent, needs=found.needs))
    return found


def _is_same(one: Value, other: Value) -> bool:
    """Tell whether two trees are the same but for their places in the file."""
    if isinstance(one, FactRef) and isinstance(other, FactRef):
        return (one.name, one.offset, one.of_item) == (other.name, other.offset, other.of_item)
    if isinstance(one, Literal) and isinstance(other, Literal):
        return (one.value, one.dimension) == (other.value, other.dimension)
    if isinstance(one, Operation) and isinstance(other, Operation):
        alike = one.op is other.op and one.on_zero is other.on_zero and len(one.args) == len(other.args)
        return alike and all(map(_is_same, one.args, other.args))
    return False


def _year_start(day: date) -> date:
    return day.replace(month=1, day=1)


def _year_end(day: date) -> date:
    return day.replace(month=12, day=31)


_OPERATORS: dict[Op, Callable[[Sequence[Possible]], Possible]] = {
    Op.ADD: lambda args: arithmetic.add(args[0], args[1]),
    Op.SUBTRACT: lambda args: arithmetic.subtract(args[0], args[1]),
    Op.MULTIPLY: lambda args: arithmetic.multiply(args[0], args[1]),
    Op.NEGATE: lambda args: arithmetic.negate(args[0]),
    Op.MIN: arithmetic.least,
    Op.MAX: arithmetic.greatest,
    Op.SUM: arithmetic.total,
    Op.AVG: arithmetic.average,
    Op.FLOOR: lambda args: arithmetic.whole_part(args[0]),
    Op.DAYS: lambda args: arithmetic.days_between(args[0], args[1]),
    Op.FULL_MONTHS: lambda args: arithmetic.months_between(args[0], args[1], 1),
    Op.FULL_YEARS: lambda args: arithmetic.months_between(args[0], args[1], 12),
    Op.YEAR_START: lambda args: arithmetic.map_days(args[0], _year_start),
    Op.YEAR_END: lambda args: arithmetic.map_days(args[0], _year_end),
}

EVALUATORS.update(
    {
        FactRef: fact,
        Literal: literal,
        ParamRef: lambda node, scope: parameter(node.name, scope),
        AsOf: as_of,
        Shift: shift,
        Table: table,
        Cases: cases,
        ConditionValue: condition_value,
        Operation: operation,
    }
)
