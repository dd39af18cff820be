"""Amount steps → the amount as a number over one applicant's facts, before and after rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from rules.check.prove import numbers
from rules.check.prove.formulas import TRUE, YES, Formula, Truth, both, either, opposite
from rules.check.prove.grains import are_multiples, grain
from rules.check.prove.numbers import NOTHING, ZERO, Number
from rules.check.prove.places import Place, fact_year_of, meaning
from rules.check.prove.sites import STEPS_PER_ENTRY
from rules.check.prove.translate import Translator, first_of
from rules.language.model import (
    AmountOf,
    Base,
    CapAmount,
    CapBase,
    Deduct,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    Match,
    Multiply,
    PayOnlyIfFrom,
    PerUnit,
    Prorate,
    Range,
    Rate,
    Round,
    RoundMode,
    Step,
    TierMode,
    TierRow,
    Tiers,
    TopUp,
    UnitCount,
    Value,
    Word,
)


class Running(NamedTuple):
    """The amount so far and the base that steps without `of` use."""

    amount: Number = ZERO
    base: Number = NOTHING
    base_of: Value | None = None


class Added(NamedTuple):
    """What a step adds: the step, where it is taken, its base and the value behind it, what it adds."""

    step: Step
    path: Formula
    of: Value
    base: Number
    more: Number


class StepSite(NamedTuple):
    """A step with the truth of its `when`, the path that leads to it, and the amount before and after it."""

    step: Step
    place: Place
    truth: Truth
    path: Formula
    before: Number
    after: Number


class Inner(NamedTuple):
    """The steps of a `for_each`, to be asked about by themselves: one item of which `path` holds."""

    step: ForEach
    place: Place
    path: Formula


@dataclass
class Calculation:
    """Runs steps; `is_rounded` keeps the last step, `takes_least` reads discretionary spans at their lower end."""

    translator: Translator
    is_rounded: bool = True
    takes_least: bool = False

    def __post_init__(self) -> None:
        self.added: list[Added] = []
        self.sites: list[StepSite] = []
        self.inner: list[Inner] = []

    def run(self, steps: Sequence[Step], place: Place, now: Running | None = None) -> Running:
        """Return the running amount after the steps."""
        now = Running() if now is None else now
        say = self.translator
        for step in steps:
            before = now.amount
            with say.inside(step):
                truth = TRUE if step.when is None else say.condition(step.when, place)
                with say.under(truth.holds):
                    done = _RUNNERS[type(step)](self, step, now, place)
            now = _either(truth, done, now)
            self.sites.append(StepSite(step, place, truth, say.path, before, now.amount))
        return now

    def base(self, of: Value | None, now: Running, place: Place) -> Number:
        """Return the base of a step: its own, else the running one."""
        return now.base if of is None else numbers.not_below_zero(self.translator.number(of, place))

    def add(self, now: Running, step: Step, more: Number, of: Value | None = None, base: Number = NOTHING) -> Running:
        """Return the running amount with more added to it."""
        paid = numbers.as_payment(more)
        if of is not None:
            self.added.append(Added(step, self.translator.path, of, base, paid))
        return now._replace(amount=numbers.add(now.amount, paid))


def _either(truth: Truth, done: Running, left: Running) -> Running:
    if truth.holds is YES:
        return done
    amount = numbers.if_else(truth.holds, done.amount, left.amount)
    base = numbers.if_else(truth.holds, done.base, left.base)
    return Running(replace(amount, known=both(amount.known, truth.known)), base, done.base_of)


def _fixed(run: Calculation, step: Fixed, now: Running, place: Place) -> Running:
    return run.add(now, step, run.translator.number(step.value, place))


def _rate(run: Calculation, step: Rate | Match, now: Running, place: Place) -> Running:
    base = run.base(step.of, now, place)
    at = run.translator.number(step.at, place)
    return run.add(now, step, numbers.multiply(base, at), step.of or now.base_of, base)


def _range(run: Calculation, step: Range, now: Running, place: Place) -> Running:
    lowest, highest = (numbers.as_payment(run.translator.number(end, place)) for end in (step.from_, step.upto))
    span = lowest if run.takes_least else highest
    some = numbers.if_else(numbers.at_most(lowest, highest), span, ZERO)
    return run.add(now, step, replace(some, known=both(lowest.known, highest.known)))


def _per_unit(run: Calculation, step: PerUnit, now: Running, place: Place) -> Running:
    base = run.base(step.of, now, place)
    beyond = base
    if step.above is not None:
        above = run.translator.number(step.above, place)
        start = numbers.if_else(above.exists, replace(above, exists=YES), ZERO)
        beyond = numbers.not_below_zero(numbers.subtract(base, replace(start, known=above.known)))
    units = numbers.divide(beyond, run.translator.number(step.unit, place), is_known_on_zero=False)
    if step.count is UnitCount.WHOLE:
        units = numbers.whole_part(units)
    each = run.translator.number(step.each, place)
    more = numbers.multiply(numbers.not_below_zero(units), each)
    return run.add(now, step, more, step.of or now.base_of, base)


def _tiers(run: Calculation, step: Tiers, now: Running, place: Place) -> Running:
    base = run.base(step.of, now, place)
    say = run.translator
    truths = [say.row(row.tests, base, place) for row in step.rows]
    chosen, none = first_of(truths)
    say.note_rows(step, place, base, step.rows, [each.holds for each in truths], chosen)
    if step.mode is TierMode.WHOLE:
        options = [
            (guard, numbers.as_payment(_of_row(run, row, base, place)))
            for guard, row in zip(chosen, step.rows, strict=True)
        ]
        more = numbers.chosen([*options, (none, ZERO)])
    else:
        parts = [_part(run, row, base, place) for row in step.rows]
        more = parts[0]
        for part in parts[1:]:
            more = numbers.add(more, part)
        more = numbers.if_else(base.exists, replace(more, exists=YES, known=more.known), ZERO)
    return run.add(now, step, more, step.of or now.base_of, base)


def _of_row(run: Calculation, row: TierRow, base: Number, place: Place) -> Number:
    if row.value is not None:
        return run.translator.number(row.value, place)
    return numbers.multiply(base, _price(run, row, place))


def _price(run: Calculation, row: TierRow, place: Place) -> Number:
    price = row.rate if row.rate is not None else row.each
    assert price is not None  # noqa: S101  the loader has seen to it
    return run.translator.number(price, place)


def _part(run: Calculation, row: TierRow, base: Number, place: Place) -> Number:
    """Return the bracket's part of the base at the bracket's price; of counted things the ends count in full."""
    lower: Number = ZERO
    upper: Number | None = None
    one = numbers.ONE if row.each is not None else ZERO
    for test in row.tests:
        bound = run.translator.number(test.bounds[0], place)
        if test.word in {Word.FROM, Word.OVER}:
            lower = numbers.subtract(bound, one if test.word is Word.FROM else ZERO)
        else:
            upper = numbers.subtract(bound, one if test.word is Word.BELOW else ZERO)
    reach = base if upper is None else numbers.least([base, upper])
    inside = numbers.not_below_zero(numbers.subtract(reach, numbers.not_below_zero(lower)))
    return numbers.as_payment(numbers.multiply(inside, _price(run, row, place)))


def _for_each(run: Calculation, step: ForEach, now: Running, place: Place) -> Running:
    say = run.translator
    inside = place.at_item(step.list_name)
    truth = TRUE if step.where is None else say.condition(step.where, inside)
    run.inner.append(Inner(step, inside, both(say.path, truth.holds)))
    if step.limit is not None:
        say.number(step.limit.count, place)
    parts = (step.where, step.limit, step.steps)
    say.leave_open(STEPS_PER_ENTRY, step.position, parts, place)
    each = _grain_of_item(run, step, inside) if run.is_rounded else None
    key = ("for_each", meaning(step, place), run.takes_least, each)
    found = say.applicant.unknown(key, Fraction(0), None, is_whole=bool(each))
    return run.add(now, step, numbers.multiply(found, numbers.constant(each)) if each else found)


def _grain_of_item(run: Calculation, step: ForEach, inside: Place) -> Fraction | None:
    """Return a number of which each item is seen to add a whole multiple: then so is the sum, which rounding may leave alone."""
    with run.translator.silently():
        each = Calculation(run.translator, is_rounded=False, takes_least=run.takes_least).run(step.steps, inside)
    return grain(numbers.as_payment(each.amount))


def _amount_of(run: Calculation, step: AmountOf, now: Running, place: Place) -> Running:
    other = place.bundle.policies[step.policy]
    version = next((each for each in reversed(other.versions) if each.from_ <= place.on), other.versions[0])
    year = fact_year_of(version, place.on)
    inside = Place(place.bundle, place.on, year, year, other.id, other, version)
    inner = Calculation(run.translator, is_rounded=False, takes_least=run.takes_least)
    with run.translator.silently():
        found = inner.run(version.steps, inside)
    return run.add(now, step, found.amount)


def _base(run: Calculation, step: Base, now: Running, place: Place) -> Running:
    return now._replace(base=run.translator.number(step.of, place), base_of=step.of)


def capped(value: Number, cap: Number) -> Number:
    """Limit a value from above; a cap that does not exist sets no limit."""
    limited = numbers.least([replace(value, exists=YES), cap])
    return replace(limited, exists=value.exists, known=both(value.known, cap.known))


def _cap_base(run: Calculation, step: CapBase, now: Running, place: Place) -> Running:
    return now._replace(base=capped(now.base, run.translator.number(step.to, place)))


def _floor_base(run: Calculation, step: FloorBase, now: Running, place: Place) -> Running:
    floor = run.translator.number(step.to, place)
    base = numbers.negate(capped(numbers.negate(now.base), numbers.negate(floor)))
    return now._replace(base=replace(base, is_nonnegative=now.base.is_nonnegative))


def _multiply(run: Calculation, step: Multiply, now: Running, place: Place) -> Running:
    factor = run.translator.number(step.by, place)
    return now._replace(amount=numbers.as_payment(numbers.multiply(now.amount, factor)))


def _cap_amount(run: Calculation, step: CapAmount, now: Running, place: Place) -> Running:
    cap = run.translator.number(step.to, place)
    return now._replace(amount=numbers.as_payment(capped(now.amount, cap)))


def _deduct(run: Calculation, step: Deduct | TopUp, now: Running, place: Place) -> Running:
    paid = numbers.as_payment(run.translator.number(step.of, place))
    return now._replace(amount=numbers.as_payment(numbers.subtract(now.amount, paid)))


def _prorate(run: Calculation, step: Prorate, now: Running, place: Place) -> Running:
    by, over = (numbers.as_payment(run.translator.number(part, place)) for part in (step.by, step.over))
    share = capped(numbers.as_payment(numbers.divide(by, over, is_known_on_zero=False)), numbers.ONE)
    amount = numbers.multiply(now.amount, share)
    if step.minimum is not None:
        amount = _nothing_below(amount, by, run.translator.number(step.minimum, place))
    return now._replace(amount=amount)


def _pay_only_if_from(run: Calculation, step: PayOnlyIfFrom, now: Running, place: Place) -> Running:
    return now._replace(amount=_nothing_below(now.amount, now.amount, run.translator.number(step.of, place)))


def _nothing_below(amount: Number, measured: Number, threshold: Number) -> Number:
    reaches = either(opposite(threshold.exists), numbers.at_most(threshold, measured))
    known = both(amount.known, both(measured.known, threshold.known))
    return replace(numbers.if_else(reaches, amount, ZERO), known=known)


def _instalments(run: Calculation, step: Instalments, now: Running, place: Place) -> Running:
    if step.cap_each is None:
        return now
    cap = numbers.multiply(run.translator.number(step.cap_each, place), numbers.constant(step.years))
    return now._replace(amount=numbers.as_payment(capped(now.amount, cap)))


def _round(run: Calculation, step: Round, now: Running, place: Place) -> Running:  # noqa: ARG001
    if not run.is_rounded or are_multiples(now.amount, Fraction(step.to.value)):
        return now
    unit = numbers.constant(step.to.value)
    units = numbers.divide(now.amount, unit, is_known_on_zero=True)
    if step.mode is RoundMode.DOWN:
        whole = numbers.whole_part(units)
    elif step.mode is RoundMode.UP:
        whole = numbers.negate(numbers.whole_part(numbers.negate(units)))
    else:
        whole = numbers.whole_part(numbers.add(units, numbers.constant(Fraction(1, 2))))
    return now._replace(amount=replace(numbers.multiply(whole, unit), is_nonnegative=True))


_RUNNERS: dict[type[Step], Callable[[Calculation, Any, Running, Place], Running]] = {
    Fixed: _fixed,
    Rate: _rate,
    Match: _rate,
    Range: _range,
    PerUnit: _per_unit,
    Tiers: _tiers,
    ForEach: _for_each,
    AmountOf: _amount_of,
    Base: _base,
    CapBase: _cap_base,
    FloorBase: _floor_base,
    Multiply: _multiply,
    CapAmount: _cap_amount,
    Deduct: _deduct,
    TopUp: _deduct,
    Prorate: _prorate,
    PayOnlyIfFrom: _pay_only_if_from,
    Instalments: _instalments,
    Round: _round,
}
