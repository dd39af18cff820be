"""Keep the two registers and the list of matters: search, import with complaints before anything is stored, export."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from enforcement.canonical import Json, sha256_hex
from enforcement.tasks.lists import inspector_complaints, matter_complaints, subject_complaints
from web.services.inspection_columns import INSPECTORS, MATTERS, SUBJECTS, Column, Values, read_lines, write_lines
from web.services.inspection_registers import all_matters, inspector_of, matter_of, powers, subject_of
from web.store.base import canonical_json, new_token, now
from web.store.inspections import InspectorRow, MatterRow, SubjectRow
from web.store.log import record
from web.store.people import Account

PAGE = 50
MOST_COMPLAINTS = 200
_KEPT_SECONDS = 3600
_TOKEN = re.compile(r"[0-9A-Za-z_-]{22}")
_STORED_APART = frozenset({"account"})

Complain = Callable[[Session, Sequence[Any], Sequence[Any]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the three lists; `complain` says what is wrong with new rows beside those that stay."""

    name: str
    model: type[Any]
    columns: tuple[Column, ...]
    key: str
    searched: tuple[InstrumentedAttribute[str], ...]
    complain: Complain
    switch: str = ""


def _subjects(_: Session, new: Sequence[SubjectRow], _others: Sequence[SubjectRow]) -> tuple[str, ...]:
    return subject_complaints([subject_of(row) for row in new])


def _inspectors(session: Session, new: Sequence[InspectorRow], others: Sequence[InspectorRow]) -> tuple[str, ...]:
    everybody = [inspector_of(row) for row in (*new, *others)]
    titles: dict[str, str] = {row.dept: row.unit for row in others}
    found = list(inspector_complaints(everybody, all_matters(session)))
    found += [
        f"{row.id} 的部门代号 {row.dept} 已用于「{titles[row.dept]}」，请统一部门名称"
        for row in new
        if titles.setdefault(row.dept, row.unit) != row.unit
    ]
    owners = {row.account_id: row.id for row in others if row.account_id}
    found += [
        f"{row.id} 的账号已对应 {owners[row.account_id]}，一个账号只对应一个人"
        for row in new
        if row.account_id in owners
    ]
    return tuple(found)


def _matters(_: Session, new: Sequence[MatterRow], _others: Sequence[MatterRow]) -> tuple[str, ...]:
    return matter_complaints([matter_of(row) for row in new], powers())


LISTINGS = {
    "subjects": Listing(
        "subjects",
        SubjectRow,
        SUBJECTS,
        "code",
        (SubjectRow.code, SubjectRow.name, SubjectRow.area, SubjectRow.industry, SubjectRow.kind),
        _subjects,
        "is_active",
    ),
    "inspectors": Listing(
        "inspectors",
        InspectorRow,
        INSPECTORS,
        "id",
        (InspectorRow.id, InspectorRow.name, InspectorRow.unit, InspectorRow.dept),
        _inspectors,
        "is_available",
    ),
    "matters": Listing(
        "matters", MatterRow, MATTERS, "id", (MatterRow.id, MatterRow.title, MatterRow.field, MatterRow.lead), _matters
    ),
}


def find(session: Session, listing: Listing, words: str, page: int) -> tuple[int, list[Any]]:
    """Return how many rows have the words, and one page of them in the order of their keys."""
    query = select(listing.model)
    if words:
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in listing.searched)))
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    key = getattr(listing.model, listing.key)
    return count, list(session.scalars(query.order_by(key).offset((page - 1) * PAGE).limit(PAGE)))


def cells(session: Session, listing: Listing, rows: Sequence[Any] | None = None) -> Iterator[list[str]]:
    """Yield the cells of rows, of all of them by default, as an export and a page show them."""
    given = rows
    if given is None:
        given = list(session.scalars(select(listing.model).order_by(getattr(listing.model, listing.key))))
    numbers: dict[str, str] = {}
    if any(column.key in _STORED_APART for column in listing.columns):
        ids = [row.account_id for row in given if row.account_id]
        numbers = dict(session.execute(select(Account.id, Account.staff_number).where(Account.id.in_(ids))).all())
    return write_lines(listing.columns, [_values(listing, row, numbers) for row in given])


def _values(listing: Listing, row: Any, numbers: dict[str, str]) -> Values:
    return {
        column.key: numbers.get(row.account_id or "", "") if column.key == "account" else getattr(row, column.key)
        for column in listing.columns
    }


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do: the complaints (nothing is stored while there are any), new, changed and equal rows."""

    complaints: tuple[str, ...]
    values: tuple[Values, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    equal: int = 0
    missing: int = 0


def preview(session: Session, listing: Listing, lines: Sequence[Sequence[str]]) -> Preview:
    """Say what is wrong with an uploaded table, by line, and what storing it would do."""
    values, found = read_lines(listing.columns, lines)
    read = [each for each in values if each is not None]
    stored = {getattr(row, listing.key): row for row in session.scalars(select(listing.model))}
    accounts, unknown = _accounts(session, read)
    found += unknown
    news = [listing.model(**_columns_of(each, accounts)) for each in read]
    keys = [each[listing.key] for each in read]
    others = [row for key, row in stored.items() if key not in set(keys)]
    found += listing.complain(session, news, others)
    if found:
        rest = [f"另有 {len(found) - MOST_COMPLAINTS} 处，请先改正以上各处"] if len(found) > MOST_COMPLAINTS else []
        return Preview(tuple(found[:MOST_COMPLAINTS] + rest))
    added = [key for key in keys if key not in stored]
    changed = [
        each[listing.key]
        for each in read
        if each[listing.key] in stored and _differs(stored[each[listing.key]], _columns_of(each, accounts))
    ]
    equal = len(keys) - len(added) - len(changed)
    return Preview((), tuple(read), tuple(added), tuple(changed), equal, len(others))


def _accounts(session: Session, values: Sequence[Values]) -> tuple[dict[str, str], list[str]]:
    """Return the ids of the accounts named by staff numbers, and what is wrong with those numbers."""
    asked = [str(each["account"]).upper() for each in values if each.get("account")]
    query = select(Account.staff_number, Account.id).where(Account.staff_number.in_(asked))
    known = dict(session.execute(query).all()) if asked else {}
    wrong = [f"没有工号为 {number[:40]} 的账号" for number in dict.fromkeys(asked) if number not in known]
    wrong += [
        f"工号 {number[:40]} 写了两次，一个账号只对应一个人" for number in {n for n in asked if asked.count(n) > 1}
    ]
    return known, wrong


def _columns_of(values: Values, accounts: dict[str, str]) -> Values:
    columns = {key: value for key, value in values.items() if key not in _STORED_APART}
    if "account" in values:
        columns["account_id"] = accounts.get(str(values["account"]).upper())
    return columns


def _differs(row: Any, values: Values) -> bool:
    return any(getattr(row, key) != value for key, value in values.items())


def keep_preview(home: Path, by: str, name: str, lines: Sequence[Sequence[str]]) -> str:
    """Keep an uploaded table for an hour under the name of who sent it, until it is stored; return its token."""
    folder = home / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            old.unlink(missing_ok=True)
    token = new_token()
    text = json.dumps({"by": by, "list": name, "lines": list(map(list, lines))}, ensure_ascii=False)
    (folder / f"{token}.json").write_text(text, encoding="utf-8")
    return token


def kept_preview(home: Path, by: str, name: str, token: str) -> list[list[str]] | None:
    """Return the kept table of this person and list; None when it is past its hour or not theirs."""
    path = home / "imports" / f"{token}.json"
    if not _TOKEN.fullmatch(token) or not path.is_file():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    lines: list[list[str]] = kept["lines"]
    return lines if (kept["by"], kept["list"]) == (by, name) else None


def forget_preview(home: Path, token: str) -> None:
    """Forget a kept table."""
    if _TOKEN.fullmatch(token):
        (home / "imports" / f"{token}.json").unlink(missing_ok=True)


def store(
    session: Session, listing: Listing, lines: Sequence[Sequence[str]], by: str, *, switch_off: bool = False
) -> Preview:
    """Insert and change the rows of a sound table; rows that are not in it stay, or with `switch_off` become inactive.

    Nothing is deleted. A new inspector enters with the least load of the department.
    """
    found = preview(session, listing, lines)
    if found.complaints:
        return found
    accounts, _ = _accounts(session, found.values)
    stored = {getattr(row, listing.key): row for row in session.scalars(select(listing.model))}
    least = _least_loads(stored.values()) if listing.model is InspectorRow else {}
    moment = now()
    if listing.model is InspectorRow:
        _free_accounts(session, stored, found.values, accounts)
    for values in found.values:
        columns = _columns_of(values, accounts)
        row = stored.get(values[listing.key])
        if row is None:
            if listing.model is InspectorRow:
                columns["load"] = least.get(columns["dept"], 0)
            session.add(listing.model(**columns, updated_at=moment))
            continue
        for key, value in columns.items():
            if getattr(row, key) != value:
                setattr(row, key, value)
    off = 0
    if switch_off and listing.switch:
        kept = {values[listing.key] for values in found.values}
        for key, row in stored.items():
            if key not in kept and getattr(row, listing.switch):
                setattr(row, listing.switch, False)
                off += 1
    counts = {"added": len(found.added), "changed": len(found.changed), "equal": found.equal, "off": off}
    body: dict[str, Json] = {
        "list": listing.name,
        "sha256": sha256_hex(canonical_json([*map(list, lines)]).encode()),
        **counts,
    }
    record(session, "list.import", by, listing.name, body)
    return found


def _free_accounts(
    session: Session, stored: Mapping[str, Any], values: Sequence[Values], accounts: dict[str, str]
) -> None:
    """Take accounts from those who lose them before others get them: one account belongs to one person at any time."""
    for each in values:
        row = stored.get(each["id"])
        if row is not None and row.account_id != accounts.get(str(each["account"]).upper()):
            row.account_id = None
    session.flush()


def _least_loads(rows: Any) -> dict[str, int]:
    least: dict[str, int] = {}
    for row in rows:
        if row.is_available:
            least[row.dept] = min(row.load, least.get(row.dept, row.load))
    return least
