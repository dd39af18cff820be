"""A result shows the clause and the gap, is kept once, changes with no rule, and tells strangers nothing of the applicant."""

from __future__ import annotations

import re
import threading
import zlib
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from rules.language.model import Bundle
from tests.support.applications import made_for
from tests.support.databases import bring_to_head
from tests.web.page_check import check_page
from tests.web.self_check_steps import NAME, RD, Visitor
from web.app import create_app
from web.config import load_config
from web.reports import sheet as sheet_module
from web.reports.sheet import sheet_pdf
from web.services import results
from web.services.results_page import read_result, without_identity
from web.services.self_check_drafts import Answer, begin
from web.services.self_check_rules import bundle_in_force
from web.store.base import now
from web.store.tables import Remark, Result, ShareLink

LUOHU = ("罗湖区",)


# What the database itself decides is asked of both kinds; the rest of a page is the same on either.
both_databases = pytest.mark.usefixtures("database_url")


@pytest.fixture
def settings(settings, request):
    """Use SQLite, and each kind of database in a test marked `both_databases`."""
    if "database_url" in request.fixturenames:
        return {**settings, "HUICE_DATABASE_URL": request.getfixturevalue("database_url")}
    return settings


@pytest.fixture
def app(config):
    """Return the pages without the API."""
    app = made_for(config, ("web.views",))
    bring_to_head(app.extensions["huice_store"])
    yield app
    app.extensions["huice_store"].close()


@pytest.fixture
def kept(app):
    return app.extensions["huice_store"]


@pytest.fixture
def visitor(client):
    return Visitor(client)


def rows_of(store, kind):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(kind))


def test_the_total_comes_first_to_the_fen_and_in_capitals(visitor):
    page = visitor.get(visitor.result())

    hero = next(node for node in page.all("div") if node.attributes.get("class") == "hero-amount").text()
    assert "1,000,000 元" in hero
    assert "壹佰万元整" in hero
    assert "1 项符合" in hero
    assert hero.count("以审核为准") == 1


def test_a_program_says_its_clause_its_figures_and_its_steps(visitor):
    page = visitor.get(f"{visitor.result()}/programs/{RD}")

    text = page.text()
    assert "研发费用（2019年）超过0元" in text
    assert "您的情况：2,000万元" in text
    assert "《罗湖区科技创新产业扶持政策（2020年版）》" in text
    assert "+1,000,000 元" in text
    assert "未到上限" in text
    assert "来源：摘要" in text
    visitor.get(f"{visitor.result()}/programs/no-such-program", 404)


@both_databases
def test_the_same_answers_sent_twice_make_one_result(visitor, app, kept):
    visitor.begin()
    visitor.answer("registered_in", "罗湖区")
    token = visitor.token()
    places = []

    def click():
        browser = app.test_client()
        for cookie in visitor.client._cookies.values():
            browser.set_cookie(cookie.key, cookie.value, domain="localhost")
        places.append(browser.post("/self-check/result", data={"csrf_token": token}).headers["Location"])

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert len(places) == 4
    assert len(set(places)) == 1
    assert rows_of(kept, Result) == 1

    visitor.answer("founded_on", "2018-03-05")
    visitor.post("/self-check/result")
    assert rows_of(kept, Result) == 2


@both_databases
def test_what_is_shown_later_is_what_was_kept(visitor, monkeypatch):
    where = visitor.result()
    before = visitor.get(f"{where}/programs/{RD}").text()
    rules = bundle_in_force(LUOHU)
    empty = Bundle({}, {}, {}, rules.vocabulary, "sha256:" + "0" * 64)
    monkeypatch.setattr("web.views.results.bundle", lambda: empty)

    assert visitor.get(f"{where}/programs/{RD}").text() == before
    page = visitor.get(where).text()
    assert "1,000,000 元" in page
    assert "规则已经更新" in page
    assert "如果2019" not in page
    visitor.post(f"{where}/what-if", 409, field="rd_expense@2019", figure="3000")


def test_what_if_answers_with_the_new_total_and_keeps_nothing(visitor, kept):
    where = visitor.result()

    page = visitor.post(f"{where}/what-if", field="rd_expense@2019", figure="3000")
    answer = next(node for node in page.all("div") if node.attributes.get("id") == "what-if-answer")
    assert answer.attributes["role"] == "status"
    assert "至少 1,500,000 元" in answer.text() or "1,500,000 元" in answer.text()
    assert "1,000,000 元" in page.all("h1")[0].parent.parent.parent.text()

    page = visitor.post(f"{where}/what-if", field="rd_expense@2019", figure="7亿")
    assert "3,000,000 元" in page.text()
    assert rows_of(kept, Result) == 1


@pytest.mark.parametrize("figure", ["", "很多", "-1", "9" * 40, "NaN"])
def test_a_figure_that_cannot_be_is_refused(visitor, figure):
    page = visitor.post(f"{visitor.result()}/what-if", 422, field="rd_expense@2019", figure=figure)

    assert [link for link in page.all("a") if link.attributes["href"] == "#f-figure"]


@pytest.mark.parametrize("field", ["", "name", "no_such_fact", "registered_in", "'; --"])
def test_only_figures_can_be_varied(visitor, field):
    page = visitor.post(f"{visitor.result()}/what-if", field=field, figure="3000")

    assert "what-if-answer__total" not in str([node.attributes for node in page.all("p")])


def test_near_misses_can_be_tried_at_once(visitor):
    visitor.begin(day="2023-06-01")
    for key, value in (
        ("registered_in", "罗湖区"),
        ("hitech_until", "2024-12-31"),
        ("revenue@2022", "1亿"),
        ("rd_expense@2022", "299万"),
    ):
        visitor.answer(key, value)
    page = visitor.post("/self-check/result")

    near = [node for node in page.all("div") if node.attributes.get("class") == "near-miss"]
    (hit,) = [node for node in near if "研发费用再增加1万元" in node.text()]
    form = hit.all("form")[0]
    (field,) = [box.attributes["value"] for box in form.all("input") if box.attributes["name"] == "field"]
    page = visitor.post(form.attributes["action"].split("#")[0], field=field)
    (slider,) = [box for box in page.all("input") if box.attributes.get("type") == "range"]
    assert "300" in slider.attributes["data-marks"].split()
    assert "300万元：企业研发投入支持（2023）" in page.text()


@both_databases
def test_a_shared_page_says_nothing_of_who_asked_and_what_was_filled_in(visitor, app, kept):
    where = visitor.result()
    visitor.answer("uscc", "914403001922038216")
    visitor.answer("founded_on", "2018-03-05")
    visitor.answer("revenue@2019", "123456789")
    where = visitor.client.post("/self-check/result", data={"csrf_token": visitor.token()}).headers["Location"]
    page = visitor.post(f"{where}/share")
    link = next(node for node in page.all("code") if node.attributes.get("id") == "share-address").text()
    path = re.sub(r"^https?://[^/]+", "", link)
    assert len(path) == len("/s/") + 22

    stranger = Visitor(app.test_client())
    pages = [stranger.get(path)]
    pages += [
        stranger.get(anchor.attributes["href"])
        for anchor in pages[0].all("a")
        if anchor.attributes["href"].startswith(f"{path}/programs/")
    ][:4]
    pages.append(stranger.get(f"{path}/programs/{RD}"))
    assert "1,000,000 元" in pages[0].text()
    for page in pages:
        for secret in (
            NAME,
            "914403001922038216",
            "2018-03-05",
            "2,000万元",
            "123,456,789",
            "1.23",
            where.rpartition("/")[2],
        ):
            assert secret not in page.text(), secret
        everything = str([node.attributes for node in page.all()])
        assert where not in everything
    assert stranger.client.get(path).headers["X-Robots-Tag"].startswith("noindex")
    stranger.get(f"/results/{path.rpartition('/')[2]}", 404)
    with kept.reading() as session:
        assert path.rpartition("/")[2] not in str(session.scalars(select(ShareLink.secret_hash)).all())


def test_everything_kept_of_the_applicant_is_named_in_what_a_share_leaves_out(visitor, kept):
    where = visitor.result()
    row = results.find(kept, where.rpartition("/")[2])

    own, shared = read_result(row), without_identity(read_result(row))

    assert own.facts
    assert not shared.facts
    assert shared.name == shared.id == shared.number == ""
    assert not any(
        line.operand or line.bound or line.gap or line.item for one in shared.programs for line in one.conditions
    )
    assert not any(step.figures or step.before or step.after for one in shared.programs for step in one.steps)
    assert [one.payable for one in shared.programs] == [one.payable for one in own.programs]


def test_what_one_came_for_stands_first_is_marked_and_is_nobody_elses_business(visitor, kept):
    visitor.begin(need="finance", day="2026-05-20")
    visitor.answer("registered_in", "罗湖区")
    answer = visitor.client.post("/self-check/result", data={"csrf_token": visitor.token()})
    where = answer.headers["Location"]
    row = results.find(kept, where.rpartition("/")[2])

    own, shared = read_result(row), without_identity(read_result(row))
    section = own.section("needs_info")
    wanted = [one.is_wanted for one in section]

    assert len(own.programs) == len(shared.programs) > sum(one.is_wanted for one in own.programs)
    assert True in wanted
    assert wanted == sorted(wanted, reverse=True)
    assert "您关心的" in visitor.get(where).text()
    assert not any(one.is_wanted for one in shared.programs)
    assert [one.policy for one in shared.section("needs_info")] != [one.policy for one in section]
    visitor.post(f"{where}/edit")
    assert "关注的方面：上市融资" in visitor.get("/self-check/answers").text()


def test_a_result_of_before_needs_were_asked_is_still_read(visitor, kept):
    row = results.find(kept, visitor.result().rpartition("/")[2])
    row.outcome = {key: part for key, part in row.outcome.items() if key not in ("needs", "wanted")}

    assert not any(one.is_wanted for one in read_result(row).programs)


@both_databases
def test_a_share_ends_when_its_owner_says_so(visitor, app):
    where = visitor.result()
    page = visitor.post(f"{where}/share")
    path = next(node.text() for node in page.all("code") if node.attributes.get("id") == "share-address").partition(
        "/s/"
    )[2]
    stranger = Visitor(app.test_client())
    stranger.get(f"/s/{path}")

    assert "已撤销" in visitor.post(f"{where}/revoke").text()
    assert "被撤销" in stranger.get(f"/s/{path}", 404).text()
    assert "被撤销" in stranger.get("/s/AAAAAAAAAAAAAAAAAAAAAA", 404).text()


@both_databases
def test_a_share_ends_by_itself(visitor, kept):
    where = visitor.result()
    visitor.post(f"{where}/share")
    with kept.writing() as session:
        link = session.scalars(select(ShareLink)).one()
        link.expires_at = now() - timedelta(seconds=1)

    assert "撤销" not in [button.text() for button in visitor.get(where).all("button")]


@both_databases
def test_a_remark_is_kept_once_with_what_it_is_about(visitor, kept):
    where = visitor.result()
    said = {"policy": RD, "message": "研发费用应当按审计数计算", "contact": "0755-25666666", "nonce": "abc"}

    for _ in range(2):
        assert "已收到您的意见" in visitor.post(f"{where}/remark", **said).text()

    with kept.reading() as session:
        remark = session.scalars(select(Remark)).one()
    assert (remark.policy, remark.message, remark.contact, remark.state) == (
        RD,
        said["message"],
        said["contact"],
        "open",
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"message": "不对"}, "至少 5 个字"),
        ({"message": "长" * 2001}, "超过 2000 个字"),
        ({"contact": "1" * 101}, "超过 100 个字"),
        ({"policy": "no-such-program"}, "请从列表里选一项政策"),
    ],
)
def test_a_remark_that_cannot_be_kept_comes_back_whole(visitor, kept, fields, words):
    page = visitor.post(f"{visitor.result()}/remark", 422, **{"message": "金额算得不对", "nonce": "abc", **fields})

    assert words in page.text()
    assert page.all("textarea")[0].text() == fields.get("message", "金额算得不对")
    assert rows_of(kept, Remark) == 0


@both_databases
def test_a_result_can_be_taken_up_again(visitor, app):
    where = visitor.result()
    elsewhere = Visitor(app.test_client())

    assert "测算结果" in elsewhere.post("/self-check/continue", code=f"http://localhost{where}").text()
    assert "2,000万元" in elsewhere.post(f"{where}/edit").text()
    elsewhere.answer("rd_expense@2019", "3000万")
    assert "1,500,000 元" in elsewhere.post("/self-check/result").text()
    assert "1,000,000 元" in visitor.get(where).text()


def test_the_sheet_has_number_hash_total_and_every_clause(visitor, kept):
    where = visitor.result()
    row = results.find(kept, where.rpartition("/")[2])
    page = visitor.get(f"{where}/sheet")

    text = page.text()
    for words in (row.number, row.bundle, "1,000,000 元", "壹佰万元整", NAME, "2020年5月1日", "未见条款号", "仅供参考"):
        assert words in text
    code = results.check_code(row)
    assert code in text.replace(" ", "")
    assert f"/verify/{row.number}?c={code}" in text


def unpacked(pdf):
    """Return a PDF with its compressed parts spelt out behind it."""
    parts = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(packed))
    return b"\n".join(parts)


def test_the_pdf_is_a_pdf_in_one_pinned_family(visitor):
    answer = visitor.client.get(f"{visitor.result()}/sheet.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=HC-20200501-")
    assert answer.data.startswith(b"%PDF-1.")
    fonts = set(re.findall(rb"/FontName ?/[A-Z]{6}\+([A-Za-z0-9-]+)", unpacked(answer.data)))
    assert fonts
    assert all(name.startswith(b"Noto-Sans") and b"CJK-SC" in name for name in fonts), fonts


def test_a_pdf_asks_nothing_of_the_network_and_reads_no_other_file():
    page = (
        '<!doctype html><html lang="zh-Hans"><head><title>表</title></head><body><h1>表</h1>'
        '<img alt="a" src="http://127.0.0.1:1/x.png"><img alt="b" src="file:///etc/hostname">'
        '<img alt="c" src="/static/0/../../../etc/hostname"></body></html>'
    )

    assert sheet_pdf(page).startswith(b"%PDF")


def test_who_waits_too_long_for_a_pdf_is_told_when_to_come_back(visitor, monkeypatch):
    where = visitor.result()
    monkeypatch.setattr("web.reports.sheet.WAIT_SECONDS", 0.01)

    with sheet_module._TURN:
        answer = visitor.client.get(f"{where}/sheet.pdf")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "20"
    assert visitor.client.get(f"{where}/sheet.pdf").status_code == 200


@both_databases
def test_number_and_code_verify_a_sheet_without_saying_whose_it_is(visitor, app, kept):
    where = visitor.result()
    row = results.find(kept, where.rpartition("/")[2])
    code = results.check_code(row)
    stranger = Visitor(app.test_client())

    page = stranger.get(f"/verify/{row.number}?c={code}").text()
    for words in ("与存档一致", row.number, row.bundle, "1,000,000 元", "壹佰万元整"):
        assert words in page
    for secret in (NAME, "2,000万元", row.id):
        assert secret not in page

    assert "与存档一致" in stranger.get(f"/verify?number={row.number.lower()}&c={code[:4]} {code[4:].upper()}").text()
    for wrong in (f"/verify/{row.number}?c={code[:-1]}0x", f"/verify/HC-20200501-00000-00000?c={code}"):
        page = stranger.get(wrong, 404).text()
        assert "核验不通过" in page
        assert "1,000,000" not in page
    assert "还要填校验码" in stranger.get(f"/verify/{row.number}").text()
    assert "请填测算单上的校验码" in stranger.get(f"/verify?number={row.number}", 422).text()


@both_databases
def test_a_row_changed_behind_our_back_no_longer_verifies(visitor, kept):
    where = visitor.result()
    row = results.find(kept, where.rpartition("/")[2])
    code = results.check_code(row)
    with kept.writing() as session:
        session.get(Result, row.id).total_min = row.total_min - 1

    visitor.get(f"/verify/{row.number}?c={code}", 404)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_page_of_a_result_speaks_the_other_languages(visitor, kept, language):
    where = visitor.result()
    row = results.find(kept, where.rpartition("/")[2])
    shared = visitor.post(f"{where}/share")
    link = next(node.text() for node in shared.all("code") if node.attributes.get("id") == "share-address")
    path = "/s/" + link.partition("/s/")[2]
    visitor.get(f"/self-check?lang={language}")

    for address in (
        where,
        f"{where}/programs/{RD}",
        f"{where}/sheet",
        path,
        f"{path}/programs/{RD}",
        f"/verify/{row.number}?c={results.check_code(row)}",
        "/verify",
    ):
        page = visitor.get(address)
        assert page.all("html")[0].attributes["lang"].startswith(language), address
    visitor.post(f"{where}/what-if", field="rd_expense@2019", figure="3000")
    visitor.post(f"{where}/remark", 422, message="")


@both_databases
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/results/AAAAAAAAAAAAAAAAAAAAAA", 404),
        ("/results/AAAAAAAAAAAAAAAAAAAAAA/sheet", 404),
        ("/results/AAAAAAAAAAAAAAAAAAAAAA/sheet.pdf", 404),
        ("/results/%00", 400),
        ("/verify/%E2%80%AE", 400),
        ("/s/" + "A" * 3000, 404),
    ],
)
def test_what_does_not_exist_is_told_in_one_page(client, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    check_page(answer.text)
    if path.startswith("/results"):
        assert "noindex" in answer.headers.get("X-Robots-Tag", "noindex")


@both_databases
def test_a_person_never_leaves_a_name(app, kept):
    facts = {
        "degree": Answer("硕士", "declared"),
        "born_on": Answer("1990-01-02", "declared"),
        "talent_class": Answer(None, "declared"),
    }
    with app.test_request_context():
        draft = begin(kept, "person", date(2020, 12, 1), facts)
        row = results.find(kept, results.finish(kept, bundle_in_force(LUOHU), draft))

    page = without_identity(read_result(row))
    words = str(page)
    assert "1990" not in words
    assert all("person" in bundle_in_force(LUOHU).policies[one.policy].applicant for one in page.programs)


def test_what_is_dear_is_limited(tmp_path):
    config = load_config({"HUICE_HOME": str(tmp_path), "HUICE_LOG_LEVEL": "error"})
    app = create_app(config, features=("web.views",))
    bring_to_head(app.extensions["huice_store"])
    client = app.test_client()

    statuses = [client.get("/verify/HC-20200501-00000-00000?c=0").status_code for _ in range(25)]

    assert statuses[:20] == [404] * 20
    assert set(statuses[20:]) == {429}
    app.extensions["huice_store"].close()
