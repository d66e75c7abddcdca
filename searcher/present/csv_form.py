"""CSV for spreadsheets: a header, then a row for each hit, item, count or topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from searcher.present.legible import TolerantStream, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.evaluation.judge import Evaluation
    from searcher.results import Hit, Results

_DATE = ("date_start", "date_end", "date_kind")
_SOURCE = ("file", "first_line", "last_line")
_HIT_COLUMNS = ("rank", "id", "score", *_DATE, "language", "countries", "title", "snippet", "url", *_SOURCE)
_ITEM_COLUMNS = ("id", *_DATE, "language", "languages", "countries", "title", "body", "url", *_SOURCE)
# The columns of hits and items that are no attribute of theirs as it stands.
_CELLS: dict[str, Callable[[Any], object]] = {
    "score": lambda hit: round(hit.score, 4),
    "date_start": lambda item: item.date and item.date.start.isoformat(),
    "date_end": lambda item: item.date and item.date.end.isoformat(),
    "date_kind": lambda item: item.date and item.date.kind,
    "languages": lambda item: " ".join(item.languages),
    "countries": lambda item: " ".join(mention.code for mention in item.countries),
    "file": attrgetter("source.file"),
    "first_line": attrgetter("source.first"),
    "last_line": attrgetter("source.last"),
}


class CsvWriter:
    """Writes a header and a row for each thing, each as it comes."""

    def __init__(self, stream: TextIO) -> None:
        import csv

        self._writer = csv.writer(TolerantStream(stream), lineterminator="\n")

    def write_results(self, results: Results) -> None:
        """Write the hits."""
        self._write_objects(_HIT_COLUMNS, results.hits)

    def write_facets(self, results: Results) -> None:
        """Write the values of every facet."""
        self._write_rows(
            ("facet", "value", "label", "count", "selected"),
            (
                (name, value.value, value.label, value.count, "true" if value.selected else "false")
                for name, values in results.facets.items()
                for value in values
            ),
        )

    def write_items(self, items: Iterable[NewsItem]) -> None:
        """Write items."""
        self._write_objects(_ITEM_COLUMNS, items)

    def write_item(self, item: NewsItem) -> None:
        """Write an item."""
        self.write_items([item])

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Write names and values."""
        self._write_rows(("key", "value"), _flat(info))

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Write the measures of each topic."""
        topics = evaluation.to_record()["topics"].items()
        rows = ((topic, *values.values()) for topic, values in topics)
        self._write_rows(("topic", *evaluation.means), rows)

    def _write_objects(self, columns: Sequence[str], objects: Iterable[Hit | NewsItem]) -> None:
        cells = [_CELLS.get(column) or attrgetter(column) for column in columns]
        self._write_rows(columns, ([cell(each) for cell in cells] for each in objects))

    def _write_rows(self, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
        self._writer.writerow(columns)
        for row in rows:
            self._writer.writerow([spreadsheet_cell(cell) if isinstance(cell, str) else cell for cell in row])


def _flat(info: Mapping[str, object], above: str = "") -> Iterator[tuple[object, ...]]:
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
