"""Serve the application to real browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.applications import made_for
from tests.support.browser import DESK, hear, served
from tests.support.databases import bring_to_head
from web.app import FEATURES, create_app
from web.config import Config, load_config
from web.store import Store


def config_at(home: Path) -> Config:
    """Return the configuration of an application that keeps everything in a folder."""
    return load_config({"HUICE_HOME": str(home), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"})


def make_app(home: Path, features: tuple[str, ...] = FEATURES) -> Flask:
    """Return a new application on a fresh database."""
    app = create_app(config_at(home), features)
    bring_to_head(app.extensions["huice_store"])
    return app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an application on a database of the test's own; it may have served other tests on theirs."""
    app = made_for(config_at(tmp_path / "instance"), FEATURES)
    bring_to_head(app.extensions["huice_store"])
    yield app
    app.extensions["huice_store"].close()


@pytest.fixture
def store(app: Flask) -> Store:
    """Return the database of the test's own application."""
    store: Store = app.extensions["huice_store"]
    return store


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve the test's own application."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="session")
def public_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve one application to all tests that leave nothing in it."""
    app = make_app(tmp_path_factory.mktemp("public"))
    with served(app) as address:
        yield address
    app.extensions["huice_store"].close()


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that gives a context of some options; what it has loaded once it has for the next test of the module."""
    made: dict[str, BrowserContext] = {}

    def context(**options: Any) -> BrowserContext:
        name = repr(sorted(options.items()))
        if name not in made:
            made[name] = browser.new_context(locale="zh-CN", **options)
        made[name].clear_cookies()
        return made[name]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def visitor(contexts: Callable[..., BrowserContext]) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Return a function that opens an address on a page of its own and notes everything the browser complains about."""
    pages = []

    def open_page(address: str, path: str, width: int = DESK, **options: Any) -> tuple[Page, list[str]]:
        page = contexts(**options).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 800})
        complaints = hear(page, address)
        page.goto(address + path)
        return page, complaints

    yield open_page
    for page in pages:
        page.close()
