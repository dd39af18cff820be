"""Compile amount steps for one applicant of whom what they need is known: whole numbers over a denominator fixed beforehand.

Only plain forms are compiled. For all others, and where a fact is not one exact whole number, the interpreter answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from matcher.interpret import dispatch as one_by_one
from matcher.interpret.scope import Scope as Plain
from matcher.profile import State, fact_key
from matcher.vector.shares import (
    Facts,
    Left,
    Line,
    Scaled,
    Share,
    constant,
    fact_reader,
    greater,
    lesser,
    negative,
    nothing_below,
    payable,
    product,
    rounded,
    total,
)
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
    Step,
    TopUp,
    Value,
)
from rules.language.walk import walk


@dataclass(frozen=True, slots=True)
class Compiled:
    """Returns the amount in 分; `keys` are the facts it rests on, the second key answering where the first is silent."""

    amount: Callable[[Facts], int]
    keys: tuple[tuple[str, str], ...]
    line: Line | None

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
        found = _Steps(plain, keys).run()  # whole 分: the last step rounds, the loader sees to it
    except Left:
        return None
    return Compiled(found.read, tuple(keys), found.line)


class _Steps:
    def __init__(self, plain: Plain, keys: dict[tuple[str, str], None]) -> None:
        self._plain = plain
        self._keys = keys
        self._amount = constant(0)
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
                self._amount = total(self._amount, payable(self._value(value)))
            case Rate(of=of, at=at) | Match(of=of, at=at):
                base = self._running_base() if of is None else payable(self._value(of))
                self._amount = total(self._amount, payable(product(base, self._value(at))))
            case Base(of=of):
                self._base = self._value(of)
            case CapBase(to=to):
                self._base = lesser(self._running_base(), self._value(to))
            case FloorBase(to=to):
                self._base = greater(self._running_base(), self._value(to))
            case CapAmount(to=to):
                self._amount = payable(lesser(self._amount, self._value(to)))
            case Multiply(by=by):
                self._amount = payable(product(self._amount, self._value(by)))
            case Deduct(of=of) | TopUp(of=of):
                self._amount = payable(total(self._amount, negative(payable(self._value(of)))))
            case PayOnlyIfFrom(of=of):
                self._amount = nothing_below(self._amount, self._value(of))
            case Round(to=to, mode=mode):
                self._amount = rounded(self._amount, to.value, mode)
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
        return constant(found.lo)

    def _fact(self, ref: FactRef, plain: Plain) -> Scaled:
        prefix, name, year = plain.resolve(ref.name, ref.offset)
        field = plain.bundle.vocabulary.fields.get(name)
        if field is None:
            return self._value_in(plain.bundle.vocabulary.derived[name].value, plain.inside_derived(prefix, year))
        key, other = _keys_of(prefix + name, year, field, plain)
        self._keys[key, other] = None
        return Scaled(fact_reader(key, other), 1, share=Share(key, other))


def _is_of_each_ones_day(value: Value, plain: Plain) -> bool:
    is_so = plain.version.params_at is ParamsAt.RECOGNISED_ON
    return is_so and any(isinstance(node, ParamRef) for node in walk(value))


def _keys_of(full: str, year: int, field: Field, plain: Plain) -> tuple[str, str]:
    if not field.yearly:
        return full, full
    key = fact_key(full, year)
    return key, full if year == plain.fact_year else key


_OPERATIONS: dict[Op, Callable[[Scaled, Scaled], Scaled]] = {
    Op.ADD: total,
    Op.SUM: total,
    Op.SUBTRACT: lambda one, other: total(one, negative(other)),
    Op.MULTIPLY: product,
    Op.MIN: lesser,
    Op.MAX: greater,
}
