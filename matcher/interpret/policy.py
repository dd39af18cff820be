"""What one policy says of one applicant on one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from matcher.interpret.amounts import Ledger, Running, money, payments, run_steps
from matcher.interpret.cases import case_by_case
from matcher.interpret.dispatch import decide
from matcher.interpret.exact import exact_outcome, stated
from matcher.interpret.judgement import Judge, Verdict
from matcher.interpret.notes import notes_on
from matcher.interpret.possible import Needs, Possible, merged
from matcher.interpret.presumption import presuming
from matcher.interpret.scope import FactKey, Scope, named, unpublished
from matcher.interpret.versions import (
    Opening,
    fact_year_of,
    is_suspended,
    nearest_version,
    opening,
    version_in_force,
)
from matcher.outcome import Money, Outcome, Status, Truth
from matcher.profile.facts import Profile
from rules.language.model import Bundle, Policy, Version

Facts = dict[int, dict[FactKey, Possible]]  # what was looked up so far, by fact year

_STATUS = {
    Truth.T: Status.ELIGIBLE,
    Truth.R: Status.NEEDS_REVIEW,
    Truth.U: Status.NEEDS_INFO,
    Truth.F: Status.INELIGIBLE,
}


def interpret(bundle: Bundle, profile: Profile, on: date, policies: Iterable[str] | None = None) -> tuple[Outcome, ...]:
    """Return what each policy says, or the named ones say, in the order of the bundle."""
    wanted = None if policies is None else set(policies)
    facts: Facts = {}
    return tuple(
        _answer(bundle, policy, profile, on, facts)
        for name, policy in bundle.policies.items()
        if wanted is None or name in wanted
    )


def evaluate_policy(bundle: Bundle, policy_id: str, profile: Profile, on: date) -> Outcome:
    """Return what one policy says, its amount before groups; raise KeyError for an unknown policy."""
    return _answer(bundle, bundle.policies[policy_id], profile, on, {})


def status_of(bundle: Bundle, policy_id: str, profile: Profile, on: date) -> Status:
    """Return the status alone, without a trace: for searches that ask many times."""
    scope = scope_for(bundle, bundle.policies[policy_id], profile, on, {})
    gate, window = _gate(scope)
    if gate is not None:
        return gate
    truth, _ = decide(scope.version.eligibility, scope)
    amount = None if truth is Truth.F else run_amount(scope, truth is not Truth.T, Ledger(is_silent=True))
    return _status(truth, window, amount)


def scope_for(bundle: Bundle, policy: Policy, profile: Profile, on: date, facts: Facts) -> Scope:
    """Return where a policy is evaluated: its version in force on the day, or the nearest one."""
    version = nearest_version(policy, on)
    year = fact_year_of(version, on)
    return Scope(bundle, policy, version, profile, on, year, year, facts.setdefault(year, {}))


def _answer(bundle: Bundle, policy: Policy, profile: Profile, on: date, facts: Facts) -> Outcome:
    scope = scope_for(bundle, policy, profile, on, facts)
    gate, window = _gate(scope)
    judge = Judge(scope)
    verdict = judge.judge_root(scope.version.eligibility)
    ledger = Ledger()
    is_computed = verdict.truth is not Truth.F and gate is not Status.NOT_IN_FORCE
    is_open = verdict.truth is not Truth.T or bool(verdict.assumed)
    running = run_amount(scope, is_open, ledger) if is_computed else None
    by_conditions = _status(verdict.truth, window, running)
    needs = _all_needs(verdict, window, running)
    amount = None if running is None else money(running.amount)
    return Outcome(
        policy=policy.id,
        title=policy.title,
        level=policy.level,
        settlement=policy.settlement.value,
        status=by_conditions if gate is None else gate,
        amount=amount,
        payable=_payable(by_conditions, amount) if gate is None else None,
        failed=verdict.cause if verdict.truth is Truth.F else (),
        missing=named(needs, scope.fact_year),
        assumed=verdict.assumed,
        review=(*verdict.review, *ledger.reviews),
        trace=(*judge.lines, *ledger.lines),
        if_open=None if gate is None else by_conditions,
        ceiling=_ceiling(scope.version),
        schedule=payments(running.schedule, amount) if running and running.schedule and amount else (),
        notes=notes_on(scope, tuple(unpublished(needs)), _estimate(scope, needs, verdict)),
        opens_on=_opens_on(scope, gate, window),
        closes_on=window.closes_on,
        exact=exact_outcome(scope, window, running and running.amount, ledger.reviews, judge.parts),
    )


def _gate(scope: Scope) -> tuple[Status | None, Opening]:
    """Return the status that comes before the verdict of the conditions, if any, and what the window says."""
    if version_in_force(scope.policy, scope.on) is None:
        return Status.NOT_IN_FORCE, Opening(Truth.T)
    window = opening(scope.version.window, scope)
    if is_suspended(scope):
        return Status.SUSPENDED, window
    return (Status.WINDOW_CLOSED if window.is_open is Truth.F else None), window


def run_amount(scope: Scope, is_open: bool, ledger: Ledger) -> Running | None:  # noqa: FBT001
    """Run the amount steps, None where there are none; while the conditions are open, presume that they hold."""
    steps = scope.version.steps
    if not steps:
        return None
    place = presuming(scope.version.eligibility, scope) if is_open else scope
    running = run_steps(steps, Running(), place, ledger)
    if running.amount.is_settled:
        return running

    def amount_in(case: Scope) -> Possible:
        return run_steps(steps, Running(), case, Ledger(is_silent=True)).amount

    running = running._replace(amount=case_by_case(running.amount, place, amount_in))
    if ledger.lines:
        last = ledger.lines[-1]
        ledger.lines[-1] = replace(
            last, after=money(running.amount), exact={**last.exact, "after": stated(running.amount)}
        )
    return running


def _status(truth: Truth, window: Opening, running: Running | None) -> Status:
    if truth is Truth.F:
        return Status.INELIGIBLE
    is_unpublished = running is not None and any(unpublished(running.amount.needs))
    if truth is Truth.U or window.is_open is Truth.U or is_unpublished:
        return Status.NEEDS_INFO
    return _STATUS[truth]


def _all_needs(verdict: Verdict, window: Opening, running: Running | None) -> Needs:
    needs = verdict.needs
    if verdict.truth is not Truth.F:
        needs = merged(needs, window.needs)
    return needs if running is None else merged(needs, running.amount.needs)


def _payable(status: Status, amount: Money | None) -> Money | None:
    """Return what the policy pays by itself; while the status is open that may be nothing."""
    return amount if amount is None or status is Status.ELIGIBLE else Money(0, amount.max)


def _estimate(scope: Scope, needs: Needs, verdict: Verdict) -> Money | None:
    """Return the amount with the nearest published values in place of those that are not published.

    None where there is none to estimate, also because by these values the conditions fail.
    """
    if verdict.truth is Truth.F or not any(unpublished(needs)):
        return None
    place = replace(scope, params={}, is_estimate=True)
    if decide(scope.version.eligibility, place)[0] is Truth.F:
        return None
    running = run_amount(place, verdict.truth is not Truth.T, Ledger(is_silent=True))
    return None if running is None else money(running.amount)


def _ceiling(version: Version) -> int | None:
    if version.ceiling is None:
        return None
    fen = version.ceiling.value.value
    assert isinstance(fen, Fraction)  # noqa: S101  the loader has seen to it
    return int(fen)


def _opens_on(scope: Scope, gate: Status | None, window: Opening) -> date | None:
    if gate is Status.NOT_IN_FORCE:
        return scope.version.from_ if scope.version.from_ > scope.on else None
    if gate is Status.SUSPENDED:
        suspension = scope.version.suspension
        return suspension.to + timedelta(days=1) if suspension and suspension.to else None
    return window.opens_on
