"""Prove that tests drive the real servers."""

from __future__ import annotations

import psycopg


def test_postgres_is_real_and_speaks_chinese(postgres_url, empty_postgres_url):
    for url in (postgres_url, empty_postgres_url):
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT version() LIKE 'PostgreSQL%', '罗湖', current_database()").fetchone()
        assert row == (True, "罗湖", url.rpartition("/")[2])


def test_browser_is_real_and_lives_in_shenzhen(page):
    page.set_content("<title>惠策</title>")

    assert page.title() == "惠策"
    assert page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]") == [
        "zh-CN",
        "Asia/Shanghai",
    ]
