"""The columns of a segment, gathered from the runs and put into the segment's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from indexer.bulk.spill import read_texts
from indexer.codec.documents import PACKED, Documents, PackedCountries, document_order
from indexer.schema import FIRST_COUNTRY, NO_COUNTRY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.bulk.spilled_run import SpilledRun

    Numbers = NDArray[Any]


def ordered_documents(runs: Sequence[SpilledRun], codes: Sequence[str]) -> Documents:
    """Gather the documents of all runs.

    Args:
        runs: The runs, in order of arrival.
        codes: The country code of each code number.

    Returns:
        The columns in the segment's order; ``stored_at`` is that order, as arrival numbers.
    """

    def column(name: str) -> Numbers:
        return np.concatenate([run.columns[name].read() for run in runs])

    start, kind = column("start"), column("kind")
    ids = [key for run in runs for key in read_texts(*run.ids)]
    # UTF-8 sorts as its text does, so a million ids need not stand in memory a second time as text.
    order = document_order(cast("Sequence[str]", ids), start, kind)
    listed = order.tolist()
    ids = [ids[number] for number in listed]
    titled = np.concatenate([run.titled.read() for run in runs])[order].tolist()
    titles = [title for run in runs for title in read_texts(*run.titles)]
    return Documents(
        start=start[order],
        end=column("end")[order],
        kind=kind[order],
        languages=column("languages")[order],
        language=column("language")[order],
        countries=pack(column("countries"), column("country_counts"), codes, order),
        ids=ids,
        titles=[titles[number] if has else None for number, has in zip(listed, titled, strict=True)],
        stored_at=order,
    )


def pack(numbers: Numbers, counts: Numbers, codes: Sequence[str], order: Numbers) -> PackedCountries:
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
    for place in range(PACKED):
        having = np.flatnonzero(counts > place)
        packed[having, place] = values[begins[having] + place]
    packed[counts == 0, 0] = NO_COUNTRY
    many = {
        int(document): values[begins[arrival] + PACKED : ends[arrival]].tolist()
        for document in np.flatnonzero(counts[order] > PACKED)
        for arrival in (order[document],)
    }
    return PackedCountries(
        [codes[number] for number in alphabetical], packed[order].view("<u4").ravel(), many
    )
