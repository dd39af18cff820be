"""Give a test a database at the newest schema by copying one: migrating takes longer than most tests do."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.support.postgres import PostgresServer
from web.store import Store, operations


def bring_to_head(store: Store) -> None:
    """Give a store the newest schema; an SQLite file that does not exist yet becomes a copy of a migrated one."""
    file = Path(store.engine.url.database or "")
    if store.dialect == "sqlite" and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated_file(), file)
    else:
        operations.upgrade(store)


def create_at_head(server: PostgresServer) -> str:
    """Return the address of a new database with the newest schema."""
    return server.create_database(_template(server))


@cache
def _migrated_file() -> Path:
    file = Path(tempfile.mkdtemp(prefix="huice-schema-")) / "huice.db"
    store = Store.open(f"sqlite:///{file}")
    operations.upgrade(store)
    store.close()
    return file


@cache
def _template(server: PostgresServer) -> str:
    url = server.create_database()
    store = Store.open(url)
    operations.upgrade(store)
    store.close()
    return url.rpartition("/")[2]
