"""Arithmetic texts → trees: precedence, positions, and that the tree means what the text says."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.language.expressions import read_expression
from rules.language.measures import COUNT, DATE, MONEY, Measure
from rules.language.model import AsOf, Dimension, FactRef, Field, Literal, OnZero, Op, Operation, ParamRef, Position
from rules.language.names import Scope
from rules.language.problems import Refused
from rules.language.source import read_tree

HERE = Position("a.yaml", 1, 1)


def a_field(name: str, dimension: Dimension, *, yearly: bool = False, unit: str = "") -> Field:
    return Field(name, name, dimension, HERE, unit=unit, yearly=yearly)


FIELDS = {
    field.name: field
    for field in (
        a_field("revenue", Dimension.MONEY, yearly=True),
        a_field("paid", Dimension.MONEY),
        a_field("staff", Dimension.COUNT, unit="人"),
        a_field("share", Dimension.RATIO),
        a_field("day", Dimension.DATE),
    )
}
SCOPE = Scope([], FIELDS, {}, {}, params={"rate": Measure(Dimension.RATIO)})


def parse(text: str, quote: str = '"'):
    tree = read_tree(f"expr: {quote}{text}{quote}".encode(), "a.yaml")
    return read_expression(tree.get("expr"), SCOPE)


def shape(value) -> str:
    match value:
        case Operation(op=op, args=args):
            return f"({op.value} {' '.join(map(shape, args))})"
        case Literal(text=text):
            return text
        case FactRef(name=name, offset=offset):
            return f"{name}{offset:+d}" if offset else name
        case ParamRef(name=name):
            return f"${name}"
        case AsOf():
            return "$as_of"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", "(+ 1 (* 2 3))"),
        ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
        ("8 - 4 - 2", "(- (- 8 4) 2)"),
        ("8 / 4 / 2", "(/ (/ 8 4) 2)"),
        ("-share * 2", "(* (neg share) 2)"),
        ("2 - -3", "(- 2 (neg 3))"),
        ("20% * revenue", "(* 20% revenue)"),
        ("revenue / revenue[-1] - 1", "(- (/ revenue revenue-1) 1)"),
        ("revenue[+1] + revenue[0]", "(+ revenue+1 revenue)"),
        ("employer.revenue[-2] * $rate", "(* employer.revenue-2 $rate)"),
        ("max(revenue - 1.5亿元, 0元)", "(max (- revenue 1.5亿元) 0元)"),
        ("min(1, 2, 3)", "(min 1 2 3)"),
        ("sum(revenue, revenue[-1])", "(sum revenue revenue-1)"),
        ("avg(staff, 3)", "(avg staff 3)"),
        ("floor(revenue / 1亿元)", "(floor (/ revenue 1亿元))"),
        ("full_years(day, $as_of)", "(full_years day $as_of)"),
        ("days(2024-01-01, year_end(day))", "(days 2024-01-01 (year_end day))"),
        ("full_months(year_start(day), day)", "(full_months (year_start day) day)"),
        ("（１ ＋ ２） * 3", "(* (+ 1 2) 3)"),
        ("staff/3人", "(/ staff 3人)"),
    ],
)
def test_an_expression_becomes_the_tree_it_says(text, tree):
    assert shape(parse(text)[0]) == tree


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("revenue * share", MONEY),
        ("revenue / staff", MONEY),
        ("revenue / paid", Measure(Dimension.RATIO)),
        ("avg(staff, staff)", Measure(Dimension.NUMBER, "人")),
        ("floor(staff * 50%)", Measure(Dimension.COUNT, "人")),
        ("days(day, $as_of)", COUNT),
        ("year_start(day)", DATE),
        ("-revenue", MONEY),
        ("min(paid, revenue)", MONEY),
    ],
)
def test_an_expression_measures_what_its_arithmetic_makes(text, measure):
    assert parse(text)[1] == measure


def test_whole_units_of_a_quotient_can_be_subtracted_from_it():
    assert parse("paid / 1亿元 - floor(paid / 1亿元)")[1] == Measure(Dimension.RATIO)


def test_what_zero_divides_to_is_kept_on_the_division():
    tree = read_tree(b"expr: revenue / paid", "a.yaml")

    value, _ = read_expression(tree.get("expr"), SCOPE, OnZero.FAIL)

    assert (value.op, value.on_zero) == (Op.DIVIDE, OnZero.FAIL)


@pytest.mark.parametrize(("quote", "column"), [("", 17), ("'", 18), ('"', 18)])
def test_a_token_is_placed_inside_the_text_of_its_line(quote, column):
    with pytest.raises(Refused) as caught:
        parse("revenue + nothing", quote)

    assert (caught.value.finding.position.line, caught.value.finding.position.column) == (1, column)


def test_a_token_of_a_folded_text_is_placed_at_its_beginning():
    tree = read_tree(b"expr: >\n  revenue\n  + nothing\n", "a.yaml")

    with pytest.raises(Refused) as caught:
        read_expression(tree.get("expr"), SCOPE)

    assert (caught.value.finding.position.line, caught.value.finding.position.column) == (1, 7)


@pytest.mark.parametrize("text", ["revenue + (staff", "max(revenue", "revenue +", "revenue 2", "* 2", "revenue)", "$"])
def test_an_unfinished_expression_is_refused(text):
    with pytest.raises(Refused):
        parse(text)


# An expression of whole numbers as this test writes it, and what it comes to.
NUMBERS = st.integers(0, 99).map(lambda n: (str(n), Fraction(n)))
SIGNS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda parts: st.builds(
        lambda left, sign, right: (f"({left[0]} {sign} {right[0]})", SIGNS[sign](left[1], right[1])),
        parts,
        st.sampled_from(sorted(SIGNS)),
        parts,
    ),
    max_leaves=12,
)


def evaluate(value) -> Fraction:
    match value:
        case Literal(value=number):
            return Fraction(number)
        case Operation(op=op, args=(left, right)):
            return SIGNS[op.value](evaluate(left), evaluate(right))


@given(EXPRESSIONS)
def test_a_tree_comes_to_what_its_text_comes_to(expression):
    text, number = expression

    assert evaluate(parse(text)[0]) == number


@given(st.lists(st.sampled_from(["1", "2", "+", "-", "*", "3"]), min_size=1, max_size=15))
def test_without_brackets_the_usual_order_holds(parts):
    text = " ".join(parts)
    try:
        value, _ = parse(text)
    except Refused:
        return

    assert evaluate_signed(value) == eval(text, {})  # noqa: S307 - digits and signs chosen above


def evaluate_signed(value) -> Fraction:
    if isinstance(value, Operation) and value.op is Op.NEGATE:
        return -evaluate_signed(value.args[0])
    if isinstance(value, Operation):
        return SIGNS[value.op.value](*map(evaluate_signed, value.args))
    return Fraction(value.value)


@given(st.text(alphabet="revnu 123+-*/()[],.$%元人×；'\"\\", max_size=20))
def test_no_text_breaks_the_parser_otherwise_than_by_refusing(text):
    tree = read_tree(b"expr: x", "a.yaml")
    node = tree.get("expr").__class__(text, "'", HERE)
    advice = "read"
    try:
        read_expression(node, SCOPE)
    except Refused as refused:
        advice = refused.finding.advice

    assert advice
