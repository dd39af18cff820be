"""Whom to call, why, and for how much."""

from __future__ import annotations

import csv

import pytest

from matcher.outcome import Money
from matcher.vector import compile_bundle
from matcher.vector import tables as read
from matcher.vector.outreach import Outreach, ProgramCount, screen_for_outreach
from matcher.vector.tables import Table
from matcher.vector.workbook import as_csv
from tests.matcher.interpret.building import ON, bundle_of, policy_text
from tests.matcher.vector.test_payable import group
from tests.matcher.vector.test_screening import csv_file

GRANT = policy_text("{id: a, if: flag, is: true}", ["{id: f, fixed: 10元}"], name="grant")
MORE = policy_text("{id: a, if: other, is: true}", ["{id: r, rate: {of: sales, at: 50%}}"], name="more")
LOOSE = policy_text(
    "{id: a, if: flag, is: true}", ["{id: i, per_item: {list: events, each: {fact: fee}}}"], name="loose"
)
HAND = policy_text(
    "{all: [{id: a, if: flag, is: true}, {id: b, manual: 有制度}]}", name="hand", settlement="match_only"
)
ROWS = [
    ["企业名称", "甲项", "乙项", "销售额（元）"],
    ["甲公司", "是", "是", "8"],
    ["=乙公司", "否", "是", "100"],
    ["丙公司", "否", "否", "9"],
    ["丁公司", "是", "", "6"],
    ["戊公司", "否", "", "6"],
]


@pytest.fixture
def found(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "ROWS_AT_ONCE", 3)
    bundle = bundle_of(GRANT, MORE, HAND, group(members="[grant, more]"))
    table = Table(csv_file(tmp_path, ROWS), bundle.vocabulary)
    assert list(screen_for_outreach(compile_bundle(bundle, ON), table, tmp_path)) == [3, 5]
    return Outreach(tmp_path)


def test_the_summary_counts_applicants_and_money(found):
    summary = found.summary

    assert (summary.applicants, summary.with_certain, summary.with_open) == (5, 3, 4)
    assert (summary.least, summary.most) == (1000 + 5000 + 1000 + 0, 1000 + 5000 + 1000 + 300)
    assert summary.programs == (
        ProgramCount("more", "试验项目more", 2, 0, 2, 5000, 5300),
        ProgramCount("grant", "试验项目grant", 2, 0, 0, 2000, 2000),
        ProgramCount("hand", "试验项目hand", 0, 2, 0, 0, 0),
    )


def test_the_largest_certain_sum_comes_first_with_its_reasons(found):
    count, callers = found.callers(0, 2)
    _, rest = found.callers(2, 10)

    assert count == 4
    assert [caller.who for caller in (*callers, *rest)] == ["=乙公司", "甲公司", "丁公司", "戊公司"]
    assert callers[1].total == Money(1000, 1000)
    assert [(line.policy, line.status, line.payable) for line in callers[1].lines] == [
        ("grant", "eligible", Money(1000, 1000)),
        ("more", "eligible", Money(0, 0)),
        ("hand", "needs_review", None),
    ]
    assert rest[1].lines[0].reason == "乙项：是"


def test_the_list_is_narrowed_to_a_program_and_a_name(found):
    assert [caller.who for caller in found.callers(0, 9, "grant")[1]] == ["甲公司", "丁公司"]
    assert [caller.who for caller in found.callers(0, 9, "", "丁")[1]] == ["丁公司"]
    assert found.callers(0, 9, "grant", "乙") == (0, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_begins_no_formula_and_states_yuan(found, tmp_path, kind):
    found.export(tmp_path / f"list.{kind}", "more")
    if kind == "xlsx":
        with as_csv(tmp_path / "list.xlsx") as text:
            rows = list(csv.reader(text.read_text(encoding="utf-8").splitlines()))
    else:
        rows = list(csv.reader((tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()))

    assert rows[1][:4] == ["'=乙公司", "试验项目more", "符合", "可通知企业申报"]
    assert [float(cell) for cell in rows[1][5:]] == [50, 50, 50, 50]
    assert [row[0] for row in rows[1:]] == ["'=乙公司", "甲公司", "丁公司", "戊公司"]
    assert rows[-1][3:5] == ["请企业补充资料", "乙项：是"]


def test_an_empty_list_is_an_empty_file(found, tmp_path):
    found.export(tmp_path / "list.csv", "grant", "乙")

    assert len((tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_what_has_no_upper_bound_has_none_in_sums(tmp_path):
    bundle = bundle_of(LOOSE)
    list(screen_for_outreach(compile_bundle(bundle, ON), Table(csv_file(tmp_path, ROWS), bundle.vocabulary), tmp_path))
    found = Outreach(tmp_path)
    found.export(tmp_path / "list.csv")

    assert found.summary.most is None
    assert found.summary.programs[0].most is None
    assert found.callers(0, 1)[1][0].total == Money(0, None)
