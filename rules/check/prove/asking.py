"""Ask the solver whether an applicant can exist, and keep what the answers come to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import z3

from rules.check.codes import finding
from rules.check.prove.applicant import Applicant
from rules.check.prove.formulas import Formula
from rules.check.prove.sites import Within
from rules.language.findings import Finding, Severity
from rules.language.model import Position

EFFORT = 3_000_000  # counted in the solver's own steps, so that an answer does not hang on the machine's speed


class Answer(NamedTuple):
    """An applicant who can exist, or that there is none, or neither: the solver gave up."""

    model: z3.ModelRef | None
    is_impossible: bool


class Solver:
    """Asks about one applicant within the domains of the facts; counts the questions it had to give up."""

    def __init__(self, applicant: Applicant, effort: int = EFFORT) -> None:
        self._applicant = applicant
        self._solver = z3.Solver()
        self._solver.set("rlimit", effort)
        self._told = 0
        self.given_up = 0

    def ask(self, *formulas: Formula) -> Answer:
        """Return whether an applicant can exist of whom the formulas hold."""
        constraints = self._applicant.constraints
        self._solver.add(*constraints[self._told :])
        self._told = len(constraints)
        self._solver.push()
        self._solver.add(*formulas)
        result = self._solver.check()
        model = self._solver.model() if result == z3.sat else None
        self._solver.pop()
        self.given_up += result == z3.unknown
        return Answer(model, result == z3.unsat)

    def is_impossible(self, *formulas: Formula) -> bool:
        """Tell whether no applicant can exist of whom the formulas hold."""
        return self.ask(*formulas).is_impossible


@dataclass
class Tally:
    """What was found; a fault of the kind “never” counts only while no program and no day has shown the contrary."""

    _found: dict[tuple[str, Position], Finding] = field(default_factory=dict)
    _refuted: set[tuple[str, Position]] = field(default_factory=set)

    def is_open(self, code: str, position: Position) -> bool:
        """Tell whether a “never” is still to be asked about."""
        return (code, position) not in self._refuted

    def refute(self, code: str, position: Position) -> None:
        """Note that something does happen."""
        self._refuted.add((code, position))

    def has(self, code: str, position: Position) -> bool:
        """Tell whether a fault was found already."""
        return (code, position) in self._found

    def note(self, code: str, position: Position, words: tuple[str, str], owner: str, within: Within = ()) -> None:
        """Keep a fault; a reading recorded around it answers it."""
        message, advice = words
        found = finding(code, position, message, advice, owner)
        readings = [node.reading for node in within if node.reading is not None]
        if readings:
            found = replace(
                found, severity=Severity.INFO, message=f"{message}（已记录解释：{readings[-1].text}）", advice=""
            )
        self._found.setdefault((code, position), found)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what stands, in the order of the files."""
        standing = (found for key, found in self._found.items() if key not in self._refuted)
        return tuple(sorted(standing, key=lambda each: (each.position, each.code)))
