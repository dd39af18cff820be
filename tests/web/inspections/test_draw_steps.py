"""What may not be done in the life of a draw: forms that will not do, voiding and its price, the yearly cap, plan complaints."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from enforcement.draw.seed import salt_commitment
from enforcement.draw.transcript import sealed_hash
from enforcement.draw.verify import verify
from tests.support import inspections as steps
from tests.support.people import post
from tests.web.page_check import check_page
from web.services.inspection_frame import SPEC
from web.services.inspection_sources import round_at, round_time
from web.services.inspection_values import moment_of
from web.services.publicity_alarms import digest
from web.store.inspections import DrawRow, InspectorRow, TaskRow, VisitRow
from web.store.log import ZONE, find_events


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


def rows(store, model):
    with store.reading() as session:
        return list(session.scalars(select(model)))


def prepare(browser, task, **changed):
    page = f"{steps.STAFF}/tasks/{task}/prepare"
    return post(browser, page, page, **steps.draw_form(**changed))


def test_the_text_that_commitments_name_is_the_one_in_the_repository():
    text = Path(__file__).parents[3] / "docs" / "draw-protocol.md"
    assert hashlib.sha256(text.read_bytes()).hexdigest() == SPEC


def test_a_round_of_drand_is_due_at_its_time_or_just_after():
    at = moment_of("2026-12-02T15:00:01")
    assert 0 <= (round_time(round_at(at)) - at).total_seconds() < 3


def test_a_form_that_will_not_do_says_so_at_its_field_and_keeps_what_was_typed(store, pair):
    first, second = pair
    task = steps.fill(first, second)
    for changed, message in (
        ({"not_before": "2026-01-01T00:00"}, "这个时刻已经过去"),
        ({"not_before": "明天"}, "请按 2026-12-31T15:00 的样子填写日期和时间"),
        ({"source_1_kind": ""}, "请至少选一个随机源"),
        ({"source_1_kind": "pl5", "source_1_name": "2026320"}, "少于 64 比特"),
        ({"source_1_at": "2026-01-01T00:00"}, "早于"),
        ({"rate_ALL": "100%"}, "超过计划公布的 6 户"),
        ({"rate_ALL": "0%"}, "一户也没有抽"),
        ({"k_market": "1"}, "依法每次检查不得少于两人"),
        ({"k_market": "4"}, "需要 4 人"),
        ({"window_to": "2020-01-01"}, "首尾颠倒"),
        ({"excluded": f"{steps.code(1)} 不想查"}, "理由只能是"),
        ({"excluded": f"{steps.code(99)} ceased"}, "不在这项任务的对象里"),
    ):
        answer = prepare(first, task, **changed)
        assert answer.status_code == 422, changed
        page = check_page(answer.text)
        assert message in page.text(), (changed, page.text()[:900])
        assert {box.attributes["value"] for box in page.all("input") if box.attributes["name"] == "source_1_name"} & {
            "hall-3",
            "2026320",
        }
    assert rows(store, DrawRow) == []
    check_page(first.get(f"{steps.STAFF}/tasks/{task}/prepare?lang=en").text, "en")
    assert first.get(f"{steps.STAFF}/tasks/no/prepare").status_code == 404


def test_excluded_units_carry_both_persons_and_sealed_classes_stay_sealed(store, pair, client, clock):
    first, second = pair
    task = steps.fill(first, second)
    form = steps.draw_form(strata="risk", excluded=f"{steps.code(4)} under-case")
    address = steps.freeze(first, second, task, form)
    [row] = rows(store, DrawRow)
    [exclusion] = json.loads(row.case)["lists"][0]["exclusions"]
    assert (exclusion["by"], exclusion["second"]) == (row.prepared_by, row.frozen_by)
    assert row.prepared_by != row.frozen_by
    clock.forward(3601)
    steps.run(first, second, address)
    disclosure = client.get(f"{address.removeprefix('/staff')}/disclosure.json").data
    assert verify(disclosure).is_valid
    [listed] = json.loads(disclosure)["lists"]
    assert len(listed["frame"]) == 11 and not [entry for entry in listed["frame"] if "stratum" in entry]
    assert "低风险" not in disclosure.decode()


def test_voiding_takes_two_a_reason_and_once_a_number_is_out_a_body_outside(store, pair, client, clock):
    first, second = pair
    task = steps.fill(first, second)
    address = steps.freeze(first, second, task, steps.draw_form())
    page = f"{address}/void"
    assert post(first, page, page, reason=" ").status_code == 422
    assert post(first, f"{steps.STAFF}/tasks/{task}/prepare", page, **steps.draw_form()).status_code == 409
    assert post(first, page, page, reason="名录有误").status_code == 303
    assert post(first, page, page).status_code == 403
    assert post(second, page, page).status_code == 303
    assert rows(store, DrawRow)[0].state == "void"

    again = steps.freeze(first, second, task, steps.draw_form())
    clock.forward(3601)
    steps.run(first, second, again)
    page = f"{again}/void"
    refused = post(first, page, page, reason="重来")
    assert refused.status_code == 422 and "等于重抽" in check_page(refused.text).text()
    assert post(first, page, page, reason="重来", approver="supervision").status_code == 303
    assert post(second, page, page).status_code == 303
    assert {visit.state for visit in rows(store, VisitRow)} == {"cancelled"}
    assert sum(person.load for person in rows(store, InspectorRow)) == 0
    assert rows(store, TaskRow)[0].state == "待抽取对象"
    public = again.removeprefix("/staff")
    shown = check_page(client.get(public).text).text()
    assert "只供核对" in shown and "重来" in shown
    disclosure = json.loads(client.get(f"{public}/disclosure.json").data)
    assert [attempt.get("voided", {}).get("approver") for attempt in disclosure["history"]] == [None, "supervision"]
    check_page(first.get(f"{page}?lang=en").text, "en")


def test_an_enterprise_at_its_cap_is_left_out_by_itself(store, pair, clock):
    first, second = pair
    task = steps.fill(first, second, 4, rate="100%")
    address = steps.freeze(first, second, task, steps.draw_form(rate_ALL="50%"))
    clock.forward(3601)
    steps.run(first, second, address)
    drawn = {visit.code for visit in rows(store, VisitRow)}
    post(first, f"{steps.STAFF}/plan/new", f"{steps.STAFF}/plan/new", **steps.task_form(id="SSJ-2"))
    post(second, f"{steps.STAFF}/plan/SSJ-2/approve", f"{steps.STAFF}/plan")
    answer = prepare(first, "SSJ-2", rate_ALL="50%", seconds=9000)
    assert answer.status_code == 303, answer.text
    row = max(rows(store, DrawRow), key=lambda each: each.prepared_at)
    left_out = {each["unit"]: each["reason"] for each in json.loads(row.case)["lists"][0]["exclusions"]}
    assert left_out == dict.fromkeys(drawn, "inspected-this-year")


def test_a_task_that_will_not_do_says_so_at_its_field(store, pair):
    first, second = pair
    steps.fill(first, second)
    page = f"{steps.STAFF}/plan/new"
    for changed, message in (
        ({"matters": []}, "缺少「抽查事项」"),
        ({"matters": ["M03"]}, "没有参加这项任务"),
        ({"kind": "外星企业"}, "名录库里没有外星企业；现有：企业"),
        ({"rate": "很多"}, "按 5% 的样子填写比例"),
        ({"number": "0"}, "抽取户数请填 1 到 60000 的整数"),
        ({"id": "SSJ-1"}, "编号 SSJ-1 已经用过"),
        ({"id": "任务一"}, "编号只用"),
        ({"draw_on": "2020-12-01"}, "不在"),
        ({"done_by": "2020-12-01"}, "早于抽取日期"),
        ({"partners": steps.MARKET}, "牵头部门又写作参与部门"),
    ):
        answer = post(first, page, page, **steps.task_form(**{"id": "SSJ-9", **changed}))
        assert answer.status_code == 422, changed
        assert message in check_page(answer.text).text(), changed
    assert [row.id for row in rows(store, TaskRow)] == ["SSJ-1"]


def test_a_joint_task_sends_each_department_with_its_own_matters(store, pair, client, clock, browse):
    first, second = pair
    task = steps.fill(first, second, partners=steps.FIRE, matters=["M01", "M03"])
    address = steps.freeze(first, second, task, steps.draw_form(lead_fire="1"))
    clock.forward(3601)
    steps.run(first, second, address)
    found = {visit.dept: visit.matters for visit in rows(store, VisitRow)}
    assert found == {"market": ["M01", "M03"], "fire": ["M03"]}
    assert verify(client.get(f"{address.removeprefix('/staff')}/disclosure.json").data).is_valid
    browse("/inspections/plan?lang=en", lang="en")
    assert "餐饮企业登记事项抽查" in client.get("/inspections/plan.csv").text
    browse("/inspections/matters")
    assert client.get("/inspections/matters.csv").text.count("\n") == 4


def test_a_sealed_draw_keeps_no_salt_and_no_list_until_it_is_revealed(store, pair, client, clock, monkeypatch):
    first, second = pair
    task = steps.fill(first, second)
    salts = {"justice-bureau": "ab" * 32, "supervision": "cd" * 32}
    seals = {}
    for number, (party, salt) in enumerate(salts.items(), 1):
        seals |= {f"party_{number}": party, f"seal_{number}": salt_commitment(task, party, salt)}
    year = f"{datetime.now(ZONE).year}-12-31"
    form = steps.draw_form(secrecy="sealed", reveal_by=year, **seals)
    address = steps.freeze(first, second, task, form)
    public = address.removeprefix("/staff")
    clock.forward(3601)
    post(first, f"{address}/source", address, name="dice.hall-3", value=steps.DICE)
    run = f"{address}/run"
    given = {f"salt_{party}": salt for party, salt in salts.items()}
    assert post(first, run, run).status_code == 303
    wrong = post(second, run, run, **{**given, "salt_supervision": "ef" * 32})
    assert wrong.status_code == 422 and "打不开它的承诺" in check_page(wrong.text).text()
    assert post(second, run, run, **given).status_code == 303
    [row] = rows(store, DrawRow)
    assert row.transcript is None and not [salt for salt in salts.values() if salt.encode() in (row.opened or b"")]
    assert len(rows(store, VisitRow)) == 3
    assert client.get(f"{public}/disclosure.json").status_code == 404
    late = datetime.now(ZONE) + timedelta(days=400)
    with monkeypatch.context() as patch:
        patch.setattr("web.views.inspections.now", lambda: late)
        for path in (public, "/inspections"):
            assert "逾期未揭示" in check_page(client.get(path).text).text()
    with store.reading() as session:
        assert digest(session, late.date())[0] == 1
    assert "结果封存" in check_page(client.get(public).text).text()
    check_page(second.get(f"{address}?lang=en").text, "en")
    reveal = f"{address}/reveal"
    assert "还有 3 次检查没有做完" in check_page(first.get(f"{reveal}?lang=zh-Hans").text).text()
    assert post(first, f"{address}/advance", address).status_code in (400, 409)
    assert post(first, reveal, reveal).status_code == 422
    assert post(first, reveal, reveal, **given).status_code == 303
    assert verify(client.get(f"{public}/disclosure.json").data).is_valid
    [row] = rows(store, DrawRow)
    with store.reading() as session:
        [(_, event)] = find_events(session, kind="draw.reveal")
    assert sealed_hash(event.body["seal"], row.transcript) == row.result
    assert post(second, run, run, **given).status_code in (409, 422)  # a second draw on the commitment
    with store.reading() as session:
        refused = [event.body for _, event in find_events(session, kind="draw.refused", ref=row.id)]
    assert [body["step"] for body in refused] == ["run", "reveal", "run"]
    assert refused[2]["code"] == "salt-opening" and "ef" * 32 not in str(refused)
    assert {visit.code for visit in rows(store, VisitRow)} == {
        entry["unit"] for stratum in json.loads(row.transcript)["strata"] for entry in stratum["selected"]
    }


def test_a_draw_is_closed_step_by_step_once_its_visits_are(store, pair, clock):
    first, second = pair
    task = steps.fill(first, second)
    address = steps.freeze(first, second, task, steps.draw_form())
    clock.forward(3601)
    steps.run(first, second, address)
    advance = f"{address}/advance"
    for state, before in (("published", "revealed"), ("published", "published"), ("published", "archived")):
        answer = post(first, advance, address)
        if before == "revealed":
            assert answer.status_code == 409 and "还有 3 次检查没有复核" in check_page(answer.text).text()
            with store.writing() as session:
                for visit in session.scalars(select(VisitRow)):
                    visit.state = state
            assert post(first, advance, address).status_code == 303
        else:
            assert answer.status_code == 303
        assert rows(store, DrawRow)[0].state == before
    assert rows(store, TaskRow)[0].state == "已完成"
