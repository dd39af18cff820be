"""The time at which witnesses had seen a commitment comes from the log's receipt of this commitment alone."""

from __future__ import annotations

import json

import pytest

from enforcement.canonical import digest
from enforcement.complaints import Refused
from enforcement.draw.witnessing import KIND, witnessed_at
from enforcement.log.event import Event
from enforcement.log.keys import Kind, SigningKey
from enforcement.log.log import append, sign_head
from enforcement.log.note import cosign
from enforcement.log.receipt import make_receipt
from enforcement.log.store import MemoryStore
from tests.enforcement.draw.cases import case, drawn, written

LOG = SigningKey("log.example.cn/d", Kind.LOG, bytes(range(32)))
SEEN = {"a": 1_796_000_300, "b": 1_796_000_100, "c": 1_796_000_200}
KEYS = {name: SigningKey(f"{name}.example.cn", Kind.WITNESS, name.encode() * 32) for name in SEEN}
DOCUMENT = drawn(case())
COMMIT = digest(DOCUMENT["commit"])


def policy(quorum: str = "two") -> str:
    witnesses = "".join(f"witness {name} {key.verifier.text}\n" for name, key in KEYS.items())
    return f"log {LOG.verifier.text}\n{witnesses}group two 2 a b c\nquorum {quorum}\n"


def receipt(**changed: object) -> bytes:
    parts = {"kind": KIND, "at": "2026-12-01T09:00:00+08:00", "by": "U-1", "ref": "SSJ-1", "body": {"commit": COMMIT}}
    store = MemoryStore()
    append(store, Event(**{**parts, **changed}))
    note = sign_head(store, LOG.name, [LOG], None)
    return make_receipt(store, 0, note.adding(cosign(note.text, KEYS[name], at) for name, at in SEEN.items()).data).data


@pytest.mark.parametrize(
    ("quorum", "expected"),
    [("two", "2026-11-30T00:56:40+00:00"), ("a", "2026-11-30T00:58:20+00:00"), ("none", None)],
)
def test_the_time_is_the_first_at_which_the_quorum_had_signed(quorum, expected):
    assert witnessed_at(written(DOCUMENT), receipt(), policy(quorum)) == expected


@pytest.mark.parametrize("changed", [{"ref": "SSJ-2"}, {"kind": "draw.drawn"}, {"body": {"commit": "00" * 32}}])
def test_a_receipt_of_something_else_is_refused(changed):
    with pytest.raises(Refused, match="不是这一份承诺"):
        witnessed_at(written(DOCUMENT), receipt(**changed), policy())


def test_a_false_receipt_is_refused():
    with pytest.raises(Refused, match="签名与正文不符"):
        witnessed_at(written(DOCUMENT), receipt().replace(b"\n1\n", b"\n2\n"), policy())


@pytest.mark.parametrize("document", [[], {"commit": 1}, {}])
def test_a_file_without_a_commitment_is_refused(document):
    with pytest.raises(Refused, match="没有承诺"):
        witnessed_at(json.dumps(document).encode(), receipt(), policy())
