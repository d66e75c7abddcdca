"""The columns of a segment, gathered from its runs and put into its order, and the keyword fields.

The posting list of a keyword, a country or a language, is read off the columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from indexer.codec.documents import PACKED, Documents, PackedCountries, document_order
from indexer.schema import COUNTRY, FIRST_COUNTRY, LANGUAGE, LANGUAGE_BITS, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.bulk.run import SpilledRun
    from indexer.codec.segment_writer import SegmentEncoder, SegmentWriter

    Numbers = NDArray[Any]


def write_columns(writer: SegmentWriter, runs: Sequence[SpilledRun], codes: Sequence[str]) -> Numbers:
    """Write the columns of the documents of all runs, and the keyword fields.

    Args:
        writer: The segment.
        runs: The runs, in order of arrival.
        codes: The country code of each code number.

    Returns:
        For each document of the segment its arrival number.
    """

    def column(name: str) -> Numbers:
        return np.concatenate([run.columns[name].read() for run in runs])

    start, kind = column("start"), column("kind")
    ids = [key for run in runs for key in run.ids.read()]
    # UTF-8 sorts as its text does, so a million ids need not stand in memory a second time as text.
    order = document_order(cast("Sequence[str]", ids), start, kind)
    listed = order.tolist()
    ids = [ids[number] for number in listed]
    titles = [title or None for run in runs for title in run.titles.read()]
    documents = Documents(
        start=start[order],
        end=column("end")[order],
        kind=kind[order],
        languages=column("languages")[order],
        language=column("language")[order],
        countries=_pack(column("countries"), column("country_counts"), codes, order),
        ids=ids,
        titles=[titles[number] for number in listed],
        stored_at=order,
    )
    writer.documents(documents)
    write_keywords(writer, documents)
    return order


def _pack(numbers: Numbers, counts: Numbers, codes: Sequence[str], order: Numbers) -> PackedCountries:
    """Pack the countries of documents, without a loop over documents.

    Args:
        numbers: The code numbers of all documents, one document behind the other.
        counts: How many each document has.
        codes: The code of each code number.
        order: The segment's order, as arrival numbers.
    """
    alphabetical = sorted(range(len(codes)), key=codes.__getitem__)
    ordinals = np.zeros(len(codes), dtype=np.uint8)
    ordinals[alphabetical] = np.arange(len(codes), dtype=np.uint8) + FIRST_COUNTRY
    values = ordinals[numbers]
    ends = np.cumsum(counts, dtype=np.int64)
    begins = ends - counts
    packed = np.zeros((len(counts), PACKED), dtype=np.uint8)
    for at in range(PACKED):
        having = np.flatnonzero(counts > at)
        packed[having, at] = values[begins[having] + at]
    packed[counts == 0, 0] = NO_COUNTRY
    many = {
        int(document): values[begins[arrival] + PACKED : ends[arrival]].tolist()
        for document in np.flatnonzero(counts[order] > PACKED)
        for arrival in (order[document],)
    }
    names = [codes[number] for number in alphabetical]
    return PackedCountries(names, packed[order].view("<u4").ravel(), many)


def write_keywords(writer: SegmentEncoder, documents: Documents) -> None:
    """Write the keyword fields, country and language.

    Args:
        writer: The segment.
        documents: Its columns.
    """
    _write_keyword_field(writer, COUNTRY, _country_lists(documents.countries))
    languages = documents.languages
    lists = {name: np.flatnonzero(languages & np.uint8(bit)) for name, bit in LANGUAGE_BITS.items()}
    _write_keyword_field(writer, LANGUAGE, lists)


def _country_lists(countries: PackedCountries) -> dict[str, Numbers]:
    """Map each country to its documents, and UNKNOWN to those that name none."""
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


def _write_keyword_field(writer: SegmentEncoder, name: str, lists: dict[str, Numbers]) -> None:
    """Write a keyword field, given the documents of each keyword."""
    terms = sorted(term for term, documents in lists.items() if len(documents))
    sizes = np.array([len(lists[term]) for term in terms], dtype=np.int64)
    field = writer.field(name, postings=int(sizes.sum()), counts=False, positions=False)
    if terms:
        documents = np.concatenate([lists[term] for term in terms]).astype(np.uint32)
        field.add([term.encode() for term in terms], sizes, documents)
    field.close()
