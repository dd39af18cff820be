"""Replay the combination: what the groups leave of each program's amount, the best sum, and what is worth asking."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from matcher.recheck.spans import Json, must

OPEN = ("eligible", "needs_info", "needs_review")
BOUNDLESS = 10**60  # 分; stands for an amount without an upper bound
_BELIEVABLE = 100_000_000_000  # a wider range comes from the domain of an unknown fact and says nothing
_TRIES = 200_000


class Option(NamedTuple):
    """One way to take a program: its amount, the amount before its own caps, the cost items it uses."""

    amount: int
    basis: int
    items: frozenset[str] = frozenset()


class Rule(NamedTuple):
    """A group: money received that counts against it, and the limit of a joint cap (None: none)."""

    kind: str
    members: frozenset[str]
    received: int
    limit: int | None
    before_caps: bool
    by_item: bool

    @property
    def excludes(self) -> bool:
        """Tell whether only one member may be taken."""
        return self.kind in {"highest", "choose_one", "once"} and not self.by_item

    def weigh(self, option: Option) -> int:
        """Return the amount that is compared."""
        return option.basis if self.before_caps else option.amount

    def room(self, taken: Mapping[str, Option]) -> int | None:
        """Return what the members taken may be paid together, None without a limit."""
        if self.kind != "top_up":
            return self.limit
        weights = [self.weigh(option) for name, option in taken.items() if name in self.members]
        return max(0, (sum(weights) if self.by_item else max(weights, default=0)) - self.received)


Programs = Mapping[str, Sequence[Option]]


def check_combination(outcomes: Sequence[Json], combination: Json) -> None:
    """Hold what each program is paid, the totals and the choice against amounts and groups."""
    for one in outcomes:
        is_open = one["amount"] is not None and one["status"] in OPEN
        must(is_open == (one["payable"] is not None), f"项目 {one['policy']} 的 payable 该有而没有，或不该有")
    possible = {one["policy"]: one for one in outcomes if one["payable"] is not None}
    names = [one["policy"] for one in outcomes]
    must(names == combination["exact"]["programs"], "项目有缺失、增加或调换")
    low, high, least, most = _problems(possible, combination["exact"])
    certain = {name: options for name, options in high.items() if name in low}
    worst, best = _best(low, least), _best(high, most)
    total, plan = combination["total"], _best(certain, most)
    if combination["is_optimal"] and worst is not None and best is not None:
        must(total == _money(worst, best), f"合计写明 {total}，重演得 {_money(worst, best)}")
    readings = _money(*sorted((_literal(low, least), _literal(high, most))))
    must(
        combination["literal_total"] == readings,
        f"按条文次序的合计写明 {combination['literal_total']}，重演得 {readings}",
    )
    chosen, dropped = combination["chosen"], [one["policy"] for one in combination["dropped"]]
    paying = [name for name, options in certain.items() if any(option.amount for option in options)]
    kept = [name for name in paying if name not in dropped]
    must(chosen == kept and sorted([*chosen, *dropped]) == sorted(paying), "选中与未选的项目合起来不是全部符合的项目")
    if combination["is_optimal"] and plan is not None:
        # What is left out is paid nothing, though it may have been taken: a top-up looks at the highest member.
        must(_best(certain, most, dropped) == plan, "选中的项目不是合计最高的组合")
    for name, one in possible.items():
        must(
            _is_payable(name, one, (low, least), (high, most)),
            f"项目 {name} 的 payable {one['payable']} 与合并规则不一致",
        )
    paid = [one["payable"] for one in possible.values()]
    if all(money["min"] == money["max"] for money in paid):
        must(total == dict.fromkeys(("min", "max"), sum(money["min"] for money in paid)), "各项 payable 之和不等于合计")


def _money(low: int, high: int) -> dict[str, int | None]:
    return {"min": low, "max": None if high >= BOUNDLESS // 2 else high}


def _problems(possible: Mapping[str, Json], x: Json) -> tuple[Programs, Programs, list[Rule], list[Rule]]:
    """Return the certain programs at their least and all possible ones at their most, with the rules for each."""
    low: dict[str, list[Option]] = {}
    high: dict[str, list[Option]] = {}
    variants = x["variants"]
    for name, one in possible.items():
        amount, capped = one["amount"], [line["before"] for line in one["trace"] if _is_cap(line)]
        basis = [
            min(amount["min"], 0) + max(m["min"] for m in (amount, *capped)),
            max(_top(m) for m in (amount, *capped)),
        ]
        options = [
            (v["amount"], (v["amount"]["min"], _top(v["amount"])), frozenset(v["items"]))
            for v in variants.get(name, ())
        ]
        options = options or [(amount, (basis[0], basis[1]), frozenset())]
        high[name] = [Option(_top(money), bases[1], items) for money, bases, items in options]
        if one["status"] == "eligible":
            doubts = frozenset(_doubts(name, possible, x))
            low[name] = [Option(money["min"], bases[0], items | doubts) for money, bases, items in options]
    least: list[Rule] = []
    most: list[Rule] = []
    for group in x["groups"]:
        kind, members, received, limit = group["rule"], frozenset(group["members"]), group["received"], group["limit"]
        counts = kind != "cap" and not (group["by_item"] and kind != "top_up")
        for rules, money, room in ((least, _top(received), limit[0]), (most, received["min"], limit[1])):
            rules.append(
                Rule(
                    kind,
                    members,
                    money if counts else 0,
                    room,
                    before_caps=group["before_caps"],
                    by_item=group["by_item"],
                )
            )
    return low, high, least, most


def _is_cap(line: Json) -> bool:
    return line.get("op") == "cap_amount" and not line.get("depth")


def _top(money: Json) -> int:
    return BOUNDLESS if money["max"] is None else int(money["max"])


def _doubts(name: str, possible: Mapping[str, Json], x: Json) -> Iterator[str]:
    """Yield made-up items by which programs clash that may use the same cost items for all that is known."""
    for group in x["groups"]:
        for pair in combinations([one for one in group["members"] if one in possible], 2):
            if group["by_item"] and name in pair and not all(one in x["variants"] for one in pair):
                yield " / ".join(pair)


def _allowed(programs: Programs, rules: Sequence[Rule]) -> dict[str, list[Option]]:
    found = {}
    for name, options in programs.items():
        against = [rule for rule in rules if rule.excludes and name in rule.members]
        able = [one for one in options if one.amount and all(rule.weigh(one) > rule.received for rule in against)]
        if able:
            found[name] = able
    return found


def _best(programs: Programs, rules: Sequence[Rule], unpaid: Collection[str] = ()) -> int | None:
    """Return the largest lawful sum without paying some.

    None where limits that overlap, or the number of ways, do not let this settle it.
    """
    left = _allowed(programs, rules)
    total = 0
    while left:
        part, names = set[str](), {next(iter(left))}
        while names - part:
            part |= names
            names |= {name for rule in rules if rule.members & part for name in rule.members & left.keys()}
        here = {name: options for name, options in left.items() if name in part}
        found = _best_of_part(here, [rule for rule in rules if rule.members & part], unpaid)
        if found is None:
            return None
        total += found
        left = {name: options for name, options in left.items() if name not in part}
    return total


def _best_of_part(programs: Programs, rules: Sequence[Rule], unpaid: Collection[str]) -> int | None:
    names, best = list(programs), -1
    hopes = [
        sum(max(option.amount for option in programs[name]) for name in names[place:])
        for place in range(len(names) + 1)
    ]
    todo: list[tuple[int, int, dict[str, Option]]] = [(0, 0, {})]
    for _ in range(_TRIES):
        place, amount, taken = todo.pop()
        if place == len(names):
            paid = _paid(taken, rules, unpaid)
            if paid is None:
                return None
            best = max(best, paid)
        elif amount + hopes[place] > best:
            name = names[place]
            able = [
                one
                for one in programs[name]
                if not any(_clash(name, one, other, taken[other], rules) for other in taken)
            ]
            todo.append((place + 1, amount, taken))
            todo += [(place + 1, amount + one.amount, {**taken, name: one}) for one in reversed(able)]
        if not todo:
            return best
    return None


def _clash(name: str, option: Option, other: str, theirs: Option, rules: Sequence[Rule]) -> bool:
    both = [rule for rule in rules if {name, other} <= rule.members]
    return any(rule.excludes or (rule.by_item and option.items & theirs.items) for rule in both)


def _paid(taken: Mapping[str, Option], rules: Sequence[Rule], unpaid: Collection[str]) -> int | None:
    """Return the most that a selection is paid under limits that lie one inside the other; None when they do not."""
    limits = [(rule.members & taken.keys(), room) for rule in rules if (room := rule.room(taken)) is not None]
    sums: list[tuple[Collection[str], int]] = [
        ({name}, 0 if name in unpaid else option.amount) for name, option in taken.items()
    ]
    for members, room in sorted(limits, key=lambda limit: len(limit[0])):
        inside = [one for one in sums if set(one[0]) <= members]
        if set().union(*(one[0] for one in inside)) != members:
            return None
        sums = [one for one in sums if one not in inside] + [(members, min(room, sum(one[1] for one in inside)))]
    return sum(one[1] for one in sums)


def _literal(programs: Programs, rules: Sequence[Rule]) -> int:
    """Return what is paid when the rules are applied one after the other, each keeping its highest member."""
    options = _allowed(programs, rules)
    kept = {name: max(some, key=lambda one: one.amount) for name, some in options.items()}
    for rule in rules:
        members = sorted((name for name in kept if name in rule.members), key=lambda name: -rule.weigh(kept[name]))
        if rule.excludes:
            kept = {name: one for name, one in kept.items() if name not in members[1:]}
        used: frozenset[str] = frozenset()
        for name in members if rule.by_item else ():
            mine = kept.pop(name)
            able = [one for one in (mine, *options[name]) if one.items <= mine.items and not one.items & used]
            if able:
                kept[name], used = able[0], used | able[0].items
        kept = {name: kept[name] for name in options if name in kept}
    pays = {name: option.amount for name, option in kept.items()}
    for rule in rules:
        room = rule.room(kept)
        if room is not None:
            for name in [name for name in pays if name in rule.members]:
                pays[name] = min(pays[name], room)
                room -= pays[name]
    return sum(pays.values())


def _is_payable(
    name: str, one: Json, low: tuple[Programs, Sequence[Rule]], high: tuple[Programs, Sequence[Rule]]
) -> bool:
    """Tell whether a payment is one figure or a range that amount and groups allow.

    A range goes from what surely is left for the program to all it may be, each nought where a rival may take its place.
    """
    lo, hi = int(one["payable"]["min"]), _top(one["payable"])
    options = _allowed(*high)
    fullest = {other: Option(*(max(of) for of in list(zip(*some, strict=True))[:2])) for other, some in options.items()}
    if name not in fullest:
        return lo == hi == 0
    mine = _allowed(*low).get(name, [Option(0, 0)])
    least = Option(min(option.amount for option in mine), min(option.basis for option in mine))
    top, bottom = fullest[name].amount, least.amount
    for rule, rule_low in zip(high[1], low[1], strict=True):
        room, room_low = rule.room(fullest), rule_low.room({name: least})
        if name in rule.members:
            others = sum(option.amount for other, option in fullest.items() if other in rule.members and other != name)
            top = top if room is None else min(top, room)
            bottom = bottom if room_low is None else min(bottom, room_low - others)
    top = BOUNDLESS if top >= BOUNDLESS // 2 else top
    bottom = max(0, min(bottom, top))
    is_rivalled = any((rule.excludes or rule.by_item) and name in rule.members for rule in high[1])
    is_range = (lo in {0, bottom} and hi in {0, top}) if is_rivalled else (lo, hi) == (bottom, top)
    return 0 <= lo <= hi <= top and (lo == hi or is_range)


def check_questions(outcomes: Sequence[Json], questions: Sequence[Json], on: date) -> None:
    """Hold how many open programs each question can settle, and for how much money, against what is missing."""
    names = {question["field"] for question in questions}
    # A name without a year means the program's own year, if it is a yearly fact: then some year stands beside it elsewhere.
    every = names.union(*(one["missing"] for one in outcomes))
    yearly = {name.partition("@")[0] for name in every if "@" in name}
    found: dict[str, list[int]] = {}
    for one in outcomes:
        is_later = one["status"] == "window_closed" and one["opens_on"] is not None and one["if_open"] == "needs_info"
        if not (one["status"] in OPEN or is_later):
            continue
        money = one["payable"] or one["amount"] or {"min": 0, "max": None}
        most = money["max"]
        if most is None or most - money["min"] > _BELIEVABLE:
            most = one["ceiling"] or 0
        usual, own = f"@{on.year - 1}", f"@{one['exact']['fact_year']}"
        dated = [name + own if "@" not in name and name in yearly else name for name in one["missing"]]
        asked = [name.removesuffix(usual) for name in dated]
        for name in dict.fromkeys(asked):
            found.setdefault(name, []).append(max(0, most - money["min"]))
    said = {question["field"]: (question["settles"], question["worth"]) for question in questions}
    wanted = {name: (len(worth), sum(worth)) for name, worth in found.items()}
    must(len(names) == len(questions) and said == wanted, "所列问题、涉及的项目数或金额，与各项目还缺的事实不一致")
