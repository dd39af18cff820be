"""From the lists to a draw that a stranger can verify, through the pages, as two planners and a visitor."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from enforcement.draw.verify import verify
from enforcement.log.policy import read_policy
from enforcement.log.receipt import check_receipt
from tests.support import inspections as steps
from tests.support.people import make_account, post, with_session
from tests.web.page_check import check_page
from web.store.inspections import DrawRow, InspectorRow, TaskRow, VisitRow
from web.store.log import find_events


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


def rows(store, model):
    with store.reading() as session:
        return list(session.scalars(select(model)))


def test_the_whole_way_from_lists_to_a_draw_that_a_stranger_verifies(store, pair, client, browse, clock):
    first, second = pair
    task = steps.fill(first, second)
    form = steps.draw_form()
    address = steps.freeze(first, second, task, form)
    public = address.removeprefix("/staff")
    check_page(first.get(address).text)
    before = browse(public).text()
    assert "待公布" in before
    clock.forward(3601)
    check_page(first.get(address).text)
    steps.run(first, second, address)

    [row] = rows(store, DrawRow)
    visits = rows(store, VisitRow)
    assert (row.state, len(visits)) == ("inspecting", 3)
    assert all(len(visit.inspectors) == 2 and visit.lead in visit.inspectors for visit in visits)
    assert {visit.state for visit in visits} == {"waiting"} and {visit.matters[0] for visit in visits} == {"M01"}
    assert sum(person.load for person in rows(store, InspectorRow)) == 6
    assert rows(store, TaskRow)[0].state == "实施中"
    with store.reading() as session:
        kinds = [event.kind for _, event in reversed(find_events(session))]
    assert kinds[-6:] == ["plan.approve", "draw.prepare", "draw.commit", "draw.source", "draw.ask", "draw.run"]
    _verify_as_a_stranger(client, browse, public, row)


def _verify_as_a_stranger(client, browse, public, row):
    """Download everything the public page offers and check it by the verifier and the log's own programs."""
    for lang in ("zh-Hans", "en"):
        browse(f"{public}?lang={lang}", lang=lang)
        browse(f"/inspections?lang={lang}", lang=lang)
    commitment = client.get(f"{public}/commitment.json").data
    assert hashlib.sha256(commitment).hexdigest() == row.commit_hash
    assert hashlib.sha256(client.get(f"{public}/transcript.json").data).hexdigest() == row.result
    written = json.loads(client.get(f"{public}/transcript.json").data)
    assert hashlib.sha256(client.get(f"{public}/seed.txt").data).hexdigest() == written["seed"]
    report = verify(client.get(f"{public}/disclosure.json").data)
    assert report.is_valid, report.first_false
    assert [line.code for line in report.lines if line.mark.value == "open"] == ["witness"]
    policy = read_policy(client.get(f"{public}/trust").text)
    receipt = check_receipt(client.get(f"{public}/receipt").data, policy)
    assert receipt.event.body["commit"] == row.commit_hash
    [told] = client.get("/inspections/draws.json").json["draws"]
    assert (told["commit"], told["result"], told["frame"], told["to_draw"]) == (row.commit_hash, row.result, 12, 3)


def test_nobody_does_both_halves_of_a_step(store, pair, clock):
    first, second = pair
    task = steps.fill(first, second)
    post(first, f"{steps.STAFF}/plan/new", f"{steps.STAFF}/plan/new", **steps.task_form(id="SSJ-2"))
    assert post(first, f"{steps.STAFF}/plan/SSJ-2/approve", f"{steps.STAFF}/plan/new").status_code == 403
    form = steps.draw_form()
    answer = post(first, f"{steps.STAFF}/tasks/{task}/prepare", f"{steps.STAFF}/tasks/{task}/prepare", **form)
    address = answer.headers["Location"]
    shown = steps.token_of(second.get(address).text, "commit")
    assert post(first, f"{address}/freeze", address, commit=shown).status_code == 403
    assert post(second, f"{address}/freeze", address, commit="0" * 64).status_code == 409
    assert post(second, f"{address}/freeze", address, commit=shown).status_code == 303
    early = post(first, f"{address}/source", address, name="dice.hall-3", value=steps.DICE)
    assert early.status_code == 422
    clock.forward(3601)
    assert post(first, f"{address}/source", address, name="dice.hall-3", value="12").status_code == 422
    assert post(first, f"{address}/source", address, name="dice.hall-3", value=steps.DICE).status_code == 303
    assert post(first, f"{address}/source", address, name="dice.hall-3", value="1" * 20).status_code == 403
    assert post(first, f"{address}/run", f"{address}/run").status_code == 303
    assert post(first, f"{address}/run", f"{address}/run").status_code == 403
    assert rows(store, VisitRow) == []
    assert post(second, f"{address}/run", f"{address}/run").status_code == 303
    assert post(second, f"{address}/run", f"{address}/run").status_code in (403, 409, 422)
    assert len(rows(store, VisitRow)) == 3


def test_two_who_sign_at_once_draw_once(app, store, pair, clock):
    first, second = pair
    third = with_session(app, make_account(store, "PL-3", ["PL"]))
    task = steps.fill(first, second)
    address = steps.freeze(first, second, task, steps.draw_form())
    clock.forward(3601)
    post(first, f"{address}/source", address, name="dice.hall-3", value=steps.DICE)
    run = f"{address}/run"
    assert post(first, run, run).status_code == 303
    tokens = [(browser, steps.token_of(browser.get(run).text)) for browser in (second, third)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: each[0].post(run, data={"csrf_token": each[1]}).status_code, tokens))
    assert min(answers) == 303 and max(answers) in (409, 422)
    with store.reading() as session:
        [(_, event)] = find_events(session, kind="draw.run")
    [row] = rows(store, DrawRow)
    assert event.body["result"] == row.result
    assert len(rows(store, VisitRow)) == 3
    assert sum(person.load for person in rows(store, InspectorRow)) == 6
