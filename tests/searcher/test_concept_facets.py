"""Topics, organisations and people as facets: counts, the texts that have them, and their names."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tables import rows_by_name

from indexer.errors import QueryError
from indexer.store.check import check_index
from indexer.store.deletion import delete
from indexer.store.indexing import build, update
from searcher import Searcher
from searcher.commands.program import cli
from searcher.reading.batch import batch
from searcher.reading.over_time import over_time

pytest.importorskip("pyoxigraph", reason="reading Turtle needs pyoxigraph")

TURTLE = Path(__file__).with_suffix(".ttl").read_text(encoding="utf-8")
# The pieces of the texts, and the concepts that each names in a text of each language.
PIECES: dict[str, dict[str, set[str]]] = {
    language: {piece: set(concepts.split()) - {"-"} for piece, concepts, _ in rows}
    for language, rows in rows_by_name(__file__, "pieces").items()
}
Archive = tuple[Path, list[dict[str, Any]]]
KIND_OF = {"port-watch": "organisation", "tip": "organisation", "maria": "person"}


def named(records: list[dict[str, Any]], kind: str) -> dict[str, set[str]]:
    """Return for each concept of a kind the ids of the stored items that name it."""
    found: dict[str, set[str]] = {}
    for record in records:
        text = f"{record['title']}. {record['body']}"
        for piece, names in PIECES[record["language"]].items():
            if re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text):
                for name in names:
                    if KIND_OF.get(name, "topic") == kind:
                        found.setdefault(name, set()).add(record["id"])
    return found


def written(path: Path, records: list[dict[str, Any]]) -> Path:
    """Write records of an archive."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Return an index of some segments with deletions, and its records."""
    folder, chance = tmp_path_factory.mktemp("concepts"), random.Random(4)
    records: list[dict[str, Any]] = []
    for number in range(240):
        language = chance.choice(["en", "es", "fr"])
        pieces = chance.sample([*PIECES[language]], chance.randint(1, 3))
        day = f"20{chance.randint(10, 19)}-0{chance.randint(1, 9)}-11"
        body = ". ".join([*pieces[1:], f"Zorbal {number}."])  # no two items are the same
        record = {"id": f"i{number:03}", "title": pieces[0], "body": body}
        records.append(record | {"date": day, "language": language, "countries": ["KE", "PE"][: number % 3]})
    thesaurus = folder / "sea.ttl"
    thesaurus.write_text(TURTLE, encoding="utf-8")
    index = folder / "index"
    build([written(folder / "a.jsonl", records[:150])], index, thesauri=[thesaurus], own_thesaurus=False)
    update([written(folder / "b.jsonl", records[150:])], index)
    delete(index, lambda: ["i003", "i160"])
    return index, [record for record in records if record["id"] not in {"i003", "i160"}]


def counted(searcher: Searcher, kind: str, query: str | None = None, **asked: Any) -> dict[str, int]:
    """Return the counts of the concepts of a kind, without zeroes."""
    values = searcher.search(query, facets=kind, limit=0, **asked).facets[kind]
    return {value.value.removeprefix("urn:"): value.count for value in values if value.count}


@pytest.mark.parametrize("kind", ["topic", "organisation", "person"])
def test_counts_equal_those_of_reading_every_text(archive: Archive, kind: str) -> None:
    """A concept counts the live items that have a label of it, or of a narrower one, in its language."""
    index, records = archive
    with Searcher(index) as searcher:
        for narrowed, kept in (
            ({}, records),
            ({"languages": "fr"}, [one for one in records if one["language"] == "fr"]),
            ({"countries": "PE"}, [one for one in records if "PE" in one["countries"]]),
            ({"date_to": "2014"}, [one for one in records if one["date"] < "2015"]),
        ):
            expected = {name: len(ids) for name, ids in named(kept, kind).items()}
            some = set().union(*named(kept, kind).values())
            unknown = {"unknown": len(kept) - len(some)}
            assert counted(searcher, kind, **narrowed) == expected | unknown
        assert check_index(index).findings == ()


def test_a_count_is_the_total_after_selecting_its_value(archive: Archive) -> None:
    """Whatever is selected, the other counts stay, and each count is the total after selecting it."""
    index, records = archive
    expected = named(records, "topic")
    with Searcher(index) as searcher:
        before = counted(searcher, "topic", "calm OR reef OR coral")
        for name in before:
            chosen = name if name == "unknown" else f"urn:{name}"
            where = {"topic": chosen}
            found = searcher.search(
                "calm OR reef OR coral", where=where, facets="topic", limit=None, group=False
            )
            assert found.total == before[name]
            assert counted(searcher, "topic", "calm OR reef OR coral", where=where) == before
            if name != "unknown":
                assert {hit.id for hit in found} <= expected[name]
        where = {"topic": ["urn:sail", "urn:reef"], "organisation": "PWO"}
        both = searcher.search(None, where=where, limit=None)
        other = named(records, "organisation")["port-watch"]
        assert {hit.id for hit in both} == (expected["sail"] | expected["reef"]) & other


@pytest.mark.parametrize("label", ["coral reef", "Arrecife de Coral", "barriere de corail", "urn:reef"])
def test_a_concept_has_the_names_of_its_labels(archive: Archive, label: str) -> None:
    """A concept can be selected by a label in any language or by its name, in filters and in queries."""
    index, records = archive
    expected = named(records, "topic")["reef"]
    others = {record["id"] for record in records} - expected
    with Searcher(index) as searcher:
        for query, where, found in (
            (None, {"topic": label}, expected),
            (f'topic:"{label}"', None, expected),
            (f'* -topic:"{label}"', None, others),
        ):
            assert {hit.id for hit in searcher.search(query, where=where, limit=None, group=False)} == found


def test_unknown_concepts_and_facets_are_refused(archive: Archive, tmp_path: Path) -> None:
    """Each, and an index without concepts, ends in one clear line."""
    index, records = archive
    build([written(tmp_path / "a.jsonl", records[:3])], tmp_path / "bare", own_thesaurus=False)
    for place, asked, said in (
        (index, {"where": {"topic": "harbour"}}, "the thesaurus has no topic called “harbour”"),
        (index, {"facets": "section"}, "topic"),
        (tmp_path / "bare", {"facets": "topic"}, "build it again"),
    ):
        with Searcher(place) as searcher, pytest.raises(QueryError, match=said) as caught:
            searcher.search("sea", **asked)
        assert "\n" not in str(caught.value)


def test_a_custom_field_named_topic_gets_a_prefix(tmp_path: Path) -> None:
    """Concepts and a field of one name are distinguished in filters, facets and queries."""
    record = {"id": "a", "body": "A ship.", "language": "en", "countries": [], "fields": {"topic": "Wind"}}
    build([written(tmp_path / "a.jsonl", [record])], tmp_path / "index")
    with Searcher(tmp_path / "index") as searcher:
        asked = {"where": {"topic": "buque", "fields.topic": "wind"}, "facets": ("topic", "fields.topic")}
        for query in ("ship", "fields.topic:wind topic:ship"):
            found = searcher.search(query, **asked)
            assert found.total == 1
            assert [value.value for value in found.facets["fields.topic"]] == ["Wind"]
            assert "ship" in [value.value for value in found.facets["topic"]]
        assert not searcher.search("fields.topic:rain").total


def test_concepts_with_equal_labels_are_distinguished(tmp_path: Path) -> None:
    """Each has a series over time and a column of a batch, by its label and its name."""
    thesaurus = tmp_path / "banks.ttl"
    concepts = [f':{name} a skos:Concept ; skos:prefLabel "bank"@en .' for name in ("money", "shore")]
    thesaurus.write_text("\n".join([*TURTLE.split("\n")[:5], *concepts]), encoding="utf-8")
    source, index = written(tmp_path / "a.jsonl", [{"title": "The bank", "body": "A bank."}]), tmp_path / "i"
    build([source], index, thesauri=[thesaurus], own_thesaurus=False)
    expected = ["bank (urn:money)", "bank (urn:shore)"]
    with Searcher(index) as searcher:
        assert sorted(one.label for one in over_time(searcher, None, facet="topic")) == expected
        assert sorted(batch(searcher, ["bank"], by="topic").columns()[2:4]) == expected


def test_json_and_table_show_the_hierarchy(archive: Archive) -> None:
    """JSON has the name, the label in the query's language and the broader concepts; the table indents."""
    index, _ = archive
    command = ["facets", "--index", str(index), "--facet", "topic", "--query-lang", "es", "mar"]
    found = json.loads(CliRunner().invoke(cli, [*command, "--format", "json"]).stdout)["facets"]["topic"]
    shown = {value["value"]: value for value in found}
    assert shown["urn:reef"]["label"] == "arrecife de coral"
    assert shown["urn:reef"]["broader"] == ["urn:sea"]
    assert set(shown["urn:reef"]) == {"value", "label", "count", "selected", "broader"}
    table = CliRunner().invoke(cli, command).stdout
    assert re.search(r"^  mar .*\n    arrecife de coral ", table, re.MULTILINE)
