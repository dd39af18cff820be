"""Know every program as the catalogue shows it on a day: in force or not, open or not, up to how much, how well sourced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from matcher.interpret import evaluate_policy
from matcher.interpret.versions import nearest_version, version_in_force
from matcher.outcome import Outcome, Status
from matcher.profile import Profile
from rules.calendar import working_days_between
from rules.language.model import Bundle, Policy, Version
from web.services.self_check_rules import bundle_in_force

SOON_DAYS = 30
_QUALITIES = ("official", "copy", "summary", "unverified")


class Taking(Enum):
    """Whether applications are taken; an applicant's own time limit and a limit that nobody stated are told apart."""

    OPEN = "open"  # a stated window is open
    OWN = "own"  # within a time after an event of the applicant
    UNSTATED = "unstated"  # in force, and the source states no window
    CLOSED = "closed"  # a stated window is not open now
    SUSPENDED = "suspended"
    FUTURE = "future"  # not yet in force
    EXPIRED = "expired"

    @property
    def is_in_force(self) -> bool:
        """Tell whether a version is in force."""
        return self not in (Taking.FUTURE, Taking.EXPIRED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One program on one day.

    `version` is the one in force, or the nearest; `shown_on` is the day asked about, moved to the nearest day on which the
    program is in force. `closes_on` is the last day of the window or, without one, of the version; `working_days` counts
    up to it. `most` is the most it pays in 分, None where neither the text nor the formula sets a limit.
    """

    policy: Policy
    version: Version
    shown_on: date
    taking: Taking
    opens_on: date | None
    closes_on: date | None
    working_days: int | None
    days_are_provisional: bool
    most: int | None
    quality: str

    @property
    def id(self) -> str:
        """Return the id of the program."""
        return self.policy.id

    def closes_within(self, days: int, on: date) -> bool:
        """Tell whether an open window closes within so many days."""
        return (
            self.taking in (Taking.OPEN, Taking.OWN)
            and self.closes_on is not None
            and on <= self.closes_on <= on + timedelta(days=days)
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every program of a bundle on a day, in the order of the bundle."""

    bundle: Bundle
    on: date
    entries: tuple[Entry, ...]

    def find(self, policy_id: str) -> Entry | None:
        """Return the entry of a program."""
        return next((entry for entry in self.entries if entry.id == policy_id), None)

    @property
    def in_force(self) -> tuple[Entry, ...]:
        """Return the programs in force."""
        return tuple(entry for entry in self.entries if entry.taking.is_in_force)


def catalogue_on(districts: tuple[str, ...], on: date) -> Catalogue:
    """Return the catalogue of this installation on a day."""
    return catalogue_of(bundle_in_force(districts), on)


class BundleKey:
    """A bundle as a key of a cache: hashing its whole tree would take longer than what the cache saves."""

    __slots__ = ("bundle",)

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BundleKey) and self.bundle.hash == other.bundle.hash

    def __hash__(self) -> int:
        return hash(self.bundle.hash)


def catalogue_of(bundle: Bundle, on: date) -> Catalogue:
    """Return the catalogue of a bundle on a day; the last ones are remembered."""
    return _remembered(BundleKey(bundle), on)


@lru_cache(maxsize=32)
def _remembered(key: BundleKey, on: date) -> Catalogue:
    bundle = key.bundle
    return Catalogue(bundle, on, tuple(_entry(bundle, policy, on) for policy in bundle.policies.values()))


def _entry(bundle: Bundle, policy: Policy, on: date) -> Entry:
    outcome = evaluate_policy(bundle, policy.id, Profile(applicant=policy.applicant[0]), on)
    version = nearest_version(policy, on)
    taking = _taking(outcome, version, on)
    closes_on = outcome.closes_on if taking in (Taking.OPEN, Taking.UNSTATED, Taking.EXPIRED) else None
    days = working_days_between(on, closes_on) if closes_on and closes_on >= on and taking.is_in_force else None
    shown_on = day_in_force(policy, on)
    return Entry(
        policy=policy,
        version=version,
        shown_on=shown_on,
        taking=taking,
        opens_on=outcome.opens_on,
        closes_on=closes_on,
        working_days=days.days if days else None,
        days_are_provisional=bool(days and days.provisional),
        most=most_of(bundle, policy, version, shown_on),
        quality=weakest(policy),
    )


def _taking(outcome: Outcome, version: Version, on: date) -> Taking:
    match outcome.status:
        case Status.NOT_IN_FORCE:
            return Taking.FUTURE if on < version.from_ else Taking.EXPIRED
        case Status.SUSPENDED:
            return Taking.SUSPENDED
        case Status.WINDOW_CLOSED:
            return Taking.CLOSED
        case _:
            if version.window is None:
                return Taking.UNSTATED
            return Taking.OWN if version.window.within else Taking.OPEN


def day_in_force(policy: Policy, on: date) -> date:
    """Return the day, or the nearest day on which a version of the program is in force."""
    if version_in_force(policy, on):
        return on
    version = nearest_version(policy, on)
    return version.from_ if on < version.from_ else version.to or on


def weakest(policy: Policy) -> str:
    """Return the weakest mark among a program's documents: a chain is as good as that link."""
    marks = [document.source_quality.value for document in policy.documents if document.source_quality]
    return max(marks, key=_QUALITIES.index, default="")


def most_of(bundle: Bundle, policy: Policy, version: Version, on: date) -> int | None:
    """Return the most that a program pays: the published ceiling, else the limit its formula sets by itself.

    The formula is asked with nothing known and no bounds on the facts, so that what the dictionary takes for possible does
    not pass for what the policy promises.
    """
    if version.ceiling is not None:
        return int(version.ceiling.value.value)  # type: ignore[arg-type]  # the loader has seen that it is money
    outcome = evaluate_policy(boundless(bundle), policy.id, Profile(applicant=policy.applicant[0]), on)
    most = outcome.amount.max if outcome.amount else None
    return most or None


def boundless(bundle: Bundle) -> Bundle:
    """Return the bundle with a dictionary that sets no upper bounds: an amount without end in it has no limit in the text."""
    return _boundless_of(BundleKey(bundle))


@lru_cache(maxsize=4)
def _boundless_of(key: BundleKey) -> Bundle:
    bundle = key.bundle
    fields = {
        name: replace(
            field,
            maximum=None,
            item={inner: replace(part, maximum=None) for inner, part in field.item.items()},
        )
        for name, field in bundle.vocabulary.fields.items()
    }
    return replace(bundle, vocabulary=replace(bundle.vocabulary, fields=fields))
