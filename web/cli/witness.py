"""Hold `huice witness`: cosign the heads of a log, by files or over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChineseGroup, CommandError, reason, say
from web.cli.files import read_words, refusals, write_secret

if TYPE_CHECKING:
    from enforcement.log.exchange import Witness

_FILE = click.Path(path_type=Path)


@click.group(
    cls=ChineseGroup,
    name="witness",
    help="为日志做见证：新的检查点确由上次见过的增长而来，才在上面签名和写时间。可以文件往来，也可以开网络接口。",
)
def witness() -> None:
    """Hold the commands of a witness."""


def _needs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every witness needs."""
    for option in (
        click.option("--state", metavar="文件夹", required=True, type=_FILE, help="记住上次见过的检查点，不能丢"),
        click.option("--logs", metavar="文件", required=True, type=_FILE, help="信任设置：列出所认识日志的公钥"),
        click.option("--key", metavar="文件", required=True, type=_FILE, help="见证方的私钥文件"),
    ):
        command = option(command)
    return command


def _witness(key: Path, logs: Path, state: Path) -> Witness:
    from enforcement.log.exchange import Witness
    from enforcement.log.keys import Kind, read_signing_key
    from enforcement.log.policy import read_policy
    from enforcement.log.witness import FolderState

    words = read_words(logs)
    with refusals(key):
        signing = read_signing_key(read_words(key).strip())
    if signing.kind is not Kind.WITNESS:
        raise CommandError(f"{key}：这不是见证方的私钥，请用 huice witness new-key 生成")
    with refusals(logs):
        read_policy(words)
    try:
        return Witness(signing, FolderState(state), words)
    except OSError as error:
        raise CommandError(f"{state}：{reason(error)}") from None


@witness.command(cls=ChineseCommand, name="new-key", help="生成见证密钥：私钥写入新文件（只有本人可读），输出公钥。")
@click.argument("name", metavar="名字")
@click.argument("target", metavar="文件", type=_FILE)
def new_key_command(name: str, target: Path) -> None:
    """Make a key."""
    from enforcement.log.keys import Kind, new_key

    with refusals():
        key = new_key(name, Kind.WITNESS)
    write_secret(key.text, target)
    click.echo(key.verifier.text)


@witness.command(
    cls=ChineseCommand,
    name="cosign",
    help="逐一答复收件夹里的请求（*.add-checkpoint）：签名写成 *.cosignature，不签的写成 *.refused 并说明理由。\n\n"
    "退出码：0 都签了，1 有不签的，2 读不了。",
)
@click.argument("inbox", metavar="收件夹", type=_FILE)
@click.argument("outbox", metavar="发件夹", type=_FILE)
@_needs
@click.pass_context
def cosign_command(ctx: click.Context, inbox: Path, outbox: Path, key: Path, logs: Path, state: Path) -> None:
    """Answer the requests in a folder."""
    from enforcement.log.exchange import exchange

    if not inbox.is_dir():
        raise CommandError(f"{inbox}：没有这个文件夹")
    answers = exchange(inbox, outbox, _witness(key, logs, state), int(time.time()))
    for name, answer in answers.items():
        said = "已签名" if answer.status == 200 else f"未签名（{answer.status}）：{answer.body.decode().strip()}"
        click.echo(f"{name}：{said}")
    refused = sum(answer.status != 200 for answer in answers.values())
    say(f"{len(answers)} 个请求，{refused} 个没有签名")
    ctx.exit(FINDINGS if refused else OK)


@witness.command(
    cls=ChineseCommand,
    name="serve",
    help="开网络接口 POST /add-checkpoint（C2SP tlog-witness）。默认只听本机；对外请放在机关的反向代理后面。",
)
@_needs
@click.option("--host", metavar="地址", default="127.0.0.1", help="监听地址；不写则为 127.0.0.1")
@click.option("--port", metavar="端口", type=click.IntRange(0, 65535), default=8090, help="监听端口；不写则为 8090")
def serve_command(key: Path, logs: Path, state: Path, host: str, port: int) -> None:
    """Serve until told to stop."""
    import signal

    from waitress.server import create_server

    from enforcement.log.endpoint import LARGEST_REQUEST, application

    app = application(_witness(key, logs, state), lambda: int(time.time()))
    try:
        server = create_server(
            app, host=host, port=port, threads=4, ident="", max_request_body_size=LARGEST_REQUEST + 1
        )
    except OSError as error:
        raise CommandError(f"无法在 {host}:{port} 启动：{reason(error)}", FINDINGS) from error

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    say(f"见证接口在 http://{host}:{server.effective_port}/add-checkpoint")
    try:
        server.run()
    finally:
        server.close()
