"""Hold `huice rules applicant`: a made-up applicant who brings a wanted outcome of a program about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, ChineseCommand, ChoiceOf, CommandError, nearest, say
from web.cli.inputs import Day, load_rules, today

if TYPE_CHECKING:
    from matcher.profile import Profile, State
    from matcher.wanted.goals import Goal
    from rules.language.model import Bundle, Field

_AT = {"row": "步骤编号:行号", "fails": "条件编号", "capped": "步骤编号", "blocked": "互斥组编号"}


@click.command(
    cls=ChineseCommand,
    name="applicant",
    help="按想要的结果造一个虚构的主体，写成档案（YAML），可直接交给 huice match。结果已由解释器核对。\n\n"
    "eligible 符合；row 落在某一档；capped 被封顶；fails 只差一个条件；blocked 因互斥组不得。\n\n"
    "退出码：0 造出来了，1 没有造出来（不等于不存在），2 读不了。",
)
@click.argument("policy", metavar="项目编号")
@click.option("--goal", type=ChoiceOf("eligible", *_AT), default="eligible", help="想要的结果")
@click.option(
    "--at", "place", metavar="编号", default="", help="；".join(f"{goal} 写{text}" for goal, text in _AT.items())
)
@click.option("--as-of", "on", type=Day(), help="按哪一天；不写则为今天")
@click.option(
    "--rules",
    "folders",
    metavar="文件夹",
    multiple=True,
    type=click.Path(path_type=Path),
    help="用这里的规则，可写多次；不写则用政策库",
)
@click.pass_context
def applicant_command(
    ctx: click.Context, policy: str, goal: str, place: str, on: date | None, folders: tuple[Path, ...]
) -> None:
    """Write a made-up applicant."""
    from matcher.wanted import profile_for

    bundle = load_rules(folders)
    if policy not in bundle.policies:
        raise CommandError(f"没有项目 {policy}。{nearest(policy, list(bundle.policies))}")
    found = profile_for(bundle, policy, _goal(goal, place, bundle, policy), on or today())
    if found is None:
        say("没有造出来：求解器和内嵌测试附近都没有这样的主体（不等于不存在）")
        ctx.exit(FINDINGS)
    click.echo(f"# 虚构主体，为「{bundle.policies[policy].title}」而造，按 {found.on} 测算；不是真实企业")
    click.echo(f"applicant: {found.profile.applicant}")
    for line in _facts(found.profile, bundle):
        click.echo(line)
    say(f"按 {found.on} 核对过：huice match 档案 --as-of {found.on} --policy {policy}")


def _goal(goal: str, place: str, bundle: Bundle, policy: str) -> Goal:
    from matcher.wanted import Blocked, Capped, Eligible, FailsOnly, InRow

    if goal == "eligible":
        return Eligible()
    if not place:
        raise CommandError(f"--goal {goal} 要用 --at 写{_AT[goal]}")
    if goal == "fails":
        return FailsOnly(place)
    if goal == "blocked":
        if place not in bundle.groups or policy not in bundle.groups[place].members:
            raise CommandError(f"项目 {policy} 不在互斥组 {place} 里。{nearest(place, list(bundle.groups))}")
        return Blocked(place)
    if goal == "capped":
        return Capped(place)
    step, _, number = place.rpartition(":")
    if not (step and number.isascii() and number.isdigit() and len(number) <= 4 and int(number)):
        raise CommandError("--at 请写成 步骤编号:行号，行号从 1 起")
    return InRow(step, int(number))


def _facts(profile: Profile, bundle: Bundle) -> Iterator[str]:
    """Yield each fact as a line of a profile file."""
    import json

    for key, state in profile.facts.items():
        name = key.partition("@")[0].removeprefix("employer.")
        yield f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(_written(state, bundle.vocabulary.fields[name]), ensure_ascii=False)}"


def _written(state: State, field: Field) -> object:
    """Return a state in the form that the profile reader takes."""
    from fractions import Fraction

    from matcher.profile import Absent, Exact, Items
    from matcher.rule_tests.candidates import written

    if isinstance(state, Absent):
        return None
    if isinstance(state, Items):
        return [{name: _written(each, field.item[name]) for name, each in item.fields.items()} for item in state.items]
    if not isinstance(state, Exact):
        raise CommandError("造出来的事实是一个范围，写不成档案")
    value = state.value
    if isinstance(value, date):
        return value.isoformat()
    return written(value, field) if isinstance(value, Fraction | int) and not isinstance(value, bool) else value
