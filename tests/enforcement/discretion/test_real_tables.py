"""D10: the published tables, held at every boundary against a second reading of them in plain arithmetic."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from math import ceil, floor

import pytest

from enforcement.discretion.assess import Status, assess
from enforcement.discretion.library import TABLES, load_library, read_library
from rules.language.bundle import CORPUS, corpus_files
from rules.language.findings import RuleErrors

YUAN = 100
WAN = 1_000_000
GROUNDS = load_library().ground_sets["penalty-law-2021"]
NO_GROUNDS = dict.fromkeys(GROUNDS.facts, False)
ON = date(2023, 5, 1)


def fine(benchmark, act, case, on=ON):
    library = load_library()
    result = assess(library.benchmarks[benchmark], library.benchmarks[benchmark].acts[act], case, on)
    assert result.status is Status.DECIDED
    assert result.statutory.low <= result.fine.low <= result.fine.high <= result.statutory.high
    return result.fine.low, result.fine.high


def around(*numbers):
    """Yield each number with the 分 before and after, and some between."""
    chance = random.Random(20261124)
    for number in numbers:
        yield from (each for each in (number - 1, number, number + 1) if each >= 0)
    yield from (chance.randrange(max(numbers) * 3) for _ in range(100))


def test_the_tables_in_the_repository_have_no_findings():
    library, findings = read_library([TABLES])

    assert [str(found) for found in findings] == []
    assert len(library.benchmarks) == 5
    assert sum(len(each.tests) for each in library.benchmarks.values()) >= 60
    assert library.hash.startswith("sha256:")


def test_every_document_says_how_well_it_was_seen():
    library = load_library()

    documents = [each for part in (library.benchmarks, library.ground_sets, library.powers) for each in part.values()]
    qualities = {document.source_quality for each in documents for document in each.documents.values()}

    assert {quality.value for quality in qualities} == {"official", "copy", "unverified"}


def test_the_tables_do_not_stand_among_the_rules_of_support():
    assert not [file for file in corpus_files(["罗湖区"]) if "discretion/" in file.read_text(encoding="utf-8")]
    assert CORPUS not in TABLES.parents


def test_a_folder_with_an_error_is_not_loaded(tmp_path, small, edit):
    (tmp_path / "small.yaml").write_text(edit(small, ("upto: 1000元}, cite: {doc: T", "upto: 1001元}, cite: {doc: T")))

    with pytest.raises(RuleErrors) as raised:
        load_library(tmp_path)

    assert {found.code for found in raised.value.findings} >= {"grade.outside-law"}


@pytest.mark.parametrize(
    ("severity", "times", "cap", "without"),
    [
        ("轻微", (0, 1), 1 * WAN, (0, 2000)),
        ("一般", (0, 1), 1 * WAN, (2000, 4000)),
        ("严重", (2, 2), 2 * WAN, (4000, 7000)),
        ("特别严重", (3, 3), 3 * WAN, (7000, 10000)),
    ],
)
def test_the_retail_table_at_every_boundary(severity, times, cap, without):
    for gains in around(0, 1, WAN // 3, WAN // 2, WAN, 2 * WAN, 3 * WAN):
        expected = tuple(min(n * gains, cap) for n in times) if gains else tuple(n * YUAN for n in without)

        case = {"severity": severity, "illegal_gains": gains}

        assert fine("jiayuguan-retail-supplier-2022", "unfair-trade", case) == expected, gains


def test_the_catering_table_at_every_boundary():
    rows = (
        (2000, 2000 * YUAN, 10000 * YUAN - 1),
        (5000, 10000 * YUAN, 20000 * YUAN - 1),
        (8000, 20000 * YUAN, 30000 * YUAN - 1),
        (10000, 30000 * YUAN, 50000 * YUAN),
    )
    for value in around(0, 2000 * YUAN, 5000 * YUAN, 8000 * YUAN, 1 * WAN, 3 * WAN, 5 * WAN):
        fixed = [(low, high) for below, low, high in rows if value < below * YUAN]
        low, high = (5, 6) if value < 3 * WAN else (7, 8) if value < 5 * WAN else (9, 10)
        expected = fixed[0] if fixed else (low * value, high * value)

        found = fine("catering-unlicensed-2011", "no-licence", {"goods_value": value}, date(2012, 5, 1))

        assert found == expected, value


@pytest.mark.parametrize(
    ("case", "share"),
    [({}, (30, 70)), ({"against_emergency_order": True}, (70, 100)), ({"removed_harm": True}, (None, 30))],
)
def test_the_food_law_by_shares_at_every_boundary(case, share):
    for value in around(0, 1 * WAN, 3 * WAN):
        law = (5 * WAN, 10 * WAN) if value < WAN else (10 * value, 20 * value)
        low, high = (None if part is None else law[0] + Fraction(law[1] - law[0]) * part / 100 for part in share)
        expected = (0 if low is None else ceil(low), floor(high))

        library = load_library()
        benchmark = library.benchmarks["food-unlicensed-122"]
        result = assess(benchmark, benchmark.acts["no-licence"], {**NO_GROUNDS, **case, "goods_value": value}, ON)

        assert (result.fine.low, result.fine.high) == expected, value
        assert (result.statutory.low, result.statutory.high) == law


@pytest.mark.parametrize(
    ("serious", "bands"),
    [(False, ((1, 3.7), (3.7, 7.3), (7.3, 10))), (True, ((10, 22), (22, 38), (38, 50)))],
)
@pytest.mark.parametrize("harm", [False, True])
def test_the_registration_table_at_every_boundary(serious, bands, harm):
    for turnover in around(0, 10 * WAN, 30 * WAN):
        row = 2 if harm or turnover >= 30 * WAN else 1 if turnover >= 10 * WAN else 0
        expected = tuple(round(end * 10) * WAN // 10 for end in bands[row])
        case = {"serious": serious, "refused": True, "turnover": turnover, "harm": harm}

        assert fine("taian-registration-68", "unregistered", case) == expected, turnover


def test_the_published_sums_are_the_thirty_and_seventy_percent_of_the_band_formula():
    for low, high, cuts in ((1 * WAN, 10 * WAN, (37, 73)), (10 * WAN, 50 * WAN, (220, 380))):
        assert [low + (high - low) * share // 100 for share in (30, 70)] == [cut * WAN // 10 for cut in cuts]


@pytest.mark.parametrize(
    ("act", "case", "expected"),
    [
        ("late-annual-report", {}, (3000, 7000)),
        ("late-annual-report", {"against_emergency_order": True}, (7000, 10000)),
        ("false-materials", {"serious": False}, (95000, 155000)),
        ("false-materials", {"serious": True}, (440000, 760000)),
        ("false-materials", {"serious": True, "against_emergency_order": True}, (760000, 1000000)),
    ],
)
def test_the_registration_articles_by_shares(act, case, expected):
    found = fine("registration-70-71", act, {**NO_GROUNDS, **case})

    assert found == tuple(yuan * YUAN for yuan in expected)
