"""Hold `huice alarms`: the day's notice of deadlines, written to a file for those who send it on."""

from __future__ import annotations

from pathlib import Path

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, CommandError, say
from web.cli.database import opened
from web.cli.files import write_data


@click.command(
    cls=ChineseCommand,
    name="alarms",
    help="写出今天的期限提醒：临近期限和逾期的公示、审核、异议，逾期未揭示的抽取，按由谁办分列。宜每天定时运行。"
    "内容载有未公示的检查对象，只供内部使用。\n\n退出码：0 没有提醒，1 有提醒。",
)
@click.option(
    "--folder",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="写到其中的 alarms-年-月-日.txt；不写则为标准输出",
)
@click.option("--on", "day", metavar="日期", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天算；不写则为今天")
@click.pass_context
def alarms_command(ctx: click.Context, folder: Path | None, day: object) -> None:
    """Write the notice of a day."""
    from datetime import datetime

    from web.services.publicity_alarms import digest
    from web.store.log import ZONE

    on = day.date() if isinstance(day, datetime) else datetime.now(ZONE).date()
    with opened() as store, store.reading() as session:
        count, text = digest(session, on)
    if folder is not None and not folder.is_dir():
        raise CommandError(f"{folder}：没有这个文件夹")
    write_data(text.encode(), folder / f"alarms-{on}.txt" if folder is not None else None)
    say(f"{count} 件提醒")
    ctx.exit(FINDINGS if count else OK)
