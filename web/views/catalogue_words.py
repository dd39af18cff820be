"""Give the templates of the catalogue the words for levels, kinds, deadlines, sources and relations."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup

from rules.language.model import Vocabulary
from web.i18n import day as day_words
from web.i18n import localized
from web.services.catalogue import Catalogue, Entry, Taking
from web.services.catalogue_filters import Filters, sections
from web.services.catalogue_needs import need_of
from web.ui.amounts import short_money

LEVELS = {
    "国家级": lazy_gettext("国家级"),
    "省级": lazy_gettext("省级"),
    "市级": lazy_gettext("市级"),
    "区级": lazy_gettext("区级"),
}
KINDS = {
    "产业": lazy_gettext("产业"),
    "科技": lazy_gettext("科技"),
    "商贸": lazy_gettext("商贸"),
    "金融": lazy_gettext("金融"),
    "人才": lazy_gettext("人才"),
    "就业": lazy_gettext("就业"),
    "文化": lazy_gettext("文化"),
    "总部": lazy_gettext("总部"),
    "知识产权": lazy_gettext("知识产权"),
    "外贸": lazy_gettext("外贸"),
    "租金": lazy_gettext("租金"),
    "认定": lazy_gettext("认定"),
}
APPLICANTS = {
    "enterprise": lazy_gettext("企业"),
    "organisation": lazy_gettext("组织"),
    "person": lazy_gettext("个人"),
}
DEADLINES = {
    "open": lazy_gettext("申报期内"),
    "soon": lazy_gettext("30 天内截止"),
    "rolling": lazy_gettext("来源没有写明期限"),
    "closed": lazy_gettext("不在申报期"),
}
FORCES = {"now": lazy_gettext("现行"), "all": lazy_gettext("全部"), "past": lazy_gettext("已失效或未施行")}
SORTS = {"deadline": lazy_gettext("截止日"), "amount": lazy_gettext("最高金额"), "newest": lazy_gettext("最新施行")}
QUALITIES = {
    "official": lazy_gettext("官方原文"),
    "copy": lazy_gettext("转载全文"),
    "summary": lazy_gettext("摘要"),
    "unverified": lazy_gettext("未核实"),
}
# Why a source is marked so.
QUALITY_REASONS = {
    "official": lazy_gettext("在发文机关的网站看过全文。"),
    "copy": lazy_gettext("看过别处转载的全文，没有和发文机关的原文逐字核对。"),
    "summary": lazy_gettext("只看到摘要或解读，没有看到正文，可能还有没列出的条件。"),
    "unverified": lazy_gettext("只有间接线索，没有看到文件，申报前务必向主管部门核实。"),
}
TAKINGS = {
    Taking.OPEN: (lazy_gettext("申报期内"), "ok"),
    Taking.OWN: (lazy_gettext("按您的日期起算"), "ok"),
    Taking.UNSTATED: (lazy_gettext("申报期限未写明"), "plain"),
    Taking.CLOSED: (lazy_gettext("不在申报期"), "plain"),
    Taking.SUSPENDED: (lazy_gettext("暂停受理"), "near"),
    Taking.FUTURE: (lazy_gettext("尚未施行"), "plain"),
    Taking.EXPIRED: (lazy_gettext("已失效"), "plain"),
}
GROUP_RULES = {
    "highest": lazy_gettext("就高不重复：同时符合几项时，只发金额最高的一项。"),
    "top_up": lazy_gettext("就高补差：先领了低的，后面只补到最高一项的差额。"),
    "choose_one": lazy_gettext("只能选一项，不能同时享受。"),
    "once": lazy_gettext("几项合起来只享受一次。"),
    "cap": lazy_gettext("几项合计有上限。"),
}
CHANGES = {
    "began": lazy_gettext("开始施行"),
    "replaced": lazy_gettext("更换新版"),
    "ended": lazy_gettext("已经失效"),
    "number": lazy_gettext("标准调整"),
}
PLACES = {
    "document": lazy_gettext("文件"),
    "tag": lazy_gettext("关键词"),
    "office": lazy_gettext("部门"),
    "clause": lazy_gettext("条款"),
    "note": lazy_gettext("说明"),
}
EVENTS = {
    "opens": lazy_gettext("开始申报"),
    "closes": lazy_gettext("申报截止"),
    "begins": lazy_gettext("开始施行"),
    "ends": lazy_gettext("有效期最后一天"),
}


def init_words(app: Flask) -> None:
    """Make the words known to all templates."""
    app.jinja_env.filters["atom_time"] = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    app.jinja_env.globals.update(
        level_words=LEVELS,
        kind_words=KINDS,
        applicant_words=APPLICANTS,
        quality_words=QUALITIES,
        quality_reasons=QUALITY_REASONS,
        group_words=GROUP_RULES,
        change_words=CHANGES,
        place_words=PLACES,
        event_words=EVENTS,
        taking_word=taking_word,
        deadline_words=deadline_words,
        most_words=most_words,
        choice_words=choice_words,
        left_words=left_words,
    )


def taking_word(entry: Entry) -> tuple[Any, str]:
    """Return what it is called that applications are taken or not, and the tone of the tag."""
    return TAKINGS[entry.taking]


def most_words(entry: Entry) -> str:
    """Return up to how much a program pays; empty where nothing sets a limit."""
    return gettext("最高 %(amount)s", amount=short_money(entry.most)) if entry.most else ""


def left_words(entry: Entry) -> str:
    """Return how many working days are left; empty where none are counted."""
    if entry.working_days is None:
        return ""
    words = ngettext("还有 %(num)d 个工作日", "还有 %(num)d 个工作日", entry.working_days)
    return words + gettext("（次年放假安排未公布，按周末估算）") if entry.days_are_provisional else words


def deadline_words(entry: Entry, vocabulary: Vocabulary) -> Any:
    """Return in a sentence until when, or from when, applications are taken."""
    match entry.taking:
        case Taking.OPEN if entry.closes_on:
            return gettext("截止 %(day)s，%(left)s", day=day_words(entry.closes_on), left=left_words(entry))
        case Taking.OWN:
            return _own(entry, vocabulary)
        case Taking.CLOSED if entry.opens_on:
            return gettext("%(day)s 开始受理", day=day_words(entry.opens_on))
        case Taking.CLOSED:
            return gettext("申报期已经结束")
        case Taking.SUSPENDED:
            because = entry.version.suspension.because if entry.version.suspension else ""
            return Markup("{}{}").format(gettext("暂停受理："), localized(because))
        case Taking.FUTURE:
            return gettext("%(day)s 起施行", day=day_words(entry.version.from_))
        case Taking.EXPIRED if entry.version.to:
            return gettext("%(day)s 后失效", day=day_words(entry.version.to))
        case _ if entry.closes_on:
            return gettext("有效期至 %(day)s", day=day_words(entry.closes_on))
        case _:
            return ""


def _own(entry: Entry, vocabulary: Vocabulary) -> Any:
    window = entry.version.window
    if window is None or window.of is None:
        return ""
    known = vocabulary.fields.get(window.of.name) or vocabulary.derived.get(window.of.name)
    words = Markup(gettext("从您的「%(event)s」起 %(period)s以内申请"))  # noqa: S704  # our own words, no data
    return words % {
        "event": localized(known.label if known else window.of.name),
        "period": localized(f"{window.within}"),
    }


# ── choices of the catalogue ─────────────────────────────────────────────────────────────────────────────────────


def choice_words(name: str, value: str, filters: Filters) -> Any:
    """Return what a choice is called."""
    tables: dict[str, Any] = {
        "level": LEVELS,
        "kind": KINDS,
        "applicant": APPLICANTS,
        "deadline": DEADLINES,
        "force": FORCES,
        "sort": SORTS,
    }
    if name in tables:
        return tables[name].get(value, value)
    if name == "district":
        return gettext("不限于一个区") if value == "-" else localized(value)
    if name == "industry":
        return localized(f"{value} {dict(sections()).get(value, '')}".strip())
    if name == "need":
        need = need_of(value)
        return need.label if need else ""
    return gettext("按 %(day)s", day=day_words(filters.on)) if name == "on" else value


def facet_options(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """Return the values of a facet that some program has, in the order of the page."""
    present: dict[str, None] = {}
    for entry in catalogue.entries:
        match name:
            case "level":
                present[entry.policy.level] = None
            case "kind":
                present[entry.policy.kind] = None
            case "district":
                present[entry.policy.district or "-"] = None
            case _:
                present.update(dict.fromkeys(entry.policy.applicant))
    order = {"level": list(LEVELS), "kind": list(KINDS), "applicant": list(APPLICANTS)}.get(name)
    found = [value for value in present if value]
    return tuple(sorted(found, key=order.index)) if order else tuple(sorted(found, reverse=True))
