"""Seeded ways to falsify a match result, each of which changes what it says."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Tamper = Callable[[Json, random.Random], bool]
STATUSES = ("eligible", "needs_review", "needs_info", "ineligible", "window_closed", "not_in_force", "suspended")
WAYS: dict[str, Tamper] = {}


def way(tamper: Tamper) -> Tamper:
    """Register a way to falsify: it changes a result in place and tells whether it found something to change."""
    WAYS[tamper.__name__] = tamper
    return tamper


def falsified(text: str, rng: random.Random) -> tuple[str, Json]:
    """Return the name of a way and what it made of a result given as JSON."""
    while True:
        result = json.loads(text)
        name = rng.choice(sorted(WAYS))
        if WAYS[name](result, rng):
            assert result != json.loads(text), name
            return name, result


def _one(rng: random.Random, found: Iterator[Any]) -> Any:
    some = list(found)
    return rng.choice(some) if some else None


def _nudge(rng: random.Random, money: Json | None) -> bool:
    """Change one end of an amount by a 分, upwards where it is nothing."""
    if money is None:
        return False
    end = rng.choice([end for end in ("min", "max") if money[end] is not None])
    money[end] += rng.choice((-1, 1)) if money[end] else 1
    return True


def _bump(rng: random.Random, text: str) -> str | None:
    """Return the text with one of its numbers another one."""
    places = [found for found in re.finditer(r"\d+", text) if found[0].strip("0") or len(found[0]) == 1]
    if not places:
        return None
    found = rng.choice(places)
    return text[: found.start()] + str(int(found[0]) + rng.choice((1, 7, 1000))) + text[found.end() :]


def _lines(result: Json, *kinds: str) -> Iterator[Json]:
    """Yield the lines of some kinds; those of items beyond a limit, which state nothing exactly, are no steps."""
    lines = (line for one in result["results"] for line in one["trace"])
    return (line for line in lines if not kinds or (line["kind"] in kinds and "exact" in line))


def _change(rng: random.Random, holder: Json | None, key: str) -> bool:
    text = None if holder is None else _bump(rng, holder[key])
    if holder is None or text is None or text == holder[key]:
        return False
    holder[key] = text
    return True


@way
def amount_by_a_fen(result: Json, rng: random.Random) -> bool:
    return _nudge(rng, _one(rng, (one["amount"] for one in result["results"] if one["amount"])))


@way
def payable_by_a_fen(result: Json, rng: random.Random) -> bool:
    return _nudge(rng, _one(rng, (one["payable"] for one in result["results"] if one["payable"])))


@way
def total_by_a_fen(result: Json, rng: random.Random) -> bool:
    return _nudge(rng, result["combination"][rng.choice(("total", "literal_total"))])


@way
def amount_left_out(result: Json, rng: random.Random) -> bool:
    one = _one(rng, (one for one in result["results"] if one["amount"]))
    if one is None:
        return False
    one[rng.choice(("amount", "payable") if one["payable"] else ("amount",))] = None
    return True


@way
def step_by_a_fen(result: Json, rng: random.Random) -> bool:
    line = _one(rng, _lines(result, "step"))
    return line is not None and _nudge(rng, line[rng.choice(("before", "after"))])


@way
def exact_amount_of_a_step(result: Json, rng: random.Random) -> bool:
    line = _one(rng, _lines(result, "step"))
    return line is not None and _change(rng, line["exact"], "after")


@way
def rate_or_limit_of_a_step(result: Json, rng: random.Random) -> bool:
    lines = (line for line in _lines(result, "step") if _is_said(line))
    wanted = ((line["exact"], key) for line in lines for key in ("by", "of") if key in line["exact"])
    found = _one(rng, wanted)
    return found is not None and _change(rng, *found)


@way
def bracket_that_applies(result: Json, rng: random.Random) -> bool:
    line = _one(
        rng, (line for line in _lines(result, "step") if "rows" in line["exact"] and line["before"] != line["after"])
    )
    if line is None:
        return False
    for row in line["exact"]["rows"]:
        key = next(key for key in ("rate", "each", "value") if key in row)
        row[key] = f"{row[key]}1"  # every row, so that the one that applies is among them
    return True


@way
def effect_of_a_step(result: Json, rng: random.Random) -> bool:
    line = _one(rng, _lines(result, "step"))
    if line is None:
        return False
    line["effect"] = rng.choice(
        [word for word in ("applied", "skipped", "capped", "uncapped", "zeroed", "unchanged") if word != line["effect"]]
    )
    return True


@way
def figures_shown_of_a_line(result: Json, rng: random.Random) -> bool:
    wanted = (
        (line, key)
        for line in _lines(result)
        for key in ("operand", "bound")
        if re.search(r"\d", line.get(key, "")) and _is_number(line, key)
    )
    found = _one(rng, wanted)
    return found is not None and _change(rng, *found)


def _is_said(line: Json) -> bool:
    """Tell whether a line shows its numbers in full: a change behind the decimals shown need not mean anything."""
    return "约" not in line.get("operand", "") + line.get("bound", "")


def _is_number(line: Json, key: str) -> bool:
    exact = line["exact"]
    if line["kind"] == "step":
        return True
    if key == "operand":
        return isinstance(exact["is"], str) and exact["is"] != "none"
    return all(isinstance(bound, str) for _, *bounds in exact["tests"] for bound in bounds)


@way
def operand_of_a_condition(result: Json, rng: random.Random) -> bool:
    line = _one(rng, (one for one in _lines(result, "condition") if _is_number(one, "operand") and _is_said(one)))
    return line is not None and _change(rng, line["exact"], "is")


@way
def bound_of_a_condition(result: Json, rng: random.Random) -> bool:
    line = _one(rng, (line for line in _lines(result, "condition") if _is_number(line, "bound")))
    if line is None:
        return False
    test = rng.choice(line["exact"]["tests"])
    text = _bump(rng, test[1])
    if text is None:
        return False
    test[1] = text
    return True


@way
def yes_for_no(result: Json, rng: random.Random) -> bool:
    line = _one(
        rng,
        (
            line
            for line in _lines(result, "condition")
            if line["exact"]["is"] in ([True], [False]) and line["exact"]["tests"][0][0] == "is"
        ),
    )
    if line is None:
        return False
    line["exact"]["is"] = [not line["exact"]["is"][0]]
    return True


@way
def comparison_turned_round(result: Json, rng: random.Random) -> bool:
    turned = {"from": "below", "below": "from", "over": "upto", "upto": "over", "in": "not_in", "not_in": "in"}
    line = _one(
        rng,
        (
            line
            for line in _lines(result, "condition")
            if len(line["exact"]["tests"]) == 1
            and line["exact"]["tests"][0][0] in turned
            and line["truth"] in "TF"
            and line["exact"]["is"] != "none"
        ),
    )
    if line is None:
        return False
    line["exact"]["tests"][0][0] = turned[line["exact"]["tests"][0][0]]
    return True


@way
def truth_of_a_line(result: Json, rng: random.Random) -> bool:
    line = _one(rng, (line for line in _lines(result) if "truth" in line))
    if line is None:
        return False
    line["truth"] = rng.choice([truth for truth in "TFUR" if truth != line["truth"]])
    return True


@way
def assumption_hidden_or_made_up(result: Json, rng: random.Random) -> bool:
    line = _one(rng, _lines(result, "condition"))
    if line is None:
        return False
    line["assumed"] = not line.get("assumed", False)
    return True


@way
def status_of_a_program(result: Json, rng: random.Random) -> bool:
    one = rng.choice(result["results"])
    one["status"] = rng.choice([status for status in STATUSES if status != one["status"]])
    return True


@way
def status_if_open(result: Json, rng: random.Random) -> bool:
    one = rng.choice(result["results"])
    one["if_open"] = rng.choice([status for status in (*STATUSES[:4], None) if status != one["if_open"]])
    return True


@way
def day_of_the_window(result: Json, rng: random.Random) -> bool:
    found = _one(rng, ((one, key) for one in result["results"] for key in ("opens_on", "closes_on") if one[key]))
    if found is None:
        return False
    one, key = found
    one[key] = rng.choice((None, f"{int(one[key][:4]) + 1}{one[key][4:]}"))
    return True


@way
def name_left_out_of_a_list(result: Json, rng: random.Random) -> bool:
    some = _one(
        rng,
        (one[key] for one in result["results"] for key in ("failed", "missing", "assumed", "review") if one[key]),
    )
    if some is None:
        return False
    del some[rng.randrange(len(some))]
    return True


@way
def name_added_to_a_list(result: Json, rng: random.Random) -> bool:
    one = rng.choice(result["results"])
    one[rng.choice(("failed", "missing", "assumed", "review"))].append("another")
    return True


@way
def line_left_out(result: Json, rng: random.Random) -> bool:
    trace = rng.choice(result["results"])["trace"]
    place = rng.randrange(len(trace))
    del trace[place]
    for line in trace[place:]:  # as one would who hides it
        line["place"] -= rng.choice((0, 1))
    return True


@way
def last_line_left_out(result: Json, rng: random.Random) -> bool:
    rng.choice(result["results"])["trace"].pop()
    return True


@way
def line_said_twice(result: Json, rng: random.Random) -> bool:
    trace = rng.choice(result["results"])["trace"]
    place = rng.randrange(len(trace))
    trace.insert(place, dict(trace[place]))
    return True


@way
def lines_swapped(result: Json, rng: random.Random) -> bool:
    trace = _one(rng, (one["trace"] for one in result["results"] if len(one["trace"]) > 1))
    if trace is None:
        return False
    place = rng.randrange(len(trace) - 1)
    trace[place : place + 2] = trace[place + 1], trace[place]
    return True


@way
def steps_swapped_and_numbered_anew(result: Json, rng: random.Random) -> bool:
    found = _one(
        rng,
        (
            (one["trace"], place)
            for one in result["results"]
            for place, (line, after) in enumerate(zip(one["trace"], one["trace"][1:], strict=False))
            if line["kind"] == after["kind"] == "step" and line["before"] != line["after"]
        ),
    )
    if found is None:
        return False
    trace, place = found
    trace[place : place + 2] = trace[place + 1], trace[place]
    for number, line in enumerate(trace, 1):
        line["place"] = number
    return True


@way
def depth_of_a_line(result: Json, rng: random.Random) -> bool:
    line = _one(rng, _lines(result))
    line["depth"] = line.get("depth", 0) + 1
    return True


@way
def program_left_out(result: Json, rng: random.Random) -> bool:
    del result["results"][rng.randrange(len(result["results"]))]
    return True


@way
def program_chosen_or_not(result: Json, rng: random.Random) -> bool:
    chosen = result["combination"]["chosen"]
    if not chosen:
        return False
    policy = chosen.pop(rng.randrange(len(chosen)))
    if rng.random() < 0.5:
        result["combination"]["dropped"].append({"policy": policy, "because": "…"})
    return True


@way
def payment_of_the_schedule(result: Json, rng: random.Random) -> bool:
    parts = _one(rng, (one["schedule"] for one in result["results"] if one["schedule"]))
    return parts is not None and _nudge(rng, rng.choice(parts)["amount"])


@way
def worth_of_a_question(result: Json, rng: random.Random) -> bool:
    question = _one(rng, iter(result["next_questions"]))
    if question is None:
        return False
    question[rng.choice(("settles", "worth"))] += 1
    return True


@way
def question_left_out(result: Json, rng: random.Random) -> bool:
    questions = result["next_questions"]
    if not questions:
        return False
    del questions[rng.randrange(len(questions))]
    return True


@way
def field_left_out(result: Json, rng: random.Random) -> bool:
    one = rng.choice(result["results"])
    key = rng.choice(("status", "amount", "payable", "failed", "missing", "trace", "if_open", "exact"))
    del one[key]
    return True
