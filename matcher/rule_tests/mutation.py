"""Whether the tests of a program notice small faults put into it: the mutants they kill, the ones that survive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from matcher.embedded_tests import run_test
from matcher.rule_tests.group_faults import Precedence, groups_alike
from matcher.rule_tests.row_faults import rows_alike
from matcher.rule_tests.year_faults import rests_on_no_year
from rules.check.mutants import Mutant, mutants_of, mutants_of_set
from rules.language.model import Bundle, Policy, Use
from rules.language.walk import walk

Prover = Callable[[Bundle, Bundle, str], bool]  # whether two editions of a program are proved to be the same


def _nothing_proved(*_: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Mutation:
    """How the tests of a program or a condition set fared: how many mutants they killed, which they let live.

    An equivalent mutant is proved to give every applicant the same answer: no test could kill it.
    """

    owner: str
    killed: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]

    @property
    def score(self) -> float:
        """Return the share of the killed among the mutants that are not equivalent."""
        count = self.killed + len(self.survivors)
        return self.killed / count if count else 1.0


class _Proofs(NamedTuple):
    """Who proves what no test can show."""

    is_same: Prover
    comes_first: Precedence = _nothing_proved


def mutate_policy(
    bundle: Bundle, policy_id: str, is_same: Prover, comes_first: Precedence = _nothing_proved
) -> Mutation:
    """Run a program's tests, and for faults of a group those of its other members, against every mutant of it."""
    policy = bundle.policies[policy_id]
    proofs = _Proofs(is_same, comes_first)
    return _fates(policy_id, mutants_of(bundle, policy_id), lambda mutant: _judges(mutant, policy), proofs)


def mutate_set(bundle: Bundle, set_id: str, is_same: Prover) -> Mutation:
    """Run the tests of all programs that use a condition set against every mutant of it."""
    users = [policy for policy in bundle.policies.values() if _uses(policy, set_id)]
    return _fates(set_id, mutants_of_set(bundle, set_id), lambda _: users, _Proofs(is_same))


def _fates(
    owner: str, mutants: Iterable[Mutant], judges: Callable[[Mutant], list[Policy]], proofs: _Proofs
) -> Mutation:
    killed = 0
    equivalent: list[Mutant] = []
    survivors: list[Mutant] = []
    for mutant in mutants:
        policies = judges(mutant)
        if any(_kills(mutant, policy) for policy in policies):
            killed += 1
        elif _cannot_show(mutant, policies, proofs):
            equivalent.append(mutant)
        else:
            survivors.append(mutant)
    return Mutation(owner, killed, tuple(equivalent), tuple(survivors))


def _cannot_show(mutant: Mutant, policies: list[Policy], proofs: _Proofs) -> bool:
    if mutant.group is not None:
        return groups_alike(mutant.original, mutant.group, mutant.bundle.groups[mutant.group.id], proofs.comes_first)
    if mutant.kind == "year" and all(rests_on_no_year(mutant.original, each) for each in policies):
        return True
    return not mutant.is_about_unknown and all(
        rows_alike(each, mutant.bundle.policies[each.id]) or proofs.is_same(mutant.original, mutant.bundle, each.id)
        for each in policies
    )


def _judges(mutant: Mutant, policy: Policy) -> list[Policy]:
    """Return the programs whose tests a mutant must pass: its own, and for a group's mutant those of the group."""
    names = (policy.id,) if mutant.group is None else mutant.group.members
    return [mutant.original.policies[name] for name in names if name in mutant.original.policies]


def _kills(mutant: Mutant, policy: Policy) -> bool:
    mutated = mutant.bundle.policies[policy.id]
    return any(run_test(mutant.bundle, mutated, test) for test in policy.tests)


def _uses(policy: Policy, set_id: str) -> bool:
    return any(isinstance(node, Use) and node.set_id == set_id for node in walk(policy.versions))
