"""The size classes of all 16 industries, at and just below every bound of the official table."""

from datetime import date

import pytest

from matcher.interpret import evaluate_policy
from matcher.outcome import Status
from matcher.profile.reader import read_profile
from rules.language.bundle import read_sources
from rules.language.load import SourceText

CLASSES = ("大型", "中型", "小型", "微型")
AS_OF = date(2025, 6, 1)

# Industry codes, then the lower bounds of 大型, 中型, 小型 for staff, revenue and assets (money in 万元).
TABLE = {
    "农林牧渔业": (("A01",), {"revenue": (20000, 500, 50)}),
    "工业": (("B06", "C2438", "D44"), {"staff": (1000, 300, 20), "revenue": (40000, 2000, 300)}),
    "建筑业": (("E47",), {"revenue": (80000, 6000, 300), "assets": (80000, 5000, 300)}),
    "批发业": (("F5146",), {"staff": (200, 20, 5), "revenue": (40000, 5000, 1000)}),
    "零售业": (("F5245",), {"staff": (300, 50, 10), "revenue": (20000, 500, 100)}),
    "交通运输业": (("G54", "G58"), {"staff": (1000, 300, 20), "revenue": (30000, 3000, 200)}),
    "仓储业": (("G59",), {"staff": (200, 100, 20), "revenue": (30000, 1000, 100)}),
    "邮政业": (("G60",), {"staff": (1000, 300, 20), "revenue": (30000, 2000, 100)}),
    "住宿业": (("H61",), {"staff": (300, 100, 10), "revenue": (10000, 2000, 100)}),
    "餐饮业": (("H62",), {"staff": (300, 100, 10), "revenue": (10000, 2000, 100)}),
    "信息传输业": (("I63", "I64"), {"staff": (2000, 100, 10), "revenue": (100000, 1000, 100)}),
    "软件和信息技术服务业": (("I65",), {"staff": (300, 100, 10), "revenue": (10000, 1000, 50)}),
    "房地产开发经营": (("K7010",), {"revenue": (200000, 1000, 100), "assets": (10000, 5000, 2000)}),
    "物业管理": (("K702",), {"staff": (1000, 300, 100), "revenue": (5000, 1000, 500)}),
    "租赁和商务服务业": (("L72",), {"staff": (300, 100, 10), "assets": (120000, 8000, 100)}),
    "其他未列明行业": (("M73", "N78", "O80", "Q85", "R86", "K703", "K709"), {"staff": (300, 100, 10)}),
}


@pytest.fixture(scope="module")
def bundle():
    """Return a bundle with one policy for each class: the applicant must be of it."""
    texts = [
        SourceText(
            f"{number}.yaml",
            f"""\
schema: policy/1
id: size-{number}
title: {name}企业
level: 区级
authority: 测试
settlement: match_only
documents: [{{id: D, title: 划型}}]
versions:
  - from: 2020-01-01
    eligibility: {{id: size, if: size_class, is: {name}, cite: {{doc: D, clause: 第一条, gist: {name}企业}}}}
""".encode(),
        )
        for number, name in enumerate(CLASSES)
    ]
    loaded, findings = read_sources(texts)
    assert not findings
    return loaded


def size_of(bundle, industry, staff, revenue, assets):
    """Return the one class that the facts have, None when they have none."""
    facts = {"industry": industry, "staff": {2024: staff}, "revenue": {2024: revenue}, "assets": {2024: assets}}
    profile = read_profile(facts, bundle.vocabulary)
    held = [
        name
        for number, name in enumerate(CLASSES)
        if evaluate_policy(bundle, f"size-{number}", profile, AS_OF).status is Status.ELIGIBLE
    ]
    assert len(held) <= 1
    return held[0] if held else None


def facts_at(bounds, level, short=""):
    """Return staff, revenue and assets exactly at the bounds of a level, the `short` one a unit lower."""
    found = {"staff": "1000000人", "revenue": "10000000万元", "assets": "10000000万元"}
    for fact, limits in bounds.items():
        limit = limits[level]
        if fact == "staff":
            found[fact] = f"{limit - (fact == short)}人"
        else:
            found[fact] = f"{limit * 10000 - 1}.99元" if fact == short else f"{limit}万元"
    return found


CASES = [(name, code) for name, (codes, _) in TABLE.items() for code in codes]


@pytest.mark.parametrize(("name", "code"), CASES, ids=[f"{name}-{code}" for name, code in CASES])
def test_an_enterprise_at_every_bound_is_of_the_class_and_below_any_one_of_a_lower_class(bundle, name, code):
    bounds = TABLE[name][1]

    at = [size_of(bundle, code, **facts_at(bounds, level)) for level in range(3)]
    below = [{size_of(bundle, code, **facts_at(bounds, level, fact)) for fact in bounds} for level in range(3)]

    assert at == ["大型", "中型", "小型"]
    assert below[0] <= {"中型", "小型", "微型"}
    assert below[1] <= {"小型", "微型"}
    assert below[2] == {"微型"}


@pytest.mark.parametrize("code", ["G53", "J66", "P83", "Q84", "S91", "K704"])
def test_an_industry_outside_the_table_has_no_size_class(bundle, code):
    assert size_of(bundle, code, "500人", "10亿元", "10亿元") is None
