"""Show the self-check: its start, one question a page, the page of all facts, the answers to check."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext

from rules.language.model import Bundle
from web.current import current_config, current_store
from web.errors import not_found
from web.security.guard import guard
from web.security.limits import costs
from web.services import results
from web.services import self_check_drafts as drafts
from web.services import self_check_forms as forms
from web.services import self_check_rests as rests
from web.services.catalogue_needs import NEEDS, Need, need_of, needs_for
from web.services.self_check_answers import describe, echo
from web.services.self_check_drafts import Answer, Interview
from web.services.self_check_facts import facts_page, uses_of
from web.services.self_check_forms import today
from web.services.self_check_questions import FactKey, Question, parse_key, question_for
from web.services.self_check_register import known_of
from web.services.self_check_rules import Standing, bundle_in_force, standing_of
from web.views.self_check_words import init_words

blueprint = Blueprint("self_check", __name__, url_prefix="/self-check")
blueprint.record(lambda state: init_words(state.app.jinja_env))
DRAFT = "draft"
SITTING = "sitting"
APPLICANT_CHOICES = (
    ("enterprise", lazy_gettext("企业"), lazy_gettext("公司、合伙企业、个体工商户")),
    ("person", lazy_gettext("个人"), lazy_gettext("人才、创业者、高校毕业生；不用填姓名和证件号")),
    ("organisation", lazy_gettext("组织"), lazy_gettext("协会、民办非企业单位、事业单位")),
)


def bundle() -> Bundle:
    """Return the rules in force here."""
    return bundle_in_force(current_config().districts)


def with_interview(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give a view the interview under way; without one, lead to the start."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        interview = drafts.find(current_store(), session.get(DRAFT, ""))
        if interview is None:
            return redirect(url_for("self_check.start", gone=1), 303)
        return view(interview, *args, **kwargs)

    return wrapped


# ── start ────────────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("")
@guard("self-check")
def start() -> str:
    """Ask for whom and for which day."""
    who = (request.args.get("who") or request.args.get("name") or request.args.get("q") or "").strip()[:100]
    applicant = request.args.get("applicant", "enterprise")
    needs = tuple(key for key in request.args.getlist("need") if need_of(key))
    filled = forms.Start(who, applicant, today().isoformat(), needs=needs)
    return _start_page(filled)


@blueprint.post("")
@guard("self-check")
@costs("compute")
def begin() -> Any:
    """Begin an interview with what is known already."""
    filled = forms.read_start(request.form, bundle())
    if filled.errors:
        return _start_page(filled), 422
    # The demonstration's enterprises are fictitious; an installation in earnest has its own register, or none.
    is_demo = not current_config().is_production
    registered = known_of(filled.who, filled.applicant, bundle().vocabulary) if is_demo else {}
    known = filled.known | registered  # the register has the last word on its own facts
    session[DRAFT] = drafts.begin(current_store(), filled.applicant, filled.as_of, known, filled.needs)
    beyond_name = known.keys() - {"name", "uscc"}
    return redirect(url_for("self_check.answers", known=1) if beyond_name else url_for("self_check.next_question"), 303)


def _start_page(filled: forms.Start) -> str:
    return render_template(
        "self_check/start.html",
        filled=filled,
        applicants=APPLICANT_CHOICES,
        needs=_offered(),
        gone=request.args.get("gone"),
        under_way=drafts.find(current_store(), session.get(DRAFT, "")),
    )


def _offered() -> list[tuple[Need, list[str]]]:
    """Return every need that anybody can have, with the kinds of applicants that can."""
    theirs = {kind: needs_for(kind, bundle()) for kind, _, _ in APPLICANT_CHOICES}
    return [(need, kinds) for need in NEEDS if (kinds := [kind for kind, needs in theirs.items() if need in needs])]


# ── what one came for ────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/needs")
@guard("self-check")
@with_interview
def needs(interview: Interview) -> str:
    """Ask what the applicant came for, to ask about that alone."""
    offered = [(need, [interview.applicant]) for need in needs_for(interview.applicant, bundle())]
    back = request.args.get("back", "")
    return render_template("self_check/needs.html", interview=interview, needs=offered, back=back)


@blueprint.post("/needs")
@guard("self-check")
@with_interview
def change_needs(interview: Interview) -> Any:
    """Keep what the applicant came for."""
    drafts.want(current_store(), interview.id, forms.read_needs(request.form, interview.applicant, bundle()))
    return _onwards()


# ── one question a page ──────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/next")
@guard("self-check")
@costs("compute")
@with_interview
def next_question(interview: Interview) -> Response:
    """Lead to the question that settles most, or to the answers when none can change anything."""
    standing = standing_of(interview, bundle())
    said = request.args.get("said")
    if not standing.questions:
        return redirect(url_for("self_check.answers"), 303)  # type: ignore[return-value]
    if rests.is_due(interview, standing, _sitting_of(interview)):
        return redirect(url_for("self_check.rest", said=said), 303)  # type: ignore[return-value]
    return redirect(url_for("self_check.question", key=standing.questions[0].field, said=said), 303)  # type: ignore[return-value]


def _sitting_of(interview: Interview) -> int:
    """Return how many questions were dealt with before this sitting; an interview taken up again begins a new one."""
    draft, since = session.get(SITTING) or ("", 0)
    return since if draft == interview.id else _sit_down(interview)


def _sit_down(interview: Interview) -> int:
    since = len(interview.trail)
    session[SITTING] = (interview.id, since)
    return since


@blueprint.get("/rest")
@guard("self-check")
@costs("compute")
@with_interview
def rest(interview: Interview) -> Any:
    """Offer the result before more questions."""
    standing = standing_of(interview, bundle())
    if not standing.questions:
        return redirect(url_for("self_check.answers"), 303)
    return render_template(
        "self_check/rest.html",
        interview=interview,
        standing=standing,
        more=rests.questions_to_go(standing),
        said=_said(interview),
        before=interview.before(""),
    )


@blueprint.post("/go-on")
@guard("self-check")
@with_interview
def go_on(interview: Interview) -> Any:
    """Begin another sitting."""
    _sit_down(interview)
    return redirect(url_for("self_check.next_question"), 303)


@blueprint.get("/questions/<key>")
@guard("self-check")
@costs("compute")
@with_interview
def question(interview: Interview, key: str) -> str:
    """Ask one question."""
    asked = _question(key, interview)
    return _question_page(interview, asked, forms.fill(asked, interview.answers.get(asked.key)))


@blueprint.post("/questions/<key>")
@guard("self-check")
@costs("compute")
@with_interview
def answer(interview: Interview, key: str) -> Any:
    """Keep the answer to one question, or that it was skipped; change the rows of a list."""
    asked = _question(key, interview)
    do = request.form.get("do", "")
    if do == "skip":
        drafts.skip(current_store(), interview.id, asked.key)
        return _onwards()
    if asked.control == "list" and do.startswith(("add", "remove:")):
        return _question_page(interview, asked, forms.change_rows(request.form, asked, do))
    filled = forms.read_question(request.form, asked)
    if filled.errors:
        return _question_page(interview, asked, filled), 422
    drafts.record(current_store(), interview.id, {asked.key: Answer(filled.value, "declared")})
    return _onwards(asked.key)


def _onwards(said: str | None = None) -> Response:
    to = "self_check.answers" if request.form.get("back") == "answers" else "self_check.next_question"
    return redirect(url_for(to, said=said), 303)  # type: ignore[return-value]


def _question(key: str, interview: Interview) -> Question:
    found = parse_key(key, bundle().vocabulary, interview.as_of)
    if found is None or not _may_be_asked(found, interview):
        raise not_found(gettext("没有这个问题。"))
    return question_for(found, bundle().vocabulary)


def _may_be_asked(key: FactKey, interview: Interview) -> bool:
    whose = bundle().vocabulary.fields[key.name].applicant
    if key.is_employers:
        return interview.applicant == "person" and "enterprise" in whose
    return interview.applicant in whose


def _question_page(interview: Interview, asked: Question, filled: forms.Filled) -> str:
    standing = standing_of(interview, bundle())
    kept = interview.answers.get(asked.key)
    behind = [question for question in standing.questions if question.field != asked.key]
    back = request.values.get("back", "")
    place = interview.trail.index(asked.key) if asked.key in interview.trail else len(interview.trail)
    return render_template(
        "self_check/question.html",
        question=asked,
        filled=filled,
        standing=standing,
        worth=next((one for one in standing.questions if one.field == asked.key), None),
        number=place + 1,
        remaining=len(behind),
        until_rest=0 if kept or back else rests.questions_before(standing, place, _sitting_of(interview)),
        before=interview.before(asked.key),
        interview=interview,
        wanted=[need for key in interview.needs if (need := need_of(key))],
        echo=echo(asked.field, kept.value) if kept and not filled.errors else "",
        uses=uses_of(bundle(), interview, asked.key),
        said=_said(interview),
        back=back,
    )


def _said(interview: Interview) -> tuple[Question, str] | None:
    """Return the question answered just now and how the answer was read, so that a slip is seen without scripts too."""
    key = request.args.get("said", "")
    answer = interview.answers.get(key)
    found = parse_key(key, bundle().vocabulary, interview.as_of)
    if answer is None or found is None:
        return None
    asked = question_for(found, bundle().vocabulary)
    words = describe(asked.field, answer.value)
    exactly = echo(asked.field, answer.value)
    return asked, f"{words}，即 {exactly}" if exactly else words


# ── every fact on one page ───────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/all")
@guard("self-check")
@costs("compute")
@with_interview
def all_facts(interview: Interview) -> str:
    """Show every fact that any program in force asks for."""
    return _all_page(interview, forms.FilledPage())


@blueprint.post("/all")
@guard("self-check")
@costs("compute")
@with_interview
def keep_all(interview: Interview) -> Any:
    """Keep what was filled in; nothing when anything is wrong."""
    page = facts_page(bundle(), interview)
    filled = forms.read_page(request.form, page.questions, interview.answers)
    if filled.errors:
        return _all_page(interview, filled), 422
    drafts.record(current_store(), interview.id, filled.answers)
    drafts.forget(current_store(), interview.id, filled.withdrawn)
    return redirect(url_for("self_check.answers"), 303)


def _all_page(interview: Interview, filled: forms.FilledPage) -> str:
    return render_template(
        "self_check/all.html",
        interview=interview,
        page=facts_page(bundle(), interview, request.args.get("q", "").strip()[:50]),
        filled=filled,
        fill=forms.fill,
        describe=describe,
    )


# ── the answers ──────────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/answers")
@guard("self-check")
@costs("compute")
@with_interview
def answers(interview: Interview) -> str:
    """Show every answer with its source, to be checked before the result."""
    rows = []
    for key, said in interview.answers.items():
        if found := parse_key(key, bundle().vocabulary, interview.as_of):
            asked = question_for(found, bundle().vocabulary)
            rows.append((asked, describe(asked.field, said.value), results.source_label(said.source)))
    skipped = [
        question_for(found, bundle().vocabulary)
        for key in sorted(interview.skipped)
        if (found := parse_key(key, bundle().vocabulary, interview.as_of))
    ]
    standing: Standing = standing_of(interview, bundle())
    return render_template(
        "self_check/answers.html",
        interview=interview,
        rows=rows,
        skipped=skipped,
        standing=standing,
        wanted=[need for key in interview.needs if (need := need_of(key))],
        known=request.args.get("known"),
    )


@blueprint.post("/again")
@guard("self-check")
@with_interview
def ask_skipped(interview: Interview) -> Any:
    """Ask what was skipped once more."""
    drafts.ask_again(current_store(), interview.id)
    return redirect(url_for("self_check.next_question"), 303)


@blueprint.post("/result")
@guard("self-check")
@costs("compute")
@with_interview
def finish(interview: Interview) -> Any:
    """Compute and keep the result; the same answers sent twice make one."""
    found = results.finish(current_store(), bundle(), interview.id)
    return redirect(url_for("results.show", result_id=found), 303)


# ── going on later ───────────────────────────────────────────────────────────────────────────────────────────────


@blueprint.get("/continue")
@guard("self-check")
def resume() -> str:
    """Ask for the code of an earlier self-check."""
    return render_template("self_check/continue.html", code="", error="")


@blueprint.post("/continue")
@guard("self-check")
@costs("document")
def take_up() -> Any:
    """Open the result or the interview that a code belongs to."""
    code = request.form.get("code", "").strip().rpartition("/")[2][:64]
    if results.find(current_store(), code):
        return redirect(url_for("results.show", result_id=code), 303)
    if drafts.find(current_store(), code):
        session[DRAFT] = code
        return redirect(url_for("self_check.answers"), 303)
    error = gettext("没有这个接续码，或者已经过期：请核对后重填，或重新自测。")
    return render_template("self_check/continue.html", code=code, error=error), 422
