"""D0: every route has a guard of the one table, and each role gets in exactly where the table says."""

from __future__ import annotations

import pytest

from tests.support.databases import bring_to_head
from tests.support.people import make_account, with_session
from web.app import create_app
from web.config import load_config
from web.people.gate import HALF
from web.people.rights import rights
from web.security.guard import UnguardedRoute, check_guards, guard_of

SHUT = (401, 403)
SHUT_CODES = ("sign_in_needed", "not_allowed", "role_too_new", "confirm_first")


@pytest.fixture
def app(tmp_path):
    settings = {"HUICE_HOME": str(tmp_path), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"}
    app = create_app(load_config(settings))
    app.config["WTF_CSRF_METHODS"] = set()  # the door alone is asked about here
    bring_to_head(app.extensions["huice_store"])
    yield app
    app.extensions["huice_store"].close()


def cells(app):
    """Yield (rule, method, guard) of every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, guard_of(app, rule, method)


def test_the_table_knows_the_guard_of_every_route(app):
    named = {name for _, _, name in cells(app)}

    assert named - {HALF} <= set(rights().operations)


def test_a_route_without_a_guard_stops_the_service(app):
    app.add_url_rule("/staff/forgotten", "forgotten", lambda: "in", methods=["GET", "POST"])

    with pytest.raises(UnguardedRoute, match=r"GET /staff/forgotten.*POST /staff/forgotten"):
        check_guards(app)


def test_each_role_gets_in_exactly_where_the_table_says(app):
    """Ask at the door of every route as every role: the request ends right behind the door, whatever lies there."""
    store = app.extensions["huice_store"]
    for endpoint in list(app.view_functions):
        inside = app.view_functions[endpoint]
        kept = getattr(inside, "__huice_guard__", None)
        if kept is None or kept[""] == "public":
            continue

        def door(*args, _name=endpoint, **kwargs):
            return f"inside {_name}"

        door.__huice_guard__ = kept
        app.view_functions[endpoint] = door
    browsers = {
        role: with_session(app, make_account(store, f"T-{role}", [role])) for role in rights().roles if role != "AN"
    }
    browsers["AN"] = app.test_client()
    nobody = with_session(app, make_account(store, "T-NONE"))
    half = with_session(app, make_account(store, "T-HALF", ["SE"]), whole=False)
    wrong, asked = [], 0

    for rule, method, name in cells(app):
        if name in ("public", "development"):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)[1]
        for role, browser in browsers.items():
            allowed = role != "AN" if name == HALF else role in rights().operations[name].cells
            answer = browser.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
            asked += 1
            expected = 200 if allowed else 401 if role == "AN" else 403
            if answer.status_code != expected:
                wrong.append((method, rule.rule, role, expected, answer.status_code))
        is_for_visitors = name != HALF and "AN" in rights().operations[name].cells
        for browser, status in (
            (nobody, 200 if is_for_visitors or name in (HALF, "session.own") else 403),
            (half, 200 if is_for_visitors or name == HALF else 401),
        ):
            answer = browser.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
            if answer.status_code != status:
                wrong.append((method, rule.rule, "without a role or half", status, answer.status_code))

    assert wrong == []
    assert asked > 250


def test_public_routes_ask_nobody_who_they_are(app):
    names = {rule.rule: name for rule, method, name in cells(app) if method == "GET"}

    assert names["/"] == names["/staff/sign-in"] == "public"
    assert all(name != "public" for rule, name in names.items() if rule.startswith(("/staff/accounts", "/staff/log")))
