"""Which expansions a query gets, and which are reported: those that match something more."""

from rules import Archives


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
