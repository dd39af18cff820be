"""Put the application together from its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web.config import Config
from web.errors import init_errors
from web.health import init_health
from web.i18n import init_i18n
from web.logging import configure_logging, init_request_log
from web.people.gate import init_people
from web.security.body import init_body, init_uploads
from web.security.forgery import init_forgery
from web.security.guard import check_guards, init_guards
from web.security.headers import init_headers
from web.security.limits import init_limits
from web.store import Store
from web.ui import init_ui

# Each of these packages has a function `register(app)` that adds its routes.
FEATURES = ("web.views", "web.api")


def create_app(config: Config, features: Sequence[str] = FEATURES) -> Flask:
    """Return the WSGI application for `config` with `features`; it connects to the database at the first request.

    Raises:
        UnguardedRoute: a route does not say who may use it.
        UnsafeDatabase: the SQLite library could damage the file.
    """
    app = Flask("web", static_folder=None)
    configure_logging(config)
    app.extensions["huice_config"] = config
    app.extensions["huice_store"] = Store.open(config.database_url)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-huice" if config.is_https else "huice",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        PREFERRED_URL_SCHEME="https" if config.is_https else "http",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.add_extension("jinja2.ext.loopcontrols")
    # What runs before a request runs in this order: number it, read its language, count it, ask who may, where from, what.
    init_request_log(app)
    init_errors(app)
    init_i18n(app)
    init_limits(app, config)
    init_guards(app)
    init_people(app)
    init_uploads(app)
    init_forgery(app)
    init_body(app)
    init_headers(app, config)
    init_ui(app, config)
    init_health(app)
    for name in features:
        if find_spec(name) is not None:
            import_module(name).register(app)
    check_guards(app)
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
