"""Comparisons of sets: true or false only where every value agrees."""

from itertools import combinations, product

import pytest

from matcher.interpret.comparison import all_of, compare
from matcher.interpret.possible import ABSENT, EITHER, FALSE, TRUE, Possible, exactly
from matcher.outcome import Truth
from rules.language.model import Word

T, F, U = Truth.T, Truth.F, Truth.U
POINTS = range(4)
NUMBERS = {
    Word.FROM: lambda x, b: x >= b,
    Word.OVER: lambda x, b: x > b,
    Word.UPTO: lambda x, b: x <= b,
    Word.BELOW: lambda x, b: x < b,
    Word.IS: lambda x, b: x == b,
}
SPANS = [(lo, hi) for lo, hi in product(POINTS, POINTS) if lo <= hi]


def codes(*members, table="", absent=False):
    return Possible(is_ordered=False, members=frozenset(members), table=table, absent=absent)


def over_all(outcomes):
    seen = set(outcomes)
    return T if seen == {True} else F if seen == {False} else U


@pytest.mark.parametrize("word", NUMBERS)
def test_a_comparison_of_numbers_says_what_all_values_say(word):
    for (lo, hi), (low, high) in product(SPANS, SPANS):
        outcomes = [NUMBERS[word](x, b) for x in range(lo, hi + 1) for b in range(low, high + 1)]
        found = compare(word, Possible(lo, hi), [Possible(low, high)])

        assert found is over_all(outcomes), (word, lo, hi, low, high)


@pytest.mark.parametrize("word", NUMBERS)
@pytest.mark.parametrize(("operand_absent", "bound_absent"), [(True, False), (False, True), (True, True)])
def test_what_may_not_exist_may_fail_every_comparison(word, operand_absent, bound_absent):
    for (lo, hi), (low, high) in product(SPANS, SPANS):
        operand, bound = Possible(lo, hi, absent=operand_absent), Possible(low, high, absent=bound_absent)
        sure = compare(word, Possible(lo, hi), [Possible(low, high)])

        assert compare(word, operand, [bound]) is (F if sure is F else U)


@pytest.mark.parametrize("word", NUMBERS)
def test_what_does_not_exist_fails(word):
    assert compare(word, ABSENT, [exactly(1)]) is F
    assert compare(word, exactly(1), [ABSENT]) is F


@pytest.mark.parametrize("word", [Word.FROM, Word.OVER, Word.UPTO, Word.BELOW, Word.IS])
def test_an_unbounded_number_is_undecided(word):
    assert compare(word, Possible(), [exactly(1)]) is U
    assert compare(word, exactly(1), [Possible()]) is U


@pytest.mark.parametrize(
    ("word", "operand", "expected"),
    [
        (Word.FROM, Possible(1, None), T),
        (Word.OVER, Possible(None, 1), F),
        (Word.UPTO, Possible(None, 1), T),
        (Word.BELOW, Possible(1, None), F),
        (Word.IS, Possible(2, None), F),
    ],
)
def test_half_open_numbers_can_be_decided(word, operand, expected):
    assert compare(word, operand, [exactly(1)]) is expected


def test_a_number_is_in_a_list_of_numbers():
    bounds = [exactly(1), exactly(3), ABSENT]

    assert compare(Word.IN, exactly(3), bounds) is T
    assert compare(Word.IN, exactly(2), bounds) is F
    assert compare(Word.IN, Possible(1, 3), bounds) is U
    assert compare(Word.NOT_IN, exactly(2), bounds) is T
    assert compare(Word.IN, exactly(1), [Possible(1, 1, absent=True)]) is U


@pytest.mark.parametrize("wanted", [c for n in range(4) for c in combinations("abc", n)])
def test_membership_says_what_all_members_say(wanted):
    bounds = [codes(each) for each in wanted]
    for members in [c for n in range(1, 4) for c in combinations("abc", n)]:
        expected = over_all(member in wanted for member in members)

        assert compare(Word.IN, codes(*members), bounds) is expected
        assert compare(Word.NOT_IN, codes(*members), bounds) is {T: F, F: T, U: U}[expected]


def test_a_bound_that_is_open_leaves_membership_open():
    assert compare(Word.IS, codes("a"), [Possible(is_ordered=False)]) is U
    assert compare(Word.IS, codes("a"), [codes("a", "b")]) is U
    assert compare(Word.IS, codes("c"), [codes("a", "b")]) is F
    assert compare(Word.IS, codes("a"), [codes("a", absent=True)]) is U


def test_any_text_may_be_the_one():
    anything = Possible(is_ordered=False)

    assert compare(Word.IS, anything, [codes("a")]) is U
    assert compare(Word.IN, anything, []) is F
    assert compare(Word.PREFIX_IN, anything, [codes("a")]) is U
    assert compare(Word.PREFIX_IN, anything, [Possible(is_ordered=False)]) is F


def test_yes_and_no():
    either = Possible(is_ordered=False, members=EITHER)

    assert compare(Word.IS, TRUE, [TRUE]) is T
    assert compare(Word.IS, TRUE, [FALSE]) is F
    assert compare(Word.IS, either, [TRUE]) is U


def test_what_does_not_exist_is_not_in_any_list():
    assert compare(Word.NOT_IN, ABSENT, [codes("a")]) is T
    assert compare(Word.NOT_IN, codes("a", absent=True), [codes("a")]) is U
    assert compare(Word.IN, ABSENT, [codes("a")]) is F
    assert compare(Word.PREFIX_IN, ABSENT, [codes("a")]) is F


@pytest.mark.parametrize(
    ("operand", "present", "missing"),
    [(exactly(1), T, F), (Possible(), T, F), (ABSENT, F, T), (Possible(absent=True), U, U)],
)
def test_present_asks_whether_there_is_a_value_at_all(operand, present, missing):
    assert compare(Word.PRESENT, operand, [TRUE]) is present
    assert compare(Word.PRESENT, operand, [FALSE]) is missing


@pytest.mark.parametrize(
    ("known", "wanted", "expected"),
    [
        ("F5146", "F51", T),
        ("F51", "F51", T),
        ("F51", "F5146", U),
        ("F52", "F51", F),
        ("K7010", "K701", T),
    ],
)
def test_an_industry_known_only_coarsely_is_not_a_no(known, wanted, expected):
    assert compare(Word.PREFIX_IN, codes(known, table="gbt4754"), [codes(wanted)]) is expected


def test_one_of_several_industries():
    both = codes("F51", "F52", table="gbt4754")

    assert compare(Word.PREFIX_IN, both, [codes("F")]) is T
    assert compare(Word.PREFIX_IN, both, [codes("F51")]) is U
    assert compare(Word.PREFIX_IN, both, [codes("C"), codes("H")]) is F


def test_a_prefix_without_a_table_is_a_beginning():
    assert compare(Word.PREFIX_IN, codes("ab1"), [codes("ab")]) is T
    assert compare(Word.PREFIX_IN, codes("ab1", "c"), [codes("ab")]) is U
    assert compare(Word.PREFIX_IN, codes("c"), [codes("ab")]) is F


def test_a_place_known_only_as_the_city_may_be_the_district():
    assert compare(Word.IS, codes("深圳市", table="admin_division"), [codes("罗湖区")]) is U
    assert compare(Word.NOT_IN, codes("深圳市", table="admin_division"), [codes("罗湖区")]) is U
    assert compare(Word.IS, codes("福田区", table="admin_division"), [codes("罗湖区")]) is F


@pytest.mark.parametrize(("truths", "expected"), [([], T), ([T, T], T), ([T, U], U), ([U, F], F)])
def test_the_tests_of_a_row_are_joined(truths, expected):
    assert all_of(truths) is expected
