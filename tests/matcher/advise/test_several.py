from __future__ import annotations

from datetime import date

from matcher.advise import changes_needed, near_miss_of
from matcher.interpret import evaluate_policy
from matcher.outcome import Money, Status
from tests.support.rule_texts import bundle_of, policy_text, profile_of

DAY = date(2026, 5, 20)
BOTH = """
all:
  - {id: sales, if: revenue, from: 500万元, CITE}
  - {id: people, if: staff, from: 10人, CITE}
"""
STEPS = "- {id: all, fixed: 3万元, CITE}\n- {id: round, round: {to: 分, mode: half_up}, CITE}"


def needed(eligibility, **facts):
    """Return the changes that end a “no”, after holding them against the interpreter."""
    bundle = bundle_of(policy_text("p", eligibility, STEPS))
    profile = profile_of(bundle, facts)
    outcome = evaluate_policy(bundle, "p", profile, DAY)
    changes = changes_needed(bundle, outcome, profile, DAY)
    if changes:
        told = {**facts, **{change.field: change.to_value for change in changes}}
        reached = evaluate_policy(bundle, "p", profile_of(bundle, told), DAY)
        assert (reached.status, reached.amount) == (changes[-1].leads_to, changes[-1].amount)
        assert reached.status is not Status.INELIGIBLE
        for left_out in changes:
            fewer = {key: value for key, value in told.items() if key != left_out.field}
            if left_out.field in facts:
                fewer[left_out.field] = facts[left_out.field]
            assert evaluate_policy(bundle, "p", profile_of(bundle, fewer), DAY).status is Status.INELIGIBLE
    return changes


def test_two_numbers_that_fall_short_are_both_named():
    changes = needed(BOTH, revenue="300万元", staff="4人")

    assert [(change.field, change.difference) for change in changes] == [
        ("revenue", "营业收入再增加200万元"),
        ("staff", "职工再增加6人"),
    ]
    assert (changes[0].leads_to, changes[1].leads_to, changes[1].amount) == (
        None,
        Status.ELIGIBLE,
        Money(3_000_000, 3_000_000),
    )


def test_one_change_that_mends_both_is_enough():
    both = "all:\n  - {id: a, if: revenue, from: 500万元, CITE}\n  - {id: b, if: revenue, from: 800万元, CITE}"

    assert [change.to_text for change in needed(both, revenue="300万元")] == ["800万元"]


def test_numbers_come_before_words_and_words_do_where_nothing_else_does():
    either = "any:\n  - {id: a, if: is_listed, is: true, CITE}\n  - {id: b, if: staff, from: 10人, CITE}"
    of_both = f"all:\n  - {{id: s, if: revenue, from: 500万元, CITE}}\n  - {either.replace(chr(10), chr(10) + '    ')}"

    assert [change.field for change in needed(of_both, revenue="1万元", staff="4人", is_listed=False)] == [
        "revenue",
        "staff",
    ]
    words = "all:\n  - {id: s, if: revenue, from: 500万元, CITE}\n  - {id: a, if: is_listed, is: true, CITE}"
    assert [change.field for change in needed(words, revenue="1万元", is_listed=False)] == ["revenue", "is_listed"]


def test_a_certificate_to_obtain_is_one_of_the_changes():
    text = "all:\n  - {id: h, if: hitech_until, from: $as_of, CITE}\n  - {id: s, if: staff, from: 10人, CITE}"

    changes = needed(text, hitech_until=None, staff="4人")

    assert {change.field for change in changes} == {"hitech_until", "staff"}


def test_what_cannot_be_changed_has_no_way():
    text = "all:\n  - {id: f, if: founded_on, from: 2025-01-01, CITE}\n  - {id: s, if: staff, from: 10人, CITE}"

    assert needed(text, founded_on="2020-01-01", staff="4人") == ()
    assert needed(BOTH, revenue="900万元", staff="40人") == ()


def test_changes_that_contradict_each_other_are_not_offered():
    text = "all:\n  - {id: a, if: staff, from: 10人, CITE}\n  - {id: b, if: staff, upto: 3人, CITE}"

    assert needed(text, staff="5人") == ()


def test_what_one_change_can_do_agrees_with_the_near_miss():
    bundle = bundle_of(policy_text("p", BOTH, STEPS))
    profile = profile_of(bundle, {"revenue": "300万元", "staff": "40人"})
    outcome = evaluate_policy(bundle, "p", profile, DAY)

    [change] = changes_needed(bundle, outcome, profile, DAY)

    assert change == near_miss_of(bundle, outcome, profile, DAY)


def test_a_part_that_needs_two_things_at_once_has_none_for_now():
    text = "any:\n  - all: [{id: a, if: staff, from: 10人, CITE}, {id: b, if: revenue, from: 500万元, CITE}]"

    assert needed(text, staff="4人", revenue="1万元") == ()


def test_waiting_is_none_of_several_changes_and_five_are_too_many():
    wait = "all:\n  - {id: f, if: founded_on, upto: $as_of, CITE}\n  - {id: s, if: staff, from: 10人, CITE}"
    names = {"revenue": "500万元", "rd": "5万元", "staff": "10人", "area": "100平方米", "share": "5%"}
    five = "all:\n" + "".join(f"  - {{id: {name}, if: {name}, from: {least}, CITE}}\n" for name, least in names.items())
    facts = {"revenue": "0元", "rd": "0元", "staff": "0人", "area": "1平方米", "share": "1%"}

    assert needed(wait, founded_on="2026-06-01", staff="4人") == ()
    assert needed(five, **facts) == ()
    assert len(needed(five, **{**facts, "share": "9%"})) == 4
