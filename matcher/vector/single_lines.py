"""The lines of bits of the index for one applicant: which programs each fact makes false, unknown, for review or assumed."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from matcher.interpret.possible import exactly
from matcher.profile import EMPLOYER, Exact, State, fact_key
from matcher.vector import columns
from matcher.vector.ends import Array
from matcher.vector.engine import Compiled
from matcher.vector.index import OnFact
from matcher.vector.population import Coded
from matcher.vector.scope import column_of
from rules.language.model import Dimension, Scalar

_NUMBERS = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO))
_MOST_KEPT = 10_000


class FactLines:
    """The lines of one fact: a number by its place among the cut points, all else by its state."""

    __slots__ = ("_index", "_on_fact", "_states", "bare", "definition", "edges", "key", "lines", "members", "scale")

    def __init__(self, on_fact: OnFact, compiled_for: Compiled) -> None:
        full, year = on_fact.key
        self.key = fact_key(full, year or None)
        self.bare = full if on_fact.is_own_year else self.key
        self.definition = compiled_for.bundle.vocabulary.fields[full.removeprefix(EMPLOYER)]
        self._on_fact = on_fact
        self._index = compiled_for.index
        self.members: dict[Scalar, int] = {}
        self._states: dict[State | None, int] = {}
        # Where all cuts are whole, twice a cut stands for itself, and one more for what lies between it and the next.
        self.scale = math.lcm(*(Fraction(cut).denominator for cut in on_fact.cuts))
        cuts = [2 * int(cut * self.scale) for cut in on_fact.cuts]
        self.edges = sorted({edge for cut in cuts for edge in (cut, cut + 1)})
        self.lines: list[int] = []
        if self.definition.dimension in _NUMBERS or self.definition.dimension is Dimension.DATE:
            first = self.edges[0] - 1 if self.edges else 0
            points = [exactly(Fraction(edge, 2 * self.scale)) for edge in (first, *self.edges)]
            made = self._index.made(on_fact, columns.from_possibles(points, 0), len(points))
            self.lines = [_as_int(line) for line in made.table]

    def of_member(self, value: Scalar) -> int:
        """Return the line of a yes, a no, a code or a text, and keep it among `members`."""
        return self._made(self.members, value, Exact(value))

    def of_state(self, state: State | None) -> int:
        """Return the line of what is not one exact value."""
        found = self._states.get(state)
        if found is None:
            found = self._made(self._states, state, state)
        return found

    def _made(self, kept: dict[Any, int], name: object, state: State | None) -> int:
        column = column_of(Coded(np.zeros(1, np.int64), (state,)), self.definition, self.key)
        found = _as_int(self._index.made(self._on_fact, column, 1).table[0])
        keep(kept, name, found)
        return found


def keep(kept: dict[Any, Any], name: object, found: object) -> None:
    """Keep an answer, and no more than so many of them."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[name] = found


def _as_int(line: Array) -> int:
    return int.from_bytes(line.astype("<u8").tobytes(), "little")


@dataclass(slots=True)
class Plan:
    """How profiles with the same facts are read: the join of the lines of what is unknown, and whom to ask for the rest."""

    unknown: int = 0
    numbers: list[tuple[str, int, list[int], list[int], FactLines]] = field(default_factory=list)
    days: list[tuple[str, FactLines]] = field(default_factory=list)
    members: list[tuple[str, dict[Scalar, int], FactLines]] = field(default_factory=list)


class Lines:
    """The lines of all facts of a compiled bundle."""

    def __init__(self, compiled: Compiled) -> None:
        self._facts = [FactLines(on_fact, compiled) for on_fact in compiled.index.facts.values()]
        self._plans: dict[tuple[str, ...], Plan] = {}

    def joined(self, facts: Mapping[str, State], numbers: dict[str, int]) -> int:
        """Return the join of the lines that an applicant's facts lead to; write the facts that are whole numbers into `numbers`."""
        keys = tuple(facts)
        plan = self._plans.get(keys)
        if plan is None:
            plan = self._plan(facts)
            keep(self._plans, keys, plan)
        joined = _join_numbers(plan, facts, numbers)
        for key, fact in plan.days:
            state = facts[key]
            if type(state) is Exact:
                joined |= fact.lines[bisect_right(fact.edges, 2 * fact.scale * state.value.toordinal())]  # type: ignore[union-attr]
            else:
                joined |= fact.of_state(state)
        for key, members, fact in plan.members:
            state = facts[key]
            if type(state) is not Exact:
                joined |= fact.of_state(state)
            elif (line := members.get(state.value)) is not None:
                joined |= line
            else:
                joined |= fact.of_member(state.value)
        return joined

    def _plan(self, facts: Mapping[str, State]) -> Plan:
        plan = Plan()
        for fact in self._facts:
            key = fact.key if fact.key in facts else fact.bare
            if key not in facts:
                plan.unknown |= fact.of_state(None)
            elif fact.definition.dimension in _NUMBERS:
                plan.numbers.append((key, fact.scale, fact.edges, fact.lines, fact))
            elif fact.definition.dimension is Dimension.DATE:
                plan.days.append((key, fact))
            else:
                plan.members.append((key, fact.members, fact))
        return plan


def _join_numbers(plan: Plan, facts: Mapping[str, State], numbers: dict[str, int]) -> int:
    joined = plan.unknown
    for key, scale, edges, lines, fact in plan.numbers:
        state = facts[key]
        if type(state) is not Exact:
            joined |= fact.of_state(state)
            continue
        num, den = state.value.as_integer_ratio()  # type: ignore[union-attr]  # a number, by its field
        if den == 1:
            numbers[key] = num
            joined |= lines[bisect_right(edges, 2 * num * scale)]
        else:
            whole, rest = divmod(num * scale, den)
            joined |= lines[bisect_right(edges, 2 * whole + (rest > 0))]
    return joined
