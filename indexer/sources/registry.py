"""The kinds of source, and which kind a file is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import SourceError
from indexer.sources import jsonl
from indexer.sources.source import OnSkip, Source
from indexer.sources.stream import open_stream


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source that can be read.

    Attributes:
        suffixes: The endings of file names that promise it, in lower case.
        recognises: Tells from the first bytes whether input is of this kind.
        read: Opens a stream of bytes as a source, given its name and what is called with skips.
    """

    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[io.BufferedReader, str, OnSkip], Source]


def _read_page(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Source:
    from indexer.sources.page import reader  # a file of records needs none of its patterns

    return Source(name, ordered=True, items=reader.read(stream, name, on_skip))


JSONL = SourceKind((".jsonl", ".ndjson"), jsonl.looks_like_records, jsonl.read)
PAGE = SourceKind((), lambda _head: True, _read_page)

# The first that recognises the content is taken. A page stands last and apart: any text may be one.
KINDS: tuple[SourceKind, ...] = (JSONL,)

# Text of a form that is not read yet: as a page it would come out as one item, or as nonsense.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|rss|feed)\b", re.IGNORECASE)
UNREAD_SUFFIXES = frozenset({".json", ".csv", ".tsv", ".html", ".htm", ".xml", ".rss", ".atom", ".rtf"})


def read_source(path: str | Path, *, on_skip: OnSkip | None = None) -> Source:
    """Open a source.

    What it is shows in its first bytes. Only where these could be those of any text, the ending of its name
    decides: ``.jsonl`` and ``.ndjson`` promise records, whatever is wrong with the first.

    Args:
        path: A file, or ``-`` for standard input.
        on_skip: Called with each record or line that is left out.

    Returns:
        The source; a file of records is read only as its items are walked.

    Raises:
        SourceError: The file is missing, unreadable, a folder, empty, not text, or of a kind that is not
            read. A fault that shows only further down a long file of records is raised while its items are
            walked.
    """
    stream, head, name = open_stream(path)
    try:
        kind = _kind_of(Path(path), head, name)
    except SourceError:
        stream.close()
        raise
    return kind.read(stream, name, on_skip or (lambda _skipped: None))


def _kind_of(path: Path, head: bytes, name: str) -> SourceKind:
    """Find the kind of a source.

    Raises:
        SourceError: It is of a kind that is not read.
    """
    for kind in KINDS:
        if kind.recognises(head):
            return kind
    if _MARKUP.match(head):
        raise SourceError(
            f"{name} holds HTML or XML, which is not read yet; save the page as plain text (.txt)"
        )
    suffix = path.suffix.lower()
    if suffix in UNREAD_SUFFIXES:
        raise SourceError(
            f"{path}: files of this kind are not read yet; save the page as plain text (.txt), or export "
            "records as JSON lines (.jsonl)"
        )
    return next((kind for kind in KINDS if suffix in kind.suffixes), PAGE)
