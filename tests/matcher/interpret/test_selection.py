"""Limits on the number of items: the bounds hold however the open things turn out."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.interpret.amounts.selection import UNKNOWN_GROUP, Claim, left_out, select
from matcher.interpret.possible import ABSENT, Possible, exactly
from rules.language.model import ItemOrder

LISTED, AMOUNT = ItemOrder.LISTED, ItemOrder.AMOUNT


def sure(amount, group=None):
    return Claim(exactly(amount), is_sure=True, group=group)


def paid(claims, count, order):
    """Pay the claims one way they may turn out: [(amount, group)] in the order of the list."""
    ranked = sorted(claims, key=lambda claim: -claim[0]) if order is AMOUNT else claims
    used, total = {}, 0
    for amount, group in ranked:
        if count is None or used.get(group, 0) < count:
            total += amount
            used[group] = used.get(group, 0) + 1
    return total


def completions(claims):
    choices = []
    for claim in claims:
        groups = ["g", "h"] if claim.group is UNKNOWN_GROUP else [claim.group]
        amounts = {claim.amount.lo, claim.amount.hi}
        there = [(amount, group) for amount in amounts for group in groups]
        choices.append(there if claim.is_sure else [None, *there])
    for chosen in product(*choices):
        yield [each for each in chosen if each is not None]


claims_drawn = st.lists(
    st.builds(
        lambda lo, more, is_sure, group: Claim(Possible(lo, lo + more, needs=("x",)), is_sure, group, ("y",)),
        st.integers(0, 5),
        st.integers(0, 4) | st.just(0),
        st.booleans(),
        st.sampled_from(["g", "h", UNKNOWN_GROUP]),
    ),
    max_size=4,
)


@settings(max_examples=300)
@given(claims_drawn, st.sampled_from([0, 1, 2, 3]), st.sampled_from([0, 1]), st.sampled_from([LISTED, AMOUNT]))
def test_every_way_it_may_turn_out_lies_inside_the_bounds(claims, fewest, more, order):
    count = Possible(fewest, fewest + more)
    found = select(claims, count, order)

    for completion in completions(claims):
        for limit in (fewest, fewest + more):
            assert found.lo <= paid(completion, limit, order) <= found.hi


@settings(max_examples=300)
@given(claims_drawn, st.integers(0, 3), st.sampled_from([LISTED, AMOUNT]))
def test_what_is_left_out_is_never_paid(claims, limit, order):
    out = left_out(claims, exactly(limit), order)
    kept = [claim for place, claim in enumerate(claims) if place not in out]

    # Leaving them away changes no bound from above.
    assert select(kept, exactly(limit), order).hi == select(claims, exactly(limit), order).hi


@settings(max_examples=300)
@given(st.data())
def test_knowing_more_about_a_claim_never_widens_the_bounds(data):
    claims = data.draw(claims_drawn.filter(bool))
    order, limit = data.draw(st.sampled_from([LISTED, AMOUNT])), exactly(data.draw(st.integers(0, 3)))
    place = data.draw(st.integers(0, len(claims) - 1))
    claim = claims[place]
    amount = exactly(data.draw(st.sampled_from([claim.amount.lo, claim.amount.hi])))
    group = data.draw(st.sampled_from(["g", "h"])) if claim.group is UNKNOWN_GROUP else claim.group
    told = [] if not claim.is_sure and data.draw(st.booleans()) else [Claim(amount, is_sure=True, group=group)]

    before, after = select(claims, limit, order), select([*claims[:place], *told, *claims[place + 1 :]], limit, order)

    assert before.lo <= after.lo <= after.hi <= before.hi


@pytest.mark.parametrize(
    ("order", "total", "out"),
    [(LISTED, 3 + 1, {2, 3}), (AMOUNT, 5 + 4, {0, 1})],
)
def test_the_first_or_the_dearest_two_are_paid(order, total, out):
    claims = [sure(3), sure(1), sure(5), sure(4)]

    assert select(claims, exactly(2), order) == exactly(total)
    assert left_out(claims, exactly(2), order) == out


def test_of_equally_dear_items_the_earlier_one_is_paid():
    assert left_out([sure(2), sure(2), sure(2)], exactly(1), AMOUNT) == {1, 2}


def test_each_group_has_its_own_limit():
    claims = [sure(1, "2024"), sure(2, "2024"), sure(4, "2025")]

    assert select(claims, exactly(1), AMOUNT) == exactly(6)
    assert select(claims, exactly(1), LISTED) == exactly(5)


@pytest.mark.parametrize("order", [LISTED, AMOUNT])
@pytest.mark.parametrize("count", [ABSENT, Possible(5, None)])
def test_without_a_limit_all_are_paid(count, order):
    claims = [sure(1), Claim(Possible(2, None, needs=("x",)), is_sure=True, group=None)]

    assert select(claims, count, order)[:2] == (3, None)
    assert left_out(claims, count, order) == set()


def test_a_limit_of_none_pays_nothing():
    unbounded = Claim(Possible(2, None), is_sure=True, group=None)

    assert select([unbounded], exactly(0), AMOUNT) == exactly(0)


def test_only_what_can_still_be_paid_is_asked_for():
    claims = [sure(3), Claim(Possible(0, 9, needs=("late",)), is_sure=True, group=None)]

    assert select(claims, exactly(1), LISTED) == exactly(3)
    assert select(claims, Possible(1, 2, needs=("n", "late")), LISTED).needs == ("late", "n")
