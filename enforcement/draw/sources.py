"""Public sources of numbers that nobody controls: the form of their values, when they are known, how much they hide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from enforcement.complaints import refuse

_FORMAT = re.compile(r"[rb0hn,+.:-]{1,128}")
_RUN = re.compile(r"r+|b+|0|h|n|[,+.:-]")
_DRAND_GENESIS, _DRAND_PERIOD = 1692803367, 3


@dataclass(frozen=True, slots=True)
class Kind:
    """A well-known source: the shape of its names and values, the highest numbers, and its entropy in tenths of a bit."""

    name: re.Pattern[str]
    format: str
    highest: tuple[tuple[str, int], ...]
    tenths: int
    label: str


KINDS = (
    Kind(re.compile(r"ssq\.(\d{7})"), "rr,rr,rr,rr,rr,rr+bb", (("r", 33), ("b", 16)), 241, "双色球"),
    Kind(re.compile(r"dlt\.(\d{7})"), "rr,rr,rr,rr,rr+bb,bb", (("r", 35), ("b", 12)), 244, "大乐透"),
    Kind(re.compile(r"pl5\.(\d{7})"), "00000", (), 166, "排列五"),
    Kind(re.compile(r"fc3d\.(\d{7})"), "000", (), 99, "福彩3D"),
    Kind(re.compile(r"sse\.000001\.close\.(\d{8})"), "n.0000", (), 130, "上证指数收盘"),
    Kind(re.compile(r"szse\.399001\.close\.(\d{8})"), "n.0000", (), 130, "深证成指收盘"),
    Kind(re.compile(r"drand\.quicknet\.([1-9]\d{0,9})"), "h" * 64, (), 2560, "drand 随机信标"),
    Kind(re.compile(r"dice\.([0-9A-Za-z-]+)"), "0" * 20, (), 664, "现场掷十面骰二十次"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A source named in a commitment; `format` and `at` as committed, where they are."""

    name: str
    format: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value can be read, and the SHA-256 of the page as it was."""

    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Value:
    """What a source said; `instead` names the next issue when the committed one was cancelled, `notice` proves that."""

    name: str
    value: str
    instead: str | None = None
    notice: Evidence | None = None
    evidence: tuple[Evidence, ...] = ()


def kind_of(name: str) -> Kind | None:
    """Return the well-known kind that the name belongs to, if any."""
    return next((kind for kind in KINDS if kind.name.fullmatch(name)), None)


def format_of(source: Source) -> str | None:
    """Return the committed form of the value, or the usual form of its kind."""
    kind = kind_of(source.name)
    return source.format or (kind.format if kind else None)


def is_usual(source: Source) -> bool:
    """Tell whether the source is well known and its form takes every value it can have.

    A form that only some values fit would make the draw fail, and be repeated, for the others.
    """
    kind = kind_of(source.name)
    if kind is None:
        return False
    is_index = ".close." in source.name
    return source.format in {None, kind.format} or (is_index and source.format in {"0000.0000", "00000.0000"})


def is_format(text: str) -> bool:
    """Tell whether `text` is written in the signs r b 0 h n and , + . : -."""
    return _FORMAT.fullmatch(text) is not None


def known_at(source: Source) -> datetime | None:
    """Return when the value becomes public: computed from the name where it tells, else as committed."""
    kind = kind_of(source.name)
    number = kind.name.fullmatch(source.name) if kind else None
    if number and source.name.startswith("drand."):
        return datetime.fromtimestamp(_DRAND_GENESIS + (int(number[1]) - 1) * _DRAND_PERIOD, UTC)
    if number and ".close." in source.name:
        day = number[1]
        return datetime.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}T15:00:00+08:00")
    return datetime.fromisoformat(source.at) if source.at else None


def tenths_of_bits(source: Source) -> int:
    """Return the entropy that may be counted on, in tenths of a bit; 0 for a source that is not well known."""
    kind = kind_of(source.name)
    return kind.tenths if kind else 0


def check_value(source: Source, value: Value) -> None:
    """Raise Refused when the value is not in the committed form, or stands in for an issue it may not stand in for."""
    form = format_of(source)
    if form is None:
        raise refuse("source-format", f"来源 {source.name} 没有承诺数值格式。请在承诺里写明格式后重新承诺。")
    if not _fits(value.value, form):
        raise refuse(
            "source-value",
            f"来源 {source.name} 的值“{value.value[:80]}”不合承诺的格式 {form}。请对照官方公布逐位改正。",
        )
    kind = kind_of(source.name)
    numbers = _numbers(value.value, form)
    for letter, highest in kind.highest if kind else ():
        for number in numbers[letter]:
            if not 1 <= number <= highest:
                raise refuse(
                    "source-value",
                    f"来源 {source.name} 的号码 {number:02} 不在 1 至 {highest} 之间。请对照官方公布改正。",
                )
    for letter in numbers:
        if any(left >= right for left, right in pairwise(numbers[letter])):
            raise refuse("source-value", f"来源 {source.name} 的号码不是从小到大。请按从小到大排列，不按开出的先后。")
    if value.instead is not None:
        _check_instead(source, value, value.instead)


def _check_instead(source: Source, value: Value, instead: str) -> None:
    if value.notice is None:
        raise refuse(
            "source-notice", f"来源 {source.name} 改用 {instead}，却没有官方取消公告。请附公告地址和页面摘要。"
        )
    if not _follows(source.name, instead):
        raise refuse(
            "source-instead", f"来源 {source.name} 不能改用 {instead}。取消后只能用同一来源的下一期或下一个交易日。"
        )


def _follows(name: str, instead: str) -> bool:
    """Tell whether `instead` can be the next issue, or a later trading day, of the same well-known source."""
    kind = kind_of(name)
    asked = kind.name.fullmatch(name) if kind else None
    given = kind.name.fullmatch(instead) if kind else None
    if not (asked and given):
        return False
    if ".close." in name:
        return asked[1] < given[1]
    is_issue = len(asked[1]) == 7 and not name.startswith(("drand.", "dice."))
    return is_issue and given[1] in {f"{int(asked[1]) + 1}", f"{int(asked[1][:4]) + 1}001"}


def _fits(value: str, form: str) -> bool:
    signs = {"0": "[0-9]", "h": "[0-9a-f]", "n": "(0|[1-9][0-9]{0,8})"}
    runs = _RUN.findall(form)
    pattern = "".join(f"[0-9]{{{len(run)}}}" if run[0] in "rb" else signs.get(run, re.escape(run)) for run in runs)
    return re.fullmatch(pattern, value) is not None


def _numbers(value: str, form: str) -> dict[str, list[int]]:
    """Return the numbers behind the letters r and b; where those are, all parts of the form have a fixed width."""
    found: dict[str, list[int]] = {"r": [], "b": []}
    place = 0
    for run in _RUN.findall(form):
        if run[0] in found:
            found[run[0]].append(int(value[place : place + len(run)]))
        place += len(run)
    return found
