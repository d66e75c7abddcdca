"""The narrow seam through which documents enter the index; behind it stands a codec that can be replaced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from indexer.errors import IndexFolderError
from indexer.index import schema as names
from indexer.index.document import field_postings

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.index.document import Document


class IndexWriter(Protocol):
    """Writes a new index beside the old one, and puts it in the old one's place only when it is complete."""

    codec: str

    def add(self, document: Document) -> None:
        """Add one document."""

    def commit(self) -> None:
        """Replace the index that was there by what was added."""

    def cancel(self) -> None:
        """Drop what was added; the index that was there stays."""


class StockWriter:
    """Writes through Whoosh's own segment writer and its stock codec."""

    codec = "whoosh3"

    def __init__(self, folder: Path) -> None:
        """Prepare to write; nothing is written before the first document.

        Args:
            folder: A folder that is ours (see :func:`indexer.index.folder.claim_folder`).
        """
        self._folder = folder
        self._opened: Any = None

    @property
    def _writer(self) -> Any:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> Any:
        from whoosh.index import LockError

        try:
            writer = self._index().writer(limitmb=256)
        except LockError:
            raise IndexFolderError(
                f"another build is writing to “{self._folder}”; wait until it ends, "
                "or name another folder with --index"
            ) from None
        writer.schema = names.schema()
        return writer

    def _index(self) -> Any:
        from whoosh import index

        path = str(self._folder)
        try:
            found = index.open_dir(path)
            found._read_toc()  # noqa: SLF001 - the writer reads it again, and a damaged one must show here
        except Exception:  # noqa: BLE001 - none there yet, or one that Whoosh cannot read: either is replaced
            return index.create_in(path, names.schema())
        return found

    def add(self, document: Document) -> None:
        """Analyse one document and add its postings, columns and record."""
        from indexer.index.postings import Posting

        values: dict[str, Any] = {
            name: [
                Posting(term, frequency, postings.positions[term])
                for term, frequency in postings.frequencies.items()
            ]
            for name, postings in field_postings(document).items()
        }
        item = document.item
        lengths = {name: sum(posting.frequency for posting in postings) for name, postings in values.items()}
        codes = [mention.code for mention in item.countries] or [names.UNKNOWN]
        keywords = {
            names.COUNTRY: codes,
            names.LANGUAGE: item.languages,
            names.DATING: [item.date.kind if item.date else "none"],
        }
        for name, terms in keywords.items():
            values[name] = [Posting(term, 1, []) for term in terms]
        if item.date:
            estimated = item.date.kind == "estimated"
            values[names.ESTIMATED_START if estimated else names.START_DAY] = item.date.start.toordinal()
            values[names.ESTIMATED_END if estimated else names.END_DAY] = item.date.end.toordinal()
        values[names.ID] = item.id
        record = {"item": item.to_record(), "lengths": lengths}
        values[names.RECORD] = json.dumps(record, ensure_ascii=False)
        self._writer.add_document(**values)

    def commit(self) -> None:
        """Write the segment and switch to it."""
        from whoosh.writing import CLEAR

        self._writer.commit(mergetype=CLEAR)

    def cancel(self) -> None:
        """Close without a trace."""
        if self._opened is None or self._opened.is_closed:
            return
        segment = f"{self._opened.indexname}_{self._opened.newsegment.segment_id()}"
        self._opened.cancel()
        for path in self._folder.glob(f"{segment}*"):
            path.unlink()


def open_writer(folder: Path) -> IndexWriter:
    """Return the writer that new indexes are built with."""
    return StockWriter(folder)
