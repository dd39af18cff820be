"""Questions about amounts: whether more base may pay less, whether an amount may exceed its base, which parameter matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

import z3

from rules.check.prove import numbers
from rules.check.prove.applicant import Applicant, Key
from rules.check.prove.asking import Solver, Tally
from rules.check.prove.difference import differs
from rules.check.prove.formulas import Formula
from rules.check.prove.numbers import Number
from rules.check.prove.places import keys_in
from rules.check.prove.programs import Manner, Payment, Program, translate_program
from rules.check.prove.witness import Fact, amount_in, facts_in, say_witness
from rules.language.model import (
    AmountOf,
    Bundle,
    Dimension,
    FactRef,
    Fixed,
    ForEach,
    Literal,
    Match,
    ParamRef,
    PerUnit,
    Policy,
    Range,
    Rate,
    Step,
    Tiers,
)
from rules.language.quantities import format_money
from rules.language.walk import walk

_NUMERIC = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO})
_CLIFF = numbers.constant(100)  # a drop of one 元 at a single step of the base is no slope
_ADDING = (Fixed, Rate, Match, Tiers, PerUnit, ForEach, Range, AmountOf)


class _Pair(NamedTuple):
    """The same payment for two applicants who differ in one fact."""

    low: Payment
    high: Payment
    low_eligible: Formula
    high_eligible: Formula


def ask_growth(bundle: Bundle, policy: Policy, program: Program, solver: Solver, tally: Tally) -> None:
    """Note amounts that fall while their base grows; discretionary spans count at their lower end."""
    is_open_ended = any(isinstance(node, Range | AmountOf) for node in walk(program.version.steps))
    manner = Manner(takes_least=is_open_ended)

    def translate(applicant: Applicant) -> Program:
        return translate_program(bundle, policy, program.version, program.place.on, applicant, manner)

    plain = translate(program.applicant) if is_open_ended else program
    for place, payment in enumerate(plain.payments):
        for key in _base_facts(payment, program):
            if key in plain.translator.hidden:
                continue
            twin = program.applicant.twin(key)
            other = translate(twin)
            ways = (payment.path, other.payments[place].path)
            pair = _Pair(payment, other.payments[place], *ways)
            _ask_growth(pair, key, twin, solver, tally, program)


def _base_facts(payment: Payment, program: Program) -> Iterator[Key]:
    seen: set[Key] = set()
    for added in payment.calculation.added:
        for key in sorted(keys_in(added.of, payment.place)):
            held = program.applicant.facts.get(key)
            if held is not None and key not in seen and held.definition.dimension in _NUMERIC:
                seen.add(key)
                yield key


def _ask_growth(pair: _Pair, key: Key, twin: Applicant, solver: Solver, tally: Tally, program: Program) -> None:
    low, high = pair.low.amount, pair.high.amount
    less_term, more_term = twin.facts[key].term, twin.changed[key].term
    grows = [
        pair.low_eligible,
        pair.high_eligible,
        low.known,
        high.known,
        *(
            numbers.at_most(one.base, other.base)
            for one, other in zip(pair.low.calculation.added, pair.high.calculation.added, strict=True)
        ),
    ]
    model = solver.ask(*grows, less_term < more_term, numbers.less(high, low)).model
    if model is None:
        return
    code = "logic.not-monotone"
    if z3.is_int(less_term):
        drop = numbers.less(_CLIFF, numbers.subtract(low, high))
        cliff = solver.ask(*grows, more_term == less_term + 1, drop).model
        model, code = (model, code) if cliff is None else (cliff, "logic.cliff")
    step = _falling_step(pair, model)
    facts = facts_in(model, program.applicant)
    own = next(fact for fact in facts if fact.key == key)
    grown = next(fact for fact in facts_in(model, twin) if fact.key == key)
    words = (
        f"{own}得{_money(model, low)}，{grown}只得{_money(model, high)}（{_rest(facts, key)}）",
        "改为分段累进（mode: marginal），或在界限处补足；确属原文如此的写 reading",
    )
    tally.note(code, step.position, words, program.place.owner, (step,))


def _falling_step(pair: _Pair, model: z3.ModelRef) -> Step:
    """Return the step before which the greater base still had at least as much."""
    both_sites = zip(pair.low.calculation.sites, pair.high.calculation.sites, strict=True)
    return next(one.step for one, other in both_sites if amount_in(model, other.after) < amount_in(model, one.after))


def ask_excess(program: Program, solver: Solver, tally: Tally) -> None:
    """Note amounts above the money they are a share of, where shares are all there is."""
    for payment in program.payments:
        adding = [site.step for site in payment.calculation.sites if isinstance(site.step, _ADDING)]
        if not adding or not all(_is_share(step, program) for step in adding):
            continue
        base = numbers.ZERO
        for added in payment.calculation.added:
            base = numbers.add(base, numbers.as_payment(added.base))
        model = solver.ask(payment.path, payment.amount.known, numbers.less(base, payment.amount)).model
        if model is not None:
            step = adding[0]
            said = say_witness(facts_in(model, program.applicant), keys_in(step, payment.place))
            words = (
                f"基数{_money(model, base)}，金额却是{_money(model, payment.amount)}：{said}",
                "核对比例，或加一步封顶；确属原文如此的写 reading",
            )
            tally.note("logic.above-base", step.position, words, program.place.owner, (step,))


def _is_share(step: Step, program: Program) -> bool:
    """Tell whether a step gives a part of some money: its rate is a pure number."""
    if not isinstance(step, Rate | Match):
        return False
    vocabulary = program.place.bundle.vocabulary
    nodes = list(walk(step.at))
    names = [node.name for node in nodes if isinstance(node, FactRef)]
    dimensions = [node.dimension for node in nodes if isinstance(node, Literal)]
    dimensions += [known.dimension for name in names if (known := vocabulary.fields.get(name))]
    return Dimension.MONEY not in dimensions


def ask_parameters(bundle: Bundle, policy: Policy, program: Program, solver: Solver, tally: Tally) -> None:
    """Note parameters that could be half or double without changing anything."""
    names = {node.name: None for node in walk(program.version) if isinstance(node, ParamRef)}
    for name in names:
        parameter = policy.params[name]
        place = parameter.position
        value = parameter.values[-1].value.value
        if not isinstance(value, Fraction) or not tally.is_open("logic.dead-param", place):
            continue
        worlds = [
            translate_program(
                bundle, policy, program.version, program.place.on, program.applicant, Manner(params={name: assumed})
            )
            for assumed in (value, value / 2, 2 * value + 1)
        ]
        is_hidden = name in program.translator.hidden_params
        if not is_hidden and all(solver.is_impossible(differs(worlds[0], world)) for world in worlds[1:]):
            words = (f"参数“{parameter.label or name}”取多少都不影响结果", "核对使用它的步骤：多半被别的上限盖住")
            tally.note("logic.dead-param", place, words, policy.id)
        else:
            tally.refute("logic.dead-param", place)


def _money(model: z3.ModelRef, amount: Number) -> str:
    fen = amount_in(model, amount)
    return format_money(Fraction(round(fen)))


def _rest(facts: Iterable[Fact], key: Key) -> str:
    return say_witness(fact for fact in facts if fact.key != key)
