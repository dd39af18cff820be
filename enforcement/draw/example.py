"""The worked example of the protocol (its section 14 A), as the files that the steps of a draw read; all names are invented."""

from __future__ import annotations

import json

from enforcement.draw.seed import salt_commitment
from enforcement.draw.transcript import Signed

SALT = "00112233445566778899aabbccddeeff" * 2
SIGNED = Signed("2026-12-03T22:00:00+08:00", "planner-1", "publisher-2")
_UNITS = (
    ("91110000600037341L", "A", 1),
    ("91310112087994932F", "B", 2),
    ("91310115MA1K3BTP2B", "B", 2),
    ("91310116052958608G", "B", 3),
    ("91310116076409427L", "B", 3),
    ("91340600MA2PBM9HXD", "B", 6),
)
_VALUES = {
    "ssq.2026140": "01,05,11,19,27,33+08",
    "dlt.2026137": "03,09,17,28,35+02,11",
    "sse.000001.close.20261202": "3456.7890",
}


def case_file(method: str = "ticket") -> bytes:
    """Return the plan and the list; `method` is how stratum B is drawn."""
    draw, party = "SSJ-2026-0007", "justice-bureau"
    plan = {
        "draw": draw,
        "attempt": 1,
        "strata": [{"id": "A", "n": 1}, {"id": "B", "n": 2}],
        "method": {"A": "ticket", "B": method},
        "sources": [{"name": name} for name in _VALUES],
        "not_before": "2026-12-02T15:00:00+08:00",
        "salts": [{"party": party, "commit": salt_commitment(draw, party, SALT)}],
        "secrecy": "sealed",
        "reveal_by": "2027-01-15",
    }
    frame = [{"unit": unit, "stratum": stratum, "w": weight} for unit, stratum, weight in _UNITS]
    return _written({"plan": plan, "lists": [{"frame": frame}]})


def opened_file() -> bytes:
    """Return the values of the sources and the opened salt."""
    values = [{"name": name, "value": value} for name, value in _VALUES.items()]
    return _written({"sources": values, "salts": [{"party": "justice-bureau", "value": SALT}]})


def _written(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
