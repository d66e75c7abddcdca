"""Which documents may have a title? Found by its words in the index, so that their number does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indexer.analysis import analyzer
from indexer.schema import LANGUAGES, WORDS

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.codec.segment import Segment

ASKED: Final = 4
"""Words that are looked up, the rarest."""


def sure_words(title: str) -> set[str]:
    """Give the words of a title that the index has of it, whatever language it was told to be in."""
    return set[str].intersection(
        *(
            {
                word
                for chunk in title.split()
                for term, word, *_ in analyzer(language).analyse_chunk(chunk)
                if term is not None
            }
            for language in LANGUAGES
        )
    )


def having_words(segment: Segment, title: str) -> npt.NDArray[Any]:
    """List the documents of a segment that have the rarest words of a title; all where it has none.

    Args:
        segment: The segment.
        title: The title.
    """
    words = sure_words(title)
    if not words:
        return np.arange(segment.documents)
    if WORDS not in segment.fields:
        return np.empty(0, np.int64)
    postings = segment.postings(WORDS)
    terms = [segment.find_term(WORDS, word) for word in words]
    if min(terms) < 0:
        return np.empty(0, np.int64)
    rarest = sorted((postings.document_frequency(term), term) for term in terms)[:ASKED]
    lists = [postings.documents(*postings.bounds(term)) for _, term in rarest]
    found = lists[0]
    for others in lists[1:]:
        found = np.intersect1d(found, others, assume_unique=True)
    return found.astype(np.int64)
