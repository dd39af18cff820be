"""Days that depend on an applicant's day: monotone steps, exact at every constant they are compared with."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from rules.calendar import Period, add_period
from rules.check.prove.applicant import FIRST, LAST, Applicant, Step, Stepped
from rules.check.prove.numbers import Number, as_term, collapsed, constant

_MONTH = Fraction(146_097, 4_800)  # days of a mean month, in the four centuries after which the calendar repeats
_SLACK = 4


def stepped(applicant: Applicant, day: Number, key: Hashable, step: Step, *, is_rising: bool) -> Number:
    """Return the number that a step makes of a day."""
    if day.constant is not None:
        return replace(constant(step(date.fromordinal(int(day.constant)))), exists=day.exists, known=day.known)
    term = as_term(collapsed(day).pieces[0].top)
    ends = sorted((step(date.fromordinal(FIRST)), step(date.fromordinal(LAST))))
    found = applicant.unknown(("step", key, term.sexpr()), Fraction(ends[0]), Fraction(ends[1]), is_whole=True)
    applicant.stepped[_name(found)] = Stepped(term, step, is_rising)
    return replace(found, exists=day.exists, known=day.known)


def shifted(applicant: Applicant, day: Number, period: Period, *, is_backwards: bool) -> Number:
    """Return a day moved by a period of legal time."""
    move = period.before if is_backwards else period.after
    found = stepped(applicant, day, (period, is_backwards), lambda each: move(each).date.toordinal(), is_rising=True)
    if found.constant is None and not period.working_days:
        # Beside another day of the applicant the shift is known to a few days: no month is longer than 31.
        length = Fraction(12 * period.years + period.months) * _MONTH + period.days
        moved = as_term(found.pieces[0].top) - as_term(collapsed(day).pieces[0].top)
        low, high = math.floor(length) - _SLACK, math.ceil(length) + _SLACK
        ends = (-high, -low) if is_backwards else (low, high)
        applicant.constraints += [moved >= ends[0], moved <= ends[1]]
    return found


def make_exact(applicant: Applicant, one: Number, other: Number) -> bool:
    """State what a comparison of two numbers means for the days behind them; return whether that could be said."""
    is_exact = True
    for number, bound in ((one, other), (other, one)):
        behind = applicant.stepped.get(_name(number)) if len(number.pieces) == 1 else None
        value = bound.constant
        if behind is None or value is None:
            is_exact = is_exact and behind is None
            continue
        for whole in {-(-value.numerator // value.denominator), value.numerator // value.denominator + 1}:
            if (_name(number), whole) not in applicant.told:
                applicant.told.add((_name(number), whole))
                reached = as_term(number.pieces[0].top) >= whole
                applicant.constraints.append(reached == behind.reaches(whole))
    return is_exact


def _name(number: Number) -> int:
    name: int = as_term(number.pieces[0].top).get_id()
    return name


def full_periods(first: date, last: date, months: int) -> int:
    """Return how many full periods of that many months lie between two days, at least zero."""
    count = max(0, ((last.year - first.year) * 12 + last.month - first.month) // months)
    # The corresponding day of the last month may still lie ahead.
    return count - 1 if count and add_period(first, months=count * months) > last else count
