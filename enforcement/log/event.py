"""Write and read what one leaf of the log says: an event, with personal or sealed content as a salted hash alone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from enforcement.canonical import MAX_INTEGER, Json, canonical, is_id, read_json, salted
from enforcement.complaints import refuse

TYPE = "huice-log/1"
MAX_LEAF_BYTES = 65_535  # a leaf's length is written in 16 bits
CLOCK_MOVED = "clock.moved"
"""The one kind of event whose time may lie before that of the leaf above it."""

SALT_BYTES = 16
_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)*")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_HEX = re.compile(r"[0-9a-f]{64}")
_KEYS = {"type", "kind", "at", "by", "ref", "body", "sealed", "corrects"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is kept for good."""

    kind: str
    """What happened: lower-case words joined by - and ., such as draw.commit."""
    at: str
    """When, by the server's clock: RFC 3339 to the second, with offset."""
    by: str
    """The id of who did it, never a name."""
    ref: str = ""
    """The id of what it happened to."""
    body: Mapping[str, Json] = field(default_factory=dict)
    """What everybody may read; it can never be taken back."""
    sealed: str = ""
    """`seal` of what only some may read."""
    corrects: int | None = None
    """The number of the leaf that this one corrects."""

    @property
    def leaf(self) -> bytes:
        """Return the leaf: canonical JSON without the parts that are empty; raise Refused when it cannot be one."""
        document: dict[str, Json] = {"type": TYPE, "kind": self.kind, "at": self.at, "by": self.by}
        document |= {"ref": self.ref} if self.ref else {}
        document |= {"body": self.body} if self.body else {}
        document |= {"sealed": self.sealed} if self.sealed else {}
        document |= {"corrects": self.corrects} if self.corrects is not None else {}
        return _leaf(document)

    @property
    def moment(self) -> datetime:
        """Return `at` as a moment that can be compared."""
        return _moment(self.at)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The hash of a body that goes into the log, and the salt that stays with the body, outside of it."""

    digest: str
    salt: str


def seal(body: Json) -> Sealed:
    """Return the hash of `body` under a fresh salt; erasing body and salt later leaves nothing that could be guessed."""
    salt = secrets.token_hex(SALT_BYTES)
    return Sealed(salted(salt, body), salt)


def opens(event: Event, salt: str, body: Json) -> bool:
    """Tell whether `salt` (hex) and `body` are what the event sealed."""
    return bool(re.fullmatch(r"(?:[0-9a-f]{2})+", salt)) and salted(salt, body) == event.sealed


def read_event(leaf: bytes) -> Event:
    """Return the event in `leaf`; raise Refused when it is none, or not written in the one canonical way."""
    document = read_json(leaf)
    if not isinstance(document, Mapping) or document.get("type") != TYPE or not document.keys() <= _KEYS:
        raise refuse("event", f"这一条不是事件：应为 type 等于 {TYPE} 的 JSON 对象，只含规定的项。")
    if _leaf(document) != leaf:
        raise refuse("event", "事件不是规范写法（RFC 8785，空项不写）。请用原来的字节。")
    parts = {key: part for key, part in document.items() if key != "type"}
    return Event(**parts)  # type: ignore[arg-type]


def _leaf(document: Mapping[str, Json]) -> bytes:
    _check(document)
    leaf = canonical(document)
    if len(leaf) > MAX_LEAF_BYTES:
        raise refuse(
            "event-size", f"事件有 {len(leaf)} 字节，超过 {MAX_LEAF_BYTES}。请把大段内容存为文件，事件里只写它的哈希。"
        )
    return leaf


def _check(document: Mapping[str, Json]) -> None:
    kind, at, by, ref = (document.get(key, "") for key in ("kind", "at", "by", "ref"))
    if not isinstance(kind, str) or not _KIND.fullmatch(kind) or not is_id(kind):
        raise refuse("event-kind", f"事件种类“{kind}”不能用。请用小写单词，以 - 和 . 相连，如 draw.commit。")
    if not isinstance(at, str) or not _TIME.fullmatch(at):
        raise refuse("event-time", f"事件时间“{at}”不能用。请写成 2026-12-01T09:00:00+08:00 的样子。")
    _moment(at)
    if not isinstance(by, str) or not is_id(by):
        raise refuse("event-by", f"经办人编号“{by}”不能用。请用 1 到 64 个字母、数字、点、横线，不要写姓名。")
    if not isinstance(ref, str) or (ref and not is_id(ref)) or ("ref" in document and not ref):
        raise refuse("event-ref", f"对象编号“{ref}”不能用。请用 1 到 64 个字母、数字、点、横线；没有就整项不写。")
    if "body" in document and not (isinstance(document["body"], Mapping) and document["body"]):
        raise refuse("event-body", "事件内容应是有内容的对象；没有就整项不写。")
    sealed = document.get("sealed", "0" * 64)
    if not isinstance(sealed, str) or not _HEX.fullmatch(sealed):
        raise refuse("event-sealed", "封存内容的哈希应是 64 位小写十六进制。请用 seal 的结果。")
    corrects = document.get("corrects", 0)
    if not isinstance(corrects, int) or not 0 <= corrects <= MAX_INTEGER:
        raise refuse("event-corrects", "更正的条号应是不小于 0 的整数。")


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at)
    except ValueError as error:
        raise refuse("event-time", f"事件时间“{at}”没有这一刻。请核对日期、钟点和时区。") from error
