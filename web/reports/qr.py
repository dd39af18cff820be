"""Draw an address as a QR code that prints well."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape

QUIET_ZONE = 4  # modules; scanners need them


def qr_svg(address: str, label: str, size: int = 132) -> Markup:
    """Return an inline SVG named `label`, `size` pixels wide, at error level M."""
    code = segno.make(address, error="m", micro=False)
    width = code.symbol_size(border=QUIET_ZONE)[0]
    paths = []
    for y, row in enumerate(code.matrix_iter(border=QUIET_ZONE)):
        run = 0
        for x, dark in enumerate([*row, 0]):
            if dark:
                run += 1
            elif run:
                paths.append(f"M{x - run} {y}h{run}v1h-{run}z")
                run = 0
    return Markup(
        '<svg class="qr" role="img" aria-label="{label}" width="{size}" height="{size}" viewBox="0 0 {width} {width}"'
        ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{width}H0z"></path>'
        '<path fill="#000" d="{path}"></path></svg>'
    ).format(label=escape(label), size=size, width=width, path="".join(paths))
