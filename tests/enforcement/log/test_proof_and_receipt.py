from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest

from enforcement.complaints import Refused
from enforcement.log.checkpoint import Checkpoint
from enforcement.log.event import opens
from enforcement.log.keys import Kind, SigningKey
from enforcement.log.log import add_cosignatures, append, leaf_at, prove
from enforcement.log.note import cosign, read_note, sign_note
from enforcement.log.proof import HEADER, Proof, read_proof
from enforcement.log.receipt import check_receipt, make_receipt, read_short, shorten
from enforcement.log.store import MemoryStore


def test_the_file_is_written_as_the_specification_shows():
    first, second = bytes(range(32)), bytes(range(32, 64))
    proof = Proof(5, (first, second), b"test checkpoint\n")

    assert proof.data == (
        b"c2sp.org/tlog-proof@v1\nindex 5\n"
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n\ntest checkpoint\n"
    )
    assert Proof(0, (), b"checkpoint\n", b"more").data == (
        b"c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 0\n\ncheckpoint\n"
    )
    assert read_proof(proof.data) == proof
    assert read_proof(Proof(0, (), b"checkpoint\n", b"more").data).extra == b"more"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 300])
def test_d3_every_leaf_is_proven_by_a_file_that_reads_back(filled, signed, lenient, size):
    store = filled(size)
    checkpoint = signed(store)

    for number in range(0, size, max(1, size // 40)):
        proof = prove(store, number, checkpoint)
        assert read_proof(proof.data) == proof
        assert proof.check(leaf_at(store, number), lenient).checkpoint.size == size


def test_a_proof_fails_for_another_leaf_another_place_or_another_path(filled, signed, lenient):
    store = filled(20)
    proof, leaf = prove(store, 7, signed(store)), leaf_at(store, 7)

    for bent in (
        replace(proof, index=6),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=proof.path[::-1]),
        replace(proof, signed=signed(filled(19))),
    ):
        with pytest.raises(Refused, match="证明不成立"):
            bent.check(leaf, lenient)
    with pytest.raises(Refused, match="证明不成立"):
        proof.check(leaf_at(store, 8), lenient)


def test_a_proof_is_as_good_as_its_checkpoint(filled, signed, policy, witness_keys):
    store = filled(20)
    checkpoint = signed(store)
    text = read_note(checkpoint).text
    lines = "".join(cosign(text, witness_keys[name], 5).line for name in "ab").encode()

    with pytest.raises(Refused, match="见证签名不够"):
        prove(store, 7, checkpoint).check(leaf_at(store, 7), policy)
    cosigned = add_cosignatures(checkpoint, lines, policy.witnesses.values())

    assert prove(store, 7, cosigned).check(leaf_at(store, 7), policy).seen == {"a": 5, "b": 5}


PROOF = Proof(5, (bytes(32),), b"checkpoint\n", b"extra").data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PROOF.replace(b"@v1", b"@v2"),
        PROOF.replace(b"extra ", b"extra"),
        PROOF.replace(b"extra ZXh0cmE=", b"extra !"),
        PROOF.replace(b"index 5\n", b""),
        PROOF.replace(b"index 5", b"index 05"),
        PROOF.replace(b"index 5", b"index -5"),
        PROOF.replace(b"index 5", b"index five"),
        PROOF.replace(b"index 5", b"place 5"),
        PROOF.replace(b"AAAA", b"AAA!", 1),
        PROOF.replace(b"AAAA", b"", 1),
        PROOF.replace(b"index", b"\xe7ndex"),
        f"{HEADER}\n\ncheckpoint\n".encode(),
        f"{HEADER}\nindex 5\n{(base64.b64encode(bytes(32)).decode() + chr(10)) * 64}\ncheckpoint\n".encode(),
        PROOF + b"x" * 2_000_000,
    ],
)
def test_what_is_no_proof_file_is_refused(data):
    with pytest.raises(Refused, match="格式不对"):
        read_proof(data)


def test_a_receipt_proves_by_itself_what_was_recorded(filled, signed, lenient, event):
    store = filled(20)

    receipt = check_receipt(make_receipt(store, 7, signed(store)).data, lenient)

    assert (receipt.event, receipt.index, receipt.trusted.checkpoint.size) == (event(7), 7, 20)


def test_a_receipt_with_another_event_or_without_one_is_refused(filled, signed, lenient, event):
    store = filled(20)
    receipt = make_receipt(store, 7, signed(store))

    with pytest.raises(Refused, match="证明不成立"):
        check_receipt(replace(receipt, extra=event(8).leaf).data, lenient)
    with pytest.raises(Refused, match="不是回执"):
        check_receipt(replace(receipt, extra=b"").data, lenient)


def test_d3_erasing_a_salt_and_a_body_later_breaks_no_proof(filled, signed, lenient, event, sealed_visit):
    store = filled(7)
    body = {"unit": "91110000600037341L", "found": "通道堵塞"}
    visit, salt = sealed_visit(7, body)
    append(store, visit)
    kept_outside = {7: (salt, body)}
    receipt = make_receipt(filled(20, store), 7, signed(store))
    assert opens(check_receipt(receipt.data, lenient).event, *kept_outside[7])

    kept_outside.clear()

    assert check_receipt(receipt.data, lenient).event == visit
    assert prove(store, 7, signed(filled(40, store))).check(visit.leaf, lenient).checkpoint.size == 40
    assert "通道堵塞".encode() not in b"".join(store.leaves(0, 40))
    assert not opens(visit, "00" * 16, body), "without the salt not even a right guess can be confirmed"


@pytest.mark.parametrize("size", [1, 2, 20, 300])
def test_a_receipt_shortened_for_a_qr_code_still_proves_the_hash(filled, signed, lenient, origin, size):
    store = filled(size)

    for number in {0, size // 2, size - 1}:
        text = shorten(make_receipt(store, number, signed(store)))
        short = read_short(f"https://example.cn/log/receipt#{text}\n", origin)
        assert short.check(lenient).size == size
        assert short.leaf_hash == store.node(0, number)
        assert re.fullmatch(r"[A-Za-z0-9._-]+", text)


def test_a_qr_code_has_room_for_a_log_of_a_million_leaves(log_key, origin):
    note = sign_note(Checkpoint(origin, 1_000_000, bytes(32)).text, log_key)

    text = shorten(Proof(999_999, (bytes(32),) * 20, note.data, b"leaf"))

    assert len(text) < 1100


def test_a_shortened_receipt_with_any_character_changed_is_refused(filled, signed, lenient, origin):
    store = filled(20)
    text = shorten(make_receipt(store, 7, signed(store)))

    for place, character in enumerate(text):
        for other in "AB1.":
            if other != character:
                with pytest.raises(Refused):
                    read_short(text[:place] + other + text[place + 1 :], origin).check(lenient)


@pytest.mark.parametrize("part", [1, 2, 3, 4, 5, 6])
def test_a_shortened_receipt_that_misses_a_part_is_refused(filled, signed, origin, part):
    store = filled(20)
    parts = shorten(make_receipt(store, 7, signed(store))).split(".")

    with pytest.raises(Refused, match="不完整"):
        read_short(".".join([*parts[:part], "AAAAA", *parts[part + 1 :]]), origin)


def test_a_receipt_that_a_qr_code_cannot_stand_for_is_not_shortened(filled, log_key, origin):
    store = MemoryStore([b"leaf"])
    text = Checkpoint(origin, 1, store.node(0, 0)).text
    other = SigningKey("other.example.cn", Kind.LOG, bytes(32))

    with pytest.raises(Refused, match="不能做成二维码"):
        shorten(make_receipt(store, 0, sign_note(text, other).data))
    with pytest.raises(Refused, match="不能做成二维码"):
        shorten(make_receipt(store, 0, sign_note(f"{text}more\n", log_key).data))


def test_a_text_that_is_no_receipt_is_refused(origin):
    with pytest.raises(Refused, match="读不懂"):
        read_short("https://example.cn/", origin)
