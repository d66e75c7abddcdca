"""BM25, exact in float64.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

from math import log

from indexer.codec.postings import K1, B


def idf(documents: int, frequency: int) -> float:
    """Return the inverse document frequency of a term.

    Args:
        documents: Documents that have the field.
        frequency: Documents that have the term in the field.
    """
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def saturation(frequency: float, length: float, average_length: float) -> float:
    """Return how much a term's occurrences in one document count, between 0 and ``K1 + 1``.

    Args:
        frequency: Occurrences, weighted.
        length: The sum of all frequencies of the document's field.
        average_length: The mean length over the documents that have the field.
    """
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / average_length))
