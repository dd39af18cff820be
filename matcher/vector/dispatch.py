"""The two questions that every node answers for all rows: which values may it have, and does it hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from matcher.vector.columns import NO, NONE, Column
from matcher.vector.ends import Array
from matcher.vector.scope import Scope
from rules.language.model import Condition, Value

F, R, U, T = 0, 1, 2, 3  # of what may be joined by `any` the greatest counts


class Decided(NamedTuple):
    """The truth of each row, the facts that would settle what is open, and where it rests on an assumption."""

    truth: Array
    needs: Array = NONE
    assumed: Array = NO


def fixed(truth: int) -> Decided:
    """Return the same truth for every row."""
    return Decided(np.array([truth], np.uint8))


EVALUATORS: dict[type, Callable[[Any, Scope], Column]] = {}
DECIDERS: dict[type, Callable[[Any, Scope], Decided]] = {}


def evaluate(value: Value, scope: Scope) -> Column:
    """Return every value that a tree may have in each row."""
    return EVALUATORS[type(value)](value, scope)


def decide(condition: Condition, scope: Scope) -> Decided:
    """Return whether a condition holds in each row."""
    return DECIDERS[type(condition)](condition, scope)
