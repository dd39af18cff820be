from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matcher.embedded_tests import run_tests
from rules.language.bundle import load_bundle
from rules.language.findings import Severity
from rules.language.model import Bundle
from tests.support.rule_texts import bundle_of, group_text, policy_text

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"
STEPS = "- {id: f, rate: {of: rd, at: 10%}, CITE}\n- {id: c, cap_amount: 50万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"
LEAVES = (
    "all:\n  - {id: x, if: staff, from: 10人, CITE}\n  - {id: ok, if: is_listed, is: false, on_unknown: assume, CITE}\n"
    "  - {id: m, manual: 制度健全, CITE}"
)


def one(expect: str, facts: str = "staff: 10, rd: 100万元", leaves: str = LEAVES, more: str = "") -> Bundle:
    test = f"tests:\n  - {{name: 甲, as_of: 2026-05-20, given: {{{facts}}}, expect: {{{expect}}}}}\n"
    return bundle_of(policy_text("a", leaves, STEPS, more, tests=test))


def test_the_examples_pass_all_their_tests():
    bundle = load_bundle([EXAMPLES])

    assert sum(len(policy.tests) for policy in bundle.policies.values()) == 13
    assert run_tests(bundle) == ()


@pytest.mark.parametrize(
    ("expect", "facts", "message"),
    [
        ("status: eligible", "staff: 10, rd: 1元", "状态应为符合（eligible），实为需人工审核（needs_review）"),
        ("amount: 9万元", "staff: 10, rd: 100万元", "金额应为9万元，实为10万元"),
        ("amount: {min: 0元, max: 49万元}", "staff: 10", "金额应为0元至49万元，实为0元至50万元"),
        ("amount: {min: 1元, max: null}", "staff: 10", "金额应为0.00元至不限"[:4] + "1元至不限，实为0元至50万元"),
        ("amount: 1万元", "staff: 9", "金额应为1万元，实为“不测算”"),
        ("payable: 9万元", "staff: 10, rd: 100万元", "可得金额应为9万元，实为0元至10万元"),
        ("together: 9万元", "staff: 10, rd: 100万元", "与同组合计可得应为9万元，实为0元至10万元"),
        ("amount: null", "staff: 10, rd: 100万元", "金额应为“不测算”，实为0元至10万元"),
        ("failed: []", "staff: 9", "未达到的条件应为无，实为x"),
        ("missing: [staff]", "staff: 10, rd: 1元", "缺少的事实应为staff，实为无"),
        ("assumed: []", "staff: 10, rd: 1元", "按默认的条件应为无，实为ok"),
        ("review: []", "staff: 10, rd: 1元", "需人工审核的条件应为无，实为m"),
        ("shortfall: {x: 2人}", "staff: 9", "x 的差距应为2人，实为1人"),
        ("shortfall: {ok: 1人}", "staff: 9", "ok 的差距应为1人，实为无"),
        ("near_miss: false", "staff: 9", "差一点应为否，实为是"),
        ("near_miss: true", "staff: 10", "差一点应为是，实为否"),
        ("trace: {c: capped}", "staff: 10, rd: 100万元", "步骤 c应为capped，实为uncapped"),
        ("trace: {c: capped}", "staff: 9", "步骤 c应为capped，实为没有这一步"),
    ],
)  # fmt: skip
def test_a_failing_test_says_what_was_expected_and_what_came(expect, facts, message):
    findings = run_tests(one(expect, facts))

    assert [finding.code for finding in findings] == ["tests.failed"]
    assert message in findings[0].message
    assert findings[0].message.startswith("测试“甲”没有通过：")


def test_the_finding_stands_at_the_test():
    bundle = one("status: eligible")

    (finding,) = run_tests(bundle)

    assert finding.severity is Severity.ERROR
    assert finding.policy == "a"
    assert finding.position == bundle.policies["a"].tests[0].position
    assert finding.position.file == "1.yaml"


@pytest.mark.parametrize(
    ("expect", "facts"),
    [
        ("status: needs_review, review: [m], assumed: [ok], failed: [], missing: []", "staff: 10, rd: 1元"),
        ("status: needs_info, missing: [staff]", "rd: 1元"),
        ("amount: {min: 0元, max: 50万元}, missing: [rd]", "staff: 10"),
        ("trace: {c: capped}, amount: 50万元", "staff: 10, rd: 1000万元"),
        ("amount: null, near_miss: true, shortfall: {x: 1人}", "staff: 9"),
        ("payable: {min: 0元, max: 10万元}, together: {min: 0元, max: 10万元}", "staff: 10, rd: 100万元"),
        ("near_miss: false, shortfall: {}, trace: {}", "staff: 10, rd: 100万元"),
    ],
)
def test_only_what_is_stated_is_compared(expect, facts):
    assert run_tests(one(expect, facts)) == ()


def test_a_gap_of_money_may_be_written_in_any_unit():
    leaves = "all:\n  - {id: x, if: rd, from: 24万元, CITE}"

    assert run_tests(one("shortfall: {x: 40000元}", "rd: 20万元", leaves)) == ()


def test_a_payment_is_compared_beside_the_other_members_of_the_group():
    test = "tests:\n  - {name: 甲, as_of: 2026-05-20, given: {staff: 10, is_listed: false}, expect: {amount: 3万元, payable: 0元}}\n"
    easy = "all:\n  - {id: x, if: staff, from: 10人, CITE}"

    def fixed(name: str, amount: str, tests: str = "") -> str:
        steps = f"- {{id: f, fixed: {amount}, CITE}}\n- {{id: r, round: {{to: 元, mode: half_up}}, CITE}}"
        return policy_text(name, easy, steps, tests=tests, version="    groups: [g]\n")

    bundle = bundle_of(
        fixed("a", "3万元", test),
        fixed("b", "4万元"),
        group_text("g", "highest", "a, b"),
        group_text("h", "cap", "", "cap: 0元\nlevels: [市级]\n").replace("members: []\n", ""),
    )
    capped = bundle_of(
        fixed("a", "3万元", test).replace("    groups: [g]\n", ""),
        fixed("b", "4万元").replace("    groups: [g]\n", ""),
        group_text("g", "cap", "", "cap: 0元\nlevels: [区级]\n").replace("members: []\n", ""),
    )

    assert run_tests(bundle) == ()
    assert run_tests(capped) == ()
    assert len(run_tests(bundle_of(fixed("a", "3万元", test).replace("    groups: [g]\n", "")))) == 1


def test_the_tests_of_named_policies_alone_can_be_run():
    assert run_tests(one("status: eligible"), policies=["b"]) == ()
    assert len(run_tests(one("status: eligible"), policies=["a"])) == 1


def test_a_test_of_a_person_is_a_person_without_saying_so():
    leaves = "all:\n  - {id: x, if: years_served, from: 1年, CITE}"
    steps = "- {id: f, fixed: 1万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"
    test = "tests:\n  - {name: 甲, as_of: 2026-05-20, given: {years_served: 1年}, expect: {status: eligible}}\n"

    assert run_tests(bundle_of(policy_text("a", leaves, steps, "applicant: person\n", tests=test))) == ()


def test_facts_that_cannot_be_read_are_a_finding_and_no_crash():
    bundle = one("status: eligible")
    policy = bundle.policies["a"]
    broken = replace(policy, tests=(replace(policy.tests[0], facts={"staff": "九人半", "gone": "1"}),))

    (finding,) = run_tests(replace(bundle, policies={"a": broken}))

    assert finding.code == "tests.unreadable-facts"
    assert "staff" in finding.message and "gone" in finding.message
