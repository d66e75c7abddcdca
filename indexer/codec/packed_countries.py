"""The countries of a segment's documents to be written: four in a number, more in an overflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.schema import FIRST_COUNTRY, MOST_COUNTRIES, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[Any]

PACKED: Final = 4  # countries that stand in a document's packed number


@dataclass(frozen=True)
class PackedCountries:
    """The countries of all documents by their ordinals: 0 unused, 1 no country, then the codes.

    Attributes:
        codes: The codes that occur, ascending.
        packed: For each document the ordinals of its first four, a byte each.
        many_docs: The documents with more than four.
        many_at: Where the further ordinals of each of these begin, and where those of the last end.
        many: Their further ordinals.
    """

    codes: list[str]
    packed: Numbers
    many_docs: Numbers
    many_at: Numbers
    many: Numbers

    def row(self, ids: Numbers) -> Numbers:
        """Count each ordinal in some documents, uint32: the facet row of a frequent term.

        Years need no row: documents stand in date order, so that their counts are binary searches.

        Args:
            ids: The documents, at least one, ascending, uint32.
        """
        counts = np.bincount(self.packed.take(ids).view(np.uint8), minlength=len(self.codes) + FIRST_COUNTRY)
        found = ids.take(ids.searchsorted(self.many_docs), mode="clip") == self.many_docs
        having = np.repeat(found, np.diff(self.many_at))
        counts += np.bincount(self.many[having], minlength=len(counts))
        counts[0] = 0
        return counts.astype(np.uint32)

    def lists(self) -> dict[str, Numbers]:
        """Map each country to its documents, and UNKNOWN to those that name none."""
        packed = self.packed.view(np.uint8).reshape(-1, PACKED)
        documents, columns = packed.nonzero()
        ordinals = np.concatenate((packed[documents, columns], self.many))
        documents = np.concatenate((documents, np.repeat(self.many_docs, np.diff(self.many_at))))
        order = np.lexsort((documents, ordinals))
        names = {NO_COUNTRY: UNKNOWN} | dict(enumerate(self.codes, FIRST_COUNTRY))
        bounds = np.searchsorted(ordinals[order], [*names, len(names) + NO_COUNTRY])
        return dict(zip(names.values(), np.split(documents[order], bounds)[1:], strict=False))


def pack_countries(countries: Sequence[Sequence[str]]) -> PackedCountries:
    """Pack the countries of documents.

    Raises:
        ValueError: There are more than 254 different codes.
    """
    codes = sorted(set().union(*countries))
    number = {code: at for at, code in enumerate(codes)}
    distinct = [dict.fromkeys(named) for named in countries]
    numbers = np.array([number[code] for named in distinct for code in named], np.int64)
    counts = np.array([*map(len, distinct)], np.int64)
    return pack_numbers(numbers, np.cumsum(counts) - counts, counts, codes)


def pack_numbers(numbers: Numbers, begins: Numbers, counts: Numbers, codes: Sequence[str]) -> PackedCountries:
    """Pack the countries of documents, without a loop over documents.

    Args:
        numbers: Numbers of codes.
        begins: Where those of each document begin.
        counts: How many each document has.
        codes: The code of each number.

    Raises:
        ValueError: There are more than 254 different codes.
    """
    if len(codes) > MOST_COUNTRIES:
        raise ValueError(f"more than {MOST_COUNTRIES} countries")
    alphabetical = sorted(range(len(codes)), key=codes.__getitem__)
    ordinals = np.zeros(len(codes), np.uint8)
    ordinals[alphabetical] = np.arange(len(codes)) + FIRST_COUNTRY
    values = ordinals[numbers]
    packed = np.zeros((len(counts), PACKED), np.uint8)
    for at in range(PACKED):
        having = np.flatnonzero(counts > at)
        packed[having, at] = values[begins[having] + at]
    packed[counts == 0, 0] = NO_COUNTRY
    many = np.flatnonzero(counts > PACKED)
    further = [values[begins[doc] + PACKED : begins[doc] + counts[doc]] for doc in many.tolist()]
    return PackedCountries(
        codes=[codes[number] for number in alphabetical],
        packed=packed.view("<u4").ravel(),
        many_docs=many.astype(np.uint32),
        many_at=np.concatenate(([0], np.cumsum(counts[many] - PACKED, dtype=np.int64))),
        many=np.concatenate([ordinals[:0], *further]),
    )
