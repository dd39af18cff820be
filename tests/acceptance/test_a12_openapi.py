"""A12: programs that feed the API everything its document allows and forbids find no 5xx and no undocumented answer.

The suite runs schemathesis for a bounded time. The long run:

    HUICE_SCHEMATHESIS_SECONDS=600 .venv/bin/pytest tests/acceptance/test_a12_openapi.py --capture=no
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import Status, events, from_schema

from web.app import create_app
from web.config import load_config
from web.store import operations

# Read when the module is: the settings of the shell are forgotten before the first test.
SECONDS = int(os.environ.get("HUICE_SCHEMATHESIS_SECONDS", "10"))
LONG = 300
SLOWEST = 1.0  # seconds of work: other tests run beside this one
MATCH = "/api/v1/match"
SETTINGS = {
    "seed": 20260520,
    "max-time": SECONDS,
    "generation": {"database": "none"},
    # Making examples out of the thousand parts of a profile takes as long as the short run has; other tests try the
    # examples that the document gives.
    "phases": {"examples": {"enabled": SECONDS >= LONG}},
    # What the document allows the profile reader may still refuse: it alone knows the domain of each amount.
    "checks": {"positive_data_acceptance": {"enabled": False}},
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("a12")
    settings = {"HUICE_HOME": str(home), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"}
    app = create_app(load_config(settings), ("web.api",))
    operations.upgrade(app.extensions["huice_store"])
    yield app
    app.extensions["huice_store"].close()


@dataclass
class Tally:
    """What a run has seen: answers by operation and status, failures with the request that shows them, the slowest answer."""

    answers: Counter = field(default_factory=Counter)
    failures: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def add(self, event) -> None:
        recorder = event.recorder
        for case_id, seen in recorder.interactions.items():
            if seen.response is None:
                continue
            self.answers[event.label, seen.response.status_code] += 1
            self.slowest = max(self.slowest, (seen.response.elapsed, f"{event.label}, {seen.response.status_code}"))
            for check in recorder.checks.get(case_id, ()):
                if check.status is Status.FAILURE:
                    told = check.failure_info.failure
                    request = (seen.request.method, seen.request.uri[:500], seen.request.encoded_body)
                    self.failures.setdefault((event.label, check.name, told.title), (told.message[:500], request))


def explore(app: Flask) -> Tally:
    tally = Tally()
    config = schemathesis.Config.from_dict(SETTINGS)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                tally.add(event)
            case events.NonFatalError():
                tally.errors.append(f"{event.label}: {event.value!r}")
            case events.FatalError():
                tally.errors.append(repr(event.exception))
    return tally


@pytest.mark.slow
def test_whatever_the_document_allows_or_forbids_is_answered_as_documented(app):
    tally = explore(app)

    by_status = Counter()
    for (_, status), count in tally.answers.items():
        by_status[status] += count
    figures = "\n".join(f"{status}: {count}" for status, count in sorted(by_status.items()))
    total = sum(by_status.values())
    print(f"\n{total} requests in {SECONDS} s, slowest {tally.slowest}\n{figures}")  # noqa: T201
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    offered = {f"{m.upper()} {path}" for path, item in document["paths"].items() for m in item if m != "parameters"}
    assert tally.errors == []
    assert tally.failures == {}
    assert [status for status in by_status if status >= 500] == []
    assert {label for label, _ in tally.answers} == offered
    assert (f"POST {MATCH}", 200) in tally.answers


# ── hostile bodies ───────────────────────────────────────────────────────────────────────────────────────────────

JSON = "application/json"
DEEP = 100_000
MEBIBYTE = 1024 * 1024
HOSTILE = {
    "NaN": (400, JSON, b'{"revenue": NaN}'),
    "infinity": (400, JSON, b'{"layoff_rate": -Infinity}'),
    "a number that overflows": (400, JSON, b'{"layoff_rate": 1e999}'),
    "a huge integer": (400, JSON, b'{"staff": ' + b"9" * 500_000 + b"}"),
    "an integer beyond 64 bits": (400, JSON, b'{"revenue": {"fen": 9223372036854775808}}'),
    "a huge exponent": (422, JSON, b'{"staff": 1e300}'),
    "deep arrays": (400, JSON, b"[" * DEEP + b"]" * DEEP),
    "deep objects": (400, JSON, b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "deep and never closed": (400, JSON, b"[" * DEEP),
    "a body over 1 MiB": (413, JSON, b'{"name": "' + b"a" * MEBIBYTE + b'"}'),
    "a text of nearly 1 MiB": (422, JSON, b'{"name": "' + b"a" * (MEBIBYTE - 100) + b'"}'),
    "a long list of nothing": (422, JSON, b'{"penalties": [' + b",".join([b"{}"] * 300_000) + b"]}"),
    "a long list of faults": (422, JSON, b'{"penalties": [' + b",".join([b'{"knd":1}'] * 100_000) + b"]}"),
    "many unknown facts": (422, JSON, b"{" + b",".join(b'"fact%d":1' % n for n in range(60_000)) + b"}"),
    "many unknown policies": (
        422,
        JSON,
        json.dumps({"profile": {}, "policies": [f"luohu-rd-{n}" for n in range(500)]}).encode(),
    ),
    "the same key twice": (400, JSON, b'{"staff": 1, "staff": 2}'),
    "bytes that are not UTF-8": (400, JSON, b'{"name": "\xff\xfe"}'),
    "GBK": (400, JSON, '{"name": "罗湖"}'.encode("gbk")),
    "UTF-16": (400, JSON, '{"name": "罗湖"}'.encode("utf-16")),
    "a bidirectional control": (400, JSON, '{"name": "甲\u202e乙"}'.encode()),
    "a bidirectional control, escaped": (400, JSON, b'{"name": "\\u202e"}'),
    "a bidirectional control in a key": (400, JSON, b'{"na\\u2066me": 1}'),
    "a lone surrogate": (400, JSON, b'{"name": "\\ud800"}'),
    "NUL": (400, JSON, b'{"name": "\\u0000"}'),
    "an impossible date": (422, JSON, b'{"founded_on": "2026-02-30"}'),
    "a code of 17 characters": (422, JSON, b'{"uscc": "91440300MA5EXAMP1"}'),
    "money without a unit": (422, JSON, b'{"revenue@2025": 5000}'),
    "money with a wrong unit": (422, JSON, '{"revenue@2025": "5人"}'.encode()),
    "no JSON at all": (400, JSON, b"revenue: 1"),
    "nothing": (400, JSON, b""),
    "a bare scalar": (422, JSON, b"5"),
    "null": (422, JSON, b"null"),
    "YAML": (415, "application/yaml", b"!!python/object/apply:os.system [id]"),
    "XML": (415, "application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "a form": (415, "application/x-www-form-urlencoded", b"profile=1"),
    "no type": (415, None, b"{}"),
}


@pytest.mark.parametrize(("status", "kind", "body"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_refused_with_a_clear_message_within_a_second(app, status, kind, body):
    client = app.test_client()
    start = time.thread_time()

    answer = client.post(MATCH, data=body, content_type=kind)

    took = time.thread_time() - start
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["title"] and problem["advice"] and problem["request_id"]
    assert "Traceback" not in answer.text
    assert took < SLOWEST


HOSTILE_ADDRESSES = {
    "NUL": "search?q=%00",
    "a bidirectional control": "search?q=%E2%80%AE",
    "a long word": "search?q=" + "a" * 100_000,
    "many parameters": "policies?" + "&".join(f"a{n}=1" for n in range(2000)),
    "many unknown parameters": "policies?" + "&".join(f"level{n}=1" for n in range(900)),
    "a negative page": "policies?page=-1",
    "a page beyond counting": "policies?page=" + "9" * 5000,
    "SQL": "results/HC-1'%20OR%20'1'='1/verification",
    "a path upwards": "code-tables/..%2F..%2Fsetup.cfg",
    "a control in the path": "policies/%07",
}


@pytest.mark.parametrize("path", HOSTILE_ADDRESSES.values(), ids=HOSTILE_ADDRESSES)
def test_a_hostile_address_is_refused_within_a_second(app, path):
    client = app.test_client()
    start = time.thread_time()

    answer = client.get(f"/api/v1/{path}")

    took = time.thread_time() - start
    assert answer.status_code in (400, 404, 413, 422)
    assert answer.content_type == "application/problem+json"
    assert took < SLOWEST


@pytest.mark.parametrize("word", ["%ff", "%ED%A0%80", "%C0%AF"])
def test_a_word_that_is_not_utf_8_is_looked_for_as_it_is_written(app, word):
    answer = app.test_client().get(f"/api/v1/search?q={word}")

    assert (answer.status_code, answer.get_json()["q"].lower()) == (200, word.lower())


def test_the_run_leaves_nothing_in_the_checkout():
    assert not (Path(__file__).parents[2] / ".schemathesis").exists()
