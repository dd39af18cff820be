"""The best lawful combination of programs, exactly, in whole 分."""

from matcher.combine.outcomes import combine_outcomes
from matcher.combine.search import Budget

__all__ = ["Budget", "combine_outcomes"]
