"""Keep the process of the network alive: start it, ask it, put another in its place when it falls or falls silent."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

from matcher.network.compiling import Network
from matcher.network.encoding import Message

ANSWER_SECONDS = 30.0
START_SECONDS = 120.0
ATTEMPTS = 3  # for one message alone, after the batch it came in has failed


class Fired(NamedTuple):
    """The programs that hold for an applicant, but for what a person decides, and those that fail."""

    holds: tuple[str, ...]
    fails: tuple[str, ...]


class Fallen(Exception):
    """The process ended, or did not answer in time."""


class _Process:
    """One process with the rulesets of one network; messages and answers are lines of JSON."""

    def __init__(self, rulesets: Mapping[str, Any], answer_seconds: float) -> None:
        self._answer_seconds = answer_seconds
        self._rest = b""
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "matcher.network.firing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        try:
            self.ask({"rulesets": rulesets}, START_SECONDS)
        except Fallen:
            self.end()
            raise

    def ask(self, question: Mapping[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Return the answer to one line; raise Fallen."""
        assert self.popen.stdin is not None  # noqa: S101  opened as a pipe
        try:
            self.popen.stdin.write(json.dumps(question).encode() + b"\n")
        except OSError as error:
            raise Fallen from error
        answer: dict[str, Any] = json.loads(self._line(time.monotonic() + (seconds or self._answer_seconds)))
        return answer

    def _line(self, until: float) -> bytes:
        out = self.popen.stdout
        assert out is not None  # noqa: S101  opened as a pipe
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise Fallen
                more = out.read(1 << 20)
                if not more:
                    raise Fallen
                self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.popen.kill()
        with self.popen:  # closes the pipes and waits
            pass


class Supervisor:
    """The network as callers see it: it answers, however often its process falls; used from one thread."""

    def __init__(self, network: Network, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.network = network
        self.restarts = 0
        self._answer_seconds = answer_seconds
        self._process: _Process | None = _Process(network.rulesets, answer_seconds)

    @property
    def process_id(self) -> int | None:
        """Return the id of the process, None while there is none."""
        return self._process.popen.pid if self._process else None

    def ask(self, messages: Sequence[Message]) -> list[Fired | None]:
        """Return what fires for each message; None for a message that no process survived or answered."""
        try:
            return self._ask(messages)
        except Fallen:
            self._drop()
        return [self._ask_alone(message) for message in messages]

    def beat(self) -> None:
        """Make sure that the process answers; put another in its place when it does not."""
        try:
            self._running().ask({"beat": 1})
        except Fallen:
            self._drop()

    def swap(self, network: Network) -> None:
        """Go over to another network: its process is ready before the old one ends."""
        fresh = _Process(network.rulesets, self._answer_seconds)
        old, self._process, self.network = self._process, fresh, network
        if old is not None:
            old.end()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def _ask(self, messages: Sequence[Message]) -> list[Fired | None]:
        answers = self._running().ask({"ask": messages})["fired"]
        names = self.network.programs
        return [Fired(tuple(names[i] for i in holds), tuple(names[i] for i in fails)) for holds, fails in answers]

    def _ask_alone(self, message: Message) -> Fired | None:
        for _ in range(ATTEMPTS):
            try:
                return self._ask([message])[0]
            except Fallen:
                self._drop()
        return None

    def _running(self) -> _Process:
        if self._process is None:
            self._process = _Process(self.network.rulesets, self._answer_seconds)
            self.restarts += 1
        return self._process

    def _drop(self) -> None:
        self.close()
