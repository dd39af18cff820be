"""Give the tests of inspections their two planners and a clock that stands where it is set."""

from __future__ import annotations

import pytest

from tests.support import inspections as steps


@pytest.fixture
def pair(app):
    return steps.planners(app)


@pytest.fixture
def clock(monkeypatch):
    return steps.Clock(monkeypatch)
