"""Words and phrases as typed: =word and ="a phrase"."""

from collections.abc import Iterator

import pytest
from rule_files import rules_next_to
from rules import Archives, Rule
from whoosh.index import open_dir

from searcher import QueryError, Searcher
from searcher.engine import Filters
from searcher.interpretation import Interpreter
from searcher.opening import open_engine
from searcher.query import as_written
from searcher.query.whoosh_tree import to_whoosh
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance

RULE, *NOTED = (one.values[0] for one in rules_next_to(__file__))
QUERIES = [
    (query, set(found.replace("nothing", "").split()))
    for queries, _, found in (one.removeprefix("? ").partition(" {as typed} -> ") for one in RULE.questions)
    for query in queries.split(" / ")
]


@pytest.fixture
def searcher(archives: Archives) -> Searcher:
    """Return a searcher of the items."""
    return archives.of(*RULE.items)


@pytest.mark.usefixtures("evaluator")
def test_case_accents_and_endings_are_as_typed(searcher: Searcher) -> None:
    """Each question has its items in either evaluator, and its explanations add up."""
    with Searcher(searcher.place) as opened:
        RULE.check(opened)
        for query, _ in QUERIES:
            results = opened.search(query, strict=True, expand=False, explain=True, facets=())
            scores = [hit.score for hit in results.hits]
            assert [one.score for one in results.explanations] == pytest.approx(scores)


def test_whoosh_finds_words_as_typed(searcher: Searcher) -> None:
    """The query can be converted for Whoosh, whose searcher compares stored texts too."""
    engine = open_engine(searcher.place)
    with open_dir(searcher.place).searcher() as whoosh:
        for query, found in QUERIES:
            meant = Interpreter(engine).interpret(query, Filters(), expand=False).query
            assert {hit["id"] for hit in whoosh.search(to_whoosh(meant), limit=None)} == found, query


@pytest.mark.parametrize("rule", NOTED)
def test_misplaced_signs_of_exact_words_are_noted(searcher: Searcher, rule: Rule) -> None:
    """Each question has its items and its note."""
    rule.check(searcher)


def test_a_word_as_typed_scores_as_the_word(searcher: Searcher) -> None:
    """The score is that of the word without the sign, and the hits are found as typed."""
    plain = {hit.id: hit.score for hit in searcher.search("NATO", expand=False).hits}
    exact = searcher.search("=NATO", via="typed").hits
    assert {hit.id: hit.score for hit in exact} == {"sign": plain["sign"]}
    assert exact[0].via == ("typed",)


def test_only_words_as_typed_are_marked(searcher: Searcher) -> None:
    """Snippets, concordances and collocates leave other spellings of the word out."""
    (hit,) = searcher.search("=malaga").hits
    assert hit.snippet == "US crews joined. The port is in **malaga**, they told us."
    lines = concordance(searcher, '=NATO OR ="told us"')
    assert sorted(line.match for line in lines) == ["NATO", "told us", "told us"]
    assert collocates(searcher, "=Nato").matches == 1
    assert collocates(searcher, '="The port"').matches == 1


def test_facets_and_filters_apply_to_words_as_typed(searcher: Searcher) -> None:
    """A facet is counted without its own filter, as of any query."""
    results = searcher.search("=US", languages=["es"])
    assert [hit.id for hit in results.hits] == ["es"]
    assert {one.value: one.count for one in results.facets["language"]} == {"es": 1, "en": 1}


def test_too_many_texts_to_compare_are_refused(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts the items that pass the other parts of the query; the message names the remedy."""
    monkeypatch.setattr(as_written, "MAX_COMPARED_TEXTS", 2)
    with Searcher(searcher.place) as opened:
        with pytest.raises(
            QueryError, match=r"“=” may compare the texts of at most 2 items, but 5 may contain “us”"
        ):
            opened.search("=us")
        assert [hit.id for hit in opened.search("=us AND crews").hits] == ["caps"]
        with pytest.raises(QueryError, match=r"but 3 may contain “US”"):
            opened.search(" OR ".join(f"(=US AND ={word})" for word in ("a", "b", "c", "d", "they")))
        assert [hit.id for hit in opened.search("(=us lang:es) OR (=us AND left)").hits] == ["low"]


def test_each_text_is_compared_once(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The total, the facets, the explanation and the next page compare no text again."""
    read: list[int] = []
    with Searcher(searcher.place) as opened:
        engine = opened._answerer.engine  # counts the reading of records
        records = type(engine).records

        def counting(self: object, documents: list[int]) -> Iterator[bytes]:
            read.extend(documents)
            return records(self, documents)  # type: ignore[arg-type]  # the same engine

        monkeypatch.setattr(type(engine), "records", counting)
        results = opened.search("=us night", explain=True, limit=1)
        assert results.total_all_words == 1
        opened.search("=us night", offset=1)
    assert sorted(read) == sorted(set(read))
