"""Reads a spreadsheet from standard input and writes its rows as lines of JSON; run in a process of its own.

What reads spreadsheets makes room for all cells between the first and the last, and ends the process where
there is none. This process has bounds of time and memory, and who has started it only sees that it failed.
It imports nothing of ours.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import python_calamine

MAX_MEMORY = 2 << 30
MAX_SECONDS = 60
MAX_WRITTEN = 512 << 20


def main() -> None:
    """Write ``{"sheet": NAME}`` before the rows of each sheet, lists of cells; or ``{"error": WHY}``."""
    _bound()
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    except python_calamine.PasswordError:
        _write({"error": "encrypted"})
        return
    except (python_calamine.CalamineError, OSError, ValueError):
        _write({"error": "damaged"})
        return
    left = MAX_WRITTEN
    for name in workbook.sheet_names:
        _write({"sheet": name})
        try:
            rows = workbook.get_sheet_by_name(name).iter_rows()
        except (python_calamine.CalamineError, OSError, ValueError):
            _write({"error": "damaged"})
            continue
        for row in rows:
            left -= _write([_plain(cell) for cell in row])
            if left < 0:
                _write({"error": "cut"})
                return


def _bound() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bounds; that of time is with the parent
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def _plain(cell: Any) -> str | float | bool:
    return (
        cell
        if isinstance(cell, (str, int, float))
        else cell.isoformat()
        if hasattr(cell, "isoformat")
        else str(cell)
    )


def _write(found: object) -> int:
    return sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
