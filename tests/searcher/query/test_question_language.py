"""The language of a query, and expansions in the languages of texts."""

from rules import Archives
from tables import by_table

from searcher.query.cognates import are_cognates, are_homographs, cognates


def test_only_matches_are_highlighted(archives: Archives) -> None:
    """A word that counts in another language is highlighted there, but none that only has its stem."""
    searcher = archives.of("""
        en en: The pope met the bishops of the land in the town.
        es es: El papa Pope Joan es una leyenda, dice la banda de música pop del barrio de la plaza.
    """)
    hits = {hit.id: hit.snippet for hit in searcher.search("the pope", expand=False).hits}
    assert "**Pope**" in (hits["es"] or "")
    assert "**pop**" not in (hits["es"] or "")


@by_table
def test_cognates_have_corresponding_endings(pairs: str, *, alike: bool) -> None:
    """Cognates share a long beginning, and have endings that correspond in the two languages."""
    for one, other in map(str.split, pairs.split(",")):
        assert are_cognates(one, other) is are_cognates(other, one) is alike


def test_possible_cognates_are_listed_once() -> None:
    found = cognates("hospitals")
    assert {"hospital", "hospitales", "hospitaux"} < {*found}
    assert len(found) == len({*found})
    assert not {"hospitals", "hospitalss", "hospitalses"} & {*found}


def test_homographs_depend_on_the_pair_of_languages() -> None:
    """A word has different meanings in some pairs of languages only."""
    assert are_homographs("sale", "en", "fr")
    assert are_homographs("once", "es", "en")
    assert not are_homographs("nation", "en", "fr")


def test_expansions_do_not_depend_on_filters(archives: Archives) -> None:
    """An item in two languages matches labels of both, whichever is selected: counts add up."""
    english = "The forest was closed by the police, who say that it will be open again in the spring."
    searcher = archives.of(
        f"- both: {english}\\n\\nEl bosque fue cerrado por la policía hasta la primavera.",
        f"en en: {english}",
        "fr other: La forêt est fermée depuis hier.",
    )
    for typed in ("forest", "bosque", "forêt"):
        results = searcher.search(typed)
        counted = {one.value: one.count for one in results.facets["language"]}
        assert counted == {"en": 2, "es": 1, "fr": 1}
        for language, count in counted.items():
            narrowed = searcher.search(typed, languages=language)
            assert narrowed.total == searcher.search(f"{typed} lang:{language}").total == count
            assert narrowed.expansions == results.expansions
