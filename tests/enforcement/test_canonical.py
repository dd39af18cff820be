"""Canonical JSON: one byte string for one value, and nothing let in that has two readings."""

from __future__ import annotations

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from enforcement.canonical import MAX_INTEGER, canonical, digest, is_id, read_json, salted, sha256_hex
from enforcement.complaints import Refused
from enforcement.draw.verify_rules import Malformed, jcs, parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
VALUES = st.recursive(
    TEXTS | st.integers(-MAX_INTEGER, MAX_INTEGER),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_both_implementations_write_what_the_published_package_writes(value):
    assert canonical(value) == jcs(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_written_reads_back(value):
    assert read_json(canonical(value)) == parse(canonical(value)) == value


def test_keys_go_by_utf_16_units():
    value = {"\uff0c": 1, "\U0001f600": 2, "a": 3}

    assert canonical(value) == jcs(value) == '{"a":3,"\U0001f600":2,"\uff0c":1}'.encode()


def test_digests_are_over_canonical_bytes():
    assert digest({"b": 1, "a": "是"}) == sha256_hex('{"a":"是","b":1}'.encode())
    assert salted("00ff", {"a": 1}) == sha256_hex(b"\x00\xff" + b'{"a":1}')


DEEP: object = 1
for _ in range(18):
    DEEP = [DEEP]

BAD_VALUES = [
    ({"a": 1.0}, "type", "a"),
    ({"a": [1, None]}, "type", "a[2]"),
    ([{"b": True}], "type", "[1].b"),
    ({"a": {"b": 2**53}}, "number", "a.b"),
    ({1: "a"}, "type", ""),
    ({"e\u0301": 1}, "nfc", ""),
    ("e\u0301", "nfc", ""),
    ("\ud800", "surrogate", ""),
    (DEEP, "depth", ""),
    ({"a": b"x"}, "type", "a"),
]


@pytest.mark.parametrize(("value", "code", "place"), BAD_VALUES)
def test_what_has_no_canonical_form_is_refused_by_its_place(value, code, place):
    with pytest.raises(Refused) as refused:
        canonical(value)

    assert refused.value.complaints[0].code == code
    assert place in str(refused.value)


BAD_FILES = [
    (b'{"a": 1, "a": 2}', "key-twice"),
    (b'{"a": 1.5}', "number"),
    (b'{"a": 1e3}', "number"),
    (b'{"a": NaN}', "number"),
    (b'{"a": -0}', "number"),
    (b'{"a": 123456789012345678}', "number"),
    (b'{"a": 9007199254740992}', "number"),
    (b'{"a": null}', "type"),
    (b'{"a": true}', "type"),
    (b'{"a": "e\xcc\x81"}', "nfc"),
    (rb'{"a": "\ud800"}', "surrogate"),
    (b'{"a": ', "json"),
    (b"\xff", "utf-8"),
    (b"[" * 100_000, "depth"),
]


@pytest.mark.parametrize(("text", "code"), BAD_FILES, ids=[code + str(n) for n, (_, code) in enumerate(BAD_FILES)])
def test_files_with_two_readings_are_refused_by_both_implementations(text, code):
    with pytest.raises(Refused) as refused:
        read_json(text)
    with pytest.raises(Malformed):
        parse(text)

    assert refused.value.complaints[0].code == code


def test_a_message_says_where_the_file_breaks_off():
    with pytest.raises(Refused, match="第 2 行第 3 列"):
        read_json(b"{\n  a: 1}")


def test_names_of_the_protocol_are_short_and_plain():
    assert is_id("ZF-014") and is_id("a" * 64)
    assert not any(map(is_id, ["", "a" * 65, "名", "a/b", "a,b", "a\n"]))


def test_the_published_vectors_hold_where_they_need_neither_float_nor_null():
    value = json.loads('{"peach":"This sorting order","péché":"is wrong","pêche":"in French","sin":"1"}')

    assert (
        canonical(value) == '{"peach":"This sorting order","péché":"is wrong","pêche":"in French","sin":"1"}'.encode()
    )
