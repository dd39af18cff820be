"""A case and the day of the act → the exact range of the fine, with the clause beside each step."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from enforcement.discretion.cells import Cell, Truth, cells, holds
from enforcement.discretion.facts import MOST_MONEY
from enforcement.discretion.model import Act, Benchmark, Branch, Effect, Grade, Known, Weight
from enforcement.discretion.sentences import Step, Writer
from enforcement.discretion.spans import Span, hull, rounded, span_of
from enforcement.discretion.weighing import Lean, Weighing, weigh
from rules.language.model import SourceQuality

_QUALITIES = (
    SourceQuality.OFFICIAL,
    SourceQuality.COPY,
    SourceQuality.SUMMARY,
    SourceQuality.UNVERIFIED,
)


class Status(Enum):
    """How far a case is decided."""

    DECIDED = "已定幅度"
    NEEDS_INFO = "待补充"  # facts are lacking; the range holds for everything they may turn out to be
    NEEDS_REVIEW = "须综合裁量"  # grounds pull both ways
    EXEMPT = "不予处罚"
    NOT_IN_FORCE = "不在有效期"


class Exempt(Enum):
    """Whether a no-penalty rule applies; UNKNOWN where facts are lacking that decide it."""

    NONE = "无"
    MAY = "可以不予处罚"
    MUST = "不予处罚"
    UNKNOWN = "待查明"


@dataclass(frozen=True, slots=True)
class Range:
    """Fines in whole 分, both ends included; `high` is None while a fact is lacking that would limit it."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a benchmark says of a case.

    `fine` is the range if a fine is imposed, `statutory` what the law allows; None where the question does not arise.
    `grades` and `branches` are those still possible. `quality` is the worst source that a step rests on.
    """

    benchmark: str
    act: str
    on: date
    status: Status
    exemption: Exempt
    fine: Range | None
    statutory: Range | None
    branches: tuple[str, ...]
    grades: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[Step, ...]
    quality: SourceQuality


class _Outcome(NamedTuple):
    """What one cell and one way of leaning come to: spans that hold the fines of every case of the cell."""

    branch: Branch
    grade: Grade
    statutory: Span
    fine: Span
    grows: bool  # with a number that is not known exactly
    is_statutory_endless: bool
    is_fine_endless: bool


class _Line(NamedTuple):
    cell: Cell
    lean: Lean
    outcomes: tuple[_Outcome, ...]  # several where a person has to weigh


def assess(benchmark: Benchmark, act: Act, case: Mapping[str, Known], on: date) -> Assessment:
    """Return the range of the fine for an act done on a day.

    `benchmark` comes from a library that has passed the lint; `case` from `read_case`. A fact that is absent is not
    known: the range then covers whatever it may be, and `missing` names it.
    """
    writer = Writer(benchmark)
    answer = Answer(benchmark, act, on, writer)
    if on < benchmark.from_ or (benchmark.to is not None and on > benchmark.to):
        writer.not_in_force(on)
        return answer.make(Status.NOT_IN_FORCE)
    weighing = weigh(benchmark, case, on)
    writer.case(act, case)
    writer.exemptions(weighing)
    if weighing.of(Effect.MUST) is Truth.TRUE:
        return answer.make(Status.EXEMPT, exemption=Exempt.MUST, fine=Range(0, 0))
    lines = [
        _Line(cell, lean, tuple(_outcomes(act, cell, lean)))
        for cell in cells(act, benchmark, case)
        for lean in weighing.leans
    ]
    return _conclude(answer, lines, weighing, case)


@dataclass(frozen=True, slots=True)
class Answer:
    """The part of an assessment that is known from the question."""

    benchmark: Benchmark
    act: Act
    on: date
    writer: Writer

    def make(
        self,
        status: Status,
        *,
        exemption: Exempt = Exempt.NONE,
        fine: Range | None = None,
        statutory: Range | None = None,
        rows: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
        missing: tuple[str, ...] = (),
    ) -> Assessment:
        """Return the whole assessment; `rows` are the ids of statutory ranges and of grades."""
        steps = tuple(self.writer.steps)
        own = [document.source_quality for document in self.benchmark.documents.values()]
        seen = [step.source.quality for step in steps if step.source] or [each for each in own if each]
        return Assessment(
            benchmark=self.benchmark.id,
            act=self.act.id,
            on=self.on,
            status=status,
            exemption=exemption,
            fine=fine,
            statutory=statutory,
            branches=rows[0],
            grades=rows[1],
            missing=missing,
            steps=steps,
            quality=max(seen, key=_QUALITIES.index),
        )


def _conclude(answer: Answer, lines: list[_Line], weighing: Weighing, case: Mapping[str, Known]) -> Assessment:
    outcomes = [outcome for line in lines for outcome in line.outcomes]
    low, high = rounded(hull(outcome.fine for outcome in outcomes), answer.benchmark.rounding.to.value)
    if weighing.of(Effect.MUST) is Truth.UNKNOWN:
        low = 0
    fine = Range(low, None if any(outcome.is_fine_endless for outcome in outcomes) else high)
    low, high = rounded(hull(outcome.statutory for outcome in outcomes), 1)
    statutory = Range(low, None if any(outcome.is_statutory_endless for outcome in outcomes) else high)
    branches = tuple(each for each in answer.act.branches if any(outcome.branch is each for outcome in outcomes))
    grades = tuple(each for each in answer.act.grades if any(outcome.grade is each for outcome in outcomes))
    missing = _missing(answer.act, lines, weighing, case)
    is_torn = all(lean.lighter and lean.heavier for lean in weighing.leans)

    writer = answer.writer
    writer.branches(branches)
    writer.grounds(weighing, answer.act)
    writer.grades(grades)
    if len(outcomes) == 1 and not outcomes[0].grows:
        writer.arithmetic(outcomes[0].branch, outcomes[0].grade, case)
    writer.reduction(weighing)
    writer.rounding(fine.low, fine.high)
    writer.missing(missing)
    return answer.make(
        Status.NEEDS_INFO if missing else Status.NEEDS_REVIEW if is_torn else Status.DECIDED,
        exemption=_exemption(weighing),
        fine=fine,
        statutory=statutory,
        rows=(tuple(each.id for each in branches), tuple(each.id for each in grades)),
        missing=missing,
    )


def _exemption(weighing: Weighing) -> Exempt:
    answers = (weighing.of(Effect.MUST), weighing.of(Effect.MAY))
    if answers == (Truth.FALSE, Truth.TRUE):
        return Exempt.MAY
    return Exempt.UNKNOWN if Truth.UNKNOWN in answers else Exempt.NONE


# ── one cell ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _outcomes(act: Act, cell: Cell, lean: Lean) -> Iterator[_Outcome]:
    case = cell.first
    # The lint has proved that exactly one of each holds.
    branch = next(each for each in act.branches if holds(each.when, case) is Truth.TRUE)
    for weight in lean.weights if act.is_weighed else (Weight.NORMAL,):
        grade = next(each for each in act.grades if belongs(each, case, weight))
        yield _outcome(branch, grade, cell, lean)


def belongs(grade: Grade, case: Mapping[str, Known], weight: Weight) -> bool:
    """Tell whether a case with grounds of a weight belongs to a grade."""
    return grade.weight in {None, weight} and holds(grade.when, case) is Truth.TRUE


def _outcome(branch: Branch, grade: Grade, cell: Cell, lean: Lean) -> _Outcome:
    statutory = [span_of(branch.fine, corner) for corner in cell.corners()]
    fines = [
        _reduced(span_of(grade.fine, corner, range_), range_, lean)
        for corner, range_ in zip(cell.corners(), statutory, strict=True)
    ]
    bases = {branch.fine.of, grade.fine.of} - {""}
    has_no_end = any(cell.pieces[name].last == MOST_MONEY != cell.pieces[name].first for name in bases)
    return _Outcome(
        branch,
        grade,
        hull(statutory),
        hull(fines),
        grows=len(set(statutory)) > 1 or len(set(fines)) > 1,
        is_statutory_endless=has_no_end and len({span.high for span in statutory}) > 1,
        is_fine_endless=has_no_end and len({span.high for span in fines}) > 1,
    )


def _reduced(fine: Span, statutory: Span, lean: Lean) -> Span:
    """Return the fine as grounds for reduction open it downwards: 减轻 means below the statutory minimum."""
    if not lean.may_reduce:
        return fine
    if lean.must_reduce and not lean.heavier and statutory.low > 0:
        return Span(Fraction(0), statutory.low, has_high=False)
    return replace(fine, low=Fraction(0), has_low=True)


# ── what has to be found out ─────────────────────────────────────────────────────────────────────────────────────


def _missing(act: Act, lines: list[_Line], weighing: Weighing, case: Mapping[str, Known]) -> tuple[str, ...]:
    """Return the facts not known that make a difference: two lines that differ in one alone have other outcomes."""
    names: dict[str, None] = {}
    for name in act.facts():
        if name not in case and (_grows_with(name, lines) or _decides(lines, partial(_without_fact, name))):
            names[name] = None
    for place, grounds in enumerate(weighing.open_grounds):
        if _decides(lines, partial(_without_lean, place)):
            names |= dict.fromkeys(grounds)
    for effect in Effect:
        names |= dict.fromkeys(sorted(weighing.open_facts(effect, case)))
    return tuple(names)


def _grows_with(name: str, lines: list[_Line]) -> bool:
    return any(
        outcome.grows and name in {outcome.branch.fine.of, outcome.grade.fine.of}
        for line in lines
        for outcome in line.outcomes
    )


def _decides(lines: list[_Line], rest: Callable[[_Line], Hashable]) -> bool:
    found: dict[Hashable, tuple[_Outcome, ...]] = {}
    return any(found.setdefault(rest(line), line.outcomes) != line.outcomes for line in lines)


def _without_fact(name: str, line: _Line) -> Hashable:
    return tuple(piece for other, piece in line.cell.pieces.items() if other != name), line.lean


def _without_lean(place: int, line: _Line) -> Hashable:
    return tuple(line.cell.pieces.values()), (*line.lean[:place], *line.lean[place + 1 :])
