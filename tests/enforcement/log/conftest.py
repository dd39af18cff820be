from __future__ import annotations

import pytest

from enforcement.log.event import Event, seal
from enforcement.log.keys import Kind, SigningKey
from enforcement.log.log import append, sign_head
from enforcement.log.policy import Group, Policy
from enforcement.log.store import MemoryStore

ORIGIN = "log.example.cn/luohu"


def numbered(number, **changes):
    """Return the event of the given number, a minute after the one before."""
    parts = {
        "kind": "visit.recorded",
        "at": f"2026-12-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00+08:00",
        "by": f"ZF-{number % 64:03}",
        "ref": f"SSJ-2026-{number:04}",
        "body": {"item": "A07", "seq": number},
    }
    return Event(**{**parts, **changes})


def fill(store, count):
    for number in range(store.size(), count):
        append(store, numbered(number))
    return store


@pytest.fixture
def event():
    return numbered


@pytest.fixture
def filled():
    return lambda count, store=None: fill(MemoryStore() if store is None else store, count)


@pytest.fixture
def origin():
    return ORIGIN


@pytest.fixture
def log_key():
    return SigningKey(ORIGIN, Kind.LOG, bytes(range(32)))


@pytest.fixture
def witness_keys():
    return {
        name: SigningKey(f"{name}.example.cn", Kind.WITNESS, bytes([number]) * 32)
        for number, name in enumerate("abc", 1)
    }


@pytest.fixture
def policy(log_key, witness_keys):
    """Trust the log when two of three witnesses signed."""
    witnesses = {name: key.verifier for name, key in witness_keys.items()}
    return Policy((log_key.verifier,), witnesses, {"two": Group(2, tuple(witnesses))}, "two")


@pytest.fixture
def lenient(log_key):
    """Trust the log's signature alone."""
    return Policy((log_key.verifier,))


@pytest.fixture
def signed(origin, log_key):
    return lambda store, last=None: sign_head(store, origin, [log_key], last).data


@pytest.fixture
def sealed_visit(event):
    """Return an event about a visit whose content is sealed, with the content and its salt."""

    def make(number, body):
        sealed = seal(body)
        return event(number, body={}, sealed=sealed.digest), sealed.salt

    return make
