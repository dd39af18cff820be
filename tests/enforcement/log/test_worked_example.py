from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.canonical import salted
from enforcement.log import merkle
from enforcement.log.event import Event
from enforcement.log.keys import Kind, SigningKey
from enforcement.log.log import add_checkpoint_request, add_cosignatures, append, head, sign_head
from enforcement.log.receipt import make_receipt, shorten
from enforcement.log.statement import state
from enforcement.log.store import MemoryStore
from enforcement.log.witness import MemoryState, add_checkpoint

PAGE = Path(__file__).parents[3] / "docs" / "log-format.md"
LOG = SigningKey("log.example.cn/luohu", Kind.LOG, bytes(range(32)))
WITNESS = SigningKey("witness.example.cn/justice", Kind.WITNESS, bytes([1]) * 32)
NOW = 1_796_267_400
SEALED = salted("00112233445566778899aabbccddeeff", {"found": "通道堵塞", "unit": "91110000600037341L"})
COMMIT = "768fbc052d40366cfebb265e56b03e4c638c2069309be9b9154c03260cad5d72"
DRAW = "SSJ-2026-0007"


@pytest.fixture
def blocks():
    return [block.removeprefix("\n") for block in PAGE.read_text(encoding="utf-8").split("```")[1::2]]


@pytest.fixture
def store():
    store = MemoryStore()
    append(store, Event("draw.commit", "2026-12-01T09:00:00+08:00", "U-007", DRAW, {"commit": COMMIT}))
    append(store, Event("visit.recorded", "2026-12-03T10:20:00+08:00", "ZF-014", DRAW, sealed=SEALED))
    append(
        store,
        Event("record.corrected", "2026-12-03T11:05:00+08:00", "ZF-014", DRAW, {"reason": "日期写错"}, corrects=1),
    )
    return store


def test_d3_the_documents_worked_example_comes_out_byte_for_byte(blocks, store):
    state_of_witness = MemoryState()
    first = sign_head(MemoryStore(store.leaves(0, 1)), LOG.name, [LOG], None).data
    assert add_checkpoint(b"old 0\n\n" + first, [LOG.verifier], state_of_witness, WITNESS, NOW).status == 200
    signed = sign_head(store, LOG.name, [LOG], first).data

    request = add_checkpoint_request(store, 1, signed)
    answer = add_checkpoint(request, [LOG.verifier], state_of_witness, WITNESS, NOW).body
    receipt = make_receipt(store, 1, add_cosignatures(signed, answer, [WITNESS.verifier]))

    leaves = "".join(f"{leaf.decode()}\n{merkle.leaf_hash(leaf).hex()}\n" for leaf in store.leaves(0, 3))
    roots = "".join(f"{head(store, LOG.name, size).root.hex()}\n" for size in (1, 2, 3))
    texts = [request.decode(), answer.decode(), receipt.data.decode(), f"{shorten(receipt)}\n"]
    assert blocks == [leaves, roots, *texts, state(store, head(store, LOG.name))]


def test_the_document_writes_the_examples_keys():
    page = PAGE.read_text(encoding="utf-8")

    assert all(f"`{text}`" in page for key in (LOG, WITNESS) for text in (key.text, key.verifier.text))
