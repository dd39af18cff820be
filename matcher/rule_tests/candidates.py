"""Applicants worth trying: those of the tests there are, with one fact moved to where something may change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from rules.check.mutants import QUANTUM
from rules.language.model import (
    Bundle,
    Derived,
    Dimension,
    FactRef,
    Field,
    Literal,
    Policy,
    PolicyTest,
    Shift,
    Span,
    Use,
    Version,
)
from rules.language.names import EMPLOYER
from rules.language.quantities import format_value, parse_typed_money
from rules.language.walk import walk
from rules.vocabulary.codes import load_code_tables

_DAY = timedelta(days=1)
_PENNIES = (1, 3, 5, 7, 9, 10, 11, 13, 25, 33, 50, 51, 55, 77, 99, 101, 333)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An applicant on a day, made from a test of the file.

    `changes` are the facts that differ, as a file writes them, `removed` is one that is unknown.
    """

    base: PolicyTest
    as_of: date
    changes: Mapping[str, object]
    why: str
    removed: str = ""
    is_paid: bool = False  # whether it is about what is paid beside other programs

    @property
    def facts(self) -> dict[str, object]:
        """Return all facts, as a file writes them."""
        found = {**self.base.facts, **self.changes}
        found.pop(self.removed, None)
        return found


@dataclass(frozen=True, slots=True)
class _Constants:
    """The constants of a program that a fact may be held against, by what they measure."""

    numbers: Mapping[Dimension, tuple[Fraction, ...]]
    days: tuple[date, ...]
    shifts: tuple[Shift, ...]
    words: tuple[str, ...]


def candidates(bundle: Bundle, policy: Policy, bases: Iterable[PolicyTest]) -> Iterator[Candidate]:
    """Yield the applicants made from some tests of a program: other days first, then one fact after the other."""
    constants = _constants_of(bundle, policy)
    for base in bases:
        for on, why in _days(policy):
            yield Candidate(base, on, {}, why)
        version = _version(policy, base.as_of)
        year = base.as_of.year + version.fact_year if version.fact_year <= 0 else version.fact_year
        yield Candidate(base, base.as_of, dict(_with_years(bundle, base, year)), "各年的事实写明年度")
        for name, value, why in _moves(bundle, policy, base, constants, year):
            yield Candidate(base, base.as_of, {name: value}, why)
        for name in base.facts:
            yield Candidate(base, base.as_of, {}, f"不知道{_label(bundle, name)}", name)
        for changes, why in _beside_members(bundle, policy, base):
            yield Candidate(base, base.as_of, changes, why, is_paid=True)


def _version(policy: Policy, on: date) -> Version:
    return next((each for each in reversed(policy.versions) if each.from_ <= on), policy.versions[0])


def _days(policy: Policy) -> Iterator[tuple[date, str]]:
    for version in policy.versions:
        spans = [(version.from_, version.to, "版本"), *((span.from_, span.to, "申报期") for span in _spans(version))]
        for first, last, what in spans:
            yield first, f"{what}首日"
            yield first - _DAY, f"{what}首日的前一日"
            if last is not None:
                yield last, f"{what}末日"
                yield last + _DAY, f"{what}末日的次日"
    for parameter in policy.params.values():
        for value in parameter.values:
            yield value.from_, f"参数“{parameter.label or parameter.name}”取值首日"
            yield value.from_ - _DAY, f"参数“{parameter.label or parameter.name}”取值前一日"


def _spans(version: Version) -> tuple[Span, ...]:
    return version.window.spans if version.window else ()


def _label(bundle: Bundle, name: str) -> str:
    known = bundle.vocabulary.fields.get(name)
    return known.label if known else name


def _beside_members(bundle: Bundle, policy: Policy, base: PolicyTest) -> Iterator[tuple[dict[str, object], str]]:
    """Yield the facts that settle what is paid beside the other members of a group: nobody else pays, or one of them does."""
    for group in bundle.groups.values():
        if policy.id not in group.members:
            continue
        others = [bundle.policies[name] for name in group.members if name in bundle.policies and name != policy.id]
        nobody: dict[str, object] = {}
        for other in others:
            nobody |= _facts_with(other, "ineligible", base)
        money = {} if group.external is None else {group.external.name: "0元"}
        yield {**nobody, **money}, "同组其他项目都不符合"
        for other in others:
            yield {**nobody, **_facts_with(other, "eligible", base), **money}, f"同时符合“{other.title}”"
        for name in money:
            for amount in ("1元", "1000万元"):
                yield {**nobody, name: amount}, f"{group.external_label or '同类资金'}{amount}"


def _facts_with(other: Policy, status: str, base: PolicyTest) -> dict[str, object]:
    """Return the facts of another program's first test of a status, those left out that the applicant has already."""
    test = next((test for test in other.tests if test.expect.status == status), None)
    return {} if test is None else {name: value for name, value in test.facts.items() if name not in base.facts}


def _with_years(bundle: Bundle, base: PolicyTest, year: int) -> Iterator[tuple[str, object]]:
    """Yield the yearly facts, each under the year it stands for: what is written without a year fits any fact year."""
    for name, value in base.facts.items():
        known = bundle.vocabulary.fields.get(name)
        if known is not None and known.yearly and not is_by_year(value):
            yield name, {str(year): value}


def is_by_year(value: object) -> bool:
    """Tell whether a fact is written year by year; a range is not."""
    return isinstance(value, dict) and all(str(key).isdigit() for key in value)


def _moves(
    bundle: Bundle, policy: Policy, base: PolicyTest, constants: _Constants, year: int
) -> Iterator[tuple[str, object, str]]:
    """Yield one fact with each value it may take: in a year, in an item of a list, or as a whole."""
    for name, years in facts_of(bundle, policy).items():
        known = bundle.vocabulary.fields[name]
        held = base.facts.get(name)
        if known.dimension is Dimension.LIST:
            yield from _item_moves(name, known, held, base, constants)
            continue
        for value, why in _values(known, base.as_of, constants, _plain(held, year)):
            if not known.yearly:
                yield name, value, f"{known.label}{why}"
                continue
            for offset in sorted(years, reverse=True):
                by_year = held if is_by_year(held) else {} if held is None else {str(year): held}
                assert isinstance(by_year, dict)  # noqa: S101  one of the three
                yield name, {**by_year, str(year + offset): value}, f"{known.label}（{year + offset}年）{why}"


def _plain(held: object, year: int) -> object:
    return held.get(str(year)) if isinstance(held, dict) else held


def _item_moves(
    name: str, known: Field, held: object, base: PolicyTest, constants: _Constants
) -> Iterator[tuple[str, object, str]]:
    if not isinstance(held, list):
        return
    yield name, [], f"没有{known.label}"
    if len(held) > 1:
        yield name, held[:1], f"只有一项{known.label}"
    for place, item in enumerate(held):
        yield name, [*held, item], f"多一项{known.label}"
        for part, field in known.item.items():
            for value, why in _values(field, base.as_of, constants, item.get(part)):
                changed = {**item, part: value}
                why_here = f"{known.label}第{place + 1}项的{field.label}{why}"
                yield name, [*held[:place], changed, *held[place + 1 :]], why_here
                yield name, [*held, changed], f"另有一项{known.label}，{field.label}{why}"


def facts_of(bundle: Bundle, policy: Policy) -> dict[str, set[int]]:
    """Return the facts a program rests on, each with the years it is asked for, counted from the fact year."""
    found: dict[str, set[int]] = {}
    _gather(bundle, policy.versions, 0, found)
    return found


def _gather(bundle: Bundle, root: object, offset: int, found: dict[str, set[int]]) -> None:
    for node in walk(root):
        name = getattr(node, "list_name", "")
        if name:
            found.setdefault(name, set())
        if isinstance(node, Use):
            _gather(bundle, bundle.condition_sets[node.set_id].condition, offset, found)
        if not isinstance(node, FactRef) or node.of_item or node.name.startswith(EMPLOYER):
            continue
        known = bundle.vocabulary.fields.get(node.name) or bundle.vocabulary.derived[node.name]
        if isinstance(known, Derived):
            _gather(bundle, known.value, offset + node.offset, found)
        else:
            found.setdefault(node.name, set()).add(offset + node.offset)


def _constants_of(bundle: Bundle, policy: Policy) -> _Constants:
    roots: list[object] = [policy.versions, dict(policy.params)]
    names = _derived_of(bundle, policy)
    roots += [bundle.vocabulary.derived[name].value for name in names]
    roots += [bundle.condition_sets[node.set_id].condition for node in walk(policy.versions) if isinstance(node, Use)]
    nodes = list(walk(tuple(roots)))
    literals = [node for node in nodes if isinstance(node, Literal)]
    numbers: dict[Dimension, tuple[Fraction, ...]] = {}
    for dimension in QUANTUM:
        of_kind = [each.value for each in literals if each.dimension is dimension and isinstance(each.value, Fraction)]
        numbers[dimension] = tuple(dict.fromkeys(of_kind))
    days = tuple(dict.fromkeys(each.value for each in literals if isinstance(each.value, date)))
    words = tuple(dict.fromkeys(each.value for each in literals if isinstance(each.value, str)))
    return _Constants(numbers, days, tuple(node for node in nodes if isinstance(node, Shift)), words)


def _derived_of(bundle: Bundle, policy: Policy) -> tuple[str, ...]:
    open_names = [node.name for node in walk(policy.versions) if isinstance(node, FactRef)]
    found: dict[str, None] = {}
    while open_names:
        name = open_names.pop()
        known = bundle.vocabulary.derived.get(name)
        if known is not None and name not in found:
            found[name] = None
            open_names += [node.name for node in walk(known.value) if isinstance(node, FactRef)]
    return tuple(found)


def _values(field: Field, on: date, constants: _Constants, held: object) -> Iterator[tuple[object, str]]:
    """Yield the values a fact may take, as a file writes them, each with words for it."""
    if field.dimension is Dimension.BOOL:
        yield from (("true", "为是"), ("false", "为否"))
    elif field.dimension in {Dimension.CODE, Dimension.TEXT}:
        for word in _words_for(field, constants):
            yield word, f"为{word}"
    elif field.dimension is Dimension.DATE:
        for day in dict.fromkeys(_days_for(field, on, constants)):
            yield day.isoformat(), f"为{day}"
    else:
        for value in dict.fromkeys(_numbers_for(field, constants)):
            text = written(value, field)
            yield text, f"为{text}"
        yield from _beside(field, held)
    if field.nullable:
        yield None, f"：{field.nullable}"


def _words_for(field: Field, constants: _Constants) -> Iterator[str]:
    table = load_code_tables().get(field.code_table)
    if table is None:
        yield from (*constants.words, "其他")
        return
    named = [word for word in constants.words if table.lookup(word) == word]
    yield from named
    strangers = (entry.code for entry in table if not any(table.may_be_under(entry.code, word) for word in named))
    yield from () if (stranger := next(strangers, None)) is None else (stranger,)


def _days_for(field: Field, on: date, constants: _Constants) -> Iterator[date]:
    middles = [on, *constants.days]
    for shift in constants.shifts:
        middles += [shift.period.before(on).date, shift.period.after(on).date]
    for middle in middles:
        yield from (day for day in (middle, middle - _DAY, middle + _DAY) if _is_inside(day, field))


def _numbers_for(field: Field, constants: _Constants) -> Iterator[Fraction]:
    quantum = QUANTUM[field.dimension]
    for constant in (*constants.numbers[field.dimension], Fraction(0)):
        yield from (each for each in (constant, constant - quantum, constant + quantum) if _is_inside(each, field))


def _beside(field: Field, held: object) -> Iterator[tuple[object, str]]:
    """Yield amounts a few 分 away, on which roundings differ."""
    if field.dimension is Dimension.MONEY and isinstance(held, str):
        middle = parse_typed_money(held)
        for pennies in _PENNIES:
            text = written(middle + pennies, field)
            yield text, f"为{text}"


def _is_inside(value: Fraction | date, field: Field) -> bool:
    low, high = field.minimum, field.maximum
    return (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]  # one kind each


def written(value: Fraction | date, field: Field) -> str:
    """Return a value as a profile writes it.

    >>> from rules.language.model import Position
    >>> written(Fraction(1_999_999_99), Field("a", "甲", Dimension.MONEY, Position("", 1, 1)))
    '1999999.99元'
    """
    return format_value(value, field.dimension, field.unit).replace(",", "")
