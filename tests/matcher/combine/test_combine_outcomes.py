from __future__ import annotations

import time
from datetime import date
from typing import Any

from matcher.combine import Budget, combine_outcomes
from matcher.interpret import interpret
from matcher.outcome import Combination, Money, Outcome
from rules.language.model import Bundle
from tests.support.rule_texts import VOCABULARY, bundle_of, group_text, policy_text, profile_of

DAY = date(2026, 5, 20)
OPEN_TO_ALL = "all:\n  - {id: x, if: staff, from: 1人, CITE}"
ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"


def fixed(name: str, amount: str, groups: str = "", more: str = "", level: str = "区级") -> str:
    version = f"    groups: [{groups}]\n" if groups else ""
    return policy_text(
        name, OPEN_TO_ALL, f"- {{id: f, fixed: {amount}, CITE}}\n{ROUND}", more, level=level, version=version
    )


def of_contracts(name: str, share: str, groups: str = "g") -> str:
    step = (
        f"- id: e\n  for_each: {{list: contracts, steps: [{{id: s, rate: {{of: {{fact: paid}}, at: {share}}}, CITE}}]}}\n"
        f"  CITE\n{ROUND}"
    )
    return policy_text(name, OPEN_TO_ALL, step, version=f"    groups: [{groups}]\n")


def combine(bundle: Bundle, facts: dict[str, Any], **more: Any) -> tuple[dict[str, Outcome], Combination]:
    profile = profile_of(bundle, {"staff": 5, **facts})
    paid, combination = combine_outcomes(bundle, interpret(bundle, profile, DAY), profile, DAY, **more)
    return {outcome.policy: outcome for outcome in paid}, combination


def wan(low: float, high: float | None = -1) -> Money:
    return Money(
        int(low * 1_000_000), int(low * 1_000_000) if high == -1 else None if high is None else int(high * 1_000_000)
    )


def test_money_received_comes_from_the_profile_in_the_fact_year():
    external = "external: {field: received, label: 市级补助}\n"
    bundle = bundle_of(fixed("a", "67万元", "g"), group_text("g", "top_up", "a", external))

    paid, combination = combine(bundle, {"received": {"2025": "40万元", "2024": "99万元"}})
    assert paid["a"].payable == combination.total == wan(27)
    assert paid["a"].missing == ()

    paid, _ = combine(bundle, {})
    assert paid["a"].payable == wan(0, 67)
    assert paid["a"].missing == ("received",)

    paid, _ = combine(bundle, {"received": {"2025": {"from": "10万元", "upto": "20万元"}}})
    assert paid["a"].payable == wan(47, 57)


def test_money_received_that_does_not_exist_is_nothing():
    external = "external: {field: limit, label: 市级补助}\n"
    bundle = bundle_of(fixed("a", "67万元", "g"), group_text("g", "top_up", "a", external))

    assert combine(bundle, {"limit": None})[1].total == wan(67)


def test_a_joint_cap_is_a_value_of_the_applicant():
    bundle = bundle_of(
        fixed("a", "30万元", "g"), fixed("b", "40万元", "g"), group_text("g", "cap", "a, b", "cap: {fact: limit}\n")
    )

    assert combine(bundle, {"limit": "50万元"})[1].total == wan(50)
    assert combine(bundle, {"limit": "0元"})[1].total == wan(0)
    assert combine(bundle, {"limit": None})[1].total == wan(70)
    unknown, combination = combine(bundle, {})
    assert combination.total == wan(0, 70)
    assert unknown["a"].missing == ("limit",)


def test_a_joint_cap_below_nothing_pays_nothing():
    bundle = bundle_of(fixed("a", "30万元", "g"), group_text("g", "cap", "a", 'cap: {expr: "limit - 50万元"}\n'))

    assert combine(bundle, {"limit": "20万元"})[1].total == wan(0)
    assert combine(bundle, {"limit": {"upto": "70万元"}})[1].total == wan(0, 20)
    assert combine(bundle, {"limit": {"from": "60万元"}})[1].total == wan(10, 30)


def test_a_group_of_texts_that_are_not_in_force_does_nothing():
    old = fixed("a", "30万元", "g").replace(
        "from: 2025-01-01\n    to: 2027-12-31", "from: 2020-01-01\n    to: 2021-12-31"
    )
    bundle = bundle_of(old, fixed("b", "40万元"), group_text("g", "cap", "a", "cap: 1万元\n"))

    paid, combination = combine(bundle, {})

    assert paid["a"].payable is None
    assert combination.total == wan(40)


def test_a_cap_over_a_level_covers_what_no_group_names_and_spares_the_exempt():
    bundle = bundle_of(
        fixed("a", "30万元"),
        fixed("b", "40万元"),
        fixed("c", "20万元", level="市级"),
        group_text("g", "cap", "", "cap: 10万元\nlevels: [区级]\nexempt: [b]\n").replace("members: []\n", ""),
    )

    paid, combination = combine(bundle, {})

    assert {name: one.payable for name, one in paid.items()} == {"a": wan(10), "b": wan(40), "c": wan(20)}
    assert combination.total == wan(70)


class TestCostItems:
    once = "cost_list: contracts\n"

    def bundle(self, *policies: str, groups: str = "g") -> Bundle:
        group = group_text("g", "once", ", ".join("abc"[: len(policies)]), self.once)
        return bundle_of(*policies, group.replace("[enterprise, fact_year]", "[cost_item]"))

    def test_each_contract_goes_to_the_program_that_pays_more_for_it(self):
        bundle = self.bundle(
            of_contracts("a", "10%"),
            policy_text(
                "b",
                OPEN_TO_ALL,
                "- id: e\n  for_each: {list: contracts, where: {if: paid, from: 100万元}, steps: "
                f"[{{id: s, rate: {{of: {{fact: paid}}, at: 20%}}, CITE}}]}}\n  CITE\n{ROUND}",
                version="    groups: [g]\n",
            ),
        )
        contracts = [
            {"name": "甲", "paid": "100万元"},
            {"name": "乙", "paid": "50万元"},
            {"name": "丙", "paid": "10万元"},
        ]

        paid, combination = combine(bundle, {"contracts": contracts})

        assert paid["a"].amount == wan(16)
        assert {name: one.payable for name, one in paid.items()} == {"a": wan(6), "b": wan(20)}
        assert paid["a"].notes[-1] == "只使用费用：丙、乙"
        assert combination.total == wan(26)
        assert combination.literal_total == wan(26)

    def test_programs_that_use_no_common_item_are_both_paid(self):
        big = of_contracts("a", "10%").replace("list: contracts,", "list: contracts, where: {if: paid, from: 100万元},")
        small = of_contracts("b", "10%").replace(
            "list: contracts,", "list: contracts, where: {if: paid, below: 100万元},"
        )
        contracts = [{"name": "甲", "paid": "100万元"}, {"name": "乙", "paid": "50万元"}]

        paid, combination = combine(self.bundle(big, small), {"contracts": contracts})

        assert combination.total == wan(15)
        assert paid["a"].notes == ()

    def test_contracts_that_pay_only_together_are_used_together(self):
        least = "- {id: p, pay_only_if_from: 10万元, CITE}\n"
        step = (
            "- id: e\n  for_each: {list: contracts, steps: [{id: s, rate: {of: {fact: paid}, at: 10%}, CITE}]}\n"
            f"  CITE\n{least}{ROUND}"
        )
        together = policy_text("a", OPEN_TO_ALL, step, version="    groups: [g]\n")
        contracts = [{"name": "甲", "paid": "60万元"}, {"name": "乙", "paid": "60万元"}]

        paid, combination = combine(self.bundle(together, of_contracts("b", "1%")), {"contracts": contracts})

        assert {name: one.payable for name, one in paid.items()} == {"a": wan(12), "b": wan(0)}
        assert combination.total == wan(12)

    def test_many_contracts_cost_no_more_than_their_number(self):
        few = [
            of_contracts(name, "10%").replace("list: contracts,", "list: contracts, where: {if: paid, from: 100万元},")
            for name in "ab"
        ]
        group = group_text("g", "once", "a, b", self.once).replace("[enterprise, fact_year]", "[cost_item]")
        bundle = bundle_of(*few, group, vocabulary=VOCABULARY.replace("max: 50", "max: 5000"))
        contracts = [{"name": str(number), "paid": "1万元"} for number in range(1000)]
        start = time.thread_time()

        _, combination = combine(bundle, {"contracts": contracts})

        assert combination.total == wan(0)
        assert time.thread_time() - start < 8  # the square of their number takes half a minute

    def test_no_contracts_pay_nothing(self):
        assert combine(self.bundle(of_contracts("a", "10%"), of_contracts("b", "20%")), {"contracts": []})[
            1
        ].total == wan(0)

    def test_while_the_contracts_are_unknown_nothing_is_sure(self):
        bundle = self.bundle(of_contracts("a", "10%"), of_contracts("b", "20%"))

        assert combine(bundle, {})[1].total == wan(0, None)

    def test_too_many_common_items_give_a_range(self):
        bundle = self.bundle(of_contracts("a", "10%"), of_contracts("b", "20%"))
        contracts = [{"name": str(number), "paid": "10万元"} for number in range(7)]

        assert combine(bundle, {"contracts": contracts})[1].total == wan(14, 21)

    def test_a_program_in_groups_over_two_lists_gives_a_range(self):
        both = of_contracts("a", "10%", "g, h")
        group = group_text("g", "once", "a, b", self.once).replace("[enterprise, fact_year]", "[cost_item]")
        other = group_text("h", "once", "a", "cost_list: loans\n").replace("[enterprise, fact_year]", "[cost_item]")
        loans = VOCABULARY.replace(
            "derived:",
            "  loans: {label: 贷款, type: list, max: 9, ask: 逐笔填写, item: {name: {label: 名称, type: text}}}\nderived:",
            1,
        )
        bundle = bundle_of(both, of_contracts("b", "20%"), group, other, vocabulary=loans)

        total = combine(bundle, {"contracts": [{"name": "甲", "paid": "100万元"}], "loans": []})[1].total

        assert total == wan(20, 30)


def test_the_budget_is_handed_on():
    groups = [group_text(pair.replace(", ", ""), "highest", pair) for pair in ("a, b", "b, c", "c, d")]
    policies = [
        fixed(name, f"{amount}万元", of)
        for name, amount, of in (("a", 30, "ab"), ("b", 40, "ab, bc"), ("c", 35, "bc, cd"), ("d", 20, "cd"))
    ]

    assert not combine(bundle_of(*policies, *groups), {}, budget=Budget(branches=1))[1].is_optimal
    assert combine(bundle_of(*policies, *groups), {})[1].total == wan(65)
