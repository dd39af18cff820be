"""Read an applicant's facts from YAML, JSON, a form or an embedded test; every fault is reported, each with its advice."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, cast

from matcher.profile.facts import (
    EMPLOYER,
    Absent,
    Between,
    Exact,
    Item,
    Items,
    OneOf,
    Profile,
    Source,
    State,
    fact_key,
)
from matcher.profile.scalars import check_domain, read_scalar
from rules.language.model import Dimension, Field, Vocabulary
from rules.language.problems import Refused, nearest, short
from rules.language.quantities import Codes, QuantityError
from rules.language.source import decode, read_tree, to_plain
from rules.vocabulary.codes import load_code_tables

APPLICANTS = ("enterprise", "person", "organisation")
_RANGED = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO, Dimension.DATE))
_YEAR = re.compile(r"(19|20)\d{2}")
_KEY_FIELDS = ("id", "name", "number")
_LONGEST_INTEGER = 40
_MOST_PROBLEMS = 100  # each unknown name costs a search for the nearest known one


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    """A fault of one fact: its path (`stores[2].closed_days`), what is wrong, what to write instead."""

    field: str
    message: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.field}：" if self.field else ""
        return f"{place}{self.message}。{self.advice}"


class ProfileErrors(ValueError):
    """Raised when facts cannot be read; `errors` has every problem found, not the first alone."""

    def __init__(self, errors: Sequence[ProfileProblem]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def read_profile(
    data: Mapping[str, object], vocabulary: Vocabulary, code_tables: Mapping[str, Codes] | None = None
) -> Profile:
    """Return the profile that a mapping of fact names states; raise ProfileErrors.

    JSON numbers must come as int or Decimal, never as float: `read_profile_text` sees to it.
    """
    # A table has all that Codes asks for; its frozen title is merely not assignable.
    tables = cast("Mapping[str, Codes]", load_code_tables()) if code_tables is None else code_tables
    reader = _Reader(vocabulary, tables)
    reader.read(data, "")
    if reader.problems:
        raise ProfileErrors(reader.problems)
    return Profile(reader.facts, reader.sources, reader.applicant)


def read_profile_text(
    text: str, form: str, vocabulary: Vocabulary, code_tables: Mapping[str, Codes] | None = None
) -> Profile:
    """Return the profile of a YAML or JSON text; `form` is yaml or json. Raise ProfileErrors."""
    try:
        data = _from_json(text) if form == "json" else to_plain(read_tree(text.encode(), "profile"))
    except Refused as refused:
        found = refused.finding
        place = f"第{found.position.line}行第{found.position.column}列"
        raise ProfileErrors([ProfileProblem("", f"{place}：{found.message}", found.advice)]) from None
    if not isinstance(data, dict):
        raise ProfileErrors([ProfileProblem("", "档案应是一组“事实: 值”", "请写如 registered_in: 罗湖区")])
    return read_profile(data, vocabulary, code_tables)


def _from_json(text: str) -> object:
    try:
        return json.loads(
            decode(text.encode(), "profile"),
            parse_float=Decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repetition,
        )
    except json.JSONDecodeError as error:
        message = f"第{error.lineno}行第{error.colno}列：JSON 写法有误"
        raise ProfileErrors([ProfileProblem("", message, "请检查引号、逗号和括号")]) from None
    except RecursionError:
        raise ProfileErrors([ProfileProblem("", "JSON 嵌套太深", "请按事实名一层写开")]) from None


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise ProfileErrors([ProfileProblem("", f"数字 {digits[:10]}… 的位数太多", "请核对")])
    return int(digits)


def _refuse_constant(word: str) -> NoReturn:
    raise ProfileErrors([ProfileProblem("", f"{word} 不是数", "不知道就不要写这一项")])


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ProfileErrors([ProfileProblem(short(key), "写了两次", "请删去其中一个")])
        found[key] = value
    return found


class _Reader:
    """Gathers the facts of one profile and everything that is wrong with them."""

    def __init__(self, vocabulary: Vocabulary, tables: Mapping[str, Codes]) -> None:
        self.facts: dict[str, State] = {}
        self.sources: dict[str, Source] = {}
        self.problems: list[ProfileProblem] = []
        self.applicant = ""
        self._vocabulary = vocabulary
        self._tables = tables

    def read(self, data: Mapping[str, object], prefix: str) -> None:
        for key, value in data.items():
            try:
                self._read_entry(str(key), value, prefix)
            except QuantityError as error:
                self._note(prefix + short(str(key)), error)

    def _read_entry(self, key: str, value: object, prefix: str) -> None:
        if key == "applicant" and not prefix and key not in self._vocabulary.fields:
            self._read_applicant(value)
        elif key == EMPLOYER[:-1] and not prefix:
            if not isinstance(value, Mapping):
                raise QuantityError("用人单位应写成一组“事实: 值”", "请写如 employer: {registered_in: 罗湖区}")
            self.read(value, EMPLOYER)
        else:
            name, at, year = key.removeprefix(EMPLOYER).partition("@")
            field = self._field(name)
            full = (EMPLOYER if key.startswith(EMPLOYER) else prefix) + name
            self._read_fact(field, value, full, self._year(field, year) if at else None)

    def _read_applicant(self, value: object) -> None:
        if value not in APPLICANTS:
            raise QuantityError("申报对象不明", "请写 enterprise、person 或 organisation")
        self.applicant = str(value)

    def _field(self, name: str) -> Field:
        if found := self._vocabulary.fields.get(name):
            return found
        if name in self._vocabulary.derived:
            label = self._vocabulary.derived[name].label
            raise QuantityError(f"“{label}”由其他事实算出，不能直接填写", "请填写它所依据的事实")
        names = {known: field.label for known, field in self._vocabulary.fields.items()}
        near = nearest(name, names) or {label: known for known, label in names.items()}.get(
            nearest(name, names.values())
        )
        raise QuantityError("没有这个事实", f"是否指 {near}（{names[near]}）" if near else "请查事实字典")

    def _year(self, field: Field, year: object) -> int:
        if not field.yearly:
            raise QuantityError(f"“{field.label}”不是按年的事实", "请直接写一个值")
        if not _YEAR.fullmatch(str(year)):
            raise QuantityError(f"“{short(str(year))}”不是年份", "请写四位年份，如 2025")
        return int(str(year))

    def _read_fact(self, field: Field, value: object, name: str, year: int | None) -> None:
        value, source = _unwrapped(value)
        is_by_year = isinstance(value, Mapping) and value and all(_YEAR.fullmatch(str(key)) for key in value)
        if is_by_year and year is None:
            assert isinstance(value, Mapping)  # noqa: S101  just looked
            for each, answer in value.items():
                self._keep(field, answer, fact_key(name, self._year(field, each)), source)
        else:
            self._keep(field, value, fact_key(name, year), source)

    def _keep(self, field: Field, value: object, key: str, source: Source | None) -> None:
        if key in self.facts:  # such as revenue@2025 beside revenue: {2025: …}
            self._note(key, QuantityError("写了两次", "请删去其中一个"))
            return
        try:
            value, own = _unwrapped(value)
            self.facts[key] = self._state(field, value, key)
        except QuantityError as error:
            self._note(key, error)
        else:
            if own or source:
                self.sources[key] = own or source or Source.DECLARED

    def _state(self, field: Field, value: object, key: str) -> State:
        if value is None:
            if not field.nullable:
                raise QuantityError(f"“{field.label}”不能为空", "不知道就不要写这一项")
            return Absent()
        if field.dimension is Dimension.LIST:
            return self._items(field, value, key)
        if isinstance(value, Mapping):
            return self._special(field, value)
        return Exact(read_scalar(value, field, self._tables))

    def _special(self, field: Field, value: Mapping[str, object]) -> State:
        keys = set(value)
        if keys == {"fen"} and field.dimension is Dimension.MONEY:
            fen = value["fen"]
            if not isinstance(fen, int) or isinstance(fen, bool):
                raise QuantityError("fen 应是整数（分）", '请写如 {"fen": 6200000}')
            check_domain(Fraction(fen), field)
            return Exact(Fraction(fen))
        if keys and keys <= {"from", "upto"} and field.dimension in _RANGED:
            return self._between(field, value)
        if keys == {"in"} and field.dimension is Dimension.CODE and isinstance(value["in"], list) and value["in"]:
            return OneOf(frozenset(str(read_scalar(each, field, self._tables)) for each in value["in"]))
        raise QuantityError(f"“{field.label}”不能这样写", "请写一个值，或 {from: 下限, upto: 上限}")

    def _between(self, field: Field, value: Mapping[str, object]) -> State:
        low, high = (self._end(field, value.get(end)) for end in ("from", "upto"))
        if low is not None and high is not None and low > high:  # type: ignore[operator]  # of one field, so of one kind
            raise QuantityError("范围的下限大于上限", "请对调 from 和 upto")
        return Exact(low) if low is not None and low == high else Between(low, high)

    def _end(self, field: Field, raw: object) -> Fraction | date | None:
        if raw is None:
            return None
        end = read_scalar(raw, field, self._tables)
        assert isinstance(end, Fraction | date)  # noqa: S101  only such fields have ranges
        return end

    def _items(self, field: Field, value: object, key: str) -> State:
        if not isinstance(value, list):
            raise QuantityError(f"“{field.label}”应写成列表", "请逐项写，没有就写 []")
        if isinstance(field.maximum, Fraction) and len(value) > field.maximum:
            raise QuantityError(f"“{field.label}”最多{int(field.maximum)}项，现为{len(value)}项", "请合并或分次填写")
        items: list[Item] = []
        taken: set[str] = set()
        for place, raw in enumerate(value, 1):
            path = f"{key}[{place}]"
            if not isinstance(raw, Mapping):
                self._note(path, QuantityError("每一项应是一组“事实: 值”", "请写如 {name: 甲店}"))
                continue
            fields = self._item_fields(field, raw, path)
            name = _key_of(fields, place, taken)
            taken.add(name)
            items.append(Item(name, fields))
        return Items(tuple(items))

    def _item_fields(self, field: Field, raw: Mapping[str, object], path: str) -> dict[str, State]:
        fields: dict[str, State] = {}
        for name, answer in raw.items():
            place = f"{path}.{short(str(name))}"
            known = field.item.get(str(name))
            if known is None:
                near = nearest(str(name), field.item)
                advice = f"是否指 {near}（{field.item[near].label}）" if near else f"可以写：{'、'.join(field.item)}"
                self._note(place, QuantityError(f"“{field.label}”的各项没有这个事实", advice))
                continue
            try:
                fields[str(name)] = self._state(known, answer, place)
            except QuantityError as error:
                self._note(place, error)
        return fields

    def _note(self, path: str, error: QuantityError) -> None:
        self.problems.append(ProfileProblem(path, error.message, error.advice))
        if len(self.problems) == _MOST_PROBLEMS:
            more = ProfileProblem("", f"问题超过 {_MOST_PROBLEMS} 处，其余没有列出", "请先改正以上各处")
            raise ProfileErrors([*self.problems, more])


def _unwrapped(value: object) -> tuple[object, Source | None]:
    """Return an answer and who vouches for it, where it is written as {value, source}."""
    if not isinstance(value, Mapping) or not {"value"} <= set(value) <= {"value", "source"}:
        return value, None
    word = value.get("source", Source.DECLARED.value)
    known = [source.value for source in Source]
    if word not in known:
        raise QuantityError(f"“{short(str(word))}”不是来源", f"可以写：{'、'.join(known)}")
    return value["value"], Source(word)


def _key_of(fields: Mapping[str, State], place: int, taken: set[str]) -> str:
    """Return what an item is called: its own name where it has one, made unlike the names of the others."""
    states = (fields.get(name) for name in _KEY_FIELDS)
    names = (state.value for state in states if isinstance(state, Exact) and isinstance(state.value, str))
    name = next(names, str(place))
    return name if name not in taken else f"{name}#{place}"
