"""A whole index built in bulk, put in the place of the one that was there only when it is complete."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.bulk.builder import BulkBuilder
from indexer.codec.contents import SEGMENTS_FOLDER, Contents, SegmentEntry
from indexer.codec.whoosh_toc import INDEX_NAME, write_whoosh_toc
from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indexer.bulk.prepared import Prepared
    from indexer.codec.contents import SourceSummary

_SEGMENT_FILE = re.compile(r"segment(\d+)\.(?:seg|text|\d+\.del)(?:\.tmp)?")
_OLD_CONTENTS = "contents.json"  # the table of contents of format 1
_TOC = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc")


class BulkWriter:
    """Writes a new index beside the old one (see :class:`indexer.index.writer.IndexWriter`)."""

    codec = "dragoman"

    def __init__(self, folder: Path, *, memory_limit_mb: int = 512) -> None:
        """Start a build.

        Args:
            folder: The index folder, which is ours.
            memory_limit_mb: Memory to stay within, in MiB.
        """
        self._folder = folder
        self._segments = folder / SEGMENTS_FOLDER
        self._segments.mkdir(parents=True, exist_ok=True)
        self._builder = BulkBuilder(
            self._segments, memory_limit_mb=memory_limit_mb, first_segment=_next_segment(self._segments)
        )

    def add(self, document: Prepared) -> None:
        """Add one document."""
        self._builder.add(document)

    def commit(self, sources: Sequence[SourceSummary] = (), built: str | None = None) -> None:
        """Replace the index that was there by what was added, in one step.

        Args:
            sources: What each source gave.
            built: The time to write down, ISO 8601; now where it is not given.
        """
        report = self._builder.finish()
        entries = tuple(map(SegmentEntry, report.segments, report.sizes))
        if built is None:
            built = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        generation = _generation(self._folder) + 1
        publish(self._folder, Contents(generation, entries, built, report.documents, tuple(sources)))

    def cancel(self) -> None:
        """Drop what was added; the index that was there stays."""
        self._builder.cancel()


def publish(folder: Path, contents: Contents) -> None:
    """Make segments that stand on disk the index, then remove the files that no longer belong to it.

    Args:
        folder: The index folder.
        contents: What the index consists of from now on.
    """
    contents.write(folder)  # from here on the new index is the one that is searched
    write_whoosh_toc(folder, contents)
    kept = {name for entry in contents.segments for name in entry.files}
    for path in (folder / SEGMENTS_FOLDER).iterdir():
        if path.name == _OLD_CONTENTS or (path.name not in kept and _SEGMENT_FILE.fullmatch(path.name)):
            path.unlink(missing_ok=True)


def _generation(folder: Path) -> int:
    """Return the generation of the index that is there, 0 without one."""
    try:
        ours = Contents.read(folder).generation
    except IndexFolderError:
        ours = 0
    return max([ours, *(int(found[1]) for path in folder.iterdir() if (found := _TOC.fullmatch(path.name)))])


def _next_segment(segments: Path) -> int:
    """Return a number that no segment file has, so that nothing that is searched is overwritten."""
    numbers = [int(found[1]) for path in segments.iterdir() if (found := _SEGMENT_FILE.fullmatch(path.name))]
    return max(numbers, default=0) + 1
