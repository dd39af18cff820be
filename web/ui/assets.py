"""Serve the static files under a name that changes with their content, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, g, send_from_directory, url_for

from web.config import Config
from web.security.guard import guard
from web.security.limits import UNLIMITED, costs

FOLDER = Path(__file__).resolve().parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
# Debian's table of types may lack these, and a module with another type is refused by browsers.
TYPES = {".mjs": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}


def init_assets(app: Flask, config: Config) -> None:
    """Add `asset('css/huice.css')` to templates and the routes that answer it.

    One hash over all files stands in each address as a folder, so that modules and style sheets that name each other
    relatively stay together.
    """
    for suffix, kind in TYPES.items():
        mimetypes.add_type(kind, suffix)
    fixed = content_hash(FOLDER)

    def current() -> str:
        if config.is_production:
            return fixed
        if "static_version" not in g:  # a file may have been edited since the last request
            g.static_version = content_hash(FOLDER)
        return str(g.static_version)

    def asset(path: str) -> str:
        return url_for("static", version=current(), path=path)

    @app.get("/static/<version>/<path:path>", endpoint="static")
    @guard("public")
    @costs(UNLIMITED)
    def static_file(version: str, path: str) -> Response:
        response = send_from_directory(FOLDER, path, conditional=True)
        # A page that is older than the files asks for a version that is gone: it gets the present one, not to be kept.
        response.headers["Cache-Control"] = FOR_EVER if version == current() else "no-cache"
        return response

    @app.get("/favicon.ico", endpoint="favicon")
    @guard("public")
    @costs(UNLIMITED)
    def favicon() -> Response:
        response = send_from_directory(FOLDER / "img", "favicon.ico")
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    app.jinja_env.globals["asset"] = asset


def content_hash(folder: Path) -> str:
    """Return twelve hexadecimal digits that change when any file's name or content does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
