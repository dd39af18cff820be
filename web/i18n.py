"""Speak three languages: Simplified Chinese as written, 繁體 converted from it, English from the catalogues."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, format_date, get_locale
from markupsafe import Markup, escape
from opencc import OpenCC

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = Path(__file__).with_name("translations") / "en" / "LC_MESSAGES"
COOKIE = "huice_lang"
COOKIE_SECONDS = 365 * 24 * 3600

# Code in addresses and cookies → (locale of Babel, lang of HTML, name in that language).
LANGUAGES: dict[str, tuple[str, str, str]] = {
    "zh-Hans": ("zh_Hans_CN", "zh-Hans", "简体"),
    "zh-Hant": ("zh_Hant_HK", "zh-Hant-HK", "繁體"),
    "en": ("en", "en", "English"),
}
DEFAULT = "zh-Hans"


class Catalogues(Domain):
    """The translations, made in memory when the service starts, so that no compiled file can be missing or stale."""

    def __init__(self, by_locale: dict[str, NullTranslations]) -> None:
        """Serve `by_locale`; any other locale gets the Simplified Chinese of the source."""
        super().__init__([], "messages")
        self._by_locale = by_locale
        self._none = NullTranslations()

    def get_translations(self) -> NullTranslations:
        """Return the translations into the language of the request."""
        return self._by_locale.get(str(get_locale()), self._none)


class Traditional(NullTranslations):
    """繁體 of every text, converted when it is first shown and remembered."""

    def gettext(self, message: str) -> str:
        """Return `message` in 繁體."""
        return to_traditional(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the plural in 繁體; Chinese has one form."""
        return to_traditional(msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """Return `message` in 繁體."""
        return to_traditional(message)

    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext


def init_i18n(app: Flask) -> None:
    """Choose the language of each request by `?lang=`, else by cookie, and give templates the words for it."""
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[DEFAULT][0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    babel = Babel(app, locale_selector=lambda: LANGUAGES[language()][0])
    babel.domain_instance = Catalogues({"en": _english(), "zh_Hant_HK": Traditional()})
    app.jinja_env.filters["zh"] = localized
    app.jinja_env.filters["zh_plain"] = localized_plain
    app.jinja_env.filters["day"] = day
    app.jinja_env.globals.update(language=language, html_lang=html_lang, languages=LANGUAGES)
    app.after_request(_remember)


def language() -> str:
    """Return the language code of the request: zh-Hans, zh-Hant or en."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        asked = request.args.get("lang", "")
        g.language_asked = asked in LANGUAGES
        kept = request.cookies.get(COOKIE, "")
        g.language = asked if g.language_asked else kept if kept in LANGUAGES else DEFAULT
    return str(g.language)


def html_lang() -> str:
    """Return the `lang` attribute of the page."""
    return LANGUAGES[language()][1]


def _remember(response: Response) -> Response:
    if g.get("language_asked"):
        set_preference(response, COOKIE, language())
    return response


def set_preference(response: Response, name: str, value: str) -> None:
    """Keep a choice of presentation (language, type size) in a cookie for a year; it identifies nobody."""
    response.set_cookie(
        name, value, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )


def safe_next(target: str | None) -> str:
    """Return `target` if it is a path of this site, else the home page: no redirect leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


def localized(text: object) -> str | Markup:
    """Return a Chinese text that comes from the rules for the page's language.

    繁體 is converted; in English pages the Chinese stays, marked as Chinese for screen readers.
    """
    words = str(text)
    match language():
        case "zh-Hant":
            return to_traditional(words)
        case "en" if not words.isascii():
            return Markup('<span lang="zh-Hans">{}</span>').format(escape(words))
        case _:
            return words


def localized_plain(text: object) -> str:
    """Return the same without markup, for titles and attributes."""
    return to_traditional(str(text)) if language() == "zh-Hant" else str(text)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2hk")


@lru_cache(maxsize=20_000)
def to_traditional(text: str) -> str:
    """Return Simplified Chinese in the characters used in Hong Kong."""
    return str(_converter().convert(text))


def day(value: date) -> str:
    """Return a date as people of the page's language write it: 2026年5月20日, 20 May 2026."""
    if language() == "en":
        return str(format_date(value, "d MMMM y"))
    return f"{value.year}年{value.month}月{value.day}日"


def merge_catalogues(files: Iterable[Path]) -> Catalog:
    """Return the messages of several English catalogues as one.

    Raises:
        ValueError: two files translate one text differently.
    """
    merged = Catalog(locale="en")
    for path in files:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="en")
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            known = merged.get(message.id, message.context)
            if known and known.string != message.string:
                raise ValueError(f"{path.name} translates {message.id!r} differently from another catalogue")
            merged[message.id] = message
    return merged


def extract_messages() -> list[Message]:
    """Return every text that the code and the templates offer for translation, read from the sources themselves."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog()
    found = extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    )
    for filename, line, message, comments, context in found:
        catalogue.add(message, None, [(filename, line)], auto_comments=comments, context=context)
    return [message for message in catalogue if message.id]


KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


@cache
def _english() -> Translations:
    file = BytesIO()
    write_mo(file, merge_catalogues(sorted(ENGLISH.glob("*.po"))))
    file.seek(0)
    return Translations(file)


def missing_english() -> list[Message]:
    """Return the texts without an English version, each with the places where it stands."""
    english = merge_catalogues(sorted(ENGLISH.glob("*.po")))
    missing = []
    for message in extract_messages():
        known = english.get(message.id, message.context)
        strings = (known.string if isinstance(known.string, tuple | list) else (known.string,)) if known else ()
        if not strings or not all(strings):
            missing.append(message)
    return missing


def main() -> int:
    """Print the texts without an English version as a catalogue to complete; exit 1 if there are any."""
    missing = missing_english()
    template = Catalog(locale="en")
    for message in missing:
        template.add(message.id, None, message.locations, auto_comments=message.auto_comments, context=message.context)
    if missing:
        write_po(sys.stdout.buffer, template, omit_header=True, width=120)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
