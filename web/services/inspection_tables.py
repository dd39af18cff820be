"""Read an uploaded table of a list as text cells, and write one that runs nothing in a table program."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter
from werkzeug.datastructures import FileStorage

from web.security.text import BadText, clean_text

KINDS = (".xlsx", ".csv")
MOST_ROWS = 60_000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_GUESSING = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


class UnreadableTable(ValueError):
    """The upload cannot be used; the message is for the reader, in Chinese."""


def read_upload(upload: FileStorage) -> list[list[str]]:
    """Return the lines of an uploaded xlsx (its first sheet) or csv, without those that are empty.

    A workbook is opened only by the child process of limited memory and time that reads registers.
    """
    from matcher.vector.workbook import WorkbookError, as_csv

    kind = Path((upload.filename or "").replace("\\", "/").rpartition("/")[2]).suffix.lower()
    if kind not in KINDS:
        raise UnreadableTable("请选择 xlsx 或 csv 文件")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{kind}"
        upload.save(path)
        try:
            if kind == ".csv":
                return _lines(path)
            with as_csv(path) as text:
                return _lines(text)
        except WorkbookError as error:
            raise UnreadableTable(str(error)) from None


def _lines(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise UnreadableTable("csv 的编码读不懂，请另存为 UTF-8 或 xlsx") from None
    try:
        return list(_checked(csv.reader(io.StringIO(text, newline=""), strict=True)))
    except csv.Error:
        raise UnreadableTable("csv 写法有误，请检查引号和每行的列数") from None


def _checked(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    count = 0
    for number, line in enumerate(lines, 1):
        if not any(cell.strip() for cell in line):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise UnreadableTable(f"一次至多导入 {MOST_ROWS} 行，请分成几份")
        if len(line) > MOST_COLUMNS:
            raise UnreadableTable(f"第 {number} 行有 {len(line)} 列，至多 {MOST_COLUMNS} 列")
        if any(len(cell) > LONGEST_CELL for cell in line):
            raise UnreadableTable(f"第 {number} 行有一格超过 {LONGEST_CELL} 个字")
        try:
            yield [clean_text(_without_guard(cell)).strip() for cell in line]
        except BadText as error:
            raise UnreadableTable(f"第 {number} 行：{error}") from None


def _without_guard(cell: str) -> str:
    """Take away the apostrophe that an export of ours put before what looks like a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def write_table(kind: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a csv or xlsx of text cells; what a table program would take for a formula gets an apostrophe before."""
    lines = [list(headings), *([_cell(value) for value in row] for row in rows)]
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(lines)
        return out.getvalue().encode("utf-8-sig")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _NO_GUESSING) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(headings) - 1), 22, text)
        for y, line in enumerate(lines):
            for x, value in enumerate(line):
                sheet.write_string(y, x, value, text if y else bold)
    return buffer.getvalue()


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
