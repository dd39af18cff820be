"""State a log's head in the national algorithms: an SM3 digest of all its leaves, to be signed with SM2."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SM3, Hash

from enforcement.complaints import refuse
from enforcement.log.checkpoint import Checkpoint
from enforcement.log.keys import VerifierKey
from enforcement.log.note import read_note, signed_by
from enforcement.log.store import LogReader, frame

HEADER = "huice-log/1 sm3"


def sm3_of(reader: LogReader, size: int) -> bytes:
    """Return the SM3 of the first `size` leaves, each after its length in two bytes: of all entry bundles in a row."""
    digest = Hash(SM3())
    for leaf in reader.leaves(0, size):
        digest.update(frame(leaf))
    return digest.finalize()


def state(reader: LogReader, checkpoint: Checkpoint) -> str:
    """Return the text to sign: what it is, the log, its size, its root, and the SM3 digest, a line each."""
    digest = base64.b64encode(sm3_of(reader, checkpoint.size)).decode()
    return f"{HEADER}\n{checkpoint.text}{digest}\n"


def check_statement(data: bytes, reader: LogReader, checkpoint: Checkpoint, keys: Iterable[VerifierKey]) -> None:
    """Raise Refused unless the signed statement in `data` is by one of `keys` and true of the log at this checkpoint."""
    note = read_note(data)
    if not signed_by(note, keys):
        raise refuse("unsigned", "国密声明没有已知密钥的签名。请取回原文件。")
    if note.text != state(reader, checkpoint):
        raise refuse("sm3", "国密声明与日志不符：条数、树根或 SM3 摘要不同。请核对检查点与日志是否对应。")
