"""Writes one field of a segment: its posting lists as they come, its dictionary and facet rows at the end."""

from __future__ import annotations

import zlib
from operator import ge
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.codec.postings import (
    ESCAPE,
    IMPACT_STEPS,
    K1,
    MARK_EVERY,
    OCCURRENCE_BITS,
    OCCURRENCE_MASK,
    ROWS_FROM,
    WIDE_GAP,
    B,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from indexer.codec.layout_writer import ContainerWriter, Region
    from indexer.codec.rows import FacetRows

MOST_IN_TITLE: Final = ESCAPE >> OCCURRENCE_BITS
MOST_POSTINGS: Final = (1 << 32) - 1
TOP: Final = 10  # the threshold stored for frequent terms is that of the tenth best posting


class FieldWriter:
    """One field in the making; terms come in ascending order, in as many calls as memory allows.

    Args:
        container: The segment's file.
        name: The field's name.
        postings: How many postings will come in all.
        occurrences: How many positions will come in all (0 without positions).
        max_position: The largest position.
        lengths: The field's length in each document, or None for a field that is not ranked.
        counts: Whether frequencies are kept.
        positions: Whether positions are kept.
        title_weight: How much an occurrence in the title counts.
        rows: Counts facets of frequent terms, or None; with it, impacts are kept too.
    """

    def __init__(  # noqa: PLR0913  # what a field is, each by its name
        self,
        container: ContainerWriter,
        name: str,
        *,
        postings: int,
        occurrences: int,
        max_position: int,
        lengths: npt.NDArray[Any] | None,
        counts: bool,
        positions: bool,
        title_weight: int,
        rows: FacetRows | None,
    ) -> None:
        if max(postings, occurrences) > MOST_POSTINGS:
            raise ValueError("too many postings for one segment: write several")
        self._container = container
        self._name = name
        self._weight = title_weight
        self._rows = rows
        self._lengths = lengths
        # Only what ranking reads at every question stands open; the rest is packed.
        self._packed = rows is None and counts
        self._ids = container.region(
            *((f"{name}.gaps", "u2") if self._packed else (f"{name}.ids", "u4")), postings
        )
        self._has_counts = counts
        open_counts = counts and (positions or rows is not None)
        self._counts = container.region(f"{name}.counts", "u1", postings) if open_counts else None
        self._impacts = container.region(f"{name}.impacts", "u1", postings) if rows else None
        width = _width(max_position)
        self._positions = container.region(f"{name}.positions", width, occurrences) if positions else None
        self._terms: list[bytes] = []
        self._start: list[npt.NDArray[Any]] = [np.zeros(1, np.uint32)]
        self._marks: list[npt.NDArray[Any]] = [np.zeros(0, np.int64)]
        self._over: list[npt.NDArray[Any]] = [np.zeros((3, 0), np.int64)]
        self._wide_gaps: list[npt.NDArray[Any]] = [np.zeros((2, 0), np.int64)]
        self._country_rows: list[npt.NDArray[Any]] = [np.zeros(0, np.uint32)]
        self._big: list[int] = []
        self._tops: list[int] = []
        self._posting = 0
        self._occurrence = 0
        total = int(lengths.sum(dtype=np.int64)) if lengths is not None else 0
        having = int(np.count_nonzero(lengths)) if lengths is not None else 0
        self.meta: dict[str, Any] = {"postings": postings, "total_length": total, "documents": having}
        if lengths is not None:
            self.meta["max_length"] = longest = int(lengths.max(initial=0))
            container.add(f"{name}.lengths", _width(longest), lengths)
            average = total / having if having else 1.0
            self._norms = K1 * (1 - B + B * lengths.astype(np.float64) / average)

    def add(  # noqa: PLR0913, PLR0917  # one argument a column of the postings
        self,
        terms: Sequence[bytes],
        df: npt.NDArray[Any],
        ids: npt.NDArray[Any],
        occurrences: npt.NDArray[Any] | None = None,
        in_title: npt.NDArray[Any] | None = None,
        positions: npt.NDArray[Any] | None = None,
    ) -> None:
        """Write the posting lists of the next terms.

        Args:
            terms: Ascending by bytes, all after those of earlier calls.
            df: For each term its number of postings, at least one.
            ids: The documents of all these postings, ascending within a term.
            occurrences: How often the term stands in each (for fields with counts).
            in_title: How often of these in the title; None for never.
            positions: All positions, ascending within a posting.

        Raises:
            ValueError: The numbers do not fit together or the terms are out of order.
        """
        last = [*self._terms[-1:], *terms]
        if any(map(ge, last, last[1:])):
            raise ValueError("terms out of order")
        ends = np.cumsum(df, dtype=np.int64)
        if len(df) != len(terms) or (len(terms) and (ends[-1] != len(ids) or df.min() < 1)):
            raise ValueError("document frequencies do not fit the postings")
        first_term = len(self._terms)
        self._terms.extend(terms)
        self._start.append((ends + self._posting).astype(np.uint32))
        self._add_ids(ids, ends - df)
        impacts = None
        if self._has_counts:
            if occurrences is None:
                raise ValueError("a field with counts needs occurrences")
            title = np.zeros(len(ids), np.uint8) if in_title is None else in_title
            self._add_counts(occurrences, title)
            if self._impacts is not None:
                frequency = occurrences + (self._weight - 1.0) * title
                share = frequency / (frequency + self._norms[ids])
                impacts = np.clip(np.ceil(share * IMPACT_STEPS), 1, IMPACT_STEPS).astype(np.uint8)
                self._impacts.append(impacts)
            if self._positions is not None and positions is not None:
                self._add_positions(self._positions, occurrences, positions)
        if self._rows is not None and impacts is not None:
            for number in np.flatnonzero(df >= ROWS_FROM).tolist():
                low, high = int(ends[number] - df[number]), int(ends[number])
                self._big.append(first_term + number)
                self._tops.append(int(np.partition(impacts[low:high], -TOP)[-TOP]))
                self._country_rows.append(self._rows.count(ids[low:high]))
        self._posting += len(ids)

    def close(self) -> None:
        """Write the dictionary and the facet rows.

        Raises:
            ValueError: Fewer postings came than were announced.
        """
        for region in (self._ids, self._counts, self._impacts, self._positions):
            if region is not None:
                region.finish()
        name, add = self._name, self._container.add
        self.meta["terms"] = len(self._terms)
        self._container.add_bytes(f"{name}.terms", b"".join(self._terms))
        sizes = np.fromiter(map(len, self._terms), np.int64, len(self._terms))
        add(f"{name}.term_at", "u4", np.concatenate(([0], np.cumsum(sizes))))
        if self._rows is not None:
            self._add_hash()
        add(f"{name}.start", "u4", np.concatenate(self._start))
        if self._packed:
            wide = np.concatenate(self._wide_gaps, axis=1)
            add(f"{name}.gap_at", "u4", wide[0])
            add(f"{name}.gap_of", "u4", wide[1])
        if self._has_counts:
            over = np.concatenate(self._over, axis=1)
            add(f"{name}.over_at", "u4", over[0])
            for part, values in zip(("over_count", "over_title"), over[1:], strict=True):
                add(f"{name}.{part}", _width(int(values.max(initial=0))), values)
        if self._positions is not None:
            add(f"{name}.marks", "u4", np.concatenate(self._marks))
        if self._rows is not None:
            add(f"{name}.big", "u4", np.array(self._big, np.uint32))
            add(f"{name}.tops", "u1", np.array(self._tops, np.uint8))
            add(f"{name}.country_rows", "u4", np.concatenate(self._country_rows))

    def _add_ids(self, ids: npt.NDArray[Any], starts: npt.NDArray[Any]) -> None:
        if not self._packed:
            self._ids.append(ids)
            return
        gaps = np.diff(ids.astype(np.int64), prepend=0)
        gaps[starts] = ids[starts]
        at = (gaps >= WIDE_GAP).nonzero()[0]
        if len(at):
            self._wide_gaps.append(np.stack((at + self._posting, gaps[at])))
            gaps[at] = WIDE_GAP
        self._ids.append(gaps)

    def _add_counts(self, occurrences: npt.NDArray[Any], in_title: npt.NDArray[Any]) -> None:
        title = in_title.astype(np.uint32)
        count = occurrences.astype(np.uint32)
        packed = title << OCCURRENCE_BITS | count
        if self._counts is None:
            over = packed != 1
        else:
            over = (count > OCCURRENCE_MASK) | (title > MOST_IN_TITLE) | (packed == ESCAPE)
        at = over.nonzero()[0]
        if len(at):
            packed[at] = ESCAPE
            self._over.append(np.stack((at + self._posting, count[at], title[at])))
        if self._counts is not None:
            self._counts.append(packed.astype(np.uint8))

    def _add_positions(
        self, region: Region, occurrences: npt.NDArray[Any], positions: npt.NDArray[Any]
    ) -> None:
        ends = np.cumsum(occurrences, dtype=np.int64)
        if (int(ends[-1]) if len(ends) else 0) != len(positions):
            raise ValueError("positions do not fit the occurrences")
        first = -self._posting % MARK_EVERY
        self._marks.append((ends - occurrences)[first::MARK_EVERY] + self._occurrence)
        self._occurrence += len(positions)
        region.append(positions)

    def _add_hash(self) -> None:
        size = 1
        while size < len(self._terms):
            size *= 2
        sums = np.fromiter(map(zlib.crc32, self._terms), np.uint32, len(self._terms))
        buckets = sums & np.uint32(size - 1)
        order = np.argsort(buckets, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(buckets, minlength=size))))
        self._container.add(f"{self._name}.hash_start", "u4", start)
        self._container.add(f"{self._name}.hash_terms", "u4", order)


def _width(largest: int) -> str:
    """Return the smallest unsigned type that holds a number."""
    return "u1" if largest < 1 << 8 else "u2" if largest < 1 << 16 else "u4"
