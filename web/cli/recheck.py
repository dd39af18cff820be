"""Hold `huice recheck`: replay a result without the engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, CommandError, reason, say

_MOST_BYTES = 64 * 1024 * 1024


@click.command(
    cls=ChineseCommand,
    name="recheck",
    help="不用测算引擎，照结果里写明的事实、比例和上限逐行重演（文件为 huice match --format json 的输出，- 为标准输入）。\n\n"
    "退出码：0 每一行都对得上，1 有对不上的，2 读不了。",
)
@click.argument("result", metavar="结果", type=click.Path(path_type=Path))
@click.pass_context
def recheck_command(ctx: click.Context, result: Path) -> None:
    """Replay a result and name the first line that does not follow."""
    from matcher.recheck import is_result, recheck

    name = "标准输入" if str(result) == "-" else str(result)
    found = _read(result, name)
    if not is_result(found):
        raise CommandError(f"{name}：不是可以重演的结果，请使用 huice match --format json 的输出")
    if false := recheck(found):
        click.echo(f"对不上：{false}")
        ctx.exit(FINDINGS)
    lines = sum(len(outcome["trace"]) for outcome in found["results"])
    click.echo("对得上")
    say(f"重演了 {len(found['results'])} 个项目、{lines} 行；规则是否现行有效，请以规则指纹 {found['bundle']} 核对")
    ctx.exit(OK)


def _read(path: Path, name: str) -> Any:
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name}：{reason(error)}") from None
    if len(data) > _MOST_BYTES:
        raise CommandError(f"{name}：超过 64 MiB，结果不会有这么大，请核对文件")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise CommandError(f"{name}：不是 JSON，请使用 huice match --format json 的输出") from None
