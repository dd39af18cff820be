"""Random rules and applicants: the full answer equals a naive reading, and less knowledge never contradicts more."""

from __future__ import annotations

import os
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.interpret import evaluate_policy, status_of
from matcher.outcome import Status
from rules.language.bundle import read_sources
from rules.language.load import SourceText
from tests.matcher.interpret.building import FIELDS, ON, policy_text, profile_of

LEVELS = ["区级", "市级", "省级", "国家级"]
WORDS = {
    "from": lambda x, b: x >= b,
    "over": lambda x, b: x > b,
    "upto": lambda x, b: x <= b,
    "below": lambda x, b: x < b,
}
EXAMPLES = int(os.environ.get("HUICE_EXAMPLES", "60"))
SOME = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}元"


# ── applicants: plain values, None for what does not exist ───────────────────────────────────────────────────────

fen = st.integers(0, 20) | st.integers(0, 2_000)
shop = st.fixed_dictionaries(
    {
        "days": st.integers(0, 9),
        "rent": fen,
        "paid": st.none() | fen,
        "open": st.booleans(),
        "year": st.none() | st.integers(2024, 2026),
    }
)
applicants = st.fixed_dictionaries(
    {
        "flag": st.booleans(),
        "other": st.booleans(),
        "sales": fen,
        "cost": fen,
        "grant": st.none() | fen,
        "people": st.integers(0, 9),
        "months": st.integers(0, 12),
        "granted": st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        "level": st.none() | st.sampled_from(LEVELS),
        "shops": st.lists(shop, max_size=3),
    }
)
MONEY = {"sales", "cost", "grant", "rent", "paid"}


def written(name, value):
    if name == "shops":
        return [{key: written(key, each) for key, each in item.items()} for item in value]
    return yuan(value) if name in MONEY and value is not None else value


# ── conditions: the text of a rule, and what it plainly means ────────────────────────────────────────────────────


class Rule:
    """A piece of a rule: its text, and its meaning as a function of the facts."""

    def __init__(self, text, meaning):
        self.text, self.meaning = text, meaning

    def __repr__(self):
        return self.text


def number_leaf(name, word, bound):
    text = yuan(bound) if name in MONEY else bound
    return Rule(f"if: {name}, {word}: {text}", lambda f: f[name] is not None and WORDS[word](f[name], bound))


def ratio(f):
    return Fraction(f["cost"], f["sales"]) if f["sales"] else None


leaf_rules = st.one_of(
    st.builds(number_leaf, st.sampled_from(["sales", "cost", "grant"]), st.sampled_from(list(WORDS)), fen),
    st.builds(number_leaf, st.sampled_from(["people"]), st.sampled_from(list(WORDS)), st.integers(0, 9)),
    st.builds(
        lambda n, v: Rule(f"if: {n}, is: {str(v).lower()}", lambda f: f[n] is v),
        st.sampled_from(["flag", "other"]),
        st.booleans(),
    ),
    st.builds(
        lambda ls: Rule(f"if: level, in: [{', '.join(ls)}]", lambda f: f["level"] in ls),
        st.lists(st.sampled_from(LEVELS), min_size=1, unique=True),
    ),
    st.builds(lambda v: Rule(f"if: level, not_in: [{v}]", lambda f: f["level"] != v), st.sampled_from(LEVELS)),
    st.builds(
        lambda n, v: Rule(f"if: {n}, present: {str(v).lower()}", lambda f: (f[n] is not None) is v),
        st.sampled_from(["grant", "granted", "level"]),
        st.booleans(),
    ),
    st.builds(
        lambda n: Rule(
            f"if: granted, within: {n}天",
            lambda f: f["granted"] is not None and ON - timedelta(n) <= f["granted"] <= ON,
        ),
        st.integers(1, 400),
    ),
    st.builds(
        lambda w, n: Rule(
            f"if: ratio_f, {w}: {n}%", lambda f: ratio(f) is not None and WORDS[w](ratio(f), Fraction(n, 100))
        ),
        st.sampled_from(list(WORDS)),
        st.integers(0, 150),
    ),
    st.builds(
        lambda w, n: Rule(
            f"count_of: {{list: shops, where: {{if: open, is: true}}}}, {w}: {n}",
            lambda f: WORDS[w](sum(s["open"] for s in f["shops"]), n),
        ),
        st.sampled_from(list(WORDS)),
        st.integers(0, 3),
    ),
    st.builds(
        lambda w, n: Rule(
            f"max_of: {{list: shops, of: {{fact: paid}}}}, {w}: {yuan(n)}",
            lambda f: (
                (top := max((s["paid"] for s in f["shops"] if s["paid"] is not None), default=None)) is not None
                and WORDS[w](top, n)
            ),
        ),
        st.sampled_from(list(WORDS)),
        fen,
    ),
)


def group(word, parts, n):
    texts = ", ".join("{" + part.text + "}" for part in parts)
    if word == "not":
        return Rule(f"not: {{{parts[0].text}}}", lambda f: not parts[0].meaning(f))
    if word == "at_least":
        n = min(n, len(parts))
        return Rule(f"at_least: {{n: {n}, of: [{texts}]}}", lambda f: sum(part.meaning(f) for part in parts) >= n)
    join = {"all": all, "any": any}[word]
    return Rule(f"{word}: [{texts}]", lambda f: join(part.meaning(f) for part in parts))


def groups(inner):
    return st.builds(
        group,
        st.sampled_from(["all", "any", "not", "at_least"]),
        st.lists(inner, min_size=1, max_size=3),
        st.integers(1, 3),
    )


conditions = leaf_rules | groups(leaf_rules | groups(leaf_rules))


@st.composite
def eligibilities(draw):
    """Draw a condition whose leaves have names."""
    rule = draw(conditions)
    counter = iter(range(1000))
    parts = rule.text.split("if: ")
    text = parts[0]
    for part in parts[1:]:
        # Leaves inside a list's `where` need no name and may have none of their own.
        text += ("if: " if text.endswith("where: {") else f"id: x{next(counter)}, if: ") + part
    for kind in ("count_of: ", "max_of: "):
        pieces = text.split(kind)
        text = pieces[0] + "".join(f"id: x{next(counter)}, {kind}{piece}" for piece in pieces[1:])
    return Rule(text, rule.meaning)


# ── amounts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def step(text, meaning):
    return Rule(text, meaning)


def marginal(x):
    return Fraction(min(x, 500), 20) + Fraction(max(0, x - 500), 10)


def prorated(amount, f):
    return amount * Fraction(f["months"], 12) if f["months"] >= 6 else 0


def limited(f, count, order):
    paid = [min(Fraction(s["rent"], 2), 300) for s in f["shops"] if s["days"] >= 3]
    return sum((sorted(paid, reverse=True) if order == "amount" else paid)[:count])


def per_year(f, count):
    paid = sorted(((s["year"], s["rent"]) for s in f["shops"]), key=lambda pair: -pair[1])
    taken, total = {}, 0
    for year, rent in paid:
        taken[year] = taken.get(year, 0) + 1
        total += rent if taken[year] <= count else 0
    return total


TABLE = (
    "{by: people, table: [{upto: 3人, value: 1.5倍}, {over: 3人, upto: 6人, value: 0.5倍}, {over: 6人, value: 2倍}]}"
)


def factor(f):
    return Fraction(3, 2) if f["people"] <= 3 else Fraction(1, 2) if f["people"] <= 6 else 2


plain_steps = st.one_of(
    st.builds(lambda n: step(f"fixed: {yuan(n)}", lambda a, _: a + n), fen),
    st.builds(
        lambda n: step(f"rate: {{of: sales, at: {n}%}}", lambda a, f: a + Fraction(f["sales"] * n, 100)),
        st.integers(0, 99),
    ),
    st.builds(
        lambda n: step(f"match: {{of: grant, at: {n}%}}", lambda a, f: a + Fraction((f["grant"] or 0) * n, 100)),
        st.integers(0, 99),
    ),
    st.just(
        step(
            "tiers: {of: sales, mode: marginal}, table: [{upto: 5元, rate: 5%}, {over: 5元, rate: 10%}]",
            lambda a, f: a + marginal(f["sales"]),
        )
    ),
    st.just(
        step(
            "tiers: {of: sales, mode: whole}, table: [{upto: 5元, rate: 5%}, {over: 5元, rate: 10%}]",
            lambda a, f: a + Fraction(f["sales"], 20 if f["sales"] <= 500 else 10),
        )
    ),
    st.just(
        step(
            "per_unit: {of: sales, above: 3元, unit: 2元, each: 1元, count: whole}",
            lambda a, f: a + 100 * max(0, floor(Fraction(f["sales"] - 300, 200))),
        )
    ),
    st.just(step(f"multiply: {TABLE}", lambda a, f: a * factor(f))),
    st.builds(lambda n: step(f"cap_amount: {yuan(n)}", lambda a, _: min(a, n)), fen),
    st.just(step("cap_amount: {fact: grant}", lambda a, f: a if f["grant"] is None else min(a, f["grant"]))),
    st.just(
        step(
            "cap_amount: {least_of: [{fact: grant}, {fact: cost}]}",
            lambda a, f: min(a, f["cost"], *([] if f["grant"] is None else [f["grant"]])),
        )
    ),
    st.just(step("deduct: {fact: grant}", lambda a, f: max(0, a - (f["grant"] or 0)))),
    st.just(step("top_up: {fact: cost}", lambda a, f: max(0, a - f["cost"]))),
    st.just(step("prorate: {by: months, over: 12, minimum: 6}", prorated)),
    st.builds(lambda n: step(f"pay_only_if_from: {yuan(n)}", lambda a, _: a if a >= n else 0), fen),
    st.builds(
        lambda count, order: step(
            f"for_each: {{list: shops, where: {{if: days, from: 3}}, limit: {{count: {count}}}, order_by: {order}, "
            "steps: [{id: r, rate: {of: rent, at: 50%}}, {id: c, cap_amount: 3元}]}",
            lambda a, f: a + limited(f, count, order),
        ),
        st.integers(1, 2),
        st.sampled_from(["listed", "amount"]),
    ),
    st.builds(
        lambda count: step(
            f"per_item: {{list: shops, each: {{fact: rent}}, limit: {{count: {count}, per: year}}, order_by: amount}}",
            lambda a, f: a + per_year(f, count),
        ),
        st.integers(1, 2),
    ),
)


def guarded(rule, when):
    if when is None:
        return rule
    return step(f"{rule.text}, when: {{{when.text}}}", lambda a, f: rule.meaning(a, f) if when.meaning(f) else a)


steps_drawn = st.lists(st.builds(guarded, plain_steps, st.none() | leaf_rules), min_size=1, max_size=5)


def naive_amount(steps, facts):
    amount = Fraction(0)
    for rule in steps:
        amount = rule.meaning(amount, facts)
    return floor(amount + Fraction(1, 2))


# ── the properties ───────────────────────────────────────────────────────────────────────────────────────────────


def bundle_with(eligibility, steps):
    texts = [f"{{id: s{n}, {rule.text.replace('{id: ', f'{{id: inner{n}')}}}" for n, rule in enumerate(steps)]
    sources = [
        SourceText("f.yaml", FIELDS.encode()),
        SourceText("p.yaml", policy_text("{" + eligibility.text + "}", texts).encode()),
    ]
    bundle, findings = read_sources(sources)
    assert bundle is not None and "p" in bundle.policies, "\n".join(map(str, findings))
    return bundle


def answer_for(bundle, facts):
    profile = profile_of(bundle, {name: written(name, value) for name, value in facts.items()})
    outcome = evaluate_policy(bundle, "p", profile, ON)
    assert status_of(bundle, "p", profile, ON) is outcome.status
    return outcome


def lies_inside(more, less):
    """Tell whether an answer with more knowledge lies inside one with less."""
    if less.status is not Status.NEEDS_INFO and more.status is not less.status:
        return False
    if more.amount is None or less.amount is None:
        return more.amount is None
    return less.amount.min <= more.amount.min and (
        less.amount.max is None or (more.amount.max is not None and more.amount.max <= less.amount.max)
    )


@pytest.mark.slow
@SOME
@given(eligibilities(), steps_drawn, st.lists(applicants, min_size=4, max_size=4))
def test_the_full_answer_is_the_naive_one(eligibility, steps, everyone):
    bundle = bundle_with(eligibility, steps)
    for facts in everyone:
        outcome = answer_for(bundle, facts)

        assert outcome.missing == ()
        if eligibility.meaning(facts):
            assert outcome.status is Status.ELIGIBLE
            assert outcome.amount is not None and outcome.amount.is_exact
            assert outcome.amount.min == naive_amount(steps, facts)
        else:
            assert (outcome.status, outcome.amount) == (Status.INELIGIBLE, None)


@st.composite
def forgetting(draw):
    """Draw an applicant and ever smaller parts of what is known of it."""
    full = draw(applicants)
    states, known = [full], full
    for _ in range(4):
        known = forget(draw, known)
        states.append(known)
    return states


def forget(draw, known):
    """Forget some facts, fields of items, or narrowings of them."""
    gone = draw(st.sets(st.sampled_from([*known] or [""]), max_size=3))
    left = {name: value for name, value in known.items() if name not in gone}
    if "shops" in left:
        fields = draw(st.sets(st.sampled_from(["days", "rent", "paid", "open", "year"]), max_size=2))
        places = draw(st.sets(st.integers(0, 2), max_size=2))
        left["shops"] = [
            {key: value for key, value in item.items() if not (place in places and key in fields)}
            for place, item in enumerate(left["shops"])
        ]
    return left


@pytest.mark.slow
@SOME
@given(eligibilities(), steps_drawn, st.lists(forgetting(), min_size=3, max_size=3))
def test_knowing_less_never_contradicts_knowing_more(eligibility, steps, everyone):
    bundle = bundle_with(eligibility, steps)
    for states in everyone:
        outcomes = [answer_for(bundle, facts) for facts in states]

        for place, more in enumerate(outcomes):
            for less in outcomes[place + 1 :]:
                assert lies_inside(more, less)


@pytest.mark.slow
@SOME
@given(eligibilities(), steps_drawn, applicants, st.data())
def test_a_range_holds_the_answer_of_every_value_in_it(eligibility, steps, full, data):
    name = data.draw(st.sampled_from(["sales", "cost", "people", "months"]))
    width = data.draw(st.integers(0, 9))
    low = max(0, full[name] - width)
    high = full[name] + width if name != "months" else min(12, full[name] + width)
    bundle = bundle_with(eligibility, steps)
    said = {key: written(key, value) for key, value in full.items()}
    said[name] = {"from": written(name, low), "upto": written(name, high)}

    outcome = evaluate_policy(bundle, "p", profile_of(bundle, said), ON)

    assert lies_inside(answer_for(bundle, full), outcome)


@pytest.mark.slow
@SOME
@given(steps_drawn, applicants, fen, fen)
def test_a_higher_cap_never_pays_less(steps, facts, cap, more):
    anyone = Rule("id: a, if: people, from: 0", lambda _: True)
    caps = [step(f"cap_amount: {yuan(n)}", lambda a, _: a) for n in (cap, cap + more)]

    low, high = (answer_for(bundle_with(anyone, [*steps, each]), facts).amount for each in caps)

    assert low.min <= high.min
    assert low.max <= cap


@pytest.mark.slow
@SOME
@given(applicants, st.lists(st.integers(1, 99), min_size=2, max_size=4))
def test_rounding_happens_once(facts, rates):
    anyone = Rule("id: a, if: people, from: 0", lambda _: True)
    steps = [
        step(f"rate: {{of: sales, at: {n}‰}}", lambda a, f, n=n: a + Fraction(f["sales"] * n, 1000)) for n in rates
    ]

    outcome = answer_for(bundle_with(anyone, steps), facts)

    assert outcome.amount.min == floor(Fraction(facts["sales"] * sum(rates), 1000) + Fraction(1, 2))
