"""B6: events over the corpus through the rule network, its process killed again and again: none lost, none told twice.

`HUICE_EVENTS=100000` sends as many as it says; the process is killed `HUICE_KILLS` times on the way.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import func, select

from matcher.network import Supervisor, check_everything, compile_network, encode
from matcher.profile import read_profile
from rules.language.bundle import load_corpus
from web.services.network_worker import NetworkWorker
from web.store import Store, operations
from web.store.network_queue import save_profile
from web.store.network_tables import NetworkAlarm, NetworkEvent, NetworkNotice, NetworkStanding

EVENTS = int(os.environ.get("HUICE_EVENTS", "300"))
KILLS = int(os.environ.get("HUICE_KILLS", "3"))
TESTS = int(os.environ.get("HUICE_TESTS", "60"))
ON = date(2026, 5, 20)
SUBJECTS = 100  # each changes its profile again and again
GROWTH = 20_000  # kB
FEW = 1000


def applicants():
    """Return the facts of the corpus' own tests with the kind of applicant that each is about."""
    return [
        (policy.applicant[0], dict(test.facts)) for policy in load_corpus().policies.values() for test in policy.tests
    ]


def drain(worker):
    """Work until the queue is empty."""
    while worker.step():
        pass


def what_was_told(session):
    """Check that all events are done, without alarm, each told once and as the standings say; return how many notices."""
    assert session.scalar(select(func.count()).where(NetworkEvent.done_at.is_(None))) == 0
    assert session.execute(select(NetworkAlarm.policy, NetworkAlarm.network, NetworkAlarm.interpreter)).all() == []
    last, seen = {}, Counter()
    for row in session.scalars(select(NetworkNotice).order_by(NetworkNotice.id)):
        low, high = ("" if end is None else end for end in (row.amount_min, row.amount_max))
        last[row.subject, row.policy] = f"{row.status}:{low}:{high}"
        seen[row.event_id, row.policy] += 1
    assert max(seen.values()) == 1
    for standing in session.scalars(select(NetworkStanding)):
        assert last[standing.subject, standing.policy] == standing.finding.replace(":None", ":")
    return seen.total()


def memory_of(process_id):
    """Return the memory that a process holds, in kB."""
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_b6_no_event_is_lost_and_none_told_twice_while_the_process_is_killed(tmp_path, capsys):
    store = Store.open(f"sqlite:///{tmp_path / 'huice.db'}")
    operations.upgrade(store)
    worker = NetworkWorker(store, load_corpus, lambda: ON)
    known = applicants()
    sent = kills = 0
    expected = Counter()
    memory = []
    rng = random.Random(20261124)
    began = time.monotonic()
    drain(worker)
    try:
        while sent < EVENTS:
            with store.writing() as session:
                for place in range(min(SUBJECTS, EVENTS - sent)):
                    kind, facts = known[(sent + place * 17) % len(known)]
                    save_profile(session, f"企业{place}", kind, facts)
                    expected[f"企业{place}"] += 1
            sent += min(SUBJECTS, EVENTS - sent)
            killer = None
            if kills * EVENTS < KILLS * sent:
                # At some moment of the batch: while it waits, while it answers, or after its last answer.
                killer = Timer(rng.random() / 3, os.kill, (worker.supervisor.process_id, signal.SIGKILL))
                killer.start()
                kills += 1
            drain(worker)
            if killer:
                killer.join()
                worker.supervisor.beat()
                worker.supervisor.beat()
            if sent % max(SUBJECTS, EVENTS // 20) == 0:
                memory.append((sent, memory_of(worker.supervisor.process_id), memory_of(os.getpid())))
                if EVENTS > FEW:
                    with capsys.disabled():
                        sys.stderr.write(f"{time.monotonic() - began:.0f} s, events and kB of both: {memory[-1]}\n")
        restarts = worker.supervisor.restarts
    finally:
        worker.close()

    with store.reading() as session:
        events = Counter(session.scalars(select(NetworkEvent.subject).where(NetworkEvent.kind == "profile")))
        told = what_was_told(session)
    store.close()
    if EVENTS > FEW:
        with capsys.disabled():
            sys.stderr.write(f"{sent} events, {told} notices, {restarts} restarts\n")
    assert restarts == kills == KILLS
    assert events == expected
    assert told > 0
    assert max(child for _, child, _ in memory) - memory[0][1] < GROWTH


def test_b6_the_process_alone_answers_each_time_the_same_however_often_it_is_killed(capsys):
    bundle = load_corpus()
    network = compile_network(bundle, ON)
    known = applicants()[:: max(1, 20_000 // EVENTS)]
    messages = [encode(network, read_profile(facts, bundle.vocabulary)) for _, facts in known]
    rng = random.Random(6)
    first, memory = {}, []
    kills = 0
    with Supervisor(network) as supervisor:
        for sent in range(0, EVENTS, SUBJECTS):
            places = [(sent + offset) % len(messages) for offset in range(min(SUBJECTS, EVENTS - sent))]
            killer = None
            if kills * EVENTS < KILLS * (sent + SUBJECTS):
                killer = Timer(rng.random() / 5, os.kill, (supervisor.process_id, signal.SIGKILL))
                killer.start()
                kills += 1
            for place, fired in zip(places, supervisor.ask([messages[place] for place in places]), strict=True):
                assert fired is not None
                assert first.setdefault(place, fired) == fired
            if killer:
                killer.join()
                supervisor.beat()
                supervisor.beat()
            memory.append(memory_of(supervisor.process_id))
        restarts = supervisor.restarts
    if EVENTS > FEW:
        with capsys.disabled():
            sys.stderr.write(f"{EVENTS} messages, {restarts} restarts, kB {min(memory)} to {max(memory)}\n")
    assert restarts == kills == KILLS
    assert max(memory) - memory[0] < GROWTH


@pytest.mark.parametrize("share", range(3))
def test_b6_the_network_says_what_the_interpreter_says_of_the_corpus_own_tests(share):
    bundle = load_corpus()
    by_day = {}
    for policy in bundle.policies.values():
        for test in policy.tests:
            by_day.setdefault(test.as_of, []).append(test)
    days = sorted(by_day, key=lambda day: -len(by_day[day]))[share::3]
    supervisor = None
    checked = 0
    try:
        for day in days:
            if checked >= TESTS:
                break
            network = compile_network(bundle, day)
            if supervisor is None:
                supervisor = Supervisor(network)
            else:
                supervisor.swap(network)
            tests = by_day[day][: TESTS - checked]
            profiles = [read_profile(test.facts, bundle.vocabulary) for test in tests]
            for test, profile, fired in zip(
                tests, profiles, supervisor.ask([encode(network, one) for one in profiles]), strict=True
            ):
                assert check_everything(network, profile, fired) == (), f"{test.position}: {json.dumps(test.name)}"
                checked += 1
        assert supervisor.restarts == 0
    finally:
        supervisor.close()
    assert checked >= min(TESTS, 60)
