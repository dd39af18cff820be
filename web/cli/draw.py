"""Hold `huice draw`: the steps of a verifiable draw, from the list to its verification by anyone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChineseGroup, ChoiceOf, CommandError, say
from web.cli.files import out_option, read_bytes, read_words, refusals, write_data, write_secret

if TYPE_CHECKING:
    from enforcement.draw.verify import Report

_SIGNS = {"true": "✓ 真", "false": "✗ 假", "open": "○ 待核"}
_FILE = click.Path(path_type=Path)


@click.group(cls=ChineseGroup, name="draw", help="双随机抽查（协议 ssj-draw/1）：承诺、抽取、公开、核验。")
def draw() -> None:
    """Hold the steps of a draw."""


def _practice(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--practice", is_flag=True, help="演练：不要求真实抽查才需要的内容")(command)


@draw.command(
    cls=ChineseCommand,
    name="example",
    help="演算协议文本里的例子：写出承诺文件、种子、每个单位的签号和抽中的单位，可与协议第 14 节逐字对照。"
    "给出文件夹则另写出各步的文件，供照着练习（名单和号码均为虚构）。",
)
@click.argument("folder", metavar="[文件夹]", required=False, type=_FILE)
def example_command(folder: Path | None) -> None:
    """Work the example of the protocol."""
    from enforcement.draw import commands, example

    case, opened = example.case_file(), example.opened_file()
    committed = commands.commit(case, practice=True)
    seed = commands.seed(committed.document, opened)
    transcript = commands.run(committed.document, case, opened, example.SIGNED, practice=True)
    shown = commands.disclose(committed.document, case, transcript)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        files = {
            "case.json": case,
            "opened.json": opened,
            "commitment.json": committed.document,
            "seed.txt": seed.text.encode(),
            "transcript.json": transcript,
            "disclosure.json": shown,
        }
        for name, data in files.items():
            write_data(data, folder / name)
        say(f"{len(files)} 个文件写入 {folder}")
    click.echo(committed.document.decode())
    click.echo(f"commit={committed.hex}")
    click.echo(f"seed={seed.hex}")
    for stratum in json.loads(transcript)["strata"]:
        for entry in stratum["selected"]:
            click.echo(f"{stratum['id']} {entry['rank']} {entry['unit']} {entry['ticket']}")


@draw.command(
    cls=ChineseCommand,
    name="salt",
    help="持盐方在自己的设备上生成盐：盐写入新文件（只有本人可读），输出写进方案的承诺。盐在揭示之前不要给任何人看。",
)
@click.argument("name", metavar="抽查编号")
@click.argument("party", metavar="持盐方")
@click.argument("target", metavar="文件", type=_FILE)
def salt_command(name: str, party: str, target: Path) -> None:
    """Make a salt."""
    import secrets

    from enforcement.canonical import is_id
    from enforcement.draw.seed import salt_commitment

    if not (is_id(name) and is_id(party)):
        raise CommandError("抽查编号和持盐方只能用数字、英文字母和 . _ -，最长 64 位")
    salt = secrets.token_hex(32)
    write_secret(salt, target)
    click.echo(salt_commitment(name, party, salt))
    say(f"盐写入 {target}，请另存一份交托管处")


@draw.command(
    cls=ChineseCommand,
    name="commit",
    params=[out_option()],
    help="由方案和名单（一个 JSON 文件）写出承诺文件；摘要写到标准错误。没有写核验页摘要的，补上本系统核验页的摘要。",
)
@click.argument("case", metavar="抽查文件", type=_FILE)
@_practice
def commit_command(case: Path, *, practice: bool, target: Path | None) -> None:
    """Write the commitment."""
    from enforcement.draw import commands
    from enforcement.verifier import page_hash

    data = read_bytes(case)
    with refusals(case):
        committed = commands.commit(data, practice=practice, verifier=None if practice else page_hash())
    write_data(committed.document, target)
    say(f"commit={committed.hex}")


@draw.command(
    cls=ChineseCommand, name="seed", help="由承诺文件和公开的随机源、盐算出种子：输出种子文本，摘要写到标准错误。"
)
@click.argument("commitment", metavar="承诺文件", type=_FILE)
@click.argument("opened", metavar="随机源文件", type=_FILE)
def seed_command(commitment: Path, opened: Path) -> None:
    """Write the text of the seed."""
    from enforcement.draw import commands

    committed, values = read_bytes(commitment), read_bytes(opened)
    with refusals():
        seed = commands.seed(committed, values)
    click.echo(seed.text, nl=False)
    say(f"seed={seed.hex}")


@draw.command(
    cls=ChineseCommand,
    name="run",
    params=[out_option()],
    help="抽取：由承诺文件、抽查文件、随机源文件写出结果书。同样的文件总是得到同样的结果，不能重抽。",
)
@click.argument("commitment", metavar="承诺文件", type=_FILE)
@click.argument("case", metavar="抽查文件", type=_FILE)
@click.argument("opened", metavar="随机源文件", type=_FILE)
@click.option(
    "--signed",
    metavar="时间 抽取人 副署人",
    nargs=3,
    required=True,
    help="抽取的时间（如 2026-12-03T22:00:00+08:00）和两人的编号，不能是同一人",
)
@_practice
def run_command(
    commitment: Path,
    case: Path,
    opened: Path,
    *,
    signed: tuple[str, str, str],
    practice: bool,
    target: Path | None,
) -> None:
    """Write the transcript."""
    from enforcement.canonical import is_id
    from enforcement.draw import commands
    from enforcement.draw.reading import is_time
    from enforcement.draw.transcript import Signed

    made_at, by, second = signed
    if not is_time(made_at):
        raise CommandError("--signed 的时间要带时区，如 2026-12-03T22:00:00+08:00")
    if not (is_id(by) and is_id(second)):
        raise CommandError("--signed 的编号只能用数字、英文字母和 . _ -，最长 64 位")
    files = read_bytes(commitment), read_bytes(case), read_bytes(opened)
    with refusals():
        transcript = commands.run(*files, Signed(made_at, by, second), practice=practice)
    write_data(transcript, target)
    found = json.loads(transcript)
    drawn = sum(len(stratum["selected"]) for stratum in found["strata"])
    say(f"seed={found['seed']}，抽中 {drawn} 个")


@draw.command(
    cls=ChineseCommand,
    name="disclose",
    params=[out_option()],
    help="写出供核验的公开文件。封存的层和权重：public 一个也不打开，own 打开一家的，complete 全部打开（只给监督机关）。",
)
@click.argument("commitment", metavar="承诺文件", type=_FILE)
@click.argument("case", metavar="抽查文件", type=_FILE)
@click.argument("transcript", metavar="结果书", type=_FILE)
@click.option("--depth", type=ChoiceOf("public", "own", "complete"), default="public", help="公开到什么程度")
@click.option("--unit", metavar="单位", help="own 打开哪一家的")
def disclose_command(
    commitment: Path, case: Path, transcript: Path, depth: str, unit: str | None, target: Path | None
) -> None:
    """Write the disclosure."""
    from enforcement.draw import commands
    from enforcement.draw.transcript import Depth, Extent

    if (depth == "own") != (unit is not None):
        raise CommandError("--depth own 和 --unit 要一起写")
    files = read_bytes(commitment), read_bytes(case), read_bytes(transcript)
    with refusals():
        shown = commands.disclose(*files, Extent(Depth(depth), unit))
    write_data(shown, target)


@draw.command(
    cls=ChineseCommand,
    name="verify",
    help="核验公开文件：逐行写出步骤、代码、真假和数字。给出承诺的日志回执和信任设置，则连同见证时间一起核验。\n\n"
    "退出码：0 没有假的，1 有假的，2 读不了。",
)
@click.argument("disclosure", metavar="公开文件", type=_FILE)
@click.option("--unit", metavar="单位", help="另外说明这一家的情况")
@click.option("--receipt", metavar="文件", type=_FILE, help="承诺在日志里的回执")
@click.option("--policy", metavar="文件", type=_FILE, help="信任设置：日志和见证方的公钥")
@click.option("--witnessed-at", metavar="时间", help="没有回执时，直接写见证时间")
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@_practice
def verify_command(
    disclosure: Path,
    *,
    unit: str | None,
    receipt: Path | None,
    policy: Path | None,
    witnessed_at: str | None,
    form: str,
    practice: bool,
) -> None:
    """Write the lines of the verification."""
    from enforcement.draw.verify import verify

    if (receipt is None) != (policy is None) or (receipt is not None and witnessed_at is not None):
        raise CommandError("--receipt 和 --policy 要一起写，并且不能再写 --witnessed-at")
    data = read_bytes(disclosure)
    if receipt is not None and policy is not None:
        witnessed_at = _witnessed(data, read_bytes(receipt), read_words(policy))
    report = verify(data, witnessed_at=witnessed_at, unit=unit, practice=practice)
    if form == "json":
        lines = [{"step": x.step, "code": x.code, "mark": x.mark.value, "text": x.text} for x in report.lines]
        click.echo(json.dumps({"valid": report.is_valid, "lines": lines}, ensure_ascii=False, indent=2))
    else:
        for line in report.lines:
            click.echo(f"{_SIGNS[line.mark.value]}\t{line.step}\t{line.code}\t{line.text}")
    say(_verdict(report))
    click.get_current_context().exit(OK if report.is_valid else FINDINGS)


def _witnessed(disclosure: bytes, receipt: bytes, policy: str) -> str | None:
    """Return when the witnesses had seen the commitment that the disclosure shows; refuse a receipt that is not of it."""
    from enforcement.draw.witnessing import witnessed_at

    with refusals("回执"):
        return witnessed_at(disclosure, receipt, policy)


def _verdict(report: Report) -> str:
    if (false := report.first_false) is not None:
        return f"无效：第 {false.step} 步 {false.code}，{false.text}"
    left = sum(line.mark.value == "open" for line in report.lines)
    return f"没有发现问题；{left} 行待核" if left else "没有发现问题"


@draw.command(
    cls=ChineseCommand,
    name="page",
    params=[out_option()],
    help="写出核验页：一个不联网的网页文件，任何人可以保存后离线核验。摘要写到标准错误，应与承诺里的 verifier 相同。",
)
def page_command(target: Path | None) -> None:
    """Write the verifier page."""
    from enforcement.verifier import page, page_hash

    write_data(page(), target)
    say(f"verifier={page_hash()}")
