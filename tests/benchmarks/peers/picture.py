"""Draw bars on a logarithmic scale as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, HEAD = 760, 230, 90, 26, 44


def bars(charts: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """Return one chart under the other, the shortest bar first; lengths are logarithms, the numbers stand beside."""
    parts = []
    top = 10
    for title, rows in charts:
        ordered = sorted(rows, key=lambda row: row[1])
        least, most = ordered[0][1] / 3, ordered[-1][1]
        parts.append(
            f'<text x="10" y="{top + 20}" font-size="16" font-weight="bold">{escape(title)}（对数刻度）</text>'
        )
        for place, (name, value) in enumerate(ordered):
            y = top + HEAD + place * ROW
            length = (WIDTH - LEFT - RIGHT) * math.log(value / least) / math.log(most / least)
            colour = "#b3261e" if name.startswith("惠策") else "#7a8794"
            number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
            parts.append(f'<text x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="18" fill="{colour}"/>')
            parts.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 13}">{number}</text>')
        top += HEAD + len(ordered) * ROW + 20
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" font-size="13">\n'
        f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>\n{inside}\n</svg>\n'
    )
