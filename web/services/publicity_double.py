"""Take workbooks of licences and penalties: read in a process of their own, checked row by row, proposed one by one."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import Json, digest
from enforcement.publicity.checking import complaints, public_row
from enforcement.publicity.columns import Column, Party
from enforcement.publicity.deadlines import last_day
from enforcement.publicity.workbook import workbook
from matcher.vector.workbook import WorkbookError, as_csv
from web.security.text import BadText, clean_text
from web.services.publicity_exports import Batch, NothingToExport, keep_batch, unsent
from web.services.publicity_periods import EXTRA, span_of
from web.services.publicity_records import COLUMNS, PENALTY, body_of
from web.services.publicity_sealing import open_row, seal_row
from web.services.publicity_steps import APPROVED, OPEN, PUBLISH, REPAIR
from web.store.base import new_token
from web.store.log import record
from web.store.publications import Proposal, Publication

RULE = "double_publicity"
MOST_ROWS = 500  # one transaction writes them all
MOST_BYTES = 20 * 1024**2  # of the table once it is unpacked
MOST_CELL = 20_000
SHOWN = 50
TITLES = {"licence": "行政许可", "penalty": "行政处罚"}
# By kind: name, code, number of the decision, its day, the body.
_PLACES = {
    "licence": ("XK_XDR_MC", "XK_XDR_SHXYM", "XK_WSH", "XK_JDRQ", "XK_XKJG", "XK_XDR_LB"),
    "penalty": ("CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_JDRQ", "CF_CFJG", "CF_XDR_LB"),
}


class BadWorkbook(ValueError):
    """The file cannot be taken; the messages are for the reader, in Chinese."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(*messages)
        self.messages = tuple(messages)


def all_columns(kind: str) -> tuple[Column, ...]:
    """Return the columns of an upload: the standard's and, for penalties, what the length of publication depends on."""
    return (*COLUMNS[kind], *EXTRA) if kind == PENALTY else COLUMNS[kind]


def template(kind: str, on: date) -> bytes:
    """Return an empty workbook with the headings and the data dictionary."""
    return workbook(TITLES[kind], all_columns(kind), (), on)


def read_upload(kind: str, name: str, data: bytes, on: date) -> list[dict[str, str]]:
    """Return the sound rows of a workbook or CSV; raise BadWorkbook with what is wrong, by row, and take none."""
    suffix = Path(name).suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise BadWorkbook(["请选择 xlsx 或 csv 文件"])
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{suffix}"
        path.write_bytes(data)
        try:
            if suffix == ".csv":
                rows = _rows(path, kind)
            else:
                with as_csv(path) as table:
                    rows = _rows(table, kind)
        except WorkbookError as error:
            raise BadWorkbook([str(error)]) from None
    wrong = [f"第{n}条：{words}" for n, row in enumerate(rows, 1) for words in _wrong(kind, row, on)]
    wrong += _twice(kind, rows)
    if wrong:
        raise BadWorkbook([*wrong[:SHOWN], *([f"另有{len(wrong) - SHOWN}处"] if len(wrong) > SHOWN else [])])
    return rows


def _rows(path: Path, kind: str) -> list[dict[str, str]]:
    if path.stat().st_size > MOST_BYTES:
        raise BadWorkbook([f"表格展开后超过{MOST_BYTES // 1024**2} MiB，请分成几份"])
    try:
        text = clean_text(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, BadText) as error:
        raise BadWorkbook(
            [str(error) if isinstance(error, BadText) else "文件不是 UTF-8，请另存为 UTF-8 的 csv 或 xlsx"]
        ) from None
    csv.field_size_limit(MOST_CELL)
    try:
        lines = list(islice(_lines(text), MOST_ROWS + 2))
    except csv.Error:
        raise BadWorkbook([f"表格读不懂，或有一格超过{MOST_CELL}个字；请用模板重新填写"]) from None
    if not lines:
        raise BadWorkbook(["表格没有内容"])
    heads, cells = [head.strip() for head in lines[0]], lines[1:]
    if len(cells) > MOST_ROWS:
        raise BadWorkbook([f"一次最多上传{MOST_ROWS}条，请分成几份"])
    codes = {name: column.code for column in all_columns(kind) for name in (column.title, column.code)}
    found = [f"不认识「{head[:50]}」这一列；请用模板的列名" for head in heads if head and head not in codes]
    named = [codes.get(head, "") for head in heads]
    found += [f"「{head}」这一列写了两次" for n, head in enumerate(heads) if named[n] and named[n] in named[:n]]
    found += [
        f"缺少「{column.title}」这一列"
        for column in all_columns(kind)
        if column.requirement == "必填" and column.code not in named
    ]
    if found:
        raise BadWorkbook(found[:SHOWN])
    rows = [
        {code: cell.strip() for code, cell in zip(named, line, strict=False) if code and cell.strip()} for line in cells
    ]
    if not rows:
        raise BadWorkbook(["表格只有列名，没有内容"])
    return rows


def _lines(text: str) -> Iterator[list[str]]:
    """Return the lines that hold anything."""
    return (line for line in csv.reader(text.splitlines(keepends=True)) if any(cell.strip() for cell in line))


def _wrong(kind: str, row: Mapping[str, str], on: date) -> list[str]:
    found = list(complaints(all_columns(kind), row, on))
    if not found and kind == PENALTY:
        try:
            span = span_of(row, on)
        except ValueError as error:
            return [str(error)]
        if span.reason:
            found.append(f"{span.reason}（{span.edition}）；请从表中删去")
        elif span.latest is not None and span.latest < on:
            found.append(f"公示期已于 {span.latest} 届满（{span.edition}）；请从表中删去")
    return found


def _key(kind: str, row: Mapping[str, str]) -> tuple[str, str]:
    name, _, number, *_ = _PLACES[kind]
    return row.get(name, ""), row.get(number, "")


def _twice(kind: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
    seen: dict[tuple[str, str], int] = {}
    found = []
    for n, row in enumerate(rows, 1):
        if (first := seen.setdefault(_key(kind, row), n)) != n:
            found.append(f"第{n}条与第{first}条的相对人和文号相同")
    return found


def take(session: Session, kind: str, rows: Sequence[Mapping[str, str]], by: str, at: datetime, secret: str) -> int:
    """Propose to publish every row, kept sealed where it is never shown; return how many there are.

    Raises:
        BadWorkbook: some of them are public or proposed already; none is taken.
    """
    days = {date.fromisoformat(row[_PLACES[kind][3]]) for row in rows}  # who is brought again has the same day
    known = {
        _key(kind, open_row(of.id, of.row, secret))
        for of in session.scalars(select(Publication).where(Publication.kind == kind, Publication.event_on.in_(days)))
        if of.withdrawn_on is None and _is_alive(session, of)
    }
    again = [
        f"第{n}条已经公示或者提请过（文号 {_key(kind, row)[1]}）"
        for n, row in enumerate(rows, 1)
        if _key(kind, row) in known
    ]
    if again:
        raise BadWorkbook(again[:SHOWN])
    name, code, _, decided, body, party = _PLACES[kind]
    publications, proposals = [], []
    for row in rows:
        fields = {key: value for key, value in public_row(COLUMNS[kind], row).items() if value}
        day = date.fromisoformat(row[decided])
        id_ = new_token()
        kept = seal_row(kind, id_, row, secret)
        publications.append(
            Publication(
                id=id_,
                kind=kind,
                subject=fields[name],
                subject_kind="natural" if row[party] == Party.NATURAL else "",
                code=row.get(code, ""),
                authority=row[body],
                rule=RULE,
                event_on=day,
                due_on=last_day(RULE, day).date,
                row=kept,
                created_by=by,
                created_at=at,
            )
        )
        proposals.append(
            Proposal(
                id=new_token(),
                publication_id=id_,
                step=PUBLISH,
                fields=fields,
                row=kept,
                body_hash=body_of(id_, kind, 1, fields, "")[1],
                proposed_by=by,
                proposed_at=at,
            )
        )
    session.add_all(publications)
    session.flush()
    session.add_all(proposals)
    # One leaf for the whole workbook: each row has its own when it becomes public.
    told: dict[str, Json] = {
        "kind": kind,
        "records": len(rows),
        "sha256": digest([each.body_hash for each in proposals]),
    }
    record(session, "publicity.propose", by, "", told, at=at)
    return len(rows)


def _is_alive(session: Session, of: Publication) -> bool:
    """Tell whether a record is public or still proposed; a refused one may be brought again."""
    waiting = select(Proposal.id).where(Proposal.publication_id == of.id, Proposal.state == OPEN)
    return of.published_on is not None or session.scalar(waiting.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Over:
    """A penalty whose time is over: no longer public, kept with the reason; `repaired` where credit repair ended it."""

    publication: Publication
    edition: str
    repaired: bool = False


def expired(session: Session, on: date) -> list[Over]:
    """Return the records whose time is over, the latest first."""
    query = select(Publication).where(Publication.shown_until < on, Publication.withdrawn_on.is_(None))
    ended = select(Proposal.publication_id).where(Proposal.step == REPAIR, Proposal.state == APPROVED)
    repaired = set(session.scalars(ended))
    found = []
    for of in session.scalars(query.order_by(Publication.shown_until.desc()).limit(200)):
        edition = span_of(of.row, of.published_on or on).edition if of.row else ""
        found.append(Over(of, edition, of.id in repaired))
    return found


def double_batch(session: Session, kind: str, by: str, at: datetime, on: date, secret: str) -> Batch:
    """Return the workbook of what was published or corrected since the last one, whole as 信用中国 asks for it.

    Raises:
        NothingToExport: nothing is new, or a row is unsound by now.
    """
    members = [(of, version) for of, version in unsent(session, kind, kind) if version.fields is not None and of.row]
    if not members:
        raise NothingToExport("没有新的公示或者更正可以报送")
    codes = {column.code for column in COLUMNS[kind]}
    rows = []
    for of, _ in members:
        row = {code: value for code, value in open_row(of.id, of.row, secret).items() if code in codes}
        if kind == PENALTY and of.shown_until:
            row.setdefault("CF_GSJZQ", of.shown_until.isoformat())
        rows.append(row)
    try:
        data = workbook(TITLES[kind], COLUMNS[kind], rows, on)
    except ValueError as error:
        raise NothingToExport(str(error)) from None
    return keep_batch(session, kind, members, lambda _: data, by, at)
