"""The columns of a segment, gathered from its runs and put into its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from indexer.codec.documents import Documents, document_order
from indexer.codec.packed_countries import pack_numbers
from indexer.schema import SKETCH_KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.bulk.run import SpilledRun


def gather_columns(runs: Sequence[SpilledRun], codes: Sequence[str]) -> Documents:
    """Gather the columns of the documents of all runs.

    Args:
        runs: The runs, in order of arrival.
        codes: The country code of each code number.
    """

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([run.columns[name].read() for run in runs])

    start, kind = column("start"), column("kind")
    ids = [key for run in runs for key in run.ids.read()]
    # UTF-8 sorts as its text does, so a million ids need not stand in memory a second time as text.
    order = document_order(cast("Sequence[str]", ids), start, kind)
    listed = order.tolist()
    ids = [ids[number] for number in listed]
    titles = [title or None for run in runs for title in run.titles.read()]
    counts = column("country_counts")
    begins = np.cumsum(counts, dtype=np.int64) - counts
    return Documents(
        start=start[order],
        end=column("end")[order],
        kind=kind[order],
        languages=column("languages")[order],
        language=column("language")[order],
        countries=pack_numbers(column("countries"), begins[order], counts[order], codes),
        ids=ids,
        titles=[titles[number] for number in listed],
        stored_at=order,
        sketches=column("sketches").reshape(-1, SKETCH_KEYS)[order],
        digest=column("digest")[order],
    )
