"""An address as a source: what is fetched of it is told by its content, as that of any file."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final, cast
from zlib import crc32

from indexer.sources.encoding import in_utf8, is_binary, stated_charset
from indexer.sources.stream import HEAD_BYTES, Blob
from indexer.sources.web.address import parse_address
from indexer.sources.web.fetch import BOUNDS, Bounds, Fetcher
from indexer.validators import Validators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.source import ReadOptions, Source

_IN_MEMORY: Final = 4 << 20  # bytes; what is longer goes to a temporary file


@contextmanager
def fetched(text: str, options: ReadOptions, bounds: Bounds = BOUNDS) -> Iterator[Blob | None]:
    """Fetch an address.

    Args:
        text: The address.
        options: What is known of it, and whether it may be one that is not public.
        bounds: How much it may take.

    Yields:
        What was fetched; None where it has not changed since an update of the same index read it.

    Raises:
        SourceError: It cannot be fetched.
    """
    address = parse_address(text)
    reading = _digest(options)
    # What hides a part of an address hides what tells it from another: of such a one nothing is known.
    visits = None if address.has_secrets else options.visits
    known = visits.known(address.shown, reading) if visits else None
    with SpooledTemporaryFile(_IN_MEMORY) as spool:
        file = cast("BinaryIO", spool)
        page = Fetcher(address, file, known, allow_private=options.allow_private, bounds=bounds).fetch()
        if page is None:
            if visits:
                visits.note_unchanged(address.name)
            yield None
            return
        if visits:
            said = Validators(address.shown, page.address.shown, page.etag, page.modified, reading)
            visits.note(said, keep=not page.address.has_secrets)
        if charset := stated_charset(page.kind):
            _encode(file, charset)

        def rewound() -> BinaryIO:
            file.seek(0)
            return file

        yield Blob(
            address.name,
            address.shown,
            rewound,
            keep_open=True,
            unpacked_name=address.file_name,
            url=page.address.shown,
        )


def published_at(source: Source, url: str) -> Source:
    """Give the items of a page that state no link the address of the page.

    Records of our own say where they were published, or that it is not known.
    """
    if source.lines is not None:
        return source
    return replace(source, items=(item if item.url else item._replace(url=url) for item in source.items))


def _encode(file: BinaryIO, charset: str) -> None:
    """Encode what was fetched anew in UTF-8 where it is a text in the charset that its server states."""
    file.seek(0)
    data = file.read()
    if not is_binary(data[:HEAD_BYTES]) and (text := in_utf8(data, charset)) is not data:
        file.seek(0)
        file.truncate()
        file.write(text)


def _digest(options: ReadOptions) -> str:
    """Digest what decides which items a page has: read otherwise, it has to be read again."""
    read_by = (options.kind, options.columns, options.include, options.exclude)
    return f"{crc32(repr(read_by).encode()):08x}"
