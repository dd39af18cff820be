from __future__ import annotations

import json

from tests.web.cli.test_match_command import NOW, PROFILE


def test_the_queue_is_worked_off_and_the_command_ends(huice):
    assert huice("db", "upgrade").returncode == 0

    announced = huice("network", "announce")
    done = huice("network", "run", "--once")

    assert (announced.returncode, done.returncode) == (0, 0), done.stderr
    assert "已排入队列" in announced.stderr
    assert "处理了" in done.stderr
    assert "早已公布" in huice("network", "announce").stderr


def test_a_database_that_is_not_ready_is_named(huice):
    done = huice("network", "run", "--once")

    assert done.returncode == 2
    assert "huice db upgrade" in done.stderr


def test_a_match_by_the_network_says_what_the_interpreter_says(huice, tmp_path):
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")

    answers = [
        json.loads(huice("match", "profile.yaml", *NOW, "--format", "json", "--engine", engine).stdout)
        for engine in ("interpret", "network")
    ]

    assert [answer.pop("engine") for answer in answers] == ["interpret", "network"]
    assert answers[0] == answers[1]
