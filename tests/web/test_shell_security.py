"""No route without a guard, no forged or hostile request past the door, the same headers on every answer."""

from __future__ import annotations

import json

import pytest
from flask import Blueprint, jsonify, request, session
from flask.views import MethodView

from tests.web.page_check import check_page
from web.app import create_app
from web.config import load_config
from web.errors import Problem
from web.security.guard import UnguardedRoute, check_guards, guard, guard_endpoint, register_guard
from web.security.headers import CONTENT_SECURITY_POLICY
from web.security.limits import costs

PRODUCTION = {
    "HUICE_ENV": "production",
    "HUICE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "HUICE_BASE_URL": "https://huice.example.gov.cn",
    "HUICE_RATE_LIMITS": "on",
}


@pytest.fixture
def features():
    return ()


@pytest.fixture
def echo(app):
    """Add a form page and an API route that give back what they were sent."""
    blueprint = Blueprint("echo", __name__)

    @blueprint.post("/echo")
    @guard("public")
    def form():
        return jsonify(dict(request.form))

    @blueprint.post("/api/v1/echo")
    @guard("public")
    def api():
        return jsonify(request.get_json())

    @blueprint.get("/echo/<word>")
    @guard("public")
    def word(word):
        return jsonify(word=word, query=request.args.to_dict())

    app.register_blueprint(blueprint)
    check_guards(app)
    return app.test_client()


def test_every_route_has_a_guard(app):
    check_guards(app)


@pytest.mark.parametrize("methods", [["GET"], ["POST"], ["GET", "POST"]])
def test_a_route_without_a_guard_is_refused(app, methods):
    app.add_url_rule("/open", "open", lambda: "", methods=methods)

    with pytest.raises(UnguardedRoute, match="/open"):
        check_guards(app)


def test_a_guard_for_both_kinds_of_method_must_name_both(app):
    app.add_url_rule("/both", "both", guard("public")(lambda: ""), methods=["GET", "POST"])
    with pytest.raises(UnguardedRoute, match=r"GET /both.*POST /both"):
        check_guards(app)


def test_reading_and_writing_are_guarded_apart(app):
    class Nobody:
        def check(self, request):
            raise Problem(403, "nobody")

    register_guard(app, "nobody", Nobody())
    app.add_url_rule(
        "/api/v1/both", "both", guard(read="public", write="nobody")(lambda: "in"), methods=["GET", "POST"]
    )
    check_guards(app)
    client = app.test_client()

    assert client.get("/api/v1/both").text == "in"
    assert client.head("/api/v1/both").status_code == 200
    assert client.post("/api/v1/both").status_code == 403


def test_each_method_of_a_class_of_views_has_its_own_guard(app):
    class Thing(MethodView):
        @guard("public")
        def get(self):
            return "in"

        def post(self):
            return "in"

    app.add_url_rule("/thing", view_func=Thing.as_view("thing"))
    with pytest.raises(UnguardedRoute, match="POST /thing") as caught:
        check_guards(app)
    assert "GET /thing" not in str(caught.value)


def test_an_unknown_guard_is_refused(app):
    app.add_url_rule("/x", "x", guard("publik")(lambda: ""))
    with pytest.raises(UnguardedRoute, match="publik"):
        check_guards(app)


def test_a_route_of_a_library_can_be_given_a_guard(app):
    class Library:
        def page(self):
            return "in"

    app.add_url_rule("/lib", "lib", Library().page)
    guard_endpoint(app, "lib", read="public")

    check_guards(app)
    assert app.test_client().get("/lib").text == "in"


def test_a_route_that_slipped_past_the_check_still_lets_nobody_in(app):
    app.add_url_rule("/api/late", "late", lambda: "in")

    assert app.test_client().get("/api/late").status_code == 500


def test_the_gallery_does_not_exist_in_production(settings, tmp_path):
    app = create_app(load_config({**settings, **PRODUCTION}), features=())

    assert app.test_client().get("/_ui", base_url="https://huice.example.gov.cn").status_code == 404


def test_every_answer_carries_the_headers(client):
    for path in ("/accessibility", "/nowhere", "/api/nowhere", "/healthz", "/robots.txt"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store" or path == "/robots.txt"
        assert "Strict-Transport-Security" not in headers
        assert headers["X-Request-ID"]


def test_the_policy_allows_nothing_inline_and_nobody_else():
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_production_demands_tls_and_its_own_name(settings):
    app = create_app(load_config({**settings, **PRODUCTION}), features=())
    client = app.test_client()

    answer = client.get("/accessibility", base_url="https://huice.example.gov.cn")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert client.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200
    assert client.get("/accessibility", base_url="https://evil.example").status_code == 400


def test_a_form_without_its_token_is_told_how_to_go_on(echo):
    answer = echo.post("/echo", data={"a": "1"})

    assert answer.status_code == 400
    assert "表单已失效" in check_page(answer.text).all("h1")[0].text()


def test_a_form_with_its_token_goes_through_and_the_cookie_is_shut(app, echo):
    page = check_page(echo.get("/_ui").text)
    token = next(box.attributes["value"] for box in page.all("input") if box.attributes.get("name") == "csrf_token")
    cookie = echo.get_cookie("huice")

    answer = echo.post("/echo", data={"a": "1", "csrf_token": token})

    assert answer.json["a"] == "1"
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_the_cookie_of_production_is_bound_to_its_host_and_tls(settings):
    app = create_app(load_config({**settings, **PRODUCTION}), features=())

    @app.get("/visit")
    @guard("public")
    def visit():
        session["seen"] = True
        return ""

    cookie = app.test_client().get("/visit", base_url="https://huice.example.gov.cn").headers["Set-Cookie"]

    assert cookie.startswith("__Host-huice=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_request_from_another_site_is_refused(echo, headers, status):
    assert echo.post("/api/v1/echo", json={"a": 1}, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "不是 JSON"),
        (b"{", "第 1 行第 2 列"),
        (b'{"a":1,"a":2}', "出现了两次"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":Infinity}', "Infinity"),
        (b'{"a":-Infinity}', "-Infinity"),
        (b'{"a":1e999}', "太大"),
        (b'{"a":' + b"9" * 400 + b"}", "太大"),
        (b'{"a":9223372036854775808}', "太大"),
        (b"[" * 100_000, "嵌套超过"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "嵌套超过"),
        (b'{"a":"\xff\xfe"}', "UTF-8"),
        ('{"a":"名称"}'.encode("gb18030"), "UTF-8"),
        (b'{"a":"\\u0000"}', "控制字符"),
        (b'{"a":"\\ud800"}', "残缺"),
        (b'{"a":"x\\u202ey"}', "方向"),
        (b'{"x\\u202ey":1}', "方向"),
    ],
)
def test_hostile_json_gets_one_clear_message(echo, body, words):
    answer = echo.post("/api/v1/echo", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert words in json.dumps(answer.json, ensure_ascii=False)
    assert "Traceback" not in answer.text


def test_reading_needs_no_body_even_when_a_client_says_json(echo):
    assert echo.get("/echo/a", content_type="application/json").status_code == 200
    assert echo.get("/echo/a", content_type="application/json", data=b"{").status_code == 400


def test_deep_brackets_inside_a_text_are_just_text(echo):
    text = '[[["' * 50 + "\\"

    assert echo.post("/api/v1/echo", json={"a": text}).json == {"a": text}


def test_a_body_of_more_than_a_mebibyte_is_refused(echo):
    big = {"a": "x" * (1024 * 1024)}

    assert echo.post("/api/v1/echo", json=big).status_code == 413
    answer = echo.post("/echo", data=big)
    assert answer.status_code == 413
    assert "1 MiB" in answer.text


def test_a_form_of_more_than_a_thousand_fields_is_refused(echo):
    assert echo.post("/api/v1/echo", data={f"f{n}": "" for n in range(1001)}).status_code == 413


@pytest.mark.parametrize(
    "path",
    ["/echo/a%00b", "/echo/a?q=%00", "/echo/a?q=%E2%80%AE", "/echo/%ff", "/echo/a?%00=1"],
)
def test_hostile_addresses_get_one_clear_message(echo, path):
    answer = echo.get(path)

    assert answer.status_code == 400
    check_page(answer.text)


def test_hostile_form_fields_are_named(echo):
    answer = echo.post("/api/v1/echo", data={"name": "a\x00b"})

    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "name"


def test_one_address_is_held_back_and_another_is_not(settings):
    app = create_app(load_config({**settings, "HUICE_RATE_LIMITS": "on"}), features=())

    @app.get("/api/v1/report")
    @guard("public")
    @costs("document")
    def report():
        return "ok"

    client = app.test_client()
    answers = [client.get("/api/v1/report").status_code for _ in range(21)]
    last = client.get("/api/v1/report")

    assert answers == [200] * 20 + [429]
    assert last.content_type == "application/problem+json"
    assert last.headers["Retry-After"] == "60"
    assert client.get("/accessibility").status_code == 200
    assert client.get("/api/v1/report", environ_overrides={"REMOTE_ADDR": "10.1.1.1"}).status_code == 200
    forged = client.get("/api/v1/report", headers={"X-Forwarded-For": "10.2.2.2"})
    assert forged.status_code == 429


def test_the_proxy_is_believed_for_exactly_its_hops(settings):
    app = create_app(load_config({**settings, "HUICE_RATE_LIMITS": "on", "HUICE_PROXY_HOPS": "1"}), features=())

    @app.get("/api/v1/address")
    @guard("public")
    def address():
        return request.remote_addr

    answer = app.test_client().get("/api/v1/address", headers={"X-Forwarded-For": "6.6.6.6, 10.2.2.2"})
    assert answer.text == "10.2.2.2"


def test_an_unknown_cost_class_is_refused():
    with pytest.raises(ValueError, match="cheap"):
        costs("cheap")
