"""The keyword fields, country and language: their posting lists are the columns turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.bulk.prepared import MASKS
from indexer.codec.documents import PACKED, PackedCountries
from indexer.schema import COUNTRY, FIRST_COUNTRY, LANGUAGE, NO_COUNTRY, UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.codec.documents import Documents
    from indexer.codec.segment_writer import SegmentEncoder

    Numbers = NDArray[Any]


def write_keywords(writer: SegmentEncoder, documents: Documents) -> None:
    """Write both fields.

    Args:
        writer: The segment.
        documents: Its columns.
    """
    lists: dict[bytes, Numbers] = {}
    countries = documents.countries
    if not isinstance(countries, PackedCountries):
        raise TypeError("countries must be packed")
    values = countries.packed.astype("<u4").view(np.uint8)
    places = np.flatnonzero(values)
    ordinals = values[places]
    by_ordinal = np.argsort(ordinals, kind="stable")
    owners = (places // PACKED).astype(np.uint32)[by_ordinal]
    bounds = np.searchsorted(ordinals[by_ordinal], np.arange(len(countries.codes) + FIRST_COUNTRY + 1))
    names = {NO_COUNTRY: UNKNOWN} | dict(enumerate(countries.codes, FIRST_COUNTRY))
    beyond: dict[int, list[int]] = {}
    for document, further in countries.many.items():
        for ordinal in further:
            beyond.setdefault(ordinal, []).append(document)
    for ordinal, name in names.items():
        own = owners[bounds[ordinal] : bounds[ordinal + 1]]
        if ordinal in beyond:
            own = np.union1d(own, np.array(beyond[ordinal], dtype=np.uint32))
        lists[name.encode()] = own
    _write(writer, COUNTRY, lists)
    languages = documents.languages
    _write(
        writer,
        LANGUAGE,
        {
            name.encode(): np.flatnonzero(languages & np.uint8(mask)).astype(np.uint32)
            for name, mask in MASKS.items()
        },
    )


def _write(writer: SegmentEncoder, name: str, lists: dict[bytes, Numbers]) -> None:
    lists = {term: ids for term, ids in sorted(lists.items()) if len(ids)}
    sizes = np.array([len(ids) for ids in lists.values()], dtype=np.int64)
    field = writer.field(name, postings=int(sizes.sum()), counts=False, positions=False)
    if lists:
        field.add(list(lists), sizes, np.concatenate(list(lists.values())))
    field.close()
