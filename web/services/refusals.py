"""Write into the log what staff tried and was refused: a wrong value, a salt that opens nothing, a second draw, a late record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from enforcement.canonical import Json
from enforcement.complaints import Refused
from web.errors import Problem
from web.store import Store
from web.store.log import record

_NOT_FOUND = 404


@contextmanager
def noted(store: Store, kind: str, ref: str, step: str, by: str, at: datetime) -> Iterator[None]:
    """Log a refusal of what is done inside, and pass it on.

    The refused deed left nothing behind; its leaf has a transaction of its own. It says which step and why by a word,
    never what was typed: that may be a salt.
    """
    try:
        yield
    except (Refused, Problem) as error:
        code = error.complaints[0].code if isinstance(error, Refused) else error.code
        if not (isinstance(error, Problem) and error.status == _NOT_FOUND):  # then there is no such thing to name
            told: dict[str, Json] = {"step": step, "code": code}
            with store.writing() as session:
                record(session, kind, by, ref, told, at=at)
        raise
