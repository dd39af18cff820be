"""Logic faults put into programs of the corpus: gaps, overlaps, rows nobody reaches, contradictions, cliffs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from rules.check.mutants import QUANTUM
from rules.language.model import (
    AllOf,
    Bundle,
    CapAmount,
    Cases,
    Dimension,
    FactRef,
    Leaf,
    Literal,
    Policy,
    Position,
    Rate,
    Row,
    Table,
    Test,
    Word,
)
from rules.language.rewrite import replaced, shape
from rules.language.walk import walk

_LOWER = frozenset({Word.FROM, Word.OVER})
_UPPER = frozenset({Word.UPTO, Word.BELOW})
_CONTRARY = {Word.FROM: Word.BELOW, Word.OVER: Word.UPTO, Word.UPTO: Word.OVER, Word.BELOW: Word.FROM}


class Seeded(NamedTuple):
    """A program with a fault: the code of the finding it deserves, and the line around which it must be found."""

    policy: str
    code: str
    position: Position
    bundle: Bundle


def seeded_faults(bundle: Bundle) -> Iterator[Seeded]:
    """Yield every fault of these kinds that the programs give room for."""
    for policy in bundle.policies.values():
        for code, position, old, new in _faults(policy):
            changed = replaced(policy, old, new)
            yield Seeded(policy.id, code, position, replace(bundle, policies={**bundle.policies, policy.id: changed}))


def _faults(policy: Policy) -> Iterator[tuple[str, Position, object, object]]:
    for version in policy.versions:
        for node in walk((version.eligibility, version.steps)):
            if isinstance(node, Table):
                yield from _in_table(node)
            elif isinstance(node, Cases):
                twin = node.rows[0]
                rows = (twin, replace(twin, position=_below(twin.position)), *node.rows[1:])
                yield "logic.masked-row", rows[1].position, node, replace(node, rows=rows)
        if isinstance(version.eligibility, AllOf):
            yield from _contradictions(version.eligibility)
        capped = any(isinstance(step, CapAmount) for step in version.steps)
        for step in version.steps:
            if isinstance(step, Rate) and isinstance(step.of, FactRef) and isinstance(step.at, Literal) and capped:
                yield from _cliff(version.eligibility, step, step.of, step.at)


def _in_table(table: Table) -> Iterator[tuple[str, Position, object, object]]:
    for before, row in pairwise(table.rows):
        low = next((test for test in row.tests if test.word in _LOWER), None)
        bound = low.bounds[0] if low and any(test.word in _UPPER for test in before.tests) else None
        if isinstance(bound, Literal) and isinstance(bound.value, Fraction) and bound.dimension in QUANTUM:
            quantum = QUANTUM[bound.dimension]
            yield "logic.gap", table.position, bound, replace(bound, value=bound.value + 2 * quantum)
            yield "logic.overlap", row.position, bound, replace(bound, value=bound.value - 2 * quantum)
    first, last = table.rows[0], table.rows[-1]
    if first.tests and last.tests:
        twin = replace(first, position=_below(last.position))
        yield "logic.masked-row", twin.position, table, replace(table, rows=(*table.rows, twin))


def _contradictions(root: AllOf) -> Iterator[tuple[str, Position, object, object]]:
    for leaf in root.of:
        if isinstance(leaf, Leaf) and len(leaf.tests) == 1 and leaf.tests[0].word in _CONTRARY:
            test = leaf.tests[0]
            contrary = replace(leaf, id=f"{leaf.id}-contrary", tests=(replace(test, word=_CONTRARY[test.word]),))
            yield "logic.contradiction", root.position, root, replace(root, of=(*root.of, contrary))


def _cliff(eligibility: object, step: Rate, of: FactRef, at: Literal) -> Iterator[tuple[str, Position, object, object]]:
    """Halve the rate beyond a base that an eligible applicant can have."""
    assert isinstance(at.value, Fraction)
    leaves = (node for node in walk(eligibility) if isinstance(node, Leaf) and shape(node.operand) == shape(of))
    bounds = (test.bounds[0] for leaf in leaves for test in leaf.tests if test.word in _LOWER)
    numbers = (bound.value for bound in bounds if isinstance(bound, Literal))
    floor = max((number for number in numbers if isinstance(number, Fraction)), default=Fraction(0))
    edge = Literal(floor + 10_000_000, Dimension.MONEY, "界限", at.position)
    rows = (
        Row((Test(Word.UPTO, (edge,), at.position),), at, at.position),
        Row((Test(Word.OVER, (edge,), at.position),), replace(at, value=at.value / 2), at.position),
    )
    yield "logic.cliff", step.position, at, Table(of, rows, at.position)


def _below(position: Position) -> Position:
    return replace(position, column=position.column + 1)
