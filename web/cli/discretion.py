"""Hold `huice discretion`: the range of a fine for a case, the lint of tables of discretion, and what tables there are."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChineseGroup, ChoiceOf, CommandError, nearest, say
from web.cli.files import read_bytes
from web.cli.inputs import Day
from web.cli.rule_files import SEVERITIES, line_of

if TYPE_CHECKING:
    from enforcement.discretion.assess import Assessment
    from enforcement.discretion.library import Library

_FILE = click.Path(path_type=Path)


@click.group(cls=ChineseGroup, name="discretion", help="裁量权基准：列出基准表，算罚款幅度，核对基准表。")
def discretion() -> None:
    """Hold the commands about tables of discretion."""


@discretion.command(
    cls=ChineseCommand, name="list", help="列出基准表里的违法行为，每行一个：名称、标题、要查明的事实。"
)
def list_command() -> None:
    """List the acts."""
    library = _library()
    for benchmark in library.benchmarks.values():
        until = benchmark.to or "至今"
        for act in benchmark.acts.values():
            click.echo(f"{benchmark.id}.{act.id}\t{act.title}\t{'、'.join(act.facts())}")
        say(f"{benchmark.id}：{benchmark.title}（{benchmark.from_} 至 {until}）")


@discretion.command(
    cls=ChineseCommand,
    name="assess",
    help="算一件案子的罚款幅度（精确到分），逐步写出依据。事实写成 名称=值，如 goods_value=1999.99元 severity=一般 "
    "slight=是；没有写的按未查明处理，幅度覆盖它的各种可能。事实多时可用 --case 给一个 JSON 文件。",
)
@click.argument("act", metavar="基准.行为")
@click.argument("given", metavar="[事实=值]…", nargs=-1)
@click.option("--on", type=Day(), required=True, help="违法行为发生的日子")
@click.option("--case", "file", metavar="文件", type=_FILE, help="事实的 JSON 文件，- 为标准输入")
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
def assess_command(act: str, given: tuple[str, ...], on: date, file: Path | None, form: str) -> None:
    """Assess one case."""
    from enforcement.discretion.assess import assess
    from enforcement.discretion.facts import CaseError, answered, read_case
    from enforcement.discretion.wire import as_json

    library = _library()
    found = library.act(act)
    if found is None:
        known = [f"{benchmark.id}.{name}" for benchmark in library.benchmarks.values() for name in benchmark.acts]
        raise CommandError(f"没有“{act}”。{nearest(act, known) or '用 huice discretion list 查看'}")
    benchmark, violation = found
    try:
        facts = benchmark.all_facts()
        case = read_case(answered(_facts(given, file), facts), facts, benchmark.choices)
    except CaseError as error:
        for problem in error.problems[:-1]:
            say(problem)
        raise CommandError(error.problems[-1]) from None
    result = assess(benchmark, violation, case, on)
    if form == "json":
        click.echo(json.dumps(as_json(result, library.hash), ensure_ascii=False, indent=2))
    else:
        _show(result)
    say("幅度仅供裁量参考，以法律文书为准")


def _show(result: Assessment) -> None:
    from enforcement.discretion.sentences import range_text

    click.echo(f"状态\t{result.status.value}")
    if result.fine is not None:
        click.echo(f"罚款\t{range_text(result.fine.low, result.fine.high)}")
    if result.statutory is not None:
        click.echo(f"法定\t{range_text(result.statutory.low, result.statutory.high)}")
    click.echo(f"不予处罚\t{result.exemption.value}")
    if result.grades:
        click.echo(f"阶次\t{'、'.join(result.grades)}")
    if result.missing:
        click.echo(f"待查明\t{'、'.join(result.missing)}")
    for step in result.steps:
        source = f"（{step.source.title} {step.source.clause}）" if step.source else ""
        click.echo(f"依据\t{step.text}{source}")
    click.echo(f"来源质量\t{result.quality.value}")


@discretion.command(
    cls=ChineseCommand,
    name="check",
    help="核对基准表：有没有空档、重叠、越出法定幅度，数字与引文是否相符，跑内嵌测试；不写路径则核对全部。\n\n"
    "退出码：0 没有问题，1 有错误或警告，2 读不了。",
)
@click.argument("paths", metavar="[文件或文件夹]…", nargs=-1, type=_FILE)
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@click.pass_context
def check_command(ctx: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Write every finding on the tables."""
    from enforcement.discretion.library import TABLES, read_library

    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}：没有这个文件或文件夹")
    library, findings = read_library(paths or (TABLES,))
    if form == "json":
        json.dump([finding.as_json() for finding in findings], sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
    else:
        for finding in findings:
            click.echo(line_of(finding))
    counts = Counter(finding.severity.value for finding in findings)
    said = "、".join(f"{counts[word]} 个{name}" for word, (name, _) in SEVERITIES.items() if counts[word]) or "没有问题"
    say(
        f"{len(library.benchmarks)} 份基准、{sum(len(each.acts) for each in library.benchmarks.values())} 种行为：{said}"
    )
    serious = any(finding.severity.value != "info" for finding in findings)
    ctx.exit(FINDINGS if serious else OK)


def _library() -> Library:
    from enforcement.discretion.library import load_library

    return load_library()


def _facts(given: tuple[str, ...], file: Path | None) -> dict[str, object]:
    """Return what was said of the case, on the line or in a file; a name said twice is refused."""
    facts: dict[str, object] = {}
    if file is not None:
        try:
            read = json.loads(read_bytes(file, 1024 * 1024))
        except (ValueError, RecursionError):
            raise CommandError(f'{file}：不是 JSON，请写成 {{"事实": "值"}} 这样的对象') from None
        if not isinstance(read, dict):
            raise CommandError(f'{file}：请写成 {{"事实": "值"}} 这样的对象')
        facts.update(read)
    for word in given:
        name, sign, value = word.partition("=")
        if not (name and sign and value):
            raise CommandError(f"“{word}”读不懂，请写成 事实=值，如 goods_value=1999.99元")
        if name in facts:
            raise CommandError(f"{name} 写了两次，请只保留一处")
        facts[name] = value
    return facts
