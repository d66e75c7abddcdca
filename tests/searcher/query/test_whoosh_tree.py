"""The bridge to Whoosh: its searcher matches and scores the tree as the nodes define."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from examples import examples
from expressions import most_apart
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.exact_bm25 import ExactBM25
from oracle.stock_index import Posting, written_schema
from whoosh import index

from indexer.errors import QueryError
from searcher.query.model import (
    And,
    AndNot,
    ConstantScore,
    Days,
    DisjunctionMax,
    Everything,
    Keyword,
    Near,
    Node,
    Not,
    NotNear,
    Numbers,
    Occurring,
    Or,
    Phrase,
    Should,
    Term,
    Word,
    WordSet,
)
from searcher.query.whoosh_tree import to_whoosh

FIELDS = ("text_en", "title_en", "text_es")
TERMS = ("tide", "gauge", "buoy", "quay")
CODES = ("PE", "CL", "unknown")


@dataclass
class Doc:
    """A document as tests describe it."""

    texts: dict[str, list[str]]
    country: str
    days: tuple[int, int] | None
    estimated: bool
    deleted: bool
    own: tuple[str, ...]
    number: int = field(default=0)


docs = st.builds(
    Doc,
    st.fixed_dictionaries({name: st.lists(st.sampled_from(TERMS), max_size=7) for name in FIELDS}),
    st.sampled_from(CODES),
    st.none() | st.tuples(st.integers(700, 709), st.integers(0, 3)).map(lambda days: (days[0], sum(days))),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(
        [
            (),
            ("desk\x1fday\x1f",),
            ("desk\x1fday\x1fDay",),
            ("desk\x1fdays\x1f", "page\x1f7\x1f"),
            ("page\x1f12.5\x1f", "page\x1fx\x1f"),
        ]
    ),
)
archives = st.lists(st.lists(docs, min_size=1, max_size=6), min_size=1, max_size=3)
boosts = st.sampled_from([1.0, 0.5])
names, terms = st.sampled_from(FIELDS), st.sampled_from([*TERMS, "absent"])
some_days = st.none() | st.integers(699, 713)
numbers = st.sampled_from([-1.0, 7.0, 7.5, 99.0])
leaves = st.one_of(
    st.builds(Term, names, terms, boosts),
    st.builds(
        lambda name, words, gap, slop, boost: Phrase(
            name, tuple(words), tuple(range(0, len(words) * gap, gap)), slop, boost
        ),
        names,
        st.lists(terms, min_size=2, max_size=3),
        st.integers(1, 2),
        st.integers(0, 3),
        boosts,
    ),
    st.builds(WordSet, st.just("t*"), st.lists(terms, max_size=3, unique=True).map(tuple), boosts),
    st.builds(Keyword, st.just("country"), st.sampled_from([*CODES, "FJ"])),
    st.builds(Keyword, st.just("own"), st.sampled_from(["desk", "desk\x1fday", "page\x1f7", "page\x1f"])),
    st.builds(Numbers, st.just("page"), numbers, numbers),
    st.builds(Days, some_days, some_days, st.booleans()),
    st.just(Everything()),
)


texts = st.sampled_from(["text_en", "text_en", "text_es"])  # positions in a title are not comparable here
placed = st.one_of(
    st.builds(Term, texts, terms, boosts),
    st.builds(
        lambda name, words: Phrase(name, tuple(words), (*range(len(words)),)),
        texts,
        st.lists(terms, min_size=2, max_size=2),
    ),
)


def nearby(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Draw a proximity."""
    return st.one_of(
        st.builds(Near, st.tuples(inner, inner), st.integers(1, 4), st.booleans()),
        st.builds(NotNear, inner, inner, st.integers(1, 4)),
        st.builds(Occurring, inner, st.integers(1, 3)),
    )


proximities = st.recursive(
    placed, lambda inner: st.one_of(nearby(inner), st.builds(Or, st.tuples(inner, inner))), max_leaves=4
)


def compounds(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Draw compound nodes."""
    parts = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Or, parts),
        st.builds(And, parts),
        st.builds(DisjunctionMax, parts, st.sampled_from([0.0, 0.4])),
        st.builds(Should, inner, inner),
        st.builds(AndNot, inner, inner),
        st.builds(Not, inner),
        st.builds(ConstantScore, inner, st.sampled_from([0.0, 1.5])),
    )


nodes = st.recursive(st.one_of(leaves, leaves, nearby(proximities)), compounds, max_leaves=8)


class Meaning:
    """The meaning of nodes by checking each document."""

    def __init__(self, archive: list[Doc]) -> None:
        self._all = archive
        self._live = [doc for doc in archive if not doc.deleted]

    def scores(self, node: Any) -> dict[int, float]:  # noqa: C901, PLR0911, PLR0912 - one case a node
        """Return the score of each document that a node matches."""
        parts = list(map(self.scores, getattr(node, "parts", ())))
        match node:
            case Term():
                return self._leaf(node, lambda doc: node.text in doc.texts[node.field], (node.text,))
            case Phrase():
                return self._leaf(node, lambda doc: _matches(node, doc.texts[node.field]), node.terms)
            case WordSet():
                hit = [doc for doc in self._live if _words(doc).intersection(node.words)]
                return {doc.number: node.boost for doc in hit}
            case Keyword(field="own"):
                prefix = f"{node.value}\x1f"
                hit = [doc for doc in self._live if any(own.startswith(prefix) for own in doc.own)]
                return {doc.number: 1.0 for doc in hit}
            case Numbers():
                values = {"page\x1f7\x1f": 7.0, "page\x1f12.5\x1f": 12.5}
                of_docs = [(doc, values[own]) for doc in self._live for own in doc.own if own in values]
                return {doc.number: 1.0 for doc, value in of_docs if node.first <= value <= node.last}
            case Keyword():
                return {doc.number: 1.0 for doc in self._live if doc.country == node.value}
            case Days():
                return {doc.number: 1.0 for doc in self._live if _shares_a_day(node, doc)}
            case Everything():
                return {doc.number: 0.0 for doc in self._live}
            case Or():
                union = set().union(*parts)
                return {n: sum(part.get(n, 0.0) for part in parts) for n in union}
            case DisjunctionMax():
                found = {n: [part[n] for part in parts if n in part] for n in set().union(*parts)}
                return {n: max(s) + node.tie_breaker * (sum(s) - max(s)) for n, s in found.items()}
            case And():
                shared = set(parts[0]).intersection(*parts)
                return {n: sum(part[n] for part in parts) for n in shared}
            case Near():
                return {
                    doc.number: sum(part[doc.number] for part in parts)
                    for doc in self._live
                    if all(doc.number in part for part in parts) and _places(node, doc)
                }
            case NotNear():
                kept = self.scores(node.kept)
                return {doc.number: kept[doc.number] for doc in self._live if _places(node, doc)}
            case Occurring():
                found = self.scores(node.part)
                return {doc.number: found[doc.number] for doc in self._live if _places(node, doc)}
            case Should():
                more = self.scores(node.optional)
                return {n: score + more.get(n, 0.0) for n, score in self.scores(node.required).items()}
            case AndNot():
                excluded = self.scores(node.excluded)
                return {n: score for n, score in self.scores(node.kept).items() if n not in excluded}
        below = self.scores(node.part)
        if isinstance(node, ConstantScore):
            return dict.fromkeys(below, node.boost)
        return {doc.number: 1.0 for doc in self._live if doc.number not in below}

    def _leaf(self, node: Any, matches: Any, words: tuple[str, ...]) -> dict[int, float]:
        return {
            doc.number: node.boost * sum(self._bm25(node.field, word, doc) for word in words)
            for doc in self._live
            if matches(doc)
        }

    def _bm25(self, name: str, word: str, doc: Doc) -> float:
        having = [len(other.texts[name]) for other in self._all if other.texts[name]]
        frequency = sum(word in other.texts[name] for other in self._all)
        languages = [f"{name.partition('_')[0]}_{one}" for one in ("en", "es", "fr", "und")]
        others = [doc for doc in self._all for one in languages if one != name and doc.texts.get(one)]
        documents = len(having) + min(3, len(others))
        idf = math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
        times, length = doc.texts[name].count(word), len(doc.texts[name])
        return idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / (sum(having) / len(having))))


def _places(node: Any, doc: Doc) -> set[tuple[str, int, int]]:
    """Return the field, the first and the last position of each occurrence of a part of a proximity."""
    match node:
        case Term() | Phrase():
            words = node.terms if isinstance(node, Phrase) else (node.text,)
            text, size = doc.texts[node.field], len(words)
            begins = [at for at in range(len(text)) if tuple(text[at : at + size]) == words]
            return {(node.field, at, at + size - 1) for at in begins}
        case Or():
            return set().union(*[_places(part, doc) for part in node.parts])
        case NotNear():
            others = _places(node.excluded, doc)
            return {
                one
                for one in _places(node.kept, doc)
                if not any(
                    one[0] == other[0]
                    and other[1] - one[2] <= node.distance
                    and one[1] - other[2] <= node.distance
                    for other in others
                )
            }
        case Occurring():
            found = _places(node.part, doc)
            spans = [{one[1:] for one in found if one[0] == name} for name in doc.texts]
            return found if sum(map(most_apart, spans)) >= node.least else set()
    first, second = (_places(part, doc) for part in node.parts)
    pairs = {(a, b) for a in first for b in second if a[0] == b[0] and 1 <= b[1] - a[2] <= node.distance}
    if not node.ordered:
        pairs |= {(a, b) for a in first for b in second if a[0] == b[0] and 1 <= a[1] - b[2] <= node.distance}
    return {place for pair in pairs for place in pair}


def _words(doc: Doc) -> set[str]:
    return {word for text in doc.texts.values() for word in text}


def _matches(node: Phrase, text: list[str]) -> bool:
    places = [[at for at, word in enumerate(text) if word == term] for term in node.terms]
    for spots in product(*places):
        moved = [at - offset for at, offset in zip(spots, node.offsets, strict=True)]
        if len(set(spots)) == len(spots) and max(moved) - min(moved) <= node.slop:
            return True
    return False


def _shares_a_day(node: Days, doc: Doc) -> bool:
    if doc.days is None or (doc.estimated and not node.estimated):
        return False
    first = node.first is None or doc.days[1] >= node.first
    return first and (node.last is None or doc.days[0] <= node.last)


def _write(folder: str, segments: list[list[Doc]]) -> Any:
    """Write documents as segments of a stock Whoosh index, delete some, and open it."""
    opened = index.create_in(folder, written_schema())
    number = 0
    for segment in segments:
        writer = opened.writer()
        for doc in segment:
            doc.number, number = number, number + 1
            values: dict[str, Any] = {name: _postings(text) for name, text in doc.texts.items() if text}
            values["words"] = _postings(sorted(_words(doc)))
            values["country"] = _postings([doc.country])
            values["own"] = _postings(list(doc.own))
            if doc.days:
                prefix = ("estimated_start", "estimated_end") if doc.estimated else ("start_day", "end_day")
                values |= dict(zip(prefix, doc.days, strict=True))
            lengths = {name: len(text) for name, text in doc.texts.items()}
            writer.add_document(id=str(doc.number), record={"number": doc.number, **lengths}, **values)
        writer.commit(merge=False)
    writer = opened.writer()
    for doc in (doc for segment in segments for doc in segment if doc.deleted):
        writer.delete_by_term("id", str(doc.number))
    writer.commit(merge=False)
    return index.open_dir(folder)


def _postings(text: list[str]) -> list[Posting]:
    return [
        Posting(term, text.count(term), [at for at, word in enumerate(text) if word == term])
        for term in sorted(set(text))
    ]


@settings(max_examples=examples(60), deadline=None)
@given(archives, st.lists(nodes, min_size=1, max_size=10))
def test_whoosh_matches_and_scores_as_the_nodes_define(segments: list[list[Doc]], asked: list[Node]) -> None:
    """For any nodes Whoosh's searcher gives the documents and scores that the algebra defines."""
    with tempfile.TemporaryDirectory() as folder:
        opened = _write(folder, segments)
        meaning = Meaning([doc for segment in segments for doc in segment])
        weighting = ExactBM25(lambda name, stored: stored["record"].get(name, 0))
        with opened.searcher(weighting=weighting) as searcher:
            for node in asked:
                hits = searcher.search(to_whoosh(node), limit=None)
                found = {hit["record"]["number"]: hit.score for hit in hits}
                assert found == pytest.approx(meaning.scores(node), abs=1e-9), node


def test_a_parsed_leaf_has_no_whoosh_tree() -> None:
    """A node that was not resolved with an index cannot be executed."""
    with pytest.raises(QueryError, match="Word"):
        to_whoosh(Or((Word("tide"), Word("ebb"))))


def test_whoosh_has_no_places_and_no_lengths() -> None:
    """A query for the lead, the body or the number of words cannot be executed by Whoosh."""
    with pytest.raises(QueryError, match="cannot search the number of words"):
        to_whoosh(Numbers("length", 1.0, 9.0))
    with pytest.raises(QueryError, match="cannot search the lead or the body"):
        to_whoosh(Occurring(Term("text_en", "tide"), 1, "lead"))
