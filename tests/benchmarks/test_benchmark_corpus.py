"""The benchmark's corpus and questions: the same on every machine."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks.agreement import same_facets
from benchmarks.corpus import FUNCTION_WORDS, LANGUAGES, documents, questions, vocabulary_of, write_corpus
from benchmarks.growth import by_postings, kinds_of
from benchmarks.intake import write_pages, write_rows
from benchmarks.large_corpus import COPIES, FIELDS, lines
from benchmarks.peers import PEERS, Peer
from benchmarks.pieces import PIECES, SHIPPED, Piece
from benchmarks.question import Answer, Question
from benchmarks.real_words import real_documents, real_questions
from benchmarks.report import replace_section
from benchmarks.timing import quantile
from indexer.documents import read_items
from indexer.store.indexing import build
from searcher import Searcher


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the beginning of the corpus, from which questions are made."""
    path = tmp_path_factory.mktemp("bench") / "corpus.jsonl"
    write_corpus(path, documents(2000))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("made", [documents, real_documents])
def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(made: Callable[[int], Iterable[Any]]) -> None:
    """The first documents are the same for every size and on every run."""
    assert list(islice(made(50), 5)) == list(made(5))


@pytest.mark.slow
def test_a_large_corpus_has_the_same_fields_and_words() -> None:
    """A corpus for millions of items is JSON lines like the small one, with copies on request."""
    (written,) = lines(300, copies=True)
    items = [json.loads(line) for line in written.splitlines()]
    assert {tuple(item) for item in items} == {tuple(next(documents(1)))}
    known = {word for language in LANGUAGES for word in vocabulary_of(language).words}
    first = [item for item in items if int(item["id"]) < COPIES]
    assert len(first) == 300
    assert {*" ".join(item["title"] for item in first).lower().split()} <= known
    assert len({item["id"] for item in items}) == len(items) > 350
    assert [*lines(300, copies=True)] == [written]
    (written,) = lines(3, fields=True)
    assert [{*json.loads(line)} - set(items[0]) for line in written.splitlines()] == [{*FIELDS}] * 3


@pytest.mark.slow
def test_words_of_questions_occur_in_the_corpus(sample: Path) -> None:
    """Every word of a question occurs in the corpus or is one of its pairs, and none is a function word."""
    asked = questions(sample, each=3)
    assert len({question.kind for question in asked}) == 9
    assert len(asked) == 27
    text = sample.read_text(encoding="utf-8").lower()
    for question in asked:
        assert not set(question.words) & set(FUNCTION_WORDS[question.language].split())
        assert question.operator == "phrase" or all(word in text for word in question.words)
    assert json.loads(text.partition("\n")[0])["id"] == "0"


@pytest.mark.slow
def test_questions_of_real_words_run_with_and_without_labels(tmp_path: Path) -> None:
    """Each question is run as typed and with labels; nearly all get labels and match more items."""
    path = tmp_path / "real.jsonl"
    write_corpus(path, real_documents(1500))
    asked = real_questions(path, each=30)
    assert [question.words for question in asked[:30]] == [question.words for question in asked[30:]]
    build([path], tmp_path / "index")
    with Searcher(tmp_path / "index") as searcher:
        typed, joined = (
            [searcher.search(**question.arguments()) for question in half]
            for half in (asked[:30], asked[30:])
        )
    assert not any(results.expansions for results in typed)
    assert sum(bool(results.expansions) for results in joined) >= 28
    assert sum(more.total for more in joined) > 1.2 * sum(results.total for results in typed)


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_part_of_the_questions_has_every_kind(peer: Peer, sample: Path) -> None:
    """A peer that answers only a part of the questions gets some of each kind that it supports."""
    able = [question for question in questions(sample, each=8) if peer.can(question)]
    assert set(kinds_of(peer.asked(able))) == set(kinds_of(able))


def test_quantiles_are_interpolated() -> None:
    """The median of an even number of values is the middle of the middle two."""
    assert quantile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert quantile([1.0], 0.95) == 1.0


def test_a_table_replaces_the_one_before(tmp_path: Path) -> None:
    """The text between the markers is replaced, the text around them stays; missing markers are an error."""
    page = tmp_path / "page.md"
    page.write_text(
        "Above\n<!-- speed: written by make bench -->\nold\n<!-- end of speed -->\nbelow\n", encoding="utf-8"
    )
    replace_section(page, "speed", "new")
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("Above\n")
    assert text.endswith("below\n")
    assert "\nnew\n" in text
    with pytest.raises(ValueError, match="figures"):
        replace_section(page, "figures", "new")


def test_a_line_through_exact_times_recovers_its_parameters() -> None:
    """Questions that cost 50 µs and 2 ns a posting give these figures; too few questions give no line."""
    asked = [Question("phrase", "en", "phrase", ("one", "two"))] * 10
    postings = [100 * place for place in range(10)]
    times = [0.050 + 2e-6 * count for count in postings]
    (slope,) = by_postings(asked, postings, times)
    assert (slope.label, slope.asked) == ("phrase", 10)
    assert slope.fixed == pytest.approx(50)
    assert slope.posting == pytest.approx(2)
    assert by_postings(asked[:3], postings[:3], times[:3]) == []


NARROWED = Question("", "en", "any", ("ferry",), (date(2010, 6, 1), date(2011, 12, 31)), "CL")
THEIRS = Answer([], 4, {2010: 1, 2011: 4}, {"CL": 3})


def test_facet_values_outside_the_filter_are_not_compared() -> None:
    """A year that is cut short and another country may have other counts: we count them, peers do not."""
    assert same_facets(NARROWED, Answer([], 4, {2009: 7, 2010: 9, 2011: 4}, {"CL": 3, "PE": 8}), THEIRS)


@pytest.mark.parametrize(("years", "countries"), [({2011: 5}, {"CL": 3}), ({2011: 4}, {"CL": 2})])
def test_facet_values_inside_the_filter_are_compared(
    years: dict[int, int], countries: dict[str, int]
) -> None:
    """A whole year within the dates and the filtered country must have the peer's counts."""
    assert not same_facets(NARROWED, Answer([], 4, years, countries), THEIRS)


@pytest.mark.slow
def test_rows_state_a_day_and_every_second_names_a_country(tmp_path: Path) -> None:
    """Each row is an item of one of three languages, with a day; half of them name a country."""
    write_rows(tmp_path / "rows.csv", 30)
    items = [*read_items(tmp_path / "rows.csv")]
    assert len({item.id for item in items if item.date and item.title}) == 30
    assert {item.language for item in items} == {"en", "es", "fr"}
    assert sum(bool(item.countries) for item in items) >= 15


def test_pages_are_distinct_articles(tmp_path: Path) -> None:
    """Each generated page is one article with a day; repeated pages are different items."""
    write_pages(tmp_path / "made", 2, [])
    made = [*read_items(tmp_path / "made")]
    assert len({item.id for item in made if item.title and item.date}) == 2
    assert all(item.body.count("\n") == 5 for item in made)
    write_pages(tmp_path / "repeated", 3, sorted((tmp_path / "made").iterdir()))
    assert len({item.id for item in read_items(tmp_path / "repeated")}) == 3


@pytest.mark.parametrize("piece", [SHIPPED, *PIECES], ids=lambda piece: piece.name)
def test_every_ablated_name_exists(piece: Piece) -> None:
    """Each name that is replaced exists in the product, so that a piece that moved fails here."""
    with piece.taken_out():
        assert piece.name
