"""Let the writers of one SQLite file take turns fairly, in this process and in the others."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE_SECONDS = 0.002


class StoreBusy(Exception):
    """Another writer kept the database longer than we wait."""


class WriteTurn:
    """A lock that one writer holds from before BEGIN IMMEDIATE until after COMMIT.

    SQLite's own waiting is not fair: under load one process starves. The threads of this process queue on a lock, and the
    one at the head waits for a lock on a file beside the database.
    """

    def __init__(self, database: Path, timeout: float) -> None:
        """Wait at most `timeout` seconds for each turn on `database`."""
        self._path = database.with_name(database.name + ".turn")
        self._timeout = timeout
        self._threads = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the turn inside the block.

        Raises:
            StoreBusy: the turn did not come in time.
        """
        deadline = time.monotonic() + self._timeout
        if not self._threads.acquire(timeout=self._timeout):
            raise StoreBusy
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._wait_for_file(handle, deadline)
                yield
            finally:
                os.close(handle)  # closing gives the lock back
        finally:
            self._threads.release()

    def _wait_for_file(self, handle: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreBusy from None
                time.sleep(PAUSE_SECONDS)
            else:
                return
