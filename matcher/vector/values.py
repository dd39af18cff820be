"""Evaluate value trees for all rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from matcher.interpret import arithmetic as by_hand
from matcher.interpret import dispatch as one_by_one
from matcher.interpret.possible import Possible
from matcher.interpret.references import fact_keys
from matcher.interpret.values import _is_same as is_same
from matcher.vector import arithmetic, columns
from matcher.vector.columns import (
    NO,
    NONE,
    UNIT,
    YES,
    ZERO,
    Codes,
    Column,
    Numbers,
    chosen,
    either,
    numbers,
    select,
    tidy,
    with_needs,
    yes_no,
)
from matcher.vector.dispatch import EVALUATORS, F, T, U, decide, evaluate
from matcher.vector.ends import Array
from matcher.vector.needs import NotCompiled
from matcher.vector.rows import applicable_rows
from matcher.vector.scope import Scope
from rules.language.model import (
    AsOf,
    Cases,
    ConditionValue,
    FactRef,
    Literal,
    Op,
    Operation,
    ParamRef,
    ParamsAt,
    Shift,
    Table,
)


def fact(node: FactRef, scope: Scope) -> Column:
    """Return what is known of a fact, or what a derived fact comes to."""
    if scope.item is not None:
        if node.of_item:
            return scope.item_fact(node.name)
        outer = replace(scope.item.outer, plain=scope.plain)
        return columns.take(fact(node, outer), scope.item.parents)
    prefix, name, year = scope.plain.resolve(node.name, node.offset)
    definition = scope.plain.bundle.vocabulary.fields.get(name)
    if definition is not None:
        return scope.base_fact(prefix + name, year if definition.yearly else 0, definition)
    key = (prefix + name, year)
    found = scope.facts.get(key)
    if found is None:
        derived = scope.plain.bundle.vocabulary.derived[name]
        found = evaluate(derived.value, scope.inside_derived(prefix, year))
        if derived.code_table and isinstance(found, Codes):
            found = replace(found, states=tuple(each._replace(table=derived.code_table) for each in found.states))
        scope.facts[key] = found
    return found


def _constant(node: Literal | AsOf, scope: Scope) -> Column:
    return scope.constant(one_by_one.evaluate(node, scope.plain))


def _parameter(node: ParamRef, scope: Scope) -> Column:
    if scope.plain.version.params_at is ParamsAt.RECOGNISED_ON:
        raise NotCompiled("参数取值日随主体而不同")
    return scope.constant(one_by_one.evaluate(node, scope.plain))


def _table(node: Table, scope: Scope) -> Column:
    by = evaluate(node.by, scope)
    masks = applicable_rows(by, node.rows, scope)
    return with_needs(chosen(masks, [evaluate(row.value, scope) for row in node.rows] + [columns.NOTHING]), by.needs)


def _cases(node: Cases, scope: Scope) -> Column:
    left, needs = YES, NONE
    masks, parts = [], []
    for row in node.rows:
        if row.when is None:
            masks.append(left)
            left = NO
        else:
            truth, open_needs, _ = decide(row.when, scope)
            masks.append(left & (truth != F))
            if open_needs is not NONE:
                needs = either(needs, np.where(left & (truth == U), open_needs, 0))
            left = left & (truth != T)
        parts.append(evaluate(row.value, scope))
    return with_needs(chosen([*masks, left], [*parts, columns.NOTHING]), needs)


def _condition_value(node: ConditionValue, scope: Scope) -> Column:
    truth, needs, _ = decide(node.condition, scope)
    return yes_no(truth != F, truth != T, needs)


def _operation(node: Operation, scope: Scope) -> Column:
    args = [numbers(evaluate(arg, scope)) for arg in node.args]
    if node.op is Op.DIVIDE:
        return _quotient(node, args, scope)
    if node.op is Op.SUBTRACT and is_same(node.args[0], node.args[1]):
        one = args[0]
        return tidy(replace(ZERO, absent=one.absent, gone=one.gone, needs=_if_absent(one)))
    return _OPERATORS[node.op](args)


def _if_absent(value: Numbers) -> Array:
    return value.needs if value.needs is NONE else np.where(value.absent, value.needs, 0)


def _quotient(node: Operation, args: Sequence[Numbers], scope: Scope) -> Column:
    above, below = args
    found = arithmetic.divide(above, below, node.on_zero)
    zero = arithmetic.is_zero(below) & ~below.gone & ~found.gone
    if zero.any():
        # Nothing is missing, and still there is no answer: whoever gave the zero has to look at it again.
        asked = scope.bits_of(fact_keys(node.args[1], scope.plain))
        found = replace(found, needs=np.where(zero, found.needs | asked, found.needs))
    if is_same(node.args[0], node.args[1]):
        is_open = ~found.low & ~found.gone & ~found.settled()
        one = tidy(replace(UNIT, absent=found.absent, gone=found.gone, needs=found.needs))
        return select(is_open, one, found)
    return found


def _year_start(day: Possible) -> Possible:
    return by_hand.map_days(day, lambda one: one.replace(month=1, day=1))


def _year_end(day: Possible) -> Possible:
    return by_hand.map_days(day, lambda one: one.replace(month=12, day=31))


_OPERATORS: dict[Op, Callable[[Sequence[Numbers]], Numbers]] = {
    Op.ADD: lambda args: arithmetic.add(args[0], args[1]),
    Op.SUBTRACT: lambda args: arithmetic.subtract(args[0], args[1]),
    Op.MULTIPLY: lambda args: arithmetic.multiply(args[0], args[1]),
    Op.NEGATE: lambda args: arithmetic.negate(args[0]),
    Op.MIN: arithmetic.least,
    Op.MAX: arithmetic.greatest,
    Op.SUM: arithmetic.total,
    Op.AVG: arithmetic.average,
    Op.FLOOR: lambda args: arithmetic.whole_part(args[0]),
    Op.DAYS: lambda args: arithmetic.subtract(args[1], args[0]),
    Op.FULL_MONTHS: lambda args: arithmetic.months_between(args[0], args[1], 1),
    Op.FULL_YEARS: lambda args: arithmetic.months_between(args[0], args[1], 12),
    Op.YEAR_START: lambda args: arithmetic.map_days(args[0], _year_start),
    Op.YEAR_END: lambda args: arithmetic.map_days(args[0], _year_end),
}


def _shift(node: Shift, scope: Scope) -> Column:
    return arithmetic.shift(numbers(evaluate(node.base, scope)), node.period, backwards=node.backwards)


EVALUATORS.update(
    {
        FactRef: fact,
        Literal: _constant,
        ParamRef: _parameter,
        AsOf: _constant,
        Shift: _shift,
        Table: _table,
        Cases: _cases,
        ConditionValue: _condition_value,
        Operation: _operation,
    }
)
