"""Say what the columns of the three lists are, read their cells, and write them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from enforcement.canonical import is_id
from enforcement.tasks.lists import MatterKind, Risk
from web.services.inspection_values import fraction_of, percent_text

Values = dict[str, Any]
_SPLIT = re.compile(r"[、,，;；\n]+")
_YES, _NO = ("是", "有", "1", "true", "y", "yes"), ("否", "无", "", "0", "false", "n", "no")
_ON, _OFF = ("有效", "在用", "正常", "在业", "存续", ""), ("停用", "无效", "注销", "吊销", "迁出", "离岗")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the stored attribute, its heading, whether the file must have it, how a cell is read and written."""

    key: str
    heading: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    must: bool = True
    example: str = ""


def _text(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(f"至多 {most} 个字")
        return cell

    return read


def _name(cell: str) -> str:
    if not is_id(cell):
        raise ValueError("只用 1 到 64 个数字、英文字母和 . _ -")
    return cell


def _names(cell: str) -> list[str]:
    return [_name(each) for each in _texts(cell)]


def _texts(cell: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in _SPLIT.split(cell) if part.strip()))


def _bases(cell: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;；\n]+", cell) if part.strip()))


def _risk(cell: str) -> str:
    word = cell.upper().removesuffix("类").strip()
    for risk in Risk:
        if word in (risk.name, risk.value, f"{risk.name} {risk.value}", f"{risk.name}{risk.value}"):
            return risk.value
    raise ValueError("写 A、B、C、D 之一")


def _one_of(words: Mapping[str, Sequence[str]], said: str) -> Callable[[str], bool]:
    def read(cell: str) -> bool:
        for value, known in words.items():
            if cell.strip().lower() in known:
                return value == "1"
        raise ValueError(said)

    return read


_yes_no = _one_of({"1": _YES, "0": _NO}, "写 是 或 否")
_state = _one_of({"1": _ON, "0": _OFF}, "写 有效 或 停用")


def _day(cell: str) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", cell)
    if not found:
        raise ValueError("按 2027-12-31 的样子填写日期")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise ValueError("没有这一天") from None


def _periods(cell: str) -> list[list[str]]:
    found = []
    for part in _texts(cell):
        ends = [end.strip() for end in re.split(r"至|~|—+", part)]
        if len(ends) != 2:
            raise ValueError("按 2026-12-01至2026-12-31 的样子填写，几段之间用顿号隔开")
        first, last = _day(ends[0]), _day(ends[1])
        if last < first:
            raise ValueError(f"{part} 首尾颠倒")
        found.append([first.isoformat(), last.isoformat()])
    return found


def _rate(cell: str) -> str:
    return str(fraction_of(cell))


def _most(cell: str) -> int | None:
    if cell in ("", "不限", "无上限", "不设上限"):
        return None
    if not re.fullmatch(r"[0-9]{1,3}", cell):
        raise ValueError("写 1 到 999 的整数，重点检查事项可写 不限")
    return int(cell)


def _matter_kind(cell: str) -> str:
    for kind in MatterKind:
        if cell in (kind.value, kind.value[:2]):
            return kind.value
    raise ValueError("写 一般检查事项 或 重点检查事项")


def _listed(value: list[str]) -> str:
    return "、".join(value)


def _spoken(value: bool) -> str:  # noqa: FBT001  a cell's writer gets the value alone
    return "是" if value else "否"


def _state_word(value: bool) -> str:  # noqa: FBT001
    return "有效" if value else "停用"


def _risk_word(value: str) -> str:
    return f"{Risk(value).name} {value}"


SUBJECTS = (
    Column("code", "统一社会信用代码", _text(18), example="91440300000000001H"),
    Column("name", "名称", _text(200), example="示例食品（深圳）有限公司"),
    Column("kind", "对象类别", _text(64), example="企业"),
    Column("industry", "行业", _text(64), must=False, example="餐饮业"),
    Column("area", "所在区域", _text(64), example="东门街道"),
    Column("risk", "信用风险分类", _risk, _risk_word, example="B"),
    Column("is_active", "状态", _state, _state_word, must=False, example="有效"),
)
INSPECTORS = (
    Column("id", "人员编号", _name, example="ZF-001"),
    Column("name", "姓名", _text(64), example="示例甲"),
    Column("dept", "部门代号", _name, example="market"),
    Column("unit", "部门名称", _text(100), example="罗湖市场监管局"),
    Column("certificate", "执法证号", _text(64), must=False, example="粤B000001"),
    Column("valid_until", "执法证有效期至", _day, lambda value: value.isoformat(), example="2027-12-31"),
    Column("matters", "检查范围", _names, _listed, example="M01、M02"),
    Column(
        "available",
        "可用期间",
        _periods,
        lambda value: "、".join(f"{first}至{last}" for first, last in value),
        example="2026-01-01至2027-12-31",
    ),
    Column("may_lead", "可任组长", _yes_no, _spoken, must=False, example="是"),
    Column("is_expert", "专家", _yes_no, _spoken, must=False, example="否"),
    Column("is_available", "状态", _state, _state_word, must=False, example="有效"),
    Column("account", "账号工号", _text(32), must=False, example=""),
)
MATTERS = (
    Column("id", "事项编号", _name, example="M01"),
    Column("field", "抽查领域", _text(100), example="市场主体登记"),
    Column("title", "抽查事项", _text(200), example="登记事项检查"),
    Column("power", "职权编号", _text(64), example="inspect-registration"),
    Column("basis", "检查依据", _bases, "；".join, example="市场主体登记管理条例实施细则第六十六条"),
    Column("objects", "抽查对象", _text(200), example="企业"),
    Column("kind", "事项类别", _matter_kind, example="一般检查事项"),
    Column("rate", "抽查比例", _rate, lambda value: percent_text(Fraction(value)), example="5%"),
    Column("yearly_most", "年度频次上限", _most, lambda value: "不限" if value is None else str(value), example="1"),
    Column("way", "检查方式", _text(64), example="现场检查"),
    Column("lead", "发起部门", _text(100), example="罗湖市场监管局"),
    Column("partners", "配合部门", _texts, _listed, must=False, example="罗湖消防救援大队"),
    Column("tier", "实施层级", _text(32), example="区级"),
)


def read_lines(columns: Sequence[Column], lines: Sequence[Sequence[str]]) -> tuple[list[Values | None], list[str]]:
    """Return the values of each line below the headings, None where a cell cannot be read, and the complaints by line."""
    if not lines:
        return [], ["表格没有内容，请下载空表照着填写"]
    headings = [cell.strip() for cell in lines[0]]
    lacking = [each.heading for each in columns if each.must and each.heading not in headings]
    twice = sorted({each for each in headings if each and headings.count(each) > 1})
    found = [f"缺少列“{heading}”，请照空表的第一行补上" for heading in lacking]
    found += [f"列“{heading[:40]}”写了两次，请留一列" for heading in twice]
    strange = [each for each in headings if each and each not in {column.heading for column in columns}]
    found += [f"不认识列“{heading[:40]}”，请照空表改名或删去" for heading in strange]
    if found:
        return [], found
    if len(lines) == 1:
        return [], ["表格只有列名，没有内容"]
    values = []
    for number, line in enumerate(lines[1:], 2):
        cells = dict(zip(headings, (*line, *[""] * len(headings)), strict=False))
        row, wrong = _read_line(columns, cells)
        found += [f"第 {number} 行“{heading}”：{words}" for heading, words in wrong]
        values.append(None if wrong else row)
    return values, found


def _read_line(columns: Sequence[Column], cells: Mapping[str, str]) -> tuple[Values, list[tuple[str, str]]]:
    row: Values = {}
    wrong = []
    for column in columns:
        cell = cells.get(column.heading, "")
        try:
            row[column.key] = column.read(cell)
        except ValueError as error:
            wrong.append((column.heading, f"“{cell[:40]}”{'读不懂，' if cell else '空着，'}请{error}"))
    return row, wrong


def write_lines(columns: Sequence[Column], rows: Sequence[Values]) -> Iterator[list[str]]:
    """Yield the cells of each row."""
    for row in rows:
        yield [column.write(row[column.key]) for column in columns]
