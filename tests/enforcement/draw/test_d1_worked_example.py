"""D1: the worked example of the protocol, byte for byte: drawn by the product and verified by its second implementation."""

from __future__ import annotations

import json

import pytest

from enforcement.draw import commands
from enforcement.draw.verify import Mark, verify
from tests.enforcement.draw.cases import SIGNED, written

UNITS = [
    ("91340600MA2PBM9HXD", "B", 6),
    ("91110000600037341L", "A", 1),
    ("91310116052958608G", "B", 3),
    ("91310112087994932F", "B", 2),
    ("91310116076409427L", "B", 3),
    ("91310115MA1K3BTP2B", "B", 2),
]
SALT = "00112233445566778899aabbccddeeff" * 2
SALT_COMMITMENT = "efbd7b77618f7e0bb1588132434876bd434ddc0bece2e7da2e6b37eb547a046e"
DOCUMENT = (
    b'{"attempt":1,"draw":"SSJ-2026-0007","frame":{"root":"b45533b92e1e7a4f0da81faa095166a523c82b6dfb87fc821b957508a8878a56"'
    b',"size":6},"method":{"A":"ticket","B":"ticket"},"not_before":"2026-12-02T15:00:00+08:00","reveal_by":"2027-01-15",'
    b'"salts":[{"commit":"efbd7b77618f7e0bb1588132434876bd434ddc0bece2e7da2e6b37eb547a046e","party":"justice-bureau"}],'
    b'"secrecy":"sealed","sources":[{"name":"ssq.2026140"},{"name":"dlt.2026137"},{"name":"sse.000001.close.20261202"}],'
    b'"strata":[{"id":"A","n":1},{"id":"B","n":2}],"type":"ssj-draw/1 commit"}'
)
HASH = "768fbc052d40366cfebb265e56b03e4c638c2069309be9b9154c03260cad5d72"
SEED = "9b2e8a411aefbf9baa981b1d13993d55d449609ccc2342c8ead09a9ce2848615"
SEED_TEXT = f"""ssj-draw/1 seed
commit={HASH}
source=ssq.2026140=01,05,11,19,27,33+08
source=dlt.2026137=03,09,17,28,35+02,11
source=sse.000001.close.20261202=3456.7890
salt=justice-bureau={SALT}
"""
TICKETS = {
    "91310112087994932F": "0.420004848778588077",
    "91110000600037341L": "0.489814341972805442",
    "91310116052958608G": "0.533140806151035747",
    "91310116076409427L": "0.547218378245960521",
    "91310115MA1K3BTP2B": "0.773570443181672983",
    "91340600MA2PBM9HXD": "0.912292460407162131",
}


def files(method: str = "ticket") -> tuple[bytes, bytes]:
    plan = {
        "draw": "SSJ-2026-0007",
        "attempt": 1,
        "strata": [{"id": "A", "n": 1}, {"id": "B", "n": 2}],
        "method": {"A": "ticket", "B": method},
        "sources": [{"name": "ssq.2026140"}, {"name": "dlt.2026137"}, {"name": "sse.000001.close.20261202"}],
        "not_before": "2026-12-02T15:00:00+08:00",
        "salts": [{"party": "justice-bureau", "commit": SALT_COMMITMENT}],
        "secrecy": "sealed",
        "reveal_by": "2027-01-15",
    }
    frame = [{"unit": unit, "stratum": stratum, "w": weight} for unit, stratum, weight in UNITS]
    opened = {
        "sources": [
            {"name": "ssq.2026140", "value": "01,05,11,19,27,33+08"},
            {"name": "dlt.2026137", "value": "03,09,17,28,35+02,11"},
            {"name": "sse.000001.close.20261202", "value": "3456.7890"},
        ],
        "salts": [{"party": "justice-bureau", "value": SALT}],
    }
    return written({"plan": plan, "lists": [{"frame": frame}]}), written(opened)


def selected(transcript: bytes) -> list[list[str]]:
    return [[entry["unit"] for entry in stratum["selected"]] for stratum in json.loads(transcript)["strata"]]


def test_d1_the_commitment_is_the_published_document_byte_for_byte():
    committed = commands.commit(files()[0], practice=True)

    assert committed.document == DOCUMENT
    assert committed.hex == HASH


def test_d1_the_seed_text_and_the_seed_are_those_published():
    seed = commands.seed(DOCUMENT, files()[1])

    assert (seed.text, seed.hex) == (SEED_TEXT, SEED)


def test_d1_tickets_and_drawn_units_are_those_published():
    case, opened = files()

    transcript = commands.run(DOCUMENT, case, opened, SIGNED, practice=True)

    assert selected(transcript) == [["91110000600037341L"], ["91310112087994932F", "91310116052958608G"]]
    for stratum in json.loads(transcript)["strata"]:
        assert all(entry["ticket"].startswith(TICKETS[entry["unit"]]) for entry in stratum["selected"])


def test_d1_the_pivotal_sample_of_the_published_seed_is_the_one_published():
    from enforcement.draw.pivotal import Weighted, counter_numbers, pivotal  # noqa: PLC0415

    weights = {unit: weight for unit, stratum, weight in UNITS if stratum == "B"}
    ordered = [Weighted(unit, weights[unit]) for unit in TICKETS if unit in weights]

    assert [2 * unit.weight for unit in ordered] == [4, 6, 6, 4, 12]
    assert pivotal(ordered, 2, counter_numbers(SEED, "B")) == {"91310116076409427L", "91310115MA1K3BTP2B"}


@pytest.mark.parametrize("method", ["ticket", "pivotal"])
def test_d1_the_second_implementation_finds_the_same(method):
    case, opened = files(method)
    commitment = commands.commit(case, practice=True).document
    transcript = commands.run(commitment, case, opened, SIGNED, practice=True)

    report = verify(commands.disclose(commitment, case, transcript), practice=True)

    assert report.is_valid
    assert {line.code for line in report.lines if line.mark is Mark.TRUE} >= {
        "commit",
        "frame",
        "salts",
        "seed",
        "selection",
    }


def test_d1_one_salt_and_unknown_times_do_not_bind_a_real_draw():
    case, opened = files()
    transcript = commands.run(DOCUMENT, case, opened, SIGNED, practice=True)

    report = verify(commands.disclose(DOCUMENT, case, transcript))

    assert [line.code for line in report.lines if line.mark is Mark.FALSE] == ["binding"]
    assert "1 方持盐" in report.first_false.text
