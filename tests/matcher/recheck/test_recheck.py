from __future__ import annotations

import ast
import copy
import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from matcher.match import match
from matcher.recheck import combination, is_result, recheck
from matcher.wire import to_json
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from tests.matcher.interpret.building import FIELDS, ON, bundle_of, policy_text, profile_of
from tests.support import rule_texts
from tests.support.tampering import WAYS

ROOM = Path(__file__).parents[3] / "matcher" / "recheck"
LEVELS = ("区级", "市级", "省级", "国家级")

# ── random programs and applicants: every word of the language, known and unknown ────────────────────────────────

LEAVES = (
    "if: sales, from: 3元",
    "if: sales, over: 2元, upto: 9元",
    "if: cost, below: {fact: grant}",
    "if: grant, upto: 4元",
    "if: grant, present: false",
    "if: granted, present: true",
    "if: granted, within: 1年",
    "if: founded, from: {ago: 3年}",
    "if: people, is: 4",
    "if: people, in: [2, 4]",
    "if: flag, is: true",
    "if: other, is: false",
    "if: flag, is: true, on_unknown: assume",
    "if: other, is: true, on_unknown: fail",
    "if: level, in: [省级, 国家级]",
    "if: level, not_in: [市级]",
    "if: industry, prefix_in: [F51, C39]",
    "if: industry, is: F5146",
    "if: place, prefix_in: [深圳市]",
    "if: place, not_in: [罗湖区]",
    "if: title, prefix_in: [甲]",
    "if: title, is: 甲乙",
    "if: scale, is: 小型",
    "if: ratio, from: 30%",
    "if: ratio_f, below: 50%",
    "count_of: {list: shops, where: {if: open, is: true}}, from: 1",
    "max_of: {list: shops, of: {fact: paid}}, over: 2元",
    "manual: 有健全的制度",
)
STEPS = (
    "fixed: 3.33元",
    "fixed: {by: level, table: [{is: 国家级, value: 9元}, {is: 省级, value: 5元}]}",
    "fixed: {fact: grant}",
    "rate: {of: sales, at: 33%}",
    "rate: {of: profit, at: {by: sales, table: [{upto: 5元, value: 5%}, {over: 5元, value: 4%}]}}",
    "match: {of: grant, at: 50%}",
    "tiers: {of: sales, mode: marginal}, table: [{upto: 5元, rate: 5%}, {over: 5元, upto: {fact: grant}, rate: 10%}]",
    "tiers: {of: people, mode: marginal}, table: [{from: 1人, below: 5人, each: 1元}, {from: 5人, each: 2元}]",
    "tiers: {of: grant, mode: marginal}, table: [{upto: 5元, rate: 5%}, {over: 5元, rate: 10%}]",
    "tiers: {of: sales, mode: whole}, table: [{upto: 5元, rate: 5%}, {over: 5元, rate: 10%}]",
    "tiers: {of: people, mode: whole}, table: [{from: 2人, below: 5人, each: 1元}, {from: 5人, value: 9元}]",
    "per_unit: {of: sales, above: 3元, unit: 2元, each: 1元, count: whole}",
    "per_unit: {of: sales, above: {fact: grant}, unit: 3元, each: 1元, count: prorated}",
    "per_unit: {of: sales, unit: {fact: cost}, each: 1元, count: whole}",
    "range: {from: 0元, upto: 5元, decided_by: 领导小组}",
    "range: {from: 3元, upto: {fact: sales}, decided_by: 领导小组}",
    "base: {of: sales}",
    "cap_base: 5元",
    "cap_base: {fact: grant}",
    "floor_base: 4元",
    "floor_base: {fact: grant}",
    "rate: {at: 10%}",
    "multiply: 1.5倍",
    "multiply: {by: people, table: [{upto: 3人, value: 1.5倍}, {over: 3人, upto: 6人, value: 0.5倍}]}",
    "cap_amount: 4元",
    "cap_amount: {fact: grant}",
    "cap_amount: {least_of: [{fact: grant}, {fact: cost}]}",
    "deduct: {fact: grant}",
    "top_up: {fact: cost}",
    "prorate: {by: months, over: 12, minimum: 6}",
    "prorate: {by: months, over: 12}",
    "pay_only_if_from: 2元",
    "pay_only_if_from: {fact: grant}",
    "instalments: [{share: 33%, label: 首期}, {share: 67%, label: 尾款}]",
    "instalments: {years: 3, cap_each: 1元}",
    "instalments: {years: 3}",
    "for_each: {list: shops, where: {if: days, from: 3}, limit: {count: 1}, order_by: listed, steps: [HALF, {id: N2, cap_amount: 3元}]}",
    "for_each: {list: shops, limit: {count: 2, per: year}, order_by: amount, steps: [{id: N1, fixed: {fact: paid}}]}",
    "for_each: {list: shops, limit: {count: {fact: months}}, order_by: amount, steps: [{id: N1, rate: {of: rent, at: 10%}}]}",
    "for_each: {list: events, steps: [{id: N1, rate: {of: fee, at: 50%}}]}",
    "per_item: {list: shops, where: {if: open, is: true}, each: {fact: rent}, limit: {count: 1, per: year}, order_by: listed}",
)
WINDOWS = (
    "",
    ", apply_window: {from: 2026-05-01, to: 2026-05-31}",
    ", apply_window: {yearly: {from: 06-01, to: 06-30}}",
    ", apply_window: {within: 1年, of: granted}",
    ", apply_window: {from: 2025-05-01, to: 2025-05-31}",
    ", suspended: {from: 2026-05-01, because: 用完}",
    ", suspended: {from: 2026-05-01, to: 2026-06-01, because: 用完}",
)
VERSIONS = (
    "from: 2020-01-01, to: 2030-12-31",
    "from: 2020-01-01",
    "from: 2027-01-01",
    "from: 2020-01-01, to: 2021-12-31",
)


class Draw:
    """A seeded source of small programs and applicants."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0

    def name(self):
        self.count += 1
        return f"x{self.count}"

    def condition(self, depth=2):
        word = self.random.choice(("leaf", "leaf", "all", "any", "not", "at_least")) if depth else "leaf"
        if word == "leaf":
            return f"{{id: {self.name()}, {self.random.choice(LEAVES)}}}"
        if word == "not":
            return f"{{not: {self.condition(depth - 1)}}}"
        parts = [self.condition(depth - 1) for _ in range(self.random.randint(1, 3))]
        of = f"[{', '.join(parts)}]"
        if word == "at_least":
            return f"{{at_least: {{n: {self.random.randint(1, len(parts))}, of: {of}}}}}"
        return f"{{{word}: {of}}}"

    def steps(self):
        found = []
        for _ in range(self.random.randint(1, 5)):
            text = (
                self.random.choice(STEPS)
                .replace("HALF", "{id: N1, rate: {of: rent, at: 50%}}")
                .replace("N1", self.name())
                .replace("N2", self.name())
            )
            when = self.random.choice([leaf for leaf in LEAVES if "on_unknown" not in leaf])
            found.append(f"{{id: {self.name()}, {text}{f', when: {{{when}}}' if self.random.random() < 0.3 else ''}}}")
        to, mode = self.random.choice(("分", "角", "元")), self.random.choice(("half_up", "down", "up"))
        return [*found, f"{{id: round, round: {{to: {to}, mode: {mode}}}}}"]

    def bundle(self):
        texts = []
        while len(texts) < 3:
            version = self.random.choice(VERSIONS) if self.random.random() < 0.2 else VERSIONS[0]
            version += self.random.choice(WINDOWS) if self.random.random() < 0.3 else ""
            eligibility = self.condition() if self.random.random() < 0.6 else "{id: ok, if: months, from: 0}"
            steps = self.steps()
            if texts and self.random.random() < 0.3:
                steps.insert(0, f"{{id: {self.name()}, amount_of: p0}}")
            text = policy_text(eligibility, steps, name=f"p{len(texts)}", version=version)
            sources = [SourceText(f"{n}.yaml", each.encode()) for n, each in enumerate((FIELDS, *texts, text))]
            bundle, _ = read_sources(sources)
            if bundle is not None and len(bundle.policies) > len(texts):  # else the loader refused an unfit step
                texts.append(text)
        return bundle

    def money(self):
        return f"{self.random.choice((0, 1, 2, 3, 4, 5, 7, 11, 2.5, 3.33))}元"

    def flag(self, chance=0.5):
        return self.random.random() < chance

    def shop(self):
        shop = {
            "days": self.random.randint(0, 6),
            "rent": self.money(),
            "open": self.flag(),
            "paid": None if self.flag(0.3) else self.money(),
            "year": self.random.choice((None, 2024, 2025)),
        }
        if self.flag(0.3):
            del shop[self.random.choice(sorted(shop))]
        return shop

    def facts(self):
        pick, number = self.random.choice, self.random.randint
        every = {
            "flag": self.flag(),
            "other": self.flag(),
            "sales": self.money(),
            "cost": self.money(),
            "profit": self.money(),
            "grant": None if self.flag(0.3) else self.money(),
            "people": number(0, 8),
            "months": number(0, 12),
            "founded": date(2026 - number(0, 5), 5, 20),
            "granted": None if self.flag(0.3) else date(2026 - number(0, 2), 5, pick((19, 20, 21))),
            "place": pick(("罗湖区", "深圳市", "广东省")),
            "industry": pick(("F51", "F5146", "C39", "A01", "F")),
            "level": pick((None, *LEVELS)),
            "title": pick(("甲乙", "乙")),
            "shops": [self.shop() for _ in range(number(0, 3))],
            "events": pick((None, [], [{"fee": self.money()}, {}])),
        }
        share = pick((0.4, 0.8, 1.0))
        facts = {name: value for name, value in every.items() if self.flag(share)}
        if self.flag(0.3):
            low = number(0, 5)
            facts["sales"] = {"from": f"{low}元", "upto": f"{low + number(0, 4)}元"}
        if self.flag(0.2):
            facts["people"] = {"from": 2, "upto": number(2, 9)}
        return facts

    def result(self, bundle):
        return json.loads(json.dumps(to_json(match(bundle, profile_of(bundle, self.facts()), ON))))


@pytest.mark.parametrize("seed", range(60))
def test_the_replay_accepts_what_the_engine_says(seed):
    draw = Draw(seed)
    bundle = draw.bundle()

    for _ in range(6):
        result = draw.result(bundle)
        assert is_result(result)
        assert recheck(result) == "", [policy.position for policy in bundle.policies.values()]


@pytest.mark.parametrize("sales", ["1元", "9元", None])
def test_the_replay_follows_a_base_between_its_bounds(sales):
    bounds = ["{id: f, floor_base: 4元}", "{id: c, cap_base: 5元}"]
    steps = ["{id: b, base: {of: sales}}", *bounds, "{id: r, rate: {at: 10%}}"]
    bundle = bundle_of(policy_text("{id: ok, if: months, from: 0}", steps))

    result = match(bundle, profile_of(bundle, {"months": 1} if sales is None else {"months": 1, "sales": sales}), ON)

    assert recheck(json.loads(json.dumps(to_json(result)))) == ""


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────

_ROUND = "- {id: r, round: {to: 元, mode: half_up}, CITE}"
_LEAST = {"a": "staff, from: 1人", "b": "staff, from: 3人", "c": "area, from: 1平方米"}
_STEPS = (
    "- {id: f, fixed: 20万元, CITE}",
    "- {id: f, fixed: 30万元, CITE}\n- {id: c, cap_amount: 25万元, CITE}",
    "- {id: f, rate: {of: rd, at: 10%}, CITE}",
    "- {id: f, range: {from: 5万元, upto: 30万元, decided_by: 某局}, CITE}",
    "- id: e\n  for_each: {list: contracts, steps: [{id: s, rate: {of: {fact: paid}, at: 10%}, CITE}]}\n  CITE",
    "- id: e\n  for_each: {list: contracts, steps: [{id: s, fixed: {fact: paid}, CITE}, {id: t, cap_amount: 30万元, CITE}]}\n  CITE",
)
_RULES = ("highest", "top_up", "choose_one", "once", "cap", "cap")
_BY_ITEM = "scope: [enterprise, cost_item]\ncost_list: contracts\n"


def _grouped(rng):
    """Return a bundle of programs under random groups."""
    names = [f"p{number}" for number in range(rng.randint(2, 6))]
    groups, of = [], {name: [] for name in names}
    for number in range(rng.randint(1, 4)):
        rule, members = rng.choice(_RULES), sorted(rng.sample(names, rng.randint(1, len(names))))
        external = "external: {field: received, label: 市级补助}\n" if rng.random() < 0.4 and rule != "cap" else ""
        more = "cap: {fact: limit}\n" if rule == "cap" else external
        text = rule_texts.group_text(f"g{number}", rule, ", ".join(members), more)
        if rule != "cap" and rng.random() < 0.3:
            text = text.replace("scope: [enterprise, fact_year]\n", _BY_ITEM)
        if rule != "cap" and rng.random() < 0.3:
            text = text.replace("after_caps", "before_caps")
        groups.append(text)
        for name in members:
            of[name].append(f"g{number}")
    programs = []
    for name in names:
        version = f"    groups: [{', '.join(of[name])}]\n" if of[name] else ""
        leaf = f"all:\n  - {{id: x, if: {rng.choice(sorted(_LEAST.values()))}, CITE}}"
        programs.append(rule_texts.policy_text(name, leaf, f"{rng.choice(_STEPS)}\n{_ROUND}", version=version))
    return rule_texts.bundle_of(*programs, *groups)


def _applicant(rng):
    facts = {"staff": rng.choice((2, 5)), "area": 3, "rd": f"{rng.choice((0, 100, 230))}万元"}
    facts |= {"limit": rng.choice((None, "30万元", "50万元", "0元")), "received": f"{rng.choice((0, 5, 22))}万元"}
    facts["contracts"] = [
        {"name": f"合同{n}", "paid": f"{rng.choice((10, 40, 90))}万元"} for n in range(rng.randint(0, 3))
    ]
    return {name: value for name, value in facts.items() if rng.random() < 0.85}


def _grouped_result(rng, bundle):
    profile = rule_texts.profile_of(bundle, _applicant(rng))
    return json.loads(json.dumps(to_json(match(bundle, profile, ON))))


@pytest.mark.parametrize("seed", range(80))
def test_the_replay_accepts_what_the_combination_says(seed):
    rng = random.Random(seed)
    bundle = _grouped(rng)

    for _ in range(5):
        result = _grouped_result(rng, bundle)
        assert recheck(result) == "", seed


# ── falsified results ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_falsified_result_is_rejected(way):
    done = 0
    for seed in range(200):
        draw = Draw(seed % 7)
        result = _results(draw, seed % 7)[seed % 6]
        false = copy.deepcopy(result)
        if WAYS[way](false, random.Random(seed)) and false != result:
            assert recheck(false), (way, seed)
            done += 1
        if done == 8:
            break

    assert done == 8, way


_KEPT: dict[int, list] = {}


def _results(draw, seed):
    if seed not in _KEPT:
        bundle = draw.bundle()
        _KEPT[seed] = [draw.result(bundle) for _ in range(3)]
        rng = random.Random(seed)
        grouped = _grouped(rng)
        _KEPT[seed] += [_grouped_result(rng, grouped) for _ in range(3)]
    return _KEPT[seed]


# ── what else it must say ────────────────────────────────────────────────────────────────────────────────────────


def a_result():
    return _results(Draw(1), 1)[0]


@pytest.mark.parametrize(
    "thing", [None, [], {}, {"results": 3}, {"results": [], "combination": None}, {"results": [{}], "combination": {}}]
)
def test_what_is_no_result_with_exact_numbers_is_told_from_a_false_one(thing):
    assert not is_result(thing)


def test_a_false_line_is_named_with_program_place_and_both_truths():
    result = a_result()
    place, line = next((n, one) for n, one in enumerate(result["results"][0]["trace"], 1) if "truth" in one)
    false = copy.deepcopy(result)
    turned = false["results"][0]["trace"][place - 1]
    turned["truth"] = "F" if line["truth"] == "T" else "T"

    assert recheck(false) == (f"项目 p0：第 {place} 行“{line['text']}”：写明 {turned['truth']}，重演得 {line['truth']}")


def test_what_is_missing_in_a_result_is_said_and_does_not_stop_the_program():
    result = a_result()
    del result["results"][1]["exact"]["version"]

    assert recheck(result).startswith("项目 p1：缺少或写错了重演所需的内容（KeyError")


def test_a_combination_too_tangled_to_search_is_not_called_false(monkeypatch):
    monkeypatch.setattr(combination, "_TRIES", 0)

    for seed in range(12):
        rng = random.Random(seed)
        assert recheck(_grouped_result(rng, _grouped(rng))) == ""


def test_the_replay_uses_nothing_of_the_engine():
    used = (
        "import sys, matcher.recheck; print(*(name for name in sys.modules if name.startswith(('matcher', 'rules'))))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", used], capture_output=True, text=True, check=True, cwd=ROOM.parents[1]
    )
    parsed = [ast.parse(path.read_text(encoding="utf-8")) for path in ROOM.glob("*.py")]
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for tree in parsed
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert {name for name in loaded.stdout.split() if not name.startswith("matcher.recheck")} == {"matcher"}
    assert {name for name in imported if not name.startswith("matcher.recheck")} <= set(sys.stdlib_module_names) | {
        "collections.abc"
    }
