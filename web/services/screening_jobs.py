"""Start, follow and forget screenings: one child process at a time does the work, the database says how far it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog
from werkzeug.datastructures import FileStorage

from web.config import Config
from web.store import Store
from web.store.base import new_token, now
from web.store.log import record
from web.store.screenings import (
    DONE,
    FAILED,
    KEPT,
    READ,
    UNDER_WAY,
    WAITING,
    Screening,
    change,
    forget_screenings,
)

KINDS = (".xlsx", ".csv", ".parquet")
READING_SECONDS, SCREENING_SECONDS = 150, 7200  # by the clock; the child limits its processor time itself
SILENT = timedelta(minutes=10)  # after which a screening under way is given up: its process is gone
BROKEN = "文件读不了：已损坏，或大得不正常。请另存为新的 xlsx 或 csv 后再试"
NOBODY = "visitor"  # where the pages are open without an account, in development
_ONE = threading.Lock()  # screenings under way in this process


class UnreadableRegister(ValueError):
    """The uploaded file cannot be used; the message is for the reader, in Chinese."""


def folder_of(config: Config, screening_id: str) -> Path:
    """Return the folder of a screening."""
    return config.home / "screenings" / screening_id


def receive(store: Store, config: Config, upload: FileStorage, on: date, owner: str) -> Screening:
    """Keep an uploaded register and read its columns.

    Raises:
        UnreadableRegister: it is no register that can be used; nothing is kept.
    """
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise UnreadableRegister("请选择 xlsx、csv 或 parquet 文件")
    forget(store, config)
    screening_id = new_token()
    folder = folder_of(config, screening_id)
    folder.mkdir(parents=True)
    try:
        path = folder / f"register{kind}"
        upload.save(path)
        told = _child({"do": "read", "path": str(path), "districts": config.districts}, READING_SECONDS)
        row = Screening(
            id=screening_id,
            owner=owner,
            file_name=name[-200:],
            as_of=on,
            columns=told["columns"],
            names={},
            expires_at=now() + KEPT,
        )
        with store.writing() as session:
            session.add(row)
            record(session, "screening.upload", owner or NOBODY, screening_id, {"as_of": on.isoformat()})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return row


def start(store: Store, config: Config, row: Screening, names: Mapping[str, str]) -> bool:
    """Begin to screen under these headings; tell whether it had not begun before."""
    with store.writing() as session:
        begins = change(session, row.id, (READ, FAILED), state=WAITING, names=dict(names), done=0, message="")
        if begins:
            record(session, "screening.start", row.owner or NOBODY, row.id)
    if begins:
        [file] = folder_of(config, row.id).glob("register.*")
        asked = {
            "do": "screen",
            "id": row.id,
            "folder": str(folder_of(config, row.id)),
            "file": file.name,
            "names": dict(names),
            "as_of": row.as_of.isoformat(),
            "districts": config.districts,
            "database_url": config.database_url,
        }
        threading.Thread(target=_work, args=(store, asked), daemon=True).start()
    return begins


def _work(store: Store, asked: Mapping[str, Any]) -> None:
    with _ONE:
        try:
            _child(asked, SCREENING_SECONDS)
            values = {"state": DONE}
        except UnreadableRegister as error:
            values = {"state": FAILED, "message": str(error)}
        with store.writing() as session:
            change(session, asked["id"], UNDER_WAY, **values)


def _child(asked: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    """Let a process of its own do it; return its answer."""
    words = [sys.executable, "-m", "web.services.screening_child"]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            words, input=json.dumps(asked), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableRegister(BROKEN) from None
    if done.returncode not in (0, 3):
        structlog.get_logger("screening").error("child_failed", code=done.returncode, error=done.stderr[-2000:])
        raise UnreadableRegister(BROKEN)
    answer: dict[str, Any] = json.loads(done.stdout)
    if "message" in answer:
        raise UnreadableRegister(answer["message"])
    return answer


def exported(store: Store, row: Screening, kind: str) -> None:
    """Write down that a list of whom to call is taken out of the service."""
    with store.writing() as session:
        record(session, "screening.export", row.owner or NOBODY, row.id, {"kind": kind})


def given_up(store: Store, row: Screening) -> bool:
    """Mark a screening that has been silent for long as failed; tell whether it was."""
    if row.state not in UNDER_WAY or row.updated_at > now() - SILENT or _ONE.locked():
        return False
    with store.writing() as session:
        return change(session, row.id, UNDER_WAY, state=FAILED, message="测算中断了，请重新开始")


def remove(store: Store, config: Config, row: Screening) -> None:
    """Forget a screening and its files; one under way stops at its next part."""
    with store.writing() as session:
        session.delete(row)
        record(session, "screening.remove", row.owner or NOBODY, row.id)
    shutil.rmtree(folder_of(config, row.id), ignore_errors=True)


def forget(store: Store, config: Config) -> None:
    """Forget what is past its time."""
    with store.writing() as session:
        gone = forget_screenings(session, now())
    for screening_id in gone:
        shutil.rmtree(folder_of(config, screening_id), ignore_errors=True)
