"""Bring a database to a version of the schema and tell which one it is at; what `huice db …` calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from web.store.base import Base
from web.store.engine import WRITES
from web.store.inspections import VisitRow
from web.store.log import LogLeaf
from web.store.network_tables import NetworkEvent
from web.store.publications import Publication
from web.store.screenings import Screening
from web.store.sessions import SignIn
from web.store.tables import Draft
from web.store.unit_of_work import Store

# Importing the tables fills the metadata that migrations compare.
_TABLES = (Draft, LogLeaf, NetworkEvent, Publication, Screening, SignIn, VisitRow)
assert {table.metadata for table in _TABLES} == {Base.metadata}  # noqa: S101

MIGRATIONS = Path(__file__).with_name("migrations")
# Any number will do, as long as every host takes the same one.
UPGRADE_LOCK = 0x4875_6963


class SchemaError(Exception):
    """The database's schema is not one this program knows; the message is for the operator, in Chinese."""


def upgrade(store: Store, revision: str = "head") -> str | None:
    """Bring the schema forwards to `revision`, all or nothing, and return where it is; safe to repeat and to race."""
    with _one_at_a_time(store) as connection:
        _require_known(connection)
        command.upgrade(_alembic(connection), revision)
        return _revision(connection)


def downgrade(store: Store, revision: str) -> str | None:
    """Bring the schema back to `revision` (`base` empties it, `-1` is one step) and return where it is."""
    with _one_at_a_time(store) as connection:
        _require_known(connection)
        command.downgrade(_alembic(connection), revision)
        return _revision(connection)


def current(store: Store) -> str | None:
    """Return the revision the database is at; None while it has no schema."""
    with store.engine.connect() as connection:
        return _revision(connection)


def head() -> str | None:
    """Return the newest revision this program knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def check(store: Store) -> list[str]:
    """Return what is wrong with the schema, in Chinese; empty when it is at head and equal to the tables declared."""
    with store.engine.connect() as connection:
        found = _revision(connection)
        if found != head():
            return [f"数据库结构版本是 {found or '空'}，程序需要 {head()}：请运行 huice db upgrade"]
        context = MigrationContext.configure(connection, opts=migration_options())
        return [f"数据库结构与程序不一致：{difference}" for difference in compare_metadata(context, Base.metadata)]


def integrity(store: Store) -> list[str]:
    """Return what SQLite's own check finds broken, foreign keys included; always empty on PostgreSQL, which has no such check."""
    if store.dialect != "sqlite":
        return []
    with store.engine.connect() as connection:
        damage = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        orphans = [
            f"{row[0]} 第 {row[1]} 行指向不存在的 {row[2]}"
            for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
        ]
    return [line for line in damage if line != "ok"] + orphans


def migration_options() -> dict[str, Any]:
    """Return how Alembic compares and runs: batches, so that SQLite can alter; types compared; our metadata."""
    return {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "transaction_per_migration": False,
    }


@contextmanager
def _one_at_a_time(store: Store) -> Iterator[Connection]:
    """Give a connection in a write transaction; two processes or hosts that start together go one after the other."""
    engine = store.engine.execution_options(**{WRITES: True})
    with store.write_turn(), engine.connect() as connection, _without_cascades(connection), connection.begin():
        if store.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
        yield connection


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off inside the block: a batch copies a table and drops the old one with its children.

    The switch works only outside a transaction, so it goes to the driver directly.
    """
    driver: Any = connection.connection.driver_connection
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys = ON")


def _alembic(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _require_known(connection: Connection) -> None:
    """Refuse a database that a newer program made, and one whose tables are somebody else's."""
    found = _revision(connection)
    if found is None:
        strangers = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
        if strangers:
            raise SchemaError(f"数据库里已有同名的表（{'、'.join(strangers)}）但没有版本记录：请换一个空的数据库")
        return
    try:
        ScriptDirectory(str(MIGRATIONS)).get_revision(found)
    except CommandError:
        raise SchemaError(f"数据库结构版本 {found} 比程序新：请使用与之相配的程序版本") from None
