"""Take the position out of photographs without touching the picture, and tell what a file is by its bytes.

Phones write where they were into a photograph: into its Exif block, into texts beside it, into a second picture behind
it. The Exif block keeps its other entries, such as the time and how the phone was held; its entries of the position are
overwritten with zeros. web/static/js/photos.mjs does the same, byte for byte, so that the device and the service name a
file by one hash.
"""

from __future__ import annotations

import re
import struct

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GPS = 0x8825
# In the data of a scan FF is followed by 00 or by a restart marker; anything else ends the scan.
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}


class Unreadable(ValueError):
    """The bytes are no whole JPEG, PNG or PDF; the message is for the reader, in Chinese."""


def without_position(data: bytes) -> tuple[str, bytes]:
    """Return the media type of a file by its bytes, and the bytes without a position. A PDF is left as it is.

    Raises:
        Unreadable: it is none of the three, or it is broken off.
    """
    if data.startswith(b"\xff\xd8"):
        return JPEG, _jpeg(data)
    if data.startswith(_PNG_SIGNATURE):
        return PNG, _png(data)
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise Unreadable("文件不完整，请重新选择")
        return PDF, data
    raise Unreadable("只收 JPEG、PNG 照片和 PDF 文件")


def _jpeg(data: bytes) -> bytes:
    """Keep everything up to the end of the picture but texts, second pictures and the position."""
    out, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        segment = data[at : at + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            break
        at += len(segment)
        out.append(_segment(marker, segment))
        if marker == 0xDA:
            end = _END_OF_SCAN.search(data, at)
            if end is None:
                break
            out.append(data[at : end.start()])
            at = end.start()
            if data[at + 1] == 0xD9:
                return b"".join([*out, data[at : at + 2]])
    raise Unreadable("照片不完整，请重新拍摄或选择")


def _segment(marker: int, segment: bytes) -> bytes:
    body = segment[4:]
    if marker == 0xE1:
        return segment[:10] + _tiff(body[6:]) if body.startswith(b"Exif\0\0") and _tiff(body[6:]) else b""
    is_text = marker == 0xED  # places in words
    is_index = marker == 0xE2 and body.startswith(b"MPF\0")  # of pictures behind this one, which are cut off
    return b"" if is_text or is_index else segment


def _tiff(block: bytes) -> bytes:
    """Return an Exif block, of the same length, with zeros for the position; empty when it cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return b""
    out = bytearray(block)
    try:
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        for tag, at in _entries(block, order, start):
            if tag != _GPS:
                continue
            (inner,) = struct.unpack_from(f"{order}I", block, at + 8)
            for _, entry in _entries(block, order, inner):
                kind, count, value = struct.unpack_from(f"{order}HII", block, entry + 2)
                size = _SIZES.get(kind, 1) * count
                if size > 4:
                    if value + size > len(block):
                        return b""
                    out[value : value + size] = bytes(size)
                out[entry : entry + 12] = bytes(12)
            out[inner : inner + 2] = bytes(2)
    except struct.error:
        return b""
    return bytes(out)


def _entries(block: bytes, order: str, start: int) -> list[tuple[int, int]]:
    """Return (tag, offset) of the entries of a directory; a directory that leaves the block raises struct.error."""
    (count,) = struct.unpack_from(f"{order}H", block, start)
    places = [start + 2 + 12 * number for number in range(count)]
    if places and places[-1] + 12 > len(block):
        raise struct.error
    return [(struct.unpack_from(f"{order}H", block, at)[0], at) for at in places]


def _png(data: bytes) -> bytes:
    """Keep everything up to the end of the picture but texts and the Exif block."""
    out, at = [data[:8]], 8
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length:
            break
        at += len(chunk)
        if kind not in (b"eXIf", b"tEXt", b"iTXt", b"zTXt"):
            out.append(chunk)
        if kind == b"IEND":
            return b"".join(out)
    raise Unreadable("照片不完整，请重新拍摄或选择")
