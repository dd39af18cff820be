from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.matcher.match.test_wire import DOCUMENTED

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"
PROFILE = """\
registered_in: 示范区
is_above_scale: true
hitech_until: 2027-12-31
revenue: {2025: 1.2亿元}
rd_expense: {2025: 1500万元, 2024: 700万元}
on_credit_blacklist: false
city_rd_grant: {2025: 40万元}
"""
NOW = ("--as-of", "2026-05-20", "--rules", EXAMPLES)


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def test_the_column_engine_gives_the_same_answer(huice, profile):
    plain = huice("match", profile, *NOW, "--format", "json")

    done = huice("match", profile, *NOW, "--format", "json", "--engine", "vector")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {**json.loads(plain.stdout), "engine": "vector"}


def test_the_answer_goes_to_standard_output_as_json_of_the_documented_shape(huice, profile):
    done = huice("match", profile, *NOW, "--format", "json")

    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    Draft202012Validator(DOCUMENTED).validate(data)
    district = next(one for one in data["results"] if one["policy"] == "district-rd-increment")
    assert district["amount"] == {"min": 67_000_000, "max": 67_000_000}
    assert district["payable"] == {"min": 27_000_000, "max": 27_000_000}
    assert data["combination"]["chosen"] == ["district-rd-increment"]


def test_a_table_is_for_people(huice, profile):
    done = huice("match", profile, *NOW)

    assert (done.returncode, done.stderr) == (0, "")
    for text in (
        "2026-05-20 测算",
        "符合",
        "企业研发投入增量补助",
        "67万元",
        "27万元",
        "预计可得合计：27万元（以审核为准）",
    ):
        assert text in done.stdout


def test_a_table_tells_gaps_questions_and_what_is_closed(huice, tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text(
        PROFILE.replace("1.2亿元", "5000万元")
        .replace("1500万元", "249万元")
        .replace("registered_in: 示范区\n", "staff: 10\n"),
        encoding="utf-8",
    )

    done = huice("match", path, *NOW)

    assert "差一点" in done.stdout
    assert "研发费用再增加1万元即可" in done.stdout
    assert "不在申报期" in done.stdout
    before = huice("match", path, "--as-of", "2024-12-31", "--rules", EXAMPLES)
    assert "项在这一天不在有效期" in before.stdout


def test_a_table_lists_what_to_ask_and_why_something_is_left_out(huice, tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE.replace("registered_in: 示范区\n", "").replace("40万元", "90万元"), encoding="utf-8")

    open_done = huice("match", path, *NOW)
    path.write_text(PROFILE.replace("40万元", "90万元"), encoding="utf-8")
    dropped = huice("match", path, *NOW)

    assert "缺：注册地" in open_done.stdout
    assert "1. 请选择营业执照住所所在的区" in open_done.stdout
    assert "未计入「企业研发投入增量补助」" in dropped.stdout


def test_json_and_standard_input_are_taken_too(huice, tmp_path):
    path = tmp_path / "profile.json"
    text = json.dumps({"registered_in": "示范区", "revenue": {"2025": {"fen": 12_000_000_000}}}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")

    from_file = huice("match", path, *NOW, "--format", "json")
    from_json_input = huice("match", "-", *NOW, "--format", "json", stdin=text)
    from_yaml_input = huice(
        "match", "-", *NOW, "--format", "json", stdin="registered_in: 示范区\nrevenue: {2025: 1.2亿元}\n"
    )

    assert from_file.returncode == 0
    assert from_file.stdout == from_json_input.stdout == from_yaml_input.stdout


def test_named_policies_alone_are_answered(huice, profile):
    done = huice("match", profile, *NOW, "--policy", "city-enterprise-tech-centre", "--format", "json")

    assert [one["policy"] for one in json.loads(done.stdout)["results"]] == ["city-enterprise-tech-centre"]


def test_the_corpus_answers_without_rules_being_named(huice, tmp_path):
    path = tmp_path / "profile.yaml"
    path.write_text("registered_in: 罗湖区\n", encoding="utf-8")

    done = huice("match", path, "--as-of", "2026-05-20", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["results"]) >= 45


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"rd_expense: .nan\n", "研发费用|rd_expense"),
        (b'{"rd_expense": {"2025": NaN}}', "NaN"),
        (b'{"a": ' * 100_000, "嵌套"),
        (b"[" * 100_000 + b"]" * 100_000, "嵌套"),
        (b"a: " + b"x" * (1024 * 1024), "1 MiB"),
        ("registered_in: 示范区".encode("gb18030"), "UTF-8"),
        (b"rd_expens: 1\n", "rd_expens"),
        (b"staff: 1\nstaff: 2\n", "staff"),
        (b"revenue: 5000\n", "单位"),
        ("revenue: 50人\n".encode(), "revenue"),
        (b"hitech_until: 2026-02-30\n", "2026-02-30"),
        (b"staff: !!python/object:os.system x\n", "第1行"),
        (b"a: &a [1]\nb: *a\n", "第1行"),
        ("registered_in: 示\u202e区\n".encode(), "第1行"),
        (b"staff: -1\n", "staff"),
        (b"- 1\n", "档案"),
        (b"", "档案"),
    ],
)  # fmt: skip
def test_what_is_no_profile_gets_a_clear_message(huice, tmp_path, content, said):
    path = tmp_path / ("profile.json" if content.startswith((b"[", b"{")) else "profile.yaml")
    path.write_bytes(content)

    done = huice("match", path, *NOW)

    assert (done.returncode, done.stdout) == (2, "")
    assert any(word in done.stderr for word in said.split("|")), done.stderr
    assert 1 <= len(done.stderr.splitlines()) <= 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.yaml"], "nowhere.yaml：没有这个文件或文件夹"),
        (["."], "这是文件夹，不是文件"),
        (["profile.yaml", "--as-of", "2026-02-30"], "没有“2026-02-30”这一天"),
        (["profile.yaml", "--as-of", "20.5.2026"], "请写如 2026-05-20"),
        (["profile.yaml", "--as-of", "0001-01-01"], "超出 1990 年至 2100 年"),
        (["profile.yaml", "--engine", "oracle"], "没有“oracle”"),
        (["profile.yaml", "--format", "xml"], "可以写 table、json"),
        (["profile.yaml", "--rules", "nowhere"], "nowhere：没有这个文件或文件夹"),
        (["profile.yaml", "--rules", "empty"], "没有任何项目"),
        (["profile.yaml", "--rules", str(EXAMPLES), "--policy", "district-rd-incremen"], "是否指 district-rd-increment？"),
        (["profile.yaml", "--rules", str(EXAMPLES), "--policy", "zzz"], "没有项目 zzz"),
        (["profile.yaml", "superfluous"], "参数太多"),
        (["profile.yaml", "--fromat", "json"], "没有选项 --fromat，是否指 --format？"),
        (["profile.yaml", "--format"], "选项 --format 后面要写值"),
        ([], "缺少 档案"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_chinese(huice, profile, tmp_path, words, said):
    (tmp_path / "empty").mkdir()

    done = huice("match", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not any(word in done.stderr for word in ("Usage", "Error", "No such", "Invalid"))


def test_rules_with_an_error_are_not_used(huice, profile, tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    for file in EXAMPLES.iterdir():
        (folder / file.name).write_text(
            file.read_text(encoding="utf-8").replace("cap_amount:", "cap_amont:"), encoding="utf-8"
        )

    done = huice("match", profile, "--rules", folder)

    assert (done.returncode, done.stdout) == (2, "")
    assert "district-rd-increment.yaml:63" in done.stderr
    assert "cap_amount" in done.stderr
    assert "规则读不了" in done.stderr


def test_whatever_the_locale_the_words_are_utf_8(huice_program, profile):
    done = huice_program(
        "match", profile, *NOW, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "企业研发投入增量补助" in done.stdout


def test_matching_loads_neither_flask_nor_sqlalchemy(profile):
    code = (
        "import sys\n"
        "from web.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    code = end.code\n"
        "loaded = sorted({name.partition('.')[0] for name in sys.modules} & {'flask', 'sqlalchemy', 'marshmallow', 'alembic', 'rich'})\n"
        "print(code, loaded, file=sys.stderr)\n"
    )
    words = ["match", profile, *NOW, "--format", "json"]

    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=True)

    assert done.stderr == "0 []\n"
