"""Write published records as open data: CSV and JSON with their data dictionary."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

# What a table program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a data set."""

    name: str
    title: str
    meaning: str


INSPECTION_FIELDS = (
    Field("id", "记录编号", "本平台的记录编号，更正后不变"),
    Field("version", "版本", "自1起；更正和撤回各增加一版"),
    Field("subject", "检查对象", "企业名称；自然人只显示姓氏"),
    Field("code", "统一社会信用代码", "18位；自然人为空"),
    Field("authority", "检查机关", "作出检查结果的机关"),
    Field("task", "抽查任务", "任务名称"),
    Field("draw", "抽取编号", "可据此核验抽取过程；不经抽取的为空"),
    Field("item", "抽查事项", "随机抽查事项清单中的名称"),
    Field("result", "检查结果", "八类结果之一"),
    Field("checked_on", "检查日期", "YYYY-MM-DD"),
    Field("published_on", "公示日期", "YYYY-MM-DD"),
    Field("mark", "标注", "更正、撤回、异议处理中；无则为空"),
)


def as_csv(fields: Sequence[Field], rows: Sequence[dict[str, str]]) -> bytes:
    """Return UTF-8 CSV (RFC 4180) with a byte order mark; cells that a table program would run get an apostrophe before."""
    _check(fields, rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in fields])
    writer.writerows([[_cell(row[field.name]) for field in fields] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_json(fields: Sequence[Field], rows: Sequence[dict[str, str]]) -> bytes:
    """Return the rows exactly as they are, after the dictionary of their fields."""
    _check(fields, rows)
    dictionary = [{"name": field.name, "title": field.title, "meaning": field.meaning} for field in fields]
    return json.dumps({"fields": dictionary, "rows": list(rows)}, ensure_ascii=False, indent=1).encode()


def dictionary_csv(fields: Sequence[Field]) -> bytes:
    """Return the data dictionary as CSV."""
    rows = [{"name": field.name, "title": field.title, "meaning": field.meaning} for field in fields]
    heads = (Field("name", "字段", ""), Field("title", "中文名", ""), Field("meaning", "含义", ""))
    return as_csv(heads, rows)


def _check(fields: Sequence[Field], rows: Sequence[dict[str, str]]) -> None:
    names = {field.name for field in fields}
    for n, row in enumerate(rows, 1):
        if row.keys() != names:
            lacking, strange = sorted(names - row.keys()), sorted(row.keys() - names)
            raise ValueError(f"第{n}条的字段与数据字典不符：缺少{lacking or '无'}，多出{strange or '无'}")


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
