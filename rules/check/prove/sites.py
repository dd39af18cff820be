"""What a translation meets on its way and the questions are about: tables, conditions, parts left open."""

from __future__ import annotations

from typing import NamedTuple

from rules.check.prove.applicant import Symbol
from rules.check.prove.formulas import Formula, Truth
from rules.check.prove.places import Place
from rules.language.model import Case, Cases, Condition, Leaf, Position, Row, Step, Table, TierRow, Tiers

Within = tuple[Leaf | Step, ...]  # the conditions and steps around a node, the innermost last


class RowSite(NamedTuple):
    """A table or cases with where each row holds by itself, where it is the first to, and the path that leads here."""

    node: Table | Cases | Tiers
    place: Place
    operand: Symbol | None
    rows: tuple[Row | Case | TierRow, ...]
    holds: tuple[Formula, ...]
    chosen: tuple[Formula, ...]
    path: Formula
    within: Within


class TruthSite(NamedTuple):
    """A condition with its truth, and the path that leads here."""

    node: Condition
    place: Place
    truth: Truth
    path: Formula
    within: Within


SUM_OF_LIST, STEPS_PER_ENTRY, RECKONED_DAYS = "清单的汇总", "逐项计算", "两个日期之间的推算"


class OpenPart(NamedTuple):
    """A part of a rule that stands in a proof as an open number: what it is, and where."""

    what: str
    position: Position
