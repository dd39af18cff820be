"""The two questions that every node of a tree answers: which values may it have, and does it hold.

The modules of this package register the answer for the kinds of nodes they know, so that values may contain conditions and
conditions values without modules that import each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcher.interpret.possible import Needs, Possible
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from rules.language.model import Condition, Value

Decision = tuple[Truth, Needs]

EVALUATORS: dict[type, Callable[[Any, Scope], Possible]] = {}
DECIDERS: dict[type, Callable[[Any, Scope], Decision]] = {}


def evaluate(value: Value, scope: Scope) -> Possible:
    """Return every value that a tree may have under what is known."""
    return EVALUATORS[type(value)](value, scope)


def decide(condition: Condition, scope: Scope) -> Decision:
    """Return whether a condition holds, with the facts that would settle it when it is open."""
    return DECIDERS[type(condition)](condition, scope)
