"""Check a whole index: the checksums of all files, then their contents."""

from __future__ import annotations

from functools import partial
from heapq import merge
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from indexer.codec.layout import Container
from indexer.codec.line_table import LINES
from indexer.codec.segment import SEGMENTS_FOLDER, Segment
from indexer.errors import DamagedManifestError, IndexFolderError, OutOfReachError, message, message_of
from indexer.store.index_folder import read_manifest
from indexer.store.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from indexer.store.manifest import Manifest
    from indexer.thesaurus.finder import ConceptFinder

    Progress = Callable[[str, int], None]


COMPARED = 1 << 16  # bytes of two files that are compared at once
RELEASED = 1 << 24  # bytes or postings after which the pages of a file are dropped from memory
TRIES = 100  # attempts, if commits keep occurring between reading the table and opening its files

T = TypeVar("T", "Container", "Segment")


class DamagedPart(NamedTuple):
    """A damaged part of an index.

    Attributes:
        file: The path of the file in the index folder.
        part: The name of a block of the file; ``header``, ``table`` or ``all`` if the damage is not in a
            block.
        reason: The kind of damage, as text for messages.
    """

    file: str
    part: str
    reason: str


class CheckReport(NamedTuple):
    """The result of a check.

    Attributes:
        files: The number of files read.
        bytes: The number of bytes read.
        items: The number of items in the index.
        findings: The damaged parts; empty if there are none.
        notes: Remarks that do not concern damage.
    """

    files: int
    bytes: int
    items: int
    findings: tuple[DamagedPart, ...]
    notes: tuple[str, ...] = ()


def check_index(folder: Path, progress: Progress = lambda _file, _done: None) -> CheckReport:
    """Check the checksums of all files of an index, then whether their contents agree.

    Args:
        folder: The index folder.
        progress: Called with the name of a file and the number of bytes or postings read since the previous
            call.

    Returns:
        The findings; damage raises no exception.

    Raises:
        IndexFolderError: There is no index, or it has another format.
        OutOfReachError: This process is not permitted to read a file, or has too many files open.
    """
    try:
        manifest = read_manifest(folder)
    except OutOfReachError:
        raise
    except IndexFolderError as error:
        if isinstance(error, DamagedManifestError) or (folder / MANIFEST).is_symlink():
            return CheckReport(1, 0, 0, (DamagedPart(MANIFEST, "all", message_of(error)),))
        raise
    manifest, files, segments = _open_one_generation(folder, manifest)
    checksums = manifest.checksums
    found = {name: _check_bytes(name, files[name], progress) for name in checksums}
    findings = [finding for some in found.values() for finding in some]
    intact = {name: file for name, file in files.items() if isinstance(file, Container) and not found[name]}
    as_written = not findings
    thesaurus = intact.get(manifest.thesaurus.file) if manifest.thesaurus else None
    in_thesaurus = _findings(thesaurus, "header", _check_thesaurus) if thesaurus else []
    finder = _finder(thesaurus) if as_written and not in_thesaurus else None
    opened: list[Segment] = []
    for entry, segment in zip(manifest.segments, segments, strict=True):
        if any(found[f"{entry.name}.{ending}"] for ending in entry.endings):
            continue
        if isinstance(segment, Segment):
            opened.append(segment)
            # Contradictions are searched for only if all checksums are correct.
            findings += _check_parts(segment, finder, progress) if as_written else ()
        else:
            file = str(segment).partition(" ")[0]
            findings.append(DamagedPart(f"{SEGMENTS_FOLDER}/{file}", "table", message_of(segment)))
    findings += in_thesaurus
    compared = (
        (manifest.groups, "header", _check_groups),
        (manifest.register, LINES, _check_lines),
        (manifest.annotations, LINES, _check_lines),
    )
    for sealed, part, check in compared:
        if sealed and not findings:  # the groups are compared with the segments
            findings += _findings(intact[sealed.file], part, partial(check, segments=opened))
    notes: list[str] = []
    if not findings:
        findings += _check_together(opened, manifest)
        findings += _check_whoosh_toc(folder, manifest, notes)
    size = (folder / MANIFEST).stat().st_size + sum(one.bytes for one in checksums.values())
    return CheckReport(1 + len(checksums), size, manifest.items, tuple(findings), tuple(notes))


def _open_one_generation(
    folder: Path, manifest: Manifest
) -> tuple[Manifest, dict[str, Container | IndexFolderError], list[Segment | IndexFolderError]]:
    """Open all files of a generation at once, before a writer can remove them.

    Returns:
        The manifest, its files by name, and its segments. A file that cannot be opened is replaced by the
        error.

    Raises:
        OutOfReachError: This process is not permitted to read a file, or has too many files open.
    """
    path = folder / SEGMENTS_FOLDER
    for _ in range(TRIES):
        files = {
            name: _try_open(partial(Container, path / name, checksum))
            for name, checksum in manifest.checksums.items()
        }
        segments = [_try_open(partial(entry.open, path)) for entry in manifest.segments]
        if not any(isinstance(file, IndexFolderError) for file in (*files.values(), *segments)):
            break
        now = read_manifest(folder)
        if now.generation == manifest.generation:
            break
        manifest = now
    return manifest, files, segments


def _try_open(attempt: Callable[[], T]) -> T | IndexFolderError:
    """Open a file, or return the error if the file is damaged."""
    try:
        return attempt()
    except OutOfReachError:
        raise  # this is not damage
    except IndexFolderError as error:
        return error


def _check_bytes(name: str, container: Container | IndexFolderError, progress: Progress) -> list[DamagedPart]:
    """Verify the checksums of a file, and return its damaged parts."""
    file = f"{SEGMENTS_FOLDER}/{name}"
    if isinstance(container, IndexFolderError):
        return [DamagedPart(file, "header", message_of(container))]
    damaged = container.check(_release_at_intervals(container.release, partial(progress, name)))
    reason = message("check.other_bytes")
    return [DamagedPart(file, part, reason) for part in damaged]


def _release_at_intervals(
    release: Callable[[], None], progress: Callable[[int], None]
) -> Callable[[int], None]:
    """Return a progress function that also frees the memory of files at intervals."""
    passed = 0

    def step(done: int) -> None:
        nonlocal passed
        progress(done)
        passed += done
        if passed >= RELEASED:
            release()
            passed = 0

    return step


def _findings(
    container: Container, unread: str, check: Callable[[Container], tuple[str, str]]
) -> list[DamagedPart]:
    """Run a check of a file, and return a list with the damaged part, or an empty list.

    Args:
        container: The open file.
        unread: The name of the part to report if the check fails because the file cannot be read.
        check: Returns the name of the damaged part (empty if none is damaged) and the reason.
    """
    try:
        part, reason = check(container)
    except IndexFolderError as error:
        part, reason = unread, message_of(error)
    return [DamagedPart(f"{SEGMENTS_FOLDER}/{container.name}", part, reason)] if part else []


def _check_thesaurus(container: Container) -> tuple[str, str]:
    """Check every line of a thesaurus, and return the damaged part and the reason.

    A thesaurus that equals the bundled one needs no check.
    """
    from indexer.thesaurus.bundled import TABLE_FILE
    from indexer.thesaurus.label_arrays import LABELS, match_lines, read_arrays
    from indexer.thesaurus.table import LINES as OF_TABLE
    from indexer.thesaurus.table import Table

    if _is_equal(container.file_view(), TABLE_FILE):
        return "", ""
    table = Table(container)
    if not table.check():
        return OF_TABLE, message("check.contradictory_lines")
    arrays = read_arrays(container)
    are_equal = arrays is None or match_lines(arrays, table.read_lines())
    return "" if are_equal else LABELS, message("check.other_labels")


def _is_equal(content: memoryview[int], path: Path) -> bool:
    """Return whether the bytes in memory equal those of a file, which is read in pieces to save memory."""
    with path.open("rb", buffering=0) as file:
        pieces = range(0, len(content) + 1, COMPARED)
        return all(content[at : at + COMPARED].tobytes() == file.read(COMPARED) for at in pieces)


def _check_groups(container: Container, segments: Sequence[Segment]) -> tuple[str, str]:
    """Check the groups of near duplicates, and return the damaged part and the reason.

    Each member of a group must be a document that is not deleted.
    """
    import numpy as np

    from indexer.codec.duplicate_sets import DOCS, Groups
    from indexer.store.duplicate_candidates import among

    groups = Groups(container)
    part = groups.check({segment.name: segment.documents for segment in segments})
    if not part and any(among(groups.arrays(one.name)[0], np.array(one.deleted)).any() for one in segments):
        part = DOCS
    return part, message("check.contradiction")


def _check_lines(container: Container, segments: Sequence[Segment]) -> tuple[str, str]:
    """Check each line of a register or an annotations file, and return the damaged part and the reason.

    The items that a line names must exist in the index.
    """
    from indexer.codec.line_table import AnnotationTable
    from indexer.store.register import Register

    def is_live(item_id: str) -> bool:
        found = [(segment, segment.find_id(item_id)) for segment in segments]
        return any(doc >= 0 and not segment.is_deleted(doc) for segment, doc in found)

    kind = AnnotationTable if container.name.endswith(".tags") else Register
    reason = kind(container).check(is_live)
    return reason and LINES, reason


def _finder(thesaurus: Container | None) -> ConceptFinder:
    """Return the concept finder of an index; without a thesaurus, the finder finds no concepts."""
    from indexer.thesaurus.finder import ConceptFinder, open_finder
    from indexer.thesaurus.label_arrays import make_arrays

    return (thesaurus and open_finder(thesaurus)) or ConceptFinder(make_arrays(()))


def _check_parts(segment: Segment, finder: ConceptFinder | None, progress: Progress) -> Iterator[DamagedPart]:
    """Yield the parts of a segment that contradict each other."""
    from indexer.store.segment_check import check_records, check_segment

    reason = message("check.contradiction")
    found = check_segment(
        segment, _release_at_intervals(segment.release, partial(progress, f"{segment.name}.seg"))
    )
    yield from (DamagedPart(f"{SEGMENTS_FOLDER}/{segment.name}.seg", part, reason) for part in found)
    if any(part.partition(".")[0] not in segment.fields for part in found):
        return  # check_records compares the records with the documents
    text = f"{SEGMENTS_FOLDER}/{segment.name}.text"
    try:
        step = _release_at_intervals(segment.release, partial(progress, f"{segment.name}.text"))
        found = check_records(segment, finder, step)
    except IndexFolderError as error:
        yield DamagedPart(text, "data", message_of(error))
    else:
        yield from (DamagedPart(f"{SEGMENTS_FOLDER}/{segment.name}.seg", part, reason) for part in found)


def _check_together(segments: Sequence[Segment], manifest: Manifest) -> Iterator[DamagedPart]:
    """Yield contradictions between segments, or between them and ``dragoman.json``."""
    live = sum(segment.documents - len(segment.deleted) for segment in segments)
    if live != manifest.items:
        yield DamagedPart(MANIFEST, "items", message("check.items_listed", items=manifest.items, live=live))
    # Ascending ids of each segment, merged: equal ones are neighbours.
    ids = [zip(segment.ids_with_prefix(""), repeat(number)) for number, segment in enumerate(segments)]
    merged = pairwise(merge(*ids))
    for number in sorted({number for (item_id, _), (other, number) in merged if item_id == other}):
        file = f"{SEGMENTS_FOLDER}/{segments[number].name}.seg"
        yield DamagedPart(file, "heads", message("check.repeated_id"))


def _check_whoosh_toc(folder: Path, manifest: Manifest, notes: list[str]) -> Iterator[DamagedPart]:
    """Check that Whoosh's table of contents has the expected bytes, without unpickling it.

    Users may delete the table, so a missing table is only noted, unless a concurrent commit removed it.
    """
    from indexer.store.publication import whoosh_toc, whoosh_toc_name

    name = whoosh_toc_name(manifest.generation)
    path = folder / name
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            yield DamagedPart(name, "all", message("check.not_a_plain_file"))
            return
        expected = whoosh_toc(folder, manifest)
        if path.stat().st_size != len(expected) or path.read_bytes() != expected:
            yield DamagedPart(name, "all", message("check.foreign_toc"))
    except (FileNotFoundError, IndexFolderError) as error:
        if read_manifest(folder).generation != manifest.generation:
            return
        if not isinstance(error, FileNotFoundError):
            raise
        notes.append(message("check.no_toc", name=name))
