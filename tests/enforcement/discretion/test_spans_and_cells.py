from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from enforcement.discretion.cells import cells, pieces
from enforcement.discretion.library import load_library
from enforcement.discretion.spans import Span, hull, rounded


def span(low, high, has_low=True, has_high=True):
    return Span(Fraction(low), Fraction(high), has_low, has_high)


@pytest.mark.parametrize(
    ("exact", "unit", "expected"),
    [
        (span(100, 1000), 100, (100, 1000)),
        (span(101, 999), 100, (200, 900)),
        (span(100, 1000, has_low=False, has_high=False), 100, (200, 900)),
        (span("100.5", "200.5"), 1, (101, 200)),
        (span(110, 190), 100, (110, 190)),  # no whole 元 inside: 分
        (span(150, 150), 100, (150, 150)),
        (span("100.2", "100.8"), 100, (100, 100)),  # not even a 分 inside: the one below
        (span(100, 101, has_low=False, has_high=False), 1, (100, 100)),
    ],
)
def test_a_span_is_rounded_inwards(exact, unit, expected):
    assert rounded(exact, unit) == expected


@pytest.mark.parametrize(
    ("inner", "lies"),
    [
        (span(100, 1000), True),
        (span(100, 1000, has_low=False), True),
        (span(99, 1000), False),
        (span(100, 1001), False),
        (span(500, 500), True),
    ],
)
def test_a_span_lies_in_another_with_its_ends(inner, lies):
    assert inner.lies_in(span(100, 1000)) is lies


def test_an_end_that_the_law_leaves_out_must_be_left_out():
    law = span(100, 1000, has_low=False, has_high=False)

    assert not span(100, 500).lies_in(law)
    assert not span(500, 1000).lies_in(law)
    assert span(100, 1000, has_low=False, has_high=False).lies_in(law)


def test_the_hull_includes_an_end_that_any_span_includes():
    assert hull([span(1, 5, has_low=False), span(1, 9, has_high=False), span(2, 9, has_high=False)]) == span(
        1, 9, has_high=False
    )


def test_the_pieces_of_a_number_follow_each_other_without_gap_or_overlap():
    for benchmark in load_library().benchmarks.values():
        for act in benchmark.acts.values():
            for name in act.facts():
                found = pieces(name, act, benchmark)
                if isinstance(found[0].first, bool | str):
                    continue
                assert found[0].first == 0
                assert all(after.first == before.last + 1 for before, after in pairwise(found))
                assert found[-1].last == 10**14


def test_the_cells_of_an_act_are_every_combination():
    table = load_library().benchmarks["taian-registration-68"]
    act = table.acts["unregistered"]

    assert len(cells(act, table)) == 2 * 2 * 3 * 2
    assert len(cells(act, table, {"serious": True, "turnover": 5})) == 2 * 2


def test_a_point_and_an_excluded_word_cut_cells_like_any_bound(small, read, edit):
    text = edit(
        small[: small.index("tests:")],
        ("{if: value, below: 50元}", "{all: [{if: value, is: 50元}, {if: gravity, not_in: [轻]}]}"),
        ("{if: value, from: 50元}", "{not: {all: [{if: value, in: [50元]}, {if: gravity, is: 重}]}}"),
        ("货值不足50元", "货值50元"),
        ("货值50元以上", "货值不是50元"),
    )

    library, findings = read(text)

    assert {found.code for found in findings} == {"tests.boundary", "tests.grade"}
    small_table = library.benchmarks["small"]
    assert len(cells(small_table.acts["act"], small_table)) == 3 * 2
