"""The members of a zip archive, each unpacked as it is read: nothing is written, whatever its names say."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import SourceError
from indexer.sources.encoding import whole
from indexer.sources.folder import is_litter, is_wanted, none_wanted
from indexer.sources.limits import LARGEST_UNPACKED, MOST_MEMBERS
from indexer.sources.source import Skipped
from indexer.sources.stream import Blob
from indexer.sources.unpacked import Unpacked, spooled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.sources.source import OnSkip, ReadOptions

_ENCRYPTED: Final = 1  # a bit of a member's flags


def members(blob: Blob, on_skip: OnSkip, options: ReadOptions) -> Iterator[Blob]:
    """Yield the members of a zip archive.

    Args:
        blob: The archive.
        on_skip: Called with each member that is left out, but for what systems leave behind.
        options: Which of the members are meant.

    Raises:
        SourceError: It is damaged, has too many members, or none that is meant.
    """
    with spooled(blob) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise SourceError(f"{blob.label} is a damaged zip archive: {error}") from None
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_MEMBERS:
            raise SourceError(
                f"{blob.label} has {len(entries):,} members; {MOST_MEMBERS:,} are the most, unpack it first"
            )
        left = [LARGEST_UNPACKED]
        for entry, own in _wanted(entries, blob.label, options):
            name = PurePosixPath(blob.name) / own
            if entry.flag_bits & _ENCRYPTED:
                on_skip(Skipped(str(name), 0, "encrypted; unpack it with its password first", unread=True))
                continue
            label = f"{blob.label}/{own}"
            yield Blob(str(name), label, partial(_open, archive, entry, label, left))


def _wanted(
    entries: Iterable[zipfile.ZipInfo], label: str, options: ReadOptions
) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Choose the members that are meant, each with its path in the archive.

    Raises:
        SourceError: There are none.
    """
    named = [(entry, PurePosixPath(*_parts(entry.filename))) for entry in entries]
    held = [(entry, own) for entry, own in named if not is_litter(PurePosixPath("archive") / own)]
    if not held:
        raise SourceError(f"{label} holds no files; give an archive with files in it")
    wanted = [(entry, own) for entry, own in held if is_wanted(own, options)]
    if not wanted:
        raise none_wanted(label, [own.name for _, own in held])
    return wanted


def _parts(filename: str) -> list[str]:
    """Give the parts of a member's name, without those that climb out of the archive."""
    return [
        whole(part) for part in filename.replace("\\", "/").split("/") if part not in {"", ".", ".."}
    ] or ["?"]


def _open(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, label: str, left: list[int]) -> Any:
    try:
        return Unpacked(archive.open(entry), label, left)
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
        raise SourceError(f"{label} cannot be unpacked: {error}") from None
