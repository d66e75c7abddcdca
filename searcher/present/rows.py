"""Write rows for programs as JSON Lines or CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from indexer.checkpoint import add_checkpoints
from searcher.exports.csv_rows import DATE, ITEM_COLUMNS, SOURCE, cell
from searcher.facet_values import flatten
from searcher.present.records import JsonStream, item_record
from searcher.safe_text import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.evaluation import Evaluation
    from searcher.near_duplicates import DuplicateGroup
    from searcher.results import Results

_HIT_COLUMNS = (
    *("rank", "id", "score", *DATE, "language", "countries", "title", "snippet", "url", *SOURCE),
    *("via", "group", "languages"),
)
_DUPLICATE_COLUMNS = ("group", "kind", "id", "title", *DATE, *SOURCE, "changes")
_FACET_COLUMNS = ("facet", "value", "label", "count", "selected")


class _RowWriter:
    """Writes each record as soon as it is read from the index."""

    def write_results(self, results: Results) -> None:
        """Write hits, each followed by its near duplicates."""
        self._write(_HIT_COLUMNS, (row for hit in results.hits for row in hit.to_rows()))

    def write_facets(self, results: Results) -> None:
        """Write the values of all facets."""
        facets = results.facets.items()
        records = ({"facet": name, **value.to_record()} for name, values in facets for value in values)
        self._write(_FACET_COLUMNS, records)

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items."""
        self._write(ITEM_COLUMNS, map(item_record, items))

    def write_rows(
        self,
        head: Mapping[str, Any],  # noqa: ARG002 - used by JSON
        name: str,  # noqa: ARG002
        columns: Sequence[str],
        rows: Iterable[Mapping[str, Any]],
    ) -> None:
        """Write the rows of a reading tool; ``head`` and ``name`` are only part of JSON objects."""
        self._write(columns, rows)

    def write_item(self, *items: NewsItem) -> None:
        """Write items."""
        self.write_items(items)

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of each topic."""
        topics = evaluation.to_record()["topics"].items()
        self._write(("topic", *evaluation.means), ({"topic": topic, **values} for topic, values in topics))

    def _write(self, columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> None:
        raise NotImplementedError


class JsonLinesWriter(_RowWriter):
    """Writes one JSON object per line."""

    def __init__(self, stream: TextIO) -> None:
        self._out = JsonStream(stream, indent=None)

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write a line for each group of near duplicates."""
        self._write((), (group.to_record() for group in groups))

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write facts about an index."""
        self._write((), [info])

    def _write(self, columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> None:  # noqa: ARG002 - used by CSV
        for record in add_checkpoints(records):
            self._out.write(self._out.text(record) + "\n")


class CsvWriter(_RowWriter):
    """Writes a header, and a line for each record."""

    def __init__(self, stream: TextIO) -> None:
        import csv

        self._writer = csv.writer(TolerantStream(stream), lineterminator="\n")

    def write_duplicates(self, groups: Iterable[DuplicateGroup]) -> None:
        """Write a line for each item of a group of near duplicates."""
        rows = (row for number, group in enumerate(groups, start=1) for row in _rows(number, group))
        self._write(_DUPLICATE_COLUMNS, rows)

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write facts about an index as names and values."""
        self._write(("key", "value"), ({"key": key, "value": value} for key, value in _flatten(info)))

    def write_rows(
        self, head: Mapping[str, Any], name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Write the rows of a reading tool as a CSV table.

        A value that is a mapping fills a column per key. The elements of a list are separated by spaces.
        """
        super().write_rows(head, name, columns, map(_flat_row, rows))

    def _write(self, columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> None:
        self._writer.writerow(columns)
        for record in add_checkpoints(records):
            cells = map((flatten(record) if "source" in record else record).get, columns)
            self._writer.writerow(map(cell, cells))


def _flatten(info: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield names and values, with nested names such as ``dates.estimated``."""
    for name, value in info.items():
        key = f"{above}{name}"
        if isinstance(value, (list, tuple)) and any(isinstance(entry, Mapping) for entry in value):
            value = {str(number): entry for number, entry in enumerate(value, 1)}  # noqa: PLW2901 - the same value, by number
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{key}.")
        elif isinstance(value, (list, tuple)):
            yield key, " ".join(map(str, value))
        elif isinstance(value, bool):
            yield key, "yes" if value else "no"
        else:
            yield key, value if value is None or isinstance(value, (int, float)) else str(value)


def _flat_row(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found.update({f"{name}_{part}": one for part, one in value.items()})
        else:
            found[name] = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
    return found


def _rows(number: int, group: DuplicateGroup) -> Iterator[dict[str, Any]]:
    """Yield a row for each item of a group."""
    for item in group.items:
        changes = "; ".join(change.text for change in item.changes)
        yield {**item.to_record(), "group": number, "kind": group.kind, "changes": changes}
