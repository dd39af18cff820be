"""D7: every working-day rule across Spring Festival and National Day 2025 and 2026, by expectations counted by hand."""

from datetime import date

import pytest

from enforcement.publicity.deadlines import RULES, State, alarm_day, last_day, read_clock

# Counted with a finger on the State Council's notices: the day that is the n-th working day after the event.
BY_HAND = {
    # 26 Jan (Sun) worked; 28 Jan to 4 Feb off; 8 Feb (Sat) worked.
    "2025-01-24": "1 01-26, 2 01-27, 3 02-05, 5 02-07, 6 02-08, 7 02-10, 15 02-20, 20 02-27, 30 03-13, 40 03-27, 45 04-03",
    # 28 Sep (Sun) worked; 1 to 8 Oct off; 11 Oct (Sat) worked.
    "2025-09-26": "1 09-28, 2 09-29, 3 09-30, 5 10-10, 6 10-11, 7 10-13, 15 10-23, 20 10-30, 30 11-13, 40 11-27, 45 12-04",
    # 14 Feb (Sat) worked; 15 to 23 Feb off; 28 Feb (Sat) worked; 6 Apr (Mon) off.
    "2026-02-13": "1 02-14, 2 02-24, 3 02-25, 5 02-27, 6 02-28, 7 03-02, 15 03-12, 20 03-19, 30 04-02, 40 04-17, 45 04-24",
    # 1 to 7 Oct off; 10 Oct (Sat) worked.
    "2026-09-30": "1 10-08, 2 10-09, 3 10-10, 5 10-13, 6 10-14, 7 10-15, 15 10-27, 20 11-03, 30 11-17, 40 12-01, 45 12-08",
}
LENGTHS = {
    "check_result": 20,
    "food_check_result": 20,
    "double_publicity": 7,
    "enforcement_decision": 20,
    "withdrawal": 3,
    "market_penalty": 20,
    "market_penalty_withdrawal": 3,
    "registry_information": 20,
    "enterprise_information": 20,
    "false_information_check": 20,
    "objection_agency": 1,
    "objection_provider": 2,
    "objection_provider_extended": 5,
    "repair": 3,
    "repair_extended": 6,
    "complaint_acceptance": 7,
    "complaint_mediation": 45,
    "report_verification": 15,
    "report_verification_extended": 30,
    "reporter_notice": 5,
    "proactive_disclosure": 20,
    "disclosure_supplement": 7,
    "third_party_opinion": 15,
    "disclosure_answer": 20,
    "disclosure_answer_extended": 40,
}


def test_no_rule_is_left_out():
    assert {id_: rule.period.working_days for id_, rule in RULES.items()} == LENGTHS
    assert all(rule.basis and rule.start_event and rule.duty for rule in RULES.values())


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("start", BY_HAND)
def test_last_days_across_the_long_holidays(rule, start):
    expected = dict(each.split() for each in BY_HAND[start].split(", "))

    found = last_day(rule, date.fromisoformat(start))

    assert found.date.isoformat() == f"{start[:4]}-{expected[str(LENGTHS[rule])]}"
    assert not found.provisional


def test_a_day_in_a_year_without_a_notice_is_provisional_and_says_so():
    # From 15 December 2026: twelve working days to the year's end, 1 January off by law, then eight in January.
    reading = read_clock("check_result", date(2026, 12, 15), date(2026, 12, 16))

    assert (reading.due, reading.provisional) == (date(2027, 1, 13), True)
    assert "2027-01-13（暂定：" in reading.sentence
    assert not read_clock("double_publicity", date(2026, 12, 15), date(2026, 12, 16)).provisional


@pytest.mark.parametrize(
    ("on", "done", "state", "days"),
    [
        ("2026-09-30", None, State.RUNNING, 7),
        ("2026-10-10", None, State.RUNNING, 4),
        ("2026-10-13", None, State.NEAR, 2),
        ("2026-10-15", None, State.NEAR, 0),
        ("2026-10-16", None, State.OVERDUE, 1),
        ("2026-10-18", None, State.OVERDUE, 1),  # a Sunday adds nothing
        ("2026-10-20", "2026-10-15", State.DONE, 0),
        ("2026-10-20", "2026-10-19", State.DONE_LATE, 2),
        ("2026-10-16", "2026-10-19", State.OVERDUE, 1),  # what is done later is not yet known
    ],
)
def test_the_state_of_a_clock(on, done, state, days):
    deed = date.fromisoformat(done) if done else None

    reading = read_clock("double_publicity", date(2026, 9, 30), date.fromisoformat(on), done=deed)

    assert (reading.state, reading.days, reading.due) == (state, days, date(2026, 10, 15))


def test_the_alarm_rings_before_the_last_day():
    assert alarm_day("double_publicity", date(2026, 9, 30)).date == date(2026, 10, 13)
    assert alarm_day("objection_agency", date(2026, 9, 30)).date == date(2026, 10, 8)


def test_impossible_days_and_names_are_refused():
    with pytest.raises(ValueError, match="早于「作出决定」之日"):
        read_clock("double_publicity", date(2026, 9, 30), date(2026, 9, 29))
    with pytest.raises(ValueError, match="完成日"):
        read_clock("double_publicity", date(2026, 9, 30), date(2026, 10, 9), done=date(2026, 9, 1))
    with pytest.raises(ValueError, match="没有名为「7天」的期限规则"):
        last_day("7天", date(2026, 9, 30))
