"""Canonical JSON: RFC 8785 without numbers other than safe integers, without null and true, in Unicode NFC only."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

import rfc8785

from enforcement.complaints import refuse

Json: TypeAlias = "str | int | Sequence[Json] | Mapping[str, Json]"

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16  # the deepest document of the protocol has 6
_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")


def canonical(value: Json) -> bytes:
    """Return the only byte string that stands for `value`; raise Refused when it holds what the protocol does not know."""
    _check(value, "", 0)
    return rfc8785.dumps(value)


def digest(value: Json) -> str:
    """Return the lower-case hex SHA-256 of the canonical bytes of `value`."""
    return sha256_hex(canonical(value))


def sha256_hex(data: bytes) -> str:
    """Return the lower-case hex SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def salted(salt: str, value: Json) -> str:
    """Return the hex SHA-256 of the raw bytes of the hex `salt` followed by the canonical bytes of `value`."""
    return sha256_hex(bytes.fromhex(salt) + canonical(value))


def read_json(text: bytes) -> Json:
    """Parse UTF-8 JSON that has one reading only: no key twice, no float, no null, no true or false, all in NFC."""
    try:
        value = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise refuse("utf-8", f"文件不是 UTF-8 文本（第 {error.start + 1} 个字节）。请另存为 UTF-8。") from error
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列"
        raise refuse("json", f"文件不是 JSON：{where}读不下去。请检查这里的引号、逗号和括号。") from error
    except RecursionError as error:
        raise refuse("depth", f"文件嵌套太深。请把层数减到 {MAX_DEPTH} 层以内。") from error
    _check(value, "", 0)
    return value  # type: ignore[no-any-return]


def is_id(text: str) -> bool:
    """Tell whether `text` may name something in the protocol: 1 to 64 of the characters 0-9 A-Z a-z . _ -."""
    return _ID.fullmatch(text) is not None


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    built = dict(pairs)
    if len(built) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse("key-twice", f"同一处写了两个“{twice}”。请只保留一个。")
    return built


def _no_float(text: str) -> NoReturn:
    raise refuse("number", f"数“{text}”不是整数。本协议只用整数，小数请写成文本。")


def _integer(text: str) -> int:
    if len(text) > 17 or text == "-0":
        raise refuse("number", f"整数“{text[:20]}”超出范围。绝对值请不超过 {MAX_INTEGER}；长编号请写成文本。")
    return int(text)


def _check(value: object, where: str, depth: int) -> None:
    """Raise Refused at the first part of `value` that has no canonical form here; `where` is the path to it."""
    place = f"（{where}）" if where else ""
    if depth > MAX_DEPTH:
        raise refuse("depth", f"内容{place}嵌套太深。请把层数减到 {MAX_DEPTH} 层以内。")
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, bool) or value is None:
        raise refuse("type", f"内容{place}是 true、false 或 null。是与否请写 1 与 0，没有的项请整项不写。")
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise refuse("number", f"整数{place}超出范围。绝对值请不超过 {MAX_INTEGER}。")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(name, str):
                raise refuse("type", f"内容{place}有一个键不是文本。请把键写成文本。")
            _check_text(name, place)
            _check(part, f"{where}.{name}" if where else name, depth + 1)
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value, 1):
            # An entry of a list of units goes by its unit: people do not count lines.
            unit = part.get("unit") if isinstance(part, Mapping) else None
            _check(part, f"{where}[{number}]" if unit is None else f"{where}[{number}]，单位 {unit}", depth + 1)
    else:
        raise refuse("type", f"内容{place}的类型是 {type(value).__name__}。请只用文本、整数、列表和对象。")


def _check_text(text: str, place: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise refuse("nfc", f"文本“{text}”{place}不是 Unicode NFC 形式。请用输入法重新录入这一处，或先转成 NFC。")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise refuse("surrogate", f"文本{place}含有残缺的字符。请重新录入这一处。")
