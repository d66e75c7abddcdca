"""Open, write and check an index by its location: a folder, or a URL on a cluster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import DragomanError, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from indexer.cluster.cluster_manifest import ClusterManifest
    from indexer.cluster.writer import ClusterLocation
    from indexer.progress import Progress
    from indexer.store.check import CheckReport
    from indexer.store.corrections.correction import AnnotationRequest, CorrectionRequest
    from indexer.store.manifest import Manifest
    from indexer.store.write_report import OnChange, WriteReport

DEFAULT_INDEX: Final = "index_data"  # the default index of all commands


def is_address(place: str) -> bool:
    """Return whether an index is on a cluster rather than in a folder."""
    return place.lower().startswith(("http:", "https:"))


def check_location(place: str) -> str:
    """Check that the location of an index is not empty, and return it.

    Raises:
        DragomanError: The location is empty (which would mean the current folder) or a URL without a scheme.
    """
    if not place:
        raise DragomanError(message("location.empty"))
    host, _, rest = place.partition(":")
    port, _, name = rest.partition("/")
    if "/" not in host and port.isdigit() and name and not os.path.isdir(place):  # noqa: PTH112 - every start
        raise DragomanError(message("location.no_scheme", place=place))
    return place


def format_location(place: str) -> str:
    """Format a location for messages: a folder as its shortest path."""
    if is_address(place):
        return place
    from pathlib import Path

    return str(Path(place))


def make_absolute(place: str) -> str:
    """Return the absolute form of a location.

    Raises:
        ClusterError: The location is an invalid URL, or contains credentials.
    """
    if is_address(place):
        from indexer.cluster.address import parse_address

        return str(parse_address(place))
    from pathlib import Path

    path = Path(place)
    return str(path.resolve() if ".." in path.parts else path.absolute())


def is_same(place: str, other: str) -> bool:
    """Return whether two locations, perhaps with different links or host names, lead to the same index."""
    if is_address(place) and is_address(other):
        from indexer.cluster.address import parse_address

        one, two = parse_address(place.lower()), parse_address(other.lower())
        return one.name == two.name and not set(one.roots).isdisjoint(two.roots)
    from pathlib import Path

    return is_address(place) == is_address(other) and Path(place).resolve() == Path(other).resolve()


def build(sources: Sequence[str | Path], place: str, **options: Any) -> WriteReport:
    """Build the index at a location; see :func:`indexer.store.indexing.build`."""
    with _start_readers(sources, place, options):
        from indexer.store import indexing

        return indexing.build(sources, _location(place), **options)


def update(sources: Sequence[str | Path] | None, place: str, **options: Any) -> WriteReport:
    """Update the index at a location; see :func:`indexer.store.indexing.update`."""
    with _start_readers(sources or (), place, options):
        from indexer.store import indexing

        return indexing.update(sources, _location(place), **options)


def _start_readers(
    sources: Sequence[str | Path], place: str, options: Mapping[str, Any]
) -> AbstractContextManager[None]:
    """Start the reading processes before this process loads the modules for writing."""
    if is_address(place):
        from contextlib import nullcontext

        return nullcontext()
    from indexer.documents.worker_pool import start_readers

    return start_readers(sources, options.get("jobs"))


def delete(place: str, select: Callable[[], Iterable[str] | None], **settings: Any) -> WriteReport:
    """Delete items of the index at a location; see :func:`indexer.store.deletion.delete`."""
    from indexer.store import deletion

    return deletion.delete(_location(place), select, **settings)


def correct(place: str, options: CorrectionRequest) -> WriteReport:
    """Correct an item of an index; see :func:`indexer.store.corrections.correction.correct`."""
    from indexer.store.corrections import correction

    return correction.correct(_location(place), options)


def annotate(
    place: str,
    select: Callable[[], Iterable[str]],
    request: AnnotationRequest,
    on_change: OnChange | None = None,
) -> WriteReport:
    """Annotate items of an index; see :func:`indexer.store.corrections.correction.annotate`."""
    from indexer.store.corrections import correction

    return correction.annotate(_location(place), select, request, on_change)


def _location(place: str) -> Path | ClusterLocation:
    if is_address(place):
        from indexer.cluster.writer import ClusterLocation

        return ClusterLocation(place)
    from pathlib import Path

    return Path(place)


def corrections_of(place: str) -> str | None:
    """Return the corrections file of an index, or ``None`` if there is no index or it uses no such file.

    Raises:
        ClusterError: The cluster cannot be reached.
    """
    if is_address(place):
        from indexer.cluster.writer import ClusterLocation

        return ClusterLocation(place).find_corrections_file()
    found = manifest_of(place)
    return found.corrections if found else None


def manifest_of(place: str) -> Manifest | ClusterManifest | None:
    """Read the manifest of an index, or return None if it cannot be read."""
    from indexer.errors import ClusterError, IndexFolderError

    try:
        if is_address(place):
            from indexer.cluster.writer import ClusterLocation

            return ClusterLocation(place).base()
        from indexer.store.manifest import Manifest

        return Manifest.read(place)
    except (ClusterError, IndexFolderError):
        return None


def check(place: str, progress: Progress) -> CheckReport:
    """Check the index at a location; see :func:`indexer.store.check.check_index`."""
    if is_address(place):
        from indexer.cluster.check import check_on_cluster

        return check_on_cluster(place, progress)
    from pathlib import Path

    from indexer.store.check import check_index

    return check_index(Path(place), progress)
