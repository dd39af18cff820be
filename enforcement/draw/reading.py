"""Read the fields of a JSON object one by one; what is missing, of the wrong kind or unknown is refused by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from enforcement.canonical import Json, is_id
from enforcement.complaints import refuse

_HASH = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Fields:
    """The fields of one object, each to be taken once; `end` refuses those that nobody took."""

    def __init__(self, value: Json, where: str) -> None:
        if not isinstance(value, Mapping):
            raise refuse("type", f"{where}应是一个对象。请写成 {{…}}。")
        self._fields = dict(value)
        self.where = where

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not yet taken."""
        return name in self._fields

    def take(self, name: str) -> Json:
        """Return the field whatever it is."""
        if name not in self._fields:
            raise refuse("missing", f"{self.where}缺少“{name}”。请补上。")
        return self._fields.pop(name)

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        value = self.take(name)
        if not isinstance(value, str) or not value.strip():
            raise refuse("type", f"{self.where}的“{name}”应是文本。请写成带引号的非空文本。")
        return value

    def name(self, name: str) -> str:
        """Return an identifier of the protocol."""
        value = self.text(name)
        if not is_id(value):
            raise refuse("id", f"{self.where}的“{name}”是“{value[:80]}”。请只用数字、英文字母和 . _ -，最长 64 位。")
        return value

    def hash(self, name: str) -> str:
        """Return a SHA-256 in hex, which is also the form of a salt of 32 bytes."""
        value = self.text(name)
        if not _HASH.fullmatch(value):
            raise refuse("hash", f"{self.where}的“{name}”应是 64 位小写十六进制数。请原样复制，不要增减字符。")
        return value

    def salt(self, name: str) -> str:
        """Return a salt of 16 to 32 bytes in hex."""
        value = self.text(name)
        if not re.fullmatch(r"([0-9a-f]{2}){16,32}", value):
            raise refuse("salt", f"{self.where}的“{name}”应是 32 至 64 位小写十六进制数（128 至 256 位随机数）。")
        return value

    def whole(self, name: str, least: int = 0) -> int:
        """Return an integer that is not below `least`."""
        value = self.take(name)
        if not isinstance(value, int) or value < least:
            raise refuse("number", f"{self.where}的“{name}”应是不小于 {least} 的整数。请改正。")
        return value

    def flag(self, name: str) -> bool:
        """Return 1 as true, and 0 or nothing as false."""
        value = self.whole(name) if self.has(name) else 0
        if value > 1:
            raise refuse("number", f"{self.where}的“{name}”只能是 0 或 1。请改正。")
        return value == 1

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """Return one of the allowed words."""
        value = self.text(name)
        if value not in allowed:
            raise refuse("choice", f"{self.where}的“{name}”不能是“{value}”。请从 {'、'.join(allowed)} 中选一个。")
        return value

    def time(self, name: str) -> str:
        """Return a point in time as written: RFC 3339 with its offset from UTC."""
        value = self.text(name)
        if not is_time(value):
            raise refuse("time", f"{self.where}的“{name}”应是带时区的时间。请写成 2026-12-02T15:00:00+08:00 这样。")
        return value

    def day(self, name: str) -> str:
        """Return a day as written: YYYY-MM-DD."""
        value = self.text(name)
        if not is_day(value):
            raise refuse("day", f"{self.where}的“{name}”应是日期。请写成 2026-12-02 这样。")
        return value

    def items(self, name: str) -> Sequence[Json]:
        """Return a list, empty when the field is not there."""
        value = self.take(name) if self.has(name) else ()
        if not isinstance(value, (list, tuple)):
            raise refuse("type", f"{self.where}的“{name}”应是列表。请写成 […]。")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of different identifiers, empty when the field is not there."""
        listed = self.items(name)
        read = tuple(Fields({"": value}, f"{self.where}的“{name}”").name("") for value in listed)
        if len(set(read)) < len(read):
            raise refuse("twice", f"{self.where}的“{name}”有重复。请每项只写一次。")
        return read

    def objects(self, name: str) -> Iterator[Fields]:
        """Return the fields of each object of a list."""
        for number, value in enumerate(self.items(name), 1):
            yield Fields(value, f"{self.where}的“{name}”第 {number} 项")

    def rest(self) -> tuple[tuple[str, Json], ...]:
        """Return what nobody took, in the order of names."""
        taken, self._fields = self._fields, {}
        return tuple(sorted(taken.items()))

    def end(self) -> None:
        """Refuse fields that nobody took."""
        for name, _ in self.rest():
            raise refuse("unknown", f"{self.where}有不认识的“{name}”。请删去，或检查拼写。")


def is_time(text: str) -> bool:
    """Tell whether `text` is an RFC 3339 time with offset, to the second, that exists."""
    return _TIME.fullmatch(text) is not None and _exists(datetime, text)


def is_day(text: str) -> bool:
    """Tell whether `text` is a day YYYY-MM-DD that exists."""
    return _DAY.fullmatch(text) is not None and _exists(date, text)


def _exists(kind: type[date], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True
