from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from matcher.outcome import (
    Change,
    Combination,
    Dropped,
    MatchResult,
    Money,
    NextQuestion,
    Outcome,
    Payment,
    Status,
    TraceLine,
    Truth,
)
from matcher.wire import from_json, to_json
from rules.language.model import Cite, Position

NOWHERE = Position("", 0, 0)
MONEY = {
    "type": "object",
    "required": ["min", "max"],
    "additionalProperties": False,
    "properties": {"min": {"type": "integer", "minimum": 0}, "max": {"type": ["integer", "null"]}},
}
MONEY_OR_NULL = {"anyOf": [MONEY, {"type": "null"}]}
TEXTS = {"type": "array", "items": {"type": "string"}}
STATUSES = ["eligible", "needs_review", "needs_info", "ineligible", "window_closed", "not_in_force", "suspended"]
CITE = {"type": ["object", "null"], "required": ["doc", "clause"]}
CONDITION = {
    "required": ["id", "kind", "truth", "text", "operand", "bound", "cite"],
    "properties": {"kind": {"const": "condition"}, "truth": {"enum": ["T", "F", "U", "R"]}, "cite": CITE},
}
STEP = {
    "required": ["id", "kind", "op", "before", "after", "text", "cite"],
    "properties": {"kind": {"const": "step"}, "before": MONEY, "after": MONEY, "cite": CITE},
}
GROUPING = {
    "required": ["id", "kind", "truth", "text"],
    "properties": {"kind": {"enum": ["manual", "all", "any", "not", "at_least", "use"]}},
}
DOCUMENTED = {
    "type": "object",
    "required": ["as_of", "bundle", "engine", "results", "combination", "next_questions"],
    "properties": {
        "as_of": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "bundle": {"type": "string", "pattern": "^sha256:"},
        "engine": {"enum": ["interpret", "vector", "network"]},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [
                    "policy", "title", "level", "settlement", "status", "amount", "payable", "failed", "missing",
                    "assumed", "review", "shortfall", "near_miss", "trace",
                ],
                "properties": {
                    "status": {"enum": STATUSES},
                    "settlement": {"enum": ["calculate", "match_only"]},
                    "amount": MONEY_OR_NULL,
                    "payable": MONEY_OR_NULL,
                    "failed": TEXTS,
                    "missing": TEXTS,
                    "assumed": TEXTS,
                    "review": TEXTS,
                    "shortfall": {"type": "object", "additionalProperties": {"type": "string"}},
                    "near_miss": {"type": ["object", "null"]},
                    "trace": {"type": "array", "items": {"oneOf": [CONDITION, STEP, GROUPING]}},
                },
            },
        },
        "combination": {
            "type": "object",
            "required": ["total", "chosen", "dropped", "literal_total"],
            "properties": {
                "total": MONEY,
                "literal_total": MONEY,
                "chosen": TEXTS,
                "dropped": {"type": "array", "items": {"type": "object", "required": ["policy", "because"]}},
            },
        },
        "next_questions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "ask", "settles", "worth"],
                "properties": {"settles": {"type": "integer"}, "worth": {"type": "integer"}},
            },
        },
    },
}  # fmt: skip

CITED = Cite("D", "第八条第一款", NOWHERE, quote="不低于5%", gist="")
TRACE = (
    TraceLine("", "any", "满足其中一项即可", truth=Truth.T),
    TraceLine(
        "intensity", "condition", "研发强度", 1, Truth.T, "6.25%", "≥5%", cite=CITED, reading="从严", missing=("rd",)
    ),
    TraceLine("credit", "condition", "未列入失信名单", truth=Truth.T, assumed=True, source="登记信息"),
    TraceLine("org", "manual", "有健全的制度", truth=Truth.R),
    TraceLine(
        "tiered",
        "step",
        "分档累进",
        op="tiers",
        before=Money(0, 0),
        after=Money(0, None),
        effect="applied",
        item="店一",
    ),
)
FULL = Outcome(
    policy="a",
    title="研发补助",
    level="区级",
    settlement="calculate",
    status=Status.WINDOW_CLOSED,
    amount=Money(1, None),
    payable=None,
    failed=("intensity",),
    missing=("rd_expense@2024",),
    assumed=("credit",),
    review=("org",),
    shortfall={"intensity": "1万元"},
    near_miss=Change("rd", "研发费用", "249万元", "250万元", "再增加1万元", "250万元", Status.ELIGIBLE, Money(3, 3)),
    trace=TRACE,
    if_open=Status.ELIGIBLE,
    ceiling=100,
    schedule=(Payment("首期", Money(1, 2)),),
    notes=("注",),
    opens_on=date(2026, 1, 2),
    closes_on=date(2026, 2, 3),
)
PLAIN = Outcome(
    "b", "认定", "市级", "match_only", Status.INELIGIBLE, None, None, near_miss=Change("f", "事", "", "", "", None)
)
RESULT = MatchResult(
    as_of=date(2026, 5, 20),
    bundle="sha256:00",
    engine="interpret",
    outcomes=(FULL, PLAIN),
    combination=Combination(Money(1, None), ("a",), (Dropped("b", "因为"),), Money(0, 0), is_optimal=False),
    next_questions=(NextQuestion("rd_expense@2024", "研发费用", 3, 4_700_000),),
)


def test_the_answer_has_the_documented_shape():
    Draft202012Validator(DOCUMENTED).validate(json.loads(json.dumps(to_json(RESULT))))


def test_a_stored_answer_reads_back_as_it_was():
    assert from_json(json.loads(json.dumps(to_json(RESULT)))) == RESULT


def test_a_stored_answer_may_lack_the_keys_that_came_later():
    data = to_json(RESULT)
    for later in ("if_open", "ceiling", "schedule", "notes", "opens_on", "closes_on"):
        del data["results"][0][later]
    del data["combination"]["is_optimal"]

    read = from_json(data)

    assert (read.outcomes[0].if_open, read.outcomes[0].schedule, read.outcomes[0].notes) == (None, (), ())
    assert read.combination.is_optimal


def test_the_answer_tells_no_place_of_a_rule_file():
    assert "position" not in json.dumps(to_json(RESULT))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("results"),
        lambda data: data.update(as_of="20.5.2026"),
        lambda data: data["results"][0].update(status="rich"),
        lambda data: data["results"][0].update(amount={"min": 1.5, "max": None}),
        lambda data: data["results"][0].update(amount={"min": 1, "max": "2"}),
        lambda data: data.update(combination=None),
    ],
)
def test_what_is_no_answer_is_refused_in_words(spoil):
    data = to_json(RESULT)
    spoil(data)

    with pytest.raises(ValueError, match="不是匹配结果"):
        from_json(data)
