"""Witness a log by files, for bodies without a server: requests in one folder, answers in another."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enforcement.complaints import Refused
from enforcement.log.keys import Kind, SigningKey, new_key, read_signing_key
from enforcement.log.policy import read_policy
from enforcement.log.store import write_whole
from enforcement.log.witness import Answer, FolderState, add_checkpoint

REQUEST = ".add-checkpoint"
COSIGNATURE = ".cosignature"
REFUSED = ".refused"
EVIDENCE = ".evidence"


@dataclass(frozen=True, slots=True)
class Witness:
    """What a witness needs: its key, its memory, and the policy file that lists the logs it knows."""

    key: SigningKey
    state: FolderState
    policy: str


def exchange(inbox: Path, outbox: Path, witness: Witness, now: int) -> dict[str, Answer]:
    """Answer every request file in `inbox`, in the order of their names, by a file in `outbox`; return the answers by name.

    A cosignature file holds the signature line; a refusal holds the status and the reason; the two signed heads that do
    not go together are kept beside it as evidence.
    """
    logs = read_policy(witness.policy).logs
    answers = {}
    for request in sorted(inbox.glob(f"*{REQUEST}")):
        answer = add_checkpoint(request.read_bytes(), logs, witness.state, witness.key, now)
        answers[request.name] = answer
        if answer.status == 200:
            write_whole(outbox / f"{request.stem}{COSIGNATURE}", answer.body)
            continue
        write_whole(outbox / f"{request.stem}{REFUSED}", f"{answer.status}\n".encode() + answer.body)
        if answer.evidence:
            write_whole(outbox / f"{request.stem}{EVIDENCE}", answer.evidence)
    return answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return 0 when all went well, 1 when a request was refused, 2 when nothing could be done."""
    options = _options().parse_args(arguments)
    try:
        if options.command == "new-key":
            return _new_key(options.name, options.file)
        key = read_signing_key(options.key.read_text(encoding="utf-8").strip())
        witness = Witness(key, FolderState(options.state), options.logs.read_text(encoding="utf-8"))
        answers = exchange(options.inbox, options.outbox, witness, int(time.time()))
    except (Refused, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name, answer in answers.items():
        said = "已签名" if answer.status == 200 else f"未签名（{answer.status}）：{answer.body.decode().strip()}"
        sys.stdout.write(f"{name}：{said}\n")
    return 0 if all(answer.status == 200 for answer in answers.values()) else 1


def _new_key(name: str, path: Path) -> int:
    key = new_key(name, Kind.WITNESS)
    # Refuses to overwrite: a witness that loses its key is another witness.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{key.text}\n")
    sys.stdout.write(f"{key.verifier.text}\n")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="witness", description="以文件往来为日志做见证")
    commands = parser.add_subparsers(dest="command", required=True)
    fresh = commands.add_parser("new-key", help="生成见证密钥，打印公钥")
    fresh.add_argument("name", help="见证方的名字，如 example.cn/witness")
    fresh.add_argument("file", type=Path, help="私钥存放的文件（不能已存在）")
    sign = commands.add_parser("cosign", help="逐一答复收件夹里的请求")
    sign.add_argument("--key", type=Path, required=True, help="私钥文件")
    sign.add_argument("--logs", type=Path, required=True, help="列出所认识日志的信任设置文件")
    sign.add_argument("--state", type=Path, required=True, help="记住上次见过的检查点的文件夹")
    sign.add_argument("inbox", type=Path, help="收件夹")
    sign.add_argument("outbox", type=Path, help="发件夹")
    return parser
