"""A document as the cluster gets it: the terms of its texts, its columns, its record; and its vocabulary."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from indexer.analysis import analyzer
from indexer.cluster.mapping import HOLE, LONGEST_TERM, TOO_LONG, length_field
from indexer.own_fields import MEMBER, parted
from indexer.schema import (
    DATE_KINDS,
    ESTIMATED,
    LANGUAGES,
    SEPARATOR,
    TITLE_WEIGHT,
    UNKNOWN,
    text_field,
    title_field,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.cluster.sketches import Piece
    from indexer.documents import Document

Entry = tuple[str, str, str, str | None]  # of the vocabulary: language, term, word, variant


def cluster_document(
    document: Document, vocabulary: set[Entry], pieces: list[Piece] | None = None
) -> dict[str, Any]:
    """Make what is sent of a document.

    Args:
        document: The document.
        vocabulary: Where its words are gathered.
        pieces: Takes what is sketched of each language; None where it is not sketched.
    """
    body: dict[str, Any] = {
        "id": document.id,
        "digest": digest_key(document.digest),
        "country": list(document.countries) or [UNKNOWN],
        "language": list(document.languages),
        "dating": DATE_KINDS[document.kind],
        "record": document.record.decode("utf-8", "replace"),
        **_own(document.own),
    }
    if document.title:
        body["title"] = document.title
    if document.kind:
        body |= _days(document.start, document.end, estimated=document.kind == ESTIMATED)
    words: set[str] = set()
    for number, title, text in document.texts:
        language = LANGUAGES[number]
        order: list[str | None] = []
        of_title = _terms(language, title, vocabulary, words, order) if title else []
        titles = len(order)
        of_text = _terms(language, text, vocabulary, words, order)
        if pieces is not None:
            pieces.append((order, titles))
        whole, own = text_field(language), title_field(language)
        # A title that counts twice is a title that stands twice, in frequencies and in lengths.
        body[whole] = [" ".join(of_title)] * TITLE_WEIGHT + [" ".join(of_text)]
        body[length_field(whole)] = TITLE_WEIGHT * _length(of_title) + _length(of_text)
        if of_title:
            body[own] = " ".join(of_title)
            body[length_field(own)] = _length(of_title)
    body["words"] = sorted(words)
    return body


def digest_key(digest: int) -> str:
    """Write the digest of a document as the cluster gets it."""
    return f"{digest:016x}"


def _terms(
    language: str, text: str, vocabulary: set[Entry], words: set[str], order: list[str | None]
) -> list[str]:
    """Analyse a text to its terms, with a sign where a stop word stands; note its words in their order."""
    analyse = analyzer(language).analyse_chunk
    terms: list[str] = []
    for chunk in text.split():
        for term, word, _, _, variant in analyse(chunk):
            order.append(None if term is None else word)
            if term is None or len(term) > LONGEST_TERM:
                terms.append(HOLE if term is None else TOO_LONG)
                continue
            terms.append(term)
            words.add(word)
            vocabulary.add((language, term, word, variant))
    return terms


def _length(terms: list[str]) -> int:
    return len(terms) - terms.count(HOLE)


def _days(start: int, end: int, *, estimated: bool) -> dict[str, Any]:
    """Give the columns of a date."""
    months = list(_months(date.fromordinal(start), date.fromordinal(end)))
    years = sorted({month // 100 for month in months})
    if estimated:
        return {"start": start, "end": end, "estimated_years": years, "estimated_months": months}
    return {"start": start, "end": end, "day": start, "years": years, "months": months}


def _months(first: date, last: date) -> Iterator[int]:
    """Yield the months of an interval, 201803 for March 2018."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year * 100 + month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _own(terms: tuple[str, ...]) -> dict[str, Any]:
    """Give the own fields: their names, what filters look for, and the values as they are counted."""
    names, sought, values = [], [], []
    for term in terms:
        name, key, written = parted(term)
        sought.append(f"{name}{SEPARATOR}{key}")
        if name != MEMBER:
            names.append(name)
            values.append(f"{name}{SEPARATOR}{key}{SEPARATOR}{written}")
    return {"own": sought + names, "own_name": names, "own_value": values}
