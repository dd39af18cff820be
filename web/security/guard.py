"""Refuse every route that does not say who may use it, reading and writing decided apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.routing import Rule

from web.current import current_config
from web.errors import not_found

READS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__huice_guard__"


class Guard(Protocol):
    """Decide whether a request may go on."""

    def check(self, request: Request) -> None:
        """Return when it may; raise a Problem when it may not (404 where the asker may not know the thing exists)."""


class Public:
    """Everybody."""

    def check(self, request: Request) -> None:
        """Let everybody pass."""


class DevelopmentOnly:
    """Nobody in production, where the route is as if it did not exist."""

    def check(self, request: Request) -> None:
        """Let pass in development."""
        if current_config().is_production:
            raise not_found()


class UnguardedRoute(Exception):
    """The application has routes that nobody decided about; the service does not start."""


def guard(name: str = "", *, read: str = "", write: str = "") -> Callable[[View], View]:
    """Mark a view with the guard of its one kind of method, or with `read=` for GET and `write=` for the others.

    A view that serves both GET and POST must name both.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, {"": name, "read": read, "write": write})
        return view

    return mark


def guard_endpoint(app: Flask, endpoint: str, *, read: str = "", write: str = "") -> None:
    """Give a guard to a route that a library made."""
    view = app.view_functions[endpoint]

    def guarded(*args: Any, **kwargs: Any) -> Any:  # a bound method takes no attribute, this function does
        return view(*args, **kwargs)

    app.view_functions[endpoint] = guard(read=read, write=write)(guarded)


def register_guard(app: Flask, name: str, decider: Guard) -> None:
    """Make `decider` known under `name`."""
    app.extensions["huice_guards"][name] = decider


def init_guards(app: Flask) -> None:
    """Ask the guard of the route before each request."""
    app.extensions["huice_guards"] = {"public": Public(), "development": DevelopmentOnly()}

    @app.before_request
    def ask_guard() -> None:
        if request.url_rule is None:
            return  # no such route: the 404 follows
        names = _names(current_app.view_functions[request.url_rule.endpoint], request.method, {request.method})
        deciders = current_app.extensions["huice_guards"]
        if len(names) != 1:
            raise UnguardedRoute(request.url_rule.endpoint)
        deciders[names[0]].check(request)


def check_guards(app: Flask) -> None:
    """Refuse an application with a route whose reading or writing has no guard.

    Raises:
        UnguardedRoute: the message lists every such route and method.
    """
    faults = list(_faults(app))
    if faults:
        raise UnguardedRoute("; ".join(faults))


def guard_of(app: Flask, rule: Rule, method: str) -> str:
    """Return the name of the guard that `check_guards` found for a method of a route."""
    view = app.view_functions[rule.endpoint]
    (name,) = _names(view, method, (rule.methods or set()) - {"HEAD", "OPTIONS"})
    return name


def _faults(app: Flask) -> Iterator[str]:
    known: Mapping[str, Guard] = app.extensions["huice_guards"]
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        view = app.view_functions[rule.endpoint]
        for method in sorted(methods):
            names = _names(view, method, methods)
            if len(names) != 1:
                yield f"{method} {rule.rule} ({rule.endpoint}) needs one guard for its kind of method"
            elif names[0] not in known:
                yield f"{method} {rule.rule} ({rule.endpoint}) names the unknown guard {names[0]!r}"


def _names(view: Any, method: str, methods: set[str]) -> list[str]:
    """Return the guards that a view names for a method; anything but exactly one is a fault."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:  # one function per method
        name = "get" if method in READS and not hasattr(view_class, method.lower()) else method.lower()
        view = getattr(view_class, name, view_class)
        methods = {method}
    marks = getattr(view, _MARK, None)
    if marks is None:
        return []
    kind = "read" if method in READS else "write"
    found = [marks[kind]] if marks[kind] else []
    if marks[""] and len({m in READS for m in methods}) == 1:
        found.append(marks[""])
    return found
