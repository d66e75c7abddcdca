"""Checks what a segment says of its documents: order, dates, ids, countries, records."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.documents import Documents, years_of
from indexer.item import KIND_NAMES, NewsItem, decode_record
from indexer.schema import FIRST_COUNTRY, NO_COUNTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from indexer.codec.segment import Segment

KINDS = len(KIND_NAMES)
LANGUAGES = 16  # masks of four languages


def check_documents(segment: Segment) -> Iterator[str]:
    """Yield the names of the blocks of documents that contradict the others.

    Args:
        segment: A segment whose pages are whole.
    """
    size = segment.documents
    kind, masks, language = (segment.array(name) for name in ("kind", "languages", "language"))
    if (kind >= KINDS).any():
        yield "kind"
    if not masks.all() or (masks >= LANGUAGES).any():
        yield "languages"
    if (language & (language - 1)).any() or (masks & language != language).any():
        yield "language"
    for name in ("by_id", "stored_at"):
        if not _is_permutation(segment.array(name), size):
            yield name
            return
    yield from _check_dates(segment)
    yield from _check_heads(segment)
    yield from _check_countries(segment)
    yield from _check_mixed(segment)


def check_records(segment: Segment, progress: Callable[[int], None]) -> Iterator[str]:
    """Yield the names of the blocks of records that contradict the documents.

    Args:
        segment: A segment whose pages are whole.
        progress: Called with the number of bytes read since the last call.
    """
    records = segment.records
    if len(records) != segment.documents or not records.is_ordered():
        yield "block_first"
        return
    owner = np.empty(segment.documents, np.uint32)
    owner[segment.array("stored_at")] = np.arange(segment.documents, dtype=np.uint32)
    number = 0
    for block in range(records.blocks):
        lines = records.block(block)
        if len(lines) != records.records_in(block):
            yield "data"
            return
        for line in lines:
            if not _belongs(line, segment.head(int(owner[number]))):
                yield "data"
                return
            number += 1
        progress(sum(map(len, lines)))


def _belongs(line: bytes, head: tuple[str, str | None]) -> bool:
    """Tell whether a record is one item in the shape that is stored, and that of the document."""
    try:
        item = NewsItem.from_record(decode_record(line))
    except ValueError:
        return False
    return (item.id, item.title) == head


def _check_dates(segment: Segment) -> Iterator[str]:
    """Work the zones out anew from the days."""
    start, end, kind = (segment.array(name) for name in ("start", "end", "kind"))
    dated = kind != 0
    if (start[~dated] != 0).any() or (end[~dated] != 0).any() or (start[dated] < 1).any():
        yield "start"
        return
    if (end[dated] > LAST_DAY).any():
        yield "end"
        return
    nothing: npt.NDArray[Any] = np.empty(0)
    try:
        zones = Documents(start, end, kind, nothing, nothing, [], [], [], nothing).zones()
    except ValueError:
        yield "start"
        return
    if zones != (segment.dated, segment.estimated):
        yield "start"
    last = segment.estimated.last
    spans = np.flatnonzero(end[:last] > start[:last])
    if not np.array_equal(spans, segment.array("spans")):
        yield "spans"
    crossing = spans[years_of(start[spans]) != years_of(end[spans])]
    if not np.array_equal(crossing, segment.array("crossing")):
        yield "crossing"


LAST_DAY = 3652059  # the ordinal of 9999-12-31


def _check_heads(segment: Segment) -> Iterator[str]:
    at = segment.array("heads.at").astype(np.int64)
    if at[0] or at[-1] != segment.container.size("heads") or (np.diff(at) < 1).any():
        yield "heads.at"
        return
    try:
        ids = [segment.head(doc)[0] for doc in range(segment.documents)]
    except UnicodeDecodeError:
        yield "heads"
        return
    by_id = segment.array("by_id").tolist()
    if any(ids[a] >= ids[b] for a, b in pairwise(by_id)):
        yield "by_id"
    start, kind = segment.array("start"), segment.array("kind")
    zone = np.where(kind == 0, 2, kind == KINDS - 1)
    same = (start[1:] == start[:-1]) & (zone[1:] == zone[:-1])
    if any(ids[doc] >= ids[doc + 1] for doc in same.nonzero()[0].tolist()):
        yield "heads"


def _check_countries(segment: Segment) -> Iterator[str]:
    packed = segment.array("countries").view(np.uint8).reshape(-1, 4)
    highest = len(segment.countries) + FIRST_COUNTRY
    used = packed != 0
    none = packed == NO_COUNTRY
    if (
        (packed >= highest).any()
        or not used[:, 0].all()
        or (used[:, 1:] & ~used[:, :-1]).any()
        or none[:, 1:].any()
        or (none[:, 0] & used[:, 1]).any()
    ):
        yield "countries"
        return
    docs, at, more = (segment.array(f"many.{part}") for part in ("docs", "at", "countries"))
    sizes = np.diff(at.astype(np.int64))
    if (
        at[0]
        or at[-1] != len(more)
        or (sizes < 1).any()
        or (np.diff(docs.astype(np.int64)) < 1).any()
        or (docs >= segment.documents).any()
        or (more < FIRST_COUNTRY).any()
        or (more >= highest).any()
        or not used[docs, 3].all()
    ):
        yield "many.docs"


def _check_mixed(segment: Segment) -> Iterator[str]:
    """Work out anew which documents have text in other languages than their one."""
    from indexer.codec.segment_writer import TEXT_FIELDS

    having = np.zeros(segment.documents, np.uint8)
    for field, bit in TEXT_FIELDS.items():
        if f"{field}.lengths" in segment.container:
            having |= np.where(segment.array(f"{field}.lengths") > 0, np.uint8(bit), np.uint8(0))
    masks = segment.array("languages")
    single = (masks & (masks - 1)) == 0
    mixed = np.flatnonzero((having != 0) & ~(single & (having == masks)))
    if not np.array_equal(mixed, segment.array("mixed")):
        yield "mixed"


def _is_permutation(values: npt.NDArray[Any], size: int) -> bool:
    seen = np.zeros(size, np.bool_)
    if (values >= size).any():
        return False
    seen[values] = True
    return bool(seen.all())
