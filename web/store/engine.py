"""Connect to SQLite or PostgreSQL so that both keep what was acknowledged and fail in the same way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError

WAIT_SECONDS = 5
POOL_SIZE = 20
# The WAL-reset bug (two connections that write and checkpoint at the same moment corrupt the file) is mended in these.
SAFE_SQLITE = (3, 51, 3)
SAFE_SQLITE_BACKPORTS = {(3, 50): 7, (3, 44): 6}
# Alembic and the unit of work set this on a connection that is going to write.
WRITES = "huice_writes"


class BadDatabaseUrl(ValueError):
    """The database address cannot be used; the message says what to write instead."""


class UnsafeDatabase(Exception):
    """The database library or server would not keep what it acknowledged."""


def parse_database_url(text: str) -> URL:
    """Return the address with its driver named.

    Raises:
        BadDatabaseUrl: neither a SQLite file nor PostgreSQL by psycopg 3.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise BadDatabaseUrl("不是数据库地址：请写 sqlite:///文件路径 或 postgresql+psycopg://用户@主机/库名") from None
    if url.get_backend_name() == "postgresql":
        if url.drivername not in ("postgresql", "postgresql+psycopg"):
            raise BadDatabaseUrl("PostgreSQL 请用 postgresql+psycopg:// 开头的地址")
        if not url.database:
            raise BadDatabaseUrl("缺少库名：请写 postgresql+psycopg://用户@主机/库名")
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise BadDatabaseUrl("只支持 sqlite:///文件路径 和 postgresql+psycopg://用户@主机/库名")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise BadDatabaseUrl("SQLite 需要一个文件：请写 sqlite:///文件路径")
    return url.set(drivername="sqlite", database=str(Path(url.database).expanduser().resolve()))


def is_safe_sqlite(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite is free of the WAL-reset bug."""
    if version >= SAFE_SQLITE:
        return True
    patch = SAFE_SQLITE_BACKPORTS.get(version[:2])
    return patch is not None and version[2] >= patch


def open_engine(url: URL) -> Engine:
    """Return an engine for an address from `parse_database_url`; nothing is connected yet, except to make the folder.

    Raises:
        UnsafeDatabase: the SQLite library has the WAL-reset bug.
    """
    if url.get_backend_name() == "postgresql":
        return _open_postgresql(url)
    return _open_sqlite(url)


def _open_postgresql(url: URL) -> Engine:
    milliseconds = WAIT_SECONDS * 1000
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,  # they hold people's figures, and errors are logged
        connect_args={
            "connect_timeout": WAIT_SECONDS,
            "options": f"-c timezone=UTC -c lock_timeout={milliseconds} -c statement_timeout={milliseconds}"
            " -c synchronous_commit=on -c idle_in_transaction_session_timeout=60000",
        },
    )

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(WRITES):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return engine


def _open_sqlite(url: URL) -> Engine:
    version = pysqlite3.sqlite_version_info
    if not is_safe_sqlite(version):
        raise UnsafeDatabase(
            f"SQLite {pysqlite3.sqlite_version} 在 WAL 模式下可能损坏数据：请安装 pysqlite3 0.6.1 或更新版本"
        )
    engine = create_engine(
        url,
        module=pysqlite3.dbapi2,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,  # they hold people's figures, and errors are logged
        connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
    )
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we send BEGIN ourselves, below
        for pragma in (
            f"busy_timeout = {WAIT_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",  # NORMAL would lose acknowledged commits at power loss
            "foreign_keys = ON",
            "secure_delete = ON",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once whatever the timeout, so a writer takes its
        # turn at the start; a reader must not take the writer's slot.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
