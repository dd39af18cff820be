from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"
NOW = ("--as-of", "2026-05-20", "--rules", EXAMPLES)
REGISTER = """\
name,registered_in,is_above_scale,hitech_until,revenue@2025（万元）,rd_expense@2025（万元）,rd_expense@2024（万元）,on_credit_blacklist,city_rd_grant@2025（万元）
甲公司,示范区,是,2027-12-31,12000,1500,700,否,40
乙公司,深圳以外,是,,12000,很多,700,否,40
"""


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return path


def test_a_register_becomes_one_row_per_applicant_and_program(huice, register, tmp_path):
    done = huice("screen", register, *NOW, "--out", "out.csv")

    assert (done.returncode, done.stdout) == (0, "")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    [first] = [row for row in rows if row["项目编号"] == "district-rd-increment" and row["主体"] == "甲公司"]
    assert (first["最低金额（分）"], first["最高金额（分）"]) == ("67000000", "67000000")
    assert {row["主体"] for row in rows} == {"甲公司", "乙公司"}
    assert "有 1 个单元格读不懂，按未知处理" in done.stderr
    assert "name" not in done.stderr
    assert "第2行“rd_expense@2025（万元）”" in done.stderr
    assert "2 家，结果写入 out.csv" in done.stderr


def test_a_register_of_enterprises_is_not_screened_for_what_persons_get(huice, register, tmp_path):
    huice("screen", register, "--as-of", "2026-05-20", "--out", "out.csv")

    written = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "luohu-rd" in written or "cn-hitech" in written
    assert "sz-outstanding-talent-fund" not in written


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing.csv"], "没有这个文件"),
        (["register.txt"], "只读 xlsx、csv 和 parquet"),
        (["register.xlsx"], "不是 xlsx 文件"),
        (["register.csv", "--out", "out.doc"], "结果只写成 xlsx、csv 或 parquet"),
        (["register.csv", "--policy", "nothing"], "没有这个项目：nothing"),
        (["register.csv", "--dask", "tcp://127.0.0.1:1"], "连不上 Dask 集群"),
        (["register.csv", "--dask", "x"], "连不上 Dask 集群"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_one_sentence(huice, register, tmp_path, words, message):
    for name in ("register.txt", "register.xlsx"):
        (tmp_path / name).write_text("x", encoding="utf-8")

    done = huice("screen", *words, *NOW)

    assert done.returncode == 2
    assert message in done.stderr


def test_one_program_is_screened_alone_and_the_register_is_kept(huice, register, tmp_path):
    first = huice("screen", register, *NOW, "--out", "all.csv", "--keep", "kept")
    again = huice(
        "screen",
        register,
        *NOW,
        "--keep",
        "kept",
        "--policy",
        "district-rd-increment",
        "--without-no",
        "--out",
        "o.csv",
    )

    assert (first.returncode, again.returncode) == (0, 0)
    assert len(list((tmp_path / "kept").iterdir())) == 1
    everything, alone = (
        (tmp_path / name).read_text(encoding="utf-8-sig").splitlines() for name in ("all.csv", "o.csv")
    )
    assert alone[1:] == [line for line in everything[1:] if '"甲公司","district-rd-increment"' in line]


def test_a_cluster_of_this_machine_writes_the_same(huice, register, tmp_path):
    one = huice("screen", register, *NOW, "--out", "one.csv")
    two = huice("screen", register, *NOW, "--out", "two.csv", "--dask", "local")

    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_a_match_does_not_wait_for_what_a_screening_needs():
    code = (
        "import sys, web.cli.match, matcher.match, web.cli.match_table; "
        "print(sorted({'numpy', 'numba', 'pandas', 'pyarrow'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
