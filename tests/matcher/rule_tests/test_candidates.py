"""Which applicants are tried: every fact, every item of a list, every other member of a group."""

from __future__ import annotations

from matcher.rule_tests.candidates import candidates
from matcher.rule_tests.turning import turning_candidates
from rules.language.model import Bundle
from tests.support.rule_texts import bundle_of, group_text, policy_text

ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
FIXED = "- {id: a, fixed: 3万元, CITE}"
SET = (
    "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: q, if: is_hitech, is: true, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)


def rules(leaves: str, facts: str, *others: str, version: str = "", status: str = "eligible") -> Bundle:
    tests = f"tests:\n  - {{name: t, as_of: 2026-05-20, given: {{{facts}}}, expect: {{status: {status}}}}}\n"
    return bundle_of(policy_text("a", leaves, f"{FIXED}\n{ROUND}", version=version, tests=tests), *others)


def tried(bundle: Bundle) -> list[tuple[dict[str, object], str]]:
    policy = bundle.policies["a"]
    return [(dict(each.changes), each.why) for each in candidates(bundle, policy, policy.tests)]


def test_other_members_of_a_group_pay_and_do_not_pay():
    version = "    groups: [g]\n"
    other = policy_text(
        "b", "{id: y, if: is_listed, is: true, CITE}", f"{FIXED}\n{ROUND}", version=version,
        tests="tests:\n  - {name: 乙, as_of: 2026-05-20, given: {is_listed: true}, expect: {status: eligible}}\n",
    )  # fmt: skip
    strangers = [
        policy_text(name, "{id: y, if: is_listed, is: true, CITE}", f"{FIXED}\n{ROUND}", version="    groups: [h]\n")
        for name in "cd"
    ]
    groups = (
        group_text("g", "highest", "a, b", "external: {field: received, label: 同类补助}\n"),
        group_text("h", "highest", "c, d"),
    )
    found = tried(rules("{id: x, if: staff, from: 5人, CITE}", "staff: 9", other, *strangers, *groups, version=version))

    assert ({"received": "0元"}, "同组其他项目都不符合") in found
    assert ({"is_listed": True, "received": "0元"}, "同时符合“项目b”") in found
    assert [changes for changes, why in found if why.startswith("同类补助")] == [
        {"received": "1元"},
        {"received": "1000万元"},
    ]


def test_each_item_of_a_list_is_moved_doubled_and_left_out():
    leaf = "{id: x, count_of: {list: contracts, where: {if: paid, from: 3元}}, from: 1, CITE}"
    items = [{"name": "甲", "paid": "9元"}, {"name": "乙", "paid": "4元"}]
    reasons = [why for _, why in tried(rules(leaf, "contracts: [{name: 甲, paid: 9元}, {name: 乙, paid: 4元}]"))]

    assert reasons.count("多一项合同") == len(items)
    assert "没有合同" in reasons
    assert "只有一项合同" in reasons
    assert "合同第2项的合同金额为3元" in reasons


def test_facts_behind_condition_sets_and_computed_facts_are_moved_around_their_days():
    leaves = "all: [{use: s}, {id: x, if: founded_on, within: 3年, CITE}, {id: g, if: growth, from: 5%, CITE}]"
    bundle = rules(
        leaves, "hitech_until: 2027-01-01, founded_on: 2025-01-01, revenue: {2025: 12万元, 2024: 10万元}", SET
    )
    reasons = [why for _, why in tried(bundle)]

    assert "成立日期为2023-05-20" in reasons
    assert "高企证书有效期至为2026-05-20" in reasons
    assert any(why.startswith("营业收入（2024年）") for why in reasons)


def test_an_answer_turns_in_a_year_in_an_item_and_in_a_plain_number():
    leaves = (
        "all: [{id: x, sum_of: {list: contracts, of: {fact: paid}}, from: 5元, CITE},"
        ' {id: g, expr: "revenue - revenue[-1]", from: 1万元, CITE}, {id: l, if: is_listed, is: true, CITE}]'
    )
    facts = "contracts: [{name: 甲, paid: 9元}], revenue: {2025: 12万元, 2024: 10万元}, is_listed: true"
    bundle = rules(leaves, facts)
    policy = bundle.policies["a"]
    found = [dict(each.changes) for each in turning_candidates(bundle, policy, policy.tests[0])]

    assert {"contracts": [{"name": "甲", "paid": "4.99元"}]} in found
    assert {"revenue": {"2025": "11万元", "2024": "10万元"}} in found


def test_a_list_without_items_and_a_list_not_given_turn_nothing():
    leaf = "{id: x, count_of: {list: contracts}, from: 1, CITE}"
    bundle = rules(leaf, "contracts: []", status="ineligible")
    policy = bundle.policies["a"]

    assert list(turning_candidates(bundle, policy, policy.tests[0])) == []
    assert "没有合同" in [why for _, why in tried(bundle)]


def test_the_ends_of_a_range_are_not_moved_past_each_other():
    bundle = rules("{id: x, if: area, from: 5平方米, CITE}", "area: {from: 6平方米, upto: 9平方米}")
    policy = bundle.policies["a"]

    assert list(turning_candidates(bundle, policy, policy.tests[0])) == []
