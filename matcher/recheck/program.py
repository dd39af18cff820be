"""Replay one program line by line: conditions, steps, and the status and money they come to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from matcher.recheck.formulas import Claim, is_out, marginal, payments, rounded, selected, units_of, whole
from matcher.recheck.spans import ENDLESS, NOTHING, ONE, ZERO, Json, Span, check_said, first_of, must, tested

WORDS = {
    "from": ("不低于", "不早于"),
    "over": ("超过", "晚于"),
    "upto": ("不超过", "不晚于"),
    "below": ("低于", "早于"),
    "in": ("属于",),
    "not_in": ("不属于",),
    "prefix_in": ("属于",),
    "is": ("为", "是", "否", "："),
    "present": ("有", "无", "："),
}
BY_TRUTH = {"T": "eligible", "R": "needs_review", "U": "needs_info", "F": "ineligible"}


class Verdict(NamedTuple):
    """What a condition came to: its truth, and the names that bear on it."""

    truth: str
    missing: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def names(*groups: Iterable[str]) -> tuple[str, ...]:
    """Return all names once, in order."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


def joined(kind: str, n: int, parts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a group: of its parts what bears on the truth, or while that is open all that are open."""
    truths = [part.truth for part in parts]
    if kind in {"not", "use"}:
        return parts[0]._replace(truth={"T": "F", "F": "T"}.get(truths[0], truths[0]) if kind == "not" else truths[0])
    truth = first_of("TURF" if kind == "any" else "FURT", truths)
    if kind == "at_least":
        enough, hopeless = truths.count("T") >= n, len(truths) - truths.count("F") < n
        truth = "T" if enough else "F" if hopeless else "U" if "U" in truths else "R"
    same = [part for part in parts if part.truth == truth]
    if truth in "TF":
        kept = [names(*(part[place] for part in same)) for place in (1, 2, 4)]
        return Verdict(truth, kept[0], kept[1], (), kept[2])
    left = [part for part in parts if part.truth in "UR"]
    some = (left, same, left, parts)
    return Verdict(truth, *(names(*(part[place] for part in of)) for place, of in enumerate(some, 1)))


class Replay:
    """Walks the lines of one program in their order."""

    def __init__(self, outcome: Json, on: date, groups: Sequence[Json]) -> None:
        self.outcome, self.x, self.on, self.groups, self.lines = outcome, outcome["exact"], on, groups, outcome["trace"]
        self.at = 0
        self.reviews: list[str] = []
        self.schedule: Json | None = None

    def next(self, depth: int) -> tuple[Json, Json]:
        """Return the next line, which must stand in its place at that depth, and what it states exactly."""
        line: Json = self.lines[self.at]
        self.at += 1
        self.where = f"第 {self.at} 行“{line['text']}”"
        is_in_place = line["place"] == self.at and line.get("depth", 0) == depth
        must(is_in_place, f"{self.where}的位置不对：有行缺失或调换")
        return line, line.get("exact", {})

    def condition(self, depth: int) -> Verdict:
        """Return the verdict on the next condition with its parts."""
        line, x = self.next(depth)
        where, kind, name = self.where, line["kind"], line["id"]
        if kind == "condition":
            found = self.leaf(line, x)
        elif kind == "manual":
            found = Verdict("R", (), (name,), (name,))
        else:
            must(kind in {"all", "any", "not", "at_least", "use"}, f"{where}：没有“{kind}”这种条件")
            found = joined(kind, x.get("n", 0), [self.condition(depth + 1) for _ in range(x["parts"])])
        must(line["truth"] == found.truth, f"{where}：写明 {line['truth']}，重演得 {found.truth}")
        return found

    def leaf(self, line: Json, x: Json) -> Verdict:
        """Return the verdict on one comparison."""
        value, missing, name = Span.read(x["is"]), tuple(line.get("missing", ())), line["id"]
        undecided = (truth := tested(x["tests"], value, x)) == "U"
        truth = {"assume": "T", "fail": "F"}.get(x.get("on_unknown", ""), "U") if undecided else truth
        is_assumed = undecided and truth != "U"
        must(line.get("assumed", False) == is_assumed, f"{self.where}：是否按假定处理，与重演不一致")
        must(undecided or not missing, f"{self.where}：已能判定，却写明还缺事实")
        said = line["bound"].split("，且")
        is_same = len(said) == len(x["tests"])
        is_same = is_same and all(text.startswith(WORDS[test[0]]) for text, test in zip(said, x["tests"], strict=True))
        must(is_same, f"{self.where}：写明的“{line['bound']}”与用于比较的词不一致")
        bounds = [Span.read(bound) for _, *some in x["tests"] for bound in some]
        for text, shown in ((line["operand"], [value]), (line["bound"], bounds)):
            if all(each.words is None and each.there for each in shown):
                check_said(text, shown)
        return Verdict(truth, missing if truth != "T" else (), (name,), (), (name,) if is_assumed else ())

    def steps(self, count: int, depth: int, item: str = "") -> Span:
        """Return what so many steps come to, beginning with nothing."""
        amount, base = ZERO, NOTHING
        for number in range(1, count + 1):
            line, x = self.next(depth)
            op, where, when, stated = line["op"], self.where, x.get("when", "T"), Span.read(x["after"])
            must(line["kind"] == "step" and line.get("item", "") == item, f"{where}：不是应在此处的步骤")
            must((op == "round") == (depth == 0 and number == count), f"{where}：取整应当只有一次，放在最后")
            must(line["before"] == amount.money(), f"{where}：开始的金额与上一步的结果不一致")
            after, effect, base_after = amount, "skipped", base
            if when != "F":
                after, effect, base_after = self.applied(line, x, amount, base, depth)
            if when in {"U", "R"}:
                after, effect, base_after = amount | after, "maybe_applied", base | base_after
                self.reviews += [line["id"]] if when == "R" else []
            # The last line shows the amount as far as missing yes/no facts, taken case by case, narrow it.
            is_narrowed = op == "round" and not after.settled and after.lo <= stated.lo <= stated.hi <= after.hi
            must(stated == after or is_narrowed, f"{where}：写明之后为 {x['after']} 分，重演得 {after.lo}..{after.hi}")
            must(line["after"] == stated.money(), f"{where}：显示的金额与精确的金额不一致")
            must(line["effect"] == effect, f"{where}：写明的作用是 {line['effect']}，重演得 {effect}")
            amount, base = stated, base_after
        return amount

    def applied(self, line: Json, x: Json, amount: Span, base: Span, depth: int) -> tuple[Span, str, Span]:
        """Return the amount after a step, the word for its effect, and the base after it."""
        op, of, by = line["op"], Span.read(x.get("of", "none")), Span.read(x.get("by", "none"))
        shown = {"operand": by} if op == "fixed" else {"operand": of, "bound": by}
        for name, value in shown.items():
            if value.there:
                check_said(line.get(name, ""), [value])
        is_of_base = "base" in x or op in {"cap_base", "floor_base"}
        must(of == base or not is_of_base, f"{self.where}：基数与前面的步骤不一致")
        if op == "base":
            return amount, "applied", of
        if op == "cap_base":
            return amount, *of.capped(by)[::-1]
        if op == "floor_base":
            floored, effect = (-of).capped(-by)
            return amount, effect.replace("capped", "floored"), -floored
        more = self.added(op, x, of, by, depth, line.get("item", ""))
        if more is None:
            return *self.changed(op, x, amount, of, by, depth), base
        is_empty = op == "range" and of.lo > by.hi
        return amount + more, "unchanged" if is_empty else "applied", base

    def added(self, op: str, x: Json, of: Span, by: Span, depth: int, item: str) -> Span | None:
        """Return what a step adds, None when it is none that adds."""
        match op:
            case "fixed":
                return by.paid()
            case "rate" | "match":
                return (of * by).paid()
            case "range":
                return ZERO if of.lo > by.hi else Span(of.lo if of.hi <= by.lo else ZERO.lo, by.hi)
            case "per_unit":
                return (units_of(x, of) * by).paid()
            case "tiers":
                return marginal(x, of) if x["mode"] == "marginal" else whole(x, of)
            case "amount_of":
                return self.steps(x["steps"], depth + 1, item)
            case "for_each":
                return self.items(x, depth, item)
        return None

    def changed(self, op: str, x: Json, amount: Span, of: Span, by: Span, depth: int) -> tuple[Span, str]:
        """Return what a step makes of the amount, and the word for its effect."""
        otherwise = "applied"
        match op:
            case "cap_amount":
                after, effect = amount.capped(by)
                return after.paid(), effect
            case "instalments":
                self.schedule = x if depth == 0 and "when" not in x else None
                after, effect = amount.capped(by * Span.read(str(x.get("years", 1))))
                return after.paid(), effect if "by" in x else "unchanged"
            case "round":
                after = rounded(amount, x["unit"], x["mode"])
                return after, "unchanged" if after == amount else "rounded"
            case "multiply":
                after = (amount * by).paid()
            case "deduct" | "top_up":
                after = (amount + -by.paid()).paid()
            case "prorate":
                share = (of / by.paid()).paid().capped(ONE)[0]
                after = (amount * share).unless_below(of, Span.read(x.get("minimum", "none")))
            case _:
                must(op == "pay_only_if_from", f"{self.where}：没有“{op}”这种步骤")
                after, otherwise = amount.unless_below(amount, by), "maybe_zeroed"
        is_same = (after.lo, after.hi) == (amount.lo, amount.hi)
        return after, "unchanged" if is_same else "zeroed" if after.hi == 0 else otherwise

    def items(self, x: Json, depth: int, outer: str) -> Span:
        """Return what the items of a list come to, each worked out on its own lines, at most so many of each group."""
        if "any" in x:
            most = ENDLESS if x["most"] is None else Fraction(x["most"])
            return (Span.read(x["any"]).paid() | ZERO) * Span(ZERO.lo, most)
        claims, count, in_order = (
            [Claim(c, Span.read(c["amount"])) for c in x["claims"]],
            Span.read(x["count"]),
            x["order"] == "listed",
        )
        limit = math.inf if count.none or count.hi >= ENDLESS else int(count.hi)
        for place, (claim, amount) in enumerate(claims):
            item = claim["item"] or outer
            must(
                claim["out"] == is_out(place, claims, limit, in_order),
                f"{self.where}：第 {place + 1} 项是否计入，与重演不一致",
            )
            if claim["out"]:
                left, _ = self.next(depth + 1)
                figures = (left["before"], left["after"], left["effect"], left["item"])
                must(figures == (amount.money(), ZERO.money(), "skipped", item), f"{self.where}：不计入的项写得不对")
            else:
                must(
                    self.steps(x["steps"], depth + 1, item).paid() == amount, f"{self.where}：这一项的金额与步骤不一致"
                )
        fewest = int(count.lo) if count.there and count.lo > -ENDLESS else math.inf
        return selected(claims, fewest, limit, in_order)

    def run(self) -> None:
        """Hold the whole of the outcome against what its lines come to."""
        outcome, x = self.outcome, self.x
        verdict = joined("all", 0, [self.condition(0) for _ in range(x["parts"])])
        is_no, (gate, window, *days) = verdict.truth == "F", opening(x, self.on)
        count = 0 if is_no or gate == "not_in_force" else x["steps"]
        amount = self.steps(count, 0) if count else None
        must(self.at == len(self.lines), f"第 {self.at + 1} 行起是多出来的")
        is_lacking = not is_no and (window == "U" or (amount is not None and x["unpublished"]))
        status = "needs_info" if is_lacking else BY_TRUTH[verdict.truth]
        money, payable = None if amount is None else amount.money(), outcome["payable"]
        missing = names(verdict.missing, () if is_no else x["window_missing"], x["amount_missing"])
        if gate is None and money and money["max"] != 0 and payable["min"] != payable["max"]:
            missing = names(
                missing, *(group["missing"] for group in self.groups if outcome["policy"] in group["members"])
            )
        for key, wanted in {
            "status": gate or status,
            "if_open": gate and status,
            "opens_on": days[0],
            "closes_on": days[1],
            "failed": list(verdict.cause) if is_no else [],
            "missing": list(missing),
            "assumed": list(verdict.assumed),
            "review": [*verdict.review, *x["reviews"]],
            "amount": money,
        }.items():
            must(outcome[key] == wanted, f"{key} 写明 {outcome[key]}，重演得 {wanted}")
        must(set(self.reviews) <= set(x["reviews"]), "有待人工审核的步骤没有列出")
        must(set(outcome["shortfall"]) <= set(outcome["failed"]), "shortfall 里有并未不满足的条件")
        must(outcome["failed"] or outcome["near_miss"] is None, "没有不满足的条件，却写明差一点")
        parts = [part["amount"] for part in outcome["schedule"]]
        must(parts == payments(self.schedule, money), f"schedule 写明 {parts}，与金额的分期不一致")


def opening(x: Json, on: date) -> tuple[str | None, str, str | None, str | None]:
    """Return the status that comes before the conditions, the truth of the window, when it opens and when it closes."""
    today, window, (first, last) = on.isoformat(), x["window"], x["version"]
    if not first <= today <= (last or today):
        return "not_in_force", "T", first if first > today else None, None
    is_open, opens, closes = "T", None, last
    if isinstance(window, list):
        now = [end for begin, end in window if begin <= today <= end]
        coming = sorted(span for span in window if span[0] > today and (last is None or span[0] <= last))
        past = [end for _, end in window if end < today]
        is_open = "T" if now else "F"
        opens, closes = (
            (None, min(now[0], last or now[0])) if now else coming[0] if coming else (None, max(past, default=None))
        )
    elif window:
        event, end = Span.read(window["event"]), Span.read(window["end"])
        point = [f"{on.toordinal()}"]
        is_open = first_of("FUT", [tested([["upto", *point]], event, x), tested([["from", *point]], end, x)])
        opens = closes = None
        if event.settled and event.there and end.settled:
            begins = date.fromordinal(int(event.lo))
            opens, closes = begins.isoformat() if on < begins else None, date.fromordinal(int(end.lo)).isoformat()
    if (stop := x.get("suspended")) and stop[0] <= today <= (stop[1] or today):
        resumes = stop[1] and date.fromordinal(date.fromisoformat(stop[1]).toordinal() + 1).isoformat()
        return "suspended", is_open, resumes, closes
    return "window_closed" if is_open == "F" else None, is_open, opens, closes
