"""Show the catalogue: all programs with filters, search, and one page for each program."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from web.current import current_config, current_store
from web.errors import not_found
from web.reports.qr import qr_svg
from web.security.guard import guard
from web.security.limits import costs
from web.services.catalogue import Catalogue, Entry, catalogue_on
from web.services.catalogue_calculator import calculator
from web.services.catalogue_calendar import Day, calendar_file, days_of
from web.services.catalogue_filters import Filters, Listing, listing, read_filters, sections
from web.services.catalogue_needs import NEEDS
from web.services.catalogue_program import program_page
from web.services.catalogue_search import each_word, find
from web.services.self_check_forms import today
from web.ui.navigation import register_menu
from web.views.catalogue_words import facet_options, init_words

blueprint = Blueprint("catalogue", __name__)
CALENDAR_YEARS = 3
LONGEST_QUERY = 100
COMMON_WORDS = ("研发", "租金", "国高", "上市", "贴息", "毕业生", "专精特新", "博士后")


def register(app: Flask) -> None:
    """Add the pages, their words and their entry in the menu."""
    init_words(app)
    app.register_blueprint(blueprint)
    register_menu(app, "catalogue.index", lazy_gettext("全部政策"), 20)


def catalogue(on: date | None = None) -> Catalogue:
    """Return the catalogue of this installation, by default as it is today."""
    return catalogue_on(current_config().districts, on or today())


def address(endpoint: str, **values: Any) -> str:
    """Return an address that works outside this site."""
    base = current_config().base_url
    return f"{base}{url_for(endpoint, **values)}" if base else url_for(endpoint, **values, _external=True)


def host() -> str:
    """Return the name of this site, for identifiers that outlive it."""
    return address("home.index").split("/")[2].split(":")[0]


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/policies")
@guard("public")
def index() -> Any:
    """Show the programs that pass the filters in the address."""
    filters = read_filters(request.args, today())
    found = listing(catalogue(filters.on), filters)
    page = render_template(
        "catalogue/index.html",
        found=found,
        filters=found.filters,
        vocabulary=catalogue(filters.on).bundle.vocabulary,
        options={
            name: facet_options(catalogue(filters.on), name) for name in ("level", "kind", "applicant", "district")
        },
        sections=sections(),
        needs=NEEDS,
        with_filters=with_filters,
        page_url=lambda number: page_url(found, number),
    )
    return page, 422 if filters.errors else 200


def with_filters(filters: Filters, endpoint: str = "catalogue.index") -> str:
    """Return the address of the list, or of a download, with these filters."""
    pairs = [pair for pair in filters.pairs() if endpoint == "catalogue.index" or pair[0] != "page"]
    return f"{url_for(endpoint)}?{urlencode(pairs)}" if pairs else url_for(endpoint)


def page_url(found: Listing, number: int) -> str:
    """Return the address of a page of the list."""
    pairs = [pair for pair in found.filters.pairs() if pair[0] != "page"]
    pairs += [("page", str(number))] if number > 1 else []
    return f"{url_for('catalogue.index')}?{urlencode(pairs)}" if pairs else url_for("catalogue.index")


@blueprint.get("/search")
@guard("public")
@costs("search")
def search() -> str:
    """Show the programs that hold the words looked for."""
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    found = find(current_store(), catalogue(), query) if query else None
    return render_template(
        "catalogue/search.html",
        query=query,
        found=found,
        parts_found=each_word(current_store(), catalogue(), query) if found and not found.total else (),
        common=COMMON_WORDS,
        needs=NEEDS,
        vocabulary=catalogue().bundle.vocabulary,
    )


# ── one program ──────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/policies/<policy_id>")
@guard("public")
@costs("compute")
def program(policy_id: str) -> Any:
    """Show one program, and what its own form comes to when the address holds answers."""
    on = read_filters(request.args, today()).on
    everything = catalogue(on)
    entry = everything.find(policy_id)
    if entry is None:
        return _unknown(policy_id)
    form = calculator(everything.bundle, entry.policy, request.args, entry.shown_on)
    here = address("catalogue.program", policy_id=policy_id)
    page = render_template(
        "catalogue/program.html",
        page=program_page(everything.bundle, entry, on),
        entry=entry,
        policy=entry.policy,
        on=on,
        today=today(),
        form=form,
        vocabulary=everything.bundle.vocabulary,
        page_address=here,
        qr=qr_svg(here, gettext("本页二维码")),
        next_days=_next_days(entry),
    )
    return page, 422 if form.errors else 200


def _unknown(policy_id: str) -> Any:
    """Answer for a program that is not here, or not switched on here, with a way on."""
    return render_template("catalogue/unknown.html", policy_id=policy_id[:80], common=COMMON_WORDS), 404


def _next_days(entry: Entry) -> tuple[Day, ...]:
    """Return the coming days of a program that are worth an entry in a calendar."""
    first = today()
    last = first.replace(day=1) + timedelta(days=366 * CALENDAR_YEARS)
    return tuple(sorted(days_of(entry.policy, first, last), key=lambda day: day.on))


@blueprint.get("/policies/<policy_id>/deadline.ics")
@guard("public")
def deadline(policy_id: str) -> Response:
    """Give the coming deadlines of one program as a calendar."""
    entry = catalogue().find(policy_id)
    days = _next_days(entry) if entry else ()
    if entry is None or not days:
        raise not_found(gettext("这项政策没有公布可以放进日历的日期。"))
    where = {policy_id: address("catalogue.program", policy_id=policy_id)}
    return calendar_answer(calendar_file(days, entry.policy.title, where, host()), f"{policy_id}.ics")


def calendar_answer(data: bytes, name: str) -> Response:
    """Return a calendar that other programs may fetch and keep for an hour."""
    response = Response(data, mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return shared(response, 3600)


def shared(response: Response, seconds: int) -> Response:
    """Let anybody fetch an answer that is the same for all, and keep it for some time."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
