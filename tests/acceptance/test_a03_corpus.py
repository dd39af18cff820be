"""A3: the corpus is as large as promised, its tests pass, and every clause and formula type of the fact handbook is in use."""

import pytest

from matcher.embedded_tests import run_tests
from rules.check import lint
from rules.check.coverage_table import holes, missing_signs
from rules.check.patterns import PATTERNS
from rules.language.bundle import CORPUS, load_bundle, load_corpus

LUOHU_ENTRIES = (*(f"P-{number:02}" for number in range(1, 15)), "P-67", "P-68", "P-69")
TESTS_EACH = 6


@pytest.fixture(scope="module")
def whole():
    """Return every program, those of other districts and cities too."""
    return load_bundle([CORPUS])


def test_a3_there_are_at_least_45_programs_switched_on_and_more_in_all(whole):
    switched_on = load_corpus()

    assert len(switched_on.policies) >= 45
    assert switched_on.policies.keys() < whole.policies.keys()
    assert {policy.district for policy in switched_on.policies.values()} == {"罗湖区", ""}


def test_a3_there_are_at_least_270_embedded_tests_and_all_pass(whole):
    assert sum(len(policy.tests) for policy in whole.policies.values()) >= 270
    assert [str(finding) for finding in run_tests(whole)] == []


def test_a3_the_lint_finds_nothing(whole):
    assert [str(finding) for finding in lint(whole)] == []


def test_a3_every_program_has_at_least_six_tests(whole):
    assert {policy.id: len(policy.tests) for policy in whole.policies.values() if len(policy.tests) < TESTS_EACH} == {}


@pytest.mark.parametrize("entry", LUOHU_ENTRIES)
def test_a3_every_entry_of_luohu_is_there_and_computes(entry):
    programs = [policy for policy in load_corpus().policies.values() if entry in policy.dossier]

    luohu = [policy for policy in programs if policy.district == "罗湖区"]
    assert luohu, f"{entry} 没有项目"
    # Recognition (P-69) pays nothing; everything else of the district says how much.
    assert entry == "P-69" or all(policy.settlement.value == "calculate" and has_steps(policy) for policy in luohu)


def has_steps(policy):
    return all(version.steps for version in policy.versions)


@pytest.mark.parametrize("code", PATTERNS)
def test_a3_every_clause_and_formula_type_is_in_use(whole, code):
    assert [policy.id for policy in whole.policies.values() if code in policy.patterns]


def test_a3_no_hole_is_left_and_every_declared_type_shows_in_its_rule(whole):
    assert holes(whole) == ()
    assert missing_signs(whole) == ()


def test_a3_every_program_says_where_it_comes_from(whole):
    silent = [
        policy.id
        for policy in whole.policies.values()
        if not policy.verified_on or not all(document.source_quality for document in policy.documents)
    ]

    assert silent == []
