"""The language of a query, and the weight of its words in texts of other languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searcher import QueryError, Searcher
from searcher.query.cognates import are_cognates, are_homographs

MakeIndex = Callable[..., Path]

TEXTS = {
    "en-hunger": (
        "en",
        "Hunger grows where the harvest failed, and the bank raised its interest rate again.",
    ),
    "es-hungria": ("es", "El gobierno de Hungría y el de Rumanía están de acuerdo en la frontera del río."),
    "fr-rats": ("fr", "Les rats sont dans les caves du port, et les bords de la rivière sont sales."),
    "en-pope": ("en", "The pope met the bishops, and the main road to the town was closed for the sale."),
    "es-pop": ("es", "La música pop suena en la plaza mientras la banda ensaya para el concierto."),
    "fr-main": ("fr", "Il a pris la main de sa fille dans la cour, et la chair du poisson était blanche."),
    "en-nation": ("en", "The nation remembers Mandela, and the administration of the port was reformed."),
    "en-train": ("en", "The night train to Rio de Janeiro stopped."),
    "es-nacion": ("es", "La nación recuerda a Mandela y la administración del puerto fue reformada."),
    "fr-nation": ("fr", "La nation se souvient de Mandela et l'administration du port a été réformée."),
}


@pytest.fixture(scope="module")
def searcher(make_shared_index: MakeIndex) -> Iterator[Searcher]:
    """Return a searcher of an archive in three languages."""
    records = [{"id": key, "body": text, "language": language} for key, (language, text) in TEXTS.items()]
    with Searcher(make_shared_index(*records)) as opened:
        yield opened


def found(searcher: Searcher, query: str, **options: Any) -> list[str]:
    """Return the ids of the hits, best first."""
    return [hit.id for hit in searcher.search(query, limit=50, **options).hits]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("the nation", "en"),
        ("hunger", "en"),
        ("música en la plaza", "es"),
        ("la main de sa fille", "fr"),
        ("rats", "fr"),
        ("Mandela", None),
        ('"zorbal qu*"', None),  # qu* is a pattern, not French
        ("argentin", "fr"),  # the others have forms of it
        ("football argentin", "fr"),
        ("nation", None),
        ('"Mandela qu*"', None),  # a pattern has no language, as outside of a phrase
        ("le main", "fr"),
        ("sin nación", "es"),
        ("Sin nación", "es"),
        ("El Mandela train", "en"),
        ("nation Mandela", None),
        ("train de glorvin", None),
        ("train du nation", "fr"),
        ('"interest rate"', "en"),
        ("hunger lang:fr", "en"),
        ("¿Qué es hunger?", "es"),
        ("qu'est-ce que hunger ?", "fr"),
        ("y a-t-il hunger", "fr"),
        ("¿Qué es el Hunger Interest Rate Bank?", "es"),
        ("Hunger Bank", "en"),
        ("EL HUNGER BANK EN LA PLAZA DE LOS RATS", "es"),
    ],
)
def test_a_query_has_the_language_of_its_words(searcher: Searcher, query: str, language: str | None) -> None:
    """Function words decide it, whatever the punctuation, and words that occur only in texts of one language.

    A name of several words counts once, one that occurs in all languages does not count. A function word
    belongs to no other language, though its texts have it in names.
    """
    assert searcher.search(query).query_language == language


@pytest.mark.parametrize("expand", [True, False])
@pytest.mark.parametrize(
    ("query", "friend", "false"),
    [
        ("hunger", "en-hunger", "es-hungria"),
        ("interest rate", "en-hunger", "fr-rats"),
        ("the pope", "en-pope", "es-pop"),
        ("main road", "en-pope", "fr-main"),
        ("for sale", "en-pope", "fr-rats"),
        ("la chair du poisson", "fr-main", "en-pope"),
    ],
)
def test_a_common_stem_is_no_match(
    searcher: Searcher, query: str, friend: str, false: str, *, expand: bool
) -> None:
    """A word matches no other word of another language with its stem, and no homograph."""
    hits = found(searcher, query, expand=expand)
    assert hits[0] == friend
    assert false not in hits


def test_names_and_cognates_match_in_every_language(searcher: Searcher) -> None:
    """A word matches itself in another language, below the language of the query."""
    everywhere = {"en-nation", "es-nacion", "fr-nation"}
    assert set(found(searcher, "Mandela", expand=False)) == everywhere
    for query, first in (
        ("the nation remembers Mandela", "en-nation"),
        ("la nación recuerda a Mandela", "es-nacion"),
        ("la nation se souvient de Mandela", "fr-nation"),
    ):
        for expand in (True, False):
            hits = found(searcher, query, expand=expand)
            assert hits[0] == first, query
            assert set(hits) >= everywhere, query
    assert found(searcher, "the administration", expand=False) == ["en-nation", "fr-nation"]


def test_a_homograph_alone_has_both_meanings(searcher: Searcher) -> None:
    """In a query of unknown language, a homograph is read in each; with a given language, in that one."""
    assert {"en-pope", "fr-main"} <= set(found(searcher, "main"))
    assert found(searcher, "main", query_language="fr") == ["fr-main"]
    assert found(searcher, "main", query_language="English") == ["en-pope"]


def test_only_matches_are_highlighted(make_index: MakeIndex) -> None:
    """A word that counts in another language is highlighted there, but none that only has its stem."""
    body = "El papa Pope Joan es una leyenda, dice la banda de música pop del barrio de la plaza."
    index = make_index(
        {"id": "en", "body": "The pope met the bishops of the land in the town.", "language": "en"},
        {"id": "es", "body": body, "language": "es"},
    )
    with Searcher(index) as searcher:
        hits = {hit.id: hit.snippet for hit in searcher.search("the pope", expand=False).hits}
    assert "**Pope**" in (hits["es"] or "")
    assert "**pop**" not in (hits["es"] or "")


def test_a_language_without_analyzer_is_refused(searcher: Searcher) -> None:
    """A query must be in one of the three languages."""
    with pytest.raises(QueryError, match="en, es or fr"):
        searcher.search("hunger", query_language="und")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("nacion", "nation", True),
        ("trafico", "trafic", True),
        ("universidad", "university", True),
        ("climatique", "climatico", True),
        ("migrantes", "migrants", True),
        ("pope", "pop", False),
        ("rate", "rats", False),
        ("hunger", "hungria", False),
        ("border", "bord", False),
        ("calle", "callas", False),
    ],
)
def test_cognates_have_corresponding_endings(one: str, other: str, *, alike: bool) -> None:
    """Cognates share a long beginning, and have endings that correspond in the two languages."""
    assert are_cognates(one, other) is are_cognates(other, one) is alike


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("gobiermo Mandela", "es"),
        ("gobiermo NEAR/9 Mandela", "es"),
        ("gobiermo SAME Mandela", "es"),
        ("Mandela PRE/9 gobiermo", "es"),
        ("gobiermo NOT NEAR/3 Mandela", "es"),
        ("Mandela NOT NEAR/3 gobiermo", None),
        ("atleast1(gobiermo) Mandela", "es"),
    ],
)
def test_a_misspelt_word_decides_the_language(searcher: Searcher, query: str, language: str | None) -> None:
    """Also within a proximity, unless the word is excluded."""
    assert searcher.search(query).query_language == language


def test_homographs_depend_on_the_pair_of_languages() -> None:
    """A word has different meanings in some pairs of languages only."""
    assert are_homographs("sale", "en", "fr")
    assert are_homographs("once", "es", "en")
    assert not are_homographs("nation", "en", "fr")


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("théâtre", "fr"),
        ("señal", "es"),
        ("children's hospital", "en"),
        ("rail accident", "en"),
        ("accident ferroviaire", "fr"),
        ("museum", "en"),
        ("José", None),
    ],
)
def test_letters_and_the_thesaurus_decide_a_language(
    make_index: MakeIndex, query: str, language: str | None
) -> None:
    """Letters or labels of only one language are evidence for it, though texts of another have the word."""
    index = make_index(
        {
            "id": "en",
            "body": "The theatre of the children is closed, and so is the museum.",
            "language": "en",
        },
        {"id": "es", "body": "El teatro de José está cerrado, y el museo también.", "language": "es"},
        {
            "id": "fr",
            "body": "Le Children's Museum est fermé, un rail cassé a coupé la ligne de José.",
            "language": "fr",
        },
    )
    with Searcher(index) as searcher:
        assert searcher.search(query).query_language == language
