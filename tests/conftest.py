"""Give every test the same surroundings, whatever machine and shell it runs in."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.browser", "tests.support.templates"]

# A busy machine makes a slow example, which says nothing about the code. The examples are the same in every run, so that
# its coverage is; HUICE_EXAMPLES=1000 draws that many others where a test does not say how many.
settings.register_profile("huice", deadline=None, derandomize=True)
settings.register_profile("drawn", deadline=None, max_examples=int(os.environ.get("HUICE_EXAMPLES", "100")))
settings.load_profile("drawn" if "HUICE_EXAMPLES" in os.environ else "huice")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no branches in slow tests: it doubles their time, and what they happen upon is reached deliberately elsewhere."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


@pytest.fixture(scope="session", autouse=True)
def _without_the_developers_settings() -> None:
    """Forget HUICE_… of the shell that runs the tests: a test sets what it needs."""
    for name in [name for name in os.environ if name.startswith("HUICE_")]:
        del os.environ[name]
