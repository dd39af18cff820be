"""Read the forms of the self-check: one question, a table of rows, a page of many facts, the start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from matcher.profile.credit_code import read_credit_code
from rules.language.model import Bundle, Vocabulary
from rules.language.quantities import QuantityError, parse_typed_date
from web.services.catalogue_needs import needs_for
from web.services.self_check_answers import MOST_ROWS, BadAnswer, Typed, read_answer, read_rows, typed_again
from web.services.self_check_drafts import APPLICANTS, Answer
from web.services.self_check_licence import LONGEST_NAME, looks_like_code, read_licence
from web.services.self_check_questions import Question

Form = MultiDict[str, str]
# What a radio button or an option sends for “known not to exist”.
NONE = "-"
EARLIEST, LATEST = date(2010, 1, 1), date(2099, 12, 31)
LONGEST_LICENCE = 4000
_CHINA = ZoneInfo("Asia/Shanghai")
_ROW = re.compile(r"(\d{1,3})\.")


def today() -> date:
    """Return the day it is in China."""
    return datetime.now(_CHINA).date()


def typed_in(form: Form, prefix: str) -> Typed:
    """Return what was typed for one question; its boxes are named `prefix.value`, `.low`, `.high`, `.absent`."""
    value = form.get(f"{prefix}.value", "")
    if value == NONE:
        return Typed(absent=True)
    low, high = form.get(f"{prefix}.low", ""), form.get(f"{prefix}.high", "")
    return Typed(value, low, high, bool(form.get(f"{prefix}.absent")))


@dataclass(slots=True)
class Filled:
    """A form for one question: what stands in its boxes, what is wrong, and the answer when nothing is.

    `errors` maps the name of a box to its message; `rows` are the rows of a list.
    """

    typed: Typed = field(default_factory=Typed)
    rows: list[dict[str, Typed]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    value: Any = None


def fill(question: Question, answer: Answer | None) -> Filled:
    """Return the form as it is first shown, with the answer given before."""
    if question.control != "list":
        return Filled(typed_again(question.field, answer.value) if answer else Typed())
    if answer is None or not answer.value:
        return Filled(Typed(absent=answer is not None), rows=[_empty_row(question)])
    rows = [
        {name: typed_again(kind, item[name]) if name in item else Typed() for name, kind in question.field.item.items()}
        for item in answer.value
    ]
    return Filled(rows=rows)


def read_question(form: Form, question: Question) -> Filled:
    """Return what was sent for one question, read."""
    if question.control == "list":
        return _read_list(form, question)
    filled = Filled(typed_in(form, "a"))
    try:
        filled.value = read_answer(question.field, filled.typed)
    except BadAnswer as error:
        filled.errors[f"a.{error.box}"] = str(error)
    return filled


def rows_in(form: Form, question: Question) -> list[dict[str, Typed]]:
    """Return the rows of a table as they were typed, at most as many as are accepted."""
    numbers = sorted({int(found[1]) for name in form if (found := _ROW.match(name))})
    return [
        {name: typed_in(form, f"{number}.{name}") for name in question.field.item} for number in numbers[:MOST_ROWS]
    ]


def change_rows(form: Form, question: Question, do: str) -> Filled:
    """Return the table after 「加一行」 or 「删除此行」; nothing is read yet."""
    rows = rows_in(form, question)
    if do == "add" and len(rows) < MOST_ROWS:
        rows.append(_empty_row(question))
    elif do.startswith("remove:") and do.removeprefix("remove:").isdigit():
        gone = int(do.removeprefix("remove:"))
        rows = [row for place, row in enumerate(rows) if place != gone]
    return Filled(rows=rows or [_empty_row(question)])


def _read_list(form: Form, question: Question) -> Filled:
    filled = Filled(typed_in(form, "a"), rows=rows_in(form, question))
    items, errors = read_rows(question.field, filled.rows)
    filled.errors = {f"{place}.{error.box}": str(error) for place, error in errors.items()}
    if items and filled.typed.absent:
        filled.errors["a.absent"] = gettext("已勾选「没有」，又填写了内容：请只留一项。")
    if not items and not filled.typed.absent:
        filled.errors["a.absent"] = gettext("请至少填写一行；没有请勾选「没有」，不清楚可以跳过。")
    filled.value = items
    filled.rows = filled.rows or [_empty_row(question)]
    return filled


def _empty_row(question: Question) -> dict[str, Typed]:
    return {name: Typed() for name in question.field.item}


# ── many facts at once ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class FilledPage:
    """A page of many facts: what was typed, what is wrong, what to keep, what to withdraw."""

    typed: dict[str, Typed] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)


def read_page(form: Form, questions: Mapping[str, Question], known: Mapping[str, Answer]) -> FilledPage:
    """Return what was sent for the facts shown; those not on the page stay as they are."""
    page = FilledPage()
    for key, question in questions.items():
        if f"{key}.value" not in form and f"{key}.absent" not in form:
            continue
        typed = page.typed[key] = typed_in(form, key)
        before = known.get(key)
        if before is not None and typed == typed_again(question.field, before.value):
            continue  # untouched: its source stays too
        if typed.is_empty:
            page.withdrawn += [key] if before is not None else []
            continue
        try:
            page.answers[key] = Answer(read_answer(question.field, typed), "declared")
        except BadAnswer as error:
            page.errors[f"{key}.{error.box}"] = str(error)
    return page


# ── the start ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Start:
    """What the first page sent, read; `known` holds what is known before the first question."""

    who: str = ""
    applicant: str = "enterprise"
    day: str = ""
    licence: str = ""
    needs: tuple[str, ...] = ()
    as_of: date = EARLIEST
    known: dict[str, Answer] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_needs(form: Form, applicant: str, bundle: Bundle) -> tuple[str, ...]:
    """Return what was ticked of the needs that such applicants can have; all of them together are the same as none."""
    ticked, offered = form.getlist("need"), [need.key for need in needs_for(applicant, bundle)]
    chosen = tuple(key for key in offered if key in ticked)
    return () if len(chosen) == len(offered) else chosen


def read_start(form: Form, bundle: Bundle) -> Start:
    """Return what the first page sent."""
    start = Start(
        form.get("who", "").strip(), form.get("applicant", ""), form.get("day", "").strip(), form.get("licence", "")
    )
    start.needs = read_needs(form, start.applicant, bundle)
    if start.applicant not in APPLICANTS:
        start.errors["applicant"] = gettext("请选择为谁测算：企业、个人或组织。")
    try:
        start.as_of = parse_typed_date(start.day)
    except QuantityError as error:
        start.errors["day"] = f"{error.message}。{error.advice}。"
    else:
        if not EARLIEST <= start.as_of <= LATEST:
            start.errors["day"] = gettext(
                "只能按 %(first)d 年至 %(last)d 年的日期测算。", first=EARLIEST.year, last=LATEST.year
            )
    if len(start.licence) > LONGEST_LICENCE:
        start.errors["licence"] = gettext("执照文字超过 %(most)d 字：请只粘贴营业执照上的内容。", most=LONGEST_LICENCE)
    if start.applicant != "person" and not start.errors:
        _read_identity(start, bundle.vocabulary)
    return start


def _read_identity(start: Start, vocabulary: Vocabulary) -> None:
    if start.licence.strip():
        start.known = read_licence(start.licence, vocabulary)
        if not start.known:
            start.errors["licence"] = gettext("没有从这段文字里读出登记信息：请粘贴营业执照上的文字，或先留空。")
    if not start.who:
        return
    if looks_like_code(start.who):
        try:
            start.known["uscc"] = Answer(read_credit_code(start.who), "declared")
        except QuantityError as error:
            start.errors["who"] = f"{error.message}。{error.advice}；也可以先留空。"
    elif len(start.who) > LONGEST_NAME:
        start.errors["who"] = gettext("名称超过 %(most)d 个字：请填营业执照上的名称。", most=LONGEST_NAME)
    else:
        start.known["name"] = Answer(start.who, "declared")
