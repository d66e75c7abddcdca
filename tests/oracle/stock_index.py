"""The stock index: the same documents through Whoosh's own segment writer and codec, to compare ours with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oracle.document_postings import field_postings
from whoosh import index

from indexer import schema as names
from indexer.codec.whoosh.schema import Posting, whoosh_schema

if TYPE_CHECKING:
    from pathlib import Path

    from oracle.document_postings import LabelledItem


class StockWriter:
    """Writes a Whoosh index of our schema with Whoosh's stock codec."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = index.create_in(str(folder), whoosh_schema()).writer(limitmb=256)

    def add(self, document: LabelledItem) -> None:
        """Analyse one document and add its postings, columns and record."""
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
        """Write the segment."""
        self._writer.commit()
