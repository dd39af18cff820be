"""Write one line for each request and each event, with the request's id and never with personal data."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request

from web.config import Config

ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def configure_logging(config: Config) -> None:
    """Send the service's own log and the libraries' warnings to stderr: JSON in production, plain lines in development.

    Tracebacks carry no values of variables: those may be an enterprise's figures.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if config.is_production:
        shared.append(structlog.processors.format_exc_info)
        last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    level = getattr(logging, config.log_level.upper())
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def init_request_log(app: Flask) -> None:
    """Give each request an id and log its route, status and time.

    The route is logged as its pattern: the address itself may hold the secret of a share link, the query what was typed.
    """
    log = structlog.get_logger("request")

    @app.before_request
    def begin() -> None:
        offered = request.headers.get("X-Request-ID", "")
        g.request_id = offered if ACCEPTED_ID.fullmatch(offered) else uuid.uuid4().hex
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint != "static":
            log.info(
                "request",
                method=request.method,
                route=str(request.url_rule or "-"),
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
            )
        return response
