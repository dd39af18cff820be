"""A program comes first only where nobody who may get both is better off, or surer, with the other."""

from __future__ import annotations

import pytest

from rules.check.prove.precedence import comes_first
from tests.support.rule_texts import bundle_of, policy_text

SURE = "{id: x, if: staff, from: 5人, CITE}"
OTHER = "{id: y, if: is_listed, is: true, CITE}"
REVIEWED = "{all: [{id: x, if: staff, from: 5人, CITE}, {id: m, manual: 有计划, CITE}]}"
OPEN = "{id: q, expr: rd / revenue, from: 1%, CITE}"
LISTED = "{id: c, count_of: {list: contracts, where: {expr: rd / paid, from: 1%}}, from: 1, CITE}"
ROUND = "\n- {id: r, round: {to: 元, mode: half_up}, CITE}"


def fixed(amount: str, more: str = "") -> str:
    return f"- {{id: a, fixed: {amount}, CITE}}{more}{ROUND}"


def share(rate: str, more: str = "") -> str:
    return f"- {{id: a, rate: {{of: rd, at: {rate}}}, CITE}}{more}{ROUND}"


CAPPED = "\n- {id: c, cap_amount: 5万元, CITE}"
IN_2025 = ("from: 2025-01-01\n    to: 2027-12-31", "from: 2025-01-01\n    to: 2025-12-31")
FROM_2026 = (IN_2025[0], "from: 2026-01-01")


def ask(first: tuple[str, str], second: tuple[str, str], days=((IN_2025[0],) * 2,) * 2) -> bool:
    texts = [
        policy_text(name, *each).replace(*span) for name, each, span in zip("ab", (first, second), days, strict=True)
    ]
    other = policy_text("c", SURE, fixed("9万元"))
    return comes_first(bundle_of(*texts, other), "a", "b")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((SURE, fixed("3万元")), (SURE, fixed("2万元"))),
        ((SURE, fixed("3万元")), (SURE, fixed("3万元"))),
        ((SURE, share("10%")), (SURE, share("10%", CAPPED))),
        ((REVIEWED, fixed("3万元")), (SURE, fixed("2万元"))),
        ((REVIEWED, fixed("3万元")), (REVIEWED, fixed("2万元"))),
        ((SURE, fixed("3万元")), (REVIEWED, fixed("3万元"))),
        ((SURE, fixed("3万元")), (REVIEWED, fixed("0元"))),
        ((SURE, fixed("3万元")), (f"{{all: [{SURE}, {OTHER}]}}", fixed("2万元"))),
        ((SURE, fixed("2万元")), ("{id: x, if: staff, below: 5人, CITE}", fixed("3万元"))),
    ],
)
def test_who_pays_no_less_and_no_less_surely_comes_first(first, second):
    assert ask(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((SURE, fixed("2万元")), (SURE, fixed("2.01万元"))),
        ((SURE, fixed("2万元")), (OTHER, fixed("3万元"))),
        ((SURE, share("10%", CAPPED)), (SURE, share("10%"))),
        ((SURE, fixed("3万元")), (REVIEWED, fixed("2万元"))),
        ((SURE, fixed("3万元")), (OPEN, fixed("2万元"))),
        # Nothing is said of spans, of what another program pays, of lists, of quotients, or where nothing is computed.
        ((SURE, f"- {{id: a, range: {{from: 3万元, upto: 5万元, decided_by: 区}}, CITE}}{ROUND}"), (SURE, fixed("1元"))),
        ((SURE, f"- {{id: a, amount_of: c, CITE}}{ROUND}"), (SURE, fixed("1元"))),
        ((LISTED, fixed("3万元")), (SURE, fixed("1元"))),
        ((SURE, fixed("3万元")), (LISTED, fixed("3万元"))),
        ((SURE, f"- {{id: a, per_item: {{list: contracts, each: 3万元}}, CITE}}{ROUND}"), (SURE, fixed("0元"))),
        ((SURE, fixed("{expr: rd / revenue * 3万元}")), (SURE, fixed("0元"))),
        ((SURE, fixed("0元")), (SURE, fixed("{expr: rd / revenue * 0元}"))),
        ((SURE, ""), (SURE, fixed("1元"))),
    ],
)  # fmt: skip
def test_else_nothing_is_proved(first, second):
    assert not ask(first, second)


def test_programs_that_are_never_in_force_together_are_not_held_against_each_other():
    both = ((SURE, fixed("2万元")), (SURE, fixed("3万元")))

    assert ask(*both, days=(IN_2025, FROM_2026))
    assert not ask(*both, days=(IN_2025, (IN_2025[0],) * 2))
