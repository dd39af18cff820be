"""Show people who signed in what they may do, and the places where they are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for

from web.current import current_store
from web.people import entrance
from web.people.gate import signed_in
from web.people.rights import Operation, rights
from web.security.guard import guard, guard_of
from web.services.publicity_alarms import alarms
from web.services.self_check_forms import today

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
_NO_TASK = ("public", "self-check", "development", "session.own")


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@guard("session.own")
def index() -> str:
    """List what the person's roles allow, each with its page where there is one."""
    person = signed_in()
    pages = dict(_pages(current_app))
    tasks: list[tuple[Operation, str, list[str]]] = [
        (
            operation,
            pages.get(name, ""),
            sorted({operation.cells[role] for role in person.roles if role in operation.cells}),
        )
        for name, operation in rights().operations.items()
        if name not in _NO_TASK and rights().allowing(name, person.roles) and person.roles
    ]
    waiting = 0
    if rights().allowing("deadlines.read", person.roles):
        with current_store().reading() as session:
            found = alarms(session, today())
        waiting = sum(duty.is_for(person.id, set(person.roles)) for duty in found)
    return render_template("staff/index.html", tasks=tasks, roles=rights().roles, waiting=waiting)


@blueprint.get("/sessions")
@guard("session.own")
def sessions() -> str:
    """List where the person is signed in."""
    return render_template("staff/sessions.html", rows=entrance.own_sessions(current_store(), signed_in()))


@blueprint.post("/sessions")
@guard("session.own")
def end_session() -> Any:
    """End one other session, or all others."""
    entrance.end_own(current_store(), signed_in(), request.form.get("session", "")[:22])
    return redirect(url_for(".sessions"), 303)


def _pages(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield each guard with the shortest address without parts to fill in that it guards."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    for rule in sorted(rules, key=lambda rule: -len(rule.rule)):
        yield guard_of(app, rule, "GET"), rule.rule
