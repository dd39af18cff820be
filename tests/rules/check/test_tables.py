"""Bands of numbers meet tightly, overlap or leave a gap; what is not a number written out is left alone."""

from pathlib import Path

import pytest

from rules.check import lint
from rules.language.bundle import read_bundle

VOCABULARY = """\
schema: vocab/1
fields:
  staff: {{label: 人数, type: count, unit: 人, source: 社保, ask: 填写, cost: 1, min: 0, max: 100}}
  rate: {{label: 比例, type: ratio, source: 报表, ask: 填写, cost: 1, min: 0%, max: 100%}}
  grade: {{label: 级别, type: text, source: 自报, ask: 填写, cost: 1}}
  on_list: {{label: 在名单, type: bool, source: 平台, ask: 填写, cost: 1}}
derived:
  points: {{label: 得分, type: count, unit: 分, by: {by}, table: [{rows}]}}
  flag:
    label: 达标
    type: bool
    when: {{all: [{{if: staff, from: 10}}, {{if: on_list, is: true}}]}}
    cite: {{doc: D, clause: 第一条, gist: 不少于10人并在名单内}}
  level:
    label: 等级
    type: count
    unit: 级
    cases: [{{when: {{if: flag, is: true}}, value: 2}}, {{otherwise: true, value: 1}}]
    cite: {{doc: D, clause: 第一条, gist: 达标的为2级}}
documents: [{{id: D, title: 口径（示例）}}]
"""


def codes(tmp_path: Path, by: str, rows: str) -> list[str]:
    (tmp_path / "fields.yaml").write_text(VOCABULARY.format(by=by, rows=rows), encoding="utf-8")
    bundle, findings = read_bundle([tmp_path])
    assert [str(entry) for entry in findings] == []
    return [entry.code for entry in lint(bundle)]


@pytest.mark.parametrize(
    ("by", "rows", "expected"),
    [
        ("staff", "{below: 5, value: 1}, {from: 5, upto: 9, value: 2}, {over: 9, value: 3}", []),
        ("staff", "{below: 5, value: 1}, {over: 5, value: 2}", ["logic.gap"]),
        ("staff", "{upto: 5, value: 1}, {over: 4, value: 2}", ["logic.overlap"]),
        ("staff", "{upto: 5, value: 1}, {upto: 9, value: 2}", ["logic.overlap"]),
        ("staff", "{from: 5, value: 1}, {from: 9, value: 2}", ["logic.overlap"]),
        ("staff", "{below: 5, value: 1}, {over: 5, value: 2}, {otherwise: true, value: 3}", []),
        ("rate", "{below: 5%, value: 1}, {from: 5%, value: 2}", []),
        ("rate", "{below: 5%, value: 1}, {over: 5%, value: 2}", ["logic.gap"]),
        ("rate", "{upto: 5%, value: 1}, {from: 5%, value: 2}", ["logic.overlap"]),
        ("rate", "{upto: 5%, value: 1}, {over: 6%, value: 2}", ["logic.gap"]),
        ("rate", "{is: 5%, value: 1}, {over: 5%, value: 2}", []),
        ("rate", "{upto: 5%, value: 1}, {from: {expr: rate + 1%}, value: 2}", []),
        ("grade", "{not_in: [甲], value: 1}, {is: 甲, value: 2}", []),
        ("on_list", "{is: true, value: 1}, {is: false, value: 2}", []),
        ("on_list", "{is: true, value: 1}, {is: true, value: 2}", ["logic.masked-row"]),
        ("staff", "{in: [1, 2], value: 1}, {over: 2, value: 2}", []),
        ("staff", "{in: [1, 2], value: 1}, {in: [2, 3], value: 2}", ["logic.overlap"]),
    ],
)
def test_rows_are_judged_by_their_seams(tmp_path, by, rows, expected):
    assert codes(tmp_path, by, rows) == expected
