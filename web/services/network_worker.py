"""Work off the queue of the rule network: lease, fire, confirm, write; go over to new rules between two batches."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from matcher.interpret.versions import nearest_version, spans_of, version_in_force
from matcher.network import (
    Fired,
    Message,
    Network,
    Supervisor,
    Unsayable,
    check_everything,
    compile_network,
    confirm,
    encode,
)
from matcher.outcome import Outcome, Truth
from matcher.profile import Profile, ProfileErrors, read_profile_text
from rules.language.model import Bundle
from web.store import Store
from web.store.base import canonical_json, now
from web.store.network_effects import Effects, Hit, finish
from web.store.network_queue import BATCH, BUNDLE, DEADLINE, LEASE, OPENS, Leased, fan_out, forget, lease, put

DEADLINE_NEAR = timedelta(days=7)
AUDITED = 100  # of so many events one is checked in full, what the network passed over included
KEPT_EVENTS = timedelta(days=90)  # done, and nothing was told
KEPT_MESSAGES = 4096  # several events often ask about facts that have not changed
NO_ANSWER = ("*", "no answer", "asked alone")
UNREADABLE = ("*", "not asked", "unreadable")


class NetworkWorker:
    """One worker: a store, the rules as they are loaded now, and the network's process."""

    def __init__(
        self, store: Store, load: Callable[[], Bundle], today: Callable[[], date], length: timedelta = LEASE
    ) -> None:
        self.network: Network = compile_network(load(), today())
        self.supervisor = Supervisor(self.network)
        self._store, self._load, self._today, self._length = store, load, today, length
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._announce()

    def close(self) -> None:
        """End the network's process."""
        self.supervisor.close()

    def step(self, limit: int = BATCH) -> int:
        """Do one batch and return how many events it held; 0 is an empty queue."""
        if self._today() != self.network.on:
            self._go_over(self.network.bundle)
        with self._store.writing() as session:
            events = lease(session, limit, self._length)
        if any(event.kind == BUNDLE and event.subject is None for event in events):
            self._go_over(self._load())
        for event in events:
            if event.subject is None:
                with self._store.writing() as session:
                    fan_out(session, event)
        done = list(self._answers([event for event in events if event.subject is not None]))
        if done:
            with self._store.writing() as session:
                for event, effects in done:
                    finish(session, event, effects, self.network.bundle.hash, self.network.on)
        return len(events)

    def _go_over(self, bundle: Bundle) -> None:
        """Go over to other rules or another day; the new process is ready before the old one ends."""
        self.network = compile_network(bundle, self._today())
        self.supervisor.swap(self.network)
        self._messages.clear()
        self._announce()

    def _announce(self) -> None:
        """Queue what the rules and the day bring: new rules, windows that are open, deadlines that are near; forget old events."""
        with self._store.writing() as session:
            forget(session, now() - KEPT_EVENTS)
            put(session, f"{BUNDLE}:{self.network.bundle.hash}", BUNDLE)
            for key, kind, policy in dates_of(self.network.bundle, self.network.on):
                put(session, key, kind, policy=policy)

    def _answers(self, events: list[Leased]) -> Iterator[tuple[Leased, Effects]]:
        """Yield what comes of the events of a batch."""
        asked: list[tuple[Leased, Profile, Message | None]] = []
        for event in events:
            try:
                profile = self._profile(event)
            except ProfileErrors:
                yield event, Effects((), (), (UNREADABLE,))
                continue
            asked.append((event, profile, self._message(event, profile)))
        messages = [message for _, _, message in asked if message is not None]
        fired = iter(self.supervisor.ask(messages) if messages else ())
        for event, profile, message in asked:
            answer = None if message is None else next(fired)
            yield event, self._effects(event, profile, answer, is_silent=message is not None and answer is None)

    def _profile(self, event: Leased) -> Profile:
        text = json.dumps(event.profile, ensure_ascii=False)
        return replace(read_profile_text(text, "json", self.network.bundle.vocabulary), applicant=event.applicant)

    def _message(self, event: Leased, profile: Profile) -> Message | None:
        key = canonical_json(event.profile)
        found = self._messages.get(key)
        if found is None:
            try:
                found = self._messages[key] = encode(self.network, profile)
            except Unsayable:
                return None
            if len(self._messages) > KEPT_MESSAGES:
                self._messages.popitem(last=False)
        return found

    def _effects(self, event: Leased, profile: Profile, fired: Fired | None, *, is_silent: bool) -> Effects:
        only = None if event.policy is None else (event.policy,)
        checked = confirm(self.network, profile, fired, event.told, only)
        alarms = {*checked.disagreements}
        if fired is not None and event.id % AUDITED == 0:
            missed = check_everything(self.network, profile, fired)
            alarms |= {*missed}
            if missed:
                checked = confirm(self.network, profile, None, (), only)
        hits = [_hit(each) for each in checked.outcomes]
        return Effects(hits, checked.denied, (NO_ANSWER,) if is_silent else sorted(alarms))


def dates_of(bundle: Bundle, on: date) -> Iterator[tuple[str, str, str]]:
    """Yield key, kind and policy of the windows that are open on a day and of the deadlines near it.

    A window of one applicant, such as half a year after its registration, is none of these.
    """
    for name, policy in bundle.policies.items():
        window = nearest_version(policy, on).window
        if window is None or version_in_force(policy, on) is None:
            continue
        for first, last in spans_of(window, on):
            if first <= on <= last:
                yield f"{OPENS}:{name}:{first}", OPENS, name
                if last - on <= DEADLINE_NEAR:
                    yield f"{DEADLINE}:{name}:{last}", DEADLINE, name


def _hit(outcome: Outcome) -> Hit:
    amount = outcome.payable
    reasons = [
        {"id": line.id, "text": line.text, "clause": line.cite.clause if line.cite else ""}
        for line in outcome.trace
        if line.kind == "condition" and line.truth is Truth.T and line.depth == 0
    ]
    return Hit(outcome.policy, outcome.status.value, None if amount is None else (amount.min, amount.max), reasons)
