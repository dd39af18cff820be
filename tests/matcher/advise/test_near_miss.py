from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matcher.advise import near_miss_of, shortfalls_of
from matcher.interpret import evaluate_policy
from matcher.outcome import Change, Money, Status
from matcher.profile import read_profile
from rules.language.model import Bundle
from tests.support.rule_texts import VOCABULARY, bundle_of, policy_text, profile_of

DAY = date(2026, 5, 20)
STEPS = "- {id: f, fixed: 10万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"


def rules(*leaves: str, word: str = "all", more: str = "", version: str = "") -> Bundle:
    eligibility = f"{word}:\n" + "\n".join(f"  - {leaf}" for leaf in leaves)
    return bundle_of(policy_text("a", eligibility, STEPS, more, version=version))


def gaps(bundle: Bundle, facts: dict[str, Any], on: date = DAY) -> dict[str, str]:
    profile = profile_of(bundle, facts)
    return dict(shortfalls_of(bundle, evaluate_policy(bundle, "a", profile, on), profile, on))


def near(bundle: Bundle, facts: dict[str, Any], on: date = DAY) -> Change | None:
    profile = profile_of(bundle, facts)
    return near_miss_of(bundle, evaluate_policy(bundle, "a", profile, on), profile, on)


def change(bundle: Bundle, facts: dict[str, Any], on: date = DAY) -> Change:
    found = near(bundle, facts, on)
    assert found is not None
    return found


def test_a_sum_of_money_that_is_short_is_told_to_the_fen():
    bundle = rules("{id: rd, if: rd, from: 24万元, CITE}")

    assert gaps(bundle, {"rd": "239999.99元"}) == {"rd": "0.01元"}
    found = change(bundle, {"rd": {"2025": "20万元"}})
    assert found == Change(
        field="rd",
        label="研发费用",
        from_text="20万元",
        to_text="24万元",
        difference="研发费用再增加4万元",
        to_value={"fen": 24_000_000},
        leads_to=Status.ELIGIBLE,
        amount=Money(10_000_000, 10_000_000),
    )


def test_the_stated_change_is_read_back_and_is_exact():
    bundle = rules("{id: rd, if: rd, over: 24万元, CITE}")
    found = change(bundle, {"rd": {"2025": "20万元"}})

    at = read_profile({"rd": {"2025": found.to_value}}, bundle.vocabulary)
    below = read_profile({"rd": {"2025": {"fen": 24_000_000}}}, bundle.vocabulary)

    assert found.to_value == {"fen": 24_000_001}
    assert evaluate_policy(bundle, "a", at, DAY).status is Status.ELIGIBLE
    assert evaluate_policy(bundle, "a", below, DAY).status is Status.INELIGIBLE


@pytest.mark.parametrize(
    ("leaf", "facts", "gap", "words"),
    [
        ("{id: x, if: staff, from: 50人, CITE}", {"staff": 47}, "3人", "职工再增加3人"),
        ("{id: x, if: staff, upto: 50人, CITE}", {"staff": 53}, "3人", "职工减少3人"),
        ("{id: x, if: area, from: 100平方米, CITE}", {"area": "99.5"}, "0.5平方米", "面积再增加0.5平方米"),
        ("{id: x, if: share, over: 5%, CITE}", {"share": "4.5%"}, "0.51%", "持股比例再增加0.51%"),
        ("{id: x, if: hitech_until, from: $as_of, CITE}", {"hitech_until": "2026-05-01"}, "19天", "高企证书有效期至晚19天"),
        ("{id: x, if: hitech_until, before: 2026-01-01, CITE}", {"hitech_until": "2026-01-01"}, "1天", "高企证书有效期至早1天"),
        ("{id: x, if: intensity, from: 5%, CITE}", {"rd": "249万元", "revenue": "5000万元"}, "1万元", "研发费用再增加1万元"),
        ("{id: x, if: growth, from: 10%, CITE}", {"revenue": {"2025": "109万元", "2024": "100万元"}}, "1万元", "营业收入再增加1万元"),
        ("{id: x, if: rd, from: 10万元, below: 20万元, CITE}", {"rd": "25万元"}, "50,000.01元", "研发费用减少50,000.01元"),
        ("{id: x, if: scale, is: 2, CITE}", {"revenue": "50万元"}, "1,500,000.01元", "营业收入再增加1,500,000.01元"),
        ("{id: x, if: scale, is: 3, CITE}", {"revenue": "100万元"}, "0.01元", "营业收入再增加0.01元"),
        ("{id: x, if: scale, is: 3, CITE}", {"revenue": "900万元"}, "700万元", "营业收入减少700万元"),
    ],
)  # fmt: skip
def test_gap_and_change_are_in_the_unit_of_the_fact(leaf, facts, gap, words):
    bundle = rules(leaf)

    assert gaps(bundle, facts) == {"x": gap}
    assert change(bundle, facts).difference == words


@pytest.mark.parametrize(
    ("leaf", "facts", "value"),
    [
        ("{id: x, if: staff, from: 50人, CITE}", {"staff": 47}, 50),
        ("{id: x, if: area, from: 100平方米, CITE}", {"area": "99.5"}, 100),
        ("{id: x, if: area, over: 100平方米, CITE}", {"area": "99.5"}, "100.01"),
        ("{id: x, if: share, over: 5%, CITE}", {"share": "4.5%"}, "5.01%"),
        ("{id: x, if: hitech_until, from: $as_of, CITE}", {"hitech_until": "2026-05-01"}, "2026-05-20"),
    ],
)
def test_the_new_value_has_the_form_that_profiles_are_written_in(leaf, facts, value):
    bundle = rules(leaf)
    found = change(bundle, facts)

    assert found.to_value == value
    again = read_profile({found.field: value}, bundle.vocabulary)
    assert evaluate_policy(bundle, "a", again, DAY).status is Status.ELIGIBLE


def test_the_year_before_is_named_and_comes_last():
    bundle = rules('{id: x, expr: "rd[-1] + rd", from: 10万元, CITE}', "{id: y, if: 'rd[-1]', from: 5万元, CITE}")
    facts = {"rd": {"2025": "6万元", "2024": "3万元"}}

    assert gaps(bundle, facts) == {"x": "1万元", "y": "2万元"}
    assert change(bundle, facts).field == "rd@2024"
    assert change(bundle, facts).difference == "研发费用（2024年）再增加2万元"


def test_the_dearer_of_two_gaps_of_one_fact_closes_both():
    bundle = rules("{id: x, if: rd, from: 10万元, CITE}", "{id: y, if: rd, from: 12万元, CITE}")

    assert change(bundle, {"rd": "5万元"}).to_text == "12万元"


def test_two_facts_that_are_both_short_are_no_near_miss():
    bundle = rules("{id: x, if: rd, from: 10万元, CITE}", "{id: y, if: staff, from: 10人, CITE}")

    assert near(bundle, {"rd": "5万元", "staff": 1}) is None
    assert gaps(bundle, {"rd": "5万元", "staff": 1}) == {"x": "5万元", "y": "9人"}


def test_one_of_several_ways_is_enough_and_numbers_come_before_certificates_and_words():
    bundle = rules(
        "{id: x, if: is_listed, is: true, CITE}",
        "{id: y, if: hitech_until, from: $as_of, CITE}",
        "{id: z, if: staff, from: 10人, CITE}",
        word="any",
    )

    assert change(bundle, {"is_listed": False, "hitech_until": None, "staff": 4}).field == "staff"
    assert change(bundle, {"is_listed": False, "hitech_until": None, "staff": 4}).difference == "职工再增加6人"


def test_a_fact_that_nobody_can_change_is_waited_for():
    bundle = rules("{id: age, if: founded_on, upto: {ago: 1年}, CITE}")
    facts = {"founded_on": "2025-06-26"}

    assert gaps(bundle, facts) == {"age": "37天"}
    found = change(bundle, facts)
    assert (found.field, found.label, found.difference) == ("as_of", "申报日期", "再过37天")
    assert (found.from_text, found.to_text, found.to_value) == ("2026-05-20", "2026-06-26", "2026-06-26")
    assert found.leads_to is Status.ELIGIBLE


def test_a_wait_into_the_next_year_says_nothing_of_the_result():
    found = change(rules("{id: age, if: founded_on, upto: {ago: 1年}, CITE}"), {"founded_on": "2026-03-01"})

    assert found.difference == "再过285天"
    assert (found.leads_to, found.amount) == (None, None)


def test_a_wait_beyond_the_validity_of_the_text_is_no_near_miss():
    bundle = rules("{id: age, if: founded_on, upto: {ago: 1年}, CITE}")
    last_days = date(2027, 12, 20)

    assert near(bundle, {"founded_on": "2027-01-10"}, last_days) is None
    assert near(bundle, {"founded_on": "2026-12-25"}, last_days) is not None


def test_a_text_without_an_end_is_waited_for_a_year_at_most():
    text = policy_text("a", "all:\n  - {id: age, if: founded_on, upto: {ago: 3年}, CITE}", STEPS)
    bundle = bundle_of(text.replace("    to: 2027-12-31\n", ""))

    assert change(bundle, {"founded_on": "2024-05-01"}).difference == "再过346天"
    assert near(bundle, {"founded_on": "2025-05-01"}) is None


def test_what_grew_too_old_comes_not_back_by_waiting():
    assert near(rules("{id: age, if: founded_on, from: {ago: 3年}, CITE}"), {"founded_on": "2020-01-01"}) is None


def test_a_certificate_to_be_obtained_is_named_with_its_day():
    bundle = rules("{id: x, if: hitech_until, from: $as_of, CITE}")
    found = change(bundle, {"hitech_until": None})

    assert found.difference == "高企证书有效期至由“未获认定”变为2026-05-20"
    assert (found.from_text, found.to_value, found.leads_to) == ("未获认定", "2026-05-20", Status.ELIGIBLE)
    assert gaps(bundle, {"hitech_until": None}) == {}


def test_a_certificate_behind_a_derived_fact_is_found_too():
    bundle = rules("{id: x, if: is_hitech, is: true, CITE}")

    assert change(bundle, {"hitech_until": None}).to_text == "2026-05-20"
    assert change(bundle, {"hitech_until": "2026-05-19"}).difference == "高企证书有效期至晚1天"


def test_a_loss_that_does_not_exist_is_not_dreamt_up_where_no_value_would_do():
    assert near(rules("{id: x, if: loss, below: 0元, CITE}"), {"loss": None}) is None


def test_yes_and_no_and_codes_are_changed_in_words():
    listed = rules("{id: x, if: is_listed, is: true, CITE}")
    sized = rules("{id: x, if: size, in: [中型, 大型], CITE}")

    assert change(listed, {"is_listed": False}).difference == "已上市由“否”变为“是”"
    assert change(listed, {"is_listed": False}).to_value is True
    assert change(sized, {"size": "微型"}).difference == "规模由“微型企业”变为“中型企业”"
    assert change(sized, {"size": {"in": ["微型", "小型"]}}).from_text == "小型企业、微型企业"
    assert gaps(listed, {"is_listed": False}) == {}


def test_a_text_is_changed_to_what_is_asked_for():
    bundle = rules("{id: x, if: district, in: [罗湖区], CITE}")

    assert near(bundle, {"district": "福田区"}) is None


def test_under_a_not_the_fact_leaves_the_forbidden_span():
    bundle = bundle_of(policy_text("a", "all:\n  - not: {id: x, if: staff, from: 10人, below: 20人, CITE}", STEPS))

    assert gaps(bundle, {"staff": 18}) == {"x": "2人"}
    assert change(bundle, {"staff": 18}).difference == "职工再增加2人"
    assert change(bundle, {"staff": 11}).difference == "职工减少2人"


def test_a_condition_set_is_looked_into():
    shared = (
        "schema: conditions/1\nid: basics\ntitle: 通用条件\ndocuments:\n  - {id: D, title: 办法}\n"
        "condition:\n  all:\n    - {id: rd, if: rd, from: 10万元, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
        "    - {id: st, at_least: {n: 1, of: [{id: s1, if: staff, from: 1人, cite: {doc: D, clause: 第一条, gist: 依据}}]}}\n"
    )
    shared = shared.replace("    - {id: st, at_least", "    - {at_least")
    bundle = bundle_of(policy_text("a", "all:\n  - use: basics\n  - {id: m, manual: 制度健全, CITE}", STEPS), shared)

    assert gaps(bundle, {"rd": "9万元", "staff": 3}) == {"basics/rd": "1万元"}
    assert change(bundle, {"rd": "9万元", "staff": 3}).leads_to is Status.NEEDS_REVIEW


def test_a_range_counts_from_its_nearer_end():
    bundle = rules("{id: x, if: staff, from: 100人, CITE}")
    found = change(bundle, {"staff": {"from": 50, "upto": 99}})

    assert (found.from_text, found.difference) == ("99人", "职工再增加1人")


def test_a_range_without_one_end_counts_from_the_other():
    bundle = rules("{id: x, if: staff, upto: 10人, CITE}")

    assert change(bundle, {"staff": {"from": 50}}).difference == "职工减少40人"


def test_a_change_stays_within_the_domain_of_its_field():
    bundle = rules('{id: x, expr: "revenue - rd", from: 2万亿元, CITE}')

    assert near(bundle, {"revenue": "1亿元", "rd": "0元"}) is None
    assert gaps(bundle, {"revenue": "1亿元", "rd": "0元"}) == {}
    assert near(bundle, {"revenue": "1万亿元", "rd": "0元"}) is None


def test_conditions_inside_alternatives_are_looked_into():
    shared = (
        "schema: conditions/1\nid: basics\ntitle: 通用条件\ndocuments:\n  - {id: D, title: 办法}\n"
        "condition:\n  all:\n    - {id: rd, if: rd, from: 10万元, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
        "    - {id: no, manual: 制度健全, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
    )
    either = (
        "any:\n  - not: {id: big, if: staff, from: 10人, CITE}\n  - use: basics\n"
        "  - at_least: {n: 2, of: [{id: p, if: area, from: 9平方米, CITE}, {id: q, if: is_listed, is: true, CITE}]}"
    )
    bundle = bundle_of(policy_text("a", either, STEPS), shared)
    facts = {"staff": 12, "rd": "9万元", "area": "1", "is_listed": False}

    assert change(bundle, facts).difference == "职工减少3人"
    assert change(bundle, {**facts, "staff": {"from": 12}, "area": "9"}).field == "staff"


def test_words_are_tried_one_after_the_other_until_one_does():
    bundle = rules(
        "{all: [{id: p, if: is_listed, is: true, CITE}, {id: q, if: score, from: 60, CITE}]}",
        "{id: n, if: size, not_in: [微型], CITE}",
        "{id: s, if: size, is: 大型, CITE}",
        word="any",
    )

    found = change(bundle, {"is_listed": False, "score": "1", "size": "微型"})

    assert found.difference == "规模由“微型企业”变为“大型企业”"


def test_lists_and_facts_of_the_employer_are_not_changed():
    bundle = rules("{id: x, count_of: {list: contracts}, from: 2, CITE}")

    assert near(bundle, {"contracts": []}) is None
    person = rules("{id: x, if: employer.staff, from: 10人, CITE}", more="applicant: person\n")
    assert near(person, {"employer": {"staff": 3}}) is None


def test_a_fact_that_nobody_can_change_and_no_day_is_no_near_miss():
    assert near(rules("{id: x, if: score, from: 60, CITE}"), {"score": "59"}) is None


def test_who_is_not_refused_misses_nothing():
    bundle = rules("{id: x, if: staff, from: 100人, CITE}")

    assert near(bundle, {"staff": 100}) is None
    assert near(bundle, {}) is None
    assert gaps(bundle, {}) == {}


def test_a_bound_that_depends_on_the_fact_itself_is_met_exactly():
    bundle = rules(
        "{id: x, if: rd, from: {by: revenue, table: [{upto: 100万元, value: 10万元}, {over: 100万元, value: 4万元}]}, CITE}"
    )
    facts = {"rd": "5万元", "revenue": "100万元"}

    assert gaps(bundle, facts) == {"x": "5万元"}
    assert change(bundle, facts).difference == "研发费用再增加5万元"


def test_what_is_not_known_is_left_out_of_the_search():
    bundle = rules(
        "{id: x, if: rd, from: {by: revenue, table: [{upto: 100万元, value: 10万元}, {over: 100万元, value: 4万元}]}, CITE}",
        '{id: y, expr: "rd + rd[-1]", from: 8万元, CITE}',
    )
    facts = {"rd": {"2025": "3万元", "2024": {"from": "0元", "upto": "1万元"}}}

    assert gaps(bundle, facts) == {"x": "7万元", "y": "5万元"}
    assert change(bundle, facts).difference == "研发费用再增加5万元"
    assert change(bundle, facts).leads_to is Status.NEEDS_INFO


def test_facts_that_do_not_exist_for_a_ratio_leave_no_gap():
    bundle = rules('{id: x, expr: "rd / revenue", from: 5%, CITE}')

    assert gaps(bundle, {"rd": "1万元", "revenue": "0元"}) == {}


def test_no_word_satisfies_two_conditions_that_exclude_each_other():
    bundle = rules("{id: x, if: size, is: 大型, CITE}", "{id: y, if: size, is: 中型, CITE}")

    assert near(bundle, {"size": "微型"}) is None


@pytest.mark.parametrize(
    ("leaf", "facts", "is_near"),
    [
        ("{id: x, if: staff, from: 50人, CITE}", {"staff": 25}, True),
        ("{id: x, if: staff, from: 50人, CITE}", {"staff": 24}, False),
        ("{id: x, if: staff, upto: 50人, CITE}", {"staff": 99999}, True),
        ("{id: x, if: hitech_until, from: $as_of, CITE}", {"hitech_until": "2025-06-01"}, True),
        ("{id: x, if: hitech_until, from: $as_of, CITE}", {"hitech_until": "2020-05-01"}, False),
        ("{id: x, if: hitech_until, from: $as_of, CITE}", {"hitech_until": None}, True),
    ],
)  # fmt: skip
def test_near_is_a_number_at_most_doubled_and_a_day_within_a_year(leaf, facts, is_near):
    assert change(rules(leaf), facts).is_near is is_near


def test_the_codes_that_a_computed_fact_should_have_are_not_offered_for_the_facts_it_rests_on():
    large = "  is_large: {label: 大中型, type: bool, when: {if: size, not_in: [小型, 微型]}}\n"
    leaf = "{id: x, if: is_large, is: true, CITE}"
    bundle = bundle_of(policy_text("a", leaf, STEPS), vocabulary=VOCABULARY + large)

    assert near(bundle, {"size": "小型"}) is None
