"""Countries by falling count, as one list of numbers that say which and how many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from operator import neg
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from indexer.schema import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

ORDINALS: Final = 256  # of which 0 is unused and 1 stands for no country
SMALL_COUNTS: Final = 64  # counts up to here, nearly all, have their values in one table: they lie together
KNOWN_VALUES: Final = 1 << 14  # values of larger counts that are kept for the next request


class Places:
    """The countries of one segment: the values that a place and a count were shown as.

    A request may have hundreds of values, and making them is a part of its time that is felt; most are the
    same country with the same small count as in an earlier one.

    Args:
        codes: The codes in their order.
    """

    __slots__ = ("_made", "_place_of", "_small", "codes")

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = list(map(intern, codes))  # so that whoever looks one up in a table finds it at once
        self._place_of = {code: place for place, code in enumerate(self.codes)}
        self._small: list[Any] = [()] * (SMALL_COUNTS << 8)  # by key, empty until it is asked for
        self._made: dict[int, Any] = {}

    def shown(self, keys: list[int], make: Any) -> list[Any]:
        """Return what each key is shown as, the same object for the same key.

        Args:
            keys: The keys, descending.
            make: From codes and their counts to what each is shown as, of which nobody may change anything.
        """
        small = self._small
        large = bisect_left(keys, 1 - len(small), key=neg) if keys and keys[0] >= len(small) else 0
        values = self._shown_large(keys[:large], make) if large else []
        keys = keys[large:]
        found = list(map(small.__getitem__, keys))
        if not all(found):
            missing = [key for key in keys if not small[key]]
            for key, one in zip(missing, self._shown(missing, make), strict=True):
                small[key] = one
            found = list(map(small.__getitem__, keys))
        return values + found if large else found

    def _shown_large(self, keys: list[int], make: Any) -> list[Any]:
        made = self._made
        try:
            return list(map(made.__getitem__, keys))
        except KeyError:
            if len(made) > KNOWN_VALUES:
                self._made = made = {}
            missing = [key for key in keys if key not in made]
            made.update(zip(missing, self._shown(missing, make), strict=True))
            return list(map(made.__getitem__, keys))

    def _shown(self, keys: list[int], make: Any) -> list[Any]:
        codes, last = self.codes, ORDINALS - 1
        shown: list[Any] = make([codes[last - (key & last)] for key in keys], [key >> 8 for key in keys])
        return shown

    def key(self, code: str, sums: Sequence[int] | npt.NDArray[Any]) -> int | None:
        """Return the key of a country, None where it is not counted.

        Args:
            code: The country.
            sums: Counts by ordinal, that of a country two more than its place.
        """
        place = self._place_of.get(code)
        count = 0 if place is None else int(sums[place + 2])
        return count << 8 | (ORDINALS - 1 - place) if place is not None and count else None

    def code(self, key: int) -> str:
        """Return the country of a key."""
        return self.codes[ORDINALS - 1 - (key & (ORDINALS - 1))]


class RankedCountries(Mapping[str, int]):
    """Countries with their counts in the order in which they are shown.

    Args:
        places: The countries that there are.
        ranked: Of each country that is counted a key, 256 times its count and 255 less its place; descending.
        sums: Counts by ordinal: 1 is for documents without a country, then follow the countries.
    """

    def __init__(self, places: Places, ranked: list[int], sums: Sequence[int] | npt.NDArray[Any]) -> None:
        self.places = places
        self.ranked = ranked
        self._sums = sums
        self.unknown = int(sums[1])

    def place(self, code: str) -> int | None:
        """Return where a country stands in the order, None where it is not counted."""
        key = self.places.key(code, self._sums)
        return None if key is None else self.ranked.index(key)

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts = {self.places.code(key): key >> 8 for key in self.ranked}
        if self.unknown:
            counts[UNKNOWN] = self.unknown
        return counts

    def __getitem__(self, code: str) -> int:
        return self._counts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)
