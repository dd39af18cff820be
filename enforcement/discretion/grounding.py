"""Hold every number of a benchmark against the clause it cites, and every sum the clause names against the benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from enforcement.discretion.codes import finding
from enforcement.discretion.model import Benchmark, Branch, Fine, Grade, GroundSet, leaves
from rules.check.grounding import ground_stated
from rules.check.mentions import Mention, read_clause
from rules.check.stated import Stated, stated_by_leaf
from rules.language.findings import Finding
from rules.language.model import Dimension, Literal, Word

_MONEY_UNITS = frozenset({"元"})
_RATIO_UNITS = frozenset({"倍", "%"})


def ground_grounds(grounds: GroundSet) -> Iterator[Finding]:
    """Yield what the clauses of a set of grounds do not bear out."""
    for rule in grounds.exemptions:
        for leaf in leaves(rule.when):
            yield from ground_stated(stated_by_leaf(leaf), leaf.cite or rule.cite, leaf.reading, grounds.id)


def ground_benchmark(benchmark: Benchmark) -> Iterator[Finding]:
    """Yield what the clauses of a benchmark do not bear out, and sums of theirs that it leaves out."""
    rows = {row.position: row for act in benchmark.acts.values() for row in act.rows}  # a shared scale once
    for row in rows.values():
        stated = list(_stated(row))
        yield from ground_stated(stated, row.cite, row.reading, benchmark.id)
        yield from _left_out(row, stated, benchmark.id)


def _stated(row: Branch | Grade) -> Iterator[Stated]:
    for leaf in leaves(row.when):
        for entry in stated_by_leaf(leaf):
            yield Stated(entry.constant, entry.word, entry.position, in_row=True)
    yield from _stated_by_fine(row.fine)


def _stated_by_fine(fine: Fine) -> Iterator[Stated]:
    low, high = fine.low, fine.high
    if low == high:
        yield Stated(low.value, None, low.value.position)
    else:
        yield Stated(low.value, Word.FROM if low.is_included else Word.OVER, low.value.position)
        yield Stated(high.value, Word.UPTO if high.is_included else Word.BELOW, high.value.position)
    if fine.cap:
        yield Stated(fine.cap, Word.UPTO, fine.cap.position)


def _left_out(row: Branch | Grade, stated: list[Stated], owner: str) -> Iterator[Finding]:
    """Yield sums and multiples of the clause that the row does not use: a lost cap is wrong money."""
    used = {(entry.constant.dimension, entry.constant.value) for entry in stated if isinstance(entry.constant, Literal)}
    for mention in read_clause(f"{row.cite.quote}；{row.cite.gist}").mentions:
        dimension = _dimension(mention)
        value = mention.value * 100 if dimension is Dimension.MONEY else mention.value
        if dimension and (dimension, value) not in used and value != Fraction(0):
            yield finding(
                "grounding.left-out",
                row.position,
                f"{row.cite.clause}的文字写了“{mention.text}”，{row.id} 没有用到",
                "补上这个数额；不属于这一档的，从 gist 中删去",
                owner,
            )


def _dimension(mention: Mention) -> Dimension | None:
    if mention.unit in _RATIO_UNITS:
        return Dimension.RATIO
    is_money = mention.unit in _MONEY_UNITS or (not mention.unit and mention.scaled)
    return Dimension.MONEY if is_money else None
