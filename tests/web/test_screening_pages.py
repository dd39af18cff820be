"""The pages on which staff screen a register, without JavaScript, with real child processes."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile

import pytest

from tests.web.page_check import check_page
from web.app import create_app
from web.security.guard import DevelopmentOnly, register_guard
from web.store.base import now
from web.store.log import find_events
from web.store.screenings import RUNNING, Screening, all_screenings
from web.views.screening import SCREEN, SEE

HOME = "/staff/screening"
REGISTER = """\
企业名称,注册地,营业收入@2025（万元）,研发费用@2025（万元）,备注
甲公司,罗湖区,12000,1500,a
=HYPERLINK("x"),罗湖区,90000,9000,b
丙公司,南山区,很多,,c
""".encode()


@pytest.fixture
def app(app):
    """Return the application with its doors open; who may pass them is tested with the table of rights."""
    for name in (SCREEN, SEE):
        register_guard(app, name, DevelopmentOnly())
    return app


@pytest.fixture
def send(client, csrf_token):
    """Return a function that uploads a register."""

    def upload(content=REGISTER, name="名册.csv", day="2026-05-20"):
        data = {"csrf_token": csrf_token(HOME), "day": day, "register": (io.BytesIO(content), name)}
        return client.post(HOME, data=data, content_type="multipart/form-data")

    return upload


def test_from_a_register_to_a_list_of_whom_to_call(client, browse, app, csrf_token, send):
    address = send().headers["Location"]
    page = check_page(client.get(address).text)
    boxes = {
        box.attributes["name"]: box.attributes["value"]
        for box in page.all("input")
        if box.attributes["name"] != "csrf_token"
    }
    answer = client.post(address, data={"csrf_token": csrf_token(address), **boxes})
    assert answer.status_code == 303
    wait(client, address)

    page = browse(address)
    assert "名册上的企业" in page.text()
    assert '=HYPERLINK("x")' in page.text()
    assert "有 1 个单元格读不懂" in page.text()
    assert browse(f"{address}?q=甲").text().count("甲公司") >= 2
    assert "没有这样的企业" in browse(f"{address}?q=无此企业").text()
    assert "Whom to call" in browse(f"{address}?lang=en", lang="en").text()
    assert "Which fact is" in browse(f"{address}?columns=1", lang="en").text()
    assert "Earlier screenings" in browse(HOME, lang="en").text()
    browse(f"{address}?lang=zh-Hans&page=9")
    assert client.get(address).headers["Cache-Control"] == "no-store"
    _check_exports(client, address)
    _check_removal(client, app, csrf_token, address)
    with app.extensions["huice_store"].reading() as session:
        kinds = {event.kind for _, event in find_events(session)}
    assert {f"screening.{step}" for step in ("upload", "start", "export", "remove")} <= kinds


def _check_exports(client, address):
    """No cell of an export begins a formula."""
    rows = list(csv.reader(client.get(f"{address}/list.csv").data.decode("utf-8-sig").splitlines()))
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/list.xlsx").data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}

    assert rows[0][0] == "主体"
    assert {row[0] for row in rows[1:]} >= {"甲公司", '\'=HYPERLINK("x")'}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert not re.search(r"<f[ >]", parts["xl/worksheets/sheet1.xml"])
    assert "'=HYPERLINK" in "".join(parts.values())
    assert client.get(f"{address}/list.exe").status_code == 404


def _check_removal(client, app, csrf_token, address):
    """Look for what was removed, and for its files."""
    folder = app.extensions["huice_config"].home / "screenings" / address.rpartition("/")[2]
    assert (folder / "results.parquet").exists()

    answer = client.post(f"{address}/remove", data={"csrf_token": csrf_token(f"{address}?columns=1")})

    assert answer.status_code == 303
    assert not folder.exists()
    assert client.get(address).status_code == 404


def wait(client, address):
    """Look again as the page asks, until the work is over."""
    for _ in range(600):
        answer = client.get(address)
        if "Refresh" not in answer.headers:
            return answer
        check_page(answer.text)
        time.sleep(0.2)
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("content", "name", "day", "message"),
    [
        (b"x", "名册.txt", "2026-05-20", "请选择 xlsx、csv 或 parquet 文件"),
        (b"x", "../../名册.xlsx", "2026-05-20", "不是 xlsx 文件"),
        (b"", "名册.csv", "2026-05-20", "表格没有内容"),
        (b"x", "", "2026-05-20", "请选择一份名册"),
        (b"PAR1", "名册.parquet", "2026-05-20", "不是 parquet 文件"),
        (REGISTER, "名册.csv", "昨天", "请按 2026-05-20 的样子填写日期"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_one_sentence(send, app, content, name, day, message):
    answer = send(content, name, day)

    assert answer.status_code == 422
    assert message in check_page(answer.text).text()
    folder = app.extensions["huice_config"].home / "screenings"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client):
    length = {"CONTENT_LENGTH": str(33 * 1024**2), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    answer = client.post(HOME, environ_overrides=length)

    assert answer.status_code == 413
    assert "文件超过 32 MiB" in answer.text


def test_a_column_gets_another_heading_or_none(client, csrf_token, send):
    address = send("名称,钱,研发费用@2025（万元）\n甲,3,4\n".encode()).headers["Location"]
    token = csrf_token(address)

    wrong = client.post(address, data={"csrf_token": token, "c0": "", "c1": "没有的", "c2": "研发费用@2025（万元）"})
    twice = client.post(address, data={"csrf_token": token, "c1": "研发费用@2025（元）", "c2": "研发费用@2025（万元）"})
    none = client.post(address, data={"csrf_token": token})

    assert [answer.status_code for answer in (wrong, twice, none)] == [422] * 3
    assert "没有“没有的”这个事实" in check_page(wrong.text).text()
    assert "同一事实" in check_page(twice.text).text()
    assert "至少有一列要是事实" in check_page(none.text).text()
    assert client.post(address, data={"csrf_token": token, "c1": "营业收入@2025（万元）"}).status_code == 303
    assert "名册上的企业" in wait(client, address).text


def test_the_choice_of_last_time_is_proposed_again(client, csrf_token, send):
    register = "甲,乙,研发费用@2025（万元）\n1,2,3\n".encode()
    first = send(register, "a.csv").headers["Location"]
    token = csrf_token(first)
    assert "沿用了上次的对应" not in client.get(first).text
    boxes = {"c0": "营业收入@2025（万元）", "c1": "", "c2": ""}
    assert client.post(first, data={"csrf_token": token, **boxes}).status_code == 303
    wait(client, first)

    second = check_page(client.get(send(register, "b.csv").headers["Location"]).text)
    again = check_page(client.get(f"{first}?columns=1").text)

    assert "有 2 列按您上次筛查时的选择填好" in second.text()
    for page in (second, again):
        values = {box.attributes["name"]: box.attributes.get("value", "") for box in page.all("input")}
        assert (values["c0"], values["c1"], values["c2"]) == ("营业收入@2025（万元）", "", "")


def test_one_whose_process_is_gone_can_be_started_again(client, app, send, csrf_token):
    address = send().headers["Location"]
    with app.extensions["huice_store"].writing() as session:
        [row] = all_screenings(session, "")
        row.state, row.updated_at = RUNNING, now().replace(year=2020)

    page = check_page(client.get(address).text)

    assert "测算中断了" in page.text()
    with app.extensions["huice_store"].reading() as session:
        assert session.get(Screening, address.rpartition("/")[2]).state == "failed"


@pytest.mark.parametrize("path", [HOME, f"{HOME}/x", f"{HOME}/x/list.csv"])
def test_a_visitor_must_sign_in_first(config, path):
    app = create_app(config)

    assert app.test_client().get(path).status_code == 401
