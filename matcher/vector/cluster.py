"""Screen a kept register on a Dask cluster: a part is a task, and a worker that dies costs its tasks a second try.

What a task does is one pure function of the part; the rules reach each worker once, also one that comes later. All workers
must be able to read the kept register under its path.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
from distributed import Client, Future, Worker, WorkerPlugin, get_worker

from matcher.vector.engine import compile_bundle
from matcher.vector.kept import Kept
from matcher.vector.results import Results
from matcher.vector.screening import Screening
from rules.language.model import Bundle

_TASKS_PER_THREAD = 2  # that wait or are done but not yet written: what bounds the memory


@dataclass(frozen=True, slots=True)
class Job:
    """What to screen with what; `only` names the programs to tell of, all when None."""

    bundle: Bundle
    on: date
    policies: tuple[str, ...]
    register: Path
    only: Collection[str] | None = None
    without_no: bool = False

    @property
    def name(self) -> str:
        """Return a name by which workers find it."""
        return f"huice-{self.bundle.hash}-{self.on}-{self.register.stem}"


class Rules(WorkerPlugin):
    """The rules of a job, compiled once in each worker."""

    def __init__(self, job: Job) -> None:
        self.name = job.name
        self._job = job

    def setup(self, worker: Worker) -> None:
        """Compile the rules and open the register."""
        job = self._job
        compiled = compile_bundle(job.bundle, job.on, job.policies)
        self.screening = Screening(compiled, job.only, without_no=job.without_no)
        self.register = Kept(job.register, job.bundle.vocabulary)


def screen_part(rules: Rules, number: int, first: int) -> pa.Table:
    """Return the results of one part of the register, whose first row has this number."""
    part = rules.register.part(number, first)
    return rules.screening.rows(part.population, part.first, part.who)[0]


def _on_worker(name: str, number: int, first: int) -> pa.Table:  # pragma: no cover  it runs in the workers alone
    rules = get_worker().plugins[name]
    assert isinstance(rules, Rules)  # noqa: S101  registered under this name below
    return screen_part(rules, number, first)


def screen_on(client: Client, job: Job, target: Path) -> Iterator[int]:
    """Write the results of a whole register in its order; yield the number of applicants done after each part."""
    kept = Kept(job.register, job.bundle.vocabulary)
    client.register_plugin(Rules(job))
    firsts = kept.firsts()
    ends = [*(first - 1 for first in firsts[1:]), kept.size]
    waiting: deque[tuple[int, Future[pa.Table]]] = deque()
    try:
        with Results(target) as results:
            for number, (first, end) in enumerate(zip(firsts, ends, strict=True)):
                task = client.submit(_on_worker, job.name, number, first, key=f"{job.name}-{number}", pure=False)
                waiting.append((end, task))
                while len(waiting) > _TASKS_PER_THREAD * max(1, sum(client.nthreads().values())):
                    yield _written(results, waiting)
            while waiting:
                yield _written(results, waiting)
    finally:
        client.cancel([task for _, task in waiting])
        client.unregister_worker_plugin(job.name)


def _written(results: Results, waiting: deque[tuple[int, Future[pa.Table]]]) -> int:
    """Write the first of the tasks that wait, once it is done."""
    end, task = waiting.popleft()
    results.add(task.result())
    return end
