"""Mistakes in addresses end in one clear line and exit code 2."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner
from cluster.distribution import VERSION
from cluster.nodes import Node, free_port
from tables import by_table

from indexer.cluster import client, cluster_manifest
from indexer.cluster.address import parse_address
from indexer.cluster.cluster_manifest import FORMAT
from indexer.errors import ClusterError
from indexer.location import corrections_of
from indexer.option_tables import CORRECTIONS_FILE
from indexer.sample import sample_path
from searcher.commands.program import cli


def told(*arguments: str) -> str:
    """Run a command that must fail, and return its line."""
    done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)


@by_table
def test_an_invalid_address_is_refused(address: str, line: str) -> None:
    """An invalid address is refused before any request, and a password in it is not repeated."""
    answer = told("search", "ferry", "--index", address)
    assert line in answer
    assert "secret" not in answer


def test_a_port_without_a_server_is_reported() -> None:
    """The message says that nothing answers."""
    assert "no server responds at" in told("info", "--index", f"http://127.0.0.1:{free_port()}/news")


@pytest.mark.slow
@by_table
def test_another_server_is_no_cluster(status: int, answer: bytes, line: str) -> None:
    """All commands report a web server or another product as such, and write nothing to it."""
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.command)
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PUT = do_GET  # noqa: N815 - the names of the library

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}/news"
        with sample_path() as path:
            lines = [
                told(*one, "--index", place) for one in (["search", "x"], ["check"], ["build", str(path)])
            ]
        server.shutdown()
    assert all(line in one for one in lines)
    assert set(asked) == {"GET"}


def test_searches_are_repeated_until_nodes_are_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes that have just started connect to each other within a second; other errors are reported."""
    cause = {"type": "node_not_connected_exception", "reason": "[n2][127.0.0.1:9300] Node not connected"}
    failed = {"status": 500, "error": {"root_cause": [cause]}}
    found = {"status": 200, "hits": {}, "_shards": {"successful": 1, "total": 1}}
    cluster = client.Cluster(parse_address("http://127.0.0.1:9200/news"))
    for answers in ([failed, failed, found], [failed] * client.TRIES):
        left = iter(answers)
        monkeypatch.setattr(cluster, "post", lambda *_, left=left: {"responses": [next(left)]})
        if answers[-1] is found:
            assert cluster.multi_search(b"") == [found]
        else:
            with pytest.raises(ClusterError, match="not connected"):
                cluster.multi_search(b"")


def test_a_missing_library_is_reported_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the command that installs the extra."""
    for name in ("indexer.cluster.client", "searcher.cluster.opensearch_engine"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "urllib3", None)
    line = told("search", "ferry", "--index", "http://127.0.0.1:9200/news")
    assert f"{sys.executable} -m pip install 'urllib3>=" in line


@pytest.mark.cluster
def test_addresses_without_our_index_are_reported(node: Node) -> None:
    """A missing index, an index of another program, and TLS to a port without it are reported."""
    node.ask("PUT", "/strange", {"aliases": {"other": {}}})
    assert "there is no index “absent”" in told("search", "ferry", "--index", f"{node.url}/absent")
    assert "is not a Dragoman index" in told("search", "ferry", "--index", f"{node.url}/strange")
    tls = node.url.replace("http", "https")
    assert "does not support TLS" in told("search", "ferry", "--index", f"{tls}/strange")
    with sample_path() as path:
        for name in ("strange", "other"):
            assert "is not a Dragoman index" in told("build", str(path), "--index", f"{node.url}/{name}")
    assert node.ask("GET", "/_alias/other") == {"strange": {"aliases": {"other": {}}}}
    assert "is reserved by Dragoman" in told("info", "--index", f"{node.url}/strange-words")


@pytest.mark.cluster
def test_a_cluster_that_pretends_an_older_version_works(node: Node) -> None:
    """A cluster that reports the version of an older product is recognised."""
    setting = "compatibility.override_main_response_version"
    try:
        node.ask("PUT", "/_cluster/settings", {"persistent": {setting: True}})
    except HTTPError as error:
        error.close()
        pytest.skip("this version cannot pretend")
    cluster = client.Cluster(parse_address(f"{node.url}/news"))
    try:
        version = cluster.version()
    finally:
        cluster.close()
        node.ask("PUT", "/_cluster/settings", {"persistent": {setting: None}})
    assert version.partition(".")[0] == VERSION.partition(".")[0]


@pytest.mark.cluster
@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"format": 7},
            f"has format 7, but this version of Dragoman reads format {FORMAT}; build it again with",
        ),
        ({"statistics": None}, "is damaged; build it again with"),
    ],
)
def test_an_index_of_an_older_format_is_built_again(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], line: str
) -> None:
    """An older index is refused even if items and words match; the suggested build keeps its corrections."""
    monkeypatch.chdir(tmp_path)
    Path(CORRECTIONS_FILE).touch()
    name = "older-" + "-".join(change)
    address, place = f"{node.url}/{name}", f"/{name}-words/_doc/contents"
    with sample_path() as path:
        build = ["build", str(path), "--index", address]
        assert CliRunner().invoke(cli, build).exit_code == 0
        manifest = node.ask("GET", place)["_source"]["contents"]
        assert manifest["corrections"] == str(tmp_path / CORRECTIONS_FILE)
        node.ask("PUT", f"{place}?refresh=true", {"contents": manifest | change})
        assert line in told("search", "ferry", "--index", address)
        Path("elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
        Path(CORRECTIONS_FILE).touch()  # the file that the index stores takes precedence
        assert CliRunner().invoke(cli, build).exit_code == 0
    again = node.ask("GET", place)["_source"]["contents"]
    assert (again["format"], again["corrections"]) == (FORMAT, manifest["corrections"])
    assert CliRunner().invoke(cli, ["search", "ferry", "--index", address]).exit_code == 0


@by_table
def test_an_index_of_any_format_names_its_corrections(
    monkeypatch: pytest.MonkeyPatch, record: object, file: str | None
) -> None:
    """The file of corrections is known where it can be read, and None where it cannot."""
    answer = {"found": True, "_source": {"contents": record}}
    monkeypatch.setattr(client.Cluster, "request", lambda *_, **__: answer)
    assert corrections_of("http://127.0.0.1:9200/news") == file


def test_an_older_index_on_a_cluster_has_the_documented_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/reference/compatibility.md has the line with the format and the command that builds it again."""
    page = (Path(__file__).parents[2] / "docs/reference/compatibility.md").read_text(encoding="utf-8")
    record = {"application": "dragoman", "format": "7.2"}
    monkeypatch.setattr(cluster_manifest, "_record", lambda _: record)
    with pytest.raises(ClusterError) as refused:
        cluster_manifest.find_manifest(client.Cluster(parse_address("https://host:9200/news")))
    assert f"(4) {refused.value}\n" in page
    assert f"mapping {FORMAT}" in page
