"""Manual corrections have the same effect on a cluster as in a folder."""

import json
from pathlib import Path

import pytest
from cluster.compared import differences
from cluster.nodes import Node
from corrected_desk import Desk, told
from examples import examples

from indexer import build, correct, update
from indexer.cluster.address import parse_address
from indexer.cluster.check import check_on_cluster
from indexer.cluster.client import Cluster
from indexer.cluster.cluster_manifest import find_leftovers
from searcher import Searcher

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("seed", range(examples(1)))
def test_file_index_and_rebuilt_index_agree(node: Node, tmp_path: Path, seed: int) -> None:
    """After any changes of sources, file and index, an item is as its source and its corrections state."""
    address = f"{node.url}/corrected-{seed}"
    desk = Desk(tmp_path, seed, address)
    for _ in range(14):
        desk.step()
        assert told(address) == desk.expected()
    assert check_on_cluster(address).findings == ()
    assert find_leftovers(Cluster(parse_address(address))) == []
    again = str(tmp_path / "again")
    assert build(again, desk.sources, corrections=desk.file, own_thesaurus=False).corrections
    assert told(again) == desk.expected()
    exported = []
    for place in (address, again):
        with Searcher(place) as searcher:
            searcher.export(tmp_path / "all.jsonl", replace=True)
            rows = map(json.loads, (tmp_path / "all.jsonl").read_text().splitlines())
            exported.append({row["body"]: row | {"id": "", "former": []} for row in rows})
    assert differences(*exported) == []


def test_a_correction_is_one_generation_and_survives_a_build(node: Node, tmp_path: Path) -> None:
    """The cluster stores the file's name; counts follow; an index from before corrections accepts them."""
    address, source = f"{node.url}/by-hand", tmp_path / "a.jsonl"
    rows = (
        {"id": f"a{one}", "title": f"Tale {one}", "body": "A lamp", "date": "2019-03-04"} for one in range(3)
    )
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    file = tmp_path / "corrections.jsonl"
    build(address, source, own_thesaurus=False)
    with Searcher(address) as searcher:
        before = searcher.search(None).generation
        report = correct(address, "a1", date="2018", countries="CO", corrections=file, who="Ann")
        assert report.corrections
        assert (report.corrections.changed, report.corrections.standing) == (1, 1)
        assert searcher.refresh()
        found = searcher.search(None, date_to="2018", countries="CO")
        assert ([hit.id for hit in found], found.generation != before) == (["a1"], True)
    correct(address, "a2", item=False)
    build(address, source, own_thesaurus=False)
    with Searcher(address) as searcher:
        assert searcher.search(None).total == 2
        item = searcher.item("a1")
        assert [(one.field, one.who) for one in item.corrected] == [("date", "Ann"), ("countries", "Ann")]
    correct(address, "a2", undo=True)
    assert update(address).added == 1
    assert check_on_cluster(address).findings == ()
