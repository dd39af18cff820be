"""Hold `huice rules coverage`: what the embedded tests touch, which faults they would notice, which rows they lack."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChoiceOf, say
from web.cli.rule_files import counting, place_of, read_rule_files

if TYPE_CHECKING:
    from matcher.rule_tests.coverage import Coverage
    from matcher.rule_tests.mutation import Mutation
    from matcher.rule_tests.proposals import Proposals
    from rules.language.model import Bundle, Policy, Position


@click.command(
    cls=ChineseCommand,
    name="coverage",
    help="查内嵌测试是否让每个条件成立过也不成立过、每一档和每个封顶都走到、每个界限两侧都试过；"
    "再把规则逐处改坏，看测试能否发现。不写路径则查整个政策库。\n\n"
    "退出码：0 没有缺口，1 有缺口，2 读不了。",
)
@click.argument("paths", metavar="[文件或文件夹]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@click.option("--mutants/--no-mutants", default=True, help="是否逐处改坏规则来试，默认试")
@click.option("--propose", is_flag=True, help="对每个缺口生成一行测试，待人确认后写进文件")
@click.option(
    "--keep",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="逐个项目把结果记进这个文件；中断后再运行，只补没有做过的和文件改过的项目，最后列出每个项目的得分",
)
@click.pass_context
def coverage_command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    form: str,
    mutants: bool,  # noqa: FBT001
    propose: bool,  # noqa: FBT001
    keep: Path | None,
) -> None:
    """Write what the tests of each program miss."""
    files = read_rule_files(paths)
    bundle = files.readable()
    if keep is not None:
        ctx.exit(OK if _write_kept(keep, bundle, files.policies) else FINDINGS)
    reports: list[_Report] = []
    with counting("查测试", len(files.policies)) as on_done:
        for policy in files.policies:
            reports.append(_Report(bundle, policy, mutants=mutants, propose=propose))
            on_done(policy.id)
    if form == "json":
        click.echo(json.dumps([report.as_json() for report in reports], ensure_ascii=False, indent=2))
    else:
        for report in reports:
            report.write()
    is_whole = all(report.is_whole for report in reports)
    say(
        f"{len(reports)} 个项目：{'没有缺口' if is_whole else f'{sum(not each.is_whole for each in reports)} 个有缺口'}"
    )
    ctx.exit(OK if is_whole else FINDINGS)


def _write_kept(path: Path, bundle: Bundle, policies: Sequence[Policy]) -> bool:
    """Write how many mutants the tests of each program noticed; return whether they noticed all."""
    from web.cli.rules_coverage_kept import KeptReports

    def report(policy: Policy) -> dict[str, object]:
        return _Report(bundle, policy, mutants=True, propose=False).as_json()

    kept = KeptReports(path, bundle)
    killed = alive = equivalent = 0
    with counting("改坏规则", len(policies)) as on_done:
        for policy in policies:
            mutants = kept.of(policy, report)["mutants"]
            survivors, total = mutants["survivors"], mutants["killed"] + len(mutants["survivors"])
            on_done(policy.id)
            click.echo(
                f"{policy.id} 改坏 {total} 处，发现 {mutants['killed']} 处，{len(mutants['equivalent'])} 处无影响"
            )
            for each in survivors:
                click.echo(f"  {place_of(each['file'], each['line'], each['column'])} 没有发现：{each['message']}")
            killed, alive = killed + mutants["killed"], alive + len(survivors)
            equivalent += len(mutants["equivalent"])
    share = killed / (killed + alive) if killed + alive else 1
    say(
        f"{len(policies)} 个项目：改坏 {killed + alive} 处，发现 {killed} 处（{share:.1%}）；另有 {equivalent} 处经证明没有影响"
    )
    return not alive


class _Report:
    """What the tests of one program miss."""

    def __init__(self, bundle: Bundle, policy: Policy, *, mutants: bool, propose: bool) -> None:
        from matcher.rule_tests.coverage import cover_policy

        self.policy = policy
        self.coverage: Coverage = cover_policy(bundle, policy)
        self.mutation = _mutation(bundle, policy) if mutants else None
        survivors = self.mutation.survivors if self.mutation else ()
        self.proposals: Proposals | None = None
        if propose:
            from matcher.rule_tests.proposals import propose as look_for

            self.proposals = look_for(bundle, policy, self.coverage.missing, survivors)

    @property
    def is_whole(self) -> bool:
        return not self.coverage.missing and not (self.mutation and self.mutation.survivors)

    def write(self) -> None:
        from matcher.rule_tests.coverage import KINDS

        counts = "，".join(
            f"{name} {met}/{total}" for kind, name in KINDS.items() for met, total in [self.coverage.of_kind(kind)]
        )
        click.echo(click.style(f"{self.policy.id} {self.policy.title}", bold=True))
        click.echo(f"  {counts}")
        if self.mutation:
            mutation = self.mutation
            click.echo(
                f"  改坏 {mutation.killed + len(mutation.survivors)} 处，发现 {mutation.killed} 处（{mutation.score:.0%}）；"
                f"另有 {len(mutation.equivalent)} 处经证明对结果没有影响"
            )
        for demand in self.coverage.missing:
            click.echo(f"  {_place(demand.position)} {demand.text}")
        for mutant in self.mutation.survivors if self.mutation else ():
            click.echo(f"  {_place(mutant.position)} 改坏后测试没有发现：{mutant.text}")
        for proposal in self.proposals.tests if self.proposals else ():
            click.echo(f"  {proposal.as_row()}")

    def as_json(self) -> dict[str, object]:
        from matcher.rule_tests.coverage import KINDS

        shown: dict[str, object] = {"policy": self.policy.id}
        for kind in KINDS:
            met, total = self.coverage.of_kind(kind)
            shown[kind] = {"met": met, "total": total}
        shown["missing"] = [
            {"kind": demand.kind, **_json_place(demand.position), "message": demand.text}
            for demand in self.coverage.missing
        ]
        if self.mutation:
            mutation = self.mutation
            lists = {"equivalent": mutation.equivalent, "survivors": mutation.survivors}
            named = {
                name: [{"kind": each.kind, **_json_place(each.position), "message": each.text} for each in mutants]
                for name, mutants in lists.items()
            }
            shown["mutants"] = {"killed": mutation.killed, **named}
        if self.proposals:
            shown["proposals"] = [proposal.as_row() for proposal in self.proposals.tests]
        return shown


def _mutation(bundle: Bundle, policy: Policy) -> Mutation:
    from matcher.rule_tests.mutation import mutate_policy
    from rules.check.prove.difference import is_same_everywhere
    from rules.check.prove.precedence import comes_first

    return mutate_policy(bundle, policy.id, is_same_everywhere, comes_first)


def _place(position: Position) -> str:
    return place_of(position.file, position.line, position.column)


def _json_place(position: Position) -> dict[str, object]:
    return {"file": position.file, "line": position.line, "column": position.column}
