"""Sequences of builds, updates, mirrors and deletions have the same effect on a cluster as in a folder."""

import json
import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cluster.compared import answered, differences
from cluster.nodes import Node
from examples import examples

import indexer
from indexer.cluster import new_indexes, writer
from indexer.cluster.address import parse_address
from indexer.cluster.check import check_on_cluster
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_manifest import find_leftovers
from indexer.cluster.documents import DocumentMaker
from indexer.cluster.mapping import FORMER_GAP, index_body
from indexer.errors import DragomanError
from indexer.location import build
from indexer.store.check import check_index
from indexer.store.write_report import WriteReport
from searcher import Searcher
from searcher.commands.program import cli
from searcher.engine import Engine

pytestmark = pytest.mark.cluster

WORDS = (
    "harbour ferry pilot crane school clinic bridge market goal violin quay tide storm engine ticket island "
    "captain lamp bakery orchard tunnel river museum lantern gull fog anchor rope sail deck mast cargo"
).split()
OTHERS = {"es": "puerto barco grúa escuela puente mercado policía", "fr": "port école pont marché police"}
NAMES = ("a", "b", "ids", "folder")
STEPS = 6
WAYS: tuple[dict[str, Any], ...] = (
    {"explain": True},
    {"sort": "oldest", "limit": 3, "offset": 2},
    {"sort": "newest", "facets": ["section", "language", "month"], "date_to": "2012"},
    {"group": False, "limit": 100},
    {"limit": None},
)
COUNTED = (
    "items added replaced unchanged moved joined gone deleted deleted_before dates languages countries "
    "not_read unreached uncounted sources"
).split()
QUESTIONS: tuple[str | None, ...] = (
    None,
    "ferry OR storm",
    "harbour -ferry",
    "corrected*",
    "corected1",  # misspelt, and absent from an index without corrections
    "policia",
    '"of it"',
    "bridge source:a*",
)


class Sources:
    """Sources of stories that are added, changed and removed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self._folder = folder
        self._held: dict[str, list[tuple[int, int]]] = {name: [] for name in NAMES}

    def _told(self, story: int, version: int) -> dict[str, Any]:
        own = random.Random(story)
        language = own.choice(["en", "en", "en", "es", "fr"])
        words = [*WORDS, *OTHERS.get(language, "").split() * 4]
        title, body = own.sample(words, 3), own.choices(words, k=own.randint(14, 40))
        if version % 3 == 1:
            body[version % len(body)] = f"corrected{version}"
        elif version % 3 == 2:
            title.append(f"Other{version}")
        record = {"title": " ".join(title), "body": f"The {' '.join(body)} of it.", "language": language}
        if own.random() < 0.8:
            record["date"] = f"{own.randint(2001, 2019)}-{own.randint(1, 12):02}-{own.randint(1, 28):02}"
        if own.random() < 0.4:
            record["section"] = own.choice(["Coast", "coast", "World"])
        return record

    def write(self, name: str) -> Path:
        """Change the manifest of a source, and write it."""
        chance = self.chance
        held = [(story, version + (chance.random() < 0.2)) for story, version in self._held[name]]
        held = [one for one in held if chance.random() < 0.85]
        held += [(chance.randrange(60), 0) for _ in range(chance.randint(0, 8))]
        self._held[name] = held = [*dict(held).items()] or [(99, 0)]
        rows = []
        for story, version in held:
            record = self._told(story, version)
            rows.append(json.dumps({"id": f"s{story}"} | record if name == "ids" else record))
            if chance.random() < 0.05:
                rows.append("{no json")
        path = self._folder / f"{name}.jsonl"
        if name == "folder":
            path = self._folder / name
            path.mkdir(exist_ok=True)
            half = len(rows) // 2
            (path / "first.jsonl").write_text("".join(f"{row}\n" for row in rows[:half]))
            (path / "second.jsonl").write_text("".join(f"{row}\n" for row in rows[half:]))
        else:
            path.write_text("".join(f"{row}\n" for row in rows))
        return path


def told(report: WriteReport | str) -> Any:
    """Return a report without times and the names of the two indexes."""
    if isinstance(report, str):
        return report
    return {name: getattr(report, name) for name in COUNTED} | {"skipped": report.skipped.total}


def attempt(write: Any, place: str, **arguments: Any) -> Any:
    """Write; return the report, or the error message without the place."""
    try:
        return told(write(place, **arguments))
    except DragomanError as error:
        return str(error).replace(place, "PLACE")


def lines(path: Path) -> list[str]:
    """Return the lines of a report in any order: removed items have none."""
    return sorted(path.read_text().splitlines()) if path.exists() else []


def ids_with_prefixes(engine: Engine) -> list[list[str]]:
    """Return the current ids of items by the first digit of any of their ids."""
    return [engine.ids_with_prefix(digit, 100) for digit in "0123456789abcdefs"]


def change(number: int, sources: Sources, places: tuple[str, str], folder: Path) -> list[Any]:
    """Write both indexes in the same way; return both reports."""
    chance = sources.chance
    kind = chance.choice(["update", "update", "mirror", "again", "delete", "source", "restore"])
    arguments: dict[str, Any] = {}
    write = indexer.update
    if number == 0 or kind in {"update", "mirror", "restore"}:
        paths = [sources.write(name) for name in sorted(chance.sample(NAMES, chance.randint(1, 3)))]
        if chance.random() < 0.5 and kind != "mirror":  # a part of the folder
            paths = [path / "second.jsonl" if path.is_dir() else path for path in paths]
        arguments = {"sources": paths, "mirror": kind == "mirror", "sure": chance.random() < 0.7}
        if kind == "restore" and number:
            arguments["restore"] = ["all"]
    elif kind == "again":
        sources.write("a")
    else:
        write = indexer.delete
        with Searcher(places[0]) as searcher:
            hits = searcher.search(None, limit=100, group=False, sort="newest").hits
            named = [source["file"] for source in searcher.info()["sources"]]
        if kind == "source" and len(named) > 1:
            arguments = {"sources": chance.choice(named), "dry_run": chance.random() < 0.3}
        else:
            arguments = {"ids": [hit.id for hit in chance.sample(hits, min(4, len(hits)))] or ["nothing"]}
    said = []
    for at, place in enumerate(places):
        report = folder / f"report-{number}-{at}"
        said.append((kind, attempt(write, place, **arguments, report=report), lines(report)))
    return said


@pytest.mark.parametrize("seed", range(examples(4)))
def test_sequences_of_writes_give_the_same_index(node: Node, tmp_path: Path, seed: int) -> None:
    """After each step reports, items and their histories are the same; after the last one, all answers."""
    sources, folder = Sources(tmp_path, seed), tmp_path / "index"
    address = f"{node.url}/sequence-{seed}"
    first = sources.write("a"), sources.write("ids"), sources.write("folder")
    indexer.build(folder, first, facets=["section"], own_thesaurus=False)
    build(first, address, facets=["section"], own_thesaurus=False, shards=1 + 2 * (seed % 2))
    for number in range(STEPS):
        one, other = change(number, sources, (str(folder), address), tmp_path)
        assert one == other, number
        exported, found = [], []
        for place in (folder, address):
            with Searcher(place) as searcher:
                found.append(searcher.ask(lambda answerer: ids_with_prefixes(answerer.engine)))
                searcher.export(tmp_path / "all.jsonl", replace=True)
                exported.append({row["id"]: row for row in map(json.loads, (tmp_path / "all.jsonl").open())})
        assert exported[0].keys() == exported[1].keys(), number
        assert differences(*exported) == [], number
        assert found[0] == found[1], number
        assert check_index(folder).findings == (), number
    assert check_on_cluster(address).findings == ()
    assert find_leftovers(Cluster(parse_address(address))) == []
    if not exported[0]:  # all of it was deleted
        return
    # Deleted items count in the scores of a folder until their segments are merged; in a new one, none do.
    indexer.build(tmp_path / "anew", [tmp_path / "all.jsonl"], facets=["section"], own_thesaurus=False)
    with Searcher(tmp_path / "anew") as anew, Searcher(address) as cluster:
        for question in QUESTIONS:
            for how in WAYS:
                found = [answered(searcher, question, **how) for searcher in (anew, cluster)]
                assert differences(*found) == [], (question, how)
            one, other = ([*searcher.duplicates(question, changes=True)] for searcher in (anew, cluster))
            assert one == other, question


def test_delete_by_query_is_the_same_on_both_engines(node: Node, tmp_path: Path) -> None:
    """Both engines list the same items, and require all words unless --any is typed."""
    items = [
        {"id": "n1", "title": "Green lanterns on the quay", "date": "2019-03-01"},
        {"id": "n2", "title": "Green paint for the ferry", "date": "2019-03-02"},
        {"id": "n3", "title": "A shop for green lanterns", "date": "2019-03-03"},
        {"id": "n4", "title": "The harbour is dark", "date": "2019-03-04"},
    ]
    places = str(tmp_path / "desk"), f"{node.url}/delete-by-query"
    selection = ("--query", "green lanterns")
    printed = []
    for place in places:
        indexer.build(place, items=items, own_thesaurus=False)
        for options in (("--dry-run",), ("--any", "--dry-run"), ("--yes",)):
            done = CliRunner().invoke(cli, ["delete", *selection, *options, "--index", place])
            assert done.exit_code == 0, done.stderr
            printed.append(done.stdout.replace(place, "PLACE").splitlines())
    assert printed[:3] == printed[3:]
    every, some, deleted = printed[:3]
    assert every[0] == "2 items (with all words) would be deleted; 2 items would remain in PLACE"
    assert {row.split()[0] for row in every[2:]} == {"n1", "n3"}
    assert some[0] == "3 items (with any word) would be deleted; 1 item would remain in PLACE"
    assert deleted == ["2 items (with all words) deleted; 2 items in PLACE"]


def test_the_latest_version_is_kept_on_both_engines(node: Node, tmp_path: Path) -> None:
    """Of several versions of an item the latest is indexed, whichever source has it."""
    files = []
    for number in (2, 1, 3, 5, 4):
        record = {"uri": "urn:quay:1", "version": str(number), "versioncreated": f"2018-03-0{number}"}
        texts = {"headline": f"The quay, version {number}", "body_text": f"Text {number} of the quay."}
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps([record | texts]))
    counts = []
    for place in (tmp_path / "desk", f"{node.url}/versions"):
        reports = [indexer.build(place, files[:2], own_thesaurus=False)]
        reports += [indexer.update(place, files[2:]), indexer.update(place, files[:1])]
        counts.append([[getattr(report, name) for name in COUNTED] for report in reports])
        with Searcher(place) as searcher:
            (hit,) = searcher.search("quay").hits
            assert (hit.title, searcher.item(hit.id).source.file) == ("The quay, version 5", "5.json")
    assert counts[0] == counts[1]


def test_an_index_of_an_earlier_version_names_what_it_lacks(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers and can be updated, and refuses the lead and ranges of numbers in one line."""
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text(json.dumps({"id": "a", "body": "a ferry in fog", "pages": "7", "language": "en"}))
    second.write_text(json.dumps({"id": "b", "body": "a ferry in a storm", "pages": "9", "language": "en"}))
    address = f"{node.url}/former"
    with monkeypatch.context() as patch:
        patch.setattr(writer, "GAP", FORMER_GAP)
        patch.setattr(new_indexes, "index_body", partial(index_body, gap=FORMER_GAP))
        patch.setattr(DocumentMaker, "is_former", True)
        indexer.build(address, [first])
    indexer.update(address, [second])
    assert check_on_cluster(address).findings == ()
    with Searcher(address) as searcher:
        assert {hit.id for hit in searcher.search("ferry")} == {"a", "b"}
        for query in ("lead:ferry", "length:>2", "pages:>7"):
            with pytest.raises(
                DragomanError, match=r"OpenSearch was built by an earlier version.*; build the index again"
            ):
                searcher.search(query)
    indexer.build(address, [first, second])
    with Searcher(address) as searcher:
        assert [hit.id for hit in searcher.search("pages:>7 length:>2 lead:ferry")] == ["b"]
