"""Recognise the kind of a source from its first bytes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection
from functools import cache
from itertools import pairwise
from typing import Final

from indexer.data_tables import rows
from indexer.errors import FORMS, message, row
from indexer.sources import text_shapes
from indexer.sources.encoding import is_binary, text_of, wide_encoding

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET_SUFFIXES: Final = frozenset({".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"})
_OTHER_ARCHIVES: Final = (b"7z\xbc\xaf", b"Rar!")
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF", b"ID3", b"OggS")
# Formats that are not supported yet. If they were read as a page, the items would be meaningless.
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|rss|feed)\b", re.IGNORECASE)
# Optional content before the first element: an XML declaration, comments, doctypes other than HTML.
_BEFORE_ELEMENTS: Final = re.compile(r"(?:<\?xml[^>]*\?>|<!--.*?-->|\s)+", re.DOTALL)
# The header of a member of a zip archive. The name of the member follows its thirty bytes.
_DOCX_PART: Final = re.compile(
    rb"PK\x03\x04.{26}word/(?:document|styles|settings|numbering|fontTable|_rels/)", re.DOTALL
)
_OFFICE_PARTS: Final = (b"[Content_Types].xml", b"_rels/", b"docProps/")
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_PAGE_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
_WHOLE: Final = 1 << 16  # a source with fewer bytes is complete
_UNREAD_SUFFIXES: Final = frozenset({".html", ".htm", ".xml", ".rss", ".atom", ".rtf"})


def begins(*marks: bytes) -> Callable[[bytes, str], bool]:
    """Return a function that checks whether a file begins with one of several marks."""
    return lambda head, _suffix: head.startswith(marks)


def matches(pattern: str) -> Callable[[bytes, str], bool]:
    """Return a function that checks whether the beginning of a text matches a pattern."""
    match = re.compile(pattern).match
    return lambda head, _suffix: match(text_of(head)) is not None


def is_html(head: bytes, suffix: str) -> bool:
    """Return whether a file is a web page; if the suffix is ``.html``, any markup suffices."""
    text = text_of(head)
    before = _BEFORE_ELEMENTS.match(text)
    start = before.end() if before else 0
    return _PAGE.match(text, start) is not None or (suffix in _PAGE_SUFFIXES and text.startswith("<", start))


def is_pdf(head: bytes, _suffix: str) -> bool:
    """Return whether a file is a PDF, perhaps after a few other bytes."""
    return b"%PDF-" in head[:1024] and not head.startswith(b"PK")


def is_docx(head: bytes, suffix: str) -> bool:
    """Return whether a file is a zip archive that begins like a Word document.

    An archive of several Word documents begins with a member of another name.
    """
    begins = suffix == ".docx" or _first_member(head).startswith((*_OFFICE_PARTS, b"word/", b"customXml/"))
    return head.startswith(b"PK\x03\x04") and begins and _DOCX_PART.search(head) is not None


def is_zip(head: bytes, _suffix: str) -> bool:
    """Return whether a file is a zip archive, but not an office document."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_unread_document(head)


def is_sheet(head: bytes, suffix: str) -> bool:
    """Return whether a file is a spreadsheet, by its content or, for old formats, by its suffix."""
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
    """Return whether a file is an office document of an unsupported kind."""
    first = _first_member(head)
    is_slides = first.startswith(_OFFICE_PARTS) and b"ppt/" in head
    is_open_document = first == b"mimetype" and b"opendocument" in head[:200]
    return head.startswith(_OLD_OFFICE) or is_slides or is_open_document


def _first_member(head: bytes) -> bytes:
    return head[30 : 30 + int.from_bytes(head[26:28], "little")]


# Marks of press databases. Every export contains one of them, so only files with a mark are examined.
_PRESS_MARKUP: Final = (
    b"Factiva factiva ppsarticle enArticle esArticle frArticle accessionNo DocPublicationName DOC_ID_ "
    b"LXNComment DocID_ roQuest googlealerts-noreply".split()
)
_PRESS_TEXT: Final = b"ocument DOCUMENT HD news\xc2\xb7 news\xb7 Body Cuerpo Corps".split()


def has_press_marks(data: bytes) -> bool:
    """Return whether a text may contain an export of a press database or a Google Alert."""
    return any(mark in data for mark in _PRESS_MARKUP)


def is_press(head: bytes, _suffix: str) -> bool:
    """Return whether a text is an export from a press database."""
    head = text_of(head).encode() if wide_encoding(head) else head
    is_markup = head[:20].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    marked = has_press_marks(head) if is_markup else any(mark in head for mark in _PRESS_TEXT)
    if not marked or is_binary(head):
        return False
    from indexer.sources.press.press_export import system_of_markup, system_of_text

    text = text_of(head)
    return (system_of_markup(text) if is_markup else system_of_text(text)) is not None


def is_json(head: bytes, _suffix: str) -> bool:
    """Return whether a file is a JSON document with items."""
    return text_shapes.is_document(text_of(head))


def is_table(head: bytes, _suffix: str) -> bool:
    """Return whether a text is a table with known column names."""
    text = head.decode(wide_encoding(head) or "utf-8", "replace").lstrip("\ufeff\r\n")
    return not text.startswith(("<", "{", "[")) and text_shapes.is_table(text, whole=len(head) < _WHOLE)


def why_not_read(head: bytes, suffix: str) -> str:
    """Return why a source is not supported, or an empty text if it may be a page saved as text."""
    why = ""
    if head.startswith(_OLD_OFFICE) and suffix == ".docx":
        why = message("sources.r_encrypted")
    elif _is_unread_document(head):
        why = message("sources.r_office")
    elif head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        why = message("sources.r_picture")
    elif head.startswith(_OTHER_ARCHIVES):
        why = message("sources.r_archive")
    elif _MARKUP.match(head):
        why = message("sources.r_xml")
    elif suffix in _UNREAD_SUFFIXES:
        advice = message("sources.r_advice")
        why = message("sources.r_unread", advice=advice)
    return why


_SUFFIXES: Final = frozenset({"", ".txt", ".text", ".md", ".markdown", ".mdown", ".mkd"})

_HEAD_LINES: Final = 6  # lines that may have the only date line of an article
_MIN_PARAGRAPHS: Final = 2  # paragraphs of prose, separated by blank lines
_MIN_CHARACTERS: Final = 200
_PROSE: Final = 100  # characters of a paragraph of prose
_FURNITURE: Final = frozenset({"an invitation to subscribe", "navigation"})
_INNER_TITLES: Final = 0.34  # per paragraph of prose; a page has a title for every one or two paragraphs


def is_article(head: bytes, suffix: str) -> bool:
    """Return whether a text is a single article.

    A page of several items has date lines and closing lines. Signs of a single article are, in Markdown, a
    heading at the top or front matter; in plain text, several paragraphs separated by blank lines, with few
    titles among them.
    """
    if suffix not in _SUFFIXES or is_binary(head):
        return False
    text = text_of(head)
    if len(head) >= 1 << 16:
        text = text.rpartition("\n")[0]
    # imported here, since a search reads no sources and a build mostly other kinds
    from indexer.sources.article import MARKDOWN, is_markdown, split_front_matter

    if split_front_matter(text)[0]:
        return True
    lines = [line.strip() for line in text.splitlines()]
    if _has_marks_of_page([line for line in lines if line]):
        return False
    return is_markdown(text) or _has_plain_paragraphs(text, least=_MIN_PARAGRAPHS - (suffix in MARKDOWN))


def _has_marks_of_page(lines: list[str]) -> bool:
    """Return whether lines are from a page with many items, such as date lines and closing lines."""
    from indexer.sources.page.item_boundaries import read_dated_line
    from indexer.sources.page.line_kinds import furniture_reason, is_closing

    dated = [index for index, line in enumerate(lines) if read_dated_line(line, after_title=False)]
    if len(dated) > 1 or (dated and dated[0] >= _HEAD_LINES):
        return True
    furnished = any(furniture_reason(line) in _FURNITURE for line in lines[:_HEAD_LINES])
    return furnished or any(map(is_closing, lines[:-1]))


def _has_plain_paragraphs(text: str, *, least: int) -> bool:
    """Return whether a text has paragraphs between blank lines, few of which have a title."""
    from indexer.sources.article import plain_paragraphs, read_head
    from indexer.sources.page.line_kinds import is_inner_title, is_prose

    lines = plain_paragraphs(text)
    head = read_head(lines)
    is_complete = head.date and head.title == lines[0] and is_prose(head.paragraphs[0])
    blocks = [" ".join(block.split()) for block in text.replace("\r\n", "\n").split("\n\n")]
    prose = [block for block in blocks if len(block) >= _PROSE and is_prose(block)]
    if not is_complete and (len(prose) < least or sum(map(len, prose)) < _MIN_CHARACTERS):
        return False
    rest = (head if is_complete else read_head([*filter(None, blocks)])).paragraphs
    titles = sum(is_inner_title(block, following) for block, following in pairwise(rest))
    return titles <= max(1, _INNER_TITLES * len(prose))


_BEFORE_ROOT: Final = re.compile(
    # The pattern ends here, so that no part is tried twice. Possessive groups fail before Python 3.11.5.
    r"(?:\s++|<!--.*?(?:-->|$)|<\?[^>]*+>|<!doctype[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*",
    re.DOTALL | re.IGNORECASE,
)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)([^<>]*)")
_FEED_WITHIN: Final = re.compile(
    r"<rss\b[^<>]*\bversion\b.*?<channel\b|<feed\b[^<>]*2005/Atom|<rdf:RDF\b[^<>]*purl\.org/rss/", re.DOTALL
)
_LATEST: Final = 4096  # maximum characters before the document, such as a warning of the server
_FEED_ROOTS: Final = frozenset({"rss", "feed", "entry", "rdf", "channel", "html"})
_OF_RSS_1: Final = ("purl.org/rss/1.0/", "netscape.com/rdf/")
_OF_ATOM: Final = ("2005/Atom", "purl.org/atom")


def is_feed(head: bytes, _suffix: str) -> bool:
    """Return whether a text contains RSS or Atom, perhaps within other content."""
    text = text_of(head)
    root, attributes, at = _root(text, _FEED_ROOTS)
    if root == "rss":
        return True
    if root in {"feed", "entry"}:
        return any(one in attributes for one in _OF_ATOM) or (root == "feed" and "<entry" in text)
    if root == "rdf":
        return any(one in text for one in _OF_RSS_1)
    if root == "channel":
        return "<item" in text
    return root == "html" and _FEED_WITHIN.search(text, at) is not None


def _root(text: str, names: Collection[str]) -> tuple[str, str, int]:
    """Return the name, the attributes and the end of the first element.

    If its name is not one of ``names``, the name and the attributes are empty.
    """
    starts = [0] if text.startswith("<") else []
    if not text.startswith(("{", "[", '"')):
        starts += [at for mark in ("<?xml", "<rss") if (at := text.find(mark, 0, _LATEST)) > 0]
    for start in starts:
        found = _ROOT.match(text, _BEFORE_ROOT.match(text, start).end())  # type: ignore[union-attr]
        if found:
            name = found[1].lower()
            if name in names and (start == 0 or name != "rss" or "version" in found[2]):
                return name, found[2], found.end()
    return "", "", 0


def has_root(names: str, marks: str) -> Callable[[bytes, str], bool]:
    """Return a function that checks whether XML has a root with one of the names, and one of the marks.

    The marks must be in the first bytes. If there are no marks, the name suffices.
    """
    roots = frozenset(names.split())

    def recognises(head: bytes, _suffix: str) -> bool:
        text = text_of(head) if b"<" in head[:_LATEST] else ""
        return _root(text, roots)[0] != "" and (not marks or any(mark in text for mark in marks.split()))

    return recognises


def has_names(*names: str, pattern: str) -> Callable[[bytes, str], bool]:
    """Return a function that checks the beginning of JSON for names and a pattern."""
    search = re.compile(pattern).search

    def recognises(head: bytes, _suffix: str) -> bool:
        text = text_of(head)
        named = text.startswith(("{", "[")) and all(name in text for name in names)
        return named and search(text) is not None

    return recognises


SEPARATOR: Final = re.compile(rb"From .*\b\d{1,2}:\d\d(?::\d\d)?\b.*\b\d{2,4}\b")
"""The line before each message of a mailbox, which ends with the time of arrival."""

HEADER: Final = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
"""The beginning of a header line of a message, except of continuation lines."""

_LOOKED_AT: Final = 1 << 14
_OF_EVERY_MAIL: Final = frozenset({"from", "subject", "date"})
_OF_MAIL_ALONE: Final = frozenset(
    "received message-id mime-version return-path delivered-to content-type newsgroups references user-agent "
    "content-transfer-encoding in-reply-to dkim-signature x-mailer".split()
)


_OUTLOOK: Final = re.compile(
    rb"(?im)^(?:(?P<From>De)|(?P<Date>Sent|Fecha|Enviado(?: el)?|Envoy(?:\xe9|\xc3\xa9)(?: le)?)"
    rb"|(?P<To>Para|A|\xc0|\xc3\x80)|(?P<Subject>Asunto|Objet)"
    rb"|(?P<Attachments>Datos adjuntos|Pi(?:\xe8|\xc3\xa8)ces jointes))(?:[ \t]|\xc2?\xa0)*:"
)


def rename_mail_headers(data: bytes) -> bytes:
    """Rename the headers of a message that Outlook saved as text to their usual names."""
    first, blank, body = data.partition(b"\r\n\r\n" if b"\r\n" in data[:1000] else b"\n\n")
    return _OUTLOOK.sub(lambda name: f"{name.lastgroup}:".encode(), first) + blank + body


def is_mailbox(head: bytes, _suffix: str) -> bool:
    """Return whether a text is a mailbox (mbox): whether it begins with a separator line and a header."""
    first, _, second = head.lstrip(b"\r\n").partition(b"\n")
    return SEPARATOR.match(first) is not None and HEADER.match(second) is not None


def is_message(head: bytes, _suffix: str) -> bool:
    """Return whether a text is a mail message.

    A line with its length may precede it, as in Apple Mail.
    """
    names: set[str] = set()
    head = rename_mail_headers(head[: _LOOKED_AT + 1].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    lines = head[:_LOOKED_AT].split(b"\n")
    if len(head) > _LOOKED_AT:
        del lines[-1]  # it may be incomplete
    if lines and lines[0].strip().isdigit():
        del lines[0]
    for line in lines:
        if not line.strip():
            break
        if line[:1] in b" \t" and names:
            continue
        if not HEADER.match(line):
            return False
        names.add(line.partition(b":")[0].strip().lower().decode("ascii"))
    return "from" in names and (names >= _OF_EVERY_MAIL or not _OF_MAIL_ALONE.isdisjoint(names))


DATABASE: Final = b"SQLite format 3\0"
_KEY: Final = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")
_PLACEHOLDER: Final = re.compile(r"(\{[a-z_:,]+\})|( (?=[:;?!»])|(?<=«) )")
_ANY_VALUE: Final = r"[^\n]{0,250}?"
_NUMBER: Final = r"\d[\d,\xa0\u202f]*"
_BLANK: Final = r"[ \xa0\u202f]"


def is_own_output(head: bytes) -> bool:
    """Return whether Dragoman wrote a file: an export, a report, a receipt or other output.

    A folder of sources may contain such files. If the results of a query were read as news, the next query
    would find them. JSON and JSON Lines of ``items`` and ``show`` are not recognised, because they are items
    to be read. This function also returns True for any SQLite database, because its tables are not at the
    beginning of the file.
    """
    if head.startswith(DATABASE):
        return True
    if head.startswith(b"PK\x03\x04"):
        return _is_own_workbook(head)
    text = head.decode(wide_encoding(head) or "utf-8", "replace").removeprefix("\ufeff")
    return _beginnings().match(text.replace("\r\n", "\n")) is not None


@cache
def _beginnings() -> re.Pattern[str]:
    patterns = ["\t".join(cells) for cells in rows(__file__, "own_output.tsv")]
    return re.compile("|".join([_KEY.sub(lambda key: _in_any_language(key[1]), one) for one in patterns]))


@cache
def _in_any_language(key: str) -> str:
    """Return a regular expression for a message with any values, in any language."""
    templates = row(key) or []
    forms = dict.fromkeys(form.strip() for template in templates[1:] for form in template.split(FORMS))
    if key == "count.items":
        nouns = "|".join(form.rpartition(" ")[2] for form in forms)
        return f"{_NUMBER} (?:{nouns})"
    return f"(?:{'|'.join(map(_pattern, forms))})"


def _pattern(template: str) -> str:
    """Return a regular expression for a template that is filled with any values."""
    found = []
    for part in filter(None, _PLACEHOLDER.split(template)):
        if part == "{items}":
            found.append(_in_any_language("count.items"))
        elif part == "{n}":
            found.append(_NUMBER)
        else:
            known = _ANY_VALUE if part.startswith("{") else _BLANK if part == " " else re.escape(part)
            found.append(known)
    return "".join(found)


def _is_own_workbook(head: bytes) -> bool:
    """Return whether a workbook begins with the columns of Dragoman's export."""
    name = _first_member(head)
    begin = 30 + len(name) + int.from_bytes(head[28:30], "little")
    try:
        part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head[begin:], 1 << 12)
    except zlib.error:
        return False
    return name.startswith(b"xl/worksheets/") and b"date_start" in part and b"date_kind" in part
