"""The self-check asks one thing at a time, loses nothing that was typed, and says how to mend what is wrong."""

from __future__ import annotations

import re

import pytest

from tests.support.applications import made_for
from tests.support.databases import bring_to_head
from tests.web.self_check_steps import DAY, NAME, Visitor

# What the database itself decides is asked of both kinds; the rest of a page is the same on either.
both_databases = pytest.mark.usefixtures("database_url")


@pytest.fixture
def settings(settings, request):
    """Use SQLite, and each kind of database in a test marked `both_databases`."""
    if "database_url" in request.fixturenames:
        return {**settings, "HUICE_DATABASE_URL": request.getfixturevalue("database_url")}
    return settings


@pytest.fixture
def app(config):
    """Return the pages without the API."""
    app = made_for(config, ("web.views",))
    bring_to_head(app.extensions["huice_store"])
    yield app
    app.extensions["huice_store"].close()


@pytest.fixture
def visitor(client):
    return Visitor(client)


def test_the_start_says_what_will_happen_and_takes_a_name_from_elsewhere(visitor):
    page = visitor.get(f"/self-check?who={NAME}")

    boxes = {box.attributes["name"]: box.attributes.get("value", "") for box in page.all("input")}
    assert boxes["who"] == NAME
    assert len(boxes["day"]) == 10
    assert "跳过不等于没有" in page.text()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"applicant": "dragon"}, "请选择为谁测算"),
        ({"day": "2026-02-30"}, "检查月份和日期"),
        ({"day": "1999-01-01"}, "只能按 2010 年"),
        ({"who": "91440300192203821"}, "现为17位"),
        ({"who": "914403001922038217"}, "校验位不对"),
        ({"who": "长" * 101}, "超过 100 个字"),
        ({"licence": "今天天气很好"}, "没有从这段文字里读出"),
        ({"licence": "名称：" + "甲" * 4000}, "超过 4000 字"),
    ],
)
def test_a_wrong_start_is_sent_back_with_the_fix_and_all_that_was_typed(visitor, fields, words):
    page = visitor.post("/self-check", 422, **{"applicant": "enterprise", "who": NAME, "day": DAY, **fields})

    assert words in page.text()
    assert fields.get("who", NAME) in [box.attributes.get("value") for box in page.all("input")]


def test_the_first_question_is_about_the_place_and_says_why(visitor):
    page = visitor.begin()

    assert page.all("h1")[0].text() == "第 1 题"
    assert "选择营业执照住所所在的区" in page.text()
    assert "最多还有" in page.text()
    assert "为什么问" in page.text()
    assert "已可确定：符合 0" in page.text()


def test_a_pasted_licence_answers_its_questions_and_is_shown_to_be_checked(visitor):
    page = visitor.begin(
        who="",
        licence=f"统一社会信用代码 914403001922038216\n名    称：{NAME}  注册资本：壹仟万元整\n"
        "类    型：有限责任公司  成立日期：2018年03月05日\n住    所：深圳市罗湖区桂园街道深南东路1号",
    )

    assert page.all("h1")[0].text() == "核对登记信息"
    for words in (NAME, "914403001922038216", "1,000万元", "2018-03-05", "罗湖区", "证明文件"):
        assert words in page.text()


@pytest.mark.parametrize("who", ["罗湖区阿瑆面馆（演示）", "92440303Y73499014T", "阿瑆面馆"])
def test_the_register_fills_in_what_anybody_may_read_in_it_and_nothing_else(visitor, who):
    page = visitor.begin(who=who)

    assert page.all("h1")[0].text() == "核对登记信息"
    for words in ("罗湖区阿瑆面馆（演示）", "92440303Y73499014T", "个体工商户", "2017-09-09", "登记信息"):
        assert words in page.text()
    for words in ("营业收入", "从业人员", "纳税", "199万元"):
        assert words not in page.text()


def test_a_name_that_is_not_registered_is_kept_as_it_was_typed(visitor):
    visitor.begin(who="面馆")

    assert "面馆" in visitor.get("/self-check/answers").text()
    assert "阿瑆" not in visitor.get("/self-check/answers").text()


@both_databases
def test_an_answer_survives_and_can_be_changed(visitor):
    visitor.begin()
    visitor.answer("revenue@2019", "6.2亿")

    page = visitor.get("/self-check/questions/revenue@2019")
    assert "读作：620,000,000 元（陆亿贰仟万元整）" in page.text()
    assert [box.attributes["value"] for box in page.all("input") if box.attributes["name"] == "a.value"] == ["6.2亿元"]

    visitor.answer("revenue@2019", "", a__low="5000万", a__high="8000万")
    assert "5,000万元 至 8,000万元" in visitor.get("/self-check/answers").text()


def test_a_wrong_answer_is_kept_in_its_box_with_the_fix_beside_it(visitor):
    visitor.begin()
    page = visitor.answer("revenue@2019", "很多钱", 422)

    (box,) = [box for box in page.all("input") if box.attributes["name"] == "a.value"]
    assert box.attributes["value"] == "很多钱"
    assert box.attributes["aria-invalid"] == "true"
    assert "请写如 200万元" in page.text()
    assert [link.attributes["href"] for link in page.all("a") if "请写如" in link.text()] == ["#f-a-value"]
    assert "营业收入" not in visitor.get("/self-check/answers").text().split("跳过")[0].split("已填的答案")[-1]


def test_how_an_answer_was_read_is_said_on_the_next_page_too(visitor):
    visitor.begin()
    page = visitor.answer("revenue@2019", "6.2亿")

    assert "已记下 2019 年营业收入：6.2亿元，即 620,000,000 元（陆亿贰仟万元整）" in page.text()


@both_databases
def test_skipping_is_not_a_no_and_is_not_asked_again(visitor):
    visitor.begin()
    first = visitor.get("/self-check/next").all("form")[0].attributes["action"]
    page = visitor.post(first, do="skip")

    assert page.all("form")[0].attributes["action"] != first
    answers = visitor.get("/self-check/answers")
    assert "跳过的问题（1）" in answers.text()
    assert "注册地" in answers.text()
    assert visitor.post("/self-check/again").all("form")[0].attributes["action"] == first


def test_back_leads_the_way_one_came(visitor):
    visitor.begin()
    visitor.answer("registered_in", "罗湖区")
    visitor.answer("founded_on", "2018-03-05")
    visitor.post("/self-check/questions/staff@2019", do="skip")

    def back(key):
        page = visitor.get(f"/self-check/questions/{key}")
        return [link.attributes["href"] for link in page.all("a") if link.text() in ("上一题", "回到开头")]

    assert back("tax_paid@2019") == ["/self-check/questions/staff@2019"]
    assert back("staff@2019") == ["/self-check/questions/founded_on"]
    assert back("founded_on") == ["/self-check/questions/registered_in"]
    assert back("registered_in") == ["/self-check"]


def test_what_one_came_for_narrows_the_questions_and_can_be_changed(visitor):
    everything = visitor.begin()
    page = visitor.begin(need=["rd", "finance"])
    assert "只问：研发创新、上市融资" in page.text()
    assert _most(page) < _most(everything)
    visitor.answer("registered_in", "罗湖区")

    page = visitor.get("/self-check/answers")
    assert "关注的方面：研发创新、上市融资" in page.text()
    ticked = visitor.get("/self-check/needs?back=answers").all("input")
    assert [box.attributes["value"] for box in ticked if "checked" in box.attributes] == ["rd", "finance"]

    page = visitor.post("/self-check/needs", back="answers", need="ip")
    assert "关注的方面：知识产权" in page.text()
    assert "罗湖区" in page.text()
    page = visitor.post("/self-check/needs", back="answers")
    assert "关注的方面：全部" in page.text()
    assert "跳过的问题" not in page.text()


def _most(page):
    return int(re.search(r"最多还有 (\d+) 题", page.text())[1])


def test_needs_that_such_an_applicant_cannot_have_are_left_out(visitor):
    visitor.begin(applicant="person", need=["rd", "talent", "dragon"])

    assert "关注的方面：个人人才" in visitor.get("/self-check/answers").text()
    offered = {box.attributes.get("value") for box in visitor.get("/self-check/needs").all("input")}
    assert "talent" in offered
    assert "rd" not in offered


def test_a_need_can_come_with_the_address_and_survives_a_wrong_start(visitor):
    def ticked(page):
        return [box.attributes["value"] for box in page.all("input") if "checked" in box.attributes]

    assert ticked(visitor.get("/self-check?need=finance&need=dragon")) == ["enterprise", "finance"]
    assert ticked(visitor.post("/self-check", 422, applicant="enterprise", day="", need="rd")) == ["enterprise", "rd"]


def test_after_a_sitting_the_result_is_offered_first_and_nobody_has_to_stop(visitor):
    visitor.begin()
    page = visitor.answer("registered_in", "罗湖区")
    assert "再答 11 题就可先看结果" in page.text()
    for _ in range(11):
        page = visitor.skip()

    assert page.all("h1")[0].text() == "可以先看结果了"
    buttons = [(button.text(), button.attributes["class"]) for button in page.all("button")]
    assert ("先看结果", "button button--primary") in buttons
    assert ("再答 12 题更准", "button button--secondary") in buttons
    assert visitor.get("/self-check/next").all("h1")[0].text() == "可以先看结果了"

    page = visitor.post("/self-check/go-on")
    assert page.all("h1")[0].text() == "第 13 题"
    assert "再答 12 题就可先看结果" in page.text()
    assert visitor.skip().all("h1")[0].text() == "第 14 题"


@both_databases
def test_an_interview_taken_up_elsewhere_begins_a_new_sitting(visitor, app):
    visitor.begin()
    for _ in range(12):
        visitor.skip()
    code = next(node.text() for node in visitor.get("/self-check/answers").all("code"))

    elsewhere = Visitor(app.test_client())
    elsewhere.post("/self-check/continue", code=code)

    assert elsewhere.get("/self-check/next").all("h1")[0].text() == "第 13 题"


def test_a_rest_without_questions_leads_to_the_answers(visitor):
    visitor.begin(need="trade")
    visitor.answer("registered_in", "福田区")
    while visitor.get("/self-check/next").all("h1")[0].text().startswith("第"):
        visitor.skip()

    assert visitor.get("/self-check/rest").all("h1")[0].text() == "核对答案"


def test_a_fact_can_be_said_not_to_exist(visitor):
    visitor.begin()
    visitor.answer("hitech_until", "", a__absent="1")
    assert "未获认定" in visitor.get("/self-check/answers").text()

    page = visitor.answer("hitech_until", "2021-01-01", 422, a__absent="1")
    assert "只留一项" in page.text()


@both_databases
def test_a_list_grows_and_shrinks_without_scripts_and_keeps_its_words(visitor):
    visitor.begin()
    rows = {"0__address__value": "深南东路1号", "0__area__value": "一百", "1__address__value": "人民南路2号"}

    page = visitor.post("/self-check/questions/leases", do="add", **rows)
    assert "第 3 行" in page.text()
    assert "深南东路1号" in [box.attributes.get("value") for box in page.all("input")]

    page = visitor.post("/self-check/questions/leases", do="remove:0", **rows)
    assert "第 2 行" not in page.text()
    assert "人民南路2号" in [box.attributes.get("value") for box in page.all("input")]

    page = visitor.post("/self-check/questions/leases", 422, do="next", **rows)
    assert "第 1 行：" in page.text()

    visitor.post("/self-check/questions/leases", do="next", **{**rows, "0__area__value": "100"})
    assert "2 项" in visitor.get("/self-check/answers").text()
    page = visitor.get("/self-check/questions/leases")
    assert "人民南路2号" in [box.attributes.get("value") for box in page.all("input")]


def test_an_empty_list_must_be_meant(visitor):
    visitor.begin()
    assert "没有请勾选" in visitor.post("/self-check/questions/leases", 422, do="next").text()

    visitor.post("/self-check/questions/leases", do="next", a__absent="1")
    assert "没有" in visitor.get("/self-check/answers").text()


@both_databases
def test_the_page_of_all_facts_keeps_what_is_right_and_sends_back_what_is_not(visitor):
    visitor.begin()
    page = visitor.get("/self-check/all")
    assert len(page.all("fieldset")) >= 3
    names = {box.attributes.get("name") for box in page.all("input", "select")}
    assert {"registered_in.value", "rd_expense@2019.value"} <= names

    wrong = {"registered_in__value": "罗湖区", "rd_expense@2019__value": "二十"}
    page = visitor.post("/self-check/all", 422, **wrong)
    assert "2019 年研发费用：" in page.text()
    assert "注册地" not in visitor.get("/self-check/answers").text()

    visitor.post("/self-check/all", **{**wrong, "rd_expense@2019__value": "2000万"})
    answers = visitor.get("/self-check/answers").text()
    assert "罗湖区" in answers
    assert "2,000万元" in answers

    visitor.post("/self-check/all", **{"rd_expense@2019__value": ""})
    assert "2,000万元" not in visitor.get("/self-check/answers").text()


def test_the_page_of_all_facts_can_be_narrowed_without_scripts(visitor):
    visitor.begin()

    page = visitor.get("/self-check/all?q=研发费用")
    names = {box.attributes.get("name") for box in page.all("input")}
    assert "rd_expense@2019.value" in names
    assert "registered_in.value" not in names
    assert "没有名称含这些字的项目" in visitor.get("/self-check/all?q=恐龙").text()


def test_a_person_is_asked_about_the_employer_and_an_enterprise_is_not(visitor):
    visitor.begin(applicant="person", who="张三")
    assert "张三" not in visitor.get("/self-check/answers").text()
    visitor.get("/self-check/questions/employer.registered_in")
    visitor.get("/self-check/questions/revenue@2019", 404)

    visitor.begin()
    visitor.get("/self-check/questions/employer.registered_in", 404)
    visitor.get("/self-check/questions/born_on", 404)
    visitor.get("/self-check/questions/no_such_thing", 404)


@both_databases
def test_an_interview_goes_on_elsewhere_with_its_code(visitor, app):
    visitor.begin()
    visitor.answer("registered_in", "罗湖区")
    code = next(node.text() for node in visitor.get("/self-check/answers").all("code"))

    elsewhere = Visitor(app.test_client())
    assert "没有这个接续码" in elsewhere.post("/self-check/continue", 422, code="AAAAAAAAAAAAAAAAAAAAAA").text()
    assert "罗湖区" in elsewhere.post("/self-check/continue", code=f" {code} ").text()


@both_databases
def test_without_an_interview_every_page_leads_to_the_start(visitor):
    for page in ("next", "rest", "needs", "answers", "all", "questions/staff@2019"):
        path = f"/self-check/{page}"
        assert visitor.get(path).all("h1")[0].text() == "政策自测"
    assert "没有进行中的自测" in visitor.post("/self-check/result").text()


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_page_speaks_the_other_languages(visitor, language):
    visitor.begin(need=["rd", "finance"])
    visitor.answer("registered_in", "罗湖区")
    visitor.post("/self-check/questions/founded_on", do="skip")
    visitor.get(f"/self-check?lang={language}")

    for path in (
        "/self-check",
        "/self-check/next",
        "/self-check/needs",
        "/self-check/rest",
        "/self-check/questions/industry",
        "/self-check/questions/specialised_level",
        "/self-check/questions/revenue@2019",
        "/self-check/questions/leases",
        "/self-check/questions/is_strategic_emerging",
        "/self-check/all",
        "/self-check/answers",
        "/self-check/continue",
    ):
        page = visitor.get(path)
        assert page.all("html")[0].attributes["lang"].startswith(language), path
    visitor.answer("revenue@2019", "abc", 422)
    visitor.post("/self-check/questions/leases", 422, do="next", **{"0__area__value": "abc"})
    visitor.post("/self-check", 422, applicant="", who="x" * 101, day="abc")


@both_databases
@pytest.mark.parametrize(
    "value", ["1" * 200, "9" * 5000, "-" * 100, "1e999", "∞", "1亿" * 60, "\u202e12", "12\x00", "’ OR 1=1", "<script>"]
)
def test_hostile_answers_are_refused(visitor, value):
    visitor.begin()
    token = visitor.token()
    for key in ("revenue@2019", "staff@2019", "founded_on", "registered_in", "industry"):
        answer = visitor.client.post(
            f"/self-check/questions/{key}", data={"csrf_token": token, "do": "next", "a.value": value}
        )
        assert answer.status_code in (400, 422), (key, answer.status_code)


def test_a_form_without_its_token_is_refused(visitor):
    visitor.begin()
    for path in ("/self-check", "/self-check/questions/staff@2019", "/self-check/needs", "/self-check/result"):
        assert visitor.client.post(path, data={"a.value": "1"}).status_code == 400
