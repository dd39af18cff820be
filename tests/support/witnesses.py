"""Applicants that the prover finds, as profiles: each fact it asked is known, nothing else is."""

from __future__ import annotations

from collections.abc import Iterable

from matcher.profile import Absent, Exact, Items, Profile, fact_key
from matcher.profile.facts import State
from rules.check.prove.witness import Fact
from rules.language.model import Dimension


def profile_of_witness(facts: Iterable[Fact]) -> Profile:
    """Return the profile of a witness; a list that the prover only knows to exist stays unknown."""
    states: dict[str, State] = {}
    for fact in facts:
        name, year = fact.key
        if "[]" in name or (fact.definition.dimension is Dimension.LIST and fact.value):
            continue
        is_list = fact.definition.dimension is Dimension.LIST
        absent = Items(()) if is_list else Absent()
        states[fact_key(name, year or None)] = absent if is_list or fact.value is None else Exact(fact.value)
    return Profile(states)
