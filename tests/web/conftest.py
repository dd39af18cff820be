"""Give the tests of the web a configuration, a store on each database, an application and a reader of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.applications import made_for
from tests.support.databases import bring_to_head, create_at_head
from tests.web.page_check import Element, check_page
from web.app import FEATURES
from web.config import Config, load_config
from web.store import Store


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database for one test alone, once of each kind; the SQLite file is still to be made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'huice.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    url = create_at_head(server)
    yield url
    server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'huice.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
def empty_store(empty_database_url: str) -> Iterator[Store]:
    """Return a store without a schema."""
    store = Store.open(empty_database_url)
    yield store
    store.close()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Return a store with the newest schema and no rows."""
    store = Store.open(database_url)
    if store.dialect == "sqlite":
        bring_to_head(store)
    yield store
    store.close()


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Return the environment of the application under test; a test may add to it before asking for `app`."""
    return {"HUICE_HOME": str(tmp_path / "instance"), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"}


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    """Return the configuration of the application under test."""
    return load_config(settings)


@pytest.fixture
def features() -> tuple[str, ...]:
    """Return the packages of pages that the application has; the tests of the shell override this with none."""
    return FEATURES


@pytest.fixture
def app(config: Config, features: tuple[str, ...]) -> Iterator[Flask]:
    """Return the application on a fresh SQLite file with the newest schema; it may have served other tests on theirs."""
    app = made_for(config, features)
    bring_to_head(app.extensions["huice_store"])
    yield app
    app.extensions["huice_store"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def browse(client: FlaskClient) -> Callable[..., Element]:
    """Return a function that opens an address, checks the page as every page is checked, and gives back its tree."""

    def open_page(path: str, status: int = 200, lang: str | None = None, **kwargs: Any) -> Element:
        answer = client.open(path, **kwargs)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text[:500]}"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return check_page(answer.text, lang)

    return open_page


@pytest.fixture
def csrf_token(client: FlaskClient) -> Callable[[str], str]:
    """Return a function that reads the CSRF token of the first form on a page."""

    def read(path: str) -> str:
        fields = [
            box for box in check_page(client.get(path).text).all("input") if box.attributes["name"] == "csrf_token"
        ]
        return fields[0].attributes["value"]

    return read
