"""Keep the entries of the main menu, which the packages of pages register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu; `label` is a lazy text."""

    endpoint: str
    label: Any
    order: int


def init_navigation(app: Flask) -> None:
    """Give templates `menu()` and `home_url()`."""
    app.extensions["huice_menu"] = []
    app.jinja_env.globals.update(menu=lambda: _menu(app), home_url=home_url, here=here)


def register_menu(app: Flask, endpoint: str, label: Any, order: int) -> None:
    """Add a page to the main menu; `label` by lazy_gettext, lower `order` first."""
    entries = app.extensions["huice_menu"]
    entries.append(Entry(endpoint, label, order))
    entries.sort(key=lambda entry: entry.order)


def home_url() -> str:
    """Return the address of the home page."""
    return "/"


def here() -> str:
    """Return the address to come back to after a choice of presentation: this page, without `?lang=`."""
    if request.method != "GET":
        return request.path
    args = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode(args)}" if args else request.path


def _menu(app: Flask) -> list[dict[str, Any]]:
    current = request.endpoint or ""
    return [
        {"url": url_for(entry.endpoint), "label": entry.label, "current": entry.endpoint == current}
        for entry in app.extensions["huice_menu"]
    ]
