"""Time the column engine: a generated bundle over a generated population, and the corpus; medians of a few runs.

`HUICE_APPLICANTS=1000000` and `HUICE_PROGRAMS=2000` set the sizes; one thread works.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from datetime import date
from functools import cache

import numpy as np

from matcher.outcome import Status
from matcher.profile import Exact, Profile
from matcher.vector import STATUSES, Coded, Facts, Points, Population, compile_bundle
from rules.language.bundle import load_corpus
from rules.language.model import Bundle, Dimension
from rules.vocabulary.codes import load_code_tables
from tests.benchmarks.peers.task import generated

APPLICANTS = int(os.environ.get("HUICE_APPLICANTS", "200000"))
PROGRAMS = int(os.environ.get("HUICE_PROGRAMS", "500"))
CHUNK = 200_000
FACTS = 40
RUNS = 3
DAY = date(2026, 5, 20)


def population(size: int, unknown: float, seed: int = 2) -> Population:
    """Return applicants of whom a share of the facts is unknown."""
    draw = np.random.default_rng(seed)
    facts: dict[str, Facts] = {}
    for n in range(FACTS // 2):
        values = (draw.random(size) * 100_000_000).astype(np.int64)
        facts[f"m{n}"] = Points(values, draw.random(size) < unknown if unknown else None)
        ids = np.where(draw.random(size) < unknown, 2, draw.integers(0, 2, size))
        facts[f"b{n}"] = Coded(ids, (Exact(value=False), Exact(value=True), None))
    return Population(size, facts, {}, lambda _: Profile())


@cache
def register(size: int) -> Population:
    """Return applicants for the corpus: every fact but the lists is known."""
    draw = np.random.default_rng(3)
    facts: dict[str, Facts] = {}
    for field in load_corpus().vocabulary.fields.values():
        for name in [f"{field.name}@{year}" for year in (2024, 2025)] if field.yearly else [field.name]:
            if field.dimension in {Dimension.MONEY, Dimension.COUNT}:
                least, most = int(field.minimum or 0), min(int(field.maximum or 10**12), 10**12)
                facts[name] = Points(np.maximum((draw.random(size) ** 4 * most).astype(np.int64), least))
            elif field.dimension is Dimension.DATE:
                facts[name] = Points(DAY.toordinal() - draw.integers(-500, 5000, size))
            elif field.dimension is Dimension.BOOL:
                facts[name] = Coded(draw.integers(0, 2, size), (Exact(value=False), Exact(value=True)))
            elif field.dimension is Dimension.CODE:
                states = tuple(Exact(entry.code) for entry in load_code_tables()[field.code_table])
                facts[name] = Coded(draw.integers(0, len(states), size), states)
    return Population(size, facts, {}, lambda _: Profile())


def parts_of(whole: Population) -> list[Population]:
    """Cut a population into parts that stay in the cache."""
    parts = []
    for start in range(0, whole.size, CHUNK):
        rows = slice(start, start + CHUNK)
        facts: dict[str, Facts] = {}
        for name, held in whole.facts.items():
            if isinstance(held, Points):
                facts[name] = Points(held.values[rows], None if held.unknown is None else held.unknown[rows])
            else:
                facts[name] = Coded(held.ids[rows], held.states)
        parts.append(Population(min(CHUNK, whole.size - start), facts, {}, whole.profile_of))
    return parts


def report(name: str, bundle: Bundle, whole: Population) -> None:
    """Print the time to compile, to decide, and to decide with statuses and amounts."""
    start = time.process_time()
    compiled = compile_bundle(bundle, DAY)
    built = time.process_time() - start
    programs = sum(program.gate is not Status.NOT_IN_FORCE for program in compiled.programs)
    compiled.index.decide(parts_of(whole)[0])  # the first call compiles the loops
    verdicts, everything, counts = [], [], np.zeros(len(STATUSES), np.int64)
    for _ in range(RUNS):
        start = time.process_time()
        for part in parts_of(whole):
            compiled.index.decide(part)
        verdicts.append(time.process_time() - start)
        counts[:] = 0
        start = time.process_time()
        for part in parts_of(whole):
            for program, answered in compiled.answer(part):
                if program.gate is not Status.NOT_IN_FORCE:
                    counts += np.bincount(answered.status, minlength=len(STATUSES))
        everything.append(time.process_time() - start)
    found = ", ".join(
        f"{status.value} {count / counts.sum():.1%}" for status, count in zip(STATUSES, counts, strict=True) if count
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"\n{name}: {programs} programs in force × {whole.size:,} applicants ({found})\n"
        f"  compile {built * 1000:.0f} ms, peak memory {peak:.0f} MB; processor time of one core:\n"
    )
    for what, times in (("verdicts, encoding included", verdicts), ("statuses and amounts", everything)):
        median = statistics.median(times)
        speed = whole.size * programs / median / 1e6
        sys.stdout.write(f"  {what:<28}{median:6.2f} s  {speed:7.1f} million decisions/s\n")


def test_time_of_a_generated_bundle_all_known() -> None:
    """Print the speed where every fact is known."""
    report("generated, all known", generated(PROGRAMS).bundle, population(APPLICANTS, 0))


def test_time_of_a_generated_bundle_partly_known() -> None:
    """Print the speed where one fact in twenty is unknown."""
    report("generated, 5 % unknown", generated(PROGRAMS).bundle, population(APPLICANTS, 0.05))


def test_time_of_the_corpus() -> None:
    """Print the speed on the corpus."""
    report("corpus", load_corpus(), register(APPLICANTS // 4))
