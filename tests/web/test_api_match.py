"""A match by the API: what it takes, what it answers, what it refuses and with which advice."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from matcher.match import match
from matcher.profile import read_profile
from matcher.wire import to_json
from rules.language.bundle import load_corpus
from tests.web.api_document import check_documented, read_document
from web.api.match import BARE_EXAMPLE, EXAMPLE
from web.store.tables import Base

ADDRESS = "/api/v1/match"
BUNDLE = load_corpus()
FACTS = {"registered_in": "罗湖区", "industry": "F5146", "revenue": {"2025": "6.2亿元"}, "staff@2025": 120}


@pytest.fixture
def features():
    return ("web.api",)


@pytest.fixture
def post(client):
    """Post a body; return the status and the JSON, held to the document."""
    document = read_document(client)

    def send(body, **more):
        answer = client.post(ADDRESS, json=body, **more)
        return answer.status_code, check_documented(document, ADDRESS, answer)

    return send


def expected(facts, day, policies=None):
    return json.loads(json.dumps(to_json(match(BUNDLE, read_profile(facts, BUNDLE.vocabulary), day, policies))))


def errors_of(body):
    return {error["field"]: error["messages"] for error in body["errors"]}


def test_the_answer_is_what_the_matcher_says_to_the_last_member(post):
    status, body = post({"profile": FACTS, "as_of": "2026-05-20"})

    assert status == 200
    assert body == expected(FACTS, date(2026, 5, 20))
    assert len(body["results"]) > 50


def test_facts_alone_are_matched_for_today(post):
    status, body = post(FACTS)

    assert status == 200
    assert body == expected(FACTS, date.fromisoformat(body["as_of"]))


def test_named_policies_alone_are_matched(post):
    wanted = ["luohu-rd-2019", "luohu-rd-2019"]

    status, body = post({"profile": {}, "as_of": "2019-04-01", "policies": wanted})

    assert (status, [result["policy"] for result in body["results"]]) == (200, ["luohu-rd-2019"])


@pytest.mark.parametrize("body", [{"profile": {"applicant": "person"}}, {"profile": {}, "applicant": "person"}])
def test_the_kind_of_applicant_may_be_said_inside_or_outside(post, body):
    status, answer = post({**body, "as_of": "2026-05-20"})

    persons = {policy.id for policy in BUNDLE.policies.values() if "person" in policy.applicant}
    assert (status, {result["policy"] for result in answer["results"]}) == (200, persons)


@pytest.mark.parametrize("example", [EXAMPLE, BARE_EXAMPLE])
def test_the_examples_of_the_document_work(post, example):
    assert post(example)[0] == 200


def test_one_worked_example_of_each_policy_comes_out_as_the_policy_file_says(client):
    told = {}
    for policy in BUNDLE.policies.values():
        test = next(each for each in policy.tests if each.expect.status)
        asked = {"profile": test.facts, "as_of": test.as_of.isoformat(), "policies": [policy.id]}
        answer = client.post(ADDRESS, data=json.dumps(asked), content_type="application/json").get_json()
        told[policy.id] = (answer["results"][0]["status"], test.expect.status)

    assert len(told) > 50
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize(
    ("fact", "written", "plain"),
    [
        ("revenue@2025", "1.2亿元", {"fen": 12_000_000_000}),
        ("revenue@2025", "１２，０００万", {"fen": 12_000_000_000}),
        ("revenue@2025", {"value": "1.2亿元", "source": "registry"}, {"fen": 12_000_000_000}),
        ("revenue@2025", {"from": "1亿元", "upto": "1.0亿元"}, {"fen": 10_000_000_000}),
        ("layoff_rate@2025", 0.055, "5.5%"),
        ("staff@2025", 120.0, "120人"),
        ("hitech_until", {"value": None}, None),
        ("founded_on", "2019年6月1日", "2019-06-01"),
        ("is_above_scale", "是", True),
        ("industry", 5146, "F5146"),
    ],
)
def test_a_fact_may_be_written_in_each_of_its_forms(post, fact, written, plain):
    def about(value):
        _, body = post({"profile": {fact: value}, "as_of": "2026-05-20"})
        for result in body["results"]:
            for line in result["trace"]:
                line.pop("source", None)
        return body

    assert about(written) == about(plain)


def test_a_decimal_never_passes_through_binary(post):
    # In binary, 0.1 + 0.2 is not 0.3 and 0.055 is not 5.5 %; both bounds must agree to make one exact value.
    status, body = post({"profile": {"layoff_rate@2025": {"from": 0.055, "upto": "5.5%"}}, "as_of": "2026-05-20"})

    assert status == 200
    assert body == expected({"layoff_rate@2025": "5.5%"}, date(2026, 5, 20))


def test_every_fault_is_named_with_its_path_and_what_to_write(post):
    status, body = post(
        {
            "profile": {"revnue": "1万元", "revenue": {"2025": 5000}, "penalties": [{"knd": 1}]},
            "as_of": "2026-02-30",
            "policies": ["luohu-rd-2018"],
            "polices": [],
        }
    )

    assert (status, body["code"]) == (422, "invalid")
    assert errors_of(body) == {
        "profile.revnue": ["没有这个事实。是否指 revenue（营业收入）"],
        "profile.revenue@2025": ["金额“5000”缺单位。请写 5000元 或 5000万元"],
        "profile.penalties[1].knd": ["“行政处罚”的各项没有这个事实。是否指 kind（处罚种类）"],
        "as_of": ["没有“2026-02-30”这一天。请检查月份和日期"],
        "policies": ["没有项目“luohu-rd-2018”。是否指 luohu-rd-2019"],
        "polices": ["没有这个参数。是否指 policies"],
    }


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ([], {"_": ['应是 JSON 对象。请写如 {"profile": {…}}']}),
        ({"profile": []}, {"profile": ['档案应是一组“事实: 值”。请写如 {"registered_in": "罗湖区"}']}),
        ({"profile": {}, "as_of": None}, {"as_of": ["不能为空。不需要就不要写这一项"]}),
        ({"profile": {}, "as_of": "2026-5-20"}, {"as_of": ["应是日期。请写如 2026-05-20"]}),
        ({"profile": {}, "as_of": 20260520}, {"as_of": ["应是日期。请写如 2026-05-20"]}),
        ({"profile": {}, "as_of": "1066-10-14"}, {"as_of": ["只能是 1990 年至 2100 年的日期"]}),
        ({"profile": {}, "policies": []}, {"policies": ["应是列表，有 1 至 500 项"]}),
        ({"profile": {}, "policies": "x"}, {"policies": ["应是列表，有 1 至 500 项"]}),
        ({"profile": {}, "policies": ["zzz"]}, {"policies": ["没有项目“zzz”。请查项目列表"]}),
        ({"profile": {}, "policies": [1]}, {"policies.0": ["应是文字，写在引号里"]}),
        ({"profile": {}, "applicant": "firm"}, {"applicant": ["只能是：enterprise、person、organisation"]}),
        ({"profile": {}, "applicant": "Person"}, {"applicant": ["没有“Person”。是否指 person"]}),
        (
            {"profile": {"applicant": "person"}, "applicant": "enterprise"},
            {"profile.applicant": ["与请求里的申报对象 enterprise 不一致。请只写一处"]},
        ),
        ({"as_of": "2026-05-20", "revenue@2025": "1元"}, {"as_of": ["请把事实放进 profile，与这一项并列"]}),
        ({"profile": {"zzz": 1}, "as_of": "2026-05-20"}, {"profile.zzz": ["没有这个事实。请查事实字典"]}),
        ({"revenue@2025": "1元", "revenue": {"2025": "2元"}}, {"revenue@2025": ["写了两次。请删去其中一个"]}),
    ],
)
def test_a_body_that_is_no_question_is_refused_with_advice(post, body, errors):
    status, answer = post(body)

    assert (status, errors_of(answer)) == (422, errors)


@pytest.mark.parametrize(
    ("facts", "stranger"),
    [
        ({"applicant": "enterprise", "born_on": "2000-01-01"}, "born_on"),
        ({"born_on": "2000-01-01", "revenue@2025": "1元"}, "revenue@2025"),
        ({"employer": {"staff": 5}, "revenue@2025": "1元"}, "revenue@2025"),
        ({"employer": {"born_on": "2000-01-01"}}, "employer.born_on"),
    ],
)
def test_facts_of_two_kinds_of_applicant_in_one_profile_are_refused(post, facts, stranger):
    status, body = post(facts)

    assert (status, list(errors_of(body))) == (422, [stranger])


def test_a_persons_employer_is_nested(post):
    facts = {"born_on": "2000-01-01", "employer": {"registered_in": "罗湖区"}}

    status, body = post({"profile": facts, "as_of": "2026-05-20"})

    assert (status, body) == (200, expected(facts, date(2026, 5, 20)))


def test_a_flood_of_unknown_facts_is_answered_at_once(post):
    status, body = post({"profile": {f"revenu_{n}": "1元" for n in range(40_000)}})

    assert status == 422
    assert errors_of(body)["profile"] == ["问题超过 100 处，其余没有列出。请先改正以上各处"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "text/plain"}, b"{}"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=1"),
        ({"Content-Type": "application/yaml"}, b"a: 1"),
        ({}, b"{}"),
    ],
)
def test_another_format_is_refused(client, headers, body):
    answer = client.post(ADDRESS, data=body, headers=headers)

    assert (answer.status_code, answer.content_type) == (415, "application/problem+json")
    assert answer.get_json()["advice"] == "请用 application/json 提交。"


def test_json_by_another_name_is_taken(client):
    answer = client.post(ADDRESS, data=b'\xef\xbb\xbf{"profile": {}}', content_type="application/vnd.huice+json")

    assert answer.status_code == 200


def test_messages_are_in_the_language_asked_for(client):
    answer = client.post(f"{ADDRESS}?lang=en", json={"profile": {}, "as_of": "x"})

    assert answer.get_json()["errors"] == [{"field": "as_of", "messages": ["This must be a date such as 2026-05-20"]}]


def test_a_request_sent_by_another_site_is_refused(client):
    answer = client.post(ADDRESS, json={}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, answer.get_json()["code"]) == (403, "cross_site")


def test_nothing_of_a_match_is_kept(app, client):
    answer = client.post(ADDRESS, json={"profile": FACTS})

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in answer.headers
    with app.extensions["huice_store"].reading() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
        }
    assert set(counts.values()) == {0}
