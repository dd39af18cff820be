"""Legal time: the official table, counting of working days, and periods by the Civil Code."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import (
    DATA_FILE,
    Deadline,
    Period,
    add_period,
    add_working_days,
    is_working_day,
    last_day_rolls_to_working_day,
    load_calendar,
    sub_period,
    sub_working_days,
    working_days_between,
)

ANNOUNCED = st.dates(date(2019, 1, 1), date(2026, 10, 31))


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_of_an_announced_year_agrees_with_an_independent_table(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]

    differing = [day for day in days if is_working_day(day).is_working != chinese_calendar.is_workday(day)]

    assert differing == []
    assert not any(is_working_day(day).provisional for day in days)


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_each_year_has_its_known_number_of_working_days(year: int, expected: int) -> None:
    count = working_days_between(date(year - 1, 12, 31), date(year, 12, 31))

    assert count.days == expected
    assert not count.provisional


def test_the_table_names_each_kind_of_day() -> None:
    names = {day: is_working_day(day).name for day in map(date.fromisoformat, NAMED_DAYS)}

    assert {str(day): name for day, name in names.items()} == NAMED_DAYS


NAMED_DAYS = {
    "2026-02-17": "春节",
    "2026-02-14": "调休上班",
    "2026-03-07": "周末",
    "2026-03-09": "",
    "2026-05-02": "劳动节",
    "2025-10-06": "中秋节",
}


@pytest.mark.parametrize(
    ("day", "working", "name"),
    [
        (date(2027, 1, 1), False, "元旦"),
        (date(2027, 5, 2), False, "劳动节"),
        (date(2027, 10, 4), True, ""),
        (date(2027, 10, 10), False, "周末"),
    ],
)
def test_a_year_without_a_notice_gives_a_provisional_answer(day: date, working: bool, name: str) -> None:
    found = is_working_day(day)

    assert (found.is_working, found.name) == (working, name)
    assert found.provisional


def test_the_data_file_repeats_no_key() -> None:
    assert repeated_keys(yaml.compose(DATA_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)) == []


def repeated_keys(node: yaml.Node | None) -> list[str]:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        inner = [found for _, value in node.value for found in repeated_keys(value)]
        return [key for key in keys if keys.count(key) > 1] + inner
    if isinstance(node, yaml.SequenceNode):
        return [found for item in node.value for found in repeated_keys(item)]
    return []


# ── counting working days ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
        (date(2026, 3, 9), 1, date(2026, 3, 10)),  # the day of the event is not counted
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a worked Saturday
        (date(2026, 2, 13), 20, date(2026, 3, 19)),
    ],
)
def test_a_deadline_is_the_nth_working_day_after_the_event(start: date, n: int, expected: date) -> None:
    assert add_working_days(start, n) == Deadline(expected, provisional=False)


def test_a_deadline_that_passes_into_an_unannounced_year_is_provisional() -> None:
    assert add_working_days(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 4), provisional=True)


def test_a_deadline_counted_from_a_year_end_without_entering_the_next_year_is_final() -> None:
    assert add_working_days(date(2026, 12, 30), 1) == Deadline(date(2026, 12, 31), provisional=False)


@given(ANNOUNCED, st.integers(0, 40))
def test_counting_the_days_up_to_a_deadline_gives_back_their_number(start: date, n: int) -> None:
    assert working_days_between(start, add_working_days(start, n).date).days == n


@given(ANNOUNCED.filter(lambda day: day.year > 2019), st.integers(1, 40))
def test_the_day_counted_back_to_is_the_earliest_event_still_in_time(end: date, n: int) -> None:
    event = sub_working_days(end, n).date

    assert add_working_days(event, n).date >= end
    assert add_working_days(event - timedelta(days=1), n).date < end


def test_a_count_over_an_unannounced_year_is_provisional() -> None:
    assert working_days_between(date(2026, 12, 31), date(2027, 1, 1)).provisional


def test_a_count_of_a_single_day_is_zero() -> None:
    assert working_days_between(date(2026, 3, 9), date(2026, 3, 9)).days == 0


def test_a_count_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="截止日 2026-03-08 早于起算日 2026-03-09"):
        working_days_between(date(2026, 3, 9), date(2026, 3, 8))


@pytest.mark.parametrize("n", [-1, 10_001])
def test_an_absurd_number_of_working_days_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="工作日数应在0至10000之间"):
        add_working_days(date(2026, 3, 9), n)


def test_counting_past_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="超出公元1年至9999年"):
        add_working_days(date(9999, 12, 30), 5)


# ── article 203 ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (date(2026, 3, 9), Deadline(date(2026, 3, 9), provisional=False)),
        (date(2026, 3, 7), Deadline(date(2026, 3, 9), provisional=False)),
        (date(2026, 10, 10), Deadline(date(2026, 10, 10), provisional=False)),  # worked Saturday: no roll
        (date(2026, 2, 15), Deadline(date(2026, 2, 24), provisional=False)),
        (date(2022, 12, 31), Deadline(date(2023, 1, 3), provisional=False)),
        (date(2027, 1, 1), Deadline(date(2027, 1, 4), provisional=True)),
        (date(2027, 1, 4), Deadline(date(2027, 1, 4), provisional=True)),
        (date(2018, 12, 30), Deadline(date(2018, 12, 31), provisional=True)),
    ],
)
def test_a_last_day_off_work_rolls_to_the_day_after_the_days_off(last: date, expected: Deadline) -> None:
    assert last_day_rolls_to_working_day(last) == expected


# ── articles 201 and 202 ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (date(2026, 5, 20), {"years": 3}, date(2029, 5, 20)),
        (date(2024, 2, 29), {"years": 1}, date(2025, 2, 28)),
        (date(2024, 2, 29), {"years": 4}, date(2028, 2, 29)),
        (date(2026, 1, 31), {"months": 1}, date(2026, 2, 28)),
        (date(2026, 8, 31), {"months": 6}, date(2027, 2, 28)),
        (date(2026, 11, 30), {"months": 3}, date(2027, 2, 28)),
        (date(2026, 12, 15), {"months": 1}, date(2027, 1, 15)),
        (date(2025, 2, 28), {"months": 1}, date(2025, 3, 28)),  # the corresponding day, not the month's last
        (date(2026, 1, 31), {"years": 1, "months": 1, "days": 1}, date(2027, 3, 1)),
        (date(2026, 12, 25), {"days": 10}, date(2027, 1, 4)),
        (date(2026, 5, 20), {}, date(2026, 5, 20)),
    ],
)
def test_a_period_ends_on_the_corresponding_day_or_the_months_last(start, length, expected):
    assert add_period(start, **length) == expected


@pytest.mark.parametrize(
    ("end", "length", "expected"),
    [
        (date(2026, 5, 20), {"years": 3}, date(2023, 5, 20)),
        (date(2024, 2, 29), {"years": 1}, date(2023, 2, 28)),
        (date(2026, 3, 31), {"months": 1}, date(2026, 2, 28)),
        (date(2026, 1, 15), {"months": 1}, date(2025, 12, 15)),
        (date(2026, 1, 4), {"days": 10}, date(2025, 12, 25)),
    ],
)
def test_a_period_counted_back_obeys_the_same_rule(end: date, length: dict[str, int], expected: date) -> None:
    assert sub_period(end, **length) == expected


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 600))
def test_whole_months_always_land_in_the_month_they_count_to(start: date, months: int) -> None:
    end = add_period(start, months=months)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    "too_far",
    [
        lambda: add_period(date(9999, 6, 1), years=1),
        lambda: sub_period(date(1, 6, 1), years=1),
        lambda: add_period(date(9999, 12, 31), days=1),
        lambda: add_period(date(2026, 1, 1), days=10**12),
    ],
)
def test_a_period_beyond_the_calendar_is_refused(too_far: Callable[[], date]) -> None:
    with pytest.raises(ValueError, match="超出公元1年至9999年"):
        too_far()


# ── Period ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("period", "text", "after", "before"),
    [
        (Period(years=3), "3年", date(2029, 3, 9), date(2023, 3, 9)),
        (Period(months=6), "6个月", date(2026, 9, 9), date(2025, 9, 9)),
        (Period(years=1, months=2, days=3), "1年2个月3日", date(2027, 5, 12), date(2025, 1, 6)),
        (Period(working_days=5), "5个工作日", date(2026, 3, 16), date(2026, 3, 2)),
        (Period(), "0日", date(2026, 3, 9), date(2026, 3, 9)),
    ],
)
def test_a_period_reads_as_it_is_written_and_runs_both_ways(period, text, after, before):
    monday = date(2026, 3, 9)

    assert str(period) == text
    assert period.after(monday) == Deadline(after, provisional=False)
    assert period.before(monday) == Deadline(before, provisional=False)


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(ValueError, match="期间不能为负数"):
        Period(months=-1)


@pytest.mark.parametrize("other", [{"years": 1}, {"months": 1}, {"days": 1}])
def test_working_days_do_not_mix_with_calendar_units(other: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="工作日不能与年、月、日混写"):
        Period(working_days=5, **other)


# ── malformed tables ──────────────────────────────────────────────────────────────────────────────────────────────

GOOD = """schema: calendar/1
fixed_days: [{name: 元旦, day: 01-01}]
years:
  2030:
    holidays: [{name: 元旦, from: 2030-01-01, to: 2030-01-02}]
    worked_weekends: [2030-01-05]
"""


def test_a_small_table_of_ones_own_loads(tmp_path: Path) -> None:
    path = tmp_path / "days.yaml"
    path.write_text(GOOD, encoding="utf-8")

    table = load_calendar(path)

    assert table.look_up(date(2030, 1, 2)).name == "元旦"
    assert table.look_up(date(2030, 1, 5)).is_working


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("calendar/1", "calendar/9", "首行应为 schema: calendar/1"),
        ("to: 2030-01-02", "to: 2029-12-31", "元旦 的止日 2029-12-31 早于起日 2030-01-01"),
        ("[2030-01-05]", "[2030-01-07]", "2030-01-07 不是周末"),
        ("[2030-01-05]", "[2031-01-05]", "2030 年之下有别年的日期 2031-01-05"),
        ("[2030-01-05]", "[2030-02-30]", "day is out of range"),
        ("to: 2030-01-02", "to: 2030-01-05", "2030-01-05 既放假又上班"),
        ("holidays:", "holiday:", "'holidays'"),
        ("[2030-01-05]", "[2030-01-05", "expected"),
        (GOOD, "", "NoneType"),
    ],
)
def test_a_malformed_table_is_refused_with_the_reason(old: str, new: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "days.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(ValueError, match=r"days\.yaml：工作日历格式不对") as caught:
        load_calendar(path)

    assert complaint in str(caught.value)
