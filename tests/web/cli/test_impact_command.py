from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"
NOW = ("--as-of", "2026-05-20")
REGISTER = """\
name,registered_in,is_above_scale,hitech_until,revenue@2025（万元）,rd_expense@2025（万元）,rd_expense@2024（万元）,on_credit_blacklist,city_rd_grant@2025（万元）
甲公司,示范区,是,2027-12-31,12000,1500,700,否,40
乙公司,示范区,是,2027-12-31,12000,1150,700,否,0
丙公司,深圳以外,是,,12000,很多,700,否,40
丁公司,示范区,是,2027-12-31,12000,,700,否,0
"""


@pytest.fixture
def files(tmp_path):
    """Write a register, and the example's rules with a lower cap."""
    (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
    new = tmp_path / "new"
    new.mkdir()
    for path in EXAMPLES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        (new / path.name).write_text(text.replace("value: 150万元, cite", "value: 20万元, cite"), encoding="utf-8")
    return EXAMPLES, "new", "register.csv"


def test_a_change_is_told_in_sentences_sums_and_budgets(huice, files):
    done = huice("impact", *files, *NOW, "--budget", "10万元", "--budget", "district-rd-increment=1亿元")

    assert done.returncode == 0
    assert "参数“高新技术企业补助上限”自2025-01-01起的值（第八条第二款）由“150万元”改为“20万元”" in done.stdout
    assert "60万元 至 210万元 → 20万元 至 40万元" in done.stdout
    assert "减少 2 家，尚不能确定 1 家" in done.stdout
    assert "预算 10万元，全部项目，新版（假定申请自 2026-01-01 至 2026-12-31 均匀到达）" in done.stdout
    assert "够付，剩" in done.stdout
    assert "第3行“rd_expense@2025（万元）”" in done.stderr


def test_the_same_as_json(huice, files):
    done = huice(
        "impact", *files, *NOW, "--format", "json", "--budget", "10万元", "--arrive", "2026-03-01", "2026-03-31"
    )

    told = json.loads(done.stdout)
    assert (told["applicants"], told["loses"], told["unsure"], told["same"]) == (4, 2, 1, 1)
    assert told["before"] == {"min": 60_000_000, "max": 210_000_000, "boundless": 0}
    assert told["budgets"][1]["sure"]["arrival"]["last"] == "2026-03-31"
    assert told["disagreements"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--budget", "nobody=1元"], "都没有项目“nobody”"),
        (["--budget", "-1元"], "--budget："),
        (["--arrive", "2026-03-02", "2026-03-01"], "对调"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(huice, files, words, message):
    done = huice("impact", *files, *NOW, *words)

    assert done.returncode == 2
    assert message in done.stderr


def test_files_that_cannot_be_read_are_refused(huice, files, tmp_path):
    (tmp_path / "bad.yaml").write_text("schema: policy/1\n", encoding="utf-8")
    old, new, register = files

    assert "huice rules check" in huice("impact", old, "bad.yaml", register).stderr
    assert "只读 xlsx、csv 和 parquet" in huice("impact", old, new, "bad.yaml").stderr
