"""The table of contents of an index: its segments. Plain JSON with a checksum, replaced in one step."""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from pathlib import Path

SEGMENTS_FOLDER = "segments"  # below the index folder, out of reach of Whoosh's own cleaning
CONTENTS = "contents.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment of an index.

    Attributes:
        name: The name of its files.
        documents: How many documents it has, deleted or not.
        deletions: The generation of its file of deletions, None when nothing is deleted.
    """

    name: str
    documents: int
    deletions: int | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What an index consists of.

    Attributes:
        generation: Grows by one with every change; the number of Whoosh's table of contents too.
        segments: The segments, in the order in which their documents are numbered.
    """

    generation: int
    segments: tuple[SegmentEntry, ...]

    def write(self, folder: Path) -> None:
        """Put this table in the place of the one that was there.

        Args:
            folder: The index folder.
        """
        body = _canonical(self._body())
        text = json.dumps({**self._body(), "crc32": zlib.crc32(body)}, indent=1).encode()
        path = folder / SEGMENTS_FOLDER / CONTENTS
        temporary = path.with_name(f"{CONTENTS}.new")
        with temporary.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)

    @classmethod
    def read(cls, folder: Path) -> Contents:
        """Read the table of an index.

        Args:
            folder: The index folder.

        Raises:
            IndexFolderError: There is none, it is damaged, or of another format.
        """
        try:
            record = json.loads((folder / SEGMENTS_FOLDER / CONTENTS).read_bytes())
        except FileNotFoundError:
            raise IndexFolderError(
                f"there is no index in “{folder}”; build one with: dragoman build SOURCE"
            ) from None
        except (OSError, ValueError) as error:
            raise _damaged(folder) from error
        if not isinstance(record, dict):
            raise _damaged(folder)
        if isinstance(record.get("format"), int) and record["format"] > FORMAT:
            raise IndexFolderError(
                f"the index in “{folder}” has format {record['format']}, and this Dragoman "
                f"reads up to {FORMAT}; upgrade Dragoman, or build the index again"
            )
        try:
            checksum = record.pop("crc32")
            if zlib.crc32(_canonical(record)) != checksum:
                raise _damaged(folder)
            segments = tuple(SegmentEntry(**entry) for entry in record["segments"])
            return cls(int(record["generation"]), segments)
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(folder) from error

    def _body(self) -> dict[str, Any]:
        entries = [
            {"name": entry.name, "documents": entry.documents, "deletions": entry.deletions}
            for entry in self.segments
        ]
        return {"format": FORMAT, "generation": self.generation, "segments": entries}


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folders
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _damaged(folder: Path) -> IndexFolderError:
    return IndexFolderError(f"the table of contents of “{folder}” is damaged; build the index again")
