"""The kinds of source, and which kind a file is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.sources import jsonl
from indexer.sources.source import OnSkip, Skipped, Source
from indexer.sources.stream import open_stream

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

    from indexer.item import RawItem


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source that can be read.

    Attributes:
        suffixes: The endings of file names that promise it, in lower case.
        ordered: Whether the order of its items means newest first.
        recognises: Tells from the first bytes whether input is of this kind, where its name says nothing.
        read: Turns the bytes into items.
    """

    suffixes: tuple[str, ...]
    ordered: bool
    recognises: Callable[[bytes], bool]
    read: Callable[[io.BufferedReader, str, OnSkip], Iterator[RawItem]]


def _read_page(stream: io.BufferedReader, name: str, on_skip: OnSkip) -> Iterator[RawItem]:
    from indexer.sources.page import reader  # a file of records needs none of its patterns

    return reader.read(stream, name, on_skip)


JSONL = SourceKind((".jsonl", ".ndjson"), ordered=False, recognises=jsonl.looks_like_records, read=jsonl.read)
PAGE_DUMP = SourceKind((), ordered=True, recognises=lambda _head: True, read=_read_page)

# The first that fits is taken; the page stands last, since any text may be one.
KINDS: tuple[SourceKind, ...] = (JSONL, PAGE_DUMP)

# Text of a form that is not read yet: as a page it would come out as one item, or as nonsense.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|rss|feed)\b", re.IGNORECASE)
UNREAD_SUFFIXES = frozenset({".json", ".csv", ".tsv", ".html", ".htm", ".xml", ".rss", ".atom", ".rtf"})


def read_source(path: str | Path, *, on_skip: OnSkip | None = None) -> Source:
    """Open a source and read its items.

    Args:
        path: A file, or ``-`` for standard input. Names ending in ``.jsonl`` or ``.ndjson`` hold records; any
            other file, and standard input, is what it looks like.
        on_skip: Called with each record or line that is left out.

    Returns:
        The source; a file of records is read only as its items are walked.

    Raises:
        SourceError: The file is missing, unreadable, a folder, empty, not text, or of a kind that is not
            read. A fault that shows only further down a long file of records is raised while its items are
            walked.
    """
    if Path(path).suffix.lower() in UNREAD_SUFFIXES:
        raise SourceError(
            f"{path}: files of this kind are not read yet; save the page as plain text (.txt), or export "
            "records as JSON lines (.jsonl)"
        )
    stream, head, name = open_stream(path)
    kind = _kind_of(Path(path), head)
    if kind is PAGE_DUMP and _MARKUP.match(head):
        stream.close()
        raise SourceError(
            f"{name} holds HTML or XML, which is not read yet; save the page as plain text (.txt)"
        )

    def ignore(_skipped: Skipped) -> None:
        return

    return Source(name, kind.ordered, kind.read(stream, name, on_skip or ignore))


def _kind_of(path: Path, head: bytes) -> SourceKind:
    suffix = path.suffix.lower()
    named = (kind for kind in KINDS if suffix in kind.suffixes)
    return next(named, None) or next(kind for kind in KINDS if kind.recognises(head))
