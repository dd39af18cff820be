"""Run the tests that policy files carry: each states an applicant and what must come out, groups applied."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from matcher.combine import combine_outcomes
from matcher.interpret import interpret
from matcher.match import with_advice
from matcher.outcome import Money, Outcome
from matcher.profile import Profile, ProfileErrors, read_profile
from rules.language.findings import Finding, Severity
from rules.language.model import Bundle, Expectation, Policy, PolicyTest
from rules.language.quantities import QuantityError, format_money, half_width, parse_typed_money

_STATUS_WORDS = {
    "eligible": "符合",
    "needs_review": "需人工审核",
    "needs_info": "待补充",
    "ineligible": "暂未达到",
    "window_closed": "不在申报期",
    "not_in_force": "不在有效期",
    "suspended": "暂停受理",
}
Bounds = tuple[Fraction | None, Fraction | None]
_ADVICE = "请核对测试的预期，或改规则"


class _Difference(NamedTuple):
    what: str
    expected: str
    came: str


def run_tests(bundle: Bundle, policies: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Return a finding for each embedded test, of all policies or the named ones, that does not come out as stated."""
    return tuple(
        finding
        for policy in bundle.policies.values()
        if policies is None or policy.id in policies
        for test in policy.tests
        for finding in run_test(bundle, policy, test)
    )


def run_test(bundle: Bundle, policy: Policy, test: PolicyTest) -> tuple[Finding, ...]:
    """Return what one test finds wrong: at most one finding, at the test's place."""
    try:
        profile = replace(read_profile(test.facts, bundle.vocabulary), applicant=policy.applicant[0])
    except ProfileErrors as errors:
        text = "；".join(f"{error.field} {error.message}" for error in errors.errors)
        return (_finding(policy, test, "tests.unreadable-facts", f"事实读不懂：{text}", errors.errors[0].advice),)
    outcome, total = _come_out(bundle, policy, test, profile)
    wrong = [*differences(test.expect, outcome), *_difference("与同组合计可得", test.expect.together, total)]
    if not wrong:
        return ()
    text = "；".join(f"{one.what}应为{one.expected}，实为{one.came}" for one in wrong)
    return (_finding(policy, test, "tests.failed", text, _ADVICE),)


def outcome_of(bundle: Bundle, policy: Policy, test: PolicyTest, profile: Profile) -> Outcome:
    """Return what the policy says; where a payment is expected, beside the other members of its groups."""
    return _come_out(bundle, policy, test, profile)[0]


def _come_out(bundle: Bundle, policy: Policy, test: PolicyTest, profile: Profile) -> tuple[Outcome, Money]:
    """Return what the policy says, and what it and the others asked beside it pay in sum."""
    is_alone = test.expect.payable is None and test.expect.together is None
    beside = {policy.id, *test.expect.beside, *([] if is_alone else _group_members(bundle, policy))}
    outcomes = interpret(bundle, profile, test.as_of, beside)
    paid, combination = combine_outcomes(bundle, outcomes, profile, test.as_of)
    own = next(outcome for outcome in paid if outcome.policy == policy.id)
    return with_advice(bundle, own, profile, test.as_of), combination.total


def _group_members(bundle: Bundle, policy: Policy) -> Iterator[str]:
    for group in bundle.groups.values():
        if policy.id in group.members or policy.level in group.levels:
            yield from (other.id for other in bundle.policies.values() if other.level in group.levels)
            yield from (member for member in group.members if member in bundle.policies)


def differences(expect: Expectation, outcome: Outcome) -> Iterator[_Difference]:
    """Yield where an outcome is not as expected; only what is stated is compared."""
    if expect.status is not None and expect.status != outcome.status.value:
        yield _Difference("状态", _say_status(expect.status), _say_status(outcome.status.value))
    if not expect.has_amount and outcome.payable is not None:
        yield _Difference("金额", "“不测算”", _say_money(outcome.payable))
    yield from _difference("金额", expect.amount, outcome.amount)
    yield from _difference("可得金额", expect.payable, outcome.payable)
    lists = (
        ("未达到的条件", expect.failed, outcome.failed),
        ("缺少的事实", expect.missing, outcome.missing),
        ("按默认的条件", expect.assumed, outcome.assumed),
        ("需人工审核的条件", expect.review, outcome.review),
    )
    for what, names, found in lists:
        if names is not None and set(names) != set(found):
            yield _Difference(what, _say_names(names), _say_names(found))
    for leaf, gap in expect.shortfall or ():
        if not _is_same_gap(gap, outcome.shortfall.get(leaf, "")):
            yield _Difference(f"{leaf} 的差距", gap, outcome.shortfall.get(leaf, "无"))
    if expect.near_miss is not None and expect.near_miss != (outcome.near_miss is not None):
        yield _Difference("差一点", "是" if expect.near_miss else "否", "否" if expect.near_miss else "是")
    effects = {line.id: line.effect for line in outcome.trace if line.kind == "step"}
    for step, effect in expect.trace or ():
        if effects.get(step) != effect:
            yield _Difference(f"步骤 {step}", effect, effects.get(step) or "没有这一步")


def _difference(what: str, bounds: Bounds | None, money: Money | None) -> Iterator[_Difference]:
    if bounds is not None and (money is None or money.min != bounds[0] or money.max != bounds[1]):
        yield _Difference(what, _say_bounds(bounds), _say_money(money))


def _finding(policy: Policy, test: PolicyTest, code: str, text: str, advice: str) -> Finding:
    return Finding(code, Severity.ERROR, test.position, f"测试“{test.name}”没有通过：{text}", advice, policy.id)


def _is_same_gap(expected: str, found: str) -> bool:
    """Tell whether two gaps are one: as money where both are, else as text without spaces."""
    return _read_gap(expected) == _read_gap(found)


def _read_gap(text: str) -> Fraction | str:
    try:
        return parse_typed_money(text)
    except QuantityError:
        return half_width(text).replace(" ", "").replace(",", "")


def _say_status(word: str) -> str:
    return f"{_STATUS_WORDS[word]}（{word}）"


def _say_money(money: Money | None) -> str:
    return "“不测算”" if money is None else _say_bounds((money.min, money.max))


def _say_bounds(bounds: tuple[Fraction | int | None, Fraction | int | None]) -> str:
    low, high = ("不限" if end is None else format_money(end) for end in bounds)
    return low if low == high else f"{low}至{high}"


def _say_names(names: Collection[str]) -> str:
    return "、".join(names) or "无"
