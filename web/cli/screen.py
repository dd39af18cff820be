"""Hold `huice screen`: a register of applicants against the rules, one row of results per applicant and program."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import ChineseCommand, CommandError, reason, say
from web.cli.inputs import Day, load_rules, today

if TYPE_CHECKING:
    from matcher.vector.engine import Compiled

MANY = 500_000  # applicants, from which on all processors are put to work
LOCAL, NONE = "local", "none"
CONNECT_SECONDS = 5


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
@click.option(
    "--policy", "policies", metavar="项目编号", multiple=True, help="只写这个项目的结果，可写多次；不写则写全部"
)
@click.option("--without-no", is_flag=True, help="不写结果为“暂未达到”的行")
@click.option(
    "--keep",
    "folder",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="读好的名册存在这里，同一份名册下次不再重读；不写则用完即删",
)
@click.option(
    "--dask",
    "address",
    metavar="地址",
    help="在 Dask 集群上测算：tcp://…，各工作进程须能读到 --keep 的文件夹；local 为本机各核，none 为不用。"
    f"不写则在 {MANY} 家以上时用 local",
)
def screen_command(  # noqa: PLR0913, PLR0917  click passes options by name
    table: Path,
    folders: tuple[Path, ...],
    on: date | None,
    target: Path,
    policies: tuple[str, ...],
    without_no: bool,  # noqa: FBT001
    folder: Path | None,
    address: str | None,
) -> None:
    """Screen a register."""
    from matcher.match import policies_for
    from matcher.profile import Absent, Profile
    from matcher.vector.engine import compile_bundle
    from matcher.vector.kept import Kept, keep
    from matcher.vector.payable import policies_tied_to
    from matcher.vector.results import ResultError, Results
    from matcher.vector.screening import screen
    from matcher.vector.tables import TableError
    from matcher.vector.workbook import WorkbookError

    bundle = load_rules(folders)
    day = on or today()
    for name in policies:
        if name not in bundle.policies:
            raise CommandError(f"没有这个项目：{name}，请检查 --policy")
    try:
        Results.check(target)
        with _folder(folder) as place:
            opened = Kept(keep(table, bundle.vocabulary, place), bundle.vocabulary)
            # The columns tell whether the register is one of enterprises, persons or organisations.
            columns = Profile({heading.key: Absent() for heading in opened.headings.facts})
            asked = policies_for(bundle, columns)
            if policies:
                asked = tuple({tied: None for name in policies for tied in policies_tied_to(bundle, name, day, asked)})
            _say_columns(opened.headings.unknown, opened.headings.repeated)
            compiled = compile_bundle(bundle, day, asked)
            address = address or (LOCAL if opened.size >= MANY else NONE)
            if address == NONE:
                steps = screen(compiled, opened, target, policies or None, without_no=without_no)
            else:
                steps = _on_cluster(
                    address, compiled, asked, opened.path, target, policies or None, without_no=without_no
                )
            done = 0
            for done in steps:
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


@contextmanager
def _folder(folder: Path | None) -> Iterator[Path]:
    """Give the folder in which registers are kept, by default one that goes when the command ends."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _on_cluster(
    address: str,
    compiled: Compiled,
    policies: Sequence[str],
    register: Path,
    target: Path,
    only: Sequence[str] | None,
    *,
    without_no: bool,
) -> Iterator[int]:
    """Screen on a Dask cluster, or on one made of all processors of this machine."""
    from distributed import Client, LocalCluster

    from matcher.vector.cluster import Job, screen_on

    job = Job(compiled.bundle, compiled.on, tuple(policies), register.resolve(), only, without_no)
    with ExitStack() as stack:
        where: object = address
        if address == LOCAL:
            # Its page of figures on a free port of this machine alone: two screenings at once must not be in each other’s way.
            local = LocalCluster(threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50)
            where = stack.enter_context(local)
        try:
            client = stack.enter_context(Client(where, timeout=CONNECT_SECONDS))
        except (OSError, ValueError):
            raise CommandError(f"连不上 Dask 集群 {address}，请检查 --dask，写法如 tcp://10.0.0.5:8786") from None
        yield from screen_on(client, job, target)


def _say_columns(unknown: Sequence[str], repeated: Sequence[str]) -> None:
    if unknown:
        say(f"这些列不是事实，不参与测算：{'、'.join(unknown)}")
    if repeated:
        say(f"这些列与前面的列是同一事实，没有读：{'、'.join(repeated)}")


def _say_progress(done: int, size: int | None) -> None:
    if sys.stderr.isatty():
        total = f"／{size}" if size else ""
        click.echo(f"\r已完成 {done}{total} 家", err=True, nl=done == size)
