"""The schema goes forwards and back on both databases, and a database of another program is left alone."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import inspect, text

from web.store import Store, operations
from web.store.base import Base
from web.store.engine import WRITES
from web.store.operations import SchemaError
from web.store.tables import Draft


def test_the_newest_schema_equals_the_declared_tables(store):
    assert operations.check(store) == []
    assert operations.integrity(store) == []
    assert operations.current(store) == operations.head() is not None


def test_upgrading_again_changes_nothing(store):
    assert operations.upgrade(store) == operations.head()
    assert operations.check(store) == []


def test_going_back_to_base_leaves_no_table_and_forwards_brings_all(store):
    assert operations.downgrade(store, "base") is None
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}

    operations.upgrade(store)
    assert operations.check(store) == []


def test_an_empty_database_is_told_to_upgrade(empty_store):
    assert operations.current(empty_store) is None
    assert "huice db upgrade" in operations.check(empty_store)[0]


def test_a_difference_between_tables_and_schema_is_reported(store):
    writer = store.engine.execution_options(**{WRITES: True})
    with writer.begin() as connection:
        connection.execute(text("DROP INDEX ix_drafts_expires_at"))

    faults = operations.check(store)

    assert len(faults) == 1
    assert "ix_drafts_expires_at" in faults[0]


def test_a_database_of_a_newer_program_is_left_alone(store):
    writer = store.engine.execution_options(**{WRITES: True})
    with writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaError, match="9999"):
        operations.upgrade(store)
    assert operations.current(store) == "9999"


def test_a_database_with_somebody_elses_tables_is_left_alone(empty_store):
    writer = empty_store.engine.execution_options(**{WRITES: True})
    with writer.begin() as connection:
        connection.execute(text("CREATE TABLE drafts (id INTEGER)"))

    with pytest.raises(SchemaError, match="drafts"):
        operations.upgrade(empty_store)
    assert inspect(empty_store.engine).get_table_names() == ["drafts"]


def test_servers_that_start_together_upgrade_once(empty_store, empty_database_url):
    faults = []

    def start():
        own = Store.open(empty_database_url)
        try:
            operations.upgrade(own)
        except Exception as error:  # noqa: BLE001
            faults.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert operations.check(empty_store) == []


def test_every_constraint_has_a_name():
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


def test_foreign_keys_are_on_again_after_a_migration(store):
    if store.dialect == "sqlite":
        with store.reading() as session:
            assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    with store.reading() as session:
        assert session.get(Draft, "none") is None


def test_damage_is_found_by_the_integrity_check(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'x.db'}")
    operations.upgrade(store)
    connection = store.engine.raw_connection()
    connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    connection.driver_connection.execute("PRAGMA query_only = OFF")
    connection.driver_connection.execute(
        "INSERT INTO share_links VALUES ('0', 'nowhere', '2026-01-01', '2026-01-01', NULL)"
    )
    connection.driver_connection.execute("PRAGMA foreign_keys = ON")
    connection.close()

    assert "share_links" in operations.integrity(store)[0]
