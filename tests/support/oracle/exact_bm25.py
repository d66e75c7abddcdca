"""Compute BM25 as a Whoosh weighting, with exact lengths and the mean over their documents."""

import math
from collections.abc import Callable
from itertools import chain
from typing import Any

from whoosh import scoring

K1, B = 1.2, 0.75
LANGUAGES = ("en", "es", "fr", "und")


class ExactBM25(scoring.WeightingModel):  # type: ignore[misc]  # Whoosh has no types
    """Scores by exact lengths, which Whoosh's own codec rounds to a byte."""

    def __init__(self, length_of: Callable[[str, dict[str, Any]], int]) -> None:
        self._length_of = length_of
        self._lengths: dict[tuple[str, int], list[int]] = {}

    def scorer(self, searcher: Any, fieldname: str, text: bytes, **_: Any) -> scoring.BaseScorer:
        """Return the scorer of a term in one segment, with the statistics of all segments."""
        whole = searcher.get_parent()
        having = [length for length in self._of(whole, fieldname) if length] if "_" in fieldname else []
        if not having:  # a keyword, or an empty field
            return _Scorer(0.0, 1.0, [0] * searcher.doc_count_all())
        df = whole.doc_frequency(fieldname, text)
        kind = fieldname.partition("_")[0]
        others = [self._of(whole, f"{kind}_{one}") for one in LANGUAGES if f"{kind}_{one}" != fieldname]
        documents = len(having) + min(3, sum(map(bool, chain.from_iterable(others))))
        idf = math.log(1 + (documents - df + 0.5) / (df + 0.5))
        return _Scorer(idf, sum(having) / len(having), self._of(searcher, fieldname))

    def _of(self, searcher: Any, name: str) -> list[int]:
        """Return the lengths of a field by document number, including deleted documents."""
        key = name, id(searcher)
        if key not in self._lengths:
            numbers = range(searcher.doc_count_all())
            self._lengths[key] = [self._length_of(name, searcher.stored_fields(n)) for n in numbers]
        return self._lengths[key]


class _Scorer(scoring.BaseScorer):  # type: ignore[misc]  # Whoosh has no types
    def __init__(self, idf: float, average: float, lengths: list[int]) -> None:
        self._idf = idf
        self._average = average
        self._lengths = lengths

    def max_quality(self) -> float:
        """Return infinity, so that no matcher is skipped."""
        return math.inf

    def score(self, matcher: Any) -> float:
        """Return the score of the current posting."""
        tf = matcher.weight()
        length = self._lengths[matcher.id()]
        return self._idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / self._average))
