"""Keep the names, locations, options and counts of an index's sources during a write."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path, PurePosixPath
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import DragomanError, message
from indexer.sources import ReadOptions
from indexer.sources.containers import is_read
from indexer.sources.encoding import replace_surrogates
from indexer.sources.source import MAX_ID_LENGTH
from indexer.sources.stream import folder_prefixes, place_of, source_name
from indexer.store.manifest import MAX_COUNT, READING, SourceSummary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

ITEMS_SOURCE: Final = "python"  # default name of the source of items in memory, and start of its location


def is_in_memory(place: str) -> bool:
    """Return whether a location means items in memory."""
    return place.partition(":")[0] == ITEMS_SOURCE


class SourceCatalog:
    """The sources of an index, both earlier ones and those of this write.

    An item may be in several sources. Its first source is the one in ``NewsItem.source``.

    Attributes:
        known: All sources by name.
        before: The sources of the previous generation.
        items: For each source, the number of items that have it as their first source.
    """

    def __init__(self, before: Iterable[SourceSummary]) -> None:
        self.known = {source.file: source for source in before}
        self.before = dict(self.known)
        self._prefixes: dict[str | Path, str] = {}
        self._parts: dict[str, str] = {}
        self._skips: Counter[str] = Counter()
        self.items = Counter({name: source.items for name, source in self.known.items()})

    def name(
        self, sources: Sequence[str | Path], reading: ReadOptions, *, mirror: bool = False
    ) -> list[str | Path]:
        """Name the given sources, and return the sources to read.

        An indexed source keeps its name. A file or folder within an indexed folder is a part of that source;
        its name is its path in the folder.

        Args:
            sources: Files, folders, URLs; ``-`` for standard input.
            reading: The options for reading. A file that is read with other options than its folder becomes
                a separate source.
            mirror: Whether to delete items that a source no longer has, which is not possible for a file or
                folder within a source.

        Raises:
            DragomanError: ``mirror`` is true, and a file or folder within a source is given.
        """
        places = {source.place: source.file for source in self.known.values() if source.place}
        known = {source.place: source for source in self.known.values() if _agree(reading, source)}
        paths = {*map(place_of, sources)}
        parts = {path: name for path in paths.difference(places) if (name := _name_within(path, known))}
        named = places | parts
        read = {named[path] for path in paths & named.keys()}
        anyway = {path for path, name in parts.items() if self.of(name.rpartition("/")[0], read) in read}
        self._parts = {path: name for path, name in parts.items() if path not in anyway}
        if mirror and self._parts:
            part = min(self._parts.values())
            folder = self.known[self.of(part)]
            raise DragomanError(
                message("store.mirrored_part", part=part, folder=folder.file, place=quote(folder.place))
            )
        self._prefixes = folder_prefixes(sources, named)
        return [source for source in sources if place_of(source) not in anyway]

    def options_for(self, path: str | Path, reading: ReadOptions) -> ReadOptions:
        """Return the options for reading a source.

        A file or folder within an indexed folder is read with the options of the indexed folder.
        """
        reading = reading._replace(within=self._prefixes[path])
        if part := self._parts.get(place_of(path)):
            folder = self.known[self.of(part)]
            own = part.removeprefix(f"{folder.file}/")
            reading = reading._replace(part=own, **options_of(folder))
        return reading

    def open(self, path: str | Path, reading: ReadOptions) -> str:
        """Record that a source is read with the given options, and return its name."""
        name = source_name(path, self._prefixes[path])
        if place_of(path) in self._parts:  # the options of the folder stay
            return name
        self._note(SourceSummary(name, 0, 0, place_of(path), **options_of(reading)))
        return name

    def open_items_source(self, name: str | None) -> str:
        """Record that items in memory are read as a source, and return its name.

        Raises:
            DragomanError: The name is invalid, or belongs to a source that is not in memory.
        """
        name = ITEMS_SOURCE if name is None else name
        if (
            not name.isprintable()
            or name != name.strip()
            or not 0 < len(name) <= MAX_ID_LENGTH
            or "/" in name
        ):
            raise DragomanError(message("store.invalid_source", name=name[:MAX_ID_LENGTH]))
        place = ITEMS_SOURCE if name == ITEMS_SOURCE else f"{ITEMS_SOURCE}:{name}"
        known = self.known.get(name)
        if known and known.place != place:
            raise DragomanError(message("store.other_source", name=name, place=known.place))
        self._note(SourceSummary(name, 0, 0, place))
        return name

    def _note(self, source: SourceSummary) -> None:
        before = self.known.get(source.file)
        self.known[source.file] = source._replace(skipped=before.skipped if before else 0)

    def skip(self, name: str, skipped: int) -> None:
        """Add to the number of skipped parts of a source."""
        self._skips[name] += skipped

    @property
    def changed(self) -> bool:
        """Whether sources were added or have new options."""
        how = {name: source._replace(items=0, skipped=0) for name, source in self.known.items()}
        return how != {name: source._replace(items=0, skipped=0) for name, source in self.before.items()}

    def of(self, file: str, candidates: Collection[str] = ()) -> str:
        """Return the name of the source that contains a file: ``"feeds/2019/a.xml" -> "feeds"``.

        Args:
            file: The name of the source, followed by the path in the source.
            candidates: The names to choose from, of sources or of folders in sources; empty for all sources.
        """
        name, known = file, candidates or self.known
        while name not in known and "/" in name:
            name = name.rpartition("/")[0]
        return name if name in known else file

    def member(self, path: str | Path) -> str:
        """Return the name of a file or folder, including its source: ``"2019" -> "feeds/2019"``.

        The result is empty if no source contains the file or folder.
        """
        name = str(path)
        if self.of(name) in self.known:
            return name
        return _name_within(place_of(path), {source.place: source for source in self.known.values()})

    def summaries(self) -> tuple[SourceSummary, ...]:
        """Return the sources of the next generation."""
        # A forged index may have any counts; keep them within the bounds of the table.
        return tuple(
            source._replace(
                items=min(max(self.items[name], 0), MAX_COUNT),
                skipped=min(self._skips.get(name, source.skipped), MAX_COUNT),
            )
            for name, source in self.known.items()
        )


def options_of(source: ReadOptions | SourceSummary) -> dict[str, Any]:
    """Return the reading options of a source, by name."""
    return {name: getattr(source, name) for name in READING}


def _agree(reading: ReadOptions, source: SourceSummary) -> bool:
    """Return whether all reading options that differ from their defaults are those of a source."""
    kept = options_of(source)
    return all(value in {(), None, kept[name]} for name, value in options_of(reading).items())


def _name_within(place: str, known: Mapping[str, SourceSummary]) -> str:
    """Return the name of a location in an indexed folder: the folder's name, and the path in the folder.

    The name is empty if no indexed folder contains the location, or if its options exclude the location.
    """
    path = Path(place)
    for folder in (path, *path.parents):
        if source := known.get(str(folder)):
            own = PurePosixPath(replace_surrogates(path.relative_to(folder).as_posix()))
            patterns = ReadOptions(include=source.include, exclude=source.exclude)
            return f"{source.file}/{own}" if is_read(path, own, patterns) else ""
        # Links to folders are not followed. An address raises no error here.
        if os.path.islink(folder) and os.path.isdir(folder):  # noqa: PTH112, PTH114
            break
    return ""
