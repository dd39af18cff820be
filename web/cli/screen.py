"""Hold `huice screen`: a register of applicants against the rules, one row of results per applicant and program."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from web.cli.console import ChineseCommand, CommandError, reason, say
from web.cli.inputs import Day, load_rules, today


@click.command(
    cls=ChineseCommand,
    name="screen",
    help="用一份名册（xlsx、csv、parquet）对照政策，每家每个项目写一行：结果、金额（分）、原因。"
    "列名写事实的名称或标签，年份和单位写在后面，如 营业收入@2025（万元）；空格表示未知，“无”表示确实没有。",
)
@click.argument("table", metavar="名册", type=click.Path(path_type=Path))
@click.option(
    "--rules",
    "folders",
    metavar="文件夹",
    multiple=True,
    type=click.Path(path_type=Path),
    help="用这里的规则，可写多次；不写则用政策库",
)
@click.option("--as-of", "on", type=Day(), help="按哪一天测算；不写则为今天")
@click.option(
    "--out",
    "target",
    metavar="文件",
    type=click.Path(path_type=Path),
    default=Path("results.csv"),
    help="结果写到哪里（xlsx、csv、parquet）；不写则为 results.csv",
)
def screen_command(table: Path, folders: tuple[Path, ...], on: date | None, target: Path) -> None:
    """Screen a register."""
    from matcher.match import policies_for
    from matcher.profile import Absent, Profile
    from matcher.vector.engine import compile_bundle
    from matcher.vector.results import ResultError
    from matcher.vector.screening import screen
    from matcher.vector.tables import Table, TableError, identity_columns
    from matcher.vector.workbook import WorkbookError

    bundle = load_rules(folders)
    day = on or today()
    try:
        opened = Table(table, bundle.vocabulary)
        # The columns tell whether the register is one of enterprises, persons or organisations.
        columns = Profile({heading.key: Absent() for heading in opened.headings.facts})
        compiled = compile_bundle(bundle, day, policies_for(bundle, columns))
        names = identity_columns(opened.headings.unknown, bundle.vocabulary)
        _say_columns([name for name in opened.headings.unknown if name not in names], opened.headings.repeated)
        done = 0
        for done in screen(compiled, opened, target):
            _say_progress(done, opened.size)
    except (TableError, WorkbookError) as error:
        raise CommandError(f"{table}：{error}") from None
    except ResultError as error:
        raise CommandError(f"{target}：{error}") from None
    except OSError as error:
        raise CommandError(f"{error.filename or table}：{reason(error)}") from None
    if opened.faults.count:
        say(f"有 {opened.faults.count} 个单元格读不懂，按未知处理：")
        for text in opened.faults.first:
            say(f"  {text}")
    only = compiled.interpreter_only
    if only:
        say(f"{len(only)} 个项目由逐条引擎测算：{'、'.join(only)}")
    in_force = sum(program.gate is None or program.gate.value != "not_in_force" for program in compiled.programs)
    say(f"{day} 在有效期内的 {in_force} 个项目，{done} 家，结果写入 {target}")


def _say_columns(unknown: Sequence[str], repeated: Sequence[str]) -> None:
    if unknown:
        say(f"这些列不是事实，不参与测算：{'、'.join(unknown)}")
    if repeated:
        say(f"这些列与前面的列是同一事实，没有读：{'、'.join(repeated)}")


def _say_progress(done: int, size: int | None) -> None:
    if sys.stderr.isatty():
        total = f"／{size}" if size else ""
        click.echo(f"\r已完成 {done}{total} 家", err=True, nl=done == size)
