"""Everybody sees the tables of discretion and the power list, and the page computes what the command computes."""

from __future__ import annotations

import pytest

from enforcement.discretion.library import load_library
from tests.web.page_check import check_page

ACTS = [f"{table.id}.{act}" for table in load_library().benchmarks.values() for act in table.acts]


def test_every_table_and_the_power_list_are_public(browse):
    listed = browse("/discretion")
    assert {f"/discretion/{name}" for name in ACTS} <= {link.attributes["href"] for link in listed.all("a")}
    assert "没有来源" in browse("/discretion/powers").text()
    for path in ("/discretion?", "/discretion/powers?", f"/discretion/{ACTS[0]}?on=2012-03-01&goods_value=1999.99元&"):
        browse(f"{path}lang=en", lang="en")


@pytest.mark.parametrize("name", ACTS)
def test_each_act_has_its_form_and_an_answer_where_nothing_is_known(client, name):
    found = check_page(client.get(f"/discretion/{name}?on=2012-03-01").text)
    assert "算得" in found.text()


def test_a_case_at_a_boundary_and_what_cannot_be_read(client):
    page = "/discretion/catering-unlicensed-2011.no-licence"
    grounds = [
        name for part in load_library().benchmarks["catering-unlicensed-2011"].ground_sets for name in part.facts
    ]
    for value, fine in (("1999.99元", "2000元至9999.99元"), ("2000元", "1万元至19999.99元")):
        query = f"on=2012-03-01&goods_value={value}&{'&'.join(f'{name}=否' for name in grounds)}"
        shown = check_page(client.get(f"{page}?{query}").text).text().replace(",", "")
        assert f"罚款 {fine}" in shown, shown
    for asked, words in (("on=明天", "请按 2026-12-31 的样子填写日期"), ("on=2012-03-01&goods_value=很多", "货值金额")):
        answer = client.get(f"{page}?{asked}")
        assert answer.status_code == 422 and words in check_page(answer.text).text()
    assert client.get("/discretion/nothing.at-all").status_code == 404


def test_findings_are_answered_by_yes_and_no(client):
    page = "/discretion/food-unlicensed-122.no-licence"
    grounds = [name for part in load_library().benchmarks["food-unlicensed-122"].ground_sets for name in part.facts]
    for first, fine in (("否", "65000元至85000元"), ("是", "0元")):
        said = dict.fromkeys(grounds, "否") | dict.fromkeys(("slight", "corrected", "no_harm"), first)
        query = "&".join(f"{name}={word}" for name, word in said.items())
        shown = check_page(client.get(f"{page}?on=2023-05-01&goods_value=9999.99元&{query}").text).text()
        assert f"罚款 {fine}" in shown.replace(",", ""), shown[150:500]


def test_a_table_of_the_past_proposes_a_day_on_which_it_was_in_force(client):
    page = check_page(client.get("/discretion/catering-unlicensed-2011.no-licence").text)
    assert [box.attributes["value"] for box in page.all("input") if box.attributes["name"] == "on"] == ["2015-09-30"]
