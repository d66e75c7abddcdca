"""The keyword fields, country and language: the posting list of a keyword is read off the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.codec.documents import PACKED
from indexer.schema import COUNTRY, FIRST_COUNTRY, LANGUAGE, LANGUAGE_BITS, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.codec.documents import Documents, PackedCountries
    from indexer.codec.segment_writer import SegmentEncoder

    Numbers = NDArray[Any]


def write_keywords(writer: SegmentEncoder, documents: Documents) -> None:
    """Write both fields.

    Args:
        writer: The segment.
        documents: Its columns.
    """
    _write(writer, COUNTRY, _country_lists(documents.countries))
    languages = documents.languages
    lists = {name: np.flatnonzero(languages & np.uint8(bit)) for name, bit in LANGUAGE_BITS.items()}
    _write(writer, LANGUAGE, lists)


def _country_lists(countries: PackedCountries) -> dict[str, Numbers]:
    """Return the documents of each country, and of UNKNOWN those that name none."""
    packed = countries.packed.astype("<u4").view(np.uint8).reshape(-1, PACKED)
    documents, columns = packed.nonzero()
    ordinals = packed[documents, columns]
    more = [(ordinal, document) for document, further in countries.many.items() for ordinal in further]
    ordinals = np.concatenate((ordinals, np.array([ordinal for ordinal, _ in more], dtype=np.uint8)))
    documents = np.concatenate((documents, np.array([document for _, document in more], dtype=np.int64)))
    order = np.lexsort((documents, ordinals))
    names = {NO_COUNTRY: UNKNOWN} | dict(enumerate(countries.codes, FIRST_COUNTRY))
    bounds = np.searchsorted(ordinals[order], [*names, len(names) + NO_COUNTRY])
    return dict(zip(names.values(), np.split(documents[order], bounds)[1:], strict=False))


def _write(writer: SegmentEncoder, name: str, lists: dict[str, Numbers]) -> None:
    """Write a keyword field, given the documents of each keyword."""
    terms = sorted(term for term, documents in lists.items() if len(documents))
    sizes = np.array([len(lists[term]) for term in terms], dtype=np.int64)
    field = writer.field(name, postings=int(sizes.sum()), counts=False, positions=False)
    if terms:
        documents = np.concatenate([lists[term] for term in terms]).astype(np.uint32)
        field.add([term.encode() for term in terms], sizes, documents)
    field.close()
