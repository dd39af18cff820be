"""B4: screen a register of any size against the corpus with `huice screen`, then on two workers of which one is killed half-way.

`HUICE_APPLICANTS=10000000` is the full size; `HUICE_BIG` is a folder with room for its files (about 20 GB), in which a register
that is there already is not written again. Memory is that of all processes together.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from itertools import zip_longest
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from distributed import Client, LocalCluster

from matcher.match import policies_for
from matcher.profile import Absent, Profile
from matcher.vector.cluster import Job, screen_on
from matcher.vector.kept import Kept, keep
from rules.language.bundle import load_corpus
from tests.support.memory import Watch
from tests.support.registers import write_corpus_register

APPLICANTS = int(os.environ.get("HUICE_APPLICANTS", "100000"))
BIG = os.environ.get("HUICE_BIG")
ON = date(2026, 5, 20)
MOST_MEMORY = 4 * 1024**3
PAID = "可领最低（分）"


def screened(register: Path, place: Path) -> tuple[float, int]:
    """Run the command from the parquet of the register to the parquet of the results; return seconds and peak memory."""
    words = [str(Path(sys.executable).with_name("huice")), "screen", str(register), "--as-of", ON.isoformat()]
    words += ["--out", str(place / "command.parquet"), "--keep", str(place / "kept"), "--without-no", "--dask", "local"]
    start = time.monotonic()
    env = {**os.environ, "HUICE_HOME": str(place)}
    with subprocess.Popen(words, env=env) as process, Watch(process.pid) as watch:
        assert process.wait() == 0
    return time.monotonic() - start, watch.peak


def screened_with_a_loss(kept: Path, target: Path) -> tuple[float, int]:
    """Screen the kept register on two workers, and kill one when half is written; return seconds and peak memory."""
    bundle = load_corpus()
    columns = Profile({heading.key: Absent() for heading in Kept(kept, bundle.vocabulary).headings.facts})
    job = Job(bundle, ON, policies_for(bundle, columns), kept, None, without_no=True)
    start = time.monotonic()
    is_killed = False
    with (
        Watch(os.getpid()) as watch,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(2, timeout=120)
        victim = next(iter(client.run(os.getpid).values()))
        for done in screen_on(client, job, target):
            if not is_killed and done >= APPLICANTS // 2:
                os.kill(victim, signal.SIGKILL)
                is_killed = True
    assert is_killed
    return time.monotonic() - start, watch.peak


def totals(path: Path) -> tuple[int, int]:
    """Return how many rows there are, and what is payable in all at least, in 分."""
    file = pq.ParquetFile(path, pre_buffer=False)
    total = sum(pc.sum(batch[PAID]).as_py() or 0 for batch in file.iter_batches(columns=[PAID]))
    return file.metadata.num_rows, total


def are_alike(one: Path, other: Path) -> bool:
    """Tell whether two files have the same rows in the same order."""
    files = (pq.ParquetFile(path, pre_buffer=False) for path in (one, other))
    return all(left == right for left, right in zip_longest(*(file.iter_batches(1 << 20) for file in files)))


def test_time_and_memory_of_a_register_with_and_without_a_loss(tmp_path: Path) -> None:
    """Print times and memory, and hold both ways of screening against each other."""
    place = Path(BIG) if BIG else tmp_path
    register = place / f"register-{APPLICANTS}.parquet"
    if not register.exists():
        write_corpus_register(register, APPLICANTS, load_corpus(), ON)
    seconds, peak = screened(register, place)
    rows, payable = totals(place / "command.parquet")
    kept = keep(register, load_corpus().vocabulary, place / "kept")
    sys.stdout.write(
        f"\n{APPLICANTS:,} enterprises × the corpus, from parquet to parquet, the register read and kept on the way:\n"
        f"  huice screen              {seconds:7.0f} s  {peak / 1024**2:6.0f} MB  {rows:,} rows, {payable / 100:,.2f} yuan payable\n"
    )
    sys.stdout.flush()
    seconds, peak_with_loss = screened_with_a_loss(kept, place / "loss.parquet")
    assert totals(place / "loss.parquet") == (rows, payable)
    assert are_alike(place / "command.parquet", place / "loss.parquet")
    sys.stdout.write(
        f"  one of two workers killed {seconds:7.0f} s  {peak_with_loss / 1024**2:6.0f} MB  the same rows\n"
    )
    assert max(peak, peak_with_loss) < MOST_MEMORY
