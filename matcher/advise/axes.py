"""What can be changed about an applicant, one thing at a time, in whole steps: a fact by its quantum, or the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from matcher.interpret.scope import Scope
from matcher.profile import EMPLOYER, Absent, Between, Exact, State
from rules.language.model import Dimension, Field
from rules.language.quantities import format_value

DAY = "$as_of"
LONGEST_WAIT = 366  # days: who must wait longer has not missed by little
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
# 1 分, 1 person, 1 day are the things themselves; decimals have no smallest step, so one is chosen that people still write.
_STEPS = {
    Dimension.MONEY: Fraction(1),
    Dimension.COUNT: Fraction(1),
    Dimension.DATE: Fraction(1),
    Dimension.NUMBER: Fraction(1, 100),
    Dimension.RATIO: Fraction(1, 10_000),
}
_MOST = {
    Dimension.MONEY: Fraction(10**16),
    Dimension.COUNT: Fraction(10**9),
    Dimension.NUMBER: Fraction(10**12),
    Dimension.RATIO: Fraction(1000),
}


@dataclass(frozen=True, slots=True)
class Axis:
    """A fact of a profile, or the day (`key` is then DAY), counted in whole steps from `low` to `high`.

    `starts` holds the place where the applicant is; both ends of a range that is not known better; nothing when the fact is
    known not to exist.
    """

    key: str
    field: Field | None
    step: Fraction
    starts: tuple[int, ...]
    low: int
    high: int

    def move(self, scope: Scope, place: int) -> Scope:
        """Return the scope in which the fact, or the day, is at a place; the fact year stays."""
        if self.field is None:
            return replace(scope, on=date.fromordinal(place), facts={}, params={})
        return replace(scope, profile=scope.profile.with_fact(self.key, self.state(place)), facts={}, params={})

    def state(self, place: int) -> State:
        """Return the fact as it is at a place."""
        return Exact(self.value(place))

    def value(self, place: int) -> Fraction | date:
        """Return the fact's value at a place."""
        if self.field is None or self.field.dimension is Dimension.DATE:
            return date.fromordinal(place)
        return place * self.step

    def say(self, place: int) -> str:
        """Return the value at a place as a reader sees it."""
        return str(self.value(place)) if self.field is None else self._format(self.value(place))

    def say_distance(self, steps: int) -> str:
        """Return a distance in the unit of the fact: 24万元, 3人, 37天."""
        if self.field is None or self.field.dimension is Dimension.DATE:
            return f"{steps}天"
        return self._format(steps * self.step)

    def to_json(self, place: int) -> object:
        """Return the value at a place in the form that the profile reader takes."""
        value = self.value(place)
        if isinstance(value, date):
            return value.isoformat()
        if self.field is not None and self.field.dimension is Dimension.MONEY:
            return {"fen": int(value)}
        if self.field is not None and self.field.dimension is Dimension.RATIO:
            percent, rest = divmod(place, 100)
            return f"{percent}.{rest:02d}%"
        whole, part = divmod(value, 1)
        return int(whole) if not part else f"{int(whole)}.{int(part * 100):02d}"

    def place_of(self, value: Fraction | int, *, upwards: bool) -> int:
        """Return the place at a value, or the next one."""
        steps = Fraction(value) / self.step
        return -((-steps.numerator) // steps.denominator) if upwards else steps.numerator // steps.denominator

    def _format(self, value: Fraction | date) -> str:
        assert self.field is not None  # noqa: S101  only facts have a unit
        return format_value(value, self.field.dimension, self.field.unit)


def field_of(scope: Scope, key: str) -> Field | None:
    """Return the dictionary's entry of a fact that the applicant itself could change, else None."""
    if key.startswith(EMPLOYER):
        return None
    field = scope.bundle.vocabulary.fields.get(key.partition("@")[0])
    return field if field is not None and field.actionable else None


def state_of(scope: Scope, key: str) -> State | None:
    """Return what the profile holds of a fact."""
    name, _, year = key.partition("@")
    return scope.profile.get(name, int(year) if year else None, scope.fact_year)


def axis_of(scope: Scope, key: str) -> Axis | None:
    """Return the axis of a fact that is a known number or day, a range of them, or known not to exist; else None."""
    field = field_of(scope, key)
    if field is None or field.dimension not in _STEPS:
        return None
    state = state_of(scope, key)
    starts: list[Fraction | date] = []
    if isinstance(state, Exact) and isinstance(state.value, Fraction | date):
        starts = [state.value]
    elif isinstance(state, Between):
        starts = [end for end in (state.low, state.high) if end is not None]
    elif not isinstance(state, Absent):
        return None
    step = _STEPS[field.dimension]
    if field.dimension is Dimension.DATE:
        places = [start.toordinal() for start in starts if isinstance(start, date)]
        least, most = _FIRST_DAY, _LAST_DAY
    else:
        places = [int(start / step) for start in starts if isinstance(start, Fraction)]
        least, most = min([0, *places]), int(_MOST[field.dimension] / step)
    return Axis(key, field, step, tuple(places), _end(field.minimum, step, least), _end(field.maximum, step, most))


def day_axis(scope: Scope) -> Axis:
    """Return the days to come, while the version is in force."""
    today = scope.on.toordinal()
    last = today + LONGEST_WAIT if scope.version.to is None else min(today + LONGEST_WAIT, scope.version.to.toordinal())
    return Axis(DAY, None, Fraction(1), (today,), today, last)


def _end(bound: Fraction | date | None, step: Fraction, otherwise: int) -> int:
    if bound is None:
        return otherwise
    return bound.toordinal() if isinstance(bound, date) else int(bound / step)
