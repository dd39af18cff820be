"""A worker's side of the measurement: prepare, say what was found, then run once for every line that comes in."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

LEAST = 0.25  # seconds of a measurement: what is quicker runs again and again, or its first touch of the memory is what is measured
CHECKED = 3  # applicants whose answers are held against those of other engines
Run = Callable[[], Any]


def first_of(people: Iterable[Any], answer: Callable[[Any], Any]) -> list[Any]:
    """Answer everybody, and return the answers of the first."""
    found = []
    for one in people:
        answered = answer(one)
        if len(found) < CHECKED:
            found.append(
                answered if not isinstance(answered, Iterable) or isinstance(answered, dict) else list(answered)
            )
    return found


def peak_memory() -> float:
    """Return the most memory this program has held, in MB; the system's usage counts what started it too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def serve(
    name: str, path: str, engines: dict[str, Callable[[dict[str, Any], str], tuple[Run, Callable[[Any], Any]]]]
) -> None:
    """Prepare an engine for a task; `digest` turns what a run gives into something that all engines must agree on."""
    with open(path, encoding="utf-8") as stream:  # noqa: PTH123  shared with environments of other engines
        task = json.load(stream)
    start = time.process_time()
    run, digest = engines[name](task, path)
    built = time.process_time() - start
    gc.collect()
    gc.freeze()  # what was built is not searched for garbage again and again
    print(json.dumps({"built": built, "digest": digest(run())}), flush=True)  # noqa: T201
    for _ in sys.stdin:
        start = time.process_time()  # of all threads: what else the machine does must not count
        seconds, runs = 0.0, 0
        while seconds < LEAST:
            run()
            runs += 1
            seconds = time.process_time() - start
        print(json.dumps({"seconds": seconds / runs, "peak": peak_memory()}), flush=True)  # noqa: T201
