"""Build draws to test with: invented enterprises, inspectors and conflicts, and every file that the steps hand on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from enforcement.draw import commands
from enforcement.draw.seed import salt_commitment
from enforcement.draw.transcript import EVERYONE, Extent, Signed

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PARTIES = {"justice-bureau": "ab" * 32, "supervision": "cd" * 32}
SIGNED = Signed("2026-12-03T22:00:00+08:00", "planner-1", "publisher-2")
VALUES = {
    "ssq.2026140": "01,05,11,19,27,33+08",
    "dlt.2026137": "03,09,17,28,35+02,11",
    "sse.000001.close.20261203": "3456.7890",
    "dice.hall-3": "12345678901234567890",
}
AT = {
    "ssq.2026140": "2026-12-03T21:15:00+08:00",
    "dlt.2026137": "2026-12-02T21:25:00+08:00",
    "dice.hall-3": "2026-12-03T10:00:00+08:00",
}


def code(number: int) -> str:
    """Return an invented credit code with a right check digit."""
    body = f"91440300{number:09d}"
    weighted = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[-weighted % 31]


def salt(*parts: object) -> str:
    """Return a salt of 16 bytes that is the same on every run."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def listed(
    count: int, strata: dict[str, int] | None = None, *, sealed: bool = False, start: int = 1
) -> list[dict[str, Any]]:
    """Return `count` frame entries, spread over the strata (name → weight of its first unit)."""
    names = list(strata or {"A": 1})
    entries = []
    for number in range(start, start + count):
        stratum = names[number % len(names)]
        entry = {"unit": code(number), "stratum": stratum, "w": (strata or {}).get(stratum, 1) + number % 3}
        entries.append({**entry, "salt": salt("unit", number)} if sealed else entry)
    return entries


def inspectors(
    count: int, dept: str = "market", *, leads: int = 1, start: int = 1, **changed: object
) -> list[dict[str, Any]]:
    """Return inspectors of a department, of whom the first ones may lead."""
    return [
        {
            "insp": f"ZF-{number:03}",
            "dept": dept,
            "valid_until": "2027-12-31",
            "available": [["2026-12-01", "2027-01-31"]],
            "skills": ["A07", "B12"],
            "lead": int(number < start + leads),
            "load": 0,
            **changed,
        }
        for number in range(start, start + count)
    ]


def conflict(unit: str, insp: str, basis: str = "kinship") -> dict[str, Any]:
    """Return a conflict with its two salts."""
    salts = {"who_salt": salt("who", unit, insp), "why_salt": salt("why", unit, insp)}
    return {"unit": unit, "insp": insp, "basis": basis, **salts}


def plan(**changed: object) -> dict[str, Any]:
    """Return a plan that binds: sealed, two salts, three sources, one stratum, teams of two with a lead."""
    sources = [
        {"name": "ssq.2026140", "format": "rr,rr,rr,rr,rr,rr+bb", "at": AT["ssq.2026140"]},
        {"name": "dlt.2026137", "at": AT["dlt.2026137"]},
        {"name": "sse.000001.close.20261203"},
    ]
    salts = [{"party": party, "commit": salt_commitment("SSJ-1", party, value)} for party, value in PARTIES.items()]
    whole = {
        "draw": "SSJ-1",
        "attempt": 1,
        "plan": "JH-2026-003",
        "items": ["A07"],
        "strata": [{"id": "A", "n": 3}],
        "method": {"A": "ticket"},
        "team": [{"dept": "market", "k": 2, "lead": 1, "items": ["A07"]}],
        "window": {"from": "2026-12-07", "to": "2026-12-31"},
        "sources": sources,
        "fallback": "next issue of the same source",
        "not_before": "2026-12-02T15:00:00+08:00",
        "secrecy": "sealed",
        "reveal_by": "2027-01-15",
        "salts": salts,
        "spec": "0" * 64,
        "code": "1.0",
    }
    return {name: value for name, value in {**whole, **changed}.items() if value is not None}


def with_register(frame: list[dict[str, Any]], excluded: int = 0) -> dict[str, Any]:
    """Return a list document: the frame, and a register that has `excluded` more units, left out with a reason."""
    out = [code(number) for number in range(900_000, 900_000 + excluded)]
    return {
        "frame": frame,
        "register": [*(entry["unit"] for entry in frame), *out],
        "exclusions": [{"unit": unit, "reason": "ceased", "by": "pl-1", "second": "pb-2"} for unit in out],
    }


def case(**changed: object) -> dict[str, Any]:
    """Return a whole case of 12 units and 5 inspectors, with two conflicts."""
    frame = listed(12)
    whole = {
        "plan": plan(),
        "lists": [with_register(frame, 2)],
        "inspectors": inspectors(5, leads=2),
        "conflicts": [conflict(code(3), "ZF-001"), conflict(code(7), "ZF-004", "rotation")],
    }
    return {**whole, **changed}


def joint_case() -> dict[str, Any]:
    """Return a sealed case with everything in it: tiers sealed, pivotal, reserves, two departments, two joint programmes."""
    fire = {
        "id": "fire",
        "strata": [{"id": "F", "n": 3}],
        "method": {"F": "ticket"},
        "team": [{"dept": "fire", "k": 2, "lead": 1}],
    }
    labour = {
        "id": "labour",
        "order": "high",
        "strata": [{"id": "A", "n": 2}, {"id": "B", "n": 2}],
        "method": {"A": "pivotal", "B": "ticket"},
        "team": [{"dept": "fire", "k": 2}, {"dept": "market", "k": 1, "items": ["B12"]}],
    }
    joint_plan = plan(
        strata=[{"id": "A", "n": 3, "reserve": 2}, {"id": "B", "n": 2}, {"id": "C", "n": 2}],
        method={"A": "ticket", "B": "pivotal", "C": "ticket"},
        joint=[fire, labour],
    )
    frame = listed(24, {"A": 1, "B": 5, "C": 2}, sealed=True)
    return {
        "plan": joint_plan,
        "lists": [
            with_register(frame, 3),
            {**with_register(listed(10, {"F": 1}))},
            {**with_register(listed(16, {"A": 2, "B": 1}), 1)},
        ],
        "inspectors": [*inspectors(6, leads=2), *inspectors(5, "fire", start=50, leads=2, load=1)],
        "conflicts": [conflict(code(number), f"ZF-{1 + number % 4:03}") for number in range(1, 20, 2)],
    }


def opened(names: dict[str, str] | None = None, parties: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the file of opened sources and salts; by default for `plan()`."""
    chosen = {name: VALUES[name] for name in list(VALUES)[:3]} if names is None else names
    salts = PARTIES if parties is None else parties
    return {
        "sources": [{"name": name, "value": value} for name, value in chosen.items()],
        "salts": [{"party": party, "value": value} for party, value in salts.items()],
    }


def written(document: object) -> bytes:
    """Return a file as a person would write it, not canonical."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def drawn(
    whole: dict[str, Any], extent: Extent = EVERYONE, *, values: dict[str, Any] | None = None, practice: bool = False
) -> dict[str, Any]:
    """Go through all steps and return the disclosure, parsed."""
    files = written(whole), written(values or opened())
    commitment = commands.commit(files[0], practice=practice).document
    transcript = commands.run(commitment, files[0], files[1], SIGNED, practice=practice)
    disclosure: dict[str, Any] = json.loads(commands.disclose(commitment, files[0], transcript, extent))
    return disclosure
