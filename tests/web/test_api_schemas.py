"""The schemas made from the field dictionary agree with the profile reader, which alone decides."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import marshmallow as ma
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from matcher.match import KINDS
from matcher.profile import Absent, Exact, ProfileErrors, read_profile
from rules.language.bundle import load_corpus
from rules.language.model import Dimension, Field, Position, Vocabulary
from web.schemas.facts import FactField, components
from web.schemas.profiles import NAMES, facts_of, profile_components, profile_schema, read_applicant

HERE = Position("fields.yaml", 1, 1)


def fact(name, dimension, **more):
    return Field(name, name, dimension, HERE, **more)


VOCABULARY = Vocabulary(
    {
        each.name: each
        for each in [
            fact("money", Dimension.MONEY, minimum=Fraction(0), maximum=Fraction(10**15)),
            fact("yearly", Dimension.MONEY, yearly=True, nullable="没有"),
            fact("count", Dimension.COUNT, unit="人", minimum=Fraction(0), maximum=Fraction(1000)),
            fact("number", Dimension.NUMBER, unit="平方米", minimum=Fraction(0)),
            fact("ratio", Dimension.RATIO, minimum=Fraction(0), maximum=Fraction(1)),
            fact("flag", Dimension.BOOL),
            fact("day", Dimension.DATE, nullable="未获认定", minimum=date(1900, 1, 1)),
            fact("code", Dimension.CODE, code_table="size_class"),
            fact("industry", Dimension.CODE, code_table="gbt4754"),
            fact("text", Dimension.TEXT),
            fact(
                "list",
                Dimension.LIST,
                maximum=Fraction(2),
                item={"name": fact("name", Dimension.TEXT), "days": fact("days", Dimension.COUNT, nullable="无")},
            ),
        ]
    },
    {},
)
# Fact → what both take, what both refuse, what only the reader can refuse.
VALUES = {
    "money": (
        [
            *("1.2亿元", "1234.50元", "６．２亿", "1,234.5万元", "人民币50万元整", "1亿2000万元", "0", 0, "-0元"),
            *({"fen": 5}, {"from": "1元"}, {"from": "1元", "upto": None}),
            *({"value": "1元"}, {"value": {"fen": 1}, "source": "document"}),
        ],
        [
            *("5000", 5000, 1, "", "很多", None, True, [], {}, {"fen": "5"}, {"fen": 1, "x": 2}, {"in": ["1元"]}),
            *({"from": "1元", "to": "2元"}, {"value": "1元", "source": "rumour"}, {"source": "registry"}),
            {"2025": "1元"},
        ],
        ["-1元", "20万亿元", "0.001元", "1元2元", {"from": "2元", "upto": "1元"}, {"fen": -1}],
    ),
    "yearly": (
        [
            *("1元", None, {"2025": "1元"}, {"2024": None, "2025": {"fen": 7}}, {"value": None}),
            *({"value": {"2025": "1元"}, "source": "registry"}, {"2025": {"value": "1元", "source": "registry"}}),
        ],
        [{"25": "1元"}, {"2025": 5}, {}, {"2025": "1元", "x": "2元"}, 7],
        ["1元1元"],
    ),
    "count": (
        [0, 50, "50", "50人", "1,000", "１０", {"from": 1, "upto": 5}, {"from": 1}, 50.0, {"value": 5}],
        [3.5, True, None, "", "人", [], {"fen": 5}, -1, 1001, {"from": True}],
        ["3.5", "50家", "-1", "1001", {"from": 5, "upto": 1}],
    ),
    "number": (
        [0, 12.5, "12.5", "12.5平方米", {"upto": 3}],
        [False, None, "", "很大", -1, []],
        ["12.5亩", "-1"],
    ),
    "ratio": (
        [0, 0.05, "5%", "5‰", "0.05", "５％", {"from": "1%", "upto": 0.05}],
        [5, 1, True, "", "很高", None, 1.5],
        ["5", "150%", "-1%"],
    ),
    "flag": ([True, False, "是", "否", " true ", "false"], ["yes", 1, 0, None, "", "对", []], []),
    "day": (
        ["2026-03-31", "2026/3/31", "2026年3月31日", "２０２６－０３－３１", None, {"from": "2026-01-01"}],
        [20260331, "", "昨天", True, [], "3月31日", {"in": ["2026-01-01"]}],
        ["2026-02-30", "1899-12-31", "20260331"],
    ),
    "code": (
        ["大型", " 大型 ", {"in": ["大型", "中型"]}, {"value": "大型", "source": "registry"}],
        [True, None, [], {"in": []}, {"in": "大型"}, {"from": "大型"}, {}],
        ["巨型", "", 5, {"in": ["巨型"]}],
    ),
    "industry": (["F5146", 5146, "5146", "Ｆ5146"], [None, False, ["F51"]], ["X99", 7]),
    "text": (["甲", " 甲 ", 5, 1.5, "字" * 2000], ["", " ", "字" * 2001, True, None, [], {"from": 1}], []),
    "list": (
        [[], [{}], [{"name": "甲", "days": 5}, {"days": None}], {"value": [], "source": "declared"}],
        ["甲", ["甲"], [{}, {}, {}], [{"dayz": 1}], [{"days": 1.5}], [{"name": {"value": "甲"}}], None, {}],
        [[{"days": "1.5"}]],
    ),
}


def exact(value):
    """Return a JSON value as the service parses it: decimals exact."""
    return json.loads(json.dumps(value, ensure_ascii=False), parse_float=Decimal)


def reader_takes(name, value):
    try:
        read_profile({name: exact(value)}, VOCABULARY)
    except ProfileErrors:
        return False
    return True


def validator(vocabulary, schema):
    schemas = components() | profile_components(vocabulary)
    whole = schema | {"components": {"schemas": schemas}}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole, format_checker=FormatChecker())


CHECK = validator(VOCABULARY, {"$ref": f"#/components/schemas/{NAMES['enterprise']}"})


def schema_takes(name, value):
    return CHECK.is_valid({name: value})


def cases(which):
    return [(name, value) for name, lists in VALUES.items() for value in lists[which]]


def test_every_kind_of_fact_is_tried():
    assert {VOCABULARY.fields[name].dimension for name in VALUES} == set(Dimension)


@pytest.mark.parametrize(("name", "value"), cases(0))
def test_schema_and_reader_both_take(name, value):
    assert (reader_takes(name, value), schema_takes(name, value)) == (True, True)


@pytest.mark.parametrize(("name", "value"), cases(1))
def test_schema_and_reader_both_refuse(name, value):
    assert (reader_takes(name, value), schema_takes(name, value)) == (False, False)


@pytest.mark.parametrize(("name", "value"), cases(2))
def test_what_the_schema_cannot_tell_the_reader_refuses(name, value):
    assert (reader_takes(name, value), schema_takes(name, value)) == (False, True)


@pytest.mark.parametrize(("name", "value"), [*cases(0), *cases(1), *cases(2)])
def test_the_marshmallow_field_says_what_the_reader_says(name, value):
    field = profile_schema(VOCABULARY, "enterprise")().fields[name]
    assert isinstance(field, FactField)

    try:
        states = field.deserialize(exact(value))
    except ma.ValidationError:
        assert not reader_takes(name, value)
    else:
        assert states == read_profile({name: exact(value)}, VOCABULARY).facts


def test_a_year_in_the_name_is_part_of_the_schema():
    assert CHECK.is_valid({"yearly@2025": "1元"})
    assert not CHECK.is_valid({"yearly@25": "1元"})
    assert not CHECK.is_valid({"money@2025": "1元"})
    assert not CHECK.is_valid({"nothing": "1元"})


def test_a_whole_profile_is_loaded_through_the_reader():
    schema = profile_schema(VOCABULARY, "enterprise")()

    profile = schema.load({"money": "1元", "day": None})

    assert profile.facts == {"money": Exact(Fraction(100)), "day": Absent()}
    assert profile.applicant == "enterprise"
    assert schema.validate({"money": "1元"}) == {}
    assert schema.validate({"money": 1, "count": "x"}) == {
        "money": ["金额“1”缺单位。请写 1元 或 1万元"],
        "count": ["“x”不是数量。请写整数，如 50人"],
    }


def test_a_missing_fact_is_unknown_not_an_error():
    field = profile_schema(VOCABULARY, "enterprise")().fields["money"]

    assert field.deserialize(ma.missing) is ma.missing


BUNDLE = load_corpus()
CORPUS = BUNDLE.vocabulary


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_each_kind_of_applicant_has_its_facts_of_the_dictionary(kind):
    fields = profile_schema(CORPUS, kind)().fields
    told = profile_components(CORPUS)[NAMES[kind]]["properties"]

    assert list(fields) == list(facts_of(CORPUS, kind))
    assert len(fields) > 20
    assert told.keys() - {"applicant", "employer"} == fields.keys()
    assert ("employer" in told) == (kind == "person")


@pytest.mark.parametrize("kind", KINDS)
def test_the_dictionary_makes_sound_schemas_that_take_what_the_reader_takes(kind):
    check = validator(CORPUS, {"$ref": f"#/components/schemas/{NAMES[kind]}"})

    for name, each in facts_of(CORPUS, kind).items():
        if each.nullable:
            assert check.is_valid({name: None}), name
            read_applicant({name: None}, CORPUS, kind)
        else:
            assert not check.is_valid({name: None}), name
            with pytest.raises(ma.ValidationError):
                read_applicant({name: None}, CORPUS, kind)


def test_every_profile_of_the_tests_in_policy_files_fits_the_schema():
    check = validator(CORPUS, {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in NAMES.values()]})
    profiles = [(policy.id, test.name, test.facts) for policy in BUNDLE.policies.values() for test in policy.tests]

    misfits = [(policy, name) for policy, name, facts in profiles if not check.is_valid(facts)]

    assert len(profiles) > 500
    assert misfits == []
