"""Serve the application to real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.browser import served
from tests.support.databases import bring_to_head
from web.app import FEATURES, create_app
from web.config import load_config
from web.store import Store


def make_app(home: Path, features: tuple[str, ...] = FEATURES) -> Flask:
    """Return the application on a fresh database."""
    app = create_app(
        load_config({"HUICE_HOME": str(home), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"}), features
    )
    bring_to_head(app.extensions["huice_store"])
    return app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an application of the test's own."""
    app = make_app(tmp_path / "instance")
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
