"""Run a list of queries, and count the matches of each query."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import DragomanError, QueryError, message, message_of, reason, type_name
from indexer.option_tables import check_flags, check_text
from indexer.runtime import NamedTuple
from indexer.schema import UNKNOWN
from indexer.sources.encoding import decode, is_binary
from searcher.engine import FACET_DEFINITIONS, sort_counts
from searcher.reading.all_matches import check_searcher, request_for_all
from searcher.reading.over_time import days_of
from searcher.search_options import facet_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO, Unpack

    from searcher.opening import BaseSearcher
    from searcher.query.notes import Note
    from searcher.results import Results
    from searcher.search_arguments import QueryArguments

LARGEST: Final = 1 << 24  # maximum bytes of a file of queries
MOST: Final = 100_000  # maximum number of queries
_HEAD: Final = 1 << 16  # bytes that are read to detect a binary file
# Default names of the column of queries.
_NAMES: Final = frozenset(
    "query question name term word keyword q consulta pregunta nombre palabra requête nom terme mot".split()
)
_DELIMITERS: Final = ",;\t|"
_QUOTED: Final = "\ufdd0"  # marks the cells that are in quotation marks


class BatchRow(NamedTuple):
    """The counts of one query in a list.

    Attributes:
        query: The query as given.
        total: The number of matches.
        counts: The number of matches by facet value, with all filters applied, without zeros.
        joined: The labels and spellings that were added to the query.
        unmatched: The words of the query that no item contains.
        suggestion: A corrected query with more matches, or ``None`` if there is none.
        nearest: If nothing matches, the most similar query with matches, and the number of its matches.
            Otherwise ``None``.
        problem: Why the query failed, or ``None`` if it did not. The counts and other results of a failed
            query are empty.
        undated_left_out: The number of matches that are left out because their date is only estimated.
        notes: Notes on parts of the query that were not interpreted exactly as typed.
        total_all_words: The number of matches that contain all words.
    """

    query: str
    total: int
    counts: dict[str, int]
    joined: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    suggestion: str | None = None
    nearest: tuple[str, int] | None = None
    problem: str | None = None
    undated_left_out: int = 0
    notes: tuple[Note, ...] = ()
    total_all_words: int = 0

    def to_record(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        nearest = {"query": self.nearest[0], "total": self.nearest[1]} if self.nearest else None
        return self._asdict() | {
            "joined": list(self.joined),
            "unmatched": list(self.unmatched),
            "nearest": nearest,
            "notes": [note.to_record() for note in self.notes],
        }


_COLUMNS: Final = BatchRow._fields[3:]  # the columns of a row after the counts


class Batch(NamedTuple):
    """The results of a list of queries.

    Attributes:
        rows: A row for each query, in order.
        values: The labels of all facet values in any row: periods in chronological order, the values of all
            other facets by descending count.
        generation: The generation of the index.
        all_words: Whether all words of each query were required.
    """

    rows: tuple[BatchRow, ...]
    values: dict[str, str]
    generation: str
    all_words: bool = True

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns of :meth:`matrix`."""
        return "query", "total", *self._names().values(), *_COLUMNS

    def matrix(self) -> list[dict[str, Any]]:
        """Return a flat record for each query, with a column for each facet value."""
        names = self._names()
        return [
            {
                "query": row.query,
                "total": row.total,
                **{name: row.counts.get(value, 0) for value, name in names.items()},
                "joined": "; ".join(row.joined),
                "unmatched": " ".join(row.unmatched),
                "suggestion": row.suggestion or "",
                "nearest": f"{row.nearest[0]} ({row.nearest[1]})" if row.nearest else "",
                "problem": row.problem or "",
                "undated_left_out": row.undated_left_out,
                "notes": "; ".join(note.text for note in row.notes),
                "total_all_words": row.total_all_words,
            }
            for row in self.rows
        ]

    def _names(self) -> dict[str, str]:
        """Return the column name of each facet value.

        It is the label, with the code if two values have the same label.
        """
        times = Counter(("query", "total", *_COLUMNS, *self.values.values()))
        return {
            value: label if times[label] == 1 else f"{label} ({value})"
            for value, label in self.values.items()
        }


def batch(  # noqa: PLR0913 - one argument per option
    searcher: BaseSearcher,
    queries: Iterable[str],
    *,
    by: str | None = None,
    phrases: bool = False,
    found: Callable[[str, Results], None] | None = None,
    progress: Callable[[int, int], None] = lambda _asked, _of: None,
    **options: Unpack[QueryArguments],
) -> Batch:
    """Run a list of queries.

    Args:
        searcher: The open searcher.
        queries: The queries.
        by: A facet to count by (``year``, ``month``, ``country``, ``language``, a field), or ``None``.
        phrases: Whether to search each query as a phrase, as for names.
        found: If given, called with each query and all its hits.
        progress: Called with the number of completed queries, and the total.
        options: The options of :meth:`searcher.Searcher.search`, with ``all_words=True`` by default.

    Raises:
        QueryError, TypeError: A filter is invalid, or there are too many queries. Rows report other errors.
    """
    if isinstance(queries, str) or not isinstance(queries, Iterable):
        raise TypeError(f"queries must be a list of strings, not {type_name(queries)}")
    check_searcher(searcher)
    check_flags(phrases=phrases)
    if by is not None:
        check_text("by", by)
        by = facet_name(by)
    requested: list[Any] = list(queries)
    if others := [query for query in requested if not isinstance(query, str)]:
        raise TypeError(f"queries must be a list of strings, not a list with {type_name(others[0])}")
    if len(requested) > MOST:
        raise QueryError(message("batch.too_many_questions", most=MOST, count=len(requested)))
    facets = (by,) if by else ()
    options.setdefault("all_words", True)
    # Validates the arguments shared by all queries.
    whole = searcher.search(None, limit=0, facets=facets, **options)
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    rows = []
    for number, query in enumerate(requested, start=1):
        typed = '"{}"'.format(query.replace('"', " ")) if phrases else query
        try:
            limit = None if found else 0
            results = searcher.search(typed, limit=limit, facets=facets, group=False, **options)
        except QueryError as error:
            rows.append(BatchRow(query, 0, {}, problem=message_of(error)))
        else:
            if found and results.relaxed is None:
                found(query, results)
            row = _row(query, results, _counts(searcher, typed, results, by, options) if by else {})
            rows.append(row)
            counts.update(row.counts)
            values = results.facets[by] if by else []
            labels |= {value.value: value.label for value in values if value.value in row.counts}
        progress(number, len(requested))
    return Batch(tuple(rows), _order_labels(labels, counts, by), whole.generation, whole.all_words)


def _counts(
    searcher: BaseSearcher, query: str, results: Results, facet: str, options: QueryArguments
) -> dict[str, int]:
    """Return the number of matches by facet value, with all filters applied.

    The facet counts of ``results`` ignore the filter by the same facet. So only the selected values are
    returned, and periods that are only partly within a date filter are counted again.
    """
    values = results.facets[facet]
    filters = request_for_all(None, "newest", options).filters
    dated = bool(FACET_DEFINITIONS[facet].digits and (filters.first_day or filters.last_day))
    selected = [value for value in values if value.selected]
    counts = {value.value: value.count for value in (selected if selected or dated else values)}
    for period in [period for period in counts if dated and counts[period]]:
        days = days_of(period, facet)
        first = max(days[0], date.fromordinal(filters.first_day or 1))
        last = min(days[1], date.fromordinal(filters.last_day or date.max.toordinal()))
        if (first, last) != days:
            within: QueryArguments = {**options, "date_from": first, "date_to": last}
            part = searcher.search(query, limit=0, facets=(), group=False, **within)
            counts[period] = part.total if part.relaxed is None else 0
    return +Counter(counts)


def _order_labels(labels: dict[str, str], counts: Counter[str], by: str | None) -> dict[str, str]:
    """Sort the labels of the columns: periods by time, other values by count."""
    name = by or ""
    if UNKNOWN in labels and (definition := FACET_DEFINITIONS[name]).digits:
        labels[UNKNOWN] = definition.unknown_label  # not the label of one query
    return {value: labels[value] for value in sort_counts(name, counts)}


def _row(query: str, results: Results, counts: dict[str, int]) -> BatchRow:
    joined = dict.fromkeys(label for one in results.expansions for label in one["to"])
    nearest = None if results.relaxed is None else (results.relaxed, results.total)
    total, counted = (results.total, counts) if nearest is None else (0, {})
    return BatchRow(
        query,
        total,
        counted,
        tuple(joined),
        results.unmatched,
        results.suggestion,
        nearest,
        undated_left_out=results.undated_left_out,
        notes=results.notes,
        total_all_words=results.total_all_words if nearest is None else 0,
    )


def read_queries(file: str | PathLike[str] | BinaryIO, column: str | None = None) -> list[str]:
    """Read queries from the lines of a text file, or from a column of a table.

    Args:
        file: A text file, or a table with cells separated by commas, semicolons, tabs or bars; or an open
            stream. The lines of a stream are queries, unless its first line is the header of a table.
        column: The name of the column. ``None`` for the column with a name such as ``query`` or ``name``, or
            for the first column if there is no such column.

    Raises:
        DragomanError: The file cannot be read, is too large, is not text, lacks the column, or has no query.
    """
    if not isinstance(file, (str, PathLike)) and not hasattr(file, "read"):
        raise TypeError(f"file must be a path or a binary stream, not {type_name(file)}")
    if column is not None:
        check_text("column", column)
    path = Path(file) if isinstance(file, (str, PathLike)) else None
    name = message("text.quoted", text=path) if path else message("sources.standard_input")
    try:
        with Path(file).open("rb") if isinstance(file, (str, PathLike)) else nullcontext(file) as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise DragomanError(message("batch.cannot_read", name=name, reason=reason(error))) from None
    if len(data) > LARGEST:
        raise DragomanError(message("batch.too_large", name=name, largest=LARGEST >> 20))
    if is_binary(data[:_HEAD]):
        raise DragomanError(message("batch.not_text", name=name))
    text = decode(data)
    lines = path.suffix.lower() == ".txt" if path else not _names_a_column(text)
    queries = text.splitlines() if lines and column is None else _column(_rows(text), column, name)
    found = [query.strip() for query in queries if query.strip()]
    if not found:
        raise DragomanError(message("batch.no_questions", name=name))
    return found


def _names_a_column(text: str) -> bool:
    cells = [cell.removeprefix(_QUOTED) for row in _rows(text[:_HEAD])[:1] for cell in row]
    return any(cell.strip().casefold() in _NAMES for cell in cells)


def _rows(text: str) -> list[list[str]]:
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    quoted = re.compile(
        rf'(?m)(?:^|(?<={re.escape(delimiter)}))"((?:[^"]|"")*"(?={re.escape(delimiter)}|\r?$))'
    )
    marked = quoted.sub(rf'"{_QUOTED}\1', text.lstrip("\ufeff"))
    try:
        return [row for row in csv.reader(marked.splitlines(keepends=True), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise DragomanError(message("batch.unreadable_table", error=error)) from None


def _column(rows: Sequence[Sequence[str]], column: str | None, file: str) -> list[str]:
    named = [name.removeprefix(_QUOTED) for name in rows[0]] if rows else []
    names = [name.strip().casefold() for name in named]
    if column is not None:
        if column.strip().casefold() not in names:
            raise DragomanError(
                message("batch.no_column", file=file, column=column, columns=named or message("fact.nothing"))
            )
        at, rows = names.index(column.strip().casefold()), rows[1:]
    else:
        known = [at for at, name in enumerate(names) if name in _NAMES]
        at, rows = (known[0], rows[1:]) if known else (0, rows)
    return [_question(row[at]) for row in rows if len(row) > at]


def _question(cell: str) -> str:
    """Return the query in a cell, which is a phrase if it is in quotation marks."""
    text = " ".join(cell.removeprefix(_QUOTED).split())
    is_phrase = cell.startswith(_QUOTED) and text and '"' not in text
    return f'"{text}"' if is_phrase else cell.removeprefix(_QUOTED)
