from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.combine.claims import GroupMoney, members_of
from matcher.combine.outcomes import combine_with
from matcher.combine.problem import Option, Problem, Program, Rule, Solution
from matcher.combine.reasons import Reasons
from matcher.combine.search import Budget
from matcher.outcome import Money, Outcome, Status, TraceLine, Variant
from rules.language.model import Group, GroupRule, Position

HERE = Position("g.yaml", 1, 1)
WAN = 1_000_000


def outcome(
    policy: str, low: int | None, high: int | None = -1, status: Status = Status.ELIGIBLE, **more: object
) -> Outcome:
    """Return an outcome with an amount in 万元; one number is exact, None as the upper end unbounded."""
    amount = (
        None if low is None else Money(low * WAN, low * WAN if high == -1 else None if high is None else high * WAN)
    )
    values = {"title": f"项目{policy}", "level": "区级", "settlement": "calculate", **more}
    return Outcome(policy=policy, status=status, amount=amount, payable=None, **values)  # type: ignore[arg-type]


def group(rule: GroupRule, members: str, **more: object) -> Group:
    values = {
        "title": "某类支持",
        "scope": ("enterprise",),
        "before_caps": False,
        "cite": None,
        "documents": (),
        **more,
    }
    return Group(id="g", rule=rule, members=tuple(members), position=HERE, **values)  # type: ignore[arg-type]


def money(made: Group, external: tuple[int, int | None] = (0, 0), **more: object) -> GroupMoney:
    low, high = external
    received = Money(low * WAN, None if high is None else high * WAN)
    return GroupMoney(made, frozenset(made.members), received, **more)  # type: ignore[arg-type]


def wan(low: int, high: int | None = -1) -> Money:
    return Money(low * WAN, low * WAN if high == -1 else None if high is None else high * WAN)


def test_without_groups_each_is_paid_its_amount():
    outcomes, combination = combine_with([outcome("a", 3), outcome("b", 4)], [])

    assert [one.payable for one in outcomes] == [wan(3), wan(4)]
    assert combination.total == combination.literal_total == wan(7)
    assert (combination.chosen, combination.dropped, combination.is_optimal) == (("a", "b"), (), True)


def test_what_computes_nothing_has_no_payment():
    outcomes, combination = combine_with([outcome("a", None)], [])

    assert outcomes[0].payable is None
    assert (combination.total, combination.chosen) == (wan(0), ())


@pytest.mark.parametrize("status", [Status.INELIGIBLE, Status.WINDOW_CLOSED, Status.NOT_IN_FORCE, Status.SUSPENDED])
def test_who_cannot_apply_today_has_no_payment(status):
    outcomes, combination = combine_with([outcome("a", 3, status=status)], [])

    assert outcomes[0].payable is None
    assert combination.total == wan(0)


@pytest.mark.parametrize("status", [Status.NEEDS_INFO, Status.NEEDS_REVIEW])
def test_while_a_status_is_open_its_money_is_an_upper_bound_only(status):
    outcomes, combination = combine_with([outcome("a", 3, status=status), outcome("b", 4)], [])

    assert outcomes[0].payable == wan(0, 3)
    assert combination.total == wan(4, 7)
    assert combination.chosen == ("b",)


def test_the_dearer_of_an_exclusive_group_is_chosen_and_the_other_told_why_not():
    made = group(GroupRule.HIGHEST, "ab")

    outcomes, combination = combine_with([outcome("a", 3), outcome("b", 4)], [money(made)])

    assert [one.payable for one in outcomes] == [wan(0), wan(4)]
    assert combination.chosen == ("b",)
    assert combination.dropped[0].policy == "a"
    assert combination.dropped[0].because == "与「项目b」同在「某类支持」就高不重复：选后者，合计最高"


def test_the_literal_reading_differs_where_groups_overlap():
    first, second = replace(group(GroupRule.HIGHEST, "ab"), id="one"), replace(group(GroupRule.HIGHEST, "bc"), id="two")

    _, combination = combine_with([outcome("a", 30), outcome("b", 40), outcome("c", 35)], [money(first), money(second)])

    assert combination.total == wan(65)
    assert combination.literal_total == wan(40)


def test_a_top_up_pays_the_difference_and_says_so():
    outcomes, combination = combine_with(
        [outcome("a", 67)], [money(group(GroupRule.TOP_UP, "a", external_label="市级同类补助"), (40, 40))]
    )

    assert outcomes[0].payable == combination.total == wan(27)
    assert outcomes[0].notes == ("「某类支持」就高补差，已获市级同类补助40万元：本项67万元，可得27万元",)


def test_a_top_up_that_leaves_nothing_is_told():
    _, combination = combine_with([outcome("a", 67)], [money(group(GroupRule.TOP_UP, "a"), (70, 70))])

    assert combination.dropped[0].because == "「某类支持」就高补差，已获同类补助70万元，没有余额"


def test_a_top_up_that_an_earlier_program_uses_up_is_told():
    _, combination = combine_with([outcome("a", 67), outcome("b", 20)], [money(group(GroupRule.TOP_UP, "ab"))])

    assert combination.dropped[0].because == "「某类支持」就高补差，额度已由「项目a」用完"


def test_an_exclusive_award_that_does_not_exceed_the_money_received_is_dropped():
    _, combination = combine_with([outcome("a", 67)], [money(group(GroupRule.ONCE, "a"), (70, 70))])

    assert (
        combination.dropped[0].because == "已获同类补助70万元，不低于本项的67万元：「某类支持」只享受一次，本项不再支付"
    )


def test_an_exclusive_award_that_exceeds_the_money_received_asks_to_give_that_up():
    outcomes, _ = combine_with([outcome("a", 67)], [money(group(GroupRule.CHOOSE_ONE, "a"), (60, 60))])

    assert outcomes[0].payable == wan(67)
    assert outcomes[0].notes == ("已获同类补助60万元：「某类支持」只能择一，领取本项须放弃此前所得",)


def test_money_received_that_is_unknown_widens_the_payment_and_is_asked_for():
    unknown = money(group(GroupRule.TOP_UP, "a"), (0, None), missing=("city_rd_grant",))

    outcomes, combination = combine_with([outcome("a", 67)], [unknown])

    assert outcomes[0].payable == combination.total == wan(0, 67)
    assert outcomes[0].missing == ("city_rd_grant",)


def test_money_received_that_is_unknown_is_not_asked_for_where_nothing_hangs_on_it():
    unknown = money(group(GroupRule.TOP_UP, "a"), (0, None), missing=("city_rd_grant",))

    outcomes, _ = combine_with([outcome("a", 0)], [unknown])

    assert (outcomes[0].payable, outcomes[0].missing) == (wan(0), ())


def test_an_unbounded_amount_stays_unbounded():
    outcomes, combination = combine_with([outcome("a", 5, None), outcome("b", 1)], [])

    assert outcomes[0].payable == wan(5, None)
    assert combination.total == wan(6, None)


def test_a_joint_cap_bounds_an_unbounded_amount():
    cap = money(group(GroupRule.CAP, "a"), cap_low=9 * WAN, cap_high=9 * WAN)

    outcomes, combination = combine_with([outcome("a", 5, None)], [cap])

    assert outcomes[0].payable == combination.total == wan(5, 9)


def test_a_joint_cap_cuts_the_last_and_says_so():
    cap = money(group(GroupRule.CAP, "abc"), cap_low=5 * WAN, cap_high=5 * WAN)

    outcomes, combination = combine_with([outcome("a", 3), outcome("b", 4), outcome("c", 1)], [cap])

    assert [one.payable for one in outcomes] == [wan(3), wan(2), wan(0)]
    assert outcomes[1].notes == ("「某类支持」合并封顶5万元：本项4万元，可得2万元",)
    assert combination.dropped[0].because == "「某类支持」合并封顶5万元，额度已由「项目a」「项目b」用完"


def test_only_the_sum_that_cuts_is_named():
    narrow = money(replace(group(GroupRule.CAP, "ab"), id="narrow"), cap_low=4 * WAN, cap_high=4 * WAN)
    wide = money(replace(group(GroupRule.CAP, "ab", title="年度总额"), id="wide"), cap_low=5 * WAN, cap_high=5 * WAN)

    outcomes, combination = combine_with([outcome("a", 4), outcome("b", 4)], [wide, narrow])

    assert "年度总额" not in combination.dropped[0].because
    outcomes, _ = combine_with([outcome("a", 2), outcome("b", 4)], [wide, narrow])
    assert outcomes[1].notes == ("「某类支持」合并封顶4万元：本项4万元，可得2万元",)


def test_a_cap_by_level_covers_the_district_but_not_the_exempt():
    made = group(GroupRule.CAP, "", levels=("区级",), exempt=("b",))

    covered = members_of(made, [outcome("a", 1), outcome("b", 1), outcome("c", 1, level="市级")])

    assert covered == {"a"}


def test_before_caps_the_money_received_is_set_off_against_the_amount_before_the_cap():
    capped = TraceLine("cap", "step", "封顶", op="cap_amount", before=wan(80), after=wan(50), effect="capped")
    early = money(group(GroupRule.TOP_UP, "a", before_caps=True), (20, 20))

    outcomes, _ = combine_with([outcome("a", 50, trace=(capped,))], [early])

    assert outcomes[0].payable == wan(50)


def test_an_uncapped_amount_without_an_upper_end_stays_so():
    capped = TraceLine("cap", "step", "封顶", op="cap_amount", before=wan(80, None), after=wan(50), effect="capped")
    early = money(group(GroupRule.TOP_UP, "a", before_caps=True), (60, 60))

    outcomes, _ = combine_with([outcome("a", 50, trace=(capped,))], [early])

    assert outcomes[0].payable == wan(20, 50)


def test_what_an_amount_was_before_its_cap_leaves_payments_exact_where_no_group_weighs_by_it():
    capped = TraceLine("cap", "step", "封顶", op="cap_amount", before=wan(60, 80), after=wan(50), effect="capped")

    outcomes, _ = combine_with(
        [outcome("a", 50, trace=(capped,)), outcome("b", 10)], [money(group(GroupRule.TOP_UP, "ab"), (5, 5))]
    )

    assert [one.payable for one in outcomes] == [wan(45), wan(0)]


def test_cost_items_are_split_for_the_largest_sum_and_the_parts_named():
    once = money(group(GroupRule.ONCE, "ab", scope=("cost_item",), cost_list="contracts"))
    both = (Variant(frozenset({"甲", "乙"}), wan(30)), Variant(frozenset({"甲"}), wan(20)))
    rest = (Variant(frozenset({"乙"}), wan(25)),)

    outcomes, combination = combine_with([outcome("a", 30, variants=both), outcome("b", 25, variants=rest)], [once])

    assert [one.payable for one in outcomes] == [wan(20), wan(25)]
    assert outcomes[0].notes == ("只使用费用：甲",)
    assert outcomes[1].notes == ()
    assert combination.total == wan(45)


def test_a_program_whose_cost_items_are_used_is_told_so():
    once = money(group(GroupRule.ONCE, "ab", scope=("cost_item",), cost_list="contracts"))
    item = (Variant(frozenset({"甲"}), wan(30)),)

    _, combination = combine_with(
        [outcome("a", 30, variants=item), outcome("b", 20, variants=(replace(item[0], amount=wan(20)),))], [once]
    )

    assert (
        combination.dropped[0].because
        == "与「项目a」同在「某类支持」只享受一次，同一项费用不能重复使用：选后者，合计最高"
    )


def test_money_received_that_names_no_cost_item_is_left_to_a_person():
    once = money(group(GroupRule.ONCE, "a", scope=("cost_item",), cost_list="contracts"), (5, 5))

    outcomes, _ = combine_with([outcome("a", 30)], [once])

    assert outcomes[0].payable == wan(30)
    assert outcomes[0].notes == ("已获同类补助无法对应到具体费用，未作扣除，请与受理部门核对",)


def test_a_spent_budget_shows_as_a_range_that_is_not_optimal():
    names = "abcd"
    amounts = [30, 40, 35, 20]
    groups = [money(replace(group(GroupRule.HIGHEST, pair), id=pair)) for pair in ("ab", "bc", "cd")]

    outcomes, combination = combine_with(
        [outcome(name, amount) for name, amount in zip(names, amounts, strict=True)], groups, Budget(branches=1)
    )

    assert not combination.is_optimal
    assert combination.total.min == 60 * WAN
    assert combination.total.max is not None and combination.total.max >= 65 * WAN
    assert outcomes[0].payable is not None and outcomes[0].payable.max == 30 * WAN


def test_a_program_that_a_cut_search_left_out_is_not_blamed_on_a_rule():
    rule = Rule("g", GroupRule.HIGHEST, frozenset("ab"))
    problem = Problem((Program("a", (Option(1, 1),)), Program("b", (Option(2, 2),))), (rule,))
    reasons = Reasons(problem, Solution(0, 2, {"a": 0, "b": 0}, {}), {}, {})

    assert reasons.why_left_out("a") == "改选其他项目，合计更高"
