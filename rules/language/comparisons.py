"""The comparison words of a row → tests: which word goes with which operand, and whether the bounds make sense."""

from __future__ import annotations

from rules.language import values  # a bound may be any value
from rules.language.literals import read_literal
from rules.language.measures import BOOL, ORDERED, Measure
from rules.language.model import AsOf, Dimension, FactRef, Field, Literal, Shift, Test, Value, Word
from rules.language.names import Scope
from rules.language.problems import Refused, short
from rules.language.quantities import format_value
from rules.language.reading import Fields, items
from rules.language.rule_keywords import WORDS
from rules.language.source import Node, ScalarNode

Operand = tuple[Value | None, Measure]  # None: the running base of an amount

_BOUNDS = {"from": Word.FROM, "over": Word.OVER, "upto": Word.UPTO, "below": Word.BELOW}
_DATES = {"before": Word.BELOW, "after": Word.OVER}
_SETS = {"in": Word.IN, "not_in": Word.NOT_IN, "prefix_in": Word.PREFIX_IN}
_LOWER = {"from", "over", "after"}
_UPPER = {"upto", "below", "before"}


def words_in(fields: Fields) -> list[str]:
    """Return the comparison words that a row uses."""
    return [word for word in WORDS if fields.has(word)]


def read_tests(fields: Fields, operand: Operand, scope: Scope) -> tuple[Test, ...]:
    """Return the tests of a row; note words that do not go with the operand or with each other."""
    written = words_in(fields)
    if not written and not fields.meant & WORDS.keys():
        dimension = operand[1].dimension
        example = "is: true" if dimension is Dimension.BOOL else "from: … 或 in: […]"
        fields.refuse("structure.missing-key", fields.position, "没有写比较词", f"请写 {example}")
    _refuse_odd_pairs(fields, written)
    tests = [test for word in written for test in fields.get(_read_word, word, fields, operand, scope) or ()]
    if len(tests) == 2:
        _refuse_empty_interval(fields, tests)
    return tuple(tests)


def _refuse_odd_pairs(fields: Fields, written: list[str]) -> None:
    """Two words make an interval; every other pair contradicts or repeats itself."""
    for word in written[1:]:
        first = written[0]
        is_interval = len(written) == 2 and (first in _LOWER) != (word in _LOWER) and {first, word} <= _LOWER | _UPPER
        if not is_interval:
            place = fields.node.entries[word].key.position
            advice = "一行只写一个比较词，或一个下限词加一个上限词；其余请另起一行"
            fields.refuse("structure.conflicting-keys", place, f"{first} 与 {word} 不能写在同一行", advice)


def _refuse_empty_interval(fields: Fields, tests: list[Test]) -> None:
    low, high = sorted(tests, key=lambda test: test.word in {Word.UPTO, Word.BELOW})
    bottom, top = low.bounds[0], high.bounds[0]
    if not (isinstance(bottom, Literal) and isinstance(top, Literal)):
        return
    is_closed = low.word is Word.FROM and high.word is Word.UPTO
    below, above = bottom.value, top.value
    if below > above or (below == above and not is_closed):  # type: ignore[operator]  # both fit one ordered operand
        message = f"没有数能同时满足 {low.word.value} {bottom.text} 和 {high.word.value} {top.text}"
        fields.refuse("type.empty-interval", top.position, message, "请核对上下限")


def _read_word(word: str, fields: Fields, operand: Operand, scope: Scope) -> tuple[Test, ...]:
    node = fields.node.entries[word].value
    place = fields.node.entries[word].key.position
    value, measure = operand
    _refuse_word(word, measure, fields)
    if word == "present":
        return (Test(Word.PRESENT, (read_literal(node, BOOL, scope),), place),)
    if word == "within":
        period = fields.must(fields.period("within"))
        now = AsOf(node.position)
        start = Shift(now, period, backwards=True, position=node.position)
        return (Test(Word.FROM, (start,), place), Test(Word.UPTO, (now,), place))
    if word in _SETS:
        members = fields.each(_members(word, node), lambda each: _member(each, value, measure, scope))
        return (Test(_SETS[word], members, place),)
    bound = values.read_value(node, measure, scope)
    check_domain(bound, value, scope)
    return (Test((_BOUNDS | _DATES | {"is": Word.IS})[word], (bound,), place),)


def _members(word: str, node: Node) -> tuple[Node, ...]:
    if isinstance(node, ScalarNode):
        raise Refused("structure.shape", node.position, f"{word} 后面要写列表", f"请写 {word}: [{node.text}]")
    return items(node, word)


def _member(node: Node, operand: Value | None, measure: Measure, scope: Scope) -> Literal:
    member = read_literal(node, measure, scope)
    check_domain(member, operand, scope)
    return member


def _refuse_word(word: str, measure: Measure, fields: Fields) -> None:
    """Refuse a word that says nothing of such an operand."""
    place = fields.node.entries[word].key.position
    dimension = measure.dimension
    if dimension is Dimension.LIST:
        advice = "请写 count_of: {list: …}, from: 1 或 is: 0"
        raise Refused("type.word", place, "列表不能直接比较", advice)
    if word in _BOUNDS and dimension not in ORDERED:
        advice = "请写 is: true 或 is: false" if dimension is Dimension.BOOL else "请写 is: … 或 in: […]"
        raise Refused("type.word", place, f"{measure}没有大小，不能用 {word}", advice)
    if word in {*_DATES, "within"} and dimension is not Dimension.DATE:
        raise Refused("type.word", place, f"{word} 只用于日期，这里是{measure}", "请用 from、over、upto、below")
    if word == "prefix_in" and dimension not in {Dimension.CODE, Dimension.TEXT}:
        raise Refused("type.word", place, f"prefix_in 只用于代码，这里是{measure}", "请用 is 或 in")


def check_domain(bound: Value, operand: Value | None, scope: Scope) -> None:
    """Refuse a literal that the fact it is compared with can never reach."""
    if not (isinstance(bound, Literal) and isinstance(operand, FactRef)):
        return
    known = scope.fact(operand.name, operand.position).field if operand.of_item else scope.field(operand.name)
    if known:
        refuse_outside(bound, known)


def refuse_outside(bound: Literal, known: Field) -> None:
    """Refuse a literal outside the domain that the dictionary gives a fact."""
    value, low, high = bound.value, known.minimum, known.maximum
    is_below = low is not None and value < low  # type: ignore[operator]  # a literal has the type of its fact's limits
    is_above = high is not None and value > high  # type: ignore[operator]
    if is_below or is_above:
        said = format_value(low if is_below else high, known.dimension, known.unit)  # type: ignore[arg-type]
        word = "小于最小值" if is_below else "大于最大值"
        message = f"{short(bound.text)} {word} {said}，“{known.label}”取不到"
        raise Refused("type.domain", bound.position, message, "请核对单位和位数，或修改字典里的 min、max")
