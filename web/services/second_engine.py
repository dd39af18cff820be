"""Ask the index what the interpreter answered, before a result is kept: two engines that differ are not to be believed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import structlog

from matcher.outcome import MatchResult
from matcher.profile import Profile
from rules.language.model import Bundle

if TYPE_CHECKING:
    from matcher.vector.single import Single

AGREED = "interpret+vector"
_MOST_KEPT = 8  # days, kinds of applicants and editions of the rules whose index is kept
_indexes: OrderedDict[tuple[str, date, tuple[str, ...]], Single] = OrderedDict()
_lock = threading.Lock()


def disagreements(bundle: Bundle, found: MatchResult, profile: Profile) -> tuple[str, ...]:
    """Return the programs of which the index says another status or amount than `found`; each goes to the service's log."""
    names = tuple(outcome.policy for outcome in found.outcomes)
    answers = _index(bundle, found.as_of, names).everything(profile)
    differ = tuple(
        outcome.policy for outcome in found.outcomes if answers[outcome.policy] != (outcome.status, outcome.amount)
    )
    if differ:
        structlog.get_logger("engines").error("engines_disagree", policies=list(differ), bundle=bundle.hash)
    return differ


def _index(bundle: Bundle, on: date, names: Sequence[str]) -> Single:
    from matcher.vector.engine import compile_bundle
    from matcher.vector.single import Single

    key = bundle.hash, on, tuple(names)
    with _lock:
        if key in _indexes:
            _indexes.move_to_end(key)
            return _indexes[key]
    made = Single(compile_bundle(bundle, on, names))
    with _lock:
        _indexes[key] = made
        while len(_indexes) > _MOST_KEPT:
            _indexes.popitem(last=False)
    return made
