"""The facts of a case: how a file declares them, and how what was found is read against the declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from enforcement.discretion import keywords
from enforcement.discretion.model import Known
from rules.language.findings import Finding
from rules.language.literals import read_literal
from rules.language.measures import Measure
from rules.language.model import Dimension, Field
from rules.language.names import Scope
from rules.language.problems import Refused, did_you_mean, nearest, short
from rules.language.quantities import QuantityError, parse_bool, parse_code, parse_count, parse_money
from rules.language.reading import Fields, mapping, read_name
from rules.language.source import Entry, Node, to_plain

MOST_MONEY = 10**14  # 分: 一万亿元
YES, NO = "是", "否"
_MOST = {Dimension.MONEY: MOST_MONEY, Dimension.COUNT: 10**9}


@dataclass(frozen=True, slots=True)
class Choices:
    """The words that a fact of type code may take, as the loader asks for a code table."""

    title: str
    words: tuple[str, ...]

    def lookup(self, text: str) -> str | None:
        """Return the word itself, or None."""
        return text if text in self.words else None

    def label(self, code: str) -> str:
        """Return the word itself."""
        return code

    def suggest(self, text: str) -> Sequence[str]:
        """Return the nearest words, or all."""
        near = nearest(text, self.words)
        return [near] if near else self.words


class CaseError(ValueError):
    """Raised for facts of a case that cannot be read; `problems` has one Chinese sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def empty_scope(notes: list[Finding]) -> Scope:
    """Return a scope in which nothing has a name yet."""
    return Scope(notes, {}, {}, {})


def read_fact(entry: Entry, notes: list[Finding]) -> tuple[Field, Choices | None]:
    """Return a declared fact, with its words if it is a code."""
    name = read_name(entry.key)
    fields = Fields.of(entry.value, keywords.FACT, notes)
    dimension = Dimension(fields.choice("type", Dimension.MONEY.value))
    label, values = fields.text("label"), fields.texts("values")
    if (dimension is Dimension.CODE) != bool(values):
        advice = "type: code 要写 values: [甲, 乙]，其他类型不写"
        fields.refuse("structure.values", fields.place("values"), f"{name} 的 values 与 type 不合", advice)
    if len(set(values)) < len(values):
        fields.refuse("structure.duplicate", fields.place("values"), f"{name} 的取值有重复", "请删去其中一个")
    low, high = (_limit(key, fields, dimension) for key in ("min", "max"))
    return fields.done(
        (
            Field(
                name=name,
                label=label,
                dimension=dimension,
                position=entry.key.position,
                unit=fields.text("unit"),
                code_table=name if dimension is Dimension.CODE else "",
                ask=fields.text("ask"),
                minimum=low,
                maximum=high,
            ),
            Choices(label, values) if values else None,
        )
    )


def _limit(key: str, fields: Fields, dimension: Dimension) -> Fraction | None:
    """Return a limit of a number, which has always one, and of no other fact."""
    node = fields.raw(key)
    if dimension not in _MOST:
        if node is not None:
            fields.refuse("structure.unknown-key", node.position, f"这种事实没有 {key}", "请删去这一项")
        return None
    if node is None:
        return Fraction(0 if key == "min" else _MOST[dimension])
    measure = Measure(dimension, fields.text("unit"))
    found = fields.optional(key, lambda each: read_literal(each, measure, empty_scope(fields.notes)))
    return found.value if found and isinstance(found.value, Fraction) else None


def read_case(
    given: Mapping[str, object], facts: Mapping[str, Field], choices: Mapping[str, tuple[str, ...]]
) -> dict[str, Known]:
    """Return the facts found, each as its declaration says; null and absent are not yet known.

    Money and counts are texts with their unit, findings are true or false. Raise CaseError with every problem.
    """
    case: dict[str, Known] = {}
    problems = []
    for name, raw in given.items():
        if name not in facts:
            problems.append(f"没有“{short(name)}”这个事实。{did_you_mean(name, facts)}。")
        elif raw is not None:
            try:
                case[name] = _read(raw, facts[name], choices.get(name, ()))
            except QuantityError as error:
                problems.append(f"{facts[name].label}：{error.message}。{error.advice}。")
    if problems:
        raise CaseError(problems)
    return case


def answered(given: Mapping[str, object], facts: Mapping[str, Field]) -> dict[str, object]:
    """Return what a person said with 是 and 否 turned into findings; a file writes true and false."""
    return {
        name: raw == YES if name in facts and facts[name].dimension is Dimension.BOOL and raw in (YES, NO) else raw
        for name, raw in given.items()
    }


def _read(raw: object, fact: Field, words: tuple[str, ...]) -> Known:
    if fact.dimension is Dimension.BOOL:
        return raw if isinstance(raw, bool) else parse_bool(str(raw))
    if isinstance(raw, bool) or not isinstance(raw, str):
        raise QuantityError(f"“{short(str(raw))}”不是文字", f"请写如 {Measure(fact.dimension, fact.unit).example}")
    if fact.dimension is Dimension.CODE:
        return parse_code(raw, Choices(fact.label, words))
    value = parse_money(raw) if fact.dimension is Dimension.MONEY else parse_count(raw, fact.unit)
    if value.denominator != 1:
        raise QuantityError(f"“{raw}”精确到了分以下", "金额最多写到分，如 0.05元")
    if not fact.minimum <= value <= fact.maximum:  # type: ignore[operator]  # numbers have both limits
        raise QuantityError(f"“{raw}”超出可能的范围", "请核对单位和位数")
    return value.numerator


def read_given(node: Node, facts: Mapping[str, Field], choices: Mapping[str, tuple[str, ...]]) -> dict[str, Known]:
    """Return the facts that an embedded test states."""
    found = mapping(node, "案情")
    plain = {name: to_plain(entry.value) for name, entry in found.entries.items()}
    try:
        return read_case(plain, facts, choices)
    except CaseError as error:
        raise Refused(
            "type.case", node.position, " ".join(error.problems).rstrip("。"), "请照 facts 的声明改写"
        ) from None
