"""An update sends conditional requests, and does not read unchanged pages again."""

import time
import zipfile
from email.utils import formatdate
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from web_fetching import PRIVATE
from web_server import Handler, Server

from indexer.errors import SourceError
from indexer.item import Validators
from indexer.store.check import check_index
from indexer.store.indexing import build, update
from indexer.store.manifest import Manifest, SourceSummary

RECORD = '{"id": "%s", "title": "Tide", "body": "The tide came in.", "language": "en", "countries": []}\n'
DAY = "Mon, 05 Mar 2018 10:00:00 GMT"


class Feed:
    """A page with a changing state, which answers conditional requests."""

    def __init__(self, server: Server, path: str = "/feed", **said: str) -> None:
        self.said = said or {"ETag": '"1"'}
        self.body = RECORD % "a" + "{\n"
        self.sent: list[int] = []
        self.address = server.serve(path, self)

    def __call__(self, handler: Handler) -> None:
        """Respond, and record the status."""
        asked = handler.headers
        known = asked["If-None-Match"] or asked["If-Modified-Since"]
        self.sent.append(304 if known and known in self.said.values() else 200)
        handler.send(b"" if self.sent[-1] == 304 else self.body.encode(), self.sent[-1], **self.said)


def built(folder: Path, *sources: object) -> Manifest:
    """Build an index, and return its manifest."""
    build([*map(str, sources)], folder, reading=PRIVATE)
    return Manifest.read(folder)


def updated(folder: Path, *sources: object, **reading: Any) -> Any:
    """Update an index."""
    return update([*map(str, sources)], folder, reading=PRIVATE._replace(**reading))


@pytest.mark.parametrize(
    "said", [{"ETag": 'W/"1"'}, {"Last_Modified": DAY}, {"ETag": '"1"', "Last_Modified": DAY}]
)
def test_an_unchanged_page_costs_one_request(tmp_path: Path, server: Server, said: dict[str, str]) -> None:
    """An unchanged page is neither sent nor read, nothing is written, and its items in the index stay."""
    feed = Feed(server, **said)
    before = built(tmp_path, feed.address)
    report = updated(tmp_path, feed.address)
    assert feed.sent == [200, 304]
    assert (report.added, report.replaced, report.unchanged, report.items) == (0, 0, 1, 1)
    assert report.not_read == [f"{server.host}/feed"]
    assert Manifest.read(tmp_path) == before
    assert before.sources == (SourceSummary(f"{server.host}/feed", 1, 1, f"http://{server.host}/feed"),)
    check_index(tmp_path)


@pytest.mark.parametrize("added", [0, 1])
def test_a_changed_page_is_read(tmp_path: Path, server: Server, added: int) -> None:
    """The generation that has its new items stores the new state, also of a page rewritten without news."""
    feed = Feed(server)
    built(tmp_path, feed.address)
    feed.body += (RECORD % "b") * added
    feed.said = {"ETag": '"2"'}
    report = updated(tmp_path, feed.address)
    assert (report.added, report.replaced, report.unchanged, report.not_read) == (added, 0, 1, [])
    assert [one.etag for one in Manifest.read(tmp_path).fetched] == ['"2"']
    updated(tmp_path, feed.address)
    assert feed.sent == [200, 200, 304]
    check_index(tmp_path)


def test_other_sources_are_read_next_to_an_unchanged_page(tmp_path: Path, server: Server) -> None:
    """The counts of the unchanged page stay in the new generation."""
    feed = Feed(server)
    built(tmp_path / "index", feed.address)
    source = tmp_path / "more.jsonl"
    source.write_text(RECORD % "b")
    report = updated(tmp_path / "index", feed.address, source)
    assert (report.added, report.unchanged, report.items) == (1, 1, 2)
    manifest = Manifest.read(tmp_path / "index")
    assert manifest.sources == (
        SourceSummary(f"{server.host}/feed", 1, 1, f"http://{server.host}/feed"),
        SourceSummary("more.jsonl", 1, 0, str(source)),
    )
    updated(tmp_path / "index", source)
    updated(tmp_path / "index", feed.address)
    assert feed.sent == [200, 304, 304]


def test_a_build_reads_every_page(tmp_path: Path, server: Server) -> None:
    """A build starts from nothing, so that no page can be unchanged."""
    feed = Feed(server)
    assert built(tmp_path, feed.address).fetched == built(tmp_path, feed.address).fetched
    assert feed.sent == [200, 200]


@pytest.mark.parametrize("reading", [{"kind": "jsonl"}, {"columns": (("title", "title"),)}])
def test_a_page_is_read_again_with_other_options(
    tmp_path: Path, server: Server, reading: dict[str, Any]
) -> None:
    """The stored state belongs to items read with the earlier options."""
    feed = Feed(server)
    built(tmp_path, feed.address)
    updated(tmp_path, feed.address, **reading)
    updated(tmp_path, feed.address, **reading)
    assert feed.sent == [200, 200, 304]


def test_the_index_contains_no_credentials(tmp_path: Path, server: Server) -> None:
    """No password and no key is stored; the state of an address with a password is."""
    feed = Feed(server)
    address = feed.address.replace("//", "//ann:5ecret@")
    built(tmp_path, address, f"{feed.address}?token=5ecret")
    updated(tmp_path, address)
    assert feed.sent == [200, 200, 304]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"5ecret" not in path.read_bytes()


def test_an_address_with_a_key_is_read_each_time(tmp_path: Path, server: Server) -> None:
    """The key is part of the address but not stored, so that no state can be."""
    feed = Feed(server)
    assert built(tmp_path, f"{feed.address}?key=5ecret").fetched == ()
    updated(tmp_path, f"{feed.address}?key=other")
    assert feed.sent == [200, 200]


def test_failed_builds_leave_no_credentials(tmp_path: Path, server: Server) -> None:
    """A source without items is named without credentials, and the index has none."""
    server.page("/", b"{}\n")
    with pytest.raises(SourceError, match="no item found in") as caught:
        built(tmp_path / "index", f"http://ann:5ecret@{server.host}/?key=5ecret")
    assert "5ecret" not in str(caught.value)
    assert not (tmp_path / "index").exists()


def test_a_state_is_sent_to_its_server_only(tmp_path: Path, server: Server) -> None:
    """If an address redirects to another one than before, the state of the old one is not sent."""
    first, second = Feed(server, "/first"), Feed(server, "/second")
    leads = ["/first", "/first", "/second"]
    address = server.serve("/feed", lambda handler: handler.send(b"", 302, Location=leads.pop(0)))
    built(tmp_path, address)
    updated(tmp_path, address)
    updated(tmp_path, address)
    assert (first.sent, second.sent) == ([200, 304], [200])
    conditional = [path for path, headers in server.asked if "if-none-match" in headers]
    assert conditional == ["/first"]


@pytest.mark.parametrize("etag", ["é", "a\tb", "a" * 5000, ""])
def test_an_uncertain_state_is_not_stored(tmp_path: Path, server: Server, etag: str) -> None:
    """A state that no request could carry, or a time that is not over, when a page may still change."""
    now = {"Last_Modified": formatdate(time.time() + 3600, usegmt=True)}
    feed = Feed(server, **({"ETag": etag} if etag else now))
    assert built(tmp_path, feed.address).fetched == ()
    updated(tmp_path, feed.address)
    assert feed.sent == [200, 200]


def test_a_page_without_a_state_is_read_again(tmp_path: Path, server: Server) -> None:
    """When a page no longer states one, the old state is deleted."""
    feed = Feed(server)
    built(tmp_path, feed.address)
    feed.said = {"ETag": ""}
    updated(tmp_path, feed.address)
    updated(tmp_path, feed.address)
    assert feed.sent == [200, 200, 200]
    assert Manifest.read(tmp_path).fetched == ()


def test_a_later_failure_leaves_the_old_state(tmp_path: Path, server: Server) -> None:
    """A state is stored with its items, or neither is."""
    feed = Feed(server)
    before = built(tmp_path, feed.address)
    feed.said = {"ETag": '"2"'}
    feed.body += RECORD % "b"
    with pytest.raises(SourceError, match=r"missing\.jsonl does not exist"):
        updated(tmp_path, feed.address, "missing.jsonl")
    assert Manifest.read(tmp_path) == before
    assert updated(tmp_path, feed.address).added == 1


def test_items_of_an_archive_belong_to_its_address(tmp_path: Path, server: Server) -> None:
    """An item that changes within an archive from the web stays one item of that source."""
    for body in ("The tide came in.", "The tide went out."):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("news/a.jsonl", RECORD.replace("The tide came in.", body) % "a")
        address = server.page("/news/dump.zip", file.getvalue())
        update([address], tmp_path, reading=PRIVATE)
    assert Manifest.read(tmp_path).sources == (SourceSummary(f"{server.host}/news/dump.zip", 1, 0, address),)


@pytest.mark.parametrize("etag", ["a\r\nX: b", "é", 5, None])
def test_a_forged_state_is_damage(tmp_path: Path, server: Server, etag: Any) -> None:
    """A table with a state that no request could carry is neither written nor read."""
    manifest = built(tmp_path, Feed(server).address)
    forged = manifest._replace(fetched=(Validators("a", "b", etag, "", ""),))
    with pytest.raises(ValueError, match="a table that no writer of ours makes"):
        forged.write(tmp_path)
    assert Manifest.read(tmp_path) == manifest
