"""Hold what the network says against the interpreter, whose word stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from matcher.interpret import evaluate_policy
from matcher.interpret.dispatch import decide
from matcher.match import policies_for
from matcher.network.compiling import Network
from matcher.network.encoding import Asking
from matcher.network.supervising import Fired
from matcher.outcome import Outcome, Status, Truth
from matcher.profile import Profile

HITS = frozenset((Status.ELIGIBLE, Status.NEEDS_REVIEW))


class Disagreement(NamedTuple):
    """A program of which the two engines say different things: `holds`, `fails` or `open` each."""

    policy: str
    network: str
    interpreter: str


class Checked(NamedTuple):
    """What the interpreter confirms: the programs to tell the applicant of; and where the network was wrong."""

    outcomes: tuple[Outcome, ...]
    disagreements: tuple[Disagreement, ...]


_WORDS = {Truth.T: "holds", Truth.R: "holds", Truth.F: "fails", Truth.U: "open"}


def confirm(network: Network, profile: Profile, fired: Fired | None) -> Checked:
    """Return the hits for this kind of applicant that the interpreter confirms.

    Without an answer of the network the interpreter is asked of every program. A hit outside its window, or while
    the program is suspended, is none.
    """
    asked = set(policies_for(network.bundle, profile)) & network.scopes.keys()
    proposed = asked if fired is None else asked & set(fired.holds)
    outcomes = tuple(
        outcome
        for name in network.scopes
        if name in proposed and (outcome := evaluate_policy(network.bundle, name, profile, network.on)).status in HITS
    )
    if fired is None:
        return Checked(outcomes, ())
    return Checked(outcomes, _disagreements(network, profile, fired, asked & set(fired.holds)))


def check_everything(network: Network, profile: Profile, fired: Fired) -> tuple[Disagreement, ...]:
    """Return every program of the network on which the engines differ, those that it passed over in silence included."""
    return _disagreements(network, profile, fired, network.programs)


def _disagreements(
    network: Network, profile: Profile, fired: Fired, policies: Collection[str]
) -> tuple[Disagreement, ...]:
    asking = Asking(profile)
    said = {**dict.fromkeys(fired.holds, "holds"), **dict.fromkeys(fired.fails, "fails")}
    wrong = []
    for name in policies:
        scope = asking.scope(network.scopes[name])
        stands = _WORDS[decide(scope.version.eligibility, scope)[0]]
        if (heard := said.get(name, "open")) != stands:
            wrong.append(Disagreement(name, heard, stands))
    return tuple(wrong)
