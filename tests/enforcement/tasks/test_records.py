"""The result of a visit follows from its matters, and what follows must fit every one of them."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from enforcement.publicity.national import Result
from enforcement.tasks.records import GRAVEST_FIRST, close_visit, overall
from enforcement.tasks.visits import FollowUp, Trigger, Visit

VISIT = Visit(id="v", code="c", matters=("M-1", "M-2"), day=date(2026, 11, 24), trigger=Trigger.COMPLAINT, clue="x")


def test_every_result_has_its_place():
    assert set(GRAVEST_FIRST) == set(Result)
    assert len(GRAVEST_FIRST) == len(Result)


def test_no_finding_hides_behind_a_lighter_one():
    for one, other in product(Result, repeat=2):
        whole = overall([one, other])
        assert whole in (one, other)
        assert (whole is Result.NOTHING) == (one is other is Result.NOTHING)


@pytest.mark.parametrize(
    ("results", "follow_ups", "whole"),
    [
        ([Result.NOTHING, Result.NOTHING], [FollowUp.NONE], Result.NOTHING),
        ([Result.NOTHING, Result.CORRECTED], [FollowUp.CORRECT], Result.CORRECTED),
        ([Result.CORRECTED, Result.UNDISCLOSED], [FollowUp.CORRECT, FollowUp.LISTED], Result.UNDISCLOSED),
        ([Result.NO_BUSINESS, Result.NOTHING], [FollowUp.NONE], Result.NO_BUSINESS),
        ([Result.PENDING, Result.REFUSED], [FollowUp.CASE, FollowUp.PUBLICISED], Result.REFUSED),
    ],
)
def test_a_visit_is_closed_with_what_follows(results, follow_ups, whole):
    closed = close_visit(VISIT, results, follow_ups)

    assert (closed.result, closed.follow_ups) == (whole, tuple(follow_ups))


@pytest.mark.parametrize(
    ("results", "follow_ups", "words"),
    [
        ([], [FollowUp.NONE], "每个事项"),
        ([Result.NOTHING], [], "请写明后续处理"),
        ([Result.CORRECTED, Result.UNDISCLOSED], [FollowUp.CORRECT], "列入经营异常名录"),
        ([Result.UNDISCLOSED, Result.CORRECTED], [FollowUp.LISTED], "应有「责令改正」"),
        ([Result.NOTHING, Result.PENDING], [FollowUp.NONE], "应写明如何处理"),
        ([Result.NOTHING, Result.NOTHING], [FollowUp.COPY], "应写「无需后续处理」"),
    ],
)
def test_what_does_not_fit_one_matter_is_refused(results, follow_ups, words):
    with pytest.raises(ValueError, match=words):
        close_visit(VISIT, results, follow_ups)


def test_a_visit_has_one_result():
    closed = close_visit(VISIT, [Result.NOTHING], [FollowUp.NONE])

    with pytest.raises(ValueError, match="已有结果"):
        close_visit(closed, [Result.NOTHING], [FollowUp.NONE])
