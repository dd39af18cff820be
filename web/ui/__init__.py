"""Show things to people: macros, amounts, charts, static files, choices of presentation."""

from __future__ import annotations

from flask import Flask

from web.config import Config
from web.ui import amounts, charts, navigation, preferences
from web.ui.assets import init_assets
from web.ui.gallery import blueprint as gallery
from web.ui.kit import Kit


def init_ui(app: Flask, config: Config) -> None:
    """Give templates the macros as `ui.…`, the filters for amounts, the static files; add the pages of the shell."""
    init_assets(app, config)
    navigation.init_navigation(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["ui"] = Kit(app.jinja_env)
    app.jinja_env.globals.update(type_size=preferences.type_size, districts="、".join(config.districts))
    app.jinja_env.globals.update(waterfall_chart=charts.waterfall, condition_chart=charts.condition_bar)
    app.jinja_env.filters.update(
        yuan=amounts.yuan,
        money=amounts.money,
        short_money=amounts.short_money,
        money_range=amounts.money_range,
        capitals=amounts.capitals,
    )
    app.register_blueprint(preferences.blueprint)
    if not config.is_production:
        app.register_blueprint(gallery)
