"""Any query tree over one segment: each node gives its documents and their scores."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from whoosh import query as q

from indexer.errors import QueryError
from searcher.execution.arrays.columns import Columns, find
from searcher.execution.arrays.expansion import expand
from searcher.execution.arrays.lists import scores_in, term_list
from searcher.execution.arrays.phrases import phrase_hits
from searcher.execution.found_words import FoundWords
from searcher.execution.weights import TermWeight

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from indexer.codec.array_index import ArrayIndex

DENSE = 8  # unions that touch more than this part of the segment are summed over all its documents
DAYS = {
    "start_day": ("start", False),
    "end_day": ("end", False),
    "estimated_start": ("start", True),
    "estimated_end": ("end", True),
}
KINDS = ("none", "printed", "corrected", "inferred", "estimated")


class Scored(NamedTuple):
    """Documents with their scores.

    Attributes:
        docs: Sorted, each once, uint32.
        scores: Of the same length, float64.
    """

    docs: npt.NDArray[Any]
    scores: npt.NDArray[Any]


class TreeEvaluation:
    """Evaluates one query tree on every segment.

    What a node needs of the whole index (weights, the terms of a pattern) is worked out once.

    Args:
        index: The index.
    """

    def __init__(self, index: ArrayIndex) -> None:
        self._index = index
        self._weights: dict[tuple[str, bytes, float], TermWeight] = {}
        self._expanded: dict[int, list[bytes]] = {}

    def on(self, columns: Columns, place: int, query: Any) -> Scored:
        """Return the live documents of one segment that match.

        Args:
            columns: The segment.
            place: Its place in the index.
            query: A Whoosh query over the fields of the index.

        Raises:
            QueryError: A kind of query that is not known, or a pattern that stands for too many terms.
        """
        return _Segment(self, columns, place).evaluate(query)

    def weight(self, field: str, term: bytes, boost: float) -> TermWeight:
        """Return a term with its weight."""
        key = (field, term, boost)
        found = self._weights.get(key)
        if found is None:
            found = self._weights[key] = TermWeight(self._index, field, term, boost)
        return found

    def expansion(self, query: Any) -> list[bytes]:
        """Return the terms of a pattern."""
        found = self._expanded.get(id(query))
        if found is None:
            found = self._expanded[id(query)] = expand(self._index, query)
        return found


class _Segment:
    """The evaluation on one segment."""

    def __init__(self, whole: TreeEvaluation, columns: Columns, place: int) -> None:
        self._whole = whole
        self._columns = columns
        self._place = place
        self._documents = columns.segment.documents

    def evaluate(  # noqa: C901, PLR0911, PLR0912  # one case a node of the tree
        self, query: Any, boost: float = 1.0
    ) -> Scored:
        own = boost * float(getattr(query, "boost", 1.0))
        match query:
            case q.Phrase():
                return self._phrase(query, own)
            case q.Term():
                return self._term(query.fieldname, _bytes(query.text), own)
            case q.Or() | q.DisjunctionMax():
                parts = [self.evaluate(part, own) for part in query.subqueries]
                if isinstance(query, q.DisjunctionMax):
                    return self._highest(parts, query.tiebreak)
                return self._either(parts)
            case q.And():
                parts = [self.evaluate(part, own) for part in query.subqueries]
                return reduce(_both, parts) if parts else _nothing()
            case q.Not():
                return self._all_but(self.evaluate(query.query).docs)
            case q.AndNot():
                return _without(self.evaluate(query.a, own), self.evaluate(query.b).docs)
            case q.AndMaybe():
                kept, extra = self.evaluate(query.a, own), self.evaluate(query.b, own)
                mine, other = find(extra.docs, kept.docs)
                scores = kept.scores.copy()
                scores[mine] += extra.scores[other]
                return Scored(kept.docs, scores)
            case q.Require():
                kept = self.evaluate(query.a, own)
                mine, _ = find(self.evaluate(query.b).docs, kept.docs)
                return Scored(kept.docs[mine], kept.scores[mine])
            case q.Every():
                return self._every(query, own)
            case q.ConstantScoreQuery():
                docs = self.evaluate(query.child).docs
                return Scored(docs, np.full(len(docs), boost * float(query.score)))
            case FoundWords():
                return self._any_of(query.fieldname, map(_bytes, query.found), own)
            case q.MultiTerm():
                return self._any_of(query.fieldname, self._whole.expansion(query), own)
            case q.NumericRange():
                return self._range(query, own)
            case q.NullQuery | q.qcore._NullQuery():  # noqa: SLF001  # Whoosh names its empty query's class so
                return _nothing()
        raise QueryError(f"this kind of query cannot be executed: {type(query).__name__}")

    # Leaves

    def _term(self, field: str, term: bytes, boost: float) -> Scored:
        if field == "dating":
            return self._constant(self._of_kind(term), boost)
        if field == "id":
            doc = self._columns.segment.find_id(term.decode("utf-8", "replace"))
            return self._constant(np.array([doc] if doc >= 0 else [], np.uint32), boost)
        if field == "country" and field not in self._columns.segment.fields:
            return _nothing()
        one = term_list(self._columns, self._place, self._whole.weight(field, term, boost))
        if one is None:
            return _nothing()
        return Scored(one.ids, one.scores_at(np.arange(len(one.ids))))

    def _of_kind(self, name: bytes) -> npt.NDArray[Any]:
        kind = name.decode("utf-8", "replace")
        if kind not in KINDS:
            return np.empty(0, np.uint32)
        docs: npt.NDArray[Any] = (self._columns.segment.array("kind") == KINDS.index(kind)).nonzero()[0]
        return docs.astype(np.uint32)

    def _phrase(self, query: Any, boost: float) -> Scored:
        words = [_bytes(word) for word in query.words]
        lists = []
        for word in words:
            one = term_list(self._columns, self._place, self._whole.weight(query.fieldname, word, boost))
            if one is None or not one.postings.has_positions:
                return _nothing()
            lists.append(one)
        offsets = getattr(query, "offsets", None) or range(len(words))
        if not lists:
            return _nothing()
        docs, places = phrase_hits(self._columns, lists, list(offsets), query.slop)
        return Scored(docs, scores_in(lists, places))

    def _any_of(self, field: str, terms: Iterable[bytes], boost: float) -> Scored:
        """Return the documents that have any of some terms of an unranked field."""
        segment = self._columns.segment
        if field not in segment.fields:
            return _nothing()
        lexicon, postings = segment.lexicon(field), segment.postings(field)
        found = [postings.bounds(n) for n in map(lexicon.find, terms) if n >= 0]
        if not found:
            return _nothing()
        docs = np.unique(np.concatenate([postings.documents(first, last) for first, last in found]))
        return self._constant(docs, boost)

    def _range(self, query: Any, boost: float) -> Scored:
        name, estimated = DAYS.get(query.fieldname, ("", False))
        if not name:
            raise QueryError(f"there are no numbers in the field “{query.fieldname}”")
        segment = self._columns.segment
        zone = segment.estimated if estimated else segment.dated
        days = segment.array(name)[zone.first : zone.last]
        kept = np.ones(len(days), np.bool_)
        if query.start is not None:
            kept &= days > query.start if query.startexcl else days >= query.start
        if query.end is not None:
            kept &= days < query.end if query.endexcl else days <= query.end
        return self._constant((kept.nonzero()[0] + zone.first).astype(np.uint32), boost)

    def _every(self, query: Any, boost: float) -> Scored:
        docs = np.arange(self._documents, dtype=np.uint32)
        field = getattr(query, "fieldname", None)
        if field in self._columns.segment.fields:
            postings = self._columns.segment.postings(field)
            terms = range(len(self._columns.segment.lexicon(field)))
            docs = np.unique(np.concatenate([postings.documents(*postings.bounds(term)) for term in terms]))
        return self._constant(docs, boost)

    def _constant(self, docs: npt.NDArray[Any], score: float) -> Scored:
        """Return the live ones of some documents, all with one score."""
        dead = self._columns.dead
        if dead is not None:
            docs = docs[~dead[docs]]
        return Scored(docs, np.full(len(docs), score))

    # Compounds

    def _either(self, parts: list[Scored]) -> Scored:
        parts = [part for part in parts if len(part.docs)]
        if len(parts) <= 1:
            return parts[0] if parts else _nothing()
        if sum(len(part.docs) for part in parts) * DENSE > self._documents:
            sums = np.zeros(self._documents)
            there = np.zeros(self._documents, np.bool_)
            for part in parts:
                sums[part.docs] += part.scores
                there[part.docs] = True
            docs = there.nonzero()[0]
            return Scored(docs.astype(np.uint32), sums[docs])
        docs = np.unique(np.concatenate([part.docs for part in parts]))
        scores = np.zeros(len(docs))
        for part in parts:
            scores[docs.searchsorted(part.docs)] += part.scores
        return Scored(docs, scores)

    def _highest(self, parts: list[Scored], tiebreak: float) -> Scored:
        if not parts:
            return _nothing()
        docs = np.unique(np.concatenate([part.docs for part in parts]))
        scores, sums = np.zeros(len(docs)), np.zeros(len(docs))
        for part in parts:
            at = docs.searchsorted(part.docs)
            scores[at] = np.maximum(scores[at], part.scores)
            sums[at] += part.scores
        return Scored(docs, scores + tiebreak * (sums - scores) if tiebreak else scores)

    def _all_but(self, docs: npt.NDArray[Any]) -> Scored:
        kept = np.ones(self._documents, np.bool_)
        kept[docs] = False
        return self._constant(kept.nonzero()[0].astype(np.uint32), 1.0)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _nothing() -> Scored:
    return Scored(np.empty(0, np.uint32), np.empty(0))


def _both(left: Scored, right: Scored) -> Scored:
    if len(left.docs) <= len(right.docs):
        mine, other = find(right.docs, left.docs)
    else:
        other, mine = find(left.docs, right.docs)
    return Scored(left.docs[mine], left.scores[mine] + right.scores[other])


def _without(kept: Scored, excluded: npt.NDArray[Any]) -> Scored:
    stays = np.ones(len(kept.docs), np.bool_)
    if len(excluded) <= len(kept.docs):
        stays[find(kept.docs, excluded)[1]] = False
    else:
        stays[find(excluded, kept.docs)[0]] = False
    return Scored(kept.docs[stays], kept.scores[stays])
