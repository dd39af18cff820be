from __future__ import annotations

import json

import pytest

from tests.web.cli.test_match_command import NOW, PROFILE


@pytest.fixture
def result(huice, tmp_path):
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    path = tmp_path / "result.json"
    path.write_text(huice("match", "profile.yaml", *NOW, "--format", "json").stdout, encoding="utf-8")
    return path


def test_a_genuine_result_is_accepted(huice, result):
    done = huice("recheck", result)

    assert (done.returncode, done.stdout) == (0, "对得上\n")
    assert "sha256:" in done.stderr


def test_a_falsified_result_is_rejected_with_the_line_that_is_false(huice, result):
    data = json.loads(result.read_text(encoding="utf-8"))
    data["combination"]["total"]["max"] += 1

    done = huice("recheck", "-", stdin=json.dumps(data))

    assert done.returncode == 1
    assert done.stdout.startswith("对不上：合并计算：合计写明")


@pytest.mark.parametrize(
    ("text", "words"), [("{", "不是 JSON"), ("{}", "不是可以重演的结果"), ("[" * 100_000, "不是 JSON")]
)
def test_what_is_no_result_cannot_be_read(huice, text, words):
    done = huice("recheck", "-", stdin=text)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_file_that_is_not_there_is_named(huice):
    done = huice("recheck", "nowhere.json")

    assert done.returncode == 2
    assert "nowhere.json" in done.stderr
