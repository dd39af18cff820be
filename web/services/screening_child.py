"""Read and screen a register in a process of its own, limited in memory and time: a hostile file may cost that process alone.

It is given one JSON document on standard input and answers with one JSON document on standard output.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

MOST_MEMORY = 4 * 1024**3
READING_SECONDS, SCREENING_SECONDS = 120, 3600
MOST_FILE = 4 * 1024**3
SHOWN_CELLS = 3
LONGEST_CELL = 40


class Unreadable(Exception):
    """The register cannot be used; the message is for the reader, in Chinese."""


def limit(seconds: int) -> None:
    """Limit memory, processor time and the size of files of this process."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MOST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def read_columns(path: Path, districts: list[str]) -> dict[str, Any]:
    """Return the columns of a register, each with the heading it is read under, its first cells, and whether it names rows."""
    from matcher.vector.tables import cell_text, first_rows, identity_columns
    from rules.language.bundle import load_corpus

    vocabulary = load_corpus(tuple(districts)).vocabulary
    frame, headings = first_rows(path, vocabulary)
    read = {heading.column for heading in headings.facts}
    naming = identity_columns([str(name) for name in frame], vocabulary)
    return {
        "columns": [
            {
                "name": str(name),
                "heading": str(name) if str(name) in read else "",
                "is_name": str(name) in naming,
                "cells": [cell_text(cell)[:LONGEST_CELL] for cell in islice(column.dropna(), SHOWN_CELLS)],
            }
            for name, column in frame.items()
        ]
    }


def screen_register(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Screen a register into its folder, noting in the database how far it is."""
    from matcher.match import policies_for
    from matcher.profile import Absent, Profile
    from matcher.vector.engine import compile_bundle
    from matcher.vector.kept import Kept, keep
    from matcher.vector.outreach import screen_for_outreach
    from rules.language.bundle import load_corpus
    from web.store import Store
    from web.store.screenings import RUNNING, UNDER_WAY, change

    folder = Path(asked["folder"])
    store = Store.open(asked["database_url"])
    bundle = load_corpus(tuple(asked["districts"]))
    register = Kept(keep(folder / asked["file"], bundle.vocabulary, folder / "kept", asked["names"]), bundle.vocabulary)
    columns = Profile({heading.key: Absent() for heading in register.headings.facts})
    compiled = compile_bundle(bundle, date.fromisoformat(asked["as_of"]), policies_for(bundle, columns))
    told = {
        "size": register.size,
        "bundle": bundle.hash,
        "faults": register.faults.first,
        "fault_count": register.faults.count,
    }
    with store.writing() as session:
        change(session, asked["id"], UNDER_WAY, state=RUNNING, **told)
    for done in screen_for_outreach(compiled, register, folder):
        with store.writing() as session:
            if not change(session, asked["id"], (RUNNING,), done=done):
                raise Unreadable("已停止")
    store.close()
    return {}


def main() -> int:
    """Do what standard input asks; exit 3 with a message for the reader where the register cannot be used."""
    from matcher.vector.tables import TableError
    from matcher.vector.workbook import WorkbookError

    asked = json.load(sys.stdin)
    is_reading = asked["do"] == "read"
    limit(READING_SECONDS if is_reading else SCREENING_SECONDS)
    try:
        answer = read_columns(Path(asked["path"]), asked["districts"]) if is_reading else screen_register(asked)
    except (TableError, WorkbookError, Unreadable) as error:
        answer = {"message": str(error)}
    json.dump(answer, sys.stdout)
    return 3 if "message" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
