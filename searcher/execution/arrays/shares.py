"""What a leaf of a query tree gives to a few documents that are known already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as q

from searcher.execution.arrays.columns import Columns, find
from searcher.execution.arrays.lists import term_list
from searcher.execution.arrays.tree import TreeEvaluation

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from indexer.codec.array_index import ArrayIndex

RANKED = ("text_", "title_")  # fields whose lists of documents are read in place


class Shares:
    """Evaluates leaves for some documents; equal leaves are evaluated once.

    Args:
        index: The index.
        documents: The numbers of the documents.
    """

    def __init__(self, index: ArrayIndex, documents: Sequence[int]) -> None:
        self._tree = TreeEvaluation(index)
        self._segments: list[tuple[Columns, int, int, npt.NDArray[Any]]] = []
        for place, (segment, base) in enumerate(zip(index.segments, index.bases, strict=True)):
            inside = [number - base for number in documents if 0 <= number - base < segment.documents]
            if inside:
                docs = np.array(sorted(inside), np.uint32)
                self._segments.append((Columns(segment), place, base, docs))
        self._known: dict[Hashable, Mapping[int, float]] = {}

    def of(self, leaf: q.Query) -> Mapping[int, float]:
        """Return the score that a leaf gives to each of the documents that it matches."""
        key = _key(leaf)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = dict(self._scores(leaf))
        return found

    def _scores(self, leaf: Any) -> Iterator[tuple[int, float]]:
        for columns, place, base, docs in self._segments:
            if isinstance(leaf, q.Phrase) and not self._has_words(leaf, columns, place, docs):
                continue
            if isinstance(leaf, q.Term) and leaf.fieldname.startswith(RANKED):
                one = self._list(leaf, leaf.text, columns, place)
                if one is None:
                    continue
                there, places = find(one.ids, docs)
                scores = one.scores_at(places)
            else:
                scored = self._tree.on(columns, place, leaf)
                there, places = find(scored.docs, docs)
                scores = scored.scores[places]
            yield from zip((docs[there].astype(np.int64) + base).tolist(), scores.tolist(), strict=True)

    def _list(self, leaf: Any, term: str | bytes, columns: Columns, place: int) -> Any:
        text = term if isinstance(term, bytes) else term.encode("utf-8", "surrogatepass")
        return term_list(columns, place, self._tree.weight(leaf.fieldname, text, float(leaf.boost)))

    def _has_words(self, phrase: Any, columns: Columns, place: int, docs: npt.NDArray[Any]) -> bool:
        """Tell whether any of the documents has all words of a phrase."""
        for word in phrase.words:
            one = self._list(phrase, word, columns, place)
            if one is None:
                return False
            docs = docs[find(one.ids, docs)[0]]
            if not len(docs):
                return False
        return True


def _key(leaf: Any) -> Hashable:
    """Return what equal leaves have in common."""
    if type(leaf) is q.Term:
        return leaf.fieldname, leaf.text, leaf.boost
    if isinstance(leaf, q.Phrase):
        offsets = getattr(leaf, "offsets", None)
        return leaf.fieldname, tuple(leaf.words), offsets, leaf.slop, leaf.boost
    return id(leaf)
