from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rules.language.bundle import CORPUS

SOUND = Path(__file__).parents[2] / "golden" / "lint-logic"
CLIFF = "{by: rd, table: [{upto: 50万元, value: 10%}, {over: 50万元, value: 8%}]}"


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(SOUND, folder)
    return folder


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "rate.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_sound_rules_are_proved_and_what_is_left_open_is_named(huice, rules):
    done = huice("rules", "prove", rules)

    assert (done.returncode, done.stdout) == (0, "")
    assert "sound：未逐项证明 清单的汇总 1 处、逐项计算 1 处（如 rules/policy.yaml:30:" in done.stderr
    assert done.stderr.endswith("2 个项目：没有逻辑错误\n")


def test_a_cliff_is_proved_at_its_line_with_a_witness(huice, rules):
    change(rules, "at: 10%", f"at: {CLIFF}")

    done = huice("rules", "prove", "rules")
    machine = json.loads(huice("rules", "prove", "rules", "--format", "json").stdout)

    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("rules/rate.yaml:17:11 警告 logic.cliff 研发费用（2025年） 50万元得5万元，")
    (finding,) = machine["findings"]
    assert (finding["code"], finding["line"], finding["policy"]) == ("logic.cliff", 17, "rate")
    assert [program["policy"] for program in machine["programs"]] == ["rate", "sound"]
    assert machine["programs"][1]["left_open"][0]["what"] == "清单的汇总"


def test_one_file_of_the_corpus_is_proved_beside_what_it_names(huice):
    done = huice("rules", "prove", CORPUS / "luohu" / "luohu-rd-2019.yaml")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 个项目：没有逻辑错误\n")


@pytest.mark.parametrize("command", [["prove"], ["coverage"]])
def test_what_cannot_be_read_is_not_proved(huice, rules, command):
    change(rules, "at: 10%", "at: 10")

    done = huice("rules", *command, rules)

    assert (done.returncode, done.stdout) == (2, "")
    assert "规则文件有 1 处错误，先用 huice rules check 改正：" in done.stderr
    assert huice("rules", *command, "nowhere").stderr == "nowhere：没有这个文件或文件夹\n"


def test_coverage_names_what_no_test_touches_and_proposes_rows(huice, rules):
    (rules / "policy.yaml").unlink()
    test = "tests:\n  - {name: 甲, as_of: 2026-03-15, given: {staff: 9, rd: 1万元}, expect: {status: ineligible}}\n"
    test += "  - {name: 乙, as_of: 2026-03-15, given: {staff: 20, rd: 1万元}, expect: {status: eligible}}\n"
    path = rules / "rate.yaml"
    path.write_text(path.read_text(encoding="utf-8") + test, encoding="utf-8")

    done = huice("rules", "coverage", "rules", "--propose")
    bare = huice("rules", "coverage", "rules", "--no-mutants")
    (machine,) = json.loads(huice("rules", "coverage", "rules", "--propose", "--format", "json").stdout)

    assert done.returncode == 1
    assert done.stdout.startswith(
        "rate 研发比例补助（示例）\n  条件 2/2，分档 1/2，封顶和门槛 1/2，步骤前提 0/0，边界 1/6\n"
    )
    assert "rules/rate.yaml:14:" in done.stdout
    assert "没有测试恰在界限 10人 上" in done.stdout
    assert "改坏后测试没有发现：10% 改为 11%" in done.stdout
    assert "- {name: 待确认：职工人数为10人, as_of: 2026-03-15, given: {staff: 10人, rd: 1万元}, " in done.stdout
    assert done.stderr == "1 个项目：1 个有缺口\n"
    assert "改坏" not in bare.stdout
    assert machine["clause"] == {"met": 2, "total": 2}
    assert {entry["kind"] for entry in machine["missing"]} == {"row", "cap", "boundary"}
    assert machine["mutants"]["killed"] > 0
    assert any(entry["kind"] == "amount" for entry in machine["mutants"]["survivors"])
    assert machine["proposals"][0].startswith("- {name: 待确认：")


@pytest.fixture
def plain(tmp_path):
    """Return the file of a program with one condition, which only a person can decide, and all the tests it needs."""
    folder = tmp_path / "rules"
    folder.mkdir()
    shutil.copy(SOUND / "fields.yaml", folder)
    head = (SOUND / "rate.yaml").read_text(encoding="utf-8").split("    eligibility")[0]
    text = head + "    eligibility: {id: m, manual: 有计划, cite: {doc: D, clause: 第三条, gist: 有计划}}\n"
    text = text.replace("settlement: calculate", "settlement: match_only").replace(
        "    apply_window", "    # apply_window"
    )
    text += "tests:\n  - {name: 首日, as_of: 2026-01-01, given: {staff: 5}, expect: {status: needs_review}}\n"
    text += "  - {name: 末日, as_of: 2026-12-31, given: {staff: 5}, expect: {status: needs_review}}\n"
    text += "  - {name: 次日, as_of: 2027-01-01, given: {staff: 5}, expect: {status: not_in_force}}\n"
    (folder / "plain.yaml").write_text(text, encoding="utf-8")
    return folder / "plain.yaml"


def test_a_program_whose_tests_leave_nothing_out_has_no_gap(huice, plain):
    done = huice("rules", "coverage", plain.parent)

    assert (done.returncode, done.stderr) == (0, "1 个项目：没有缺口\n")
    assert "改坏 3 处，发现 3 处（100%）；另有 1 处经证明对结果没有影响" in done.stdout


def test_a_long_run_over_mutants_is_kept_and_taken_up_again(huice, plain, tmp_path):
    kept = tmp_path / "kept.jsonl"
    whole = huice("rules", "coverage", plain.parent, "--keep", kept)
    lines = kept.read_text(encoding="utf-8").splitlines()

    assert (whole.returncode, whole.stdout) == (0, "rate 改坏 3 处，发现 3 处，1 处无影响\n")
    assert whole.stderr == "1 个项目：改坏 3 处，发现 3 处（100.0%）；另有 1 处经证明没有影响\n"
    assert [json.loads(line)["policy"] for line in lines] == ["rate"]

    kept.write_text(f"{lines[0]}\n{lines[0][:40]}\n", encoding="utf-8")  # as a run leaves it that is stopped
    assert huice("rules", "coverage", plain.parent, "--keep", kept).stdout == whole.stdout
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2

    plain.write_text(plain.read_text(encoding="utf-8").rpartition("  - {name: 次日")[0], encoding="utf-8")
    again = huice("rules", "coverage", plain.parent, "--keep", kept)
    assert (again.returncode, len(kept.read_text(encoding="utf-8").splitlines())) == (1, 3)
    assert "没有发现：晚一天失效" in again.stdout


@pytest.fixture
def editions(rules, tmp_path):
    new = tmp_path / "new"
    shutil.copytree(rules, new)
    change(new, "at: 10%", "at: 12%")
    return rules, new


def test_a_difference_is_said_with_clause_and_both_values(huice, editions):
    done = huice("rules", "diff", *editions)
    (machine,) = json.loads(huice("rules", "diff", *editions, "--format", "json").stdout)["changes"]

    assert (done.returncode, done.stderr) == (0, "1 处差别\n")
    assert done.stdout == "研发比例补助（示例）：步骤 share（第四条）由“加研发费用的10%”改为“加研发费用的12%”\n"
    assert (machine["owner"], machine["clause"], machine["line"]) == ("rate", "第四条", 17)


def test_a_difference_is_proved_to_stay_inside_its_region(huice, editions):
    done = huice("rules", "diff", *editions, "--prove-only-where", "if: rd, over: 0元")

    assert done.returncode == 0
    assert done.stderr == "1 处差别；已证明只有满足所写条件的主体结果会变\n"


def test_a_difference_outside_its_region_is_shown_by_an_applicant(huice, editions):
    words = ("rules", "diff", *editions, "--prove-only-where", "{if: rd, from: 100万元}")

    done = huice(*words)
    machine = json.loads(huice(*words, "--format", "json").stdout)

    assert done.returncode == 1
    assert done.stdout.splitlines()[1].startswith("例外：rate，2026-03-01，职工人数 10人、研发费用（2025年） ")
    assert done.stderr == "1 处差别；1 个项目在所写条件之外也变了\n"
    assert machine["outside"][0]["as_of"] == "2026-03-01"
    assert machine["undecided"] == []


def test_a_region_that_is_no_condition_is_refused_at_its_place(huice, editions):
    done = huice("rules", "diff", *editions, "--prove-only-where", "if: rdd, over: 0元")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("条件:1:6：没有“rdd”这个事实")
