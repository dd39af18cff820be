"""D3: signed notes and cosignatures go round and come back the same."""

from __future__ import annotations

import base64
import re

import pytest

from enforcement.complaints import Refused
from enforcement.log.keys import (
    Kind,
    SigningKey,
    VerifierKey,
    new_key,
    read_signing_key,
    read_verifier_key,
    signed_time,
)
from enforcement.log.note import Note, Signature, cosign, read_note, sign_note, signed_by

# The key and the note in the documentation of Go's package golang.org/x/mod/sumdb/note, the origin of the format.
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

# A checkpoint of a public Certificate Transparency log as its witnesses really signed it in May 2026, with the public
# keys of the log and of one witness. The first line is of a kind that only Certificate Transparency uses.
CT_NOTE = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501
CT_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
CT_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
CT_WITNESS_TIME = 1779573024

KEY = SigningKey("example.cn/log", Kind.LOG, bytes(32))
WITNESS = SigningKey("example.cn/witness", Kind.WITNESS, bytes(32))
TEXT = "第一行\n\n第三行\n"


def test_d3_the_published_note_is_signed_and_read_byte_for_byte():
    key = read_signing_key(GO_PRIVATE)

    note = sign_note(GO_TEXT, key)

    assert note.data.decode() == f"{GO_TEXT}\n{GO_LINE}"
    assert key.verifier == read_verifier_key(GO_PUBLIC)
    assert list(signed_by(read_note(note.data), [key.verifier])) == [key.verifier]


def test_d3_a_real_checkpoint_of_another_log_verifies_with_its_log_and_its_witness():
    note = read_note(CT_NOTE.encode())
    log, witness = read_verifier_key(CT_LOG), read_verifier_key(CT_WITNESS)

    found = signed_by(note, [log, witness])

    assert set(found) == {log, witness}
    assert signed_time(found[witness].blob) == CT_WITNESS_TIME
    assert note.data.decode() == CT_NOTE


@pytest.mark.parametrize("key_text", [CT_LOG, CT_WITNESS])
def test_d3_a_real_checkpoint_with_one_digit_changed_is_refused(key_text):
    note = read_note(CT_NOTE.replace("1432088532", "1432088533").encode())

    with pytest.raises(Refused, match="与正文不符"):
        signed_by(note, [read_verifier_key(key_text)])


def test_d3_the_ids_in_the_specifications_examples_are_read_back():
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe"
        "+mbIUBkBIfZ+qnA==\n"
    )

    (signature,) = read_note(f"example.com/behind-the-sofa\n\n{line}".encode()).signatures

    assert (signature.name, signature.key_id.hex()) == ("witness.example.com/w1", "8d66cf3f")
    assert signed_time(signature.blob) == 1679315147
    assert signature.line == line


def test_d3_a_cosignature_covers_the_text_and_its_time():
    note = Note("log\n0\n", (cosign("log\n0\n", WITNESS, 1679315147),))
    blob = note.signatures[0].blob

    assert WITNESS.verifier.verify("log\n0\n", blob)
    assert not WITNESS.verifier.verify("log\n1\n", blob)
    assert not WITNESS.verifier.verify("log\n0\n", (1679315148).to_bytes(8, "big") + blob[8:])
    assert not WITNESS.verifier.verify("log\n0\n", b"\xff" + blob[1:]), "a time past 2^63"
    assert not WITNESS.verifier.verify("log\n0\n", blob[:-1])
    assert not SigningKey(WITNESS.name, Kind.LOG, WITNESS.private).verifier.verify("log\n0\n", blob[8:])


@pytest.mark.parametrize("at", [None, -1, 2**63])
def test_a_witness_that_names_no_time_is_refused(at):
    with pytest.raises(Refused, match="时间"):
        WITNESS.sign("text\n", at)


@pytest.mark.parametrize("kind", list(Kind))
def test_d3_a_new_key_round_trips_as_text_and_signs(kind):
    key = new_key("example.cn/鹏城", kind)

    again = read_signing_key(key.text)
    blob = again.sign("text\n", 1)

    assert again == key
    assert read_verifier_key(key.verifier.text) == key.verifier
    assert key.verifier.verify("text\n", blob)
    assert not key.verifier.verify("Text\n", blob)
    assert base64.b64encode(key.private).decode() not in repr(key)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u3000b", "a\nb"])
def test_a_name_that_would_break_a_signature_line_is_refused(name):
    with pytest.raises(Refused, match="不能用"):
        new_key(name, Kind.LOG)


def test_no_part_of_a_published_key_can_be_left_out_or_changed():
    for start in range(len(GO_PUBLIC)):
        for end in range(start, len(GO_PUBLIC)):
            with pytest.raises(Refused):
                read_verifier_key(GO_PUBLIC[start:end])
    for place, character in enumerate(GO_PUBLIC):
        with pytest.raises(Refused):
            read_verifier_key(GO_PUBLIC[:place] + chr(ord(character) + 1) + GO_PUBLIC[place + 1 :])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"log+00000000+{base64.b64encode(b'Z' * 33).decode()}", "读不懂"),
        (f"log+00000000+{base64.b64encode(bytes([1]) * 32).decode()}", "长度不对"),
        (f"log+00000000+{base64.b64encode(bytes([1]) * 33).decode()}", "编号与内容不符"),
        ("log+00000000+AQ=", "读不懂"),
        ("log+00000000+AR==", "读不懂"),
    ],
)
def test_a_public_key_that_contradicts_itself_is_refused(text, sentence):
    with pytest.raises(Refused, match=sentence):
        read_verifier_key(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GO_PRIVATE.replace("c74f", "c74e"), "编号与内容不符"),
        (f"PRIVATE+KEY+log+00000000+{base64.b64encode(bytes([1]) * 32).decode()}", "长度不对"),
        (GO_PUBLIC, "读不懂"),
    ],
)
def test_a_damaged_private_key_is_refused_without_being_repeated(text, sentence):
    with pytest.raises(Refused, match=sentence) as caught:
        read_signing_key(text)

    assert text.rpartition("+")[2] not in str(caught.value)


def test_signatures_by_unknown_keys_are_ignored_even_when_they_share_a_name_or_an_id():
    note = sign_note(TEXT, KEY)
    same_name = SigningKey(KEY.name, Kind.LOG, bytes([9]) * 32).verifier
    same_id = Note(TEXT, (Signature("other", KEY.verifier.key_id, bytes(64)),))

    assert signed_by(note, [same_name]) == {}
    assert signed_by(same_id, [KEY.verifier]) == {}


def test_one_key_signs_once_and_a_newer_signature_takes_the_older_ones_place():
    first, second = cosign(TEXT, WITNESS, 1), cosign(TEXT, WITNESS, 2)
    note = sign_note(TEXT, KEY).adding([first])

    newer = note.adding([second])

    assert newer.signatures == (note.signatures[0], second)
    assert signed_by(Note(TEXT, (first, second)), [WITNESS.verifier]) == {WITNESS.verifier: first}


@pytest.mark.parametrize("text", ["", "no line feed", "tab\t\n", "\r\n"])
def test_a_text_that_cannot_be_a_note_is_not_signed(text):
    with pytest.raises(Refused, match="换行结束"):
        sign_note(text, KEY)


GOOD = sign_note(TEXT, KEY).data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        GOOD[:-1],
        GOOD.replace(b"\n\n\xe2", b"\n\xe2"),
        GOOD.replace("— ".encode(), b"- "),
        GOOD.replace("— ".encode(), "—".encode()),
        GOOD.replace(b"example.cn/log", b"exam+ple"),
        GOOD.replace(b"example.cn/log", b""),
        GOOD.replace("第一行".encode(), b"\x07"),
        GOOD.replace("第一行".encode(), b"\xff"),
        GOOD.replace(b"=\n", b"\n"),
        GOOD[:-20] + b"\n",
        GOOD + b"\n",
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        GOOD + GOOD.rpartition(b"\n\n")[2] * 100,
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_signed_note_is_refused(data):
    with pytest.raises(Refused):
        read_note(data)


def test_a_note_may_have_empty_lines_in_its_text_and_a_hundred_signatures():
    line = GOOD.rpartition(b"\n\n")[2]

    note = read_note(GOOD + line * 99)

    assert note.text == TEXT
    assert len(note.signatures) == 100


def test_an_id_is_bound_to_the_kind_of_signature():
    ids = {VerifierKey("log", kind, KEY.verifier.public).key_id for kind in Kind}

    assert len(ids) == len(Kind)
    assert all(re.fullmatch(r"[0-9a-f]{8}", key_id.hex()) for key_id in ids)
