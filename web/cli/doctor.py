"""Hold `huice doctor`: whether this machine has what the service needs."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChoiceOf, CommandError
from web.cli.database import configured, opened

GOOD, WARNING, FAULT = "正常", "提醒", "故障"
_STYLES = {GOOD: "green", WARNING: "yellow", FAULT: "red"}
_ROOMS = ("rules", "matcher", "enforcement", "web", "seed_data")
_LEAST_FREE = 1024**3
_OLDEST_CLOCK = 2026


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and in words what was found or what to do."""

    name: str
    state: str
    text: str


@click.command(
    cls=ChineseCommand,
    name="doctor",
    help="检查运行环境：程序、软件包、字体、数据库、规则文件、时钟、磁盘；有故障时退出码为 1。",
)
@click.option("--format", "form", type=ChoiceOf("table", "json"), default="table", help="输出表格还是 JSON")
@click.pass_context
def doctor_command(ctx: click.Context, form: str) -> None:
    """Write what was looked at and what was found."""
    checks = list(examine())
    if form == "json":
        rows = [{"name": one.name, "state": one.state, "text": one.text} for one in checks]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print(checks)
    ctx.exit(FINDINGS if any(one.state == FAULT for one in checks) else OK)


def examine() -> Iterator[Check]:
    """Yield every check; one that cannot be made is a fault and does not stop the others."""
    for name, look in _CHECKS.items():
        try:
            state, text = look()
        except CommandError as error:
            state, text = FAULT, error.message
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the doctor is asked to find
            state, text = FAULT, f"查不了：{type(error).__name__} {error}"
        yield Check(name, state, text)


def _print(checks: list[Check]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("项目", no_wrap=True)
    table.add_column("状态", no_wrap=True)
    table.add_column("说明", ratio=1)
    for one in checks:
        table.add_row(one.name, Text(one.state, style=_STYLES[one.state]), one.text)
    Console(highlight=False).print(table)


# ── what is looked at ────────────────────────────────────────────────────────────────────────────────────────────

Found = tuple[str, str]


def _python() -> Found:
    version = platform.python_version()
    return (
        (GOOD, f"{version}（{sys.executable}）")
        if sys.version_info >= (3, 11)
        else (FAULT, f"{version}：需要 3.11 或更新")
    )


def _packages() -> Found:
    wrong = []
    count = 0
    for text in metadata.requires("huice") or ():
        requirement, _, condition = text.partition(";")
        if condition:  # of an extra, such as the tools for development
            continue
        name, _, wanted = requirement.strip().partition("==")
        count += 1
        try:
            found = metadata.version(name.partition("[")[0])
        except metadata.PackageNotFoundError:
            wrong.append(f"缺 {name}")
        else:
            if wanted and found != wanted:
                wrong.append(f"{name} 是 {found}，应为 {wanted}")
    return (FAULT, f"{'、'.join(wrong)}：请运行 make run 重新安装") if wrong else (GOOD, f"{count} 个，版本相符")


def _network() -> Found:
    if find_spec("durable") is None:
        return (
            WARNING,
            "没有 durable-rules（它只能在 Python 3.12 及以下使用）：测算不受影响，huice network 和规则网络引擎用不了",
        )
    return GOOD, f"durable-rules {metadata.version('durable-rules')}"


def _names() -> Found:
    here = Path(__file__).parents[2]
    strangers = []
    for room in _ROOMS:
        spec = find_spec(room)
        places = list(spec.submodule_search_locations or ()) if spec else []
        if not places or Path(places[0]).parent != here:
            strangers.append(f"{room}（{places[0] if places else '没有'}）")
    return (FAULT, f"这些名字被别的软件包占用：{'、'.join(strangers)}") if strangers else (GOOD, f"都在 {here}")


def _fonts() -> Found:
    tool = shutil.which("fc-list")
    if tool is None:
        return WARNING, "没有 fontconfig，测算单 PDF 里的汉字会缺失：请安装 fontconfig 和 fonts-noto-cjk"
    listed = subprocess.run([tool, ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    fonts = sorted({line.partition(",")[0].strip() for line in listed.stdout.splitlines() if line.strip()})
    return (
        (GOOD, "、".join(fonts[:3]))
        if fonts
        else (WARNING, "没有中文字体，测算单 PDF 里的汉字会缺失：请安装 fonts-noto-cjk")
    )


def _browser() -> Found:
    named = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    kept = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium*"))
    if named or kept:
        return GOOD, named or str(kept[-1])
    return GOOD, "没有 Chromium：只有浏览器测试用得着"


def _settings() -> Found:
    with configured() as config:
        return GOOD, f"{config.env}，实例目录 {config.home}"


def _sqlite() -> Found:
    import pysqlite3

    from web.store.engine import is_safe_sqlite

    version = pysqlite3.sqlite_version
    if is_safe_sqlite(pysqlite3.sqlite_version_info):
        return GOOD, version
    return FAULT, f"{version} 在 WAL 模式下可能损坏数据：请安装 pysqlite3 0.6.1 或更新版本"


def _database() -> Found:
    with opened() as store:
        store.ping()
        return GOOD, f"{store.dialect}，连得上"


def _migrations() -> Found:
    from web.store import operations

    with opened() as store:
        faults = operations.check(store)
        return (FAULT, "；".join(faults)) if faults else (GOOD, f"版本 {operations.current(store)}")


def _rules() -> Found:
    from rules.language.bundle import load_corpus
    from rules.language.findings import RuleErrors
    from web.cli.inputs import districts

    try:
        bundle = load_corpus(districts())
    except RuleErrors as errors:
        return FAULT, f"规则文件有 {len(errors.findings)} 处错误：请运行 huice rules check"
    return GOOD, f"{len(bundle.policies)} 个项目（{'、'.join(districts())}），{bundle.hash[:19]}…"


def _clock() -> Found:
    now = datetime.now().astimezone()
    text = f"{now:%Y-%m-%d %H:%M}，时区 {now:%z}"
    return (FAULT, f"{text}：日期早于 {_OLDEST_CLOCK} 年，请校时") if now.year < _OLDEST_CLOCK else (GOOD, text)


def _disk() -> Found:
    with configured() as config:
        usage = shutil.disk_usage(config.home)
    text = f"实例目录所在磁盘还有 {usage.free // 1024**2:,} MiB"
    return (WARNING, f"{text}：请腾出空间") if usage.free < _LEAST_FREE else (GOOD, text)


_CHECKS: dict[str, Callable[[], Found]] = {
    "Python": _python,
    "软件包": _packages,
    "规则网络": _network,
    "包名": _names,
    "中文字体": _fonts,
    "浏览器": _browser,
    "设置": _settings,
    "SQLite": _sqlite,
    "数据库": _database,
    "数据库结构": _migrations,
    "规则文件": _rules,
    "时钟": _clock,
    "磁盘": _disk,
}
