"""State as exact numbers what the lines of a trace rest on, so that another program can replay them.

A value is written as JSON: a number as text (`"5"`, `"1/3"`, days counted from the year 1), a range as `"0..7"` with an open
end left out, both with `?` behind where there may be none, and `"none"` for what is known not to exist; codes, texts and
yes/no as a list of what they may be, `"*"` being anything and null that there may be none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from matcher.interpret.conditions import Measured
from matcher.interpret.possible import Needs, Possible
from matcher.interpret.scope import Scope, named, unpublished
from matcher.interpret.versions import Opening, spans_of, time_limit
from rules.language.model import Leaf, OnUnknown, Window, Word
from rules.vocabulary.codes import load_code_tables

Json = dict[str, Any]
Stated = str | list[str | bool | None]


def stated(found: Possible) -> Stated:
    """Return a value as JSON, see the module."""
    if not found.exists:
        return "none"
    if not found.is_ordered:
        members = ["*"] if found.members is None else sorted(found.members, key=str)
        return [*members, None] if found.absent else [*members]
    if found.lo is not None and found.lo == found.hi:
        text = str(found.lo)
    else:
        text = f"{'' if found.lo is None else found.lo}..{'' if found.hi is None else found.hi}"
    return f"{text}?" if found.absent else text


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────


def exact_leaf(leaf: Leaf, measured: Measured) -> Json:
    """Return the operand of a leaf, its tests with their bounds, what it counts as while undecidable, and its codes' order."""
    tests = [[test.word.value, *map(stated, bounds)] for test, bounds in zip(leaf.tests, measured.bounds, strict=True)]
    found: Json = {"is": stated(measured.operand), "tests": tests}
    if leaf.on_unknown is not OnUnknown.ASK:
        found["on_unknown"] = leaf.on_unknown.value
    if measured.operand.table and measured.operand.members:
        bounds = [bound for test in measured.bounds for bound in test]
        if pairs := _pairs(measured.operand, bounds):
            found["under"] = pairs
    elif any(test.word is Word.PREFIX_IN for test in leaf.tests):
        found["by_spelling"] = True
    return found


def _pairs(operand: Possible, bounds: Iterable[Possible]) -> list[list[str]]:
    """Return the pairs of different codes of which the first lies under the second, across a comparison."""
    table = load_code_tables()[operand.table]
    mine = sorted(map(str, operand.members or ()))
    theirs = sorted({str(member) for bound in bounds for member in bound.members or ()})
    crossed = [(one, other) for one in mine for other in theirs if one != other]
    both = [*crossed, *((other, one) for one, other in crossed)]
    return [[one, other] for one, other in both if table.is_under(one, other)]


# ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────


def exact_outcome(scope: Scope, window: Opening, amount: Possible | None, reviews: Sequence[str], parts: int) -> Json:
    """Return what the status rests on besides the lines: days, how many lines there must be, which facts are open."""
    version = scope.version
    found: Json = {
        "parts": parts,
        "steps": len(version.steps),
        "fact_year": scope.fact_year,
        "version": [version.from_.isoformat(), version.to and version.to.isoformat()],
        "window": version.window and _days(version.window, scope),
        "window_missing": list(named(window.needs, scope.fact_year)),
    }
    suspension = version.suspension
    if suspension is not None:
        found["suspended"] = [suspension.from_.isoformat(), suspension.to and suspension.to.isoformat()]
    needs: Needs = () if amount is None else amount.needs
    found["amount_missing"] = list(named(needs, scope.fact_year))
    found["unpublished"] = list(unpublished(needs))
    found["reviews"] = list(reviews)
    return found


def _days(window: Window, scope: Scope) -> Json | list[list[str]]:
    """Return the spans of a window, or the ends of its time limit."""
    if window.within is not None:
        return dict(zip(("event", "end"), map(stated, time_limit(window, scope)), strict=True))
    return [[first.isoformat(), end.isoformat()] for first, end in spans_of(window, scope.on)]
