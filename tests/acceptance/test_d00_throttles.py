"""D0: guessing is held back across two workers of one database, and a disabled person's next request is a 401."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.people import PASSWORD, code, make_account, post, with_session
from web.app import create_app
from web.config import load_config
from web.people import accounts, throttle
from web.store import Store, operations

KEY = "0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parents[2]

# A worker of its own process: signs in over and over through the real pages and writes each status.
WORKER = """
import json, re, sys
from web.app import create_app
from web.config import load_config
settings, tries = json.loads(sys.argv[1]), json.loads(sys.argv[2])
app = create_app(load_config(settings))
client = app.test_client()
token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/sign-in").text)[1]
print("ready", flush=True)
sys.stdin.readline()
answers = []
for number, password, address in tries:
    client.environ_base["REMOTE_ADDR"] = address
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "10.9.9.%d" % len(answers)
    form = {"csrf_token": token, "number": number, "password": password}
    answers.append(client.post("/staff/sign-in", data=form).status_code)
print(json.dumps(answers))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request, tmp_path):
    url = (
        f"sqlite:///{tmp_path / 'd0.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("empty_postgres_url")
    )
    return {
        "HUICE_HOME": str(tmp_path),
        "HUICE_DATABASE_URL": url,
        "HUICE_SECRET_KEY": KEY,
        "HUICE_RATE_LIMITS": "off",
        "HUICE_LOG_LEVEL": "error",
    }


@pytest.fixture
def store(settings):
    store = Store.open(settings["HUICE_DATABASE_URL"])
    operations.upgrade(store)
    yield store
    store.close()


def two_workers(settings, *tries):
    """Run two processes at once and return the statuses that each got."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, json.dumps(settings), json.dumps(each)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for each in tries
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate(timeout=120)[0] for worker in workers]
    assert all(worker.returncode == 0 for worker in workers)
    return [json.loads(answer) for answer in answers]


def test_brute_force_and_spraying_are_held_back_across_two_workers(settings, store):
    make_account(store, "1001", ["CL"], key=KEY)
    most = throttle.USER[0].most
    brute = [("1001", f"wrong guess {n}", f"10.0.{n}.1") for n in range(most)]
    absent = [("4004", f"wrong guess {n}", f"10.1.{n}.1") for n in range(most)]
    spray = [(f"2{n:03}", "Summer2026!!", "10.7.7.7") for n in range(18)]

    first, second = two_workers(settings, brute + absent + spray, brute + absent + spray)

    for start, count, allowed in ((0, most, most), (most, most, most), (2 * most, 18, throttle.ADDRESS[0].most)):
        statuses = first[start : start + count] + second[start : start + count]
        assert set(statuses) <= {422, 429}
        assert statuses.count(422) == allowed, (start, statuses)

    client = create_app(load_config(settings)).test_client()
    client.environ_base["REMOTE_ADDR"] = "10.250.0.1"
    right = post(client, "/staff/sign-in", "/staff/sign-in", number="1001", password=PASSWORD)
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    client.application.extensions["huice_store"].close()


def test_a_disabled_persons_next_request_is_a_401(settings, store):
    app = create_app(load_config(settings))
    admin = make_account(store, "9001", ["SE"])
    clerk = make_account(store, "1001", ["CL"], key=KEY)
    browser = with_session(app, clerk)
    assert browser.get("/staff").status_code == 200

    accounts.disable(store, admin, clerk)

    assert browser.get("/staff").status_code == 401
    accounts.enable(store, admin, clerk)
    assert browser.get("/staff").status_code == 401
    app.extensions["huice_store"].close()


def test_the_whole_way_in_takes_each_code_once(settings, store):
    app = create_app(load_config(settings))
    make_account(store, "1001", ["CL"], key=KEY)
    client = app.test_client()
    entered = post(client, "/staff/sign-in", "/staff/sign-in", number="1001", password=PASSWORD)
    half = client.get_cookie("huice-staff").value
    assert (entered.status_code, client.get("/staff").status_code) == (303, 401)

    typed = code()
    assert post(client, "/staff/factor", "/staff/factor", code=typed).status_code == 303
    assert client.get("/staff").status_code == 200
    assert client.get_cookie("huice-staff").value != half

    other = app.test_client()
    post(other, "/staff/sign-in", "/staff/sign-in", number="1001", password=PASSWORD)
    for again in (
        typed,
        f" {typed}",
        f"{typed[:3]} {typed[3:]}",
        typed.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ):
        assert post(other, "/staff/factor", "/staff/factor", code=again).status_code == 422
    other.set_cookie("huice-staff", half)
    assert other.get("/staff/factor").status_code == 401
    app.extensions["huice_store"].close()
