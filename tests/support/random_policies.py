"""Random policy files, written from a grammar of the whole language, and random applicants at the numbers they name.

The files are text as a person would write them: the loader reads them like any other. The dictionary of facts is the
interpreter tests'. Numbers are small and few, so that applicants often stand exactly on a threshold or one unit beside it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from rules.language.bundle import read_sources
from rules.language.load import SourceText
from rules.language.model import Bundle
from tests.matcher.interpret.building import CITE, FIELDS, HEAD

FEN = (0, 1, 2, 33, 99, 100, 101, 150, 333, 500, 505, 999, 1000, 2000, 30_000, 1_000_000)
COUNTS = (0, 1, 2, 3, 4, 6, 9, 12, 50)
SHARES = (0, 1, 5, 12.5, 33.3, 50, 66.7, 99, 100)
DAYS = ("2023-05-20", "2024-02-29", "2025-05-20", "2025-05-21", "2025-12-31", "2026-01-01", "2026-05-19", "2026-05-20")
CODES = {
    "place": ("罗湖区", "福田区", "深圳市", "广东省"),
    "industry": ("F51", "F5146", "F", "I65", "C39"),
    "size": ("微型", "小型", "中型", "大型"),
    "level": ("区级", "市级", "省级", "国家级"),
}
ORDER_WORDS = ("from", "over", "upto", "below")
MONEY = ("sales", "cost", "grant", "profit", "growth")
GROUPS = ("highest", "top_up", "choose_one", "once", "cap")


def yuan(fen: int) -> str:
    """Return an amount of 分 as a file writes it."""
    return f"{fen // 100}.{fen % 100:02d}元"


class Author:
    """A seeded author of policy files."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._ids = 0
        self._has_params = True

    def pick(self, *choices: object) -> str:
        """Return one of some texts, or of what some functions write."""
        chosen = self.random.choice(choices)
        return str(chosen() if callable(chosen) else chosen)

    def some(self, choices: Sequence[str], least: int = 1) -> str:
        """Return a few different ones, with commas."""
        return ", ".join(self.random.sample(choices, self.random.randint(least, min(3, len(choices)))))

    def chance(self, share: float) -> bool:
        """Return yes for a share of all calls."""
        return self.random.random() < share

    def name(self) -> str:
        """Return an id that no other part has."""
        self._ids += 1
        return f"n{self._ids}"

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────────

    def fen(self) -> str:
        return yuan(self.random.choice(FEN) if self.chance(0.8) else self.random.randint(0, 2500))

    def people(self) -> str:
        return f"{self.random.choice(COUNTS)}人"

    def share(self) -> str:
        return f"{self.random.choice(SHARES)}%"

    def rising(self, make: Callable[[], str], count: int) -> list[str]:
        """Return literals of one kind in order, all different."""
        found: dict[float, str] = {}
        while len(found) < count:
            text = make()
            found[float(text.rstrip("元人%"))] = text
        return [found[each] for each in sorted(found)]

    def row_tests(self, make: Callable[[], str], *, is_exact: bool = False) -> list[str]:
        """Return the boundary words of rows that follow each other, with gaps and overlaps now and then."""
        bounds = self.rising(make, self.random.randint(1, 3))
        first, last = ("upto", "over") if self.chance(0.5) else ("below", "from")
        rows = [f"{first}: {bounds[0]}"]
        rows += [f"{last}: {low}, {first}: {high}" for low, high in pairwise(bounds)]
        rows.append(f"{last}: {bounds[-1]}")
        if not is_exact and self.chance(0.2):
            rows.pop(self.random.randrange(len(rows)))
        return rows or [f"{first}: {bounds[0]}"]

    def table(self, value: Callable[[], str]) -> str:
        by, tests = self.random.choice(
            (
                ("people", self.row_tests(self.people)),
                ("sales", self.row_tests(self.fen)),
                ("ratio_f", self.row_tests(self.share)),
                ("{expr: sales - cost}", self.row_tests(self.fen)),
                ("size", [f"is: {each}" for each in self.random.sample(CODES["size"], 2)]),
                ("level", [f"in: [{self.some(CODES['level'])}]"]),
                ("industry", [f"prefix_in: [{self.some(CODES['industry'])}]"]),
                ("flag", ["is: true"]),
            )
        )
        rows = [f"{{{each}, value: {value()}}}" for each in tests]
        if self.chance(0.6):
            rows.append(f"{{otherwise: true, value: {value()}}}")
        return f"{{by: {by}, table: [{', '.join(rows)}]}}"

    def cases(self, value: Callable[[], str], depth: int) -> str:
        rows = [f"{{when: {self.condition(depth - 1)}, value: {value()}}}" for _ in range(self.random.randint(1, 2))]
        if self.chance(0.6):
            rows.append(f"{{otherwise: true, value: {value()}}}")
        return f"[{', '.join(rows)}]"

    def money_expr(self) -> str:
        one, other = self.random.choice(MONEY), self.random.choice((*MONEY, "sales[-1]", self.fen()))
        return self.pick(
            f"{one} + {other}", f"{one} - {other}", f"{one} * {self.share()}", f"{one} / 3", f"max({one}, {other})",
            f"min({one}, {other}, {self.fen()})", f"avg({one}, {other})", f"sum({one}, {other})", f"-{one}",
            f"({one} - {other}) * share", f"{one} * people", f"{one} / months", "sales - sales[-1]",
        )  # fmt: skip

    def of_list(self, *, is_count: bool = False) -> str:
        where = f", where: {self.item_condition()}" if self.chance(0.6) else ""
        if is_count:
            return f"count_of: {{list: shops{where}}}"
        what = self.pick("{fact: rent}", "{fact: paid}", "{expr: rent * 50%}", "{expr: rent - paid}")
        return f"{self.pick('sum_of', 'max_of', 'min_of')}: {{list: shops, of: {what}{where}}}"

    def money(self, depth: int = 1) -> str:
        """Return a value of money; `depth` limits what is inside."""
        choices: list[object] = [self.fen, self.fen, *(["$m", "$m"] if self._has_params else []), f"{{fact: {self.random.choice(MONEY)}}}",
                                 lambda: f"{{expr: '{self.money_expr()}'}}", lambda: f"{{{self.of_list()}}}"]  # fmt: skip
        if depth > 0:
            choices += [
                lambda: self.table(lambda: self.money(0)),
                lambda: self.cases(lambda: self.money(0), depth),
                lambda: f"{{least_of: [{self.money(0)}, {self.money(0)}]}}",
                lambda: f"{{greatest_of: [{self.money(0)}, {self.money(0)}]}}",
            ]
        return self.pick(*choices)

    def ratio(self) -> str:
        return self.pick(
            self.share, self.share, "$q" if self._has_params else "5%", "{fact: share}", lambda: self.table(self.share)
        )

    def day(self) -> str:
        period = f"{self.random.choice((1, 12, 30))}{self.pick('天', '个月')}"
        return self.pick(
            self.random.choice(DAYS), "$as_of", f"{{ago: {self.random.randint(1, 3)}年}}", f"{{ago: {period}}}",
            f"{{later: {period}, of: founded}}", f"{{ago: {period}, of: granted}}", f"{{later: {period}}}",
            f"{{later: {self.random.randint(1, 20)}个工作日, of: founded}}", "{fact: granted}",
        )  # fmt: skip

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────

    def ordered(self, bound: Callable[[], str]) -> str:
        if self.chance(0.25):
            one, other = bound(), bound()
            if one[0].isdigit() and other[0].isdigit():
                is_day = "-" in one
                one, other = sorted((one, other), key=str if is_day else lambda text: float(text.rstrip("元人%平方米")))
                if one == other:  # the loader refuses what no number meets
                    return f"from: {one}, upto: {other}"
            return f"{self.pick('from', 'over')}: {one}, {self.pick('upto', 'below')}: {other}"
        return f"{self.random.choice(ORDER_WORDS)}: {bound()}"

    def test(self) -> str:
        """Return an operand and what it must pass."""
        code = self.random.choice(tuple(CODES))
        return self.pick(
            lambda: f"if: {self.random.choice(MONEY)}, {self.ordered(lambda: self.money(1))}",
            lambda: f"if: {self.random.choice(MONEY)}, {self.ordered(self.fen)}",
            lambda: f"expr: '{self.money_expr()}', {self.ordered(self.fen)}",
            lambda: f"if: people, {self.ordered(self.people)}",
            lambda: f"if: people, {self.pick('is', 'from')}: {self.people()}",
            lambda: f"if: people, {self.pick('in', 'not_in')}: [{self.people()}, {self.people()}]",
            lambda: f"if: {self.pick('share', 'ratio', 'ratio_f')}, {self.ordered(self.ratio)}",
            lambda: f"expr: 'sales / sales[-1] - 1', {self.ordered(self.share)}",
            lambda: f"if: area, {self.ordered(lambda: f'{self.random.choice((0, 1, 2.5, 10))}平方米')}",
            lambda: f"expr: 'floor(people / 3)', {self.ordered(lambda: self.pick(*COUNTS[:5]))}",
            lambda: f"expr: 'full_months(founded, $as_of)', {self.ordered(lambda: self.pick(*COUNTS))}",
            lambda: f"expr: 'full_years(founded, granted)', {self.ordered(lambda: self.pick(0, 1, 2))}",
            lambda: f"expr: 'days(founded, $as_of)', {self.ordered(lambda: self.pick(0, 1, 365, 366))}",
            lambda: f"expr: 'days(year_start(founded), year_end(granted))', {self.ordered(lambda: self.pick(364, 365))}",
            lambda: f"if: {self.pick('founded', 'granted')}, {self.ordered(self.day)}",
            lambda: f"if: {self.pick('founded', 'granted')}, {self.pick('before', 'after')}: {self.day()}",
            lambda: f"if: {self.pick('founded', 'granted')}, within: {self.pick('1年', '3个月', '90天', '10个工作日')}",
            lambda: f"if: {code}, {self.pick('in', 'not_in', 'prefix_in')}: [{self.some(CODES[code])}]",
            lambda: f"if: {code}, is: {self.random.choice(CODES[code])}",
            lambda: "if: size, is: {fact: scale}",
            lambda: f"if: scale, in: [{self.some(CODES['size'])}]",
            lambda: f"if: title, {self.pick('is: 甲', 'in: [甲, 乙]', 'not_in: [甲]')}",
            lambda: f"if: {self.pick('flag', 'other', 'is_new')}, is: {self.pick('true', 'false')}",
            lambda: f"if: {self.pick('grant', 'granted', 'level')}, present: {self.pick('true', 'false')}",
            lambda: f"if: open_shops, {self.ordered(lambda: self.pick(*COUNTS[:4]))}",
            lambda: f"{self.of_list(is_count=True)}, {self.ordered(lambda: self.pick(*COUNTS[:4]))}",
            lambda: f"{self.of_list()}, {self.ordered(self.fen)}",
        )  # fmt: skip

    def leaf(self, *, named: bool = False) -> str:
        head = f"{CITE}, id: {self.name()}, " if named else ""
        if named and self.chance(0.04):
            return f"{{{head}manual: 有健全的制度}}"
        unknown = f", on_unknown: {self.pick('assume', 'fail')}" if self.chance(0.15) else ""
        return f"{{{head}{self.test()}{unknown}}}"

    def condition(self, depth: int = 1, *, named: bool = False, use: str = "") -> str:
        """Return a condition nested at most so deep; named ones carry ids and clauses."""
        if use and self.chance(0.05):
            return f"{{use: {use}}}"
        if depth <= 0 or self.chance(0.35):
            return self.leaf(named=named)
        parts = [self.condition(depth - 1, named=named, use=use) for _ in range(self.random.choice((1, 2, 2, 3)))]
        return self.pick(
            f"{{all: [{', '.join(parts)}]}}", f"{{any: [{', '.join(parts)}]}}", f"{{not: {parts[0]}}}",
            f"{{at_least: {{n: {self.random.randint(1, len(parts))}, of: [{', '.join(parts)}]}}}}",
        )  # fmt: skip

    def item_condition(self) -> str:
        one = self.pick(
            lambda: f"{{if: days, {self.ordered(lambda: self.pick(*COUNTS[:7]))}}}",
            lambda: f"{{if: {self.pick('rent', 'paid')}, {self.ordered(self.fen)}}}",
            lambda: f"{{if: open, is: {self.pick('true', 'false')}}}",
            lambda: f"{{if: year, {self.pick('is: 2025', 'present: true', 'present: false', 'from: 2025')}}}",
            lambda: "{if: paid, over: {fact: sales}}",
            lambda: f"{{if: people, {self.ordered(self.people)}}}",
        )
        return one if self.chance(0.7) else f"{{{self.pick('all', 'any')}: [{one}, {{if: flag, is: true}}]}}"

    # ── amounts ──────────────────────────────────────────────────────────────────────────────────────────────────

    def tiers(self) -> str:
        mode = self.pick("marginal", "whole")
        of, bound, kind = self.random.choice((("sales", self.fen, "rate"), ("grant", self.fen, "rate"),
                                              ("people", self.people, "each"), ("profit", self.fen, "rate")))  # fmt: skip
        price = self.share if kind == "rate" else self.fen
        rows = []
        for test in self.row_tests(bound, is_exact=True):
            is_flat = mode == "whole" and self.chance(0.3)
            rows.append(f"{{{test}, {'value' if is_flat else kind}: {self.fen() if is_flat else price()}}}")
        return f"tiers: {{of: {of}, mode: {mode}}}, table: [{', '.join(rows)}]"

    def items(self) -> str:
        where = f", where: {self.item_condition()}" if self.chance(0.5) else ""
        count = self.pick("1", "2", "{fact: months}")
        per = ", per: year" if self.chance(0.3) else ""
        limit = (
            f", limit: {{count: {count}{per}}}, order_by: {self.pick('amount', 'listed')}" if self.chance(0.6) else ""
        )
        if self.chance(0.5):
            return (
                f"per_item: {{list: shops{where}, each: {self.pick('{fact: rent}', '{fact: paid}', '3.33元')}{limit}}}"
            )
        inner = f"{{id: {self.name()}, {CITE}, rate: {{of: {self.pick('rent', 'paid')}, at: {self.share()}}}}}"
        more = [f"fixed: {self.fen()}", f"cap_amount: {self.fen()}", f"multiply: {self.share()}",
                f"deduct: {{fact: paid}}, when: {self.item_condition()}"]  # fmt: skip
        then = "".join(f", {{id: {self.name()}, {CITE}, {each}}}" for each in self.random.sample(more, 2))
        return f"for_each: {{list: shops{where}{limit}, steps: [{inner}{then}]}}"

    def addition(self, other: str) -> str:
        above = self.pick("", f"above: {self.fen()}, ", "above: {fact: grant}, ")
        choices: list[object] = [
            lambda: f"fixed: {self.money()}",
            lambda: f"rate: {{of: {self.pick('sales', 'cost', 'grant', 'profit')}, at: {self.ratio()}}}",
            lambda: f"rate: {{of: {{expr: '{self.money_expr()}'}}, at: {self.ratio()}}}",
            lambda: f"match: {{of: grant, at: {self.ratio()}}}",
            self.tiers,
            lambda: f"per_unit: {{of: sales, {above}unit: {self.pick('1元', '0.07元', '3.33元')}, each: {self.fen()}, "
            f"count: {self.pick('whole', 'prorated')}}}",
            lambda: f"per_unit: {{of: people, above: {self.people()}, unit: 2人, each: {self.fen()}, count: whole}}",
            self.items,
            lambda: f"range: {{{self.span()}, decided_by: 小组}}",
        ]  # fmt: skip
        return self.pick(*choices, *([f"amount_of: {other}"] if other else []))

    def span(self) -> str:
        """Return the ends of a discretionary span; those that move may leave nothing between them."""
        return self.pick(
            "from: 1元, upto: 5元", "from: 0元, upto: $m", "from: 0元, upto: {fact: grant}", "from: 1元, upto: {fact: grant}",
            "from: {expr: 1% * cost}, upto: {expr: 1.2% * cost}", lambda: f"from: {{fact: sales}}, upto: {self.money()}",
            lambda: f"from: {self.money()}, upto: {{fact: profit}}",
        )  # fmt: skip

    def change(self) -> str:
        return self.pick(
            lambda: f"multiply: {self.pick('1.5倍', '0.5倍', '{fact: share}', self.share)}",
            lambda: f"multiply: {self.table(lambda: self.pick('1.5倍', '0.5倍', '2倍'))}",
            lambda: f"cap_amount: {self.money()}",
            lambda: f"cap_amount: {self.fen()}",
            lambda: f"deduct: {self.money(0)}",
            lambda: "top_up: {fact: cost}",
            lambda: f"prorate: {{by: months, over: 12{self.pick('', ', minimum: 6')}}}",
            lambda: f"pay_only_if_from: {self.pick(self.fen, '{fact: grant}')}",
            lambda: f"instalments: {{years: 2, cap_each: {self.pick(self.fen, '{fact: cost}')}}}",
            "instalments: [{share: 40%, label: 首期}, {share: 60%, label: 末期}]",
        )

    def steps(self, other: str) -> list[str]:
        """Return the steps of an amount, the one rounding at the end."""
        found = []
        if self.chance(0.3):
            found.append(f"base: {{of: {self.pick('sales', 'cost', 'grant')}}}")
            found += [f"{self.pick('cap_base', 'floor_base')}: {self.money(0)}"] if self.chance(0.6) else []
            found.append(f"rate: {{at: {self.ratio()}}}")
        found += [self.addition(other) for _ in range(self.random.randint(1, 2))]
        found += [self.change() for _ in range(self.random.randint(0, 3))]
        is_paid_once = "instalments"
        kept: list[str] = []
        for step in found:
            if step.startswith(is_paid_once) and any(each.startswith(is_paid_once) for each in kept):
                continue
            when = f", when: {self.condition(1)}" if self.chance(0.2) and not step.startswith(is_paid_once) else ""
            kept.append(step + when)
        kept.append(f"round: {{to: {self.pick('分', '角', '元', '百元')}, mode: {self.pick('half_up', 'down', 'up')}}}")
        return [f"{{{CITE}, id: {self.name()}, {each}}}" for each in kept]

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────

    def version(self) -> str:
        more = self.pick(
            "", "", "", "", "", ", to: 2030-12-31",
            ", apply_window: {from: 2026-05-01, to: 2026-05-20}", ", apply_window: {from: 2026-05-21, to: 2026-06-30}",
            ", apply_window: {within: 1年, of: granted}", ", apply_window: {yearly: {from: 05-01, to: 06-01}}",
            ", suspended: {from: 2026-05-20, because: 预算用完}", ", fact_year: current", ", params_at: fact_year_end",
            ", params_at: {recognised_on: {of: granted}}",
        )  # fmt: skip
        return (
            f"from: {self.random.choice(('2020-01-01', '2020-01-01', '2020-01-01', '2026-05-20', '2026-05-21'))}{more}"
        )

    def params(self) -> str:
        def values(make: Callable[[], str]) -> str:
            firsts = self.random.choice((("2020-01-01",), ("2020-01-01", "2026-01-01"), ("2026-05-21",)))
            return ", ".join(f"{{from: {first}, value: {make()}, {CITE}}}" for first in firsts)

        return (
            f"{{m: {{label: 额度, values: [{values(self.fen)}]}}, q: {{label: 比例, values: [{values(self.share)}]}}}}"
        )

    def policy(self, name: str, use: str = "", other: str = "", groups: str = "") -> str:
        """Return a policy file; `use` names a condition set, `other` a policy whose amount it may take over."""
        parts = [f"{CITE}, {self.version()}", f"eligibility: {self.condition(3, named=True, use=use)}"]
        is_paid = self.chance(0.9)
        if is_paid:
            parts.append(f"amount: {{steps: [{', '.join(self.steps(other))}]}}")
        if groups:
            parts.append(f"groups: [{groups}]")
        head = HEAD.format(name=name, settlement="calculate" if is_paid else "match_only")
        return f"{head}params: {self.params()}\nversions:\n  - {{{', '.join(parts)}}}\n"

    def group(self, name: str, members: Sequence[str]) -> str:
        """Return a group of some policies."""
        rule = self.random.choice(GROUPS)
        more = [f"order: {self.pick('after_caps', 'before_caps')}", f"members: [{', '.join(members)}]"]
        if rule == "cap":
            more.append(f"cap: {self.pick(self.fen, '{fact: sales}')}")
        elif self.chance(0.5):
            more.append("external: {field: grant, label: 市级同类补助}")
        lines = "\n".join(more)
        return (
            f"schema: group/1\nid: {name}\ntitle: 组\nrule: {rule}\nscope: [enterprise, fact_year]\n{lines}\n"
            f"documents: [{{id: D, title: 办法}}]\n{CITE}\n"
        )

    def condition_set(self, name: str) -> str:
        """Return a condition set; the parameters of a policy are not its own."""
        self._has_params = False
        condition = self.condition(2, named=True)
        self._has_params = True
        return (
            f"schema: conditions/1\nid: {name}\ntitle: 通用条件\ndocuments: [{{id: D, title: 办法}}]\n"
            f"condition: {condition}\n"
        )

    def texts(self, count: int) -> list[str]:
        """Return a folder: policies `p0`…, one condition set, a group over every third four of them."""
        groups = {f"g{first}": [f"p{first + step}" for step in range(3)] for first in range(0, count - 3, 12)}
        group_of = {member: name for name, members in groups.items() for member in members}
        found = [self.condition_set("basics")]
        found += [self.group(name, members) for name, members in groups.items()]
        plain = ""
        for number in range(count):
            name = f"p{number}"
            found.append(self.policy(name, "basics", plain if self.chance(0.3) else "", group_of.get(name, "")))
            is_open = "from: 2020-01-01, eligibility" in found[-1] and "amount_of" not in found[-1]
            plain = name if is_open and "amount: {" in found[-1] else plain
        return found


def written(texts: Sequence[str]) -> tuple[Bundle | None, tuple[object, ...]]:
    """Return the bundle of some files with the dictionary of the interpreter's tests, and what the loader finds."""
    sources = [SourceText(f"{number}.yaml", text.encode()) for number, text in enumerate((FIELDS, *texts))]
    return read_sources(sources)
