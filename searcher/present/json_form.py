"""JSON for programs: one object or an array, every character as the archive has it."""

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


class JsonStream:
    """Writes records as JSON, with escapes for what a stream cannot hold."""

    def __init__(self, stream: TextIO, indent: int | None) -> None:
        """Write to a stream.

        Args:
            stream: Where to write.
            indent: Spaces for each level of a layout of many lines; None for one line.
        """
        self.write = TolerantStream(stream).write
        self._indent = indent
        encoding = getattr(stream, "encoding", None) or "utf-8"
        self._ascii = not encoding.lower().startswith("utf")

    def text(self, record: Mapping[str, Any]) -> str:
        """Write a record as JSON text."""
        text = json.dumps(record, ensure_ascii=self._ascii, indent=self._indent, default=str)
        if all(map(str.isprintable, text.split("\n"))):
            return text  # nothing to escape: compiling the pattern takes longer than all the rest here
        return re.sub(_TO_ESCAPE, lambda found: f"\\u{ord(found[0]):04x}", text)


class JsonWriter:
    """Writes one indented JSON object; of items an array."""

    def __init__(self, stream: TextIO) -> None:
        self._out = JsonStream(stream, indent=1)

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
            self._out.write(opening + self._out.text(item.to_record()).replace("\n", "\n "))
            opening = ",\n "
        self._out.write("[]\n" if opening.startswith("[") else "\n]\n")

    def write_item(self, item: NewsItem) -> None:
        """Write an item's record."""
        self.write_info(item.to_record())

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write a record."""
        self._out.write(self._out.text(info) + "\n")

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures by topic, their means and the comparison, if there is one."""
        self.write_info(evaluation.to_record())
