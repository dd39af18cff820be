"""The numbers that the protocol's own text states, beyond its first example, are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.draw.assignment import Assignment, assign
from enforcement.draw.commitment import Demand
from enforcement.draw.frame import Unit
from enforcement.draw.people import People, Period, read_people
from enforcement.draw.pivotal import Weighted, counter_numbers, pivotal
from enforcement.draw.substitution import Cause, Substitution, substitute
from enforcement.draw.teams import Places, Visit, find_places, lot
from enforcement.draw.tickets import Order, in_order, make_tickets

TEXT = (Path(__file__).parents[3] / "docs" / "draw-protocol.md").read_text(encoding="utf-8")
SEED = "9b2e8a411aefbf9baa981b1d13993d55d449609ccc2342c8ead09a9ce2848615"
WEIGHTS = {
    "91310112087994932F": 2,
    "91310115MA1K3BTP2B": 2,
    "91310116052958608G": 3,
    "91310116076409427L": 3,
    "91340600MA2PBM9HXD": 6,
}
UNITS = ["91110000600037341L", "91310112087994932F", "91310116052958608G"]


def row(first_cell: str) -> list[str]:
    """Return the other cells of the table row of the text that begins so."""
    (line,) = [line for line in TEXT.splitlines() if line.startswith(f"| {first_cell} |")]
    return [cell.strip(" *") for cell in line.strip("|").split("|")[1:]]


@pytest.mark.parametrize(
    ("cell", "order", "label"),
    [
        ("`ticket`, `low`", Order.LOW, None),
        ("`ticket`, `high`", Order.HIGH, None),
        ("`pivotal`, label `B` (W = 16; masses 4, 6, 6, 4, 12)", Order.LOW, "B"),
        ("`pivotal`, label `fire:B`", Order.LOW, "fire:B"),
        ("`pivotal`, `high`, label `labour:B`", Order.HIGH, "labour:B"),
    ],
)
def test_the_samples_in_the_text(cell, order, label):
    ordered = [ticket.unit for ticket in in_order(make_tickets(SEED, WEIGHTS), order)]
    weighted = [Weighted(unit, WEIGHTS[unit]) for unit in ordered]

    drawn = ordered[:2] if label is None else pivotal(weighted, 2, counter_numbers(SEED, label))

    assert row(cell) == [", ".join(unit for unit in ordered if unit in drawn)]


def people() -> People:
    persons = [
        {
            "insp": name,
            "dept": "market",
            "valid_until": "2027-12-31",
            "available": [["2026-12-01", "2027-01-31"]],
            "skills": ["A07"],
            "lead": lead,
            "load": load,
        }
        for name, lead, load in [("ZF-014", 1, 0), ("ZF-021", 0, 0), ("ZF-037", 1, 1), ("ZF-052", 0, 0)]
    ]
    conflicts = [
        {"unit": UNITS[1], "insp": "ZF-014", "basis": "kinship", "who_salt": f"{1:032}", "why_salt": f"{2:032}"},
        {
            "unit": "91340600MA2PBM9HXD",
            "insp": "ZF-052",
            "basis": "rotation",
            "who_salt": f"{3:032}",
            "why_salt": f"{4:032}",
        },
    ]
    return read_people({"inspectors": persons, "conflicts": conflicts})


def teams() -> tuple[tuple[Places, ...], Assignment]:
    visits = [Visit(unit, Demand("market", 2, 1, ("A07",))) for unit in UNITS]
    places = find_places(visits, people(), Period("2026-12-07", "2026-12-31"))
    return places, assign(SEED, places)


def test_the_sealed_leaves_in_the_text():
    record = people().conflicts[0].record()

    assert Unit(UNITS[0], "A", 1, "00112233445566778899aabbccddeeff").record()["c"] in TEXT
    assert f"who `{record['who']}`, why `{record['why']}`" in TEXT
    assert f"root `{people().conflicts_head()['root']}`, size 2" in TEXT
    assert people().inspectors_head()["root"] in TEXT


def test_the_teams_in_the_text():
    _, found = teams()
    names = ["ZF-014", "ZF-021", "ZF-037", "ZF-052"]
    in_bold = {
        unit: [name for name, cell in zip(names, bold_row(unit), strict=True) if cell.startswith(" **")]
        for unit in UNITS
    }

    for unit in UNITS:
        lots = [str(lot(SEED, unit, name) >> 56) for name in names]
        assert [cell for cell in row(unit) if cell != "conflict"] == [
            text for text, name in zip(lots, names, strict=True) if (unit, name) != (UNITS[1], "ZF-014")
        ]
    assert {team.visit.unit: list(team.insp) for team in found.teams} == in_bold
    assert found.greatest_load == 2
    total = sum(lot(SEED, team.visit.unit, name) >> 56 for team in found.teams for name in team.insp)
    assert f"the smallest sum, {total}." in TEXT


def bold_row(unit: str) -> list[str]:
    (line,) = [line for line in TEXT.splitlines() if line.startswith(f"| {unit} |")]
    return line.strip("|").split("|")[1:]


def test_the_replacement_in_the_text():
    places, found = teams()
    change = Substitution(UNITS[2], "market", "ZF-021", Cause.RECUSAL, "00" * 32, "pl-1", "pb-2")

    assert substitute(SEED, places, found, change).comes == "ZF-052"
    assert "If ZF-021 leaves the third team, ZF-052 comes in" in TEXT
