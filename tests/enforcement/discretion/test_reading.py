"""What a table may not say, each with the place and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enforcement.discretion.codes import DISCRETION_CODES
from enforcement.discretion.facts import CaseError, Choices, read_case
from enforcement.discretion.library import TABLES, load_library, read_library, read_sources
from rules.language.load import SourceText

LAW = "fine: {from: 100元, upto: 1000元}"
LOW = "fine: {from: 100元, upto: 400元}, cite"
WHEN = "when: {if: value, below: 50元}"
GIVEN = "given: {value: 49.99元}"
ACT = "  - id: act\n"

BAD = {
    "no schema": ([("schema: discretion/1\n", "")], "structure.schema", "没有写 schema"),
    "another schema": ([("discretion/1", "discretion/2")], "structure.schema", "discretion/2"),
    "a misspelt key": ([("authority:", "authorty:")], "structure.unknown-key", "authorty"),
    "no source quality": ([(", source_quality: copy", "")], "structure.missing-key", "没有写来源质量"),
    "an unknown document": ([("cite: {doc: L", "cite: {doc: X")], "reference.unknown-document", "X"),
    "an unknown fact": ([(WHEN, "when: {if: vallue, below: 50元}")], "reference.unknown-fact", "vallue"),
    "a bound of another kind": ([(WHEN, "when: {if: value, below: 50人}")], "type.literal", "50人"),
    "a bound in parts of a 分": ([(WHEN, "when: {if: value, below: 0.001元}")], "type.literal", "分以下"),
    "a bound beyond the fact": ([(WHEN, "when: {if: people, from: 501人}")], "type.domain", "501人"),
    "an assumption": (
        [(WHEN, "when: {if: value, below: 50元, on_unknown: assume}")], "structure.condition", "不能靠推定",
    ),
    "a comparison of facts": (
        [(WHEN, "when: {expr: value * 2, below: 50元}")], "structure.condition", "只能拿事实与写明的数比较",
    ),
    "a bound that is computed": (
        [(WHEN, "when: {if: value, below: {expr: 1元 + 2元}}")], "structure.condition", "写明的数",
    ),
    "a manual condition": ([(WHEN, "when: {id: m, manual: 看着办}")], "structure.condition", "不能这样写条件"),
    "no fine": ([(f"{LOW}", "cite")], "structure.missing-key", "fine"),
    "no upper end": ([(LOW, "fine: {from: 100元}, cite")], "structure.missing-key", "没有上限"),
    "two upper ends": ([(LOW, "fine: {upto: 1元, below: 1元}, cite")], "structure.conflicting-keys", "upto 与 below"),
    "a fixed sum and a range": ([(LOW, "fine: {is: 1元, upto: 1元}, cite")], "structure.conflicting-keys", "is 与"),
    "ends of two kinds": ([(LOW, "fine: {from: 100元, upto: 40%}, cite")], "type.dimension", "不是同一种数"),
    "ends the wrong way round": ([(LOW, "fine: {from: 400元, upto: 100元}, cite")], "type.empty-interval", "400元"),
    "an empty point": ([(LOW, "fine: {from: 400元, below: 400元}, cite")], "type.empty-interval", "400元"),
    "a fine of heads": ([(LOW, "fine: {upto: 5人}, cite")], "type.dimension", "金额、倍数或百分比"),
    "a bare number": ([(LOW, "fine: {upto: 0.5}, cite")], "type.dimension", "金额、倍数或百分比"),
    "a negative fine": ([(LOW, "fine: {upto: -5元}, cite")], "type.domain", "负数"),
    "a fine in parts of a 分": ([(LOW, "fine: {upto: 0.001元}, cite")], "type.literal", "分以下"),
    "a multiple of nothing": ([(LOW, "fine: {upto: 2倍}, cite")], "structure.of", "以什么为基数"),
    "a multiple of heads": ([(LOW, "fine: {of: people, upto: 2倍}, cite")], "type.dimension", "不是金额"),
    "money with a base": ([(LOW, "fine: {of: value, upto: 2元}, cite")], "structure.of", "不用 of"),
    "money with a cap": ([(LOW, "fine: {upto: 2元, cap: 2元}, cite")], "structure.cap", "按倍数"),
    "a cap in parts": ([(LOW, "fine: {of: value, upto: 2倍, cap: 0.001元}, cite")], "type.literal", "分以下"),
    "a share over the whole": ([(LOW, "fine: {upto: 120%}, cite")], "type.domain", "100%"),
    "a law that is a share": ([(LAW, "fine: {upto: 30%}")], "structure.share", "它自己的比例"),
    "a code without words": (
        [("values: [轻, 重]", "ask: 看")], "structure.values", "gravity",
    ),
    "words of what is no code": ([("{label: 货值, type: money}", "{label: 货值, type: money, values: [甲]}")],
                                 "structure.values", "value"),
    "a word twice": ([("values: [轻, 重]", "values: [轻, 轻]")], "structure.duplicate", "取值有重复"),
    "a limit of a finding": ([("{label: 有害, type: bool}", "{label: 有害, type: bool, max: 3人}")],
                             "structure.unknown-key", "没有 max"),
    "a limit of another kind": ([("max: 500人", "max: 500元")], "type.literal", "500元"),
    "rounding without a reason": ([(", cite: {doc: T, clause: 附则, gist: 以元为单位}", "")],
                                  "structure.missing-cite", "取整没有依据"),
    "rounding to the ten thousand": ([("to: 元", "to: 万元")], "structure.unknown-word", "万元"),
    "unknown grounds": ([("authority: 甲局\n", "authority: 甲局\ngrounds: [ruels]\n")],
                        "reference.unknown-grounds", "ruels"),
    "a fact that the grounds have too": (
        [("authority: 甲局\n", "authority: 甲局\ngrounds: [rules]\n"), ("  harm: {", "  helped: {")],
        "structure.duplicate", "helped 在本文件和 rules 里都有",
    ),
    "an unknown scale": ([("    grades:\n      - {id: low", "    scale: none\n    grades:\n      - {id: low")],
                         "reference.unknown-scale", "none"),
    "two rows of one id": ([("{id: high", "{id: low")], "structure.duplicate", "阶次 low"),
    "a test of an unknown act": ([("act: act, on: 2023-01-01, given: {value: 50元}", "act: acc, on: 2023-01-01")],
                                 "reference.unknown-act", "acc"),
    "a test with an unknown profile": ([(GIVEN, "profile: nobody")], "reference.unknown-profile", "nobody"),
    "a test of an unknown fact": ([(GIVEN, "given: {vallue: 1元}")], "type.case", "vallue"),
    "a test of a bare number": ([(GIVEN, "given: {value: 50}")], "type.case", "缺单位"),
    "a test of a list": ([(GIVEN, "given: {value: [1元]}")], "type.case", "不是文字"),
    "a test in parts of a 分": ([(GIVEN, "given: {value: 0.001元}")], "type.case", "分以下"),
    "a test of too many": ([(GIVEN, "given: {people: 501人}")], "type.case", "超出可能的范围"),
    "a test of an unknown word": ([(GIVEN, "given: {gravity: 中}")], "type.case", "不在“情节”中"),
    "a test of a finding in words": ([(GIVEN, "given: {harm: 是}")], "type.case", "不是是非值"),
    "a test that expects nothing": ([("expect: {grade: [low], fine: {from: 100元, upto: 400元}}", "expect: {}")],
                                    "structure.shape", "什么也没有写"),
    "a test that misses an unknown fact": ([("expect: {grade: [low], ", "expect: {missing: [vallue], ")],
                                           "reference.unknown-fact", "vallue"),
    "no act": ([("\nacts:\n", "\nacts: []\nacs:\n")], "structure.shape", "空列表"),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "code", "said"), BAD.values(), ids=BAD)
def test_what_a_table_may_not_say_is_named_with_its_place(edits, code, said, small, grounds, read, edit):
    library, findings = read(edit(small, *edits), grounds)

    found = [each for each in findings if each.code == code]
    assert any(said in f"{each.message}。{each.advice}" for each in found), [str(each) for each in findings]
    assert all(each.advice and each.position.file == "0.yaml" for each in found)
    assert library.benchmarks == {}


BAD_GROUNDS = {
    "a ground with the name of a fact": ([("{id: sorry", "{id: slight")], "structure.duplicate", "slight"),
    "an unknown leaning": ([("leaning: 减轻", "leaning: 加重")], "structure.unknown-word", "加重"),
    "an unknown effect": ([("effect: 不予处罚", "effect: 免罚")], "structure.unknown-word", "免罚"),
    "a day after its end": ([("to: 2024-12-31", "to: 2020-12-31")], "time.reversed", "早于首日"),
    "a number without a clause": ([("gist: 轻微且没有超过3天的不罚", "gist: 轻微的不罚")], "grounding.number", "3天"),
}


@pytest.mark.parametrize(("edits", "code", "said"), BAD_GROUNDS.values(), ids=BAD_GROUNDS)
def test_what_is_wrong_with_grounds_is_named(edits, code, said, grounds, read, edit):
    _, findings = read(edit(grounds, *edits))

    assert any(said in each.message for each in findings if each.code == code), [str(each) for each in findings]


def test_the_small_table_is_clean(small, read):
    library, findings = read(small)

    assert [str(each) for each in findings] == []
    assert library.benchmarks["small"].authority == "甲局"


def test_a_profile_serves_tests_that_change_a_part_of_it(small, read, edit):
    text = edit(
        small,
        ("tests:\n", "profiles:\n  usual: {value: 49.99元, people: 3人, gravity: 轻, harm: 'false'}\ntests:\n"),
        (GIVEN, "profile: usual"),
        ("given: {value: 50元}", "profile: usual, given: {value: 50元, people: null}"),
    )

    library, findings = read(text)

    assert [str(each) for each in findings] == []
    cases = [test.case for test in library.benchmarks["small"].tests]
    assert cases[0] == {"value": 4999, "people": 3, "gravity": "轻", "harm": False}
    assert cases[1] == {"value": 5000, "gravity": "轻", "harm": False}


def test_a_misspelt_profile_is_told_the_nearest(small, read, edit):
    text = edit(small, ("tests:\n", "profiles: {usual: {value: 1元}}\ntests:\n"), (GIVEN, "profile: usal"))

    _, findings = read(text)

    assert [each.advice for each in findings if each.code == "reference.unknown-profile"] == ["是否指 usual"]


def test_a_broken_scale_is_named_once_and_a_misspelt_one_told_the_nearest(small, read, edit):
    scale = "scales:\n  - {id: one, title: 一, grades: [{id: g, label: 轻, fine: {upto: 2倍}, cite: {doc: T, clause: 一}}]}\n"
    text = edit(small, ("\nacts:\n", f"\n{scale}acts:\n"))
    text = text[: text.index("    grades:\n")] + "    scale: SCALE\n" + text[text.index("tests:\n") :]

    _, broken = read(text.replace("SCALE", "one"))
    _, misspelt = read(text.replace("SCALE", "onne"))

    assert [each.code for each in broken] == ["structure.of"]
    assert "是否指 one" in [each.advice for each in misspelt]


def test_a_misspelt_set_of_grounds_is_told_that_there_are_none(small, read, edit):
    _, findings = read(edit(small, ("authority: 甲局\n", "authority: 甲局\ngrounds: [rules]\n")))

    assert [each.advice for each in findings] == ["请先写好 schema: grounds/1 的文件"]


def test_two_files_of_one_id_are_refused_and_the_first_is_kept(small, read):
    library, findings = read(small, small.replace("小表", "另一表"))

    assert [(each.code, each.position.file) for each in findings] == [("structure.duplicate", "1.yaml")]
    assert library.benchmarks["small"].title == "小表"


def test_a_file_that_is_no_yaml_leaves_the_others_readable(small, read):
    library, findings = read("a: [", small)

    assert [each.code for each in findings] == ["structure.yaml-syntax"]
    assert set(library.benchmarks) == {"small"}


def test_a_path_that_is_not_there_is_named(tmp_path):
    _, findings = read_library([tmp_path / "none.yaml"])

    assert [each.code for each in findings] == ["structure.unreadable"]


def test_every_code_found_is_listed_with_its_meaning():
    assert all(code.meaning and code.code == key for key, code in DISCRETION_CODES.items())
    assert len(DISCRETION_CODES) == 20


@pytest.mark.parametrize("cut", range(0, 6000, 149))
def test_a_file_cut_anywhere_gives_findings_and_no_crash(cut, table):
    text = table("taian-registration-68").encode()[: 400 + cut]

    library, findings = read_sources([SourceText("cut.yaml", text)])

    assert library.benchmarks == {}
    assert findings
    json.dumps([each.as_json() for each in findings])


@pytest.mark.parametrize("file", sorted(TABLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_line_left_out_gives_findings_or_a_table_and_no_crash(file: Path):
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in range(0, len(lines), 4):
        text = "".join(lines[:number] + lines[number + 1 :]).encode()

        library, findings = read_sources([SourceText("cut.yaml", text)])

        assert findings or library


def test_a_word_of_a_code_is_its_own_label():
    assert Choices("情节", ("轻", "重")).label("轻") == "轻"


# ── a case from outside ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_read_as_its_facts_say():
    benchmark = load_library().benchmarks["jiayuguan-retail-supplier-2022"]

    case = read_case({"severity": "严重", "illegal_gains": "1.5万元"}, benchmark.all_facts(), benchmark.choices)

    assert case == {"severity": "严重", "illegal_gains": 1_500_000}


def test_what_is_not_known_yet_is_left_out():
    benchmark = load_library().benchmarks["taian-registration-68"]

    assert read_case({"harm": True, "refused": "false", "turnover": None}, benchmark.all_facts(), {}) == {
        "harm": True,
        "refused": False,
    }


def test_every_problem_of_a_case_is_told():
    benchmark = load_library().benchmarks["jiayuguan-retail-supplier-2022"]

    with pytest.raises(CaseError) as raised:
        read_case(
            {"severity": "严", "illegal_gains": 5, "ilegal_gains": "1元"}, benchmark.all_facts(), benchmark.choices
        )

    assert raised.value.problems == (
        "情节：“严”不在“情节”中。是否指 严重。",
        "违法所得：“5”不是文字。请写如 200万元。",
        "没有“ilegal_gains”这个事实。是否指 illegal_gains。",
    )
