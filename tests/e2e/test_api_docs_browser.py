"""The page on the API in a real browser: no violation, no console message, nothing sideways, in both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import assert_accessible, assert_fits, hear


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_page_has_no_violation_no_complaint_and_no_sideways_scroll(
    browser: Browser, public_address: str, width: int, query: str, javascript: bool
):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
    page = context.new_page()
    complaints = hear(page, public_address)

    page.goto(f"{public_address}/api/v1/docs{query}")

    for part in page.locator("details").all():
        part.locator("summary").click()
    if javascript:
        assert_accessible(page)
    assert page.locator("details[open]").count() == page.locator("details").count() > 10
    assert_fits(page, width)
    assert complaints == []
    context.close()
