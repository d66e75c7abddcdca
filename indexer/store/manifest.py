"""Read and write the manifest of an index, the file ``dragoman.json``.

It lists the segments and other files, sources, settings and counts, and is replaced atomically. Each file is
listed with its length and checksum, so a missing file, or one of another generation or index, is detected
before it is read.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from indexer.codec.layout import FileChecksum, IndexFile
from indexer.codec.plain_file import read_plain, replace_plain, require_real_folder
from indexer.codec.segment import SEGMENTS_FOLDER, SegmentEntry
from indexer.errors import DamagedManifestError, IndexFolderError, message, reason
from indexer.item import Validators
from indexer.runtime import NamedTuple
from indexer.schema import FORMAT_VERSION, READABLE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.codec.plain_file import StrPath


_LISTS = ("include", "exclude")
READING = ("kind", "columns", *_LISTS)  # the options of reading that a source keeps


class SourceSummary(NamedTuple):
    """A source of an index, with its options and counts.

    Attributes:
        file: The name, which never changes: the file name, after as many parent folders as make it unique in
            the index.
        items: The number of items that have it as their first source.
        skipped: The number of records or lines that were skipped when it was last read.
        place: The location: an absolute path, a URL without credentials, ``-``, or ``python`` for items in
            memory.
        kind: The kind of source; None to detect it from the content.
        columns: Pairs of names of a field, in the source and in the index.
        include, exclude: Patterns of the files to read and to skip.
    """

    file: str
    items: int
    skipped: int
    place: str = ""
    kind: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return the summary as a JSON record without empty values."""
        lists = {"columns": [list(pair) for pair in self.columns]}
        lists |= {name: list(getattr(self, name)) for name in _LISTS}
        record: dict[str, Any] = {"file": self.file, "items": self.items, "skipped": self.skipped}
        given = {"place": self.place, "kind": self.kind, **lists}
        return record | {name: value for name, value in given.items() if value}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> SourceSummary:
        """Read a summary from its JSON record, without checking the values.

        Raises:
            TypeError, ValueError: The record is not that of a source.
        """
        lists = {name: tuple(record[name]) for name in _LISTS if name in record}
        if "columns" in record:
            lists["columns"] = tuple((written, meant) for written, meant in record["columns"])
        return cls(**record | lists)

    def is_sound(self) -> bool:
        """Return whether all names, paths and patterns are strings."""
        texts: list[object] = [self.file, self.place, *self.include, *self.exclude]
        texts += [text for pair in self.columns for text in pair]
        texts += [] if self.kind is None else [self.kind]
        return all(isinstance(text, str) for text in texts)


MANIFEST = "dragoman.json"
ANNOTATIONS_ENDING = "tags"  # of a file that version 0.9 ignores
APPLICATION = "dragoman"
CODEC = "dragoman"
MAX_BYTES = 4 << 20  # some 30,000 sources; Dragoman does not write longer files
MAX_DOCUMENT_COUNT = 1 << 32  # document numbers have 32 bits
MAX_COUNT = (1 << 63) - 1
MAX_GENERATIONS = 10**9  # a commit per second for thirty years; Whoosh's table has 31 bits
_CHECKSUM = b',\n "crc32": '  # the last key, in every format from 2 on
_MAX_NAME_LENGTH = 64  # characters


MAX_COMMITS = 500
MAX_CHANGED = 1_000  # ids of changed items


class CommitTimes:
    """The times of the latest commits, and the items that each commit changed.

    Args:
        text: The encoded times in the manifest; None in an index of an earlier version.
        built: The time of the current commit; None before the first one.
        generation: The current generation.
    """

    def __init__(self, text: str | None = None, built: str | None = None, generation: int = 0) -> None:
        self._commits: list[tuple[int, str, list[str]]] = json.loads(text) if text else []
        if built and not text:
            self._commits = [(generation, built, [])]
        self._changed = {one: number for number, _, changed in self._commits for one in changed}

    def of(self, item_id: str, since: int) -> str:
        """Return the time of the commit that added an item or last changed it.

        For an item older than the recorded commits, return the time of the first recorded commit.
        """
        generation = self._changed.get(item_id, since)
        at = bisect_left(self._commits, generation, key=lambda commit: commit[0])
        return self._commits[min(at, len(self._commits) - 1)][1]

    def encode_with(self, generation: int, built: str, changed: Iterable[str]) -> str:
        """Return the encoded times after a further commit.

        The oldest data beyond the limits are left out.
        """
        commits = [*self._commits[1 - MAX_COMMITS :], (generation, built, sorted(changed)[:MAX_CHANGED])]
        left = MAX_CHANGED
        for at in range(len(commits) - 1, -1, -1):
            number, time, ids = commits[at]
            commits[at] = number, time, ids if len(ids) <= left else []
            left -= len(ids)
        return json.dumps(commits, separators=(",", ":"))


class Manifest(NamedTuple):
    """The manifest of an index in a folder.

    Attributes:
        generation: The number of the generation, which each commit increases by one; also the number of
            Whoosh's table of contents.
        segments: The segments, in the order in which their documents are numbered.
        built: The time of the commit, ISO 8601 with its offset; None before the first build has ended.
        items: The number of items.
        sources: The sources, with their locations and counts.
        thesaurus: The thesaurus for query expansion; None if there is none.
        facets: The custom fields that are counted by default.
        fetched: The HTTP validators of the indexed versions of URLs.
        groups: The groups of near duplicates; None if there are none.
        register: The file of the register (:mod:`indexer.store.register`); None if it is empty.
        corrections: The absolute path of the corrections file; None if there is none.
        format: The format that the index was written in.
        times: The times of the latest commits as encoded by :class:`CommitTimes`; None if unknown.
        more: Additional files such as ``more1.tags``. A version of Dragoman that does not know a file's
            extension ignores the file, and drops it at the next commit.
    """

    generation: int
    segments: tuple[SegmentEntry, ...]
    built: str | None = None
    items: int = 0
    sources: tuple[SourceSummary, ...] = ()
    thesaurus: IndexFile | None = None
    facets: tuple[str, ...] = ()
    fetched: tuple[Validators, ...] = ()
    groups: IndexFile | None = None
    register: IndexFile | None = None
    corrections: str | None = None
    times: str | None = None
    format: int = FORMAT_VERSION
    more: tuple[IndexFile, ...] = ()

    def write(self, folder: Path) -> None:
        """Write ``dragoman.json``, when all files that it lists are on disk.

        Raises:
            IndexFolderError: There are too many sources.
            ValueError: A value is invalid, such as a negative count.
        """
        text = _encode(self)
        if len(text) > MAX_BYTES:
            raise IndexFolderError(message("store.too_many_sources"))
        if not _is_sound(self):
            raise ValueError("a table that no writer of ours makes")  # a bug; the old table stays
        replace_plain(folder / MANIFEST, text)

    @property
    def annotations(self) -> IndexFile | None:
        """The file of annotations, or None if no item has annotations."""
        return next((one for one in self.more if one.ending == ANNOTATIONS_ENDING), None)

    @property
    def checksums(self) -> dict[str, FileChecksum]:
        """The lengths and checksums of all files in the segments folder, by name."""
        checksums = {
            f"{entry.name}.{ending}": checksum
            for entry in self.segments
            for ending, checksum in entry.checksums
        }
        others = [entry for entry in (self.thesaurus, self.groups, self.register, *self.more) if entry]
        return checksums | {entry.file: entry.checksum for entry in others}

    @classmethod
    def read(cls, folder: StrPath) -> Manifest:
        """Read ``dragoman.json`` of an index folder.

        Raises:
            IndexFolderError: There is no manifest, or it is damaged or of another format.
        """
        try:
            raw = read_plain(f"{folder}/{MANIFEST}", MAX_BYTES)
            record = json.loads(raw)
        except FileNotFoundError:
            raise IndexFolderError(message("store.no_index", folder=folder)) from None
        except OSError as error:
            raise IndexFolderError(
                message("store.unreadable_manifest", folder=folder, manifest=MANIFEST, reason=reason(error))
            ) from None
        except (ValueError, RecursionError):
            raise _damage_error(folder, raw) from None
        if not isinstance(record, dict) or record.get("application") != APPLICATION:
            raise _damage_error(folder, raw)
        body, mark, checksum = raw.rpartition(_CHECKSUM)
        if mark and checksum.split(b"\n")[0] != str(zlib.crc32(body)).encode():
            # Not an error about the format: its digits may be the damaged ones.
            raise _damage_error(folder, raw)
        version = record.get("format")
        if isinstance(version, int) and version not in READABLE_FORMATS:
            if version > FORMAT_VERSION:
                advice = message("store.upgrade")
            else:
                advice = message("store.older_format", folder=folder)
            known = {"version": version, "formats": READABLE_FORMATS}
            raise IndexFolderError(message("store.other_format", folder=folder, advice=advice, **known))
        try:
            manifest = _decode(record)
            # Comparing the text would take twice as long, since only the encoder in Python indents.
            sound = _is_sound(manifest) and checksum == _ending(body) and _is_text_of(manifest, body)
        except (KeyError, TypeError, AttributeError, ValueError):
            sound = False
        if not sound:
            raise _damage_error(folder, raw)
        require_real_folder(f"{folder}/{SEGMENTS_FOLDER}")
        return manifest


def _encode(manifest: Manifest) -> bytes:
    """Encode the manifest as readable JSON, with a checksum at the end."""
    body = json.dumps(_record_of(manifest), ensure_ascii=True, indent=1)[:-2].encode()
    return body + _CHECKSUM + _ending(body)


def _ending(body: bytes) -> bytes:
    """Return the end of ``dragoman.json``: a checksum of the text before it, and a brace."""
    return f"{zlib.crc32(body)}\n}}\n".encode()


def _is_text_of(manifest: Manifest, body: bytes) -> bool:
    """Return whether a text is the encoded manifest, ignoring white space.

    The text does not include the checksum.
    """
    text = json.dumps(_record_of(manifest))[:-1].encode()
    return b"".join(body.split()) == b"".join(text.split())


def _record_of(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as a JSON record, without the checksum."""
    record = {
        "application": APPLICATION,
        "format": manifest.format,
        "codec": CODEC,
        "generation": manifest.generation,
        "built": manifest.built,
        "items": manifest.items,
        "sources": [source.to_record() for source in manifest.sources],
        "segments": [
            {
                "name": entry.name,
                "documents": entry.documents,
                "deletions": entry.deletions,
                "seals": {ending: checksum._asdict() for ending, checksum in entry.checksums},
                "since": entry.since,
            }
            for entry in manifest.segments
        ],
        "facets": list(manifest.facets),
        "thesaurus": _encode_file(manifest.thesaurus),
    }
    optional = {
        "fetched": [one._asdict() for one in manifest.fetched] or None,
        "groups": _encode_file(manifest.groups),
        "register": _encode_file(manifest.register),
        "corrections": manifest.corrections,
        "times": manifest.times,
        "more": [{"ending": one.ending} | (_encode_file(one) or {}) for one in manifest.more] or None,
    }
    return record | {name: value for name, value in optional.items() if value is not None}


def _decode(record: dict[str, Any]) -> Manifest:
    """Read the manifest from its JSON record, without checking the values."""
    return Manifest(
        record["generation"],
        tuple(
            SegmentEntry(
                entry["name"],
                entry["documents"],
                entry["deletions"],
                tuple((ending, FileChecksum(**checksum)) for ending, checksum in entry["seals"].items()),
                entry["since"],
            )
            for entry in record["segments"]
        ),
        record["built"],
        record["items"],
        tuple(map(SourceSummary.from_record, record["sources"])),
        _decode_file(record["thesaurus"], "labels"),
        tuple(record["facets"]),
        tuple([Validators(**one) for one in record.get("fetched", ())]),
        _decode_file(record.get("groups"), "same"),
        _decode_file(record.get("register"), "items"),
        record.get("corrections"),
        record.get("times"),
        record["format"],
        tuple(
            IndexFile(one["name"], FileChecksum(**one["seal"]), one["ending"])
            for one in record.get("more", ())
        ),
    )


def _encode_file(entry: IndexFile | None) -> dict[str, Any] | None:
    return entry and {"name": entry.name, "seal": entry.checksum._asdict()}


def _decode_file(record: dict[str, Any] | None, ending: str) -> IndexFile | None:
    return IndexFile(record["name"], FileChecksum(**record["seal"]), ending) if record else None


def _is_sound(manifest: Manifest) -> bool:
    """Return whether all names, texts and counts are valid and agree."""
    entries, sources = manifest.segments, manifest.sources
    named = (*entries, manifest.thesaurus, manifest.groups, manifest.register, *manifest.more)
    names: list[object] = [entry.name for entry in named if entry]
    names += [entry.ending for entry in manifest.more]
    texts: list[object] = [*manifest.facets]
    texts += [text for text in (manifest.built, manifest.corrections, manifest.times) if text is not None]
    counts: list[object] = [manifest.generation, manifest.items, manifest.format]
    counts += [count for source in sources for count in source[1:3]]
    counts += [count for checksum in manifest.checksums.values() for count in checksum]
    counts += [count for entry in entries for count in (*entry[1:3], entry.since) if count is not None]
    return (
        all(map(_is_name, names))
        and all(isinstance(text, str) for text in texts)
        and all(one.is_sound() for one in sources)
        and all(one.is_sound() for one in manifest.fetched)
        and all(map(_is_count, counts))
        and (not manifest.facets or _are_fields(manifest.facets))
        and manifest.generation < MAX_GENERATIONS
        and len({entry.name for entry in entries}) == len(entries)
        and all(entry.name.startswith("more") for entry in manifest.more)
        and all(tuple(ending for ending, _ in entry.checksums) == entry.endings for entry in entries)
        and sum(entry.documents for entry in entries) < MAX_DOCUMENT_COUNT
    )


def _are_fields(names: tuple[str, ...]) -> bool:
    """Return whether the names of the facets are distinct, valid and not too many."""
    from indexer.custom_fields import MAX_COUNTED, field_name  # most indexes count none

    return len(set(names)) == len(names) <= MAX_COUNTED and all(
        name and name == field_name(name) for name in names
    )


def _is_name(value: object) -> bool:
    """Return whether a value is a short ASCII name without path separators or dots."""
    return (
        isinstance(value, str)
        and len(value) <= _MAX_NAME_LENGTH
        and value.isascii()
        and value.replace("_", "0").isalnum()
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT


def _damage_error(folder: StrPath, raw: bytes) -> DamagedManifestError:
    corrected = b'"corrections"' in raw  # the new build cannot find out which file it was
    key = "store.damaged_and_corrected" if corrected else "store.damaged"
    return DamagedManifestError(message(key, folder=folder, manifest=MANIFEST))
