"""An index folder that an attacker forged, with valid checksums."""

import json
import os
import struct
import zlib
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from indexer.codec.layout import ALIGNMENT, CHECKSUMS, HEADER_BYTES, PAGE, Container, pack_header
from indexer.store.manifest import MANIFEST

# The files of the index to forge.
SEGMENT = "segments/segment1.seg"
TEXT = "segments/segment1.text"
DELETIONS = "segments/segment1.2.del"
THESAURUS = "segments/thesaurus1.labels"

Blocks = dict[str, tuple[str, bytes]]
Forge = Callable[[Blocks, dict[str, Any]], None]


def forge_file(path: Path, forge: Forge) -> None:
    """Write a file of a segment again after a change to its blocks (types and bytes) and declarations."""
    container = Container(path)
    blocks: Blocks = {
        name: (container.kind(name), bytes(container.raw_view(name).cast("B")))
        for name in container.names()
        if name != CHECKSUMS and container.count(name)
    }
    blocks |= {
        name: (container.kind(name), b"")
        for name in container.names()
        if name != CHECKSUMS and not container.count(name)
    }
    meta = json.loads(json.dumps(container.meta))
    forge(blocks, meta)
    body = bytearray(HEADER_BYTES)
    table: dict[str, tuple[str, int, int]] = {}
    for name, (kind, content) in blocks.items():
        table[name] = (kind, len(body), len(content))
        body += content + bytes(-len(content) % ALIGNMENT)
    pages = (bytes(body[at : at + PAGE]) for at in range(HEADER_BYTES, len(body), PAGE))
    sums = b"".join(struct.pack("<I", zlib.crc32(page)) for page in pages)
    table[CHECKSUMS] = ("u4", len(body), len(sums))
    body += sums + bytes(-len(sums) % ALIGNMENT)
    write_table(path, bytes(body), {"blocks": table, "meta": meta, "pages": zlib.crc32(sums)})


def forge_in(index: Path, file: str, forge: Forge) -> None:
    """Write a file of an index again after a change, with valid checksums."""
    forge_file(index / file, forge)
    forge_manifest(index)


def forge_block(index: Path, file: str, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of a block of a file of an index, with valid checksums."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        kind, content = blocks[name]
        blocks[name] = (kind, change(content))

    forge_in(index, file, forge)


def with_records(block: bytes) -> Forge:
    """Return a function that replaces all stored records by one block of all 36 documents, compressed."""

    def forge(blocks: Blocks, _: dict[str, Any]) -> None:
        blocks["data"] = ("u1", block)
        blocks["block_at"] = ("u8", struct.pack("<QQ", 0, len(block)))
        blocks["block_first"] = ("u4", struct.pack("<II", 0, 36))

    return forge


def write_table(path: Path, body: bytes, table: dict[str, Any]) -> None:
    """Write a file of which only the table was forged."""
    text = json.dumps(table).encode()
    path.write_bytes(pack_header(len(body), text) + body[HEADER_BYTES:] + text)


def read_table(path: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the bytes before the table of a file, and the table."""
    whole = path.read_bytes()
    offset = struct.unpack_from("<Q", whole, 16)[0]
    return whole[:offset], json.loads(whole[offset:])


def forge_manifest(index: Path, forge: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
    """Write the manifest again after a change, with valid checksums."""
    path = index / MANIFEST
    record = json.loads(path.read_text())
    del record["crc32"]
    seals = [
        (f"{one['name']}.{ending}", seal)
        for one in record["segments"]
        for ending, seal in one["seals"].items()
    ]
    if record["thesaurus"]:
        seals.append((f"{record['thesaurus']['name']}.labels", record["thesaurus"]["seal"]))
    if register := record.get("register"):
        seals.append((f"{register['name']}.items", register["seal"]))
    for name, seal in seals:
        file = index / "segments" / name
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            offset = struct.unpack_from("<Q", content, 16)[0] if len(content) > HEADER_BYTES else 0
            seal.update(bytes=len(content), table=zlib.crc32(content[offset:]))
    forge(record)
    body = json.dumps(record, ensure_ascii=True, indent=1)[:-2]
    path.write_text(f'{body},\n "crc32": {zlib.crc32(body.encode())}\n}}\n')


def forge_at(record: Any, place: list[Any], value: Any) -> None:
    """Replace or add a value in a record; ``...`` removes it, and a tuple is the place of another value."""
    *above, last = place
    holder = reduce(getitem, above, record)
    if value is ...:
        del holder[last]
        return
    new = reduce(getitem, value, record) if isinstance(value, tuple) else value
    if isinstance(holder, list):
        holder[last : last + 1] = [new]
    else:
        holder[last] = new


class Bomb:
    """Makes a mark in the named folder when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return os.mkdir, (str(self._mark),)
