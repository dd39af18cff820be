"""Code tables: the closed lists of values that a fact of type code may take.

Each file of `codes/` is one table (`schema: codes/1`). A rule, a form and a spreadsheet may write a value as its key,
label, official number or alias, in full or half width, with or without spaces and brackets; `lookup` turns all of them
into the key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from rules.language.model import SourceQuality

CODES_FOLDER = Path(__file__).with_name("codes")

_TABLE_KEYS = {"schema", "id", "title", "source", "prefix_of", "ordered", "open", "codes"}
_SOURCE_KEYS = {"title", "number", "source_quality", "note"}
_ENTRY_KEYS = {"label", "parent", "code", "aliases", "note", "source_quality", "fictitious"}
_PREFIX_CODE = re.compile(r"([a-z]?)(\d{2,4})")  # folded: the section's letter may be left out


@dataclass(frozen=True, slots=True)
class CodeSource:
    """Where a table comes from, and how well that text was seen."""

    title: str
    number: str
    source_quality: SourceQuality
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One value: `code` is the key that facts and rules hold, `number` its official number where that is another."""

    code: str
    label: str
    source_quality: SourceQuality
    parent: str | None = None
    number: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""
    is_fictitious: bool = False


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A closed list of values, in the order of the file.

    In a prefix table (GB/T 4754: a letter and up to four digits) a longer code lies under its beginnings, and with
    `is_open` a code below a listed division is accepted though the file does not list it. In an ordered table a later
    entry is the higher.
    """

    id: str
    title: str
    source: CodeSource
    entries: tuple[CodeEntry, ...]
    is_prefix: bool = False
    is_ordered: bool = False
    is_open: bool = False
    _by_code: Mapping[str, CodeEntry] = field(init=False, repr=False, compare=False)
    _spellings: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = {entry.code: entry for entry in self.entries}
        object.__setattr__(self, "_by_code", by_code)
        object.__setattr__(self, "_spellings", self._index(by_code))

    def __iter__(self) -> Iterator[CodeEntry]:
        return iter(self.entries)

    def __contains__(self, code: object) -> bool:
        """Tell whether the file lists `code` itself."""
        return code in self._by_code

    def lookup(self, text: str) -> str | None:
        """Return the key that `text` means, or None.

        >>> industries = load_code_tables()["gbt4754"]
        >>> [industries.lookup(text) for text in ("Ｆ-5146", "5146", "珠宝首饰零售", "C5146")]
        ['F5146', 'F5146', 'F5245', None]
        """
        folded = _fold(text)
        listed = self._spellings.get(folded)
        return listed if listed or not self.is_prefix else self._lookup_prefix(folded)

    def entry(self, code: str) -> CodeEntry | None:
        """Return the entry the file lists under `code`, or None."""
        return self._by_code.get(code)

    def label(self, code: str) -> str:
        """Return the label of a value; raise ValueError for what is none.

        An unlisted code of an open table reads as what it lies under.

        >>> load_code_tables()["gbt4754"].label("C3911")
        '计算机制造（C3911）'
        """
        key = self.lookup(code)
        if key is None:
            raise ValueError(self.complaint(code))
        if found := self._by_code.get(key):
            return found.label
        above = max((listed for listed in self._by_code if key.startswith(listed)), key=len)
        return f"{self._by_code[above].label}（{key}）"

    def is_under(self, code: str, prefix: str) -> bool:
        """Tell whether key `code` is `prefix` or lies under it.

        >>> load_code_tables()["gbt4754"].is_under("F5146", "F51")
        True
        >>> load_code_tables()["admin_division"].is_under("罗湖区", "广东省")
        True
        """
        if self.is_prefix:
            # An undivided group has one class, written with 0: K701 and K7010 are the same thing.
            return _unpadded(code).startswith(_unpadded(prefix))
        return prefix in self._chain(code)

    def may_be_under(self, code: str, prefix: str) -> bool:
        """Tell whether something known as `code` can turn out to lie under `prefix`: false alone is a “no”.

        A firm known only as 批发业 (F51) may be a jeweller's wholesaler (F5146): that is unknown, not false.
        """
        return self.is_under(code, prefix) or self.is_under(prefix, code)

    def rank(self, code: str) -> int:
        """Return the place of a key in an ordered table, 0 for the lowest; raise ValueError where there is no order."""
        if not self.is_ordered:
            raise ValueError(f"“{self.title}”没有高低之分，不能比较；请改用 is、in")
        if code not in self._by_code:
            raise ValueError(self.complaint(code))
        return [entry.code for entry in self.entries].index(code)

    def suggest(self, text: str, limit: int = 3) -> tuple[str, ...]:
        """Return the keys nearest to a text that `lookup` does not know, best first.

        >>> load_code_tables()["gbt4754"].suggest("C5146")[0]
        'F5146'
        """
        folded = _fold(text)
        if not folded:
            return ()
        if self.is_prefix and (digits := "".join(filter(str.isdigit, folded))):
            found = [self.lookup(digits[:n]) for n in (4, 3, 2)]
            return tuple(dict.fromkeys(filter(None, found)))[:limit]
        parts = [known for known in self._spellings if len(known) > 1 and (folded in known or known in folded)]
        parts.sort(key=lambda known: abs(len(known) - len(folded)))
        parts += get_close_matches(folded, self._spellings, n=limit, cutoff=0.5)
        return tuple(dict.fromkeys(self._spellings[known] for known in parts))[:limit]

    def complaint(self, text: str) -> str:
        """Return the sentence, in Chinese, that says `text` is not in the table and what could be written."""
        near = "、".join(f"{code}（{self.label(code)}）" if self.is_prefix else code for code in self.suggest(text))
        return f"“{text}”不在“{self.title}”中" + (f"；是否指 {near}" if near else "")

    def _lookup_prefix(self, folded: str) -> str | None:
        match = _PREFIX_CODE.fullmatch(folded)
        if not match:
            return None
        letter, digits = match.groups()
        if not digits.strip("0"):
            return self._spellings.get(letter)  # a section padded to full length: F0000
        padded_off = self._spellings.get(_unpadded(letter + digits))
        if padded_off or not self.is_open:
            return padded_off
        division = self._spellings.get(letter + digits[:2])
        return _unpadded(division + digits[2:]) if division else None

    def _chain(self, code: str | None) -> list[str]:
        """List a code and what it lies under, nearest first; a parent stands before its children, so this ends."""
        chain = []
        while code is not None:
            chain.append(code)
            found = self._by_code.get(code)
            code = found.parent if found else None
        return chain

    def _index(self, by_code: Mapping[str, CodeEntry]) -> dict[str, str]:
        index: dict[str, str] = {}
        for entry in self.entries:
            for spelling in dict.fromkeys(map(_fold, self._spellings_of(entry, by_code))):
                taken = index.get(spelling)
                # Section K and its only division K70 are both 房地产业: the narrower one lies under both.
                if taken and not (self.is_prefix and entry.code.startswith(taken)):
                    raise ValueError(f"代码 {entry.code} 的写法“{spelling}”已属于 {taken}；请改标签或别名")
                index[spelling] = entry.code
        return index

    def _spellings_of(self, entry: CodeEntry, by_code: Mapping[str, CodeEntry]) -> Iterator[str]:
        yield from filter(None, (entry.code, entry.label, entry.number, *entry.aliases))
        if self.is_prefix:
            yield entry.code + entry.label
            if digits := entry.code[1:]:
                yield from (digits, digits + entry.label)
        else:
            path = entry.label
            for above in self._chain(entry.parent):
                path = by_code[above].label + path
                yield path


def _fold(text: str) -> str:
    """Reduce a text to what carries meaning: half width, lower case, letters and digits only."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _unpadded(code: str) -> str:
    """Drop the zeros that fill a code up behind its two-digit division."""
    division = 3 if code[:1].isalpha() else 2
    return code[:division] + code[division:].rstrip("0")


@cache
def load_code_tables(folder: Path = CODES_FOLDER) -> Mapping[str, CodeTable]:
    """Read every table of a folder, by id; raise ValueError, in Chinese, for a malformed one."""
    return MappingProxyType({path.stem: _load_table(path) for path in sorted(folder.glob("*.yaml"))})


def _load_table(path: Path) -> CodeTable:
    try:
        # The base loader makes strings, lists and mappings, nothing else.
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
        return _table_from(_mapping(data, "文件"), path.stem)
    except (yaml.YAMLError, KeyError, ValueError) as error:
        reason = f"缺少 {error}" if isinstance(error, KeyError) else error
        raise ValueError(f"{path.name}：代码表格式不对：{reason}") from error


def _table_from(data: Mapping[str, Any], expected_id: str) -> CodeTable:
    if data.get("schema") != "codes/1":
        raise ValueError("首行应为 schema: codes/1")
    _only(data, _TABLE_KEYS, "文件")
    if data["id"] != expected_id:
        raise ValueError(f"id 应与文件名相同，写 id: {expected_id}")
    source = _mapping(data["source"], "source")
    _only(source, _SOURCE_KEYS, "source")
    quality = _quality(source["source_quality"])
    is_prefix = _flag(data, "prefix_of")
    codes = _mapping(data["codes"], "codes")
    return CodeTable(
        id=data["id"],
        title=data["title"],
        source=CodeSource(source["title"], source.get("number", ""), quality, source.get("note", "")),
        entries=tuple(_entries_from(codes, quality, is_prefix=is_prefix)),
        is_prefix=is_prefix,
        is_ordered=_flag(data, "ordered"),
        is_open=_flag(data, "open"),
    )


def _entries_from(codes: Mapping[str, Any], quality: SourceQuality, *, is_prefix: bool) -> Iterator[CodeEntry]:
    seen: set[str] = set()
    for code, raw in codes.items():
        place = f"代码 {code}"
        given = _mapping(raw, place)
        _only(given, _ENTRY_KEYS, place)
        yield CodeEntry(
            code=code,
            label=given.get("label", code),
            source_quality=_quality(given["source_quality"]) if "source_quality" in given else quality,
            parent=_prefix_parent(code, seen) if is_prefix else _parent(code, given.get("parent", "null"), seen),
            number=given.get("code", ""),
            aliases=_texts(given.get("aliases", []), place),
            note=given.get("note", ""),
            is_fictitious=_flag(given, "fictitious"),
        )
        seen.add(code)


def _prefix_parent(code: str, seen: set[str]) -> str | None:
    if not re.fullmatch(r"[A-Z](\d{2,4})?", code):
        raise ValueError(f"代码 {code} 应是一个大写字母，后接二至四位数字，如 F5146")
    beginnings = [code[:n] for n in (4, 3, 1) if n < len(code)]
    missing = [beginning for beginning in beginnings if len(beginning) < 4 and beginning not in seen]
    if missing:
        raise ValueError(f"代码 {code} 之前应先列出 {missing[-1]}")
    return next((beginning for beginning in beginnings if beginning in seen), None)


def _parent(code: str, parent: str, seen: set[str]) -> str | None:
    if parent == "null":
        return None
    if parent not in seen:
        raise ValueError(f"代码 {code} 的上级 {parent} 应先于它列出")
    return parent


def _mapping(raw: object, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise ValueError(f"{place} 应写成键值对")  # noqa: TRY004  a fault of the file
    return raw


def _texts(raw: object, place: str) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise ValueError(f"{place} 的 aliases 应写成列表，如 [国高, 高企]")  # noqa: TRY004  a fault of the file
    return tuple(raw)


def _only(raw: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    for key in raw.keys() - known:
        near = get_close_matches(key, known, n=1)
        raise ValueError(f"{place} 有不认识的键 {key}" + (f"；是否指 {near[0]}" if near else ""))


def _flag(raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, "false")
    if value not in {"true", "false"}:
        raise ValueError(f"{key} 应写 true 或 false，现为 {value}")
    return bool(value == "true")


def _quality(text: str) -> SourceQuality:
    try:
        return SourceQuality(text)
    except ValueError:
        known = "、".join(quality.value for quality in SourceQuality)
        raise ValueError(f"source_quality 应为 {known}，现为 {text}") from None
