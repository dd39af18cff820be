"""How much memory a process and all that it started hold at most."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]

_SECONDS = 0.1


class Watch:
    """Looks ten times a second while the context lasts; `peak` is the largest sum of resident memory, in bytes."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._whole = psutil.Process(pid)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.is_set():
            self.peak = max(self.peak, self._held())
            self._is_over.wait(_SECONDS)

    def _held(self) -> int:
        held = 0
        try:
            for one in [self._whole, *self._whole.children(recursive=True)]:
                held += one.memory_info().rss
        except psutil.NoSuchProcess:  # one has just ended
            return held
        return held
