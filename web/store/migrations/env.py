"""Run Alembic on the connection that `web.store.operations` hands over; that module owns the transaction."""

from __future__ import annotations

from alembic import context

from web.store.operations import migration_options

context.configure(connection=context.config.attributes["connection"], **migration_options())
context.run_migrations()
