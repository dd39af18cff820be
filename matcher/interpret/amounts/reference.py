"""The step that pays what the amount steps of another policy give."""

from __future__ import annotations

from dataclasses import replace

from matcher.interpret.amounts.adding import added
from matcher.interpret.amounts.run import run_steps
from matcher.interpret.amounts.running import NOT_SHOWN, RUNNERS, Applied, Ledger, Running
from matcher.interpret.scope import Scope
from matcher.interpret.versions import fact_year_of, nearest_version
from rules.language.model import AmountOf, Round


def _amount_of(step: AmountOf, now: Running, scope: Scope, ledger: Ledger) -> Applied:
    other = scope.bundle.policies[step.policy]
    version = nearest_version(other, scope.on)
    fact_year = fact_year_of(version, scope.on)
    inside = replace(
        scope,
        policy=other,
        version=version,
        fact_year=fact_year,
        year=fact_year,
        facts=scope.facts if fact_year == scope.fact_year else {},
        params={},
        item=None,
    )
    inner = ledger.inside(prefix=f"{other.id}/")
    # Rounding happens once, in the policy that pays.
    steps = [each for each in version.steps if not isinstance(each, Round)]
    amount = run_steps(steps, Running(), inside, inner).amount
    return added(now, amount, NOT_SHOWN, NOT_SHOWN)._replace(inner=tuple(inner.lines), exact={"steps": len(steps)})


RUNNERS[AmountOf] = _amount_of
