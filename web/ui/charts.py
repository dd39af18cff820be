"""Work out the geometry of small charts; templates/components/charts.html draws it and adds the same data as a table.

Bars are SVG without text, in a box 1000 units wide that stretches sideways; every word and figure stands in HTML, so that
it keeps its size on a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 1000
THINNEST = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a calculation: the running amount before and after it, in 分, and its clause.

    `after_most` is the upper bound where the amount is not yet known exactly.
    """

    label: str
    before: int
    after: int
    after_most: int | None = None
    note: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a waterfall; x and width in units of the box, amounts in 分; `kind` is up, down, same or total."""

    label: str
    kind: str
    x: int
    width: int
    maybe_width: int
    change: int
    after: int
    after_most: int | None
    note: str
    clause: str


def waterfall(steps: Sequence[Step], total_label: str = "") -> tuple[Bar, ...]:
    """Return the rows for `steps`, and a last one for the total when it has a label."""
    top = max([1, *(max(step.before, step.after, step.after_most or 0) for step in steps)])

    def scaled(fen: int) -> int:
        return round(fen * WIDTH / top)

    def bar(step: Step, kind: str, low: int, high: int) -> Bar:
        most = step.after_most if step.after_most is not None and step.after_most > step.after else None
        x = min(scaled(low), WIDTH - THINNEST)
        width = min(max(scaled(high) - x, THINNEST), WIDTH - x)
        return Bar(
            label=step.label,
            kind=kind,
            x=x,
            width=width,
            maybe_width=0 if most is None else max(0, scaled(most) - x - width),
            change=step.after - step.before,
            after=step.after,
            after_most=most,
            note=step.note,
            clause=step.clause,
        )

    bars = []
    for step in steps:
        kind = "up" if step.after > step.before else "down" if step.after < step.before else "same"
        bars.append(bar(step, kind, min(step.before, step.after), max(step.before, step.after)))
    if steps and total_label:
        last = steps[-1]
        bars.append(bar(Step(total_label, 0, last.after, last.after_most), "total", 0, last.after))
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar of conditions: how many have this truth (T, F, U, R), and where it is drawn."""

    truth: str
    count: int
    x: int
    width: int


def condition_bar(counts: Mapping[str, int]) -> tuple[Segment, ...]:
    """Return the parts of a bar that shows how many conditions hold, fail, are open, or need a person; empties left out."""
    total = sum(counts.values())
    segments = []
    seen = 0
    for truth in ("T", "R", "U", "F"):
        count = counts.get(truth, 0)
        if count:
            x = round(seen * WIDTH / total)
            seen += count
            segments.append(Segment(truth, count, x, round(seen * WIDTH / total) - x))
    return tuple(segments)


def sparkline(values: Sequence[int], height: int = 100) -> str:
    """Return the `points` of a polyline through `values` in a box of 1000 × `height`; empty for fewer than two."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    last = len(values) - 1
    return " ".join(
        f"{round(index * WIDTH / last)},{round(height - (value - low) * height / span)}"
        for index, value in enumerate(values)
    )
