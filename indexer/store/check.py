"""Checks a whole index: every byte of every file, then whether what the files say fits together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from indexer.codec.layout import Container
from indexer.codec.segment import SEGMENTS_FOLDER, Segment
from indexer.errors import DamagedContentsError, IndexFolderError, OutOfReachError
from indexer.store.contents import CONTENTS
from indexer.store.index_folder import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from indexer.store.contents import Contents
    from indexer.thesaurus.finder import ConceptFinder

    Progress = Callable[[str, int], None]


TRIES = 100  # so many commits in a row would have to fall between reading the table and opening its files

# The files of one generation, open, by name; segments by theirs. What could not be opened says why.
_Opened = dict[str, "Container | Segment | IndexFolderError"]


class Finding(NamedTuple):
    """One damaged part of an index.

    Attributes:
        file: The file, below the index folder.
        part: The part of it: a block, ``header`` for a file that cannot be opened at all.
        reason: What is wrong.
    """

    file: str
    part: str
    reason: str


class CheckReport(NamedTuple):
    """What a check read, and what it found.

    Attributes:
        files: The files that were read.
        bytes: Their bytes.
        items: The items of the index.
        findings: What is damaged; empty when all is well.
        notes: What is no damage and worth knowing.
    """

    files: int
    bytes: int
    items: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def check_index(folder: Path, progress: Progress = lambda _file, _done: None) -> CheckReport:
    """Check all of an index.

    Args:
        folder: The index folder.
        progress: Called with the name of a file and how many bytes or postings of it were read since.

    Returns:
        What was found; damage is no exception here.

    Raises:
        IndexFolderError: There is no index, or it is of another format.
        OutOfReachError: A file of it may not be read by this process, or too many are open.
    """
    try:
        contents = read_manifest(folder)
    except OutOfReachError:
        raise
    except IndexFolderError as error:
        if isinstance(error, DamagedContentsError) or (folder / CONTENTS).is_symlink():
            return CheckReport(1, 0, 0, (Finding(CONTENTS, "all", str(error)),))
        raise
    contents, opened = _open_one_generation(folder, contents)
    seals = contents.seals
    found = {name: _check_bytes(name, opened[name], progress) for name in seals}
    findings = [finding for some in found.values() for finding in some]
    live, as_written = 0, not findings
    thesaurus = contents.thesaurus
    in_thesaurus = (
        [*_check_thesaurus(thesaurus.file, opened)] if thesaurus and not found[thesaurus.file] else []
    )
    finder = _finder(contents, opened) if as_written and not in_thesaurus else None
    for entry in contents.segments:
        segment = opened[entry.name]
        if any(found[f"{entry.name}.{ending}"] for ending in entry.endings):
            continue
        if isinstance(segment, Segment):
            live += segment.documents - len(segment.deleted)
            # Whether all fits together is asked where every byte is as it was written.
            findings += _check_sense(segment, finder, progress) if as_written else ()
        else:
            file = str(segment).partition(" ")[0]
            findings.append(Finding(f"{SEGMENTS_FOLDER}/{file}", "table", str(segment)))
    findings += in_thesaurus
    for alongside, check in ((contents.groups, _check_groups), (contents.register, _check_register)):
        if alongside and not findings:  # they are compared with the segments
            findings += check(alongside.file, opened)
    notes: list[str] = []
    if not findings:
        findings += _check_whole(opened, contents, live)
        findings += _check_whoosh_toc(folder, contents, notes)
    size = (folder / CONTENTS).stat().st_size + sum(seal.bytes for seal in seals.values())
    return CheckReport(1 + len(seals), size, contents.items, tuple(findings), tuple(notes))


def _open_one_generation(folder: Path, contents: Contents) -> tuple[Contents, _Opened]:
    """Open all files before any is read: a writer that commits meanwhile removes names, not what is open.

    Returns:
        The table of contents of the generation that could be opened as one, and its files.

    Raises:
        OutOfReachError: A file may not be read by this process, or too many are open.
    """
    for _ in range(TRIES):
        opened = _open_files(folder / SEGMENTS_FOLDER, contents)
        if not any(isinstance(file, IndexFolderError) for file in opened.values()):
            break
        now = read_manifest(folder)
        if now.generation == contents.generation:
            break
        contents = now
    return contents, opened


def _open_files(folder: Path, contents: Contents) -> _Opened:
    opening: dict[str, Callable[[], Container | Segment]] = {
        name: partial(Container, folder / name, seal) for name, seal in contents.seals.items()
    }
    opening |= {entry.name: partial(entry.open, folder) for entry in contents.segments}
    opened: _Opened = {}
    for name, attempt in opening.items():
        try:
            opened[name] = attempt()
        except OutOfReachError:
            raise  # no damage
        except IndexFolderError as error:
            opened[name] = error
    return opened


def _check_bytes(
    name: str, container: Container | Segment | IndexFolderError, progress: Progress
) -> list[Finding]:
    """Compare every byte of a file with its checksum."""
    file = f"{SEGMENTS_FOLDER}/{name}"
    if not isinstance(container, Container):
        return [Finding(file, "header", str(container))]
    damaged = container.check(partial(progress, name))
    return [Finding(file, part, "its bytes are not those that were written") for part in damaged]


def _check_thesaurus(name: str, opened: _Opened) -> Iterator[Finding]:
    """Read every line of the thesaurus; our own is compared with the file that it was copied from."""
    from indexer.thesaurus.bundled import TABLE_FILE
    from indexer.thesaurus.label_arrays import LABELS, are_of, read_arrays
    from indexer.thesaurus.table import LINES, Table

    file, container = f"{SEGMENTS_FOLDER}/{name}", opened[name]
    try:
        if not isinstance(container, Container) or container.file_view() == TABLE_FILE.read_bytes():
            return
        table = Table(container)
        if not table.check():
            yield Finding(file, LINES, "its lines contradict each other")
        elif (arrays := read_arrays(container)) is not None and not are_of(arrays, table.read_lines()):
            yield Finding(file, LABELS, "its labels are not those of its lines")
    except IndexFolderError as error:
        yield Finding(file, "header", str(error))


def _check_groups(name: str, opened: _Opened) -> Iterator[Finding]:
    """Check that groups are of live documents of the segments."""
    from indexer.codec.duplicate_sets import DOCS, Groups

    file, container = f"{SEGMENTS_FOLDER}/{name}", opened[name]
    segments = {file.name: file for file in opened.values() if isinstance(file, Segment)}
    try:
        groups = Groups(container if isinstance(container, Container) else None)
    except IndexFolderError as error:
        yield Finding(file, "header", str(error))
        return
    part = groups.check({name: segment.documents for name, segment in segments.items()})
    if not part and any(
        not {*groups.of_segment(name)[0]}.isdisjoint(one.deleted) for name, one in segments.items()
    ):
        part = DOCS
    if part:
        yield Finding(file, part, "it contradicts other parts")


def _check_register(name: str, opened: _Opened) -> Iterator[Finding]:
    """Read every line of the register, and look for the items that it speaks of."""
    from indexer.store.register import LINES, Register

    file, container = f"{SEGMENTS_FOLDER}/{name}", opened[name]
    segments = [one for one in opened.values() if isinstance(one, Segment)]
    try:
        if isinstance(container, Container) and (reason := Register(container).check(segments)):
            yield Finding(file, LINES, reason)
    except IndexFolderError as error:
        yield Finding(file, LINES, str(error))


def _finder(contents: Contents, opened: _Opened) -> ConceptFinder:
    """Open what finds the concepts of an index whose thesaurus is sound."""
    from indexer.thesaurus.finder import ConceptFinder, open_finder
    from indexer.thesaurus.label_arrays import make_arrays

    entry, found = contents.thesaurus, None
    if entry and isinstance(container := opened[entry.file], Container):
        found = open_finder(container)
    return found or ConceptFinder(make_arrays(()))


def _check_sense(segment: Segment, finder: ConceptFinder | None, progress: Progress) -> Iterator[Finding]:
    """Check whether what a segment says fits together."""
    from indexer.store.segment_check import check_records, check_segment

    reason = "it contradicts other parts"
    found = check_segment(segment, partial(progress, f"{segment.name}.seg"))
    yield from (Finding(f"{SEGMENTS_FOLDER}/{segment.name}.seg", part, reason) for part in found)
    if any(part.partition(".")[0] not in segment.fields for part in found):
        return  # the records are compared with the documents
    text = f"{SEGMENTS_FOLDER}/{segment.name}.text"
    try:
        found = check_records(segment, finder, partial(progress, f"{segment.name}.text"))
    except IndexFolderError as error:
        yield Finding(text, "data", str(error))
    else:
        yield from (Finding(f"{SEGMENTS_FOLDER}/{segment.name}.seg", part, reason) for part in found)


def _check_whole(opened: _Opened, contents: Contents, live: int) -> Iterator[Finding]:
    """Check what segments say together."""
    if live != contents.items:
        yield Finding(CONTENTS, "items", f"it lists {contents.items:,} items, and there are {live:,}")
    segments = [file for file in opened.values() if isinstance(file, Segment)]
    seen: set[str] = set()
    for segment in segments if len(segments) > 1 else ():
        deleted = set(segment.deleted)
        ids = {segment.head(doc)[0] for doc in range(segment.documents) if doc not in deleted}
        if not seen.isdisjoint(ids):
            yield Finding(f"{SEGMENTS_FOLDER}/{segment.name}.seg", "heads", "an id is in two segments")
        seen |= ids


def _check_whoosh_toc(folder: Path, contents: Contents, notes: list[str]) -> Iterator[Finding]:
    """Compare the table that stands beside ours for Whoosh with the one that we would write; never load it.

    A table that is gone is noted: people may delete it. Nothing is said when a writer that commits meanwhile
    took it away.
    """
    from indexer.store.publication import whoosh_toc, whoosh_toc_name

    name = whoosh_toc_name(contents.generation)
    path = folder / name
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            yield Finding(name, "all", "it is no plain file")
            return
        expected = whoosh_toc(folder, contents)
        if path.stat().st_size != len(expected) or path.read_bytes() != expected:
            yield Finding(
                name,
                "all",
                "it is not what Dragoman writes: do not open this folder with Whoosh, which would run it",
            )
    except (FileNotFoundError, IndexFolderError) as error:
        if read_manifest(folder).generation != contents.generation:
            return
        if not isinstance(error, FileNotFoundError):
            raise
        notes.append(
            f"{name} is missing: Whoosh cannot open this folder until the next build or update; "
            "Dragoman does without it"
        )
