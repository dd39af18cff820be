"""Sign the head of the audit log with the installation's own key, and hand out receipts that anybody can check offline."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from enforcement.log.keys import Kind, SigningKey, new_key, read_signing_key
from enforcement.log.log import sign_head
from enforcement.log.receipt import make_receipt
from enforcement.log.store import write_whole
from web.store import Store
from web.store.log import ORIGIN, SqlLog

KEY_FILE = "audit-log-key"
HEAD_FILE = "audit-log-checkpoint"
_ONE = threading.Lock()  # heads are signed one after the other: each has to continue the last


def log_key(home: Path) -> SigningKey:
    """Return the key of the log, kept in the instance folder; it is made at the first call, readable by its owner alone."""
    path = home / KEY_FILE
    try:
        # O_EXCL: of two that start together, one writes and the other reads.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_signing_key(path.read_text(encoding="ascii").strip())
    key = new_key(ORIGIN, Kind.LOG)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def signed_head(store: Store, home: Path) -> bytes:
    """Return the head signed now, and keep it.

    Raises:
        Refused: the log does not continue the head signed last: it was cut or changed.
    """
    with _ONE, store.reading() as session:
        kept = home / HEAD_FILE
        last = kept.read_bytes() if kept.exists() else None
        signed = sign_head(SqlLog(session), ORIGIN, [log_key(home)], last).data
        write_whole(kept, signed)
        return signed


def receipt(store: Store, home: Path, number: int, head: bytes | None = None) -> bytes:
    """Return the receipt of leaf `number`: the leaf, its audit path, and `head` or else the head signed now.

    Raises:
        Refused: the log does not continue the head signed last.
    """
    signed = head or signed_head(store, home)
    with store.reading() as session:
        return make_receipt(SqlLog(session), number, signed).data
