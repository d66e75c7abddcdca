"""Filters, counts and mistakes, over small archives with known answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import IndexFolderError, QueryError
from searcher import Results, Searcher
from searcher.present.notices import subjects_offered

MakeIndex = Callable[..., Path]


def ids(results: Results) -> list[str]:
    """Return the ids of the hits, in order."""
    return [hit.id for hit in results.hits]


def counts(results: Results, facet: str) -> dict[str, int]:
    """Return the counts of a facet."""
    return {value.value: value.count for value in results.facets[facet]}


def test_filters_are_combined(make_index: MakeIndex) -> None:
    """Values of one filter are alternatives, different filters must all match."""
    folder = make_index(
        {"id": "pe18", "body": "tide", "countries": ["PE"], "date": "2018-03-05"},
        {"id": "cl18", "body": "tide", "countries": ["CL", "PE"], "date": "2018-07-01"},
        {"id": "ke19", "body": "tide", "countries": ["KE"], "date": "2019-07-01"},
        {"id": "none", "body": "tide"},
    )
    with Searcher(folder) as searcher:
        assert set(ids(searcher.search("tide", countries=["PE"]))) == {"pe18", "cl18"}
        assert set(ids(searcher.search("tide", countries=["Chile", "ke"]))) == {"cl18", "ke19"}
        narrowed = searcher.search("tide", countries=["PE", "KE"], date_from="2018-06")
        assert set(ids(narrowed)) == {"cl18", "ke19"}
        assert set(ids(searcher.search("tide country:PE date:..2018-04"))) == {"pe18"}
        assert set(ids(searcher.search("tide country:unknown"))) == {"none"}
        assert set(ids(searcher.search("tide date:unknown"))) == {"none"}


@pytest.mark.parametrize("name", ["Southern Cone", "Cono Sur", "cône sud"])
def test_a_region_means_its_countries(make_index: MakeIndex, name: str) -> None:
    """A filter and ``country:`` with a region match any of its countries, and a note names them."""
    folder = make_index(
        {"id": "pe", "body": "tide", "countries": ["PE"]},
        {"id": "cl", "body": "tide", "countries": ["CL", "PE"]},
        {"id": "uy", "body": "tide", "countries": ["UY"]},
        {"id": "none", "body": "tide"},
    )
    told = [("region", "Southern Cone (4 countries): Argentina, Chile, Paraguay and Uruguay")]
    with Searcher(folder) as searcher:
        narrowed = searcher.search("tide", countries=iter([name]))
        assert (set(ids(narrowed)), list(narrowed.notes)) == ({"cl", "uy"}, told)
        assert {value.value for value in narrowed.facets["country"] if value.selected} == {
            "AR",
            "CL",
            "PY",
            "UY",
        }
        asked = searcher.search(f'tide country:"{name}"')
        assert (set(ids(asked)), list(asked.notes)) == ({"cl", "uy"}, told)
        assert [hit.score for hit in asked.hits] == [hit.score for hit in narrowed.hits]
        both = searcher.search(f'tide country:"{name}"', countries=[name, "Uruguay"])
        assert (set(ids(both)), list(both.notes)) == ({"cl", "uy"}, told)
        without = searcher.search(f'tide -country:"{name}"')
        assert (set(ids(without)), list(without.notes)) == ({"pe", "none"}, told)
        assert searcher.search("tide", countries=["PE", "Chile"]).notes == ()


def test_items_without_a_country_are_selected_as_unknown(make_index: MakeIndex) -> None:
    """``unknown`` is a country to filter by, alone or with others, and the facet marks it."""
    records = [{"body": "tide", "countries": codes} for codes in ([], ["KE"], [], ["TZ", "KE"])]
    with Searcher(make_index(*records)) as searcher:
        alone = searcher.search("tide", countries="Unknown")
        typed = searcher.search("tide country:unknown")
        assert {hit.id for hit in alone} == {hit.id for hit in typed} == {"d0", "d2"}
        assert [(value.value, value.count, value.selected) for value in alone.facets["country"]] == [
            ("KE", 2, False),
            ("TZ", 1, False),
            ("unknown", 2, True),
        ]
        both = searcher.search("tide", countries=["unknown", "TZ"])
        assert {hit.id for hit in both} == {"d0", "d2", "d3"}
    with Searcher(make_index({"body": "tide", "countries": ["KE"]}, name="one")) as searcher:
        nothing = searcher.search("tide", countries="unknown", strict=True)
        assert nothing.total == 0
        assert nothing.facets["country"][-1] == ("unknown", "no country named", 0, True)
        with pytest.raises(QueryError, match="date:unknown"):
            searcher.search("tide", date_from="unknown")


def test_a_region_that_no_item_names_is_suggested_as_a_filter(make_index: MakeIndex) -> None:
    """If no item has the word, its countries may have items; a country or nearly all are not suggested."""
    folder = make_index(
        {"id": "bf", "body": "routes through the desert", "countries": ["BF"]},
        {"id": "maghreb", "body": "routes of the Maghreb", "countries": ["MA"]},
    )
    offer = "Sahel stands for 10 countries: --country Sahel finds items about them"
    with Searcher(folder) as searcher:
        assert searcher.search("routes Sahel").notes == (("region_offered", offer),)
        assert ids(searcher.search("routes", countries=["Sahel"])) == ["bf"]
        assert searcher.search("routes Maghreb Kenya América ONU xylophone").notes == ()


def test_unnamed_countries_and_languages_are_offered(make_index: MakeIndex) -> None:
    """A country or language typed as a word offers its filter if no text names it and items have it."""
    folder = make_index(
        {"id": "pe", "body": "a glacier above the valley", "countries": ["PE"]},
        {"id": "fr", "body": "le glacier de la vallée", "language": "fr"},
        {"id": "chile", "body": "a glacier in Chile"},
    )
    offers = {
        "glacier Peru": ("country_offered", "no text names Peru: --country PE finds items about Peru"),
        "glaciar Perú": ("country_offered", "no text names Perú: --country PE finds items about Peru"),
        "glacier anglais": ("language_offered", "no text names anglais: --lang en finds items in English"),
    }
    with Searcher(folder) as searcher:
        for query, offer in offers.items():
            assert offer in searcher.search(query).notes
        for query in ("glacier Chile", "glacier Kenya", "glacier pe"):  # named, without items, no name
            assert searcher.search(query).notes == ()


def test_an_empty_page_offers_words_or_subjects(make_index: MakeIndex) -> None:
    """If nothing matches and nothing else is suggested, words that are spelt alike are, or the subjects."""
    with Searcher(make_index({"id": "a", "body": "the watermill of Oldbury"})) as searcher:
        alike = "words of this index that are spelt alike: oldbury"
        assert searcher.search("Olbery").notes == (("near_words", alike),)
        assert searcher.search("Olbery", strict=True).notes == ()
        for query in ("xylophone", "OLBERY"):  # an acronym is spelt like nothing
            results = searcher.search(query)
            assert results.notes == ()
            assert subjects_offered(results) == [
                "dragoman facets --facet topic lists the subjects of the items"
            ]


def test_a_range_matches_every_day_that_it_touches(make_index: MakeIndex) -> None:
    """An item of several days matches any of them, and counts in each year that it touches."""
    folder = make_index({"id": "fair", "body": "tide", "date": {"start": "2018-12-30", "end": "2019-01-02"}})
    with Searcher(folder) as searcher:
        assert searcher.search("tide", date_from="2019").total == 1
        assert searcher.search("tide", date_to="2018").total == 1
        assert searcher.search("tide", date_from="2019-01-03").total == 0
        assert counts(searcher.search("tide"), "year") == {"2018": 1, "2019": 1}


def test_a_filtered_facet_still_counts_its_other_values(make_index: MakeIndex) -> None:
    """Selecting Peru does not make Chile 0, and a value's count is the total after selecting it."""
    folder = make_index(
        {"body": "tide", "countries": ["PE"], "date": "2018-03-05"},
        {"body": "tide", "countries": ["CL"], "date": "2018-07-01"},
        {"body": "tide", "countries": ["CL"], "date": "2019-07-01", "language": "es"},
        {"body": "tide"},
    )
    with Searcher(folder) as searcher:
        results = searcher.search("tide", countries=["PE"], date_from="2018", date_to="2018")
        assert results.total == 1
        assert counts(results, "country") == {"PE": 1, "CL": 1}
        assert counts(results, "year") == {"2018": 1}
        assert counts(results, "month") == {"2018-03": 1}
        for value in searcher.search("tide", date_from="2018").facets["country"]:
            chosen = searcher.search("tide", date_from="2018", countries=[value.value])
            assert chosen.total == value.count
        for value in searcher.search("tide").facets["language"]:
            assert searcher.search("tide", languages=[value.value]).total == value.count


def test_undated_items_are_a_value_of_the_year_facet(make_index: MakeIndex) -> None:
    """Matches without a date are counted among the years."""
    folder = make_index({"body": "tide", "date": "2018"}, {"body": "tide"}, {"body": "market"})
    with Searcher(folder) as searcher:
        assert counts(searcher.search("tide"), "year") == {"2018": 1, "unknown": 1}


def test_months_are_counted_for_one_year_or_on_request(make_index: MakeIndex) -> None:
    """Months are counted for a single year, in order of time; on request, those of all years are."""
    folder = make_index(
        {"body": "tide", "date": "2018-09-01"},
        {"body": "tide", "date": "2018-02-01"},
        {"body": "tide", "date": {"start": "2019-12-30", "end": "2020-01-02"}},
        {"body": "tide"},
    )
    with Searcher(folder) as searcher:
        every = searcher.search("tide", facets="month").facets["month"]
        assert [(value.value, value.count) for value in every] == [
            ("2018-02", 1),
            ("2018-09", 1),
            ("2019-12", 1),
            ("2020-01", 1),
            ("unknown", 1),
        ]
        later = searcher.search("tide", facets="month", date_from="2019").facets["month"]
        assert [value.value for value in later if value.selected] == ["2019-12", "2020-01"]
        months = searcher.search("tide", date_from="2018", date_to="2018").facets["month"]
        assert [(value.value, value.label) for value in months] == [
            ("2018-02", "February 2018"),
            ("2018-09", "September 2018"),
        ]
        assert "month" not in searcher.search("tide", date_from="2018", date_to="2019").facets
        assert list(searcher.search("tide", date_from="2018", date_to="2018", facets=["month"]).facets) == [
            "month"
        ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"tide gauge"', {"near"}),
        ('"gauge tide"', set()),
        ('"tide gauge"~3', {"near", "far"}),
        ('"keeper of the light"', {"light"}),
        ('"keeper light"', set()),
        ("+tide -gauge", {"alone"}),
        ("tide AND gauge", {"near", "far"}),
        ("tide NOT gauge", {"alone"}),
        ("gaug*", {"near", "far"}),
        ("g?uge", {"near", "far"}),
        ("guage~2", {"near", "far", "titled"}),
        ("title:tide", {"titled"}),
        ("*", {"near", "far", "alone", "light", "titled"}),
        ("id:far", {"far"}),
        ("-tide", {"light"}),
        ("solo-tide", {"alone"}),
        ("solo.tide", {"alone"}),
    ],
)
def test_every_operator_matches_as_documented(make_index: MakeIndex, query: str, found: set[str]) -> None:
    """Every operator of the query language has its documented matches."""
    folder = make_index(
        {"id": "near", "body": "the tide gauge works"},
        {"id": "far", "body": "a tide without its gauge"},
        {"id": "alone", "body": "only solo tide here"},
        {"id": "light", "body": "the keeper of the light"},
        {"id": "titled", "title": "Tide", "body": "tables and more gauges, one per tide"},
    )
    expected = found | ({"titled"} if query in ("tide AND gauge", "gaug*") else set())
    with Searcher(folder) as searcher:
        assert set(ids(searcher.search(query, limit=50, strict=True))) == expected


@pytest.mark.parametrize("query", ["", "  ", "?!", "( )", "+ -"])
def test_an_empty_query_is_an_error(make_index: MakeIndex, query: str) -> None:
    """An empty text and punctuation are refused, not answered with everything or nothing."""
    with Searcher(make_index({"body": "the tide"})) as searcher, pytest.raises(QueryError, match=r"\*"):
        searcher.search(query)


def test_a_query_of_any_depth_ends_in_an_answer_or_a_line(make_index: MakeIndex) -> None:
    """Hundreds of parentheses are read as text, or refused in words."""
    with Searcher(make_index({"body": "the tide"})) as searcher:
        assert searcher.search("(tide " * 200 + ")" * 200).total == 1
        with pytest.raises(QueryError, match="parentheses"):
            searcher.search("(tide " * 200 + ")" * 200, strict=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"countries": ["Narnia"]}, "Narnia"),
        ({"languages": ["tlh"]}, "unknown language"),
        ({"date_from": "31/02/2018"}, "31/02/2018"),
        ({"sort": "best"}, "sort is one of relevance, newest, oldest"),
        ({"limit": -1}, "limit is a whole number, 0 or more, not “-1”"),
        ({"facets": ("colour",)}, "no item has a field “colour”; fields of this index are "),
        ({"where": {"colour": "red"}}, "no item has a field “colour”"),
        ({"where": {"source": " "}}, "no value"),
        ({"where": {"=": "red"}}, "no field can have the name"),
    ],
)
def test_an_invalid_filter_is_an_error(
    make_index: MakeIndex, arguments: dict[str, object], message: str
) -> None:
    """No filter is ever ignored."""
    with Searcher(make_index({"body": "tide"})) as searcher, pytest.raises(QueryError, match=message):
        searcher.search("tide", **arguments)  # type: ignore[arg-type]


def test_item_returns_a_whole_item_by_its_id(make_index: MakeIndex) -> None:
    """The item is the one that was indexed; an unknown id is an error."""
    folder = make_index({"id": "x", "title": "T", "body": "one\ntwo", "url": "https://example.org/x"})
    with Searcher(folder) as searcher:
        item = searcher.item("x")
        assert (item.title, item.body, item.url) == ("T", "one\ntwo", "https://example.org/x")
        with pytest.raises(QueryError, match="no item has the id"):
            searcher.item("y")


def test_a_folder_without_an_index_is_reported(tmp_path: Path) -> None:
    """A missing folder, a file and an empty folder each have their message."""
    with pytest.raises(IndexFolderError, match="there is no index folder"):
        Searcher(tmp_path / "nowhere")
    with pytest.raises(IndexFolderError, match="there is no index in"):
        Searcher(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(IndexFolderError, match="is a file"):
        Searcher(tmp_path / "file")


def test_a_searcher_may_be_closed_twice(make_index: MakeIndex) -> None:
    """Closing a searcher inside its ``with`` block is no error."""
    with Searcher(make_index({"id": "one", "body": "a tide in the bay"})) as searcher:
        hits = searcher.search("tide").hits
        searcher.close()
    assert [hit.title for hit in hits] == [None]
    assert [hit.id for hit in hits] == ["one"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda searcher: searcher.search("tide"),
        lambda searcher: searcher.similar("a"),
        lambda searcher: searcher.item("a"),
        lambda searcher: searcher.info(),
    ],
)
def test_a_closed_searcher_is_an_error(make_index: MakeIndex, ask: Callable[[Searcher], object]) -> None:
    """The error of a closed searcher says so; its hits can still be read."""
    with Searcher(make_index({"id": "a", "body": "tide"})) as searcher:
        (hit,) = searcher.search("tide").hits
    with pytest.raises(RuntimeError, match="closed"):
        ask(searcher)
    assert hit.snippet == "**tide**"
