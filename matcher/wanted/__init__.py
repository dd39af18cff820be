"""Profiles made from the rules for any outcome that is wanted, each confirmed by the interpreter."""

from matcher.wanted.goals import Blocked, Capped, Eligible, FailsOnly, Goal, InRow
from matcher.wanted.profiles import Generated, profile_for

__all__ = ["Blocked", "Capped", "Eligible", "FailsOnly", "Generated", "Goal", "InRow", "profile_for"]
