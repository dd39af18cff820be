"""The service's own log is witnessed by `huice witness`, by files and over HTTP, and its receipts say so."""

from __future__ import annotations

import io
import re
import threading

import pytest
from waitress.server import create_server

from enforcement.complaints import Refused
from enforcement.log.endpoint import application
from enforcement.log.exchange import Witness, exchange
from enforcement.log.keys import Kind, new_key
from enforcement.log.policy import read_policy
from enforcement.log.receipt import check_receipt
from enforcement.log.witness import FolderState
from tests.support.people import make_account, with_session
from tests.web.page_check import check_page
from web.services import log_witnesses
from web.store.log import find_events, record

PAGE = "/staff/log/witnesses"


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


@pytest.fixture
def home(config):
    config.home.mkdir(exist_ok=True)
    return config.home


@pytest.fixture
def named(home, tmp_path):
    """Two witnesses in the operator's file, of whom both must sign; return them by name."""
    keys = {name: new_key(f"witness.example.cn/{name}", Kind.WITNESS) for name in ("justice", "archive")}

    def write(address: str = "") -> None:
        lines = [f"witness {name} {key.verifier.text} {address}" for name, key in keys.items()]
        text = "\n".join([*lines, "group both all justice archive", "quorum both"])
        (home / log_witnesses.WITNESS_FILE).write_text(f"{text}\n", encoding="utf-8")

    write()
    logs = "\n".join([log_witnesses.trust(home).splitlines()[0], "quorum none"])
    return {name: Witness(key, FolderState(tmp_path / name), logs) for name, key in keys.items()}, write


def event(store, kind="test.event"):
    with store.writing() as session:
        return record(session, kind, "tester")


def test_by_files_through_the_page(app, store, home, named, tmp_path):
    witnesses, _ = named
    auditor = with_session(app, make_account(store, "AU-1", ["AU"]))
    number = event(store)
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    for n, (name, witness) in enumerate(witnesses.items()):
        check_page(auditor.get(PAGE).text)
        asked = auditor.get(f"{PAGE}/request?name={name}")
        assert asked.status_code == 200
        (inbox / "a.add-checkpoint").write_bytes(asked.data)
        assert exchange(inbox, outbox, witness, 1_800_000_000 + n)["a.add-checkpoint"].status == 200
        assert log_witnesses.head_for(home, number) is None, "both must sign"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', auditor.get(PAGE).text)[1]
        for data, status in ((b"\xe2\x80\x94 witness.example.cn/justice AAAAAAAA\n", 422), (b"", 422)):
            form = {"csrf_token": token, "file": (io.BytesIO(data), "x.cosignature")}
            answer = auditor.post(PAGE, data=form, content_type="multipart/form-data")
            assert answer.status_code == status
        event(store)  # the log goes on growing while the answer is on its way
        form = {"csrf_token": token, "file": (io.BytesIO((outbox / "a.cosignature").read_bytes()), "x.cosignature")}
        assert auditor.post(PAGE, data=form, content_type="multipart/form-data").status_code == 303
        again = {"csrf_token": token, "answer": (outbox / "a.cosignature").read_text()}
        assert auditor.post(PAGE, data=again).status_code == 303

    receipt = check_receipt(log_witnesses.receipt(store, home, number), read_policy(log_witnesses.trust(home)))
    assert receipt.event.kind == "test.event" and receipt.trusted.seen == {
        "justice": 1_800_000_000,
        "archive": 1_800_000_001,
    }
    later = event(store)
    with pytest.raises(Refused, match="见证签名不够"):
        check_receipt(log_witnesses.receipt(store, home, later), read_policy(log_witnesses.trust(home)))
    head = app.test_client().get("/inspections/log/checkpoint")
    assert head.text.count("\n— ") == 3 and len(log_witnesses.cosigned_heads(home)) == 1
    with store.reading() as session:
        said = [found.body for _, found in find_events(session, kind="log.cosigned")]
    assert [each["witness"] for each in said] == ["archive", "justice"]
    check_page(auditor.get(f"{PAGE}?lang=en").text, "en")


def test_over_http_from_wherever_the_witness_is(app, store, home, named):
    witnesses, write = named
    event(store)
    server = create_server(application(witnesses["justice"], lambda: 1_800_000_000), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        write(f"http://127.0.0.1:{server.effective_port}")
        first = log_witnesses.ask(store, home, "justice", "system")
        event(store)
        second = log_witnesses.ask(store, home, "justice", "system")
        assert 0 < first.size < second.size
        # The signatures are lost here, not there: the witness says what it saw, and is asked from there.
        for path in (home / log_witnesses.HEADS).iterdir():
            path.unlink()
        event(store)
        assert log_witnesses.ask(store, home, "justice", "system").size > second.size
        with pytest.raises(Refused, match="是“justice”签的"):
            log_witnesses.ask(store, home, "archive", "system")  # somebody else answers under its address
    finally:
        server.close()


def test_a_file_that_will_not_do_is_told_by_its_line(app, store, home):
    (home / log_witnesses.WITNESS_FILE).write_text("witness justice nonsense\nquorum none\n", encoding="utf-8")
    auditor = with_session(app, make_account(store, "AU-1", ["AU"]))
    assert "第 2 行" in check_page(auditor.get(PAGE).text).text()
    event(store)
    assert app.test_client().get("/inspections/log/checkpoint").status_code == 200
    assert log_witnesses.head_for(home, 0) is None
    (home / log_witnesses.WITNESS_FILE).unlink()
    assert "还没有见证方" in check_page(auditor.get(PAGE).text).text()
    assert auditor.get(f"{PAGE}/request?name=nobody").status_code == 422
