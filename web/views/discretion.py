"""Show everybody the tables of discretion and the power list, and compute the range of a fine with its clauses.

Addresses: `/discretion`; `/discretion/powers`; `/discretion/<benchmark>.<act>` (GET fields `on` and the facts of the act).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from web.errors import not_found
from web.security.guard import guard
from web.security.limits import costs
from web.services import discretion_page as page
from web.services.self_check_forms import today

blueprint = Blueprint("discretion", __name__, url_prefix="/discretion")


@blueprint.get("")
@guard("public")
def index() -> str:
    """List the tables with the acts in them."""
    return render_template("discretion/index.html", benchmarks=page.library().benchmarks.values())


@blueprint.get("/powers")
@guard("public")
def powers() -> str:
    """Show the power list with all its columns, and what no source gives."""
    lists = [
        (listed, [(power, page.power_rows(listed, power)) for power in listed.items])
        for listed in page.library().powers.values()
    ]
    return render_template("discretion/powers.html", lists=lists)


@blueprint.get("/<name>")
@guard("public")
@costs("search")
def act(name: str) -> Any:
    """Show the ranges and grades of an act, and the range for the case that was asked about."""
    found = page.library().act(name)
    if found is None:
        raise not_found()
    benchmark, violation = found
    own, grounds = page.asked_of(benchmark, violation)
    answer = page.answer(benchmark, violation, request.args) if "on" in request.args else page.Answer()
    shown = render_template(
        "discretion/act.html",
        name=name,
        benchmark=benchmark,
        act=violation,
        ranges=page.rows_of(benchmark, violation.branches),
        grades=page.rows_of(benchmark, violation.grades),
        own=own,
        grounds=grounds,
        answer=answer,
        summary=page.summary(benchmark, violation, answer.found) if answer.found else [],
        typed=request.args,
        likely_day=min(today(), benchmark.to or today()),
    )
    return (shown, 422) if answer.errors else shown
