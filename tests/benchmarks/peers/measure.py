"""Start a worker per engine and let them run in turn, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PEERS = ROOT / ".venv-bench"


@dataclass(slots=True)
class Measured:
    """What was measured of one engine on one task; seconds are of one run over all applicants."""

    engine: str
    applicants: int
    programs: int
    built: float
    digest: list[int]
    seconds: list[float] = field(default_factory=list)
    peak: float = 0

    @property
    def median(self) -> float:
        """Return the median run."""
        return statistics.median(self.seconds)

    @property
    def per_applicant(self) -> float:
        """Return µs per applicant."""
        return self.median / self.applicants * 1e6

    @property
    def speed(self) -> float:
        """Return decisions per second."""
        return self.applicants * self.programs / self.median


class Worker:
    """A process that answers one line for each line it is sent."""

    def __init__(self, engine: str, path: Path) -> None:
        self.engine = engine
        self._process = subprocess.Popen(
            command_of(engine, path), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def line(self) -> Any:
        """Return what the worker says next."""
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError(f"{self.engine} gave up")
        return json.loads(text)

    def run(self) -> Any:
        """Let it run once."""
        assert self._process.stdin is not None
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        return self.line()


def command_of(engine: str, path: Path) -> list[str]:
    """Return the command that starts an engine."""
    if engine.startswith("publicodes"):
        return ["node", str(PEERS / "node" / "publicodes.mjs"), engine, str(path)]
    if engine.split(maxsplit=1)[0] in {"huice", "interpreter"}:
        return [sys.executable, "-m", "tests.benchmarks.peers.ours", engine, str(path)]
    return [str(PEERS / "bin" / "python"), str(HERE / "others.py"), engine, str(path)]


def in_turn(paths: dict[str, Path], runs: int) -> list[Measured]:
    """Measure engines, each on its task, one run of each after the other; hold their answers against each other.

    Tasks may differ in length, as some engines are thousandfold slower, not in their first applicants: there all must agree.
    """
    found = []
    workers = []
    try:
        for engine, path in paths.items():
            task = json.loads(path.read_text(encoding="utf-8"))
            worker = Worker(engine, path)
            workers.append(worker)
            first = worker.line()
            size = len(task["applicants"]) or task["size"]
            found.append(Measured(engine, size, len(task["programs"]), first["built"], first["digest"]))
        for _ in range(runs):
            for worker, measured in zip(workers, found, strict=True):
                answer = worker.run()
                measured.seconds.append(answer["seconds"])
                measured.peak = answer["peak"]
    finally:
        for worker in workers:
            worker.__exit__(None, None, None)
    for measured in found:
        assert measured.digest == found[0].digest, [(each.engine, each.digest) for each in found]
    return found
