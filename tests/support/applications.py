"""Give a test the application without putting it together each time, which takes longer than most pages do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flask import Flask

from web.app import create_app
from web.config import Config
from web.store import Store

_NOWHERE = Path()
_GUARDS = "huice_guards"
_made: dict[tuple[Config, tuple[str, ...]], tuple[Flask, dict[str, object]]] = {}


def made_for(config: Config, features: Sequence[str]) -> Flask:
    """Return an application on its own database; one with pages is taken up again where the settings are the same.

    What tests change of one that is kept is put right: its database, its secret, its guards. One without pages is always new, for
    tests add routes to it.
    """
    key = replace(config, home=_NOWHERE, database_url="", secret_key=""), tuple(features)
    if key not in _made:
        app = create_app(config, features)
        if features:
            _made[key] = app, dict(app.extensions[_GUARDS])
        return app
    app, guards = _made[key]
    app.config["SECRET_KEY"] = config.secret_key
    app.extensions |= {
        "huice_config": config,
        "huice_store": Store.open(config.database_url),
        _GUARDS: dict(guards),
    }
    return app
