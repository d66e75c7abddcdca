"""Countries by falling count, as one list of keys that say which country and how many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from indexer.schema import FIRST_COUNTRY, UNKNOWN
from searcher.engine import RankedCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

ORDINALS: Final = 256  # of a segment's countries; from FIRST_COUNTRY on in the order of their codes
NO_COUNTRY: Final = 1  # the ordinal that counts documents without a country
KNOWN_VALUES: Final = 1 << 13  # countries with a count of which is kept what they were shown as


class Countries:
    """The countries of one segment.

    Args:
        codes: The codes in their order.

    Attributes:
        shown: What a key was shown as.
    """

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = list(map(intern, codes))  # so that whoever looks one up in a table finds it at once
        self.shown: dict[int, Any] = {}

    def code(self, key: int) -> str:
        """Give the country of a key."""
        return self.codes[ORDINALS - 1 - (key & (ORDINALS - 1))]


class RankedCountries(RankedCounts):
    """Countries with their counts in the order in which they are shown.

    Args:
        countries: The countries that there are.
        keys: Of each country that is counted a key, 256 times its count and 255 less its place among the
            codes; descending.
        sums: Counts by ordinal.
    """

    def __init__(self, countries: Countries, keys: list[int], sums: Sequence[int] | npt.NDArray[Any]) -> None:
        self._countries = countries
        self._keys = keys
        self._sums = sums
        self.unknown = int(sums[NO_COUNTRY])

    def shown(self, make: Callable[[list[str], list[int]], list[Any]]) -> list[Any]:
        """Make only what no earlier request has shown."""
        shown = self._countries.shown
        try:
            return list(map(shown.__getitem__, self._keys))
        except KeyError:
            if len(shown) > KNOWN_VALUES:
                self._countries.shown = shown = {}
            missing = [key for key in self._keys if key not in shown]
            made = make(list(map(self._countries.code, missing)), [key >> 8 for key in missing])
            shown.update(zip(missing, made, strict=True))
            return list(map(shown.__getitem__, self._keys))

    def rank(self, code: str) -> int | None:
        """Give the place of a country in this order, from 0; None where it is not counted."""
        codes = self._countries.codes
        place = bisect_left(codes, code)
        count = int(self._sums[place + FIRST_COUNTRY]) if codes[place : place + 1] == [code] else 0
        return self._keys.index(count << 8 | (ORDINALS - 1 - place)) if count else None

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts = {self._countries.code(key): key >> 8 for key in self._keys}
        if self.unknown:
            counts[UNKNOWN] = self.unknown
        return counts

    def __getitem__(self, code: str) -> int:
        return self._counts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)
