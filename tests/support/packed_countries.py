"""Pack the countries of documents that a test chooses."""

from collections.abc import Sequence

import numpy as np

from indexer.codec.document_columns import PackedCountries, pack_numbers


def pack_countries(countries: Sequence[Sequence[str]]) -> PackedCountries:
    """Pack the distinct countries of each document."""
    codes = sorted(set().union(*countries))
    named = [[codes.index(code) for code in dict.fromkeys(of)] for of in countries]
    counts = np.array([*map(len, named)], np.int64)
    numbers = np.array([number for of in named for number in of], np.int64)
    return pack_numbers(numbers, np.cumsum(counts) - counts, counts, codes)
