"""Give the templates of the self-check the words that depend on a question: hints, reasons, summaries of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext
from jinja2 import Environment
from markupsafe import Markup, escape

from matcher.outcome import NextQuestion
from rules.language.model import Dimension
from web.i18n import language, localized, to_traditional
from web.services.self_check_forms import NONE
from web.services.self_check_questions import Question

_UNITS_IN_ENGLISH = {"元": "RMB", "%": "%"}


def init_words(environment: Environment) -> None:
    """Make the words known to all templates."""
    environment.filters["plain_zh"] = plain
    environment.globals.update(
        hint_for=hint_for,
        unit_for=unit_for,
        options_for=options_for,
        why_asked=why_asked,
        summary=summary,
        summary_of_page=summary_of_page,
    )


def plain(text: object) -> str:
    """Return a text of the rules without markup, for options and attributes, whose element must say that it is Chinese."""
    return to_traditional(str(text)) if language() == "zh-Hant" else str(text)


def unit_for(question: Question) -> str:
    """Return the unit behind a box; in English only those that everybody knows, the label names the others."""
    return _UNITS_IN_ENGLISH.get(question.unit, "") if language() == "en" else plain(question.unit)


def hint_for(question: Question, compact: bool = False) -> str:  # noqa: FBT001, FBT002
    """Return how an answer may be written."""
    if question.control == "search":
        return "" if compact else gettext("输入代码或名称里的字，从列表里选；列表没有的四位代码也可以填。")
    if compact:
        return ""
    match question.field.dimension:
        case Dimension.MONEY:
            return gettext("可以写 6.2亿、6200万、1,234.5万元；不写单位按元算。")
        case Dimension.RATIO:
            return gettext("按百分数填，如 5 或 5%%。")
        case _:
            return ""


def options_for(question: Question) -> list[tuple[str, str]]:
    """Return what can be chosen, “known not to exist” last."""
    if question.field.dimension is Dimension.BOOL:
        return [("yes", gettext("是")), ("no", gettext("否"))]
    nothing = [(NONE, question.field.nullable)] if question.field.nullable else []
    return [*question.options, *nothing]


def why_asked(question: Question, worth: NextQuestion | None, uses: int) -> str:
    """Return why a question is asked: the dictionary's reason, and how many programs hang on the answer."""
    reasons = [Markup("{}{}").format(localized(question.why), "。")] if question.why else []
    if worth and worth.settles:
        text = ngettext("有 %(num)d 项政策要靠这个答案判断。", "有 %(num)d 项政策要靠这个答案判断。", worth.settles)
        reasons.append(escape(text))
    elif uses:
        reasons.append(escape(ngettext("有 %(num)d 项政策要看这一项。", "有 %(num)d 项政策要看这一项。", uses)))
    return Markup(" ").join(reasons)


def summary(errors: Mapping[str, str], question: Question | None = None) -> list[tuple[str, Any]]:
    """Return the lines of the error summary, each with the box it leads to."""
    if question is None:
        return [(name, localized(message)) for name, message in errors.items()]
    return [(_box(name, question), localized(message)) for name, message in errors.items()]


def summary_of_page(errors: Mapping[str, str], questions: Mapping[str, Question]) -> list[tuple[str, Any]]:
    """Return the lines of the error summary of the page of all facts, each naming its fact."""
    lines = []
    for name, message in errors.items():
        question = questions[name.rpartition(".")[0]]
        words = Markup("{}：{}").format(localized(question.label), localized(message))
        lines.append((_box(name, question), words))
    return lines


def _box(name: str, question: Question) -> str:
    """Return the box that an error belongs to; radio buttons and lists have no separate box for none."""
    if name.endswith(".absent") and question.control in ("choices", "select"):
        return name.removesuffix("absent") + "value"
    return name
