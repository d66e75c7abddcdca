"""One generation of an index, opened whole, while writers may be at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.codec.layout import Container
from indexer.codec.segment import SEGMENTS_FOLDER
from indexer.errors import IndexFolderError
from indexer.named_tuple import NamedTuple
from indexer.store.folder import read_manifest
from indexer.thesaurus.table import Table

if TYPE_CHECKING:
    from indexer.codec.groups import Groups
    from indexer.codec.plain_file import StrPath
    from indexer.codec.segment import Segment
    from indexer.store.contents import Contents
    from indexer.store.register import Register

TRIES = 1000  # so many commits in a row would have to fall between reading the table and opening its files


class Generation(NamedTuple):
    """One generation of an index, which stays readable whatever writers do.

    Attributes:
        contents: Its table of contents.
        segments: Its segments.
        thesaurus: Its thesaurus.
        groups: Which of its items are the same news, None where none are.
        register: What is known of items beside their records, None where there is nothing.
    """

    contents: Contents
    segments: list[Segment]
    thesaurus: Table
    groups: Groups | None = None
    register: Register | None = None


def open_generation(folder: StrPath) -> Generation:
    """Open all files of the generation that is there.

    A writer removes the files of a generation once the next one stands. When that happens between reading
    the table of contents and opening what it lists, the next generation is opened instead.

    Args:
        folder: The index folder.

    Returns:
        What is there.

    Raises:
        IndexFolderError: There is no index, or it is unfinished, damaged, or of a newer format.
    """
    contents = read_manifest(folder)
    for _ in range(TRIES):
        try:
            return _open(folder, contents)
        except IndexFolderError:
            now = read_manifest(folder)
            if now.generation == contents.generation:
                raise
            contents = now
    raise IndexFolderError(f"“{folder}” changes faster than it can be opened; try again")


def _open(folder: StrPath, contents: Contents) -> Generation:
    segments = f"{folder}/{SEGMENTS_FOLDER}"
    opened = [entry.open(segments) for entry in contents.segments]
    entry = contents.thesaurus
    labels = Container(f"{segments}/{entry.file}", entry.seal) if entry else None
    groups = contents.groups.open(segments) if contents.groups else None
    register = None
    if contents.register:
        from indexer.store.register import Register  # many indexes have none

        register = Register.open(segments, contents.register)
    return Generation(contents, opened, Table(labels), groups, register)
