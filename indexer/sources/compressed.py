"""A file compressed by gzip, bzip2, xz or zstandard: one member, what it unpacks to."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from indexer.sources.limits import LARGEST_UNPACKED, missing_extra
from indexer.sources.stream import Blob, look
from indexer.sources.unpacked import Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.source import OnSkip, ReadOptions

_SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zst"})


def members(blob: Blob, _on_skip: OnSkip, _options: ReadOptions) -> Iterator[Blob]:
    """Yield what a compressed file unpacks to."""
    name = blob.unpacked_name or blob.name
    stem = PurePosixPath(name).stem if blob.suffix in _SUFFIXES else name
    yield Blob(blob.name, blob.label, partial(_open, blob), unpacked_name=stem, url=blob.url)


def _open(blob: Blob) -> Any:
    stream, head = look(blob)
    raw, own_fault = _decompressor(stream, head, blob.label)
    return Unpacked(raw, blob.label, [LARGEST_UNPACKED], own_fault)


def _decompressor(stream: Any, head: bytes, label: str) -> tuple[Any, type[Exception]]:
    if head.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.GzipFile(fileobj=stream), OSError
    if head.startswith(b"BZh"):
        import bz2

        return bz2.BZ2File(stream), OSError
    if head.startswith(b"\xfd7zXZ"):
        import lzma

        return lzma.LZMAFile(stream), lzma.LZMAError
    try:
        import zstandard
    except ImportError:
        raise missing_extra(label, "a file compressed by zstandard", "zst") from None
    return zstandard.ZstdDecompressor().stream_reader(stream), zstandard.ZstdError
