"""A4: every worked example of the fact handbook comes out to the 分, each test naming its G number.

The facts are stated here anew, not taken from the tests inside the rule files, and go through the whole answer: reading,
matching, groups. Programs of other districts are switched on for the example alone.
"""

from datetime import date

import pytest

from matcher.match import match
from matcher.outcome import Money, Status
from matcher.profile import read_profile
from rules.language.bundle import load_corpus

LUOHU = "罗湖区"
WAN = 1_000_000  # 分 in 1万元
YUAN = 100


def answer(policy, on, facts, *districts):
    """Return what one policy says of an enterprise or, where the facts are a person's, of a person."""
    bundle = load_corpus((LUOHU, *districts))
    profile = read_profile({"applicant": "enterprise", **facts}, bundle.vocabulary)
    result = match(bundle, profile, date.fromisoformat(on), policies=[policy])
    [outcome] = result.outcomes
    return outcome


def exactly(fen):
    return Money(fen, fen)


def test_g1_a_little_giant_of_longgang_with_50_million_of_research_gets_600_thousand():
    facts = {"registered_in": "龙岗区", "rd_expense": {"2024": "5000万元"}, "specialised_level": "国家级"}

    outcome = answer("longgang-rd", "2025-09-01", facts, "龙岗区")

    assert outcome.status is Status.NEEDS_REVIEW  # the rest of the conditions of this edition was not seen
    assert outcome.amount == exactly(60 * WAN)


def test_g3_twice_200_for_a_little_giant_stops_at_its_cap_of_4_million():
    facts = {
        "registered_in": "龙岗区",
        "is_above_scale": True,
        "hitech_until": "2026-12-31",
        "revenue": {"2023": "20亿元"},
        "rd_expense": {"2023": "1.2亿元"},
        "specialised_level": "国家级",
    }

    outcome = answer("longgang-rd", "2024-09-01", facts, "龙岗区")

    assert outcome.failed == outcome.missing == ()
    assert outcome.amount == exactly(400 * WAN)


@pytest.mark.parametrize(
    ("number", "paid_in", "award"),
    [("G5", "13亿元", 2300), ("G7", "10亿元", 2000)],
    ids=["g5_each_hundred_million_beyond_ten_adds_one_million", "g7_exactly_ten_hundred_millions_has_its_own_row"],
)
def test_g5_and_g7_landing_of_a_financial_headquarters(number, paid_in, award):
    facts = {
        "registered_in": "罗湖区",
        "finance_kind": "金融总部",
        "is_new_in_city": True,
        "paid_in_capital": paid_in,
        "relocated_to_city_on": None,
    }

    outcome = answer("sz-finance-hq-landing", "2021-05-20", facts)

    assert outcome.status is Status.ELIGIBLE, number
    assert outcome.amount == outcome.payable == exactly(award * WAN), number


def test_g9_two_stores_closed_for_8_and_29_days_get_21_000_yuan():
    closed = {"control_zone": "管控区", "controlled_from": "2022-03-01", "reopened": True}
    facts = {
        "registered_in": "罗湖区",
        "stores": [{"name": "东店", "closed_days": 8, **closed}, {"name": "西店", "closed_days": 29, **closed}],
    }

    outcome = answer("luohu-store-closure-2022", "2022-07-15", facts)

    assert outcome.status is Status.ELIGIBLE
    assert outcome.amount == outcome.payable == exactly(21_000 * YUAN)


def luohu_research(tax):
    facts = {
        "hitech_until": "2020-10-15",
        "taxed_in": "罗湖区",
        "tax_in_district": {"2018": tax},
        "rd_expense": {"2018": "3500万元"},
    }
    return answer("luohu-rd-2019", "2019-06-10", facts)


def test_g11_ten_per_cent_of_35_million_stops_at_3_million():
    outcome = luohu_research("120万元")

    assert outcome.status is Status.ELIGIBLE
    assert outcome.amount == outcome.payable == exactly(300 * WAN)


def test_g12_with_999_900_yuan_of_tax_the_floor_fails_by_100_yuan():
    outcome = luohu_research("99.99万元")

    assert outcome.status is Status.INELIGIBLE
    assert outcome.failed == ("tax-floor",)
    assert outcome.payable is None
    assert outcome.shortfall == {"tax-floor": "100元"}


def test_g13_seven_months_of_class_b_are_rounded_once_to_the_fen():
    facts = {
        "applicant": "person",
        "talent_class": "地方级领军人才",
        "tenure_months": 7,
        "tenure_year_ended_on": "2024-05-31",
    }

    outcome = answer("sz-highlevel-talent", "2024-10-08", facts)

    assert outcome.status is Status.ELIGIBLE
    assert outcome.amount == outcome.payable == exactly(23_333_333)  # 400,000 元 × 7 ÷ 12 = 233,333.333… 元


def test_g15_a_master_of_34_on_the_first_of_january_gets_25_000_yuan():
    facts = {
        "applicant": "person",
        "introduced_on": "2020-05-18",
        "introduced_by": "在职人才引进",
        "transferred_on": "2020-05-18",
        "hukou": "深圳户籍",
        "hukou_on": "2020-06-01",
        "born_on": "1985-01-02",
        "degree": "硕士",
        "is_fulltime_degree": True,
        "insured_months": 5,
        "has_housing_benefit": False,
        "is_public_employee": False,
    }

    outcome = answer("sz-newcomer-housing", "2020-11-02", facts)

    assert outcome.status is Status.ELIGIBLE
    assert outcome.amount == outcome.payable == exactly(25_000 * YUAN)


def test_g17_growth_counts_from_the_floor_of_8_million():
    facts = {
        "registered_in": "龙华区",
        "district_hq_recognised_on": "2022-11-01",
        "hq_growth_award_year": 1,
        "district_contribution": {"2023": "1500万元", "2022": "500万元"},
    }

    outcome = answer("longhua-hq-growth", "2024-03-12", facts, "龙华区")

    assert outcome.failed == outcome.missing == ()
    assert outcome.amount == exactly(210 * WAN)


def test_g19_the_lower_of_premium_and_exports_pays_12_000_yuan():
    facts = {
        "registered_in": "中山市",
        "is_micro_exporter": True,
        "credit_premium": {"2022": "2万元"},
        "exports": {"2022": "2000万元"},
    }

    outcome = answer("zhongshan-credit-insurance", "2023-05-05", facts, "中山市")

    assert outcome.failed == outcome.missing == ()
    assert outcome.amount == exactly(12_000 * YUAN)


def test_g21_a_little_giant_that_had_200_thousand_gets_the_difference_of_300_thousand():
    facts = {"registered_in": "龙岗区", "specialised_level": "国家级", "specialised_district_paid": "20万元"}

    outcome = answer("longgang-specialised", "2024-06-20", facts, "龙岗区")

    assert outcome.failed == outcome.missing == ()
    assert outcome.amount == exactly(30 * WAN)


@pytest.mark.parametrize(
    ("policy", "on", "facts"),
    [
        (
            "sz-retail-2023",
            "2024-05-06",
            {"retail_sales": {"2023": "9.35亿元", "2022": "7亿元"}, "city_increment_award": {"2023": "0元"}},
        ),
        (
            "sz-retail-wholesale-2022h1",
            "2022-08-08",
            {
                "retail_sales_h1": {"2022": "9.35亿元", "2021": "7亿元"},
                "wholesale_sales_h1": {"2022": "0元", "2021": "0元"},
                "on_credit_blacklist": False,
            },
        ),
    ],
    ids=["edition_of_2023", "first_half_of_2022"],
)
def test_g23_only_whole_hundred_millions_of_growth_count(policy, on, facts):
    outcome = answer(policy, on, {"registered_in": "罗湖区", "industry": "F5211", **facts})

    assert outcome.status is Status.ELIGIBLE
    assert outcome.amount == outcome.payable == exactly(100 * WAN)


def test_g25_a_chain_with_its_head_office_outside_gets_half_of_two_stores():
    facts = {
        "registered_in": "福田区",
        "is_chain_enterprise": True,
        "chain_hq_in": "福田区",
        "stores": [
            {"name": "一店", "located_in": "宝安区", "area": "2500平方米"},
            {"name": "二店", "located_in": "宝安区", "area": "7000平方米"},
        ],
    }

    outcome = answer("baoan-chain", "2023-04-03", facts, "宝安区")

    assert outcome.failed == outcome.missing == ()
    assert outcome.amount == exactly(20 * WAN)


def test_g27_a_small_firm_with_25_insured_may_lose_18_per_cent_and_gets_60_per_cent_back():
    facts = {
        "registered_in": "罗湖区",
        "organisation_type": "法人企业",
        "industry": "H6210",
        "staff": {"2020": 28},
        "revenue": {"2020": "900万元"},
        "insured_staff": {"2020": 25},
        "unemployment_premium": {"2020": "10万元"},
        "layoff_rate": {"2020": "18%"},
    }

    outcome = answer("sz-job-retention", "2021-10-20", facts)

    assert outcome.status is Status.ELIGIBLE
    assert outcome.amount == outcome.payable == exactly(6 * WAN)


def test_the_numbers_with_no_test_are_those_the_handbook_does_not_have():
    tested = {name.split("_")[1] for name in globals() if name.startswith("test_g")} | {"g7"}

    assert tested == {f"g{number}" for number in (1, 3, 5, 7, 9, 11, 12, 13, 15, 17, 19, 21, 23, 25, 27)}
