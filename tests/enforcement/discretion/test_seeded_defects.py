"""D10: each defect is sown into a table that is clean without it, and the lint must name it."""

from __future__ import annotations

import pytest

RETAIL, CATERING, FOOD, TAIAN = (
    "jiayuguan-retail-supplier-2022",
    "catering-unlicensed-2011",
    "food-unlicensed-122",
    "taian-registration-68",
)

SEEDS = {
    "a case between two grades": (
        CATERING,
        [("from: 2000元, below: 5000元}", "over: 2000元, below: 5000元}")],
        "grade.gap",
        "货值金额2,000元：没有裁量阶次",
    ),
    "a case of two grades": (
        CATERING,
        [("from: 5000元, below: 8000元}", "from: 5000元, upto: 8000元}")],
        "grade.overlap",
        "货值金额8,000元：同时属于裁量阶次 g3 和 g4",
    ),
    "a severity without a grade": (
        RETAIL,
        [("in: [轻微, 一般]", "in: [一般]")],
        "grade.gap",
        "情节：轻微",
    ),
    "a case outside of every statutory range": (
        FOOD,
        [("when: {if: goods_value, from: 1万元}", "when: {if: goods_value, over: 1万元}")],
        "statute.gap",
        "货值金额1万元：没有法定幅度",
    ),
    "a case of two statutory ranges": (
        TAIAN,
        [("label: 情节严重, when: {if: serious, is: true}", "label: 情节严重")],
        "statute.overlap",
        "corrected 和 serious",
    ),
    "a fine above the law": (
        CATERING,
        [("from: 9倍, upto: 10倍", "from: 9倍, upto: 11倍")],
        "grade.outside-law",
        "可罚45万元至55万元",
    ),
    "a fine below the law": (
        CATERING,
        [("fine: {from: 2000元, below: 1万元}", "fine: {from: 1999.99元, below: 1万元}")],
        "grade.outside-law",
        "可罚1,999.99元至9,999.99元",
    ),
    "a cap that the law does not bear": (
        RETAIL,
        [("is: 3倍, cap: 3万元", "is: 3倍, cap: 4万元")],
        "grade.outside-law",
        "法定幅度可罚0元至3万元",
    ),
    "a cap forgotten": (RETAIL, [("is: 3倍, cap: 3万元", "is: 3倍")], "grade.outside-law", "特别严重"),
    "fines of two grades that overlap": (
        CATERING,
        [("from: 2万元, below: 3万元}", "from: 1.9万元, below: 3万元}")],
        "band.overlap",
        "g2 到2万元以前，g3 从19,000元",
    ),
    "a gap between the fines of two grades": (
        CATERING,
        [("from: 2万元, below: 3万元}", "from: 2.1万元, below: 3万元}")],
        "band.gap",
        "g2 到2万元以前，g3 从21,000元",
    ),
    "a gap of one point between two grades": (
        CATERING,
        [("from: 2万元, below: 3万元}", "over: 2万元, below: 3万元}")],
        "band.gap",
        "g2 到2万元以前，g3 从2万元",
    ),
    "a gap between multiples that nobody has explained": (
        CATERING,
        [("        gap_before: {text: 来源第五档止于6倍，第六档起于7倍，其间没有阶次, by: 规则维护人, decided_on: 2026-11-24}\n", "")],
        "band.gap",
        "g5 到6倍为止，g6 从7倍",
    ),
    "an explanation of a gap that is none": (
        CATERING,
        [("from: 7倍, upto: 8倍", "from: 6倍, upto: 8倍")],
        "band.no-gap",
        "g6 与上一档之间没有空当",
    ),
    "a gap between shares": (FOOD, [("fine: {from: 30%, upto: 70%}", "fine: {from: 31%, upto: 70%}")], "band.gap", "30%"),
    "an overlap of shares": (FOOD, [("fine: {upto: 30%}", "fine: {upto: 35%}")], "band.overlap", "从30%"),
    "shares that stop short of the maximum": (
        FOOD,
        [("fine: {from: 70%, upto: 100%}", "fine: {from: 70%, below: 100%}")],
        "band.gap",
        "heavy 之上",
    ),
    "shares that begin above the minimum": (
        FOOD,
        [("fine: {upto: 30%}", "fine: {over: 0%, upto: 30%}")],
        "band.gap",
        "light 之下",
    ),
    "grades out of order": (
        TAIAN,
        [("fine: {from: 1万元, upto: 3.7万元}, cite", "fine: {from: 8万元, upto: 9万元}, cite")],
        "band.order",
        "normal 比前面的 light 轻",
    ),
    "fines written in two manners": (
        CATERING,
        [("from: 9倍, upto: 10倍", "from: 90%, upto: 100%"), ("of: goods_value, from: 90%", "from: 90%")],
        "band.mixed",
        "large",
    ),
    "a grade that nobody can belong to": (
        TAIAN,
        [("{if: turnover, from: 10万元, below: 30万元}, {if: harm, is: false}]}, fine: {from: 3.7万元",
          "{if: turnover, from: 10万元, below: 30万元}, {if: harm, is: false}, {if: harm, is: true}]}, fine: {from: 3.7万元")],
        "grade.never",
        "normal（一般）",
    ),
    "a number that the clause does not say": (
        CATERING,
        [("fine: {from: 3万元, upto: 5万元}, cite", "fine: {from: 3万元, upto: 4.9万元}, cite")],
        "grounding.number",
        "4.9万元",
    ),
    "a boundary word against the clause": (
        CATERING,
        [("when: {if: goods_value, from: 8000元, below: 1万元}", "when: {if: goods_value, over: 8000元, below: 1万元}")],
        "grounding.boundary",
        "8000元",
    ),
    "a cap that the clause states and the row has not": (
        RETAIL,
        [("is: 2倍, cap: 2万元", "is: 2倍")],
        "grounding.left-out",
        "2万元",
    ),
    "a test that does not come out": (
        CATERING,
        [("grade: [g7], fine: {from: 45万元, upto: 50万元}", "grade: [g7], fine: {from: 45万元, upto: 49万元}")],
        "tests.failed",
        "得到 45万元至50万元",
    ),
    "a test of another status": (
        TAIAN,
        [("refused: false}, expect: {status: 已定幅度", "refused: false}, expect: {status: 待补充")],
        "tests.failed",
        "状态应为 待补充，得到 已定幅度",
    ),
    "a test of another exemption": (
        RETAIL,
        [("exemption: 无", "exemption: 不予处罚")],
        "tests.failed",
        "不予处罚结论应为 不予处罚，得到 无",
    ),
    "a test of a fine outside of the days in force": (
        CATERING,
        [("expect: {status: 不在有效期}", "expect: {fine: {from: 1元, upto: null}, missing: [goods_value]}")],
        "tests.failed",
        "罚款应为 1元以上，上限待定，得到 无",
    ),
    "a boundary without a test on one side": (
        CATERING,
        [("given: {goods_value: 2000元}", "given: {goods_value: 2000.01元}")],
        "tests.boundary",
        "货值金额为 2,000元",
    ),
    "a grade without a test": (
        RETAIL,
        [("特别严重, illegal_gains: 0元}, expect: {grade: [grave]", "严重, illegal_gains: 0元}, expect: {grade: [serious]"),
         ("[serious], fine: {from: 7000元, upto: 1万元}}}", "[serious], fine: {from: 4000元, upto: 7000元}}}")],
        "tests.grade",
        "grave",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "edits", "code", "said"), SEEDS.values(), ids=SEEDS)
def test_a_seeded_defect_is_named(name, edits, code, said, table, read, edit):
    grounds = table("penalty-law-2021")

    _, findings = read(edit(table(name), *edits), grounds)

    messages = [found.message for found in findings if found.code == code]
    assert any(said in message for message in messages), [str(found) for found in findings]


@pytest.mark.parametrize("name", [RETAIL, CATERING, FOOD, TAIAN])
def test_without_the_seed_the_table_is_clean(name, table, read):
    library, findings = read(table(name), table("penalty-law-2021"))

    assert {found.code for found in findings} <= {"powers.link"}  # its power list is not at hand here
    assert name in library.benchmarks


def test_a_table_with_a_defect_is_not_in_the_library(table, read, edit):
    library, _ = read(edit(table(CATERING), ("from: 9倍, upto: 10倍", "from: 9倍, upto: 11倍")))

    assert library.benchmarks == {}


def test_each_defect_is_named_once_with_the_first_case_that_shows_it(table, read, edit):
    _, findings = read(edit(table(CATERING), ("from: 2000元, below: 5000元}", "from: 2000元, below: 9000元}")))

    overlaps = [found for found in findings if found.code == "grade.overlap"]
    assert [found.message for found in overlaps] == [
        "货值金额5,000元：同时属于裁量阶次 g2 和 g3",
        "货值金额8,000元：同时属于裁量阶次 g2 和 g4",
    ]
    assert all(found.position.line > 1 and found.advice for found in overlaps)


def test_a_table_with_too_many_cases_to_try_is_refused(small, read, edit):
    facts = "".join(f"  f{n}: {{label: 事实{n}, type: bool}}\n" for n in range(15))
    both = ", ".join(f"{{if: f{n}, is: true}}" for n in range(15))
    text = edit(
        small,
        ("  harm: {label: 有害, type: bool}\n", f"  harm: {{label: 有害, type: bool}}\n{facts}"),
        ("when: {if: value, below: 50元}", f"when: {{all: [{{if: value, below: 50元}}, {{any: [{both}]}}]}}"),
    )

    _, findings = read(text)

    assert "grade.too-many" in {found.code for found in findings}
