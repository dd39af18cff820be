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
    """What the interpreter says of the programs it was asked about, and where the network was wrong.

    `outcomes` are the programs to tell the applicant of, `denied` the other ones asked about.
    """

    outcomes: tuple[Outcome, ...]
    denied: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]


_WORDS = {Truth.T: "holds", Truth.R: "holds", Truth.F: "fails", Truth.U: "open"}


def confirm(
    network: Network,
    profile: Profile,
    fired: Fired | None,
    also: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Checked:
    """Ask the interpreter of the programs for this kind of applicant that the network says hold.

    It is asked `also` of some that the network may have passed over, and of every program when the network gave no answer;
    of `only` some when only those matter. A hit outside its window, or while the program is suspended, is none.
    """
    asked = set(policies_for(network.bundle, profile)) & network.scopes.keys()
    if only is not None:
        asked &= set(only)
    if fired is not None:
        asked &= {*fired.holds, *also}
    found = [evaluate_policy(network.bundle, name, profile, network.on) for name in network.scopes if name in asked]
    return Checked(
        tuple(outcome for outcome in found if outcome.status in HITS),
        tuple(outcome.policy for outcome in found if outcome.status not in HITS),
        () if fired is None else _disagreements(network, profile, fired, sorted(asked)),
    )


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
