from __future__ import annotations

import random

import pytest

from matcher.advise.nearest import nearest_hit


@pytest.mark.parametrize("edge", [1, 2, 3, 7, 8, 9, 100, 99_999, 10**13])
def test_an_edge_above_is_found_exactly(edge):
    assert nearest_hit(lambda place: place >= edge, 0, 0, 10**14) == edge


@pytest.mark.parametrize("edge", [-1, -2, -50, -(10**9)])
def test_an_edge_below_is_found_exactly(edge):
    assert nearest_hit(lambda place: place <= edge, 0, -(10**10), 0) == edge


def test_the_ends_of_the_domain_count():
    assert nearest_hit(lambda place: place == 10, 0, 0, 10) == 10
    assert nearest_hit(lambda place: place > 10, 0, 0, 10) is None


def test_the_nearer_of_two_edges_is_taken_and_the_upper_of_equals():
    assert nearest_hit(lambda place: place >= 9 or place <= -3, 0, -99, 99) == -3
    assert nearest_hit(lambda place: abs(place) >= 5, 0, -99, 99) == 5


def test_a_guess_finds_what_doubling_would_jump_over():
    assert nearest_hit(lambda place: place == 11, 0, 0, 100) is None
    assert nearest_hit(lambda place: place == 11, 0, 0, 100, [10, 11, 12, 500]) == 11


def test_a_guess_beyond_the_edge_is_no_answer():
    assert nearest_hit(lambda place: place >= 7, 0, 0, 100, [50]) == 7


def test_a_guess_works_downwards_too():
    assert nearest_hit(lambda place: place in {-5, 20}, 0, -50, 50, [-5, 20]) == -5


def test_nothing_is_asked_twice():
    asked: list[int] = []

    def holds(place: int) -> bool:
        asked.append(place)
        return place >= 77

    nearest_hit(holds, 0, -100, 100, [10, 20, 76])

    assert len(asked) == len(set(asked))


def test_random_single_edges_are_found_wherever_they_are():
    rng = random.Random(1)
    for _ in range(500):
        low, high = -rng.randint(0, 10**6), rng.randint(0, 10**6)
        start, edge = sorted((rng.randint(low, high), rng.randint(low, high)))
        expected = edge if edge > start else None
        assert nearest_hit(lambda place, edge=edge, start=start: place >= edge > start, start, low, high) == expected
