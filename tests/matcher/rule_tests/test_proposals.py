"""Rows that tests lack are found near the tests there are, and say what the rules say now."""

from __future__ import annotations

import pytest

from matcher.embedded_tests import run_tests
from matcher.rule_tests.candidates import candidates
from matcher.rule_tests.coverage import cover_policy
from matcher.rule_tests.mutation import mutate_policy
from matcher.rule_tests.proposals import Proposals, flow, propose
from rules.check.prove.difference import is_same_everywhere
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from rules.language.model import Bundle
from tests.support.rule_texts import VOCABULARY, bundle_of, group_text, policy_text

ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
LEAF = "{id: x, if: staff, from: 5人, CITE}"
FIXED = "- {id: a, fixed: 3万元, CITE}"


def texts(leaves: str, steps: str, *facts: str, more: str = "", version: str = "", on: str = "2026-05-20") -> str:
    rows = "".join(
        f"  - {{name: t{n}, as_of: {on}, given: {{{given}}}, expect: {{status: eligible}}}}\n"
        for n, given in enumerate(facts)
    )
    return policy_text("a", leaves, f"{steps}\n{ROUND}", more, version=version, tests=f"tests:\n{rows}")


def proposals(text: str, *others: str, vocabulary: str = VOCABULARY, mutants: bool = True) -> tuple[Bundle, Proposals]:
    bundle = bundle_of(text, *others, vocabulary=vocabulary)
    policy = bundle.policies["a"]
    survivors = mutate_policy(bundle, "a", is_same_everywhere).survivors if mutants else ()
    return bundle, propose(bundle, policy, cover_policy(bundle, policy).missing, survivors)


def rows(text: str, *others: str, **more: object) -> list[str]:
    return [proposal.as_row() for proposal in proposals(text, *others, **more)[1].tests]


def test_a_threshold_is_tried_on_both_sides():
    assert rows(texts(LEAF, FIXED, "staff: 9"), mutants=False) == [
        "- {name: 待确认：职工（2025年）为5人, as_of: 2026-05-20, given: {staff: {2025: 5人}}, expect: {status: eligible, amount: 3万元}}",
        "- {name: 待确认：职工（2025年）为4人, as_of: 2026-05-20, given: {staff: {2025: 4人}}, expect: {status: ineligible, failed: [x]}}",
    ]


def test_what_is_proposed_passes_covers_and_kills():
    text = texts(
        "all: [{id: x, if: staff, from: 5人, CITE}, {id: y, if: size, in: [小型, 微型], CITE},"
        " {id: z, if: hitech_until, from: $as_of, CITE}, {id: l, if: is_listed, is: false, on_unknown: assume, CITE}]",
        "- {id: a, rate: {of: rd, at: 10%}, CITE}\n- {id: c, cap_amount: 9万元, CITE}",
        "staff: 9, size: 小型, hitech_until: 2027-01-01, is_listed: false, rd: 3万元",
        version="    apply_window: {from: 2026-05-01, to: 2026-06-30}\n",
    )
    _, found = proposals(text)

    whole = text + "".join(f"  {proposal.as_row()}\n" for proposal in found.tests)
    bundle = bundle_of(whole.replace("待确认：", ""))
    assert (found.unmet, found.alive) == ((), ())
    assert run_tests(bundle) == ()
    assert cover_policy(bundle, bundle.policies["a"]).missing == ()
    assert mutate_policy(bundle, "a", is_same_everywhere).survivors == ()


@pytest.mark.parametrize(
    ("leaves", "steps", "facts"),
    [
        ("{id: x, expr: revenue / revenue[-1] - 1, from: 15%, CITE}", FIXED, "revenue: {2025: 12万元, 2024: 10万元}"),
        ("{id: x, if: area, from: 9.5平方米, CITE}", FIXED, "area: 10平方米"),
        ("{id: x, if: share, from: 12.5%, CITE}", FIXED, "share: 20%"),
        ("{id: x, if: founded_on, within: 3年, CITE}", FIXED, "founded_on: 2025-01-01"),
        ("{id: x, if: founded_on, before: 2024-02-01, CITE}", FIXED, "founded_on: 2020-01-01"),
        ("{id: x, if: loss, present: false, CITE}", FIXED, "loss: null"),
        ("{id: x, if: district, in: [罗湖区, 福田区], CITE}", FIXED, "district: 罗湖区"),
        ("{id: x, if: is_hitech, is: true, CITE}", FIXED, "hitech_until: 2027-01-01"),
        (LEAF, "- {id: a, rate: {of: rd, at: 7%}, CITE}\n- {id: c, cap_amount: 9万元, CITE}", "staff: 5, rd: 1万元"),
        (
            "{id: x, count_of: {list: contracts, where: {if: paid, from: 3元}}, from: 1, CITE}",
            "- {id: a, per_item: {list: contracts, where: {if: paid, from: 3元}, each: 7元, limit: {count: 2}}, CITE}",
            "contracts: [{name: 甲, paid: 9元}]",
        ),
        (
            LEAF,
            "- {id: a, per_item: {list: contracts, each: 7元, limit: {count: 1}}, CITE}",
            "staff: 5, contracts: [{paid: 9元}, {paid: 1元}]",
        ),
    ],
)
def test_every_kind_of_fact_is_moved_to_where_something_changes(leaves, steps, facts):
    leaves = leaves.replace("expr: revenue / revenue[-1] - 1", 'expr: "revenue / revenue[-1] - 1"')
    bundle, found = proposals(texts(leaves, steps, facts), mutants=False)

    demands = cover_policy(bundle, bundle.policies["a"]).missing
    assert demands
    assert found.unmet == ()


def test_a_list_that_is_not_given_and_a_list_with_limits_are_left_as_they_are():
    steps = "- {id: a, per_item: {list: contracts, where: {if: paid, from: 3元}, each: 7元}, CITE}"
    bundle, found = proposals(texts(LEAF, steps, "staff: 9"), mutants=False)
    full = VOCABULARY.replace("max: 50", "max: 1")
    _, again = proposals(texts(LEAF, steps, "staff: 9, contracts: [{paid: 9元}]"), mutants=False, vocabulary=full)

    assert any("合同金额" in demand.text for demand in found.unmet)
    assert not any("合同金额" in demand.text for demand in again.unmet)
    assert len(bundle.policies["a"].tests) == 1


def test_the_money_of_other_members_of_a_group_is_tried():
    version = "    groups: [g]\n"
    other = policy_text(
        "b", "{id: y, if: is_listed, is: true, CITE}", f"{FIXED.replace('3万元', '9万元')}\n{ROUND}", version=version,
        tests="tests:\n  - {name: 乙, as_of: 2026-05-20, given: {is_listed: true}, expect: {status: eligible}}\n",
    )  # fmt: skip
    empty = policy_text("c", "{id: y, if: is_listed, is: true, CITE}", version=version)
    group = group_text("g", "highest", "a, b, c", "external: {field: received, label: 同类补助}\n")
    _, found = proposals(texts(LEAF, FIXED, "staff: 9", version=version), other, empty, group)

    paid = [proposal.as_row() for proposal in found.tests if "payable" in proposal.as_row()]
    assert paid
    assert not any(mutant.kind == "group" for mutant in found.alive)


def test_parameters_are_tried_on_the_days_they_change():
    more = "params: {at: {label: 比例, values: [{from: 2025-01-01, value: 10%, CITE}, {from: 2026-01-01, value: 20%, CITE}]}}\n"
    found = rows(texts(LEAF, "- {id: a, rate: {of: rd, at: $at}, CITE}", "staff: 9, rd: 7万元", more=more))

    assert any("name: 待确认：参数“比例”取值首日, as_of: 2026-01-01" in row for row in found)


def test_each_version_is_tried_from_its_own_tests():
    text = texts(LEAF, FIXED, "staff: 9", on="2028-05-20")
    later = (
        text.split("versions:\n")[1]
        .split("tests:")[0]
        .replace("2025-01-01", "2028-01-01")
        .replace("2027-12-31", "2028-12-31")
    )
    bundle, found = proposals(text.replace("tests:", later.replace("    to: 2028-12-31\n", "") + "tests:", 1))

    assert len(bundle.policies["a"].versions) == 2
    assert any("as_of: 2028-01-01" in proposal.as_row() for proposal in found.tests)
    assert any(mutant.position.line < 20 for mutant in found.alive)  # nobody tried the first version


def test_nothing_is_tried_where_nothing_is_missing_or_nobody_is_eligible():
    whole = texts(LEAF, FIXED, "staff: 5").replace(
        "tests:\n", "tests:\n  - {name: 差, as_of: 2026-05-20, given: {staff: 4}, expect: {status: ineligible}}\n"
    )
    none = texts(LEAF, FIXED, "staff: 4").replace("status: eligible", "status: ineligible")

    assert rows(whole, mutants=False) == []
    assert rows(none, mutants=False) == []


def test_facts_of_an_employer_stay_as_they_are():
    leaves = "all: [{id: x, if: years_served, from: 1年, CITE}, {id: y, if: employer.staff, from: 5人, CITE}]"
    text = texts(leaves, FIXED, "years_served: 3年, employer: {staff: 9}", more="applicant: person\n")

    found = rows(text)

    assert any("given: {years_served: 1年, employer: {staff: 9}}" in row for row in found)
    assert not any("employer: {staff: 5" in row for row in found)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": None, "b": [True, False]}, "{a: null, b: [true, false]}"),
        ("1.5亿元", "1.5亿元"),
        ("甲, 乙", '"甲, 乙"'),
        ("研发（2025年）为5%：首日", "研发（2025年）为5%：首日"),
        (7, "7"),
    ],
)
def test_values_are_written_as_yaml_reads_them(value, text):
    assert flow(value) == text


def test_a_proposal_is_yaml_that_the_loader_reads():
    text = texts(LEAF, FIXED, "staff: 9, district: '甲, 乙'")

    whole = text + "".join(f"  {row}\n" for row in rows(text))
    sources = [SourceText(name, data.encode()) for name, data in (("v", VOCABULARY), ("a", whole))]

    assert read_sources(sources)[1] == ()


def test_candidates_say_why_they_are_tried():
    bundle = bundle_of(texts(LEAF, FIXED, "staff: 9"))
    policy = bundle.policies["a"]

    reasons = [candidate.why for candidate in candidates(bundle, policy, policy.tests)]

    assert reasons[:4] == ["版本首日", "版本首日的前一日", "版本末日", "版本末日的次日"]
    assert "职工（2025年）为4人" in reasons
    assert "不知道职工" in reasons
