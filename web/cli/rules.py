"""Hold `huice rules`: check rule files, print their schema."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, UNUSABLE, ChineseCommand, ChineseGroup, ChoiceOf, CommandError, say

if TYPE_CHECKING:
    from rules.language.findings import Finding
    from rules.language.model import Policy

_SEVERITIES = {"error": ("错误", "red"), "warning": ("警告", "yellow"), "info": ("提示", "cyan")}


@click.group(cls=ChineseGroup, name="rules", help="检查规则文件，输出规则文件的格式。")
def rules() -> None:
    """Hold the commands about rule files."""


@rules.command(
    cls=ChineseCommand,
    name="check",
    short_help="读规则文件，逐条核对，跑内嵌测试",
    help="读规则文件，逐条核对，跑内嵌测试；不写路径则检查整个政策库（所有区）。\n\n"
    "退出码：0 没有问题，1 有错误或警告，2 读不了。",
)
@click.argument("paths", metavar="[文件或文件夹]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@click.pass_context
def check_command(ctx: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Write every finding on the files."""
    findings, summary, is_readable = _check(paths)
    if form == "json":
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(_line(finding))
    say(summary)
    serious = any(finding.severity.value != "info" for finding in findings)
    ctx.exit(UNUSABLE if not is_readable else FINDINGS if serious else OK)


@rules.command(cls=ChineseCommand, name="schema", help="输出规则文件的 JSON Schema，供编辑器补全和校验。")
def schema_command() -> None:
    """Write the schema of rule files."""
    from rules.language.json_schema import policy_schema

    click.echo(json.dumps(policy_schema(), ensure_ascii=False, indent=2))


def _check(paths: Sequence[Path]) -> tuple[list[Finding], str, bool]:
    """Return the findings on the paths, one line that sums up, and whether all of it could be opened."""
    from matcher.embedded_tests import run_tests
    from rules.check import lint
    from rules.language.bundle import CORPUS, read_bundle

    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}：没有这个文件或文件夹")
    # A file of the corpus stands beside the groups and conditions it names: they are read too, and not reported on.
    inside = bool(paths) and all(path.resolve().is_relative_to(CORPUS) for path in paths)
    with _progress("读规则文件"):
        bundle, loaded = read_bundle([CORPUS] if inside or not paths else paths)
    found = list(loaded)
    chosen: list[Policy] = []
    tests = 0
    if bundle is not None:
        with _progress("逐条核对"):
            found += lint(bundle)
        chosen = [policy for policy in bundle.policies.values() if not inside or _is_under(policy.position.file, paths)]
        tests = sum(len(policy.tests) for policy in chosen)
        with _progress(f"跑 {tests} 个测试"):
            found += run_tests(bundle, [policy.id for policy in chosen])
    if inside:
        found = [finding for finding in found if _is_under(finding.position.file, paths)]
    found = sorted(dict.fromkeys(found), key=lambda finding: (finding.position, finding.code))
    counts = Counter(finding.severity.value for finding in found)
    said = (
        "、".join(f"{counts[word]} 个{name}" for word, (name, _) in _SEVERITIES.items() if counts[word]) or "没有问题"
    )
    unreadable = any(finding.code == "structure.unreadable" for finding in found)
    return found, f"{len(chosen)} 个项目，{tests} 个测试：{said}", not unreadable


def _is_under(file: str, paths: Iterable[Path]) -> bool:
    place = Path(file).resolve()
    return any(place.is_relative_to(path.resolve()) for path in paths)


def _line(finding: Finding) -> str:
    name, colour = _SEVERITIES[finding.severity.value]
    position = finding.position
    file = Path(position.file)
    here = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
    advice = f"。{finding.advice}" if finding.advice else ""
    place = f"{here}:{position.line}:{position.column}"
    return f"{place} {click.style(name, fg=colour)} {finding.code} {finding.message}{advice}"


@contextmanager
def _progress(what: str) -> Iterator[None]:
    """Show what is under way while it lasts, on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what}…"):
        yield
