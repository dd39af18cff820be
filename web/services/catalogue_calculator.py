"""Compute one program from the facts it needs, typed into its own page; nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from matcher.interpret import evaluate_policy
from matcher.match import match
from rules.language.model import Bundle, Policy
from rules.language.quantities import QuantityError, parse_typed_date
from web.services.catalogue import boundless
from web.services.results import stored_outcome
from web.services.results_page import Program, read_result
from web.services.self_check_answers import BadAnswer, Typed, read_answer, read_rows
from web.services.self_check_drafts import Answer
from web.services.self_check_forms import EARLIEST, LATEST, typed_in
from web.services.self_check_questions import Question, parse_key, question_for
from web.services.self_check_rules import asked_by, kept_facts, profile_of
from web.store.base import now
from web.store.tables import Result

Args = MultiDict[str, str]
DAY = "day"
ROWS = 3  # of a list; the self-check takes longer ones


@dataclass(slots=True)
class Calculator:
    """The form of one program: its questions, what was typed, what is wrong, and the outcome when something was computed.

    The amount of the outcome is endless while what is missing could make it any size.

    Boxes are named `KEY.value` and `KEY.absent`, those of a list `KEY.ROW.FIELD.value`; `errors` maps a box to its message.
    """

    policy: Policy
    applicant: str
    on: date
    questions: tuple[Question, ...]
    typed: dict[str, Typed] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Typed]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    typed_day: str = ""
    outcome: Program | None = None
    is_endless: bool = False
    is_sent: bool = False


def calculator(bundle: Bundle, policy: Policy, args: Args, on: date) -> Calculator:
    """Return the form for a program on a day, filled with what an address holds, and computed where it holds anything.

    The day is `on` unless the address names another.
    """
    errors: dict[str, str] = {}
    typed_day = args.get(DAY, "").strip()
    if typed_day:
        on = _day(typed_day, on, errors)
    applicant = args.get("as", "") if args.get("as") in policy.applicant else policy.applicant[0]
    form = Calculator(policy, applicant, on, _questions(bundle, policy, applicant, on), errors=errors)
    form.typed_day = typed_day or on.isoformat()
    answers: dict[str, Answer] = {}
    for question in form.questions:
        _read(question, args, form, answers)
    form.is_sent = bool(answers or errors or args.get("go"))
    if form.is_sent and not errors:
        form.outcome = _compute(bundle, form, answers)
        form.is_endless = _is_endless(bundle, form, answers)
    return form


def _day(text: str, usual: date, errors: dict[str, str]) -> date:
    try:
        day = parse_typed_date(text)
    except QuantityError as error:
        errors[DAY] = f"{error.message}。{error.advice}。"
        return usual
    if EARLIEST <= day <= LATEST:
        return day
    errors[DAY] = gettext("只能按 %(first)d 年至 %(last)d 年的日期测算。", first=EARLIEST.year, last=LATEST.year)
    return usual


def _questions(bundle: Bundle, policy: Policy, applicant: str, on: date) -> tuple[Question, ...]:
    """Return the facts that this program alone asks for, those that are easy to answer first."""
    alone = replace(bundle, policies={policy.id: policy})
    keys = [parse_key(key, bundle.vocabulary, on) for key in asked_by(alone, applicant, on)]
    questions = [question_for(key, bundle.vocabulary) for key in keys if key]
    return tuple(sorted(questions, key=lambda question: question.control == "list"))


def _read(question: Question, args: Args, form: Calculator, answers: dict[str, Answer]) -> None:
    if question.control == "list":
        _read_rows(question, args, form, answers)
        return
    typed = form.typed[question.key] = typed_in(args, question.key)
    if typed.is_empty:
        return
    try:
        answers[question.key] = Answer(read_answer(question.field, typed), "declared")
    except BadAnswer as error:
        form.errors[f"{question.key}.{error.box}"] = str(error)


def _read_rows(question: Question, args: Args, form: Calculator, answers: dict[str, Answer]) -> None:
    rows = [
        {name: typed_in(args, f"{question.key}.{number}.{name}") for name in question.field.item}
        for number in range(ROWS)
    ]
    form.rows[question.key] = rows
    form.typed[question.key] = typed_in(args, question.key)
    items, errors = read_rows(question.field, rows)
    for place, error in errors.items():
        form.errors[f"{question.key}.{place}.{error.box}"] = str(error)
    if items or form.typed[question.key].absent:
        answers[question.key] = Answer(items, "declared")


def _is_endless(bundle: Bundle, form: Calculator, answers: Mapping[str, Answer]) -> bool:
    profile = profile_of(answers, form.applicant, bundle.vocabulary)
    amount = evaluate_policy(boundless(bundle), form.policy.id, profile, form.on).amount
    return amount is not None and amount.max is None


def _compute(bundle: Bundle, form: Calculator, answers: Mapping[str, Answer]) -> Program:
    """Return the outcome in the form in which results are shown."""
    profile = profile_of(answers, form.applicant, bundle.vocabulary)
    found = match(bundle, profile, form.on, [form.policy.id])
    facts: dict[str, Any] = {"applicant": form.applicant, "facts": kept_facts(answers)}
    row = Result(
        id="",
        number="",
        as_of=form.on,
        created_at=now(),
        bundle=bundle.hash,
        engine=found.engine,
        profile=facts,
        outcome=stored_outcome(bundle, found, answers),
        total_min=found.combination.total.min,
        total_max=found.combination.total.max,
    )
    return read_result(row).programs[0]
