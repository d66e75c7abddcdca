import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tables import by_table

from indexer import build, update
from indexer.documents import read_documents
from indexer.item import NewsItem
from indexer.sources import Skipped
from searcher import Searcher, export
from searcher.present import FORMATS, open_writer
from searcher.safe_text import legible

WORDS = "the tide came over the quay and la marea del puerto que no baja le navire est dans la rade".split()
ODD = ["=1", "“x”", "a\u2028b", "\u0085", "e\u0301", "日本", "\u202etide", "x\u00a0y", "**", "\\"]
TEXTS = st.lists(st.sampled_from(WORDS * 2 + ODD), min_size=1, max_size=30).map(" ".join)
SIGNS = ["ports; lang=en; x", "A; B=2", ";", "; ", "\\;", "=", "; =1", "c:\\d"]
FIELD_TEXTS = st.lists(st.sampled_from(WORDS[:4] + ODD + SIGNS), min_size=1, max_size=6).map(" ".join)
DATES = st.one_of(
    st.none(),
    st.dates().filter(lambda day: 1000 <= day.year < 3000).map(str),
    st.sampled_from(["2018", "2018-03"]),
    st.sampled_from(["printed", "corrected", "inferred", "estimated"]).map(
        lambda kind: {"start": "2018-03-05", "end": "2018-03-09", "kind": kind}
    ),
)
RECORDS = st.fixed_dictionaries(
    {"body": st.lists(TEXTS, max_size=4).map("\n".join), "title": TEXTS},
    optional={
        "date": DATES,
        "url": st.just("https://a.example/?q=1&b=“2”"),
        "language": st.sampled_from(["en", "es", "fr", "und"]),
        "countries": st.lists(st.sampled_from(["CO", "XK", "FJ"]), unique=True),
        "author": TEXTS,
        "section": st.sampled_from(["Sea", "a, b"]),
        "fields": st.dictionaries(
            st.sampled_from(["ship", "Crew no.", "id", "a=b", "x; y", "\\"]), FIELD_TEXTS
        ),
        "topic": TEXTS,
    },
)
MIXED = (
    "The ferry left the harbour in the night and the crew of the ship was asleep when the tide came in over "
    "the quay.\nEl transbordador salió del puerto por la noche y la tripulación del barco dormía cuando la "
    "marea llegó hasta el muelle de la ciudad."
)


EXPORTED: dict[str, Any] = {
    "id": "a",
    "title": "Tide",
    "body": "In Suva.",
    "url": None,
    "date": None,
    "language": "en",
    "languages": ["en"],
    "countries": [],
    "source": {"file": "page.txt", "lines": [3, 9]},
}


def there_and_back(source: Path, folder: Path) -> tuple[Path, Path]:
    """Build from a source, export, build from that, export again; both exports must be equal."""
    first, second = folder / "first", folder / "second"
    build(first, source, own_thesaurus=False)
    export(first, folder / "first.jsonl")
    report = build(second, folder / "first.jsonl", own_thesaurus=False)
    assert (report.skipped.total, report.skipped.fields) == (0, 0)
    export(second, folder / "second.jsonl")
    assert (folder / "second.jsonl").read_bytes() == (folder / "first.jsonl").read_bytes()
    return first, second


def records_in(path: Path, records: list[dict[str, Any]]) -> Path:
    """Write records in JSON lines format."""
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def read_back(path: Path) -> tuple[list[NewsItem], list[Skipped]]:
    """Return the items of a file, and the reports of its skipped parts."""
    skipped: list[Skipped] = []
    return [document.item for document in read_documents(path, skipped.append)], skipped


def answers(index: Path, query: str | None) -> list[Any]:
    """Return the answers of a searcher: displayed hits, facets, and the whole items."""
    with Searcher(index) as searcher:
        results = searcher.search(query, limit=None, facets=("year", "country", "language", "source"))
        records = [hit.to_record() for hit in results]
        return [results.total, records, results.facets, [searcher.item(hit["id"]) for hit in records]]


@given(records=st.lists(RECORDS, min_size=1, max_size=8))
@settings(max_examples=examples(12))
def test_an_export_builds_the_same_items(records: list[dict[str, Any]]) -> None:
    """Stored records are equal to the byte; so are hits, their order, facets and the output of ``show``."""
    with tempfile.TemporaryDirectory() as name:
        source = records_in(
            Path(name, "sea.jsonl"), [{"id": f"d{at}", **one} for at, one in enumerate(records)]
        )
        first, second = there_and_back(source, Path(name))
        for query in (None, "tide marea quay"):
            assert answers(first, query) == answers(second, query)


WRITTEN = [("export", "csv"), *[(what, form) for what in ("items", "search") for form in FORMATS[1:]]]
ODD_IDS = st.sampled_from(["d", "=1", "-a b", "'=x", "''+", "é;=", "7"])


def write(index: Path, what: str, form: str, file: Path) -> None:
    """Write all items of an index in a format, as the command of that name does."""
    with Searcher(index) as searcher:
        if what == "export":
            searcher.export(file, format=form, replace=True)
            return
        # Near duplicates of a hit have no text in JSON; `items` has no groups.
        results = searcher.search(None, limit=None, group=what == "search" and form != "json")
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = open_writer(form, stream, color=False, width=80)
            if what == "search":
                writer.write_results(results)
            else:
                writer.write_items(searcher.item(hit.id) for hit in results)


def known(item: NewsItem, *, whole: bool) -> tuple[Any, ...]:
    """Return the fields that every format has: countries without evidence, and texts as readable CSV."""
    codes = tuple(mention.code for mention in item.countries)
    texts = (legible(item.title or ""), legible(item.body, keep="\n") if whole else None)
    fields = [(name, legible(value, keep="\n")) for name, value in item.fields if whole]
    return item.id, *texts, item.date, item.languages, codes, item.url, item.source, tuple(fields)


@example(records=[{"title": "tide", "body": " ".join(WORDS)}] * 2, begins="d")  # of one group
@given(records=st.lists(RECORDS, min_size=1, max_size=8), begins=ODD_IDS)
@settings(max_examples=examples(12))
def test_the_output_of_any_command_is_read_back(records: list[dict[str, Any]], begins: str) -> None:
    """Ids, titles, dates, languages, countries, links and places are read; texts and fields if complete."""
    with tempfile.TemporaryDirectory() as name:
        index, lines = Path(name, "index"), [{"id": f"{begins}{at}", **one} for at, one in enumerate(records)]
        build(index, records_in(Path(name, "sea.jsonl"), lines), own_thesaurus=False)
        with Searcher(index) as searcher:
            there = [searcher.item(hit.id) for hit in searcher.search(None, limit=None, group=False)]
        for what, form in WRITTEN:
            written = Path(name, f"{what}.{form}")
            write(index, what, form, written)
            back, skipped = read_back(written)
            whole = what != "search"
            expected = {known(item, whole=whole) for item in there}
            assert ({known(item, whole=whole) for item in back}, skipped) == (expected, [])


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_our_own_format_may_be_in_an_array(tmp_path: Path, ending: str) -> None:
    """Ids and intervals of dates are read as given, whether records are in lines or in an array."""
    interval = {"start": "2018-03-05", "end": "2018-03-07"}
    one = {"id": "k1", "title": "Tide", "body": "In Suva.", "date": interval}
    other = {"id": "k2", "title": "Tide", "text": "At sea.", "date": "2018-03", "language": "en"}
    records = [one, other | {"countries": []}]
    file = records_in(tmp_path / f"own.{ending}", records)
    if ending == "json":
        file.write_text(json.dumps(records), encoding="utf-8")
    (first, second), _ = read_back(file)
    assert (first.id, first.date) == ("k1", (date(2018, 3, 5), date(2018, 3, 7), "printed"))
    assert (second.id, second.date, second.countries) == (
        "k2",
        (date(2018, 3, 1), date(2018, 3, 31), "printed"),
        (),
    )


def test_a_foreign_array_is_read_as_foreign(tmp_path: Path) -> None:
    """Our field names alone do not make our format: row numbers are no ids, markup is no text."""
    rows = [{"id": "7", "title": "Tide", "text": "<p>At sea.</p>", "date": "05/03/2018"}]
    rows.append({"id": "8", "title": "Ebb", "text": "<p>Ashore.</p>", "date": "25/03/2018"})
    (tide, _), _ = read_back(records_in(tmp_path / "theirs.json", [rows]))  # type: ignore[list-item] # an array
    assert (tide.body, tide.date and tide.date.start) == ("At sea.", date(2018, 3, 5))
    assert tide.id != "7"


def test_near_duplicates_of_a_hit_are_reported(tmp_path: Path) -> None:
    """A JSON answer names near duplicates without their texts, which is reported on reading it."""
    texts = "The crew of the night ferry counted the lamps along the quay twice, and then went home to sleep."
    records = [{"id": key, "title": "Lamps", "body": texts} for key in "ab"]
    build(tmp_path / "index", records_in(tmp_path / "sea.jsonl", records), own_thesaurus=False)
    with Searcher(tmp_path / "index") as searcher, (tmp_path / "found.json").open("w") as stream:
        open_writer("json", stream, color=False, width=80).write_results(searcher.search("lamps"))
    back, skipped = read_back(tmp_path / "found.json")
    assert len(back) == 1
    assert [one.reason for one in skipped] == [
        "the field “same” names near duplicates without their texts; field ignored"
    ]


@pytest.mark.parametrize("form", FORMATS[1:])
def test_hits_without_titles_are_read_back(tmp_path: Path, form: str) -> None:
    """An answer in which no hit has a title is a list of items, not one of countries."""
    records = [{"id": key, "body": MIXED, "countries": ["FJ", "KE"]} for key in "ab"]
    build(tmp_path / "index", records_in(tmp_path / "sea.jsonl", records), own_thesaurus=False)
    write(tmp_path / "index", "search", form, tmp_path / f"found.{form}")
    back, skipped = read_back(tmp_path / f"found.{form}")
    assert {(item.id, len(item.countries)) for item in back} == {("a", 2), ("b", 2)}
    assert not skipped


@pytest.mark.parametrize("form", FORMATS[1:])
def test_a_hit_of_only_a_title_has_no_text(tmp_path: Path, form: str) -> None:
    """The snippet is the title, highlighted or cut, and does not become the text of the item."""
    titles = {"a": "The night ferry", "b": f"The night ferry {'and the tide over the quay ' * 20}of Suva"}
    records = [{"id": key, "title": title} for key, title in titles.items()]
    build(tmp_path / "index", records_in(tmp_path / "sea.jsonl", records), own_thesaurus=False)
    file = tmp_path / f"found.{form}"
    with Searcher(tmp_path / "index") as searcher, file.open("w", newline="") as stream:
        results = searcher.search("ferry", group=False)
        open_writer(form, stream, color=False, width=80).write_results(results)
    back, _ = read_back(file)
    assert {item.id: (item.title, item.body) for item in back} == {key: (titles[key], "") for key in "ab"}


def test_the_sample_archive_is_read_back(sample_index: Path, tmp_path: Path) -> None:
    """Dates of every kind, evidence of countries, lines of the source, and every search are the same."""
    export(sample_index, tmp_path / "a.jsonl", sort="oldest")
    build(tmp_path / "index", tmp_path / "a.jsonl")
    for query in (None, "ferry safety", "puerto -niñez", "title:port"):
        assert answers(sample_index, query) == answers(tmp_path / "index", query)


def test_an_item_in_several_languages_is_read_back(tmp_path: Path) -> None:
    """The language of each paragraph is kept; if a record lacks them they are worked out."""
    source = records_in(tmp_path / "mixed.jsonl", [{"id": "m", "body": MIXED}])
    there_and_back(source, tmp_path)
    (stored,) = (tmp_path / "first.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(stored)
    del record["since"]  # it belongs to the old index
    assert record["languages"] == ["en", "es"]
    for parts in (
        None,
        {"title": None, "paragraphs": ["en"]},
        {"title": None, "paragraphs": ["en", "fr"]},
        7,
    ):
        changed = {name: value for name, value in record.items() if name != "parts"}
        records_in(source, [changed | ({"parts": parts} if parts else {})])
        (document,) = read_documents(source, lambda _: None)
        assert json.loads(document.record) == record


def test_other_places_and_former_ids_are_read_back(tmp_path: Path) -> None:
    """Facts about an item outside its record survive export and build, each once."""
    page = "{}\n\nThe crew of the night ferry counted the lamps along the quay twice, and then went home.\n"
    first, second = tmp_path / "one.txt", tmp_path / "two.txt"
    first.write_text(page.format("3 May 2018\nThe lamps of the quay"), encoding="utf-8")
    build(tmp_path / "index", first, own_thesaurus=False)
    for path in (first, second):  # a title is corrected, and a second source has the item, too
        path.write_text(page.format("3 May 2018\nThe new lamps of the quay"), encoding="utf-8")
        update(tmp_path / "index", path)
    export(tmp_path / "index", tmp_path / "all.jsonl")
    (line,) = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert [place["file"] for place in (record["source"], *record["sources"])] == ["one.txt", "two.txt"]
    assert len(record["former"]) == 1
    there_and_back(tmp_path / "all.jsonl", tmp_path)
    with Searcher(tmp_path / "index") as one, Searcher(tmp_path / "second") as two:
        for item_id in (record["id"], *record["former"]):
            assert two.item(item_id)._replace(since=0) == one.item(item_id)._replace(since=0)


def test_the_output_of_items_is_read_as_given(tmp_path: Path) -> None:
    """``items --format jsonl`` has the names of countries as well; they change nothing."""
    estimated = {"start": "2018-03-05", "end": "2018-04-05", "kind": "estimated"}
    country = {"code": "FJ", "name": "Fiji", "via": "place", "evidence": "Suva"}
    record = EXPORTED | {"date": estimated, "countries": [country]}
    (item,), _ = read_back(records_in(tmp_path / "items.jsonl", [record]))
    assert (item.source, item.date and item.date.kind) == (("page.txt", 3, 9), "estimated")
    assert [tuple(mention) for mention in item.countries] == [("FJ", "place", "Suva")]


def test_names_added_to_an_export_become_fields(tmp_path: Path) -> None:
    """A name that exports do not have is a field of the item; everything else is kept."""
    source = records_in(tmp_path / "mine.jsonl", [{"id": "a", "body": "Tide at Suva."}])
    there_and_back(source, tmp_path)
    record = json.loads((tmp_path / "first.jsonl").read_text(encoding="utf-8"))
    del record["since"]
    records_in(source, [record | {"checked": "yes", "group": 7}])
    (document,) = read_documents(source, lambda _: None)
    assert json.loads(document.record) == record | {"fields": {"checked": "yes"}}


@by_table
def test_records_unlike_any_export_are_read_as_usual(tmp_path: Path, change: dict[str, Any]) -> None:
    """A record that only resembles an exported one belongs to the file that contains it."""
    records = [EXPORTED | change, EXPORTED | {"id": "z"}]
    (*read, last), _ = read_back(records_in(tmp_path / "forged.jsonl", records))
    assert last.source.file == "page.txt"
    assert [item.source.file for item in read] == ["forged.jsonl"]


def test_groups_of_near_duplicates_are_read_back(tmp_path: Path) -> None:
    """Each row names its group by the least id of its items, and a build from them finds the same groups."""
    same = (
        "The crew of the night ferry counted the lamps along the quay twice, and then went home to sleep "
        "before the tide came in over the harbour wall, with the bread, the boats and the news of the coast."
    )
    lines = [{"id": f"n{at}", "title": "Night ferry", "body": same, "date": "2018-03-05"} for at in (3, 2, 1)]
    lines += [{"id": "z", "body": "Snow fell in the mountains of the south."}]
    rows = [line | {"url": f"https://a.example/{at}"} for at, line in enumerate(lines)]
    there_and_back(records_in(tmp_path / "news.jsonl", rows), tmp_path)
    written = map(json.loads, (tmp_path / "second.jsonl").read_text(encoding="utf-8").splitlines())
    groups = {row["id"]: row.get("group") for row in written}
    assert groups == {"n1": "n1", "n2": "n1", "n3": "n1", "z": None}
