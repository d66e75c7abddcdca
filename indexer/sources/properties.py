"""The properties of a document: titles and authors that people gave it, not those of programs."""

from __future__ import annotations

import re
from typing import Final

from indexer.sources.html_text import line_of

_FILE: Final = re.compile(
    r"\.(?:docx?|dotx?|odt|rtf|pdf|indd|qxd|pages|tex|dvi|ps|xlsx?|pptx?|txt|html?|wpd|p65|fm|job)$",
    re.IGNORECASE,
)
_PROGRAM: Final = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)|powerpoint presentation|untitled|sans titre|sin t[ií]tulo|"
    r"documento?\s?\d*|presentation\d*|slide \d+|layout \d+|template|title|titre|t[ií]tulo|"
    r"full page (?:photo|print)|print|scan(?:ned)?\b.*|https?:.*)(?:$|\s*[-–:])",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(
    r"^(?:admin(?:istrator|istrador)?|user|usuario|utilisateur|owner|author|autor|auteur|microsoft.*|windows.*|"
    r"unknown|anonymous|an[oó]nimo|python-docx|apache poi|openoffice.*|libreoffice.*|"
    r"pc|hp|dell|acer|lenovo|asus)$",
    re.IGNORECASE,
)
_LONGEST_TITLE: Final = 300
_LONGEST_NAME: Final = 150


def believable_title(stated: object) -> str | None:
    """Take a stated title: no name of a file, no word of a template, more than one word."""
    text = line_of(stated) if isinstance(stated, str) and len(stated) <= _LONGEST_TITLE else ""
    if " " not in text or _FILE.search(text) or _PROGRAM.match(text):
        return None
    return text if any(map(str.isalpha, text)) else None


def believable_author(stated: object) -> str | None:
    """Take a stated author: a name, not that of an account, a program or a machine."""
    text = line_of(stated) if isinstance(stated, str) and len(stated) <= _LONGEST_NAME else ""
    if not text or _NOBODY.match(text) or "@" in text or (" " not in text and text.islower()):
        return None
    return text if any(map(str.isalpha, text)) else None
