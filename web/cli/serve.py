"""Hold `huice serve`: the web service."""

from __future__ import annotations

import os

import click

from web.cli.console import FINDINGS, ChineseCommand, CommandError, reason
from web.cli.database import configured


@click.command(cls=ChineseCommand, name="serve", help="启动网站，收到 SIGTERM 后答完手上的请求再退出。")
@click.option("--host", metavar="地址", help="监听地址；不写则用 HUICE_HOST，默认 127.0.0.1")
@click.option("--port", metavar="端口", help="监听端口；不写则用 HUICE_PORT，默认 8000")
def serve_command(host: str | None, port: str | None) -> None:
    """Serve until told to stop."""
    given = {name: value for name, value in (("HUICE_HOST", host), ("HUICE_PORT", port)) if value is not None}
    with configured({**os.environ, **given}) as config:
        from web.app import create_app
        from web.server import serve
        from web.services.catalogue_start import prepare
        from web.services.self_check_forms import today

        app = create_app(config)
        store = app.extensions["huice_store"]
        try:
            serve(app, config, lambda: prepare(store, config.districts, today()))
        except OSError as error:
            raise CommandError(f"无法在 {config.host}:{config.port} 启动：{reason(error)}", FINDINGS) from error
