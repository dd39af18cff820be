"""How long a budget lasts: first come, first served in several orders of arrival, and pro rata; all in whole 分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

ORDERS = ("名册次序", "金额大的先来", "金额小的先来")


@dataclass(frozen=True, slots=True)
class Arrival:
    """When applications are assumed to come: spread evenly over the days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse an end before the beginning."""
        if self.last < self.first:
            raise ValueError(f"到达的最后一天 {self.last} 早于第一天 {self.first}，请把两个日期对调")

    @classmethod
    def in_year(cls, on: date) -> Arrival:
        """Return the calendar year of a day."""
        return cls(date(on.year, 1, 1), date(on.year, 12, 31))

    def day_of(self, place: int, size: int) -> date:
        """Return the day on which the applicant at a place, from 0, of so many arrives.

        >>> Arrival(date(2026, 1, 1), date(2026, 1, 10)).day_of(3, 4)
        datetime.date(2026, 1, 8)
        """
        days = (self.last - self.first).days + 1
        return self.first + timedelta(days=place * days // size)


@dataclass(frozen=True, slots=True)
class FirstCome:
    """Who is paid when each is paid in full until the money runs out; the one at whom it does gets what is left.

    `runs_out_at` counts applicants from 1, `runs_out_on` is the day that the arrival gives; None where the money suffices.
    """

    order: str
    in_full: int
    in_part: int
    unpaid: int
    spent: int
    runs_out_at: int | None
    runs_out_on: date | None


@dataclass(frozen=True, slots=True)
class ProRata:
    """What all get when each is cut by the same share: each payment is rounded down, so that the budget is never exceeded.

    `left` is what rounding leaves, less than one 分 for each applicant, or what nobody asked for.
    """

    share: Fraction
    spent: int
    left: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a budget comes to for the amounts of some applicants."""

    budget: int
    applicants: int
    demand: int
    arrival: Arrival
    first_come: tuple[FirstCome, ...]
    pro_rata: ProRata

    @property
    def is_enough(self) -> bool:
        """Tell whether everyone can be paid in full."""
        return self.demand <= self.budget


def forecast(amounts: Sequence[int], budget: int, arrival: Arrival) -> Forecast:
    """Return how a budget is used up by applicants with these amounts, given in the order of the register.

    Who comes first is not known: between the order in which the dearest come first, where fewest are paid, and the one in
    which the cheapest do, where most are, lies every other. Raise ValueError for a negative budget.
    """
    if budget < 0:
        raise ValueError("预算不能小于 0，请写如 500万元")
    asked = [amount for amount in amounts if amount > 0]
    sequences = (asked, sorted(asked, reverse=True), sorted(asked))
    orders = tuple(_first_come(name, each, budget, arrival) for name, each in zip(ORDERS, sequences, strict=True))
    return Forecast(budget, len(asked), sum(asked), arrival, orders, _pro_rata(asked, budget))


def _first_come(order: str, amounts: Sequence[int], budget: int, arrival: Arrival) -> FirstCome:
    left = budget
    for place, amount in enumerate(amounts):
        if amount > left:
            unpaid = len(amounts) - place - (left > 0)
            return FirstCome(
                order, place, int(left > 0), unpaid, budget, place + 1, arrival.day_of(place, len(amounts))
            )
        left -= amount
    return FirstCome(order, len(amounts), 0, 0, budget - left, None, None)


def _pro_rata(amounts: Sequence[int], budget: int) -> ProRata:
    demand = sum(amounts)
    share = Fraction(1) if demand <= budget else Fraction(budget, demand)
    spent = sum(int(amount * share) for amount in amounts)
    return ProRata(share, spent, budget - spent)
