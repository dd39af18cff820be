"""Hold `huice match`: one applicant against the rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, ChineseCommand, ChoiceOf, CommandError, nearest
from web.cli.inputs import Day, load_rules, read_applicant, today

if TYPE_CHECKING:
    from matcher.outcome import MatchResult
    from matcher.profile import Profile
    from rules.language.model import Bundle

_LONGEST_SEARCH = 10  # seconds


@click.command(
    cls=ChineseCommand,
    name="match",
    help="用一家主体的事实（YAML 或 JSON 文件，- 为标准输入）对照政策，列出能得什么、得多少、还差什么。",
)
@click.argument("profile", metavar="档案", type=click.Path(path_type=Path))
@click.option(
    "--rules",
    "folders",
    metavar="文件夹",
    multiple=True,
    type=click.Path(path_type=Path),
    help="用这里的规则，可写多次；不写则用政策库",
)
@click.option("--as-of", "on", type=Day(), help="按哪一天测算；不写则为今天")
@click.option("--policy", "policies", metavar="编号", multiple=True, help="只测算这个项目，可写多次")
@click.option("--engine", type=ChoiceOf("interpret", "vector", "network"), default="interpret", help="测算引擎")
@click.option("--format", "form", type=ChoiceOf("table", "json"), default="table", help="输出表格还是 JSON")
def match_command(
    profile: Path, folders: tuple[Path, ...], on: date | None, policies: tuple[str, ...], engine: str, form: str
) -> None:
    """Answer one applicant."""
    from matcher.combine import Budget
    from matcher.match import UnknownPolicyError, match

    bundle = load_rules(folders)
    applicant = read_applicant(profile, bundle)
    try:
        result = match(bundle, applicant, on or today(), policies or None, budget=Budget.within(_LONGEST_SEARCH))
    except UnknownPolicyError as error:
        near = [hint for name in error.names if (hint := nearest(name, list(bundle.policies)))]
        raise CommandError(f"没有项目 {'、'.join(error.names)}。{''.join(near)}") from None
    if engine != "interpret":
        if names := _disagreements(engine, bundle, result, applicant):
            raise CommandError(f"两个引擎对这些项目的结果不一致，请把档案交给维护人员：{'、'.join(names)}", FINDINGS)
        result = replace(result, engine=engine)
    if form == "json":
        from matcher.wire import to_json

        click.echo(json.dumps(to_json(result), ensure_ascii=False, indent=2))
    else:
        from web.cli.match_table import print_result

        print_result(result, bundle)


def _disagreements(engine: str, bundle: Bundle, result: MatchResult, applicant: Profile) -> Sequence[str]:
    """Return the policies of which another engine says something else than the interpreter."""
    if engine == "vector":
        from matcher.vector.single import disagreements

        return disagreements(bundle, result.outcomes, applicant, result.as_of)
    if find_spec("durable") is None:
        raise CommandError("规则网络需要 durable-rules，它只能在 Python 3.12 及以下使用，请用 --engine interpret")
    from matcher.network import single
    from matcher.network.encoding import Unsayable

    try:
        return single.disagreements(bundle, result.outcomes, applicant, result.as_of)
    except Unsayable:
        raise CommandError("档案里有规则网络读不了的数（太大或不是整数），请用 --engine interpret", FINDINGS) from None
    except single.NoAnswer:
        raise CommandError("规则网络没有回答，请用 --engine interpret", FINDINGS) from None
