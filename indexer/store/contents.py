"""The one authority on what an index consists of: ``dragoman.json``, checksummed, replaced in one step.

It names every file of the index with its length and its seal, so that a file that is missing, of another
generation or of another index is noticed before anything is read of it.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from indexer.codec.layout import Seal
from indexer.codec.plain_file import read_plain, replace_plain, require_own_folder
from indexer.codec.segment import SEGMENTS_FOLDER, SegmentEntry
from indexer.errors import DamagedContentsError, IndexFolderError
from indexer.named_tuple import NamedTuple
from indexer.schema import FORMAT_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.codec.plain_file import StrPath

CONTENTS = "dragoman.json"
APPLICATION = "dragoman"
CODEC = "dragoman"
MOST_BYTES = 4 << 20  # some 30,000 sources; a longer one was not written by us
MOST_DOCUMENTS = 1 << 32  # documents are numbered in 32 bits
MOST_COUNT = (1 << 63) - 1
MOST_GENERATIONS = 10**9  # one a second for thirty years; Whoosh's table has 31 bits for it
_CHECKSUM = b',\n "crc32": '  # stands at the end, in every format from 2 on
_LONGEST_NAME = 64  # characters


class SourceSummary(NamedTuple):
    """What one source gave: its name, the items indexed and the records or lines skipped."""

    file: str
    items: int
    skipped: int


class ThesaurusEntry(NamedTuple):
    """The compiled thesaurus of an index.

    Attributes:
        name: The name of its file, which stands among those of the segments.
        seal: What the file must be.
    """

    name: str
    seal: Seal

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.labels"


class Contents(NamedTuple):
    """What an index consists of and where it came from.

    Attributes:
        generation: Grows by one with every change; the number of Whoosh's table of contents too.
        segments: The segments, in the order in which their documents are numbered.
        built: When it was written, ISO 8601 with its offset; None while no build has ended.
        items: How many items the index holds.
        sources: What each source gave.
        thesaurus: The thesaurus that questions are expanded by, None where there is none.
        codec: The name of the codec that wrote the segments.
        format: The version of the index format.
    """

    generation: int
    segments: tuple[SegmentEntry, ...]
    built: str | None = None
    items: int = 0
    sources: tuple[SourceSummary, ...] = ()
    thesaurus: ThesaurusEntry | None = None
    codec: str = CODEC
    format: int = FORMAT_VERSION

    def write(self, folder: Path) -> None:
        """Put this table in the place of the one that was there; what it names must stand on disk.

        Args:
            folder: The index folder.

        Raises:
            IndexFolderError: There are too many sources.
            ValueError: It says what no table can, such as a count below zero.
        """
        text = _text(self.to_record())
        if len(text) > MOST_BYTES:
            raise IndexFolderError("too many sources for one index; join them into fewer files")
        self.parse(text)  # a ValueError is a fault of ours: the old table stays
        replace_plain(folder / CONTENTS, text)

    @property
    def seals(self) -> dict[str, Seal]:
        """The seals of all files that stand among the segments, by the names of the files."""
        seals = {f"{entry.name}.{ending}": seal for entry in self.segments for ending, seal in entry.seals}
        return seals | ({self.thesaurus.file: self.thesaurus.seal} if self.thesaurus else {})

    @classmethod
    def read(cls, folder: StrPath) -> Contents:
        """Read the table of an index folder.

        Raises:
            IndexFolderError: There is none, it is damaged, or of another format.
        """
        try:
            raw = read_plain(f"{folder}/{CONTENTS}", MOST_BYTES)
            record = json.loads(raw)
        except FileNotFoundError:
            raise IndexFolderError(
                f"there is no index in “{folder}”; build one with: dragoman build SOURCE --index {folder}"
            ) from None
        except OSError as error:
            raise IndexFolderError(f"cannot read “{folder}/{CONTENTS}”: {error.strerror}") from None
        except (ValueError, RecursionError):
            raise _damaged(folder) from None
        if not isinstance(record, dict) or record.get("application") != APPLICATION:
            raise _damaged(folder)
        body, mark, checksum = raw.rpartition(_CHECKSUM)
        if mark and checksum.split(b"\n")[0] != str(zlib.crc32(body)).encode():
            raise _damaged(folder)  # rather than of another format: a digit of that may be what changed
        version = record.get("format")
        if isinstance(version, int) and version != FORMAT_VERSION:
            if version > FORMAT_VERSION:
                advice = "upgrade Dragoman, or build the index again"
            else:
                advice = f"it is of an older one: build it again with: dragoman build SOURCE --index {folder}"
            raise IndexFolderError(
                f"the index in “{folder}” has format {version}, and this Dragoman reads {FORMAT_VERSION}; "
                + advice
            )
        try:
            contents = cls.parse(raw)
        except ValueError:
            raise _damaged(folder) from None
        require_own_folder(f"{folder}/{SEGMENTS_FOLDER}")
        return contents

    def to_record(self) -> dict[str, Any]:
        """Make the JSON shape."""
        thesaurus = self.thesaurus
        return {
            "application": APPLICATION,
            "format": self.format,
            "codec": self.codec,
            "generation": self.generation,
            "built": self.built,
            "items": self.items,
            "sources": [source._asdict() for source in self.sources],
            "segments": [
                entry._asdict() | {"seals": {ending: seal._asdict() for ending, seal in entry.seals}}
                for entry in self.segments
            ],
            "thesaurus": thesaurus and {"name": thesaurus.name, "seal": thesaurus.seal._asdict()},
        }

    @classmethod
    def parse(cls, raw: bytes) -> Contents:
        """Decode the bytes of a table, checksum included.

        Raises:
            ValueError: They are not what we would write, or say what no table can.
        """
        try:
            record = json.loads(raw)
            thesaurus = record["thesaurus"]
            contents = cls(
                record["generation"],
                tuple(
                    SegmentEntry(
                        entry["name"],
                        entry["documents"],
                        entry["deletions"],
                        tuple((ending, Seal(**seal)) for ending, seal in entry["seals"].items()),
                    )
                    for entry in record["segments"]
                ),
                record["built"],
                record["items"],
                tuple(SourceSummary(**source) for source in record["sources"]),
                thesaurus and ThesaurusEntry(thesaurus["name"], Seal(**thesaurus["seal"])),
                record["codec"],
                record["format"],
            )
            if contents._is_sound() and _text(contents.to_record()) == raw:
                return contents
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("a table of another shape") from error
        raise ValueError("a table that no writer of ours makes")

    def _is_sound(self) -> bool:
        """Tell whether all names, texts and counts are such, and fit together."""
        entries = self.segments
        names = [entry.name for entry in entries] + ([self.thesaurus.name] if self.thesaurus else [])
        texts: list[object] = [self.codec, *(source.file for source in self.sources)]
        texts += [] if self.built is None else [self.built]
        counts: list[object] = [self.generation, self.items, self.format]
        counts += [count for source in self.sources for count in source[1:]]
        counts += [count for seal in self.seals.values() for count in seal]
        counts += [count for entry in entries for count in entry[1:3] if count is not None]
        return (
            all(map(_is_name, names))
            and all(isinstance(text, str) for text in texts)
            and all(map(_is_count, counts))
            and self.generation < MOST_GENERATIONS
            and len({entry.name for entry in entries}) == len(entries)
            and all(tuple(ending for ending, _ in entry.seals) == entry.endings for entry in entries)
            and sum(entry.documents for entry in entries) < MOST_DOCUMENTS
        )


def _is_name(value: object) -> bool:
    """Tell a name of letters, figures and underscores: it leads nowhere else."""
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_NAME
        and value.isascii()
        and value.replace("_", "0").isalnum()
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNT


def _text(record: dict[str, Any]) -> bytes:
    """Encode a table: readable JSON, the checksum of all that stands before it at the end."""
    body = json.dumps(record, ensure_ascii=True, indent=1)[:-2]
    return body.encode() + _CHECKSUM + f"{zlib.crc32(body.encode())}\n}}\n".encode()


def _damaged(folder: StrPath) -> DamagedContentsError:
    return DamagedContentsError(
        f"the index in “{folder}” is damaged ({CONTENTS}); "
        f"build it again with: dragoman build SOURCE --index {folder}"
    )
