"""Expansion, spelling and explanation over small archives."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rule_files import archive_of
from rules import Archives
from tables import by_table

from indexer.store.indexing import update
from searcher import Searcher
from searcher.engine import Filters
from searcher.interpretation import Interpreter
from searcher.query.limits import Limits


def test_labels_of_a_misspelt_word_are_limited(archives: Archives) -> None:
    """A long query with one misspelling costs no more than its limit: words beyond it are read separately."""
    engine = archives.of("en a: A faracologico medicine")._engine
    meant = [
        Interpreter(engine, Limits(expanded=most)).interpret("aborto farmacologico", Filters())
        for most in (0, 1)
    ]
    assert [one.suggestion for one in meant] == ["aborto faracologico", None]


def test_expansions_of_a_corrected_word_have_its_weight(archives: Archives) -> None:
    """A translation of a correction is weighted down as much as the correction itself."""
    searcher = archive_of(archives, "label_expansion")
    typed, slip = ({hit.id: hit.score for hit in searcher.search(query)} for query in ("harbour", "harbuor"))
    assert slip == {name: pytest.approx(0.6 * typed[name]) for name in ("en", "es")}


@by_table
def test_explanations_add_up(archives: Archives, query: str) -> None:
    """The parts of the explanation of each hit add up to its score, at every level."""
    results = archive_of(archives, "label_expansion").search(query, explain=True)
    assert results.hits
    for hit, why in zip(results.hits, results.explanations, strict=True):
        assert why.score == pytest.approx(hit.score)
        if why.what in ("sum of", "all of"):
            assert sum(part.score for part in why.parts) == pytest.approx(why.score)


def test_explanations_add_up_in_every_segment(make_index: Callable[..., Path]) -> None:
    """Items that were added later, and those of a segment with deletions, are explained the same way."""
    folder = make_index(*({"id": f"quay{at}", "body": "The ferry is wet " * (at + 1)} for at in range(9)))
    later = {"body": "A wet ferry", "language": "en", "countries": []}
    update([], folder, items=[{"id": one, **later} for one in ("quay3", "new")])
    with Searcher(folder) as searcher:
        results = searcher.search('ferry "wet ferry" wet', explain=True)
    assert results.total == 10
    for hit, why in zip(results.hits, results.explanations, strict=True):
        assert why.score == pytest.approx(hit.score)


@pytest.mark.parametrize(
    ("query", "merged"),
    [
        ("(ferry ferry) hull", "ferry ferry hull"),
        ("(ferry OR ferry OR hull) harbour", "ferry ferry hull harbour"),
        ("(ferry AND ferry)", "ferry ferry"),
        ("(ferry) (hull) (ferry)", "ferry hull ferry"),
    ],
)
def test_a_repeated_word_counts_twice(archives: Archives, query: str, merged: str) -> None:
    """A repeated word is read once and counts twice, in parentheses or without."""
    hits, others = (
        archive_of(archives, "label_expansion").search(one, expand=False).hits for one in (query, merged)
    )
    assert [hit.id for hit in hits] == [hit.id for hit in others]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in others])


def test_a_single_word_is_its_own_explanation(archives: Archives) -> None:
    """Nodes of the query tree with one part are not shown."""
    searcher = archives.of("en quay: The quay is wet")
    (why,) = searcher.search("quay", explain=True, expand=False).explanations
    assert (why.what, why.parts) == ("text_en: quay", ())


def test_similar_items_may_be_in_another_language(archives: Archives) -> None:
    """A similar item in another language is ranked before unrelated ones, and the item itself is left out."""
    searcher = archives.of("""
        en en: Police training on migrant smuggling at the border
        es es: Formación de la policía sobre tráfico ilícito de migrantes
        es far: Los precios del café suben otra vez
    """)
    hits = [hit.id for hit in searcher.similar("en").hits]
    assert hits[:1] == ["es"]
    assert "en" not in hits


def test_similar_items_use_only_terms_of_the_index(archives: Archives) -> None:
    """For an item in two languages, terms that the index lacks do not crowd out other words."""
    english = "The lighthouse was painted by the sailors, who say that they will be back in the spring"
    spanish = (
        "Los pescadores de la bahía dicen que el invierno fue largo y que las redes, los faros, los muelles, "
        "las boyas, los remos, las anclas, las velas, los mástiles, las quillas, los timones, las cuerdas, "
        "los motores, las hélices, los cascos y las linternas quedaron viejos, rotos, oxidados o perdidos"
    )
    searcher = archives.of(
        f"- both: {english}\\n{spanish}",
        "en near: They say that the lighthouse is closed to all visitors",
        "en far: The market sells bread and cheese in the morning",
    )
    assert searcher.item("both").languages == ("es", "en")
    assert [hit.id for hit in searcher.similar("both").hits] == ["near"]
