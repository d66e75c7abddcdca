"""Words with what joins them where few documents match, without numpy: what matches, with its score."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from indexer.codec.postings import K1, B
from searcher.execution.alternatives import WeighedBeside
from searcher.execution.few import scored_postings, stands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.codec.segment import Segment
    from searcher.execution.alternatives import Weighed, WeighedWord


def joined_matches(parts: Weighed, segment: Segment, place: int) -> dict[int, float]:
    """Return the live documents of one segment that match, with their exact scores.

    Args:
        parts: The query.
        segment: The segment.
        place: Its place in the index.
    """
    scores = _sum(parts, segment, place)
    for doc in segment.deleted:
        scores.pop(doc, None)
    return scores


def _sum(parts: Weighed, segment: Segment, place: int) -> dict[int, float]:
    sums: dict[int, float] = {}
    for part in parts:
        if isinstance(part, WeighedBeside):
            typed = _sum(part.typed, segment, place)
            added = _highest([_scores(word, segment, place) for word in part.added], part.others)
            scores: Mapping[int, float] = _highest([typed, added], part.others)
        else:
            scores = _scores(part, segment, place)
        if sums:
            for doc, score in scores.items():
                sums[doc] = sums.get(doc, 0.0) + score
        else:
            sums.update(scores)
    return sums


def _highest(alternatives: list[dict[int, float]], others: float) -> dict[int, float]:
    """Return the scores of what the best alternative gives, and some of what all others give."""
    found = [one for one in alternatives if one]
    if len(found) <= 1:
        return found[0] if found else {}
    best: dict[int, float] = {}
    sums: dict[int, float] = {}
    for one in found:
        for doc, score in one.items():
            sums[doc] = sums.get(doc, 0.0) + score
            if score > best.get(doc, 0.0):
                best[doc] = score
    return {doc: (top := best.get(doc, 0.0)) + others * (total - top) for doc, total in sums.items()}


def _scores(word: WeighedWord, segment: Segment, place: int) -> dict[int, float]:
    """Return the documents of a term or a phrase, with their scores."""
    if len(word.weights) == 1:
        weight = word.weights[0]
        return scored_postings(segment, weight, weight.numbers[place])
    return _phrase(word, segment, place)


def _phrase(word: WeighedWord, segment: Segment, place: int) -> dict[int, float]:
    weights = word.weights
    if any(weight.numbers[place] < 0 for weight in weights):
        return {}
    postings = segment.postings(weights[0].field)
    if not postings.has_positions:
        return {}
    bounds = [postings.bounds(weight.numbers[place]) for weight in weights]
    ids = postings.ids_view
    rarest = min(range(len(bounds)), key=lambda at: bounds[at][1] - bounds[at][0])
    found: dict[int, float] = {}
    for number in range(*bounds[rarest]):
        doc = ids[number]
        numbers = []
        for at, (first, last) in enumerate(bounds):
            here = number if at == rarest else bisect_left(ids, doc, first, last)
            if here >= last or ids[here] != doc:
                break
            numbers.append(here)
        if len(numbers) == len(bounds) and stands(
            [postings.positions_of(here) for here in numbers], word.offsets, 1
        ):
            length = postings.lengths_at([doc])[doc]
            score = 0.0
            for weight, here in zip(weights, numbers, strict=True):
                frequency = float(postings.count_of(here)[0])
                norm = frequency + K1 * (1 - B) + K1 * B / weight.average * length
                score += weight.weight * frequency / norm
            found[doc] = score
    return found
