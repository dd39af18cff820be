"""Serve the application with waitress until SIGTERM, finishing the requests under way."""

from __future__ import annotations

import platform
import signal
import sys
from collections.abc import Callable
from types import FrameType

import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from waitress.server import create_server

from web.config import Config
from web.security.body import LARGEST_BODY, LARGEST_UPLOAD


def serve(app: Flask, config: Config, prepare: Callable[[], None]) -> None:
    """Listen until SIGTERM or SIGINT; return after the last request is answered and the database is closed.

    `prepare` runs when the address is ours and before the first request is answered.

    Raises:
        OSError: the address is in use or not ours.
    """
    server = create_server(
        app,
        host=config.host,
        port=config.port,
        threads=config.threads,
        ident=None,
        max_request_header_size=64 * 1024,
        max_request_body_size=LARGEST_UPLOAD + LARGEST_BODY,
        channel_timeout=60,
        clear_untrusted_proxy_headers=config.proxy_hops == 0,
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    log = structlog.get_logger("server")
    try:
        prepare()
        log.info("listening", host=config.host, port=config.port, **_facts(app, config))
        sys.stderr.write(f"惠策已启动：http://{config.host}:{config.port}\n")
        server.run()  # returns at SystemExit and KeyboardInterrupt, after its threads are done
    finally:
        server.close()
        app.extensions["huice_store"].close()
        log.info("stopped")


def _facts(app: Flask, config: Config) -> dict[str, object]:
    """Return what an operator wants to see at the start: versions, what the database promises, how open the doors are."""
    store = app.extensions["huice_store"]
    names = ("journal_mode", "synchronous") if store.dialect == "sqlite" else ("fsync", "synchronous_commit")
    ask = "PRAGMA" if store.dialect == "sqlite" else "SHOW"
    version = "SELECT sqlite_version()" if store.dialect == "sqlite" else "SHOW server_version"
    try:
        with store.reading() as session:
            promises = {name: session.execute(text(f"{ask} {name}")).scalar() for name in names}
            promises["version"] = session.execute(text(version)).scalar()
    except SQLAlchemyError as error:  # the service starts all the same; /readyz tells
        promises = {"unreachable": type(error).__name__}
    return {
        "env": config.env,
        "python": platform.python_version(),
        "database": store.dialect,
        **promises,
        "threads": config.threads,
        "proxy_hops": config.proxy_hops,
        "rate_limits": config.rate_limits,
    }
