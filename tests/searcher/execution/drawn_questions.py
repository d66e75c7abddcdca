"""Archives, queries, filters and pages that Hypothesis draws."""

from __future__ import annotations

from datetime import date, timedelta

from examples import examples
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from modelled_documents import COUNTRIES, LANGUAGES, WORDS, Doc
from whoosh import query as q

from searcher.engine import Filters
from searcher.execution.found_words import FoundWords
from searcher.execution.light import LightPhrase, LightQuery, LightWord
from searcher.query.phrase import GappedPhrase

many = settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

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
    st.sampled_from(["s", "p", "cr", "x"]).map(
        lambda start: FoundWords(f"{start}*", [word for word in WORDS if word.startswith(start)])
    ),
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


def word_of(texts_: tuple[str, ...]) -> LightWord:
    """Return a word that stands for the same terms in every language."""
    return LightWord(tuple((f"text_{la}", text.encode()) for la in LANGUAGES for text in texts_))


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
