"""One program asked about all rows: its status codes and amounts, and which rows only the interpreter can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from matcher.interpret.policy import scope_for
from matcher.interpret.scope import Scope as Plain
from matcher.interpret.versions import is_suspended, opening, version_in_force
from matcher.outcome import Money, Outcome, Status, Truth
from matcher.profile import Profile
from matcher.vector import arithmetic, columns, conditions, ends, items, lists, steps, values
from matcher.vector.cases import case_by_case
from matcher.vector.columns import Numbers
from matcher.vector.comparison import compare
from matcher.vector.dispatch import F, R, T, U, evaluate
from matcher.vector.ends import Array
from matcher.vector.needs import PARAMETER, NeedBits
from matcher.vector.population import Population
from matcher.vector.presumption import presuming
from matcher.vector.scope import Scope
from rules.language.model import Bundle, Policy, Window, Word

_REGISTERED = (conditions, values, lists, steps, items)

STATUSES = tuple(Status)  # a status code is a place in it
CODE = {status: place for place, status in enumerate(STATUSES)}
UNBOUNDED = -1  # as the upper bound of an amount
OF_VERDICT = np.zeros(8, np.uint8)
for _truth, _status in (
    (F, Status.INELIGIBLE),
    (R, Status.NEEDS_REVIEW),
    (U, Status.NEEDS_INFO),
    (T, Status.ELIGIBLE),
):
    OF_VERDICT[_truth] = OF_VERDICT[_truth + 4] = CODE[_status]


@dataclass(frozen=True, slots=True)
class Program:
    """A policy in the version of the day; `gate` is the status that the day alone decides."""

    policy: Policy
    plain: Plain
    gate: Status | None
    window: Window | None  # one that hangs on a fact of the applicant


@dataclass(frozen=True)
class Answers:
    """What a program says of the rows that are not a plain “no”: `rows` in ascending order, amounts in 分.

    `said` has the code of the status of each of them, `others` that of all other rows, or one for each row of the population.
    `most` is UNBOUNDED where there is no upper bound; `has_amounts` tells whether the program computes any. `by_interpreter`
    marks the rows that were left to it; of length one it holds for all.
    """

    size: int  # of the population
    rows: Array
    said: Array
    others: int | Array
    least: Array
    most: Array
    has_amounts: bool
    by_interpreter: Array

    @cached_property
    def status(self) -> Array:
        """Return the code of the status of every row."""
        found = np.empty(self.size, np.uint8)
        found[:] = self.others
        found[self.rows] = self.said
        return found

    def amount(self, row: int) -> Money | None:
        """Return the amount of one row, None where nothing is computed."""
        place = int(np.searchsorted(self.rows, row))
        if not self.has_amounts or place == len(self.rows) or self.rows[place] != row:
            return None
        most = int(self.most[place])
        return Money(int(self.least[place]), None if most == UNBOUNDED else most)


def program_for(bundle: Bundle, policy: Policy, on: date) -> Program:
    """Return a policy as it stands on a day."""
    plain = scope_for(bundle, policy, Profile(), on, {})
    if version_in_force(policy, on) is None:
        return Program(policy, plain, Status.NOT_IN_FORCE, None)
    if is_suspended(plain):
        return Program(policy, plain, Status.SUSPENDED, None)
    window = plain.version.window
    if window is not None and window.within is not None:
        return Program(policy, plain, None, window)
    is_closed = opening(window, plain).is_open is Truth.F
    return Program(policy, plain, Status.WINDOW_CLOSED if is_closed else None, None)


def scope_of(program: Program, population: Population, rows: Array | None = None) -> Scope:
    """Return where a program is asked about some rows."""
    size = population.size if rows is None else len(rows)
    return Scope(population, program.plain, NeedBits(), rows, np.zeros(size, bool))


def answers(program: Program, population: Population, verdict: Array, left: Array | None) -> Answers:
    """Return the answers, given the verdict of the conditions (as the kernel writes it) and the rows left out of it."""
    size = population.size
    status = OF_VERDICT[verdict]
    odd = np.zeros(size, bool) if left is None else left.copy()
    if program.gate is Status.NOT_IN_FORCE:
        nobody = np.zeros(0, np.int64)
        return Answers(size, nobody, nobody, CODE[program.gate], nobody, nobody, has_amounts=False, by_interpreter=odd)
    rows = np.flatnonzero(verdict & 3 if left is None else (verdict & 3).astype(bool) | left)
    here = verdict[rows]
    least, most, is_unpublished = _amounts(program, population, rows, here != T, odd)
    status[rows[is_unpublished & (here & 3 != F)]] = CODE[Status.NEEDS_INFO]
    if program.window is not None:
        window = np.broadcast_to(_window_truth(program, program.window, population), size)
        status[(window == U) & (verdict & 3 != F)] = CODE[Status.NEEDS_INFO]
        status[window == F] = CODE[Status.WINDOW_CLOSED]
    if program.gate is not None:
        status[:] = CODE[program.gate]
    return Answers(size, rows, status[rows], status, least, most, bool(program.plain.version.steps), odd)


def _window_truth(program: Program, window: Window, population: Population) -> Array:
    """Return whether the time limit after an event has begun and not run out."""
    scope = scope_of(program, population)
    assert window.of is not None  # noqa: S101  the loader has seen to it
    assert window.within is not None  # noqa: S101  the caller has looked
    event = columns.numbers(evaluate(window.of, scope))
    end = arithmetic.shift(event, window.within, backwards=False)
    today = columns.number(program.plain.on.toordinal())
    return conditions.all_truth([compare(Word.UPTO, event, [today]), compare(Word.FROM, end, [today])])


def _amounts(
    program: Program, population: Population, rows: Array, is_open: Array, odd: Array
) -> tuple[Array, Array, Array]:
    """Return least, most and whether a value is not published yet, for some rows."""
    least, most, unpublished = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64), np.zeros(len(rows), bool)
    if not program.plain.version.steps:
        return least, most, unpublished
    for are_open in (False, True):
        places = np.flatnonzero(is_open == are_open)
        if not len(places):
            continue
        scope = scope_of(program, population, rows[places])
        amount = run(program, scope, are_open=are_open)
        odd[rows[places]] |= scope.odd
        lo, hi = money(amount, len(places))
        if hi.dtype == object:  # beyond int64
            least, most = least.astype(object), most.astype(object)
        least[places], most[places] = lo, hi
        unpublished[places] = (amount.needs & PARAMETER) != 0
    return least, most, unpublished


def run(program: Program, scope: Scope, *, are_open: bool) -> Numbers:
    """Run the amount steps; while the conditions are open, presume that they hold."""
    version = program.plain.version
    place = presuming(version.eligibility, scope) if are_open else scope

    def amount_in(case: Scope) -> Numbers:
        return steps.run_steps(version.steps, steps.Running(), case).amount

    return case_by_case(amount_in(place), place, amount_in)


def money(amount: Numbers, size: int) -> tuple[Array, Array]:
    """Return whole 分; before rounding a range is widened, an exact amount rounded half up."""
    lo, hi = ends.floor(amount.lo), ends.ceil(amount.hi)
    if not (len(amount.lo.den) == 1 and amount.lo.den[0] == 1 and amount.hi is amount.lo):
        exact = ends.half_up(amount.lo)
        is_exact = ~amount.low & ~amount.high & ends.equal(amount.lo, amount.hi)
        lo, hi = np.where(is_exact, exact, lo), np.where(is_exact, exact, hi)
    lo, hi = np.where(amount.low, 0, lo), np.where(amount.high, UNBOUNDED, hi)
    return np.broadcast_to(lo, size), np.broadcast_to(hi, size)


def from_outcome(outcome: Outcome) -> tuple[int, int, int]:
    """Return status code, least and most of an answer of the interpreter."""
    if outcome.amount is None:
        return CODE[outcome.status], 0, 0
    return CODE[outcome.status], outcome.amount.min, UNBOUNDED if outcome.amount.max is None else outcome.amount.max
