"""A2: the four example files load unchanged and pass; each of 60 and more mutations is refused or flagged at its line."""

import shutil
from pathlib import Path

import pytest

from matcher.embedded_tests import run_tests
from rules.check import lint
from rules.language.bundle import read_bundle

EXAMPLES = Path(__file__).parents[1] / "golden" / "good" / "examples"
CITY = "city-enterprise-tech-centre.yaml"
DISTRICT = "district-rd-increment.yaml"
GROUP = "rd-support.group.yaml"
FIELDS = "fields.yaml"
FIRST_TEST = "增量800万元"

# file, text of the example, what a slip of the hand makes of it, text on the line that must be named (the slip itself if empty)
MUTATIONS = [
    # misspelt keys and words
    (CITY, "title: 市级", "titel: 市级", ""),
    (CITY, "settlement: match_only", "settlement: match-only", ""),
    (CITY, "level: 市级", "level: 市", ""),
    (CITY, "number: 示经信规", "numbr: 示经信规", ""),
    (CITY, "if: hitech_until", "if: hitech_untill", ""),
    (CITY, "from: $as_of", "from: $asof", ""),
    (CITY, "on_unknown: assume", "on_unkown: assume", ""),
    (CITY, "on_unknown: assume", "on_unknown: maybe", ""),
    (CITY, "manual: 有健全", "manuel: 有健全", ""),
    (CITY, "id: rd-staff", "id: rd-3y", ""),
    (CITY, "{status: needs_review, review: [org]}", "{status: needs_reviw, review: [org]}", ""),
    (CITY, "rd_staff: 12", "rd_stafff: 12", ""),
    (CITY, "cite: {doc: M, clause: 第六条", "cite: {doc: N, clause: 第六条", ""),
    (DISTRICT, "mode: marginal}", "mode: marginel}", ""),
    (DISTRICT, "value: $cap_hitech}", "value: $cap_hitec}", ""),
    (DISTRICT, "mode: half_up}", "mode: half-up}", ""),
    (DISTRICT, "groups: [rd-support]", "groups: [rd-suport]", ""),
    (DISTRICT, "- any:", "- anny:", ""),
    (DISTRICT, "cap_amount:", "cap_amout:", ""),
    (DISTRICT, "in: [示范区]", "in: [示范去]", ""),
    (DISTRICT, "profile: hi, expect: {status: not_in_force}", "profile: hello, expect: {status: not_in_force}", ""),
    (DISTRICT, "pay_only_if_from: 1万元", "pay_only_if: 1万元", ""),
    (DISTRICT, "authority: 区科技局", "authority: 区科技局\nauthority: 区工信局", "区工信局"),
    (GROUP, "rule: top_up", "rule: topup", ""),
    (GROUP, "members: [district-rd-increment]", "members: [district-rd-incremnt]", ""),
    (GROUP, "field: city_rd_grant", "field: city_rd_grants", ""),
    (GROUP, "order: after_caps", "order: after_cap", ""),
    (FIELDS, "on_credit_blacklist: {label: 列入严重失信名单, type: bool", "on_credit_blacklist: {label: 列入严重失信名单, type: boole", ""),
    (FIELDS, "expr: rd_expense / revenue", "expr: rd_expense / revenu", ""),
    # units
    (CITY, "from: 200万元", "from: 200", ""),
    (CITY, "from: 200万元", "from: 200人", ""),
    (CITY, "from: 15%", "from: 15", ""),
    (CITY, "{2025: 90万元, 2024: 70万元, 2023: 39万元}", "{2025: 90, 2024: 70万元, 2023: 39万元}", ""),
    (DISTRICT, "{over: 2亿元, value: 3%}", "{over: 2亿, value: 3%}", ""),
    (DISTRICT, "value: 4%}", "value: 4}", ""),
    (DISTRICT, "round: {to: 元", "round: {to: 圆", ""),
    (FIELDS, "rd_expense[-1], 0元)", "rd_expense[-1], 0人)", ""),
    (FIELDS, "rd_expense[-1] + rd_expense[-2]", "rd_expense[-1] + rd_staff", ""),
    # shifted thresholds and rates
    (CITY, "from: 200万元", "from: 300万元", ""),
    (CITY, "from: 15%", "from: 16%", ""),
    (DISTRICT, "{upto: 100万元, rate: 5%}", "{upto: 100万元, rate: 6%}", ""),
    (DISTRICT, "upto: 500万元, rate: 8%", "upto: 400万元, rate: 8%", ""),
    (DISTRICT, "value: 150万元, cite", "value: 180万元, cite", ""),
    (DISTRICT, "pay_only_if_from: 1万元", "pay_only_if_from: 2万元", ""),
    (DISTRICT, "{over: 2亿元, value: 3%}", "{over: 2万元, value: 3%}", ""),
    # swapped boundary words
    (CITY, "from: 200万元", "over: 200万元", ""),
    (CITY, "from: 15%", "below: 15%", ""),
    (CITY, "is: false\n", "is: no\n", "is: no"),
    (DISTRICT, "{over: 100万元, upto: 500万元, rate: 8%}", "{from: 100万元, upto: 500万元, rate: 8%}", ""),
    (DISTRICT, "{upto: 5000万元, value: 5%}", "{below: 5000万元, value: 5%}", "{over: 5000万元, upto: 2亿元"),
    (DISTRICT, "{over: 500万元, rate: 10%}", "{from: 500万元, rate: 10%}", ""),
    (DISTRICT, "              is: true\n", "              is: 是\n", ""),
    # dropped rows, caps and steps
    (DISTRICT, "            - {over: 500万元, rate: 10%}\n", "", FIRST_TEST),
    (DISTRICT, "            - {over: 100万元, upto: 500万元, rate: 8%}\n", "", "{over: 500万元, rate: 10%}"),
    (DISTRICT, "            - {when: {if: hitech_until, from: $as_of}, value: $cap_hitech}\n", "", "cap_hitech:"),
    (DISTRICT, "            - {otherwise: true, value: $cap_other}\n", "", "cap_other:"),
    (DISTRICT, "round: {to: 元, mode: half_up}", "label: 取整", "- id: round"),
    (DISTRICT, "otherwise: true", "otherwise: false", ""),
    (DISTRICT, "amount: 67万元}}\n  - {name: 增量恰好", "amount: 68万元}}\n  - {name: 增量恰好", FIRST_TEST),
    # wrong dates
    (CITY, "issued: 2024-03-01", "issued: 2024-02-30", ""),
    (CITY, "from: 2024-04-01 ", "from: 2024-13-01 ", ""),
    (CITY, "to: 2029-03-31 ", "to: 2024-03-31 ", ""),
    (CITY, "apply_window: {from: 2026-03-01, to: 2026-04-30}", "apply_window: {from: 2026-03-01, to: 2026-04-31}", ""),
    (CITY, "apply_window: {from: 2026-03-01, to: 2026-04-30}", "apply_window: {from: 2026-05-01, to: 2026-04-30}", ""),
    (DISTRICT, "    to: 2027-12-31", "    to: 2027-12-30", "  - from: 2025-01-01"),
    (DISTRICT, "  - from: 2025-01-01\n", "  - from: 2025-02-01\n", "  - from: 2025-02-01"),
]  # fmt: skip


def findings_in(folder: Path):
    bundle, found = read_bundle([folder])
    if bundle is not None and not found:
        found = lint(bundle) + run_tests(bundle)
    return found


def test_a2_the_examples_load_unchanged_and_their_13_tests_pass():
    bundle, found = read_bundle([EXAMPLES])

    assert found == ()
    assert sum(len(policy.tests) for policy in bundle.policies.values()) == 13
    assert [str(entry) for entry in run_tests(bundle)] == []
    assert [str(entry) for entry in lint(bundle)] == []


def test_a2_there_are_at_least_60_mutations():
    assert len({mutation[:3] for mutation in MUTATIONS}) >= 60


@pytest.mark.parametrize(
    ("file", "old", "new", "marker"), MUTATIONS, ids=[f"{n:02}-{m[0].split('-')[0]}" for n, m in enumerate(MUTATIONS)]
)
def test_a2_a_mutation_is_found_at_its_line(tmp_path, file, old, new, marker):
    folder = shutil.copytree(EXAMPLES, tmp_path / "rules")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    mutated = text.replace(old, new, 1)
    (folder / file).write_text(mutated, encoding="utf-8")

    found = findings_in(folder)

    slip = marker or next(line for line in new.splitlines() if line.strip())
    line = next(number for number, content in enumerate(mutated.splitlines(), 1) if slip in content)
    assert line in {entry.position.line for entry in found if Path(entry.position.file).name == file}, [
        str(entry) for entry in found
    ]
