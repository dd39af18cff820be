"""Screen a table: one row of results per applicant and program in force, in memory that does not grow with the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from matcher.interpret.scope import Scope as Plain
from matcher.interpret.sentences import sentence_of
from matcher.outcome import Status
from matcher.vector.engine import Compiled
from matcher.vector.index import Verdicts
from matcher.vector.programs import STATUSES, UNBOUNDED, Answers, Program
from matcher.vector.results import COLUMNS, Results, Rows
from matcher.vector.tables import Part, Table, identity_columns
from rules.language.model import AllOf, AnyOf, AtLeast, Condition, Leaf, Manual, Not, Use

WORDS = {
    Status.ELIGIBLE: "符合",
    Status.NEEDS_REVIEW: "需人工审核",
    Status.NEEDS_INFO: "待补充",
    Status.INELIGIBLE: "暂未达到",
    Status.WINDOW_CLOSED: "不在申报期",
    Status.NOT_IN_FORCE: "不在有效期",
    Status.SUSPENDED: "暂停受理",
}
_BY_CONDITION = (Status.NEEDS_REVIEW, Status.NEEDS_INFO, Status.INELIGIBLE)
_LARGEST = 2**63 - 1  # of a cell; an amount beyond it has at least so much, and no upper bound that could be written
_ELSE = "申报期限未定，或有数值尚未公布"


def screen(compiled: Compiled, table: Table, target: Path) -> Iterator[int]:
    """Write the results of a whole table; yield the number of applicants done after each part."""
    names = identity_columns(
        [str(name) for name in table.headings.unknown + _columns(table)], compiled.bundle.vocabulary
    )
    texts = [_texts(program, compiled) for program in compiled.programs]
    done = 0
    with Results(target) as results:
        for part in table.parts():
            for rows in _results(compiled, part, texts, names):
                results.add(rows)
            done += part.population.size
            yield done


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(heading.column for heading in table.headings.facts)


def _results(compiled: Compiled, part: Part, texts: Sequence[Sequence[str]], names: Sequence[str]) -> Iterator[Rows]:
    verdicts = compiled.index.decide(part.population)
    size = part.population.size
    numbers = list(range(part.first, part.first + size))
    who = ["　".join(map(str, cells)) for cells in part.frame[list(names)].fillna("").itertuples(index=False)]
    for place, (program, answered) in enumerate(compiled.answer_with(verdicts, part.population)):
        if program.gate is Status.NOT_IN_FORCE:
            continue
        statuses = [STATUSES[code] for code in answered.status]
        least, most = _money(answered, size)
        columns = (
            numbers,
            who,
            [program.policy.id] * size,
            [program.policy.title] * size,
            [WORDS[status] for status in statuses],
            [status.value for status in statuses],
            least,
            most,
            _reasons(statuses, verdicts, place, texts[place]),
        )
        yield dict(zip(COLUMNS, columns, strict=True))


def _money(answered: Answers, size: int) -> tuple[list[int | None], list[int | None]]:
    least: list[int | None] = [None] * size
    most: list[int | None] = [None] * size
    if answered.has_amounts:
        for row, low, high in zip(answered.rows.tolist(), answered.least.tolist(), answered.most.tolist(), strict=True):
            least[row], most[row] = min(low, _LARGEST), None if high == UNBOUNDED or high > _LARGEST else high
    return least, most


def _reasons(statuses: Sequence[Status], verdicts: Verdicts, place: int, texts: Sequence[str]) -> list[str]:
    """Return for what is not a plain “yes” the first condition that makes it so."""
    numbers = verdicts.because(place)
    return [
        (texts[number] if number >= 0 else _ELSE) if status in _BY_CONDITION else ""
        for status, number in zip(statuses, numbers, strict=True)
    ]


def _texts(program: Program, compiled: Compiled) -> list[str]:
    place = compiled.programs.index(program)
    return [say(condition, program.plain) for _, condition in compiled.index.conjuncts[place]]


def say(condition: Condition, plain: Plain) -> str:
    """Return a condition as a sentence."""
    match condition:
        case Leaf():
            return sentence_of(condition, plain)
        case Manual(text=text):
            return text
        case Use(set_id=set_id):
            return plain.bundle.condition_sets[set_id].title
        case Not(of=child, label=label):
            return label or f"不属于：{say(child, plain)}"
        case AllOf(of=of, label=label):
            return label or "，且".join(say(child, plain) for child in of)
        case AnyOf(of=of, label=label):
            return label or f"满足其中一项：{'；'.join(say(child, plain) for child in of)}"
    assert isinstance(condition, AtLeast)  # noqa: S101  every other kind has been said
    texts = "；".join(say(child, plain) for child in condition.of)
    return condition.label or f"至少满足其中{condition.n}项：{texts}"
