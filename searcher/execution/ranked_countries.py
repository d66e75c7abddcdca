"""Countries by falling count."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from indexer.schema import FIRST_COUNTRY, UNKNOWN
from searcher.engine import RankedCounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

ORDINALS: Final = 256  # of a segment's countries; from FIRST_COUNTRY on in the order of their codes
NO_COUNTRY: Final = 1  # the ordinal that counts documents without a country


class RankedCountries(RankedCounts):
    """Countries with their counts in the order in which they are shown.

    Args:
        codes: The codes of the countries that there are, in their order.
        places: Of each country that is counted the place among the codes; by falling count.
        numbers: Their counts.
        sums: Counts by ordinal.
    """

    def __init__(
        self,
        codes: Sequence[str],
        places: list[int],
        numbers: list[int],
        sums: Sequence[int] | npt.NDArray[Any],
    ) -> None:
        self._codes = codes
        self._places = places
        self._numbers = numbers
        self._sums = sums
        self.unknown = int(sums[NO_COUNTRY])

    def in_order(self) -> tuple[list[str], list[int]]:
        """Give the countries that are counted, and their counts."""
        return list(map(self._codes.__getitem__, self._places)), self._numbers

    def rank(self, code: str) -> int | None:
        """Give the place of a country in this order, from 0; None where it is not counted."""
        place = bisect_left(self._codes, code)
        known = list(self._codes[place : place + 1]) == [code]
        return self._places.index(place) if known and self._sums[place + FIRST_COUNTRY] else None

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts = dict(zip(*self.in_order(), strict=True))
        if self.unknown:
            counts[UNKNOWN] = self.unknown
        return counts

    def __getitem__(self, code: str) -> int:
        return self._counts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)
