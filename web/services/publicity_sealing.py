"""Keep what the public never sees of a row sealed in the database, under a key derived from the service's secret."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from enforcement.log.crypto import INTERNATIONAL
from enforcement.publicity.checking import public_row
from web.services.publicity_records import COLUMNS

_MARK = "sealed:"


def seal_row(kind: str, id_: str, row: Mapping[str, str], secret: str) -> dict[str, str]:
    """Return a row in which every value that is masked when shown is sealed: names and numbers of persons, texts with them.

    `id_` is the record's: a value sealed for one record cannot be put into another.
    """
    shown, key = public_row(COLUMNS[kind], row), _key(secret)
    codes = {column.code for column in COLUMNS[kind]}
    kept = dict(row)
    for code, value in row.items():
        if code in codes and value and shown.get(code, "") != value:
            sealed = INTERNATIONAL.seal(key, value.encode(), f"{id_}/{code}".encode())
            kept[code] = _MARK + base64.b64encode(sealed).decode()
    return kept


def open_row(id_: str, row: Mapping[str, str] | None, secret: str) -> dict[str, str]:
    """Return the row as it was brought; raise Refused when the key is another or a value was changed."""
    key = _key(secret)
    return {
        code: INTERNATIONAL.open(key, base64.b64decode(value.removeprefix(_MARK)), f"{id_}/{code}".encode()).decode()
        if value.startswith(_MARK)
        else value
        for code, value in (row or {}).items()
    }


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"huice publicity rows\n" + secret.encode()).digest()
