"""Read a PDF or a spreadsheet from standard input, and write its text as JSON Lines.

This script runs in a child process with limits of time and memory, because a malicious file may crash the
libraries, which are written in other languages, or keep them busy forever. The parent then only sees that the
child failed. The script imports no module of Dragoman, and only the library that it needs.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import time
from typing import Any, BinaryIO

MAX_MEMORY = {"PDF": 512 << 20, "spreadsheets": 2 << 30}
MAX_SECONDS = 60  # CPU time in seconds, at most
FREE_SECONDS = 10  # CPU time in seconds, to which a second is added for each megabyte of the file
MAX_PAGES = 5000
MAX_CHARACTERS = 12_000_000  # of a PDF
MAX_WRITTEN = 32 << 20  # characters of a spreadsheet, plus
MAX_RATIO = 16  # times the size of its file
MIN_ROW = 1400  # characters for which a row counts at least
# The library replaces a hyphen at the end of a line by a special character.
_LINE = re.compile("[^\r\n\ufffe\x02]*(?:[\ufffe\x02]|\r\n|\r|\n|$)")
_NO_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pdf(data: BinaryIO) -> None:
    """Read a PDF, and write its text as a JSON object.

    The object has ``pages`` and ``properties``, or ``error``.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _NO_PASSWORD or "assword" in str(error)
        _write({"error": "encrypted" if locked else "damaged"})
        return
    pages: list[list[Any]] = []
    left = MAX_CHARACTERS
    for number in range(min(len(document), MAX_PAGES)):
        try:
            lines = _lines(document[number])
        except pypdfium2.PdfiumError:
            pages.append([])
            continue
        left -= sum(len(line[0]) for line in lines)
        pages.append(lines)
        if left < 0 or time.process_time() > _seconds(data):
            break
    _write({"pages": pages, "all": len(document), "properties": document.get_metadata_dict(skip_empty=True)})


def _lines(page: Any) -> list[list[Any]]:
    """Return the lines of a page.

    A line is its text, its left and right edge, its bottom, and its font size.
    """
    import pypdfium2

    text_page = page.get_textpage()
    text = text_page.get_text_range()
    lines = []
    start = 0
    for line in _LINE.findall(text):
        stripped = line.rstrip()
        if first := stripped.lstrip():
            begin = start + len(stripped) - len(first)
            end = start + len(stripped) - 1
            left, bottom, _, _ = _box(text_page, begin)
            size = pypdfium2.raw.FPDFText_GetFontSize(text_page.raw, begin)
            lines.append([first, left, _box(text_page, end)[2], bottom, round(float(size), 1)])
        start += len(line)
    text_page.close()
    page.close()
    return lines


def _box(text_page: Any, index: int) -> tuple[float, float, float, float]:
    import pypdfium2

    try:
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
    except (pypdfium2.PdfiumError, IndexError):
        return 0.0, 0.0, 0.0, 0.0
    return round(left, 1), round(bottom, 1), round(right, 1), round(top, 1)


def read_spreadsheet(data: BinaryIO) -> None:
    """Read a spreadsheet, and write its sheets as JSON Lines.

    There is a line with the name of each sheet, and a line for each row. An ``error`` is also a line.
    """
    import python_calamine

    damage = (python_calamine.CalamineError, OSError, ValueError)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(data)
    except python_calamine.PasswordError:
        _write({"error": "encrypted"})
        return
    except damage:
        _write({"error": "damaged"})
        return
    left = MAX_WRITTEN + MAX_RATIO * data.seek(0, io.SEEK_END)
    for name in workbook.sheet_names:
        _write({"sheet": name})
        try:
            rows = workbook.get_sheet_by_name(name).iter_rows()
        except damage:
            _write({"error": "damaged"})
            continue
        for number, row in enumerate(rows, start=1):
            left -= max(MIN_ROW, _write([_cell_value(cell) for cell in row]))
            if left < 0:
                _write({"error": "cut", "row": number})
                return


def _cell_value(cell: Any) -> str | float | bool:
    if isinstance(cell, (str, int, float)):
        return cell
    return str(cell.isoformat() if hasattr(cell, "isoformat") else cell)


def _seconds(data: BinaryIO) -> int:
    return min(MAX_SECONDS, FREE_SECONDS + (os.fstat(data.fileno()).st_size >> 20))


def _limit_resources(memory: int, seconds: int) -> None:
    """Limit the memory and the CPU time of this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent limits the time
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _write(found: object) -> int:
    return sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    _limit_resources(MAX_MEMORY[sys.argv[1]], 2 * _seconds(sys.stdin.buffer))
    (read_pdf if sys.argv[1] == "PDF" else read_spreadsheet)(sys.stdin.buffer)
