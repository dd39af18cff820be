"""Count the questions that settle all programs of one need, for every fictitious enterprise, from its registered facts on."""

from __future__ import annotations

import statistics
import sys
from datetime import date

from seed_data import enterprises
from tests.support.interviews import walk
from web.services.catalogue_needs import NEEDS, needs_for
from web.services.self_check_rests import LONGEST
from web.services.self_check_rules import bundle_in_force

ON = date(2026, 5, 20)


def test_questions_by_need() -> None:
    """Print by need how many questions are asked, and how many programs are undecided after one sitting."""
    bundle = bundle_in_force(("罗湖区",))
    lengths: list[int] = []
    sys.stdout.write(f"\nquestions: median, most; programs undecided after {LONGEST}: median, most\n")
    for need in NEEDS:
        walks = [walk(seed, (need.key,), bundle, ON) for seed in enterprises() if need in needs_for(seed.kind, bundle)]
        asked = [len(one.asked) for one in walks]
        undecided = [one.undecided[min(LONGEST, len(one.asked))] for one in walks]
        lengths += asked
        sys.stdout.write(
            f"{need.key:9} {statistics.median(asked):5} {max(asked):3}  {statistics.median(undecided):5} {max(undecided):3}\n"
        )
    sys.stdout.write(f"{'each':9} {statistics.median(lengths):5} {max(lengths):3}\n")
