"""Words and phrases as typed: =word and ="a phrase"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from whoosh.index import open_dir

from indexer.errors import QueryError
from searcher import Searcher
from searcher.engine import Filters
from searcher.execution import embedded_engine as engine_module
from searcher.interpretation import Interpreter
from searcher.opening import open_engine
from searcher.query import as_written
from searcher.query.whoosh_tree import to_whoosh
from searcher.reading.collocates import collocates
from searcher.reading.concordance import concordance

ITEMS = (
    {
        "id": "caps",
        "title": "Aid for Málaga",
        "body": "US crews joined. The port is in malaga, they told us.",
    },
    {
        "id": "low",
        "title": "No aid",
        "body": "It told us little about ports of Malaga.\n\nA night\nferry left.",
    },
    {"id": "es", "title": "Puerto", "body": "Las tropas de US salen del puerto de Málaga.", "language": "es"},
    {"id": "sign", "body": "The d’Urville-class ship, the U.S. crew and the night, ferry. Nato met NATO."},
    {"id": "apart", "body": "Cafe\u0301 owners met at the café of the port."},
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: Callable[..., Path]) -> Iterator[Searcher]:
    """Return a searcher of a few items."""
    with Searcher(make_shared_index(*ITEMS)) as opened:
        yield opened


CASES = [
    ("=US", {"caps", "es"}),
    ("=us", {"caps", "low"}),
    ("=Málaga", {"caps", "es"}),
    ("=malaga", {"caps"}),
    ("=ports", {"low"}),
    ("=port", {"caps", "apart"}),
    ("title:=aid", {"low"}),
    ("title:=Málaga", {"caps"}),
    ('="told us"', {"caps", "low"}),
    ('="night ferry"', {"low"}),
    ('="the"', {"sign", "apart"}),
    ('="The port"', {"caps"}),
    ("=d'Urville", {"sign"}),
    ("=U.S.", {"sign"}),
    ("=Nato,", {"sign"}),
    ("=café", {"apart"}),
    ("=Café", {"apart"}),
    ("=Cafe", set()),
    ("port -=US", {"apart", "low"}),
    ("port AND NOT =US", {"apart", "low"}),
    ("!=US", {"low", "sign", "apart"}),
    ("NOT (NOT =US)", {"caps", "es"}),
    ("+=US port", {"caps", "es"}),
    ("=US OR =Nato", {"caps", "es", "sign"}),
    ('=us AND ="night ferry"', {"low"}),
    ("=US lang:es", {"es"}),
]


@pytest.mark.parametrize("scalar", [False, True], ids=["arrays", "scalar"])
@pytest.mark.parametrize(("query", "found"), CASES)
def test_case_accents_and_endings_are_as_typed(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, query: str, found: set[str], *, scalar: bool
) -> None:
    """Only the stored text decides, in titles and texts, in either evaluator; function words count."""
    if scalar:
        monkeypatch.setattr(engine_module, "sys", SimpleNamespace(modules={}))
    with Searcher(searcher.place) as opened:
        results = opened.search(query, strict=True, expand=False, explain=True, facets=())
        assert {hit.id for hit in results.hits} == found
        assert [one.score for one in results.explanations] == pytest.approx(
            [hit.score for hit in results.hits]
        )


@pytest.mark.parametrize(("query", "found"), CASES)
def test_whoosh_finds_words_as_typed(searcher: Searcher, query: str, found: set[str]) -> None:
    """The query can be converted for Whoosh, whose searcher compares stored texts too."""
    engine = open_engine(searcher.place)
    meant = Interpreter(engine).interpret(query, Filters(), expand=False).query
    with open_dir(searcher.place).searcher() as whoosh:
        assert {hit["id"] for hit in whoosh.search(to_whoosh(meant), limit=None)} == found


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
        with pytest.raises(QueryError, match=r"=.* compares .* 2 at most, and 5 may have “us”: require"):
            opened.search("=us")
        assert [hit.id for hit in opened.search("=us AND crews").hits] == ["caps"]
        with pytest.raises(QueryError, match=r"1 at most, and 3 may have “US”"):
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


@pytest.mark.parametrize(
    ("query", "alike", "note", "fault"),
    [
        ("=ferr*", "ferr*", "without its =", "1.*as typed"),
        ("=(us ferry)", "us ferry", "left out = before", "1.*not a group"),
        ('="told us"~2', '="told us"', "without its ~", "2.*without ~"),
        ("=us NEAR/3 told", "=us AND told", "read NEAR/3 as AND", "5.*takes words"),
    ],
)
def test_misplaced_signs_of_exact_words_are_noted(
    searcher: Searcher, query: str, alike: str, note: str, fault: str
) -> None:
    """What cannot be compared as typed is read without the sign, with a note; strictly it is an error."""
    results = searcher.search(query, expand=False)
    assert {hit.id for hit in results.hits} == {hit.id for hit in searcher.search(alike, expand=False).hits}
    assert note in " ".join(one.text for one in results.notes)
    with pytest.raises(QueryError, match=f"at character {fault}"):
        searcher.search(query, strict=True)


def test_an_equals_sign_between_words_is_punctuation(searcher: Searcher) -> None:
    """Pasted formulas are text."""
    results = searcher.search("ferry = night != =>", expand=False)
    assert not results.notes
    assert {hit.id for hit in results.hits} == {"low", "sign"}
