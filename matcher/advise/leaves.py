"""Where one condition turns when one thing about the applicant changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from matcher.advise.axes import DAY, Axis, axis_of, day_axis
from matcher.advise.nearest import nearest_hit
from matcher.advise.thresholds import thresholds_in
from matcher.interpret.conditions import Measured, measure, settle
from matcher.interpret.possible import Number
from matcher.interpret.references import fact_keys, leaf_keys
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from matcher.profile import Between
from rules.language.model import AllOf, AnyOf, AsOf, AtLeast, Condition, Dimension, Leaf, Not, Use
from rules.language.walk import walk


@dataclass(frozen=True, slots=True)
class Turn:
    """A place on an axis where a condition turns; `steps` is how far that is, upwards positive, None from nowhere."""

    axis: Axis
    place: int
    steps: int | None


def turns_of(leaf: Leaf, scope: Scope) -> Iterator[Turn]:
    """Yield where a leaf that is T or F turns into the other, for each fact it rests on, the operand's first, then the day."""
    now = settle(leaf, measure(leaf, scope).truth)
    goal = Truth.F if now is Truth.T else Truth.T
    for axis in _axes(leaf, scope):
        turn = _turn(leaf, scope, axis, goal)
        if turn is not None:
            yield turn


def leaves_of(condition: Condition, scope: Scope) -> Iterator[Leaf]:
    """Yield the leaves of a condition, those of the sets it uses included."""
    match condition:
        case Leaf():
            yield condition
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            for child in of:
                yield from leaves_of(child, scope)
        case Not(of=child):
            yield from leaves_of(child, scope)
        case Use(set_id=set_id):
            yield from leaves_of(scope.bundle.condition_sets[set_id].condition, scope)
        case _:
            return


def keys_of(leaf: Leaf, scope: Scope) -> tuple[str, ...]:
    """Return the facts a leaf rests on: the operand's, of them the fact year's first, then those of the bounds."""
    operand = sorted(fact_keys(leaf.operand, scope), key=lambda key: _is_past(key, scope))
    return tuple(dict.fromkeys([*operand, *sorted(leaf_keys(leaf, scope), key=lambda key: _is_past(key, scope))]))


def hangs_on_the_day(leaf: Leaf, scope: Scope) -> bool:
    """Tell whether waiting can change a leaf: it names the day, or a date."""
    if any(isinstance(node, AsOf) for node in walk(leaf)):
        return True
    fields = scope.bundle.vocabulary.fields
    names = (key.partition("@")[0] for key in keys_of(leaf, scope))
    return any(name in fields and fields[name].dimension is Dimension.DATE for name in names)


def _axes(leaf: Leaf, scope: Scope) -> Iterator[Axis]:
    for key in keys_of(leaf, scope):
        axis = axis_of(scope, key)
        if axis is not None:
            yield axis
    if hangs_on_the_day(leaf, scope):
        yield day_axis(scope)


def _is_past(key: str, scope: Scope) -> bool:
    _, _, year = key.partition("@")
    return bool(year) and int(year) < scope.fact_year


def _turn(leaf: Leaf, scope: Scope, axis: Axis, goal: Truth) -> Turn | None:
    def holds(place: int) -> bool:
        return settle(leaf, measure(leaf, axis.move(scope, place)).truth) is goal

    if axis.field is not None and not _can_turn(leaf, scope, axis, goal):
        return None
    stops = set(_stops(leaf, scope, axis))
    if not axis.starts:
        for place in sorted(stops):
            if axis.low <= place <= axis.high and holds(place):
                return Turn(axis, place, None)
        return None
    found = []
    for start in dict.fromkeys(axis.starts):
        guesses = stops | set(_roots(leaf, scope, axis, start))
        hit = nearest_hit(holds, start, axis.low, axis.high, guesses)
        if hit is not None:
            found.append(Turn(axis, hit, hit - start))
    return min(found, key=lambda turn: (abs(turn.steps or 0), -(turn.steps or 0)), default=None)


def _can_turn(leaf: Leaf, scope: Scope, axis: Axis, goal: Truth) -> bool:
    """Tell whether any value of the fact could do: one look at all of them at once spares the search of each."""
    anywhere = scope.profile.with_fact(axis.key, Between(None, None))
    return measure(leaf, replace(scope, profile=anywhere, facts={}, params={})).truth in {goal, Truth.U}


def _stops(leaf: Leaf, scope: Scope, axis: Axis) -> Iterator[int]:
    """Yield the places at, before and after every constant the leaf compares this fact with."""
    if axis.field is not None:
        values = thresholds_in(scope.bundle, scope.policy, leaf, axis.key.partition("@")[0])
        numbers: list[Number] = [value if isinstance(value, Fraction) else value.toordinal() for value in values]
        numbers += [bound.lo for bounds in measure(leaf, scope).bounds for bound in bounds if bound.lo is not None]
        if axis.field.dimension is Dimension.DATE:
            numbers.append(scope.on.toordinal())
        for number in numbers:
            place = axis.place_of(number, upwards=True)
            yield from (place - 1, place, place + 1)


def _roots(leaf: Leaf, scope: Scope, axis: Axis, start: int) -> Iterator[int]:
    """Yield the places around which operand and bound meet if they run straight, as sums and shares of a fact do."""
    other = start + max(1, abs(start) // 4)
    if axis.key == DAY or other > axis.high:
        return
    here, there = (_margins(measure(leaf, axis.move(scope, place))) for place in (start, other))
    for now, then in zip(here, there, strict=False):
        if now != then:
            root = Fraction(start) - Fraction(now) * (other - start) / (Fraction(then) - Fraction(now))
            place = root.numerator // root.denominator
            yield from range(place - 1, place + 3)


def _margins(measured: Measured) -> list[Fraction]:
    operand = measured.operand.lo
    if operand is None or not measured.operand.is_settled:
        return []
    return [
        Fraction(operand) - Fraction(bound.lo)
        for bounds in measured.bounds
        for bound in bounds
        if bound.is_settled and bound.lo is not None
    ]
