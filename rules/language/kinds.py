"""What a key of the language is: its kind, its meaning in one line, whether it must be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    """What stands behind a key."""

    TEXT = "文字"
    TEXTS = "一段文字或文字列表"
    ID = "小写字母、数字和连字符组成的编号"
    IDS = "编号列表"
    NAME = "事实名"
    NAMES = "事实名列表"
    DAY = "日期，如 2026-03-31"
    MONTH_DAY = "月日，如 08-15"
    PERIOD = "期间，如 3年"
    WHOLE = "整数"
    FLAG = "true 或 false"
    SHARE = "比例，如 40%"
    CHOICE = "固定词之一"
    CHOICES = "固定词，一个或列表"
    LITERAL = "带单位的值"
    LITERALS = "带单位的值的列表"
    EXPRESSION = "算式"
    VALUE = "值（字面值、$参数、{fact: …}、{expr: …}、表格或分情形）"
    VALUES = "值的列表"
    OPERAND = "事实名或值"
    CONDITION = "条件"
    CONDITIONS = "条件列表"
    STEPS = "步骤列表"
    FACTS = "事实名: 值"
    EXPECTED_MONEY = "金额、{min: …, max: …} 或 null"
    ONE = "键值对"
    LIST = "列表"
    MAP = "名称: 键值对"
    WINDOW = "申报时间"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a construct; `of` names the construct behind ONE, LIST and MAP, or the alternatives of ONE."""

    kind: Kind
    help: str
    is_required: bool = False
    of: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Construct:
    """A mapping of the language: its keys, and of which of them exactly one must stand in it."""

    title: str
    keys: Mapping[str, Key]
    exactly_one: tuple[str, ...] = ()
    together: tuple[str, ...] = ()  # all of them or none


def need(key: Key) -> Key:
    """Return the key as one that must be there."""
    return replace(key, is_required=True)


def words(kind: Kind, help_: str, *choices: str) -> Key:
    """Return a key with closed choices."""
    return Key(kind, help_, choices=choices)


def enum(help_: str, choices: type[Enum]) -> Key:
    """Return a key whose choices are the values of an enum."""
    return Key(Kind.CHOICE, help_, choices=tuple(choice.value for choice in choices))


def text(help_: str) -> Key:
    """Return a key for a text."""
    return Key(Kind.TEXT, help_)


def one(help_: str, *of: str) -> Key:
    """Return a key for one construct."""
    return Key(Kind.ONE, help_, of=of)


def listed(help_: str, of: str) -> Key:
    """Return a key for a list of constructs."""
    return Key(Kind.LIST, help_, of=(of,))


def named(help_: str, of: str) -> Key:
    """Return a key for constructs by name."""
    return Key(Kind.MAP, help_, of=(of,))


def value(help_: str) -> Key:
    """Return a key for a value."""
    return Key(Kind.VALUE, help_)


def operand(help_: str) -> Key:
    """Return a key for a fact's name or a value."""
    return Key(Kind.OPERAND, help_)


APPLICANTS = ("enterprise", "person", "organisation")

# ── keys that many constructs share ─────────────────────────────────────────────────────────────────────────────

CITE = one("条款依据", "cite")
READING = one("对有歧义文字的口径", "reading")
DOCUMENTS = listed("所依据的文件", "document")
LABEL = text("给人看的名称")
ID = need(Key(Kind.ID, "编号"))
APPLICANT = words(Kind.CHOICES, "谁有此事实／谁可申报", *APPLICANTS)
