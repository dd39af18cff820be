"""Days that depend on an applicant's day: monotone steps, exact at every constant they are compared with."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from rules.calendar import Period, add_period
from rules.check.prove.applicant import FIRST, LAST, Applicant, Step, Stepped
from rules.check.prove.formulas import Term
from rules.check.prove.numbers import Number, Top, as_term

_MONTH = Fraction(146_097, 4_800)  # days of a mean month, in the four centuries after which the calendar repeats
_SLACK = 4
_FIRST_YEAR, _LAST_YEAR = (date.fromordinal(each).year for each in (FIRST, LAST))


def stepped(applicant: Applicant, day: Number, key: Hashable, step: Step, *, is_rising: bool) -> Number:
    """Return the number that a step makes of a day: exact beside constants, and only there."""
    pieces = tuple(
        replace(piece, top=_stepped(applicant, piece.top, key, step, is_rising=is_rising)) for piece in day.pieces
    )
    return replace(day, pieces=pieces, is_nonnegative=True)


def _stepped(applicant: Applicant, top: Top, key: Hashable, step: Step, *, is_rising: bool) -> Top:
    if isinstance(top, Fraction):
        return Fraction(step(date.fromordinal(int(top))))
    behind = applicant.stepped.get(top.get_id())
    if behind is None:
        made = Stepped(top, step, is_rising)
    else:  # one step after another is one step from the day behind both
        first = behind.step
        made = Stepped(behind.day, lambda each: step(date.fromordinal(first(each))), behind.is_rising is is_rising)
    ends = sorted((made.step(date.fromordinal(FIRST)), made.step(date.fromordinal(LAST))))
    found = applicant.unknown(("step", key, top.sexpr()), Fraction(ends[0]), Fraction(ends[1]), is_whole=True)
    term = as_term(found.pieces[0].top)
    applicant.stepped[term.get_id()] = made
    return term


def shifted(applicant: Applicant, day: Number, period: Period, *, is_backwards: bool) -> Number:
    """Return a day moved by a period of legal time."""
    move = period.before if is_backwards else period.after
    found = stepped(applicant, day, (period, is_backwards), lambda each: move(each).date.toordinal(), is_rising=True)
    if not period.working_days:
        # Beside another day of the applicant the shift is known to a few days: no month is longer than 31.
        length = Fraction(12 * period.years + period.months) * _MONTH + period.days
        low, high = math.floor(length) - _SLACK, math.ceil(length) + _SLACK
        ends = (-high, -low) if is_backwards else (low, high)
        for before, after in zip(day.pieces, found.pieces, strict=True):
            if not isinstance(after.top, Fraction):
                moved = after.top - as_term(before.top)
                applicant.constraints += [moved >= ends[0], moved <= ends[1]]
    return found


def edge_of_year(applicant: Applicant, day: Number, *, is_end: bool) -> Number:
    """Return the first or the last day of the year of a day, exact beside whatever stands there."""
    month, last = (12, 31) if is_end else (1, 1)
    found = stepped(
        applicant, day, is_end, lambda given: given.replace(month=month, day=last).toordinal(), is_rising=True
    )
    for before, after in zip(day.pieces, found.pieces, strict=True):
        if isinstance(before.top, Fraction):
            continue
        key = ("year", before.top.sexpr())
        years = applicant.unknown(key, Fraction(_FIRST_YEAR), Fraction(_LAST_YEAR), is_whole=True)
        year = as_term(years.pieces[0].top).arg(0)  # the whole number itself
        first, end = _new_year(year), _new_year(year + 1) - 1
        applicant.constraints += [first <= before.top, before.top <= end, after.top == (end if is_end else first)]
        if not _is_loose(applicant, before.top):
            applicant.exact.add(as_term(after.top).get_id())
    return found


def _new_year(year: Term) -> Term:
    """Return the ordinal of the first of January."""
    before = year - 1
    return 365 * before + before / 4 - before / 100 + before / 400 + 1


def is_loose(applicant: Applicant, number: Number) -> bool:
    """Tell whether a number is exact beside constants alone: what is reckoned from it is wider than it should be."""
    return any(_is_loose(applicant, piece.top) for piece in number.pieces if not isinstance(piece.top, Fraction))


def _is_loose(applicant: Applicant, top: Term) -> bool:
    return top.get_id() in applicant.stepped and top.get_id() not in applicant.exact


def make_exact(applicant: Applicant, one: Number, other: Number) -> bool:
    """State what a comparison of two numbers means for the days behind them; return whether that could be said."""
    is_exact = True
    for number, bound in ((one, other), (other, one)):
        constants = [piece.top for piece in bound.pieces if isinstance(piece.top, Fraction) and piece.bottom is None]
        is_exact = is_exact and (len(constants) == len(bound.pieces) or not is_loose(applicant, number))
        for piece in number.pieces:
            behind = None if isinstance(piece.top, Fraction) else applicant.stepped.get(piece.top.get_id())
            if behind is not None:
                for value in constants:
                    _tell(applicant, as_term(piece.top), behind, value)
    return is_exact


def _tell(applicant: Applicant, term: Term, behind: Stepped, value: Fraction) -> None:
    for whole in {-(-value.numerator // value.denominator), value.numerator // value.denominator + 1}:
        if (term.get_id(), whole) not in applicant.told:
            applicant.told.add((term.get_id(), whole))
            applicant.constraints.append((term >= whole) == behind.reaches(whole))


def full_periods(first: date, last: date, months: int) -> int:
    """Return how many full periods of that many months lie between two days, at least zero."""
    count = max(0, ((last.year - first.year) * 12 + last.month - first.month) // months)
    # The corresponding day of the last month may still lie ahead.
    return count - 1 if count and add_period(first, months=count * months) > last else count
