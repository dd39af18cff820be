"""The index over a bundle: for each fact a table that says which programs a value makes false, unknown or for review.

Facts are encoded once to their places among the cut points of all conditions on them. What a program needs besides single
facts (expressions, lists, alternatives over several facts) is decided in columns and enters as a column of four truths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.interpret.possible import Number
from matcher.interpret.scope import FactKey
from matcher.outcome import Status
from matcher.profile import EMPLOYER, Profile, State, fact_key
from matcher.vector import columns, ends
from matcher.vector.columns import Column
from matcher.vector.conjuncts import conjuncts, shape_of, single_fact
from matcher.vector.dispatch import Decided, F, R, T, U, decide
from matcher.vector.ends import Array
from matcher.vector.kernel import (
    AHEAD,
    ASSUMED,
    FALSE,
    PLANES,
    REVIEW,
    UNKNOWN,
    count_rows,
    join,
    mark,
    places_among,
    verdicts,
)
from matcher.vector.needs import NeedBits, NotCompiled
from matcher.vector.population import Coded, Points, Population
from matcher.vector.programs import OF_VERDICT, Program, scope_of
from matcher.vector.rows import classes, cuts_of
from matcher.vector.scope import Scope, column_of
from rules.language.model import Condition, Field

_PLANE = {F: FALSE, U: UNKNOWN, R: REVIEW}
_BINS = 12  # 2 to this power: so many bins of a number line
_ROOM = 2**16  # of a narrow place
_FEW = 100  # places of a column that stands for several
_BEYOND = np.iinfo(np.int64).max  # all cuts and values
_EIGHT = np.arange(8, dtype=np.uint8)


@dataclass(slots=True)
class Asked:
    """One condition, the first program that asks it, and all that do (by their place)."""

    condition: Condition
    program: Program
    by: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """What the conditions on one fact say at each place: a line of the kernel's table, and the truth of each condition."""

    table: Array
    truths: Mapping[object, Array]


@dataclass(slots=True)
class OnFact:
    """All conditions on one fact; `is_own_year` says that the name without a year answers too."""

    key: FactKey
    is_own_year: bool
    cuts: set[Number] = field(default_factory=set)
    asked: dict[object, Asked] = field(default_factory=dict)
    of_points: Made | None = None
    of_states: tuple[tuple[State | None, ...], Array, Made] | None = None  # of the states met last


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the conditions say: for each program the rows that are not a plain “no”, in ascending order, and the verdict on each.

    The programs stand one behind the other, each up to its place in `ends`; of those not in force there are none. `said` has the code
    of the status that follows from a verdict. `left` are the rows left to the interpreter; `parts` has for each condition the
    place of each row, and the truth at each place.
    """

    size: int
    rows: Array
    found: Array
    said: Array
    ends: Array
    left: Mapping[int, Array]
    conjuncts: Sequence[Sequence[tuple[object, Condition]]]
    parts: Mapping[object, tuple[Array, Array]]

    def of(self, program: int) -> Array:
        """Return the verdict on each row, 0 for a plain “no”."""
        verdict = np.zeros(self.size, np.uint8)
        here = slice(self.ends[program - 1] if program else 0, self.ends[program])
        verdict[self.rows[here]] = self.found[here]
        return verdict

    def because(self, program: int) -> Array:
        """Return for each row the number of the first condition that makes the verdict what it is, −1 where all hold."""
        truth = self.of(program) & 3
        found = np.full(truth.shape, -1, np.int16)
        for number, (shape, _) in reversed(list(enumerate(self.conjuncts[program]))):
            places, truths = self.parts[shape]
            found[(truths[places] == truth) & (truth != T)] = number
        return found


class Index:
    """Built once for the programs of a day, asked for any population."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        self.facts: dict[tuple[FactKey, bool], OnFact] = {}
        self.others: dict[object, Asked] = {}
        self.conjuncts: list[list[tuple[object, Condition]]] = [[] for _ in programs]
        asked = [place for place, program in enumerate(programs) if program.gate is not Status.NOT_IN_FORCE]
        self.words = 4 * -(-len(programs) // 256)  # of a line of bits
        self._asked = np.zeros(64 * self.words, bool)
        self._asked[asked] = True
        for place in asked:
            self._add(place, programs[place])

    def _add(self, place: int, program: Program) -> None:
        plain = program.plain
        for condition in conjuncts(plain.version.eligibility, plain.bundle):
            shape = shape_of(condition, plain)
            found = single_fact(condition, plain)
            if found is None:
                asked = self.others.setdefault(shape, Asked(condition, program))
            else:
                is_own_year = found.key[1] == plain.fact_year
                on_fact = self.facts.setdefault((found.key, is_own_year), OnFact(found.key, is_own_year))
                on_fact.cuts |= set(cuts_of(found.bounds))
                asked = on_fact.asked.setdefault(shape, Asked(condition, program))
            asked.by.append(place)
            self.conjuncts[place].append((shape, condition))

    def decide(self, population: Population) -> Verdicts:
        """Return the verdicts on all rows."""
        lines, tables = [], []
        left: dict[int, Array] = {}
        parts: dict[object, tuple[Array, Array]] = {}
        shared: dict[int, Scope] = {}
        for on_fact in self.facts.values():
            places, made = self._encoded(on_fact, population)
            lines.append(places)
            tables.append(made.table)
            parts |= {shape: (places, truth) for shape, truth in made.truths.items()}
        for shape, asked in self.others.items():
            decided, odd = self._ask(asked, population, shared)
            lines.append(decided.truth + 4 * decided.assumed.astype(np.uint8))
            of_eight = Decided(_EIGHT % 4, assumed=_EIGHT >= 4)
            tables.append(self._table([(asked, of_eight)], 8))
            parts[shape] = (lines[-1], of_eight.truth)
            if odd.any():
                for place in asked.by:
                    left[place] = left.get(place, np.zeros(population.size, bool)) | odd
        lines, tables = _fewer(lines, tables)
        size, words = population.size, self.words
        table = np.concatenate([np.zeros((0, PLANES, words), np.uint64), *tables])
        is_narrow = max(map(len, tables), default=0) <= _ROOM
        codes = np.empty((len(lines), size), np.uint16 if is_narrow else np.uint32)
        for place, line in enumerate(lines):
            codes[place] = line
        offsets = np.cumsum([0, *map(len, tables)])[:-1]
        is_met = np.zeros(len(table), bool)
        mark(codes, offsets, is_met)
        held = [plane for plane in range(PLANES) if plane == FALSE or table[is_met, plane].any()]
        lines_of_rows = -(-size // 64)
        planes = np.empty((len(held), 64 * words, lines_of_rows), np.uint64)
        for place, plane in enumerate(held):
            join(codes, offsets, np.ascontiguousarray(table[:, plane]), planes[place])
        counts = np.zeros(64 * words, np.int64)
        count_rows(planes[FALSE], size, counts)
        counts[~self._asked] = 0
        ends_of_rows = np.cumsum(counts)
        total = int(counts.sum())
        rows, found, said = np.empty(total + AHEAD, np.int32), np.empty(total, np.uint8), np.empty(total, np.uint8)
        places = np.array([held.index(plane) if plane in held else -1 for plane in range(PLANES)])
        starts = np.where(self._asked, ends_of_rows - counts, -1)
        verdicts(planes, places, starts, size, OF_VERDICT, rows, found, said)
        return Verdicts(size, rows[:total], found, said, ends_of_rows, left, self.conjuncts, parts)

    def _ask(self, asked: Asked, population: Population, shared: dict[int, Scope]) -> tuple[Decided, Array]:
        """Decide a condition; questions about the same fact year share the facts derived on the way."""
        plain = asked.program.plain
        scope = shared.setdefault(plain.fact_year, replace(scope_of(asked.program, population), knows=False))
        scope = replace(scope, plain=plain)
        try:
            return decide(asked.condition, scope), scope.odd
        except NotCompiled:
            return Decided(np.array([T], np.uint8)), np.ones(population.size, bool)

    def _encoded(self, on_fact: OnFact, population: Population) -> tuple[Array, Made]:
        """Return the place of each row, and what the conditions say at each place."""
        full, year = on_fact.key
        some = next(iter(on_fact.asked.values())).program
        definition = some.plain.bundle.vocabulary.fields[full.removeprefix(EMPLOYER)]
        cuts = sorted(on_fact.cuts)
        named = fact_key(full, year or None)
        held = population.facts.get(named)
        is_alone = not (on_fact.is_own_year and full in population.facts)
        if is_alone and isinstance(held, Points) and all(-ends.ROOM < cut < ends.ROOM for cut in cuts):
            edges = sorted({edge for cut in cuts for edge in (math.floor(cut), math.ceil(cut))})
            if on_fact.of_points is None:
                values, size = _values_among(edges, definition)
                on_fact.of_points = self.made(on_fact, values, size)
            return _places_of(held, edges), on_fact.of_points
        if is_alone and isinstance(held, Coded):
            if on_fact.of_states is None or on_fact.of_states[0] != held.states:
                column = column_of(Coded(np.arange(len(held.states)), held.states), definition, named)
                kinds, firsts = classes(column, cuts)
                made = self.made(on_fact, columns.take(column, firsts), len(firsts))
                on_fact.of_states = held.states, kinds.astype(np.uint16 if len(firsts) < _ROOM else np.uint32), made
            _, kinds, made = on_fact.of_states
            return ends.take_rows(kinds, held.ids), made
        column = scope_of(some, population).population_column(full, year, definition)
        kinds, firsts = classes(column, cuts)
        return kinds, self.made(on_fact, columns.take(column, firsts), len(firsts))

    def made(self, on_fact: OnFact, small: Column, size: int) -> Made:
        """Return what the conditions on a fact say of each of a few values."""
        decisions = list(self._decided(on_fact, small, size))
        table = self._table([(asked, decided) for _, asked, decided in decisions], size)
        return Made(table, {shape: np.broadcast_to(decided.truth, size) for shape, _, decided in decisions})

    def _decided(self, on_fact: OnFact, small: Column, size: int) -> Iterator[tuple[object, Asked, Decided]]:
        """Decide each condition once for each place."""
        nobody = Population(size, {}, {}, lambda _: Profile())
        for shape, asked in on_fact.asked.items():
            scope = Scope(nobody, asked.program.plain, NeedBits(), None, np.zeros(size, bool), knows=False)
            scope.facts[on_fact.key] = small
            yield shape, asked, decide(asked.condition, scope)

    def _table(self, decisions: Iterable[tuple[Asked, Decided]], size: int) -> Array:
        table = np.zeros((size, PLANES, self.words), np.uint64)
        for asked, decided in decisions:
            truth, assumed = (np.broadcast_to(each, size) for each in (decided.truth, decided.assumed))
            bits = _bits(asked.by, table.shape[2])
            for value, plane in _PLANE.items():
                table[truth == value, plane] |= bits
            table[assumed, ASSUMED] |= bits
        return table


def _fewer(lines: Sequence[Array], tables: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    """Return columns of which those with few places, such as yes-no facts, are taken together while there stay few."""
    fewer: tuple[list[Array], list[Array]] = [], []
    for place in sorted(range(len(lines)), key=lambda each: len(tables[each])):
        line, table = lines[place], tables[place]
        if fewer[1] and len(fewer[1][-1]) * len(table) <= _FEW:
            before, of_before = fewer[0].pop(), fewer[1].pop()
            line = before.astype(np.uint16) * np.uint16(len(table)) + line.astype(np.uint16)
            table = (of_before[:, None] | table[None]).reshape(-1, *table.shape[1:])
        fewer[0].append(line)
        fewer[1].append(table)
    return fewer


def _bits(places: Iterable[int], words: int) -> Array:
    found = np.zeros(words, np.uint64)
    for place in places:
        found[place // 64] |= np.uint64(1 << place % 64)
    return found


def _values_among(edges: Sequence[int], definition: Field) -> tuple[Column, int]:
    """Return a value for each place among whole cut points, and last the unknown."""
    last = edges[-1] + 1 if edges else 0
    values = np.array([*(value for edge in edges for value in (edge - 1, edge)), last, 0], np.int64)
    unknown = np.arange(len(values)) == len(values) - 1
    return column_of(Points(values, unknown), definition, ""), len(values)


def _places_of(held: Points, edges: Sequence[int]) -> Array:
    places = np.zeros(len(held.values), np.uint16)
    if edges:
        first = edges[0] - 1
        shift = max(0, (edges[-1] + 1 - first).bit_length() - _BINS)
        bins = ((edges[-1] + 1 - first) >> shift) + 1
        cuts = np.array([*edges, _BEYOND], np.int64)
        starts = np.searchsorted(cuts, (np.arange(bins + 1) << shift) + first)
        fullest = int(np.diff(starts).max())
        places_among(held.values, cuts, starts[:-1].astype(np.uint16), shift, max(0, fullest - 1), places)
    if held.unknown is not None:
        places[held.unknown] = 2 * len(edges) + 1
    return places
