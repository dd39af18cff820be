"""The store keeps what it acknowledged, and both databases refuse the same things."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from web.security.text import BadText
from web.store import Store, StoreBusy
from web.store.engine import BadDatabaseUrl, is_safe_sqlite, parse_database_url
from web.store.tables import Draft, Remark, Result, ShareLink
from web.store.write_turn import WriteTurn

ON = date(2026, 5, 20)
LATER = datetime(2099, 1, 1, tzinfo=UTC)


def a_draft(**values):
    return Draft(
        **{"applicant": "enterprise", "as_of": ON, "expires_at": LATER, "answers": {}, "skipped": [], **values}
    )


def a_result(**values):
    given = {"number": "HC-1", "as_of": ON, "bundle": "sha256:0", "engine": "interpret", "profile": {}, "outcome": {}}
    return Result(**{**given, "total_min": 0, "total_max": 0, "expires_at": LATER, **values})


def test_what_a_write_session_adds_is_read_by_the_next_session(store):
    with store.writing() as session:
        session.add(a_draft(id="a", answers={"revenue": {"fen": 62_000_000_000}}, skipped=["staff"]))

    with store.reading() as session:
        draft = session.get(Draft, "a")
    assert draft.answers == {"revenue": {"fen": 62_000_000_000}}
    assert draft.skipped == ["staff"]
    assert draft.expires_at == LATER


def test_a_write_session_that_raises_leaves_nothing(store):
    def add_and_fail():
        with store.writing() as session:
            session.add(a_draft(id="a"))
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        add_and_fail()

    with store.reading() as session:
        assert session.scalars(select(Draft)).all() == []


def test_a_read_session_cannot_write(store):
    with store.reading() as session:
        session.add(a_draft())
        with pytest.raises(DBAPIError):
            session.flush()


def test_a_write_session_can_write_on_a_connection_that_read_before(store):
    for number in range(3):
        with store.reading() as session:
            session.execute(text("SELECT 1"))
        with store.writing() as session:
            session.add(a_draft(id=str(number)))

    with store.reading() as session:
        assert len(session.scalars(select(Draft)).all()) == 3


def test_an_older_copy_of_a_draft_cannot_overwrite_a_newer_one(store):
    with store.writing() as session:
        session.add(a_draft(id="a"))
    with store.reading() as session:
        older = session.get(Draft, "a")
    with store.writing() as session:
        session.get(Draft, "a").answers = {"first": 1}

    older.answers = {"second": 2}
    with pytest.raises(StaleDataError), store.writing() as session:
        session.add(older)


def test_a_row_cannot_point_to_a_row_that_does_not_exist(store):
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(ShareLink(secret_hash="0" * 64, result_id="nowhere", expires_at=LATER))


def test_deleting_a_result_ends_its_share_links_and_keeps_remarks(store):
    with store.writing() as session:
        session.add(a_result(id="r"))
        session.flush()
        session.add(ShareLink(secret_hash="0" * 64, result_id="r", expires_at=LATER))
        session.add(Remark(id="m", result_id="r", message="金额不对"))

    with store.writing() as session:
        session.delete(session.get(Result, "r"))

    with store.reading() as session:
        assert session.scalars(select(ShareLink)).all() == []
        assert session.get(Remark, "m").result_id is None


@pytest.mark.parametrize("amount", [0, 1, 10**13, 2**63 - 1])
def test_money_comes_back_to_the_fen(store, amount):
    with store.writing() as session:
        session.add(
            a_result(id="r", total_min=amount, total_max=amount, outcome={"amount": {"min": amount, "max": None}})
        )

    with store.reading() as session:
        result = session.get(Result, "r")
    assert (result.total_min, result.total_max, result.outcome["amount"]["min"]) == (amount, amount, amount)


def test_a_total_whose_bounds_are_crossed_is_refused(store):
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(a_result(total_min=2, total_max=1))


def test_two_results_cannot_have_one_number(store):
    with store.writing() as session:
        session.add(a_result(id="a"))

    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(a_result(id="b"))


@pytest.mark.parametrize("value", [0.1, [1.0], {"rate": {"of": 0.15}}, float("nan"), float("inf")])
def test_a_float_in_a_stored_document_is_refused(store, value):
    with pytest.raises(Exception, match="holds no float"), store.writing() as session:
        session.add(a_result(outcome={"amount": value}))


@pytest.mark.parametrize("hostile", ["a\x00b", "a\ud800b", "a\u202eb", "a\u2066b", "a\x1bb", "坏\ufffd", "a\uffffb"])
def test_hostile_text_is_refused_alike_by_both_databases(store, hostile):
    with pytest.raises(Exception, match=r"U\+|UTF-8") as first, store.writing() as session:
        session.add(Remark(message=hostile))
    with pytest.raises(Exception, match=r"U\+|UTF-8") as second, store.writing() as session:
        session.add(a_draft(answers={"name": hostile}))

    for caught in (first, second):
        error = caught.value
        assert isinstance(error, BadText) or isinstance(error.__cause__, BadText)


def test_a_text_longer_than_its_column_is_refused_alike_by_both_databases(store):
    with pytest.raises(Exception, match="超过 32 个字"), store.writing() as session:
        session.add(a_draft(applicant="x" * 33))


def test_text_is_kept_in_one_unicode_form(store):
    with store.writing() as session:
        session.add(Remark(id="m", message="Cafe\u0301"))

    with store.reading() as session:
        assert session.get(Remark, "m").message == "Caf\u00e9"


def test_an_instant_keeps_its_zone_and_one_without_is_refused(store):
    at = datetime(2026, 5, 20, 8, 0, 0, 123456, tzinfo=UTC) + timedelta(hours=1)
    with store.writing() as session:
        session.add(Remark(id="m", message="好", created_at=at))
    with store.reading() as session:
        assert session.get(Remark, "m").created_at == at

    with pytest.raises(Exception, match="time zone"), store.writing() as session:
        session.add(Remark(message="好", created_at=datetime(2026, 5, 20)))  # noqa: DTZ001


def test_writers_beside_each_other_lose_nothing(store):
    with store.writing() as session:
        session.add(a_draft(id="a", answers={"count": 0}))

    def add_ten():
        for _ in range(10):
            with store.writing() as session:
                draft = session.get(Draft, "a", with_for_update=True)
                draft.answers = {"count": draft.answers["count"] + 1}

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.reading() as session:
        assert session.get(Draft, "a").answers == {"count": 40}


def test_a_reader_goes_on_while_a_writer_works(store):
    with store.writing() as writer:
        writer.add(a_draft(id="a"))
        writer.flush()
        with store.reading() as reader:
            assert reader.get(Draft, "a") is None


def test_sqlite_syncs_each_commit_and_enforces_foreign_keys(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'x.db'}")

    with store.reading() as session:
        settings = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        version = session.execute(text("SELECT sqlite_version()")).scalar()

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert is_safe_sqlite(tuple(int(part) for part in version.split(".")))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_a_sqlite_with_the_wal_reset_bug_is_known_by_its_version(version, safe):
    assert is_safe_sqlite(version) is safe


def test_an_error_of_the_database_shows_no_figures(store):
    with pytest.raises(IntegrityError) as caught, store.writing() as session:
        session.add(a_result(total_min=987654321, total_max=1))

    assert "hidden" in str(caught.value)
    # PostgreSQL's own message quotes the failing row; ours must not repeat its parameters.
    assert "987654321" not in str(caught.value).split("[SQL")[-1]


def test_a_writer_that_waits_too_long_is_told_so(tmp_path):
    turn = WriteTurn(tmp_path / "x.db", timeout=0.1)
    other_process = WriteTurn(tmp_path / "x.db", timeout=0.1)

    with turn.taken():
        started = time.monotonic()
        with pytest.raises(StoreBusy), other_process.taken():
            pass
        with pytest.raises(StoreBusy), turn.taken():
            pass
        assert time.monotonic() - started < 2

    with other_process.taken(), pytest.raises(StoreBusy), turn.taken():
        pass
    with turn.taken():
        pass


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgresql+psycopg://u:p@h:5433/db", "postgresql+psycopg://u:p@h:5433/db"),
        ("sqlite:////var/lib/huice.db", "sqlite:////var/lib/huice.db"),
    ],
)
def test_a_database_address_names_its_driver(given, kept):
    assert parse_database_url(given).render_as_string(hide_password=False) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "huice.db",
        "mysql://h/db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+asyncpg://h/db",
        "postgresql://h",
        "sqlite+aiosqlite:///x",
    ],
)
def test_a_database_address_that_cannot_be_used_is_refused_with_advice(bad):
    with pytest.raises(BadDatabaseUrl, match=r"请|只支持|需要"):
        parse_database_url(bad)
