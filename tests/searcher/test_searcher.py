"""Filters, counts and mistakes, over small archives with known answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rules import Archives, Rule, rules

from searcher import IndexFolderError, QueryError, Results, Searcher
from searcher.present.notices import subjects_offered

RULES = """
Values of one filter are alternatives, different filters must all match
  en pe18 PE 2018-03-05: tide
  en cl18 CL PE 2018-07-01: tide
  en ke19 KE 2019-07-01: tide
  en none: tide
  ? tide {countries=["PE"]} -> pe18 cl18
  ? tide {countries=["Chile", "ke"]} -> cl18 ke19
  ? tide {countries=["PE", "KE"], date_from="2018-06"} -> cl18 ke19
  ? tide country:PE date:..2018-04 -> pe18
  ? tide country:unknown / tide date:unknown -> none
A region matches any of its countries, and a note names them
  en pe PE: tide
  en cl CL PE: tide
  en uy UY: tide
  en none: tide
  ? tide {countries=["Southern Cone"]} -> cl uy; countries = PE:2 CL:1 UY:1 AR:0 PY:0 unknown:1
  ? tide {countries=iter(["Cono Sur"])} -> cl uy; note = Southern Cone (4 countries): Argentina, Chile, \
Paraguay and Uruguay
  ? tide country:"Southern Cone" / tide country:"Cono Sur" / tide country:"cône sud" -> cl uy; notes = region
  ? tide country:"cône sud" {countries=["Southern Cone", "Uruguay"]} -> cl uy; notes = region
  ? tide -country:"Southern Cone" / tide -country:"cône sud" -> pe none; notes = region
  ? tide {countries=["PE", "Chile"]} -> pe cl; notes =
``unknown`` is a country to filter by, alone or with others
  en none: tide
  en ke KE: tide
  en none2: tide
  en tz TZ KE: tide
  ? tide {countries="Unknown"} -> none none2; countries = KE:2 TZ:1 unknown:2
  ? tide country:unknown -> none none2
  ? tide {countries=["unknown", "TZ"]} -> none none2 tz
  ? tide {date_from="unknown"} -> error date:unknown
``unknown`` is listed with 0 if all items have a country
  en ke KE: tide
  ? tide {countries="unknown", strict=True} -> nothing; countries = KE:1 unknown:0
A region that no text names is suggested as a filter; a country or nearly all countries are not
  en bf BF: routes through the desert
  en maghreb MA: routes of the Maghreb
  ? routes Sahel -> ; note = Sahel is a region of 10 countries: --country Sahel finds items about them
  ? routes {countries=["Sahel"]} -> bf
  ? routes Maghreb Kenya América ONU xylophone -> ; notes =
A country or language typed as a word is offered as a filter if no text names it and items have it
  en pe PE: a glacier above the valley
  fr fr: le glacier de la vallée
  en chile: a glacier in Chile
  ? glacier Peru -> ; note has no text names Peru: --country PE finds items about Peru
  ? glaciar Perú -> ; note has no text names Perú: --country PE finds items about Peru
  ? glacier anglais -> ; note has no text names anglais: --lang en finds items in English
  ? glacier Chile / glacier Kenya / glacier pe -> ; notes =
If nothing matches and nothing else is suggested, words that are spelt alike are
  en a: the watermill of Oldbury
  ? Olbery -> nothing; note = words of this index that are spelt alike: oldbury
  ? Olbery {strict=True} -> nothing; notes =
  ? xylophone / OLBERY -> nothing; notes =
Every operator of the query language has its documented matches
  en near: the tide gauge works
  en far: a tide without its gauge
  en alone: only solo tide here
  en light: the keeper of the light
  en titled: Tide | tables and more gauges, one per tide
  ? "tide gauge" {strict=True} -> near
  ? "gauge tide" / "keeper light" {strict=True} -> nothing
  ? "tide gauge"~3 / g?uge {strict=True} -> near far
  ? "keeper of the light" {strict=True} -> light
  ? +tide -gauge / tide NOT gauge / solo-tide / solo.tide {strict=True} -> alone
  ? tide AND gauge / gaug* / guage~2 {strict=True} -> near far titled
  ? title:tide {strict=True} -> titled
  ? * {strict=True} -> near far alone light titled
  ? id:far {strict=True} -> far
  ? -tide {strict=True} -> light
No filter is ever ignored
  en a: tide
  ? tide {countries=["Narnia"]} -> error Narnia
  ? tide {languages=["tlh"]} -> error unknown language
  ? tide {date_from="31/02/2018"} -> error 31/02/2018
  ? tide {sort="best"} -> error sort is one of relevance, newest, oldest
  ? tide {limit=-1} -> error limit is a whole number, 0 or more, not “-1”
  ? tide {facets=("colour",)} -> error no item has a field “colour”; fields of this index are
  ? tide {where=dict(colour="red")} -> error no item has a field “colour”
  ? tide {where=dict(source=" ")} -> error no value
  ? tide {where=dict([("=", "red")])} -> error no field can have the name
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_filters_and_operators_holds(archives: Archives, rule: Rule) -> None:
    """Each question has its items, notes and counts, or is an error."""
    archives.check(rule)


def counts(results: Results, facet: str) -> dict[str, int]:
    """Return the counts of a facet."""
    return {value.value: value.count for value in results.facets[facet]}


def test_an_empty_page_offers_subjects(archives: Archives) -> None:
    """A word that is spelt like nothing leads to the list of subjects."""
    for query in ("xylophone", "OLBERY"):
        results = archives.of("en a: the watermill of Oldbury").search(query)
        assert subjects_offered(results) == ["dragoman facets --facet topic lists the subjects of the items"]


def test_a_range_matches_every_day_that_it_touches(make_index: Callable[..., Path]) -> None:
    """An item of several days matches any of them, and counts in each year that it touches."""
    folder = make_index({"id": "fair", "body": "tide", "date": {"start": "2018-12-30", "end": "2019-01-02"}})
    with Searcher(folder) as searcher:
        assert searcher.search("tide", date_from="2019").total == 1
        assert searcher.search("tide", date_to="2018").total == 1
        assert searcher.search("tide", date_from="2019-01-03").total == 0
        assert counts(searcher.search("tide"), "year") == {"2018": 1, "2019": 1}


def test_a_filtered_facet_still_counts_its_other_values(archives: Archives) -> None:
    """Selecting Peru does not make Chile 0, and undated items are a value of the years."""
    searcher = archives.of("""
        en pe PE 2018-03-05: tide
        en cl CL 2018-07-01: tide
        es cl19 CL 2019-07-01: tide
        en none: tide
    """)
    results = searcher.search("tide", countries=["PE"], date_from="2018", date_to="2018")
    assert results.total == 1
    assert counts(results, "country") == {"PE": 1, "CL": 1}
    assert counts(results, "year") == {"2018": 1}
    assert counts(results, "month") == {"2018-03": 1}
    assert counts(searcher.search("tide"), "year") == {"2018": 2, "2019": 1, "unknown": 1}


def test_months_are_counted_for_one_year_or_on_request(make_index: Callable[..., Path]) -> None:
    """Months are counted for a single year, in order of time; on request, those of all years are."""
    days = ("2018-09-01", "2018-02-01", {"start": "2019-12-30", "end": "2020-01-02"}, None)
    with Searcher(make_index(*({"body": "tide", "date": day} for day in days))) as searcher:
        every = counts(searcher.search("tide", facets="month"), "month")
        assert [*every.items()] == [
            (month, 1) for month in ("2018-02", "2018-09", "2019-12", "2020-01", "unknown")
        ]
        later = searcher.search("tide", facets="month", date_from="2019").facets["month"]
        assert [value.value for value in later if value.selected] == ["2019-12", "2020-01"]
        months = searcher.search("tide", date_from="2018", date_to="2018").facets["month"]
        labels = {"2018-02": "February 2018", "2018-09": "September 2018"}
        assert [(value.value, value.label) for value in months] == [*labels.items()]
        assert "month" not in searcher.search("tide", date_from="2018", date_to="2019").facets
        asked = searcher.search("tide", date_from="2018", date_to="2018", facets=["month"])
        assert list(asked.facets) == ["month"]


@pytest.mark.parametrize("query", ["", "  ", "?!", "( )", "+ -"])
def test_an_empty_query_is_an_error(archives: Archives, query: str) -> None:
    """An empty text and punctuation are refused, not answered with everything or nothing."""
    with pytest.raises(QueryError, match=r"\*"):
        archives.of("en a: tide").search(query)


def test_a_query_of_any_depth_ends_in_an_answer_or_a_line(archives: Archives) -> None:
    """Hundreds of parentheses are read as text, or refused in words."""
    searcher = archives.of("en a: tide")
    assert searcher.search("(tide " * 200 + ")" * 200).total == 1
    with pytest.raises(QueryError, match="parentheses"):
        searcher.search("(tide " * 200 + ")" * 200, strict=True)


def test_item_returns_a_whole_item_by_its_id(make_index: Callable[..., Path]) -> None:
    """The item is the one that was indexed; an unknown id is an error."""
    folder = make_index({"id": "x", "title": "T", "body": "one\ntwo", "url": "https://example.org/x"})
    with Searcher(folder) as searcher:
        item = searcher.item("x")
        assert (item.title, item.body, item.url) == ("T", "one\ntwo", "https://example.org/x")
        with pytest.raises(QueryError, match="no item has the id"):
            searcher.item("y")


def test_a_folder_without_an_index_is_reported(tmp_path: Path) -> None:
    """A missing folder, a file and an empty folder each have their message."""
    (tmp_path / "file").touch()
    for name, message in (
        ("nowhere", "there is no index folder"),
        ("", "no index in"),
        ("file", "is a file"),
    ):
        with pytest.raises(IndexFolderError, match=message):
            Searcher(tmp_path / name)


def test_a_closed_searcher_is_an_error(make_index: Callable[..., Path]) -> None:
    """Its hits can still be read, and it may be closed twice."""
    with Searcher(make_index({"id": "a", "body": "tide"})) as searcher:
        (hit,) = searcher.search("tide").hits
        searcher.close()
    asking = (lambda: searcher.search("tide"), lambda: searcher.similar("a"), lambda: searcher.item("a"))
    for ask in (*asking, searcher.info):
        with pytest.raises(RuntimeError, match="closed"):
            ask()
    assert (hit.id, hit.title, hit.snippet) == ("a", None, "**tide**")
