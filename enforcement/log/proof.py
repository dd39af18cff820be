"""Write, read and check the file that proves offline that something was logged (C2SP tlog-proof)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from enforcement.complaints import refuse
from enforcement.log.checkpoint import read_decimal
from enforcement.log.keys import decode
from enforcement.log.merkle import HASH_BYTES, verify_inclusion
from enforcement.log.note import MAX_NOTE_BYTES
from enforcement.log.policy import Policy, Trusted

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """The place of one leaf, its audit path, and the signed checkpoint that it leads to."""

    index: int
    path: tuple[bytes, ...]
    signed: bytes
    """The signed checkpoint, byte for byte."""
    extra: bytes = b""
    """Whatever helps the reader; nobody has signed it."""

    @property
    def data(self) -> bytes:
        """Return the file."""
        lines = [HEADER]
        lines += [f"extra {base64.b64encode(self.extra).decode()}"] if self.extra else []
        lines += [f"index {self.index}", *(base64.b64encode(hashed).decode() for hashed in self.path), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.signed

    def check(self, leaf: bytes, policy: Policy) -> Trusted:
        """Return the checkpoint under which `leaf` is proven to be in the log; raise Refused when anything is false."""
        trusted = policy.check(self.signed)
        if not verify_inclusion(leaf, self.index, trusted.checkpoint.size, self.path, trusted.checkpoint.root):
            raise refuse("inclusion", f"证明不成立：第 {self.index} 条不是给出的内容。请核对内容是否被改动。")
        return trusted


def read_proof(data: bytes) -> Proof:
    """Return the proof in a file; raise Refused when it is none. Nothing is verified here."""
    top, _, signed = data.partition(b"\n\n")
    try:
        lines = top.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _malformed() from error
    if len(data) > 2 * MAX_NOTE_BYTES or lines.pop(0) != HEADER:
        raise _malformed()
    extra: bytes | None = b""
    if lines and lines[0].startswith("extra "):
        extra = decode(lines.pop(0).removeprefix("extra "))
    index = read_decimal(lines[0].removeprefix("index ")) if lines and lines[0].startswith("index ") else None
    path = read_hashes(lines[1:])
    if extra is None or index is None or path is None:
        raise _malformed()
    return Proof(index, path, signed, extra)


def read_hashes(lines: list[str]) -> tuple[bytes, ...] | None:
    """Return the hashes that `lines` write in base64, at most 63, or None when one of them is no hash."""
    hashes = [decode(line) for line in lines]
    if len(hashes) > MAX_PATH or any(hashed is None or len(hashed) != HASH_BYTES for hashed in hashes):
        return None
    return tuple(hashed for hashed in hashes if hashed is not None)


def _malformed() -> Exception:
    return refuse(
        "proof", "证明文件的格式不对：应依次为标题行、index 行、各级哈希、空行、检查点。请取回原文件，不要编辑。"
    )
