"""Read what the catalogue is asked for out of an address, apply it, and count what each further choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from rules.language.file_keywords import KINDS, LEVELS
from rules.language.quantities import QuantityError, parse_typed_date
from rules.vocabulary.codes import load_code_tables
from web.services.catalogue import SOON_DAYS, Catalogue, Entry, Taking
from web.services.catalogue_needs import NEEDS, need_of
from web.services.self_check_forms import EARLIEST, LATEST

PAGE_SIZE = 20
APPLICANTS = ("enterprise", "organisation", "person")
DEADLINES = ("open", "soon", "rolling", "closed")
FORCES = ("now", "all", "past")
SORTS = ("deadline", "amount", "newest")
NO_DISTRICT = "-"
Args = MultiDict[str, str]


def sections() -> tuple[tuple[str, str], ...]:
    """Return the sections of GB/T 4754: letter and name."""
    return tuple((entry.code, entry.label) for entry in load_code_tables()["gbt4754"] if len(entry.code) == 1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for; a facet with nothing chosen lets everything pass."""

    on: date
    today: date
    force: str = "now"
    need: str = ""
    level: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    applicant: tuple[str, ...] = ()
    deadline: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    industry: str = ""
    sort: str = "deadline"
    page: int = 1
    typed_day: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the filters as names and values of an address, without what is so anyway."""
        found = [(name, value) for name in FACETS for value in getattr(self, name)]
        if self.on != self.today:
            found.append(("on", self.on.isoformat()))
        for name, usual in (("need", ""), ("industry", ""), ("force", "now"), ("sort", "deadline")):
            if getattr(self, name) != usual:
                found.append((name, getattr(self, name)))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def without(self, name: str, value: str = "") -> Filters:
        """Return the filters with one choice taken back, on the first page."""
        changed: dict[str, Any] = {"page": 1, name: ""}
        if name in FACETS:
            changed[name] = tuple(one for one in getattr(self, name) if one != value)
        elif name == "force":
            changed[name] = "now"
        elif name == "on":
            changed |= {"on": self.today, "typed_day": ""}
        return replace(self, **changed)

    def chosen(self) -> list[tuple[str, str]]:
        """Return the choices in force, to be shown and taken back one by one."""
        return [(name, value) for name, value in self.pairs() if name not in ("sort", "page")]


FACETS: Mapping[str, Callable[[Entry, Filters], Iterable[str]]] = {
    "deadline": lambda entry, filters: _deadlines(entry, filters.on),
    "level": lambda entry, _: (entry.policy.level,),
    "kind": lambda entry, _: (entry.policy.kind,),
    "applicant": lambda entry, _: entry.policy.applicant,
    "district": lambda entry, _: (entry.policy.district or NO_DISTRICT,),
}


def _deadlines(entry: Entry, on: date) -> Iterator[str]:
    if entry.taking in (Taking.OPEN, Taking.OWN):
        yield "open"
        if entry.closes_within(SOON_DAYS, on):
            yield "soon"
    elif entry.taking is Taking.UNSTATED:
        yield "rolling"
    else:
        yield "closed"


def read_filters(args: Args, today: date) -> Filters:
    """Return what an address asks for; words that nobody offers are left out, a day that is none is an error."""
    on, errors = _day(args.get("on", "").strip(), today)
    allowed: Mapping[str, Iterable[str]] = {
        "level": LEVELS,
        "kind": KINDS,
        "applicant": APPLICANTS,
        "deadline": DEADLINES,
    }
    chosen = {name: tuple(word for word in words if word in set(args.getlist(name))) for name, words in allowed.items()}
    # Which districts there are is for the bundle to say: one that is not there finds nothing.
    districts = tuple(dict.fromkeys(word[:20] for word in args.getlist("district")[:20]))
    page = args.get("page", "")
    return Filters(
        on=on,
        today=today,
        typed_day=args.get("on", "").strip()[:20],
        errors=errors,
        force=_one_of(FORCES, args.get("force")),
        need=args.get("need", "") if need_of(args.get("need", "")) else "",
        industry=args.get("industry", "") if args.get("industry") in dict(sections()) else "",
        sort=_one_of(SORTS, args.get("sort")),
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 else 1,
        district=districts,
        **chosen,
    )


def _one_of(words: tuple[str, ...], asked: str | None) -> str:
    return asked if asked in words else words[0]


def _day(text: str, today: date) -> tuple[date, dict[str, str]]:
    if not text:
        return today, {}
    try:
        day = parse_typed_date(text)
    except QuantityError as error:
        return today, {"on": f"{error.message}。{error.advice}。"}
    if not EARLIEST <= day <= LATEST:
        words = gettext("只能查 %(first)d 年至 %(last)d 年的日期。", first=EARLIEST.year, last=LATEST.year)
        return today, {"on": words}
    return day, {}


# ── applying ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the catalogue: its entries, how many there are in all, and what each choice of a facet would find."""

    filters: Filters
    entries: tuple[Entry, ...]
    found: tuple[Entry, ...]
    pages: int
    counts: Mapping[str, Mapping[str, int]]


def listing(catalogue: Catalogue, filters: Filters) -> Listing:
    """Return what a catalogue holds for the filters; a page beyond the last is the last."""
    found = _sorted([entry for entry in catalogue.entries if passes(entry, filters)], filters)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(filters.page, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Listing(replace(filters, page=page), tuple(shown), tuple(found), pages, _counts(catalogue, filters))


def passes(entry: Entry, filters: Filters, but: str = "") -> bool:
    """Tell whether an entry fits every filter, or every one but one."""
    if but != "force" and not _fits_force(entry, filters.force):
        return False
    need = need_of(filters.need)
    if but != "need" and need and not need.is_met_by(entry.policy):
        return False
    if but != "industry" and filters.industry and not is_for_industry(entry, filters.industry):
        return False
    return all(
        name == but or not getattr(filters, name) or not set(getattr(filters, name)).isdisjoint(values(entry, filters))
        for name, values in FACETS.items()
    )


def is_for_industry(entry: Entry, section: str) -> bool:
    """Tell whether a program is for an industry of this section; one that names no industry is for all."""
    named = entry.policy.industries
    return not named or any(code.startswith(section) for code in named)


def _fits_force(entry: Entry, force: str) -> bool:
    return force == "all" or entry.taking.is_in_force == (force == "now")


def _counts(catalogue: Catalogue, filters: Filters) -> dict[str, dict[str, int]]:
    """Count for each facet what each of its values finds, the other filters being as they are."""
    counts: dict[str, dict[str, int]] = {}
    for name, values in FACETS.items():
        counts[name] = {}
        for entry in catalogue.entries:
            if passes(entry, filters, but=name):
                for value in values(entry, filters):
                    counts[name][value] = counts[name].get(value, 0) + 1
    alike: list[tuple[str, list[str], Callable[[Entry, str], bool]]] = [
        ("force", list(FORCES), _fits_force),
        ("industry", [code for code, _ in sections()], is_for_industry),
        ("need", [need.key for need in NEEDS], _answers),
    ]
    for name, words, fits in alike:
        rest = [entry for entry in catalogue.entries if passes(entry, filters, but=name)]
        counts[name] = {word: sum(fits(entry, word) for entry in rest) for word in words}
    return counts


def _answers(entry: Entry, key: str) -> bool:
    need = need_of(key)
    return need is not None and need.is_met_by(entry.policy)


_ORDER = (Taking.OPEN, Taking.OWN, Taking.UNSTATED, Taking.SUSPENDED, Taking.CLOSED, Taking.FUTURE, Taking.EXPIRED)


def _sorted(entries: list[Entry], filters: Filters) -> list[Entry]:
    """Sort stably, so that equal ones keep the order of the bundle: the district's own first."""

    def deadline(entry: Entry) -> Any:
        until = entry.closes_on if entry.taking is Taking.OPEN else entry.opens_on
        return _ORDER.index(entry.taking), until or date.max

    match filters.sort:
        case "amount":
            return sorted(entries, key=lambda entry: -(entry.most or 0))
        case "newest":
            return sorted(entries, key=lambda entry: entry.version.from_, reverse=True)
        case _:
            return sorted(entries, key=deadline)
