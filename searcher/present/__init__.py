"""What the commands print: tables for people; JSON, JSON lines and CSV for programs.

Every function takes plain data and a text stream, and computes nothing. Tables are laid out here rather than
by a library of tables: a question from the command line is a new process, and loading one costs 30 ms. So
each form, too, is loaded when it is first written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searcher.present.notices import notices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from indexer.item import NewsItem
    from searcher.results import Results

__all__ = ["FORMATS", "notices", "write_facets", "write_info", "write_item", "write_items", "write_results"]

FORMATS = ("table", "json", "jsonl", "csv")


def write_results(results: Results, form: str, stream: TextIO, /, *, color: bool, width: int) -> None:
    """Write an answer: hits and, but for ``jsonl`` and ``csv``, facets.

    Args:
        results: The answer.
        form: One of ``FORMATS``.
        stream: Where to write.
        color: Whether a table may hold terminal codes.
        width: The cells of a line of a table.

    Raises:
        ValueError: The format is unknown.
    """
    match form:
        case "table":
            from searcher.present import table
            from searcher.present.page import Page

            table.write_hits(results, Page(stream, color=color, width=width))
        case "json":
            from searcher.present import records

            records.write_object(results.to_record(), stream)
        case "jsonl":
            from searcher.present import records

            records.write_lines((hit.to_record() for hit in results.hits), stream)
        case "csv":
            from searcher.present import sheet

            sheet.write_sheet(sheet.HIT_COLUMNS, map(sheet.hit_row, results.hits), stream)
        case _:
            raise _unknown(form)


def write_facets(results: Results, form: str, stream: TextIO, /, *, color: bool, width: int) -> None:
    """Write the counts of an answer, without its hits.

    Args:
        results: The answer.
        form: One of ``FORMATS``.
        stream: Where to write.
        color: Whether a table may hold terminal codes.
        width: The cells of a line of a table.

    Raises:
        ValueError: The format is unknown.
    """
    match form:
        case "table":
            from searcher.present import table
            from searcher.present.page import Page

            table.write_counts(results, Page(stream, color=color, width=width))
        case "json":
            from searcher.present import records

            record = results.to_record()
            shown = ("query", "total", "facets", "undated_left_out")
            records.write_object({key: record[key] for key in shown}, stream)
        case "jsonl":
            from searcher.present import records

            records.write_lines(
                (
                    {"facet": name, **value.to_record()}
                    for name, values in results.facets.items()
                    for value in values
                ),
                stream,
            )
        case "csv":
            from searcher.present import sheet

            sheet.write_sheet(sheet.FACET_COLUMNS, sheet.facet_rows(results.facets), stream)
        case _:
            raise _unknown(form)


def write_items(  # noqa: PLR0913 - three of them keyword-only, alike in every function here
    items: Iterable[NewsItem],
    form: str,
    stream: TextIO,
    /,
    *,
    color: bool,
    width: int,
    country_names: Mapping[str, str] | None = None,
) -> None:
    """Write items one after the other, each as soon as it comes.

    Args:
        items: The items, perhaps still being read.
        form: One of ``FORMATS``; ``json`` is an array.
        stream: Where to write.
        color: Whether a table may hold terminal codes.
        width: The cells of a line of a table.
        country_names: Country code to name, for a table; a code without one is shown itself.

    Raises:
        ValueError: The format is unknown.
    """
    match form:
        case "table":
            from searcher.present import table
            from searcher.present.page import Page

            table.write_item_list(items, Page(stream, color=color, width=width), country_names or {})
        case "json":
            from searcher.present import records

            records.write_array((item.to_record() for item in items), stream)
        case "jsonl":
            from searcher.present import records

            records.write_lines((item.to_record() for item in items), stream)
        case "csv":
            from searcher.present import sheet

            sheet.write_sheet(sheet.ITEM_COLUMNS, map(sheet.item_row, items), stream)
        case _:
            raise _unknown(form)


def write_item(  # noqa: PLR0913 - as in write_items
    item: NewsItem,
    form: str,
    stream: TextIO,
    /,
    *,
    color: bool,
    width: int,
    country_names: Mapping[str, str] | None = None,
) -> None:
    """Write one item whole, with how each thing about it is known.

    Args:
        item: The item.
        form: One of ``FORMATS``; ``json`` is one object.
        stream: Where to write.
        color: Whether a table may hold terminal codes.
        width: The cells of a line of a table.
        country_names: Country code to name, for a table; a code without one is shown itself.

    Raises:
        ValueError: The format is unknown.
    """
    match form:
        case "table":
            from searcher.present import card
            from searcher.present.page import Page

            card.write_card(item, Page(stream, color=color, width=width), country_names or {})
        case "json":
            from searcher.present import records

            records.write_object(item.to_record(), stream)
        case "jsonl":
            from searcher.present import records

            records.write_lines([item.to_record()], stream)
        case "csv":
            from searcher.present import sheet

            sheet.write_sheet(sheet.ITEM_COLUMNS, [sheet.item_row(item)], stream)
        case _:
            raise _unknown(form)


def write_info(info: Mapping[str, Any], form: str, stream: TextIO, /, *, color: bool, width: int) -> None:
    """Write what an index holds: names and values, counts nested under a name.

    Args:
        info: Name to value; a value may be a mapping of counts.
        form: One of ``FORMATS``.
        stream: Where to write.
        color: Whether a table may hold terminal codes.
        width: The cells of a line of a table.

    Raises:
        ValueError: The format is unknown.
    """
    match form:
        case "table":
            from searcher.present import card
            from searcher.present.page import Page

            card.write_facts(info, Page(stream, color=color, width=width))
        case "json":
            from searcher.present import records

            records.write_object(info, stream)
        case "jsonl":
            from searcher.present import records

            records.write_lines([info], stream)
        case "csv":
            from searcher.present import sheet

            sheet.write_sheet(sheet.FACT_COLUMNS, sheet.fact_rows(info), stream)
        case _:
            raise _unknown(form)


def _unknown(form: str) -> ValueError:
    return ValueError(f"unknown output format {form!r}; choose one of {', '.join(FORMATS)}")
