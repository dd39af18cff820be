"""Read the form of a correction: of a check its results, what follows and its day; of a workbook's record any column."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from enforcement.publicity.checking import complaints, public_row
from enforcement.publicity.national import Result
from enforcement.tasks.visits import FollowUp, Visit, record_result
from web.errors import not_found
from web.security.text import clean_text
from web.services.publicity_records import COLUMNS, INSPECTION, JOINT, items_of, versions_of
from web.services.publicity_sealing import open_row, seal_row
from web.store.publications import Publication

Form = MultiDict[str, str]


class BadCorrection(ValueError):
    """The corrected record would be unsound; `fields` says what is wrong, by field of the form."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(*fields.values())
        self.fields = fields


def corrected(
    session: Session, publication_id: str, form: Form, on: date, secret: str
) -> tuple[Publication, dict[str, str], dict[str, str] | None]:
    """Return the record, its corrected public fields, and the corrected row of a workbook where it came from one."""
    publication = session.get(Publication, publication_id)
    versions = versions_of(session, publication_id)
    if publication is None or not versions or versions[-1].fields is None:
        raise not_found()
    fields = versions[-1].fields
    if publication.kind == INSPECTION:
        return publication, _check(fields, form, on), None
    return publication, *_row(publication, fields, form, on, secret)


def _check(fields: Mapping[str, str], form: Form, on: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    found = dict(fields)
    for name in ("result", *(f"result.{n}" for n in range(1, len(items_of(fields)) + 1))):
        found[name] = form.get(name, "")
        if found[name] not in set(Result):
            errors[name] = gettext("请选择检查结果。")
    given = form.getlist("follow_up")
    found["follow_up"] = JOINT.join(each.value for each in FollowUp if each in given)
    try:
        found["checked_on"] = date.fromisoformat(form.get("checked_on", "").strip()).isoformat()
    except ValueError:
        errors["checked_on"] = gettext("请按 2026-05-20 的样子填写日期。")
    else:
        if found["checked_on"] > on.isoformat():
            errors["checked_on"] = gettext("检查日期不能晚于今天。")
    if not errors:
        visit = Visit("", "", (), on)
        try:
            record_result(visit, Result(found["result"]), [FollowUp(each) for each in given if each in set(FollowUp)])
        except ValueError as error:
            errors["follow_up"] = str(error)
    if errors:
        raise BadCorrection(errors)
    return found


def _row(
    publication: Publication, fields: Mapping[str, str], form: Form, on: date, secret: str
) -> tuple[dict[str, str], dict[str, str]]:
    columns = COLUMNS[publication.kind]
    row = open_row(publication.id, publication.row, secret)
    for column in columns:
        typed = clean_text(form.get(column.code, "")).strip()
        if column.code in form and typed != fields.get(column.code, ""):  # what is shown masked stays as it is kept
            row[column.code] = typed
    codes = {column.code for column in columns}
    wrong = complaints(columns, {code: value for code, value in row.items() if code in codes}, on)
    if wrong:
        titles = [(f"「{column.title}」", column.code) for column in columns]
        raise BadCorrection(
            {next((code for title, code in titles if title in words), "reason"): words for words in reversed(wrong)}
        )
    return {code: value for code, value in public_row(columns, row).items() if value}, seal_row(
        publication.kind, publication.id, row, secret
    )
