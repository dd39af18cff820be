"""The trace of an assessment in Chinese sentences, each with the clause it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from enforcement.discretion.cells import Truth
from enforcement.discretion.model import Act, Benchmark, Branch, Edge, Fine, Form, Grade, Known
from enforcement.discretion.spans import Span, number_of, span_of
from enforcement.discretion.weighing import Weighing
from rules.language.model import Cite, Dimension, Document, Field, Literal, Reading, SourceQuality
from rules.language.quantities import format_money, format_ratio

_TRUTHS = {Truth.TRUE: "成立", Truth.FALSE: "不成立", Truth.UNKNOWN: "待查明"}
_UNITS = {1: "分", 100: "元"}


@dataclass(frozen=True, slots=True)
class Source:
    """The clause beside a step, and how well its text was seen."""

    title: str
    number: str
    clause: str
    text: str  # the quote, or else the gist
    quality: SourceQuality


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the trace; `kind` is a fixed word for styling, `reading` how a doubt was settled."""

    kind: str
    text: str
    source: Source | None = None
    reading: str = ""


@dataclass(slots=True)
class Writer:
    """Writes the steps of one assessment in order."""

    benchmark: Benchmark
    steps: list[Step] = field(default_factory=list)

    def not_in_force(self, on: date) -> None:
        """Say that the benchmark did not apply on the day of the act."""
        first, last = self.benchmark.from_, self.benchmark.to
        until = f"至{last}" if last else "起"
        self._say("in_force", f"违法行为发生于{on}，本基准自{first}{until}施行，不适用")

    def case(self, act: Act, case: Mapping[str, Known]) -> None:
        """Say what was found."""
        facts = self.benchmark.all_facts()
        known = [f"{facts[name].label}：{value_text(facts[name], case[name])}" for name in act.facts() if name in case]
        self._say("case", f"违法行为：{act.title}。" + ("；".join(known) or "案情事实均待查明"))

    def exemptions(self, weighing: Weighing) -> None:
        """Say of each no-penalty rule whether it applies."""
        for each, rule, truth in weighing.exemptions:
            text = f"{rule.label}：{_TRUTHS[truth]}" + (f"，{rule.effect.value}" if truth is Truth.TRUE else "")
            self._say("exemption", text, rule.cite, documents=each.documents)

    def branches(self, branches: Sequence[Branch]) -> None:
        """Say what the law provides."""
        word = "法定幅度" if len(branches) == 1 else "法定幅度待定，可能是"
        for branch in branches:
            text = f"{word}：{branch.label}，罚款{self.fine_text(branch.fine)}"
            text += f"；{branch.besides}" if branch.besides else ""
            self._say("statutory", text, branch.cite, branch.reading)

    def grounds(self, weighing: Weighing, act: Act) -> None:
        """Say which grounds were found, and what they come to."""
        for each in weighing.sets:
            for ground in each.grounds:
                if weighing.truths[ground.id] is Truth.TRUE:
                    text = f"{ground.leaning.value}情节：{ground.label}"
                    self._say("ground", text, ground.cite, documents=each.documents)
        leans = weighing.leans
        if all(lean.lighter and lean.heavier for lean in leans):
            self._say("weight", "既有从轻、减轻情节，又有从重情节：须综合裁量，并说明理由")
        elif any(lean.lighter or lean.heavier for lean in leans) and not act.is_weighed:
            self._say("weight", "本基准没有写明情节如何改变阶次：在本档幅度内从轻或者从重")

    def grades(self, grades: Sequence[Grade]) -> None:
        """Say which grades the case may belong to."""
        word = "裁量阶次" if len(grades) == 1 else "裁量阶次待定，可能是"
        for grade in grades:
            text = f"{word}：{grade.label}，罚款{self.fine_text(grade.fine)}"
            self._say("grade", text, grade.cite, grade.reading)

    def arithmetic(self, branch: Branch, grade: Grade, case: Mapping[str, Known]) -> None:
        """Show how the ends of the fine come about."""
        statutory = span_of(branch.fine, case)
        for fine, cite in ((branch.fine, branch.cite), (grade.fine, grade.cite)):
            if fine.form is Form.MULTIPLE:
                self._say("arithmetic", self._product(fine, case), cite)
        if grade.fine.form is Form.SHARE:
            self._say("arithmetic", _shares(grade.fine, statutory), grade.cite)

    def reduction(self, weighing: Weighing) -> None:
        """Say that the fine may or must lie below the statutory minimum."""
        if all(lean.must_reduce for lean in weighing.leans):
            self._say("reduction", "应当减轻：罚款低于法定最低限")
        elif all(lean.may_reduce for lean in weighing.leans):
            self._say("reduction", "可以减轻：罚款可以低于本档下限和法定最低限")

    def rounding(self, low: int, high: int | None) -> None:
        """Say the result, and how it was rounded."""
        rounding = self.benchmark.rounding
        unit = _UNITS[rounding.to.value]
        text = f"罚款：{format_money(low)}" if low == high else f"罚款幅度：{range_text(low, high)}"
        self._say("rounding", f"{text}（下限进到{unit}，上限舍到{unit}）", rounding.cite, rounding.reading)

    def missing(self, names: Sequence[str]) -> None:
        """Say what has to be found out still."""
        facts = self.benchmark.all_facts()
        if names:
            self._say("missing", "尚待查明：" + "、".join(facts[name].label for name in names))

    def fine_text(self, fine: Fine) -> str:
        """Return a fine as a reader sees it."""
        of = self.benchmark.all_facts()[fine.of].label if fine.of else ""
        of = "法定幅度的" if fine.form is Form.SHARE else of
        cap = f"，最高{constant_text(fine.cap)}" if fine.cap else ""
        return f"{of}{_span_text(fine.low, fine.high)}{cap}"

    def _product(self, fine: Fine, case: Mapping[str, Known]) -> str:
        fact = self.benchmark.all_facts()[fine.of]
        base = f"{fact.label}{value_text(fact, case[fine.of])}"
        # A lower end of nothing is not worth a line.
        ends = {number_of(edge.value): edge for edge in (fine.low, fine.high) if edge is fine.high or edge.value.value}
        return "；".join(
            f"{base}×{constant_text(edge.value)}＝{self._capped(fine, edge, case)}" for edge in ends.values()
        )

    def _capped(self, fine: Fine, edge: Edge, case: Mapping[str, Known]) -> str:
        product = number_of(edge.value) * int(case[fine.of])
        if fine.cap is not None and product > number_of(fine.cap):
            return f"{format_money(product)}，以{constant_text(fine.cap)}为限"
        return format_money(product)

    def _say(
        self,
        kind: str,
        text: str,
        cite: Cite | None = None,
        reading: Reading | None = None,
        documents: Mapping[str, Document] | None = None,
    ) -> None:
        source = None
        if cite is not None:
            document = (documents or self.benchmark.documents)[cite.doc]
            assert document.source_quality is not None  # noqa: S101 - the reader demands it
            source = Source(
                document.title, document.number, cite.clause, cite.quote or cite.gist, document.source_quality
            )
        self.steps.append(Step(kind, text, source, reading.text if reading else ""))


def value_text(fact: Field, value: Known) -> str:
    """Return a fact of a case as a reader sees it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value
    return format_money(value) if fact.dimension is Dimension.MONEY else f"{value:,}{fact.unit}"


def constant_text(literal: Literal) -> str:
    """Return a constant of a fine as a reader sees it."""
    number = number_of(literal)
    if literal.dimension is Dimension.MONEY:
        return format_money(number)
    return literal.text if literal.text.endswith("倍") else format_ratio(number)


def range_text(low: int, high: int | None) -> str:
    """Return a range of fines as a reader sees it."""
    start = format_money(low)
    return f"{start}以上，上限待定" if high is None else f"{start}至{format_money(high)}"


def _span_text(low: Edge, high: Edge) -> str:
    if low == high:
        return constant_text(low.value)
    end = f"{constant_text(high.value)}以下" if high.is_included else f"不足{constant_text(high.value)}"
    if not number_of(low.value) and low.is_included:
        return end
    start = constant_text(low.value)
    return f"{start}以上{end}" if low.is_included else f"超过{start}、{end}"


def _shares(fine: Fine, statutory: Span) -> str:
    low, high = statutory.low, statutory.high
    width = f"（{format_money(high)}－{format_money(low)}）"
    shares = dict.fromkeys((number_of(fine.low.value), number_of(fine.high.value)))
    return "；".join(
        f"{format_money(low)}＋{width}×{format_ratio(share)}＝{format_money(low + (high - low) * share)}"
        for share in shares
    )
