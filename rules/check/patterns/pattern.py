"""Define a clause or formula type: its code, what it means, and the sign by which a rule shows that it has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rules.check.patterns.evidence import Evidence

BY_MEANING = "由含义认定"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A type; `sign` says in Chinese what `shows` looks for in a rule, BY_MEANING where only a reader can tell."""

    code: str
    meaning: str
    sign: str = BY_MEANING
    shows: Callable[[Evidence], bool] | None = None
