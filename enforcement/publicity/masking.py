"""Mask natural persons before anything is published: names to the surname, numbers entirely."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The compound surnames still borne; any other Chinese name begins with a surname of one character.
_COMPOUND = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "宇文", "长孙", "夏侯",
    "端木", "南宫", "独孤", "申屠", "闻人", "澹台", "公冶", "淳于", "单于", "太史", "轩辕", "钟离", "呼延", "赫连",
)  # fmt: skip
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"|\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_MASK = "＊＊＊"


def mask_name(name: str) -> str:
    """Return the surname and 某, whatever the length of the given name; a foreign name becomes its first letter.

    >>> mask_name("张小明"), mask_name("欧阳娜"), mask_name("Ann Lee"), mask_name("阿卜杜拉·买买提")
    ('张某', '欧阳某', 'A＊＊＊', '阿＊＊＊')
    """
    name = name.strip()
    if not name:
        return ""
    if "·" in name or not "\u3400" <= name[0] <= "\u9fff":
        return name[0] + _MASK
    surname = next((each for each in _COMPOUND if name.startswith(each) and len(name) > 2), name[0])
    return f"{surname}某"


def mask_number(number: str) -> str:
    """Return a fixed mask for any identity number, so that neither digits nor length remain."""
    return _MASK if number.strip() else ""


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """Mask in free text the given persons' names, and all that has the form of an identity or mobile number.

    >>> mask_text("张小明（身份证号440303199001011234，电话13800138000）无证经营。", ["张小明"])
    '张某（身份证号＊＊＊，电话＊＊＊）无证经营。'
    """
    for name in sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return _MOBILE.sub(_MASK, _ID_NUMBER.sub(_MASK, text))
