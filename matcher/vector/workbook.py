"""Turn a workbook into csv in a process of its own: a hostile file may cost that process, not this one."""

from __future__ import annotations

import csv
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

_MOST_BYTES = 512 * 1024**2  # unpacked; a register of a million rows has about 350 MB
_MOST_TIMES = 100  # unpacked to packed
_MOST_MEMORY = 3 * 1024**3
_MOST_SECONDS = 300
_MOST_ENTRIES = 1000
_BLOCK = 1 << 20
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<([\w.-]{1,20}:)?f[\s/>]")
_LONGEST = 40  # bytes of what is looked for, that a block may cut
_REFUSED = 3  # the code of the child's exit when its message is for the reader


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
        if done.returncode == _REFUSED:
            raise WorkbookError(done.stderr.decode())
        if done.returncode:
            raise WorkbookError("xlsx 读不了：文件已损坏，或者表格大得不正常。请另存为新的 xlsx 或 csv")
        yield target


def check_archive(path: Path) -> None:
    """Refuse what would unpack to far more than it is, and parts that lie in or over each other."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise WorkbookError("不是 xlsx 文件，或文件已损坏") from None
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MOST_BYTES or unpacked > _MOST_TIMES * max(path.stat().st_size, 10_000):
        raise WorkbookError("xlsx 展开后大得不正常，不予读取。请另存为 csv")
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookError("xlsx 设有密码，读不了。请取消密码后另存")
    names = {entry.filename.lower() for entry in entries}
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    overlap = any(start + size > following for (start, size), (following, _) in pairwise(places))
    if len(entries) > _MOST_ENTRIES or len(names) < len(entries) or overlap:
        raise WorkbookError("xlsx 的内部结构不正常，不予读取。请另存为新的 xlsx 或 csv")


def check_content(path: Path) -> None:
    """Refuse declarations of document types, and formulas, of which nobody knows whether they were computed again."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.filename.lower().endswith((".xml", ".rels")):
                continue
            is_sheet = "worksheets/" in entry.filename
            with archive.open(entry) as stream:
                before = b""
                while block := stream.read(_BLOCK):
                    seen = before + block
                    if _DECLARATION.search(seen):
                        raise WorkbookError("xlsx 里有不该有的声明，不予读取。请另存为新的 xlsx 或 csv")
                    if is_sheet and _FORMULA.search(seen):
                        raise WorkbookError("xlsx 里有公式，不予读取。请复制后“选择性粘贴为数值”，再另存")
                    before = block[-_LONGEST:]


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
    try:
        check_content(Path(sys.argv[1]))
    except WorkbookError as refused:
        sys.stderr.write(str(refused))
        sys.exit(_REFUSED)
    write_csv(Path(sys.argv[1]), Path(sys.argv[2]))
