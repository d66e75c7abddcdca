from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as q

from indexer.codec import field_writer
from indexer.codec.array_index import ArrayIndex
from indexer.codec.deletions import write_deletions
from indexer.codec.documents import Documents, document_order
from indexer.codec.segment import Segment
from indexer.codec.segment_writer import SegmentWriter
from indexer.errors import QueryError
from searcher.execution import best, country_counts, lists, narrowing, union
from searcher.execution import phrases as phrases_
from searcher.execution import words as words_
from searcher.execution.executor import IndexExecutor
from searcher.execution.few import execute_few, light_matches
from searcher.execution.light import LightPhrase, LightQuery, LightWord, Wanted
from searcher.execution.shapes import Execution, Filters
from searcher.execution.weights import KnownTerms, weights_of
from searcher.query.phrase import GappedPhrase

TITLE_WEIGHT = 2
LANGUAGES = {"en": 1, "es": 2, "fr": 4, "und": 8}
WORDS = ["ship", "port", "crew", "tide", "sail", "rope"]
COUNTRIES = ["AR", "BO", "CL", "EC", "PE", "PY", "UY"]
FACETS = ("year", "month", "country", "language")


@dataclass
class Doc:
    """A document of the model: its texts as words, by language, and its columns."""

    id: str
    title: dict[str, list[str]]
    body: dict[str, list[str]]
    start: date | None
    end: date | None
    kind: int
    countries: list[str]
    languages: list[str]
    alive: bool = True
    number: int = field(default=-1)

    def places(self, name: str, term: str) -> list[tuple[int, bool]]:
        """Return (position, in the title) of every occurrence of a term in a text field."""
        language = name.removeprefix("text_")
        title, body = self.title.get(language, []), self.body.get(language, [])
        found = [(at, True) for at, word in enumerate(title) if word == term]
        return found + [(at + 32 + len(title), False) for at, word in enumerate(body) if word == term]

    def frequency(self, name: str, term: str) -> int:
        """Return how often a term counts."""
        return sum(TITLE_WEIGHT if titled else 1 for _, titled in self.places(name, term))

    def length(self, name: str) -> int:
        """Return the length of a text field."""
        return sum(self.frequency(name, word) for word in WORDS)


# The segments


def write_segment(folder: Path, name: str, docs: list[Doc], generation: int) -> Segment:
    """Write documents as a segment, with their deletions, and number them."""
    writer = SegmentWriter(folder, name, TITLE_WEIGHT)
    for doc in docs:
        writer.store(doc.id.encode())
    start = np.array([doc.start.toordinal() if doc.start else 0 for doc in docs])
    end = np.array([doc.end.toordinal() if doc.end else 0 for doc in docs])
    kind = np.array([doc.kind for doc in docs])
    order = document_order([doc.id for doc in docs], start, kind)
    docs = [docs[at] for at in order]
    masks = np.array([sum(LANGUAGES[one] for one in doc.languages) for doc in docs])
    writer.documents(
        Documents(
            start[order],
            end[order],
            kind[order],
            masks,
            masks,
            [doc.countries for doc in docs],
            [doc.id.encode() for doc in docs],
            [None] * len(docs),
            order,
        )
    )
    for language in LANGUAGES:
        write_text(writer, f"text_{language}", docs)
    keywords = {code.encode(): [code in doc.countries for doc in docs] for code in COUNTRIES}
    keywords = {b"unknown": [not doc.countries for doc in docs], **keywords}
    write_keyword(writer, "country", keywords)
    words = {w.encode(): [any(d.places(f"text_{la}", w) for la in LANGUAGES) for d in docs] for w in WORDS}
    write_keyword(writer, "words", words)
    writer.finish()
    dead = [number for number, doc in enumerate(docs) if not doc.alive]
    write_deletions(folder, name, generation, dead, len(docs))
    for number, doc in enumerate(docs):
        doc.number = number
    return Segment.open(folder, name, generation)


def write_text(writer: SegmentWriter, name: str, docs: list[Doc]) -> None:
    """Write a text field of all documents, if any has it."""
    lengths = np.array([doc.length(name) for doc in docs])
    postings = [
        (w, n, d.places(name, w)) for w in sorted(WORDS) for n, d in enumerate(docs) if d.places(name, w)
    ]
    if not postings:
        return
    df = Counter(word for word, _, _ in postings)
    positions = [at for _, _, places in postings for at, _ in places]
    text = writer.field(
        name, postings=len(postings), occurrences=len(positions), max_position=max(positions), lengths=lengths
    )
    for word in sorted(df):  # a call for each term, as a merge of large runs does
        mine = [one for one in postings if one[0] == word]
        text.add(
            [word.encode()],
            np.array([df[word]]),
            np.array([number for _, number, _ in mine]),
            np.array([len(places) for *_, places in mine]),
            np.array([sum(titled for _, titled in places) for *_, places in mine]),
            np.array([at for *_, places in mine for at, _ in places]),
        )
    text.close()


def write_keyword(writer: SegmentWriter, name: str, members: dict[bytes, list[bool]]) -> None:
    """Write a field of keywords without frequencies."""
    lists = [(term, np.flatnonzero(mine)) for term, mine in sorted(members.items()) if any(mine)]
    keyword = writer.field(name, postings=sum(len(ids) for _, ids in lists), counts=False, positions=False)
    if lists:
        keyword.add(
            [t for t, _ in lists], np.array([len(i) for _, i in lists]), np.concatenate([i for _, i in lists])
        )
    keyword.close()


# The model: brute force over the documents


class Model:
    """Answers queries by looking at every document, as the search semantics are written."""

    def __init__(self, docs: list[Doc]) -> None:
        self.docs = docs

    def score(self, name: str, term: str, doc: Doc) -> float:
        """Return the exact BM25 score of a term in a document, 0 where it is missing."""
        having = [one for one in self.docs if one.length(name)]
        n = sum(bool(one.frequency(name, term)) for one in self.docs)
        tf = doc.frequency(name, term)
        if not tf:
            return 0.0
        average = sum(one.length(name) for one in having) / len(having)
        idf = math.log(1 + (len(having) - n + 0.5) / (n + 0.5))
        return idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * doc.length(name) / average))

    def evaluate(self, query: Any) -> dict[str, float]:  # noqa: C901, PLR0911, PLR0912  # one case a node
        """Return id to score of the live documents that match a tree."""
        live = [doc for doc in self.docs if doc.alive]
        match query:
            case GappedPhrase():
                found = {}
                for doc in live:
                    places = [[at for at, _ in doc.places(query.fieldname, word)] for word in query.words]
                    if all(places) and query.stands_in(places):
                        found[doc.id] = sum(self.score(query.fieldname, word, doc) for word in query.words)
                return found
            case q.Term(fieldname="country"):
                return {d.id: query.boost for d in live if query.text in (d.countries or ["unknown"])}
            case q.Term():
                scores = {d.id: query.boost * self.score(query.fieldname, query.text, d) for d in live}
                return {key: score for key, score in scores.items() if score}
            case q.Prefix():
                match_ = [
                    d for d in live if any(w.startswith(query.text) for t in d.body.values() for w in t)
                ]
                titled = [
                    d for d in live if any(w.startswith(query.text) for t in d.title.values() for w in t)
                ]
                return {d.id: 1.0 for d in [*match_, *titled]}
            case q.Not():
                excluded = self.evaluate(query.query)
                return {doc.id: 1.0 for doc in live if doc.id not in excluded}
            case q.Every():
                return {doc.id: query.boost for doc in live}
            case q.ConstantScoreQuery():
                return dict.fromkeys(self.evaluate(query.child), query.score)
            case q.Or():
                merged: dict[str, float] = {}
                for part in query.subqueries:
                    for key, score in self.evaluate(part).items():
                        merged[key] = merged.get(key, 0.0) + score
                return merged
            case q.And():
                parts = [self.evaluate(part) for part in query.subqueries]
                return {key: sum(part[key] for part in parts) for key in set.intersection(*map(set, parts))}
        a, b = self.evaluate(query.a), self.evaluate(query.b)
        match query:
            case q.AndNot():
                return {key: score for key, score in a.items() if key not in b}
            case q.Require():
                return {key: score for key, score in a.items() if key in b}
            case q.AndMaybe():
                return {key: score + b.get(key, 0.0) for key, score in a.items()}
        raise AssertionError(query)

    def interval(self, doc: Doc, filters: Filters) -> tuple[date, date] | None:
        """Return a document's usable dates."""
        if doc.start is None or doc.end is None or (doc.kind == 4 and not filters.estimated):
            return None
        return doc.start, doc.end

    def answer(
        self, scores: dict[str, float], filters: Filters, sort: str
    ) -> tuple[list[Doc], dict[str, Counter[str]], int]:
        """Return the hits in order, the facets, and how many undated ones a date filter left out."""
        docs = [doc for doc in self.docs if doc.id in scores]

        def dated(doc: Doc) -> bool:
            days = self.interval(doc, filters)
            if not filters.by_date:
                return True
            first, last = filters.first_day or 1, filters.last_day or date.max.toordinal()
            return days is not None and days[0].toordinal() <= last and days[1].toordinal() >= first

        def placed(doc: Doc) -> bool:
            return not filters.countries or bool(filters.countries & set(doc.countries))

        def spoken(doc: Doc) -> bool:
            return not filters.languages or bool(filters.languages & set(doc.languages))

        year = date.fromordinal(filters.first_day or filters.last_day or 1).year
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        undated = 0
        for doc in docs:
            if placed(doc) and spoken(doc):
                days = self.interval(doc, filters)
                if days is None:
                    counts["year"]["unknown"] += 1
                    undated += filters.by_date
                else:
                    counts["year"].update(f"{one:04d}" for one in range(days[0].year, days[1].year + 1))
                    months = {
                        (days[0] + timedelta(n)).strftime("%Y-%m")
                        for n in range((days[1] - days[0]).days + 1)
                    }
                    counts["month"].update(month for month in months if month.startswith(f"{year:04d}"))
            if dated(doc) and spoken(doc):
                counts["country"].update(doc.countries or ["unknown"])
            if dated(doc) and placed(doc):
                counts["language"].update(doc.languages)
        hits = [doc for doc in docs if dated(doc) and placed(doc) and spoken(doc)]
        return sorted(hits, key=lambda doc: self.key(doc, scores, filters, sort)), counts, undated

    def key(self, doc: Doc, scores: dict[str, float], filters: Filters, sort: str) -> tuple[Any, ...]:
        """Return what orders the hits."""
        start = doc.start.toordinal() if doc.start else 0
        if sort == "relevance":
            return -round(scores[doc.id], 9), -start, doc.id
        if self.interval(doc, filters) is None:
            return 1, 0, doc.id
        return 0, -start if sort == "newest" else start, doc.id


# Random documents, queries and filters

texts = st.lists(st.sampled_from(WORDS), max_size=9)
days = st.dates(date(2016, 11, 1), date(2019, 2, 28))


@st.composite
def documents(draw: st.DrawFn, *, single: bool) -> Doc:
    """Draw a document; of one language alone when ``single``."""
    languages = draw(
        st.lists(st.sampled_from(list(LANGUAGES)), min_size=1, max_size=1 if single else 3, unique=True)
    )
    kind = draw(st.sampled_from([0, 1, 1, 1, 2, 3, 4, 4]))
    start = draw(days) if kind else None
    longest = 500 if kind == 4 else draw(st.sampled_from([0, 0, 0, 40, 400]))
    return Doc(
        id=str(draw(st.integers(0, 10**9))),
        title={languages[0]: draw(texts)[:3]},
        body={language: draw(texts) for language in languages},
        start=start,
        end=start + timedelta(draw(st.integers(0, longest))) if start else None,
        kind=kind,
        countries=draw(st.lists(st.sampled_from(COUNTRIES), max_size=6, unique=True)),
        languages=languages,
        alive=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def collections(draw: st.DrawFn) -> list[list[Doc]]:
    """Draw the documents of one to three segments."""
    single = draw(st.booleans())
    segments = draw(
        st.lists(st.lists(documents(single=single), min_size=1, max_size=12), min_size=1, max_size=3)
    )
    seen: set[str] = set()
    for docs in segments:
        for doc in docs:
            while doc.id in seen:
                doc.id += "x"
            seen.add(doc.id)
    return segments


terms = st.builds(q.Term, st.sampled_from([f"text_{la}" for la in LANGUAGES]), st.sampled_from(WORDS))
phrases = st.builds(
    lambda name, words, slop: GappedPhrase(name, words, range(len(words)), slop=slop),
    st.sampled_from([f"text_{la}" for la in LANGUAGES]),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
    st.integers(1, 3),
)
leaves = st.one_of(
    terms,
    terms,
    phrases,
    st.builds(q.Every),
    st.builds(q.Term, st.just("country"), st.sampled_from([*COUNTRIES, "unknown"])),
    st.builds(q.Prefix, st.just("words"), st.sampled_from(["s", "p", "cr", "x"])),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(q.Or, st.lists(inner, min_size=1, max_size=3)),
        st.builds(q.And, st.lists(inner, min_size=1, max_size=3)),
        st.builds(q.AndNot, inner, inner),
        st.builds(q.AndMaybe, inner, inner),
        st.builds(q.Require, inner, inner),
        st.builds(q.Not, inner),
        st.builds(q.ConstantScoreQuery, inner, st.sampled_from([0.0, 1.5])),
    ),
    max_leaves=6,
)
bounds = st.none() | days.map(date.toordinal)
filters_ = st.builds(
    Filters,
    st.frozensets(st.sampled_from([*COUNTRIES, "FJ"]), max_size=2),
    st.frozensets(st.sampled_from(list(LANGUAGES)), max_size=2),
    bounds,
    bounds,
    st.booleans(),
)
pages = st.tuples(
    st.sampled_from(["relevance", "newest", "oldest"]),
    st.sampled_from([0, 1, 3, 10, 50]),
    st.sampled_from([0, 0, 2]),
)


def built(folder: str, segments: list[list[Doc]]) -> IndexExecutor:
    """Write segments and open them as one index."""
    opened = [write_segment(Path(folder), f"s{at}", docs, at + 1) for at, docs in enumerate(segments)]
    return IndexExecutor(ArrayIndex(opened))


def compare(
    segments: list[list[Doc]],
    execution: Execution,
    scores: dict[str, float],
    filters: Filters,
    page: tuple[str, int, int],
) -> None:
    """Assert that an execution is what the model says."""
    sort, limit, offset = page
    model = Model([doc for docs in segments for doc in docs])
    hits, counts, undated = model.answer(scores, filters, sort)
    bases = np.cumsum([0, *map(len, segments)])
    numbers = {bases[at] + doc.number: doc for at, docs in enumerate(segments) for doc in docs}
    assert execution.total == len(hits)
    wanted = hits[offset : offset + limit]
    assert len(execution.top) == len({number for number, _ in execution.top}) == len(wanted)
    for (number, score), doc in zip(execution.top, wanted, strict=True):
        found = numbers[number].id
        if sort == "relevance":
            assert score == pytest.approx(scores[found], abs=1e-9)
            # The same sum in another order may differ in its last bit, which makes a tie none.
            assert found == doc.id or _nearly(scores, found, doc.id)
        else:
            assert (found, score) == (doc.id, 0.0)
    for (one, score), (other, next_score) in pairwise(execution.top):
        if sort == "relevance" and score == next_score:
            assert tie(numbers[one]) < tie(numbers[other])
    for name in FACETS:
        assert execution.facets[name] == dict(counts[name]), name
    assert execution.undated_left_out == undated


def tie(doc: Doc) -> tuple[int, str]:
    """Return what orders documents of equal score."""
    return -(doc.start.toordinal() if doc.start else 0), doc.id


def _nearly(scores: dict[str, float], one: str, other: str) -> bool:
    """Tell whether two scores are equal but for rounding, and sums of three terms or more."""
    return scores[one] != 0.0 and abs(scores[one] - scores[other]) < 1e-12


many = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@many
@given(collections(), trees, filters_, pages)
def test_any_tree_gives_what_brute_force_gives(
    segments: list[list[Doc]], tree: Any, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """Any tree gives the hits, order, scores and facets of the model, over segments and deletions."""
    with TemporaryDirectory() as folder:
        executor = built(folder, segments)
        sort, limit, offset = page
        execution = executor.execute(tree, filters, sort=sort, limit=limit, offset=offset, facets=FACETS)
    scores = Model([doc for docs in segments for doc in docs]).evaluate(tree)
    compare(segments, execution, scores, filters, page)


def word_of(texts_: tuple[str, ...]) -> LightWord:
    """Return a word that stands for the same terms in every language."""
    return LightWord(tuple((f"text_{la}", text.encode()) for la in LANGUAGES for text in texts_))


def tree_of(query: LightQuery) -> Any:
    """Return the tree that means the same as a light query."""

    def one(word: LightWord) -> Any:
        return q.Or([q.Term(name, term.decode()) for name, term in word.terms])

    if query.phrases:
        return q.Or(
            [
                GappedPhrase(p.field, [t.decode() for t in p.terms], p.offsets, slop=p.slop)
                for p in query.phrases
            ]
        )
    required, optional = q.And(list(map(one, query.required))), q.Or(list(map(one, query.optional)))
    if not query.required:
        return optional
    return q.AndMaybe(required, optional) if query.optional else required


words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple).map(word_of)
light_queries = st.one_of(
    st.lists(words, min_size=1, max_size=4).map(lambda some: LightQuery(tuple(some))),
    st.tuples(st.lists(words, max_size=2), st.lists(words, min_size=1, max_size=3)).map(
        lambda pair: LightQuery(tuple(pair[0]), tuple(pair[1]))
    ),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
        lambda some: LightQuery(
            phrases=tuple(
                LightPhrase(f"text_{la}", tuple(word.encode() for word in some), tuple(range(len(some))))
                for la in LANGUAGES
            )
        )
    ),
)


@pytest.fixture(params=["as they are", "with stored counts", "for large lists"])
def thresholds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test again with stored counts of all words, and with the ways of large lists."""
    if request.param != "as they are":
        monkeypatch.setattr(lists, "ROWS_FROM", 1)
        monkeypatch.setattr(field_writer, "ROWS_FROM", 1)
        monkeypatch.setattr(field_writer, "TOP", 1)
        monkeypatch.setattr(words_, "STORED_TOP", 1)
    if request.param == "for large lists":
        for module in (union, words_, phrases_):
            monkeypatch.setattr(module, "SEARCH_BELOW", 0)
            monkeypatch.setattr(module, "SEARCH_RATIO", 1e9)
        for name in ("SCORE_ALL", "SMALL_UNION", "SMALL_MEETING"):
            monkeypatch.setattr(words_, name, 0)
        monkeypatch.setattr(best, "SMALL", 0)
        monkeypatch.setattr(country_counts, "FOLD_FROM", 0)
        monkeypatch.setattr(narrowing, "RARE_COUNTRY", 0)
        monkeypatch.setattr(phrases_, "FEW", 0)
        monkeypatch.setattr(phrases_, "SHORT", 0)


@pytest.mark.usefixtures("thresholds")
@many
@given(collections(), light_queries, filters_, pages)
def test_light_queries_mean_what_their_trees_mean(
    segments: list[list[Doc]], query: LightQuery, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """The light path gives the model's answer for the tree of the same meaning."""
    with TemporaryDirectory() as folder:
        executor = built(folder, segments)
        sort, limit, offset = page
        execution = executor.execute_light(
            query, filters, sort=sort, limit=limit, offset=offset, facets=FACETS
        )
    scores = Model([doc for docs in segments for doc in docs]).evaluate(tree_of(query))
    compare(segments, execution, scores, filters, page)


@many
@given(collections(), light_queries, filters_, pages)
def test_without_numpy_the_answers_are_the_same(
    segments: list[list[Doc]], query: LightQuery, filters: Filters, page: tuple[Any, int, int]
) -> None:
    """Documents counted one by one give the model's answer too."""
    with TemporaryDirectory() as folder:
        index = built(folder, segments)._index
        sort, limit, offset = page
        weights = weights_of(KnownTerms(index), query, frozenset())
        matches = partial(light_matches, query, weights)
        execution = execute_few(index, matches, filters, Wanted(sort, limit, offset, FACETS))
    scores = Model([doc for docs in segments for doc in docs]).evaluate(tree_of(query))
    compare(segments, execution, scores, filters, page)


def test_a_word_with_two_terms_needs_one_of_them(tmp_path: Path) -> None:
    """Beside a required word, a required one that stands for it too asks for no more than the first."""
    docs = [Doc(word, {}, {"en": [word]}, None, None, 0, [], ["en"]) for word in ("ship", "port")]
    ship, either = LightWord((("text_en", b"ship"),)), LightWord((("text_en", b"ship"), ("text_en", b"port")))
    execution = built(str(tmp_path), [docs]).execute_light(
        LightQuery(required=(either, ship)), Filters(), sort="relevance", limit=5, offset=0, facets=()
    )
    assert execution.total == len(execution.top) == 1


def test_an_unknown_kind_of_query_is_refused(tmp_path: Path) -> None:
    """A node that has no meaning here is a clear error, not an empty answer."""
    doc = Doc("a", {}, {"en": ["ship"]}, None, None, 0, [], ["en"])
    executor = built(str(tmp_path), [[doc]])
    with pytest.raises(QueryError, match="cannot be executed"):
        executor.execute(
            q.NestedParent(q.Every(), q.Every()), Filters(), sort="relevance", limit=1, offset=0, facets=()
        )
