"""Recognise files that Dragoman wrote, such as exports, reports, receipts and redirected output.

A folder of sources may contain such files; if they were read as news, a search would find earlier results.
JSON and JSON Lines from ``items`` and ``show`` are not recognised, as they are items to be read.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import Final

from indexer.data_tables import rows
from indexer.errors import FORMS, row
from indexer.sources.encoding import wide_encoding

DATABASE: Final = b"SQLite format 3\0"
_ZIP: Final = b"PK\x03\x04"
_KEY: Final = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")
_PLACEHOLDER: Final = re.compile(r"(\{[a-z_:,]+\})|( (?=[:;?!»])|(?<=«) )")
_VALUE: Final = r"[^\n]{0,250}?"
_NUMBER: Final = r"\d[\d,\xa0\u202f]*"
_BLANK: Final = r"[ \xa0\u202f]"


def is_own_output(head: bytes) -> bool:
    """Return whether Dragoman may have written a file, judging by its first bytes.

    True for every database, whose tables are elsewhere in the file.
    """
    if head.startswith(DATABASE):
        return True
    if head.startswith(_ZIP):
        return _is_own_workbook(head)
    text = head.decode(wide_encoding(head) or "utf-8", "replace").removeprefix("\ufeff")
    return _beginnings().match(text.replace("\r\n", "\n")) is not None


@cache
def _beginnings() -> re.Pattern[str]:
    patterns = ["\t".join(cells) for cells in rows(__file__, "own_output.tsv")]
    return re.compile("|".join([_KEY.sub(lambda key: _in_any_language(key[1]), one) for one in patterns]))


@cache
def _in_any_language(key: str) -> str:
    """Return a pattern that matches a message with any values, in each language."""
    templates = row(key) or []
    forms = dict.fromkeys(form.strip() for template in templates[1:] for form in template.split(FORMS))
    if key == "count.items":
        nouns = "|".join(form.rpartition(" ")[2] for form in forms)
        return f"{_NUMBER} (?:{nouns})"
    return f"(?:{'|'.join(map(_pattern, forms))})"


def _pattern(template: str) -> str:
    """Return a pattern that matches a message template with any values."""
    found = []
    for part in filter(None, _PLACEHOLDER.split(template)):
        if part == "{items}":
            found.append(_in_any_language("count.items"))
        elif part == "{n}":
            found.append(_NUMBER)
        else:
            known = _VALUE if part.startswith("{") else _BLANK if part == " " else re.escape(part)
            found.append(known)
    return "".join(found)


def _is_own_workbook(head: bytes) -> bool:
    """Return whether a workbook begins with the columns of Dragoman's export."""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    begin = 30 + len(name) + int.from_bytes(head[28:30], "little")
    try:
        part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head[begin:], 1 << 12)
    except zlib.error:
        return False
    return name.startswith(b"xl/worksheets/") and b"date_start" in part and b"date_kind" in part
