"""Give a test a database at the newest schema by copying one: migrating takes longer than most tests do."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import URL, inspect

from web.store import Store, operations


def bring_to_head(store: Store) -> None:
    """Give an empty store the newest schema: it becomes a copy of a migrated one."""
    url = store.engine.url
    if store.dialect == "sqlite":
        file = Path(url.database or "")
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_migrated_file(), file)
            return
    elif not inspect(store.engine).get_table_names():
        store.engine.dispose()
        template = _migrated_database(url.set(database="huice_migrated"))
        _execute(url, f"DROP DATABASE {url.database} WITH (FORCE)")
        _execute(url, f"CREATE DATABASE {url.database} TEMPLATE {template} STRATEGY file_copy")
        return
    operations.upgrade(store)


@cache
def _migrated_file() -> Path:
    file = Path(tempfile.mkdtemp(prefix="huice-schema-")) / "huice.db"
    store = Store.open(f"sqlite:///{file}")
    operations.upgrade(store)
    store.close()
    return file


@cache
def _migrated_database(url: URL) -> str:
    _execute(url, f"CREATE DATABASE {url.database}")
    store = Store.open(url.render_as_string(hide_password=False))
    operations.upgrade(store)
    store.close()
    return str(url.database)


def _execute(url: URL, statement: str) -> None:
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement.encode())
