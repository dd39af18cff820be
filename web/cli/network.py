"""Hold `huice network`: the worker that tells applicants of what is new to them."""

from __future__ import annotations

import signal
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import ChineseCommand, ChineseGroup, CommandError, say
from web.cli.database import opened
from web.cli.inputs import districts, load_rules, today

if TYPE_CHECKING:
    from rules.language.model import Bundle

IDLE_SECONDS = 1.0


@click.group(cls=ChineseGroup, name="network", help="规则网络：档案或政策一变，就告诉主体新能得的政策。")
def network() -> None:
    """Hold the commands about the network."""


_rules = click.option(
    "--rules",
    "folders",
    metavar="文件夹",
    multiple=True,
    type=click.Path(path_type=Path),
    help="用这里的规则，可写多次；不写则用政策库",
)


@network.command(
    cls=ChineseCommand, name="run", help="处理队列里的事件：规则网络提出，逐条引擎核实，写成通知。按 Ctrl-C 停止。"
)
@_rules
@click.option("--once", is_flag=True, help="队列处理完就结束")
def run_command(folders: tuple[Path, ...], once: bool) -> None:  # noqa: FBT001
    """Work off the queue."""
    from web.services.network_worker import NetworkWorker
    from web.store.operations import current, head
    from web.store.write_turn import StoreBusy

    if find_spec("durable") is None:
        raise CommandError("规则网络需要 durable-rules，它只能在 Python 3.12 及以下使用")
    stops = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stops.append(True))
    with opened() as store:
        if current(store) != head():
            raise CommandError("数据库结构不是最新，请先运行 huice db upgrade")
        worker = NetworkWorker(store, lambda: _load(folders), today)
        say(f"规则网络已启动：{len(worker.network.programs)} 个项目，{worker.network.on}")
        done = 0
        try:
            while not stops:
                try:
                    count = worker.step()
                except StoreBusy:  # the batch is taken again when its lease has run out
                    count = 1
                done += count
                if not count:
                    if once:
                        break
                    worker.supervisor.beat()
                    time.sleep(IDLE_SECONDS)
        finally:
            worker.close()
    say(f"处理了 {done} 个事件，网络进程重启 {worker.supervisor.restarts} 次")


@network.command(cls=ChineseCommand, name="announce", help="告诉各处理进程：政策库有了新的一版。")
@_rules
def announce_command(folders: tuple[Path, ...]) -> None:
    """Queue the event that new rules are published."""
    from web.store.network_queue import BUNDLE, put

    bundle = _load(folders)
    with opened() as store, store.writing() as session:
        is_new = put(session, f"{BUNDLE}:{bundle.hash}", BUNDLE)
    say(f"{bundle.hash} {'已排入队列' if is_new else '早已公布，不再通知'}")


def _load(folders: tuple[Path, ...]) -> Bundle:
    """Return the rules as the files say now."""
    from rules.language.bundle import corpus_files

    return load_rules(folders or tuple(corpus_files(districts())))
