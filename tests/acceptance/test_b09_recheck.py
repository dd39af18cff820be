"""B9: the replay accepts genuine results and rejects each tampered one.

The suite takes a few dozen results of random applicants, half of them with facts left out; `HUICE_PROFILES=10000` takes as
many as it says, and falsifies a thousand.
"""

import json
import os
import random
from collections import Counter

from matcher.match import match
from matcher.profile import Profile
from matcher.recheck import recheck
from matcher.wire import to_json
from rules.language.bundle import load_corpus
from tests.support.random_profiles import Applicants
from tests.support.tampering import WAYS, falsified

PROFILES = int(os.environ.get("HUICE_PROFILES", "12"))
TAMPERED = min(1000, PROFILES * 8)
SEED = int(os.environ.get("HUICE_SEED", "20261124"))


def genuine(seed):
    """Yield the JSON of results of random applicants, every second one with facts left out, and how to draw each again."""
    bundle, rng = load_corpus(), random.Random(seed)
    applicants = Applicants(bundle, seed)
    for number in range(PROFILES):
        profile, on = applicants.draw()
        share = rng.choice((0.3, 0.9, 0.98))
        if number % 2:
            profile = Profile({key: state for key, state in profile.facts.items() if rng.random() < share})
        yield json.dumps(to_json(match(bundle, profile, on)), ensure_ascii=False), f"seed {seed}, applicant {number}"


def test_b9_genuine_results_are_accepted_and_each_tampered_one_is_rejected():
    rng = random.Random(SEED)
    rejected = Counter()
    statuses = Counter()

    for number, (text, place) in enumerate(genuine(SEED)):
        result = json.loads(text)
        assert recheck(result) == "", place
        statuses.update(one["status"] for one in result["results"])
        # Falsify as many of the first results as make up the number wanted.
        for _ in range(-(-TAMPERED // PROFILES) if sum(rejected.values()) < TAMPERED else 0):
            name, false = falsified(text, rng)
            assert recheck(false), f"{place}, falsified by {name} no. {sum(rejected.values())} ({number})"
            rejected[name] += 1

    assert sum(rejected.values()) >= TAMPERED
    assert {"eligible", "needs_review", "needs_info", "ineligible", "window_closed"} <= statuses.keys()
    assert len(rejected) > len(WAYS) * 3 // 4
