"""Hold `huice rules`: check rule files, print their schema; the commands that prove, measure and compare stand aside."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, UNUSABLE, ChineseCommand, ChineseGroup, ChoiceOf, say
from web.cli.rule_files import SEVERITIES, line_of, progress, read_rule_files

if TYPE_CHECKING:
    from rules.language.findings import Finding

_LATER = {
    "prove": ("web.cli.rules_prove:prove_command", "用求解器证明规则没有逻辑错误，有则举出例子"),
    "coverage": ("web.cli.rules_coverage:coverage_command", "内嵌测试覆盖了多少，改坏规则能否发现"),
    "applicant": ("web.cli.rules_applicant:applicant_command", "按想要的结果造一个虚构的主体"),
    "diff": ("web.cli.rules_diff:diff_command", "逐条说出两版规则的差别，证明只改了该改的"),
}


@click.group(cls=ChineseGroup, name="rules", lazy=_LATER, help="检查、证明、比较规则文件，输出规则文件的格式。")
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
            click.echo(line_of(finding))
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

    files = read_rule_files(paths)
    found = list(files.findings)
    tests = sum(len(policy.tests) for policy in files.policies)
    if files.bundle is not None:
        with progress("逐条核对"):
            found += lint(files.bundle)
        with progress(f"跑 {tests} 个测试"):
            found += run_tests(files.bundle, [policy.id for policy in files.policies])
    found = [finding for finding in found if files.concerns(finding.position.file)]
    found = sorted(dict.fromkeys(found), key=lambda finding: (finding.position, finding.code))
    counts = Counter(finding.severity.value for finding in found)
    said = "、".join(f"{counts[word]} 个{name}" for word, (name, _) in SEVERITIES.items() if counts[word]) or "没有问题"
    unreadable = any(finding.code == "structure.unreadable" for finding in found)
    return found, f"{len(files.policies)} 个项目，{tests} 个测试：{said}", not unreadable
