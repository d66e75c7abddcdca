"""Laws of the query language, over random queries and an archive of known words."""

from collections.abc import Iterator
from typing import Any

import pytest
from examples import examples
from expressions import (
    LEAD,
    UNDATED,
    Expression,
    Intersection,
    Union,
    country_filter,
    custom_filter,
    date_filter,
    expressions,
    intervals,
    is_within_limits,
    language_filter,
    small,
)
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from modelled_archive import ABSENT, COUNTRIES, LANGUAGES, RELATED, SECTIONS, WORDS, Item, make_archive

from searcher import Searcher
from searcher.execution.arrays import occurrences
from searcher.query.parser import parse
from searcher.query.query_text import to_text

ALL = 1000
# Dates in words in a query, which items may match by their dates.
in_words = st.lists(
    st.sampled_from([*WORDS[:6], *ABSENT[:1], "2017", "2018", "March 2018", "marzo de 2018", "1999"]),
    min_size=1,
    max_size=3,
).map(" ".join)
OWN = ("section", "desk", "source")
FACETS = ("year", "country", "language", *OWN)
law = settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Archive:
    """The archive under test: its searcher, and its items in the model."""

    def __init__(self, searcher: Searcher, items: list[Item]) -> None:
        self.searcher = searcher
        self.items = items

    def scores(self, text: str, **options: Any) -> dict[str, float]:
        """Return the matches of a query, as typed, with their scores, best first."""
        asked = {"limit": ALL, "facets": (), "expand": False, "strict": True, "group": False} | options
        return {hit.id: hit.score for hit in self.searcher.search(text, **asked).hits}

    def meant(self, question: Expression, *, estimated: bool = False) -> set[str]:
        """Return the items that match a query, by checking each."""
        return {item.id for item in self.items if question.means(item, estimated=estimated)}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Return an archive in four languages, of three segments with deletions, undated and estimated items."""
    folder = tmp_path_factory.mktemp("laws") / "index"
    items = make_archive(folder)
    with Searcher(folder) as searcher, pytest.MonkeyPatch.context() as patch:
        patch.setattr(occurrences, "LEAD", LEAD)
        yield Archive(searcher, items)


def test_the_archive_equals_the_model(archive: Archive) -> None:
    """Languages, countries and dates are as modelled; there are three segments, and deletions."""
    assert len(list((archive.searcher.folder / "segments").glob("*.seg"))) == 3
    assert list((archive.searcher.folder / "segments").glob("*.del"))
    assert len({frozenset(item.languages) for item in archive.items}) >= 7
    assert {(item.days is None, item.estimated) for item in archive.items} >= {(True, False), (False, True)}
    for item in archive.items:
        indexed = archive.searcher.item(item.id)
        assert frozenset(indexed.languages) == item.languages
        assert {mention.code for mention in indexed.countries} == item.countries
        days = (indexed.date.start, indexed.date.end) if indexed.date else None
        assert days == item.days


@law
@given(question=expressions, estimated=st.booleans(), language=st.sampled_from([None, "en", "es", "fr"]))
def test_a_query_matches_the_items_of_its_model(
    archive: Archive, question: Expression, language: str | None, *, estimated: bool
) -> None:
    """A nested query in any language matches exactly the items that the model matches."""
    found = archive.scores(question.text(), estimated=estimated, query_language=language, strict=True)
    assert set(found) == archive.meant(question, estimated=estimated), question.text()


@law
@given(small, small, small)
def test_or_is_a_union(archive: Archive, a: Expression, b: Expression, c: Expression) -> None:
    """OR matches the items of either side, commutes and associates; scores add up."""
    assume(is_within_limits(Union((a, b, c))))
    one, other, third = (archive.scores(part.text()) for part in (a, b, c))
    x, y, z = (f"({part.text()})" for part in (a, b, c))
    union = archive.scores(f"{x} OR {y}")
    assert set(union) == set(one) | set(other)
    sums = {key: one.get(key, 0.0) + other.get(key, 0.0) for key in union}
    assert union == pytest.approx(sums, abs=1e-9)
    assert archive.scores(f"{y} OR {x}") == pytest.approx(union, abs=1e-9)
    all_three = archive.scores(f"{x} OR {y} OR {z}")
    assert set(all_three) == set(union) | set(third)
    assert archive.scores(f"({x} OR {y}) OR {z}") == pytest.approx(all_three, abs=1e-9)
    assert archive.scores(f"{x} OR ({y} OR {z})") == pytest.approx(all_three, abs=1e-9)


@law
@given(small, small)
def test_and_is_an_intersection(archive: Archive, a: Expression, b: Expression) -> None:
    """AND matches the items of both sides, and commutes; scores add up."""
    assume(is_within_limits(Intersection((a, b))))
    one, other = archive.scores(a.text()), archive.scores(b.text())
    both = archive.scores(f"({a.text()}) AND ({b.text()})")
    assert set(both) == set(one) & set(other)
    assert both == pytest.approx({key: one[key] + other[key] for key in both}, abs=1e-9)
    assert archive.scores(f"({b.text()}) AND ({a.text()})") == pytest.approx(both, abs=1e-9)


@law
@given(small)
def test_not_is_a_complement(archive: Archive, a: Expression) -> None:
    """NOT matches all other items, and twice it matches the same as without."""
    found, not_found = archive.scores(a.text()), archive.scores(f"NOT ({a.text()})")
    assert set(not_found) == {item.id for item in archive.items} - set(found)
    assert set(archive.scores(f"NOT (NOT ({a.text()}))")) == set(found)
    assert archive.scores(f"NOT NOT ({a.text()})") == found


options_of_fields = st.one_of(
    st.sampled_from(COUNTRIES).map(lambda code: (country_filter(code), {"countries": [code]})),
    st.sampled_from(LANGUAGES).map(lambda code: (language_filter(code), {"languages": [code]})),
    st.sampled_from([*SECTIONS, "unknown"]).map(
        lambda value: (custom_filter("section", value), {"where": {"Section": value}})
    ),
    intervals.map(
        lambda ends: (date_filter(*ends), {"date_from": ends[0] or None, "date_to": ends[1] or None})
    ),
)


@law
@given(a=small, pair=options_of_fields, estimated=st.booleans())
def test_a_field_filter_equals_its_option(
    archive: Archive, a: Expression, pair: tuple[Expression, dict[str, Any]], *, estimated: bool
) -> None:
    """A filter in the query and as an option is the same, and changes neither scores nor order."""
    leaf, options = pair
    assume(is_within_limits(Intersection((a, leaf))))
    for sort in ("relevance", "newest"):
        asked = archive.scores(a.text(), estimated=estimated, sort=sort, **options)
        for text in (f"({a.text()}) AND {leaf.text()}", f"+({a.text()}) {leaf.text()}"):
            found = archive.scores(text, estimated=estimated, sort=sort)
            assert found == pytest.approx(asked, abs=1e-9)
            assert sort == "relevance" or list(found) == list(asked)


chosen = st.fixed_dictionaries(
    {
        "countries": st.lists(st.sampled_from([*COUNTRIES, "FJ"]), max_size=2, unique=True),
        "languages": st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True),
        "where": st.fixed_dictionaries(
            {},
            optional={
                "section": st.lists(
                    st.sampled_from([*SECTIONS, "unknown", "absent"]), min_size=1, max_size=2, unique=True
                ),
                "desk": st.sampled_from(["night", "day"]),
            },
        ),
        "interval": st.none() | intervals,
        "estimated": st.booleans(),
    }
)


@law
@given(small, chosen)
def test_a_facet_count_is_the_total_after_selecting_its_value(
    archive: Archive, a: Expression, options: dict[str, Any]
) -> None:
    """The value is the only one of its facet, and the other filters apply."""
    interval = options.pop("interval")
    first, last = (end or None for end in interval or ("", ""))
    options |= {"date_from": first, "date_to": last}
    results = archive.searcher.search(a.text(), limit=0, expand=False, strict=True, facets=FACETS, **options)
    for name, values in results.facets.items():
        for value in values:
            text, narrowed = a.text(), dict(options)
            if name in ("year", "month"):
                period = None if value.value == "unknown" else value.value
                narrowed |= {"date_from": period, "date_to": period}
            elif name in OWN:
                narrowed["where"] = {**options["where"], name: value.value}
            else:
                option = "countries" if name == "country" else "languages"
                narrowed[option] = [] if value.value == "unknown" else [value.value]
            if value.value == "unknown" and name not in OWN:
                leaf = country_filter("unknown") if name == "country" else UNDATED
                text = f"({a.text()}) AND {leaf.text()}"
            assume(text.count("date:") <= 32)
            total = archive.searcher.search(
                text, limit=0, expand=False, strict=True, facets=(), **narrowed
            ).total
            assert total == value.count, (name, value)


@law
@given(
    st.one_of(small.map(lambda one: one.text()), in_words),
    st.one_of(st.none(), intervals),
    st.booleans(),
    st.sampled_from([(), ("typed",), ("related", "translated")]),
)
def test_left_out_items_are_those_that_estimates_add(
    archive: Archive,
    text: str,
    interval: tuple[str, str] | None,
    all_words: bool,  # noqa: FBT001 - drawn
    via: tuple[str, ...],
) -> None:
    """However a query is interpreted, the count is of the hits that only --estimated has."""
    first, last = interval or ("", "")
    asked: dict[str, Any] = {"date_from": first or None, "date_to": last or None, "group": False}
    asked |= {"all_words": all_words, "via": via, "limit": ALL, "facets": ()}
    without = archive.searcher.search(text, **asked)
    assume(without.relaxed is None)
    added = archive.searcher.search(text, **asked, estimated=True)
    hits = () if added.relaxed is not None else added.hits
    expected = {hit.id for hit in hits} - {hit.id for hit in without.hits}
    assert without.undated_left_out == len(expected)
    assert added.undated_left_out == 0


@law
@given(small)
def test_explaining_changes_nothing(archive: Archive, a: Expression) -> None:
    """With explanations the hits are the same, in the same order, with the same scores."""
    for expand in (False, True):
        plain = archive.scores(a.text(), limit=10, expand=expand)
        explained = archive.scores(a.text(), limit=10, expand=expand, explain=True)
        assert list(explained.items()) == list(plain.items())


# Words with expansions, misspelt ones, and others, in any form.
_typed = st.sampled_from([*RELATED, *WORDS, *ABSENT, "traficking", "quimpde", "zorbalquimped"])
_expanded = st.recursive(
    st.one_of(
        st.lists(_typed, min_size=1, max_size=4).map(" ".join),
        st.lists(_typed, min_size=2, max_size=2).map(lambda some: f'"{" ".join(some)}"'),
        st.sampled_from(["zor*", "trafick~2", "title:trata", "country:KE", "date:2018"]),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) AND ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"+({pair[0]}) ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) -({pair[1]})"),
        inner.map(lambda part: f"NOT ({part})"),
    ),
    max_leaves=6,
)


@law
@example("trafficking smuggling")
@given(_expanded | small.map(lambda a: a.text()))
def test_expansion_loses_no_match(archive: Archive, text: str) -> None:
    """An expanded query still matches everything that it matches as typed."""
    assert set(archive.scores(text)) <= set(archive.scores(text, expand=True))


@law
@example("traficking", "trafficking")  # of which one is corrected to the other
@given(_expanded, _expanded)
def test_or_commutes_with_expansions(archive: Archive, x: str, y: str) -> None:
    """Each side of an OR is expanded separately: their order changes neither hits nor scores."""
    one = archive.scores(f"({x}) OR ({y})", expand=True)
    assert archive.scores(f"({y}) OR ({x})", expand=True) == pytest.approx(one, abs=1e-9)


def test_expansion_adds_matches(archive: Archive) -> None:
    """The archive contains related words, so that the law above is tested."""
    assert set(archive.scores("trata")) < set(archive.scores("trata", expand=True))


@law
@given(expressions)
def test_nodes_print_as_an_equivalent_query(archive: Archive, question: Expression) -> None:
    """A query is read without notes; the text printed from its nodes gives the same nodes and hits."""
    text = question.text()
    parsed = parse(text, strict=True, custom_fields=(*OWN, "pages"))
    assert parsed.query is not None
    printed = to_text(parsed.query)
    assert parse(printed, custom_fields=(*OWN, "pages")).query == parsed.query
    assert archive.scores(printed) == archive.scores(text)


@pytest.mark.parametrize(
    "nothing", [*ABSENT, f'"{ABSENT[0]} zorbal"', "country:FJ", "zyx*", "date:1999", "id:none"]
)
def test_a_side_without_matches_is_an_empty_side(archive: Archive, nothing: str) -> None:
    """Union with nothing is the other side, intersection is nothing, excluding nothing changes nothing."""
    whole = archive.scores("zorbal")
    assert archive.scores(nothing) == {}
    for text in (
        f"zorbal OR {nothing}",
        f"{nothing} OR zorbal",
        f"zorbal -{nothing}",
        f"+zorbal ({nothing})",
    ):
        assert archive.scores(text) == whole
    for text in (f"zorbal AND {nothing}", f"+zorbal +{nothing}", f"+{nothing} zorbal"):
        assert archive.scores(text) == {}
    assert len(archive.scores(f"NOT {nothing}")) == len(archive.items)


@law
@given(small, chosen, st.sampled_from(["relevance", "newest", "oldest"]), st.integers(1, 7))
def test_pages_of_groups_cover_the_ranking(
    archive: Archive, a: Expression, options: dict[str, Any], sort: str, limit: int
) -> None:
    """Each group has the rank of its best member; hits and their near duplicates are all matches."""
    first, last = options.pop("interval") or ("", "")
    asked = {"date_from": first or None, "date_to": last or None, "sort": sort, "strict": True, "facets": ()}
    asked |= options
    ranking = archive.searcher.search(a.text(), limit=None, group=False, **asked)
    expected: dict[str, list[str]] = {}
    for hit in ranking:
        expected.setdefault(hit.group or hit.id, []).append(hit.id)
    found: dict[str, list[str]] = {}
    for offset in range(0, len(expected) + 1, limit):
        page = archive.searcher.search(a.text(), limit=limit, offset=offset, **asked)
        assert (page.total, page.groups) == (ranking.total, len(expected))
        assert [hit.rank for hit in page] == [*range(offset + 1, offset + 1 + len(page))]
        found |= {hit.id: [one.id for one in hit.same] for hit in page}
    assert [*found] == [members[0] for members in expected.values()]
    assert [sorted([hit, *same]) for hit, same in found.items()] == [*map(sorted, expected.values())]


@law
@given(small, st.booleans())
def test_all_words_agrees_with_its_count(archive: Archive, a: Expression, expand: bool) -> None:  # noqa: FBT001
    """With all words required, a query matches as many items as counted before, all among its matches."""
    asked = {"limit": ALL, "facets": (), "expand": expand, "strict": True, "group": False}
    some = archive.searcher.search(a.text(), **asked)
    every = archive.searcher.search(a.text(), all_words=True, **asked)
    assert every.total == every.total_all_words == some.total_all_words
    assert {hit.id for hit in every} <= {hit.id for hit in some}


@law
@given(st.lists(_typed, min_size=1, max_size=4), st.booleans())
def test_hits_are_filtered_by_provenance(
    archive: Archive,
    words: list[str],
    every: bool,  # noqa: FBT001
) -> None:
    """With `via`, the hits are those with that provenance, in the same order with the same scores."""
    asked = {"limit": ALL, "facets": (), "strict": True, "all_words": every, "group": False}
    whole = archive.searcher.search(" ".join(words), **asked)
    assert all(hit.via for hit in whole)
    for way in ("typed", "related", "translated", "corrected"):
        narrowed = archive.searcher.search(" ".join(words), via=[way], **asked)
        expected = [(hit.id, hit.score) for hit in whole if way in hit.via]
        assert [hit.id for hit in narrowed] == [item_id for item_id, _ in expected]
        assert [hit.score for hit in narrowed] == pytest.approx([score for _, score in expected])
        assert narrowed.total == len(expected)
    typed = archive.scores(" ".join(words))
    assert every or {hit.id for hit in whole if "typed" in hit.via} == typed.keys()
