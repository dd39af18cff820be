"""Tell a program's conditions and amounts to a reader: short sentences, what hangs on them below, tables as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from rules.language.describe import Speaker
from rules.language.model import (
    Aggregate,
    AggregateKind,
    AllOf,
    AmountOf,
    AnyOf,
    AtLeast,
    Bundle,
    Cases,
    Cite,
    Condition,
    Document,
    ForEach,
    Leaf,
    Manual,
    Not,
    Operation,
    Policy,
    Reading,
    Shift,
    Step,
    Table,
    Test,
    TierMode,
    Tiers,
    Use,
    Value,
    Version,
    Word,
)
from web.services.catalogue_speaker import BriefSpeaker, speaker_on
from web.services.results_page import Clause

_NOT_VALUES = frozenset({"id", "position", "when", "cite", "reading", "label", "steps", "where", "rows"})


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of values: what decides, and the value."""

    caption: str
    head: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One condition or step: its sentence, the clause beside it, and what is told below it.

    `kind` is condition, manual, all, any, not, at_least, use or step; `only_if` are the conditions of a step, `counted` those
    of the items that count.
    """

    kind: str
    text: str
    clause: Clause | None = None
    reading: str = ""
    parts: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    only_if: tuple[Line, ...] = ()
    counted: tuple[Line, ...] = ()


# ── a program ────────────────────────────────────────────────────────────────────────────────────────────────────


def conditions_of(bundle: Bundle, policy: Policy, version: Version, on: date) -> tuple[Line, ...]:
    """Return who can apply, one line per condition."""
    return _Teller(bundle, policy, on).top(version.eligibility)


def steps_of(bundle: Bundle, policy: Policy, version: Version, on: date) -> tuple[Line, ...]:
    """Return how much is paid, one line per step."""
    teller = _Teller(bundle, policy, on)
    return tuple(teller.step(step) for step in version.steps)


def clause_of(cite: Cite | None, documents: Iterable[Document]) -> Clause | None:
    """Return where a line stands in the law."""
    if cite is None:
        return None
    words, is_quote = cite.quote or cite.gist, bool(cite.quote)
    known = next((document for document in documents if document.id == cite.doc), None)
    if known is None:
        return Clause("", "", cite.clause, words, is_quote, "")
    quality = known.source_quality.value if known.source_quality else ""
    return Clause(known.title, known.number, cite.clause, words, is_quote, quality)


class _Teller:
    """Turns nodes into lines."""

    def __init__(self, bundle: Bundle, policy: Policy, on: date) -> None:
        self._bundle = bundle
        self._policy = policy
        self._documents: Sequence[Document] = policy.documents
        self._say = speaker_on(bundle, policy, on)

    def top(self, node: Condition) -> tuple[Line, ...]:
        """Return the lines of a condition; one that needs all of its parts is those parts."""
        if isinstance(node, AllOf) and not node.label:
            return tuple(self.line(part, self._say) for part in node.of)
        return (self.line(node, self._say),)

    def line(self, node: Condition, say: BriefSpeaker) -> Line:
        match node:
            case Leaf():
                return self._leaf(node, say)
            case Manual():
                return Line("manual", node.text, clause_of(node.cite, self._documents))
            case Use():
                return self._use(node, say)
            case Not():
                return Line("not", node.label or "不得有下列情形", parts=(self.line(node.of, say),))
            case AllOf():
                return self._group("all", node.label or "须全部满足", node.of, say)
            case AnyOf():
                return self._group("any", node.label or "满足任一项", node.of, say)
            case AtLeast():
                return self._group("at_least", node.label or f"至少满足 {node.n} 项", node.of, say)

    def _group(self, kind: str, text: str, of: Iterable[Condition], say: BriefSpeaker) -> Line:
        return Line(kind, text, parts=tuple(self.line(part, say) for part in of))

    def _leaf(self, leaf: Leaf, say: BriefSpeaker) -> Line:
        text = say.leaf(leaf)
        if isinstance(leaf.operand, Aggregate) and leaf.operand.kind is AggregateKind.COUNT and not leaf.label:
            text = _count_words(text)
        values = (leaf.operand, *(bound for test in leaf.tests for bound in test.bounds))
        return Line(
            "condition",
            text,
            clause_of(leaf.cite, self._documents),
            leaf.reading.text if leaf.reading else "",
            grids=tuple(_grids(values, say)),
            counted=self._counted(values, say),
        )

    def _counted(self, values: Iterable[Any], say: BriefSpeaker) -> tuple[Line, ...]:
        """Return the conditions of the items that values are made from."""
        lines: list[Line] = []
        for value, speaker in _parts_of(values, say):
            if isinstance(value, Aggregate) and value.where:
                lines += self._inside(value.where, speaker.inside(value.list_name))
        return tuple(dict.fromkeys(lines))

    def _inside(self, node: Condition, say: BriefSpeaker) -> tuple[Line, ...]:
        nodes = node.of if isinstance(node, AllOf) and not node.label else (node,)
        return tuple(self.line(part, say) for part in nodes)

    def _use(self, node: Use, say: BriefSpeaker) -> Line:
        shared = self._bundle.condition_sets[node.set_id]
        outer, self._documents = self._documents, shared.documents
        try:
            parts = self._inside(shared.condition, say)
        finally:
            self._documents = outer
        return parts[0] if len(parts) == 1 else Line("use", shared.title, parts=parts)

    def step(self, step: Step, say: BriefSpeaker | None = None) -> Line:
        say = say or self._say
        text = say.step(replace(step, when=None))
        parts: tuple[Line, ...] = ()
        only_if = self._inside(step.when, say) if step.when else ()
        counted = self._counted(_values_of(step), say)
        if isinstance(step, AmountOf):
            text = self._amount_of(step)
        if isinstance(step, ForEach):
            inside = say.inside(step.list_name)
            counted += self._inside(step.where, inside) if step.where else ()
            parts = tuple(self.step(each, inside) for each in step.steps)
            text += _limit_words(step, inside)
        return Line(
            "step",
            _count_words(text),
            clause_of(step.cite, self._documents),
            step.reading.text if isinstance(step.reading, Reading) else "",
            parts,
            tuple(_step_grids(step, say)),
            only_if,
            counted,
        )

    def _amount_of(self, step: AmountOf) -> str:
        known = self._bundle.policies.get(step.policy)
        name = f"“{known.title}”" if known else step.policy
        return f"{step.label}：按{name}的办法计算" if step.label else f"按{name}的办法计算"


def _count_words(text: str) -> str:
    return text.replace("的项数不低于", "不少于").replace("的项数超过", "多于").replace("的项数", "的数量")


def _limit_words(step: ForEach, inside: BriefSpeaker) -> str:
    if step.limit is None:
        return ""
    per = f"每个{inside.fact(step.limit.per)}" if step.limit.per else ""
    return f"；{per}最多计{inside.value(step.limit.count)}项"


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _step_grids(step: Step, say: BriefSpeaker) -> Iterator[Grid]:
    if isinstance(step, Tiers):
        yield _tiers(step, say)
    yield from _grids(_values_of(step), say)


def _values_of(step: Step) -> list[Any]:
    """Return the values that a step computes with; its conditions and inner steps are told apart."""
    return [getattr(step, part.name) for part in fields(step) if part.name not in _NOT_VALUES]


def _parts_of(values: Iterable[Any], say: BriefSpeaker) -> Iterator[tuple[Any, BriefSpeaker]]:
    """Yield values with what they are made of, each with a speaker who knows its facts; conditions are left out."""
    for value in values:
        yield value, say
        match value:
            case Operation():
                yield from _parts_of(value.args, say)
            case Aggregate(of=of) if of is not None:
                yield from _parts_of((of,), say.inside(value.list_name))
            case Shift():
                yield from _parts_of((value.base,), say)


def _tiers(step: Tiers, say: BriefSpeaker) -> Grid:
    base = _count_words(say.base(step.of))
    is_whole = step.mode is TierMode.WHOLE
    rows = []
    for row in step.rows:
        if row.rate:
            value = say.value(row.rate)
        elif row.each:
            value = f"每单位{say.value(row.each)}"
        else:
            value = say.value(row.value) if row.value else ""
        span = _row_words(row.tests, step.of, say)
        rows.append((span if is_whole or span == "其余" else f"{span}的部分", value))
    return Grid(f"{base}分档", (base, "比例" if all(row.rate for row in step.rows) else "标准"), tuple(rows))


def _grids(values: Iterable[Any], say: BriefSpeaker) -> Iterator[Grid]:
    """Yield the tables that stand in values."""
    for value, speaker in _parts_of(values, say):
        if not isinstance(value, Table | Cases):
            continue
        rows = tuple(_rows(value, speaker))
        if len(rows) > 1:
            head = speaker.value(value.by) if isinstance(value, Table) else "情形"
            yield Grid(f"{head}对应的标准", (head, "标准"), rows)


def _rows(node: Table | Cases, say: BriefSpeaker, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the rows of a table, those of a table inside a row led by what leads to it."""
    for row in node.rows:
        if isinstance(node, Table):
            name = say.value(node.by) if before else ""
            words = _row_words(row.tests, node.by, say)  # type: ignore[union-attr]
            words = f"{name}{words}" if before and words != "其余" else words
        else:
            words = _case_words(row.when, say)  # type: ignore[union-attr]
        lead = f"{before}；{words}" if before else words
        if isinstance(row.value, Table | Cases):
            yield from _rows(row.value, say, lead)
        else:
            yield lead, say.value(row.value)


def _case_words(when: Condition | None, say: BriefSpeaker) -> str:
    """Return when a case applies; what could not stand below a cell is said in full."""
    if when is None:
        return "其余"
    words = say.condition(when)
    return Speaker(say.vocabulary, say.params, say.items).condition(when) if "下列条件" in words else words


def _row_words(tests: Sequence[Test], operand: Value | None, say: BriefSpeaker) -> str:
    """Return when a row applies; a single word to equal is that word."""
    texts = []
    for test in tests:
        text = say.test(test, operand) if operand else say.test(test, test.bounds[0])
        if test.word in (Word.IS, Word.IN, Word.PREFIX_IN):
            text = text.removeprefix("：").removeprefix("属于").removeprefix("为")
        texts.append(text)
    return "，".join(texts) or "其余"


def all_lines(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines with all that stands below them, in the order of the page."""
    for line in lines:
        yield line
        yield from all_lines(line.only_if)
        yield from all_lines(line.counted)
        yield from all_lines(line.parts)


def titles(bundle: Bundle, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the titles of programs of this installation."""
    return {one: bundle.policies[one].title for one in ids if one in bundle.policies}
