"""Budgets held against what two editions would pay, program by program or for all together."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.impact.budget import Arrival, forecast
from matcher.impact.columns import Asked
from matcher.impact.model import BudgetImpact
from matcher.outcome import Money

ALL = "*"
EDITIONS = ("old", "new")


class Envelopes:
    """Gathers the payments that each budget has to serve."""

    def __init__(self, budgets: Mapping[str, int], arrival: Arrival) -> None:
        self._budgets = budgets
        self._arrival = arrival
        self._payments: dict[tuple[str, str], list[Money]] = {
            (policy, edition): [] for policy in budgets for edition in EDITIONS
        }

    def add(self, old: Asked, new: Asked) -> None:
        """Take in some applicants."""
        for edition, asked in zip(EDITIONS, (old, new), strict=True):
            for policy in self._budgets:
                found = asked.all_payments if policy == ALL else asked.payments_of(policy)
                self._payments[policy, edition] += found

    def forecasts(self) -> tuple[BudgetImpact, ...]:
        """Return how long each budget lasts in each edition."""
        return tuple(
            BudgetImpact(
                policy,
                edition,
                forecast([money.min for money in payments], self._budgets[policy], self._arrival),
                forecast([money.max or 0 for money in payments], self._budgets[policy], self._arrival),
                sum(money.max is None for money in payments),
            )
            for (policy, edition), payments in self._payments.items()
        )
