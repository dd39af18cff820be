"""Hold `huice rules diff`: what two editions of the rules say differently, and the proof that it is only what was meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChoiceOf, CommandError, say
from web.cli.rule_files import progress, read_rule_files

if TYPE_CHECKING:
    from rules.check.prove.difference import Comparison, Divergence
    from rules.language.model import Bundle


@click.command(
    cls=ChineseCommand,
    name="diff",
    help="逐条说出两版规则的差别：条款、旧的写法、新的写法。\n\n"
    "加 --prove-only-where 则证明：只有满足所写条件的主体结果会变；否则举出一个例外。"
    "条件照规则文件的写法，如 'if: revenue, from: 5000万元'。\n\n"
    "退出码：0 没有例外，1 有例外，2 读不了。",
)
@click.argument("old", metavar="旧版", type=click.Path(path_type=Path))
@click.argument("new", metavar="新版", type=click.Path(path_type=Path))
@click.option("--prove-only-where", "region", metavar="条件", help="只许满足这个条件的主体结果有变")
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@click.pass_context
def diff_command(ctx: click.Context, old: Path, new: Path, region: str | None, form: str) -> None:
    """Write the changes, and with a region whether they stay inside it."""
    from rules.change.differences import differences

    before, after = (read_rule_files([path]).readable() for path in (old, new))
    changes = differences(before, after)
    comparison = None if region is None else _prove(before, after, region)
    if form == "json":
        shown: dict[str, object] = {
            "changes": [
                {
                    "owner": change.owner,
                    "where": change.where,
                    "clause": change.clause,
                    "old": change.old,
                    "new": change.new,
                    "file": change.position.file,
                    "line": change.position.line,
                    "message": str(change),
                }
                for change in changes
            ]
        }
        if comparison is not None:
            shown["outside"] = [_as_json(each) for each in comparison.divergences]
            shown["undecided"] = list(comparison.undecided)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for change in changes:
            click.echo(str(change))
        for each in comparison.divergences if comparison else ():
            click.echo(f"例外：{each.policy}，{each.on}，{each.witness}：旧版{each.old}，新版{each.new}")
    say(f"{len(changes)} 处差别{_verdict(comparison)}")
    ctx.exit(FINDINGS if comparison and (comparison.divergences or comparison.undecided) else OK)


def _prove(before: Bundle, after: Bundle, region: str) -> Comparison:
    from rules.check.prove.difference import prove_only_where
    from rules.language.findings import RuleErrors
    from rules.language.fragments import read_condition_text

    try:
        condition = read_condition_text(region, after.vocabulary, "条件")
    except RuleErrors as refused:
        raise CommandError(str(refused.findings[0])) from None
    with progress("证明"):
        return prove_only_where(before, after, condition)


def _as_json(divergence: Divergence) -> dict[str, object]:
    return {
        "policy": divergence.policy,
        "as_of": divergence.on.isoformat(),
        "applicant": divergence.witness,
        "old": divergence.old,
        "new": divergence.new,
    }


def _verdict(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    if comparison.divergences:
        return f"；{len(comparison.divergences)} 个项目在所写条件之外也变了"
    if comparison.undecided:
        return f"；{len(comparison.undecided)} 个项目未能判定：{'、'.join(comparison.undecided)}"
    return "；已证明只有满足所写条件的主体结果会变"
