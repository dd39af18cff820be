"""Write published results as files for others: the national system's records in numbered batches, open data, the feed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from enforcement.canonical import Json
from enforcement.publicity.feed import Entry
from enforcement.publicity.national import Inspection, Result, record, spot_check
from enforcement.publicity.open_data import INSPECTION_FIELDS, Field
from web.services.publicity_periods import is_public
from web.services.publicity_records import DRAWN, INSPECTION, items_of, records_of, title_of
from web.services.publicity_steps import day_of
from web.store.inspections import TaskRow
from web.store.log import record as log
from web.store.publications import ExportBatch, ObjectionRow, Publication, PublishedVersion

NATIONAL = "national"
MOST_RECORDS = 10_000
FEED_ENTRIES = 100
_CHUNK = 500
OPEN_FIELDS = (
    *INSPECTION_FIELDS,
    Field("overall", "总的检查结果", "各事项合在一起的结果，八类之一"),
    Field("follow_up", "后续处理", "对检查结果的后续处理，多项用顿号隔开"),
    Field("way", "检查缘由", f"{DRAWN}，或者未经抽取的法定事由"),
    Field("reason", "更正或者撤回的理由", "最近一次更正、撤回的理由；无则为空"),
)


class NothingToExport(ValueError):
    """There is nothing new, or something that keeps the file from being written; the message is in Chinese."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A file with its number; its event is in the log."""

    number: str
    data: bytes


def newest(session: Session, kind: str, *which: ColumnElement[bool]) -> list[tuple[Publication, PublishedVersion]]:
    """Return the published records of a kind that meet conditions, with their newest versions, the oldest first."""
    last = (
        select(PublishedVersion.publication_id, func.max(PublishedVersion.number).label("number"))
        .group_by(PublishedVersion.publication_id)
        .subquery()
    )
    query = (
        select(Publication, PublishedVersion)
        .join(last, last.c.publication_id == Publication.id)
        .join(
            PublishedVersion,
            (PublishedVersion.publication_id == Publication.id) & (PublishedVersion.number == last.c.number),
        )
        .where(Publication.kind == kind, *which)
        .order_by(PublishedVersion.published_at, Publication.id)
    )
    return [(of, version) for of, version in session.execute(query)]


def unsent(session: Session, kind: str, batch_kind: str) -> list[tuple[Publication, PublishedVersion]]:
    """Return what no batch holds yet in its newest version."""
    sent = {
        (id_, number)
        for members in session.scalars(select(ExportBatch.members).where(ExportBatch.kind == batch_kind))
        for id_, number in members
    }
    return [(of, version) for of, version in newest(session, kind) if (of.id, version.number) not in sent]


def keep_batch(
    session: Session,
    kind: str,
    members: list[tuple[Publication, PublishedVersion]],
    write: Callable[[str], bytes],
    by: str,
    at: datetime,
) -> Batch:
    """Write a file under the next number of the day and keep the number, what it holds and its hash, also in the log."""
    on = day_of(at)
    prefix = f"{kind}-{on:%Y%m%d}-"
    last = session.scalar(select(func.max(ExportBatch.number)).where(ExportBatch.number.startswith(prefix)))
    number = f"{prefix}{int(last.rpartition('-')[2]) + 1 if last else 1:03}"
    data = write(number)
    sha256 = hashlib.sha256(data).hexdigest()
    batch = ExportBatch(
        number=number,
        kind=kind,
        records=len(members),
        members=[[of.id, version.number] for of, version in members],
        sha256=sha256,
        made_by=by,
        made_at=at,
    )
    session.add(batch)
    told: dict[str, Json] = {"kind": kind, "records": len(members), "sha256": sha256}
    batch.leaf = log(session, "export.batch", by, number, told, at=at)
    return Batch(number, data)


def national_batch(session: Session, by: str, at: datetime) -> Batch:
    """Return what the national system has not got yet: new and corrected results, and withdrawals with their reasons.

    Raises:
        NothingToExport: nothing is new, or a record is unsound; the message names it.
    """
    members = unsent(session, INSPECTION, NATIONAL)
    if not members:
        raise NothingToExport("没有新的公示、更正或者撤回可以报送")
    on = day_of(at)

    def write(number: str) -> bytes:
        drawn, spot, withdrawn = [], [], []
        for of, version in members:
            head = {"huiceId": of.id, "huiceVersion": str(version.number)}
            fields = version.fields
            if fields is None:
                withdrawn.append({**head, "reason": version.reason, "withdrawnOn": version.published_on.isoformat()})
            elif of.task_id and of.draw_id:
                drawn.append({**head, **_drawn(session, of, fields, on)})
            else:
                checked = date.fromisoformat(fields["checked_on"])
                made = spot_check(fields["authority"], checked, by_draw=False, result=Result(fields["result"]))
                spot.append({**head, "uniscId": fields["code"], **made})
        document = {"batch": number, "madeOn": on.isoformat(), "records": len(members)}
        document |= {"doubleRandom": drawn, "spotChecks": spot, "withdrawals": withdrawn}
        return json.dumps(document, ensure_ascii=False, indent=1).encode()

    return keep_batch(session, NATIONAL, members, write, by, at)


def _drawn(session: Session, of: Publication, fields: dict[str, str], on: date) -> dict[str, object]:
    task = session.get_one(TaskRow, of.task_id)
    try:
        return dict(
            record(
                Inspection(
                    fields["code"],
                    f"{task.year}",
                    f"{task.year}年度抽查计划",
                    task.id,
                    task.name,
                    task.by_kind,
                    fields["authority"],
                    date.fromisoformat(fields["checked_on"]),
                    tuple((title, Result(result)) for title, result in items_of(fields)),
                ),
                on,
            )
        )
    except ValueError as error:
        raise NothingToExport(f"「{of.subject}」（{of.id}）不能报送：{error}") from None


def open_rows(session: Session, on: date, first: date | None = None, last: date | None = None) -> list[dict[str, str]]:
    """Return the published results as open data, one row for each matter; a withdrawn one keeps its mark and reason.

    Raises:
        NothingToExport: more than MOST_RECORDS; the message says to ask for fewer days.
    """
    which: list[ColumnElement[bool]] = [or_(Publication.shown_until.is_(None), Publication.shown_until >= on)]
    which += [Publication.published_on >= first] if first else []
    which += [Publication.published_on <= last] if last else []
    count = select(func.count()).select_from(Publication).where(Publication.kind == INSPECTION, *which)
    if (session.scalar(count.where(Publication.published_on.is_not(None))) or 0) > MOST_RECORDS:
        raise NothingToExport(f"超过{MOST_RECORDS}条记录，请用 from 和 to 缩小公示日期的范围")
    rows: list[dict[str, str]] = []
    found = newest(session, INSPECTION, *which)
    objected = set(session.scalars(select(ObjectionRow.publication_id)))
    marks: dict[str, tuple[str, ...]] = {}
    marked = [of.id for of, version in found if version.number > 1 or of.id in objected]
    for start in range(0, len(marked), _CHUNK):
        marks |= {id_: known.marks for id_, known in records_of(session, marked[start : start + _CHUNK]).items()}
    for of, version in found:
        fields = version.fields or {}
        shared = dict.fromkeys((field.name for field in OPEN_FIELDS), "")
        shared |= {name: fields[name] for name in shared.keys() & fields.keys()}
        shared |= {
            "id": of.id,
            "version": str(version.number),
            "published_on": version.published_on.isoformat(),
            "overall": fields.get("result", ""),
            "mark": "；".join(marks.get(of.id, ())),
            "reason": version.reason,
        }
        rows += [shared | {"item": item, "result": result} for item, result in items_of(fields)] or [shared]
    return rows


def feed_entries(
    session: Session, on: date, id_of: Callable[[str, int], str], link: Callable[[str], str]
) -> list[Entry]:
    """Return the newest versions as entries of the feed; of a withdrawn record the withdrawal alone."""
    query = (
        select(Publication, PublishedVersion)
        .join(PublishedVersion, PublishedVersion.publication_id == Publication.id)
        .order_by(PublishedVersion.published_at.desc(), PublishedVersion.publication_id, PublishedVersion.number.desc())
        .limit(FEED_ENTRIES)
    )
    entries = []
    for of, version in session.execute(query):
        if not is_public(of, on) or (of.withdrawn_on and version.fields is not None):
            continue
        if version.fields is None:
            title, summary = "一条公示已经撤回", version.reason
        else:
            title = f"{'更正：' if version.number > 1 else ''}{version.fields.get('subject', of.subject)}"
            told = [
                version.reason,
                *(f"{title_of(of.kind, name)}：{version.fields[name]}" for name in _TOLD if version.fields.get(name)),
            ]
            summary = "；".join(filter(None, told)) or of.authority
        entries.append(Entry(id_of(of.id, version.number), title, link(of.id), version.published_at, summary))
    return entries


_TOLD = ("authority", "task", "result", "follow_up", "CF_CFJG", "CF_CFLB", "XK_XKJG", "XK_NR")
