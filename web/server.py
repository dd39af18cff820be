"""Serve the application with waitress until SIGTERM, finishing the requests under way."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import structlog
from flask import Flask
from waitress.server import create_server

from web.config import Config
from web.security.body import LARGEST_BODY


def serve(app: Flask, config: Config) -> None:
    """Listen until SIGTERM or SIGINT; return after the last request is answered and the database is closed.

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
        max_request_body_size=2 * LARGEST_BODY,
        channel_timeout=60,
        clear_untrusted_proxy_headers=config.proxy_hops == 0,
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    structlog.get_logger("server").info("listening", host=config.host, port=config.port, threads=config.threads)
    sys.stderr.write(f"惠策已启动：http://{config.host}:{config.port}\n")
    try:
        server.run()  # returns at SystemExit and KeyboardInterrupt, after its threads are done
    finally:
        server.close()
        app.extensions["huice_store"].close()
        structlog.get_logger("server").info("stopped")
