"""D9: time a draw at the size of a district: the teams of 300 visits, and 50,000 units from list to verification.

Time is that of the processor, so that a busy machine says the same; `HUICE_UNITS` sets another number of units.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from enforcement.draw import commands
from enforcement.draw.assignment import assign
from enforcement.draw.commitment import Demand
from enforcement.draw.people import Inspector
from enforcement.draw.teams import Places, Visit
from enforcement.draw.transcript import Depth, Extent
from enforcement.draw.verify import verify
from enforcement.draw.verify_teams import Place, can_be_improved, limit_can_be_lower, overloaded, team_faults
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

VISITS, PERSONS, PER_VISIT = 300, 60, 2
UNITS, DRAWN, CONFLICTS = int(os.environ.get("HUICE_UNITS", "50000")), 300, 2_000

Returned = TypeVar("Returned")


def timed(name: str, step: Callable[[], Returned]) -> Returned:
    """Run a step, print its time, and return what it returns."""
    start = time.process_time()
    returned = step()
    sys.stdout.write(f"\n{name}: {time.process_time() - start:.2f} s")
    return returned


@pytest.mark.parametrize("barred", [0, 5, 2])
def test_time_of_the_teams(barred: int) -> None:
    """Print the time to assign 300 visits × 2 of 60 people, and to check the certificate."""
    persons = tuple(
        Inspector(f"ZF-{n:03}", "market", "2099-01-01", (), is_lead=n % 3 == 0, load=n % 4) for n in range(60)
    )
    places = [
        Places(
            Visit(f"site-{unit:03}", Demand("market", PER_VISIT, 1)),
            tuple(person for n, person in enumerate(persons) if not barred or (unit + n // 3) % barred),
        )
        for unit in range(VISITS)
    ]
    share = f"1 in {barred} barred" if barred else "all lawful"

    found = timed(f"assign {VISITS} × {PER_VISIT} of {PERSONS}, {share}", lambda: assign("5eed", places))

    published = [
        Place(place.visit.unit, "market", PER_VISIT, 1, frozenset(p.insp for p in place.lawful), team.insp)
        for place, team in zip(places, found.teams, strict=True)
    ]
    leads, carried = {p.insp for p in persons if p.is_lead}, {p.insp: p.load for p in persons}
    limit = found.greatest_load
    assert timed(
        "  its certificate",
        lambda: (
            not (
                list(team_faults(published, leads))
                or overloaded(published, carried, limit)
                or limit_can_be_lower(published, leads, carried, limit)
                or can_be_improved("5eed", published, leads, carried, limit)
            )
        ),
    )


def test_time_of_a_whole_draw() -> None:
    """Print the times of 50,000 units in sealed tiers: 300 drawn, teams of 60 people, 2,000 conflicts."""
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
    sys.stdout.write(f"\n{UNITS} units, case file {len(whole) / 1e6:.1f} MB")
    committed = timed("commit", lambda: commands.commit(whole).document)
    transcript = timed("run", lambda: commands.run(committed, whole, written(opened()), SIGNED))
    public = timed("disclose to everyone", lambda: commands.disclose(committed, whole, transcript))
    complete = timed("disclose all", lambda: commands.disclose(committed, whole, transcript, Extent(Depth.COMPLETE)))
    for shown in (public, complete):
        assert timed(f"verify {len(shown) / 1e6:.1f} MB", lambda: verify(shown, unit=code(9)).is_valid)  # noqa: B023
