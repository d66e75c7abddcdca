"""Words over one segment: any of them may match, or some must."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from searcher.execution.arrays.best import Best, kth_largest
from searcher.execution.arrays.columns import Columns, find, marks
from searcher.execution.arrays.country_counts import Rows
from searcher.execution.arrays.lists import TermList, bound_table, exact_scores, scale_of, scores_in
from searcher.execution.arrays.merging import distinct, placed_union, small_union
from searcher.execution.arrays.phrases import together
from searcher.execution.arrays.tally import EVERYTHING
from searcher.execution.arrays.union import SEARCH_BELOW, SEARCH_RATIO, repeats

if TYPE_CHECKING:
    import numpy.typing as npt

    from searcher.execution.arrays.merging import Here

STORED_TOP = 10  # frequent terms have the impact of their tenth best posting stored
SMALL_MEETING = 256  # postings of the rarest word up to which all documents that have every word are scored
SMALL_UNION = 12_000  # postings up to which a union is built
SCORE_ALL = 128  # documents that are scored as they stand rather than sieved
MARGIN = 1 - 1e-9  # against rounding where a bound meets a threshold


def any_word(here: Here, lists: list[TermList], language: int) -> None:
    """Count and rank the documents that are in any of the lists.

    Args:
        here: The segment.
        lists: In the order of the query, none twice.
        language: The language of all documents in the lists, 0 when it is not one.
    """
    columns, tally, best, base = here
    if len(lists) == 1:
        _one_word(here, lists[0], language)
        return
    if tally.is_placed(language):
        placed_union(here, lists, language)
        return
    if sum(map(len, lists)) <= SMALL_UNION:
        small_union(here, lists, language)
        return
    by_length = sorted(lists, key=len)
    scale = scale_of(lists)
    kept = [(one, tally.add(one.ids, 1, stored_counts(one), language=language)) for one in by_length]
    shared = []
    for found in repeats(by_length, columns.segment.documents, scale):
        if len(found.ids):
            part = tally.add(found.ids, -1, language=language)
            shared.append((found.ids[part], None if found.bounds is None else found.bounds[part]))
    if not best.count:
        return
    candidates = _candidates(kept, shared, best, scale)
    if candidates is not None:
        best.add(base, candidates, exact_scores(candidates, lists))


def _candidates(
    kept: list[tuple[TermList, Any]],
    shared: list[tuple[npt.NDArray[Any], npt.NDArray[Any] | None]],
    best: Best,
    scale: float,
) -> npt.NDArray[Any] | None:
    """Return a few documents among which the best ones are, sorted; None when there are none."""
    threshold = best.threshold
    impacts: list[npt.NDArray[Any]] = []
    for one, part in kept:
        here = one.impacts[part]
        impacts.append(here)
        if len(here):
            reached = _reached(one, part, here, best.count)
            threshold = max(threshold, (reached - 1) * one.step * one.low / one.high)
    slack = sum(one.step for one, _ in kept) + (len(kept) + 1) / scale
    loss = min(one.low / one.high for one, _ in kept)
    # A document may be in the shared ones once less than there are lists.
    needed = best.count * max(len(shared), 1)
    for _, bounds in shared:
        if bounds is not None and len(bounds) >= needed:
            threshold = max(threshold, (kth_largest(bounds, needed) / scale - slack) * loss)
    threshold *= MARGIN
    parts = []
    for (one, part), here in zip(kept, impacts, strict=True):
        least = ceil(threshold / one.step) if one.step else 0
        if least <= 255 and len(here):
            ids = one.ids[part]
            parts.append(ids.take((here >= least).nonzero()[0]) if least > 1 else ids)
    least = int(threshold * scale)
    for ids, bounds in shared:
        parts.append(ids if bounds is None else ids[bounds >= least])
    return distinct(parts) if parts else None


def stored_counts(one: TermList) -> Rows | None:
    """Return the stored country counts of a frequent word, None of another."""
    row = one.row()
    return None if row is None else Rows([row])


def _one_word(here: Here, one: TermList, language: int) -> None:
    _, tally, best, base = here
    part = tally.add(one.ids, 1, stored_counts(one), language=language)
    if not best.count:
        return
    size = len(one.ids)
    places: npt.NDArray[Any]
    if size <= SCORE_ALL:
        places = np.arange(*part.indices(size)) if isinstance(part, slice) else part
    else:
        impacts = one.impacts[part]
        reached = _reached(one, part, impacts, best.count)
        threshold = max(best.threshold, (reached - 1) * one.step * one.low / one.high) * MARGIN
        # Compared as bytes: a float would have the whole list turned into floats.
        places = (impacts >= ceil(threshold / one.step)).nonzero()[0]
        if isinstance(part, slice):
            places += part.start or 0
        else:
            places = part[places]
    if len(places):
        best.add(base, one.ids.take(places), one.scores_at(places))


def _reached(one: TermList, part: Any, impacts: npt.NDArray[Any], count: int) -> int:
    """Return an impact that `count` documents of a filtered list reach."""
    if part is EVERYTHING and count <= STORED_TOP:
        stored = one.tenth_impact()
        if stored:
            return stored
    return kth_largest(impacts, count)


def all_words(here: Here, required: list[list[TermList]], lists: list[TermList], language: int) -> None:
    """Count and rank the documents that have every required word.

    Args:
        here: The segment.
        required: For each word the lists that it may stand for.
        lists: All lists, the optional ones too, in the order of the query.
        language: The language of all documents in the lists, 0 when it is not one.
    """
    columns, tally, best, base = here
    # As many words as lists says little: a word may stand for several lists, another for one of them.
    single = len(lists) == len(required) and all(len(group) == 1 for group in required)
    if single and min(map(len, lists)) <= SMALL_MEETING:
        docs, places = together(columns, lists)
        if len(docs):
            part = tally.add(docs, language=language)
            if best.count:
                best.add(base, docs[part], scores_in(lists, [spots[part] for spots in places]))
        return
    hits, bounds = _intersection(columns, required, lists)
    if not len(hits):
        return
    part = tally.add(hits, 1, language=language)
    if not best.count:
        return
    docs = hits[part]
    if bounds is not None and len(docs) > SCORE_ALL:
        highest = bounds[part]
        scale = scale_of(lists)
        slack = sum(one.step for one in lists) + (len(lists) + 1) / scale
        loss = min(one.low / one.high for one in lists)
        threshold = max(best.threshold, (kth_largest(highest, best.count) / scale - slack) * loss) * MARGIN
        docs = docs[highest >= int(max(threshold, 0) * scale)]
    if len(docs):
        best.add(base, docs, exact_scores(docs, lists))


def intersection(columns: Columns, required: list[list[TermList]], lists: list[TermList]) -> npt.NDArray[Any]:
    """Return the documents that have every required word, sorted."""
    return _intersection(columns, required, lists)[0]


def _intersection(
    columns: Columns, required: list[list[TermList]], lists: list[TermList]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
    """Return the documents that every word has, and their highest scaled scores where they are cheap."""
    groups = sorted(required, key=lambda group: sum(map(len, group)))
    sieved = len(lists) == len(required) and all(len(group) == 1 for group in groups)
    scale = scale_of(lists)
    first = groups[0]
    hits = first[0].ids if len(first) == 1 else np.unique(np.concatenate([one.ids for one in first]))
    bounds = None
    if sieved:
        bounds = np.maximum(bound_table(first[0], scale).take(first[0].impacts), 1)
    for group in groups[1:]:
        if len(group) == 1:
            hits, bounds = _meet(columns, hits, bounds, group[0], scale)
        else:
            met = [_meet(columns, hits, None, one, scale)[0] for one in group]
            hits, bounds = np.unique(np.concatenate(met)), None
        if not len(hits):
            break
    return hits, bounds


def _meet(
    columns: Columns, hits: npt.NDArray[Any], bounds: npt.NDArray[Any] | None, one: TermList, scale: float
) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
    short, long = (hits, one.ids) if len(hits) <= len(one.ids) else (one.ids, hits)
    if len(short) < SEARCH_BELOW or SEARCH_RATIO * len(short) < len(long):
        in_short, in_long = find(long, short)
        places = in_long if short is hits else in_short
        if bounds is not None:
            mine = in_short if short is hits else in_long
            bounds = bounds[mine] + bound_table(one, scale).take(one.impacts[places])
        return one.ids[places], bounds
    scratch = marks(columns.segment.documents, np.uint16)
    spots = hits.astype(np.intp)
    try:
        scratch[spots] = 1 if bounds is None else bounds
        before = scratch.take(one.ids)
    finally:
        scratch[spots] = 0
    places = before.nonzero()[0]
    if bounds is not None:
        bounds = before[places] + bound_table(one, scale).take(one.impacts[places])
    return one.ids[places], bounds
