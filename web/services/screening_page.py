"""Prepare the page of a finished screening: totals, the map of applicants and programs, one page of the list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.vector.outreach import Caller, Line, Summary

PAGE = 20
LINES_SHOWN = 6  # of each applicant, the certain ones first; an export has all
COLUMNS_SHOWN = 12  # programs of the map, those with most applicants first


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page shows; `cells` has for each caller the line of each program of the map, None for a plain “no”."""

    summary: Summary
    count: int
    callers: list[Caller]
    cells: list[list[Line | None]]
    page: int
    pages: int


def listing(folder: Path, policy: str, words: str, page: int) -> Listing:
    """Return one page of the list, narrowed to a program and to words in the name."""
    from matcher.vector.outreach import Outreach

    outreach = Outreach(folder)
    count, callers = outreach.callers((page - 1) * PAGE, PAGE, policy, words)
    shown = [program.policy for program in outreach.summary.programs[:COLUMNS_SHOWN]]
    cells = []
    for caller in callers:
        lines = {line.policy: line for line in caller.lines}
        cells.append([lines.get(name) for name in shown])
    return Listing(outreach.summary, count, callers, cells, page, max(1, -(-count // PAGE)))
