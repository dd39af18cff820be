"""Encode an applicant as the message that the network reads: whole numbers, yes, and short texts."""

from __future__ import annotations

from dataclasses import replace

from matcher.interpret.dispatch import decide, evaluate
from matcher.interpret.possible import Possible
from matcher.interpret.scope import FactKey, Scope
from matcher.network.compiling import Network
from matcher.network.sayings import HERE, LARGEST, LONGEST_TEXT, written
from matcher.outcome import Truth
from matcher.profile import OneOf, Profile

Message = dict[str, int | bool | str]
NOTHING = "-"  # what does not exist, as a value; no code is written so
_OF_WHAT_MAY_EXIST = frozenset(("low", "high", "not"))


class Unsayable(ValueError):
    """Raised for an applicant with a value that the network could misread, or not read in full; the interpreter answers alone."""


class Asking:
    """Puts one applicant into the scopes of the programs, so that what is looked up once serves all of a fact year."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._facts: dict[int, dict[FactKey, Possible]] = {}
        self._scopes: dict[str, Scope] = {}

    def scope(self, plain: Scope) -> Scope:
        """Return the scope of a program for this applicant."""
        found = self._scopes.get(plain.policy.id)
        if found is None:
            facts = self._facts.setdefault(plain.fact_year, {})
            found = replace(plain, profile=self._profile, facts=facts, params={})
            self._scopes[plain.policy.id] = found
        return found


def encode(network: Network, profile: Profile) -> Message:
    """Return what the network is told of an applicant; raise Unsayable."""
    several = next((key for key, state in profile.facts.items() if isinstance(state, OneOf)), None)
    if several is not None:
        raise Unsayable(several)  # one text cannot say that none of several codes is the wanted one
    asking = Asking(profile)
    message: Message = {HERE: 1}
    for key, fact, plain in network.lexicon.facts.values():
        message.update(_say(key, evaluate(fact, asking.scope(plain))))
    for key, condition, plain in network.lexicon.computed.values():
        truth = decide(condition, asking.scope(plain))[0]
        if truth is not Truth.U:
            message[f"{key}_fails" if truth is Truth.F else f"{key}_holds"] = True
    return message


def _say(key: str, fact: Possible) -> Message:
    if not fact.exists:
        return {f"{key}_gone": True, f"{key}_low": LARGEST, f"{key}_high": -LARGEST, f"{key}_not": NOTHING}
    said: Message = {}
    for end, sure, maybe in ((fact.lo, "lo", "low"), (fact.hi, "hi", "high")):
        if end is None:
            continue
        if not isinstance(end, int) or abs(end) >= LARGEST:
            raise Unsayable(f"{key} {end}")
        said[sure] = said[maybe] = end
    if fact.members is not None and len(fact.members) == 1:
        value = written(next(iter(fact.members)))
        if len(value) > LONGEST_TEXT or value == NOTHING:
            raise Unsayable(f"{key} {value[:LONGEST_TEXT]}")
        said["is"] = said["not"] = value
    if fact.absent:
        return {f"{key}_{name}": value for name, value in said.items() if name in _OF_WHAT_MAY_EXIST}
    return {f"{key}_sure": True, **{f"{key}_{name}": value for name, value in said.items()}}
