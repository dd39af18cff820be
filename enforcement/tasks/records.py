"""Join the results of single matters to the result of a visit, and find where results and what follows do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from enforcement.publicity.national import Result
from enforcement.tasks.visits import FollowUp, Visit, record_result

# From grave to light. The result of a whole visit is the gravest of its matters: no finding hides behind a lighter one.
GRAVEST_FIRST = (
    Result.REFUSED,
    Result.FALSE,
    Result.PENDING,
    Result.UNDISCLOSED,
    Result.UNREACHABLE,
    Result.CORRECTED,
    Result.NO_BUSINESS,
    Result.NOTHING,
)


def overall(results: Sequence[Result]) -> Result:
    """Return the result of a visit whose matters had these results, at least one."""
    return min(results, key=GRAVEST_FIRST.index)


def close_visit(visit: Visit, results: Sequence[Result], follow_ups: Sequence[FollowUp]) -> Visit:
    """Give a visit its overall result; raise ValueError, in Chinese, when what follows does not fit one of the matters."""
    if not results:
        raise ValueError("请给每个事项写明结果")
    whole = overall(results)
    # A matter without findings asks for nothing when another one has some; every finding asks for what it must have.
    for result in dict.fromkeys(results):
        if result is not Result.NOTHING or whole is Result.NOTHING:
            record_result(replace(visit, result=None), result, follow_ups)
    return record_result(visit, whole, follow_ups)
