"""An index on a cluster that release 0.8 wrote, from the requests that commit f8d6544 sent to a node."""

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from cluster.nodes import Node

from indexer import build, delete, tag, update
from indexer.cluster import mapping
from searcher import QueryError, Searcher
from searcher.commands.program import cli

REQUESTS = Path(__file__).with_name("written_by_f8d6544.jsonl")
OTTER = {"id": "otter", "title": "Otters at the quay", "body": "Otters live by the ferry.", "language": "en"}

pytestmark = pytest.mark.cluster


@pytest.fixture
def address(node: Node) -> str:
    """Return the address of the index, after sending the requests again."""
    for line in REQUESTS.read_text(encoding="utf-8").splitlines():
        sent = json.loads(line)
        kind = {"content-type": "application/x-ndjson" if "_bulk" in sent["path"] else "application/json"}
        request = Request(node.url + sent["path"], sent["body"].encode(), kind, method=sent["method"])
        with urlopen(request, timeout=60) as answer:
            assert not json.load(answer).get("errors")
    return f"{node.url}/archive"


def test_an_index_of_an_earlier_version_is_read_and_updated(address: str, tmp_path: Path) -> None:
    """It is searched, checked and updated as before; only evidence of countries needs a new build."""
    with Searcher(address) as searcher:
        found = searcher.search("ferry OR flood OR quay")
        assert [hit.id for hit in found] == ["ferry-1", "ferry-2", "ferry-3"]
        assert {value.value: value.count for value in found.facets["country"]} == {"IE": 3}
        assert searcher.search('"ferry Aurora"').total == 3
        with pytest.raises(QueryError, match="country_via needs the evidence for each country"):
            searcher.search("ferry", country_via="name")
        with pytest.raises(QueryError, match="this index on OpenSearch was built by an earlier version"):
            searcher.search("lead:ferry")
        with pytest.raises(QueryError, match="this index on OpenSearch was built by an earlier version"):
            searcher.timeline("ferry", per_million=True)
    corrections = tmp_path / "corrections.jsonl"  # instead of the file that the index stores
    corrections.touch()
    report = update(address, items=[OTTER], corrections=corrections)
    assert (report.added, report.items) == (1, 5)
    tag(address, ["ferry-1", "otter"], add="Quay")
    assert delete(address, "ferry-3").items == 4
    with Searcher(address) as searcher:
        assert {hit.id for hit in searcher.search("ferry OR otters")} == {"otter", "ferry-1", "ferry-2"}
        assert searcher.item("ferry-1").title == "Ferry Aurora runs aground near Tarbay"
        assert searcher.item("ferry-1").tags == ("Quay",)
        assert {hit.id for hit in searcher.search("tag:quay")} == {"otter", "ferry-1"}
    assert CliRunner().invoke(cli, ["check", "--index", address]).exit_code == 0


def test_an_index_without_a_column_of_words_is_whole(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Release 0.9 wrote none, so occurrences per million words need a new build."""
    made = mapping._ranked_fields
    former = {"length": {"type": "integer", "doc_values": False}}
    monkeypatch.setattr(mapping, "_ranked_fields", lambda *given, **named: made(*given, **named) | former)
    address = f"{node.url}/without-column"
    build(address, items=[OTTER | {"date": "2020-01-01"}])
    monkeypatch.undo()
    with (
        Searcher(address) as searcher,
        pytest.raises(QueryError, match="this index on OpenSearch was built by an earlier version"),
    ):
        searcher.timeline("ferry", per_million=True)
    assert CliRunner().invoke(cli, ["check", "--index", address]).exit_code == 0
