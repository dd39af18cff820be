"""Write and read checkpoints: which log, how many leaves, and the root over them (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from enforcement.complaints import refuse
from enforcement.log.keys import decode
from enforcement.log.merkle import HASH_BYTES
from enforcement.log.note import is_note_text

MAX_SIZE = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's `text` is; raise Refused when it is none."""
    lines = text.split("\n")
    root = decode(lines[2]) if len(lines) > 3 else None
    size = read_decimal(lines[1]) if len(lines) > 3 else None
    if not is_note_text(text) or not all(lines[:-1]) or size is None or root is None or len(root) != HASH_BYTES:
        raise refuse(
            "checkpoint", "检查点的格式不对：应有三行——日志名、条数、树根哈希（base64）。请取回原文件，不要编辑。"
        )
    return Checkpoint(lines[0], size, root, tuple(lines[3:-1]))


def read_decimal(text: str) -> int | None:
    """Return the number written in `text` without leading zeros, up to 2^63 - 1, or None."""
    return int(text) if _DECIMAL.fullmatch(text) and int(text) <= MAX_SIZE else None
