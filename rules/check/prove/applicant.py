"""The applicant of whom a proof speaks: a variable for every fact a rule asks, within the domain of its field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

import z3

from rules.check.prove.choices import Choice, Drawn, Flag, Universes
from rules.check.prove.formulas import YES, Formula, Term, number
from rules.check.prove.numbers import Number, variable
from rules.language.model import Dimension, Field

Symbol = Number | Choice | Flag
Key = tuple[str, int]  # the name and the year, 0 for a fact that is not yearly

_WHOLE = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.DATE})
# Facts whose field states no bounds: nobody is older, and no certificate is valid longer.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


Step = Callable[[date], int]
FIRST, LAST = date(1800, 1, 1).toordinal(), date(2200, 12, 31).toordinal()  # of the days a step is asked about


@dataclass(frozen=True, slots=True)
class Stepped:
    """A number made from a day, that never falls (or never rises) as the day gets later."""

    day: Term
    step: Step
    is_rising: bool

    def reaches(self, value: int) -> Formula:
        """Return the days from which on, or up to which, the number is at least a value."""
        low, high = FIRST, LAST + 1
        while low < high:
            middle = (low + high) // 2
            if (self.step(date.fromordinal(middle)) >= value) is self.is_rising:
                high = middle
            else:
                low = middle + 1
        return self.day >= low if self.is_rising else self.day < low


@dataclass(frozen=True, slots=True)
class Held:
    """A fact with its variable; `exists` is the variable that says whether there is one."""

    key: Key
    definition: Field
    term: z3.ExprRef
    exists: Formula
    symbol: Symbol


@dataclass
class Applicant:
    """The facts asked so far, the constraints that their domains put on them, and what stands for what is not taken apart.

    `changed` holds the facts in which this applicant differs from the one whose `facts` they share.
    """

    universes: Universes
    facts: dict[Key, Held] = field(default_factory=dict)
    constraints: list[Formula] = field(default_factory=list)
    abstract: dict[object, Number] = field(default_factory=dict)
    derived: dict[tuple[str, int, date], tuple[Symbol, frozenset[Key]]] = field(default_factory=dict)
    stepped: dict[int, Stepped] = field(default_factory=dict)
    exact: set[int] = field(default_factory=set)  # the stepped numbers that are exact beside other days too
    told: set[tuple[int, int]] = field(default_factory=set)  # the comparisons of stepped numbers that are exact
    changed: dict[Key, Held] = field(default_factory=dict)

    def fact(self, key: Key, definition: Field) -> Symbol:
        """Return what a fact is."""
        held = self.changed.get(key) or self.facts.get(key)
        if held is None:
            held = self.facts[key] = self._made(key, definition, "")
        return held.symbol

    def twin(self, key: Key) -> Applicant:
        """Return an applicant who differs in one fact alone."""
        changed = self._made(key, self.facts[key].definition, "′")
        alike = {name: known for name, known in self.derived.items() if key not in known[1]}
        return replace(self, derived=alike, changed={key: changed})

    def unknown(self, key: object, low: Fraction | None, high: Fraction | None, *, is_whole: bool) -> Number:
        """Return a number that stands for what is not taken apart, the same for the same key."""
        found = self.abstract.get(key)
        if found is None:
            name = f"~{len(self.abstract)}"
            term = z3.Int(name) if is_whole else z3.Real(name)
            self._bound(term, low, high)
            found = self.abstract[key] = variable(term, is_nonnegative=low is not None and low >= 0)
        return found

    def verdict(self, name: str) -> Formula:
        """Return a free yes or no, such as what a person will decide."""
        return z3.Bool(f"?{name}")

    def _made(self, key: Key, definition: Field, mark: str) -> Held:
        name = f"{key[0]}@{key[1]}{mark}"
        exists = z3.Bool(f"{name}?") if definition.nullable else YES
        match definition.dimension:
            case Dimension.BOOL:
                term = z3.Bool(name)
                return Held(key, definition, term, exists, Flag(term, exists))
            case Dimension.CODE | Dimension.TEXT:
                universe = self.universes.of(definition.code_table)
                term = z3.Int(name)
                self._bound(term, Fraction(0), Fraction(len(universe.values) - 1))
                symbol = Choice(((YES, Drawn(universe, term)),), exists, table=universe.table)
                return Held(key, definition, term, exists, symbol)
        term = z3.Int(name) if definition.dimension in _WHOLE else z3.Real(name)
        low, high = bounds_of(definition)
        self._bound(term, low, high)
        return Held(key, definition, term, exists, variable(term, exists, is_nonnegative=low is not None and low >= 0))

    def _bound(self, term: Term, low: Fraction | None, high: Fraction | None) -> None:
        if low is not None:
            self.constraints.append(term >= (math.ceil(low) if z3.is_int(term) else number(low)))
        if high is not None:
            self.constraints.append(term <= (math.floor(high) if z3.is_int(term) else number(high)))


def bounds_of(definition: Field) -> tuple[Fraction | None, Fraction | None]:
    """Return the least and the greatest number of a field; days count as ordinals."""
    low, high = definition.minimum, definition.maximum
    if definition.dimension is Dimension.DATE:
        low, high = low or _FIRST_DAY, high or _LAST_DAY
    return _ordinal(low), _ordinal(high)


def _ordinal(bound: Fraction | date | None) -> Fraction | None:
    return Fraction(bound.toordinal()) if isinstance(bound, date) else bound
