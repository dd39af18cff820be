"""Hold `huice rules prove`: logic faults proved by an SMT solver, each with a witness applicant."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChoiceOf, say
from web.cli.rule_files import counting, line_of, place_of, read_rule_files

if TYPE_CHECKING:
    from rules.check.prove import Proofs


@click.command(
    cls=ChineseCommand,
    name="prove",
    help="用求解器证明规则没有空隙、重叠、永远不成立的条件、互相矛盾、多得反少等逻辑错误；每处错误举出一个例子。"
    "不写路径则证明整个政策库。证明不到的部分逐个项目列出。\n\n"
    "退出码：0 没有错误，1 有错误或警告，2 读不了。",
)
@click.argument("paths", metavar="[文件或文件夹]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@click.pass_context
def prove_command(ctx: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Write every finding that the solver proves, and what it could not look into."""
    from rules.check.prove import prove

    files = read_rule_files(paths)
    bundle = files.readable()
    names = [policy.id for policy in files.policies] if files.is_part else None
    with counting("证明", len(files.policies)) as on_done:
        proofs = prove(bundle, names, on_done=on_done)
    findings = [finding for finding in proofs.findings if files.concerns(finding.position.file)]
    if form == "json":
        shown = {"findings": [finding.as_json() for finding in findings], "programs": _programs(proofs)}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(line_of(finding))
        _say_limits(proofs)
    serious = [finding for finding in findings if finding.severity.value != "info"]
    say(f"{len(files.policies)} 个项目：{f'{len(serious)} 处要改' if serious else '没有逻辑错误'}")
    ctx.exit(FINDINGS if serious else OK)


def _programs(proofs: Proofs) -> list[dict[str, object]]:
    return [
        {
            "policy": program.policy,
            "left_open": [
                {"what": part.what, "file": part.position.file, "line": part.position.line}
                for part in program.left_open
            ],
            "given_up": program.given_up,
        }
        for program in proofs.programs
    ]


def _say_limits(proofs: Proofs) -> None:
    """Name, program by program, what stood in the proofs as an open number and what the solver gave up."""
    for program in proofs.programs:
        if program.left_open or program.given_up:
            counts = Counter(part.what for part in program.left_open)
            parts = [f"{what} {count} 处" for what, count in counts.items()]
            parts += [f"求解器放弃 {program.given_up} 问"] if program.given_up else []
            first = program.left_open[0].position if program.left_open else None
            where = f"（如 {place_of(first.file, first.line, first.column)}）" if first else ""
            say(f"{program.policy}：未逐项证明 {'、'.join(parts)}{where}")
