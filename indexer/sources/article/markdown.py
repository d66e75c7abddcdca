"""Markdown as paragraphs of clean text, and the block of fields that may stand before it."""

from __future__ import annotations

import re
from typing import Final

from indexer.sources.html_text import is_markup, line_of

_FENCE: Final = "---"
_MOST_FIELDS: Final = 100  # lines of the block before the text
_FIELD: Final = re.compile(r"([A-Za-z_][\w .-]{0,60}?)\s*:(?:\s+(.*))?")
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
_HIDDEN: Final = 0xE000  # where signs that were escaped stand while others are read
_SHOWN: Final = {_HIDDEN + ord(sign): sign for sign in "\\`*_{}[]()#+.!>-"}


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Split the block of fields between two lines of three dashes from the text below it.

    Args:
        text: A text, from its first character on.

    Returns:
        The fields, texts or lists of texts, and the rest; where there is no block, no fields and all of it.
    """
    lines = text.splitlines()
    if not lines or lines[0].strip() != _FENCE:
        return {}, text
    end = next(
        (at for at, line in enumerate(lines[1 : _MOST_FIELDS + 2], 1) if line.strip() in {_FENCE, "..."}), 0
    )
    if not end:
        return {}, text
    fields: dict[str, object] = {}
    name = ""
    for line in lines[1:end]:
        entry = _ENTRY.fullmatch(line)
        if entry and name and fields.get(name) in ("", None) and not isinstance(fields.get(name), list):
            fields[name] = [_value(entry[1])]
        elif entry and name and isinstance(held := fields.get(name), list):
            held.append(_value(entry[1]))
        elif (field := _FIELD.fullmatch(line)) and not line[:1].isspace():
            name = field[1].strip()
            fields[name] = _list_or_value(field[2] or "")
        elif line.strip() and name and isinstance(fields[name], str):
            fields[name] = f"{fields[name]} {line.strip()}".strip(" >|")  # a value on several lines
    return (fields, "\n".join(lines[end + 1 :])) if fields else ({}, text)


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
    """Tell whether a text begins as Markdown does: with fields, or a heading."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    if not lines:
        return False
    if split_front_matter(text)[0] or lines[0].startswith(("# ", "## ")):
        return True
    return len(lines) > 1 and _is_underline(lines[0], lines[1])


def _is_underline(above: str, line: str) -> bool:
    return _UNDERLINE.fullmatch(line.strip()) is not None and 2 < len(above.strip()) < 300


def markdown_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """Convert Markdown to its first heading and the paragraphs of its text.

    Returns:
        The heading, where the text begins with one, else None; and the other paragraphs, other headings among
        them.
    """
    title: str | None = None
    paragraphs: list[str] = []
    for kind, block in _blocks(text):
        shown = plain(block)
        if not shown:
            continue
        if kind == "heading" and title is None and not paragraphs:
            title = shown
        else:
            paragraphs.append(shown)
    return title, paragraphs


def _blocks(text: str) -> list[tuple[str, str]]:
    """Split a text into headings and paragraphs, broken lines joined; each entry of a list is one."""
    blocks: list[tuple[str, str]] = []
    waiting: list[str] = []

    def close(kind: str = "text") -> None:
        if waiting:
            blocks.append((kind, " ".join(waiting)))
            waiting.clear()

    for line in text.splitlines():
        stripped = line.strip()
        if len(waiting) == 1 and _is_underline(waiting[0], stripped):
            close("heading")
        elif (
            not stripped
            or _CODE_FENCE.match(line)
            or _TABLE_RULE.fullmatch(stripped)
            or _RULE.fullmatch(stripped)
        ) or _DEFINITION.fullmatch(line):
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
    """Convert a paragraph of Markdown to the text that readers see."""
    text = _ESCAPED.sub(lambda sign: chr(_HIDDEN + ord(sign[1])), text)
    text = _IMAGE.sub("", text)
    for _ in range(2):  # a link may stand within the brackets of another
        text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub(r"\1", _NOTE.sub("", text))
    text = _CODE.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _EMPHASIS.sub(r"\2", text)
    if is_markup(text):
        text = line_of(text)
    return " ".join(text.translate(_SHOWN).split())
