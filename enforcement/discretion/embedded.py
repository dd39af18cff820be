"""The tests inside benchmark files: whether they come out, and whether they stand on both sides of every boundary."""

from __future__ import annotations

from collections.abc import Iterator

from enforcement.discretion.assess import Assessment, Range, assess
from enforcement.discretion.cells import cuts, limits
from enforcement.discretion.codes import finding
from enforcement.discretion.model import Act, Benchmark, BenchmarkTest
from enforcement.discretion.sentences import range_text, value_text
from rules.language.findings import Finding
from rules.language.model import Dimension


def run_tests(benchmark: Benchmark) -> Iterator[Finding]:
    """Yield a finding for each embedded test that does not come out as stated."""
    for test in benchmark.tests:
        result = assess(benchmark, benchmark.acts[test.act], test.case, test.on)
        for what, expected, found in _differences(test, result):
            message = f"测试“{test.name}”的{what}应为 {expected}，得到 {found}"
            yield finding("tests.failed", test.position, message, "照来源核对规则或改正测试", benchmark.id)


def _differences(test: BenchmarkTest, result: Assessment) -> Iterator[tuple[str, str, str]]:
    expect = test.expect
    if expect.status is not None and expect.status != result.status.value:
        yield "状态", expect.status, result.status.value
    if expect.exemption is not None and expect.exemption != result.exemption.value:
        yield "不予处罚结论", expect.exemption, result.exemption.value
    if expect.fine is not None and (result.fine is None or expect.fine != (result.fine.low, result.fine.high)):
        yield "罚款", _text(Range(*expect.fine)), _text(result.fine)
    for what, wanted, found in (
        ("阶次", expect.grades, result.grades),
        ("法定幅度", expect.branches, result.branches),
        ("待查明事实", expect.missing, result.missing),
    ):
        if wanted is not None and set(wanted) != set(found):
            yield what, "、".join(wanted) or "无", "、".join(found) or "无"


def _text(fine: Range | None) -> str:
    return "无" if fine is None else range_text(fine.low, fine.high)


def check_coverage(benchmark: Benchmark) -> Iterator[Finding]:
    """Yield boundaries with a side that no test stands on, and grades that no test reaches."""
    for act in benchmark.acts.values():
        tests = [test for test in benchmark.tests if test.act == act.id]
        yield from _untested_boundaries(act, tests, benchmark)
        results = [assess(benchmark, act, test.case, test.on) for test in tests]
        reached = {result.grades[0] for result in results if len(result.grades) == 1}
        for grade in act.grades:
            if grade.id not in reached:
                message = f"{act.id} 的阶次 {grade.id} 没有测试"
                yield finding("tests.grade", grade.position, message, "写一个正好落入这一档的案情", benchmark.id)


def _untested_boundaries(act: Act, tests: list[BenchmarkTest], benchmark: Benchmark) -> Iterator[Finding]:
    facts = benchmark.all_facts()
    for name in act.facts():
        fact = facts[name]
        if fact.dimension not in {Dimension.MONEY, Dimension.COUNT}:
            continue
        low, high = limits(fact)
        tested = {test.case.get(name) for test in tests}
        for cut in sorted(cuts(name, act)):
            for side in (cut - 1, cut):
                if low <= side <= high and side not in tested:
                    message = f"{act.id} 没有{fact.label}为 {value_text(fact, side)} 的测试"
                    yield finding("tests.boundary", act.position, message, "边界两侧各写一个测试", benchmark.id)
