"""List the days that matter for applying, and write them as a calendar that a telephone subscribes to."""

from __future__ import annotations

import calendar as _lengths
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext
from icalendar import Alarm, Calendar, Event

from rules.language.model import Bundle, Policy, Version
from web.services.catalogue import Catalogue
from web.store.base import now

MONTHS_AHEAD = 12
REMIND_DAYS = 7
PRODUCT = "-//huice//policy calendar//ZH"


@dataclass(frozen=True, slots=True)
class Day:
    """Something that happens to a program on a day; `kind` is opens, closes, begins or ends."""

    on: date
    kind: str
    policy: Policy
    opens_on: date | None = None
    closes_on: date | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month."""

    first: date
    days: tuple[Day, ...]


def days_between(bundle: Bundle, first: date, last: date) -> tuple[Day, ...]:
    """Return what happens from `first` to `last`, in order."""
    found = [day for policy in bundle.policies.values() for day in days_of(policy, first, last)]
    return tuple(sorted(found, key=lambda day: (day.on, day.kind, day.policy.id)))


def days_of(policy: Policy, first: date, last: date) -> Iterator[Day]:
    """Yield what happens to one program from `first` to `last`."""
    for number, version in enumerate(policy.versions):
        for opens_on, closes_on in _spans(version, first, last):
            if first <= opens_on <= last:
                yield Day(opens_on, "opens", policy, opens_on, closes_on)
            if first <= closes_on <= last:
                yield Day(closes_on, "closes", policy, opens_on, closes_on)
        if first <= version.from_ <= last:
            yield Day(version.from_, "begins", policy)
        follower = policy.versions[number + 1] if number + 1 < len(policy.versions) else None
        is_followed = follower is not None and version.to and follower.from_ <= version.to + timedelta(days=1)
        if version.to and first <= version.to <= last and not is_followed:
            yield Day(version.to, "ends", policy)


def _spans(version: Version, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the times in which applications are taken, within the version's own time."""
    if version.window is None:
        return
    spans = [(span.from_, span.to) for span in version.window.spans]
    if version.window.yearly:
        start, end = version.window.yearly
        spans += [(_day(year, start), _day(year, end)) for year in range(first.year, last.year + 1)]
    for opens_on, closes_on in spans:
        begins, ends = max(opens_on, version.from_), min(closes_on, version.to or closes_on)
        if begins <= ends:
            yield begins, ends


def _day(year: int, month_day: tuple[int, int]) -> date:
    month, day = month_day
    return date(year, month, min(day, _lengths.monthrange(year, month)[1]))


def months_ahead(catalogue: Catalogue) -> tuple[Month, ...]:
    """Return the coming months in which something happens, this one first."""
    first = catalogue.on
    month0 = first.year * 12 + first.month - 1 + MONTHS_AHEAD
    last = date(month0 // 12, month0 % 12 + 1, 1) - timedelta(days=1)
    by_month: dict[date, list[Day]] = {}
    for day in days_between(catalogue.bundle, first, last):
        by_month.setdefault(day.on.replace(day=1), []).append(day)
    return tuple(Month(month, tuple(days)) for month, days in sorted(by_month.items()))


# ── as a file ────────────────────────────────────────────────────────────────────────────────────────────────────


def calendar_file(days: Iterable[Day], name: str, addresses: dict[str, str], host: str) -> bytes:
    """Return an iCalendar file of whole days, each with a reminder a week ahead; `addresses` are those of the programs."""
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    stamp = now()
    for day in days:
        event = Event()
        event.add("uid", f"{day.policy.id}.{day.kind}.{day.on.isoformat()}@{host}")
        event.add("dtstamp", stamp)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", title_of(day))
        event.add("description", f"{day.policy.summary}\n{day.policy.authority}\n{addresses[day.policy.id]}")
        event.add("url", addresses[day.policy.id])
        event.add("transp", "TRANSPARENT")
        if day.kind == "closes":
            event.add_component(_reminder(title_of(day)))
        feed.add_component(event)
    return bytes(feed.to_ical())


def _reminder(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", timedelta(days=-REMIND_DAYS))
    return alarm


def title_of(day: Day) -> str:
    """Return what a day is called in a calendar."""
    words = {
        "opens": gettext("开始申报：%(title)s", title=day.policy.title),
        "closes": gettext("申报截止：%(title)s", title=day.policy.title),
        "begins": gettext("开始施行：%(title)s", title=day.policy.title),
        "ends": gettext("有效期最后一天：%(title)s", title=day.policy.title),
    }
    return words[day.kind]
