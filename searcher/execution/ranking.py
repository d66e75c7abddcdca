"""Countries by falling count, as one list of numbers that say which and how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from searcher.results import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDINALS: Final = 256  # of which 0 is unused and 1 stands for no country
KNOWN_VALUES: Final = 1 << 14  # values that are kept for the next request


class Places:
    """The countries of one segment: the values that a place and a count were shown as.

    A request may have hundreds of values, and making them is a part of its time that is felt; most are the
    same country with the same small count as in an earlier one.

    Args:
        codes: The codes in their order.
    """

    __slots__ = ("_made", "_place_of", "codes")

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = list(map(intern, codes))  # so that whoever looks one up in a table finds it at once
        self._place_of = {code: place for place, code in enumerate(self.codes)}
        self._made: dict[int, Any] = {}

    def shown(self, keys: list[int], make: Any) -> list[Any]:
        """Return what each key is shown as, the same object for the same key.

        Args:
            keys: The keys.
            make: From codes and their counts to what each is shown as, of which nobody may change anything.
        """
        made = self._made
        try:
            return list(map(made.__getitem__, keys))
        except KeyError:
            if len(made) > KNOWN_VALUES:
                self._made = made = {}
            missing = [key for key in keys if key not in made]
            codes, last = self.codes, ORDINALS - 1
            shown = make([codes[last - (key & last)] for key in missing], [key >> 8 for key in missing])
            made.update(zip(missing, shown, strict=True))
            return list(map(made.__getitem__, keys))

    def at(self, code: str, keys: list[int]) -> int | None:
        """Return where a country stands among keys, None where it is in none of them."""
        place = self._place_of.get(code)
        if place is None:
            return None
        last = ORDINALS - 1
        rank = last - place
        return next((at for at, key in enumerate(keys) if key & last == rank), None)

    def code(self, key: int) -> str:
        """Return the country of a key."""
        return self.codes[ORDINALS - 1 - (key & (ORDINALS - 1))]


class RankedCountries(Mapping[str, int]):
    """Countries with their counts in the order in which they are shown.

    Args:
        places: The countries that there are.
        ranked: Of each country that is counted a key, 256 times its count and 255 less its place; descending.
        unknown: How many documents have no country.
    """

    def __init__(self, places: Places, ranked: list[int], unknown: int) -> None:
        self.places = places
        self.ranked = ranked
        self.unknown = unknown

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
