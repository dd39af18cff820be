"""How speed and memory grow with applicants, programs and facts; each point in a process of its own."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction

import numpy as np

from matcher.profile import Exact, Profile
from matcher.vector import Coded, Facts, Points, Population, compile_bundle
from matcher.vector.single import Single
from tests.benchmarks.peers.measure import ROOT
from tests.benchmarks.peers.serve import peak_memory
from tests.benchmarks.peers.task import DAY, generated

ROWS = 50_000
UNKNOWN = 0.05
MOST = int(os.environ.get("HUICE_BENCH_MOST", "1000000"))  # applicants
POINTS = (
    *((10**power, 500, 40) for power in range(3, 8)),
    *((100_000, programs, 40) for programs in (50, 1000, 2000)),
    *((100_000, 500, facts) for facts in (20, 100, 200)),
)


@dataclass(frozen=True, slots=True)
class Grown:
    """One point: seconds to compile, decisions per second without and with amounts, µs for one applicant, MB."""

    applicants: int
    programs: int
    facts: int
    built: float
    verdicts: float
    answers: float
    single: float
    peak: float


def grow() -> Iterator[Grown]:
    """Measure all points."""
    for applicants, programs, facts in POINTS:
        if applicants <= MOST:
            words = [sys.executable, "-m", __name__, str(applicants), str(programs), str(facts)]
            done = subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.PIPE)
            yield Grown(**json.loads(done.stdout))


def part(size: int, facts: int, seed: int) -> Population:
    """Return some applicants of whom a share of the facts is unknown."""
    draw = np.random.default_rng(seed)
    found: dict[str, Facts] = {}
    for n in range(facts // 2):
        found[f"m{n}"] = Points(draw.integers(0, 10**8, size), draw.random(size) < UNKNOWN)
        ids = np.where(draw.random(size) < UNKNOWN, 2, draw.integers(0, 2, size)).astype(np.int8)
        found[f"b{n}"] = Coded(ids, (Exact(value=False), Exact(value=True), None))
    return Population(size, found, {}, lambda _: Profile())


def profiles(count: int, facts: int) -> list[Profile]:
    """Return such applicants one by one."""
    draw = random.Random(2)
    found = []
    for _ in range(count):
        known = {f"m{n}": Exact(Fraction(draw.randrange(10**8))) for n in range(facts // 2) if draw.random() >= UNKNOWN}
        known |= {f"b{n}": Exact(draw.random() < 0.5) for n in range(facts // 2) if draw.random() >= UNKNOWN}
        found.append(Profile(known))
    return found


def measured(applicants: int, programs: int, facts: int) -> Grown:
    """Measure one point; the processor's time, so that neighbours count less."""
    bundle = generated(programs, facts).bundle
    start = time.process_time()
    compiled = compile_bundle(bundle, DAY)
    index = Single(compiled)
    built = time.process_time() - start
    for _ in compiled.answer(part(1000, facts, 0)):  # the first call compiles the loops
        pass
    verdicts = answers = 0.0
    for place in range(0, applicants, ROWS):
        some = part(min(ROWS, applicants - place), facts, place)
        start = time.process_time()
        found = compiled.index.decide(some)
        middle = time.process_time()
        for _, answered in compiled.answer_with(found, some):
            answered.status  # noqa: B018  written at the first question
        verdicts += middle - start
        answers += time.process_time() - start
    singles = []
    for profile in profiles(500, facts):
        start = time.process_time()
        index.answer(profile)
        singles.append(time.process_time() - start)
    decisions = applicants * programs
    median = statistics.median(singles) * 1e6
    return Grown(applicants, programs, facts, built, decisions / verdicts, decisions / answers, median, peak_memory())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measured(*map(int, sys.argv[1:])))))
