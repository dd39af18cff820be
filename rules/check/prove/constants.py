"""What a rule states itself: literals, and the dated values of parameters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from rules.check.prove import numbers
from rules.check.prove.applicant import Symbol
from rules.check.prove.choices import Choice, Flag
from rules.check.prove.formulas import NO, YES, Formula, both, decided, every, some
from rules.check.prove.numbers import Number
from rules.language.model import Literal, Parameter


def literal(node: Literal) -> Symbol:
    """Return a constant."""
    if isinstance(node.value, bool):
        return Flag(decided(node.value))
    if isinstance(node.value, str):
        return Choice(((YES, node.value),))
    return _scalar(node)


def _scalar(node: Literal) -> Number:
    value = node.value
    assert isinstance(value, Fraction | date)  # noqa: S101  the caller has looked
    return numbers.constant(value if isinstance(value, Fraction) else value.toordinal())


def published(parameter: Parameter, day: Number) -> Number:
    """Return the value of a parameter on the day that decides it; unknown where none is published."""
    options: list[tuple[Formula, Number]] = []
    following = [value.from_ for value in parameter.values[1:]]
    for entry, until in zip(parameter.values, [*following, None], strict=True):
        inside = [numbers.at_most(numbers.constant(entry.from_.toordinal()), day)]
        if until is not None:
            inside.append(numbers.less(day, numbers.constant(until.toordinal())))
        if entry.to is not None:
            inside.append(numbers.at_most(day, numbers.constant(entry.to.toordinal())))
        guard = every(inside)
        if guard is not NO:
            options.append((guard, _scalar(entry.value)))
    known = both(day.exists, some(guard for guard, _ in options))
    return replace(numbers.chosen(options), exists=YES, known=known)
