from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.discretion.library import TABLES, read_sources
from rules.language.load import SourceText

OWN = Path(__file__).with_name("tables")


def change(text, *edits):
    """Return a text with each (old, new) replaced at its one place."""
    for old, new in edits:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session")
def small():
    return (OWN / "small.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def grounds():
    return (OWN / "grounds.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def weighed_text():
    return (OWN / "weighed.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def powers():
    return (OWN / "powers.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def edit():
    return change


@pytest.fixture(scope="session")
def read():
    """Read texts as files named 0.yaml, 1.yaml …; return the library and the findings."""

    def read_all(*texts, draw_items=None):
        sources = [SourceText(f"{n}.yaml", text.encode()) for n, text in enumerate(texts)]
        return read_sources(sources, draw_items)

    return read_all


@pytest.fixture(scope="session")
def table():
    """Return the text of a table in the repository."""
    return lambda name: (TABLES / f"{name}.yaml").read_text(encoding="utf-8")
