"""Facts of an applicant: looked up by name and year, changed one at a time, never in place."""

from datetime import date
from fractions import Fraction

import pytest

from matcher.profile import Absent, Between, Exact, Item, Items, Profile, Source, fact_key

ONE = Exact(Fraction(1))
TWO = Exact(Fraction(2))
STORES = Items((Item("甲", {"closed_days": ONE}), Item("乙", {"area": TWO})))


def test_a_yearly_fact_is_found_under_its_year():
    profile = Profile({"revenue@2025": ONE})

    assert profile.get("revenue", 2025, fact_year=2025) == ONE
    assert profile.get("revenue", 2024, fact_year=2025) is None


def test_the_bare_name_answers_for_the_fact_year_alone():
    profile = Profile({"revenue": ONE})

    assert profile.get("revenue", 2025, fact_year=2025) == ONE
    assert profile.get("revenue", 2024, fact_year=2025) is None
    assert profile.get("revenue", 2025) is None


def test_a_year_that_is_written_out_comes_before_the_bare_name():
    assert Profile({"revenue": ONE, "revenue@2025": TWO}).get("revenue", 2025, fact_year=2025) == TWO


def test_a_fact_without_a_year_needs_none():
    assert Profile({"founded_on": Exact(date(2020, 1, 1))}).get("founded_on") == Exact(date(2020, 1, 1))


def test_what_nobody_vouches_for_is_the_applicants_own_word():
    profile = Profile({"staff": ONE}, {"uscc": Source.REGISTRY})

    assert profile.source("staff") is Source.DECLARED
    assert profile.source("uscc") is Source.REGISTRY


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (Source.REGISTRY, "登记信息"),
        (Source.DECLARED, "自行填报"),
        (Source.DOCUMENT, "证明文件"),
        (Source.STATISTICS, "统计数据"),
        (Source.ASSUMED, "假设"),
    ],
)
def test_every_source_has_a_name(source, label):
    assert source.label == label


def test_a_changed_fact_leaves_the_first_profile_alone():
    before = Profile({"staff": ONE}, applicant="enterprise")

    after = before.with_fact("staff", TWO, Source.ASSUMED)

    assert before == Profile({"staff": ONE}, applicant="enterprise")
    assert after == Profile({"staff": TWO}, {"staff": Source.ASSUMED}, "enterprise")


def test_a_fact_taken_away_is_unknown():
    profile = Profile({"staff": ONE, "uscc": TWO}, {"staff": Source.REGISTRY, "uscc": Source.REGISTRY})

    assert profile.without("staff") == Profile({"uscc": TWO}, {"uscc": Source.REGISTRY})
    assert profile.without("revenue@2025") == profile


def test_a_field_of_an_item_is_changed_by_its_place_counted_from_one():
    profile = Profile({"stores": STORES})

    changed = profile.with_fact("stores[2].closed_days", Between(None, Fraction(8)))

    assert changed.facts["stores"] == Items(
        (Item("甲", {"closed_days": ONE}), Item("乙", {"area": TWO, "closed_days": Between(None, Fraction(8))}))
    )


def test_a_field_of_an_item_is_taken_away():
    assert Profile({"stores": STORES}).without("stores[1].closed_days").facts["stores"] == Items(
        (Item("甲", {}), Item("乙", {"area": TWO}))
    )


@pytest.mark.parametrize("path", ["stores[0].area", "stores[3].area", "hires[1].area"])
def test_an_item_that_is_not_there_cannot_be_changed(path):
    with pytest.raises(KeyError, match=r"\["):
        Profile({"stores": STORES, "hires": Absent()}).with_fact(path, ONE)


def test_a_key_carries_its_year():
    assert (fact_key("revenue", 2025), fact_key("founded_on")) == ("revenue@2025", "founded_on")
