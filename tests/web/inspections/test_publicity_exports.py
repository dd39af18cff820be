"""Published results leave as numbered batches, as open data and as a feed, and say what was corrected and withdrawn."""

from __future__ import annotations

import csv
import hashlib
import json
import xml.etree.ElementTree as ET

import pytest

from tests.support.people import make_account, with_session
from tests.support.visits import CODE, make_task, make_visit
from tests.web.inspections.test_publicity import publish, send
from tests.web.page_check import check_page
from web.store.log import find_events
from web.store.publications import ExportBatch

STAFF = "/staff/publicity/exports"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def store(app):
    make_task(app.extensions["huice_store"])
    return app.extensions["huice_store"]


@pytest.fixture
def people(app, store):
    return [with_session(app, make_account(store, f"T-PB{n}", ["PB"])) for n in (1, 2)]


@pytest.fixture
def withdraw(people):
    def act(visit_id, why):
        first, second = people
        page = f"/staff/publicity/records/{visit_id}"
        proposal = send(first, f"{page}/withdraw", page, why=why).headers["Location"]
        assert send(second, f"{proposal}/approve", proposal).status_code == 303

    return act


def test_batches_for_the_national_system(store, people, withdraw):
    first, _ = people
    check_page(first.get(f"{STAFF}?lang=en").text, "en")
    assert "没有新的公示" in send(first, STAFF, f"{STAFF}?lang=zh-Hans", kind="national").text
    drawn, _ = make_visit(store)
    spot, _ = make_visit(store, name="虚构乙有限公司", drawn=False)
    publish(people, drawn)
    publish(people, spot)

    answer = send(first, STAFF, STAFF, kind="national")

    batch = json.loads(answer.data)
    assert batch["doubleRandom"] == [
        {
            "huiceId": drawn, "huiceVersion": "1", "uniscId": CODE, "raninsPlanId": "2026",
            "raninsPlaneName": "2026年度抽查计划", "raninsTaskId": "T-2026-01",
            "raninsTaskName": "2026年登记事项抽查（虚构）", "raninsTypeName": "不定向", "insAuth": "虚构区市场监管局",
            "insDate": "2026-11-20",
            "details": [
                {"seqno": "1", "raninsItemName": "登记事项检查（虚构）", "raninsCheckResName": "发现问题已责令改正"},
                {"seqno": "2", "raninsItemName": "公示信息检查（虚构）", "raninsCheckResName": "未发现问题"},
            ],
        }
    ]  # fmt: skip
    assert [(each["huiceId"], each["insType"]) for each in batch["spotChecks"]] == [(spot, "2")]
    with store.reading() as session:
        row = session.get(ExportBatch, batch["batch"])
        [(number, event)] = find_events(session, kind="export.batch")
    assert row.sha256 == hashlib.sha256(answer.data).hexdigest() == event.body["sha256"]
    assert (row.records, row.leaf, event.ref) == (2, number, batch["batch"])

    assert send(first, STAFF, STAFF, kind="national").status_code == 422
    withdraw(spot, "决定已被撤销")
    later = json.loads(send(first, STAFF, STAFF, kind="national").data)
    assert [each["reason"] for each in later["withdrawals"]] == ["决定已被撤销"]
    assert later["doubleRandom"] == later["spotChecks"] == []
    assert later["batch"] == batch["batch"][:-3] + "002"
    assert send(first, STAFF, STAFF, kind="else").status_code == 422
    assert batch["batch"] in check_page(first.get(STAFF).text).text()


def test_open_data_and_feed(store, people, client, browse, withdraw):
    shown, _ = make_visit(store)
    gone, _ = make_visit(store, name="=虚构公式有限公司", drawn=False)
    publish(people, shown)
    publish(people, gone)
    rows = list(csv.DictReader(client.get("/publicity/data.csv").data.decode("utf-8-sig").splitlines()))
    assert {row["subject"] for row in rows} == {"虚构甲有限公司", "'=虚构公式有限公司"}
    assert [(row["item"], row["result"]) for row in rows if row["id"] == shown] == [
        ("登记事项检查（虚构）", "发现问题已责令改正"),
        ("公示信息检查（虚构）", "未发现问题"),
    ]
    withdraw(gone, "决定已被撤销")

    document = json.loads(client.get("/publicity/data.json").data)
    [last] = [row for row in document["rows"] if row["id"] == gone]
    assert (last["subject"], last["code"], last["reason"]) == ("", "", "决定已被撤销")
    assert "撤回" in last["mark"]
    assert {field["name"] for field in document["fields"]} == set(last)
    assert "已撤回" not in client.get("/publicity/dictionary.csv").text
    assert json.loads(client.get("/publicity/data.json?from=2999-01-01").data)["rows"] == []
    assert client.get("/publicity/data.json?from=昨天").status_code == 400
    assert client.get("/publicity/data.xml").status_code == 404
    browse("/publicity/data")
    browse("/publicity/data?lang=en", lang="en")

    answer = client.get("/publicity/feed.atom")
    titles = [each.text for each in ET.fromstring(answer.data).findall("a:entry/a:title", ATOM)]  # noqa: S314
    assert titles == ["一条公示已经撤回", "虚构甲有限公司"]
    assert "虚构公式" not in answer.text
