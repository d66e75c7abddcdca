"""Compute BM25 scores in float64, for numbers and numpy arrays.

A term that occurs in a document's field adds to the document's score::

    boost * idf * (k1 + 1) * tf / (tf + norm)

    idf  = ln(1 + (N - df + 0.5) / (df + 0.5))
    norm = k1 * (1 - b + b * length / average)

- ``boost``: the weight of the term in the query; 1 for a word as typed.
- ``N``: the number of documents of the field, see :func:`counted_documents`.
- ``df``, document frequency: the number of documents with the term in the field.
- ``tf``, term frequency: the number of occurrences of the term in the field of the document. In fields such
  as ``text_en``, which contain title and body, an occurrence in the title counts ``TITLE_WEIGHT`` times.
- ``length``: the sum of all term frequencies of the document's field; ``average``: its mean over the
  documents with the field.
- ``k1``, ``b``: the constants ``K1`` and ``B`` of :mod:`indexer.schema`.

The formula is from Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
with the factor k1 + 1 of Robertson et al., "Okapi at TREC-3", 1994, which is the same for all terms. The 1 in
the logarithm is Lucene's (``BM25Similarity``): without it, a term in more than half of the documents would
have a negative weight. A phrase adds the scores of its terms. Deleted documents count in N, df and average
until their segment is rewritten.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

from indexer.schema import K1, LANGUAGES, B

if TYPE_CHECKING:
    from collections.abc import Callable

UNSEEN: Final = 3  # the maximum number of documents added to a language's: see docs/explanation/relevance.md


def idf(documents: int, document_frequency: int) -> float:
    """Return the inverse document frequency of a term.

    Args:
        documents: The number of documents with the field. Scores need the result of
            :func:`counted_documents`. The unadjusted number suffices if idfs are only compared or divided.
        document_frequency: The number of documents with the term in the field.
    """
    return log(1 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def counted_documents(field: str, documents: Callable[[str], int]) -> int:
    """Return the number of documents of a field for idf, with up to three empty ones added.

    If an archive has few items in a language, most of these contain the topic's words, which would thus have
    an idf near 0, and the items would rank last. So up to three empty documents are added to the number, but
    not more than the fields of other languages have documents. An archive in one language is unaffected.

    Args:
        field: The field, such as ``text_es``; the other fields are ``text_en``, ``text_fr`` and ``text_und``.
        documents: Returns the number of documents with a field.
    """
    having, kind = documents(field), field.partition("_")[0]
    others = sum([documents(f"{kind}_{language}") for language in LANGUAGES]) - having
    return having + min(UNSEEN, others)


def term_weight(documents: int, document_frequency: int, boost: float) -> float:
    """Return ``boost * idf * (k1 + 1)``, the factor that all scores of a term contain.

    Args:
        documents: The number of documents of the field.
        document_frequency: The number of these documents that contain the term.
        boost: The weight of the term in the query.
    """
    return boost * idf(documents, document_frequency) * (K1 + 1)


def length_norm(length: Any, average: float) -> Any:
    """Return ``norm``, which lowers the score of a term in long documents, as float64.

    Args:
        length: The sum of all term frequencies of the field in the document: a number or an array.
        average: The mean length over the documents with the field.
    """
    norm = length * (K1 * B / average)
    norm += K1 * (1 - B)
    return norm


def score(weight: Any, term_frequency: Any, norm: Any) -> Any:
    """Return the score of a term as float64: ``weight * term_frequency / (term_frequency + norm)``.

    Args:
        weight: The result of :func:`term_weight`.
        term_frequency: The weighted number of occurrences in the document: a number, or a float64 array,
            which is overwritten with the scores.
        norm: The result of :func:`length_norm`.
    """
    denominator = norm + term_frequency
    term_frequency *= weight
    term_frequency /= denominator
    return term_frequency


def dis_max(best: Any, total: Any, tie_breaker: float) -> Any:
    """Combine the scores of alternatives.

    The result is the highest score, plus ``tie_breaker`` times the sum of the other scores. Lucene's
    ``DisjunctionMaxQuery`` does the same.

    Args:
        best: The highest score: a number or an array.
        total: The sum of all scores.
        tie_breaker: The factor of the lower scores: 0 yields the highest score, 1 the sum.
    """
    return (total - best) * tie_breaker + best
