"""Time one applicant against the whole corpus: the whole program, and a match inside it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from matcher.match import match
from matcher.profile import read_profile
from rules.language.bundle import load_corpus

FACTS: dict[str, object] = {
    "registered_in": "罗湖区",
    "founded_on": "2020-06-30",
    "staff": "100",
    "is_above_scale": "true",
    "hitech_until": "2027-12-31",
    "revenue": {"2025": "5000万元"},
    "rd_expense": {"2025": "249万元", "2024": "100万元"},
}
DAY = date(2026, 5, 20)
RUNS = 7


def test_time_of_the_program(tmp_path: Path) -> None:
    """Print how long `huice match` takes from start to end."""
    path = tmp_path / "profile.yaml"
    path.write_text(
        "registered_in: 罗湖区\nfounded_on: 2020-06-30\nrevenue: {2025: 5000万元}\nrd_expense: {2025: 249万元}\n",
        encoding="utf-8",
    )
    program = Path(sys.executable).with_name("huice")
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        words = [program, "match", path, "--as-of", DAY.isoformat(), "--format", "json"]
        subprocess.run(words, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    sys.stdout.write(
        f"\nhuice match, whole corpus: median {statistics.median(times):.2f} s, least {min(times):.2f} s\n"
    )


def test_time_of_a_match() -> None:
    """Print how long loading the corpus takes, and then one profile."""
    start = time.perf_counter()
    bundle = load_corpus()
    loaded = time.perf_counter() - start
    profile = read_profile(FACTS, bundle.vocabulary)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        match(bundle, profile, DAY)
        times.append(time.perf_counter() - start)
    sys.stdout.write(
        f"\n{len(bundle.policies)} programs: load {loaded:.2f} s, one profile {statistics.median(times) * 1000:.0f} ms\n"
    )
