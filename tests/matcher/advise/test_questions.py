from __future__ import annotations

from datetime import date

from matcher.advise import next_questions
from matcher.outcome import Money, NextQuestion, Outcome, Status, TraceLine, Truth
from rules.language.model import Bundle
from tests.support.rule_texts import bundle_of, policy_text

DAY = date(2026, 5, 20)
WAN = 1_000_000
LEAF = "all:\n  - {id: x, if: rd, from: 10万元, CITE}"
BUNDLE = bundle_of(
    policy_text("a", LEAF),
    policy_text("b", LEAF),
    policy_text("c", LEAF, version="    fact_year: current\n"),
)


def outcome(
    policy: str, *missing: str, most: int | None = 0, status: Status = Status.NEEDS_INFO, **more: object
) -> Outcome:
    money = None if most is None else Money(0, most * WAN)
    values = {"title": policy, "level": "区级", "settlement": "calculate", **more}
    return Outcome(policy=policy, status=status, amount=money, payable=money, missing=missing, **values)  # type: ignore[arg-type]


def fields(*outcomes: Outcome, bundle: Bundle = BUNDLE) -> list[str]:
    return [question.field for question in next_questions(bundle, outcomes, DAY)]


def test_a_question_counts_the_programs_and_the_money_that_hang_on_it():
    found = next_questions(BUNDLE, [outcome("a", "rd@2024", most=47), outcome("b", "rd@2024", "staff", most=3)], DAY)

    assert found[0] == NextQuestion("rd@2024", "2024年：研发费用是多少", 2, 50 * WAN)
    assert found[1] == NextQuestion("staff", "职工人数", 1, 3 * WAN)


def test_at_equal_cost_more_money_is_asked_for_first():
    assert fields(outcome("a", "share", most=1), outcome("b", "is_listed", most=100)) == ["is_listed", "share"]


def test_a_cheap_answer_is_asked_for_before_a_dear_one():
    assert fields(outcome("a", "revenue", "district", most=5)) == ["district", "revenue"]


def test_equal_questions_come_in_the_order_of_the_dictionary():
    assert fields(outcome("a", "is_listed", "share")) == ["share", "is_listed"]


def test_one_large_hope_does_not_outweigh_many_programs():
    assert fields(
        outcome("a", "share", most=900), outcome("b", "is_listed", most=2), outcome("c", "is_listed", most=2)
    ) == ["is_listed", "share"]


def test_by_money_the_share_of_what_an_answer_settles_counts_for_each_unit_of_its_cost():
    outcomes = [
        outcome("a", "share", most=900),  # 900 at a cost of 2
        outcome("b", "is_listed", most=2),
        outcome("c", "revenue", "district", most=2000),  # 1000 each, at costs of 3 and 1
    ]

    found = next_questions(BUNDLE, outcomes, DAY, by_money=True)

    assert [question.field for question in found] == ["district", "share", "revenue@2026", "is_listed"]


def test_what_the_amount_alone_needs_waits_until_the_conditions_are_decided():
    lines = (
        TraceLine("c", "condition", "条件", truth=Truth.U, missing=("revenue",)),
        TraceLine("s", "step", "金额", missing=("revenue", "share")),
    )

    assert fields(outcome("a", "share", "revenue", most=5, trace=lines)) == ["revenue", "share"]
    # Once the condition is decided its fact is not missing any more, and that of the amount counts in full.
    assert fields(
        outcome("a", "share", status=Status.ELIGIBLE, most=5, trace=lines[1:]), outcome("b", "district", "is_listed")
    ) == ["share", "district", "is_listed"]


def test_a_fact_that_decides_a_program_alone_is_asked_for_before_one_of_several():
    assert fields(outcome("a", "share", "rd@2025", most=5), outcome("b", "is_listed", most=5))[0] == "is_listed"


def test_only_what_can_still_decide_something_is_asked():
    closed = outcome("b", "share", status=Status.WINDOW_CLOSED, if_open=Status.NEEDS_INFO)

    assert fields(outcome("a", "staff", status=Status.INELIGIBLE), closed) == []
    assert fields(outcome("a", status=Status.ELIGIBLE)) == []
    assert fields(outcome("a", "rd@2024", status=Status.ELIGIBLE, most=5)) == ["rd@2024"]


def test_a_window_that_opens_again_is_worth_a_question():
    opens = {"status": Status.WINDOW_CLOSED, "opens_on": date(2026, 8, 1)}

    assert fields(outcome("a", "share", if_open=Status.NEEDS_INFO, **opens)) == ["share"]
    assert fields(outcome("a", "share", if_open=Status.INELIGIBLE, **opens)) == []


def test_the_published_ceiling_stands_for_money_that_is_not_computed_or_unbounded():
    worth = {
        case: next_questions(BUNDLE, [one], DAY)[0].worth
        for case, one in {
            "ceiling": outcome("a", "staff", most=None, ceiling=9 * WAN),
            "nothing": outcome("a", "staff", most=None),
            "beyond belief": outcome("a", "staff", most=10**9, ceiling=8 * WAN),
        }.items()
    }

    assert worth == {"ceiling": 9 * WAN, "nothing": 0, "beyond belief": 8 * WAN}


def test_programs_with_different_fact_years_name_the_same_fact_alike():
    assert fields(outcome("a", "rd"), outcome("c", "rd@2025")) == ["rd"]
    assert fields(outcome("c", "rd")) == ["rd@2026"]


def test_items_of_lists_and_facts_of_the_employer_are_asked_for_in_full_words():
    asks = {
        one.field: one.ask
        for one in next_questions(BUNDLE, [outcome("a", "contracts[2].paid", "employer.staff@2024")], DAY)
    }

    assert asks == {
        "contracts[2].paid": "合同第2项：合同金额是多少",
        "employer.staff@2024": "用人单位：2024年：职工人数",
    }


def test_a_fact_without_a_question_is_asked_for_by_its_label():
    assert next_questions(BUNDLE, [outcome("a", "contracts[1].name")], DAY)[0].ask == "合同第1项：请填写合同名称"
