"""Write 双公示 records as a workbook: text cells under the columns' headings, and the data dictionary on a second sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

import xlsxwriter

from enforcement.publicity.checking import complaints
from enforcement.publicity.columns import Column, Row

MOST_ROWS = 50_000
_NO_GUESSING = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def workbook(title: str, columns: Sequence[Column], rows: Sequence[Row], on: date) -> bytes:
    """Return an xlsx file; raise ValueError, in Chinese and by row, while any record is unsound.

    The same records on the same day give the same bytes.
    """
    if len(rows) > MOST_ROWS:
        raise ValueError(f"一个文件至多{MOST_ROWS}条，现有{len(rows)}条；请分批导出")
    wrong = [f"第{n}条：{words}" for n, row in enumerate(rows, 1) for words in complaints(columns, row, on)]
    if wrong:
        more = f"（另有{len(wrong) - 20}处）" if len(wrong) > 20 else ""
        raise ValueError("\n".join(wrong[:20]) + more)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _NO_GUESSING) as book:
        book.set_properties({"title": title, "created": datetime(on.year, on.month, on.day, tzinfo=UTC)})
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 20, text)
        for x, column in enumerate(columns):
            sheet.write_string(0, x, column.title, head)
            for y, row in enumerate(rows, 1):
                if value := row.get(column.code, ""):
                    sheet.write_string(y, x, value, text)
        dictionary = book.add_worksheet("数据字典")
        dictionary.set_column(0, 4, 28, text)
        lines = [("字段代码", "列名", "要求", "写法", "取值"), *map(_line, columns)]
        for y, line in enumerate(lines):
            for x, words in enumerate(line):
                dictionary.write_string(y, x, words, text if y else head)
    return buffer.getvalue()


def _line(column: Column) -> tuple[str, ...]:
    return (column.code, column.title, column.requirement, column.form.value, "、".join(column.choices))
