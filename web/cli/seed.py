"""Hold `huice seed`: the demo data."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from web.cli.console import ChineseCommand, say
from web.cli.database import configured, opened

if TYPE_CHECKING:
    from web.config import Config
    from web.store import Store

LOADER = "seed_data.load"


@click.command(cls=ChineseCommand, name="seed", help="装入虚构的演示数据；可重复运行，不会重复装入。")
def seed_command() -> None:
    """Fill the database with the demo data."""
    if find_spec(LOADER) is None:
        say("本版本没有演示数据")
        return
    with configured() as config, opened() as store:
        said = import_module(LOADER).load(store)
        say(said if isinstance(said, str) else "演示数据已装入")
        say(_accounts(config, store))


def _accounts(config: Config, store: Store) -> str:
    """Make the demo accounts where they do no harm, and say so."""
    from web.people import demo
    from web.store import operations

    if config.is_production:
        return "生产环境不设演示账号"
    if operations.current(store) != operations.head():
        return "没有设演示账号：请先运行 huice db upgrade，再运行 huice seed"
    from web.services import inspection_demo

    return f"{demo.load(store, config.secret_key)}\n{inspection_demo.load(store)}"
