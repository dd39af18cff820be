"""Each lint code finds its fault, at its line, and is silent on the sound file."""

from datetime import date
from pathlib import Path

import pytest

from rules.check import LINT_CODES, lint
from rules.language.bundle import read_bundle

VOCABULARY = """\
schema: vocab/1
fields:
  revenue: {label: 营业收入, type: money, period: year, source: 税务, ask: 填写营业收入, cost: 1, min: 0元, max: 1万亿元}
  rd: {label: 研发费用, type: money, period: year, source: 税务, ask: 填写研发费用, cost: 1, min: 0元, max: 1万亿元}
  staff: {label: 职工人数, type: count, unit: 人, source: 社保, ask: 填写人数, cost: 1, min: 0, max: 100000}
  grade: {label: 级别, type: text, source: 自报, ask: 填写级别, cost: 1}
  founded_on: {label: 成立日期, type: date, source: 登记, ask: 填写成立日期, cost: 0}
  district_contribution: {label: 区级地方财力贡献, type: money, source: 财政, ask: 填写, cost: 3, min: 0元, max: 1亿元}
  hires: {label: 新招员工, type: list, source: 自报, ask: 填写, max: 50, item: {pay: {label: 月薪, type: money, min: 0元, max: 1亿元}}}
derived:
  band:
    label: 收入档
    type: count
    unit: 档
    by: revenue
    table:
      - {below: 100万元, value: 1}
      - {from: 100万元, value: 2}
    cite: {doc: V, clause: 第一条, gist: 营业收入不满100万元为1档，100万元以上为2档}
documents:
  - {id: V, title: 分档口径（示例）}
"""

POLICY = """\
schema: policy/1
id: sound
title: 研发补助（示例）
level: 区级
authority: 区科技局
settlement: calculate
verified_on: 2026-01-10
documents:
  - {id: D, title: 若干措施（示例）, number: 示府〔2026〕1号, issued: 2026-01-01}
params:
  cap:
    label: 上限
    values:
      - {from: 2026-01-01, to: 2030-12-31, value: 300万元, cite: {doc: D, clause: 第四条, gist: 每家企业最高300万元}}
versions:
  - from: 2026-01-01
    to: 2028-12-31
    cite: {doc: D, clause: 第九条, gist: 自2026年1月1日起施行，有效期3年}
    apply_window: {from: 2026-03-01, to: 2026-04-30, cite: {doc: D, clause: 第五条, gist: 每年3月1日至4月30日受理}}
    eligibility:
      all:
        - use: shared
        - {id: size, if: revenue, from: 2000万元, below: 5亿元, cite: {doc: D, clause: 第三条, gist: 营业收入2000万元以上、不满5亿元}}
        - {id: age, if: founded_on, upto: {ago: 2年}, cite: {doc: D, clause: 第三条, gist: 成立满两年}}
        - {id: ratio, expr: rd / revenue, from: 5%, cite: {doc: D, clause: 第三条, gist: 研发费用占营业收入的比例低于5%的不予支持}}
        - {id: hires, count_of: {list: hires, where: {if: pay, from: 3000元}}, from: 1, cite: {doc: D, clause: 第三条, gist: 新招月薪3000元以上的员工}}
        - {id: plan, manual: 有研发计划, cite: {doc: D, clause: 第三条}}
    amount:
      steps:
        - id: tiered
          tiers: {of: rd, mode: marginal}
          table:
            - {upto: 100万元, rate: 5%}
            - {over: 100万元, upto: 500万元, rate: 8%}
            - {over: 500万元, rate: 10%}
          cite: {doc: D, clause: 第四条, gist: 100万元以内部分按5%，超过100万元至500万元部分按8%，超过500万元部分按10%}
        - {id: grade, fixed: {by: grade, table: [{is: 甲, value: 20万元}, {in: [乙, 丙], value: 10万元}]}, cite: {doc: D, clause: 第四条, gist: 甲级奖励20万元，乙级、丙级10万元}}
        - {id: heads, per_item: {list: hires, where: {if: pay, from: 5000元}, each: 1000元, limit: {count: 10}}, cite: {doc: D, clause: 第四条, gist: 每招一名月薪不低于5000元的员工1000元，不超过10人}}
        - {id: cap, cap_amount: $cap}
        - {id: floor, pay_only_if_from: 1万元, cite: {doc: D, clause: 第四条, gist: 不足1万元的不予安排}}
        - {id: round, round: {to: 元, mode: half_up}, cite: {doc: D, clause: 第四条, gist: 计算到元}}
tests:
  - {name: 缺资料, as_of: 2026-03-15, given: {}, expect: {status: needs_info}}
  - {name: 待审查, as_of: 2026-03-15, given: {revenue: 1亿元, rd: 600万元, founded_on: 2020-01-01, staff: 20, hires: [{pay: 4000元}], grade: 甲}, expect: {status: needs_review}}
"""

CONDITIONS = """\
schema: conditions/1
id: shared
title: 通用条件
documents:
  - {id: S, title: 管理办法（示例）}
condition:
  all:
    - {id: staff, if: staff, from: 10人, cite: {doc: S, clause: 第二条, gist: 职工不少于10人}}
"""

GROUP = """\
schema: group/1
id: yearly
title: 年度封顶
rule: cap
scope: [enterprise, fact_year]
members: [sound]
cap: 500万元
documents:
  - {id: G, title: 资金办法（示例）}
cite: {doc: G, clause: 第六条, gist: 同一企业每年最高500万元}
"""

FILES = {"fields.yaml": VOCABULARY, "policy.yaml": POLICY, "set.yaml": CONDITIONS, "group.yaml": GROUP}


def check(folder: Path, files: dict[str, str]):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    bundle, findings = read_bundle([folder])
    assert [str(entry) for entry in findings] == []
    assert bundle is not None
    return lint(bundle)


def sound_files() -> dict[str, str]:
    return {**FILES, "policy.yaml": POLICY.replace("tests:", "    groups: [yearly]\ntests:")}


# code, file, text to replace, its replacement, text on the line where the finding must stand (the replacement itself if empty)
FAULTS = [
    ("reference.unused-param", "policy.yaml", "        - {id: cap, cap_amount: $cap}\n", "", "  cap:"),
    (
        "reference.unused-document",
        "policy.yaml",
        "issued: 2026-01-01}",
        "issued: 2026-01-01}\n  - {id: D2, title: 无人引用}",
        "D2",
    ),
    ("reference.unused-set", "policy.yaml", "        - use: shared\n", "", "schema: conditions/1"),
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
        "logic.empty-row",
        "policy.yaml",
        "{over: 100万元, upto: 500万元, rate: 8%}",
        "{over: 500万元, upto: 100万元, rate: 8%}",
        "",
    ),
    ("logic.empty-condition", "policy.yaml", "from: 2000万元, below: 5亿元", "from: 5亿元, below: 2000万元", ""),
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


def test_a_group_without_members_is_found(tmp_path):
    files = {**sound_files(), "policy.yaml": POLICY, "group.yaml": GROUP.replace("members: [sound]", "members: []")}

    assert "reference.no-member" in {entry.code for entry in check(tmp_path, files)}


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
    elsewhere = {"reference.no-member", "tests.none", "legal.fiscal-unflagged", "time.version-hole", "time.stale"}

    assert {fault[0] for fault in FAULTS} | elsewhere == set(LINT_CODES)


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
