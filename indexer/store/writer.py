"""A new generation of an index: built beside the old one, put in its place only when it is whole and on disk.

What is written follows one rule: files first, then the folders that name them, then one rename that switches
from the old table of contents to the new one, and only then are files of the old generation removed. A
process that dies or a machine that loses power in between leaves one of the two generations, whole.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.bulk.builder import BulkBuilder
from indexer.codec.deletions import write_deletions
from indexer.codec.plain_file import remove_plain
from indexer.codec.whoosh.toc import INDEX_NAME, clear_whoosh_tocs, whoosh_toc_name, write_whoosh_toc
from indexer.errors import IndexFolderError
from indexer.store.contents import (
    CONTENTS,
    MOST_GENERATIONS,
    SEGMENTS_FOLDER,
    Contents,
    SegmentEntry,
    ThesaurusEntry,
    sync_folder,
)
from indexer.store.write_errors import told_plainly

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from indexer.bulk.prepared import Prepared
    from indexer.store.contents import SourceSummary
    from indexer.thesaurus.concept import Concept

SCRATCH = "unfinished"  # the builder's folder, below the segments
_SEGMENT_FILE = re.compile(r"segment(\d{1,12})\.(?:seg|text|\d+\.del)(?:\.tmp)?")
_THESAURUS_FILE = re.compile(r"thesaurus(\d{1,9})\.labels(?:\.tmp)?")
_OLD_CONTENTS = "contents.json"  # the table of contents of format 1
_TOC = re.compile(rf"_{INDEX_NAME}_(\d{{1,9}})\.toc")


class BulkWriter:
    """Writes the next generation of an index (see :class:`indexer.store.open_writer.IndexWriter`)."""

    codec = "dragoman"

    def __init__(self, folder: Path, *, memory_limit_mb: int = 512) -> None:
        """Clear what dead writers left behind and start.

        Args:
            folder: The index folder, which is ours and locked.
            memory_limit_mb: Memory to stay within, in MiB.

        Raises:
            IndexFolderError: The folder cannot be written.
        """
        self._folder = folder
        self._segments = folder / SEGMENTS_FOLDER
        with told_plainly(folder):
            self._segments.mkdir(parents=True, exist_ok=True)
            clear_leftovers(folder)
            self.generation = _generation(folder) + 1
            if self.generation >= MOST_GENERATIONS:  # no honest index comes so far
                raise IndexFolderError(
                    f"“{folder}” cannot count its generations any further; use a new folder"
                )
            self._builder = BulkBuilder(
                self._segments, memory_limit_mb=memory_limit_mb, first_segment=_next_segment(self._segments)
            )

    def add(self, document: Prepared) -> None:
        """Add one document."""
        try:
            self._builder.add(document)
        except OSError:  # a `with` would cost every document
            with told_plainly(self._folder):
                raise

    def delete(self, entry: SegmentEntry, docs: Collection[int]) -> SegmentEntry:
        """Write which documents of a segment of the old generation are deleted in the new one.

        Args:
            entry: The segment.
            docs: All its deleted documents, those of earlier generations included.

        Returns:
            What to keep of the segment in ``commit``.
        """
        with told_plainly(self._folder):
            write_deletions(self._segments, entry.name, self.generation, docs, entry.documents)
        return entry._replace(deletions=self.generation)

    def write_thesaurus(self, concepts: Iterable[Concept]) -> ThesaurusEntry:
        """Compile the thesaurus of the new generation.

        Args:
            concepts: From all sources.

        Returns:
            What to give to ``commit``.
        """
        from indexer.thesaurus.compiled import write_table

        name = f"thesaurus{self.generation}"
        with told_plainly(self._folder):
            return ThesaurusEntry(name, write_table(concepts, self._segments / f"{name}.labels"))

    def commit(
        self,
        sources: Iterable[SourceSummary] = (),
        built: str | None = None,
        *,
        thesaurus: ThesaurusEntry | None = None,
        kept: Iterable[SegmentEntry] = (),
        kept_items: int = 0,
    ) -> None:
        """Make the index out of what was added and of what is kept of the old generation, in one step.

        Args:
            sources: What each source gave.
            built: The time to write down, ISO 8601; now where it is not given.
            thesaurus: The thesaurus, new or of the old generation.
            kept: Segments of the old generation that stay; none for a new index.
            kept_items: The live documents in them.
        """
        if built is None:
            built = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        with told_plainly(self._folder):
            report = self._builder.finish()
            entries = (*kept, *map(SegmentEntry, report.segments, report.sizes))
            items = kept_items + report.documents
            publish(self._folder, Contents(self.generation, entries, built, items, tuple(sources), thesaurus))

    def cancel(self) -> None:
        """Drop what was added; the index that was there stays."""
        with suppress(OSError):
            self._builder.cancel()
            clear_leftovers(self._folder)


def publish(folder: Path, contents: Contents) -> None:
    """Make segments that stand on disk the index, then remove the files that no longer belong to it.

    Args:
        folder: The index folder.
        contents: What the index consists of from now on.
    """
    segments = folder / SEGMENTS_FOLDER
    sync_folder(segments)  # the names of the segments must not reach the disk after the table that uses them
    sync_folder(folder)
    if contents.generation == 1:
        for parent in folder.resolve().parents:  # some of them may be as new as the index
            sync_folder(parent)
    contents.write(folder)  # from here on the new index is the one that is searched
    # What follows tidies up. A fault in it undoes nothing: the next writer does the same again.
    with suppress(OSError):
        clear_leftovers(folder)


def clear_leftovers(folder: Path) -> None:
    """Remove what belongs to no generation that can be searched, and nothing that we did not write.

    Whoosh's table of contents is brought up to date first where it is of an older generation: it must not
    name segments that are gone.

    Args:
        folder: The index folder, locked by the caller.
    """
    segments = folder / SEGMENTS_FOLDER
    scratch = segments / SCRATCH
    remove_plain(scratch)  # a link or a pipe is what a stranger left there; what it leads to stays
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        contents = Contents.read(folder)
    except IndexFolderError:
        if (folder / CONTENTS).exists():
            return  # a damaged table: whoever mends it may need every file
        contents = Contents(0, ())
    kept = set(contents.files)
    up_to_date = not contents.generation or _update_whoosh_toc(folder, contents)
    remove_plain(folder / f"{CONTENTS}.new")
    for path in segments.iterdir():
        ours = _SEGMENT_FILE.fullmatch(path.name) or _THESAURUS_FILE.fullmatch(path.name)
        if path.name == _OLD_CONTENTS or (ours and path.name not in kept):
            remove_plain(path)
    if not up_to_date:
        _update_whoosh_toc(folder, contents)  # there was no room; now there may be


def _update_whoosh_toc(folder: Path, contents: Contents) -> bool:
    """Make sure that Whoosh's table is of this generation and the only one; tell whether it stands."""
    try:
        if not (folder / whoosh_toc_name(contents.generation)).exists():
            write_whoosh_toc(folder, contents)
    except (OSError, IndexFolderError):
        return False
    finally:
        clear_whoosh_tocs(folder, contents.generation)
    return True


def _generation(folder: Path) -> int:
    """Return the generation of the index that is there, 0 without one.

    Where its table cannot be read no file of it is overwritten all the same: who mends the table needs them.
    """
    try:
        numbers = [Contents.read(folder).generation]
    except IndexFolderError:
        numbers = [0]
    for path in (*folder.iterdir(), *(folder / SEGMENTS_FOLDER).iterdir()):
        if found := _TOC.fullmatch(path.name) or _THESAURUS_FILE.fullmatch(path.name):
            numbers.append(int(found[1]))
    return max(numbers)


def _next_segment(segments: Path) -> int:
    """Return a number that no segment file has, so that nothing that is searched is overwritten."""
    numbers = [int(found[1]) for path in segments.iterdir() if (found := _SEGMENT_FILE.fullmatch(path.name))]
    return max(numbers, default=0) + 1
