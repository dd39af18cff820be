"""Decide by the table of operations whether whoever sends a request may go on."""

from __future__ import annotations

from flask import Flask, Request, current_app, request, url_for
from flask_babel import format_datetime, lazy_gettext

from web.errors import Problem
from web.people.duties import require_settled
from web.people.present import CONFIRMED_FOR, Person, current_person
from web.people.rights import VISITOR, Operation, rights
from web.security.guard import register_guard
from web.store.base import now

HALF = "session.half"


class OperationGuard:
    """Those whose roles the table names for one operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def check(self, request: Request) -> None:
        """Return when the person may; raise 401 for a visitor, 403 for the wrong role, a new role, an old confirmation.

        What visitors may do is open to whoever has no role; a role that the table does not name is refused even that.
        """
        present = current_person()
        if VISITOR in self.operation.cells and not (present and present.whole and present.roles):
            return
        person = signed_in()
        held = rights().allowing(self.operation.name, person.roles) if person.roles else set()
        if self.operation.name == "session.own":
            return
        if not held:
            raise Problem(403, "not_allowed", lazy_gettext("您的角色不能办理这件事。"))
        if self.operation.settled:
            require_settled((person.roles[role] for role in held), now())
        if self.operation.fresh and (person.confirmed_at is None or now() - person.confirmed_at > CONFIRMED_FOR):
            raise Problem(
                403,
                "confirm_first",
                lazy_gettext("办理这件事之前，请再输一次密码和验证码。"),
                title=lazy_gettext("请先确认身份"),
                advice=lazy_gettext("确认后十分钟内有效。"),
            )


class Half:
    """Those who showed a password, with or without the second factor."""

    def check(self, request: Request) -> None:
        """Let pass who has a session of either kind."""
        if current_person() is None:
            raise _sign_in_first()


def signed_in() -> Person:
    """Return the person with both factors; raise 401 when there is none."""
    person = current_person()
    if person is None or not person.whole:
        raise _sign_in_first()
    return person


def may(name: str) -> bool:
    """Tell a page whether the person's roles allow an operation in some manner."""
    person = current_person()
    if person is None:
        return bool(rights().allowing(name, ()))
    return bool(person.roles and rights().allowing(name, person.roles))


def init_people(app: Flask) -> None:
    """Make every operation of the table a guard, and tell templates who is there."""
    for name, operation in rights().operations.items():
        if name not in app.extensions["huice_guards"]:
            register_guard(app, name, OperationGuard(operation))
    register_guard(app, HALF, Half())
    app.jinja_env.filters["moment"] = lambda value: format_datetime(value, "yyyy-MM-dd HH:mm")
    app.jinja_env.globals.update(person=current_person, may=may, way_in=way_in)


def way_in(code: str) -> str:
    """Return where an error page sends a person who must sign in or confirm first; empty for other errors."""
    endpoint = {"sign_in_needed": "sign_in.ask", "confirm_first": "sign_in.ask_confirm"}.get(code)
    if endpoint is None or endpoint not in current_app.view_functions:
        return ""
    back = request.full_path.rstrip("?") if request.method == "GET" else "/staff"
    return url_for(endpoint, next=back)


def _sign_in_first() -> Problem:
    return Problem(401, "sign_in_needed")
