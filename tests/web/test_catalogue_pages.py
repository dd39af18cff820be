"""Every page of the catalogue is sound in three languages, says what the rules say, and keeps its choices in the address."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from tests.web.page_check import read_page
from web.services.catalogue import Taking, catalogue_on
from web.services.self_check_forms import today

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
DISTRICTS = ("罗湖区",)
TAXED = "/policies/luohu-hitech-landing-tax"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def known():
    """Return the catalogue as it is today."""
    return catalogue_on(DISTRICTS, today())


def titles(page):
    return [card.text() for card in page.all("h3") if card.attributes.get("class") == "card__title"]


def links(page):
    return {link.text(): link.attributes["href"] for link in page.all("a")}


def section(page, name):
    return next(part for part in page.all("section") if part.attributes.get("aria-labelledby") == name)


# ── every page, every language ───────────────────────────────────────────────────────────────────────────────────

PATHS = (
    "/",
    "/policies",
    "/policies?force=all&page=3",
    "/policies?deadline=soon&level=区级",
    "/policies?on=tomorrow",
    "/search",
    "/search?q=gxjs",
    "/search?q=研发补贴",
    "/search?q=火箭",
    "/policies/nowhere",
    "/calendar",
    "/open-data",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound_in_each_language(browse, path, lang):
    status = 404 if "nowhere" in path else 422 if "tomorrow" in path else 200
    joint = "&" if "?" in path else "?"

    page = browse(f"{path}{joint}lang={lang}", status, lang={"zh-Hant": "zh-Hant-HK"}.get(lang, lang))

    assert page.all("main")[0].text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_every_program_is_sound(browse, known, lang):
    for entry in known.entries:
        page = browse(f"/policies/{entry.id}?go=1&lang={lang}")
        assert page.all("h1")[0].text()


def test_the_menu_leads_to_every_part(browse):
    found = links(browse("/"))

    for name in ("政策自测", "全部政策", "政策日历", "数据开放"):
        browse(found[name])


# ── home ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_home_counts_what_the_rules_say(browse, known):
    tiles = [tile.text() for tile in browse("/").all("li") if tile.attributes.get("class") == "tile"]

    assert tiles[0] == f"{len(known.in_force)}现行政策"
    assert tiles[1] == f"{sum(entry.taking in (Taking.OPEN, Taking.OWN) for entry in known.entries)}申报期内"


def test_a_need_leads_to_as_many_programs_as_it_promises(browse):
    for link in browse("/").all("a"):
        if "need=" not in link.attributes["href"]:
            continue
        promised = re.search(r"(\d+)项$", link.text())
        heading = browse(link.attributes["href"]).all("h2")[0].text()
        assert heading == f"{promised[1]} 项政策"


def test_a_name_typed_on_the_home_page_starts_the_self_check(client, csrf_token):
    token = csrf_token("/")
    page = read_page(client.get("/").text)
    form = next(form for form in page.all("form") if form.attributes.get("id") == "start")
    fields = {box.attributes["name"]: box.attributes.get("value", "") for box in form.all("input")}

    answer = client.post(
        form.attributes["action"], data={**fields, "who": "深圳市示例科技有限公司", "csrf_token": token}
    )

    assert answer.status_code == 303
    assert "/self-check/" in answer.location


def test_the_example_on_the_home_page_adds_up(browse):
    example = browse("/").all("figure")[0]
    amounts = [part.text() for part in example.all("span", "strong") if "amount" in part.attributes.get("class", "")]

    assert len(amounts) >= 3
    assert amounts[-2].replace(" 万元", "0000 元") == amounts[-1].replace(",", "")


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_filters_together_narrow_the_list_and_are_taken_back_one_by_one(browse):
    page = browse("/policies?level=区级&kind=科技&on=2023-06-01")
    chips = [link for link in page.all("a") if "chip--on" in link.attributes.get("class", "")]

    assert 0 < len(titles(page)) < 20
    assert [chip.text().split(" ")[0] for chip in chips] == ["区级", "科技", "按"]
    assert "level" not in chips[0].attributes["href"]
    assert "on=2023-06-01" in chips[0].attributes["href"]
    assert len(titles(browse(chips[0].attributes["href"]))) > len(titles(page))


def test_a_box_promises_what_ticking_it_finds(browse):
    page = browse("/policies?level=市级")
    labels = {label.attributes["for"]: label.text() for label in page.all("label")}
    for box in page.all("input"):
        if box.attributes.get("name") in ("kind", "deadline", "applicant"):
            name, value = box.attributes["name"], box.attributes["value"]
            promised = labels[box.attributes["id"]].split(" ")[-1]
            found = browse(f"/policies?level=市级&{name}={value}").all("h2")[0].text()
            assert found == f"{promised} 项政策"


def test_the_pages_of_the_list_hold_every_program_once(browse, known):
    found, path = [], "/policies?force=all"
    while path:
        page = browse(path)
        found += titles(page)
        path = next((a.attributes["href"] for a in page.all("a") if a.attributes.get("rel") == "next"), "")

    assert sorted(found) == sorted(entry.policy.title for entry in known.entries)


def test_a_page_beyond_the_last_is_the_last(browse):
    assert titles(browse("/policies?page=999")) == titles(browse("/policies?page=4"))


def test_the_list_of_another_day_holds_what_was_in_force_then(browse):
    page = browse("/policies?on=2019-06-01&kind=科技&level=区级")

    assert "企业研发投入支持（2019）" in titles(page)
    assert "企业研发投入支持（2023）" not in titles(page)


@pytest.mark.parametrize("day", ["2026-13-01", "1999-01-01", "x" * 300])
def test_a_day_that_is_none_is_said_at_its_box(browse, day):
    page = browse(f"/policies?on={day}", 422)

    assert [box for box in page.all("input") if box.attributes.get("aria-invalid") == "true"]


@pytest.mark.parametrize(
    "query", ["level=火星&kind=x&sort=no&force=maybe&page=-1&industry=ZZ&need=none", "district=火星区"]
)
def test_words_that_nobody_offers_break_nothing(browse, query):
    browse(f"/policies?{query}")


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_found_is_marked_where_it_stands(browse):
    page = browse("/search?q=gxjs")
    marked = [mark.text() for mark in page.all("mark")]

    assert "高新技术" in marked
    assert set(marked) <= {"高新技术", "高新", "技术"}


def test_programs_in_force_come_before_ended_ones(browse):
    heads = [head.text() for head in browse("/search?q=国高").all("h3")]

    assert [re.sub(r"\d+", "n", head) for head in heads] == ["现行（n）", "已失效或未施行（n）"]


def test_a_search_in_vain_offers_its_parts_and_other_ways(browse):
    found = links(browse("/search?q=研发补贴"))

    assert any(name.startswith("研发（") for name in found)
    assert "研发创新" in found
    assert "不确定该查什么？做一次自测" in found


@pytest.mark.parametrize("query", ["%", "' OR 1=1 --", "<script>alert(1)</script>", "奖" * 500])
def test_a_hostile_search_is_an_ordinary_one_in_vain(browse, query):
    page = browse(f"/search?{'q=' + query.replace('%', '%25')}")

    assert "没有找到" in page.all("main")[0].text()


# ── one program ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_program_shows_its_conditions_with_clauses_and_its_brackets_as_a_table(browse):
    page = browse(TAXED)
    table = section(page, "how-much").all("table")[0]

    assert [row.text() for row in table.all("tr")[1:]] == ["不低于50万元20万元", "低于50万元10万元"]
    assert "有效期内的国家高新技术企业" in section(page, "who").text()
    assert "要点" in section(page, "who").text()
    assert section(page, "legal").text().count("公平竞争审查条例") == 1
    assert "引进国高企业奖励" in links(page)


def test_a_program_names_offices_time_limits_and_documents_with_their_marks(browse):
    steps = section(browse("/policies/luohu-landing-2023"), "steps").text()
    sources = section(browse("/policies/luohu-landing-2023"), "sources").text()

    assert "专项资金领导小组" in steps
    assert "第五条" in steps
    assert "罗府规〔2021〕1号" in sources
    assert "官方原文" in sources
    assert "转载全文" in sources


def test_a_program_tells_what_its_editions_changed(browse):
    page = section(browse("/policies/sz-job-retention"), "editions")

    assert [part.text() for part in page.all("del")]
    assert [part.text() for part in page.all("ins")]
    assert "5.5%" in page.all("table")[0].text()


def test_an_ended_program_says_so_and_is_still_shown(browse):
    page = browse("/policies/luohu-rd-2019")

    assert "这项政策已经失效" in page.all("main")[0].text()
    assert "研发费用的10%" in section(page, "how-much").text()


def test_the_form_of_a_program_computes_it_to_the_fen(browse):
    page = browse(
        f"{TAXED}?day=2026-05-20&statistics_in.value=罗湖区&hitech_until.value=2027-01-01"
        "&tax_in_district%402025.value=49.99万&go=1"
    )
    found = section(page, "h-calculator").text()

    assert "100,000 元" in found
    assert "壹拾万元整" in found
    assert "待人工核定" in found


def test_the_form_says_what_is_missing_and_what_is_not_met(browse):
    open_ = section(browse(f"{TAXED}?go=1"), "h-calculator").text()
    failed = section(browse(f"{TAXED}?statistics_in.value=福田区"), "h-calculator").text()

    assert "还缺：" in open_
    assert "待补充" in open_
    assert "您的情况：" in failed
    assert "不合格" not in failed


def test_a_list_in_the_form_is_read_row_by_row(browse):
    rows = "".join(
        f"&stores.{n}.control_zone.value=封控区&stores.{n}.control_started_on.value=2022-03-01"
        f"&stores.{n}.reopened.value=yes&stores.{n}.closed_days.value={days}"
        for n, days in enumerate((8, 29))
    )
    page = browse("/policies/luohu-store-closure-2022?day=2022-06-01&registered_in.value=罗湖区" + rows)
    boxes = {box.attributes.get("name"): box.attributes.get("value") for box in page.all("input")}

    assert boxes["stores.1.closed_days.value"] == "29天" or boxes["stores.1.closed_days.value"] == "29"
    assert "21,000 元" in section(page, "h-calculator").text()


def test_a_wrong_figure_is_said_at_its_box_and_nothing_is_computed(browse):
    page = browse(f"{TAXED}?tax_in_district%402025.value=很多&day=2026-99-99", 422)
    wrong = [box.attributes["name"] for box in page.all("input") if box.attributes.get("aria-invalid") == "true"]

    assert wrong == ["day", "tax_in_district@2025.value"]
    assert "按填写的信息" not in page.all("main")[0].text()


def test_an_amount_that_only_the_dictionary_bounds_is_not_told_as_a_ceiling(browse):
    open_ = section(browse("/policies/luohu-talent-hunting-2024?go=1"), "h-calculator").text()
    bounded = section(browse("/policies/luohu-growth-enterprise?go=1"), "h-calculator").text()

    assert "金额还不能确定" in open_
    assert "元" not in open_.partition("按填写的信息")[2].partition("单独计算")[0]
    assert "最高 50,000,000 元" in bounded


def test_the_qr_code_leads_to_the_page(browse):
    page = browse(TAXED)

    assert [svg for svg in page.all("svg") if svg.attributes.get("aria-label") == "本页二维码"]
    assert f"http://localhost{TAXED}" in page.all("aside")[0].text()


def test_a_program_of_a_district_that_is_not_switched_on_is_unknown_and_a_search_is_offered(browse):
    page = browse("/policies/futian-rd", 404)

    assert [form for form in page.all("form") if form.attributes["action"] == "/search"]


class TestWithAnotherDistrict:
    @pytest.fixture
    def settings(self, settings):
        return {**settings, "HUICE_DISTRICTS": "罗湖区,福田区"}

    def test_its_programs_are_there_and_a_filter_for_them(self, browse):
        browse("/policies/futian-rd")

        page = browse("/policies?district=福田区&force=all")
        assert titles(page)
        assert "企业研发投入支持（2019）" not in titles(page)


# ── calendar, feed, open data ────────────────────────────────────────────────────────────────────────────────────


def test_the_calendar_file_holds_the_deadlines_of_the_rules(client):
    answer = client.get("/calendar.ics")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    closing = [event for event in events if str(event["uid"]).startswith("luohu-specialised-award.closes")]

    assert answer.mimetype == "text/calendar"
    assert [(day.month, day.day) for event in closing for day in [event.decoded("dtstart")]] == [(9, 1), (9, 1)]
    assert str(closing[0]["summary"]) == "申报截止：引进专精特新企业奖励"
    assert str(closing[0]["url"]) == "http://localhost/policies/luohu-specialised-award"
    assert len(closing[0].walk("VALARM")) == 1


def test_a_program_has_a_calendar_file_of_its_own_only_where_there_are_dates(client, browse):
    path = links(browse("/policies/luohu-specialised-award"))["存进日历（.ics）"]
    events = Calendar.from_ical(client.get(path).data).walk("VEVENT")

    assert {str(event["uid"]).split(".")[0] for event in events} == {"luohu-specialised-award"}
    assert client.get(f"{TAXED}/deadline.ics").status_code == 404
    assert client.get("/policies/nowhere/deadline.ics").status_code == 404


def test_the_feed_tells_changes_newest_first(client):
    answer = client.get("/feed.atom")
    feed = ET.fromstring(answer.data)  # noqa: S314  # our own feed
    entries = feed.findall(f"{ATOM}entry")
    days = [entry.findtext(f"{ATOM}updated") for entry in entries]

    assert answer.mimetype == "application/atom+xml"
    assert days == sorted(days, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == days[0]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) > 10


def test_the_table_opens_in_excel_and_holds_every_program(client, known):
    answer = client.get("/open-data/policies.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert [row["id"] for row in rows] == [entry.id for entry in known.entries]
    assert rows[0].keys() >= {"title", "most_fen", "valid_from", "source_quality"}


def test_the_document_holds_conditions_with_their_clauses(client, known):
    answer = client.get("/open-data/policies.json")
    data = json.loads(answer.data)
    taxed = next(one for one in data["policies"] if one["id"] == "luohu-hitech-landing-tax")

    assert data["bundle"] == known.bundle.hash
    assert data["count"] == len(known.entries)
    assert taxed["most_fen"] == 20_000_000
    assert taxed["conditions"][0]["words"]
    assert taxed["steps"][0]["tables"][0]["rows"] == [["不低于50万元", "20万元"], ["低于50万元", "10万元"]]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_download_takes_the_filters_of_the_list_and_is_not_sent_twice(client, browse):
    path = links(browse("/policies?kind=租金"))["JSON"]
    answer = client.get(path)

    assert {one["kind"] for one in json.loads(answer.data)["policies"]} == {"租金"}
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/open-data/policies.json?on=never").status_code == 400


def test_every_field_of_the_table_is_explained(client, browse):
    explained = {code.text() for code in browse("/open-data").all("code")}

    assert set(client.get("/open-data/policies.csv").text.lstrip("\ufeff").splitlines()[0].split(",")) <= explained
    assert set(json.loads(client.get("/open-data/policies.json").data)["policies"][0]) <= explained


def test_the_map_of_the_site_names_pages_that_are_there(client, known):
    robots = client.get("/robots.txt").text
    sitemap = re.search(r"Sitemap: http://localhost(\S+)", robots)[1]
    found = re.findall(r"<loc>http://localhost([^<]*)</loc>", client.get(sitemap).text)

    assert len(found) == len(known.entries) + 6
    assert [path for path in found[:10] if client.get(path).status_code != 200] == []
    assert "Disallow: /results/" in robots


def test_figures_are_of_the_day(known):
    earlier = catalogue_on(DISTRICTS, date(2019, 6, 1))

    assert {entry.id for entry in earlier.in_force} != {entry.id for entry in known.in_force}
