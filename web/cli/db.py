"""Hold `huice db`: the schema of the database."""

from __future__ import annotations

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChineseGroup, say
from web.cli.database import opened


@click.group(cls=ChineseGroup, name="db", help="升级、降级、核对数据库。")
def db() -> None:
    """Hold the commands about the database."""


@db.command(cls=ChineseCommand, name="upgrade", help="升级到最新版本，或指定的版本；可重复运行。")
@click.argument("revision", metavar="[版本]", default="head")
def upgrade_command(revision: str) -> None:
    """Bring the schema forwards."""
    with opened() as store:
        from web.store import operations

        before = operations.current(store)
        after = operations.upgrade(store, revision)
    say(f"数据库已是版本 {after}" if before == after else f"数据库已从 {before or '空'} 升级到 {after}")


@db.command(cls=ChineseCommand, name="downgrade", help="降级到指定的版本（-1 为退一步；base 会清空全部数据）。")
@click.argument("revision", metavar="版本")
def downgrade_command(revision: str) -> None:
    """Bring the schema back."""
    with opened() as store:
        from web.store import operations

        after = operations.downgrade(store, revision)
    say(f"数据库已降级到 {after or '空'}")


@db.command(cls=ChineseCommand, name="current", help="输出数据库现在的版本。")
def current_command() -> None:
    """Write the revision the database is at."""
    with opened() as store:
        from web.store import operations

        click.echo(operations.current(store) or "空")


@db.command(cls=ChineseCommand, name="check", help="核对数据库结构和完整性；有问题时退出码为 1。")
@click.pass_context
def check_command(ctx: click.Context) -> None:
    """Write what is wrong with the schema and the file."""
    with opened() as store:
        from web.store import operations

        faults = [*operations.check(store), *operations.integrity(store)]
    for fault in faults:
        click.echo(fault)
    if not faults:
        say("数据库结构与程序一致，没有损坏")
    ctx.exit(FINDINGS if faults else OK)
