"""The matrix of a batch for people: as many columns of counts as fit, and what to know beneath each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.legible import legible
from searcher.present.layout import bold, cells, clip, dim, pad
from searcher.present.wording import number
from searcher.results import RELAXED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searcher.present.layout import Page
    from searcher.reading.batch import Batch, BatchRow

_QUERY, _TOTAL, _LEAST, _MOST = 32, 9, 6, 12  # cells of columns
_JOINED = 6  # labels that are named


def write_batch(page: Page, found: Batch) -> None:
    """Write a row for each question; values that do not fit are counted, and CSV has them all."""
    query = min(_QUERY, max([8, *(cells(legible(row.query)) for row in found.rows)]))
    columns = [(value, legible(label)) for value, label in found.values.items()]
    widths = [min(max(cells(label), _LEAST), _MOST) for _, label in columns]
    room, fitting = page.width - query - _TOTAL - 1, 0
    while fitting < len(columns) and room > widths[fitting]:
        room -= widths[fitting] + 1
        fitting += 1
    shown = list(zip(columns, widths, strict=True))[:fitting]
    labels = "".join(
        f" {' ' * (width - cells(clip(label, width)))}{clip(label, width)}" for (_, label), width in shown
    )
    page.line(dim(f"{'':{query}} {'items':>{_TOTAL}}{labels}"))
    for row in found.rows:
        counts = "".join(f" {number(row.counts.get(value, 0)):>{width}}" for (value, _), width in shown)
        name = pad(clip(legible(row.query), query), query)
        page.line(f"{bold(name) if row.total else name} {number(row.total):>{_TOTAL}}{counts}")
        for note in _notes(row):
            page.paragraph(dim(legible(note)), indent=2)
    if fitting < len(columns):
        page.line(dim(f"{number(len(columns) - fitting)} more columns in --format csv"))


def _notes(row: BatchRow) -> Iterator[str]:
    if row.problem:
        yield row.problem
    if row.undated_left_out:
        yield f"left out by the dates, found with --estimated: {number(row.undated_left_out)}"
    yield from (note.text for note in row.notes if note.kind != RELAXED)  # the line with “near” says it
    if row.nearest:
        yield f"near: {row.nearest[0]} ({number(row.nearest[1])})"
    elif row.suggestion:
        yield f"did you mean: {row.suggestion}"
    if row.unmatched:
        yield f"no item has: {', '.join(row.unmatched)}"
    if row.joined:
        more = len(row.joined) - _JOINED
        yield f"with: {', '.join(row.joined[:_JOINED])}{f' and {more} more' if more > 0 else ''}"
