"""Refuse text that no person types and that the two databases disagree on; bring the rest to one form."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# U+FFFD is what decoding leaves where the bytes were not UTF-8.
REPLACEMENT = "\ufffd"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NONCHARACTER = re.compile(r"[\ufdd0-\ufdef\ufffe\uffff]")


class BadText(ValueError):
    """The text holds a character that is not accepted; the message says which, in Chinese."""


def clean_text(text: str) -> str:
    """Return `text` in Unicode form NFC.

    Raises:
        BadText: it holds a control character other than tab and line ends, a lone surrogate, a bidirectional control,
            a noncharacter, or the mark of a failed decoding.
    """
    for pattern, name in (
        (_SURROGATE, "残缺的字符"),
        (_CONTROL, "控制字符"),
        (_BIDI, "改变文字方向的控制字符"),
        (_NONCHARACTER, "不是字符的代码"),
    ):
        if found := pattern.search(text):
            raise BadText(f"含有{name} U+{ord(found.group()):04X}，请删除后再试")
    if REPLACEMENT in text:
        raise BadText("编码不是 UTF-8，请用 UTF-8 重新提交")
    return unicodedata.normalize("NFC", text)


def clean_tree(value: Any) -> Any:
    """Return a value made of mappings, lists and scalars with every text in it, keys too, through `clean_text`."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_tree(key): clean_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_tree(item) for item in value]
    return value
