"""Two editions differ only inside a region, or there is somebody outside for whom they differ."""

from __future__ import annotations

from datetime import date

import pytest

from rules.check.prove.difference import is_same_everywhere, prove_only_where
from rules.language.fragments import read_condition_text
from rules.language.model import Bundle
from tests.support.rule_texts import VOCABULARY, bundle_of, group_text, policy_text

LEAF = "all: [{id: x, if: staff, from: 5人, CITE}, {id: y, if: is_listed, is: true, CITE}]"
STEPS = "- {id: a, rate: {of: rd, at: $at}, CITE}\n- {id: b, cap_amount: 50万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"
HEAD = "params: {at: {label: 比例, values: [{from: 2025-01-01, value: 10%, CITE}]}}\n"
LISTED = (
    "- {id: a, per_item: {list: contracts, where: {all: [{if: paid, from: 1万元}, {if: intensity, from: 1%}]}, each: $each}, CITE}\n"
    "- {id: r, round: {to: 元, mode: half_up}, CITE}"
)
EACH = "params: {each: {label: 每份, values: [{from: 2025-01-01, value: 100元, CITE}]}}\n"


def edition(leaf: str = LEAF, steps: str = STEPS, head: str = HEAD, version: str = "", **more: str) -> Bundle:
    return bundle_of(policy_text("a", leaf, steps, head, version=version), **more)


def only_where(old: Bundle, new: Bundle, region: str):
    return prove_only_where(old, new, read_condition_text(region, new.vocabulary, "条件"))


def test_an_edition_does_not_differ_from_itself():
    comparison = prove_only_where(edition(), edition(), None)

    assert (comparison.divergences, comparison.undecided) == ((), ())
    assert is_same_everywhere(edition(), edition(), "a")


def test_a_change_inside_its_region_is_proved():
    new = edition(LEAF.replace("5人", "8人"))

    comparison = only_where(edition(), new, "if: staff, from: 5人, below: 8人")

    assert (comparison.divergences, comparison.undecided) == ((), ())


def test_a_change_outside_its_region_is_refuted_by_an_applicant():
    new = edition(LEAF.replace("5人", "8人"))

    (divergence,) = only_where(edition(), new, "if: staff, from: 6人, below: 8人").divergences

    assert divergence.policy == "a"
    assert divergence.on == date(2025, 1, 1)
    assert "职工（2024年） 5人" in divergence.witness
    assert divergence.old.startswith("符合，")
    assert divergence.new == "暂未达到"


@pytest.mark.parametrize(
    ("new", "old_says", "new_says"),
    [
        (edition(head=HEAD.replace("10%", "12%")), "符合，", "符合，"),
        (edition(version="    apply_window: {from: 2025-02-01, to: 2026-01-01}\n"), "符合，", "符合，"),
        (edition(steps="", head=""), "符合，", "符合"),
        (edition(head=HEAD.replace("2025-01-01", "2025-06-01")), "符合，", "符合，"),
        (
            edition(LEAF.replace("{id: y, if: is_listed, is: true, CITE}", "{id: y, if: intensity, from: 1%, CITE}")),
            "",
            "",
        ),
        (
            bundle_of(policy_text("a", LEAF, STEPS, HEAD).replace("to: 2027-12-31", "to: 2026-12-31")),
            "符合，",
            "不在有效期",
        ),
        (bundle_of(policy_text("b", LEAF, STEPS, HEAD)), "符合，", "不在有效期"),
    ],
)
def test_every_difference_has_a_witness_and_says_what_both_editions_answer(new, old_says, new_says):
    divergence = prove_only_where(edition(), new, None).divergences[0]

    assert divergence.old.startswith(old_says)
    assert divergence.new.startswith(new_says)


def test_a_change_that_shows_on_a_single_day_is_found():
    dated = 'all: [{id: x, if: staff, from: 5人, CITE}, {id: d, expr: "days($as_of, 2026-03-01)", from: 1, CITE}]'
    old, new = edition(dated), edition(dated.replace("from: 1,", "from: 0,"))

    (divergence,) = prove_only_where(old, new, None).divergences

    assert divergence.on == date(2026, 3, 1)


def test_another_rule_of_a_group_is_a_difference():
    policy = policy_text("a", LEAF, STEPS, HEAD, version="    groups: [g]\n")
    old, new = (bundle_of(policy, group_text("g", rule, "a")) for rule in ("highest", "once"))

    assert not is_same_everywhere(old, new, "a")


@pytest.mark.parametrize(("cap", "is_same"), [("{fact: rd}", False), ("{fact: limit}", True)])
def test_the_year_of_what_a_group_is_capped_by_counts(cap, is_same):
    steps = "- {id: a, fixed: 3万元, CITE}\n- {id: r, round: {to: 元, mode: half_up}, CITE}"
    old, new = (
        bundle_of(
            policy_text("a", "{id: y, if: is_listed, is: true, CITE}", steps, version=f"    groups: [g]\n{year}"),
            group_text("g", "cap", "a", f"cap: {cap}\n"),
        )
        for year in ("", "    fact_year: current\n")
    )

    assert is_same_everywhere(old, new, "a") is is_same


@pytest.mark.parametrize(
    ("word", "other"),
    [("100元", "200元"), ("expr: rd / revenue", "expr: rd / revenue / 2"), ("paid, from: 1万元", "paid, from: 2万元")],
)
def test_what_stands_behind_a_part_left_open_counts(word, other):
    old = edition(LEAF, LISTED, EACH)
    new = edition(
        LEAF, LISTED.replace(word, other), EACH.replace(word, other), vocabulary=VOCABULARY.replace(word, other)
    )

    assert is_same_everywhere(old, old, "a")
    assert not is_same_everywhere(old, new, "a")


def test_a_shared_condition_behind_a_part_left_open_counts():
    shared = (
        "schema: conditions/1\nid: paid\ntitle: 已付\ndocuments: [{id: D, title: 办法}]\n"
        "condition: {id: p, if: intensity, from: 1%, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
    )
    steps = LISTED.replace("{if: paid, from: 1万元}", "{use: paid}")
    old, new = (bundle_of(policy_text("a", LEAF, steps, EACH), text) for text in (shared, shared.replace("1%", "2%")))

    assert is_same_everywhere(old, old, "a")
    assert not is_same_everywhere(old, new, "a")


def test_what_the_solver_gives_up_is_not_proved():
    # Nobody has found whole numbers whose cubes add up so, and no solver proves in a moment that there are none.
    cubes = "staff * staff * staff + staff[-1] * staff[-1] * staff[-1] - staff[-2] * staff[-2] * staff[-2]"
    leaves = [f"{{id: f{n}, if: 'staff[-{n}]', from: 1人, CITE}}" for n in range(3)]
    fermat = f"{{id: x, expr: '{cubes}', from: 0, upto: 0, CITE}}"
    nobody = "{id: z, if: staff, upto: 0人, CITE}"
    old = edition(f"all: [{', '.join([*leaves, fermat])}]")
    new = edition(f"all: [{', '.join([*leaves, nobody])}]")

    comparison = prove_only_where(old, new, None, effort=20_000)

    assert comparison.divergences == ()
    assert comparison.undecided == ("a",)
    assert not is_same_everywhere(old, new, "a", effort=20_000)


def test_what_cannot_be_known_is_called_so():
    old = edition(LEAF.replace("{id: y, if: is_listed, is: true, CITE}", "{id: y, if: intensity, from: 1%, CITE}"))
    new = edition(
        LEAF.replace(
            "{id: y, if: is_listed, is: true, CITE}", "{id: y, if: intensity, from: 1%, on_unknown: fail, CITE}"
        )
    )

    (divergence,) = only_where(old, new, "if: revenue, over: 0元").divergences

    assert (divergence.old, divergence.new) == ("待补充", "暂未达到")
