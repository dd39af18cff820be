"""A printed result is verified by number and check code, and nobody learns whose it is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web.api_document import check_documented, read_document
from web.app import create_app
from web.config import load_config
from web.services.results import check_code
from web.store import operations
from web.store.results import save_result
from web.store.tables import Result

ADDRESS = "/api/v1/results/{number}/verification"


@pytest.fixture
def features():
    return ("web.api",)


@pytest.fixture
def kept(app):
    row = Result(
        as_of=date(2026, 5, 20),
        bundle="sha256:" + "0" * 64,
        engine="interpret",
        profile={"applicant": "enterprise", "facts": {"name": {"value": "某某公司", "source": "declared"}}},
        outcome={},
        total_min=100,
        total_max=200,
    )
    with app.extensions["huice_store"].writing() as session:
        save_result(session, row)
        session.expunge(row)
    return row


@pytest.fixture
def verify(client):
    document = read_document(client)

    def ask(number, code):
        answer = client.get(f"/api/v1/results/{number}/verification", query_string={"c": code})
        assert answer.status_code == 200
        return check_documented(document, ADDRESS, answer)

    return ask


def test_number_and_code_that_agree_are_valid(verify, kept):
    assert verify(kept.number, check_code(kept)) == {
        "number": kept.number,
        "valid": True,
        "as_of": "2026-05-20",
        "bundle": kept.bundle,
        "total": {"min": 100, "max": 200},
    }


def test_they_may_be_written_as_copied_from_paper(verify, kept):
    code = check_code(kept).upper()

    assert verify(kept.number.lower(), f"{code[:4]}-{code[4:8]} {code[8:]}")["valid"] is True


def test_a_wrong_code_and_an_unknown_number_learn_the_same(verify, kept):
    wrong, unknown = verify(kept.number, "0" * 16), verify("HC-20260520-00000-00000", "0" * 16)

    assert wrong == {"number": kept.number, "valid": False}
    assert unknown == {"number": "HC-20260520-00000-00000", "valid": False}


def test_a_row_changed_behind_our_back_is_no_longer_valid(app, verify, kept):
    code = check_code(kept)
    with app.extensions["huice_store"].writing() as session:
        session.get(Result, kept.id).total_max = 300

    assert verify(kept.number, code)["valid"] is False


@pytest.mark.parametrize("code", [" ", "\u00e9" * 16, "0" * 64])
def test_a_code_that_is_none_is_merely_wrong(verify, kept, code):
    assert verify(kept.number, code)["valid"] is False


@pytest.mark.parametrize(
    ("address", "field"),
    [("/api/v1/results/HC-1/verification", "c"), (f"/api/v1/results/{'9' * 65}/verification?c=1", "number")],
)
def test_what_is_missing_or_too_long_is_told(client, address, field):
    answer = client.get(address)

    assert (answer.status_code, [error["field"] for error in answer.get_json()["errors"]]) == (422, [field])


def test_codes_cannot_be_tried_without_end(settings):
    app = create_app(load_config({**settings, "HUICE_RATE_LIMITS": "on"}), ("web.api",))
    operations.upgrade(app.extensions["huice_store"])
    client = app.test_client()

    answers = [client.get(f"/api/v1/results/HC-1/verification?c={n}") for n in range(25)]

    app.extensions["huice_store"].close()
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].headers["Retry-After"] == "60"
