"""Fill the lists of inspections and take a task to its draw, through the pages, as two planners do."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.enforcement.draw.cases import code
from tests.support.people import make_account, post, with_session
from tests.web.page_check import check_page
from web.store.log import ZONE

STAFF = "/staff/inspections"
MARKET, FIRE = "示例市场监管局", "示例消防大队"
DICE = "31415926535897932384"
SUBJECT_HEADINGS = "统一社会信用代码,名称,对象类别,行业,所在区域,信用风险分类,状态"
INSPECTOR_HEADINGS = (
    "人员编号,姓名,部门代号,部门名称,执法证号,执法证有效期至,检查范围,可用期间,可任组长,专家,状态,账号工号"
)
MATTER_HEADINGS = "事项编号,抽查领域,抽查事项,职权编号,检查依据,抽查对象,事项类别,抽查比例,年度频次上限,检查方式,发起部门,配合部门,实施层级"


def subjects(count: int = 12, start: int = 1) -> str:
    """Return a table of objects, by turns of all four risk classes and of two areas."""
    lines = [
        f"{code(number)},示例企业{number:03},企业,餐饮业,{'东门街道' if number % 2 else '黄贝街道'},{'ABCD'[number % 4]},有效"
        for number in range(start, start + count)
    ]
    return "\n".join([SUBJECT_HEADINGS, *lines]) + "\n"


def inspectors(accounts: Sequence[str] = ()) -> str:
    """Return a table of three inspectors of each of two departments; the first ones have these staff numbers."""
    lines = []
    for number in range(1, 7):
        dept, unit, matters = ("market", MARKET, "M01、M02、M03") if number < 4 else ("fire", FIRE, "M03")
        account = accounts[number - 1] if number <= len(accounts) else ""
        lines.append(
            f"ZF-{number:03},示例人员{number},{dept},{unit},证{number:04},2029-12-31,{matters},"
            f"2020-01-01至2029-12-31,{'是' if number in (1, 2, 4) else '否'},否,有效,{account}"
        )
    return "\n".join([INSPECTOR_HEADINGS, *lines]) + "\n"


def matters() -> str:
    """Return a table of two ordinary matters and one key matter."""
    power, basis = "inspect-registration", "市场主体登记管理条例实施细则第六十六条"
    lines = [
        f"M01,市场主体登记,登记事项检查,{power},{basis},企业,一般检查事项,25%,1,现场检查,{MARKET},,区级",
        f"M02,市场主体登记,公示信息检查,{power},{basis},企业,一般检查事项,25%,2,现场检查,{MARKET},,区级",
        f"M03,消防安全,场所消防检查,{power},{basis},企业,重点检查事项,100%,不限,现场检查,{FIRE},{MARKET},区级",
    ]
    return "\n".join([MATTER_HEADINGS, *lines]) + "\n"


def said(answer: Any) -> str:
    """Return the first words of an answer's page."""
    return check_page(answer.text).all("main")[0].text()[:800]


def token_of(text: str, name: str = "csrf_token") -> str:
    """Return the value of the first hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', text)
    assert found, text[:2000]
    return found[1]


def upload(client: FlaskClient, name: str, table: str | bytes, file: str = "表.csv") -> Any:
    """Send a table for a preview."""
    page = f"{STAFF}/{name}"
    data = table.encode() if isinstance(table, str) else table
    form = {"csrf_token": token_of(client.get(page).text), "file": (io.BytesIO(data), file)}
    return client.post(page, data=form, content_type="multipart/form-data")


def load_table(client: FlaskClient, name: str, table: str | bytes, file: str = "表.csv", **form: str) -> Any:
    """Import a sound table."""
    preview = upload(client, name, table, file)
    assert preview.status_code == 200, said(preview)
    fields = {"csrf_token": token_of(preview.text), "token": token_of(preview.text, "token"), **form}
    answer = client.post(f"{STAFF}/{name}/store", data=fields)
    assert answer.status_code == 303, said(answer)
    return answer


def planners(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    """Return the browsers of two planners who confirmed who they are."""
    store = app.extensions["huice_store"]
    first, second = (with_session(app, make_account(store, f"PL-{number}", ["PL"])) for number in (1, 2))
    return first, second


def task_form(**changed: Any) -> dict[str, Any]:
    """Return the form of a task of the market department for this year."""
    year = datetime.now(ZONE).year
    whole = {
        "id": "SSJ-1",
        "year": str(year),
        "name": "餐饮企业登记事项抽查",
        "matters": ["M01"],
        "kind": "企业",
        "industry": "",
        "area": "",
        "number": "6",
        "rate": "25%",
        "way": "现场检查",
        "tier": "区级",
        "draw_on": f"{year}-12-01",
        "done_by": f"{year}-12-31",
        "lead": MARKET,
        "partners": "",
    }
    return {**whole, **changed}


def fill(first: FlaskClient, second: FlaskClient, count: int = 12, **changed: Any) -> str:
    """Import the three lists, propose a task and approve it; return its id."""
    load_table(first, "matters", matters())
    load_table(first, "subjects", subjects(count))
    load_table(first, "inspectors", inspectors())
    form = task_form(**changed)
    answer = post(first, f"{STAFF}/plan/new", f"{STAFF}/plan/new", **form)
    assert answer.status_code == 303, said(answer)
    answer = post(second, f"{STAFF}/plan/{form['id']}/approve", f"{STAFF}/plan?year={form['year']}")
    assert answer.status_code == 303, said(answer)
    return str(form["id"])


def draw_form(seconds: float = 3600, **changed: Any) -> dict[str, Any]:
    """Return the form of a draw by dice that are thrown some seconds from now."""
    year = datetime.now(ZONE).year
    at = (datetime.now(ZONE) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    rates = {f"rate_{name}": "25%" for name in ("A", "B", "C", "D", "ALL")}
    teams = {"k_market": "2", "lead_market": "1", "k_fire": "2", "lead_fire": "1"}
    whole = {
        "strata": "one",
        **rates,
        **teams,
        "excluded": "",
        "window_from": f"{year}-12-01",
        "window_to": f"{year}-12-31",
        "not_before": at,
        "source_1_kind": "dice",
        "source_1_name": "hall-3",
        "source_1_at": at,
        "secrecy": "open",
    }
    return {**whole, **changed}


class Clock:
    """The clock of the pages of draws, which a test can put forward."""

    def __init__(self, monkeypatch: Any) -> None:
        self.ahead = timedelta()
        monkeypatch.setattr("web.views.inspection_draws.now", lambda: datetime.now(ZONE) + self.ahead)

    def forward(self, seconds: float) -> None:
        """Put the clock forward."""
        self.ahead += timedelta(seconds=seconds)


def freeze(first: FlaskClient, second: FlaskClient, task: str, form: dict[str, Any]) -> str:
    """Prepare a draw as the first planner and freeze it as the second; return its address for staff."""
    answer = post(first, f"{STAFF}/tasks/{task}/prepare", f"{STAFF}/tasks/{task}/prepare", **form)
    assert answer.status_code == 303, said(answer)
    address = str(answer.headers["Location"])
    page = second.get(address).text
    fields = {"csrf_token": token_of(page), "commit": token_of(page, "commit")}
    answer = second.post(f"{address}/freeze", data=fields)
    assert answer.status_code == 303, said(answer)
    return address


def run(first: FlaskClient, second: FlaskClient, address: str, value: str = DICE) -> None:
    """Enter the number of the dice, ask for the draw and sign it."""
    answer = post(first, f"{address}/source", address, name="dice.hall-3", value=value)
    assert answer.status_code == 303, said(answer)
    for browser in (first, second):
        answer = post(browser, f"{address}/run", f"{address}/run")
        assert answer.status_code == 303, said(answer)
