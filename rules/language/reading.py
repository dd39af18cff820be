"""A mapping node read by the keyword table: unknown and missing keys are reported, each part is fetched by its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import TypeVar

from rules.calendar import Period
from rules.language.findings import Finding
from rules.language.keywords import CONSTRUCTS
from rules.language.kinds import Construct
from rules.language.model import Position
from rules.language.problems import Gatherer, Refused, did_you_mean, nearest, short
from rules.language.quantities import QuantityError, parse_date, parse_period, parse_ratio
from rules.language.source import Entry, MappingNode, Node, ScalarNode, SequenceNode

T = TypeVar("T")
Q = TypeVar("Q")

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MAX_WHOLE = 10_000


class Fields(Gatherer):
    """The entries of one construct; getters note what they cannot read, `done` lets only a whole construct through."""

    def __init__(self, node: MappingNode, construct: Construct, notes: list[Finding]) -> None:
        super().__init__(notes)
        self.node = node
        self.construct = construct
        self.position = node.position
        self.meant: set[str] = set()  # keys that misspelt ones were probably meant to be

    @classmethod
    def open(cls, node: Node, name: str, notes: list[Finding]) -> Fields:
        """Check a node's keys against the construct `name`; raise Refused when it is no mapping at all."""
        return cls.of(node, CONSTRUCTS[name], notes)

    @classmethod
    def of(cls, node: Node, construct: Construct, notes: list[Finding]) -> Fields:
        """Check a node's keys against a construct, which may be of another language of the family; raise as `open`."""
        fields = cls(mapping(node, construct.title), construct, notes)
        fields._refuse_unknown_keys()
        fields._refuse_missing_keys()
        return fields

    def afresh(self) -> Fields:
        """Return the same entries for reading a part that does not depend on what the others say."""
        return Fields(self.node, self.construct, self.notes)

    def has(self, key: str) -> bool:
        """Tell whether the author wrote `key`."""
        return key in self.node.entries

    def raw(self, key: str) -> Node | None:
        """Return what stands behind `key`, unread."""
        return self.node.get(key)

    def place(self, key: str) -> Position:
        """Return where the value of `key` stands, or the construct itself."""
        node = self.raw(key)
        return node.position if node else self.position

    def optional(self, key: str, read: Callable[[Node], T]) -> T | None:
        """Return what `read` makes of the value, None when it is not written."""
        node = self.raw(key)
        return None if node is None else self.get(read, node)

    def required(self, key: str, read: Callable[[Node], T]) -> T:
        """Return what `read` makes of the value, for building: see `must`."""
        return self.must(self.optional(key, read))

    def text(self, key: str) -> str:
        """Return a text, empty when it is not written."""
        return self.optional(key, read_text) or ""

    def texts(self, key: str, read: Callable[[Node], str] | None = None) -> tuple[str, ...]:
        """Return a list of texts, or the one that stands alone, each as `read` understands it."""
        nodes = self.optional(key, _one_or_more) or ()
        return self.each(nodes, read or read_text)

    def id(self, key: str) -> str:
        """Return an id, empty when it is not written."""
        return self.optional(key, read_id) or ""

    def ids(self, key: str) -> tuple[tuple[str, Position], ...]:
        """Return a list of distinct ids with their places."""
        return self.optional(key, read_ids) or ()

    def choice(self, key: str, default: str = "") -> str:
        """Return one of the words the table allows."""
        return self.optional(key, lambda node: self._chosen(key, node)) or default

    def choices(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return one or several of the words the table allows."""
        return self.optional(key, lambda node: tuple(self._chosen(key, item) for item in _one_or_more(node))) or default

    def day(self, key: str) -> date | None:
        """Return a date."""
        return self.optional(key, read_day)

    def span(self) -> tuple[date | None, date | None]:
        """Return the first and the last day of a construct with `from` and `to`; note a span that ends before it begins."""
        first, last = self.day("from"), self.day("to")
        if first and last and last < first:
            message = f"末日 {last} 早于首日 {first}"
            self.refuse("time.reversed", self.place("to"), message, "请改正 from 或 to")
        return first, last

    def period(self, key: str) -> Period | None:
        """Return a length of time."""
        return self.optional(key, lambda node: literal(node, parse_period))

    def share(self, key: str) -> Fraction | None:
        """Return a ratio."""
        return self.optional(key, lambda node: literal(node, parse_ratio))

    def whole(self, key: str) -> int | None:
        """Return a small whole number."""
        return self.optional(key, read_whole)

    def flag(self, key: str) -> bool | None:
        """Return true or false."""
        return self.optional(key, read_flag)

    def one(self, key: str, name: str, read: Callable[[Fields], T]) -> T | None:
        """Return the construct `name` behind `key`."""
        return self.optional(key, lambda node: read(Fields.open(node, name, self.notes)))

    def many(self, key: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """Return the items of a list that could be read; every one that could not is noted."""
        return self.optional(key, lambda node: self.each(items(node, key), read)) or ()

    def named(self, key: str, read: Callable[[Entry], T]) -> dict[str, T]:
        """Return what `read` makes of each entry of a mapping by name."""
        node = self.raw(key)
        if node is None:
            return {}
        found = self.get(mapping, node, key)
        entries = found.entries if found is not None else {}
        read_entries = ((name, self.get(read, entry)) for name, entry in entries.items())
        return {name: value for name, value in read_entries if value is not None}

    def _chosen(self, key: str, node: Node) -> str:
        word = read_text(node)
        choices = self.construct.keys[key].choices
        if word not in choices:
            message = f"{key} 不能写“{short(word)}”"
            raise Refused("structure.unknown-word", node.position, message, did_you_mean(word, choices))
        return word

    def _refuse_unknown_keys(self) -> None:
        """Note each key that the table does not have."""
        known = self.construct.keys
        for word, (key, value) in self.node.entries.items():
            if word in known:
                continue
            message = f"{self.construct.title}里没有 {short(word)} 这个键"
            if isinstance(value, ScalarNode) and not value.text and not value.is_quoted and not word.isascii():
                advice = "文字里若有半角逗号，请给整段文字加引号，或改用全角逗号"
            else:
                free = [name for name in known if name not in self.node.entries]
                self.meant.add(nearest(word, free))
                advice = did_you_mean(word, free)
            self.refuse("structure.unknown-key", key.position, message, advice)

    def _refuse_missing_keys(self) -> None:
        title, entries, meant = self.construct.title, self.node.entries, self.meant
        for word, key in self.construct.keys.items():
            if key.is_required and word not in entries and word not in meant:
                self.refuse("structure.missing-key", self.position, f"{title}缺少 {word}", f"请加上 {word}: {key.help}")
        if one_of := self.construct.exactly_one:
            written = [word for word in one_of if word in entries]
            if not written and not meant & set(one_of):
                advice = f"请写其中一个：{'、'.join(one_of)}"
                self.refuse("structure.missing-key", self.position, f"{title}没有写全", advice)
            for surplus in written[1:]:
                message = f"{title}里 {written[0]} 与 {surplus} 只能写一个"
                self.refuse("structure.conflicting-keys", entries[surplus].key.position, message, "请删去其中一个")
        together = [word for word in self.construct.together if word in entries]
        if together and len(together) < len(self.construct.together) and not meant & set(self.construct.together):
            advice = f"{'、'.join(self.construct.together)} 要一起写"
            self.refuse("structure.missing-key", entries[together[0]].key.position, f"{title}没有写全", advice)


# ── single nodes ─────────────────────────────────────────────────────────────────────────────────────────────────


def mapping(node: Node, what: str) -> MappingNode:
    """Return a mapping; raise Refused for another node."""
    if isinstance(node, MappingNode):
        return node
    advice = "请写成 键: 值"
    if isinstance(node, ScalarNode) and re.match(r"[\w-]+[：:]", node.text):
        advice = "冒号要用半角，后面空一格，如 title: 名称"
    raise Refused("structure.shape", node.position, f"{what}应是键值对", advice)


def items(node: Node, what: str) -> tuple[Node, ...]:
    """Return the items of a list that has some; raise Refused for another node."""
    if not isinstance(node, SequenceNode):
        raise Refused("structure.shape", node.position, f"{what} 应是列表", "请写成 [甲, 乙]，或逐行以“- ”开头")
    if not node.items:
        raise Refused("structure.shape", node.position, f"{what} 是空列表", "请写上内容，或删去这一项")
    return node.items


def scalar(node: Node) -> ScalarNode:
    """Return a scalar with something in it; raise Refused for another node."""
    if not isinstance(node, ScalarNode):
        raise Refused("structure.shape", node.position, "这里应写一个值，不是列表或键值对", "请只写一个值")
    if not node.text.strip():
        raise Refused("structure.shape", node.position, "这里没有写内容", "请写上内容，或删去这一行")
    return node


def literal(node: Node, parse: Callable[[str], Q]) -> Q:
    """Return the quantity a scalar states; raise Refused with the place of what is no such quantity."""
    found = scalar(node)
    try:
        return parse(found.text)
    except QuantityError as error:
        raise Refused("type.literal", found.position, error.message, error.advice) from None


def read_text(node: Node) -> str:
    """Return a text without the blanks around it."""
    return scalar(node).text.strip()


def read_id(node: Node) -> str:
    """Return an id: what looks like another letter is none."""
    return _matching(node, ID, "编号", "只用小写字母、数字和连字符，如 luohu-rd-2026")


def read_ids(node: Node) -> tuple[tuple[str, Position], ...]:
    """Return distinct ids with their places."""
    found: dict[str, Position] = {}
    for item in _one_or_more(node):
        id_ = read_id(item)
        if id_ in found:
            raise Refused("structure.duplicate", item.position, f"{id_} 写了两次", "请删去其中一个")
        found[id_] = item.position
    return tuple(found.items())


def read_name(node: Node) -> str:
    """Return the name of a fact or parameter where it is defined."""
    return _matching(node, NAME, "名称", "以小写字母开头，只用小写字母、数字和下划线，如 rd_expense")


def read_day(node: Node) -> date:
    """Return a date."""
    return literal(node, parse_date)


def read_whole(node: Node) -> int:
    """Return a whole number from 0 to 10,000."""
    text = read_text(node)
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= _MAX_WHOLE):
        raise Refused("type.literal", node.position, f"“{short(text)}”不是整数", f"请写 0 至 {_MAX_WHOLE} 之间的整数")
    return int(text)


def read_flag(node: Node) -> bool:
    """Return the value of a plain true or false."""
    found = scalar(node)
    if found.is_quoted or found.text not in {"true", "false"}:
        advice = "是写 true，否写 false，不加引号"
        raise Refused("type.literal", node.position, f"“{short(found.text)}”不是是非值", advice)
    return found.text == "true"


def is_null(node: Node) -> bool:
    """Tell whether the author wrote a plain `null`."""
    return isinstance(node, ScalarNode) and not node.is_quoted and node.text in {"null", "~"}


def _one_or_more(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else (node,)


def _matching(node: Node, pattern: re.Pattern[str], what: str, advice: str) -> str:
    text = scalar(node).text
    if not pattern.fullmatch(text):
        raise Refused("structure.name", node.position, f"“{short(text)}”不能作{what}", advice)
    return text
