"""The narrow seam through which documents enter the index; behind it stands a codec that can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.bulk.prepared import Prepared
    from indexer.store.contents import SourceSummary, ThesaurusEntry
    from indexer.thesaurus.concept import Concept


class IndexWriter(Protocol):
    """Writes a new index beside the old one, and puts it in the old one's place only when it is complete."""

    codec: str

    def add(self, document: Prepared) -> None:
        """Add one document."""

    def write_thesaurus(self, concepts: Iterable[Concept]) -> ThesaurusEntry:
        """Compile the thesaurus that questions will be expanded by; return what to give to ``commit``."""

    def commit(
        self,
        sources: Sequence[SourceSummary] = (),
        built: str | None = None,
        *,
        thesaurus: ThesaurusEntry | None = None,
    ) -> None:
        """Replace the index that was there by what was added, in one step.

        Args:
            sources: What each source gave.
            built: The time to write down, ISO 8601; now where it is not given.
            thesaurus: What ``write_thesaurus`` returned.
        """

    def cancel(self) -> None:
        """Drop what was added; the index that was there stays."""


def open_writer(folder: Path, *, memory_mb: int) -> IndexWriter:
    """Return the writer that new indexes are built with.

    Args:
        folder: A folder that is ours and locked.
        memory_mb: Memory to stay within, in MiB, Python and its libraries apart.
    """
    from indexer.store.writer import BulkWriter

    return BulkWriter(folder, memory_limit_mb=memory_mb)
