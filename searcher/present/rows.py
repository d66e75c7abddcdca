"""Rows for programs: JSON lines, and CSV for spreadsheets; one for each hit, facet value, item or topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from searcher.present.json_form import JsonStream
from searcher.present.legible import TolerantStream, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.evaluation.judge import Evaluation
    from searcher.results import Results

_DATE = ("date_start", "date_end", "date_kind")
_SOURCE = ("file", "first_line", "last_line")
_HIT_COLUMNS = ("rank", "id", "score", *_DATE, "language", "countries", "title", "snippet", "url", *_SOURCE)
_ITEM_COLUMNS = ("id", *_DATE, "language", "languages", "countries", "title", "body", "url", *_SOURCE)
_FACET_COLUMNS = ("facet", "value", "label", "count", "selected")


class _RowWriter:
    """Writes the records that an answer or a command is made of, each as it comes."""

    def write_results(self, results: Results) -> None:
        """Write the hits."""
        self._write(_HIT_COLUMNS, (hit.to_record() for hit in results.hits))

    def write_facets(self, results: Results) -> None:
        """Write the values of every facet, each with the facet's name."""
        facets = results.facets.items()
        records = ({"facet": name, **value.to_record()} for name, values in facets for value in values)
        self._write(_FACET_COLUMNS, records)

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items."""
        self._write(_ITEM_COLUMNS, (item.to_record() for item in items))

    def write_item(self, item: NewsItem) -> None:
        """Write an item."""
        self.write_items([item])

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of each topic."""
        topics = evaluation.to_record()["topics"].items()
        self._write(("topic", *evaluation.means), ({"topic": topic, **values} for topic, values in topics))

    def _write(self, columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> None:
        raise NotImplementedError


class JsonLinesWriter(_RowWriter):
    """Writes one JSON object a line."""

    def __init__(self, stream: TextIO) -> None:
        self._out = JsonStream(stream, indent=None)

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write a record."""
        self._write((), [info])

    def _write(self, columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> None:  # noqa: ARG002 - of CSV
        for record in records:
            self._out.write(self._out.text(record) + "\n")


class CsvWriter(_RowWriter):
    """Writes a header and a line for each record."""

    def __init__(self, stream: TextIO) -> None:
        import csv

        self._writer = csv.writer(TolerantStream(stream), lineterminator="\n")

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write names and values."""
        self._write(("key", "value"), ({"key": key, "value": value} for key, value in _flat(info)))

    def _write(self, columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> None:
        self._writer.writerow(columns)
        for record in records:
            cells = map((_item_cells(record) if "source" in record else record).get, columns)
            self._writer.writerow(map(_cell, cells))


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheet_cell(value) if isinstance(value, str) else value


def _item_cells(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a record of a hit or an item nests a column each."""
    first, last = record["source"]["lines"]
    return {
        **record,
        **{f"date_{key}": value for key, value in (record["date"] or {}).items()},
        "languages": " ".join(record["languages"]),
        "countries": " ".join(country["code"] for country in record["countries"]),
        "file": record["source"]["file"],
        "first_line": first,
        "last_line": last,
    }


def _flat(info: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield names and values, the name of a nested value after that of its parent and a full stop."""
    for name, value in info.items():
        key = f"{above}{name}"
        if isinstance(value, (list, tuple)) and any(isinstance(entry, Mapping) for entry in value):
            value = {str(number): entry for number, entry in enumerate(value, 1)}  # noqa: PLW2901 - the same value, by number
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, (list, tuple)):
            yield key, " ".join(map(str, value))
        elif isinstance(value, bool):
            yield key, "yes" if value else "no"
        else:
            yield key, value if value is None or isinstance(value, (int, float)) else str(value)
