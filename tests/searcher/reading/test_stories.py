"""Stories: which items are one event, on planted events and one rule at a time."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations, islice, product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from planted.events import Listeners, planted_events
from tables import by_table, rows_by_name

from indexer.store.indexing import build, update
from searcher import QueryError, Searcher
from searcher.reading.distinctive_words import words_of_languages
from searcher.reading.stories import Stories, stories
from searcher.reading.story_clusters import average_linkage, numbers_of

PRECISION, RECALL = 0.9, 0.8
Records = list[dict[str, Any]]
MakeIndex = Callable[..., Path]


def with_ids(told: list[Listeners]) -> Records:
    """Return planted items with ids that begin with their events."""
    return [{**one.record, "id": f"{one.event}/{number}"} for number, one in enumerate(told)]


def members(found: Stories) -> list[list[str]]:
    """Return the ids of each story, near duplicates included."""
    return [sorted(name for one in story.members for name in (one.id, *one.same)) for story in found.stories]


def precision_and_recall(found: Stories, records: Records) -> tuple[float, float]:
    """Compare the pairs of items in one story with those of one event."""
    pairs = [pair for ids in members(found) for pair in combinations(ids, 2)]
    right = sum(one.split("/")[0] == other.split("/")[0] for one, other in pairs)
    sizes = Counter(record["id"].split("/")[0] for record in records).values()
    return right / len(pairs), right / sum(size * (size - 1) // 2 for size in sizes)


@pytest.fixture(scope="module", params=["dev", pytest.param("kept", marks=pytest.mark.slow)])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Records, Searcher]]:
    """Return the records of half of the planted events, of which half were held out, and their index."""
    records, folder = with_ids(planted_events(request.param)), tmp_path_factory.mktemp("planted") / "index"
    build([], folder, items=records)
    with Searcher(folder) as searcher:
        yield records, searcher


def test_planted_events_are_stories(planted: tuple[Records, Searcher]) -> None:
    """The precision of pairs in one story is .9, their recall .8; each item is in one story at most."""
    records, searcher = planted
    found = stories(searcher)
    precision, recall = precision_and_recall(found, records)
    assert precision >= PRECISION
    assert recall >= RECALL
    listed = [name for ids in members(found) for name in ids]
    assert len(listed) == len({*listed}) == sum(story.items for story in found.stories)
    assert len(listed) + found.single + found.undated == found.results.total == len(records)


@pytest.mark.parametrize("planted", ["dev"], indirect=True)
def test_a_limit_keeps_the_number_of_all_stories(planted: tuple[Records, Searcher]) -> None:
    """The first stories are those without a limit, and all are counted."""
    every, few = (stories(planted[1], min_items=4, limit=limit) for limit in (None, 2))
    assert few == every._replace(stories=every.stories[:2], results=few.results)
    assert every.found == len(every.stories) > 2
    sections = [story.section for story in every.stories]
    assert (every.small, every.doubtful) == (sections.count("small"), sections.count("doubtful"))
    assert sections == sorted(sections, key=["", "small", "doubtful"].index)
    assert every.items == sum(story.items for story in every.stories)


def test_events_in_the_mixed_archive_are_stories(mixed_index: Path) -> None:
    """The archive was written for other tests: 24 events in three languages each, and 18 other items."""
    with Searcher(mixed_index) as searcher:
        for window in (14, 3660):
            found = [ids for ids in members(stories(searcher, window=window)) for ids in combinations(ids, 2)]
            right = sum(one.rpartition("-")[0] == other.rpartition("-")[0] for one, other in found)
            assert right == len(found) >= RECALL * 72


def test_the_order_of_items_changes_nothing(tmp_path: Path) -> None:
    """Whatever the order and number of updates, the stories are the same."""
    records = with_ids(planted_events("dev", events=8, forms=False))
    build([], tmp_path / "first", items=records)
    Random(3).shuffle(records)
    build([], tmp_path / "second", items=records[:15])
    update([], tmp_path / "second", items=records[15:])
    with Searcher(tmp_path / "first") as one, Searcher(tmp_path / "second") as other:
        assert stories(one).stories == stories(other).stories != ()


QUAKE = {
    "title": "Quake kills 86 near Lorvaux",
    "text": "At least 86 people died in the earthquake near Lorvaux, said the mayor, Ines Kowalec. A team "
    "came from London.",
    "date": "2020-03-03",
    "language": "en",
    "countries": ["BO"],
}
SEISME = {
    "title": "Séisme : 86 morts",
    "text": "Le séisme a fait 86 morts à Lorvaux, selon le maire, Ines Kowalec. Des secours sont partis de "
    "Londres.",
    "date": "2020-03-05",
    "language": "fr",
    "countries": ["BO"],
}
OTHERS = [
    {"text": f"The council of Town{number} met about the budget, said Name{number}.", "date": "2020-03-04"}
    for number in range(30)
]
NOTHING_NEW = [
    {"text": f"Nothing was new in {Random(number).random()}.", "date": "2020-03-04"} for number in range(600)
]


def test_an_item_without_a_title_is_named_by_whole_words(make_index: MakeIndex) -> None:
    """The first words of an item without a title are used, with an ellipsis."""
    more = " It was told in both workshops." * 8
    records = [{**one, "title": None, "text": one["text"] + more} for one in (QUAKE, SEISME)]
    with Searcher(make_index(*records, *OTHERS)) as searcher:
        (story,) = stories(searcher).stories
    for item in story.members:
        named = item.title.removesuffix("\N{NO-BREAK SPACE}…")
        assert named != item.title
        assert len(named) <= 200
        assert any(f"{record['text']} ".startswith(f"{named} ") for record in records)


CASES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"date": "2020-03-30"}, False),  # beyond the window
    ({"date": None}, False),
    ({"countries": ["PL"]}, False),  # each names a country, and not the same
    ({"countries": []}, True),
    ({"text": SEISME["text"].replace("86", "41"), "title": "Séisme"}, True),  # later figures
    ({"text": "Le séisme a fait des morts, selon le maire.", "title": "Séisme"}, False),  # only concepts
]


def test_two_items_with_common_names_are_a_story(make_index: MakeIndex) -> None:
    """Common names make a story in any languages, unless days or countries separate the items."""
    records = [{**record, "text": record["text"]} for record in OTHERS]
    for number, (change, _) in enumerate(CASES):
        for half, record in (("en", QUAKE), ("fr", {**SEISME, **change})):
            own = {"Lorvaux": f"Lorvaux{number}", "Kowalec": f"Kowalec{number}", "86": f"{586 + number}"}
            text = record["text"]
            for name, another in own.items():
                text = text.replace(name, another)
            records.append({**record, "id": f"{number}-{half}", "title": None, "text": text})
    with Searcher(make_index(*records)) as searcher:
        found = stories(searcher)
    expected = [[f"{number}-en", f"{number}-fr"] for number, (_, together) in enumerate(CASES) if together]
    assert sorted(members(found)) == expected
    assert (found.undated, found.single) == (1, len(records) - 1 - 2 * len(expected))


def test_days_between_items_lower_the_cohesion(make_index: MakeIndex) -> None:
    """The same items are less similar if their dates are further apart."""
    with Searcher(make_index(QUAKE, SEISME, *OTHERS)) as one:
        (near,) = stories(one).stories
    with Searcher(make_index(QUAKE, {**SEISME, "date": "2020-03-12"}, *OTHERS)) as other:
        (far,) = stories(other).stories
    assert near.cohesion > far.cohesion > 0


def test_the_cohesion_of_a_story_depends_on_each_item(make_index: MakeIndex) -> None:
    """Each item counts with the names that it shares, and with the rest of its text."""
    cases = rows_by_name(__file__, "grades").values()
    items = [
        {"id": f"{grade}/{year}{at}", "language": None, "text": text, "date": f"{year}-03-04"}
        for year, rows in enumerate(cases, 2001)
        for at, (grade, text) in enumerate(rows)
    ]
    with Searcher(make_index(*items, *NOTHING_NEW)) as searcher:
        found = sorted(stories(searcher).stories, key=lambda story: story.start)
    grades = ["sure" if one.sure else "less sure" if one.doubtful else "likely" for one in found]
    assert grades == [rows[0][0] for rows in cases if rows[0][0] != "none"]
    sizes = [sum(row[0] == rows[0][0] for row in rows) for rows in cases if rows[0][0] != "none"]
    assert [len(one.members) for one in found] == sizes


def test_a_repeated_name_weighs_more_than_one_in_passing(make_index: MakeIndex) -> None:
    """Items that repeat the names that they share are more similar than those that mention them once."""
    items = []
    for year, names, times in (("2001", ("Skarvey", "Kellam"), 0), ("2002", ("Lorvaux", "Tarnby"), 2)):
        repeated = " Then {} saw {} again.".format(*names) * times
        for own, text in (
            ("Vance Orrest", "The mayor of {} met {} about the budget, as {} of {} had hoped for years."),
            ("Tull Halden", "A fair near {} was opened when {} came, but the bridge of {} in {} is closed."),
        ):
            told = text.format(*names, *own.split()) + repeated
            items.append({"id": f"{year} {own}", "title": None, "text": told, "date": f"{year}-03-04"})
    with Searcher(make_index(*items, *NOTHING_NEW)) as searcher:
        cohesion = {story.members[0].id[:4]: story.cohesion for story in stories(searcher).stories}
    assert cohesion["2002"] > cohesion["2001"] > 0


@by_table
def test_a_sure_story_has_its_own_name_and_a_known_day(
    make_index: MakeIndex, speakers: tuple[str, str], kind: str, *, sure: bool
) -> None:
    """Institutions and well-known places recur, so that places of the thesaurus alone are never sure."""
    texts = (
        "The bridge from London to Geneva and the ferry to Warsaw are closed, said {}.",
        "In the harbour {} spoke: London, as well as Geneva, has a bridge, and Warsaw has a ferry.",
    )
    date = {"start": "2001-03-04", "end": "2001-03-04", "kind": kind}
    items = [{"text": text.format(one), "date": date} for text, one in zip(texts, speakers, strict=True)]
    with Searcher(make_index(*items, *NOTHING_NEW)) as searcher:
        (story,) = stories(searcher).stories
    assert len(story.places) == 3
    assert story.sure is sure


def test_a_function_word_is_no_name(sample_index: Path) -> None:
    """*And* at the beginning of a sentence is not the Andes."""
    with Searcher(sample_index) as searcher:
        words = words_of_languages(searcher.ask(lambda answerer: answerer.engine.thesaurus), ("en",))
    assert words["And"] is None or words["And"].alone is None
    andes = words["Andes"]
    assert andes is not None
    assert andes.alone is not None


def test_every_numeric_character_is_read(make_index: MakeIndex) -> None:
    """Circled numbers, superscripts and digits of other scripts are numbers or ignored; none is an error."""
    signs = [chr(code) for code in range(sys.maxunicode) if chr(code).isnumeric()]
    bodies = ["A sign: " + " ".join(signs[at : at + 400]) for at in range(0, len(signs), 400)]
    with Searcher(make_index(*({"body": body, "date": "2020-01-02"} for body in bodies))) as searcher:
        assert stories(searcher).results.total == len(bodies)


@pytest.mark.parametrize("names", [2_000, pytest.param(70_000, marks=pytest.mark.slow)])
def test_a_title_of_very_many_names_is_bounded(make_index: MakeIndex, names: int) -> None:
    """Only the beginning of a title or a body is used as evidence, and the rest is no error."""
    letters = ("".join(name) for name in product("abcdefghij", repeat=5))
    title = " then met ".join(f"Q{name}" for name in islice(letters, names))
    with Searcher(make_index({**QUAKE, "title": title}, SEISME)) as searcher:
        assert stories(searcher).results.total == 2


def test_a_story_lists_the_shared_facts_of_its_items(make_index: MakeIndex) -> None:
    """A story has concepts and places in one language, names and figures, and the most central title."""
    with Searcher(make_index(QUAKE, SEISME, {**QUAKE, "title": "Tremor"}, *OTHERS)) as searcher:
        (story,) = stories(searcher).stories
        (matching,) = stories(searcher, "earthquake", min_items=2).stories
        (french,) = stories(searcher, labels_in="fr").stories
        for wrong in ({"window": -1}, {"min_items": 1}, {"limit": -1}, {"most_items": len(OTHERS)}):
            with pytest.raises(QueryError):
                stories(searcher, **wrong)  # type: ignore[arg-type] # a wrong value
    assert "séisme" in french.concepts or "tremblement de terre" in french.concepts
    assert french.places == ("Londres",)
    assert "earthquake" in story.concepts
    assert {"Lorvaux", "Ines Kowalec", "86"} <= {*story.names}
    assert story.places == ("London",)
    assert (story.countries, story.languages) == (("BO",), ("en", "fr"))
    assert (story.items, len(story.members), story.small) == (3, 2, True)  # a copy is the same piece of news
    assert (story.start.isoformat(), story.end.isoformat()) == ("2020-03-03", "2020-03-05")
    assert (matching.members, matching.small) == (story.members, False)


@by_table
def test_the_headline_has_the_most_shared_evidence(
    make_index: MakeIndex, titles: tuple[str, str], headline: str
) -> None:
    """If languages are equally common, the title with the most shared evidence is the headline."""
    items = [{**one, "title": title} for one, title in zip((QUAKE, SEISME), titles, strict=True)]
    with Searcher(make_index(*items, *OTHERS)) as searcher:
        assert stories(searcher).stories[0].headline == headline


def test_progress_counts_the_items_that_are_read(make_index: MakeIndex) -> None:
    """Progress is reported every hundred items of all matches, also if they were read before."""
    records = [{"text": f"Name{one} met", "date": "2020-03-04", "language": "en"} for one in range(250)]
    reported: list[tuple[int, int]] = []
    with Searcher(make_index(*records)) as searcher:
        for _ in range(2):
            stories(searcher, progress=lambda read, of: reported.append((read, of)))
    assert reported == 2 * [(100, 250), (200, 250)]


def test_names_are_spelt_as_in_the_story(make_index: MakeIndex) -> None:
    """An item of another story with another spelling of a number changes nothing."""
    quake, seisme = ({**one, "text": one["text"].replace("86", "8,612")} for one in (QUAKE, SEISME))
    other = {"text": "A collector had 8.612 stamps and 8 612 coins.", "date": "1999-01-01"}
    with Searcher(make_index(other, quake, seisme, *OTHERS)) as searcher:
        (story,) = stories(searcher).stories
    assert "8,612" in story.names


links = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([0.25, 0.5, 0.75, 1.0]),
)


@settings(max_examples=examples(50), deadline=None)
@given(links=links, least=st.sampled_from([0.2, 0.4, 0.6]))
def test_average_linkage_equals_a_plain_loop(links: dict[tuple[int, int], float], least: float) -> None:
    """The two clusters with the highest mean of all pairs are merged first, the first ones of equals."""
    clusters = [[number] for number in range(8)]

    def mean(one: list[int], other: list[int]) -> float:
        pairs = [(min(a, b), max(a, b)) for a in one for b in other]
        return sum(links.get(pair, 0.0) for pair in pairs) / len(pairs)

    while len(clusters) > 1:
        high, _, one, other = max(
            (mean(one, other), (-one[0], -other[0]), one, other) for one, other in combinations(clusters, 2)
        )
        if high < least:
            break
        clusters = sorted([*(own for own in clusters if own not in (one, other)), sorted(one + other)])
    found = [numbers_of(tree) for tree in average_linkage(links, least)]
    assert found == [own for own in clusters if len(own) > 1]
