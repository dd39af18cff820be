"""Legal time: working days from the official holiday notices, and periods counted as the Civil Code counts them.

The table `calendar_days.yaml` copies the State Council's yearly notices. A year without a notice still gets an answer,
weekends and the holidays whose date is fixed by law, but it is *provisional* and says so.
"""

from __future__ import annotations

import calendar as _month_lengths
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA_FILE = Path(__file__).with_name("calendar_days.yaml")
_ONE_DAY = timedelta(days=1)
_LONGEST_COUNT = 10_000  # forty years of working days; more is a mistake and would only keep the caller waiting


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """Whether a day is worked, *provisionally* while no notice covers its year.

    `name` is the holiday, 周末, 调休上班, or empty.
    """

    is_working: bool
    provisional: bool
    name: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day; `provisional` when counting passed through a year without a notice."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """A number of working days; `provisional` as for Deadline."""

    days: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A length of legal time: years, months and days of the calendar, or working days alone.

    >>> print(Period(years=3), Period(months=6), Period(working_days=20))
    3年 6个月 20个工作日
    """

    years: int = 0
    months: int = 0
    days: int = 0
    working_days: int = 0

    def __post_init__(self) -> None:
        if min(self.years, self.months, self.days, self.working_days) < 0:
            raise ValueError("期间不能为负数；向前推算请用“之前”的写法")
        if self.working_days and (self.years or self.months or self.days):
            raise ValueError("工作日不能与年、月、日混写；请分成两个期间")

    def __str__(self) -> str:
        parts = ((self.years, "年"), (self.months, "个月"), (self.days, "日"), (self.working_days, "个工作日"))
        return "".join(f"{count}{unit}" for count, unit in parts if count) or "0日"

    def after(self, start: date) -> Deadline:
        """Return the last day of the period that begins with an event on `start`.

        >>> Period(months=1).after(date(2026, 1, 31)).date
        datetime.date(2026, 2, 28)
        """
        if self.working_days:
            return add_working_days(start, self.working_days)
        return Deadline(add_period(start, years=self.years, months=self.months, days=self.days), provisional=False)

    def before(self, end: date) -> Deadline:
        """Return the day from which the period runs up to `end`.

        For “did the time limit end?” compare `after(event)` with the day asked about: at the end of a month the two
        directions differ (31 March less one month is 28 February, and 28 February plus one month is 28 March).

        >>> Period(years=3).before(date(2026, 5, 20)).date
        datetime.date(2023, 5, 20)
        """
        if self.working_days:
            return sub_working_days(end, self.working_days)
        return Deadline(sub_period(end, years=self.years, months=self.months, days=self.days), provisional=False)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official table: which years have a notice, and what the notices say of single days."""

    announced: frozenset[int]
    holidays: Mapping[date, str]
    worked_weekends: frozenset[date]
    fixed: Mapping[tuple[int, int], str]  # (month, day) of the holidays known without a notice

    def look_up(self, day: date) -> WorkingDay:
        """Tell whether `day` is worked."""
        provisional = day.year not in self.announced
        if day in self.worked_weekends:
            return WorkingDay(is_working=True, provisional=provisional, name="调休上班")
        name = self.holidays.get(day) or (self.fixed.get((day.month, day.day)) if provisional else None)
        if name:
            return WorkingDay(is_working=False, provisional=provisional, name=name)
        if day.isoweekday() > 5:
            return WorkingDay(is_working=False, provisional=provisional, name="周末")
        return WorkingDay(is_working=True, provisional=provisional, name="")


def is_working_day(day: date) -> WorkingDay:
    """Tell whether `day` is a working day.

    >>> is_working_day(date(2026, 10, 10))
    WorkingDay(is_working=True, provisional=False, name='调休上班')
    >>> is_working_day(date(2027, 10, 1))
    WorkingDay(is_working=False, provisional=True, name='国庆节')
    """
    return official_calendar().look_up(day)


def add_working_days(start: date, n: int) -> Deadline:
    """Return the n-th working day after `start`; the day of the event is not counted (Civil Code art. 201).

    >>> add_working_days(date(2026, 9, 30), 1)
    Deadline(date=datetime.date(2026, 10, 8), provisional=False)
    """
    return _walk(start, n, _ONE_DAY)


def sub_working_days(end: date, n: int) -> Deadline:
    """Return the n-th working day before `end`, the earliest event day whose n working days have not run out by `end`.

    >>> sub_working_days(date(2026, 10, 8), 1)
    Deadline(date=datetime.date(2026, 9, 30), provisional=False)
    """
    return _walk(end, n, -_ONE_DAY)


def working_days_between(start: date, end: date) -> DayCount:
    """Count the working days after `start` up to and including `end`; raise ValueError if `end` is earlier.

    >>> working_days_between(date(2026, 9, 30), date(2026, 10, 8))
    DayCount(days=1, provisional=False)
    """
    if end < start:
        raise ValueError(f"截止日 {end} 早于起算日 {start}；请对调")
    days = [is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1)]
    return DayCount(sum(day.is_working for day in days), any(day.provisional for day in days))


def last_day_rolls_to_working_day(last: date) -> Deadline:
    """Move a last day that is a weekend or holiday to the day after the days off (Civil Code art. 203).

    >>> last_day_rolls_to_working_day(date(2026, 10, 3)).date
    datetime.date(2026, 10, 8)
    """
    found = is_working_day(last)
    return Deadline(last, found.provisional) if found.is_working else add_working_days(last, 1)


def add_period(start: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Return the last day of a period that begins with an event on `start` (Civil Code arts. 201 and 202).

    Years and months end on the corresponding day or, where the month has none, on its last day; days follow after them.
    Raise ValueError for a day outside the calendar.

    >>> add_period(date(2024, 2, 29), years=1)
    datetime.date(2025, 2, 28)
    >>> add_period(date(2026, 1, 31), months=1, days=1)
    datetime.date(2026, 3, 1)
    """
    try:
        return _shift_months(start, 12 * years + months) + timedelta(days=days)
    except (OverflowError, ValueError):
        raise ValueError(f"自 {start} 推算的日期超出公元1年至9999年；请改小期间") from None


def sub_period(end: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Return the day that lies a period before `end`, by the same corresponding-day rule.

    >>> sub_period(date(2026, 3, 31), months=1)
    datetime.date(2026, 2, 28)
    """
    return add_period(end, years=-years, months=-months, days=-days)


@cache
def official_calendar() -> Calendar:
    """Return the calendar kept in the repository."""
    return load_calendar(DATA_FILE)


def load_calendar(path: Path) -> Calendar:
    """Read a calendar file; raise ValueError, in Chinese, when it is not a well-formed `calendar/1`."""
    try:
        # The base loader makes strings, lists and mappings, nothing else.
        return _calendar_from(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader))  # noqa: S506
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        advice = "请对照已有年份的写法，日期写作 2026-10-01"
        raise ValueError(f"{path.name}：工作日历格式不对（{error}）；{advice}") from error


def _calendar_from(data: Any) -> Calendar:  # noqa: ANN401  what the file holds is found out here
    if data["schema"] != "calendar/1":
        raise ValueError("首行应为 schema: calendar/1")
    holidays: dict[date, str] = {}
    worked: set[date] = set()
    for year, notice in data["years"].items():
        for run in notice["holidays"]:
            holidays.update((day, run["name"]) for day in _days_of_run(run))
        worked.update(date.fromisoformat(day) for day in notice["worked_weekends"])
        if strangers := {day for day in (*holidays, *worked) if str(day.year) not in data["years"]}:
            raise ValueError(f"{year} 年之下有别年的日期 {min(strangers)}")
    if both := worked & holidays.keys():
        raise ValueError(f"{min(both)} 既放假又上班")
    if weekdays := {day for day in worked if day.isoweekday() <= 5}:
        raise ValueError(f"{min(weekdays)} 不是周末，不必列入 worked_weekends")
    fixed = {(int(entry["day"][:2]), int(entry["day"][3:])): entry["name"] for entry in data["fixed_days"]}
    return Calendar(frozenset(map(int, data["years"])), holidays, frozenset(worked), fixed)


def _days_of_run(run: Mapping[str, str]) -> list[date]:
    first, last = date.fromisoformat(run["from"]), date.fromisoformat(run["to"])
    if last < first:
        raise ValueError(f"{run['name']} 的止日 {last} 早于起日 {first}")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _walk(start: date, n: int, step: timedelta) -> Deadline:
    if not 0 <= n <= _LONGEST_COUNT:
        raise ValueError(f"工作日数应在0至{_LONGEST_COUNT}之间，现为{n}")
    day, provisional = start, False
    try:
        while n:
            day += step
            found = is_working_day(day)
            provisional = provisional or found.provisional
            n -= found.is_working
    except OverflowError:
        raise ValueError(f"自 {start} 推算的日期超出公元1年至9999年；请改小期间") from None
    return Deadline(day, provisional)


def _shift_months(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return date(year, month0 + 1, min(day.day, _month_lengths.monthrange(year, month0 + 1)[1]))
