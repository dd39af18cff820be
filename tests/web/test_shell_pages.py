"""The shell's own pages are sound in three languages and two sizes, and every error has a page with a way on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from tests.web.page_check import check_page
from web import i18n
from web.errors import STATUSES, Problem
from web.security.guard import guard
from web.security.text import BadText
from web.store import StoreBusy, operations
from web.ui import assets

STATIC = assets.FOLDER


@pytest.fixture
def features():
    return ()


@pytest.mark.parametrize(("query", "lang"), [("", "zh-Hans"), ("?lang=zh-Hant", "zh-Hant-HK"), ("?lang=en", "en")])
def test_the_page_on_accessibility_is_sound_in_each_language(browse, query, lang):
    page = browse(f"/accessibility{query}", lang=lang)

    assert (
        page.all("h1")[0].text() == {"zh-Hans": "无障碍说明", "zh-Hant-HK": "無障礙説明", "en": "Accessibility"}[lang]
    )


def test_the_gallery_shows_every_macro_and_is_sound(app, browse):
    page = browse("/_ui")
    source = (Path(app.root_path) / "templates/ui/gallery.html").read_text(encoding="utf-8")
    with app.test_request_context():
        names = app.jinja_env.globals["ui"].names()

    assert len(page.all("svg")) > 20
    assert len(names) > 30
    assert [name for name in names if f"ui.{name}(" not in source] == []


def test_every_page_says_how_to_change_language_and_size_and_comes_back(browse):
    links = {link.text(): link.attributes["href"] for link in browse("/accessibility?x=1&lang=zh-Hans").all("a")}

    assert links["English"] == "/lang/en?next=/accessibility?x%3D1"
    assert links["长者版"] == "/size/large?next=/accessibility?x%3D1"


def test_the_language_chosen_is_kept(client, browse):
    answer = client.get("/lang/zh-Hant?next=/accessibility")

    assert (answer.status_code, answer.location) == (303, "/accessibility")
    browse("/accessibility", lang="zh-Hant-HK")
    browse("/accessibility?lang=en", lang="en")
    browse("/accessibility", lang="en")


def test_the_size_chosen_is_kept(client, browse):
    client.get("/size/large?next=/")

    assert browse("/accessibility").all("html")[0].attributes["data-size"] == "large"
    client.get("/size/normal?next=/")
    assert browse("/accessibility").all("html")[0].attributes["data-size"] == "normal"


def test_a_browser_that_prefers_english_is_still_answered_in_chinese_first(browse):
    browse("/accessibility", lang="zh-Hans", headers={"Accept-Language": "en-US,en"})


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "evil", "javascript:alert(1)", ""],
)
def test_a_choice_never_leads_to_another_site(client, target):
    assert client.get("/lang/en", query_string={"next": target}).location == "/"
    assert client.get("/size/large", query_string={"next": target}).location == "/"


@pytest.mark.parametrize("path", ["/lang/fr", "/size/huge", "/lang/", "/nowhere", "/api", "/static/x/../../config.py"])
def test_what_does_not_exist_is_a_page_with_a_way_on(browse, path):
    page = browse(path, status=404)

    assert "找不到这一页" in page.all("h1")[0].text()
    assert "/" in [link.attributes["href"] for link in page.all("a") if "button" in link.attributes.get("class", "")]


@pytest.mark.parametrize("query", ["", "?lang=zh-Hant", "?lang=en"])
def test_every_status_has_a_sound_page_in_each_language_and_a_problem_document(app, query):
    @app.get("/fail/<int:status>")
    @app.get("/api/fail/<int:status>")
    @guard("public")
    def fail(status):
        raise Problem(status, "failed")

    client = app.test_client()
    for status in STATUSES:
        page = client.get(f"/fail/{status}{query}")
        assert page.status_code == status
        check_page(page.text)
        document = client.get(f"/api/fail/{status}{query}")
        assert document.content_type == "application/problem+json"
        assert document.json["status"] == status
        assert all(document.json[name] for name in ("title", "detail", "advice", "code", "request_id"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreBusy(), 503),
        (OperationalError("", {}, Exception("database is locked")), 503),
        (OperationalError("", {}, Exception("database or disk is full")), 507),
        (RuntimeError("secret figure 123"), 500),
        (StatementError("secret", "", {}, BadText("含有控制字符")), 400),
        (StatementError("secret", "", {}, TypeError("secret")), 500),
        (IntegrityError("", {}, Exception("secret")), 409),
    ],
)
def test_a_failure_inside_is_told_without_its_details(app, error, status):
    @app.get("/fail")
    @guard("public")
    def fail():
        raise error

    answer = app.test_client().get("/fail")

    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    check_page(answer.text)
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_wrong_method_names_the_right_ones(client):
    answer = client.post("/accessibility")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    check_page(answer.text)


def test_the_request_id_is_kept_when_it_is_harmless(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-12345"}).headers["X-Request-ID"] == "abc-12345"
    made = client.get("/healthz", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_every_text_has_an_english_version_and_every_catalogue_is_sound():
    merged = i18n.merge_catalogues(sorted(i18n.ENGLISH.glob("*.po")))
    missing = [f"{message.id} ({message.locations[:1]})" for message in i18n.missing_english()]

    assert len(merged) > 90
    assert missing == []
    for path in i18n.ENGLISH.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                assert not message.fuzzy, message.id
                if message.id:
                    assert list(message.check()) == []
                    texts = message.string if isinstance(message.string, tuple) else (message.string,)
                    assert not [text for text in texts if re.search(r"[\u3400-\u9fff]", text)], message.id


def test_two_catalogues_cannot_disagree(tmp_path):
    for name, word in (("a", "Home"), ("b", "Start")):
        (tmp_path / f"{name}.po").write_text(f'msgid "首页"\nmsgstr "{word}"\n', encoding="utf-8")

    with pytest.raises(ValueError, match="首页"):
        i18n.merge_catalogues(sorted(tmp_path.glob("*.po")))


def test_traditional_chinese_uses_the_words_of_hong_kong():
    assert i18n.to_traditional("干部里面的软件企业、人才发展") == "幹部裏面的軟件企業、人才發展"


def test_static_files_are_kept_for_ever_under_a_name_that_changes(client, app):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/huice.css")

    with client.get(address) as present:
        assert present.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert present.content_type == "text/css; charset=utf-8"
    with client.get("/static/0123456789ab/css/huice.css") as old:
        assert old.headers["Cache-Control"] == "no-cache"
    with client.get(address.replace("css/huice.css", "js/main.mjs")) as module:
        assert module.content_type.startswith("text/javascript")


def test_the_version_of_the_static_files_follows_their_content(tmp_path):
    (tmp_path / "a.css").write_text("a", encoding="ascii")
    first = assets.content_hash(tmp_path)
    (tmp_path / "a.css").write_text("b", encoding="ascii")

    assert len(first) == 12
    assert assets.content_hash(tmp_path) != first


def test_there_is_a_favicon_and_no_static_file_names_another_site(client):
    with client.get("/favicon.ico") as icon:
        assert icon.data[:4] == b"\x00\x00\x01\x00"
    for path in STATIC.rglob("*"):
        if path.suffix in (".css", ".mjs", ".svg"):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http" not in text.replace("// plain http:", ""), path


def test_templates_hold_no_inline_style_script_handler_or_foreign_address(app):
    bad = re.compile(
        r"<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:|//cdn|src=[\"']http|href=[\"']http://"
    )
    for path in (Path(app.root_path) / "templates").rglob("*.html"):
        assert not bad.search(path.read_text(encoding="utf-8")), path


def test_alive_and_ready_are_told_apart(client, app):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200

    app.extensions["huice_readiness"]["rules"] = lambda: "no bundle"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"] == {**answer.json["checks"], "database": "ok", "rules": "failed"}
    assert client.get("/healthz").status_code == 200


def test_a_database_behind_the_program_is_not_ready(client, app):
    operations.downgrade(app.extensions["huice_store"], "base")

    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == "failed"
