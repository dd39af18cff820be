"""Give the templates of results the words for totals, counts and states."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext, ngettext
from jinja2 import Environment
from werkzeug.routing import BuildError

from matcher.outcome import Outcome
from web.services.results_page import FOLDED, MEANT_AT_MOST, SECTIONS, Page, Program
from web.ui.charts import Bar, Step, waterfall

_CHINA = ZoneInfo("Asia/Shanghai")


def init_words(environment: Environment) -> None:
    """Make the words known to all templates."""
    environment.filters["china_time"] = china_time
    environment.globals.update(
        count_words=count_words,
        section_word=section_word,
        status_word=status_word,
        truth_word=truth_word,
        steps_chart=steps_chart,
        program_url=program_url,
        sections=SECTIONS,
        folded=FOLDED,
        meant_at_most=MEANT_AT_MOST,
    )


def china_time(moment: datetime) -> str:
    """Return an instant as a clock in China shows it."""
    there = moment.astimezone(_CHINA)
    return f"{there:%Y-%m-%d %H:%M}"


def section_word(name: str) -> str:
    """Return what a section is called."""
    return {
        "eligible": gettext("符合"),
        "needs_review": gettext("待人工核定"),
        "near": gettext("差一点"),
        "needs_info": gettext("待补充"),
        "ready": gettext("条件达到，等申报期"),
        "ineligible": gettext("暂未达到"),
        "closed": gettext("窗口已关闭"),
        "not_in_force": gettext("不在有效期"),
    }[name]


def status_word(outcome: Outcome) -> str:
    """Return what the state of an outcome is called."""
    status = outcome.status.value
    if status == "ineligible":
        is_near = outcome.near_miss is not None and outcome.near_miss.is_near
        return section_word("near" if is_near else "ineligible")
    return section_word("closed" if status in ("window_closed", "suspended") else status)


def truth_word(truth: str) -> str:
    """Return what a truth value is called."""
    return {"T": gettext("满足"), "F": gettext("未达到"), "U": gettext("待补充"), "R": gettext("人工核定")}.get(
        truth, "—"
    )


def count_words(page: Page) -> str:
    """Return how many programs stand where: 3 项符合 · 2 项差一点."""
    words = [
        (ngettext("%(num)d 项符合", "%(num)d 项符合", n), n)
        if name == "eligible"
        else (ngettext("%(num)d 项待人工核定", "%(num)d 项待人工核定", n), n)
        if name == "needs_review"
        else (ngettext("%(num)d 项差一点", "%(num)d 项差一点", n), n)
        if name == "near"
        else (ngettext("%(num)d 项待补充", "%(num)d 项待补充", n), n)
        for name in ("eligible", "needs_review", "near", "needs_info")
        for n in [page.counts[name]]
    ]
    shown = [text for text, n in words if n]
    return " · ".join(shown) if shown else gettext("没有达到条件的项目")


def steps_chart(program: Program) -> tuple[Bar, ...]:
    """Return the bars of a program's calculation; steps inside a list's items are told in words below."""
    steps = [
        Step(
            label=step.text,
            before=step.before.min,
            after=step.after.min,
            after_most=step.after.max if step.after.max is not None and not step.after.is_exact else None,
            note=step.figures,
            clause=step.clause.clause if step.clause else "",
        )
        for step in program.steps
        if not step.item and step.before is not None and step.after is not None and step.effect != "skipped"
    ]
    return waterfall(steps, gettext("合计"))


def program_url(policy: str) -> str:
    """Return the address of a program's page; empty where this installation has no catalogue."""
    try:
        return url_for("catalogue.program", policy_id=policy)
    except BuildError:
        return ""
