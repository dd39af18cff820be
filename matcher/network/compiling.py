"""Compile the programs of a bundle on a day into rulesets, as plain JSON that a process of its own can be handed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matcher.interpret.policy import scope_for
from matcher.interpret.scope import Scope
from matcher.interpret.versions import version_in_force
from matcher.network.sayings import Expression, Lexicon, keys_in, say
from matcher.profile import Profile
from rules.language.model import Bundle

CHUNK = 50  # programs in a ruleset
KEYS = 200  # in a message; the library holds 254
HOLDS, FAILS = KINDS = ("holds", "fails")
Rulesets = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Network:
    """The programs in force on a day.

    `scopes` holds where each program is asked, with an applicant of whom nothing is known; `rulesets` goes to the process,
    whose rules are named by the place of their program in `programs`.
    """

    bundle: Bundle
    on: date
    programs: tuple[str, ...]
    scopes: Mapping[str, Scope]
    lexicon: Lexicon
    rulesets: Rulesets


def compile_network(bundle: Bundle, on: date, policies: Collection[str] | None = None) -> Network:
    """Compile the programs of a bundle that are in force on a day, or those of them that are named."""
    scopes = {
        name: scope_for(bundle, policy, Profile(), on, {})
        for name, policy in bundle.policies.items()
        if (policies is None or name in policies) and version_in_force(policy, on) is not None
    }
    lexicon = Lexicon()
    sayings = [say(scope.version.eligibility, scope, lexicon) for scope in scopes.values()]
    # A name can be registered once in the life of a process, so it says which rules of which day these are.
    head = f"{bundle.hash.rpartition(':')[2][:16]}_{on:%Y%m%d}"
    rulesets: Rulesets = {}
    for kind in KINDS:
        said = {place: words for place, saying in enumerate(sayings) if (words := getattr(saying, kind)) is not None}
        for chunk in _chunks(said):
            rulesets[f"{head}_{kind}_{chunk[0]}"] = {f"p{place}": {"all": [{"m": said[place]}]} for place in chunk}
    return Network(bundle, on, tuple(scopes), scopes, lexicon, rulesets)


def _chunks(rules: Mapping[int, Expression]) -> Iterator[list[int]]:
    """Yield the places of rules that go together, few enough of them and with few enough keys."""
    chunk: list[int] = []
    keys: set[str] = set()
    for place, words in rules.items():
        more = keys_in(words)
        if chunk and (len(chunk) == CHUNK or len(keys | more) > KEYS):
            yield chunk
            chunk, keys = [], set()
        chunk.append(place)
        keys |= more
    if chunk:
        yield chunk
