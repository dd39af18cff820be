"""Run the amount steps of a policy: intervals in, an interval out, exact up to the one rounding."""

from matcher.interpret.amounts import adding, changing, items, reference  # they register their steps
from matcher.interpret.amounts.run import run_steps
from matcher.interpret.amounts.running import Ledger, Running, money
from matcher.interpret.amounts.schedule import payments

_REGISTERED = (adding, changing, items, reference)

__all__ = ["Ledger", "Running", "money", "payments", "run_steps"]
