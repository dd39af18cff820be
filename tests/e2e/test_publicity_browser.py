"""The pages of publicity are sound for keyboard and screen reader, on a phone and on a desk, with nothing blocked."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.browser import assert_sound, hear
from tests.support.people import make_account, with_session
from tests.support.visits import make_task, make_visit
from tests.web.inspections.test_publicity import publish, send

HOME = "/staff/publicity"


@pytest.fixture
def app(app):
    make_task(app.extensions["huice_store"])
    return app


@pytest.fixture
def places(app):
    """Return the public and the staff's addresses of a published, corrected and objected record, and of waiting ones."""
    store = app.extensions["huice_store"]
    people = [with_session(app, make_account(store, f"T-PB{n}", ["PB"])) for n in (1, 2)]
    shown, code = make_visit(store, name="虚构甲有限公司" * 4)
    waiting, _ = make_visit(store, name="虚构乙有限公司", drawn=False)
    make_visit(store, name="虚构丙有限公司", on=date(2026, 9, 15), drawn=False)
    publish(people, shown)
    page = f"{HOME}/records/{shown}"
    form = {"result": "未发现问题", "result.1": "未发现问题", "result.2": "未发现问题", "follow_up": "无需后续处理"}
    answer = send(people[0], f"{page}/correct", page, **form, checked_on="2026-11-20", reason="经复核，当日已经改正")
    proposal = answer.headers["Location"]
    assert send(people[1], f"{proposal}/approve", proposal).status_code == 303
    path = f"/publicity/{shown}/objection"
    client = app.test_client()
    private = send(client, path, path, code=code, words="不认可这一结果", contact="0755-25000000").headers["Location"]
    reply = f"/publicity/{shown}/reply"
    assert send(client, reply, reply, code=code, words="我们当日已经改正").status_code == 303
    public = ["", f"/{shown}", f"/{shown}/objection"]
    inside = [f"/visits/{waiting}", f"/records/{shown}", f"/objections/{shown}/1", "/deadlines", "/double/penalty"]
    return people[1], [
        *(f"/publicity{each}" for each in public),
        private,
        proposal,
        *(f"{HOME}{each}" for each in inside),
    ]


def test_every_page_on_both_widths(address, browser, places):
    staff, paths = places
    context = browser.new_context(locale="zh-CN")
    host = address.removeprefix("http://").partition(":")[0]
    context.add_cookies(
        [{"name": "huice-staff", "value": staff.get_cookie("huice-staff").value, "domain": host, "path": "/"}]
    )
    page = context.new_page()
    complaints = hear(page, address)

    for path in paths:
        answer = page.goto(f"{address}{path}")
        assert answer.status == 200, path
        assert_sound(page)
    assert complaints == []
    context.close()
