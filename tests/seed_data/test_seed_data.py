"""The demonstration's applicants: invented codes that check out, readable facts, and no program left without an example."""

import re
from datetime import date

import pytest

from matcher.interpret import interpret
from matcher.match import with_advice
from matcher.outcome import Status
from matcher.profile import read_profile
from rules.language.bundle import load_corpus
from seed_data import FOLDER, enterprises, find, persons
from seed_data.load import load

TODAY = date(2026, 11, 24)  # the day on which the demonstration's facts were written down
MET = (Status.ELIGIBLE, Status.NEEDS_REVIEW)
NOT_TAKEN = (Status.NOT_IN_FORCE, Status.WINDOW_CLOSED, Status.SUSPENDED)
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100 leaves out I, O, S, V and Z
# Programs that nobody can miss by little, each with its reason; PROVENANCE.md names the same.
NOT_MISSED_NARROWLY: dict[str, str] = {}


def check_of_organisation_code(eight):
    """Return the check character of GB 11714, where letters count from A = 10."""
    values = [int(character, 36) for character in eight]
    rest = 11 - sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def check_of_credit_code(seventeen):
    """Return the check character of GB 32100."""
    total = sum(CODE_CHARACTERS.index(character) * 3**place for place, character in enumerate(seventeen))
    return CODE_CHARACTERS[-total % 31]


def check_of_id_number(seventeen):
    """Return the check character of GB 11643."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True)) % 11]


@pytest.fixture(scope="module")
def bundle():
    return load_corpus()


@pytest.fixture(scope="module")
def profiles(bundle):
    return {each: read_profile(each.facts, bundle.vocabulary) for each in enterprises() + persons()}


def test_the_checks_agree_with_a_published_code():
    assert check_of_organisation_code("71526726") == "X"
    assert check_of_credit_code("9144030071526726X") == "G"
    assert check_of_id_number("11010519491231002") == "X"  # the example that GB 11643 itself prints


def test_there_are_40_enterprises_and_15_persons():
    assert len(enterprises()) == 40
    assert len(persons()) == 15
    assert {each.kind for each in enterprises()} == {"enterprise", "organisation"}
    assert {each.kind for each in persons()} == {"person"}


def test_every_file_has_its_story_and_every_story_its_file():
    for folder, told in (("enterprises", enterprises()), ("persons", persons())):
        assert {path.stem for path in (FOLDER / folder).iterdir()} == {each.id for each in told}
    assert all(len(each.story) > 10 for each in enterprises() + persons())


@pytest.mark.parametrize("enterprise", enterprises(), ids=lambda each: each.id)
def test_both_check_characters_of_a_credit_code_are_right(enterprise):
    code = enterprise.uscc

    assert len(code) == 18
    assert code[16] == check_of_organisation_code(code[8:16])
    assert code[17] == check_of_credit_code(code[:17])


@pytest.mark.parametrize("person", persons(), ids=lambda each: each.id)
def test_an_id_number_checks_out_and_holds_the_birthday(person):
    number = person.id_number

    assert number[17] == check_of_id_number(number[:17])
    assert number[6:14] == str(person.facts["born_on"]).replace("-", "")
    assert person.uscc == ""


def test_no_code_can_be_anybodys():
    # No organisation code begins with Y, no place has the division 999999.
    assert all(each.uscc[8] == "Y" for each in enterprises())
    assert all(each.id_number.startswith("999999") for each in persons())


def test_names_and_codes_are_unique_and_say_that_they_are_invented():
    everybody = enterprises() + persons()

    assert len({each.id for each in everybody}) == 55
    assert len({each.name for each in everybody}) == 55
    assert len({each.uscc or each.id_number for each in everybody}) == 55
    assert all(each.name.endswith("（演示）") for each in everybody)


def test_every_fact_is_one_that_such_an_applicant_has(bundle, profiles):
    strange = [
        f"{each.id}: {key}"
        for each, profile in profiles.items()
        for key in profile.facts
        if not key.startswith("employer.")
        and each.kind not in bundle.vocabulary.fields[key.partition("@")[0]].applicant
    ]

    assert strange == []
    assert all(profile.applicant == each.kind for each, profile in profiles.items())


def test_somebody_is_found_by_name_part_of_it_code_and_id():
    cinema = find("chengmu-cinema")

    assert cinema is not None
    assert find(cinema.name) is find(cinema.uscc) is find(f" {cinema.uscc.lower()} ") is find("澄幕") is cinema
    assert find(persons()[0].id_number) is persons()[0]


@pytest.mark.parametrize("text", ["", "  ", "深", "演示", "没有这家"])
def test_nobody_is_found_by_what_names_none_or_many(text):
    assert find(text) is None


def days_of(policy):
    """Return the days on which the policy's own tests stand, and today."""
    return sorted({test.as_of for test in policy.tests} | {TODAY})


def answers(bundle, profiles, policy, days):
    for day in days:
        for each, profile in profiles.items():
            if each.kind in policy.applicant:
                [outcome] = interpret(bundle, profile, day, [policy.id])
                yield outcome, profile, day


def is_missed_narrowly(bundle, profiles, policy):
    """Tell whether somebody fails one condition alone, or would be let in by changing one fact."""
    refused = []
    for outcome, profile, day in answers(bundle, profiles, policy, days_of(policy)):
        if outcome.status is Status.INELIGIBLE:
            if len(outcome.failed) == 1:
                return True
            refused.append((outcome, profile, day))
    return any(with_advice(bundle, *each).near_miss is not None for each in refused)


def test_every_program_is_met_by_somebody(bundle, profiles):
    without = [
        policy.id
        for policy in bundle.policies.values()
        if not any(each[0].status in MET for each in answers(bundle, profiles, policy, days_of(policy)))
    ]

    assert without == []


def test_every_program_that_takes_applications_today_is_met_today(bundle, profiles):
    without = []
    for policy in bundle.policies.values():
        found = {each[0].status for each in answers(bundle, profiles, policy, [TODAY])}
        if found - set(NOT_TAKEN) and not found & set(MET):
            without.append(policy.id)

    assert without == []


def test_every_program_is_missed_narrowly_by_somebody(bundle, profiles):
    without = {policy.id for policy in bundle.policies.values() if not is_missed_narrowly(bundle, profiles, policy)}

    assert without == set(NOT_MISSED_NARROWLY)


def test_the_provenance_says_what_is_invented():
    text = (FOLDER / "PROVENANCE.md").read_text(encoding="utf-8")

    assert all(word in text for word in ("虚构", "GB 32100", "GB 11714", "GB 11643", "fictitious"))
    assert re.search(r"40\s*家", text)
    assert all(policy in text for policy in NOT_MISSED_NARROWLY)


@pytest.mark.parametrize(
    ("who", "policy", "on", "fact", "difference"),
    [
        ("axu-noodle", "cn-above-scale", "2026-11-24", "main_revenue", "5万元"),
        ("chuipu-catering", "sz-hospitality-2023", "2024-05-06", "revenue", "10万元"),
        ("dilan-securities", "sz-finance-capital-increase", "2026-11-24", "paid_in_capital", "2,000万元"),
        ("lifan-data", "luohu-rd-2023", "2026-11-24", "rd_expense", "0.01元"),
        ("outstanding-short", "sz-outstanding-talent-fund", "2026-11-24", "full_time_months", "1个月"),
        ("shuolan-gold", "sz-output-ladder-2022", "2022-06-01", "output_value", "1.4亿元"),
        ("suwei-capital", "sz-finance-holding", "2026-11-24", "subsidiaries_contribution", "1,000万元"),
        ("tianxi-bank", "sz-finance-small-institution", "2026-11-24", "paid_in_capital", "500万元"),
        ("xima-tech", "luohu-hitech-award-2019", "2019-06-03", "commits_to_stay_years", "1年"),
        ("yubu-department", "sz-retail-2023", "2024-05-06", "retail_sales", "100万元"),
        ("zhuiyue-jewellery", "sz-capacity-2021", "2021-09-01", "output_value", "200万元"),
    ],
)
def test_the_stories_miss_by_as_little_as_they_tell(bundle, profiles, who, policy, on, fact, difference):
    profile = profiles[find(who)]
    day = date.fromisoformat(on)
    [outcome] = interpret(bundle, profile, day, [policy])

    near_miss = with_advice(bundle, outcome, profile, day).near_miss

    assert near_miss is not None
    assert near_miss.field.partition("@")[0] == fact
    assert difference in near_miss.difference


def test_making_the_demonstration_ready_says_how_many_there_are():
    said = load(store=None)

    assert "40 家" in said
    assert "15 人" in said
    assert "虚构" in said
