"""Hold `huice audit`: have the service's own log witnessed, by files or over HTTP, and publish it as files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChineseGroup, CommandError, say
from web.cli.database import configured
from web.cli.files import out_option, read_bytes, refusals, write_data

if TYPE_CHECKING:
    from web.store import Store

_FILE = click.Path(path_type=Path)
_BY = "system"


@click.group(cls=ChineseGroup, name="audit", help="本系统的审计日志（在数据库里）：请见证方签名，公布成文件。")
def audit() -> None:
    """Hold the commands."""


@contextmanager
def _opened() -> Iterator[tuple[Store, Path]]:
    """Give the database and the instance folder."""
    with configured() as config:
        from web.store import Store

        store = Store.open(config.database_url)
        try:
            yield store, config.home
        finally:
            store.close()


@audit.command(cls=ChineseCommand, name="witnesses", help="列出信任设置里的见证方、各自见证到第几条、何时签名。")
def witnesses_command() -> None:
    """List the witnesses."""
    from datetime import datetime

    from web.services.log_witnesses import witnesses
    from web.store.log import ZONE

    with _opened() as (_, home), refusals():
        for each in witnesses(home):
            at = datetime.fromtimestamp(each.at, ZONE).isoformat() if each.at else "还没有签过"
            click.echo(f"{each.name}\t{each.size}\t{at}\t{each.address}".rstrip())


@audit.command(
    cls=ChineseCommand,
    name="request",
    params=[out_option()],
    help="写出给一个见证方的请求（add-checkpoint），存成 *.add-checkpoint 交给它。",
)
@click.argument("name", metavar="见证方")
@click.option("--old", metavar="条数", type=int, help="见证方说它上次见到的条数；不写则按保存的签名")
def request_command(name: str, old: int | None, target: Path | None) -> None:
    """Write a request."""
    from web.services.log_witnesses import request

    with _opened() as (store, home), refusals():
        data = request(store, home, name, old)
    write_data(data, target)


@audit.command(cls=ChineseCommand, name="cosigned", help="保存见证方的答复（*.cosignature）；不是所列见证方签的不收。")
@click.argument("answer", metavar="答复", type=_FILE)
def cosigned_command(answer: Path) -> None:
    """Keep a cosignature."""
    from web.services.log_witnesses import take

    data = read_bytes(answer, 64 * 1024)
    with _opened() as (store, home), refusals(answer):
        seen = take(store, home, data, _BY)
    say(f"“{seen.name}”见证到第 {seen.size} 条")


@audit.command(
    cls=ChineseCommand,
    name="ask",
    help="逐一请写了网址的见证方签名（POST 网址/add-checkpoint）；宜每天定时运行。\n\n退出码：0 都签了，1 有没签的。",
)
@click.pass_context
def ask_command(ctx: click.Context) -> None:
    """Ask every witness that has an address."""
    from enforcement.complaints import Refused
    from web.services.log_witnesses import ask, witnesses

    with _opened() as (store, home):
        with refusals():
            known = [each for each in witnesses(home) if each.address]
        if not known:
            raise CommandError("信任设置里没有写网址的见证方", FINDINGS)
        failed = 0
        for each in known:
            try:
                seen = ask(store, home, each.name, _BY)
            except Refused as refused:
                click.echo(f"{each.name}：{refused}")
                failed += refused.complaints[0].code != "nothing-new"
            else:
                click.echo(f"{each.name}：见证到第 {seen.size} 条")
    ctx.exit(FINDINGS if failed else OK)


@audit.command(
    cls=ChineseCommand,
    name="publish",
    help="把日志公布成文件（tlog-tiles），任何人都能用 huice log verify 核验。条目里只有编号和哈希。",
)
@click.argument("target", metavar="公布文件夹", type=_FILE)
def publish_command(target: Path) -> None:
    """Publish the log as static files, under the newest head that enough witnesses cosigned."""
    from enforcement.log.tiles import publish
    from web.services.log_witnesses import newest_head
    from web.store.log import SqlLog

    with _opened() as (store, home), refusals():
        signed = newest_head(store, home)
        with store.reading() as session:
            publish(SqlLog(session), target, signed)
    say(f"已公布到 {target}")
