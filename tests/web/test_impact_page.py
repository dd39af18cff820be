from __future__ import annotations

import csv
import io

import pytest

from rules.language.bundle import CORPUS
from web.app import create_app
from web.security.guard import DevelopmentOnly, register_guard
from web.services.impact_run import MOST_KEPT, Kept
from web.views.impact import GUARD

PAGE = "/maintain/impact"
POLICY = (CORPUS / "luohu" / "luohu-rd-2023.yaml").read_text(encoding="utf-8")
CHANGED = POLICY.replace("over: 200万元", "over: 50万元")
FIXED = CHANGED.replace("range: {from: 0元, upto: 300万元, decided_by: 罗湖区科技创新局}", "fixed: 30万元")
REGISTER = """\
企业名称,备注,registered_in,hitech_until,is_strategic_emerging,sme_tech_until,revenue@2025,rd_expense@2025
甲,,罗湖区,2027-01-01,否,无,1亿元,500万元
=乙,,罗湖区,2027-01-01,否,无,1000万元,60万元
丙,,罗湖区,2027-01-01,否,无,1000万元,很多
"""


@pytest.fixture
def app(app):
    """Return the application with its doors open; who may pass them is tested with the table of rights."""
    register_guard(app, GUARD, DevelopmentOnly())
    return app


@pytest.fixture
def send(client, csrf_token):
    """Return a function that fills in the form and gives the answer."""

    def post(rules=(CHANGED,), register=None, name="register.csv", **form):
        data = {
            "csrf_token": csrf_token(PAGE),
            "population": "demo" if register is None else "upload",
            "as_of": "2026-05-20",
            "budget": "",
            **form,
            "rules": [(io.BytesIO(text.encode() if isinstance(text, str) else text), "x.yaml") for text in rules],
        }
        if register is not None:
            data["register"] = (io.BytesIO(register.encode()), name)
        return client.post(PAGE, data=data, content_type="multipart/form-data")

    return post


def test_the_form_is_a_sound_page_in_every_language(browse):
    for lang in ("zh-Hans", "zh-Hant", "en"):
        assert browse(f"{PAGE}?lang={lang}").all("form")


def test_a_visitor_must_sign_in_first(config):
    app = create_app(config)

    assert [app.test_client().get(path).status_code for path in (PAGE, f"{PAGE}/x", f"{PAGE}/x.csv")] == [401] * 3


def test_a_change_is_shown_for_an_uploaded_register_and_exported(send, browse, client):
    answer = send(rules=[FIXED], register=REGISTER, budget="40万元")

    assert answer.status_code == 303
    address = answer.headers["Location"]
    for lang in ("en", "zh-Hant", "zh-Hans"):
        page = browse(f"{address}?lang={lang}")
    text = page.text()
    assert "由“研发费用超过200万元”改为“研发费用超过50万元”" in text
    assert "有 1 个单元格读不懂" in text
    assert "预算 400,000 元" in text
    assert "=乙" in text
    assert "没有用到 备注" in text
    assert page.all("rect")
    exported = client.get(f"{address}.csv")
    rows = list(csv.DictReader(io.StringIO(exported.text.removeprefix("\ufeff"))))
    assert {row["主体"] for row in rows} == {"甲", "'=乙", "丙"}
    [second] = [row for row in rows if row["主体"] == "'=乙"]
    assert (second["变动"], second["最少变动（分）"], second["新状态"]) == ("增加", "30000000", "eligible")
    assert exported.headers["Cache-Control"] == "no-store"


def test_the_demonstration_is_called_fictitious(send, browse):
    page = browse(send(rules=[FIXED]).headers["Location"])

    assert "演示名册里的企业全部虚构" in page.text()
    assert "新符合" in page.text()


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"rules": []}, "请选择改好的规则文件"),
        ({"rules": [b"\x00\xff"]}, "第1个文件"),
        ({"rules": ["a: [" * 2000]}, "第1个文件"),
        ({"rules": ["&a [*a, *a]"]}, "第1个文件"),
        ({"rules": [CHANGED.replace("rd_expense", "nothing")]}, "nothing"),
        ({"rules": [CHANGED, CHANGED]}, "两个编号相同"),
        ({"rules": ["schema: vocab/1\nfields: {}\n"]}, "事实字典不能在这里改"),
        ({"rules": [CHANGED] * 11}, "最多上传 10 个"),
        ({"register": "x", "name": "register.exe"}, "csv 或 xlsx"),
        ({"register": "nothing,here\n1,2\n"}, "没有一列是事实"),
        ({"register": "x", "name": "register.xlsx"}, "不是 xlsx 文件"),
        ({"as_of": "某日"}, "某日"),
        ({"as_of": "1900-01-01"}, "只能写"),
        ({"budget": "很多"}, "很多"),
        ({"population": "upload"}, "请选择名册文件"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_box(send, sent, message):
    answer = send(**sent)

    assert answer.status_code == 422
    assert message in answer.text
    assert "有 1 处需要修改" in answer.text


def test_a_register_that_is_too_long_is_for_the_command(send, monkeypatch):
    monkeypatch.setattr("web.services.impact_upload.MOST_ROWS", 2)

    assert "超过 2 行" in send(register=REGISTER).text


def test_a_result_that_is_gone_says_so(browse):
    assert "请重新上传文件测算" in browse(f"{PAGE}/nowhere", 404).text()


def test_only_the_last_answers_are_kept():
    kept = Kept()
    names = [kept.keep(object()) for _ in range(MOST_KEPT + 1)]

    assert kept.find(names[0]) is None
    assert kept.find(names[-1]) is not None
