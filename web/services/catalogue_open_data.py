"""Give the catalogue away: every program as JSON with its clauses, or as a table for Excel, and what each field means."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from rules.language.model import Document
from web.services.catalogue import Catalogue, Entry
from web.services.catalogue_program import program_page
from web.services.catalogue_sentences import Line
from web.services.results_page import Clause

BOM = "\ufeff"  # without it Excel in China reads UTF-8 as GBK
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

# The columns of the table: name, what it means, how it is read from an entry.
FIELDS: tuple[tuple[str, Any, Callable[[Entry], Any]], ...] = (
    ("id", lazy_gettext("政策的标识，不会改变"), lambda e: e.id),
    ("title", lazy_gettext("政策名称"), lambda e: e.policy.title),
    ("level", lazy_gettext("级别：国家级、省级、市级、区级"), lambda e: e.policy.level),
    ("district", lazy_gettext("所属区；空白表示不限于一个区"), lambda e: e.policy.district),
    ("kind", lazy_gettext("类别，如科技、金融、租金"), lambda e: e.policy.kind),
    (
        "applicant",
        lazy_gettext("申请主体：enterprise 企业，organisation 组织，person 个人"),
        lambda e: list(e.policy.applicant),
    ),
    ("industries", lazy_gettext("限定行业（GB/T 4754-2017 代码）；空白表示不限"), lambda e: list(e.policy.industries)),
    ("tags", lazy_gettext("关键词"), lambda e: list(e.policy.tags)),
    ("summary", lazy_gettext("一句话：给谁、给多少"), lambda e: e.policy.summary),
    ("authority", lazy_gettext("主管部门"), lambda e: e.policy.authority),
    ("office", lazy_gettext("受理单位"), lambda e: e.policy.office),
    ("phone", lazy_gettext("电话；空白表示来源没有写"), lambda e: e.policy.phone),
    (
        "settlement",
        lazy_gettext("calculate 表示本站计算金额，match_only 表示只判断条件、列出公布的上限"),
        lambda e: e.policy.settlement.value,
    ),
    ("valid_from", lazy_gettext("本版起始日"), lambda e: e.version.from_.isoformat()),
    (
        "valid_to",
        lazy_gettext("本版最后一天；空白表示来源没有写"),
        lambda e: e.version.to.isoformat() if e.version.to else "",
    ),
    (
        "state",
        lazy_gettext(
            "申报状态：open 申报期内，own 按申请人自己的事由起算，unstated 来源没有写申报期限，"
            "closed 不在申报期，suspended 暂停，future 未施行，expired 已失效"
        ),
        lambda e: e.taking.value,
    ),
    ("opens_on", lazy_gettext("下一次开始受理的日期"), lambda e: e.opens_on.isoformat() if e.opens_on else ""),
    ("closes_on", lazy_gettext("截止日，或有效期最后一天"), lambda e: e.closes_on.isoformat() if e.closes_on else ""),
    (
        "most_fen",
        lazy_gettext("最高金额，单位为分；空白表示来源没有写上限"),
        lambda e: e.most if e.most is not None else "",
    ),
    (
        "source_quality",
        lazy_gettext("最弱的来源：official 官方原文，copy 转载，summary 摘要，unverified 未核实"),
        lambda e: e.quality,
    ),
    ("documents", lazy_gettext("依据文件的名称和文号"), lambda e: [_document_name(d) for d in e.policy.documents]),
    ("legal_flags", lazy_gettext("法律提示"), lambda e: list(e.policy.legal_flags)),
    ("note", lazy_gettext("来源没有写明的内容"), lambda e: e.policy.note),
    (
        "verified_on",
        lazy_gettext("最近一次核对的日期"),
        lambda e: e.policy.verified_on.isoformat() if e.policy.verified_on else "",
    ),
)

# What the JSON has beyond the table.
MORE_FIELDS: tuple[tuple[str, Any], ...] = (
    ("url", lazy_gettext("政策页的网址")),
    (
        "conditions",
        lazy_gettext(
            "条件：每条有句子 text、条款 clause、文件 document、依据文字 words（quoted 为真是原文，否则是要点），"
            "下级条件在 parts"
        ),
    ),
    ("steps", lazy_gettext("金额的计算步骤，形式同 conditions；分档表在 tables")),
    ("materials", lazy_gettext("申报材料")),
    ("process", lazy_gettext("办理流程：名称、单位、法定时限")),
    ("groups", lazy_gettext("与其他政策的关系，如择一、就高、合并封顶")),
)


def _document_name(document: Document) -> str:
    return f"{document.title}（{document.number}）" if document.number else document.title


def as_table(entries: Iterable[Entry]) -> str:
    """Return the entries as CSV that Excel opens, with no cell that it would run."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([name for name, _, _ in FIELDS])
    for entry in entries:
        writer.writerow([guarded(_cell(read(entry))) for _, _, read in FIELDS])
    return file.getvalue()


def _cell(value: Any) -> str:
    return "；".join(value) if isinstance(value, list) else str(value)


def guarded(cell: str) -> str:
    """Return a cell that no table program takes for a formula.

    >>> guarded("=1+1"), guarded("12"), guarded("+86")
    ("'=1+1", '12', "'+86")
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_document(catalogue: Catalogue, entries: Iterable[Entry], addresses: Mapping[str, str]) -> dict[str, Any]:
    """Return the entries as one JSON document."""
    shown = list(entries)
    return {
        "as_of": catalogue.on.isoformat(),
        "bundle": catalogue.bundle.hash,
        "count": len(shown),
        "policies": [_policy(catalogue, entry, addresses[entry.id]) for entry in shown],
    }


def _policy(catalogue: Catalogue, entry: Entry, address: str) -> dict[str, Any]:
    page = program_page(catalogue.bundle, entry, catalogue.on)
    facts = {name: (None if read(entry) == "" else read(entry)) for name, _, read in FIELDS}
    facts["documents"] = [
        {
            "title": document.title,
            "number": document.number or None,
            "issuer": document.issuer or None,
            "issued": document.issued.isoformat() if document.issued else None,
            "source_quality": document.source_quality.value if document.source_quality else None,
            "note": document.note or None,
        }
        for document in page.documents
    ]
    return {
        **facts,
        "url": address,
        "conditions": [_line(line) for line in page.conditions],
        "steps": [_line(line) for line in page.steps],
        "materials": [
            {"name": one.name, "fresh": str(one.fresh) if one.fresh else None, "note": one.note or None}
            for one in page.materials
        ],
        "process": [
            {"name": one.name, "office": one.office or None, "time_limit": one.limit or None} for one in page.process
        ],
        "groups": [
            {"title": group.title, "rule": group.rule, "policies": [one for one, _ in group.others]}
            for group in page.groups
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": line.kind, "text": line.text} | _clause(line.clause)
    if line.grids:
        found["tables"] = [{"head": list(grid.head), "rows": [list(row) for row in grid.rows]} for grid in line.grids]
    for name, lines in (("only_if", line.only_if), ("counted", line.counted), ("parts", line.parts)):
        if lines:
            found[name] = [_line(inner) for inner in lines]
    return found


def _clause(clause: Clause | None) -> dict[str, Any]:
    if clause is None:
        return {}
    return {
        "clause": clause.clause,
        "document": f"{clause.title}{f'（{clause.number}）' if clause.number else ''}",
        "words": clause.words,
        "quoted": clause.is_quote,
    }
