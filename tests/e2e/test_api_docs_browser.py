"""The page on the API in a real browser: no violation, no console message, nothing sideways, in both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import assert_sound, hear


@pytest.mark.parametrize(("query", "javascript"), [("", True), ("?lang=en", True), ("", False)])
def test_the_page_has_no_violation_no_complaint_and_no_sideways_scroll(
    browser: Browser, public_address: str, query: str, javascript: bool
):
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    complaints = hear(page, public_address)

    page.goto(f"{public_address}/api/v1/docs{query}")

    for part in page.locator("details").all():
        part.locator("summary").click()
    assert_sound(page, has_scripts=javascript)
    assert page.locator("details[open]").count() == page.locator("details").count() > 10
    assert complaints == []
    context.close()
