from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rules.language.bundle import CORPUS

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(EXAMPLES, folder)
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_clean_rules_say_so(huice, rules):
    done = huice("rules", "check", rules)

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 个项目，13 个测试：没有问题\n"
    assert huice("rules", "check", rules, "--format", "json").stdout == "[]\n"


def test_a_misspelt_key_is_a_finding_at_its_line(huice, rules):
    spoil(rules, "district-rd-increment.yaml", "cap_amount:", "cap_amont:")

    done = huice("rules", "check", "rules", "--format", "json")

    assert done.returncode == 1
    finding = next(one for one in json.loads(done.stdout) if "cap_amont" in one["message"])
    assert set(finding) == {"code", "severity", "file", "line", "column", "policy", "message", "advice"}
    assert (finding["severity"], finding["line"]) == ("error", 63)
    assert "cap_amount" in finding["advice"]


def test_a_failing_test_is_a_finding_at_its_line(huice, rules):
    spoil(
        rules,
        "district-rd-increment.yaml",
        "expect: {status: eligible, amount: 67万元}",
        "expect: {status: eligible, amount: 68万元}",
    )

    done = huice("rules", "check", "rules")

    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("rules/district-rd-increment.yaml:76:5 错误 tests.failed ")
    assert "金额应为68万元，实为67万元" in line
    assert done.stderr == "2 个项目，13 个测试：1 个错误\n"


def test_a_number_that_the_clause_does_not_state_is_a_finding(huice, rules):
    spoil(rules, "city-enterprise-tech-centre.yaml", "from: 200万元", "from: 300万元")

    assert huice("rules", "check", rules).returncode == 1


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"", b"schema: policy/9\n", b"{" * 100_000, b"a: " + b"x" * 1_100_000]
)
def test_a_file_that_is_no_rule_file_is_a_finding_and_no_crash(huice, tmp_path, content):
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)

    done = huice("rules", "check", path)

    assert done.returncode == 1
    assert "odd.yaml:1" in done.stdout


def test_a_path_that_is_not_there_cannot_be_read(huice):
    done = huice("rules", "check", "nowhere")

    assert (done.returncode, done.stdout, done.stderr) == (2, "", "nowhere：没有这个文件或文件夹\n")


def test_one_file_of_the_corpus_is_checked_beside_its_groups(huice):
    file = next(iter(sorted((CORPUS / "luohu").glob("*.yaml"))))

    done = huice("rules", "check", file, "--format", "json")

    assert {Path(one["file"]).name for one in json.loads(done.stdout)} <= {file.name}
    assert done.stderr.startswith("1 个项目，")


def test_the_schema_is_a_json_schema(huice):
    done = huice("rules", "schema")

    assert (done.returncode, done.stderr) == (0, "")
    Draft202012Validator.check_schema(json.loads(done.stdout))
