"""The value of a dated parameter on the day that decides it, or that no value is published for that day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from matcher.interpret.dispatch import evaluate
from matcher.interpret.possible import Needs, Number, Possible, exactly, hull_of, merged, with_needs
from matcher.interpret.scope import Scope
from rules.language.model import Dimension, Parameter, ParameterValue, ParamsAt

_WHOLE = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.DATE))


def parameter(name: str, scope: Scope) -> Possible:
    """Return what a parameter may be; without a published value anything, and `$name` is what the answer needs."""
    found = scope.params.get(name)
    if found is None:
        found = scope.params[name] = _look_up(scope.policy.params[name], scope)
    return found


def deciding_day(scope: Scope) -> Possible:
    """Return the day whose parameter values count."""
    if scope.version.params_at is ParamsAt.AS_OF:
        return exactly(scope.on)
    if scope.version.params_at is ParamsAt.FACT_YEAR_END:
        return exactly(date(scope.fact_year, 12, 31))
    assert scope.version.recognised_on is not None  # noqa: S101  the loader has seen to it
    day = evaluate(scope.version.recognised_on, scope)
    return day if day.exists else Possible()


def nearest_value(parameter: Parameter, day: date) -> ParameterValue:
    """Return the last value published by a day, else the first one."""
    earlier = [value for value in parameter.values if value.from_ <= day]
    return earlier[-1] if earlier else parameter.values[0]


def _look_up(definition: Parameter, scope: Scope) -> Possible:
    day = deciding_day(scope)
    parts: list[Possible] = []
    needs: Needs = ()
    for value in _values_between(definition, day.lo, day.hi):
        if value is not None:
            parts.append(_literal(value))
        elif scope.is_estimate:
            parts.append(_literal(nearest_value(definition, scope.on if day.lo is None else _day(day.lo))))
        else:
            needs = merged(needs, (f"${definition.name}",))
            parts.append(_anything(definition.dimension))
    return with_needs(hull_of(parts), merged(day.needs, needs))


def _values_between(definition: Parameter, lo: Number | None, hi: Number | None) -> Iterator[ParameterValue | None]:
    """Yield the values in force on some day between two days, and None for days without one."""
    cursor = lo  # the first day not yet accounted for; None is the beginning of time
    following = [value.from_.toordinal() for value in definition.values[1:]]
    for value, until in zip(definition.values, [*following, None], strict=True):
        start = value.from_.toordinal()
        end = until - 1 if until is not None else None
        if value.to is not None and (end is None or value.to.toordinal() < end):
            end = value.to.toordinal()
        if (hi is not None and start > hi) or (end is not None and cursor is not None and end < cursor):
            continue
        if cursor is None or cursor < start:
            yield None
        yield value
        if end is None or (hi is not None and end >= hi):
            return
        cursor = end + 1
    yield None


def _literal(value: ParameterValue) -> Possible:
    return exactly(value.value.value, is_whole=value.value.dimension in _WHOLE)


def _anything(dimension: Dimension) -> Possible:
    if dimension is Dimension.DATE:
        return Possible(is_whole=True)
    # A published number is an amount, a rate or a count: never below zero.
    return Possible(0, None, dimension in _WHOLE)


def _day(ordinal: Number) -> date:
    return date.fromordinal(int(ordinal))
