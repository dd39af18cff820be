"""Give every test the same surroundings, whatever machine and shell it runs in."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.browser", "tests.support.templates"]

# A busy machine makes a slow example, which says nothing about the code.
settings.register_profile("huice", deadline=None)
settings.load_profile("huice")


@pytest.fixture(scope="session", autouse=True)
def _without_the_developers_settings() -> None:
    """Forget HUICE_… of the shell that runs the tests: a test sets what it needs."""
    for name in [name for name in os.environ if name.startswith("HUICE_")]:
        del os.environ[name]
