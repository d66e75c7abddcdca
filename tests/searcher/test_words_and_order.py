"""Which items a word matches, and in which order: small archives with known answers."""

from math import log

import pytest
from rules import Archives

from searcher import Results

ARTICLE = "The harbour office says that the rights of crews were kept, that every human on board was heard"


def ids(results: Results) -> list[str]:
    """Return the ids of the hits, in order."""
    return [hit.id for hit in results.hits]


def test_words_of_an_added_label_are_adjacent(archives: Archives) -> None:
    """A translation of several words does not match them in another order, or with a word between them."""
    searcher = archives.of("""
        fr near: le changement climatique avance
        fr apart: le changement très climatique avance
        fr moved: un climatique changement avance
    """)
    scores = {hit.id: hit.score for hit in searcher.search("climate change").hits}
    assert scores["near"] > 2 * max(scores["apart"], scores["moved"])


def test_every_word_ranks_above_one_word_in_a_short_title(archives: Archives) -> None:
    """A document with every word counts twice, whatever other conditions there are; --all keeps the order."""
    searcher = archives.of(f"""
        en short: Human resources | A new post.
        en all: A long day at the port | {ARTICLE} {ARTICLE.lower()}
        en right: Rights | A word on them.
        en other x9: The market opens early on this quiet morning
    """)
    for query in ("human rights", "rights human country:unknown", "human rights -market"):
        assert ids(searcher.search(query))[0] == "all", query
    alone, plain = searcher.search("human rights"), searcher.search("human rights", expand=False)
    assert (alone.total, alone.total_all_words) == (3, 1) == (plain.total, plain.total_all_words)
    score = {hit.id: hit.score for hit in plain.hits}
    assert alone.hits[0].score == pytest.approx(2 * score["all"])
    assert ids(plain)[0] != "all"
    every = searcher.search("human rights", all_words=True)
    assert [hit.score for hit in every.hits] == [alone.hits[0].score]


def test_every_word_in_translation_does_not_count_twice(archives: Archives) -> None:
    """The version in the query's language ranks first, though the other one also has all words."""
    searcher = archives.of("""
        en en: The earthquake was followed by years of reconstruction
        fr fr: Séisme : reconstruction
        en m x5: The market opens early on morning {n}
        fr n x5: Le marché ouvre tôt le matin {n}
    """)
    results = searcher.search("earthquake reconstruction", query_language="en", explain=True)
    assert ids(results) == ["en", "fr"]
    explained = map(repr, results.explanations)
    assert ["counted again, since the item has every word'" in one for one in explained] == [True, False]


@pytest.mark.parametrize("order", [1, -1])
def test_no_part_of_a_label_ranks_before_the_whole(archives: Archives, order: int) -> None:
    """Short titles with a word of the question rank below items that only mention the whole."""
    items = (
        "fr part: Changement, changement, changement | Changement.",
        "fr other: Climatique | ",
        f"en whole: {ARTICLE} {ARTICLE.lower()} climate change {ARTICLE}",
        f"fr own: Le port et la mer du {' et de la ville du port' * 40}, du changement climatique",
        "fr n x30: Le marché ouvre tôt le matin numéro {n}",
        "en m x30: Climate change, said page {n} of many",
    )
    searcher = archives.of(*items[::order])
    for query in ("changement climatique", "changement climatique country:unknown"):
        results = searcher.search(query, limit=None, explain=True)
        assert {*ids(results)[-2:]} == {"part", "other"}, query
        assert results.total == 34
        for hit, explanation in zip(results.hits, results.explanations, strict=True):
            assert hit.score == pytest.approx(explanation.score)
            marked = "a thesaurus term for the whole query" in repr(explanation)
            assert marked == (hit.id not in {"part", "other"})
        assert ids(searcher.search(query, all_words=True, limit=None)) == ids(results)[:-2]
        translated = searcher.search(query, limit=None, via=["translated"])
        assert {"own", "part", "other"}.isdisjoint(ids(translated))


def test_an_item_of_a_typed_date_counts_among_all_words(archives: Archives) -> None:
    """The item has every word, matches by the other words, and stays when all are required."""
    searcher = archives.of("""
        en of 2017-11-08: The strike went on.
        en joined 2017-11-09: The walkout went on.
        en on 2021-04-12: They recalled the strike of 2017.
        en neither 2021-04-12: The strike went on.
        en day 2017-11-08: The market opens early.
    """)
    for limit in (10, 0):
        asked = {"limit": limit, "query": "strike 2017"}
        assert searcher.search(**asked).total_all_words == 3
        assert searcher.search(**asked, all_words=True).total == 3
        assert searcher.search(**asked, via=["typed"]).total == 3
    found = {hit.id: hit.via for hit in searcher.search("strike 2017")}
    assert found.pop("joined") == ("related",)
    assert found == dict.fromkeys(("of", "on", "neither"), ("typed",))


def test_an_item_in_two_languages_counts_a_word_once(archives: Archives) -> None:
    """A word that both languages have counts as in the better one, not as two words."""
    english = "The metro was closed by the police, who say that it will be back in the spring"
    spanish = "Los vecinos dicen que el metro estuvo cerrado todo el invierno y que la ciudad fue lenta"
    searcher = archives.of(f"""
        - both: {english}\\n{spanish}
        en en: {english}
        es es: {spanish}
        en m x4: The market sells bread and cheese on day {{n}}
        es n x4: El mercado vende pan y queso el día {{n}}
    """)
    assert searcher.item("both").languages == ("en", "es")
    scores = {hit.id: hit.score for hit in searcher.search("metro", expand=False, group=False)}
    assert scores["both"] == pytest.approx(max(scores["en"], scores["es"]))


def test_the_score_is_bm25(archives: Archives) -> None:
    """The score equals the formula to nine digits, with a repeated query word counted twice."""
    idf, average = log(1 + (3 - 2 + 0.5) / (2 + 0.5)), (3 + 2 + 4) / 3
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / average))
    searcher = archives.of("en a: tide tide gauge", "en b: tide market", "en c: market stall fish bread")
    assert searcher.search("tide").hits[0].score == pytest.approx(expected, rel=1e-9)
    assert searcher.search("tide tide").hits[0].score == pytest.approx(2 * expected, rel=1e-9)


def test_a_language_of_few_items_counts_up_to_three_more(archives: Archives) -> None:
    """The words of a language are weighted as if up to three more of its items lacked them."""
    for few, counted in ((1, 4), (2, 5), (3, 6), (5, 8)):
        idf = log(1 + (counted - few + 0.5) / (few + 0.5))
        searcher = archives.of(f"en en x{few}: tide market bread", "es es x5: mercado pan pescado")
        found = searcher.search("tide", expand=False, group=False)
        assert found.hits[0].score == pytest.approx(idf * 2.2 / (1 + 1.2), rel=1e-9)
