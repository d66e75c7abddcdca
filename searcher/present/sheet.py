"""CSV for spreadsheets: a header, then a row for each hit, item or count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from searcher.present.legible import spreadsheet_cell
from searcher.present.stream import TolerantStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from indexer.item import CountryMention, ItemDate, NewsItem, SourceLines
    from searcher.results import FacetValue, Hit

_DATE = ("date_start", "date_end", "date_kind")
_SOURCE = ("file", "first_line", "last_line")
HIT_COLUMNS = ("rank", "id", "score", *_DATE, "language", "countries", "title", "snippet", "url", *_SOURCE)
ITEM_COLUMNS = ("id", *_DATE, "language", "languages", "countries", "title", "body", "url", *_SOURCE)
FACET_COLUMNS = ("facet", "value", "label", "count", "selected")
FACT_COLUMNS = ("key", "value")


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[object]], stream: TextIO) -> None:
    """Write a header and the rows, each as it comes.

    Args:
        columns: The names in the header.
        rows: Values in the order of the header; None is an empty cell.
        stream: Where to write.
    """
    import csv

    writer = csv.writer(TolerantStream(stream), lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([spreadsheet_cell(value) if isinstance(value, str) else value for value in row])


def hit_row(hit: Hit) -> tuple[object, ...]:
    """Return a hit's values in the order of ``HIT_COLUMNS``."""
    return (
        hit.rank,
        hit.id,
        round(hit.score, 4),
        *_date_cells(hit.date),
        hit.language,
        _codes(hit.countries),
        hit.title,
        hit.snippet,
        hit.url,
        *_source_cells(hit.source),
    )


def item_row(item: NewsItem) -> tuple[object, ...]:
    """Return an item's values in the order of ``ITEM_COLUMNS``."""
    return (
        item.id,
        *_date_cells(item.date),
        item.language,
        " ".join(item.languages),
        _codes(item.countries),
        item.title,
        item.body,
        item.url,
        *_source_cells(item.source),
    )


def facet_rows(facets: Mapping[str, Sequence[FacetValue]]) -> Iterator[tuple[object, ...]]:
    """Yield every value of every facet, in the order of ``FACET_COLUMNS``."""
    for name, values in facets.items():
        for value in values:
            yield name, value.value, value.label, value.count, "true" if value.selected else "false"


def fact_rows(facts: Mapping[str, object], above: str = "") -> Iterator[tuple[object, ...]]:
    """Yield names and values, the name of a nested value after that of its parent and a full stop."""
    for name, value in facts.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from fact_rows(value, f"{key}.")
        elif isinstance(value, (list, tuple)) and any(isinstance(entry, Mapping) for entry in value):
            yield from fact_rows({str(place): entry for place, entry in enumerate(value, 1)}, f"{key}.")
        elif isinstance(value, (list, tuple)):
            yield key, " ".join(map(str, value))
        else:
            yield key, value if value is None or isinstance(value, (int, float)) else str(value)


def _date_cells(when: ItemDate | None) -> tuple[str | None, str | None, str | None]:
    if when is None:
        return None, None, None
    return when.start.isoformat(), when.end.isoformat(), when.kind


def _source_cells(source: SourceLines) -> tuple[str, int, int]:
    return source.file, source.first, source.last


def _codes(mentions: Sequence[CountryMention]) -> str:
    return " ".join(mention.code for mention in mentions)
