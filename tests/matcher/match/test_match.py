from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from matcher.match import UnknownPolicyError, match, policies_for
from matcher.outcome import Money, Status
from matcher.profile import Absent, Profile, read_profile
from matcher.wire import from_json, to_json
from rules.language.bundle import load_bundle
from tests.matcher.match.test_wire import DOCUMENTED
from tests.support.rule_texts import bundle_of, policy_text, profile_of

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"
BUNDLE = load_bundle([EXAMPLES])
DAY = date(2026, 5, 20)
FACTS = {
    "registered_in": "示范区",
    "is_above_scale": "true",
    "hitech_until": "2027-12-31",
    "revenue": {"2025": "1.2亿元"},
    "rd_expense": {"2025": "1500万元", "2024": "700万元"},
    "on_credit_blacklist": "false",
    "city_rd_grant": {"2025": "40万元"},
}
LEAF = "all:\n  - {id: x, if: staff, from: 1人, CITE}"


def profile(**changes: object) -> Profile:
    return read_profile({key: value for key, value in {**FACTS, **changes}.items() if value != ""}, BUNDLE.vocabulary)


def test_the_whole_answer_is_given_for_one_applicant():
    result = match(BUNDLE, profile(), DAY)

    outcomes = {outcome.policy: outcome for outcome in result.outcomes}
    assert (result.as_of, result.bundle, result.engine) == (DAY, BUNDLE.hash, "interpret")
    assert outcomes["district-rd-increment"].amount == Money(67_000_000, 67_000_000)
    assert outcomes["district-rd-increment"].payable == Money(27_000_000, 27_000_000)
    assert outcomes["city-enterprise-tech-centre"].status is Status.WINDOW_CLOSED
    assert result.combination.chosen == ("district-rd-increment",)


def test_gaps_and_near_misses_are_part_of_it():
    result = match(
        BUNDLE, profile(revenue={"2025": "5000万元"}, rd_expense={"2025": "249万元", "2024": "100万元"}), DAY
    )

    outcome = next(one for one in result.outcomes if one.policy == "district-rd-increment")
    assert outcome.shortfall == {"intensity": "1万元"}
    assert outcome.near_miss is not None
    assert outcome.near_miss.difference == "研发费用再增加1万元"


def test_the_next_questions_are_part_of_it():
    result = match(BUNDLE, profile(city_rd_grant="", registered_in=""), DAY)

    assert [one.field for one in result.next_questions] == ["registered_in", "city_rd_grant"]


def test_the_answer_can_be_limited_to_named_policies():
    result = match(BUNDLE, profile(), DAY, policies=["city-enterprise-tech-centre"])

    assert [outcome.policy for outcome in result.outcomes] == ["city-enterprise-tech-centre"]
    assert result.combination.total == Money(0, 0)


def test_an_unknown_policy_and_an_unknown_engine_are_refused():
    with pytest.raises(UnknownPolicyError) as refused:
        match(BUNDLE, profile(), DAY, policies=["b-x", "a-x", "district-rd-increment"])
    assert refused.value.names == ("a-x", "b-x")
    with pytest.raises(ValueError, match="没有这个引擎：vector"):
        match(BUNDLE, profile(), DAY, engine="vector")


def test_the_same_question_gets_the_same_answer():
    assert match(BUNDLE, profile(), DAY) == match(BUNDLE, profile(), DAY)


def test_the_answer_of_real_rules_has_the_documented_shape_and_reads_back():
    data = json.loads(json.dumps(to_json(match(BUNDLE, profile(), DAY))))

    Draft202012Validator(DOCUMENTED).validate(data)
    assert to_json(from_json(data)) == data


class TestApplicants:
    bundle = bundle_of(
        policy_text("a", LEAF),
        policy_text("b", "all:\n  - {id: x, if: years_served, from: 1年, CITE}", more="applicant: person\n"),
        policy_text("c", LEAF, more="applicant: [enterprise, organisation]\n"),
    )

    @pytest.mark.parametrize(
        ("facts", "policies"),
        [
            ({"applicant": "enterprise"}, ("a", "c")),
            ({"applicant": "organisation"}, ("c",)),
            ({"applicant": "person"}, ("b",)),
            ({"staff": 1}, ("a", "c")),
            ({"years_served": 1}, ("b",)),
            ({"employer": {"staff": 1}}, ("b",)),
            ({"years_served": 1, "staff": 1}, ("a", "b", "c")),
            ({}, ("a", "b", "c")),
        ],
    )
    def test_only_programs_for_such_applicants_are_asked(self, facts, policies):
        assert policies_for(self.bundle, profile_of(self.bundle, facts)) == policies

    def test_a_named_policy_is_asked_whoever_it_is_for(self):
        result = match(self.bundle, profile_of(self.bundle, {"staff": 1}), DAY, policies=["b"])

        assert [outcome.policy for outcome in result.outcomes] == ["b"]

    def test_a_fact_that_the_dictionary_lost_says_nothing_of_the_applicant(self):
        assert policies_for(self.bundle, Profile({"gone": Absent()})) == ("a", "b", "c")
