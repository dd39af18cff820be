"""B5: time a full screening of a kept register against the re-run of one changed program, alone and as one of a group.

`HUICE_APPLICANTS=1000000` and `HUICE_PROGRAMS=500` set the sizes; one thread works.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

from matcher.vector import compile_bundle
from matcher.vector.kept import Kept, keep
from matcher.vector.payable import policies_tied_to
from matcher.vector.screening import screen
from rules.language.bundle import load_bundle
from rules.language.model import Bundle
from tests.support.registers import write_register, write_rules

APPLICANTS = int(os.environ.get("HUICE_APPLICANTS", "100000"))
PROGRAMS = int(os.environ.get("HUICE_PROGRAMS", "150"))
DAY = date(2026, 5, 20)
LARGEST_SHARE = 0.1


def timed(bundle: Bundle, register: Path, target: Path, only: Collection[str] | None = None) -> float:
    """Return the seconds to compile the rules, screen the register and write the results."""
    start = time.process_time()
    policies = None if only is None else {name for one in only for name in policies_tied_to(bundle, one, DAY)}
    compiled = compile_bundle(bundle, DAY, policies)
    list(screen(compiled, Kept(register, bundle.vocabulary), target, only))
    return time.process_time() - start


def test_time_of_one_changed_program(tmp_path: Path) -> None:
    """Print the times, and hold the re-run of one program to a tenth of a full run."""
    bundle = load_bundle([write_rules(tmp_path / "rules", PROGRAMS)])
    changed = load_bundle([write_rules(tmp_path / "changed", PROGRAMS, seed=9)])
    policies = {**bundle.policies, **{name: changed.policies[name] for name in ("p0", "p5")}}
    start = time.process_time()
    register = keep(write_register(tmp_path / "t.parquet", APPLICANTS), bundle.vocabulary, tmp_path / "kept")
    kept = time.process_time() - start
    timed(bundle, register, tmp_path / "warm.parquet", {"p5"})  # the first call compiles the loops
    full = timed(bundle, register, tmp_path / "full.parquet")
    alone = timed(replace(bundle, policies=policies), register, tmp_path / "one.parquet", {"p5"})
    tied = timed(replace(bundle, policies=policies), register, tmp_path / "tied.parquet", {"p0"})
    sys.stdout.write(
        f"\n{APPLICANTS:,} applicants × {PROGRAMS} programs, processor time of one core:\n"
        f"  write and keep the register   {kept:7.2f} s\n"
        f"  all programs                  {full:7.2f} s\n"
        f"  one changed program           {alone:7.2f} s  {alone / full:6.1%}\n"
        f"  one changed program of a pair {tied:7.2f} s  {tied / full:6.1%}\n"
    )
    assert alone < full * LARGEST_SHARE
