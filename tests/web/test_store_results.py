"""Results are found by the right key alone, repeated requests act once, and what is over is forgotten."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from web.store import results
from web.store.base import now
from web.store.repeats import Answer, KeyReused, once
from web.store.tables import Draft, Remark, RepeatedRequest, Result, ShareLink

ON = date(2026, 5, 20)


def a_result(**values):
    given = {"as_of": ON, "bundle": "sha256:0", "engine": "interpret", "profile": {"name": "某公司"}, "outcome": {}}
    return Result(**{**given, "total_min": 0, "total_max": 100, **values})


def test_a_result_is_found_by_its_id_and_its_number(store):
    with store.writing() as session:
        kept = results.save_result(session, a_result())

    with store.reading() as session:
        assert results.find_result(session, kept.id).number == kept.number
        assert results.find_by_number(session, kept.number).id == kept.id
        assert results.find_result(session, kept.number) is None
        assert results.find_by_number(session, kept.id) is None


def test_a_number_copied_from_paper_is_understood():
    number = results.new_number(ON)
    assert number.startswith("HC-20260520-")
    assert len(number) == len("HC-20260520-7K3M9-Q2X4R")
    assert results.written_number(" hc-20260520-7k3mo-q2xi0 ") == "HC-20260520-7K3M0-Q2X10"
    assert results.written_number(number) == number


def test_a_share_link_opens_its_result_until_it_is_revoked(store):
    with store.writing() as session:
        kept = results.save_result(session, a_result())
        secret = results.share(session, kept)

    with store.reading() as session:
        assert results.find_shared(session, secret).id == kept.id
        assert results.find_shared(session, secret[:-1]) is None
        assert results.find_shared(session, "\ud800") is None
        assert secret not in str(session.query(ShareLink).one().secret_hash)
    with store.writing() as session:
        assert results.revoke_shares(session, kept) == 1
    with store.reading() as session:
        assert results.find_shared(session, secret) is None


def test_what_is_past_its_time_is_neither_found_nor_kept(store):
    with store.writing() as session:
        draft = results.start_draft(session, "enterprise", ON)
        kept = results.save_result(session, a_result(draft_id=draft.id))
        secret = results.share(session, kept)
        session.add(Remark(id="m", result_id=kept.id, message="好"))
    with store.writing() as session:
        past = now() - timedelta(seconds=1)
        session.get(Result, kept.id).expires_at = past
        session.get(Draft, draft.id).expires_at = past

    with store.reading() as session:
        assert results.find_result(session, kept.id) is None
        assert results.find_shared(session, secret) is None
        assert results.find_draft(session, draft.id) is None
    with store.writing() as session:
        assert results.forget_expired(session, now()) == 2  # the share link goes with its result
    with store.reading() as session:
        assert session.query(Result).count() == session.query(Draft).count() == session.query(ShareLink).count() == 0
        assert session.get(Remark, "m").result_id is None


def test_a_draft_is_found_by_its_capability(store):
    with store.writing() as session:
        draft = results.start_draft(session, "person", ON)

    with store.reading() as session:
        found = results.find_draft(session, draft.id)
    assert (found.applicant, found.answers, found.skipped, found.as_of) == ("person", {}, [], ON)
    assert len(draft.id) == 22


def answer_with_a_remark(session):
    session.add(Remark(message="好"))
    return Answer(201, "application/json", b"{}", "/r/1")


def test_the_same_request_twice_does_one_thing(store):
    first = once(store, "api", "key", b"body", answer_with_a_remark)
    second = once(store, "api", "key", b"body", answer_with_a_remark)

    assert first == second == Answer(201, "application/json", b"{}", "/r/1")
    with store.reading() as session:
        assert session.query(Remark).count() == 1


def test_a_key_with_another_body_is_refused_and_with_another_scope_is_another_key(store):
    once(store, "api", "key", b"body", answer_with_a_remark)

    with pytest.raises(KeyReused):
        once(store, "api", "key", b"other", answer_with_a_remark)
    once(store, "form", "key", b"other", answer_with_a_remark)
    with store.reading() as session:
        assert session.query(Remark).count() == 2


def test_a_request_that_failed_may_be_sent_again(store):
    def fail(session):
        session.add(Remark(message="没有"))
        session.flush()
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        once(store, "api", "key", b"body", fail)
    once(store, "api", "key", b"body", answer_with_a_remark)

    with store.reading() as session:
        assert [remark.message for remark in session.query(Remark)] == ["好"]


def test_a_kept_answer_is_over_after_a_day(store):
    once(store, "api", "key", b"body", answer_with_a_remark)
    with store.writing() as session:
        session.get(RepeatedRequest, ("api", "key")).expires_at = datetime(2020, 1, 1, tzinfo=UTC)

    once(store, "api", "key", b"another body", answer_with_a_remark)

    with store.reading() as session:
        assert session.query(Remark).count() == 2


def test_the_same_request_at_the_same_time_does_one_thing(store):
    answers = []
    start = threading.Barrier(6)

    def send():
        start.wait()
        answers.append(once(store, "api", "key", b"body", answer_with_a_remark))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 6
    assert len(set(answers)) == 1
    with store.reading() as session:
        assert session.query(Remark).count() == 1
