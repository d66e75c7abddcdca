"""Tags, collections and notes have the same effect on a cluster as in a folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster.conftest import Pair
from cluster.nodes import Node
from cluster.test_rounds import requests  # noqa: F401 - a fixture
from cluster.test_same_output import told
from page_reading import client_of, page_of, sent
from tables import by_table

from indexer import build, delete, note, tag, update
from indexer.cluster.address import parse_address
from indexer.cluster.check import check_on_cluster
from indexer.cluster.client import Cluster
from indexer.cluster.lock import ClusterLock
from indexer.errors import DragomanError
from indexer.sample import sample_path
from searcher import Searcher

pytestmark = pytest.mark.cluster

ITEMS = [{"id": f"a{n}", "title": f"Ferry {n}", "text": f"A ferry at quay {n}"} for n in range(5)]
SHOWN = "6eb42784f8ed"


@pytest.fixture(scope="module")
def pair(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("annotated")
    places = [str(folder / "index"), f"{node.url}/annotated"]
    for place in places:
        file = folder / f"{places.index(place)}.jsonl"
        with sample_path() as source:
            build(place, source)
        with Searcher(place) as searcher:
            ids = [SHOWN, *(hit.id for hit in searcher.search("ferry", limit=30, group=False))]
        tag(place, ids[:20], add=["Ports", "night ferry"], collection="Brief", corrections=file)
        tag(place, ids[5:10], remove="PORTS", add="ports of call", leave="brief")
        note(place, ids[:4], "Ask Ann about the quay\nÑandú “x”")
        note(place, ids[1], "")
    with Searcher(places[0]) as first, Searcher(places[1]) as second:
        yield Pair(first, second)


@by_table
def test_commands_print_the_same(pair: Pair, command: str) -> None:
    """Filters, facets, items and exports are those of the folder."""
    first, second = told(command, str(pair.folder.place)), told(command, str(pair.cluster.place))
    assert first == second
    assert first[2] in {0, 1}


def test_annotated_hits_need_the_same_requests(pair: Pair, requests: list[str]) -> None:  # noqa: F811
    """The annotations of hits come with them; counting tags is part of the same request."""
    counts = set()
    for facets in (("year",), ("year", "tag", "collection")):
        with Searcher(pair.cluster.place) as searcher:
            requests.clear()
            ids = [hit.id for hit in searcher.search("ferry", facets=facets, where={"tag": "Ports"}).hits]
            assert ids == [*searcher.ask(lambda answerer, ids=ids: answerer.engine.annotations(ids))]
            counts.add(len([path for path in requests if "search" in path]))
    assert len(counts) == 1
    assert max(counts) <= 3


def known(place: str) -> dict[str, Any]:
    with Searcher(place) as searcher:
        engine = searcher.ask(lambda answerer: answerer.engine)
        return {
            one: found.to_record()
            for one, found in sorted(engine.annotations([f"a{n}" for n in range(6)]).items())
        }


def test_annotations_stay_when_items_change_leave_and_return(node: Node, tmp_path: Path) -> None:
    """A changed item, a near duplicate, a rebuilt index and an item that returns keep their annotations."""
    address, source = f"{node.url}/annotated-kept", tmp_path / "a.jsonl"

    def write(items: list[dict[str, Any]]) -> None:
        source.write_text("".join(json.dumps(item) + "\n" for item in items))

    write(ITEMS)
    build(address, source, own_thesaurus=False)
    tag(address, ["a1", "a3"], add="Port", collection="Brief", corrections=tmp_path / "corrections.jsonl")
    note(address, "a3", "Ask Ann")
    before = {"a1": {"tags": ["Port"], "collections": ["Brief"]}}
    before["a3"] = before["a1"] | {"note": "Ask Ann"}
    assert known(address) == before
    copy = ITEMS[1] | {"id": "a5"}
    write([item | {"text": f"{item['text']}, changed"} for item in (*ITEMS, copy)])
    update(address, source)
    assert known(address) == before
    write([*ITEMS[:3], copy])
    update(address, source, mirror=True)
    assert known(address) == {"a1": before["a1"]}
    write(ITEMS)
    update(address, source)
    assert known(address) == before
    build(address, source, own_thesaurus=False)
    assert known(address) == before
    with Searcher(address) as searcher:
        assert [hit.id for hit in searcher.search("note:ann tag:port")] == ["a3"]
    assert delete(address, "a1").annotated == 1
    update(address, restore=["a1"])
    assert known(address) == before
    tag(address, ["a1", "a3"], remove="port", leave="Brief")
    note(address, "a3", "")
    update(address, source)  # the lines of the file are an export, in which nothing is missing
    assert known(address) == {}
    assert check_on_cluster(address).findings == ()


def test_an_old_corrections_file_undoes_no_tags(node: Node, tmp_path: Path) -> None:
    """Its lines are applied to an index without annotations only; a difference is reported."""
    address, file = f"{node.url}/annotated-twice", tmp_path / "corrections.jsonl"
    build(address, items=ITEMS, own_thesaurus=False)
    tag(address, "a1", add="Port", corrections=file)
    old = file.read_text()
    tag(address, "a1", remove="port", add="Quay")
    file.write_text(old)
    report = update(address, items=[ITEMS[0] | {"title": "Ferry, late"}])
    assert known(address) == {"a1": {"tags": ["Quay"]}}
    assert report.corrections is not None
    assert [message for number, message in report.corrections.told if not number]
    tag(address, "a1", remove="quay")
    file.write_text(old)
    for write in (update, build):
        write(address, items=ITEMS)
        assert known(address) == {}
    build(f"{address}-new", items=ITEMS, own_thesaurus=False, corrections=file)
    assert known(f"{address}-new") == {"a1": {"tags": ["Port"]}}


def test_readers_change_a_cluster_in_their_browser(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page after a form shows the change; another writer is reported in a line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("searcher.web.write.WAIT", 0.1)
    address = f"{node.url}/annotated-desk"
    build(address, items=ITEMS, own_thesaurus=False)
    client = client_of(address, write=True, notes=True)
    answer = sent(client, "/search?q=ferry", id=["a1", "a2"], tags="Port", do="tag")
    page = page_of(client, answer.headers["Location"])
    assert page.xpath("//input[@name='where']/@value")[0] == "tag=Port"
    sent(client, "/items/a1", note="mine")
    assert known(address)["a1"] == {"tags": ["Port"], "note": "mine"}
    with ClusterLock(Cluster(parse_address(address))):
        assert sent(client, "/items/a1", tags="late").status_code == 503
        with pytest.raises(DragomanError, match="another process is writing to"):
            tag(address, "a1", add="late")
    hidden = client_of(address)
    assert "mine" not in hidden.get("/items/a1.json").text
    assert [client_.get("/search.json?q=note:mine").json()["total"] for client_ in (hidden, client)] == [0, 1]
