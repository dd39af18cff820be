"""The whole answer ↔ the JSON that other programs and stored results hold.

Amounts are integers of 分. The fixed keys are always there; those that the format gained later (`if_open`, `ceiling`,
`schedule`, `notes`, `opens_on`, `closes_on`, `exact`, and `is_optimal` of the combination) may be left out by a writer.
`exact` states in numbers what `matcher.recheck` replays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

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
from rules.language.model import Cite, Position

Json = dict[str, Any]
_NOWHERE = Position("", 0, 0)  # a stored result cites the clause, not the line of the file it was read from
_LISTS = ("failed", "missing", "assumed", "review")


def to_json(result: MatchResult) -> Json:
    """Return the answer as JSON values, ready to dump."""
    combination = result.combination
    return {
        "as_of": result.as_of.isoformat(),
        "bundle": result.bundle,
        "engine": result.engine,
        "results": [_outcome_json(outcome) for outcome in result.outcomes],
        "combination": {
            "total": combination.total.as_json(),
            "chosen": list(combination.chosen),
            "dropped": [{"policy": one.policy, "because": one.because} for one in combination.dropped],
            "literal_total": combination.literal_total.as_json(),
            "is_optimal": combination.is_optimal,
            "exact": dict(combination.exact),
        },
        "next_questions": [
            {"field": one.field, "ask": one.ask, "settles": one.settles, "worth": one.worth}
            for one in result.next_questions
        ],
    }


def from_json(data: Mapping[str, Any]) -> MatchResult:
    """Return the answer that such JSON holds; raise ValueError when it is not one."""
    try:
        combination = data["combination"]
        return MatchResult(
            as_of=date.fromisoformat(data["as_of"]),
            bundle=data["bundle"],
            engine=data["engine"],
            outcomes=tuple(_outcome(one) for one in data["results"]),
            combination=Combination(
                total=_money(combination["total"]),
                chosen=tuple(combination["chosen"]),
                dropped=tuple(Dropped(one["policy"], one["because"]) for one in combination["dropped"]),
                literal_total=_money(combination["literal_total"]),
                is_optimal=combination.get("is_optimal", True),
                exact=combination.get("exact", {}),
            ),
            next_questions=tuple(
                NextQuestion(one["field"], one["ask"], one["settles"], one["worth"]) for one in data["next_questions"]
            ),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"不是匹配结果：{error}；请使用 huice match --format json 的输出") from error


# ── outcomes ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _outcome_json(outcome: Outcome) -> Json:
    return {
        "policy": outcome.policy,
        "title": outcome.title,
        "level": outcome.level,
        "settlement": outcome.settlement,
        "status": outcome.status.value,
        "amount": _money_json(outcome.amount),
        "payable": _money_json(outcome.payable),
        **{name: list(getattr(outcome, name)) for name in _LISTS},
        "shortfall": dict(outcome.shortfall),
        "near_miss": None if outcome.near_miss is None else _change_json(outcome.near_miss),
        "trace": [_line_json(line, place) for place, line in enumerate(outcome.trace, 1)],
        "if_open": None if outcome.if_open is None else outcome.if_open.value,
        "ceiling": outcome.ceiling,
        "schedule": [{"label": one.label, "amount": one.amount.as_json()} for one in outcome.schedule],
        "notes": list(outcome.notes),
        "opens_on": _day_json(outcome.opens_on),
        "closes_on": _day_json(outcome.closes_on),
        "exact": dict(outcome.exact),
    }


def _outcome(data: Mapping[str, Any]) -> Outcome:
    return Outcome(
        policy=data["policy"],
        title=data["title"],
        level=data["level"],
        settlement=data["settlement"],
        status=Status(data["status"]),
        amount=_money_or_none(data["amount"]),
        payable=_money_or_none(data["payable"]),
        **{name: tuple(data[name]) for name in _LISTS},
        shortfall=dict(data["shortfall"]),
        near_miss=None if data["near_miss"] is None else _change(data["near_miss"]),
        trace=tuple(_line(line) for line in data["trace"]),
        if_open=_status_or_none(data.get("if_open")),
        ceiling=data.get("ceiling"),
        schedule=tuple(Payment(one["label"], _money(one["amount"])) for one in data.get("schedule", ())),
        notes=tuple(data.get("notes", ())),
        opens_on=_day(data.get("opens_on")),
        closes_on=_day(data.get("closes_on")),
        exact=data.get("exact", {}),
    )


def _change_json(change: Change) -> Json:
    return {
        "field": change.field,
        "label": change.label,
        "from_text": change.from_text,
        "to_text": change.to_text,
        "difference": change.difference,
        "to_value": change.to_value,
        "leads_to": None if change.leads_to is None else change.leads_to.value,
        "amount": _money_json(change.amount),
        "is_near": change.is_near,
    }


def _change(data: Mapping[str, Any]) -> Change:
    return Change(
        field=data["field"],
        label=data["label"],
        from_text=data["from_text"],
        to_text=data["to_text"],
        difference=data["difference"],
        to_value=data["to_value"],
        leads_to=_status_or_none(data["leads_to"]),
        amount=_money_or_none(data["amount"]),
        is_near=data.get("is_near", True),
    )


# ── the trace ────────────────────────────────────────────────────────────────────────────────────────────────────


def _line_json(line: TraceLine, place: int) -> Json:
    found: Json = {"place": place, "id": line.id, "kind": line.kind, "text": line.text}
    if line.kind == "step":
        found |= {"op": line.op, "before": _money_json(line.before), "after": _money_json(line.after)}
    else:
        found["truth"] = None if line.truth is None else line.truth.value
    if line.kind == "condition":
        found |= {"operand": line.operand, "bound": line.bound}
    found["cite"] = None if line.cite is None else _cite_json(line.cite)
    more: Json = {
        "depth": line.depth,
        "operand": line.operand,
        "bound": line.bound,
        "effect": line.effect,
        "reading": line.reading,
        "assumed": line.assumed,
        "missing": list(line.missing),
        "item": line.item,
        "source": line.source,
        "exact": dict(line.exact),
    }
    return found | {name: value for name, value in more.items() if value}


def _line(data: Mapping[str, Any]) -> TraceLine:
    truth, cite = data.get("truth"), data["cite"]
    texts = ("operand", "bound", "op", "effect", "reading", "item", "source")
    return TraceLine(
        id=data["id"],
        kind=data["kind"],
        text=data["text"],
        depth=data.get("depth", 0),
        truth=None if truth is None else Truth(truth),
        before=_money_or_none(data.get("before")),
        after=_money_or_none(data.get("after")),
        cite=None if cite is None else _cite(cite),
        assumed=data.get("assumed", False),
        missing=tuple(data.get("missing", ())),
        exact=data.get("exact", {}),
        **{name: data.get(name, "") for name in texts},
    )


def _cite_json(cite: Cite) -> Json:
    found = {"doc": cite.doc, "clause": cite.clause, "quote": cite.quote, "gist": cite.gist}
    return {name: value for name, value in found.items() if value}


def _cite(data: Mapping[str, Any]) -> Cite:
    texts: Sequence[str] = [data.get(name, "") for name in ("quote", "gist")]
    return Cite(data["doc"], data["clause"], _NOWHERE, *texts)


# ── scalars ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _money_json(money: Money | None) -> Json | None:
    return None if money is None else dict(money.as_json())


def _money(data: Mapping[str, Any]) -> Money:
    low, high = data["min"], data["max"]
    if type(low) is not int or not (high is None or type(high) is int):
        raise ValueError("金额应为整数（分）")
    return Money(low, high)


def _money_or_none(data: Mapping[str, Any] | None) -> Money | None:
    return None if data is None else _money(data)


def _status_or_none(word: str | None) -> Status | None:
    return None if word is None else Status(word)


def _day_json(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
