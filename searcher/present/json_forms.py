"""JSON for programs: one object, an array or one object a line, every character as the archive has it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from searcher.present.legible import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.evaluation.judge import Evaluation
    from searcher.results import Results

# What JSON allows raw but a terminal obeys, a line reader splits at or no encoding can write.
_TO_ESCAPE = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


class _RecordStream:
    """Writes records as JSON, with escapes for what the stream cannot hold."""

    def __init__(self, stream: TextIO) -> None:
        self._out = TolerantStream(stream)
        encoding = getattr(stream, "encoding", None) or "utf-8"
        self._ascii = not encoding.lower().startswith("utf")

    def _json(self, record: Mapping[str, Any], indent: int | None) -> str:
        text = json.dumps(record, ensure_ascii=self._ascii, indent=indent, default=str)
        if all(map(str.isprintable, text.split("\n"))):
            return text  # nothing to escape: compiling the pattern takes longer than all the rest here
        return re.sub(_TO_ESCAPE, lambda found: f"\\u{ord(found[0]):04x}", text)


class JsonWriter(_RecordStream):
    """Writes one indented JSON object; of items an array."""

    def write_results(self, results: Results) -> None:
        """Write an answer with its hits and facets."""
        self.write_info(results.to_record())

    def write_facets(self, results: Results) -> None:
        """Write what an answer counted."""
        record = results.to_record()
        self.write_info({key: record[key] for key in ("query", "total", "facets", "undated_left_out")})

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write an array, each item as it comes."""
        opening = "[\n "
        for item in items:
            # Line breaks inside a JSON string are escaped: every newline here is one of the layout.
            self._out.write(opening + self._json(item.to_record(), 1).replace("\n", "\n "))
            opening = ",\n "
        self._out.write("[]\n" if opening.startswith("[") else "\n]\n")

    def write_item(self, item: NewsItem) -> None:
        """Write an item's record."""
        self.write_info(item.to_record())

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write a record."""
        self._out.write(self._json(info, 1) + "\n")

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures by topic, their means and the comparison, if there is one."""
        self.write_info(evaluation.to_record())


class JsonLinesWriter(_RecordStream):
    """Writes one JSON object a line: hits, facet values, items or topics."""

    def write_results(self, results: Results) -> None:
        """Write the hits."""
        self._write_lines(hit.to_record() for hit in results.hits)

    def write_facets(self, results: Results) -> None:
        """Write the values of every facet, each with the facet's name."""
        facets = results.facets.items()
        self._write_lines({"facet": name, **value.to_record()} for name, values in facets for value in values)

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items, each as it comes."""
        self._write_lines(item.to_record() for item in items)

    def write_item(self, item: NewsItem) -> None:
        """Write an item's record."""
        self.write_items([item])

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write a record."""
        self._write_lines([info])

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of each topic."""
        topics = evaluation.to_record()["topics"].items()
        self._write_lines({"topic": topic, **values} for topic, values in topics)

    def _write_lines(self, records: Iterable[Mapping[str, Any]]) -> None:
        for record in records:
            self._out.write(self._json(record, None) + "\n")
