"""Keep the heads of the audit log in a file outside of the database, so that a cut or an old copy shows."""

from __future__ import annotations

import os
from pathlib import Path

from enforcement.complaints import Refused
from enforcement.log.checkpoint import Checkpoint, read_checkpoint

FILE = "audit-heads"


def kept_heads(home: Path) -> list[Checkpoint]:
    """Return the heads kept beside the service; a damaged entry is left out."""
    path = home / FILE
    if not path.exists():
        return []
    found = []
    for text in path.read_text(encoding="utf-8").split("\n\n"):
        try:
            found.append(read_checkpoint(text.strip("\n") + "\n"))
        except Refused:
            continue
    return found


def keep_head(home: Path, head: Checkpoint) -> None:
    """Add a head; it is on the disk on return."""
    if head in kept_heads(home):
        return
    with (home / FILE).open("a", encoding="utf-8") as file:
        file.write(head.text + "\n")
        file.flush()
        os.fsync(file.fileno())
