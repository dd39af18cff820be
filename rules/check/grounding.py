"""Hold every number and boundary word of a rule against the text of the clause it cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rules.calendar import Period, add_period
from rules.check.codes import finding
from rules.check.mentions import ClauseText, Mention, read_clause
from rules.check.stated import Stated, leaves_in, stated_by_leaf, stated_by_step, stated_by_value, step_conditions
from rules.language.findings import Finding
from rules.language.model import (
    CapAmount,
    CapBase,
    Cite,
    Condition,
    Dimension,
    ForEach,
    Group,
    Instalments,
    Literal,
    Policy,
    Position,
    Range,
    Reading,
    Step,
    Tiers,
    Version,
    Vocabulary,
    Word,
)

_OPPOSITE = {Word.FROM: Word.BELOW, Word.BELOW: Word.FROM, Word.OVER: Word.UPTO, Word.UPTO: Word.OVER}
_INCLUSIVE_TWIN = {Word.FROM: Word.OVER, Word.OVER: Word.FROM, Word.UPTO: Word.BELOW, Word.BELOW: Word.UPTO}
_WORD_TEXT = {
    Word.FROM: "不低于（from）",
    Word.OVER: "超过（over）",
    Word.UPTO: "不超过（upto）",
    Word.BELOW: "低于（below）",
}
_PERIOD_UNITS = {
    "years": {"年", "个自然年度", "个年度", "周岁", "岁"},
    "months": {"月", "个月"},
    "days": {"天", "日"},
    "working_days": {"个工作日", "工作日"},
}
_TRIVIAL = frozenset({Fraction(0), Fraction(1)})


@dataclass(frozen=True, slots=True)
class _Source:
    """The clause text in force for a node: the cite, and what a recorded reading adds to it."""

    cite: Cite
    clause: ClauseText
    reading: ClauseText | None

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return self.clause.mentions + (self.reading.mentions if self.reading else ())

    @property
    def dates(self) -> frozenset[date]:
        return self.clause.dates | (self.reading.dates if self.reading else frozenset())


def _source(cite: Cite | None, reading: Reading | None) -> _Source | None:
    text = f"{cite.quote}；{cite.gist}" if cite else ""
    if cite is None or text == "；":
        return None
    return _Source(cite, read_clause(text), read_clause(reading.text) if reading else None)


def ground_policy(policy: Policy) -> Iterator[Finding]:
    """Yield what the clauses of a policy do not bear out."""
    for parameter in policy.params.values():
        for value in parameter.values:
            yield from _check([Stated(value.value, None, value.position)], _source(value.cite, None), policy.id)
    for version in policy.versions:
        yield from _ground_dates(version, policy.id)
        yield from ground_condition(version.eligibility, policy.id)
        yield from _ground_steps(version.steps, None, policy.id)
        yield from _ground_caps(policy, version)
        if version.ceiling:
            stated = [Stated(version.ceiling.value, None, version.ceiling.position)]
            yield from _check(stated, _source(version.ceiling.cite, None), policy.id)


def ground_condition(condition: Condition, owner: str) -> Iterator[Finding]:
    """Yield what the clauses of an eligibility tree or a condition set do not bear out."""
    for leaf in leaves_in(condition):
        yield from ground_stated(stated_by_leaf(leaf), leaf.cite, leaf.reading, owner)


def ground_stated(
    stated: Iterable[Stated], cite: Cite | None, reading: Reading | None, owner: str
) -> Iterator[Finding]:
    """Yield the constants that a clause and its recorded reading do not bear out."""
    yield from _check(stated, _source(cite, reading), owner)


def ground_group(group: Group) -> Iterator[Finding]:
    """Yield what the clause of a group does not bear out."""
    if group.cap is not None:
        yield from _check(stated_by_value(group.cap), _source(group.cite, None), group.id)


def ground_vocabulary(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what the clauses of computed facts do not bear out."""
    for derived in vocabulary.derived.values():
        yield from _check(stated_by_value(derived.value), _source(derived.cite, None), derived.name)


def _ground_steps(steps: tuple[Step, ...], outer: _Source | None, owner: str) -> Iterator[Finding]:
    for step in steps:
        source = _source(step.cite, step.reading) or outer
        for condition in step_conditions(step):
            for leaf in leaves_in(condition):
                yield from _check(stated_by_leaf(leaf), _source(leaf.cite, leaf.reading) or source, owner)
        yield from _check(stated_by_step(step), source, owner)
        if isinstance(step, ForEach):
            yield from _ground_steps(step.steps, source, owner)


def _check(stated: Iterable[Stated], source: _Source | None, owner: str) -> Iterator[Finding]:
    if source is None:
        return
    for entry in stated:
        mentions = [mention for mention in source.mentions if _states(mention, entry)]
        if not mentions and not _is_trivial(entry) and not _dated(entry, source):
            yield _missing_number(entry, source, owner)
        elif entry.word is not None and not _agrees(entry, entry.word, mentions, source):
            yield _wrong_word(entry, mentions, owner)


def _states(mention: Mention, stated: Stated) -> bool:
    constant = stated.constant
    if isinstance(constant, Period):
        return any(
            getattr(constant, part) and mention.unit in units and mention.value == getattr(constant, part)
            for part, units in _PERIOD_UNITS.items()
        ) or (constant.months > 0 and mention.unit == "年" and mention.value * 12 == constant.months)
    if not isinstance(constant.value, Fraction):
        return False
    if constant.dimension is Dimension.MONEY:
        return mention.value * 100 == constant.value and (
            mention.unit == "元" or (not mention.unit and (mention.scaled or constant.value < 1_000_000))
        )
    if constant.dimension is Dimension.RATIO:
        return mention.value == constant.value and mention.unit in {"%", "倍", ""}
    return mention.value == constant.value and mention.unit not in {"元", "%"}


def _is_trivial(stated: Stated) -> bool:
    """Tell whether a constant needs no support: dates and codes, 0, “at least one”, bare numbers inside arithmetic."""
    constant = stated.constant
    if isinstance(constant, Period):
        return False
    if isinstance(constant.value, date):
        return False
    if not isinstance(constant.value, Fraction):
        return True
    if constant.dimension is Dimension.MONEY:
        return constant.value == 0
    is_bare = constant.text.replace(".", "").isdigit()
    return constant.value in _TRIVIAL or (stated.in_arithmetic and is_bare)


def _dated(stated: Stated, source: _Source) -> bool:
    value = stated.constant.value if isinstance(stated.constant, Literal) else None
    return isinstance(value, date) and (value in source.dates or not source.dates)


def _agrees(stated: Stated, word: Word, mentions: list[Mention], source: _Source) -> bool:
    said = {word for mention in mentions for word in mention.words}
    if not said or word in said:
        return True
    # “不足1万元的不予安排” pays from 1万元; “超过500万元部分按10%” leaves the row before it up to 500万元.
    if _OPPOSITE[word] in said and (source.clause.is_negative or stated.in_row):
        return True
    # A recorded reading may decide which of two touching classes owns the number, and nothing else.
    both_sides = {Word.FROM, Word.UPTO} <= said
    return source.reading is not None and both_sides and _INCLUSIVE_TWIN[word] in said


def _missing_number(stated: Stated, source: _Source, owner: str) -> Finding:
    constant = stated.constant
    text = str(constant) if isinstance(constant, Period) else constant.text
    said = "、".join(dict.fromkeys(mention.text for mention in source.clause.mentions)) or "没有数字"
    clause = source.cite.clause
    return finding(
        "grounding.number",
        stated.position,
        f"数字“{text}”在所引{clause}的文字里找不到（文字中有：{said}）",
        "改正数字，或在 quote/gist 中补上条款的这句话；确属解释的写入 reading",
        owner,
    )


def _wrong_word(stated: Stated, mentions: list[Mention], owner: str) -> Finding:
    said = "或".join(_WORD_TEXT[word] for word in Word if any(word in mention.words for mention in mentions))
    own = _WORD_TEXT[stated.word] if stated.word else ""
    text = str(stated.constant) if isinstance(stated.constant, Period) else stated.constant.text
    return finding(
        "grounding.boundary",
        stated.position,
        f"“{text}”在条款中的意思是{said}，规则写成了{own}",
        "“以上、以下、以内、不低于、不超过”含本数，“超过、低于、不满、不足”不含本数；照条款改边界词，或写明 reading",
        owner,
    )


def _ground_caps(policy: Policy, version: Version) -> Iterator[Finding]:
    """Demand a cap for every upper limit that a clause of the amount names."""
    limits = _limits(policy, version)
    for step in _all_steps(version.steps):
        source = _source(step.cite, None)
        for mention in source.clause.mentions if source else ():
            is_money = mention.unit == "元" or (not mention.unit and mention.scaled)
            if mention.is_cap and is_money and mention.value * 100 not in limits:
                yield finding(
                    "grounding.cap-without-step",
                    step.position,
                    f"条款写明上限“{mention.text}”，金额步骤中没有这个封顶",
                    f"增加一步 cap_amount: {mention.text}",
                    policy.id,
                )


def _limits(policy: Policy, version: Version) -> set[Fraction]:
    """Collect every amount that may be a limit: caps, parameters, tier values, and money inside arithmetic."""
    found: set[Fraction] = set()
    for step in _all_steps(version.steps):
        if isinstance(step, CapAmount | CapBase | Instalments | Range | Tiers | ForEach):
            found |= _money(stated_by_step(step))
        else:
            found |= _money(stated for stated in stated_by_step(step) if _is_inner_limit(stated))
    for parameter in policy.params.values():
        found |= _money(Stated(value.value, None, value.position) for value in parameter.values)
    if version.ceiling:
        found |= _money([Stated(version.ceiling.value, None, version.ceiling.position)])
    return found


def _all_steps(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, ForEach):
            yield from _all_steps(step.steps)


def _is_inner_limit(stated: Stated) -> bool:
    return stated.in_arithmetic or stated.word is not None


def _money(stated: Iterable[Stated]) -> set[Fraction]:
    return {
        entry.constant.value
        for entry in stated
        if isinstance(entry.constant, Literal)
        and entry.constant.dimension is Dimension.MONEY
        and isinstance(entry.constant.value, Fraction)
    }


def _ground_dates(version: Version, owner: str) -> Iterator[Finding]:
    source = _source(version.cite, version.reading)
    if source is not None and source.dates:
        stated = [(version.from_, "生效日")] + ([(version.to, "失效日")] if version.to else [])
        allowed = source.dates | _ends_by_period(source, version.from_)
        for day, name in stated:
            if day not in allowed:
                yield _wrong_date(day, name, source.dates, version.position, owner)
    window = version.window
    source = _source(window.cite, None) if window else None
    if window is not None and source is not None and source.clause.month_days:
        edges = [(edge.month, edge.day) for span in window.spans for edge in (span.from_, span.to)] + list(
            window.yearly or ()
        )
        for month, day_of_month in edges:
            if (month, day_of_month) not in source.clause.month_days:
                yield finding(
                    "grounding.date",
                    window.position,
                    f"申报日期{month}月{day_of_month}日在条款文字里找不到",
                    "照条款改正日期，或补全 gist",
                    owner,
                )


def _ends_by_period(source: _Source, start: date) -> frozenset[date]:
    """Return the last days that “valid for n years” gives: the day before the corresponding day."""
    years = {int(m.value) for m in source.mentions if m.unit == "年" and m.value.denominator == 1 and 0 < m.value < 100}
    return frozenset(date.fromordinal(add_period(start, years=count).toordinal() - 1) for count in years)


def _wrong_date(day: date, name: str, said: frozenset[date], position: Position, owner: str) -> Finding:
    dates = "、".join(sorted(entry.isoformat() for entry in said))
    return finding(
        "grounding.date",
        position,
        f"{name}{day.isoformat()}与条款文字中的日期（{dates}）不一致",
        "照条款改正日期，或补全 gist",
        owner,
    )
