"""Which version of a policy answers on a day, and whether applications are taken then."""

from __future__ import annotations

import calendar
from datetime import date
from typing import NamedTuple

from matcher.interpret import arithmetic
from matcher.interpret.comparison import all_of, compare
from matcher.interpret.dispatch import evaluate
from matcher.interpret.possible import Needs, Possible, exactly
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from rules.language.model import Policy, Version, Window, Word


class Opening(NamedTuple):
    """Whether the window is open (T, F, or U for lack of a fact), when it opens next and when it closes."""

    is_open: Truth
    opens_on: date | None = None
    closes_on: date | None = None
    needs: Needs = ()


def version_in_force(policy: Policy, on: date) -> Version | None:
    """Return the version in force on a day."""
    return next(
        (each for each in policy.versions if each.from_ <= on and (each.to is None or on <= each.to)),
        None,
    )


def nearest_version(policy: Policy, on: date) -> Version:
    """Return the version in force, else the last one before, else the first one to come."""
    begun = [each for each in policy.versions if each.from_ <= on]
    return version_in_force(policy, on) or (begun[-1] if begun else policy.versions[0])


def fact_year_of(version: Version, on: date) -> int:
    """Return the year whose facts count."""
    return on.year + version.fact_year if version.fact_year <= 0 else version.fact_year


def is_suspended(scope: Scope) -> bool:
    """Tell whether nothing is granted on the day because the budget is spent."""
    suspension = scope.version.suspension
    if suspension is None:
        return False
    return suspension.from_ <= scope.on and (suspension.to is None or scope.on <= suspension.to)


def opening(window: Window | None, scope: Scope) -> Opening:
    """Return whether applications are taken on the day; without a window always."""
    if window is None:
        return Opening(Truth.T, None, scope.version.to)
    if window.within is not None:
        return _within(window, scope)
    return _among(spans_of(window, scope.on), scope.on, scope.version.to)


def spans_of(window: Window, on: date) -> list[tuple[date, date]]:
    """Return the spans of a window that bear on a day; one with a time limit has none."""
    if window.yearly is not None:
        return [_span_of_year(window.yearly, year) for year in (on.year, on.year + 1)]
    return [(span.from_, span.to) for span in window.spans]


def _among(spans: list[tuple[date, date]], on: date, last: date | None) -> Opening:
    for first, end in spans:
        if first <= on <= end:
            return Opening(Truth.T, None, end if last is None else min(end, last))
    coming = sorted((first, end) for first, end in spans if first > on and (last is None or first <= last))
    if coming:
        return Opening(Truth.F, *coming[0])
    past = [end for _, end in spans if end < on]
    return Opening(Truth.F, None, max(past, default=None))


def _span_of_year(yearly: tuple[tuple[int, int], tuple[int, int]], year: int) -> tuple[date, date]:
    first, end = yearly
    return _day(year, first), _day(year, end)


def _day(year: int, month_day: tuple[int, int]) -> date:
    month, day = month_day
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _within(window: Window, scope: Scope) -> Opening:
    """Return whether the time limit after an event of the applicant has begun and not run out."""
    event, end = time_limit(window, scope)
    today = exactly(scope.on)
    is_open = all_of([compare(Word.UPTO, event, [today]), compare(Word.FROM, end, [today])])
    if not event.is_settled or event.lo is None or end.lo is None:
        return Opening(is_open, needs=event.needs if is_open is Truth.U else ())
    begins = date.fromordinal(int(event.lo))
    return Opening(is_open, begins if scope.on < begins else None, date.fromordinal(int(end.lo)))


def time_limit(window: Window, scope: Scope) -> tuple[Possible, Possible]:
    """Return the days from which and up to which a time limit after an event of the applicant runs."""
    assert window.of is not None  # noqa: S101  the loader has seen to it
    assert window.within is not None  # noqa: S101  the caller has looked
    event = evaluate(window.of, scope)
    return event, arithmetic.shift(event, window.within, backwards=False)
