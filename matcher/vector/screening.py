"""Screen a table: one row of results per applicant and program in force, in memory that does not grow with the table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from matcher.outcome import Status
from matcher.vector.ends import Array
from matcher.vector.engine import Compiled
from matcher.vector.index import Verdicts
from matcher.vector.kept import Kept
from matcher.vector.payable import Paid, Payer, Payments
from matcher.vector.population import Population
from matcher.vector.programs import CODE, STATUSES, UNBOUNDED, Answers
from matcher.vector.results import COLUMNS, SCHEMA, Results
from matcher.vector.sentences import say
from matcher.vector.tables import Table

WORDS = {
    Status.ELIGIBLE: "符合",
    Status.NEEDS_REVIEW: "需人工审核",
    Status.NEEDS_INFO: "待补充",
    Status.INELIGIBLE: "暂未达到",
    Status.WINDOW_CLOSED: "不在申报期",
    Status.NOT_IN_FORCE: "不在有效期",
    Status.SUSPENDED: "暂停受理",
}
_BY_CONDITION = [CODE[status] for status in (Status.NEEDS_REVIEW, Status.NEEDS_INFO, Status.INELIGIBLE)]
_NO = CODE[Status.INELIGIBLE]
_LARGEST = 2**63 - 1  # of a cell; an amount beyond it has at least so much, and no upper bound that could be written
_ELSE = "申报期限未定，或有数值尚未公布"
_STATUS_WORDS = pa.array([WORDS[status] for status in STATUSES])
_STATUS_NAMES = pa.array([status.value for status in STATUSES])


class Screening:
    """What is made once for the programs of a day: asked for any part of any register, it answers in rows of results.

    `only` names the programs to tell of (all of them when None); `without_no` leaves out the rows of a plain “no”.
    """

    def __init__(self, compiled: Compiled, only: Collection[str] | None = None, *, without_no: bool = False) -> None:
        self.compiled = compiled
        self._payer = Payer(compiled)
        self._only = only
        self._without_no = without_no

    @cached_property
    def _texts(self) -> list[pa.Array]:
        """Return for each program its conditions as sentences, the reason that no condition gives, and none."""
        return [
            pa.array([*(say(condition, program.plain) for _, condition in conjuncts), _ELSE, ""])
            for program, conjuncts in zip(self.compiled.programs, self.compiled.index.conjuncts, strict=True)
        ]

    def rows(self, population: Population, first: int, who: pa.Array) -> tuple[pa.Table, Payments]:
        """Return the results of some applicants, program by program, and what the best combination pays them.

        `first` is the number of the first of them in the register, `who` the name of each.
        """
        verdicts = self.compiled.index.decide(population)
        answers = [answered for _, answered in self.compiled.answer_with(verdicts, population)]
        payments = self._payer.pay(answers, population)
        tables = [SCHEMA.empty_table()]
        for place, program in enumerate(self.compiled.programs):
            if program.gate is Status.NOT_IN_FORCE or not (self._only is None or program.policy.id in self._only):
                continue
            answered = answers[place]
            at = np.flatnonzero(answered.status != _NO) if self._without_no else population.all_rows
            status = answered.status[at].astype(np.int32)
            columns = (
                pa.array(at + first),
                who.take(pa.array(at)),
                _same(program.policy.id, len(at)),
                _same(program.policy.title, len(at)),
                pa.DictionaryArray.from_arrays(status, _STATUS_WORDS),
                pa.DictionaryArray.from_arrays(status, _STATUS_NAMES),
                *_money(_of_answers(answered), at, population.size),
                *_money(payments.of[place], at, population.size),
                self._reasons(status, verdicts, place, at),
            )
            tables.append(pa.table(dict(zip(COLUMNS, columns, strict=True)), schema=SCHEMA))
        return pa.concat_tables(tables), payments

    def _reasons(self, status: Array, verdicts: Verdicts, place: int, at: Array) -> pa.Array:
        """Return for what is not a plain “yes” the first condition that makes it so."""
        texts = self._texts[place]
        told = np.full(len(at), len(texts) - 1, np.int32)
        is_told = np.isin(status, _BY_CONDITION)
        if is_told.any():
            numbers = verdicts.because(place)[at]
            told = np.where(is_told, np.where(numbers < 0, len(texts) - 2, numbers), told).astype(np.int32)
        return pa.DictionaryArray.from_arrays(told, texts)


def screen(
    compiled: Compiled,
    table: Table | Kept,
    target: Path,
    only: Collection[str] | None = None,
    *,
    without_no: bool = False,
) -> Iterator[int]:
    """Write the results of a whole register; yield the number of applicants done after each part."""
    screening = Screening(compiled, only, without_no=without_no)
    done = 0
    with Results(target) as results:
        for part in table.parts():
            results.add(screening.rows(part.population, part.first, part.who)[0])
            done += part.population.size
            yield done


def _same(text: str, size: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(size, np.int32), pa.array([text]))


def _of_answers(answered: Answers) -> Paid:
    """Return the amounts before groups in the form of those after them."""
    if answered.has_amounts:
        return Paid(answered.rows, answered.least, answered.most)
    return Paid(answered.rows[:0], answered.least[:0], answered.most[:0])


def _money(paid: Paid, at: Array, size: int) -> tuple[pa.Array, pa.Array]:
    """Return the amounts of some rows, empty where nothing is computed; upper bounds also where there is none."""
    is_blank = np.ones(size, bool)
    is_blank[paid.rows] = False
    least, most, endless = np.zeros(size, np.int64), np.zeros(size, np.int64), is_blank.copy()
    is_over = (paid.most == UNBOUNDED) | (paid.most > _LARGEST)
    least[paid.rows] = np.minimum(paid.least, _LARGEST)
    most[paid.rows] = np.where(is_over, 0, paid.most)
    endless[paid.rows] = is_over
    return pa.array(least[at], mask=is_blank[at]), pa.array(most[at], mask=endless[at])
