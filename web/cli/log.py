"""Hold `huice log`: keep, publish and prove an append-only log by files, and check what somebody else keeps."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import FINDINGS, OK, ChineseCommand, ChineseGroup, ChoiceOf, CommandError, say
from web.cli.files import out_option, read_bytes, read_words, refusals, write_data, write_secret

if TYPE_CHECKING:
    from enforcement.log.keys import SigningKey
    from enforcement.log.verify import Report

_FILE = click.Path(path_type=Path)


@click.group(cls=ChineseGroup, name="log", help="只增不改的日志（格式 huice-log/1）：记录、签发、公布、取证明、核验。")
def log() -> None:
    """Hold the commands of the log."""


@log.command(cls=ChineseCommand, name="new-key", help="生成日志的密钥：私钥写入新文件（只有本人可读），输出公钥。")
@click.argument("name", metavar="日志名")
@click.argument("target", metavar="文件", type=_FILE)
def new_key_command(name: str, target: Path) -> None:
    """Make a key."""
    from enforcement.log.keys import Kind, new_key

    with refusals():
        key = new_key(name, Kind.LOG)
    write_secret(key.text, target)
    click.echo(key.verifier.text)


@log.command(
    cls=ChineseCommand, name="append", help="在文件夹里的日志末尾记一条事件，输出条号（从 0 数起）；时间取本机时钟。"
)
@click.argument("folder", metavar="日志文件夹", type=_FILE)
@click.argument("kind", metavar="种类")
@click.option("--by", metavar="编号", required=True, help="经办人的编号，不是姓名")
@click.option("--ref", metavar="编号", default="", help="所涉对象的编号，如抽查编号")
@click.option("--body", metavar="JSON", default="{}", help="公开的内容；个人信息不要写在这里")
@click.option("--corrects", metavar="条号", type=int, help="更正哪一条")
def append_command(folder: Path, kind: str, by: str, ref: str, body: str, corrects: int | None) -> None:
    """Append one event."""
    from enforcement.canonical import read_json
    from enforcement.log.event import Event
    from enforcement.log.log import append
    from enforcement.log.store import FolderStore

    with refusals():
        content = read_json(body.encode())
        if not isinstance(content, dict):
            raise CommandError('--body 要写成 JSON 对象，如 {"commit": "…"}')
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        number = append(FolderStore(folder), Event(kind, now, by, ref, content, corrects=corrects))
    click.echo(str(number))


@log.command(
    cls=ChineseCommand,
    name="publish",
    help="签发检查点并写出公布的文件（tlog-tiles）。与上次公布的检查点接不上的，不签。",
)
@click.argument("folder", metavar="日志文件夹", type=_FILE)
@click.argument("target", metavar="公布文件夹", type=_FILE)
@click.option("--key", metavar="文件", required=True, type=_FILE, help="日志的私钥文件")
def publish_command(folder: Path, target: Path, key: Path) -> None:
    """Sign the head and publish."""
    from enforcement.log.log import sign_head
    from enforcement.log.store import FolderStore
    from enforcement.log.tiles import CHECKPOINT, publish

    signing = _read_key(key)
    if not (folder / "entries").exists():
        raise CommandError(f"{folder}：没有日志")
    before = target / CHECKPOINT
    with refusals():
        store = FolderStore(folder)
        last = before.read_bytes() if before.exists() else None
        signed = sign_head(store, signing.name, [signing], last).data
        publish(store, target, signed)
    say(f"公布 {store.size()} 条到 {target}")


def _read_key(path: Path) -> SigningKey:
    from enforcement.log.keys import read_signing_key

    with refusals(path):
        return read_signing_key(read_words(path).strip())


@log.command(
    cls=ChineseCommand,
    name="request",
    params=[out_option()],
    help="写出给见证方的请求（add-checkpoint）：检查点和它由上次见证的条数增长而来的证明。",
)
@click.argument("folder", metavar="公布文件夹", type=_FILE)
@click.option("--old", metavar="条数", type=int, default=0, help="见证方上次见到的条数；不写则为 0")
def request_command(folder: Path, old: int, target: Path | None) -> None:
    """Write the request to a witness."""
    from enforcement.log.log import add_checkpoint_request
    from enforcement.log.tiles import TileReader

    signed = _checkpoint(folder)
    with refusals(folder):
        request = add_checkpoint_request(TileReader.of_folder(folder), old, signed)
    write_data(request, target)


@log.command(
    cls=ChineseCommand, name="cosigned", help="把见证方的答复（签名行）加到公布的检查点上；信任设置以外的签名不加。"
)
@click.argument("folder", metavar="公布文件夹", type=_FILE)
@click.argument("answer", metavar="答复", type=_FILE)
@click.option("--policy", metavar="文件", required=True, type=_FILE, help="信任设置：日志和见证方的公钥")
def cosigned_command(folder: Path, answer: Path, policy: Path) -> None:
    """Add cosignatures."""
    from enforcement.log.log import add_cosignatures
    from enforcement.log.note import read_note
    from enforcement.log.policy import read_policy
    from enforcement.log.store import write_whole
    from enforcement.log.tiles import CHECKPOINT

    signed, lines, words = _checkpoint(folder), read_bytes(answer), read_words(policy)
    with refusals():
        note = add_cosignatures(signed, lines, read_policy(words).witnesses.values())
        count = len(read_note(note).signatures)
    write_whole(folder / CHECKPOINT, note)
    say(f"检查点现有 {count} 个签名")


@log.command(
    cls=ChineseCommand,
    name="prove",
    params=[out_option()],
    help="取一条的证明（tlog-proof）；--receipt 连同内容做成回执，--short 做成二维码用的短回执。",
)
@click.argument("folder", metavar="公布文件夹", type=_FILE)
@click.argument("number", metavar="条号", type=int)
@click.option("--receipt", is_flag=True, help="做成回执，内含这一条")
@click.option("--short", is_flag=True, help="做成二维码用的一行文字")
def prove_command(folder: Path, number: int, *, receipt: bool, short: bool, target: Path | None) -> None:
    """Write a proof, or a receipt."""
    from enforcement.log.log import prove
    from enforcement.log.receipt import make_receipt, shorten
    from enforcement.log.tiles import TileReader

    signed = _checkpoint(folder)
    with refusals(folder):
        reader = TileReader.of_folder(folder)
        proof = make_receipt(reader, number, signed) if receipt or short else prove(reader, number, signed)
        data = f"{shorten(proof)}\n".encode() if short else proof.data
    write_data(data, target)


@log.command(
    cls=ChineseCommand,
    name="check",
    help="核验一份回执（回执文件或二维码里的一行文字），写出它证明的内容。\n\n退出码：0 属实，1 不属实，2 读不了。",
)
@click.argument("receipt", metavar="回执", type=_FILE)
@click.option("--policy", metavar="文件", required=True, type=_FILE, help="信任设置：日志和见证方的公钥")
@click.pass_context
def check_command(ctx: click.Context, receipt: Path, policy: Path) -> None:
    """Check a receipt."""
    from enforcement.complaints import Refused
    from enforcement.log.policy import read_policy
    from enforcement.log.receipt import SHORT, check_receipt, read_short

    data = read_bytes(receipt, 4 * 1024 * 1024)
    with refusals(policy):
        trust = read_policy(read_words(policy))
    try:
        if f"{SHORT}.".encode() in data[:2000]:
            short = read_short(data.decode("ascii", errors="replace"), trust.logs[0].name if trust.logs else "")
            head = short.check(trust)
            click.echo(f"第 {short.index} 条的哈希 {short.leaf_hash.hex()} 在日志“{head.origin}”前 {head.size} 条里")
        else:
            found = check_receipt(data, trust)
            click.echo(found.event.leaf.decode())
            seen = "、".join(found.trusted.seen) or "没有见证方"
            head = found.trusted.checkpoint
            say(f"第 {found.index} 条，在日志“{head.origin}”前 {head.size} 条里，由{seen}见证")
    except Refused as refused:
        click.echo(f"不属实：{refused}")
        ctx.exit(FINDINGS)
    ctx.exit(OK)


@log.command(
    cls=ChineseCommand,
    name="verify",
    help="从公布的文件核验整份日志：每一条、每个哈希、检查点的签名，并与以前保留的检查点、证明、回执逐一对照。"
    "没有保留过的检查点就看不出截尾和回滚。\n\n退出码：0 全部相符，1 有不符，2 读不了。",
)
@click.argument("folder", metavar="公布文件夹", type=_FILE)
@click.option("--policy", metavar="文件", required=True, type=_FILE, help="信任设置：日志和见证方的公钥")
@click.option("--kept", metavar="文件", multiple=True, type=_FILE, help="以前保留的检查点、证明或回执，可写多次")
@click.option("--format", "form", type=ChoiceOf("text", "json"), default="text", help="输出文字还是 JSON")
@click.pass_context
def verify_command(ctx: click.Context, folder: Path, policy: Path, kept: tuple[Path, ...], form: str) -> None:
    """Check a whole log."""
    from enforcement.log.policy import read_policy
    from enforcement.log.verify import kept_head, verify_published

    if not folder.is_dir():
        raise CommandError(f"{folder}：没有这个文件夹")
    with refusals(policy):
        trust = read_policy(read_words(policy))
    heads = []
    for path in kept:
        with refusals(path):
            heads.append(kept_head(read_bytes(path, 4 * 1024 * 1024), trust))
    report = verify_published(folder, trust, heads)
    _write(report, form)
    if not kept:
        say("没有给出以前保留的检查点（--kept），只核对了现在的检查点：看不出此前是否截尾或回滚")
    say(f"{report.size} 条，树根 {report.root.hex()}：{'相符' if report.ok else '有不符'}")
    ctx.exit(OK if report.ok else FINDINGS)


def _write(report: Report, form: str) -> None:
    if form == "json":
        lines = [{"ok": int(f.ok), "code": f.code, "text": f.message} for f in report.findings]
        shown = {"ok": report.ok, "size": report.size, "root": report.root.hex(), "findings": lines}
        json.dump(shown, sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
        return
    for finding in report.findings:
        click.echo(f"{'✓ 相符' if finding.ok else '✗ 不符'}\t{finding.code}\t{finding.message}")


def _checkpoint(folder: Path) -> bytes:
    from enforcement.log.tiles import CHECKPOINT

    return read_bytes(folder / CHECKPOINT, 1024 * 1024)
