"""What the API tells of the rules: programs, facts, code tables, groups, the bundle; searched, filtered, cached."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from matcher.profile import read_profile
from rules.language.bundle import corpus_files, load_bundle, load_corpus
from rules.language.model import Dimension
from rules.vocabulary.codes import load_code_tables
from tests.web.api_document import check_documented, check_schema, read_document
from web.api.dictionary import _bound
from web.api.policy_json import policy_json

BUNDLE = load_corpus()
CACHED = (
    "policies",
    "policies/luohu-rd-2019",
    "fields",
    "code-tables",
    "code-tables/gbt4754",
    "groups",
    "bundle",
    "openapi.json",
)


@pytest.fixture
def features():
    return ("web.api",)


@pytest.fixture
def get(client):
    """Ask an address under /api/v1; return the JSON, held to the document."""
    document = read_document(client)

    def ask(path, template="", status=200):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == status, answer.text[:300]
        return check_documented(document, f"/api/v1/{template or path.partition('?')[0]}", answer)

    return ask


def errors_of(body):
    return {error["field"]: error["messages"] for error in body["errors"]}


# ── programs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_program_is_listed_in_the_order_of_the_rules(get):
    body = get("policies?page_size=200")

    assert [item["id"] for item in body["items"]] == list(BUNDLE.policies)
    assert (body["total"], body["bundle"]) == (len(BUNDLE.policies), BUNDLE.hash)


def test_pages_follow_each_other_without_gap(get):
    pages = [get(f"policies?page_size=30&page={page}")["items"] for page in range(1, 6)]

    found = [item["id"] for page in pages for item in page]
    assert found == list(BUNDLE.policies)
    assert pages[-1] == []


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("level=区级&level=省级", lambda item: item["level"] in ("区级", "省级")),
        ("kind=科技", lambda item: item["kind"] == "科技"),
        ("applicant=person", lambda item: "person" in item["applicant"]),
        ("district=罗湖区", lambda item: item["district"] == "罗湖区"),
        ("district=-", lambda item: item["district"] == ""),
        ("deadline=open&on=2026-05-20", lambda item: item["taking"] in ("open", "own")),
        ("force=now&on=2026-05-20", lambda item: item["taking"] not in ("future", "expired")),
        ("force=past&on=2026-05-20", lambda item: item["taking"] in ("future", "expired")),
        ("industry=F", lambda item: not item["industries"] or any(code[0] == "F" for code in item["industries"])),
    ],
)
def test_a_filter_finds_all_that_fit_and_nothing_else(get, query, fits):
    day = "&on=2026-05-20" if "on=" not in query else ""
    every = get(f"policies?page_size=200&force=all{day or '&on=2026-05-20'}")["items"]

    found = get(f"policies?page_size=200&{query}{day}")["items"]

    assert found == [item for item in every if fits(item)]
    assert 0 < len(found) < len(every)


def test_programs_are_sorted_by_what_they_pay(get):
    most = [item["most"] or 0 for item in get("policies?page_size=200&sort=amount")["items"]]

    assert most == sorted(most, reverse=True)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("levle=区级", {"levle": ["没有这个参数。是否指 level"]}),
        ("page=0", {"page": ["应是 1 至 1000 之间的整数"]}),
        ("page=１", {"page": ["应是 1 至 1000 之间的整数"]}),
        ("page_size=999999999999999999999", {"page_size": ["应是 1 至 200 之间的整数"]}),
        ("on=2026-13-01", {"on": ["没有“2026-13-01”这一天。请检查月份和日期"]}),
        ("kind=科枝", {"kind.0": ["没有“科枝”。是否指 科技"]}),
        ("sort=price", {"sort": ["只能是：policy、deadline、amount、newest"]}),
        ("level=", {"level.0": ["只能是：区级、市级、省级、国家级"]}),
    ],
)
def test_a_wrong_filter_is_an_error_not_an_empty_list(get, query, errors):
    body = get(f"policies?{query}", status=422)

    assert errors_of(body).keys() == errors.keys()
    if "kind.0" not in errors:
        assert errors_of(body) == errors


def test_a_program_is_shown_with_its_clauses_and_how_well_they_were_seen(get):
    body = get("policies/luohu-rd-2019", "policies/{policy_id}")

    version = body["versions"][0]
    leaves = [part for part in version["eligibility"]["of"] if part["kind"] == "condition"]
    assert (body["title"], body["level"]) == (BUNDLE.policies["luohu-rd-2019"].title, "区级")
    assert {document["source_quality"] for document in body["documents"]} <= {
        "official",
        "copy",
        "summary",
        "unverified",
    }
    assert all(leaf["cite"]["clause"] and leaf["facts"] and leaf["text"] for leaf in leaves)
    assert [step["op"] for step in version["steps"]][-1] == "round"
    assert all(step["text"] for step in version["steps"])


def test_every_program_of_every_district_can_be_shown_as_documented(client):
    document = read_document(client)
    districts = {policy.district for policy in load_bundle(all_files()).policies.values() if policy.district}
    bundle = load_corpus(tuple(sorted(districts)))

    for policy in bundle.policies.values():
        check_schema(document, {"$ref": "#/components/schemas/Policy"}, policy_json(bundle, policy))

    assert len(bundle.policies) > len(BUNDLE.policies)


def all_files():
    return list(corpus_files(["罗湖区"])[0].parents[1].rglob("*.yaml"))


@pytest.mark.parametrize("path", ["policies/luohu-rd-2018", "code-tables/gbt", "policies/%E6%94%BF"])
def test_what_is_not_there_is_a_problem_with_a_way_on(client, path):
    answer = client.get(f"/api/v1/{path}")

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "列表" in answer.get_json()["detail"]


# ── the dictionary ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_fact_is_told_with_its_domain(get):
    body = get("fields")

    told = {fact["name"]: fact for fact in body["fields"]}
    assert list(told) == list(BUNDLE.vocabulary.fields)
    assert [each["name"] for each in body["derived"]] == list(BUNDLE.vocabulary.derived)
    assert (told["revenue"]["min"], told["revenue"]["max"]) == (0, 10**15)
    assert (told["layoff_rate"]["min"], told["layoff_rate"]["max"]) == ("0", "1")
    assert (told["hitech_until"]["type"], told["hitech_until"]["nullable"]) == ("date", "未获认定")
    assert [item["name"] for item in told["penalties"]["item"]][:2] == ["decided_on", "kind"]


def test_a_bound_told_is_the_bound_the_reader_holds(get):
    for told in get("fields")["fields"]:
        if told["type"] == "money" and told["max"] is not None:
            read_profile({told["name"]: {"fen": told["max"]}}, BUNDLE.vocabulary)
            with pytest.raises(ValueError, match="不大于"):
                read_profile({told["name"]: {"fen": told["max"] + 1}}, BUNDLE.vocabulary)


@pytest.mark.parametrize(
    ("bound", "dimension", "told"),
    [
        (None, Dimension.MONEY, None),
        (Fraction(150050), Dimension.MONEY, 150050),
        (Fraction(-5), Dimension.COUNT, -5),
        (Fraction(1, 20), Dimension.RATIO, "0.05"),
        (Fraction(-1, 2), Dimension.RATIO, "-0.5"),
        (Fraction(25, 2), Dimension.NUMBER, "12.5"),
        (date(1900, 1, 1), Dimension.DATE, "1900-01-01"),
    ],
)
def test_a_bound_is_told_exactly(bound, dimension, told):
    assert _bound(bound, dimension) == told


def test_facts_can_be_asked_for_by_applicant(get):
    body = get("fields?applicant=person")

    assert {fact["name"] for fact in body["fields"]} == {
        name for name, fact in BUNDLE.vocabulary.fields.items() if "person" in fact.applicant
    }


def test_every_code_table_is_told_with_all_its_codes(get):
    listed = get("code-tables")["items"]

    assert [table["id"] for table in listed] == list(load_code_tables())
    for table in listed:
        body = get(f"code-tables/{table['id']}", "code-tables/{table_id}")
        assert [code["code"] for code in body["codes"]] == [entry.code for entry in load_code_tables()[table["id"]]]
        assert table["size"] == len(body["codes"])


def test_groups_are_told_with_members_and_clause(get):
    items = {item["id"]: item for item in get("groups")["items"]}

    assert items.keys() == BUNDLE.groups.keys()
    assert all(item["members"] == list(BUNDLE.groups[name].members) for name, item in items.items())


def test_the_bundle_says_which_rules_are_in_force(get):
    body = get("bundle")

    assert (body["hash"], body["districts"]) == (BUNDLE.hash, ["罗湖区"])
    assert body["counts"]["policies"] == len(BUNDLE.policies)
    assert body["counts"]["tests"] == sum(len(policy.tests) for policy in BUNDLE.policies.values())


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["补贴", "国高", "gxjs", "罗府规"])
def test_search_understands_words_sounds_and_document_numbers(get, words):
    hits = get(f"search?q={words}")["hits"]

    assert 0 < len(hits) <= 20
    assert {hit["policy"] for hit in hits} <= BUNDLE.policies.keys()
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_search_gives_as_many_as_asked(get):
    assert len(get("search?q=补贴&limit=2")["hits"]) == 2


def test_a_search_for_nothing_is_an_error(get):
    assert errors_of(get("search", status=422)) == {"q": ["缺少这一项"]}
    assert errors_of(get("search?q=", status=422)) == {"q": ["应有 1 至 100 个字符，现为 0 个"]}


# ── caching ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", CACHED)
def test_what_the_asker_has_is_not_sent_again(client, path):
    first = client.get(f"/api/v1/{path}")

    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'})

    assert first.headers["ETag"].startswith(f'"{BUNDLE.hash[7:23]}-')
    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (other.status_code, other.data) == (200, first.data)


def test_two_addresses_have_two_tags(client):
    tags = {client.get(f"/api/v1/{path}").headers["ETag"] for path in CACHED}

    assert len(tags) == len(CACHED)


def test_only_the_methods_that_are_there_are_served(client):
    answer = client.delete("/api/v1/policies")

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]
    assert client.head("/api/v1/policies").status_code == 200
