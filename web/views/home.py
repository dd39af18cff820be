"""Show the first page: the promise, one field to start, what is open, what changed, ways in by need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext

from web.security.guard import guard
from web.services.catalogue import Catalogue, Entry, Taking
from web.services.catalogue_calendar import Day, days_between
from web.services.catalogue_changes import changes_until
from web.services.catalogue_example import example
from web.services.catalogue_needs import NEEDS
from web.services.self_check_forms import today
from web.ui.navigation import register_menu
from web.views.catalogue import COMMON_WORDS, catalogue

blueprint = Blueprint("home", __name__)
SHOWN_CHANGES = 4
SHOWN_DAYS = 3


def register(app: Flask) -> None:
    """Add the page and the entry of the self-check, which the page leads to."""
    app.register_blueprint(blueprint)
    if "self_check.start" not in {entry.endpoint for entry in app.extensions["huice_menu"]}:
        register_menu(app, "self_check.start", lazy_gettext("政策自测"), 10)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the first page counts: programs in force, open, closing this month, without a stated deadline."""

    in_force: int
    open: int
    this_month: int
    unstated: int
    sources: int


def figures(found: Catalogue, on: date) -> Figures:
    """Return the figures of a day."""

    def takes(*ways: Taking) -> int:
        return sum(entry.taking in ways for entry in found.entries)

    return Figures(
        in_force=len(found.in_force),
        open=takes(Taking.OPEN, Taking.OWN),
        this_month=sum(closes_this_month(entry, on) for entry in found.entries),
        unstated=takes(Taking.UNSTATED),
        sources=len({document.title for entry in found.entries for document in entry.policy.documents}),
    )


def closes_this_month(entry: Entry, on: date) -> bool:
    """Tell whether an open window closes before the month is over."""
    closes_on = entry.closes_on
    return (
        entry.taking is Taking.OPEN
        and closes_on is not None
        and (closes_on.year, closes_on.month) == (on.year, on.month)
    )


def _by_day(days: Iterable[Day]) -> list[tuple[tuple[date, str], list[Day]]]:
    """Return days in order, what happens alike on the same day together."""
    return [(key, list(group)) for key, group in groupby(days, key=lambda day: (day.on, day.kind))]


@blueprint.get("/")
@guard("public")
def index() -> str:
    """Show the first page."""
    on = today()
    found = catalogue(on)
    coming = days_between(found.bundle, on, on.replace(day=1, month=1, year=on.year + 2))
    return render_template(
        "home/index.html",
        figures=figures(found, on),
        today=on,
        needs=[(need, sum(need.is_met_by(entry.policy) for entry in found.in_force)) for need in NEEDS],
        changes=changes_until(found.bundle, on, SHOWN_CHANGES),
        coming=_by_day(day for day in coming if day.kind in ("opens", "closes"))[:SHOWN_DAYS],
        common=COMMON_WORDS[:5],
        example=example(found),
    )
