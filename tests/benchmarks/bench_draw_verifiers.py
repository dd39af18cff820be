"""D9: time the verifiers at the size of a district: 50,000 units in Python and in Chromium, the teams' certificate in Chromium.

`HUICE_UNITS` sets another number of units. Times in Python are those of the processor; in the browser those of its clock,
on a machine that does nothing else.
"""

from __future__ import annotations

import base64
import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page

from enforcement.draw import commands
from enforcement.draw.assignment import assign
from enforcement.draw.commitment import Demand
from enforcement.draw.people import Inspector
from enforcement.draw.teams import Places, Visit
from enforcement.draw.transcript import Depth, Extent
from enforcement.draw.verify import verify
from enforcement.verifier import FILE
from tests.enforcement.draw.cases import (
    SIGNED,
    code,
    conflict,
    inspectors,
    listed,
    opened,
    plan,
    with_register,
    written,
)

UNITS, DRAWN, PERSONS, CONFLICTS = int(os.environ.get("HUICE_UNITS", "50000")), 300, 60, 2_000
VISITS, PER_VISIT = 300, 2
SEEN = "2026-12-01T10:00:00+08:00"

Returned = TypeVar("Returned")


def timed(name: str, step: Callable[[], Returned]) -> Returned:
    """Run a step, print its time, and return what it returns."""
    start = time.process_time()
    returned = step()
    sys.stdout.write(f"\n{name}: {time.process_time() - start:.2f} s")
    return returned


def test_time_of_a_whole_draw_in_python_and_in_the_browser(page: Page) -> None:
    """Print the times to commit, draw and verify, public and complete, with teams of 60 people and 2,000 conflicts."""
    frame = listed(UNITS, {"A": 1, "B": 1, "C": 1, "D": 1}, sealed=True)
    strata = [{"id": name, "n": DRAWN // 4} for name in "ABCD"]
    whole = written(
        {
            "plan": plan(strata=strata, method=dict.fromkeys("ABC", "ticket") | {"D": "pivotal"}),
            "lists": [with_register(frame, UNITS // 20)],
            "inspectors": inspectors(PERSONS, leads=20),
            "conflicts": [conflict(code(1 + n * 7 % UNITS), f"ZF-{1 + n % PERSONS:03}") for n in range(CONFLICTS)],
        }
    )
    sys.stdout.write(f"\n{UNITS} units")
    committed = timed("Python commit", lambda: commands.commit(whole).document)
    transcript = timed("Python draw", lambda: commands.run(committed, whole, written(opened()), SIGNED))
    page.goto(FILE.as_uri())
    for depth in (Depth.PUBLIC, Depth.COMPLETE):
        shown = commands.disclose(committed, whole, transcript, Extent(depth))
        size = f"{depth.value}, {len(shown) / 1e6:.1f} MB"
        assert timed(f"Python verify {size}", lambda: verify(shown, witnessed_at=SEEN, unit=code(9)).is_valid)  # noqa: B023
        valid, seconds = page.evaluate(
            """([data, options]) => {
              const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
              const start = performance.now();
              const { valid } = huice.verify(bytes, options);
              return [valid, (performance.now() - start) / 1000];
            }""",
            [base64.b64encode(shown).decode(), {"witnessedAt": SEEN, "unit": code(9)}],
        )
        sys.stdout.write(f"\nChromium verify {size}: {seconds:.2f} s")
        assert valid


@pytest.mark.parametrize("barred", [0, 5, 2])
def test_time_of_the_certificate_in_the_browser(page: Page, barred: int) -> None:
    """Print the time to check the certificate of 300 visits × 2 of 60 people."""
    persons = tuple(
        Inspector(f"ZF-{n:03}", "market", "2099-01-01", (), is_lead=n % 3 == 0, load=n % 4) for n in range(PERSONS)
    )
    places = [
        Places(
            Visit(f"site-{unit:03}", Demand("market", PER_VISIT, 1)),
            tuple(person for n, person in enumerate(persons) if not barred or (unit + n // 3) % barred),
        )
        for unit in range(VISITS)
    ]
    found = assign("5eed", places)
    sent = [
        {
            "unit": place.visit.unit,
            "dept": "market",
            "k": PER_VISIT,
            "lead": 1,
            "lawful": [person.insp for person in place.lawful],
            "team": list(team.insp),
        }
        for place, team in zip(places, found.teams, strict=True)
    ]
    page.goto(FILE.as_uri())
    good, seconds = page.evaluate(
        """([sent, leads, carried, limit]) => {
          const places = sent.map((place) => ({ ...place, lawful: new Set(place.lawful) }));
          const [may, loads] = [new Set(leads), new Map(Object.entries(carried))];
          const { teamFaults, overloaded, limitCanBeLower, canBeImproved } = huice.teams;
          const start = performance.now();
          const good = ![...teamFaults(places, may)].length && !overloaded(places, loads, limit).length &&
            !limitCanBeLower(places, may, loads, limit) && !canBeImproved("5eed", places, may, loads, limit);
          return [good, (performance.now() - start) / 1000];
        }""",
        [sent, [p.insp for p in persons if p.is_lead], {p.insp: p.load for p in persons}, found.greatest_load],
    )
    share = f"1 in {barred} barred" if barred else "all lawful"
    sys.stdout.write(f"\nChromium certificate, {share}: {seconds:.2f} s")
    assert good
