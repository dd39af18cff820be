"""`huice alarms` writes the day's notice to a file of that day's name, and tells by its exit code whether anything rings."""

from __future__ import annotations


def test_the_notice_of_a_day_is_a_file(huice, tmp_path):
    assert huice("db", "upgrade").returncode == 0

    written = huice("alarms", "--folder", ".", "--on", "2026-11-25")
    assert (written.returncode, written.stderr) == (0, "0 件提醒\n")
    assert "没有临近期限或者逾期的事" in (tmp_path / "alarms-2026-11-25.txt").read_text(encoding="utf-8")
    assert huice("alarms", "--folder", "nowhere").returncode == 2
