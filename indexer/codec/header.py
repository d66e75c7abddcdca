"""The first bytes of every file of a segment: they say where its table of blocks stands, and bind it."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    import mmap

MAGIC: Final = b"DRAGOMAN"
VERSION: Final = 3
HEADER: Final = struct.Struct("<8sIIQQII")  # magic, version, 0, table offset and length, table crc, own crc
HEADER_BYTES: Final = 64
MOST_TABLE: Final = 4 << 20  # bytes; ours need some thousands


def pack_header(table_offset: int, table: bytes) -> bytes:
    """Make the 64 bytes at the start of a file whose table of blocks stands at ``table_offset``."""
    body = HEADER.pack(MAGIC, VERSION, 0, table_offset, len(table), zlib.crc32(table), 0)[:-4]
    return (body + struct.pack("<I", zlib.crc32(body))).ljust(HEADER_BYTES, b"\0")


def read_table(content: mmap.mmap, name: str) -> tuple[int, bytes]:
    """Find the table of blocks of a file.

    Args:
        content: The file.
        name: Its name, for messages.

    Returns:
        The offset of the table, and its bytes.

    Raises:
        IndexFolderError: The file is foreign, cut short, damaged, or of another version.
    """
    if len(content) < HEADER_BYTES or content[:8] != MAGIC:
        raise IndexFolderError(f"{name} is not a file of this index: build the index again")
    _, version, _, offset, length, table_crc, own_crc = HEADER.unpack_from(content)
    padding = content[HEADER.size : HEADER_BYTES]
    if zlib.crc32(content[: HEADER.size - 4]) != own_crc or padding.strip(b"\0"):
        raise damaged(name, "its header")
    if version != VERSION:
        raise IndexFolderError(
            f"{name} has format {version}, this program reads {VERSION}: build the index again"
        )
    if length > MOST_TABLE or offset + length != len(content):
        raise damaged(name, "its length")
    raw = content[offset:]
    if zlib.crc32(raw) != table_crc:
        raise damaged(name, "its table")
    return offset, raw


def damaged(name: str, part: str) -> IndexFolderError:
    """Make the error that says which part of a file is damaged."""
    return IndexFolderError(f"{name} is damaged ({part}): build the index again")
