"""Compile amount steps for one applicant of whom what they need is known: whole numbers over a denominator fixed beforehand.

Only plain forms are compiled. For all others, and where a fact is not one exact whole number, the interpreter answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from matcher.interpret import dispatch as one_by_one
from matcher.interpret.scope import Scope as Plain
from matcher.profile import Exact, State, fact_key
from rules.language.model import (
    Aggregate,
    AmountOf,
    Base,
    CapAmount,
    CapBase,
    Deduct,
    FactRef,
    Field,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    Match,
    Multiply,
    Op,
    Operation,
    ParamRef,
    ParamsAt,
    PayOnlyIfFrom,
    Rate,
    Round,
    RoundMode,
    Step,
    TopUp,
    Value,
)
from rules.language.walk import walk

Facts = Mapping[str, State]


class Left(Exception):
    """Raised where the facts, or the form of the steps, are for the interpreter."""


@dataclass(frozen=True, slots=True)
class Share:
    """The commonest number, to be read in one go: a fact, nothing below zero, times a factor and at most so much.

    Of a number that may lie below zero it says what is left of it when nothing below zero counts.
    """

    key: str
    other: str
    factor: int = 1
    most: int | None = None

    def times(self, factor: int) -> Share:
        """Return it multiplied by a positive number."""
        return replace(self, factor=self.factor * factor, most=None if self.most is None else self.most * factor)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number as `read(facts)` ÷ `den`; `fixed` is the numerator where it is the same for everybody."""

    read: Callable[[Facts], int]
    den: int
    fixed: int | None = None
    is_payable: bool = False  # never below zero
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """Returns the amount in 分; `keys` are the facts it rests on, the second key answering where the first is silent."""

    amount: Callable[[Facts], int]
    keys: tuple[tuple[str, str], ...]

    def states(self, facts: Facts) -> tuple[State | None, ...]:
        """Return what is known of the facts that the amount rests on."""
        return tuple(facts.get(key) or facts.get(other) for key, other in self.keys)


def rests_on_nothing(plain: Plain) -> bool:
    """Tell whether the amount of a version is the same for everybody."""
    steps = plain.version.steps
    if not steps:
        return True
    return plain.version.params_at is not ParamsAt.RECOGNISED_ON and not any(
        isinstance(node, FactRef | Aggregate | ForEach | AmountOf) or (isinstance(node, Step) and node.when is not None)
        for node in walk(steps)
    )


def compiled(plain: Plain) -> Compiled | None:
    """Return the amount of a version compiled, None where it is for the interpreter."""
    keys: dict[tuple[str, str], None] = {}
    try:
        found = _rounded_to_fen(_Steps(plain, keys).run())
    except Left:
        return None
    return Compiled(found, tuple(keys))


class _Steps:
    def __init__(self, plain: Plain, keys: dict[tuple[str, str], None]) -> None:
        self._plain = plain
        self._keys = keys
        self._amount = _constant(0)
        self._base: Scaled | None = None

    def run(self) -> Scaled:
        for step in self._plain.version.steps:
            if step.when is not None:
                raise Left
            self._apply(step)
        return self._amount

    def _apply(self, step: Step) -> None:
        match step:
            case Fixed(value=value):
                self._amount = _sum(self._amount, _payable(self._value(value)))
            case Rate(of=of, at=at) | Match(of=of, at=at):
                base = self._running_base() if of is None else _payable(self._value(of))
                self._amount = _sum(self._amount, _payable(_product(base, self._value(at))))
            case Base(of=of):
                self._base = self._value(of)
            case CapBase(to=to):
                self._base = _lesser(self._running_base(), self._value(to))
            case FloorBase(to=to):
                self._base = _greater(self._running_base(), self._value(to))
            case CapAmount(to=to):
                self._amount = _payable(_lesser(self._amount, self._value(to)))
            case Multiply(by=by):
                self._amount = _payable(_product(self._amount, self._value(by)))
            case Deduct(of=of) | TopUp(of=of):
                self._amount = _payable(_sum(self._amount, _negative(_payable(self._value(of)))))
            case PayOnlyIfFrom(of=of):
                self._amount = _nothing_below(self._amount, self._value(of))
            case Round(to=to, mode=mode):
                self._amount = _rounded(self._amount, to.value, mode)
            case Instalments(cap_each=None):
                pass
            case _:
                raise Left

    def _running_base(self) -> Scaled:
        assert self._base is not None  # noqa: S101  the loader has seen to it
        return self._base

    def _value(self, value: Value) -> Scaled:
        return self._value_in(value, self._plain)

    def _value_in(self, value: Value, plain: Plain) -> Scaled:
        match value:
            case FactRef():
                return self._fact(value, plain)
            case Operation(op=op, args=args) if op in _OPERATIONS:
                return reduce(_OPERATIONS[op], [self._value_in(arg, plain) for arg in args])
        if any(isinstance(node, FactRef | Aggregate) for node in walk(value)) or _is_of_each_ones_day(value, plain):
            raise Left
        found = one_by_one.evaluate(value, plain)
        if not (found.is_ordered and found.is_settled and found.lo is not None):
            raise Left
        return _constant(found.lo)

    def _fact(self, ref: FactRef, plain: Plain) -> Scaled:
        prefix, name, year = plain.resolve(ref.name, ref.offset)
        field = plain.bundle.vocabulary.fields.get(name)
        if field is None:
            return self._value_in(plain.bundle.vocabulary.derived[name].value, plain.inside_derived(prefix, year))
        key, other = _keys_of(prefix + name, year, field, plain)
        self._keys[key, other] = None
        return Scaled(_reader(key, other), 1, share=Share(key, other))


def _is_of_each_ones_day(value: Value, plain: Plain) -> bool:
    is_so = plain.version.params_at is ParamsAt.RECOGNISED_ON
    return is_so and any(isinstance(node, ParamRef) for node in walk(value))


def _keys_of(full: str, year: int, field: Field, plain: Plain) -> tuple[str, str]:
    if not field.yearly:
        return full, full
    key = fact_key(full, year)
    return key, full if year == plain.fact_year else key


def _reader(key: str, other: str) -> Callable[[Facts], int]:
    def read(facts: Facts) -> int:
        state = facts.get(key)
        if state is None:
            state = facts.get(other)
        if type(state) is not Exact:
            raise Left
        num, den = state.value.as_integer_ratio()  # type: ignore[union-attr]  # a number, by its field
        if den != 1:
            raise Left
        return num

    return read


def _constant(value: Fraction | int) -> Scaled:
    return _fixed(value.numerator, value.denominator)


def _fixed(num: int, den: int) -> Scaled:
    return Scaled(lambda facts: num, den, num, num >= 0)  # noqa: ARG005


def _on_one_scale(one: Scaled, other: Scaled) -> tuple[Scaled, Scaled, int]:
    den = math.lcm(one.den, other.den)
    return _at(one, den), _at(other, den), den


def _at(value: Scaled, den: int) -> Scaled:
    factor, read = den // value.den, value.read
    if factor == 1:
        return value
    if value.fixed is not None:
        return _fixed(value.fixed * factor, den)
    share = value.share and value.share.times(factor)
    return Scaled(lambda facts: read(facts) * factor, den, None, value.is_payable, share)


def _sum(one: Scaled, other: Scaled) -> Scaled:
    if one.fixed == 0:
        return other
    left, right, den = _on_one_scale(one, other)
    add, more = left.read, right.read
    return Scaled(lambda facts: add(facts) + more(facts), den, None, left.is_payable and right.is_payable)


def _negative(value: Scaled) -> Scaled:
    read = value.read
    return Scaled(lambda facts: -read(facts), value.den)


def _product(one: Scaled, other: Scaled) -> Scaled:
    left, right, den = one.read, other.read, one.den * other.den
    is_payable = one.is_payable and other.is_payable
    if (factor := other.fixed) is not None:
        share = one.share.times(factor) if one.share is not None and is_payable and factor else None
        return Scaled(lambda facts: left(facts) * factor, den, None, is_payable, share)
    return Scaled(lambda facts: left(facts) * right(facts), den, None, is_payable)


def _lesser(one: Scaled, other: Scaled) -> Scaled:
    left, right, den = _on_one_scale(one, other)
    read, is_payable = left.read, left.is_payable and right.is_payable
    if (cap := right.fixed) is not None:
        share = left.share if right.is_payable else None
        if share is not None:
            share = replace(share, most=cap if share.most is None else min(cap, share.most))
        return Scaled(lambda facts: found if (found := read(facts)) < cap else cap, den, None, is_payable, share)
    bound = right.read
    return Scaled(lambda facts: min(read(facts), bound(facts)), den, None, is_payable)


def _greater(one: Scaled, other: Scaled) -> Scaled:
    left, right, den = _on_one_scale(one, other)
    read, bound = left.read, right.read
    return Scaled(lambda facts: max(read(facts), bound(facts)), den, None, left.is_payable or right.is_payable)


def _payable(value: Scaled) -> Scaled:
    """Return a number with nothing below zero."""
    if value.is_payable:
        return value
    read = value.read
    return Scaled(lambda facts: found if (found := read(facts)) > 0 else 0, value.den, None, True, value.share)  # noqa: FBT003


def _nothing_below(amount: Scaled, threshold: Scaled) -> Scaled:
    left, right, den = _on_one_scale(amount, threshold)
    found, least = left.read, right.read
    return Scaled(lambda facts: reached if (reached := found(facts)) >= least(facts) else 0, den)


def _rounded(amount: Scaled, unit: int, mode: RoundMode) -> Scaled:
    read, den = amount.read, amount.den * unit
    if mode is RoundMode.DOWN:
        return Scaled(lambda facts: read(facts) // den * unit, 1)
    if mode is RoundMode.UP:
        return Scaled(lambda facts: -(-read(facts) // den) * unit, 1)
    twice = 2 * den
    if amount.is_payable and (share := amount.share) is not None:
        return Scaled(_rounded_share(share, den, unit), 1)
    return Scaled(lambda facts: (2 * read(facts) + den) // twice * unit, 1)


def _rounded_share(share: Share, den: int, unit: int) -> Callable[[Facts], int]:
    """Return a share rounded half up, in one function."""
    key, other, factor, twice = share.key, share.other, 2 * share.factor, 2 * den
    most = None if share.most is None else (2 * share.most + den) // twice * unit

    def read(facts: Facts) -> int:
        state = facts.get(key)
        if state is None:
            state = facts.get(other)
        if type(state) is not Exact:
            raise Left
        num, whole = state.value.as_integer_ratio()  # type: ignore[union-attr]  # a number, by its field
        if whole != 1:
            raise Left
        if num <= 0:
            return 0
        found = (num * factor + den) // twice * unit
        return found if most is None or found < most else most

    return read


def _rounded_to_fen(amount: Scaled) -> Callable[[Facts], int]:
    return amount.read if amount.den == 1 else _rounded(amount, 1, RoundMode.HALF_UP).read


_OPERATIONS: dict[Op, Callable[[Scaled, Scaled], Scaled]] = {
    Op.ADD: _sum,
    Op.SUM: _sum,
    Op.SUBTRACT: lambda one, other: _sum(one, _negative(other)),
    Op.MULTIPLY: _product,
    Op.MIN: _lesser,
    Op.MAX: _greater,
}
