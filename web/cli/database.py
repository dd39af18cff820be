"""Open what commands share with the service, its configuration and database, and put its faults into one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from web.cli.console import FINDINGS, CommandError

if TYPE_CHECKING:
    from web.config import Config
    from web.store import Store


@contextmanager
def configured(environ: Mapping[str, str] | None = None) -> Iterator[Config]:
    """Give the configuration; a setting or a database that is no good ends the command.

    Raises:
        CommandError: in place of the errors of the configuration and of the database.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from web.config import ConfigError, load_config
    from web.store.engine import BadDatabaseUrl, UnsafeDatabase
    from web.store.operations import SchemaError
    from web.store.write_turn import StoreBusy

    try:
        yield load_config(os.environ if environ is None else environ)
    except (ConfigError, BadDatabaseUrl) as error:
        raise CommandError(str(error)) from error
    except (SchemaError, UnsafeDatabase, StoreBusy) as error:
        raise CommandError(str(error) or "数据库正忙，请稍后再试", FINDINGS) from error
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        raise CommandError(f"数据库出错：{cause[0]}。请检查 HUICE_DATABASE_URL 和数据库是否在运行", FINDINGS) from error


@contextmanager
def opened() -> Iterator[Store]:
    """Give the database of the configuration, closed at the end."""
    with configured() as config:
        from web.store import Store

        store = Store.open(config.database_url)
        try:
            yield store
        finally:
            store.close()
