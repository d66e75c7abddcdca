"""Write records as JSON: an object, or an array.

Characters are not escaped, except terminal control characters.
"""

from __future__ import annotations

import json
import sys
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from indexer.checkpoint import add_checkpoints
from indexer.countries.country_names import country_name
from indexer.schema import UNKNOWN
from searcher.facet_values import FacetValue
from searcher.results import RECORD_FORMAT
from searcher.safe_text import TolerantStream, escape_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.evaluation import Evaluation
    from searcher.near_duplicates import DuplicateGroup
    from searcher.results import Results

_COUNTED: Final = (
    *("format", "query", "filters", "total", "facets", "undated_left_out", "total_all_words", "relaxed"),
    *("notes", "generation", "query_language", "suggestion", "expansions", "unmatched"),
)
# Floats below 0.0001, which msgspec writes without an exponent; a match in a string does no harm.
_SMALL_FLOATS: Final = (b" 0.0000", b" -0.0000")


def json_text(value: Any, *, indent: int | None = 1, ascii_only: bool = False) -> str:
    """Return a value as JSON text.

    The standard library and msgspec produce the same text. msgspec is four times as fast but takes 40 ms to
    import, so it is only used if already imported, as in a server.

    Args:
        value: A value of dictionaries with string keys, sequences, strings, integers, and floats that are 0
            or between 1e-6 and 1e16. Values of other types are written as their ``str``.
        indent: The number of spaces per level in a text of several lines, or ``None`` for one line.
        ascii_only: Whether to escape all characters beyond ASCII.
    """
    text = None if indent is None or ascii_only else _fast_text(value, indent)
    if text is None:
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=str)
    return escape_json(text)


def _fast_text(value: Any, indent: int) -> str | None:
    """Return a value as JSON, encoded by msgspec.

    Return ``None`` if msgspec is not imported, or if the standard library would write different text.
    """
    msgspec = sys.modules.get("msgspec")
    if msgspec is None:
        return None
    try:
        encoded = msgspec.json.encode(value, enc_hook=_json_value)
    except UnicodeEncodeError:  # a lone surrogate
        return None
    written: bytes = msgspec.json.format(encoded, indent=indent)
    return None if any(one in written for one in _SMALL_FLOATS) else written.decode()


def _json_value(value: object) -> object:
    return float(value) if isinstance(value, float) else str(value)


class JsonStream:
    """Writes records as JSON, and escapes characters that the stream cannot encode."""

    def __init__(self, stream: TextIO, indent: int | None) -> None:
        """Create a writer for a stream."""
        self.write = TolerantStream(stream).write
        self._indent = indent
        encoding = getattr(stream, "encoding", None) or "utf-8"
        self.ascii_only = not encoding.lower().startswith("utf")

    def text(self, record: Mapping[str, Any]) -> str:
        """Return a record as JSON text."""
        return json_text(record, indent=self._indent, ascii_only=self.ascii_only)


class JsonWriter:
    """Writes a JSON object that begins with its format version, or an array of items."""

    def __init__(self, stream: TextIO) -> None:
        self._out = JsonStream(stream, indent=1)

    def write_results(self, results: Results) -> None:
        """Write results with their hits and facets."""
        without = copy(results)
        without.facets = {}
        if isinstance(results.hits, list) or results.explanations or not results.hits:
            self._out.write(self._insert_facets(without.to_record(), results) + "\n")
            return
        without.hits = []
        text = self._insert_facets(without.to_record(), results)
        self._write_streamed(text, "hits", (hit.to_record() for hit in results.hits))

    def _insert_facets(self, record: Mapping[str, Any], results: Results) -> str:
        """Return results as JSON text, with the facets inserted into their record.

        The text before the count of each facet value is cached, because most requests count the same values.
        """
        names = [json_text(name, indent=None, ascii_only=self._out.ascii_only) for name in results.facets]
        values = [self._values_text(name, values, results) for name, values in results.facets.items()]
        facets = [f"\n  {name}: {text}" for name, text in zip(names, values, strict=True)]
        text = self._out.text(record)
        if not facets:
            return text
        # Line breaks in strings are escaped, so this one is layout.
        before, _, after = text.partition('\n "facets": {}')
        return f'{before}\n "facets": {{{",".join(facets)}\n }}{after}'

    def _values_text(self, name: str, values: Sequence[Any], results: Results) -> str:
        """Return the values of a facet as JSON text."""
        ascii_only = self._out.ascii_only
        if values and type(values[0]) is FacetValue:
            usual, ends = _END, {UNKNOWN: _END}
            if name == "country":
                known = results.by_place_only
                usual = f"{_BY_PLACE}{'null' if known is None else 0}{_END}"
                ends = {code: f"{_BY_PLACE}{count}{_END}" for code, count in (known or {}).items()} | ends
            texts = [
                f"{_value_text(value, label, ascii_only)}{count}{_SELECTED[selected]}{ends.get(value, usual)}"
                for value, label, count, selected in values
            ]
        else:
            texts = [self._out.text(value.to_record()).replace("\n", "\n   ") for value in values]
        return f"[\n   {joined}\n  ]" if (joined := ",\n   ".join(texts)) else "[]"

    def write_rows(
        self,
        head: Mapping[str, Any],
        name: str,
        columns: Sequence[str],  # noqa: ARG002 - used by CSV
        rows: Iterable[Mapping[str, Any]],
    ) -> None:
        """Write the results of a reading tool as an object that ends with an array of rows.

        Args:
            head: The fields of the object before the array.
            name: The name of the array.
            columns: The names of the columns, which only formats with columns use.
            rows: The rows.
        """
        self._write_streamed(self._out.text({"format": RECORD_FORMAT, **head, name: []}), name, rows)

    def _write_streamed(self, written: str, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a record, and stream rows into its array ``name``.

        ``written`` is the JSON text of the record, in which the array is empty.
        """
        # Line breaks in strings are escaped, so this one is layout.
        before, _, after = written.partition(f'\n "{name}": []')
        self._out.write(f'{before}\n "{name}": [')
        opening, closing = "", "]"
        for row in add_checkpoints(rows):
            text = self._out.text(row).replace("\n", "\n  ")
            self._out.write(f"{opening}\n  {text}")
            opening, closing = ",", "\n ]"
        self._out.write(f"{closing}{after}\n")

    def write_facets(self, results: Results) -> None:
        """Write the facet counts of results."""
        without = copy(results)
        without.facets = {}
        record = without.to_record()
        self._out.write(self._insert_facets({key: record[key] for key in _COUNTED}, results) + "\n")

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items as an array, each as soon as it is read."""
        self._write_array(map(item_record, items))

    def _write_array(self, records: Iterable[Mapping[str, Any]]) -> None:
        opening = "[\n "
        for record in records:
            # Line breaks in strings are escaped, so every newline is layout.
            self._out.write(opening + self._out.text(record).replace("\n", "\n "))
            opening = ",\n "
        self._out.write("[]\n" if opening.startswith("[") else "\n]\n")

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write groups of near duplicates as an array."""
        self._write_array(group.to_record() for group in groups)

    def write_item(self, *items: NewsItem) -> None:
        """Write an item as an object, or several items as an array."""
        if len(items) == 1:
            self.write_info(item_record(items[0]))
        else:
            self.write_items(items)

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write a mapping as an object."""
        self._out.write(self._out.text({"format": RECORD_FORMAT, **info}) + "\n")

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of topics, and the comparison of two configurations, if any."""
        self.write_info(evaluation.to_record())


VALUES_CACHED: Final = 1 << 11
_END: Final = "\n   }"
_SELECTED: Final = {chosen: f',\n    "selected": {str(chosen).lower()}' for chosen in (True, False)}
_BY_PLACE: Final = ',\n    "by_place_only": '


@lru_cache(VALUES_CACHED)
def _value_text(value: str, label: str, ascii_only: bool) -> str:  # noqa: FBT001 - a key
    """Return the beginning of a facet value's JSON text, before its count."""
    texts = [json_text(one, indent=None, ascii_only=ascii_only) for one in (value, label)]
    return '{{\n    "value": {},\n    "label": {},\n    "count": '.format(*texts)


def item_record(item: NewsItem) -> dict[str, Any]:
    """Return an item as a JSON object, with the names of its countries."""
    record = item.to_record()
    for country in record["countries"]:
        about = {key: country.pop(key) for key in ("via", "evidence")}
        country.update(name=country_name(country["code"]), **about)
    return record
