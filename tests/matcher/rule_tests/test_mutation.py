"""Which faults the tests of a program notice, which cannot be noticed, and which they let pass."""

from __future__ import annotations

from matcher.rule_tests.mutation import mutate_policy, mutate_set
from rules.check.prove.difference import is_same_everywhere
from rules.language.model import Bundle
from tests.support.rule_texts import bundle_of, group_text, policy_text

LEAF = "{id: x, if: staff, from: 5人, on_unknown: assume, CITE}"
STEPS = "- {id: a, fixed: 3万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"
SET = (
    "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: q, if: staff, from: 3人, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)
ROWS = [
    "{name: 恰好, as_of: 2026-05-20, given: {staff: 5}, expect: {amount: 3万元}}",
    "{name: 差一人, as_of: 2026-05-20, given: {staff: 4}, expect: {status: ineligible}}",
    "{name: 首日, as_of: 2025-01-01, given: {staff: {2024: 5人}}, expect: {status: eligible, assumed: []}}",
    "{name: 末日, as_of: 2027-12-31, given: {staff: 5}, expect: {status: eligible}}",
    "{name: 次日, as_of: 2028-01-01, given: {staff: 5}, expect: {status: not_in_force}}",
    "{name: 未知, as_of: 2026-05-20, expect: {assumed: [x]}}",
]


def rules(*rows: str, leaf: str = LEAF, others: tuple[str, ...] = (), version: str = "") -> Bundle:
    tests = "".join(f"  - {row}\n" for row in rows)
    return bundle_of(policy_text("a", leaf, STEPS, version=version, tests=f"tests:\n{tests}" if tests else ""), *others)


def never(*_: object) -> bool:
    return False


def test_a_rule_without_tests_kills_nothing_and_a_rule_without_faults_is_whole():
    fate = mutate_policy(rules(), "a", never)

    assert (fate.owner, fate.killed, fate.score) == ("a", 0, 0.0)
    assert len(fate.survivors) == 11


def test_tests_at_every_edge_kill_all_but_what_makes_no_difference():
    fate = mutate_policy(rules(*ROWS), "a", is_same_everywhere)

    assert [str(mutant) for mutant in fate.survivors] == []
    assert [str(mutant) for mutant in fate.equivalent] == ["rounding：取整 half_up 改为 down"]
    assert fate.score == 1.0


def test_each_row_that_is_left_out_lets_a_fault_live():
    without = [mutate_policy(rules(*ROWS[:n], *ROWS[n + 1 :]), "a", never) for n in range(len(ROWS))]

    assert all(len(fate.survivors) > 1 for fate in without)


def test_a_fault_that_only_shows_where_a_fact_is_lacking_is_never_called_equivalent():
    fate = mutate_policy(rules(*ROWS[:5]), "a", is_same_everywhere)

    assert [mutant.kind for mutant in fate.survivors] == ["unknown"]


def test_the_tests_of_all_members_judge_the_faults_of_a_group():
    version = "    groups: [g]\n"
    row = "{name: 乙, as_of: 2026-05-20, given: {staff: 5}, expect: {payable: 0元}}"
    steps = STEPS.replace("3万元", "2万元")
    other = policy_text(
        "b", "{id: y, if: staff, from: 1人, CITE}", steps, version=version, tests=f"tests:\n  - {row}\n"
    )
    bundle = rules(*ROWS, version=version, others=(other, group_text("g", "highest", "a, b")))

    fate = mutate_policy(bundle, "a", never)

    assert "group：互斥组 g 去掉成员" not in {str(mutant) for mutant in fate.survivors}


def test_a_shared_condition_is_judged_by_all_who_use_it():
    rows = [
        "{name: 恰好, as_of: 2026-05-20, given: {staff: 3}, expect: {status: eligible}}",
        "{name: 差一人, as_of: 2026-05-20, given: {staff: 2}, expect: {status: ineligible}}",
    ]
    users = [policy_text(name, "{use: s}", tests=f"tests:\n  - {row}\n") for name, row in zip("bc", rows, strict=True)]

    assert mutate_set(bundle_of(*users, SET), "s", never).score == 1.0
    assert mutate_set(bundle_of(users[0], SET), "s", never).score < 1.0
    assert mutate_set(bundle_of(SET), "s", never).killed == 0


def test_without_any_fault_nothing_is_missed():
    nothing = SET.replace("{id: q, if: staff, from: 3人", "{id: q, manual: 有计划")

    assert mutate_set(bundle_of(nothing), "s", never).score == 1.0
