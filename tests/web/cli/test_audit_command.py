"""`huice audit` has the service's own log witnessed by files, and publishes it so that `huice log verify` reads it."""

from __future__ import annotations

from enforcement.log.exchange import Witness, exchange
from enforcement.log.keys import Kind, new_key
from enforcement.log.witness import FolderState
from web.services import log_witnesses


def test_request_answer_and_publication(huice, tmp_path):
    assert huice("db", "upgrade").returncode == 0
    home, inbox, outbox = (tmp_path / name for name in ("instance", "in", "out"))
    inbox.mkdir()
    key = new_key("witness.example.cn/justice", Kind.WITNESS)
    (home / log_witnesses.WITNESS_FILE).write_text(f"witness justice {key.verifier.text}\nquorum justice\n")
    trust = log_witnesses.trust(home)
    (tmp_path / "policy").write_text(trust)
    assert huice("people", "first-admin", "SE-1", "示例").returncode == 0  # the first leaf

    assert huice("audit", "request", "justice", "--out", inbox / "a.add-checkpoint").returncode == 0
    witness = Witness(key, FolderState(tmp_path / "seen"), trust)
    assert exchange(inbox, outbox, witness, 1_800_000_000)["a.add-checkpoint"].status == 200
    assert "见证到第" in huice("audit", "cosigned", outbox / "a.cosignature").stderr
    assert huice("audit", "publish", "public").returncode == 0

    checked = huice("log", "verify", "public", "--policy", "policy", "--kept", "public/checkpoint")
    assert checked.returncode == 0, checked.stdout + checked.stderr
