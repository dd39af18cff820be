"""The OpenAPI document is sound and complete, and its page can be read in each language."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from rules.language.bundle import load_corpus
from tests.web.api_document import read_document

DOCS = "/api/v1/docs"
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def features():
    return ("web.api",)


@pytest.fixture
def document(client):
    return read_document(client)


def operations(document):
    return {
        f"{method.upper()} {path}": {**told, "parameters": [*item.get("parameters", []), *told.get("parameters", [])]}
        for path, item in document["paths"].items()
        for method, told in item.items()
        if method != "parameters"
    }


def test_every_route_of_the_api_is_in_the_document(app, document):
    routes = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    assert routes - operations(document).keys() == {"GET /api/v1/openapi.json", f"GET {DOCS}"}
    assert document["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere_and_every_schema_is_one(document):
    text = str(document)
    schemas = document["components"]["schemas"]

    named = set(re.findall(r"'#/components/schemas/(\w+)", text))
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)

    assert named <= schemas.keys()
    # No dictionary has a yearly fact of every kind.
    assert {name for name in schemas.keys() - named if not name.endswith("ByYear")} == set()


def test_every_operation_names_its_errors_and_no_default(document):
    for name, told in operations(document).items():
        statuses = told["responses"].keys()
        assert {"200", "400", "413", "422", "429", "500"} <= statuses, name
        assert "default" not in statuses
        for status in statuses - {"200", "304"}:
            assert list(told["responses"][status]["content"]) == ["application/problem+json"]
        assert told["summary"] and told["operationId"] and len(told["tags"]) == 1


def test_every_parameter_says_what_it_is_for(document):
    silent = [
        (name, parameter["name"])
        for name, told in operations(document).items()
        for parameter in told["parameters"]
        if not parameter.get("description")
    ]

    assert silent == []


def test_the_document_is_spoken_in_the_language_asked_for(client):
    document = client.get("/api/v1/openapi.json?lang=en").get_json()

    told = [document["info"]["title"], *(tag["description"] for tag in document["tags"])]
    for operation in operations(document).values():
        told += [operation["summary"], operation.get("description", "")]
        told += [parameter["description"] for parameter in operation["parameters"]]
        told += [answer["description"] for answer in operation["responses"].values()]
    assert [text for text in told if CHINESE.search(text)] == []
    assert client.get("/api/v1/openapi.json?lang=zh-Hant").get_json()["info"]["title"] == "惠策開放接口"


@pytest.mark.parametrize(
    ("query", "lang", "title"),
    [
        ("", "zh-Hans", "开放接口"),
        ("?lang=zh-Hant", "zh-Hant-HK", "開放接口"),
        ("?lang=en", "en", "Open API"),
    ],
)
def test_the_page_is_sound_in_each_language(browse, document, query, lang, title):
    page = browse(DOCS + query, lang=lang)

    assert page.all("h1")[0].text() == title
    headings = [heading.text() for heading in page.all("h3")]
    assert len(headings) == len(operations(document))
    assert load_corpus().hash in page.text()


def test_every_example_on_the_page_can_be_opened(client, browse):
    links = [
        link.attributes["href"] for link in browse(DOCS).all("a") if link.attributes["href"].startswith("/api/v1/")
    ]

    answers = {link: client.get(link) for link in links}

    assert len(links) > 8
    assert {link: answer.status_code for link, answer in answers.items() if answer.status_code != 200} == {}


def test_the_commands_name_the_public_address(settings, app, browse):
    text = browse(DOCS).text()

    assert "curl http://localhost/api/v1/bundle" in text
    assert "-H 'Content-Type: application/json'" in text
