"""Reads a PDF from standard input and writes its lines as JSON; run in a process of its own.

What reads PDF is a large library in C++: a file made to hurt may take it down, or never end. This process
has bounds of time and memory, and who has started it only sees that it failed. It imports nothing of ours.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pypdfium2

MAX_MEMORY = 2 << 30
MAX_SECONDS = 60
MAX_PAGES = 5000
MAX_CHARACTERS = 12_000_000
# Where a hyphen parts a word at the end of a line, the library puts a character of its own and goes on.
_LINE = re.compile("[^\r\n\ufffe\x02]*(?:[\ufffe\x02]|\r\n|\r|\n|$)")
_NO_PASSWORD = 4  # FPDF_ERR_PASSWORD


def main() -> None:
    """Write an object with ``pages`` and ``properties``, or with an ``error``."""
    _bound()
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
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


def _bound() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bounds; that of time is with the parent
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def _lines(page: Any) -> list[list[Any]]:
    """Give the lines of a page: the text, its left and right end, its bottom, the size of its letters."""
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
    try:
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
    except (pypdfium2.PdfiumError, IndexError):
        return 0.0, 0.0, 0.0, 0.0
    return round(left, 1), round(bottom, 1), round(right, 1), round(top, 1)


def _write(found: object) -> None:
    json.dump(found, sys.stdout)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
