"""Answer 「如果……」: one figure of a stored result changed, the same rules asked again, the two results compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from matcher.advise import thresholds_of
from matcher.outcome import MatchResult, Money, Outcome, Status
from matcher.wire import from_json
from rules.language.model import Bundle, Dimension
from rules.language.quantities import format_value
from web.services.self_check_answers import BadAnswer, Typed, describe, exact, is_range, read_answer
from web.services.self_check_drafts import Answer
from web.services.self_check_questions import Question, parse_key, question_for
from web.services.self_check_rules import answers_from, judge, question_key
from web.store.tables import Result

_NUMBERS = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER})
WAN = 1_000_000  # 分
MOST_MARKS = 8
MOST_CHOICES = 40


@dataclass(frozen=True, slots=True)
class Box:
    """The number box with its slider, all numbers in `unit`; `choices` are the figures that may be varied."""

    key: str
    label: str
    unit: str
    size: int
    value: int
    least: int
    most: int
    step: int
    marks: tuple[tuple[int, str], ...]
    shown: str
    now: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A program that the change touches, before and after."""

    title: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change comes to: the figure in words, the totals, every program whose state or amount differs."""

    label: str
    text: str
    before: Money
    after: Money
    changed: tuple[Changed, ...]

    @property
    def difference(self) -> int | None:
        """Return by how much the total grows in 分, where both are exact."""
        if self.before.is_exact and self.after.is_exact:
            return self.after.min - self.before.min
        return None


@dataclass(slots=True)
class WhatIf:
    """What was asked and what it comes to, or what is wrong with the question."""

    box: Box | None
    comparison: Comparison | None = None
    errors: dict[str, str] = field(default_factory=dict)


def is_current(row: Result, bundle: Bundle) -> bool:
    """Tell whether the rules in force are those of the result; only then can it be varied."""
    return row.bundle == bundle.hash


def box_for(row: Result, bundle: Bundle, key: str = "", shown: str = "") -> Box | None:
    """Return the box for a figure, by default the one whose change promises most; None when there is no figure to vary."""
    found = from_json(row.outcome["match"])
    questions = _figures(row, bundle, found)
    if not questions:
        return None
    question = questions.get(key) or next(iter(questions.values()))
    answers = answers_from(row.profile["facts"], bundle.vocabulary, row.as_of)
    return _box(question, answers.get(question.key), _marks(row, bundle, question, found), shown, questions)


def read_what_if(row: Result, bundle: Bundle, key: str, typed: str | None) -> WhatIf:
    """Return what one other figure comes to; without a figure only the box for it."""
    box = box_for(row, bundle, key, typed or "")
    if typed is None or box is None or box.key != key:
        return WhatIf(box)
    found = parse_key(key, bundle.vocabulary, row.as_of)
    if found is None:
        return WhatIf(box)
    kind = bundle.vocabulary.fields[found.name]
    text = typed.strip()
    if text.replace(",", "").replace(".", "", 1).isdigit():
        text += box.unit
    try:
        value = read_answer(kind, Typed(text))
    except BadAnswer as error:
        return WhatIf(box, errors={"figure": str(error)})
    answers = answers_from(row.profile["facts"], bundle.vocabulary, row.as_of) | {key: Answer(value, "assumed")}
    after = judge(bundle, answers, row.profile["applicant"], row.as_of)
    return WhatIf(box, _compare(box.label, describe(kind, value), from_json(row.outcome["match"]), after))


def _figures(row: Result, bundle: Bundle, found: MatchResult) -> dict[str, Question]:
    """Return the figures worth varying: those of near misses first, then those answered, then those still open."""
    near = [key for key in row.outcome["near_keys"].values() if key]
    wanted = [key for key in near if key in row.profile["facts"]] + near
    wanted += [key for key in row.profile["facts"] if not is_range(row.profile["facts"][key]["value"])]
    wanted += [question.field for question in found.next_questions]
    questions: dict[str, Question] = {}
    for name in wanted:
        key = question_key(name, bundle.vocabulary, row.as_of) if "[" not in name else None
        if key is None or len(questions) >= MOST_CHOICES:
            continue
        kind = bundle.vocabulary.fields[key.name]
        if kind.dimension in _NUMBERS and kind.actionable:
            questions.setdefault(str(key), question_for(key, bundle.vocabulary))
    return questions


def _marks(row: Result, bundle: Bundle, question: Question, found: MatchResult) -> dict[Fraction, str]:
    """Return the values of a figure at which results jump, each with its words: near misses with what they lead to first."""
    kind = question.field
    marks: dict[Fraction, str] = {}
    for outcome in found.outcomes:
        near = outcome.near_miss
        if near and row.outcome["near_keys"].get(outcome.policy) == question.key:
            value = exact(kind, near.to_value)
            marks.setdefault(value, f"{format_value(value, kind.dimension, kind.unit)}：{outcome.title}")
    alive = {outcome.policy for outcome in found.outcomes if outcome.status is not Status.NOT_IN_FORCE}
    for value in thresholds_of(bundle, question.key, alive):
        if isinstance(value, Fraction) and value > 0:
            marks.setdefault(value, format_value(value, kind.dimension, kind.unit))
    return marks


def _box(
    question: Question, answer: Answer | None, marks: dict[Fraction, str], shown: str, questions: dict[str, Question]
) -> Box:
    kind = question.field
    is_known = answer is not None and answer.value is not None and not is_range(answer.value)
    now = exact(kind, answer.value) if is_known and answer else Fraction(0)
    near = sorted(marks, key=lambda mark: ("：" not in marks[mark], abs(mark - now)))[:MOST_MARKS]
    size = _size(kind.dimension, now, near)
    top = max([2 * now, *(mark * 5 / 4 for mark in near), Fraction(10 * size)])
    if isinstance(kind.maximum, Fraction):
        top = min(top, kind.maximum)
    most = -(-int(top) // size)
    step = _step(most)
    return Box(
        key=question.key,
        label=question.label,
        unit="万元" if size == WAN else question.unit,
        size=size,
        value=int(now // size),
        least=0,
        most=-(-most // step) * step,
        step=step,
        marks=tuple((int(mark / size), marks[mark]) for mark in sorted(near) if not mark % size),
        shown=shown or _plain(now / size),
        now=describe(kind, answer.value) if is_known and answer else "没有填",
        choices=tuple((key, one.label) for key, one in questions.items()),
    )


def _size(dimension: Dimension, now: Fraction, marks: list[Fraction]) -> int:
    """Return how many of the field's units one unit of the box is: 万元 where the thresholds are whole ones, else 元."""
    if dimension is not Dimension.MONEY:
        return 1
    return WAN if all(mark % WAN == 0 for mark in marks) and max([now, *marks]) >= 10 * WAN else 100


def _step(most: int) -> int:
    """Return a round step that gives the slider some two hundred places."""
    step = 1
    while most // step > 200:
        step *= 5 if str(step)[0] == "2" else 2  # 1, 2, 10, 20, 100, …
    return step


def _plain(number: Fraction) -> str:
    whole, rest = divmod(number, 1)
    if not rest:
        return str(int(whole))
    digits = f"{int(rest * 10**8):08d}".rstrip("0")
    return f"{int(whole)}.{digits}"


def _compare(label: str, text: str, before: MatchResult, after: MatchResult) -> Comparison:
    earlier = {outcome.policy: outcome for outcome in before.outcomes}
    changed = [
        Changed(outcome.title, earlier[outcome.policy], outcome)
        for outcome in after.outcomes
        if outcome.policy in earlier
        and (outcome.status, outcome.payable, outcome.amount)
        != (earlier[outcome.policy].status, earlier[outcome.policy].payable, earlier[outcome.policy].amount)
    ]
    changed.sort(key=lambda one: one.after.status is not Status.ELIGIBLE)
    return Comparison(label, text, before.combination.total, after.combination.total, tuple(changed))
