"""Draw archives, queries, filters and pages with Hypothesis."""

from datetime import date, timedelta

from examples import examples
from hypothesis import settings
from hypothesis import strategies as st
from modelled_documents import COUNTRIES, LANGUAGES, OWN, WORDS, Doc

from searcher.engine import Filters
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
    WordSet,
)

many = settings(max_examples=examples(20), deadline=None)

texts = st.lists(st.sampled_from(WORDS), max_size=9)
breaks = st.lists(st.integers(1, 8), max_size=3, unique=True).map(sorted)
days = st.dates(date(2016, 11, 1), date(2019, 2, 28))


@st.composite
def documents(draw: st.DrawFn, *, single: bool) -> Doc:
    """Draw a document, in only one language if ``single``."""
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
        own=draw(
            st.fixed_dictionaries({}, optional={name: st.sampled_from(own) for name, own in OWN.items()})
        ),
        alive=draw(st.sampled_from([True, True, True, False])),
        breaks={language: draw(breaks) for language in languages},
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


fields = st.sampled_from([f"text_{la}" for la in LANGUAGES])
boosts = st.sampled_from([1.0, 1.0, 0.3, 2.5])
terms = st.builds(Term, fields, st.sampled_from(WORDS), boosts)
titles = st.builds(Term, st.sampled_from([f"title_{la}" for la in LANGUAGES]), st.sampled_from(WORDS))


def phrase(name: str, words: list[str], gap: int, slop: int, boost: float) -> Phrase:
    """Return a phrase with a gap before its last word."""
    last = len(words) - 1
    return Phrase(name, tuple(words), (*range(last), last + gap), slop, boost)


phrases = st.builds(
    phrase,
    st.one_of(fields, st.just("title_en")),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
    st.integers(0, 1),
    st.integers(0, 4),
    boosts,
)
patterns = st.sampled_from(["s", "p", "cr", "x"]).map(
    lambda start: WordSet(f"{start}*", tuple(word for word in WORDS if word.startswith(start)))
)
limits = st.sampled_from([-100.0, -3.5, 0.0, 7.0, 12.0, 100.0])
leaves = st.one_of(
    terms,
    terms,
    titles,
    phrases,
    st.just(Everything()),
    st.builds(Keyword, st.just("country"), st.sampled_from([*COUNTRIES, "unknown", "FJ"])),
    st.builds(Keyword, st.just("language"), st.sampled_from([*LANGUAGES, "pt"])),
    st.builds(
        Keyword,
        st.just("dating"),
        st.sampled_from(["none", "printed", "corrected", "inferred", "estimated", "x"]),
    ),
    st.builds(
        Keyword,
        st.just("own"),
        st.sampled_from(
            ["desk", "page", "des", "desk\x1fnight", "desk\x1fday", "page\x1fworld news", "desk\x1fd"]
        ),
    ),
    st.builds(Keyword, st.just("id"), st.sampled_from(["0", "1", "0x"])),
    st.builds(
        Days, st.none() | days.map(date.toordinal), st.none() | days.map(date.toordinal), st.booleans()
    ),
    st.builds(Numbers, st.sampled_from(["pages", "page"]), limits, limits),
    patterns,
)
tie_breakers = st.sampled_from([0.0, 0.4])


def some(inner: st.SearchStrategy[Node], most: int = 3) -> st.SearchStrategy[tuple[Node, ...]]:
    """Draw some parts of a node, at most ``most``."""
    return st.lists(inner, min_size=1, max_size=most).map(tuple)


exact_phrases = phrases.map(lambda one: one.replace(slop=0))
placed: st.SearchStrategy[Node] = st.one_of(
    terms,
    terms,
    titles,
    exact_phrases,
    st.builds(lambda one, words: And((one, ConstantScore(words))), st.one_of(terms, exact_phrases), patterns),
)
distances = st.sampled_from([1, 2, 3, 40, 255])


def nearby(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Draw a proximity query of two parts."""
    return st.one_of(
        st.builds(Near, st.tuples(inner, inner), st.just(0) | distances, st.booleans()),
        st.builds(NotNear, inner, inner, st.just(0) | distances),
        st.builds(Occurring, inner, st.integers(1, 4), st.sampled_from(["", "", "body"])),
    )


proximities = st.recursive(
    placed,
    lambda inner: st.one_of(
        nearby(inner), st.builds(Or, some(inner)), st.builds(DisjunctionMax, some(inner), tie_breakers)
    ),
    max_leaves=5,
)
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(leaves, leaves, nearby(proximities)),
    lambda inner: st.one_of(
        st.builds(Or, some(inner)),
        st.builds(DisjunctionMax, some(inner), tie_breakers),
        st.builds(And, some(inner)),
        st.builds(AndNot, inner, inner),
        st.builds(Should, inner, inner),
        st.builds(Not, inner),
        st.builds(ConstantScore, inner, st.sampled_from([0.0, 1.5])),
    ),
    max_leaves=6,
)
narrowing = {
    "desk": st.lists(
        st.sampled_from(["night", "Day", "unknown", "dusk"]), min_size=1, max_size=2, unique=True
    ),
    "page": st.just(["World  news"]),
}
bounds = st.none() | days.map(date.toordinal)
filters_ = st.builds(
    Filters,
    st.frozensets(st.sampled_from([*COUNTRIES, "FJ", "unknown"]), max_size=2),
    st.frozensets(st.sampled_from(list(LANGUAGES)), max_size=2),
    bounds,
    bounds,
    st.booleans(),
    st.just(())
    | st.fixed_dictionaries({}, optional=narrowing).map(
        lambda own: tuple([(name, tuple(values)) for name, values in own.items()])
    ),
)
pages = st.tuples(
    st.sampled_from(["relevance", "newest", "oldest"]),
    st.sampled_from([0, 1, 3, 10, 50]),
    st.sampled_from([0, 0, 2]),
)


def word_of(texts_: tuple[str, ...]) -> Node:
    """Return the query node of a word whose terms are the same in every language."""
    return Or(tuple([Term(f"text_{la}", text) for la in LANGUAGES for text in texts_]))


words = (
    st.lists(st.sampled_from([*WORDS, "unknown"]), min_size=1, max_size=2, unique=True)
    .map(tuple)
    .map(word_of)
)
# A leaf that matches only where some words do, as a short stem shared by words of other meanings.
narrowed = st.builds(
    lambda ranked, narrows: And((ranked, *narrows)),
    st.one_of(terms, terms, titles, phrases),
    some(st.builds(ConstantScore, patterns), 2),
)
unions = st.one_of(
    words, terms, st.builds(Or, some(st.one_of(words, words, terms), 4)), st.builds(Or, some(narrowed))
)
intersections = st.one_of(
    st.builds(And, some(words)), st.builds(Should, st.one_of(words, st.builds(And, some(words))), unions)
)
phrases_of_all = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
    lambda some_: Or(tuple([phrase(f"text_{la}", some_, 0, 0, 1.0) for la in LANGUAGES]))
)
expanded = st.recursive(
    words,
    lambda inner: st.builds(
        lambda typed, added, tie: DisjunctionMax((Or(typed), DisjunctionMax(added, tie)), tie),
        some(st.one_of(inner, inner, narrowed), 2),
        some(
            st.one_of(
                terms,
                narrowed,
                st.builds(phrase, fields, st.just(["ship", "port"]), *map(st.just, (0, 0, 0.8))),
            ),
            4,
        ),
        tie_breakers,
    ),
    max_leaves=4,
).flatmap(lambda part: st.builds(Or, st.tuples(st.just(part), words) | st.tuples(st.just(part))))
# Words of which documents with all of them count twice.
twice = st.lists(
    st.one_of(terms, terms, words, phrases, st.builds(DisjunctionMax, some(terms), tie_breakers)),
    min_size=2,
    max_size=3,
).map(lambda parts: Or((Or(tuple(parts)), And(tuple(parts)))))
# A label of several words: documents with all words or an added label get more.
whole = st.tuples(twice, st.lists(st.one_of(terms, phrases, narrowed), min_size=1, max_size=3)).map(
    lambda drawn: Or(
        (DisjunctionMax((drawn[0], *drawn[1]), 0.4), ConstantScore(Or((drawn[0].parts[1], *drawn[1])), 2.5))
    )
)
queries: st.SearchStrategy[Node] = st.one_of(
    unions, intersections, phrases_of_all, expanded, twice, whole, nearby(st.one_of(words, proximities))
)
