"""Bring a document and a query to the same form, so that comparing plain characters finds what a person means."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

# A word people use → the full name that texts use. A document with the full name is found by the word.
SHORT_NAMES: dict[str, tuple[str, ...]] = {
    "国高": ("国家高新技术企业", "高新技术企业"),
    "高企": ("国家高新技术企业", "高新技术企业"),
    "科小": ("科技型中小企业",),
    "专精特新": ("专业化精细化特色化新颖化",),
    "小巨人": ("专精特新“小巨人”企业", "专精特新小巨人"),
    "四上": ("规模以上", "限额以上"),
    "规上": ("规模以上",),
    "限上": ("限额以上",),
    "一套表": ("联网直报",),
    "小微": ("小型微型企业", "小型和微型企业"),
    "个体户": ("个体工商户",),
    "研发": ("研究开发",),
    "人社": ("人力资源保障", "人力资源和社会保障"),
    "工信": ("工业和信息化",),
    "科创": ("科技创新",),
}
_RUN = re.compile(r"[0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]+")
_LETTERS = re.compile(r"[a-z]{2,}")
LONGEST_QUERY = 100


def plain(text: str) -> str:
    """Return `text` in small letters, half-width, Simplified Chinese, with one space for anything that is no letter or digit.

    >>> plain("罗府规〔２０２３〕5 号")
    '罗府规 2023 5 号'
    """
    return " ".join(_RUN.findall(_simplified(unicodedata.normalize("NFKC", text)).casefold()))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return text if text.isascii() else str(_converter().convert(text))


def short_names(text: str) -> str:
    """Return the short names of everything that `text`, plain, names in full."""
    return " ".join(
        word
        for word, names in SHORT_NAMES.items()
        if any(plain(name).replace(" ", "") in text.replace(" ", "") for name in names)
    )


def sounds(text: str) -> str:
    """Return, for each run of Chinese in a plain text, its pinyin initials and its pinyin.

    >>> sounds("高新技术")
    'gxjs gaoxinjishu'
    """
    found = []
    for run in text.split():
        if not run.isascii():
            found.append("".join(lazy_pinyin(run, style=Style.FIRST_LETTER)))
            found.append("".join(lazy_pinyin(run)))
    return " ".join(found).replace("ü", "v")


def grams(text: str) -> set[str]:
    """Return every character and every two neighbours within the runs of a plain text."""
    found: set[str] = set()
    for run in text.split():
        found.update(run)
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


def coarse(run: str) -> set[str]:
    """Return the grams that a document must hold to hold `run`: its pairs, or the run itself when it is one character."""
    return {run[at : at + 2] for at in range(len(run) - 1)} or {run}


def looser(runs: list[str]) -> list[str]:
    """Return the runs with each longer Chinese one cut into words of two characters: 研发补贴 → 研发, 补贴."""
    found: list[str] = []
    for run in runs:
        if run.isascii() or len(run) < 3:
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(0, len(run) - 1, 2)]
            found += [run[-2:]] if len(run) % 2 else []
    return list(dict.fromkeys(found))


def is_sound(run: str) -> bool:
    """Tell whether a run of a query may be pinyin or initials."""
    return _LETTERS.fullmatch(run) is not None
