"""Amounts of the plainest programs in one compiled loop: the same for everybody, or a share of one fact with a cap, rounded.

All conditions of such a program are on single facts. What is presumed while they are open then narrows each fact by itself,
so where the fact is unknown all applicants get the same amounts, of which the interpreter is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matcher.interpret.amounts.running import Ledger, money
from matcher.interpret.policy import run_amount
from matcher.interpret.scope import Scope, unpublished
from matcher.outcome import Money, Status
from matcher.profile import Exact, State
from matcher.vector.ends import ROOM, Array, largest
from matcher.vector.index import Verdicts
from matcher.vector.kernel import pay
from matcher.vector.population import Coded, Points, Population
from matcher.vector.programs import CODE, UNBOUNDED, Answers, Program
from matcher.vector.shares import Line
from matcher.vector.single_amounts import compiled, rests_on_nothing

Amount = tuple[int | None, int | None]  # least and most in 分; least None: no amount, most None: no bound
NO_AMOUNT: Amount = (None, None)
_NO_VALUES = Points(np.zeros(0, np.int64))
_NOBODY = np.zeros(1, bool)
_ALL_KNOWN = np.zeros(0, bool)
_NO = CODE[Status.INELIGIBLE]
_NO_LIMIT = -1
_FACTOR, _HALF, _LIMIT = 0, 1, 4  # of a line


@dataclass(frozen=True, slots=True)
class Group:
    """Programs that pay a share of the same fact, or the same to everybody: their places, and what the loop wants to know of each."""

    fact: tuple[str, str] | None  # the second answers where the first is silent
    places: Array
    lines: Array
    fixed: Array

    def values(self, population: Population) -> Points | None:
        """Return the fact as whole numbers, None where it is not; made once for a population."""
        if self.fact is None:
            return _NO_VALUES
        key, kept = ("whole numbers", *self.fact), population.columns
        if key not in kept:
            kept[key] = _made(population, *self.fact)
        found = kept[key]
        assert found is None or isinstance(found, Points)  # noqa: S101  nothing else is kept there
        return found


class QuickPrograms:
    """The programs whose amounts the loop can write."""

    def __init__(self, programs: Sequence[Program], others: Sequence[Sequence[object]]) -> None:
        """Take the programs, and for each its conditions on more than one fact: where there are some, the loop cannot."""
        self._programs = programs
        self._others = others

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Return the programs by the fact that they pay a share of; those with values that are not published are left out."""
        found: dict[tuple[str, str] | None, list[tuple[int, tuple[int, ...], Array]]] = {}
        for place, line, fixed in self._quick():
            fact = None if line is None else (line.key, line.other)
            found.setdefault(fact, []).append((place, _reckoned(line), fixed))
        return tuple(Group(fact, *map(np.array, zip(*some, strict=True))) for fact, some in found.items())

    def _quick(self) -> Iterator[tuple[int, Line | None, Array]]:
        for place, (program, others) in enumerate(zip(self._programs, self._others, strict=True)):
            if others or program.window is not None or program.gate is Status.NOT_IN_FORCE:
                continue
            steps = None if rests_on_nothing(program.plain) else compiled(program.plain)
            line = None if steps is None else steps.line
            if rests_on_nothing(program.plain) or (line is not None and max(_reckoned(line)) < ROOM):
                fixed = _fixed(program.plain)
                if fixed is not None:
                    yield place, line, fixed

    def answers(self, population: Population, verdicts: Verdicts) -> dict[int, Answers]:
        """Return what `programs.answers` returns, by the places of programs whose facts are as the loop wants them."""
        asked = [
            (part, values)
            for group in self.groups
            if (values := group.values(population)) is not None
            for part in [_with_limits(group, values)]
        ]
        spans = [_spans(part, verdicts) for part, _ in asked]
        # Memory is asked of the system at once: in small pieces each page costs more than the work.
        paid = np.empty(2 * sum(int(each[:, 1].sum()) for each in spans), np.int64)
        found: dict[int, Answers] = {}
        used = 0
        for (part, values), some in zip(asked, spans, strict=True):
            unknown = _ALL_KNOWN if values.unknown is None else values.unknown
            lines = 1 if len(values.values) and not len(unknown) else 2
            some[:, 2] = used + lines * (np.cumsum(some[:, 1]) - some[:, 1])
            pay(verdicts.rows, verdicts.found, some, values.values, unknown, part.lines, part.fixed, paid)
            for place, (first, count, start) in zip(part.places.tolist(), some.tolist(), strict=True):
                program = self._programs[place]
                found[place] = Answers(
                    population.size,
                    verdicts.rows[first : first + count],
                    verdicts.said[first : first + count]
                    if program.gate is None
                    else np.full(count, CODE[program.gate], np.uint8),
                    _NO if program.gate is None else CODE[program.gate],
                    paid[start : start + count],
                    paid[start + (lines - 1) * count : start + lines * count],
                    bool(program.plain.version.steps),
                    _NOBODY,
                )
            used += lines * int(some[:, 1].sum())
        return found


def _spans(group: Group, verdicts: Verdicts) -> Array:
    """Return for each program where its rows begin, how many there are, and room for where its amounts begin."""
    starts = np.where(group.places > 0, verdicts.ends[group.places - 1], 0)
    return np.stack([starts, verdicts.ends[group.places] - starts, starts], axis=1)


def _with_limits(group: Group, values: Points) -> Group:
    """Return the programs whose products fit, each with the value from which on it pays its cap; without one, beyond all values."""
    is_open = group.lines[:, _LIMIT] == _NO_LIMIT
    if not is_open.any():
        return group
    room = (ROOM - group.lines[:, _HALF]) // np.maximum(group.lines[:, _FACTOR], 1)
    most = largest(values.values)
    fits = ~is_open | (room > most)
    lines = group.lines[fits]
    lines[is_open[fits], _LIMIT] = most + 1
    return replace(group, places=group.places[fits], lines=lines, fixed=group.fixed[fits])


def _reckoned(line: Line | None) -> tuple[int, ...]:
    if line is None:
        return 0, 0, 1, 0, 0, 0
    limit = _NO_LIMIT if line.limit is None else line.limit
    return line.factor, line.half, line.whole, line.unit, limit, line.most or 0


def _fixed(plain: Scope) -> Array | None:
    amounts = [ran(plain, is_open=is_open) for is_open in (False, True)]
    ends = [
        (least or 0, UNBOUNDED if least is not None and most is None else most or 0) for (least, most), _ in amounts
    ]
    if any(is_unpublished for _, is_unpublished in amounts) or max(max(pair) for pair in ends) >= ROOM:
        return None
    return np.array(ends, np.int64)


def _made(population: Population, key: str, bare: str) -> Points | None:
    held, other = population.facts.get(key), population.facts.get(bare)
    if held is None or other is None or key == bare:
        held = held or other
        if held is None:
            return Points(np.zeros(population.size, np.int64), np.ones(population.size, bool))
        return _from_states(held) if isinstance(held, Coded) else held
    return None


def _from_states(held: Coded) -> Points | None:
    numbers = [_whole(state) for state in held.states]
    if None in numbers:
        return None
    unknown = np.array([state is None for state in held.states])
    return Points(np.array(numbers, np.int64)[held.ids], unknown[held.ids] if unknown.any() else None)


def _whole(state: State | None) -> int | None:
    """Return a state as a number for the loop, 0 for what is unknown, None for what is no whole number."""
    if state is None:
        return 0
    if not isinstance(state, Exact):
        return None
    num, den = state.value.as_integer_ratio()  # type: ignore[union-attr]  # a number, by its field
    return num if den == 1 and abs(num) < ROOM else None


def ran(scope: Scope, *, is_open: bool) -> tuple[Amount, bool]:
    """Return the amount that the interpreter computes, and whether a value that it needs is not published."""
    running = run_amount(scope, is_open, Ledger(is_silent=True))
    if running is None:
        return NO_AMOUNT, False
    return ends_of(money(running.amount)), any(unpublished(running.amount.needs))


def ends_of(amount: Money | None) -> Amount:
    """Return least and most of an amount."""
    return NO_AMOUNT if amount is None else (amount.min, amount.max)
