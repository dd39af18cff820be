"""Show the coming deadlines as a page, as a calendar to subscribe to, and what changed as a feed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, render_template
from flask_babel import gettext, lazy_gettext

from web.current import current_config
from web.security.guard import guard
from web.services.catalogue import Taking
from web.services.catalogue_calendar import calendar_file, days_between, months_ahead
from web.services.catalogue_changes import changes_until
from web.services.self_check_forms import today
from web.ui.navigation import register_menu
from web.views.catalogue import address, calendar_answer, catalogue, host, shared

blueprint = Blueprint("calendar", __name__)
_CHINA = ZoneInfo("Asia/Shanghai")
FEED_BACK, FEED_AHEAD = timedelta(days=31), timedelta(days=731)
SHOWN_CHANGES = 20
FED_CHANGES = 50


def register(app: Flask) -> None:
    """Add the pages and their entry in the menu."""
    app.register_blueprint(blueprint)
    register_menu(app, "calendar.index", lazy_gettext("政策日历"), 30)


@blueprint.get("/calendar")
@guard("public")
def index() -> str:
    """Show what opens, closes, begins and ends in the coming months, and what changed."""
    found = catalogue()
    return render_template(
        "catalogue/calendar.html",
        months=months_ahead(found),
        own=[entry for entry in found.entries if entry.taking is Taking.OWN],
        unstated=sum(entry.taking is Taking.UNSTATED for entry in found.entries),
        changes=changes_until(found.bundle, found.on, SHOWN_CHANGES),
        today=found.on,
        vocabulary=found.bundle.vocabulary,
        feed=address("calendar.feed"),
        atom=address("calendar.atom"),
    )


@blueprint.get("/calendar.ics")
@guard("public")
def feed() -> Response:
    """Give every deadline from a month ago to two years ahead."""
    bundle = catalogue().bundle
    days = days_between(bundle, today() - FEED_BACK, today() + FEED_AHEAD)
    addresses = {day.policy.id: address("catalogue.program", policy_id=day.policy.id) for day in days}
    name = gettext("%(districts)s惠企政策日历", districts="、".join(current_config().districts))
    return calendar_answer(calendar_file(days, name, addresses, host()), "huice.ics")


@blueprint.get("/feed.atom")
@guard("public")
def atom() -> Response:
    """Give the latest changes as an Atom feed."""
    found = catalogue()
    entries = [
        (change, datetime.combine(change.on, time(), _CHINA).astimezone(UTC))
        for change in changes_until(found.bundle, found.on, FED_CHANGES)
    ]
    page = render_template(
        "catalogue/feed.atom",
        title=gettext("惠企政策变化"),
        entries=entries,
        updated=entries[0][1] if entries else datetime.combine(found.on, time(), UTC),
        host=host(),
        feed=address("calendar.atom"),
        home=address("home.index"),
        address=address,
    )
    return shared(Response(page, mimetype="application/atom+xml"), 3600)
