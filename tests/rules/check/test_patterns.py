"""The signs of clause and formula types: what a program declares it shows, and no sign is one that every program has."""

import pytest

from rules.check.coverage_table import coverage_table, holes, missing_signs, table_of_corpus
from rules.check.patterns import BY_MEANING, PATTERNS, evidence_of
from rules.language.bundle import CORPUS, load_bundle, read_sources
from rules.language.load import SourceText

POLICY = """
schema: policy/1
id: trial
title: 试验项目
level: 市级
authority: 市局
kind: 产业
applicant: enterprise
settlement: calculate
summary: 试验。
patterns: [{patterns}]
documents: [{{id: D, title: 文件, source_quality: official}}]
versions:
  - from: 2020-01-01
    cite: {{doc: D, clause: 第一条, gist: 自2020年1月1日起}}
    eligibility:
      all:
        - {condition}
    amount:
      steps:
        - {step}
        - {{id: round, round: {{to: 分, mode: half_up}}, cite: {{doc: D, clause: 第一条, gist: 四舍五入到分}}}}
"""
CITE = "cite: {doc: D, clause: 第一条, gist: 说明}"
ANY_CONDITION = f"{{id: local, if: registered_in, in: [罗湖区], {CITE}}}"
ANY_STEP = f"{{id: fixed, fixed: 1万元, {CITE}}}"
SPAN = f"{{id: span, range: {{from: 0元, upto: 5万元, decided_by: 某局}}, {CITE}}}"


def trial(patterns="", condition=ANY_CONDITION, step=ANY_STEP):
    """Return a bundle of one policy."""
    text = POLICY.format(patterns=patterns, condition=condition, step=step)
    bundle, found = read_sources([SourceText("trial.yaml", text.encode())])
    assert [str(each) for each in found] == []
    return bundle


def tiers(of, bound, pays):
    return f"{{id: a, tiers: {{of: {of}, mode: marginal}}, table: [{{upto: {bound}, {pays}}}, {{over: {bound}, {pays}}}], {CITE}}}"


def shows(code, **parts):
    bundle = trial(**parts)
    return PATTERNS[code].shows(evidence_of(bundle, bundle.policies["trial"]))


@pytest.fixture(scope="module")
def corpus():
    return load_bundle([CORPUS])


@pytest.fixture(scope="module")
def evidence(corpus):
    return [evidence_of(corpus, policy) for policy in corpus.policies.values()]


def test_every_declared_type_shows_in_its_rule(corpus):
    assert missing_signs(corpus) == ()


def test_no_type_is_without_a_program(corpus):
    assert holes(corpus) == ()


@pytest.mark.parametrize("pattern", [each for each in PATTERNS.values() if each.shows], ids=lambda each: each.code)
def test_a_sign_tells_programs_apart(evidence, pattern):
    found = [pattern.shows(each) for each in evidence]

    assert any(found)
    assert not all(found)


def test_the_catalogue_has_41_42_and_12_codes_and_one_that_only_a_reader_can_tell():
    codes = [f"E{n:02}" for n in range(1, 42)] + [f"F{n:02}" for n in range(1, 43)] + [f"X{n:02}" for n in range(1, 13)]

    assert list(PATTERNS) == codes
    assert [each.code for each in PATTERNS.values() if each.shows is None] == ["X10"]
    assert all((each.sign == BY_MEANING) is (each.shows is None) for each in PATTERNS.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "part", "text"),
    [
        ("E06", "condition", f"{{id: a, if: founded_on, upto: {{ago: 3年}}, {CITE}}}"),
        ("E07", "condition", f"{{id: a, if: founded_on, from: 2016-01-01, {CITE}}}"),
        ("E11", "condition", f"{{id: a, if: revenue, from: 1000万元, {CITE}}}"),
        ("E13", "condition", f"{{id: a, if: rd_intensity, from: 3%, {CITE}}}"),
        ("E15", "condition", f"{{id: a, if: revenue_growth, from: 20%, {CITE}}}"),
        ("E22", "condition", f"{{id: a, if: rd_rank, upto: 20名, {CITE}}}"),
        ("F04", "step", f"{{id: a, rate: {{of: rd_expense, at: 5%}}, {CITE}}}"),
        ("F07", "step", tiers("revenue", "1亿元", "rate: 1%")),
        ("F12", "step", tiers("staff", "3人", "each: 1元")),
        ("F14", "step", f"{{id: a, rate: {{of: {{expr: 'max(revenue - max(revenue[-1], 800万元), 0元)'}}, at: 3%}}, {CITE}}}"),
        ("F16", "step", f"{{id: a, multiply: 1.5倍, {CITE}}}"),
        ("F17", "step", f"{{id: a, multiply: 50%, {CITE}}}"),
    ],
)  # fmt: skip
def test_a_sign_is_seen_where_it_is_and_not_where_it_is_not(code, part, text):
    assert shows(code, **{part: text}) is True
    assert shows(code) is False


def test_a_formula_need_not_show_where_the_amount_is_only_a_span():
    assert missing_signs(trial("F04")) == (("trial", "F04"),)
    assert missing_signs(trial("F04", step=SPAN)) == ()


def test_a_clause_must_show_and_an_unknown_code_never_does():
    assert missing_signs(trial("E26, E99", step=SPAN)) == (("trial", "E26"), ("trial", "E99"))


def test_the_page_in_the_documentation_is_that_of_the_corpus():
    page = CORPUS.parents[1] / "docs" / "coverage.md"

    assert page.read_text(encoding="utf-8") == table_of_corpus()


def test_a_page_names_the_holes_of_its_bundle():
    page = coverage_table(trial("E01, F01"))

    assert "| E01 | 注册、纳税、统计所在地 |" in page
    assert "- X01 就高不重复" in page
    assert "- E01" not in page
    assert "| trial | 试验项目 | 市级 |  | E01 F01 |" in page
