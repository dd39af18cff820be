from __future__ import annotations

import base64
import subprocess

import pytest

from enforcement.complaints import Refused
from enforcement.log.keys import Kind, new_key
from enforcement.log.log import head
from enforcement.log.note import sign_note
from enforcement.log.statement import check_statement, sm3_of, state
from enforcement.log.tiles import publish


@pytest.fixture
def national():
    return new_key("log.example.cn/luohu", Kind.SM2)


def test_a_statement_names_the_log_its_size_its_root_and_the_digest(filled, origin):
    store = filled(3)
    checkpoint = head(store, origin)

    lines = state(store, checkpoint).split("\n")

    assert lines[:2] == ["huice-log/1 sm3", origin]
    assert lines[2:4] == ["3", base64.b64encode(checkpoint.root).decode()]
    assert base64.b64decode(lines[4]) == sm3_of(store, 3)


def test_the_digest_is_what_openssl_says_of_the_published_bundles(tmp_path, filled, signed):
    store = filled(300)
    publish(store, tmp_path, signed(store))
    bundles = b"".join((tmp_path / "tile/entries" / name).read_bytes() for name in ("000", "001.p/44"))

    said = subprocess.run(["openssl", "dgst", "-sm3", "-r"], input=bundles, capture_output=True, check=True).stdout

    assert said.split()[0].decode() == sm3_of(store, 300).hex()


def test_d3_a_statement_signed_with_sm2_holds_for_its_log_only(filled, origin, national):
    store = filled(20)
    checkpoint = head(store, origin)
    data = sign_note(state(store, checkpoint), national).data

    check_statement(data, filled(30, store), checkpoint, [national.verifier])

    with pytest.raises(Refused, match="与日志不符"):
        check_statement(data, store, head(store, origin), [national.verifier])
    with pytest.raises(Refused, match="没有已知密钥"):
        check_statement(data, store, checkpoint, [new_key("other", Kind.SM2).verifier])
    with pytest.raises(Refused, match="与正文不符"):
        check_statement(data.replace(b"\n20\n", b"\n21\n"), store, checkpoint, [national.verifier])
