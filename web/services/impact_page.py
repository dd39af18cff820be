"""Lay out an impact for its page: parts of bars, and words that do not hang on the language."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.impact.model import Bar, Chart, Move
from web.ui.charts import THINNEST, WIDTH

# The colours are attributes of the drawing; every part is told in words too.
COLOURS = {Move.WINS: "#0f6b3c", Move.LOSES: "#d58a1e", Move.UNSURE: "#6fa3da", Move.SAME: "#b9c2ce"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a drawn bar, in units of a box 1000 wide."""

    move: Move
    count: int
    colour: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its parts."""

    bar: Bar
    parts: tuple[Part, ...]


def drawn(chart: Chart) -> tuple[Drawn, ...]:
    """Return the bars of a chart to one scale."""
    most = max((bar.applicants for bar in chart.bars), default=0)
    return tuple(Drawn(bar, _parts(bar, most)) for bar in chart.bars)


def _parts(bar: Bar, most: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    seen = 0
    for move in Move:
        count = bar.moves.get(move, 0)
        if count:
            x = round(seen * WIDTH / most)
            seen += count
            width = max(THINNEST, round(seen * WIDTH / most) - x)
            parts.append(Part(move, count, COLOURS[move], min(x, WIDTH - THINNEST), width))
    return tuple(parts)
