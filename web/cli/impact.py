"""Hold `huice impact`: what a change of the rules does to a register, who gains, who loses, how long a budget lasts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import ChineseCommand, ChoiceOf, CommandError, reason, say
from web.cli.inputs import Day, today
from web.cli.rule_files import read_rule_files

if TYPE_CHECKING:
    from matcher.impact import Impact
    from matcher.impact.budget import Arrival
    from matcher.impact.simulate import Batch
    from rules.language.model import Bundle


@click.command(
    cls=ChineseCommand,
    name="impact",
    help="用一份名册测算规则改动的影响：谁增加、谁减少、谁新符合、谁不再符合，改动前后的总额，断崖，预算够不够。\n\n"
    "旧版、新版是规则文件或文件夹（每版要写全，含它用到的互斥组和通用条件）；名册的写法同 huice screen。"
    "金额是互斥之后应付的数；还有事实不知道、增减说不准的，单列为尚不能确定。",
)
@click.argument("old", metavar="旧版", type=click.Path(path_type=Path))
@click.argument("new", metavar="新版", type=click.Path(path_type=Path))
@click.argument("table", metavar="名册", type=click.Path(path_type=Path))
@click.option("--as-of", "on", type=Day(), help="按哪一天测算；不写则为今天")
@click.option(
    "--budget",
    "budgets",
    metavar="[项目编号=]金额",
    multiple=True,
    help="预算，如 luohu-rd-2023=500万元，可写多次；不写项目则是全部项目合计",
)
@click.option(
    "--arrive",
    "days",
    nargs=2,
    type=Day(),
    metavar="起 止",
    help="假定申请在这两天之间均匀到达，如 2026-03-01 2026-04-30；不写则为当年",
)
@click.option("--format", "form", type=ChoiceOf("table", "json"), default="table", help="输出表格还是 JSON")
def impact_command(
    old: Path,
    new: Path,
    table: Path,
    on: date | None,
    budgets: tuple[str, ...],
    days: tuple[date, date] | None,
    form: str,
) -> None:
    """Write what a change does."""
    from matcher.impact.envelopes import Envelopes
    from matcher.impact.simulate import batches_in, joint_vocabulary, programs_for_table, simulate
    from matcher.vector.tables import Table, TableError
    from matcher.vector.workbook import WorkbookError

    before, after = (read_rule_files([path]).readable() for path in (old, new))
    day = on or today()
    money = _budgets(budgets, before, after)
    arrival = _arrival(day, days)
    try:
        vocabulary = joint_vocabulary(before, after)
        opened = Table(table, vocabulary)
        programs = programs_for_table(before, after, opened)
        batches = _counted(batches_in(opened, vocabulary), opened.size)
        impact = simulate(before, after, batches, day, programs, Envelopes(money, arrival))
    except (TableError, WorkbookError) as error:
        raise CommandError(f"{table}：{error}") from None
    except OSError as error:
        raise CommandError(f"{error.filename or table}：{reason(error)}") from None
    if opened.faults.count:
        say(f"有 {opened.faults.count} 个单元格读不懂，按未知处理：")
        for text in opened.faults.first:
            say(f"  {text}")
    _write(impact, form)


def _write(impact: Impact, form: str) -> None:
    if form == "json":
        from matcher.impact.wire import impact_json

        click.echo(json.dumps(impact_json(impact), ensure_ascii=False, indent=2))
    else:
        from web.cli.impact_table import lines_of

        for line in lines_of(impact):
            click.echo(line)
    if impact.disagreements:
        raise CommandError(f"两个引擎有 {len(impact.disagreements)} 处说法不同，以上结果不可用，请交给维护人员", 1)


def _budgets(texts: tuple[str, ...], old: Bundle, new: Bundle) -> Mapping[str, int]:
    from matcher.impact.envelopes import ALL
    from rules.language.quantities import parse_money

    found: dict[str, int] = {}
    for text in texts:
        name, equals, amount = text.rpartition("=")
        if equals and name not in old.policies and name not in new.policies:
            raise CommandError(f"--budget：两版规则里都没有项目“{name}”")
        try:
            fen = parse_money(amount)
        except ValueError as error:
            raise CommandError(f"--budget：{error}") from None
        if fen < 0:
            raise CommandError("--budget：预算不能小于 0，请写如 500万元")
        found[name or ALL] = int(fen)
    return found


def _arrival(on: date, days: tuple[date, date] | None) -> Arrival:
    from matcher.impact.budget import Arrival

    try:
        return Arrival(*days) if days else Arrival.in_year(on)
    except ValueError as error:
        raise CommandError(f"--arrive：{error}") from None


def _counted(batches: Iterator[Batch], size: int | None) -> Iterator[Batch]:
    """Pass batches on and show on a terminal how far they are."""
    for batch in batches:
        yield batch
        if sys.stderr.isatty():
            total = f"／{size}" if size else ""
            click.echo(f"\r已测算 {batch.first + batch.population.size - 1}{total} 家", err=True, nl=False)
