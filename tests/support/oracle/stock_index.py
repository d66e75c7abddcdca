"""Write the same documents with Whoosh's own segment writer and codec, for comparisons."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from oracle.document_postings import LabelledItem, field_postings
from whoosh import index
from whoosh.fields import KEYWORD, TEXT, FieldType, Schema
from whoosh.formats import Positions
from whoosh.system import pack_uint

from indexer import schema as names
from indexer.codec.whoosh.codec import whoosh_schema


class Posting(NamedTuple):
    """A posting: a term in one field of a document."""

    term: str
    frequency: int
    positions: list[int]


class WrittenField(FieldType):
    """A field that indexes an iterable of :class:`Posting` without analysis."""

    def __init__(self, field: FieldType) -> None:
        """Create a field with the posting format of another field."""
        super().__init__(field.format, None, scorable=True)
        self.positions = isinstance(field.format, Positions)
        self.spelling = False

    def index(self, value: Iterable[Posting], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield tuples for Whoosh's writer: (term, frequency, weight, encoded posting)."""
        for posting in value:
            if self.positions:
                encoded = self.format.encode(posting.positions)
            else:
                encoded = pack_uint(posting.frequency)
            yield self.to_bytes(posting.term), posting.frequency, float(posting.frequency), encoded


def written_schema() -> Schema:
    """Return Dragoman's schema with fields that Whoosh's own writer can write."""
    fields = {
        name: WrittenField(field) if isinstance(field, TEXT | KEYWORD) else field
        for name, field in whoosh_schema().items()
    }
    return Schema(**fields)


class StockWriter:
    """Writes a Whoosh index of Dragoman's schema with Whoosh's own codec."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = index.create_in(str(folder), written_schema()).writer(limitmb=256)

    def add(self, document: LabelledItem) -> None:
        """Analyze one document and add its postings, columns and record."""
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
            names.OWN: list(document.document.own),
        }
        for name, terms in keywords.items():
            values[name] = [Posting(term, 1, []) for term in terms]
        if item.date:
            estimated = item.date.kind == "estimated"
            values[names.ESTIMATED_START if estimated else names.START_DAY] = item.date.start.toordinal()
            values[names.ESTIMATED_END if estimated else names.END_DAY] = item.date.end.toordinal()
            for name, day in (("date", item.date.start), ("date_end", item.date.end)):
                values[name] = datetime.combine(day, time())
        values[names.ID] = item.id
        record = {"item": item.to_record(), "lengths": lengths}
        values[names.RECORD] = json.dumps(record, ensure_ascii=False)
        self._writer.add_document(**values)

    def commit(self) -> None:
        """Write the segment."""
        self._writer.commit()
