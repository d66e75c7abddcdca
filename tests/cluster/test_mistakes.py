"""What can go wrong with an address ends in one clear line and exit code 2."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from cluster.nodes import free_port

from indexer.cluster import client
from searcher.commands.program import cli

if TYPE_CHECKING:
    from cluster.nodes import Node


def told(*arguments: str) -> str:
    """Run a command that must fail, and give its line."""
    done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("http://127.0.0.1:9200", "names no index"),
        ("http://127.0.0.1:9200/", "names no index"),
        ("http://127.0.0.1:9200/News", "cannot be the name of an index"),
        ("http://127.0.0.1:9200/_all", "cannot be the name of an index"),
        ("http://127.0.0.1:9200/a*", "cannot be the name of an index"),
        ("http://user:secret@127.0.0.1:9200/news", "an address with a password in it"),
        ("http://12 7:9200/news", "is no host"),
    ],
)
def test_an_address_that_is_none(address: str, line: str) -> None:
    """It is refused before anything is asked, and a password in it is not repeated."""
    answer = told("search", "ferry", "--index", address)
    assert line in answer
    assert "secret" not in answer


def test_nothing_answers() -> None:
    """A port that nobody listens on."""
    assert "nothing answers at" in told("info", "--index", f"http://127.0.0.1:{free_port()}/news")


def test_what_answers_is_no_cluster() -> None:
    """A web server of another kind."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>It works!</h1>")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer = told("search", "ferry", "--index", f"http://127.0.0.1:{server.server_port}/news")
        server.shutdown()
    assert "is no OpenSearch cluster" in answer


def test_a_missing_library_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who did not install the extra learns how."""
    for name in ("indexer.cluster.client", "searcher.cluster.engine"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "urllib3", None)
    line = told("search", "ferry", "--index", "http://127.0.0.1:9200/news")
    assert "pip install 'dragoman[opensearch]'" in line


@pytest.mark.cluster
def test_places_that_hold_no_index_of_ours(node: Node) -> None:
    """An index that is not there, one of something else, and TLS spoken to a port without."""
    urlopen(Request(f"{node.url}/strange", method="PUT"), timeout=30).close()
    assert "there is no index “absent”" in told("search", "ferry", "--index", f"{node.url}/absent")
    assert "is no index of Dragoman's" in told("search", "ferry", "--index", f"{node.url}/strange")
    tls = node.url.replace("http", "https")
    assert "does not speak TLS" in told("search", "ferry", "--index", f"{tls}/strange")
