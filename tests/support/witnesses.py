"""Applicants that the prover finds, as profiles: each fact it asked is known, nothing else is."""

from __future__ import annotations

from collections.abc import Iterable

from matcher.profile import Absent, Exact, Profile, fact_key
from rules.check.prove.witness import Fact


def profile_of_witness(facts: Iterable[Fact]) -> Profile:
    """Return the profile of a witness, without the facts of list items."""
    own = [fact for fact in facts if "[]" not in fact.key[0]]
    return Profile(
        {
            fact_key(fact.key[0], fact.key[1] or None): Absent() if fact.value is None else Exact(fact.value)
            for fact in own
        }
    )
