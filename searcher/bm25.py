"""BM25, exact in float64, for numbers and for numpy arrays alike, and the disjunction maximum.

A term that stands in a document's field adds to the document's score::

    boost * idf * (k1 + 1) * tf / (tf + norm)

    idf  = ln(1 + (N - df + 0.5) / (df + 0.5))
    norm = k1 * (1 - b + b * length / average)

- ``boost``: what the query says that the term counts; 1 for a word as typed.
- ``N``: the documents that the field is counted to have, see :func:`counted_documents`.
- ``df``, document frequency: the documents that have the term in the field.
- ``tf``, term frequency: the term's occurrences in the field of the document. In ``text_en`` and its like,
  which hold title and body, one in the title counts ``TITLE_WEIGHT``.
- ``length``: the sum of all term frequencies of the document's field; ``average``: its mean over the
  documents that have the field.
- ``k1``, ``b``: ``K1`` and ``B`` of :mod:`indexer.schema`.

The formula is that of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
with the factor k1 + 1 of Robertson et al., "Okapi at TREC-3", 1994, which is the same for all terms. The 1
in the logarithm is Lucene's (``BM25Similarity``): without it, a term of more than half of the documents would
count less than nothing. A phrase adds what its terms add. Deleted documents count in N, df and average
until their segment is written anew.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

from indexer.schema import K1, LANGUAGES, B

if TYPE_CHECKING:
    from collections.abc import Callable

UNSEEN: Final = 3  # documents that a language counts beside its own, at most: see docs/relevance.md


def idf(documents: int, document_frequency: int) -> float:
    """Compute the inverse document frequency of a term.

    Args:
        documents: Documents that have the field: in scores :func:`counted_documents`, and as they are where
            idfs are only compared with each other or divided by each other, as expansion does.
        document_frequency: Documents that have the term in the field.
    """
    return log(1 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def counted_documents(field: str, documents: Callable[[str], int]) -> int:
    """Count the documents of a ranked field, the ``N`` of its terms: ``having + min(3, others)``.

    Where few items of an archive are in a language, most of them have the words of its subject: by their own
    number such words say nothing, and the items stand behind all others. So a language counts three documents
    more than it has, which lack all words; fewer where the fields of the other languages have fewer together,
    so that an archive in one language counts as it is.

    Args:
        field: The field, such as ``text_es``; the others are ``text_en``, ``text_fr`` and ``text_und``.
        documents: Counts the documents that have a field.
    """
    having, kind = documents(field), field.partition("_")[0]
    others = sum([documents(f"{kind}_{language}") for language in LANGUAGES]) - having
    return having + min(UNSEEN, others)


def term_weight(documents: int, document_frequency: int, boost: float) -> float:
    """Compute ``boost * idf * (k1 + 1)``, which the scores of a term have in common in all documents.

    Args:
        documents: As of :func:`idf`.
        document_frequency: Likewise.
        boost: What the query says that the term counts.
    """
    return boost * idf(documents, document_frequency) * (K1 + 1)


def length_norm(length: Any, average: float) -> Any:
    """Compute ``norm``, by which a term counts less in a longer document, float64.

    Args:
        length: The sum of all term frequencies of the field in the document: a number, or an array of them.
        average: The mean length over the documents that have the field.
    """
    norm = length * (K1 * B / average)
    norm += K1 * (1 - B)
    return norm


def score(weight: Any, term_frequency: Any, norm: Any) -> Any:
    """Compute what a term adds to a score: ``weight * term_frequency / (term_frequency + norm)``, float64.

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


def dis_max(best: Any, total: Any, tie_breaker: float) -> Any:
    """Combine the scores of alternatives: the highest, and ``tie_breaker`` times the sum of the others.

    Lucene's ``DisjunctionMaxQuery`` does the same.

    Args:
        best: The highest score: a number, or an array of them.
        total: The sum of all scores.
        tie_breaker: How much the others count: 0 nothing, 1 as in a sum.
    """
    return (total - best) * tie_breaker + best
