"""The lines of bits of the index for one applicant: which programs each fact makes false, unknown, for review or assumed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from threading import Lock
from typing import Any

import numpy as np

from matcher.interpret.possible import exactly
from matcher.profile import EMPLOYER, Exact, State, fact_key
from matcher.vector import columns
from matcher.vector.ends import Array
from matcher.vector.engine import Compiled
from matcher.vector.index import OnFact
from matcher.vector.kernel import PLANES
from matcher.vector.population import Coded
from matcher.vector.scope import column_of
from matcher.vector.shares import Line
from matcher.vector.single_kernel import BY_ITSELF, FAR, ask
from rules.language.model import Dimension, Scalar

_NUMBERS = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO))
_MOST_KEPT = 10_000
_ROOM = 2**62


class Table:
    """Lines of bits, one below the other; it grows, and no line moves."""

    def __init__(self, words: int) -> None:
        self.lines = np.zeros((64, PLANES * words), np.uint64)
        self.size = 0
        self._lock = Lock()

    def add(self, lines: Array) -> int:
        """Add lines and return the place of the first."""
        with self._lock:
            first, end = self.size, self.size + len(lines)
            if end > len(self.lines):
                more = np.zeros((max(end, 2 * len(self.lines)) - len(self.lines), self.lines.shape[1]), np.uint64)
                self.lines = np.concatenate([self.lines, more])
            self.lines[first:end] = lines.reshape(len(lines), -1)
            self.size = end
            return first


class FactLines:
    """The lines of one fact: a number by its place among the cut points, all else by its state."""

    __slots__ = (
        "_index",
        "_on_fact",
        "_states",
        "_table",
        "bare",
        "definition",
        "edges",
        "first",
        "has_places",
        "is_number",
        "key",
        "members",
        "scale",
    )

    def __init__(self, on_fact: OnFact, compiled_for: Compiled, table: Table) -> None:
        full, year = on_fact.key
        self.key = fact_key(full, year or None)
        self.bare = full if on_fact.is_own_year else self.key
        self.definition = compiled_for.bundle.vocabulary.fields[full.removeprefix(EMPLOYER)]
        self._on_fact = on_fact
        self._index = compiled_for.index
        self._table = table
        self._states: dict[State | None, Array] = {}
        self.members: dict[Scalar, int] = {}  # the places of the lines of a yes, a no, a code or a text
        # Where all cuts are whole, twice a cut stands for itself, and one more for what lies between it and the next.
        self.scale = math.lcm(*(Fraction(cut).denominator for cut in on_fact.cuts))
        cuts = [2 * int(cut * self.scale) for cut in on_fact.cuts]
        self.edges = sorted({edge for cut in cuts for edge in (cut, cut + 1)})
        # Of numbers and days the edges speak, where they have room.
        is_near = all(-FAR < edge < FAR for edge in self.edges)
        self.is_number = is_near and self.definition.dimension in _NUMBERS
        self.has_places = self.is_number or (is_near and self.definition.dimension is Dimension.DATE)
        self.first = 0
        if self.has_places:
            start = self.edges[0] - 1 if self.edges else 0
            points = [exactly(Fraction(edge, 2 * self.scale)) for edge in (start, *self.edges)]
            made = self._index.made(on_fact, columns.from_possibles(points, 0), len(points))
            self.first = table.add(made.table)

    def of_state(self, state: State | None) -> Array:
        """Return the line of a state; a member’s is added to the table, where it is found from then on."""
        found = self._states.get(state)
        if found is None:
            column = column_of(Coded(np.zeros(1, np.int64), (state,)), self.definition, self.key)
            table = self._index.made(self._on_fact, column, 1).table
            found = table.reshape(-1)
            keep(self._states, state, found)
            if isinstance(state, Exact) and not self.has_places and len(self.members) < _MOST_KEPT:
                self.members[state.value] = self._table.add(table)
        return found


def keep(kept: dict[Any, Any], name: object, found: object) -> None:
    """Keep an answer, and no more than so many of them."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[name] = found


@dataclass(frozen=True, slots=True)
class Plan:
    """How profiles with the same facts are read, and what the loop is told of them."""

    facts: Sequence[FactLines]  # numbers, then days, then members
    numbers: Sequence[int]  # the places of these facts in the profile
    days: Sequence[int]
    members: Sequence[tuple[int, Mapping[Scalar, int]]]  # with the places of the lines of the values
    unknown: Array  # the join of the lines of what is unknown
    spans: Array  # of each number and day: its first edge, the end of its edges, its first line, their scale
    amounts: Array  # of each program: the place of the number that its amount is a share of


class Lines:
    """The lines of all facts of a compiled bundle."""

    def __init__(self, compiled: Compiled) -> None:
        self.table = Table(compiled.index.words)
        self.facts = [FactLines(on_fact, compiled, self.table) for on_fact in compiled.index.facts.values()]
        edges = [fact.edges if fact.has_places else [] for fact in self.facts]
        self.edges = np.array([edge for some in edges for edge in some], np.int64)
        ends = np.cumsum([len(some) for some in edges], dtype=np.int64)
        self.spans = {
            fact: (end - len(some), end, fact.first) for fact, some, end in zip(self.facts, edges, ends, strict=True)
        }


class Asker:
    """Asks the lines of one applicant after the other, and reckons the amounts that are everybody’s or a share of one fact."""

    def __init__(
        self, lines: Lines, shares: Sequence[Line | None], fixed: Sequence[int | None], bits: Sequence[Sequence[bool]]
    ) -> None:
        """Take the amounts of each program, and which are asked, which have a window, and which lines alone decide."""
        self._lines = lines
        self._shares = [share if share is not None and _fits(share) else None for share in shares]
        self._fixed = fixed
        self._bits = np.array([_bits(each, lines.table.lines.shape[1] // PLANES) for each in bits])
        reckoned = [_reckoned(share, most) for share, most in zip(self._shares, fixed, strict=True)]
        self._money = np.array(reckoned, np.int64).reshape(-1, 7)
        # The facts that amounts are a share of, and which of them each program's is; the last stands for none.
        self._shared = list(dict.fromkeys((share.key, share.other) for share in self._shares if share is not None))
        place_of = {names: place for place, names in enumerate(self._shared)}
        of_program = [-1 if share is None else place_of[share.key, share.other] for share in self._shares]
        self._share_of = np.array(of_program, np.int64)
        self._is_fixed = np.array([most is not None for most in fixed], bool)
        self._plans: dict[tuple[str, ...], Plan] = {}

    def ask(self, facts: Mapping[str, State]) -> tuple[list[int], list[int], list[list[int]]]:
        """Return what surely is eligible, and what is to be looked at more closely.

        The former as programs and as their amounts in 分, the latter as pairs of program and verdict (0 F, 1 R, 2 U, 3 T, and 4
        more where it rests on an assumption).
        """
        keys = tuple(facts)
        plan = self._plans.get(keys)
        if plan is None:
            plan = self._plan(facts)
            keep(self._plans, keys, plan)
        try:
            asked, base = _at_once(plan, facts), plan.unknown
        except (AttributeError, KeyError, OverflowError):  # not all are values, or not all are met before
            asked, base = _one_by_one(plan, facts)
        sure, closer, found = self._run(plan, asked, base)
        if sure < 0:
            sure, closer, found = self._run(plan, *_one_by_one(plan, facts))
        programs, amounts = found[:, :sure].tolist()
        return programs, amounts, found[:, closer:].T.tolist() if closer < len(self._fixed) else []

    def _run(self, plan: Plan, asked: Array, base: Array) -> tuple[int, int, Array]:
        found = np.empty((2, len(self._fixed)), np.int64)
        sure, closer = ask(
            asked,
            plan.spans,
            self._lines.edges,
            self._lines.table.lines,
            base,
            self._bits,
            plan.amounts,
            self._money,
            found,
        )
        return sure, closer, found

    def _plan(self, facts: Mapping[str, State]) -> Plan:
        unknown = np.zeros(self._lines.table.lines.shape[1], np.uint64)
        of_key = {key: place for place, key in enumerate(facts)}
        found: tuple[list[tuple[int, FactLines]], ...] = ([], [], [])  # numbers, days, members
        for fact in self._lines.facts:
            place = of_key.get(fact.key, of_key.get(fact.bare))
            if place is None:
                unknown |= fact.of_state(None)
            else:
                found[0 if fact.is_number else 1 if fact.has_places else 2].append((place, fact))
        numbers, days = ([place for place, _ in some] for some in found[:2])
        members = [(place, fact.members) for place, fact in found[2]]
        known = [fact for some in found for _, fact in some]
        spans = [(*self._lines.spans[fact], fact.scale) for fact in known[: len(numbers) + len(days)]]
        places = {place: number for number, place in enumerate(numbers)}
        of_share = [places.get(of_key.get(key, of_key.get(other, -1)), -1) for key, other in self._shared]
        amounts = np.where(self._is_fixed, BY_ITSELF, np.array([*of_share, -1], np.int64)[self._share_of])
        return Plan(known, numbers, days, members, unknown, np.array(spans, np.int64).reshape(-1, 4), amounts)


def _at_once(plan: Plan, facts: Mapping[str, State]) -> Array:
    """Return what the loop asks of an applicant whose facts are all values, and whose lines are known."""
    values: list[Any] = [state.value for state in facts.values()]  # type: ignore[union-attr]  # what has none goes one by one
    asked = [part for place in plan.numbers for part in values[place].as_integer_ratio()]
    asked += [part for place in plan.days for part in (values[place].toordinal(), 1)]
    asked += [lines[values[place]] for place, lines in plan.members]
    return np.array(asked, np.int64)


def _one_by_one(plan: Plan, facts: Mapping[str, State]) -> tuple[Array, Array]:
    """Return what the loop asks of any applicant, and the join of the lines that it cannot find by itself."""
    base, asked, states = plan.unknown, [], list(facts.values())
    places = [*plan.numbers, *plan.days]
    for place, fact in zip(places, plan.facts, strict=False):
        state = states[place]
        num, den = _ratio(state)
        if not max(abs(num) * fact.scale, den) < FAR:
            num, den = 0, 0
        if den == 0:
            base = base | fact.of_state(state)
        asked += [num, den]
    for (place, lines), fact in zip(plan.members, plan.facts[len(places) :], strict=True):
        state = states[place]
        line = lines.get(state.value) if isinstance(state, Exact) else None
        if line is None:
            base = base | fact.of_state(state)
        else:
            asked.append(line)
    return np.array(asked, np.int64), base


def _ratio(state: State) -> tuple[int, int]:
    """Return numerator and denominator of a number or day, 0, 0 for what is not one of them."""
    if not isinstance(state, Exact):
        return 0, 0
    value = state.value
    return (value.toordinal(), 1) if isinstance(value, date) else value.as_integer_ratio()  # type: ignore[union-attr]


def _bits(which: Sequence[bool], words: int) -> Array:
    """Return what holds of programs as bits."""
    room = np.zeros(64 * words, np.uint8)
    room[: len(which)] = which
    return np.packbits(room, bitorder="little").view("<u8").astype(np.uint64)


def _fits(line: Line) -> bool:
    return max(line.factor, line.half, line.whole, line.unit, line.most or 0, line.limit or 0) < FAR


def _reckoned(line: Line | None, fixed: int | None) -> tuple[int, ...]:
    """Return what the loop reckons with: factor, half, whole, unit, limit, most, and the most whose product has room."""
    if line is None:
        return 0, 0, 1, 0, _ROOM, fixed or 0, 0
    safe = (_ROOM - line.half) // line.factor if line.factor else FAR
    limit = _ROOM if line.limit is None else line.limit
    return line.factor, line.half, line.whole, line.unit, limit, line.most or 0, min(safe, FAR)
