"""Give out the public verifier: one HTML file without external requests, and its SHA-256."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("verifier.html")


@cache
def page() -> bytes:
    """Return the page as it is published, byte for byte; `assemble.py` makes it from the sources beside it."""
    return FILE.read_bytes()


@cache
def page_hash() -> str:
    """Return the lower-case hex SHA-256 of the page, which every commitment names."""
    return hashlib.sha256(page()).hexdigest()
