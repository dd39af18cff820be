"""The formulas of ssj-draw/1 written a second time, for verification alone: nothing here is used to draw."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

# What a stranger hands in has no type until it is looked at; every reader below checks the shape it relies on.
Json = Any

_NAME = re.compile(r"[0-9A-Za-z._-]{1,64}")
_LIMIT = 2**53
_DEEPEST = 16


class Malformed(Exception):
    """Raised when a file does not have the shape of the protocol; the text says where, in words."""


def parse(text: bytes) -> Json:
    """Return the one value of a JSON file; raise Malformed for floats, nulls, booleans, double keys and text not in NFC."""

    def whole(digits: str) -> int:
        if len(digits) > 17 or digits == "-0" or abs(int(digits)) >= _LIMIT:
            raise Malformed(f"整数 {digits[:20]} 超出范围")
        return int(digits)

    def refuse(token: str) -> Json:
        raise Malformed(f"不允许的数 {token[:20]}")

    def pairs(found: list[tuple[str, Json]]) -> dict[str, Json]:
        if len({key for key, _ in found}) != len(found):
            raise Malformed("同一处有两个相同的键")
        return dict(found)

    try:
        value = json.loads(
            text.decode("utf-8"), parse_int=whole, parse_float=refuse, parse_constant=refuse, object_pairs_hook=pairs
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Malformed("文件不是 UTF-8 的 JSON") from error
    _inspect(value)
    return value


def _inspect(value: Json) -> None:
    stack = [(value, 0)]
    while stack:
        part, depth = stack.pop()
        if depth > _DEEPEST:
            raise Malformed("文件嵌套太深")
        if isinstance(part, dict):
            stack += [(inner, depth + 1) for inner in (*part.keys(), *part.values())]
        elif isinstance(part, list):
            stack += [(inner, depth + 1) for inner in part]
        elif isinstance(part, str):
            if unicodedata.normalize("NFC", part) != part or re.search("[\ud800-\udfff]", part):
                raise Malformed(f"文本“{part[:20]!r}”不是规范的 Unicode")
        elif isinstance(part, bool) or part is None:
            raise Malformed("出现了 true、false 或 null")


def jcs(value: Json) -> bytes:
    """Return the canonical bytes of a parsed value; object keys go by their UTF-16 units."""
    return _written(value).encode()


def _written(value: Json) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(key)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def sha(data: bytes | str) -> str:
    """Return the lower-case hex SHA-256."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def unhex(text: str) -> bytes:
    """Return the bytes written in lower-case hex; raise ValueError for any other writing."""
    if not re.fullmatch("([0-9a-f]{2})*", text):
        raise ValueError(f"{text[:20]} 不是小写十六进制数")
    return bytes.fromhex(text)


def tree_root(leaves: Sequence[bytes]) -> str:
    """Return the RFC 6962 root over `leaves`, in hex, by pairing whole levels."""
    if not leaves:
        return sha(b"")
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        paired = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0].hex()


def path_leads(leaf: bytes, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """Tell whether the audit path (hex, leaf to root) leads from leaf `index` of `size` to `root`, by recursion."""
    nodes = [unhex(node) for node in path]

    def climb(start: int, end: int) -> bytes:
        if end - start == 1:
            return hashlib.sha256(b"\0" + leaf).digest()
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            left = climb(start, middle)
            return hashlib.sha256(b"\1" + left + nodes.pop(0)).digest()
        right = climb(middle, end)
        return hashlib.sha256(b"\1" + nodes.pop(0) + right).digest()

    if not 0 <= index < size:
        return False
    try:
        return climb(0, size).hex() == root and not nodes
    except IndexError:
        return False


def ticket_of(seed: str, unit: str) -> str:
    """Return the ticket of a unit."""
    digits = str(int(sha(sha(seed + "/targets") + unit), 16))
    return "0." + digits.rjust(64, "0")[::-1]


def lot_of(seed: str, unit: str, person: str) -> tuple[int, int]:
    """Return the deciding and the tie-breaking half of a pair's lot number."""
    digits = sha(f"{seed}/team/{unit}/{person}")
    return int(digits[:10], 16), int(digits[10:20], 16)


def pivotal_sample(seed: str, label: str, ordered: Sequence[tuple[str, int]], places: int) -> set[str]:
    """Return the units that the pivotal walk selects from (unit, weight) in ticket order."""
    used = 0

    def spread(k: int) -> int:
        nonlocal used
        while True:
            used += 1
            number = int(sha(f"{seed}/pivotal/{label},{used}"), 16)
            if number < (1 << 256) - (1 << 256) % k:
                return number % k

    taken: set[str] = set()
    pool = list(ordered)
    while places > len(taken):
        free, sum_of_weights = places - len(taken), sum(weight for _, weight in pool)
        sure = {unit for unit, weight in pool if free * weight >= sum_of_weights}
        taken |= sure
        pool = [(unit, weight) for unit, weight in pool if unit not in sure]
        if not sure:
            break
    free, whole = places - len(taken), sum(weight for _, weight in pool)
    holder, held = "", 0
    for unit, weight in pool if free else []:
        mass = free * weight
        if not held:
            holder, held = unit, mass
        elif held + mass < whole:
            if spread(held + mass) >= held:
                holder = unit
            held += mass
        elif spread(2 * whole - held - mass) < whole - mass:
            taken.add(holder)
            holder, held = unit, held + mass - whole
        else:
            taken.add(unit)
            held += mass - whole
    return taken


def fits_source(name: str, value: str, form: str) -> bool:
    """Tell whether a source value has the committed form, with lottery numbers ascending and within their range."""
    parts = {"n": r"(?:0|[1-9]\d{0,8})", "0": r"\d", "h": "[0-9a-f]"}
    pattern, letters = "", []
    for sign in re.findall(r"r+|b+|.", form):
        is_number = sign[0] in "rb"
        letters += [sign[0]] if is_number else []
        pattern += rf"(\d{{{len(sign)}}})" if is_number else parts.get(sign, re.escape(sign))
    found = re.fullmatch(pattern, value, re.ASCII)
    if not found:
        return False
    highest = {"ssq": {"r": 33, "b": 16}, "dlt": {"r": 35, "b": 12}}.get(name.split(".", maxsplit=1)[0])
    for letter in "rb":
        numbers = [int(text) for text, of in zip(found.groups(), letters, strict=True) if of == letter]
        if numbers != sorted(set(numbers)):
            return False
        if highest and not all(1 <= number <= highest[letter] for number in numbers):
            return False
    return True


def usual_form(name: str) -> str:
    """Return the form that well-known sources have when the commitment names none; empty for others."""
    usual = {
        r"ssq\.\d{7}": "rr,rr,rr,rr,rr,rr+bb",
        r"dlt\.\d{7}": "rr,rr,rr,rr,rr+bb,bb",
        r"pl5\.\d{7}": "0" * 5,
        r"fc3d\.\d{7}": "000",
        r"(sse\.000001|szse\.399001)\.close\.\d{8}": "n.0000",
        r"drand\.quicknet\.[1-9]\d{0,9}": "h" * 64,
        r"dice\.[0-9A-Za-z-]+": "0" * 20,
    }
    return next((form for pattern, form in usual.items() if re.fullmatch(pattern, name, re.ASCII)), "")


def may_stand_in(name: str, instead: str) -> bool:
    """Tell whether `instead` can be the next issue, or a later trading day, of the cancelled source `name`."""
    kind, _, number = name.rpartition(".")
    other, _, later = instead.rpartition(".")
    if kind != other or not usual_form(name) or not usual_form(instead):
        return False
    if kind in {"sse.000001.close", "szse.399001.close"}:
        return number < later
    is_issue = kind in {"ssq", "dlt", "pl5", "fc3d"}
    return is_issue and later in {str(int(number) + 1), str(int(number[:4]) + 1) + "001"}


def is_unit(unit: Json) -> bool:
    """Tell whether `unit` is a credit code with a right check digit, or an internal id."""
    if not isinstance(unit, str) or not _NAME.fullmatch(unit):
        return False
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if re.fullmatch(f"[{signs}]{{2}}[0-9]{{6}}[{signs}]{{10}}", unit):
        weighted = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(unit[:17]))
        return signs[-weighted % 31] == unit[17]
    return re.fullmatch(r"[a-z][0-9a-z]*([._-][0-9A-Za-z]+)+", unit) is not None


def is_name(text: Json) -> bool:
    """Tell whether `text` is an identifier of the protocol."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None
