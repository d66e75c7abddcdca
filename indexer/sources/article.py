"""Read a text with a single article as one item."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, takewhile
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from indexer.dates.date_grammar import fold
from indexer.dates.dateline import day_comes_first, match_date_line
from indexer.item import ItemDate, RawItem
from indexer.sources.encoding import decode
from indexer.sources.foreign_record import ForeignReader
from indexer.sources.html_text import is_markup, line_of, normalise_space, unwrap_lines
from indexer.sources.page.line_kinds import ends_sentence, is_heading, is_title, wording
from indexer.sources.source import MAX_PAGE_SIZE, ReadContext, Source, too_long
from indexer.sources.stated_date import printed_date
from indexer.sources.stated_values import is_understood
from indexer.sources.stream import read_all

MARKDOWN: Final = frozenset({".md", ".markdown", ".mdown", ".mkd"})
"""The suffixes of the names of Markdown files."""

_LINES: Final = 6  # to search for the head
_MAX_LENGTH: Final = 120  # characters of a line of the head, except the title
_BYLINE: Final = re.compile(
    r"(?:(?:written\s+)?by|por|par|author|autora?|auteure?|texte?|texto)\s*(?::\s*)?(?P<name>[^\W\d_][^:;!?|]{2,80})",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(r"\s*[|·•]\s*|\s+[-–—]\s+|,\s+(?=\d|(?:on|el|le)\b)")
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_CHANGED: Final = re.compile(rf"(?:{wording('changed')})\b")
_MAX_PUBLICATION: Final = 3  # words in capitals above a title: the name of a publication, or a kicker
_STOPS: Final = "。！？।"  # full stops of other scripts
_MAX_NAMES: Final = 12  # words in a by-line
_SMALL: Final = frozenset("and y et e de del la las los le les du des von van da dos with con avec".split())


class Head(NamedTuple):
    """The title, date and author at the beginning of a text, and the remaining paragraphs.

    A part that is not found is ``None``.

    Attributes:
        title: The title.
        date: The printed date.
        author: The author.
        paragraphs: The text without its title, date and author.
    """

    title: str | None
    date: ItemDate | None
    author: str | None
    paragraphs: tuple[str, ...]


def read_head(paragraphs: Sequence[str], title: str | None = None) -> Head:
    """Find the title, date and author at the beginning of a text.

    Args:
        paragraphs: The paragraphs of the text.
        title: The title if it is known; ``None`` to search for it.
    """
    day: ItemDate | None = None
    author: str | None = None
    known = title is not None
    taken: set[int] = set()
    for index, text in enumerate(paragraphs[:_LINES]):
        found_day, found_author = _read_line(text)
        if (found_day and day is None) or (found_author and author is None):
            day, author = day or found_day, author or found_author
            taken.add(index)
            continue
        behind = (one for one in paragraphs[index + 1 :] if _read_line(one) == (None, None))
        following, next_one = next(behind, None), next(behind, None)
        is_name = text.isupper() and len(text.split()) <= _MAX_PUBLICATION
        if title is None and is_name and following and next_one and is_title(following, next_one):
            continue
        if title is None and following and is_title(text, following) and text[-1] not in _STOPS:
            title = text
            taken.add(index)
        elif known and text == title:
            taken.add(index)
        elif len(text) > _MAX_LENGTH or ends_sentence(text) or not is_heading(text):
            break
    rest = tuple(text for index, text in enumerate(paragraphs) if index not in taken)
    return Head(title, day, author, rest)


def source_of_head(
    head: Head, context: ReadContext, *, last: int = 1, author: str | None = None, **stated: Any
) -> Source:
    """Return a source with one item, made of the head and the paragraphs of a document.

    If the item is too long, it is reported, and the source has no item.

    Args:
        head: The head and the paragraphs of the document.
        context: The name and options of the source.
        last: The number of the last line or page of the document.
        author: The author in the metadata of the document, used if the head has none.
        **stated: Other fields of the item.
    """
    if reason := too_long(head.title, head.paragraphs):
        context.skip(1, reason)
        return Source(context.name, iter(()))
    place, author = context.lines(1, last), head.author or author
    item = RawItem(place, head.title, head.paragraphs, date=head.date, author=author, **stated)
    return Source(context.name, iter((item,)))


def _read_line(text: str) -> tuple[ItemDate | None, str | None]:
    """Parse a line with a date, a by-line, or both.

    The date or the author is ``None`` if the line does not have it.
    """
    if len(text) > _MAX_LENGTH:
        return None, None
    day: ItemDate | None = None
    author: str | None = None
    for part in filter(None, _SPLIT.split(text)):
        if day is None and (found := _day(part)):
            day = found
        elif day and _CHANGED.match(fold(part)):
            continue
        elif author is None and (name := _name(part)):
            author = name
        else:
            return _day(text), None
    return day, author


def _day(text: str) -> ItemDate | None:
    line = match_date_line(text, day_first=day_comes_first([text]))
    return printed_date(line) if line and not line.rest else None


def _name(text: str) -> str | None:
    match = _BYLINE.fullmatch(text.strip(" *_."))
    if match is None:
        return None
    name = match["name"].strip(" ,")
    words = name.replace(",", " ").split()
    return name if are_names(words) and len(words) <= _MAX_NAMES else None


def are_names(words: Iterable[str]) -> bool:
    """Return whether words look like names of people.

    Each must be capitalised, or a particle such as "de".
    """
    return all(word[0].isupper() or word.lower() in _SMALL for word in words)


def day_in_name(name: str) -> ItemDate | None:
    """Parse a numeric date in a file name or title, such as ``2018-03-05-quay.md``.

    The year must come first. The result is ``None`` if there is no valid date.
    """
    for match in _IN_NAME.finditer(name):
        try:
            day = date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
        return ItemDate(day, day, "printed")
    return None


_FENCES: Final = {"---": ("---", "..."), "+++": ("+++",)}  # of YAML and of TOML
_MAX_FIELDS: Final = 100  # lines of front matter
_FIELD: Final = re.compile(r"([^\W\d][\w .-]{0,60}?)\s*(?::(?:\s+|$)|=\s*)(.*)")
_ENTRY: Final = re.compile(r"\s*-\s+(.*)")

_HEADING: Final = re.compile(r"#{1,6}(?:\s+(.*?))?\s*#*")
_UNDERLINE: Final = re.compile(r"={3,}|-{3,}")
_RULE: Final = re.compile(r"(?:\s*[-*_]){3,}\s*")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_DEFINITION: Final = re.compile(r"\s{0,3}\[(?!\^)[^\]]{1,100}\]:\s*\S+.*")
_CODE_FENCE: Final = re.compile(r"\s*(?:```|~~~)")
_TABLE_RULE: Final = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?)?\s*")
_IMAGE: Final = re.compile(
    r"!\[([^\[\]]{0,500})\](?:\([^()\s]{0,2000}(?:\s+\"[^\"]{0,300}\")?\)|\[[^\]]{0,100}\])"
)
_TARGET: Final = r"\((?:[^()\s]|\([^()\s]{0,500}\)){0,2000}(?:\s+[\"'][^\"']{0,300}[\"'])?\s*\)"
_LINK: Final = re.compile(rf"\[([^\[\]]{{1,1000}})\](?:{_TARGET}|\[[^\]]{{0,100}}\])")
_NOTE: Final = re.compile(r"\[\^[^\]]{1,60}\]:?")
_ADDRESS: Final = re.compile(r"<((?:https?://|mailto:)?[^<>\s]+(?:@|://)[^<>\s]+|https?://[^<>\s]+)>")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1")
_EMPHASIS: Final = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_]{1,2000}?)(?<=\S)\1(?![\w*_])")
_CODE: Final = re.compile(r"`{1,3}([^`]{1,1000})`{1,3}")
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+.!>-])")
_HIDDEN: Final = 0xE000  # placeholders of escaped characters
_SHOWN: Final = {_HIDDEN + ord(sign): sign for sign in "\\`*_{}[]()#+.!>-"}


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Split the front matter from a text: fields between lines of dashes or plus signs.

    Without such lines, the lines before the first blank line are fields if each is like ``Title: Ports``.

    Args:
        text: The whole text.

    Returns:
        The fields, strings or lists of strings, and the rest of the text. Without front matter, no fields and
        the whole text.
    """
    lines = text.splitlines()
    ends = _FENCES.get(lines[0].strip(), ()) if lines else ()
    end = next((at for at, line in enumerate(lines[1 : _MAX_FIELDS + 2], 1) if line.strip() in ends), 0)
    if not end:
        return _split_labels(text, lines)
    rest = "\n".join(lines[end + 1 :])
    fields: dict[str, object] = {}
    name = ""
    for line in lines[1:end]:
        entry = _ENTRY.fullmatch(line)
        if entry and name and fields[name] == "":
            fields[name] = [_value(entry[1])]
        elif entry and name and isinstance(held := fields.get(name), list):
            held.append(_value(entry[1]))
        elif (field := _FIELD.fullmatch(line)) and not line[:1].isspace():
            name = field[1].strip()
            fields[name] = _list_or_value(field[2])
        elif line.strip() and name and not line.startswith("[") and isinstance(fields[name], str):
            fields[name] = f"{fields[name]} {line.strip()}".strip(" >|")  # a value on several lines
    return (fields, rest) if fields else ({}, text)


def _split_labels(text: str, lines: Sequence[str]) -> tuple[dict[str, object], str]:
    head = [*takewhile(str.strip, lines[:_MAX_FIELDS])]
    found = [field for line in head if (field := _FIELD.fullmatch(line.strip()))]
    fields: dict[str, object] = {field[1]: _value(field[2]) for field in found}
    rest = "\n".join(lines[len(head) :])
    is_head = len(fields) == len(head) > 1 and is_understood(fields) and rest.strip()
    # If the first label occurs again, the text has several items.
    return (fields, rest) if is_head and f"\n{found[0][1]}" not in rest else ({}, text)


def _list_or_value(text: str) -> object:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [value for part in text[1:-1].split(",") if (value := _value(part))]
    return _value(text)


def _value(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"')
    return text.split(" #", 1)[0].rstrip()


def is_markdown(text: str) -> bool:
    """Return whether a text begins with front matter or a Markdown heading."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    if not lines:
        return False
    if split_front_matter(text)[0] or lines[0].startswith(("# ", "## ")):
        return True
    return len(lines) > 1 and _is_underline(lines[0], lines[1])


def _is_underline(above: str, line: str) -> bool:
    return _UNDERLINE.fullmatch(line.strip()) is not None and 2 < len(above.strip()) < 300


def markdown_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """Convert Markdown to its first heading and its paragraphs.

    Returns:
        The heading (``None`` if the text does not start with a heading), and the paragraphs, including all
        other headings.
    """
    blocks = [(kind, shown) for kind, block in _blocks(text) if (shown := plain(block))]
    title = blocks[0][1] if blocks and blocks[0][0] == "heading" else None
    return title, [shown for _, shown in blocks[title is not None :]]


def _blocks(text: str) -> list[tuple[str, str]]:
    """Split a text into headings and paragraphs.

    Each item of a list is a paragraph. A block is its kind and its text.
    """
    blocks: list[tuple[str, str]] = []
    waiting: list[str] = []

    def close(kind: str = "text") -> None:
        if waiting:
            blocks.append((kind, " ".join(waiting)))
            waiting.clear()

    for line in text.splitlines():
        stripped = line.strip()
        ends = not stripped or _CODE_FENCE.match(line) or _DEFINITION.fullmatch(line)
        if len(waiting) == 1 and _is_underline(waiting[0], stripped):
            close("heading")
        elif ends or _TABLE_RULE.fullmatch(stripped) or _RULE.fullmatch(stripped):
            close()
        elif heading := _HEADING.fullmatch(stripped):
            close()
            blocks.append(("heading", heading[1] or ""))
        elif item := _ITEM.match(line):
            close()
            waiting.append(line[item.end() :].strip())
        elif stripped.startswith("|"):
            close()
            blocks.append(("text", " ".join(cell.strip() for cell in stripped.strip("|").split("|"))))
        else:
            waiting.append(stripped.lstrip("> "))
            if line.endswith(("  ", "\\")):
                close()
    close()
    return blocks


def plain(text: str) -> str:
    """Convert a paragraph of Markdown to its visible text."""
    text = _ESCAPED.sub(lambda sign: chr(_HIDDEN + ord(sign[1])), text)
    text = _IMAGE.sub("", text)
    for _ in range(2):  # links may be nested in brackets
        text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub(r"\1", _NOTE.sub("", text))
    text = _CODE.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _EMPHASIS.sub(r"\2", text)
    if is_markup(text):
        text = line_of(text)
    return " ".join(text.translate(_SHOWN).split())


_FILE: Final = re.compile(
    r"\.(?:docx?|dotx?|odt|rtf|pdf|indd|qxd|pages|tex|dvi|ps|xlsx?|pptx?|txt|html?|wpd|p65|fm|job)$",
    re.IGNORECASE,
)
_PROGRAM: Final = re.compile(rf"^(?:{wording('program title')})(?:$|\s*[-–:])", re.IGNORECASE)
_NOBODY: Final = re.compile(rf"^(?:{wording('program author')})$", re.IGNORECASE)
_MAX_TITLE_LENGTH: Final = 300
_MAX_NAME_LENGTH: Final = 150


def believable_title(stated: object) -> str | None:
    """Return the title in metadata, or ``None`` if it is a file name, a placeholder or a single word."""
    text = line_of(stated) if isinstance(stated, str) and len(stated) <= _MAX_TITLE_LENGTH else ""
    if " " not in text or _FILE.search(text) or _PROGRAM.match(text):
        return None
    return text if any(map(str.isalpha, text)) else None


def believable_author(stated: object) -> str | None:
    """Return the author in metadata, or ``None`` if it is the name of an account or program."""
    text = line_of(stated) if isinstance(stated, str) and len(stated) <= _MAX_NAME_LENGTH else ""
    if not text or _NOBODY.match(text) or "@" in text or (" " not in text and text.islower()):
        return None
    return text if any(map(str.isalpha, text)) else None


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read a text as one item.

    The title, the date and the author come from its fields, its first lines or its name.

    Args:
        stream: The bytes from the start, which are read all at once.
        context: The name and options of the source.

    Raises:
        SourceError: The text is too large.
    """
    text = decode(read_all(stream, context.name, MAX_PAGE_SIZE, "a text"))
    reader = ForeignReader(context)
    path = PurePath(context.name)
    values, day = _values(text, path, reader)
    item = reader.read(values, 1, text.count("\n") + 1)
    if item is None:
        return Source(context.name, iter(()))
    day = item.date or day or day_in_name(path.name) or day_in_name(item.title or "")
    return Source(context.name, iter([item._replace(date=day)]))


def _values(text: str, path: PurePath, reader: ForeignReader) -> tuple[dict[str, object], ItemDate | None]:
    """Return the fields of a text, and the date in its first lines (``None`` if there is no date).

    The fields include a title and an author that are found in the first lines.
    """
    values, rest = split_front_matter(text)
    known = {found.field: value for name, value in values.items() if (found := reader.meaning(name))}
    heading: str | None = None
    if path.suffix.lower() in MARKDOWN or (values and text[:3] in _FENCES) or is_markdown(rest):
        heading, paragraphs = markdown_paragraphs(rest)
    else:
        paragraphs = plain_paragraphs(rest)
    title = str(known.get("title") or "") or None
    if title and heading and heading != title:
        paragraphs.insert(0, heading)
    head = read_head(paragraphs, title or heading)
    if head.title and title is None:
        values["title"] = head.title
    if head.author and not known.get("author"):
        values["author"] = head.author
    return {**values, "body": list(head.paragraphs)}, head.date


def plain_paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs.

    Hard-wrapped lines are merged up to the next blank line. Any other line is a paragraph.
    """
    paragraphs: list[str] = []
    lines = map(str.strip, text.splitlines())
    for block in [[*group] for filled, group in groupby(lines, bool) if filled]:
        paragraphs += unwrap_lines(block)
    return [shown for paragraph in paragraphs if (shown := normalise_space(paragraph))]
