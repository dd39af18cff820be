"""Two real workers, one of which is killed half-way, write the same rows and total as one process."""

from __future__ import annotations

import os
import signal

import dask
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

from matcher.vector import compile_bundle
from matcher.vector import tables as read
from matcher.vector.cluster import Job, Rules, screen_on, screen_part
from matcher.vector.kept import Kept, keep
from matcher.vector.screening import screen
from tests.matcher.interpret.building import ON, bundle_of
from tests.matcher.vector.test_kept import HOUSES
from tests.matcher.vector.test_payable import group
from tests.matcher.vector.test_screening import POLICY, ROWS, SET, csv_file

PARTS = 40


@pytest.fixture
def bundle():
    return bundle_of(POLICY, HOUSES, SET, group(members="[p, q]"))


@pytest.fixture
def register(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr(read, "ROWS_AT_ONCE", 8)
    many = [[f"{row[0]}{number}", *row[1:]] for number in range(PARTS * 2) for row in ROWS[1:]]
    return keep(csv_file(tmp_path, [ROWS[0], *many]), bundle.vocabulary, tmp_path)


def test_a_part_is_a_pure_function_of_the_rules_and_its_place(bundle, register):
    rules = Rules(Job(bundle, ON, ("p", "q"), register))
    rules.setup(None)

    assert screen_part(rules, 3, 25).equals(screen_part(rules, 3, 25))
    assert screen_part(rules, 3, 25)["行"].to_pylist() == [*range(25, 33), *range(25, 33)]


def test_a_worker_that_is_killed_half_way_changes_nothing(bundle, register, tmp_path):
    compiled = compile_bundle(bundle, ON)
    kept = Kept(register, bundle.vocabulary)
    list(screen(compiled, kept, tmp_path / "one.parquet"))
    settings = {"distributed.comm.timeouts.connect": "60s", "distributed.admin.tick.limit": "60s"}
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(2, timeout=120)
        pids = client.run(os.getpid)
        done = []
        for number in screen_on(client, Job(bundle, ON, ("p", "q"), register), tmp_path / "two.parquet"):
            done.append(number)
            if len(done) == PARTS // 2:
                os.kill(next(iter(pids.values())), signal.SIGKILL)
    one, two = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("one", "two"))

    assert done[-1] == kept.size == PARTS * 8
    assert two.to_pylist() == one.to_pylist()
    assert pc.sum(two["可领最高（分）"]).as_py() == pc.sum(one["可领最高（分）"]).as_py() > 0
