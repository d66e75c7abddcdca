"""BM25 and the disjunction maximum, exact in float64, for numbers and for numpy arrays alike.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

from indexer.codec.postings import K1, B
from indexer.schema import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

UNSEEN: Final = 3  # documents that a language counts beside its own, at most: see docs/relevance.md


def idf(documents: int, document_frequency: int) -> float:
    """Compute the inverse document frequency of a term.

    Args:
        documents: Documents that have the field.
        document_frequency: Of these, documents that have the term in the field.
    """
    return log(1 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def counted_documents(field: str, documents: Callable[[str], int]) -> int:
    """Count the documents that the weights of a ranked field's terms are of.

    Where few items of an archive are in a language, most of them have the words of its subject: by this count
    such words say nothing, and the items stand behind all others. So a language counts a few documents more
    than it has, which lack all words; at most twice its own, and no more than the others have.

    Args:
        field: The field.
        documents: Counts the documents that have a field.
    """
    own, kind = documents(field), field.partition("_")[0]
    others = sum([documents(f"{kind}_{language}") for language in LANGUAGES]) - own
    return own + min(UNSEEN, own, others)


def term_weight(documents: int, document_frequency: int, boost: float) -> float:
    """Compute what the scores of a term in all documents have in common; arguments as of :func:`idf`."""
    return boost * idf(documents, document_frequency) * (K1 + 1)


def length_norm(length: Any, average: float) -> Any:
    """Compute the part of the denominator that depends on the length of a document's field.

    Args:
        length: The sum of all term frequencies of the field in the document: a number, or an array of them.
        average: The mean length over the documents that have the field.
    """
    norm = length * (K1 * B / average)
    norm += K1 * (1 - B)
    return norm


def score(weight: Any, term_frequency: Any, norm: Any) -> Any:
    """Compute the score of a term: ``weight * term_frequency / (term_frequency + norm)``.

    Args:
        weight: As of :func:`term_weight`.
        term_frequency: Occurrences in the document, those in the title weighted: a number, or a float64
            array, which is overwritten with the scores.
        norm: As of :func:`length_norm`.
    """
    denominator = norm + term_frequency
    term_frequency *= weight
    term_frequency /= denominator
    return term_frequency


def dis_max(best: Any, total: Any, tie: float) -> Any:
    """Combine the scores of alternatives: the highest, and ``tie`` times the sum of the others.

    Args:
        best: The highest score: a number, or an array of them.
        total: The sum of all scores.
        tie: How much the others count.
    """
    return (total - best) * tie + best
