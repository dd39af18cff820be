"""Ask the network about one applicant, beside what the interpreter has said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matcher.network.compiling import compile_network
from matcher.network.confirming import check_everything
from matcher.network.encoding import encode
from matcher.network.supervising import Supervisor
from matcher.outcome import Outcome
from matcher.profile import Profile
from rules.language.model import Bundle


class NoAnswer(Exception):
    """The network's process does not live long enough to answer."""


def disagreements(bundle: Bundle, outcomes: Sequence[Outcome], profile: Profile, on: date) -> tuple[str, ...]:
    """Return the policies among the outcomes of which the network says something else than the interpreter.

    Raise Unsayable for an applicant that the network cannot be told of, NoAnswer when it does not answer.
    """
    network = compile_network(bundle, on, {outcome.policy for outcome in outcomes})
    message = encode(network, profile)
    with Supervisor(network) as supervisor:
        (fired,) = supervisor.ask([message])
    if fired is None:
        raise NoAnswer
    return tuple(wrong.policy for wrong in check_everything(network, profile, fired))
