"""Reads a PDF or a spreadsheet from standard input and writes its text as lines of JSON.

It runs in a process of its own, with bounds of time and memory: the libraries that read these files are
written in other languages, and a file made to hurt may crash them or keep them busy for ever. The parent only
sees that this process failed. It imports nothing of ours, and only the library of the kind that it reads.
"""

from __future__ import annotations

import io
import json
import re
import sys
from typing import Any

MAX_MEMORY = 2 << 30
MAX_SECONDS = 60
MAX_PAGES = 5000
MAX_CHARACTERS = 12_000_000  # of a PDF
MAX_WRITTEN = 512 << 20  # of a spreadsheet
# Where a hyphen splits a word at the end of a line, the library puts a character of its own and goes on.
_LINE = re.compile("[^\r\n\ufffe\x02]*(?:[\ufffe\x02]|\r\n|\r|\n|$)")
_NO_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pdf(data: bytes) -> None:
    """Write an object with ``pages`` and ``properties``, or with an ``error``."""
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
        if left < 0:
            break
    _write({"pages": pages, "all": len(document), "properties": document.get_metadata_dict(skip_empty=True)})


def _lines(page: Any) -> list[list[Any]]:
    """Read the lines of a page: the text, its left and right end, its bottom, the size of its letters."""
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


def read_spreadsheet(data: bytes) -> None:
    """Write ``{"sheet": NAME}`` before the rows of each sheet, lists of cells; or ``{"error": WHY}``."""
    import python_calamine

    damage = (python_calamine.CalamineError, OSError, ValueError)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        _write({"error": "encrypted"})
        return
    except damage:
        _write({"error": "damaged"})
        return
    left = MAX_WRITTEN
    for name in workbook.sheet_names:
        _write({"sheet": name})
        try:
            rows = workbook.get_sheet_by_name(name).iter_rows()
        except damage:
            _write({"error": "damaged"})
            continue
        for row in rows:
            left -= _write([_plain(cell) for cell in row])
            if left < 0:
                _write({"error": "cut"})
                return


def _plain(cell: Any) -> str | float | bool:
    if isinstance(cell, (str, int, float)):
        return cell
    return str(cell.isoformat() if hasattr(cell, "isoformat") else cell)


def _bound() -> None:
    """Bound the memory and the time of this process."""
    try:
        import resource
    except ImportError:  # Windows has no such bounds; that of time is with the parent
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def _write(found: object) -> int:
    return sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    _bound()
    (read_pdf if sys.argv[1] == "PDF" else read_spreadsheet)(sys.stdin.buffer.read())
