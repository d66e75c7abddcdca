"""TLS, passwords and roles on a secured node: permissions, and the messages of mistakes."""

import json
import logging
import os
import shutil
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner, Result
from cluster.distribution import security, why_not
from cluster.secured import SecuredNode, make_authority, make_certificate

from indexer.cluster import client
from indexer.cluster.address import AUTHORITY, CREDENTIALS, PASSWORD, USER, credentials, parse_address
from indexer.sample import sample_path
from searcher.commands.program import cli

SECRET: Final = "Pässwört €23 long:er"
# The roles of docs/how-to/cluster.md.
READER: Final = {
    "cluster_permissions": ["cluster_composite_ops_ro"],
    "index_permissions": [{"index_patterns": ["news*"], "allowed_actions": ["read"]}],
}
CHECKER: Final = {
    "cluster_permissions": ["cluster_composite_ops_ro", "cluster:monitor/main", "cluster:monitor/health"],
    "index_permissions": [
        {
            "index_patterns": ["news*"],
            "allowed_actions": ["read", "indices_monitor", "indices:admin/get", "indices:admin/aliases/get",
                                "indices:admin/mappings/get"],
        }
    ],
}  # fmt: skip
WRITER: Final = {
    "cluster_permissions": ["cluster_composite_ops", "cluster:monitor/main", "cluster:monitor/health"],
    "index_permissions": [
        {"index_patterns": ["news*", "dragoman-locks"], "allowed_actions": ["indices_all"]}
    ],
}


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredNode]:
    """Return a node with an index that a user with the writing role built."""
    if reason := why_not() or ("" if security() else "the security plugin is not served for this version"):
        pytest.skip(reason)
    with SecuredNode(tmp_path_factory.mktemp("secured")) as node, sample_path() as path:
        for name, role in (("reader", READER), ("checker", CHECKER), ("writer", WRITER)):
            node.add_user(name, SECRET, role)
        done = run(node, "writer", "build", str(path))
        assert done.exit_code == 0, done.stderr
        yield node


def run(node: SecuredNode, user: str | None, *command: str, **environment: str) -> Result:
    """Run a command as a user who trusts the node."""
    known = {} if user is None else {USER: user, PASSWORD: SECRET}
    return run_at(f"{node.url}/news", *command, **{AUTHORITY: str(node.authority)} | known | environment)


def run_at(place: str, *command: str, **environment: str) -> Result:
    """Run a command in its own environment."""
    credentials.cache_clear()
    names = dict.fromkeys((USER, PASSWORD, CREDENTIALS, AUTHORITY)) | environment
    try:
        return CliRunner(env=names).invoke(cli, [*command, "--index", place])
    finally:
        credentials.cache_clear()


def line(done: Result) -> str:
    """Return the one line of an error message."""
    assert (done.exit_code, done.stdout) == (2, ""), (done.stdout, done.stderr, done.exception)
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stderr
    return str(done.stderr)


@pytest.mark.cluster
def test_a_reading_role_suffices_for_reading(secured: SecuredNode, tmp_path: Path) -> None:
    """Every reading command works with the role; a check reports the parts beyond it; writing is refused."""
    found = run(secured, "reader", "search", "ferry", "--format", "jsonl").stdout.splitlines()
    item_id = json.loads(found[0])["id"]
    for command in (
        "search ferry AND river --explain",
        "search ferry --all-hits --format jsonl",
        "facets --facet source",
        f"show {item_id}",
        f"similar {item_id}",
        "info",
        f"export -o {tmp_path / 'all.jsonl'}",
    ):
        done = run(secured, "reader", *command.split())
        assert done.exit_code == 0, (command, done.stderr)
    done = run(secured, "reader", "check")
    assert done.exit_code == 0
    assert "not checked" in done.output
    assert "shards" in done.output
    full = run(secured, "checker", "check")
    assert full.exit_code == 0
    assert "not checked" not in full.output
    before = secured.ask("GET", "/_cat/indices?format=json&h=index")
    refused = line(run(secured, "reader", "build", str(tmp_path / "all.jsonl")))
    assert "lacks the permission cluster:monitor/main" in refused
    assert secured.ask("GET", "/_cat/indices?format=json&h=index") == before
    assert run(secured, "writer", "delete", item_id, "--yes").exit_code == 0
    with sample_path() as path:
        assert run(secured, "writer", "update", str(path)).exit_code == 0
    assert run(secured, "checker", "check").exit_code == 0


@pytest.mark.cluster
def test_mistakes_with_tls_and_passwords_have_a_remedy(secured: SecuredNode, tmp_path: Path) -> None:
    """Each mistake is one line with the remedy."""
    assert f"set {USER}" in line(run(secured, None, "info"))
    assert "rejected the user name or password" in line(run(secured, "reader", "info", **{PASSWORD: "wrong"}))
    assert "is not signed by a trusted certificate authority" in line(
        run(secured, "reader", "info", **{AUTHORITY: ""})
    )
    stranger = make_authority(tmp_path, "stranger")
    assert "is not signed by a trusted certificate authority" in line(
        run(secured, "reader", "info", **{AUTHORITY: str(stranger)})
    )
    plain = f"http://localhost:{secured.port}/news"
    assert "if it requires TLS, write the URL with https://" in line(run_at(plain, "info"))
    absent = run_at(f"{secured.url}/newsreel", "info",
                    **{USER: "reader", PASSWORD: SECRET, AUTHORITY: str(secured.authority)})  # fmt: skip
    assert "there is no index “newsreel”" in line(absent)
    other = run_at(f"{secured.url}/other", "info",
                   **{USER: "reader", PASSWORD: SECRET, AUTHORITY: str(secured.authority)})  # fmt: skip
    assert "lacks the permission indices:data/read" in line(other)
    with pytest.raises(HTTPError, match="404"):
        secured.ask("GET", "/other")


@pytest.mark.cluster
def test_a_password_is_never_shown(
    secured: SecuredNode, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Output, logs, stored files and representations of objects never contain it, in any encoding."""
    file = tmp_path / "who"
    file.write_text(f"reader:{SECRET}\n", "utf-8")
    file.chmod(0o600)
    environment = {CREDENTIALS: str(file), AUTHORITY: str(secured.authority)}
    commands = (
        "search ferry --format json",
        "info --format json",
        "check",
        "config",
        "build x.txt",
        f"report ferry -o {tmp_path / 'report.html'}",
    )
    with caplog.at_level(logging.DEBUG):
        told = [run_at(f"{secured.url}/news", *one.split(), **environment).output for one in commands]
    told += [path.read_text("utf-8", "replace") for path in tmp_path.iterdir() if path != file]
    told += [caplog.text, str(secured.ask("GET", "/news-words/_search?size=10000"))]
    with pytest.MonkeyPatch.context() as patch:
        credentials.cache_clear()
        for name, value in environment.items():
            patch.setenv(name, value)
        told += [
            repr(credentials()),
            str(credentials()),
            repr(client.Cluster(parse_address(f"{secured.url}/news"))),
        ]
        basic = credentials().authorization().removeprefix("Basic ")
        credentials.cache_clear()
    assert '"total"' in told[0]
    assert "ferry" in caplog.text or "_search" in caplog.text
    for text in told:
        assert SECRET not in text
        assert basic not in text


class Elsewhere(BaseHTTPRequestHandler):
    """Redirects each request to another server, and records it."""

    heard: list[dict[str, Any]]
    target = ""

    def do_GET(self) -> None:
        """Redirect."""
        self.heard.append(dict(self.headers))
        self.send_response(307 if self.target else 200)
        if self.target:
            self.send_header("location", self.target)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def serve(handler: type[BaseHTTPRequestHandler], certificate: Path | None = None) -> ThreadingHTTPServer:
    """Run a server in a thread."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.mark.slow
def test_redirects_are_not_followed() -> None:
    """A password is sent only to the host that the user named."""
    target = serve(type("Target", (Elsewhere,), {"heard": (heard := [])}))
    address = f"http://127.0.0.1:{target.server_port}/"
    sender = serve(type("Sender", (Elsewhere,), {"heard": (asked := []), "target": address}))
    place = f"http://127.0.0.1:{sender.server_port}/news"
    told = line(run_at(place, "info", **{USER: "reader", PASSWORD: SECRET}))
    for server in (sender, target):
        server.shutdown()
        server.server_close()
    assert "redirects (307), and redirects are not followed" in told
    assert "Authorization" in {name.title() for name in asked[0]}
    assert heard == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_certificates_are_verified(tmp_path: Path) -> None:
    """An expired certificate, or one for another host, is refused by name before anything is sent."""
    authority = make_authority(tmp_path)
    wrong = {
        make_certificate(authority, "late", "IP:127.0.0.1", days=0): "has expired",
        make_certificate(authority, "other", "DNS:other.example"): "is for another host",
    }
    for certificate, reason in wrong.items():
        server = serve(type("Server", (Elsewhere,), {"heard": (heard := [])}), certificate)
        place = f"https://127.0.0.1:{server.server_port}/news"
        known = {USER: "reader", PASSWORD: SECRET, AUTHORITY: str(authority)}
        assert reason in line(run_at(place, "info", **known))
        server.shutdown()
        server.server_close()
        assert heard == []


def test_credentials_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    """Incomplete credentials, and a file that others can read, are refused."""
    place = "https://127.0.0.1:1/news"
    file = tmp_path / "who"
    file.write_text(f"reader:{SECRET}\n", "utf-8")
    file.chmod(0o640)
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for environment, told in (
        ({CREDENTIALS: str(file)}, "chmod 600"),
        ({CREDENTIALS: str(tmp_path / "absent")}, "No such file"),
        ({CREDENTIALS: str(empty)}, "other users can read" if os.name == "posix" else "no line"),
        ({CREDENTIALS: str(file), USER: "reader"}, "set either"),
        ({USER: "reader"}, "set both"),
        ({PASSWORD: SECRET}, "set both"),
        ({USER: "a:b", PASSWORD: SECRET}, "cannot contain a colon"),
        ({AUTHORITY: str(empty)}, "the file contains no certificate"),
        ({AUTHORITY: str(tmp_path / "absent")}, "No such file"),
    ):
        assert told in line(run_at(place, "info", **environment))
    file.chmod(0o600)
    assert "no server responds" in line(run_at(place, "info", **{CREDENTIALS: str(file)}))
    file.write_text("reader\n")
    assert "has no line of the form USER:PASSWORD" in line(run_at(place, "info", **{CREDENTIALS: str(file)}))
