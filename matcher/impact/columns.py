"""One edition asked about a batch of applicants: statuses, amounts and payments, program by program."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from matcher.impact.model import NOTHING, Seat, Total
from matcher.outcome import Money, Status
from matcher.vector import STATUSES, UNBOUNDED, Answers, Population, compile_bundle
from matcher.vector.payable import Payer, Payments
from rules.language.model import Bundle

_LAST_OPEN = STATUSES.index(Status.NEEDS_INFO)  # the codes up to this one are eligible or still open
_ABSENT = Seat(Status.NOT_IN_FORCE)


class Edition:
    """An edition compiled once for a day."""

    def __init__(self, bundle: Bundle, on: date, policies: Collection[str]) -> None:
        self.bundle = bundle
        self.compiled = compile_bundle(bundle, on, policies)
        self.places = {program.policy.id: place for place, program in enumerate(self.compiled.programs)}
        self._payer = Payer(self.compiled)

    def gate(self, policy: str) -> Status | None:
        """Return what the day alone decides of a program, None where it takes applications."""
        if policy not in self.places:
            return Status.NOT_IN_FORCE
        return self.compiled.programs[self.places[policy]].gate

    def ask(self, population: Population) -> Asked:
        """Return what all programs say of a batch."""
        answers = [answered for _, answered in self.compiled.answer(population)]
        return Asked(self, answers, self._payer.pay(answers, population))


@dataclass(frozen=True)
class Asked:
    """The answers about one batch."""

    edition: Edition
    answers: list[Answers]
    payments: Payments

    @cached_property
    def total(self) -> Total:
        """Return what the best combinations of all applicants come to."""
        return _summed(self.payments.least.tolist(), self.payments.most.tolist())

    def total_of(self, policy: str) -> Total:
        """Return what one program pays all applicants."""
        if policy not in self.edition.places:
            return Total()
        paid = self.payments.of[self.edition.places[policy]]
        return _summed(paid.least.tolist(), paid.most.tolist())

    def payments_of(self, policy: str) -> list[Money]:
        """Return what one program may pay, for each applicant that it may pay anything, in their order."""
        if policy not in self.edition.places:
            return []
        paid = self.payments.of[self.edition.places[policy]]
        return [_money(*ends) for ends in zip(paid.least.tolist(), paid.most.tolist(), strict=True)]

    @property
    def all_payments(self) -> list[Money]:
        """Return what the best combination pays each applicant."""
        return [_money(*ends) for ends in zip(self.payments.least.tolist(), self.payments.most.tolist(), strict=True)]

    def seats(self, policy: str) -> dict[int, Seat]:
        """Return the rows of which a program does not say a plain “no”."""
        if policy not in self.edition.places:
            return {}
        place = self.edition.places[policy]
        status = self.answers[place].status
        rows = (status <= _LAST_OPEN).nonzero()[0].tolist()
        paid = self.payments.of[place]
        money = zip(paid.least.tolist(), paid.most.tolist(), strict=True)
        paid_to = {row: _money(*ends) for row, ends in zip(paid.rows.tolist(), money, strict=True)}
        return {row: Seat(STATUSES[status[row]], paid_to.get(row, NOTHING)) for row in rows}

    def seat(self, policy: str, row: int) -> Seat:
        """Return what is said of a row that gets nothing."""
        if policy not in self.edition.places:
            return _ABSENT
        return Seat(STATUSES[self.answers[self.edition.places[policy]].status[row]])

    def amount(self, policy: str, row: int) -> Money | None:
        """Return the amount of a row before the groups, None where nothing is computed."""
        return self.answers[self.edition.places[policy]].amount(row)


def _money(least: int, most: int) -> Money:
    return Money(least, None if most == UNBOUNDED else most)


def _summed(least: Iterable[int], most: Iterable[int]) -> Total:
    ends = list(most)
    bounded = [end for end in ends if end != UNBOUNDED]
    return Total(sum(least), sum(bounded), len(ends) - len(bounded))
