"""The text of a rule file → positioned nodes in which every scalar is still text.

Only YAML's events are used and nothing is ever constructed by YAML, so its 1.1 booleans, octal numbers and timestamps
do not exist here. Whatever could stand for something else than it shows (tags, anchors, aliases, merge keys, duplicate
keys, invisible characters) and whatever could explode is refused while the events arrive, before a tree is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import yaml

from rules.language.model import Position
from rules.language.problems import Refused, short

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_NODES = 100_000  # a rule file has a thousand; this many are read in less than a second

# C0 and C1 controls but tab and line ends, line and paragraph separators, what reorders or hides text, what is no character.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile("\r\n|\r|\n")
_LOADER = getattr(yaml, "CLoader", yaml.Loader)  # the pure one gives the same events, more slowly


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text; `style` is the mark it was written with: empty for plain, else one of ' " | >."""

    text: str
    style: str
    position: Position

    @property
    def is_quoted(self) -> bool:
        """Tell whether the author marked it as text."""
        return self.style != ""


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list of nodes."""

    items: tuple[Node, ...]
    position: Position


class Entry(NamedTuple):
    """A key of a mapping with its place, and what it holds."""

    key: ScalarNode
    value: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Nodes by key, in the order of the file."""

    entries: Mapping[str, Entry]
    position: Position

    def get(self, key: str) -> Node | None:
        """Return what `key` holds, or None."""
        entry = self.entries.get(key)
        return entry.value if entry else None


Node = ScalarNode | SequenceNode | MappingNode


def read_tree(data: bytes, file: str) -> Node:
    """Return the one document of a file as nodes; raise Refused for what no rule file may contain."""
    text = decode(data, file)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, file) from None
    if builder.root is None:
        raise Refused("structure.empty", Position(file, 1, 1), "文件是空的", "首行写 schema: policy/1")
    return builder.root


def decode(data: bytes, file: str) -> str:
    """Return the text of a file; raise Refused for its size, encoding or characters that a reader cannot see."""
    if len(data) > MAX_BYTES:
        raise Refused("structure.size", Position(file, 1, 1), "文件超过 1 MiB", "一个项目一个文件，请拆分")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise Refused(
            "structure.encoding", _place(before, len(before), file), "不是 UTF-8 编码", "请另存为 UTF-8 编码"
        ) from None
    if unseen := _UNSEEN.search(text):
        raise Refused(*_unseen(unseen[0], _place(text, unseen.start(), file)))
    return text


def to_plain(node: Node) -> object:
    """Return a node as plain text, lists and mappings; only unquoted true, false and null become values."""
    if isinstance(node, ScalarNode):
        return node.text if node.is_quoted else _PLAIN_WORDS.get(node.text, node.text)
    if isinstance(node, SequenceNode):
        return [to_plain(item) for item in node.items]
    return {key: to_plain(entry.value) for key, entry in node.entries.items()}


_PLAIN_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Builder:
    """Takes the events of one document and builds its tree without recursion."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self._file = file
        self._open: list[_OpenSequence | _OpenMapping] = []
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event)
            self._add(self._scalar(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_marks(event)
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._open.pop().close())
        else:
            self._check_frame(event)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        position = self._position(event)
        style = event.style or ""
        if style == '"' and (unseen := _UNSEEN.search(event.value)):  # written as an escape
            raise Refused(*_unseen(unseen[0], position))
        return ScalarNode(event.value, style, position)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        position = self._position(event)
        if len(self._open) == MAX_DEPTH:
            raise Refused("structure.depth", position, f"嵌套超过 {MAX_DEPTH} 层", "请拆成较浅的结构")
        if isinstance(event, yaml.MappingStartEvent):
            self._expect_value(position)
            self._open.append(_OpenMapping(position))
        else:
            self._expect_value(position)
            self._open.append(_OpenSequence(position))

    def _expect_value(self, position: Position) -> None:
        if self._open and self._open[-1].awaits_key:
            raise Refused("structure.key", position, "键必须是一个词，不能是列表或映射", "请写成 键: 值")

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise Refused("structure.nodes", node.position, f"内容超过 {MAX_NODES} 个节点", "一个项目一个文件，请拆分")
        if self._open:
            self._open[-1].add(node)
        else:
            self.root = node

    def _refuse_marks(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            raise Refused(
                "structure.anchor",
                self._position(event),
                f"不支持 YAML 锚点 &{short(event.anchor or '')}",
                "请把内容写全",
            )
        tag: str | None = event.tag  # type: ignore[attr-defined]  # every event but the alias has one
        if tag is not None:
            advice = "请去掉以 ! 开头的词；若是文字，请加引号"
            raise Refused("structure.tag", self._position(event), f"不支持 YAML 标签 {short(tag)}", advice)

    def _check_frame(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            advice = "请把内容写全；若是文字，请加引号"
            raise Refused(
                "structure.alias", self._position(event), f"不支持 YAML 别名 *{short(event.anchor or '')}", advice
            )
        if isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:
                raise Refused("structure.tag", Position(self._file, 1, 1), "不支持以 % 开头的 YAML 指令", "请删去该行")
            if self.root is not None:
                advice = "一个项目一个文件；请删去 --- 或拆成几个文件"
                raise Refused("structure.documents", self._position(event), "一个文件里有几份 YAML 文档", advice)

    def _position(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        assert mark is not None  # noqa: S101 - every event of a parsed text has one
        return Position(self._file, mark.line + 1, mark.column + 1)


class _OpenSequence:
    """A list whose end has not come yet."""

    awaits_key = False

    def __init__(self, position: Position) -> None:
        self._position = position
        self._items: list[Node] = []

    def add(self, node: Node) -> None:
        self._items.append(node)

    def close(self) -> SequenceNode:
        return SequenceNode(tuple(self._items), self._position)


class _OpenMapping:
    """A mapping whose end has not come yet; keys and values arrive in turn."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self._entries: dict[str, Entry] = {}
        self._key: ScalarNode | None = None

    @property
    def awaits_key(self) -> bool:
        return self._key is None

    def add(self, node: Node) -> None:
        if self._key is not None:
            self._entries[self._key.text] = Entry(self._key, node)
            self._key = None
            return
        assert isinstance(node, ScalarNode)  # noqa: S101 - _expect_value has refused the others
        if node.text == "<<" and not node.is_quoted:
            raise Refused("structure.merge-key", node.position, "不支持 YAML 合并键 <<", "请把内容写全")
        if first := self._entries.get(node.text):
            message = f"键 {short(node.text)} 写了两次（第一次在第 {first.key.position.line} 行）"
            raise Refused("structure.duplicate-key", node.position, message, "请删去其中一个")
        self._key = node

    def close(self) -> MappingNode:
        return MappingNode(self._entries, self._position)


def _unseen(character: str, position: Position) -> tuple[str, Position, str, str]:
    message = f"有看不见的字符 U+{ord(character):04X}"
    return "structure.character", position, message, "请删去它（双向控制、零宽和控制字符会让所见与所存不同）"


def _place(text: str, index: int, file: str) -> Position:
    ends = [match.end() for match in _LINE_END.finditer(text, 0, index)]
    return Position(file, len(ends) + 1, index - (ends[-1] if ends else 0) + 1)


# ── what a YAML parser's complaint means to an author ────────────────────────────────────────────────────────────


def _syntax_error(error: yaml.YAMLError, text: str, file: str) -> Refused:
    problem = getattr(error, "problem", "") or ""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context_mark", None)
    lines = _LINE_END.split(text)
    line = min(mark.line, len(lines) - 1) if mark else 0
    first = min(context.line, line) if context else line
    for number, index, advice in _suspects(lines, first, line):
        return Refused("structure.yaml-syntax", Position(file, number + 1, index + 1), "YAML 写法有误", advice)
    if context and not "".join(lines[line:]).strip():
        mark, line = context, context.line  # the end of the file is where nobody would look
    place = Position(file, line + 1, mark.column + 1 if mark else 1)
    advice = next((said for part, said in _ADVICE if part in problem), "请检查本行与上一行的缩进、冒号、括号和引号")
    if context and context.line < line:
        advice += f"（从第 {context.line + 1} 行开始的结构没有写完）"
    return Refused("structure.yaml-syntax", place, "YAML 写法有误", advice)


def _suspects(lines: list[str], first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """Find the habits behind most broken files, from the line before the broken structure to the complaint."""
    for number in range(max(first - 1, 0), last + 1):
        for habit, advice in _HABITS:
            if found := habit.search(lines[number]):
                yield number, found.end() - 1, advice


_HABITS = (
    (re.compile(r"^ *\t"), "缩进不能用制表符（Tab），请改用空格"),
    (re.compile(r"^\s*(?:- )?[\w-]+："), "全角冒号“：”不能分隔键和值，请改成半角冒号加空格“: ”"),
    (re.compile(r"\{.*: *[\w.]+\["), '带 [-1] 的事实名写在花括号里要加引号，如 "revenue[-1]"'),
)
_ADVICE = (
    ("mapping values are not allowed", "同一行有两个“: ”，或上一行的键没有写完；文字里有半角冒号时请整段加引号"),
    ("expected ',' or ']'", "方括号没有配对，或列表项之间少了半角逗号"),
    ("expected ',' or '}'", "花括号没有配对，或各项之间少了半角逗号；文字里有半角逗号时请加引号"),
    ("unexpected end of stream", "引号没有配对"),
    ("cannot start any token", "这个符号不能放在开头；若是文字，请加引号"),
    ("expected '-' indicator", "同一层里列表项和键混在一起；请检查缩进"),
    ("sequence entries are not allowed", "列表项“- ”要另起一行，比上一行的键多缩进两格"),
    ("could not find expected ':'", "键后面少了半角冒号加空格“: ”"),
    ("did not find expected <document start>", "缩进不一致；同一层的键要左对齐"),
    ("expected key", "缩进不一致；同一层的键要左对齐"),
)
