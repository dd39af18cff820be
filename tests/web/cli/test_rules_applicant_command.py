from __future__ import annotations

import json

import pytest

DAY = "2023-06-01"


@pytest.fixture
def matched(huice, tmp_path):
    """Return a function that makes an applicant and asks the rules about it."""

    def ask(policy: str, *more: str):
        made = huice("rules", "applicant", policy, "--as-of", DAY, *more)
        assert made.returncode == 0, made.stderr
        assert made.stdout.startswith("# 虚构主体")
        profile = tmp_path / "made.yaml"
        profile.write_text(made.stdout, encoding="utf-8")
        done = huice("match", profile, "--as-of", DAY, "--policy", policy, "--format", "json")
        (outcome,) = json.loads(done.stdout)["results"]
        return outcome

    return ask


def test_who_is_eligible_is_eligible_for_match_too(matched):
    assert matched("luohu-rd-2023")["status"] == "eligible"


def test_a_condition_that_alone_fails(matched):
    outcome = matched("luohu-rd-2023", "--goal", "fails", "--at", "local")

    assert (outcome["status"], outcome["failed"]) == ("ineligible", ["local"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["no-such"], "没有项目 no-such"),
        (["luohu-rd-2023", "--goal", "capped"], "要用 --at 写步骤编号"),
        (["luohu-rd-2023", "--goal", "row", "--at", "x"], "步骤编号:行号"),
        (["luohu-rd-2023", "--goal", "blocked", "--at", "x"], "不在互斥组 x 里"),
    ],
)
def test_what_cannot_be_asked_says_what_to_write(huice, given, words):
    done = huice("rules", "applicant", *given)

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_what_was_not_found_is_not_claimed_impossible(huice):
    done = huice("rules", "applicant", "luohu-rd-2023", "--goal", "capped", "--at", "no-such-step", "--as-of", DAY)

    assert (done.returncode, done.stdout) == (1, "")
    assert "不等于不存在" in done.stderr
