"""Each lint code finds its fault, at its line, and is silent on the sound file."""

from datetime import date
from pathlib import Path

import pytest

from rules.check import LINT_CODES, lint
from rules.check.codes import PROOF_CODES
from rules.language.bundle import read_bundle

SOUND = Path(__file__).parents[2] / "golden" / "good" / "lint"


def check(folder: Path, files: dict[str, str]):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    bundle, findings = read_bundle([folder])
    assert [str(entry) for entry in findings] == []
    assert bundle is not None
    return lint(bundle)


def sound_files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in SOUND.iterdir()}


# code, file, text to replace, its replacement, text on the line of the finding (the replacement itself if empty)
FAULTS = [
    ("reference.unused-param", "policy.yaml", "        - {id: cap, cap_amount: $cap}\n", "", "  cap:"),
    (
        "reference.unused-document",
        "policy.yaml",
        "issued: 2026-01-01}",
        "issued: 2026-01-01}\n  - {id: D2, title: 无人引用}",
        "D2",
    ),
    ("grounding.number", "policy.yaml", "from: 2000万元, below", "from: 3000万元, below", ""),
    ("grounding.number", "policy.yaml", "upto: {ago: 2年}", "upto: {ago: 3年}", ""),
    ("grounding.number", "policy.yaml", "{over: 500万元, rate: 10%}", "{over: 500万元, rate: 12%}", ""),
    ("grounding.number", "policy.yaml", "each: 1000元", "each: 100元", ""),
    ("grounding.number", "policy.yaml", "limit: {count: 10}", "limit: {count: 12}", ""),
    ("grounding.number", "policy.yaml", "value: 300万元, cite", "value: 400万元, cite", ""),
    ("grounding.number", "policy.yaml", "where: {if: pay, from: 5000元}", "where: {if: pay, from: 6000元}", ""),
    ("grounding.number", "set.yaml", "from: 10人", "from: 11人", ""),
    ("grounding.number", "group.yaml", "cap: 500万元", "cap: 600万元", ""),
    ("grounding.number", "fields.yaml", "{below: 100万元, value: 1}", "{below: 100万元, value: 3}", ""),
    ("grounding.boundary", "policy.yaml", "from: 2000万元, below: 5亿元", "over: 2000万元, below: 5亿元", ""),
    ("grounding.boundary", "policy.yaml", "from: 2000万元, below: 5亿元", "from: 2000万元, upto: 5亿元", ""),
    ("grounding.boundary", "policy.yaml", "expr: rd / revenue, from: 5%", "expr: rd / revenue, over: 5%", ""),
    ("grounding.boundary", "set.yaml", "from: 10人", "over: 10人", ""),
    ("grounding.cap-without-step", "policy.yaml", "计算到元}", "计算到元，合计最高80万元}", "计算到元"),
    ("grounding.date", "policy.yaml", "    to: 2028-12-31", "    to: 2028-12-30", "  - from: 2026-01-01"),
    (
        "grounding.date",
        "policy.yaml",
        "from: 2026-03-01, to: 2026-04-30, cite",
        "from: 2026-03-02, to: 2026-04-30, cite",
        "",
    ),
    ("logic.gap", "policy.yaml", "{over: 500万元, rate: 10%}", "{over: 600万元, rate: 10%}", ""),
    (
        "logic.gap",
        "policy.yaml",
        "{upto: 100万元, rate: 5%}",
        "{below: 100万元, rate: 5%}",
        "{over: 100万元, upto: 500万元",
    ),
    ("logic.overlap", "policy.yaml", "{over: 500万元, rate: 10%}", "{from: 500万元, rate: 10%}", ""),
    ("logic.overlap", "policy.yaml", "{in: [乙, 丙], value: 10万元}", "{in: [甲, 丙], value: 10万元}", ""),
    ("logic.masked-row", "policy.yaml", "{in: [乙, 丙], value: 10万元}", "{is: 甲, value: 10万元}", ""),
    ("logic.overlap", "fields.yaml", "{from: 100万元, value: 2}", "{from: 90万元, value: 2}", ""),
    (
        "time.param-late",
        "policy.yaml",
        "{from: 2026-01-01, to: 2030-12-31, value",
        "{from: 2026-02-01, to: 2030-12-31, value",
        "",
    ),
    (
        "time.window-outside",
        "policy.yaml",
        "from: 2026-03-01, to: 2026-04-30, cite",
        "from: 2030-03-01, to: 2030-04-30, cite",
        "",
    ),
    (
        "tests.never-eligible",
        "policy.yaml",
        "expect: {status: needs_review}}",
        "expect: {status: needs_info}}",
        "schema: policy/1",
    ),
    ("grounding.number", "wide.yaml", "ceiling: {value: 900万元", "ceiling: {value: 800万元", ""),
    ("grounding.number", "wide.yaml", "{from: 41, value: 300万元}", "{from: 41, value: 330万元}", ""),
    ("grounding.number", "wide.yaml", "cap_base: 5000万元", "cap_base: 4000万元", ""),
    ("grounding.number", "wide.yaml", "unit: 1000万元, each: 5万元", "unit: 1000万元, each: 6万元", ""),
    ("grounding.number", "wide.yaml", "over: 12, minimum: 6", "over: 12, minimum: 5", ""),
    ("grounding.number", "wide.yaml", "upto: {ago: 6个月}", "upto: {ago: 7个月}", ""),
    ("grounding.number", "wide.yaml", "range: {from: 10万元, upto: 50万元", "range: {from: 10万元, upto: 60万元", ""),
    ("grounding.number", "wide.yaml", "multiply: 2倍", "multiply: 3倍", ""),
    ("grounding.number", "wide.yaml", "cap_each: 400万元", "cap_each: 500万元", ""),
    ("grounding.number", "wide.yaml", "of: rd, at: 50%", "of: rd, at: 60%", ""),
    ("grounding.number", "wide.yaml", "if: founded_on, after: 2025-01-01", "if: founded_on, after: 2025-01-02", ""),
    ("grounding.number", "wide.yaml", "if: founded_on, from: 2024-05-01", "if: founded_on, from: 2024-06-01", ""),
    ("grounding.boundary", "wide.yaml", "if: pay, over: 8000元", "if: pay, from: 8000元", ""),
    ("logic.gap", "wide.yaml", "{from: 20, upto: 40, value: 200万元}", "{from: 20, upto: 39, value: 200万元}", ""),
    ("logic.overlap", "wide.yaml", "{from: 41, value: 300万元}", "{from: 40, value: 300万元}", ""),
    ("logic.overlap", "wide.yaml", "{below: 20, value: 100万元}", "{upto: 20, value: 100万元}", ""),
    ("logic.gap", "wide.yaml", "{from: 2025-01-01, value: 2%}", "{after: 2025-01-01, value: 2%}", ""),
]


def test_the_sound_files_have_no_finding(tmp_path):
    findings = check(tmp_path, sound_files())

    assert [str(entry) for entry in findings] == []


@pytest.mark.parametrize(
    ("code", "file", "old", "new", "marker"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_a_fault_is_found_at_its_line(tmp_path, code, file, old, new, marker):
    files = sound_files()
    assert files[file].count(old) == 1
    files[file] = files[file].replace(old, new)

    findings = check(tmp_path, files)

    line = next(n for n, text in enumerate(files[file].splitlines(), 1) if (marker or new) in text)
    assert (code, line) in {(entry.code, entry.position.line) for entry in findings}
    assert all(entry.message and entry.advice for entry in findings)


def test_a_condition_set_that_nobody_uses_is_found(tmp_path):
    files = sound_files()
    files["policy.yaml"] = files["policy.yaml"].replace("        - use: shared\n", "")

    assert [(entry.code, Path(entry.position.file).name) for entry in check(tmp_path, files)] == [
        ("reference.unused-set", "set.yaml")
    ]


def test_a_policy_without_tests_is_found(tmp_path):
    files = sound_files()
    files["policy.yaml"] = files["policy.yaml"].split("tests:")[0]

    assert "tests.none" in {entry.code for entry in check(tmp_path, files)}


def test_money_tied_to_fiscal_contribution_wants_its_flag(tmp_path):
    files = sound_files()
    capped = files["policy.yaml"].replace(
        "cap_amount: $cap}", "cap_amount: {least_of: [{fact: district_contribution}, $cap]}}"
    )
    files["policy.yaml"] = capped

    unflagged = check(tmp_path, files)
    files["policy.yaml"] = capped.replace("verified_on", "legal_flags: [fiscal_contribution_linked]\nverified_on")
    flagged = check(tmp_path, files)

    assert "legal.fiscal-unflagged" in {entry.code for entry in unflagged}
    assert "legal.fiscal-unflagged" not in {entry.code for entry in flagged}


def test_every_code_is_tested_or_named_here():
    elsewhere = {"reference.unused-set", "tests.none", "legal.fiscal-unflagged", "time.version-hole", "time.stale"}

    assert {fault[0] for fault in FAULTS} | elsewhere | PROOF_CODES == set(LINT_CODES)


def test_a_hole_between_versions_and_an_old_source_are_found(tmp_path):
    files = sound_files()
    later = files["policy.yaml"].split("versions:\n")[1].split("tests:")[0]
    later = later.replace("from: 2026-01-01\n    to: 2028-12-31", "from: 2029-02-01\n    to: 2029-12-31").split(
        "    cite: {doc: D, clause: 第九条"
    )
    later_text = later[0] + later[1].split("\n", 2)[2]
    files["policy.yaml"] = files["policy.yaml"].replace("tests:", later_text + "tests:")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    bundle, findings = read_bundle([tmp_path])
    assert [str(entry) for entry in findings] == []

    codes = {entry.code for entry in lint(bundle, on=date(2027, 2, 1))}

    assert codes == {"time.version-hole", "time.stale"}


def test_versions_that_follow_each_other_have_no_hole(tmp_path):
    files = sound_files()
    later = (
        files["wide.yaml"].split("versions:\n")[1].split("tests:")[0].replace("from: 2026-02-01", "from: 2027-02-01")
    )
    later = later.replace("gist: 2026年2月1日起施行", "gist: 2027年2月1日起施行")
    files["wide.yaml"] = files["wide.yaml"].replace("from: 2026-02-01", "from: 2026-02-01\n    to: 2027-01-31")
    files["wide.yaml"] = files["wide.yaml"].replace("gist: 2026年2月1日起施行", "gist: 2026年2月1日至2027年1月31日施行")
    files["wide.yaml"] = files["wide.yaml"].replace("tests:", later + "tests:")

    assert [str(entry) for entry in check(tmp_path, files)] == []
