"""BM25 and the disjunction maximum, exact in float64, for numbers and for numpy arrays alike.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

from math import log
from typing import Any

from indexer.codec.postings import K1, B


def idf(documents: int, frequency: int) -> float:
    """Compute the inverse document frequency of a term.

    Args:
        documents: Documents that have the field.
        frequency: Documents that have the term in the field.
    """
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def term_weight(documents: int, frequency: int, boost: float) -> float:
    """Compute what the scores of a term in all documents have in common; arguments as of :func:`idf`."""
    return boost * idf(documents, frequency) * (K1 + 1)


def length_norm(length: Any, average: float) -> Any:
    """Compute the part of the denominator that depends on the length of a document's field.

    Args:
        length: The sum of all frequencies of the field in the document: a number, or an array of them.
        average: The mean length over the documents that have the field.
    """
    norm = length * (K1 * B / average)
    norm += K1 * (1 - B)
    return norm


def score(weight: Any, frequency: Any, norm: Any) -> Any:
    """Compute the score of a term: ``weight * frequency / (frequency + norm)``.

    Args:
        weight: As of :func:`term_weight`.
        frequency: Occurrences in the document, those in the title weighted: a number, or a float64 array,
            which is overwritten with the scores.
        norm: As of :func:`length_norm`.
    """
    denominator = norm + frequency
    frequency *= weight
    frequency /= denominator
    return frequency


def dis_max(best: Any, total: Any, tie: float) -> Any:
    """Combine the scores of alternatives: the highest, and ``tie`` times the sum of the others.

    Args:
        best: The highest score: a number, or an array of them.
        total: The sum of all scores.
        tie: How much the others count.
    """
    return (total - best) * tie + best
