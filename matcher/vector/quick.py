"""Amounts of the plainest programs in one compiled loop: the same for everybody, or a share of one fact with a cap, rounded.

All conditions of such a program are on single facts. What is presumed while they are open then narrows each fact by itself,
so where the fact is unknown all applicants get the same amounts, of which the interpreter is asked once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.interpret.amounts.running import Ledger, money
from matcher.interpret.policy import run_amount
from matcher.interpret.scope import Scope, unpublished
from matcher.outcome import Money, Status
from matcher.profile import Exact, State
from matcher.vector.ends import ROOM, Array, largest
from matcher.vector.kernel import pay
from matcher.vector.population import Coded, Points, Population
from matcher.vector.programs import CODE, OF_VERDICT, UNBOUNDED, Answers, Program
from matcher.vector.shares import Line
from matcher.vector.single_amounts import compiled, rests_on_nothing

Amount = tuple[int | None, int | None]  # least and most in 分; least None: no amount, most None: no bound
NO_AMOUNT: Amount = (None, None)
_NONE = np.zeros(0, np.int64)
_NO = CODE[Status.INELIGIBLE]
_NOBODY = np.zeros(1, bool)
_ALL_KNOWN = np.zeros(0, bool)


@dataclass(frozen=True, slots=True)
class Quick:
    """A program whose amounts the loop can write."""

    program: Program
    line: Line | None
    kept: list[Array | None] = field(default_factory=list)

    def fixed(self) -> Array | None:
        """Return least and most where no fact is known, for sure verdicts and for open ones; None if values are not published."""
        if not self.kept:
            self.kept.append(_fixed(self.program.plain))
        return self.kept[0]

    def answers(self, population: Population, rows: Array, verdict: Array) -> Answers | None:
        """Return what `programs.answers` returns, None where the facts are not as the loop wants them."""
        fixed = self.fixed()
        if fixed is None:
            return None
        values, unknown, numbers = _NONE, _ALL_KNOWN, np.zeros(6, np.int64)
        if self.line is not None:
            found = _values(population, self.line)
            limit = None if found is None else _limit(self.line, found)
            if found is None or limit is None:
                return None
            values, unknown = found.values, _ALL_KNOWN if found.unknown is None else found.unknown
            line = self.line
            numbers[:] = line.factor, line.half, line.whole, line.unit, limit, line.most or 0
        status, paid = np.full(population.size, _NO, np.uint8), np.empty((2, len(rows)), np.int64)
        status[rows] = OF_VERDICT[verdict]
        pay(rows, verdict, values, unknown, numbers, fixed, paid)
        gate = self.program.gate
        if gate is not None:
            status[:] = CODE[gate]
        has_amounts = bool(self.program.plain.version.steps)
        return Answers(status, rows, paid[0], paid[1], has_amounts, _NOBODY)


def quick(program: Program, others: Sequence[object]) -> Quick | None:
    """Return a program for the loop, None where it has conditions on more than one fact, or no such amount."""
    if others or program.window is not None or program.gate is Status.NOT_IN_FORCE:
        return None
    plain = program.plain
    line = None
    if not rests_on_nothing(plain):
        steps = compiled(plain)
        line = None if steps is None else steps.line
        if line is None or max(line.factor, line.half, line.whole, line.unit, line.most or 0, line.limit or 0) >= ROOM:
            return None
    return Quick(program, line)


def _fixed(plain: Scope) -> Array | None:
    amounts = [ran(plain, is_open=is_open) for is_open in (False, True)]
    ends = [
        (least or 0, UNBOUNDED if least is not None and most is None else most or 0) for (least, most), _ in amounts
    ]
    if any(is_unpublished for _, is_unpublished in amounts) or max(max(pair) for pair in ends) >= ROOM:
        return None
    return np.array(ends, np.int64)


def _limit(line: Line, facts: Points) -> int | None:
    """Return the value from which on the cap is paid; None where there is none and a product may not fit."""
    if line.limit is not None:
        return line.limit
    return ROOM if largest(facts.values) * line.factor + line.half < ROOM else None


def _values(population: Population, line: Line) -> Points | None:
    """Return a fact as whole numbers, None where it is not; made once for a population."""
    key = ("whole numbers", line.key, line.other)
    kept = population.columns
    if key not in kept:
        kept[key] = _made(population, line)
    found = kept[key]
    assert found is None or isinstance(found, Points)  # noqa: S101  nothing else is kept there
    return found


def _made(population: Population, line: Line) -> Points | None:
    held, other = population.facts.get(line.key), population.facts.get(line.other)
    if held is None or other is None or line.key == line.other:
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
