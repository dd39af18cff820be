"""From a table to a table: headings, cells, streams of rows, and what a hostile workbook may not do."""

from __future__ import annotations

import csv
import subprocess
import sys
import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from matcher.interpret import evaluate_policy
from matcher.profile import Exact, Profile
from matcher.vector import compile_bundle
from matcher.vector import results as written
from matcher.vector import tables as read
from matcher.vector.headings import read_headings
from matcher.vector.results import COLUMNS, ResultError, Results
from matcher.vector.screening import Screening, screen
from matcher.vector.sentences import say
from matcher.vector.tables import Table, TableError, first_rows
from matcher.vector.workbook import WorkbookError, _cell, as_csv, check_archive, check_content, write_csv
from tests.matcher.interpret.building import CITE, ON, bundle_of, policy_text

SET = f"""
schema: conditions/1
id: basics
title: 通用条件
documents: [{{id: D, title: 办法}}]
condition: {{{CITE}, id: a, if: flag, is: true}}
"""
POLICY = policy_text(
    "{all: [{id: a, if: flag, is: true}, {id: b, if: sales, from: 3元}, {id: c, if: people, upto: 100}]}",
    ["{id: r, rate: {of: sales, at: 33%}}", "{id: c2, deduct: {fact: grant}}"],
)
PLAIN = policy_text(name="plain", settlement="match_only")
LATER = policy_text(name="later", version="from: 2030-01-01")
ROWS = [
    ["名称", "甲项", "销售额@2025（元）", "人数", "grant", "门店", "备注"],
    ["甲公司", "是", "9.07", "50", "无", '[{"name": "一店", "days": 3}]', "x"],
    ["=乙公司", "否", "9", "50", "1元", "", ""],
    ["丙公司", "是", "", "", "未获资助", "[]", ""],
    ["丁公司", "是", "1.005", "5.5", "2", "{", ""],
]


@pytest.fixture
def bundle():
    return bundle_of(POLICY, LATER)


def csv_file(folder: Path, rows, encoding="utf-8-sig", name="t.csv"):
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def run(bundle, path, target):
    table = Table(path, bundle.vocabulary)
    done = list(screen(compile_bundle(bundle, ON), table, target))
    return table, done


def test_headings_are_names_or_labels_with_year_and_unit(bundle):
    columns = [
        "销售额 @ 2025年（万元）",
        "cost@2024",
        "人数(人)",
        "employer.people",
        "用人单位.甲项",
        "sales@2025",
        "人数（家）",
    ]
    columns += ["甲项@2025", "没有", "@@", "cost"]
    found = read_headings(columns, bundle.vocabulary)

    assert [(each.key, each.unit) for each in found.facts] == [
        ("sales@2025", "万元"),
        ("cost@2024", ""),
        ("people", "人"),
        ("employer.people", ""),
        ("employer.flag", ""),
        ("cost", ""),
    ]
    assert found.repeated == ("sales@2025",)
    assert found.unknown == ("人数（家）", "甲项@2025", "没有", "@@")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_gives_one_row_per_applicant_and_program_in_force(bundle, tmp_path, encoding):
    table, done = run(bundle, csv_file(tmp_path, ROWS, encoding), tmp_path / "r.csv")
    text = (tmp_path / "r.csv").read_text(encoding="utf-8")
    found = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))

    assert text.startswith("\ufeff")
    assert done == [4]
    assert [row["主体"] for row in found] == ["甲公司", "'=乙公司", "丙公司", "丁公司"]
    assert [row["状态"] for row in found] == ["eligible", "ineligible", "needs_info", "needs_info"]
    assert [row["结果"] for row in found] == ["符合", "暂未达到", "待补充", "待补充"]
    assert found[0]["最低金额（分）"] == found[0]["最高金额（分）"] == "299"
    assert found[1]["最低金额（分）"] == ""
    assert [row["原因"] for row in found][:2] == ["", "甲项：是"]
    assert all("不低于3元" in row["原因"] for row in found[2:])
    assert table.headings.unknown == ("名称", "备注")
    assert table.faults.count == 4
    assert table.faults.first[0].startswith("第4行")


def test_parquet_keeps_whole_numbers_and_reads_days_lists_and_codes(bundle, tmp_path):
    frame = pa.table(
        {
            "uscc": ["1", "2", None],
            "flag": [True, True, None],
            "sales@2025（万元）": pa.array([3, 4, 5], pa.int64()),
            "cost@2025": pa.array([3, 4, 5], pa.int64()),
            "people": pa.array([3, None, 5], pa.int64()),
            "months": pa.array([3, 4, 5], pa.int64()),
            "profit（分）": pa.array(["3", "4", "5"]),
            "grant（元）": pa.array([2.0, 0.5, None], pa.float64()),
            "founded": pa.array([date(2024, 1, 1)] * 3),
            "granted": pa.array([datetime(2024, 1, 1, 12)] * 3),  # noqa: DTZ001  a table has no zones
            "shops": pa.array([[{"name": "甲", "days": 3}], [], None]),
        }
    )
    path = tmp_path / "t.parquet"
    pq.write_table(frame, path)
    table = Table(path, bundle.vocabulary)
    [part] = table.parts()
    profile = part.population.profile_of(0)

    assert table.size == 3
    assert profile.facts["sales@2025"] == Exact(3_000_000)
    assert profile.facts["people"] == Exact(3)
    assert profile.facts["profit"] == Exact(3)
    assert profile.facts["grant"] == Exact(200)
    assert profile.facts["founded"] == profile.facts["granted"] == Exact(date(2024, 1, 1))
    assert len(profile.facts["shops"].items) == 1
    assert "flag" not in part.population.profile_of(2).facts
    assert table.faults.count == 3  # money without a unit

    list(screen(compile_bundle(bundle, ON), Table(path, bundle.vocabulary), tmp_path / "r.parquet"))
    rows = pq.read_table(tmp_path / "r.parquet").to_pylist()
    for number, row in enumerate(rows):
        outcome = evaluate_policy(bundle, "p", part.population.profile_of(number), ON)
        assert row["状态"] == outcome.status.value
        assert (row["最低金额（分）"], row["最高金额（分）"]) == (outcome.amount.min, outcome.amount.max)
        assert (row["可领最低（分）"], row["可领最高（分）"]) == (outcome.payable.min, outcome.payable.max)


def test_numbers_outside_the_domain_are_faults_and_unknown(bundle, tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(
        pa.table({"people": pa.array([3, 2000], pa.int64()), "sales@2025（元）": pa.array([-1, 2**62], pa.int64())}),
        path,
    )
    table = Table(path, bundle.vocabulary)
    [part] = table.parts()

    assert part.population.profile_of(0) == Profile({"people": Exact(3)})
    assert part.population.profile_of(1) == Profile()
    assert table.faults.count == 3


def test_the_first_rows_are_shown_also_where_no_column_is_a_fact(bundle, tmp_path):
    frame, headings = first_rows(csv_file(tmp_path, ROWS), bundle.vocabulary)
    plain, none = first_rows(csv_file(tmp_path, [["a", "b"], ["1", "2"]]), bundle.vocabulary)
    renamed = Table(csv_file(tmp_path, [["a", "b"], ["1", "2"]]), bundle.vocabulary, {"a": "人数"})

    assert (len(frame), headings.unknown) == (4, ("名称", "备注"))
    assert (plain.to_numpy().tolist(), none.unknown) == ([["1", "2"]], ("a", "b"))
    assert [heading.key for heading in renamed.headings.facts] == ["people"]


def test_names_are_read_one_by_one_and_cells_that_are_no_amount_are_faults(bundle, tmp_path):
    rows = [
        ["title", "销售额@2025（元）", "门店"],
        ["甲", "很多", ""],
        ["乙", "3", ""],
        ["丙", "999亿元", '[{"days": -1}]'],
    ]
    table = Table(csv_file(tmp_path, rows), bundle.vocabulary)
    [part] = table.parts()

    assert part.population.profile_of(0) == Profile({"title": Exact("甲")})
    assert part.population.profile_of(1).facts == {"title": Exact("乙"), "sales@2025": Exact(300)}
    assert part.population.profile_of(2).facts == {"title": Exact("丙")}
    assert table.faults.count == 3
    assert table.faults.first[0].startswith("第1行“销售额@2025（元）”：“很多”不是金额")
    assert table.faults.first[1].startswith("第3行“销售额@2025（元）”：“销售额”应不小于0元、不大于100亿元")
    assert table.faults.first[2].startswith("第3行“门店”：")


def test_only_the_first_faults_are_told(bundle, tmp_path):
    table = Table(csv_file(tmp_path, [["人数"], *([str(number) + "x"] for number in range(30))]), bundle.vocabulary)
    list(table.parts())

    assert (table.faults.count, len(table.faults.first)) == (30, 20)


def test_many_rows_come_in_parts(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr(read, "ROWS_AT_ONCE", 2)
    _, done = run(bundle, csv_file(tmp_path, ROWS), tmp_path / "r.csv")

    assert done == [2, 4]


def workbook(folder, rows):
    path = folder / "t.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_a_workbook_is_read_and_written(bundle, tmp_path):
    rows = [["企业名称", "甲项", "销售额@2025（元）", "人数", "成立日期"], ["甲", True, 9.07, 50, datetime(2024, 1, 2)]]  # noqa: DTZ001
    path = workbook(tmp_path, rows)
    check_content(path)
    write_csv(path, tmp_path / "t.csv")
    table, _ = run(bundle, path, tmp_path / "r.xlsx")
    with as_csv(tmp_path / "r.xlsx") as text:
        found = list(csv.reader(text.read_text(encoding="utf-8").splitlines()))

    assert (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[1] == "甲,true,9.07,50,2024-01-02"
    assert table.faults.count == 0
    assert found == [list(COLUMNS), ["1", "甲", "p", "试验项目p", "符合", "eligible", "0", "299", "0", "299", ""]]


def test_no_cell_of_a_workbook_begins_a_formula(bundle, tmp_path):
    run(bundle, csv_file(tmp_path, [*ROWS[:2], ["@SUM(1)", "是", "9", "5", "无", "", ""]]), tmp_path / "r.xlsx")
    with as_csv(tmp_path / "r.xlsx") as text:
        found = list(csv.reader(text.read_text(encoding="utf-8").splitlines()))

    assert [row[1] for row in found[1:]] == ["甲公司", "'@SUM(1)"]


def test_what_is_a_plain_no_or_is_not_asked_for_can_be_left_out(tmp_path):
    bundle = bundle_of(PLAIN, POLICY)
    compiled = compile_bundle(bundle, ON)
    table = Table(csv_file(tmp_path, ROWS), bundle.vocabulary)
    list(screen(compiled, table, tmp_path / "r.parquet", without_no=True))
    rows = pq.read_table(tmp_path / "r.parquet").to_pylist()
    [part] = table.parts()
    only, _ = Screening(compiled, {"p"}).rows(part.population, 1, part.who)

    assert {row["状态"] for row in rows} == {"eligible", "needs_info"}
    assert len(rows) == 6
    assert set(only["项目编号"].to_pylist()) == {"p"}


def test_days_and_times_of_a_workbook_are_days(tmp_path):
    values = date(2024, 1, 2), datetime(2024, 1, 2, 3), False, 2.5, "x"  # noqa: DTZ001

    assert [_cell(value) for value in values] == ["2024-01-02", "2024-01-02", "false", "2.5", "x"]


def test_a_workbook_of_one_far_cell_does_not_harm_this_process(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "人数")
        sheet.write(1_048_575, 16_383, 1)

    with pytest.raises(WorkbookError, match="大得不正常"), as_csv(path):
        pass


def test_what_is_no_workbook_or_unpacks_without_end_is_refused(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_text("x")
    with pytest.raises(WorkbookError, match="不是 xlsx"):
        check_archive(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", b"0" * 20_000_000)
    with pytest.raises(WorkbookError, match="展开"):
        check_archive(path)


def archive_of(path, *entries):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")  # of zipfile, which notes a repeated name
        for name, text in entries:
            archive.writestr(name, text)
    return path


def test_parts_that_repeat_lie_over_each_other_or_are_too_many_are_refused(tmp_path):
    path = archive_of(tmp_path / "t.xlsx", ("xl/a.xml", "x"), ("XL/A.xml", "y"))
    with pytest.raises(WorkbookError, match="内部结构"):
        check_archive(path)
    archive_of(path, *((f"{number}.xml", "") for number in range(1001)))
    with pytest.raises(WorkbookError, match="内部结构"):
        check_archive(path)
    content = bytearray(archive_of(path, ("a.xml", "x" * 50), ("b.xml", "y")).read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = (2).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=r"内部结构|不是 xlsx"):
        check_archive(path)


def test_a_workbook_with_a_password_says_so(tmp_path):
    content = bytearray(archive_of(tmp_path / "t.xlsx", ("a.xml", "x")).read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 8] |= 1
    (tmp_path / "t.xlsx").write_bytes(content)

    with pytest.raises(WorkbookError, match="密码"):
        check_archive(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("entry", "text", "message"),
    [
        (
            "xl/workbook.xml",
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
            "声明",
        ),
        ("xl/worksheets/sheet1.xml", "<c><x:f>1+1</x:f></c>", "公式"),
        ("xl/worksheets/sheet1.xml", " " * ((1 << 20) - 1) + "<f>1+1</f>", "公式"),
    ],
)
def test_declarations_and_formulas_are_refused_in_the_child(tmp_path, entry, text, message):
    path = archive_of(tmp_path / "t.xlsx", ("media/f.bin", "<f>"), ("xl/styles.xml", "<f>"), (entry, text))
    with pytest.raises(WorkbookError, match=message):
        check_content(path)
    with pytest.raises(WorkbookError, match=message), as_csv(path):
        pass


def test_the_reading_process_is_limited():
    code = (
        "import resource as r; from matcher.vector.workbook import limit_process; limit_process(); "
        "print(*(r.getrlimit(k)[0] for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_CORE)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.split() == [str(3 * 1024**3), "300", "0"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.txt", b"x", "只读"),
        ("t.csv", b"", "没有内容"),
        ("t.csv", b"a,b\n1,2\n", "没有一列是事实"),
        ("t.csv", b"people,flag\n1,2\n1,2,3\n", "csv 写法有误"),
        ("t.parquet", b"x", "不是 parquet"),
    ],
)
def test_a_table_that_is_none_is_refused_with_advice(bundle, tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(TableError, match=message):
        list(Table(path, bundle.vocabulary).parts())


def test_a_character_cut_at_the_end_of_the_look_ahead_is_utf_8(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a" * ((1 << 16) - 1) + "甲", encoding="utf-8")

    assert read._encoding(path) == "utf-8-sig"


def test_results_go_to_three_kinds_of_file_and_no_further_than_a_sheet_reaches(bundle, tmp_path, monkeypatch):
    with pytest.raises(ResultError, match="xlsx、csv 或 parquet"):
        Results(tmp_path / "r.txt")
    monkeypatch.setattr(written, "MOST_SHEET_ROWS", 3)
    with pytest.raises(ResultError, match="放不下"):
        run(bundle, csv_file(tmp_path, ROWS), tmp_path / "r.xlsx")


def test_a_program_that_only_matches_has_no_amounts(tmp_path):
    run(bundle_of(PLAIN), csv_file(tmp_path, [["甲项"], ["是"], ["否"]]), tmp_path / "r.csv")

    found = list(csv.reader((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()))
    assert [row[4:8] for row in found[1:]] == [
        ["符合", "eligible", "", ""],
        ["暂未达到", "ineligible", "", ""],
    ]


def test_an_amount_that_no_cell_can_hold_keeps_a_true_lower_bound(tmp_path):
    bundle = bundle_of(policy_text(steps=["{id: i, per_item: {list: events, each: {fact: fee}}}"]))
    fee = f'[{{"fee": "{10**18}元"}}]'
    run(bundle, csv_file(tmp_path, [["甲项", "活动"], ["是", fee]]), tmp_path / "r.parquet")
    [row] = pq.read_table(tmp_path / "r.parquet").to_pylist()

    assert (row["最低金额（分）"], row["最高金额（分）"]) == (2**63 - 1, None)


def test_a_value_not_published_yet_has_a_reason_of_its_own(tmp_path):
    params = f"{{cap: {{label: 上限, values: [{{from: 2030-01-01, value: 30元, {CITE}}}]}}}}"
    bundle = bundle_of(policy_text("{id: a, if: flag, is: true}", ["{id: f, fixed: $cap}"], params=params))
    run(bundle, csv_file(tmp_path, [["甲项"], ["是"]]), tmp_path / "r.csv")

    assert "有数值尚未公布" in (tmp_path / "r.csv").read_text(encoding="utf-8")


def test_every_kind_of_condition_is_said(tmp_path):
    parts = {
        "{any: [{id: a, if: flag, is: true}, {id: b, if: other, is: true}]}": "满足其中一项：甲项：是；乙项：是",
        "{not: {any: [{id: a, if: flag, is: true}, {all: [{id: b, if: other, is: true}]}]}}": "不属于：满足其中一项：甲项：是；乙项：是",
        "{at_least: {n: 1, of: [{id: a, if: flag, is: true}, {use: basics}]}}": "至少满足其中1项：甲项：是；通用条件",
        "{id: a, manual: 有制度}": "有制度",
    }
    for text, sentence in parts.items():
        bundle = bundle_of(policy_text(text), SET)
        compiled = compile_bundle(bundle, ON)
        [(_, condition)] = compiled.index.conjuncts[0]

        assert say(condition, compiled.programs[0].plain) == sentence
