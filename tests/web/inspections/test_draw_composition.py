"""Departments that draw together, nested or apart, weights and reserves, from the form to a draw that a stranger verifies."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from sqlalchemy import select

from enforcement.draw.verify import verify
from enforcement.statistics.rates import Stratum, estimate
from enforcement.statistics.unequal import Checked, chances, estimate_unequal
from tests.support import inspections as steps
from tests.support.people import post
from tests.web.page_check import check_page
from web.services.inspection_statistics import figures
from web.store.inspections import DrawRow, InspectorRow, VisitRow
from web.store.log import find_events


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


def drawn(client, address):
    """Return the transcript of a draw after its disclosure was verified."""
    public = address.removeprefix("/staff")
    report = verify(client.get(f"{public}/disclosure.json").data)
    assert report.is_valid, report.first_false
    return json.loads(client.get(f"{public}/transcript.json").data)


def joint_task(first, second):
    return steps.fill(
        first, second, 24, matters=["M03"], lead=steps.FIRE, partners=steps.MARKET, number="24", rate="100%"
    )


def draw(pair, clock, task, **form):
    address = steps.freeze(*pair, task, steps.draw_form(**form))
    clock.forward(3601)
    steps.run(*pair, address)
    return address


def selected(written, programme=""):
    return {
        entry["unit"]
        for stratum in written["strata"]
        if stratum.get("programme", "") == programme
        for entry in stratum["selected"]
    }


def visits(store):
    with store.reading() as session:
        return list(session.scalars(select(VisitRow)))


@pytest.mark.parametrize("joint", ["nested", "apart"])
def test_departments_share_the_draw_or_keep_apart(store, pair, client, clock, joint):
    task = joint_task(*pair)
    address = draw(pair, clock, task, joint=joint, share_market="1/2", strata="risk")

    written = drawn(client, address)
    fire, market = selected(written), selected(written, "market")
    assert (len(fire), len(market)) == (8, 4)  # 2 of each 6, and half of that
    assert market < fire if joint == "nested" else not market & fire
    assert {(each.code, each.dept) for each in visits(store)} == {(unit, "fire") for unit in fire} | {
        (unit, "market") for unit in market
    }
    if joint == "nested":
        for browser, page in ((client, address.removeprefix("/staff")), (pair[0], address)):
            check_page(browser.get(page).text)
            check_page(browser.get(f"{page}?lang=en").text, "en")
        with store.reading() as session:
            main, partner = figures(session).draws
        assert (main.waiting, partner.waiting, partner.programme) == (8, 4, "market")
        check_page(pair[0].get(f"{steps.STAFF}/statistics?lang=en").text, "en")


def test_what_will_not_do_is_said_at_its_field(store, pair):
    first, second = pair
    task = joint_task(first, second)
    page = f"{steps.STAFF}/tasks/{task}/prepare"
    form = check_page(first.get(page).text)
    assert {"reserve", "weights", "joint", "share_market"} <= {
        box.attributes.get("name") for kind in ("input", "textarea") for box in form.all(kind)
    }
    for changed, message in (
        ({"reserve": "100"}, "请填 0 到 99 的整数"),
        ({"weights": f"{steps.code(1)} 0"}, "权重是 1 到 1000 的整数"),
        ({"weights": f"{steps.code(1)} 2\n{steps.code(1)} 3"}, "写了两次"),
        ({"weights": f"{steps.code(99)} 2"}, "不在这项任务的对象里"),
        ({"joint": "nested", "share_market": "120%"}, "至多 100%"),
        ({"joint": "nested", "share_market": "一半"}, "按 5% 的样子填写比例"),
        ({"joint": "as you like"}, "请从列表中选择"),
    ):
        answer = post(first, page, page, **steps.draw_form(**changed))
        assert answer.status_code == 422 and message in check_page(answer.text).text(), changed
    with store.reading() as session:
        assert session.scalars(select(DrawRow)).first() is None
    check_page(first.get(f"{page}?lang=en").text, "en")


def test_a_joint_draw_stays_within_the_published_number(pair):
    first, second = pair
    task = steps.fill(
        first, second, 24, matters=["M03"], lead=steps.FIRE, partners=steps.MARKET, number="8", rate="100%"
    )
    page = f"{steps.STAFF}/tasks/{task}/prepare"
    apart = post(first, page, page, **steps.draw_form(joint="apart", rate_ALL="25%", share_market="100%"))
    assert apart.status_code == 422 and "合计抽 12 户" in apart.text
    assert post(first, page, page, **steps.draw_form(joint="nested", rate_ALL="25%")).status_code == 303


def test_weights_decide_by_chance_and_the_estimate_knows_them(store, pair, client, clock):
    task = steps.fill(*pair)
    heavy = [steps.code(1), steps.code(2)]
    address = draw(pair, clock, task, weights="\n".join(f"{code} 1000" for code in heavy))

    written = drawn(client, address)
    [stratum] = written["strata"]
    assert stratum["method"] == "pivotal" and set(heavy) <= selected(written)
    with store.reading() as session:
        [each] = figures(session).draws
    assert each.waiting == 3 and each.estimate.share is None
    assert "按权重" in check_page(client.get(address.removeprefix("/staff")).text).text()


def test_a_reserve_takes_the_place_of_a_unit_that_has_ceased(store, pair, client, clock):
    first, second = pair
    address = draw(pair, clock, steps.fill(first, second), reserve="2")
    written = drawn(client, address)
    [stratum] = written["strata"]
    reserves = [entry["unit"] for entry in stratum["reserve"]]
    assert len(reserves) == 2
    gone = []
    for turn in range(2):
        visit = next(
            each
            for each in visits(store)
            if each.state == "waiting" and each.code in ((gone and [reserves[0]]) or selected(written))
        )
        page = f"{steps.STAFF}/visits/{visit.id}/reserve"
        form = {"reason": "ceased", "evidence": "ab" * 32}
        if not turn:
            for changed, message in (({"reason": "yearly-cap"}, "请选择理由"), ({"evidence": "x"}, "64 位十六进制数")):
                answer = post(first, page, page, **{**form, **changed})
                assert answer.status_code == 422 and message in check_page(answer.text).text(), changed
        assert post(first, page, page, **form).status_code == 303
        assert post(first, page, page).status_code == 403
        assert post(second, page, page).status_code == 303
        gone.append(visit.code)
        [came] = [each for each in visits(store) if each.code == reserves[turn]]
        assert (came.state, len(came.inspectors), came.matters) == ("waiting", 2, ["M01"]) and came.lead
    waiting = {each.code for each in visits(store) if each.state == "waiting"}
    assert waiting == (selected(written) - set(gone)) | {reserves[1]}
    with store.reading() as session:
        assert sum(person.load for person in session.scalars(select(InspectorRow))) == 6
        steps_taken = [event.body["step"] for _, event in find_events(session, kind="visit.reserve")]
        found = figures(session)
    assert steps_taken == ["sign", "ask"] * 2
    assert (found.reserves.part, found.reserves.whole, found.draws[0].waiting) == (2, 3, 3)
    last = next(each for each in visits(store) if each.state == "waiting")
    page = f"{steps.STAFF}/visits/{last.id}/reserve"
    answer = post(first, page, page, **form)
    assert answer.status_code == 422 and "已经用完" in check_page(answer.text).text()
    public = address.removeprefix("/staff")
    shown = check_page(client.get(public).text).text()
    assert "抽取后递补的检查对象" in shown and reserves[1] in shown
    check_page(client.get(f"{public}?lang=en").text, "en")
    # An inspector of the reserve's visit is replaced by the same rule as any other.
    came = next(each for each in visits(store) if each.code == reserves[1])
    page = f"{steps.STAFF}/visits/{came.id}/substitute"
    leaves = next(insp for insp in came.inspectors if insp != came.lead)
    assert post(first, page, page, leaves=leaves, cause="illness", evidence="cd" * 32).status_code == 303
    check_page(first.get(f"{steps.STAFF}/visits/{came.id}/reserve?lang=en").text, "en")


def test_weighted_estimates_equal_the_stratified_ones_where_all_chances_are_alike():
    strata = [Stratum("A", 40, 8, 3), Stratum("B", 100, 10, 2)]
    alike = [
        Checked(
            each.name, each.size, tuple((Fraction(each.drawn, each.size), n < each.found) for n in range(each.drawn))
        )
        for each in strata
    ]
    plain, weighted = estimate(strata), estimate_unequal(alike)
    assert weighted.share == plain.share
    assert weighted.standard_error == pytest.approx(plain.standard_error, abs=1e-12)
    assert (weighted.low, weighted.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


def test_a_weighted_estimate_is_right_on_the_average_of_all_samples():
    weights, bad = {"a": 1, "b": 2, "c": 3, "d": 9}, {"b", "d"}
    due = chances(weights, 2)
    assert due == {"a": Fraction(1, 6), "b": Fraction(1, 3), "c": Fraction(1, 2), "d": Fraction(1)}
    # d is certain and one of the others comes with it: these are all samples, with their chances.
    mean = sum(
        due[unit] * estimate_unequal([Checked("A", 4, ((due[unit], unit in bad), (due["d"], True)))]).share
        for unit in "abc"
    )
    assert mean == Fraction(2, 4)
