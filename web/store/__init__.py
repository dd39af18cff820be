"""Keep what the service must remember, on SQLite or PostgreSQL."""

from web.store.unit_of_work import Store, StoreBusy

__all__ = ["Store", "StoreBusy"]
