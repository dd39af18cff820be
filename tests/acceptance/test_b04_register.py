"""B4: a register of any size is screened from parquet in memory that does not grow with it, exactly.

`HUICE_APPLICANTS=10000000 HUICE_PROGRAMS=500` is the full size; `--capture=no` shows the figures. `HUICE_BIG` is a folder
with room for its files.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matcher.combine import combine_outcomes
from matcher.interpret import interpret
from matcher.vector.kept import Kept
from rules.language.bundle import load_bundle
from tests.support.memory import Watch
from tests.support.registers import write_register, write_rules

APPLICANTS = int(os.environ.get("HUICE_APPLICANTS", "3000"))
PROGRAMS = int(os.environ.get("HUICE_PROGRAMS", "20"))
BIG = os.environ.get("HUICE_BIG")
MOST_MEMORY = 4 * 1024**3
SAMPLE = 20
ON = date(2026, 5, 20)


def test_a_register_is_screened_exactly_and_in_bounded_memory(tmp_path: Path) -> None:
    place = Path(BIG) if BIG else tmp_path
    rules = write_rules(place / "rules", PROGRAMS)
    register = write_register(place / "register.parquet", APPLICANTS)
    target = place / "results.parquet"
    huice = Path(sys.executable).with_name("huice")
    words = [huice, "screen", register, "--rules", rules, "--as-of", ON.isoformat(), "--out", target, "--without-no"]
    words += ["--keep", place / "kept"]

    start = time.monotonic()
    env = {**os.environ, "HUICE_HOME": str(place)}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=env) as process:
        with Watch(process.pid) as watch:
            process.wait()
        seconds = time.monotonic() - start
        told = process.stderr.read()

    assert process.returncode == 0, told
    assert f"{APPLICANTS} 家" in told
    assert 0 < watch.peak < MOST_MEMORY
    count = pq.ParquetFile(target).metadata.num_rows
    total = _agree_on_a_sample(rules, place / "kept", target)
    sys.stdout.write(
        f"\n{APPLICANTS:,} applicants × {PROGRAMS} programs: {seconds:.0f} s, peak memory of all processes "
        f"{watch.peak / 1024**2:.0f} MB, {count:,} rows that are not a plain no, {total / 100:,.2f} yuan payable\n"
    )


def _agree_on_a_sample(rules: Path, kept: Path, target: Path) -> int:
    """Hold the rows of some applicants against the interpreter; return the sum of all that is payable."""
    bundle = load_bundle([rules])
    [path] = kept.iterdir()
    register = Kept(path, bundle.vocabulary)
    draw = random.Random(3)
    chosen = sorted(draw.sample(range(1, APPLICANTS + 1), SAMPLE))
    expected = {}
    firsts = register.firsts()
    for number, (first, after) in enumerate(pairwise([*firsts, register.size + 1])):
        for row in (row for row in chosen if first <= row < after):
            profile = register.part(number, first).population.profile_of(row - first)
            outcomes, _ = combine_outcomes(bundle, interpret(bundle, profile, ON), profile, ON)
            for outcome in outcomes:
                if outcome.status.value != "ineligible":
                    assert outcome.payable is not None
                    expected[row, outcome.policy] = (outcome.status.value, outcome.payable.min, outcome.payable.max)
    found, total = {}, 0
    for batch in pq.ParquetFile(target).iter_batches(
        columns=["行", "项目编号", "状态", "可领最低（分）", "可领最高（分）"]
    ):
        total += pc.sum(batch["可领最低（分）"]).as_py() or 0
        mine = batch.filter(pc.is_in(batch["行"], value_set=pa.array(chosen)))
        for row in mine.to_pylist():
            found[row["行"], row["项目编号"]] = (row["状态"], row["可领最低（分）"], row["可领最高（分）"])
    assert found == expected
    assert expected
    return total
