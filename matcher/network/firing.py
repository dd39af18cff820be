"""Fire the rulesets on messages, in a process of its own; nothing else of the product touches durable-rules.

The library is used in the one way that was found sound: one thread, so its timers are kept from starting; the default
session; a fact asserted and retracted, because an event is used up by the first rule that it satisfies.

Run as a program it reads lines of JSON and answers each by one: `{"rulesets": …}` first, then `{"ask": [message, …]}` and
`{"beat": n}`. Any fault ends it; who asked starts another.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from durable import engine

from matcher.network.sayings import keys_in

Answer = tuple[list[int], list[int]]  # places of the programs that hold, and of those that fail


class _Host(engine.Host):  # type: ignore[misc]  # durable-rules carries no types
    def _run(self) -> None:
        """Start no timers: their threads would call the library while we do."""


class Rulesets:
    """The rulesets of one network, registered."""

    def __init__(self, definitions: Mapping[str, Mapping[str, Any]]) -> None:
        self._fired: list[int] = []
        self._keys = {
            name: frozenset().union(*(keys_in(body["all"][0]["m"]) for body in rules.values()))
            for name, rules in definitions.items()
        }
        self._asked = 0
        self._host = _Host()
        self._host.register_rulesets(
            {
                name: {rule: {**body, "run": self._recorder(int(rule[1:]))} for rule, body in rules.items()}
                for name, rules in definitions.items()
            }
        )

    def ask(self, message: Mapping[str, Any]) -> Answer:
        """Return which programs hold and which fail for the applicant of a message."""
        self._asked += 1
        own_name = {"id": f"a{self._asked}"}
        answer: Answer = ([], [])
        for name, keys in self._keys.items():
            fact = own_name | {key: message[key] for key in keys if key in message}
            self._fired.clear()
            try:
                self._host.assert_fact(name, fact)
            except engine.MessageNotHandledException:
                continue  # no rule of this ruleset fired, and nothing was kept
            self._host.retract_fact(name, fact)
            answer["_fails_" in name].extend(self._fired)
        return answer

    def _recorder(self, place: int) -> Callable[[object], None]:
        def record(_context: object) -> None:
            self._fired.append(place)

        return record


def serve(lines: IO[str], out: IO[str]) -> None:
    """Answer lines until there are no more."""
    rulesets: Rulesets | None = None
    for line in lines:
        wanted = json.loads(line)
        answer: Mapping[str, Sequence[object] | object]
        if "rulesets" in wanted:
            rulesets = Rulesets(wanted["rulesets"])
            answer = {"ready": True}
        elif "ask" in wanted and rulesets is not None:
            answer = {"fired": [rulesets.ask(message) for message in wanted["ask"]]}
        else:
            answer = {"beat": wanted["beat"]}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":  # pragma: no cover  run by the supervisor, in another process
    serve(sys.stdin, sys.stdout)
