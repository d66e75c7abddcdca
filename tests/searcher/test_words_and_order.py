"""Which items a word matches, and in which order: small archives with known answers."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from pathlib import Path

import pytest

from searcher import Results, Searcher

MakeIndex = Callable[..., Path]


def ids(results: Results) -> list[str]:
    """Return the ids of the hits, in order."""
    return [hit.id for hit in results.hits]


def test_items_with_more_of_the_words_rank_higher(make_index: MakeIndex) -> None:
    """Any word may match; a document with more of them is ranked higher."""
    folder = make_index(
        {"id": "one", "body": "a tide in the bay and nothing else today"},
        {"id": "both", "body": "a tide at the gauge and nothing else today"},
        {"id": "none", "body": "the market opens early on this quiet morning"},
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search("tide gauge")) == ["both", "one"]


def test_words_of_a_hyphenated_word_are_adjacent(make_index: MakeIndex) -> None:
    """A word between them is no match."""
    folder = make_index({"id": "near", "body": "anti flooding works"}, {"body": "anti plain flooding works"})
    with Searcher(folder) as searcher:
        assert ids(searcher.search("anti-flooding", expand=False)) == ["near"]


def test_words_of_an_added_label_are_adjacent(make_index: MakeIndex) -> None:
    """A translation of several words does not match them in another order, or with a word between them."""
    folder = make_index(
        {"id": "near", "body": "le changement climatique avance", "language": "fr"},
        {"id": "apart", "body": "le changement très climatique avance", "language": "fr"},
        {"id": "moved", "body": "un climatique changement avance", "language": "fr"},
    )
    with Searcher(folder) as searcher:
        scores = {hit.id: hit.score for hit in searcher.search("climate change").hits}
    assert scores["near"] > 2 * max(scores["apart"], scores["moved"])


ARTICLE = "The harbour office says that the rights of crews were kept, that every human on board was heard"


def test_every_word_ranks_above_one_word_in_a_short_title(make_index: MakeIndex) -> None:
    """A document with every word counts twice, whatever other conditions there are; --all keeps the order."""
    folder = make_index(
        {"id": "short", "title": "Human resources", "body": "A new post."},
        {"id": "all", "title": "A long day at the port", "body": f"{ARTICLE} {ARTICLE.lower()}"},
        {"id": "right", "title": "Rights", "body": "A word on them."},
        *[{"id": f"other{n}", "body": "The market opens early on this quiet morning"} for n in range(9)],
    )
    with Searcher(folder) as searcher:
        for query in ("human rights", "rights human country:unknown", "human rights -market"):
            assert ids(searcher.search(query))[0] == "all", query
        alone, plain = searcher.search("human rights"), searcher.search("human rights", expand=False)
        assert (alone.total, alone.total_all_words) == (3, 1) == (plain.total, plain.total_all_words)
        score = {hit.id: hit.score for hit in plain.hits}
        assert alone.hits[0].score == pytest.approx(2 * score["all"])
        assert ids(plain)[0] != "all"
        every = searcher.search("human rights", all_words=True)
        assert [hit.score for hit in every.hits] == [alone.hits[0].score]


def test_every_word_in_translation_does_not_count_twice(make_index: MakeIndex) -> None:
    """The version in the query's language ranks first, though the other one also has all words."""
    folder = make_index(
        {"id": "en", "body": "The earthquake was followed by years of reconstruction", "language": "en"},
        {"id": "fr", "body": "Séisme : reconstruction", "language": "fr"},
        *[{"body": f"The market opens early on morning {n}", "language": "en"} for n in range(5)],
        *[{"body": f"Le marché ouvre tôt le matin {n}", "language": "fr"} for n in range(5)],
    )
    with Searcher(folder) as searcher:
        results = searcher.search("earthquake reconstruction", query_language="en", explain=True)
        assert ids(results) == ["en", "fr"]
        told = ["\n".join(explanation.lines()) for explanation in results.explanations]
        assert ["(has every word)" in one for one in told] == [True, False]


def test_a_whole_translation_ranks_before_a_part_as_typed(make_index: MakeIndex) -> None:
    """A label of several words counts as often as they do; the typed words still rank first."""
    folder = make_index(
        {"id": "part", "body": "Le musée annonce un changement : un vrai changement", "language": "fr"},
        {"id": "whole", "body": "The fishermen of the bay speak of climate change", "language": "en"},
        {"id": "own", "body": "Les pêcheurs de la baie parlent du changement climatique", "language": "fr"},
        *[{"body": f"Le marché ouvre tôt le matin numéro {n}", "language": "fr"} for n in range(9)],
        *[{"body": f"The market opens early on morning {n}", "language": "en"} for n in range(9)],
    )
    with Searcher(folder) as searcher:
        for query in ("changement climatique", "changement climatique baie"):
            assert [one for one in ids(searcher.search(query)) if one in {"own", "whole", "part"}] == [
                "own",
                "whole",
                "part",
            ], query


@pytest.mark.parametrize("order", [1, -1])
def test_no_part_of_a_label_ranks_before_the_whole(make_index: MakeIndex, order: int) -> None:
    """Short titles with a word of the question rank below items that only mention the whole."""
    items = [
        {
            "id": "part",
            "title": "Changement, changement, changement",
            "body": "Changement.",
            "language": "fr",
        },
        {"id": "other", "title": "Climatique", "language": "fr"},
        {"id": "whole", "body": f"{ARTICLE} {ARTICLE.lower()} climate change {ARTICLE}", "language": "en"},
        {
            "id": "own",
            "body": f"Le port et la mer du {' et de la ville du port' * 40}, du changement climatique",
            "language": "fr",
        },
        *[{"body": f"Le marché ouvre tôt le matin numéro {n}", "language": "fr"} for n in range(30)],
        *[{"body": f"Climate change, said page {n} of many", "language": "en"} for n in range(30)],
    ]
    with Searcher(make_index(*items[::order])) as searcher:
        for query in ("changement climatique", "changement climatique country:unknown"):
            results = searcher.search(query, limit=None, explain=True)
            assert {*ids(results)[-2:]} == {"part", "other"}, query
            assert results.total == 34
            for hit, explanation in zip(results.hits, results.explanations, strict=True):
                assert hit.score == pytest.approx(explanation.score)
                marked = any("a label of them all" in line for line in explanation.lines())
                assert marked == (hit.id not in {"part", "other"})
            assert ids(searcher.search(query, all_words=True, limit=None)) == ids(results)[:-2]
            translated = searcher.search(query, limit=None, via=["translated"])
            assert {"own", "part", "other"}.isdisjoint(ids(translated))


@pytest.mark.parametrize(
    "query", ["ferry strike November 2017", "ferry strike 2017", "strike 2017", "November 2017"]
)
def test_an_item_of_a_typed_date_has_the_words_of_the_date(make_index: MakeIndex, query: str) -> None:
    """An item of the date ranks above one of another day whose text contains the date."""
    folder = make_index(
        {
            "id": "of",
            "title": "Ferry strike halts the harbour",
            "body": "Crews walked out.",
            "date": "2017-11-08",
        },
        {
            "id": "on",
            "title": "Court rules",
            "body": "Judges recalled the ferry strike of November 2017 when they met.",
        }
        | {"date": "2021-04-12"},
        *[{"body": f"The market opens early on morning {n}", "date": f"2018-03-0{n}"} for n in range(1, 8)],
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search(query, expand=False)) == ids(searcher.search(query)) == ["of", "on"]


def test_an_item_of_a_typed_date_counts_among_all_words(make_index: MakeIndex) -> None:
    """The item has every word, matches by the other words, and stays when all are required."""
    folder = make_index(
        {"id": "of", "body": "The strike went on.", "date": "2017-11-08"},
        {"id": "joined", "body": "The walkout went on.", "date": "2017-11-09"},
        {"id": "on", "body": "They recalled the strike of 2017.", "date": "2021-04-12"},
        {"id": "neither", "body": "The strike went on.", "date": "2021-04-12"},
        {"id": "day", "body": "The market opens early.", "date": "2017-11-08"},
    )
    with Searcher(folder) as searcher:
        for limit in (10, 0):
            asked = {"limit": limit, "query": "strike 2017"}
            assert searcher.search(**asked).total_all_words == 3
            assert searcher.search(**asked, all_words=True).total == 3
            assert searcher.search(**asked, via=["typed"]).total == 3
        found = {hit.id: hit.via for hit in searcher.search("strike 2017")}
        assert found.pop("joined") == ("related",)
        assert found == dict.fromkeys(("of", "on", "neither"), ("typed",))


def test_an_item_in_two_languages_counts_a_word_once(make_index: MakeIndex) -> None:
    """A word that both languages have counts as in the better one, not as two words."""
    english = "The metro was closed by the police, who say that it will be back in the spring"
    spanish = "Los vecinos dicen que el metro estuvo cerrado todo el invierno y que la ciudad fue lenta"
    folder = make_index(
        {"id": "both", "language": None, "body": f"{english}\n{spanish}"},
        {"id": "en", "body": english},
        {"id": "es", "body": spanish, "language": "es"},
        *[{"body": f"The market sells bread and cheese on day {n}"} for n in range(4)],
        *[{"body": f"El mercado vende pan y queso el día {n}", "language": "es"} for n in range(4)],
    )
    with Searcher(folder) as searcher:
        assert searcher.item("both").languages == ("en", "es")
        scores = {hit.id: hit.score for hit in searcher.search("metro", expand=False, group=False)}
        assert scores["both"] == pytest.approx(max(scores["en"], scores["es"]))


def test_a_word_in_the_title_ranks_higher(make_index: MakeIndex) -> None:
    """Of two documents of equal length, the one with the word in its title is first."""
    folder = make_index(
        {"id": "body", "title": "Morning market", "body": "tide"},
        {"id": "title", "title": "Morning tide", "body": "market"},
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search("tide")) == ["title", "body"]


def test_the_score_is_bm25(make_index: MakeIndex) -> None:
    """The score equals the formula to nine digits, with a repeated query word counted twice."""
    folder = make_index(
        {"body": "tide tide gauge"}, {"body": "tide market"}, {"body": "market stall fish bread"}
    )
    idf, average = log(1 + (3 - 2 + 0.5) / (2 + 0.5)), (3 + 2 + 4) / 3
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / average))
    with Searcher(folder) as searcher:
        assert searcher.search("tide").hits[0].score == pytest.approx(expected, rel=1e-9)
        assert searcher.search("tide tide").hits[0].score == pytest.approx(2 * expected, rel=1e-9)


def test_a_language_of_few_items_counts_up_to_three_more(make_index: MakeIndex) -> None:
    """The words of a language are weighted as if up to three more of its items lacked them."""
    other = [{"body": "mercado pan pescado", "language": "es"}] * 5
    for few, counted in ((1, 4), (2, 5), (3, 6), (5, 8)):
        tide = {"body": "tide market bread", "language": "en"}
        idf = log(1 + (counted - few + 0.5) / (few + 0.5))
        with Searcher(make_index(*[tide] * few, *other, name=f"few{few}")) as searcher:
            asked = searcher.search("tide", expand=False, group=False)
            assert asked.hits[0].score == pytest.approx(idf * 2.2 / (1 + 1.2), rel=1e-9)


def test_ties_are_broken_by_date_then_id(make_index: MakeIndex) -> None:
    """Equal scores: newer first, undated last, then by id."""
    folder = make_index(
        {"id": "b", "body": "tide rose", "date": "2018"},
        {"id": "a", "body": "tide fell", "date": "2018"},
        {"id": "undated", "body": "tide turned"},
        {"id": "new", "body": "tide came", "date": "2020-05-01"},
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search("tide")) == ["new", "a", "b", "undated"]
        assert ids(searcher.search("tide", sort="oldest")) == ["a", "b", "new", "undated"]
        assert ids(searcher.search("tide", limit=2, offset=1)) == ["a", "b"]
        assert [hit.rank for hit in searcher.search("tide", limit=2, offset=1).hits] == [2, 3]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("evenement", "un événement"),
        ("événement", "un évènement"),
        ("Quebec", "le Québec"),
        ("policia", "la policía"),
        ("policía", "POLICIA"),
        ("ecole", "l’école"),
        ("irlande", "L'Irlande"),
        ("coeur", "le cœur"),
        ("l’Est", "les villes de l'Est"),
        ("d'Este", "la villa d’Este"),
    ],
)
def test_accents_and_elision_do_not_prevent_a_match(make_index: MakeIndex, typed: str, written: str) -> None:
    """A word typed without its accents, or with others, matches the text; so does one after an article.

    A function word elsewhere (*est*, Spanish *este*) is a noun after an elided article.
    """
    language = "es" if "polic" in written.lower() else "fr"
    folder = make_index(
        {"id": "yes", "body": written, "language": language}, {"body": "autre chose", "language": "fr"}
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search(typed)) == ["yes"]


def test_an_n_with_a_tilde_is_another_letter(make_index: MakeIndex) -> None:
    """``año`` is not ``ano``, in either direction."""
    folder = make_index(
        {"id": "year", "body": "un año", "language": "es"},
        {"id": "other", "body": "un ano", "language": "es"},
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search("año", languages=["es"])) == ["year"]
        assert ids(searcher.search("ano", languages=["es"])) == ["other"]


def test_the_language_of_the_query_need_not_be_given(make_index: MakeIndex) -> None:
    """A query is analyzed in all languages at once; function words of one are no words in another."""
    folder = make_index(
        {"id": "en", "body": "Visitors came from Rio de Janeiro"},
        {"id": "es", "body": "Los puertos de Chile", "language": "es"},
        {"id": "fr", "body": "Les ports du Sénégal", "language": "fr"},
    )
    with Searcher(folder) as searcher:
        assert ids(searcher.search("puerto de", expand=False)) == ["es"]
        assert set(ids(searcher.search("ports", expand=False))) == {"fr"}
        assert set(ids(searcher.search("ports puertos", expand=False))) == {"es", "fr"}
