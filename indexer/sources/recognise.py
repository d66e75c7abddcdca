"""What a source is, by its first bytes: one question for each kind, asked of every file of a folder."""

from __future__ import annotations

import json
import re
from typing import Final

from indexer.sources import csv_dialect
from indexer.sources.encoding import wide_encoding
from indexer.sources.json_shape import is_document

_COMPRESSED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET_SUFFIXES: Final = frozenset({".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"})
_OTHER_ARCHIVES: Final = (b"7z\xbc\xaf", b"Rar!")
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF", b"ID3", b"OggS")
# Text of a form that is not read yet: as a page it would come out as one item, or as nonsense.
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|rss|feed)\b", re.IGNORECASE)
# What may stand before the first element: an XML declaration, comments, other types of document than HTML.
_BEFORE_ELEMENTS: Final = re.compile(r"(?:<\?xml[^>]*\?>|<!--.*?-->|\s)+", re.DOTALL)
# The head of a member, whose name follows its thirty bytes.
_DOCX_PART: Final = re.compile(
    rb"PK\x03\x04.{26}word/(?:document|styles|settings|numbering|fontTable|_rels/)", re.DOTALL
)
_OFFICE_PARTS: Final = (b"[Content_Types].xml", b"_rels/", b"docProps/")
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_PAGE_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
_WHOLE: Final = 1 << 16  # bytes of which fewer are all there are
_UNREAD_SUFFIXES: Final = frozenset({".html", ".htm", ".xml", ".rss", ".atom", ".rtf"})


def text_of(head: bytes) -> str:
    """Decode the first bytes of a source well enough to look at, without a mark or blanks before them."""
    return head.decode(wide_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")


def is_any(_head: bytes, _suffix: str) -> bool:
    """Recognise anything."""
    return True


def is_none(_head: bytes, _suffix: str) -> bool:
    """Recognise nothing: of a kind that is read only when it is asked for."""
    return False


def is_html(head: bytes, suffix: str) -> bool:
    """Recognise a web page: by its first element, which of a file that is named one may be any."""
    text = text_of(head)
    before = _BEFORE_ELEMENTS.match(text)
    start = before.end() if before else 0
    return _PAGE.match(text, start) is not None or (suffix in _PAGE_SUFFIXES and text.startswith("<", start))


def is_pdf(head: bytes, _suffix: str) -> bool:
    """Recognise a PDF; a few bytes of something else may stand before it."""
    return b"%PDF-" in head[:1024] and not head.startswith(b"PK")


def is_docx(head: bytes, suffix: str) -> bool:
    """Recognise a document of Word: a zip archive that begins with a part of one.

    An archive may hold documents as they are; their parts then stand behind other names.
    """
    begins = suffix == ".docx" or _first_member(head).startswith((*_OFFICE_PARTS, b"word/", b"customXml/"))
    return head.startswith(b"PK\x03\x04") and begins and _DOCX_PART.search(head) is not None


def is_zip(head: bytes, _suffix: str) -> bool:
    """Recognise a zip archive; one that holds nothing begins with its end."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_unread_document(head)


def is_sheet(head: bytes, suffix: str) -> bool:
    """Recognise a spreadsheet: by the first parts of its archive; an old or encrypted one by its name."""
    if head.startswith(_OLD_OFFICE):
        return suffix in _SHEET_SUFFIXES
    if not head.startswith(b"PK\x03\x04"):
        return False
    first = _first_member(head)
    if first == b"mimetype":
        return b"opendocument.spreadsheet" in head[:200]
    is_office = first.startswith((*_OFFICE_PARTS, b"xl/"))
    return is_office and (b"xl/" in head or suffix in _SHEET_SUFFIXES)


def _is_unread_document(head: bytes) -> bool:
    """Recognise an office document that no kind reads: an archive whose members are no sources."""
    first = _first_member(head)
    is_slides = first.startswith(_OFFICE_PARTS) and b"ppt/" in head
    return (
        head.startswith(_OLD_OFFICE) or is_slides or (first == b"mimetype" and b"opendocument" in head[:200])
    )


def _first_member(head: bytes) -> bytes:
    return head[30 : 30 + int.from_bytes(head[26:28], "little")]


def is_compressed(head: bytes, _suffix: str) -> bool:
    """Recognise a file compressed by gzip, bzip2, xz or zstandard."""
    return head.startswith(_COMPRESSED)


def is_warc(head: bytes, _suffix: str) -> bool:
    """Recognise a web archive."""
    return head.startswith(b"WARC/")


def is_json(head: bytes, _suffix: str) -> bool:
    """Recognise a JSON document: an array of objects, or an object with a list of items in it."""
    text = text_of(head)
    return text.startswith(("{", "[")) and is_document(text)


def is_table(head: bytes, _suffix: str) -> bool:
    """Recognise a table in text: names of columns that are known over rows of as many cells."""
    text = head.decode(wide_encoding(head) or "utf-8", "replace").lstrip("\ufeff\r\n")
    return not text.startswith(("<", "{", "[")) and csv_dialect.is_table(text, whole=len(head) < _WHOLE)


def is_json_lines(head: bytes, _suffix: str) -> bool:
    """Recognise JSON lines: the first line with anything on it is, as far as it goes, a JSON object."""
    text = text_of(head)
    first = text.splitlines()[0] if text else ""
    if not first.startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        # A first record longer than what was looked at, or a broken one: a quoted name follows the brace.
        return first[1:].lstrip().startswith('"')


def why_not_read(head: bytes, suffix: str) -> str:
    """Say why a source that no kind recognises is not read; empty where it may be a page."""
    why = ""
    if head.startswith(_OLD_OFFICE) and suffix == ".docx":
        why = " is encrypted; save a copy of it without its password first"
    elif _is_unread_document(head):
        why = " is an office document of a kind that is not read; save it as .docx, .pdf or plain text first"
    elif head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        why = " is a picture or a recording; give the text of it"
    elif head.startswith(_OTHER_ARCHIVES):
        why = " is an archive of a kind that is not read; unpack it first"
    elif _MARKUP.match(head):
        why = " holds XML of a kind that is not read; save what it says as plain text (.txt)"
    elif suffix in _UNREAD_SUFFIXES:
        advice = "save the page as plain text (.txt), or export records as JSON lines (.jsonl)"
        why = f": files of this kind are not read yet; {advice}"
    return why
