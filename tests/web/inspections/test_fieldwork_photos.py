"""Photographs lose their position and nothing else, whatever a phone or a stranger put into them."""

from __future__ import annotations

import hashlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.fieldwork import photo, strange_photos
from web.services.inspection_photos import JPEG, PDF, PNG, Unreadable, without_position


def test_the_position_goes_and_time_and_orientation_stay():
    before = photo()
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)[2]

    kind, after = without_position(before)

    picture = Image.open(io.BytesIO(after))
    assert kind == JPEG
    assert dict(picture.getexif().get_ifd(0x8825)) == {}
    assert (picture.getexif()[0x0112], picture.getexif()[0x0132]) == (6, "2026:11:24 09:00:00")
    assert picture.tobytes() == Image.open(io.BytesIO(before)).tobytes()
    assert struct.pack(">I", 114) + struct.pack(">I", 1) not in after
    assert len(after) == len(before)


def test_what_knows_no_position_is_left_as_it_is():
    assert without_position(photo(place=False)) == (JPEG, photo(place=False))


def test_taking_the_position_out_twice_changes_nothing_more():
    for data in strange_photos().values():
        once = without_position(data)
        assert without_position(once[1]) == once


def test_nothing_of_a_position_is_left_in_texts_or_behind_the_picture():
    for name, data in strange_photos().items():
        kind, after = without_position(data)
        assert b"SECRET" not in after, name
        assert kind in (JPEG, PNG, PDF)
        if kind != PDF:
            assert Image.open(io.BytesIO(after)).convert("RGB").tobytes(), name


def test_a_png_loses_texts_and_exif():
    kind, after = without_position(photo(kind="PNG"))

    assert kind == PNG
    assert b"eXIf" not in after
    assert Image.open(io.BytesIO(after)).tobytes() == Image.open(io.BytesIO(photo(kind="PNG"))).tobytes()


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=4))
def test_a_damaged_photograph_is_refused_or_read_and_never_breaks_the_reader(at, noise):
    data = bytearray(photo())
    at %= len(data)
    data[at : at + len(noise)] = noise
    for cut in (len(data), at):
        try:
            _, after = without_position(bytes(data[:cut]))
        except Unreadable:
            continue
        assert hashlib.sha256(without_position(after)[1]).digest() == hashlib.sha256(after).digest()


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"%PDF-", b"PK\x03\x04", b"<html>", bytes(50)])
def test_other_bytes_are_refused(data):
    with pytest.raises(Unreadable):
        without_position(data)
