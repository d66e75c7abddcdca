"""Which expansions a query gets, and which are reported: those that match something more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searcher import Searcher

MakeIndex = Callable[..., Path]

RECORDS = (
    {"id": "en", "body": "A female judge at the land border, an euro, the police force, Israel"},
    {"id": "en2", "body": "The borders, the child and the children, paid in euros"},
    {
        "id": "es",
        "body": "La frontera terrestre, fronteras, una jueza y un juez de Israel, un euro, niños, policía",
        "language": "es",
    },
    {
        "id": "fr",
        "body": "La frontière terrestre, les frontières, le juge d'Israël, euros, forces de police, l'asile",
        "language": "fr",
    },
)


@pytest.fixture(scope="module")
def searcher(make_shared_index: MakeIndex) -> Iterator[Searcher]:
    """Return a searcher of a small archive in three languages."""
    with Searcher(make_shared_index(*RECORDS)) as searcher:
        yield searcher


def joined(searcher: Searcher, query: str) -> dict[str, set[str]]:
    """Return the reported expansions, by the words that they extend."""
    return {one["from"]: set(one["to"]) for one in searcher.search(query).expansions}


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("judge", {"juge", "juez"}),
        ("police", {"policía"}),
        ("border", {"frontera", "frontière"}),
        ("frontera", {"border", "frontière"}),
    ],
)
def test_a_label_that_includes_the_typed_one_is_not_added(
    searcher: Searcher, query: str, labels: set[str]
) -> None:
    """A text with "female judge" matches "judge", one with "land border" matches "border"."""
    assert joined(searcher, query)[query] == labels


@pytest.mark.parametrize("query", ["Israel", "droit d'asile"])
def test_a_label_equal_to_typed_words_is_not_added(searcher: Searcher, query: str) -> None:
    """A name with one spelling in several languages, and a word of a longer label, are searched already."""
    assert query not in joined(searcher, query)


def test_another_form_of_a_word_is_not_reported(searcher: Searcher) -> None:
    """A plural with another stem is searched like any other form, and not reported."""
    assert "euro" not in joined(searcher, "euro")
    assert {hit.id for hit in searcher.search("euro").hits} == {"en", "en2", "es", "fr"}
    assert joined(searcher, "children") == {"children": {"child", "niño"}}


def test_an_irregular_form_is_not_reported(make_index: MakeIndex) -> None:
    """A form with another inner letter is searched, not reported; the same word of another language is."""
    records = (
        {"id": "en", "body": "Made by a woman"},
        {"id": "fr", "language": "fr", "body": "La Colombie fabriquait des bateaux"},
    )
    with Searcher(make_index(*records)) as searcher:
        assert joined(searcher, "make") == {"make": {"fabriquer"}}
        assert joined(searcher, "Colombia") == {"Colombia": {"Colombie"}}
        assert {hit.id for hit in searcher.search("women").hits} == {"en"}


def test_the_shortest_of_several_forms_is_reported(make_index: MakeIndex) -> None:
    """The singular is reported for a plural with another stem, however frequent either is in texts."""
    records = (
        {"id": "es", "language": "es", "body": "Pasan los años, y un año más"},
        {"id": "es2", "language": "es", "body": "Hace años"},
    )
    with Searcher(make_index(*records)) as searcher:
        assert joined(searcher, "year") == {"year": {"año"}}


APART = (
    {
        "id": "en",
        "body": "The world cup of the black market, a safe house, a building, a pig with the flu, a white "
        "collision with mother, a crash of stock, the capacity, the cancer, awareness",
    },
    {"id": "en2", "body": "A world, a house, a market, a price, a building, white stock, a campaign"},
    {"id": "en3", "body": "More markets, a cupboard"},
    {
        "id": "es",
        "language": "es",
        "body": "La copa del mundo, el precio negro, el mercado, una casa, un edificio, un puerco, un choque "
        "blanco, la madre, la mama, la capacidad, la gripe, el cáncer, el hermano",
    },
    {
        "id": "fr",
        "language": "fr",
        "body": "La coupe du monde, le prix Nobel noir, le marché, une maison, un bâtiment, un porc, un choc "
        "blanc, la mère, la capacité, la grippe, la sensibilisation, le frère, la police",
    },
    {"id": "fr2", "language": "fr", "body": "Le monde, le prix, les marchés, une campagne"},
    {"id": "fr3", "language": "fr", "body": "Deux campagnes"},
)


@pytest.mark.parametrize(
    ("query", "apart"),
    [
        ("coupe du monde", {"monde"}),
        ("World Cup", {"World", "Cup"}),
        ("prix Nobel", {"prix"}),
        ("marché noir", {"marché", "noir"}),
        ("black market", {"black", "market"}),
        ("safe house", {"house"}),
        ("capacity building", {"building"}),
        ("White House", {"White", "House"}),
        ("stock market crash", {"crash", "market", "stock"}),
        ("cáncer de mama", {"mama"}),
        ("campagne de sensibilisation", {"campagne"}),
    ],
)
def test_a_label_of_several_words_is_not_split(make_index: MakeIndex, query: str, apart: set[str]) -> None:
    """Common words, adjectives, words of names, and words unrelated to the concept are not expanded."""
    with Searcher(make_index(*APART)) as searcher:
        assert not apart & joined(searcher, query).keys()


def test_a_label_that_nothing_matches_is_split(make_index: MakeIndex) -> None:
    """If no item has swine flu, and none has swine, the words are expanded one by one."""
    with Searcher(make_index(*APART)) as searcher:
        assert "pig" in joined(searcher, "swine flu")["swine"]


def test_the_rarest_word_of_a_label_is_expanded(make_index: MakeIndex) -> None:
    """The rarest word gets words that occur in the other labels of its concept."""
    with Searcher(make_index(*APART)) as searcher:
        assert joined(searcher, "campagne de sensibilisation")["sensibilisation"] == {"awareness"}


def test_an_expansion_is_reported_as_in_the_longer_label(make_index: MakeIndex) -> None:
    """Labels with one stem are one term: of "golpear" (to hit) and "golpe de Estado" the latter is shown."""
    records = (
        {"id": "es", "language": "es", "body": "El golpe de Estado"},
        {"id": "fr", "language": "fr", "body": "Le coup d'État, l'état, l'état"},
        {"id": "fr2", "language": "fr", "body": "L'état"},
    )
    with Searcher(make_index(*records)) as searcher:
        assert joined(searcher, "coup d'État")["coup"] == {"golpe"}


@pytest.mark.parametrize(
    ("query", "joins"),
    [
        ("Lehman Brothers", set()),
        ("Ban Ki-moon", set()),
        ("ki-moon", {"ki-moon"}),
        ("Anti-police", {"Anti-police"}),
        ("Price-police", {"Price-police"}),
        ("prices at Lehman Brothers", {"prices"}),
        ("the brothers of Lehman", {"brothers"}),
        ("Brothers", {"Brothers"}),
        ("Kathmandu Prices Meet Lehman Brothers", {"Prices", "Brothers"}),
        ("AU.POLICE", set()),
        ("AU-police", {"AU-police"}),
    ],
)
def test_words_of_names_and_codes_are_no_labels(make_index: MakeIndex, query: str, joins: set[str]) -> None:
    """A capital after a capitalised word that is no label ends a name, except in a headline."""
    records = (
        {
            "id": "es",
            "language": "es",
            "body": "El hermano, la policía, el precio, la luna, la Unión Africana",
        },
        {"id": "en", "language": "en", "body": "Ban Ki-moon spoke"},
    )
    with Searcher(make_index(*records)) as searcher:
        assert joined(searcher, query).keys() == joins


def test_a_label_is_reported_with_its_function_words(make_index: MakeIndex) -> None:
    """The whole label was typed, not only its one content word."""
    records = ({"id": "en", "body": "An irregular migrant at the border"},)
    with Searcher(make_index(*records)) as searcher:
        assert joined(searcher, "ayuda a los sin papeles")["sin papeles"] == {"irregular migrant"}
        assert joined(searcher, "sans-papiers")["sans-papiers"] == {"irregular migrant"}


def test_expansions_are_in_all_languages(make_index: MakeIndex) -> None:
    """If a concept has many labels, the frequent ones of two languages leave room for the third."""
    english = "European Union, European Community, EU, European Communities, EC"
    french = "Union européenne, Communauté européenne, UE, Communautés européennes, CE"
    records = [
        *({"id": f"en{number}", "body": f"The {english}"} for number in range(3)),
        *({"id": f"fr{number}", "body": f"L'{french}", "language": "fr"} for number in range(3)),
        {"id": "es", "body": "Los tratados de la UE", "language": "es"},
    ]
    with Searcher(make_index(*records)) as searcher:
        found = searcher.search("Unión Europea", limit=20)
        assert "UE" in joined(searcher, "Unión Europea")["Unión Europea"]
        assert "es" in [hit.id for hit in found.hits]


def test_a_label_of_two_words_does_not_expand_one_of_them(make_index: MakeIndex) -> None:
    """An expansion of two words together counts once, not for one of them as well."""
    records = (
        {"id": "en", "body": "A rainforest and its jungle"},
        {"id": "es", "body": "La selva tropical y su fauna", "language": "es"},
    )
    with Searcher(make_index(*records)) as searcher:
        assert joined(searcher, "selva tropical") == {"selva tropical": {"rainforest", "jungle"}}
        assert joined(searcher, "selva") == {"selva": {"rainforest", "jungle"}}


HEADWORDS = (
    {"id": "train", "body": "Two trains left the station"},
    {"id": "training", "body": "The training began"},
    {"id": "armée", "language": "fr", "body": "Les armées avancent"},
    {"id": "armes", "language": "fr", "body": "Des armes saisies"},
    {"id": "vacuna", "language": "es", "body": "La vacuna llega"},
    {"id": "russe", "language": "fr", "body": "Des bateaux russes"},
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tren", {"train"}),
        ("formación", {"training"}),
        ("army", {"armée"}),
        ("weapon", {"armes"}),
        ("vaccination", {"vacuna"}),  # a related word of other languages
        ("Russia", {"russe"}),  # another label with the same meaning
    ],
)
def test_an_expansion_matches_its_own_words(make_index: MakeIndex, query: str, found: set[str]) -> None:
    """An expansion matches forms of its words, not other labels with its stem."""
    with Searcher(make_index(*HEADWORDS)) as searcher:
        assert {hit.id for hit in searcher.search(query).hits} == found


def test_an_expansion_without_matches_is_not_added(make_index: MakeIndex) -> None:
    """If texts have only another label with its stem, nothing is added or reported."""
    with Searcher(make_index(HEADWORDS[1], {"id": "es", "language": "es", "body": "Un tren"})) as searcher:
        assert joined(searcher, "tren") == {}


EQUIVALENTS = (
    {"id": "safety", "body": "Safety on board"},
    {"id": "security", "body": "Security at the port"},
    {"id": "law", "body": "The law of the sea"},
    {"id": "rights", "body": "The rights of crews"},
    {"id": "organ", "body": "Removal of an organ"},
    {"id": "body", "body": "A body of five judges"},
    {"id": "grant", "body": "A scholarship for each girl"},
    {"id": "shares", "body": "A day at the stock exchange"},
    {"id": "seguridad", "language": "es", "body": "La seguridad a bordo, un derecho"},
    {"id": "sûreté", "language": "fr", "body": "La sûreté du port, un droit"},
)


@pytest.mark.parametrize(
    ("query", "language", "found"),
    [
        ("seguridad", "es", {"safety", "security", "seguridad", "sûreté"}),
        ("sûreté", "fr", {"safety", "security", "seguridad", "sûreté"}),
        ("safety", "en", {"safety", "seguridad", "sûreté"}),
        ("derecho", "es", {"law", "rights", "seguridad", "sûreté"}),
        ("droit", "fr", {"law", "rights", "seguridad", "sûreté"}),
        ("órganos", "es", {"organ", "body"}),
        ("tráfico de órganos", "es", {"organ"}),
        ("bourse", "fr", {"grant", "shares"}),
    ],
)
def test_a_word_with_two_equivalents_matches_both(
    make_index: MakeIndex, query: str, language: str, found: set[str]
) -> None:
    """A word with two equivalents in another language gets both, and each of these gets only that word."""
    with Searcher(make_index(*EQUIVALENTS)) as searcher:
        assert {hit.id for hit in searcher.search(query, query_language=language).hits} == found


def test_expansions_do_not_depend_on_filters(make_index: MakeIndex) -> None:
    """An item in two languages matches labels of both, whichever is selected: counts add up."""
    english = "The forest was closed by the police, who say that it will be open again in the spring."
    folder = make_index(
        {
            "id": "both",
            "body": f"{english}\n\nEl bosque fue cerrado por la policía hasta la primavera.",
            "language": None,
        },
        {"id": "en", "body": english, "language": "en"},
        {"id": "other", "body": "La forêt est fermée depuis hier.", "language": "fr"},
    )
    with Searcher(folder) as searcher:
        for typed in ("forest", "bosque", "forêt"):
            results = searcher.search(typed)
            counted = {one.value: one.count for one in results.facets["language"]}
            assert counted == {"en": 2, "es": 1, "fr": 1}
            for language, count in counted.items():
                narrowed = searcher.search(typed, languages=language)
                assert narrowed.total == searcher.search(f"{typed} lang:{language}").total == count
                assert narrowed.expansions == results.expansions


def test_preferred_labels_are_added_before_others(make_index: MakeIndex) -> None:
    """Preferred labels come first however frequent others are: "working children" has unrelated matches."""
    apart = [{"id": f"at{at}", "body": f"A child with {at} children at home, and work"} for at in range(4)]
    others = [
        {"id": "es", "body": "Un trabajador, su niño y el trabajo de dos menores", "language": "es"},
        {"id": "fr", "body": "Un travailleur, son enfant et le travail", "language": "fr"},
    ]
    told = {"id": "told", "body": "An award against child labour"}
    with Searcher(make_index(*apart, *others, told)) as searcher:
        assert "child labour" in joined(searcher, "trabajo infantil")["trabajo infantil"]
        assert "told" in {hit.id for hit in searcher.search("trabajo infantil")}


def test_a_label_matches_no_word_that_only_has_its_stem(make_index: MakeIndex) -> None:
    """Translations and relaxed queries match no such word: partió is no form of parto (birth)."""
    folder = make_index({"id": "es", "body": "La nave partió con una parte de la carga", "language": "es"})
    with Searcher(folder) as searcher:
        for typed in ("childbirth", "embarazada"):
            results = searcher.search(typed)
            assert (results.total, results.relaxed) == (0, None)


def test_per_cent_is_added_to_percentage(make_index: MakeIndex) -> None:
    """The function word of *per cent* is not needed to find it."""
    records = (
        {"id": "cent", "body": "Thirty per cent of the pupils"},
        {"id": "other", "body": "Many pupils"},
    )
    with Searcher(make_index(*records)) as searcher:
        assert "per cent" in joined(searcher, "percentage of pupils")["percentage"]
        assert "per cent" in joined(searcher, "porcentaje")["porcentaje"]
        assert searcher.search("percentage of pupils", facets=()).hits[0].id == "cent"
