"""Hold `huice seed`: the demo data."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

from web.cli.console import ChineseCommand, say
from web.cli.database import configured, opened

LOADER = "seed_data.load"


@click.command(cls=ChineseCommand, name="seed", help="装入虚构的演示数据；可重复运行，不会重复装入。")
def seed_command() -> None:
    """Fill the database with the demo data."""
    if find_spec(LOADER) is None:
        say("本版本没有演示数据")
        return
    with configured(), opened() as store:
        said = import_module(LOADER).load(store)
    say(said if isinstance(said, str) else "演示数据已装入")
