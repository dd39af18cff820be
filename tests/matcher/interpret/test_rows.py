"""Rows of tables: which may apply to what is only partly known, and whether the rows leave anything over."""

from dataclasses import dataclass
from itertools import product

import pytest

from matcher.interpret.comparison import all_of, compare
from matcher.interpret.possible import ABSENT, EITHER, FALSE, TRUE, Possible, exactly
from matcher.interpret.rows import applicable_rows
from matcher.outcome import Truth
from rules.language import model
from rules.language.model import Position, Word

HERE = Position("t.yaml", 1, 1)
POINTS = range(5)


@dataclass(frozen=True)
class Row:
    tests: tuple
    name: str = ""


def row(name, *tests):
    return Row(tuple(model.Test(word, bounds, HERE) for word, *bounds in tests), name)


def given(value):
    """Stand in for the evaluation of a bound: the tests write the bounds as what they are."""
    return value if isinstance(value, Possible) else exactly(value)


def found(operand, *rows):
    applicable, may_be_none = applicable_rows(operand, rows, given)
    return [(each.name, part.lo, part.hi) for each, part in applicable], may_be_none


LOW, MIDDLE, HIGH = (
    row("low", (Word.UPTO, 10)),
    row("middle", (Word.OVER, 10), (Word.UPTO, 20)),
    row("high", (Word.OVER, 20)),
)


@pytest.mark.parametrize(
    ("operand", "names", "may_be_none"),
    [
        (exactly(10), ["low"], False),
        (exactly(11), ["middle"], False),
        (Possible(5, 8), ["low"], False),
        (Possible(5, 15), ["low", "middle"], False),
        (Possible(10, 20), ["low", "middle"], False),
        (Possible(None, None), ["low", "middle", "high"], False),
        (Possible(12, None), ["middle", "high"], False),
        (Possible(5, 15, absent=True), ["low", "middle"], True),
        (ABSENT, [], True),
    ],
)
def test_rows_without_a_gap_leave_nothing_over(operand, names, may_be_none):
    rows, none = found(operand, LOW, MIDDLE, HIGH)

    assert ([name for name, _, _ in rows], none) == (names, may_be_none)


def test_each_row_sees_its_own_part_of_the_operand():
    rows, _ = found(Possible(5, 25), LOW, MIDDLE, HIGH)

    assert rows == [("low", 5, 10), ("middle", 10, 20), ("high", 20, 25)]


def test_a_gap_leaves_something_over():
    assert found(Possible(0, 30), LOW, HIGH)[1] is True
    assert found(Possible(12, 18), LOW, HIGH) == ([], True)


def test_otherwise_takes_what_is_left_even_what_does_not_exist():
    rows, none = found(Possible(5, 15, absent=True), LOW, row("rest"))

    assert rows == [("low", 5, 10), ("rest", 10, 15)]
    assert none is False
    assert found(ABSENT, LOW, row("rest"))[1] is False


def test_between_whole_numbers_there_is_no_gap():
    few, many = row("few", (Word.UPTO, 5)), row("many", (Word.FROM, 6))

    assert found(Possible(0, 9, is_whole=True), few, many) == ([("few", 0, 5), ("many", 6, 9)], False)
    assert found(Possible(0, 9), few, many)[1] is True


def test_whole_numbers_may_go_on_without_end():
    rows, none = found(Possible(None, None, is_whole=True), row("a", (Word.BELOW, 3)), row("b", (Word.OVER, 2)))

    assert (rows, none) == ([("a", None, 2), ("b", 3, None)], False)


def test_whole_numbers_stand_inside_open_and_fractional_bounds():
    rows = (row("a", (Word.BELOW, 3)), row("b", (Word.OVER, 2)))

    assert found(Possible(0, 9, is_whole=True), *rows) == ([("a", 0, 2), ("b", 3, 9)], False)


@pytest.mark.parametrize(
    ("word", "bound", "expected"),
    [
        (Word.FROM, Possible(3, 6), [("r", 3, 9)]),
        (Word.OVER, Possible(3, None), [("r", 3, 9)]),
        (Word.UPTO, Possible(3, 6), [("r", 0, 6)]),
        (Word.BELOW, Possible(None, 6), [("r", 0, 6)]),
        (Word.IS, Possible(3, 6), [("r", 3, 6)]),
        (Word.FROM, Possible(3, 3, absent=True), [("r", 3, 9)]),
        (Word.UPTO, Possible(3, 3, absent=True), [("r", 0, 3)]),
    ],
)
def test_a_bound_that_is_open_takes_only_what_is_sure(word, bound, expected):
    rows, none = found(Possible(0, 9), row("r", (word, bound)))

    assert rows == expected
    assert none is True


@pytest.mark.parametrize("word", [Word.FROM, Word.OVER, Word.UPTO, Word.BELOW, Word.IS])
def test_nothing_compares_with_a_bound_that_does_not_exist(word):
    assert found(Possible(0, 9), row("r", (word, ABSENT))) == ([], True)


def test_one_value_is_taken_out_of_a_range():
    rows, none = found(
        Possible(0, 9), row("five", (Word.IS, 5)), row("low", (Word.BELOW, 5)), row("high", (Word.OVER, 5))
    )

    assert rows == [("five", 5, 5), ("low", 0, 5), ("high", 5, 9)]
    assert none is False


def test_lists_of_numbers_and_presence_are_taken_whole_or_not_at_all():
    operand = Possible(0, 9, absent=True)

    assert found(operand, row("in", (Word.IN, 3, 4)), row("rest"))[0] == [("in", 0, 9), ("rest", 0, 9)]
    assert found(operand, row("none", (Word.IN, 10, 11)), row("rest"))[0] == [("rest", 0, 9)]
    assert found(operand, row("there", (Word.PRESENT, TRUE)), row("rest"))[0] == [("there", 0, 9), ("rest", None, None)]
    assert found(operand, row("missing", (Word.PRESENT, FALSE)))[0] == [("missing", None, None)]


def naive(operand, rows):
    """Try every value: the names of the rows that some value falls into, and whether some falls into none."""
    names, none = set(), False
    values = [] if not operand.exists else [exactly(n, is_whole=True) for n in range(operand.lo, operand.hi + 1)]
    for value in values + ([ABSENT] if operand.absent else []):
        for each in rows:
            tests = [compare(test.word, value, [given(bound) for bound in test.bounds]) for test in each.tests]
            if all_of(tests) is Truth.T:
                names.add(each.name)
                break
        else:
            none = True
    return names, none


BOUNDARIES = [(word, n) for word in (Word.FROM, Word.OVER, Word.UPTO, Word.BELOW, Word.IS) for n in (1, 3)]


@pytest.mark.parametrize("absent", [False, True])
def test_the_rows_found_are_those_that_some_value_falls_into(absent):
    for lo, hi, first, second in product(POINTS, POINTS, BOUNDARIES, BOUNDARIES):
        if lo > hi:
            continue
        operand = Possible(lo, hi, is_whole=True, absent=absent)
        rows = (row("one", first), row("two", second, (Word.UPTO, 3)))
        names, none = naive(operand, rows)
        applicable, may_be_none = applicable_rows(operand, rows, given)

        assert {each.name for each, _ in applicable} == names
        assert may_be_none is none


# ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def codes(*members, **more):
    return Possible(is_ordered=False, members=frozenset(members), **more)


def parts(operand, *rows):
    applicable, may_be_none = applicable_rows(operand, rows, given)
    return [(each.name, part.members, part.exists, part.absent) for each, part in applicable], may_be_none


def test_rows_for_all_codes_leave_nothing_over():
    rows = (row("a", (Word.IS, "a")), row("bc", (Word.IN, "b", "c")))

    assert parts(codes("a", "c"), *rows) == (
        [("a", {"a"}, True, False), ("bc", {"c"}, True, False)],
        False,
    )
    assert parts(codes("a", "d"), *rows)[1] is True


def test_yes_and_no_are_all_there_is():
    either = Possible(is_ordered=False, members=EITHER)

    assert parts(either, row("yes", (Word.IS, TRUE)), row("no", (Word.IS, FALSE)))[1] is False


def test_a_code_that_may_not_exist_falls_to_otherwise():
    rows = (row("a", (Word.IS, "a")), row("rest"))

    assert parts(codes("a", absent=True), *rows) == ([("a", {"a"}, True, False), ("rest", None, False, True)], False)


def test_what_is_not_in_a_list_may_be_missing_too():
    found_rows = parts(codes("a", "b", absent=True), row("not-b", (Word.NOT_IN, "b")))

    assert found_rows == ([("not-b", {"a"}, True, True)], True)


def test_an_open_set_is_taken_only_by_what_takes_everything():
    anything = Possible(is_ordered=False)

    assert [name for name, *_ in parts(anything, row("a", (Word.IS, "a")), row("rest"))[0]] == ["a", "rest"]
    assert parts(anything, row("a", (Word.IS, "a")))[1] is True
    assert parts(anything, row("none", (Word.IN,)))[0] == []
    assert parts(anything, row("there", (Word.PRESENT, TRUE)), row("rest")) == ([("there", None, True, False)], False)
