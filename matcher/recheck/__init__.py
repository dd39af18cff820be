"""Replay a match result from its own trace, in exact fractions and without the engine, and name the first false line.

It reads the JSON of `huice match --format json` alone and shows that statuses and money follow from the facts, rates and limits
stated there; that these are the rules in force, the hash of the bundle says. It shares no code with the engine: these modules
use the standard library and each other. `matcher.interpret.exact` tells how values are written.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from matcher.recheck.combination import check_combination, check_questions
from matcher.recheck.program import Replay
from matcher.recheck.spans import Rejected

_BROKEN = (KeyError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)


def is_result(result: Any) -> bool:  # noqa: ANN401  anything that JSON can hold
    """Tell whether something is a match result that states enough to be replayed."""
    if not isinstance(result, dict) or not isinstance(result.get("results"), list):
        return False
    parts = [result.get("combination"), *result["results"]]
    return all(isinstance(part, dict) and isinstance(part.get("exact"), dict) for part in parts)


def recheck(result: Any) -> str:  # noqa: ANN401  anything that JSON can hold
    """Return nothing for a result that follows from its trace, else what is false first, in Chinese."""
    place = "结果"
    try:
        day, combination = date.fromisoformat(result["as_of"]), result["combination"]
        for outcome in result["results"]:
            place = f"项目 {outcome['policy']}"
            Replay(outcome, day, combination["exact"]["groups"]).run()
        place = "合并计算"
        check_combination(result["results"], combination)
        place = "下一步提问"
        check_questions(result["results"], result["next_questions"], day)
    except Rejected as found:
        return f"{place}：{found}"
    except _BROKEN as error:
        return f"{place}：缺少或写错了重演所需的内容（{type(error).__name__} {error}）"
    return ""
