"""Refuse requests that another site made a visitor's browser send."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from flask_babel import lazy_gettext
from flask_wtf import CSRFProtect

from web.errors import Problem, is_api_request
from web.security.guard import READS


def init_forgery(app: Flask) -> None:
    """Check where each writing request comes from, and the form's token on every page.

    The JSON API takes no cookie, so its requests need no token.
    """
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # called below, after the check of the origin
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # its check of the Referer is weaker than ours of the origin
    )
    csrf = CSRFProtect(app)

    @app.before_request
    def refuse_forged() -> None:
        if request.method in READS or request.url_rule is None:
            return
        if not comes_from_this_site():
            raise Problem(
                403,
                "cross_site",
                lazy_gettext("这个请求来自别的网站，没有执行。"),
                title=lazy_gettext("请求已拒绝"),
                advice=lazy_gettext("请从本站的页面重新操作。"),
            )
        if not is_api_request():
            csrf.protect()


def comes_from_this_site() -> bool:
    """Tell by Sec-Fetch-Site, else by Origin; a client that sends neither is no browser or an old one with its token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    return (parts.scheme, parts.netloc) == (request.scheme, request.host)
