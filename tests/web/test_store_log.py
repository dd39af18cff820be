"""The audit log in the database takes leaves in the business transaction, refuses every change, and shows any that was forced."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from enforcement.log.store import Overtaken
from tests.enforcement.log.conftest import numbered
from web.store import Store, operations
from web.store.engine import WRITES
from web.store.log import LogLeaf, SqlLog, find_events, log_head, misfiled, record, verify
from web.store.people import Account

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


def write(store, count):
    """Write accounts, each with its leaf, and return the head."""
    for number in range(count):
        with store.writing() as session:
            account = Account(staff_number=f"N{number}", name="演示", created_by="test")
            session.add(account)
            session.flush()
            record(session, "account.create", "test", account.id, {"seq": number}, at=START + timedelta(minutes=number))
    with store.reading() as session:
        return log_head(session)


def force(store, *statements):
    """Change tables as somebody with the database's own password could: triggers off first."""
    writer = store.engine.execution_options(**{WRITES: True})
    with store.write_turn(), writer.begin() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("ALTER TABLE log_leaves DISABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE log_nodes DISABLE TRIGGER USER"))
        else:
            for table in ("leaves", "nodes"):
                for kind in ("update", "delete", "insert"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS log_{table}_{kind}"))
        for statement in statements:
            connection.execute(text(statement))


def codes(store, *kept):
    with store.reading() as session:
        return {finding.code for finding in verify(session, kept).findings if not finding.ok}


def test_a_leaf_commits_and_rolls_back_with_its_event(store):
    head = write(store, 5)

    def fail_late():
        with store.writing() as session:
            session.add(Account(staff_number="N9", name="演示", created_by="test"))
            record(session, "account.create", "test")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()

    with store.reading() as session:
        assert (log_head(session), head.size) == (head, 5)
        assert session.query(Account).count() == 5
        assert verify(session, [head]).ok
        assert misfiled(session) == []
        assert [number for number, _ in find_events(session, kind="account.create", before=4, limit=2)] == [3, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_leaves SET kind = 'x' WHERE number = 1",
        "DELETE FROM log_leaves WHERE number = 4",
        "DELETE FROM log_nodes",
        "UPDATE log_nodes SET level = 9 WHERE level = 0",
        "INSERT INTO log_leaves (number, leaf, kind, actor, ref) SELECT 9, leaf, kind, actor, ref FROM log_leaves WHERE number = 1",
    ],
)
def test_the_database_refuses_every_change(store, statement):
    head = write(store, 5)

    with pytest.raises(DBAPIError, match=r"append-only|next number"), store.writing() as session:
        session.execute(text(statement))

    assert codes(store, head) == set()


def test_replacing_and_truncating_are_refused_too(store):
    head = write(store, 3)
    statement = (
        "TRUNCATE log_leaves"
        if store.dialect == "postgresql"
        else "INSERT OR REPLACE INTO log_leaves SELECT number, x'00', kind, actor, ref FROM log_leaves WHERE number = 1"
    )

    with pytest.raises(DBAPIError, match=r"append-only|next number"), store.writing() as session:
        session.execute(text(statement))

    assert codes(store, head) == set()


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (
            ["DELETE FROM log_leaves WHERE number >= 6", 'DELETE FROM log_nodes WHERE level = 0 AND "index" >= 6'],
            "tail",
        ),
        (
            ["UPDATE log_leaves SET leaf = (SELECT leaf FROM log_leaves AS b WHERE b.number = 4) WHERE number = 3"],
            "changed",
        ),
        (["DELETE FROM log_leaves WHERE number = 3"], "missing"),
        (
            [
                "UPDATE log_leaves SET number = 99 WHERE number = 2",
                "UPDATE log_leaves SET number = 2 WHERE number = 3",
                "UPDATE log_leaves SET number = 3 WHERE number = 99",
            ],
            "changed",
        ),
        (
            [
                "INSERT INTO log_leaves SELECT 8, leaf, kind, actor, ref FROM log_leaves WHERE number = 7",
                "UPDATE log_leaves SET leaf = (SELECT leaf FROM log_leaves AS b WHERE b.number = 1) WHERE number = 7",
            ],
            "changed",
        ),
        (
            [
                'UPDATE log_nodes SET hash = (SELECT hash FROM log_nodes WHERE level = 0 AND "index" = 0) WHERE level = 1'
            ],
            "stored-hash",
        ),
    ],
    ids=["cut", "edit", "delete", "swap", "insert", "hash"],
)
def test_a_forced_change_is_found_with_a_kept_head(store, statements, found):
    head = write(store, 8)
    assert codes(store, head) == set()

    force(store, *statements)

    assert found in codes(store, head)


def test_a_cut_tail_is_not_seen_without_a_kept_head_and_the_report_says_so(store):
    write(store, 8)
    force(store, "DELETE FROM log_leaves WHERE number = 7", 'DELETE FROM log_nodes WHERE level = 0 AND "index" = 7')

    assert codes(store) == {"no-head"}


def test_yesterdays_copy_is_found_with_todays_head(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    operations.upgrade(store)
    write(store, 3)
    store.close()
    shutil.copy(tmp_path / "a.db", tmp_path / "b.db")
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    with store.writing() as session:
        record(session, "account.disable", "test")
    with store.reading() as session:
        head = log_head(session)
    store.close()
    old = Store.open(f"sqlite:///{tmp_path / 'b.db'}")

    assert "tail" in codes(old, head)
    with old.writing() as session:
        record(session, "account.enable", "test")
    assert "changed" in codes(old, head)
    old.close()


def test_writers_at_once_share_no_number(store):
    def run():
        for _ in range(10):
            with store.writing() as session:
                record(session, "test.event", "test")

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.reading() as session:
        head = log_head(session)
        assert head.size == 40
        assert verify(session, [head]).ok


def test_a_number_that_was_taken_is_refused(store):
    write(store, 1)
    with pytest.raises(Overtaken), store.writing() as session:
        SqlLog(session).append(0, numbered(0).leaf, [(0, 0, b"x" * 32)])


def test_a_clock_that_went_back_is_said_first(store):
    write(store, 2)
    with store.writing() as session:
        record(session, "test.event", "test", at=START - timedelta(hours=1))

    with store.reading() as session:
        kinds = [event.kind for _, event in find_events(session)]
        assert kinds[:2] == ["test.event", "clock.moved"]
        assert verify(session, [log_head(session)]).ok


def test_a_column_for_searching_that_lies_is_found(store):
    write(store, 3)
    force(store, "UPDATE log_leaves SET actor = 'other' WHERE number = 1")

    with store.reading() as session:
        assert session.get(LogLeaf, 1).actor == "other"
        assert misfiled(session) == [1]
