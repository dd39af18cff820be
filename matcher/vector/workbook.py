"""Turn a workbook into csv in a process of its own: a hostile file may cost that process, not this one."""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

_MOST_BYTES = 512 * 1024**2  # unpacked; a register of a million rows has about 350 MB
_MOST_TIMES = 100  # unpacked to packed
_MOST_MEMORY = 3 * 1024**3
_MOST_SECONDS = 300


class WorkbookError(ValueError):
    """Raised for a workbook that is none, or is too big to be one."""


@contextmanager
def as_csv(path: Path) -> Iterator[Path]:
    """Write the first sheet of a workbook as csv to a file that lasts as long as the context."""
    check_archive(path)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sheet.csv"
        words = [sys.executable, "-m", "matcher.vector.workbook", str(path), str(target)]
        done = subprocess.run(words, check=False, capture_output=True)  # noqa: S603  our own module
        if done.returncode:
            raise WorkbookError("xlsx 读不了：文件已损坏，或者表格大得不正常。请另存为新的 xlsx 或 csv")
        yield target


def check_archive(path: Path) -> None:
    """Refuse what would unpack to far more than it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise WorkbookError("不是 xlsx 文件，或文件已损坏") from None
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MOST_BYTES or unpacked > _MOST_TIMES * max(path.stat().st_size, 10_000):
        raise WorkbookError("xlsx 展开后大得不正常，不予读取。请另存为 csv")


def limit_process() -> None:  # pragma: no cover  it runs in the child alone
    """Limit memory, time and files of the process that reads."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_BYTES * 2, _MOST_BYTES * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write_csv(source: Path, target: Path) -> None:
    """Write the first sheet as csv: days as 2026-05-20, whole numbers without a point."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  only this process needs it

    sheet = CalamineWorkbook.from_path(str(source)).get_sheet_by_index(0)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for row in sheet.iter_rows():
            writer.writerow(map(_cell, row))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":  # pragma: no cover  it runs in the child alone
    limit_process()
    write_csv(Path(sys.argv[1]), Path(sys.argv[2]))
