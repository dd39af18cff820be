"""Each logic fault is proved at its line with a witness, and the sound files have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.check.codes import LINT_CODES, PROOF_CODES
from rules.check.prove import Proofs, prove
from rules.language.bundle import read_bundle
from rules.language.findings import Severity

SOUND = Path(__file__).parents[3] / "golden" / "lint-logic"

# code, file, text to replace, its replacement, text on the line of the finding (the replacement if empty), words of the message
FAULTS = [
    ("logic.gap", "policy.yaml", "{is: 大型, value: 20万元}, ", "", "id: grade", "企业规模：大型"),
    (
        "logic.gap",
        "policy.yaml",
        "{over: 200万元, upto: 500万元",
        "{over: 201万元, upto: 500万元",
        "- id: tiered",
        "研发费用（2025年） 2,000,000.01元",
    ),
    (
        "logic.gap",
        "fields.yaml",
        "below: 1亿元, value: 2",
        "below: 9000万元, value: 2",
        "    label: 收入档",
        "营业收入（2025年） 9,",
    ),
    (
        "logic.gap",
        "rate.yaml",
        "rate: {of: rd, at: 10%}",
        "rate: {of: rd, at: [{when: {if: is_listed, is: true}, value: 10%}]}",
        "",
        "已上市：否",
    ),
    (
        "logic.overlap",
        "policy.yaml",
        "{over: 500万元, rate: 10%}",
        "{from: 500万元, rate: 10%}",
        "",
        "研发费用（2025年） 500万元",
    ),
    ("logic.overlap", "rate.yaml", "{from: 50人, value", "{from: 49人, value", "", "职工人数 49人"),
    ("logic.overlap", "rate.yaml", "{from: 50人, value", '{from: {expr: "50人 - 1人"}, value', "", "职工人数 49人"),
    (
        "logic.masked-row",
        "policy.yaml",
        "[中型, 小型], value: 10万元}",
        "[中型, 大型], value: 10万元}, {is: 中型, value: 1万元}",
        "id: grade",
        "被前面的档取走",
    ),
    (
        "logic.masked-row",
        "rate.yaml",
        "at: 10%}",
        "at: [{when: {if: staff, from: 20人}, value: 9%}, {when: {if: staff, from: 30人}, value: 8%}, {otherwise: true, value: 1%}]}",
        "",
        "落在第1档",
    ),
    (
        "logic.masked-row",
        "rate.yaml",
        "{from: 50人, value",
        '{from: 50人, below: {expr: "20人 + 20人"}, value: 1元}, {from: 50人, value',
        "",
        "没有主体能满足",
    ),
    (
        "logic.masked-row",
        "rate.yaml",
        "{from: 50人, value: 20万元}",
        "{from: 50人, value: 20万元}, {otherwise: true, value: 1元}",
        "",
        "被前面的档取走",
    ),
    (
        "logic.unreached-row",
        "rate.yaml",
        "{below: 50人, value: 10万元}",
        "{below: 10人, value: 1万元}, {from: 10人, below: 50人, value: 10万元}",
        "",
        "都不会落在这一档",
    ),
    ("logic.always-true", "rate.yaml", "if: staff, from: 10人", "if: staff, from: 0人", "", "总是满足"),
    (
        "logic.always-true",
        "rate.yaml",
        "          rate: {of: rd, at: 10%}",
        "          when: {if: staff, from: 5人}\n          rate: {of: rd, at: 10%}",
        "id: share",
        "这一步的条件",
    ),
    ("logic.always-false", "rate.yaml", "if: staff, from: 10人", "if: staff, over: 100000人", "", "不可能满足"),
    (
        "logic.always-false",
        "policy.yaml",
        "where: {if: pay, from: 3000元}",
        "where: {if: pay, over: 1亿元}",
        "",
        "不可能满足",
    ),
    (
        "logic.contradiction",
        "policy.yaml",
        "        - {id: plan,",
        "        - {id: small, if: revenue, below: 2000万元, cite: {doc: D, clause: 第三条, gist: 小}}\n        - {id: plan,",
        "      all:",
        "营业收入不低于2000万元，且低于5亿元；营业收入低于2000万元",
    ),
    (
        "logic.dead-branch",
        "policy.yaml",
        "{id: listed, if: is_listed, is: true,",
        "{id: listed, if: revenue, over: 6亿元,",
        "",
        "与别的条件冲突",
    ),
    (
        "logic.dead-step",
        "rate.yaml",
        "          rate: {of: rd, at: 10%}",
        "          when: {if: staff, below: 5人}\n          rate: {of: rd, at: 10%}",
        "id: share",
        "不可能满足",
    ),
    (
        "logic.dead-param",
        "policy.yaml",
        "        - {id: cap, cap_amount: $cap}",
        "        - {id: high, cap_amount: $cap}\n        - {id: low, cap_amount: 50万元, cite: {doc: D, clause: 第四条, gist: 五十万}}",
        "  cap:",
        "上限",
    ),
    (
        "logic.cliff",
        "rate.yaml",
        "rate: {of: rd, at: 10%}",
        "rate: {of: rd, at: {by: rd, table: [{upto: 50万元, value: 10%}, {over: 50万元, value: 8%}]}}",
        "id: share",
        "只得4万元",
    ),
    (
        "logic.cliff",
        "rate.yaml",
        "rate: {of: rd, at: 10%}",
        "tiers: {of: rd, mode: whole}\n          table: [{upto: 50万元, rate: 10%}, {over: 50万元, rate: 8%}]",
        "id: share",
        "只得4万元",
    ),
    (
        "logic.not-monotone",
        "rate.yaml",
        "        - id: cap\n",
        '        - {id: back, deduct: {expr: "20% * max(rd - 50万元, 0元)"}, cite: {doc: D, clause: 第四条}}\n        - id: cap\n',
        "id: back",
        "只得",
    ),
    ("logic.above-base", "rate.yaml", "at: 10%}", "at: 120%}", "id: share", "金额却是"),
]


def check(folder: Path, files: dict[str, str]) -> Proofs:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    bundle, findings = read_bundle([folder])
    assert [str(entry) for entry in findings] == []
    assert bundle is not None
    return prove(bundle)


def sound_files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in SOUND.iterdir()}


def test_the_sound_files_have_no_finding_and_nothing_is_given_up(tmp_path):
    proofs = check(tmp_path, sound_files())

    assert [str(entry) for entry in proofs.findings] == []
    assert [program.given_up for program in proofs.programs] == [0, 0]


def test_what_is_not_taken_apart_is_named_per_program(tmp_path):
    left_open = {program.policy: program.left_open for program in check(tmp_path, sound_files()).programs}

    assert [gap.what for gap in left_open["sound"]] == ["清单的汇总", "逐项计算"]
    assert left_open["rate"] == ()


@pytest.mark.parametrize(
    ("code", "file", "old", "new", "marker", "words"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_a_fault_is_proved_at_its_line_with_a_witness(tmp_path, code, file, old, new, marker, words):
    files = sound_files()
    assert files[file].count(old) == 1
    files[file] = files[file].replace(old, new)

    findings = check(tmp_path, files).findings

    line = next(n for n, text in enumerate(files[file].splitlines(), 1) if (marker or new) in text)
    found = [entry for entry in findings if (entry.code, entry.position.line) == (code, line)]
    assert found, [str(entry) for entry in findings]
    assert words in found[0].message
    assert all(
        entry.message and entry.advice and entry.severity is LINT_CODES[entry.code].severity for entry in findings
    )


def test_every_proof_has_a_failing_fixture():
    assert {fault[0] for fault in FAULTS} == PROOF_CODES | {"logic.gap", "logic.overlap", "logic.masked-row"}


def test_a_recorded_reading_answers_a_finding(tmp_path):
    files = sound_files()
    cliff = "{by: rd, table: [{upto: 50万元, value: 10%}, {over: 50万元, value: 8%}]}}"
    files["rate.yaml"] = files["rate.yaml"].replace(
        "at: 10%}", f"at: {cliff}\n          reading: {{text: 原文如此, by: 规则维护人, decided_on: 2026-01-01}}"
    )

    (entry,) = check(tmp_path, files).findings

    assert (entry.code, entry.severity) == ("logic.cliff", Severity.INFO)
    assert "已记录解释：原文如此" in entry.message
