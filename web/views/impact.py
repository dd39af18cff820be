"""Show maintainers what a change of the rules would do, before anybody publishes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from matcher.impact.budget import Forecast
from matcher.impact.model import Changed, Impact, Move, ProgramImpact, Span, Total
from matcher.outcome import Status
from rules.language.bundle import load_corpus
from rules.language.quantities import QuantityError, parse_typed_date, parse_typed_money
from web.current import current_config
from web.errors import Problem
from web.i18n import day, localized
from web.security.guard import guard
from web.security.limits import costs
from web.services.impact_page import drawn
from web.services.impact_run import Answered, Asked, Kept, as_csv, work_out
from web.services.impact_upload import BadUpload
from web.services.self_check_forms import EARLIEST, LATEST, today
from web.ui.amounts import money, yuan

blueprint = Blueprint("impact", __name__, url_prefix="/maintain/impact")
GUARD = "policy.draft"  # an operation of the table of rights
SHOWN = 200
_KEPT = "huice_impacts"


def register(app: Flask) -> None:
    """Add the pages."""
    app.extensions[_KEPT] = Kept()
    app.register_blueprint(blueprint)


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines and caches: a register may be in them."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
@guard(GUARD)
def ask() -> str:
    """Ask for the changed rules and the register."""
    return _form({"as_of": today().isoformat(), "population": "demo"}, {})


@blueprint.post("")
@guard(GUARD)
@costs("document")
def compute() -> Any:
    """Work the impact out and lead to it."""
    form = {name: request.form.get(name, "").strip() for name in ("as_of", "population", "budget")}
    errors: dict[str, tuple[str, ...]] = {}
    asked = _read(form, errors)
    if asked is not None:
        try:
            answered = work_out(asked, current_config().districts)
            return redirect(url_for("impact.show", name=_kept().keep(answered)), 303)
        except BadUpload as error:
            errors[error.field] = error.messages
    return _form(form, errors), 422


@blueprint.get("/<name>")
@guard(GUARD)
def show(name: str) -> str:
    """Show an impact."""
    answered = _find(name)
    impact = answered.impact
    return render_template(
        "impact/result.html",
        name=name,
        answered=answered,
        impact=impact,
        charts=[(chart.title, drawn(chart)) for chart in impact.charts],
        programs=[each for each in impact.programs if each.closed is not Status.NOT_IN_FORCE],
        titles={each.policy: localized(each.title) for each in impact.programs},
        words=_words(),
        Move=Move,
        span=_span,
        signed=_signed,
        total=_total,
        shown=SHOWN,
        share=_share,
        first_come_rows=_first_come_rows,
        program_rows=_program_rows,
        cliff_rows=_cliff_rows,
        changed_rows=_changed_rows,
    )


@blueprint.get("/<name>.csv")
@guard(GUARD)
@costs("document")
def export(name: str) -> Response:
    """Give the applicants with a change as a table."""
    response = Response(as_csv(_find(name).impact), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="huice-impact.csv")
    return response


def _form(form: Mapping[str, str], errors: Mapping[str, tuple[str, ...]]) -> str:
    bundle = load_corpus(current_config().districts)
    return render_template("impact/form.html", form=form, errors=errors, bundle=bundle)


def _read(form: Mapping[str, str], errors: dict[str, tuple[str, ...]]) -> Asked | None:
    """Return what is asked, None with `errors` filled when a box is wrong."""
    rules = [file.read() for file in request.files.getlist("rules") if file.filename]
    upload = request.files.get("register")
    name, data = "", b""
    if form["population"] == "upload":
        if upload is None or not upload.filename:
            errors["register"] = (gettext("请选择名册文件，或改选演示名册。"),)
        else:
            name, data = upload.filename, upload.read()
    on = today()
    try:
        on = parse_typed_date(form["as_of"]) if form["as_of"] else on
        if not EARLIEST <= on <= LATEST:
            errors["as_of"] = (gettext("只能写 %(first)s 至 %(last)s 之间的日期。", first=EARLIEST, last=LATEST),)
    except QuantityError as error:
        errors["as_of"] = (str(error),)
    budget = None
    try:
        budget = int(parse_typed_money(form["budget"])) if form["budget"] else None
        if budget is not None and budget < 0:
            errors["budget"] = (gettext("预算不能小于 0，请写如 500万元。"),)
    except QuantityError as error:
        errors["budget"] = (str(error),)
    return None if errors else Asked(rules, name, data, on, budget)


# ── rows of tables ───────────────────────────────────────────────────────────────────────────────────────────────

Row = list[Any]


def _first_come_rows(found: Forecast) -> list[Row]:
    return [
        [localized(each.order), each.in_full, each.in_part, each.unpaid, each.runs_out_on and day(each.runs_out_on)]
        for each in found.first_come
    ]


def _share(found: Forecast) -> str:
    """Return the share in percent, cut to two decimals: what is promised is not more than what is paid."""
    hundredths = int(found.pro_rata.share * 10_000)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _program_rows(programs: Sequence[ProgramImpact], total: Callable[[Total], str]) -> list[Row]:
    closed = gettext("这一天不受理，看不出影响")
    return [
        [
            localized(f"{each.title}（{closed}）" if each.closed else each.title),
            total(each.before),
            total(each.after),
            each.eligible_before,
            each.eligible_after,
        ]
        for each in programs
    ]


def _cliff_rows(impact: Impact, signed: Callable[[int], str]) -> list[Row]:
    yes, no = gettext("是"), gettext("否")
    return [
        [
            localized(each.title),
            localized(each.fact),
            localized(each.at),
            signed(each.jump),
            each.below,
            each.above,
            yes if each.is_new else no,
        ]
        for each in impact.cliffs
    ]


def _changed_rows(changed: Sequence[Changed], words: Mapping[Move, str], span: Callable[[Span], str]) -> list[Row]:
    return [
        [
            localized(one.name or str(one.number)),
            words[one.change.move],
            span(one.change),
            "、".join(case.policy for case in one.cases),
        ]
        for one in changed
    ]


def _kept() -> Kept:
    kept: Kept = current_app.extensions[_KEPT]
    return kept


def _find(name: str) -> Answered:
    answered = _kept().find(name)
    if answered is None:
        raise Problem(
            404,
            "impact_gone",
            gettext("这次测算没有保留下来：只保留最近的几次，重启后也会清空。"),
            advice=gettext("请重新上传文件测算。"),
        )
    return answered


def _words() -> Mapping[Move, str]:
    return {
        Move.WINS: gettext("金额增加"),
        Move.LOSES: gettext("金额减少"),
        Move.UNSURE: gettext("尚不能确定"),
        Move.SAME: gettext("金额不变"),
    }


def _span(span: Span) -> str:
    """Return a change of money in the page's language."""
    if span.least == span.most and span.least is not None:
        return _signed(span.least)
    low = gettext("下限不明") if span.least is None else _signed(span.least)
    high = gettext("上限不明") if span.most is None else _signed(span.most)
    return gettext("%(least)s 至 %(most)s", least=low, most=high)


def _signed(fen: int) -> str:
    return f"{'+' if fen > 0 else '−' if fen < 0 else ''}{money(abs(fen))}"


def _total(total: Total) -> str:
    text = (
        money(total.least)
        if total.least == total.most
        else gettext("%(least)s 至 %(most)s", least=yuan(total.least), most=money(total.most))
    )
    return (
        text
        if not total.boundless
        else gettext("%(total)s（另有 %(count)d 家上限不明）", total=text, count=total.boundless)
    )
