"""Give each use case one transaction: a session that reads, or a session that writes and commits at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from web.store.engine import WAIT_SECONDS, WRITES, open_engine, parse_database_url
from web.store.write_turn import StoreBusy, WriteTurn

__all__ = ["Store", "StoreBusy"]


class Store:
    """The database of one installation."""

    def __init__(self, engine: Engine, turn: WriteTurn | None = None) -> None:
        """Wrap an engine from `open_engine`; `turn` queues the writers where the database does not."""
        self.engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._turn = turn

    @classmethod
    def open(cls, database_url: str) -> Store:
        """Return the store at an address as in HUICE_DATABASE_URL.

        Raises:
            BadDatabaseUrl: the address cannot be used.
            UnsafeDatabase: the SQLite library could damage the file.
        """
        url = parse_database_url(database_url)
        turn = WriteTurn(Path(url.database or ""), WAIT_SECONDS) if url.get_backend_name() == "sqlite" else None
        return cls(open_engine(url), turn)

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the data and is refused every write."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is committed when the block ends and undone when it raises.

        Raises:
            StoreBusy: another writer kept the database longer than five seconds.
        """
        with self.write_turn(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def write_turn(self) -> AbstractContextManager[None]:
        """Return the queue of writers; needed only by code that opens its own write transaction."""
        return self._turn.taken() if self._turn else nullcontext()

    def ping(self) -> None:
        """Ask the database one trivial question; errors of the driver pass through."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
