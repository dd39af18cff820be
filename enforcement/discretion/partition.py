"""Prove over every cell of an act that each case has exactly one statutory range and one grade, and stays inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from enforcement.discretion.assess import belongs
from enforcement.discretion.cells import MOST_CELLS, Cell, Truth, cells, count_cells, holds
from enforcement.discretion.codes import finding
from enforcement.discretion.model import Act, Benchmark, Branch, Grade, Known, Weight
from enforcement.discretion.sentences import value_text
from enforcement.discretion.spans import Span, rounded, span_of
from rules.language.findings import Finding
from rules.language.quantities import format_money


@dataclass(frozen=True, slots=True)
class Partition:
    """What the cells of an act show: findings, and which grades meet which statutory range."""

    findings: tuple[Finding, ...]
    pairs: Mapping[tuple[str, str], tuple[Branch, Grade]]  # by ids


@dataclass(slots=True)
class _Proof:
    """Goes through the cells of one act, and notes each kind of defect once, with the first case that shows it."""

    act: Act
    benchmark: Benchmark
    found: dict[tuple[str, ...], Finding] = field(default_factory=dict)
    pairs: dict[tuple[str, str], tuple[Branch, Grade]] = field(default_factory=dict)

    def check(self, cell: Cell) -> None:
        case = cell.first
        branches = [each for each in self.act.branches if holds(each.when, case) is Truth.TRUE]
        self._one_of(branches, "statute", "法定幅度", case, None)
        for weight in Weight if self.act.is_weighed else (None,):
            grades = [each for each in self.act.grades if belongs(each, case, weight or Weight.NORMAL)]
            self._one_of(grades, "grade", "裁量阶次", case, weight)
            for branch in branches:
                for grade in grades:
                    self.pairs[branch.id, grade.id] = (branch, grade)
                    self._inside(branch, grade, cell)

    def _one_of(
        self,
        rows: Sequence[Branch] | Sequence[Grade],
        code: str,
        what: str,
        case: Mapping[str, Known],
        weight: Weight | None,
    ) -> None:
        said = self._text(case, weight)
        if not rows:
            message = f"{said}：没有{what}"
            advice = "让相邻两档的边界正好相接，或补上这一档"
            self._note(
                (code, "gap"), self.act.branches[0] if code == "statute" else self.act.grades[-1], message, advice
            )
        for row in rows[1:]:
            message = f"{said}：同时属于{what} {rows[0].id} 和 {row.id}"
            advice = "前一档写 below 则后一档写 from，前一档写 upto 则后一档写 over"
            self._note((code, "overlap", rows[0].id, row.id), row, message, advice)

    def _inside(self, branch: Branch, grade: Grade, cell: Cell) -> None:
        for corner in cell.corners():
            law = span_of(branch.fine, corner)
            fine = span_of(grade.fine, corner, law)
            if not fine.lies_in(law):
                message = f"{self._text(corner, None)}：本档{_money(fine)}，法定幅度{_money(law)}"
                advice = "照处罚依据改正数额，或给倍数写 cap"
                self._note(("grade", "outside-law", branch.id, grade.id), grade, message, advice)

    def unreached(self) -> None:
        """Note the rows that no cell belongs to."""
        met = {row.position for pair in self.pairs.values() for row in pair}
        for row in self.act.rows:
            if row.position not in met:
                message = f"没有案情会落入 {row.id}（{row.label}）"
                self._note(("grade", "never", row.id), row, message, "请核对适用情形，或删去这一行")

    def _note(self, key: tuple[str, ...], row: Branch | Grade, message: str, advice: str) -> None:
        if key not in self.found:
            self.found[key] = finding(".".join(key[:2]), row.position, message, advice, self.benchmark.id)

    def _text(self, case: Mapping[str, Known], weight: Weight | None) -> str:
        facts = self.benchmark.all_facts()
        parts = [
            f"{facts[name].label}{'' if isinstance(value, int) and not isinstance(value, bool) else '：'}"
            f"{value_text(facts[name], value)}"
            for name, value in case.items()
        ]
        if weight:
            parts.append(f"情节：{weight.value}")
        return "，".join(parts) or "任何案情"


def check_partition(act: Act, benchmark: Benchmark) -> Partition:
    """Return what is wrong with the rows of an act, each with a case that shows it."""
    count = count_cells(act, benchmark)
    if count > MOST_CELLS:
        message = f"{act.id} 的事实和边界组合成 {count} 种案情，超过 {MOST_CELLS} 种"
        advice = "请拆成几个违法行为，或减少事实"
        return Partition((finding("grade.too-many", act.position, message, advice, benchmark.id),), {})
    proof = _Proof(act, benchmark)
    for cell in cells(act, benchmark):
        proof.check(cell)
    proof.unreached()
    return Partition(tuple(proof.found.values()), proof.pairs)


def _money(span: Span) -> str:
    low, high = rounded(span, 1)
    return f"可罚{format_money(low)}至{format_money(high)}"
