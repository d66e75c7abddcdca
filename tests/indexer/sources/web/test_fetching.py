"""A fetched page is read like a file: by its content, after redirects."""

import codecs
import gzip
import io
import zipfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tables import by_table
from web_fetching import TIDE, fetch, read
from web_server import Handler, Server

from indexer.errors import SourceError
from indexer.sources import open_sources

RECORD = b'{"id": "a", "title": "Tide", "body": "The tide came in.", "language": "en"}\n'


def test_a_page_is_an_item_of_its_address(server: Server) -> None:
    """The item's source is host and path, its link the address."""
    address = server.page("/news/tide", TIDE)
    (item,) = read(address)
    assert (item.url, item.source.file) == (address, f"{server.host}/news/tide")


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a", "feed.xml"])
def test_the_kind_is_recognised_by_content(server: Server, name: str) -> None:
    """Path and stated type do not matter; records in our format keep their link, or none."""
    address = server.page(f"/{name}", RECORD, Content_Type="text/html")
    assert [(item.id, item.url) for item in read(address)] == [("a", None)]


def test_the_end_of_a_path_decides_ambiguous_content(server: Server) -> None:
    """A path ends like a file name, with or without a query: a broken record is reported as one."""
    address = server.page("/a.jsonl", b"no record\n" + RECORD)
    assert [item.id for item in read(f"{address}?page=2")] == ["a"]


def test_archives_are_opened(server: Server) -> None:
    """Compressed files and archives are read like files; their members have no link."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("news/tide.txt", TIDE)
    (item,) = read(server.page("/dump.zip", file.getvalue()))
    assert (item.url, item.source.file) == (None, f"{server.host}/dump.zip/news/tide.txt")
    address = server.page("/tide.txt.gz", gzip.compress(TIDE))
    (item,) = read(address)
    assert (item.url, item.body) == (address, TIDE.decode())


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_response_may_be_compressed(server: Server, encoding: str) -> None:
    """A compressed response is decompressed."""
    assert fetch(server.page("/", gzip.compress(TIDE), Content_Encoding=encoding)) == TIDE
    assert server.asked[0][1]["accept-encoding"] == "gzip"


def test_a_response_may_be_chunked(server: Server) -> None:
    """The chunks of a body are concatenated."""

    def send(handler: Handler) -> None:
        handler.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for word in TIDE.split(b" "):
            handler.raw(b"%x\r\n%s \r\n" % (len(word) + 1, word))
        handler.raw(b"0\r\n\r\n")

    assert fetch(server.serve("/", send)) == TIDE + b" "


def test_a_request_names_the_program_only(server: Server) -> None:
    """Nothing about the user is sent, and cookies are not returned."""
    address = server.page("/", TIDE, Set_Cookie="id=1")
    read(address)
    read(address)
    for _, headers in server.asked:
        assert headers.pop("user-agent").startswith("Dragoman")
        assert headers == {"host": server.host, "accept": "*/*", "accept-encoding": "gzip"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: Server, status: int) -> None:
    """The source keeps its name; the link is the final address."""
    server.page("/new", TIDE)
    address = server.serve("/old", lambda handler: handler.send(b"", status, Location="/new#top"))
    (item,) = read(address)
    assert (item.url, item.source.file) == (f"http://{server.host}/new", f"{server.host}/old")


def test_the_target_of_a_redirect_must_be_public(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address on the way must be allowed, not only the first."""
    from indexer.sources import web_connection

    address = server.serve(
        "/", lambda handler: handler.send(b"", 302, Location=f"http://localhost:{server.server_port}/in")
    )
    monkeypatch.setattr(web_connection, "is_public", lambda ip: server.asked == [] and ip == "127.0.0.1")
    with pytest.raises(
        SourceError,
        match=rf"^{address} \(redirected to http://localhost:[^)]*\): its host has the address .*not public",
    ):
        list(open_sources(address))
    assert [path for path, _ in server.asked] == ["/"]


@by_table
def test_a_redirect_without_a_usable_target_is_refused(server: Server, location: str, told: str) -> None:
    """A missing link, another scheme, an invalid address, and a loop are one line each."""
    address = server.serve("/round", lambda handler: handler.send(b"", 302, Location=location))
    with pytest.raises(SourceError, match=told) as caught:
        fetch(address)
    assert "5ecret" not in str(caught.value)
    assert len(server.asked) <= 6


def test_five_redirects_are_followed(server: Server) -> None:
    """Five redirects are within the limit."""
    for step in range(5):
        following = f"/{step + 1}"
        server.serve(f"/{step}", lambda handler, to=following: handler.send(b"", 302, Location=to))
    server.page("/5", TIDE)
    assert fetch(f"http://{server.host}/0") == TIDE


def test_a_password_is_sent_to_its_host_only(server: Server) -> None:
    """A password is sent to the host, scheme and port that it was given for, and stored nowhere."""
    other = f"http://localhost:{server.server_port}/c"
    server.serve("/a", lambda handler: handler.send(b"", 302, Location="/b"))
    server.serve("/b", lambda handler: handler.send(b"", 302, Location=other.replace("//", "//eve:x@")))
    server.page("/c", TIDE)
    (item,) = read(f"http://ann:s%40cret@{server.host}/a")
    assert [headers.get("authorization") for _, headers in server.asked] == [
        "Basic YW5uOnNAY3JldA==",
        "Basic YW5uOnNAY3JldA==",
        None,
    ]
    assert (item.url, item.source.file) == (other, f"{server.host}/a")


def test_relative_links_of_a_feed_use_its_final_address(server: Server) -> None:
    """The final address is the base unless the feed states a link; an item without a link has the address."""
    feed = (
        b'<rss version="2.0"><channel><title>News</title>'
        b"<item><title>Tide</title><link>../tide.html</link></item><item><title>Ebb</title></item>"
        b"</channel></rss>"
    )
    server.page("/new/feeds/all", feed)
    address = server.serve("/old", lambda handler: handler.send(b"", 301, Location="/new/feeds/all"))
    base = f"http://{server.host}/new"
    assert [item.url for item in read(address)] == [f"{base}/tide.html", f"{base}/feeds/all"]


def test_relative_links_of_json_use_its_address(server: Server) -> None:
    """Relative links of JSON are resolved like those of a feed."""
    address = server.page("/api/news", b'{"articles": [{"headline": "Tide", "url": "/tide.html"}]}')
    assert [item.url for item in read(address)] == [f"http://{server.host}/tide.html"]


STORY = b"<p>The tide came in at noon, and all of the boats left the harbour for the open sea.</p>" * 8


@pytest.mark.parametrize(
    ("head", "link"), [(b"", "/news/tide"), (b'<link rel="canonical" href="/tide.html">', "/tide.html")]
)
def test_an_html_page_has_its_stated_link(server: Server, head: bytes, link: str) -> None:
    """The stated link is resolved with the address, which is the link itself if there is none."""
    page = b"<html><head><title>Tide</title>%s</head><body><h1>Tide</h1>%s</body></html>" % (head, STORY)
    (item,) = read(server.page("/news/tide", page, Content_Type="text/html"))
    assert (item.title, item.url) == ("Tide", f"http://{server.host}{link}")


@pytest.mark.parametrize("pause", ["0", "moment"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_tried_once_more(server: Server, status: int, pause: str) -> None:
    """The wait is as requested, in seconds or as a time."""
    if pause == "moment":
        pause = format_datetime(datetime.now(UTC) - timedelta(seconds=1), usegmt=True)

    def send(handler: Handler) -> None:
        if len(server.asked) == 1:
            handler.send(b"", status, Retry_After=pause)
        else:
            handler.send(TIDE)

    assert fetch(server.serve("/", send)) == TIDE
    assert len(server.asked) == 2


@by_table
def test_a_server_that_stays_busy_is_reported(server: Server, pause: str, asked: int, told: str) -> None:
    """One wait of at most half a minute is allowed."""
    address = server.serve("/", lambda handler: handler.send(b"", 429, Retry_After=pause))
    with pytest.raises(SourceError, match=told):
        fetch(address)
    assert len(server.asked) == asked


TITLE = "Łódź poszerza swój port"
LATIN_2 = "text/html; charset=ISO-8859-2"
HTML = (
    f"<!DOCTYPE html><html><body><h1>{TITLE}</h1>"
    + "<p>Drugie nabrzeże otwarto we wtorek, a przed południem przypłynęły trzy promy.</p>" * 4
)
WITH_META = HTML.replace("<html>", '<html><meta charset="windows-1252">')
ITEM = f"<item><title>{TITLE}</title></item>"
FEED = f"<?xml version='1.0' encoding='ISO-8859-1'?><rss><channel>{ITEM}</channel></rss>"


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        (HTML.encode("iso-8859-2"), LATIN_2),
        (WITH_META.encode("iso-8859-2"), LATIN_2),
        (HTML.encode(), LATIN_2),
        (codecs.BOM_UTF8 + HTML.encode(), LATIN_2),
        (HTML.encode("utf-16"), LATIN_2),
        (FEED.encode("iso-8859-2"), 'application/rss+xml; Charset="iso-8859-2"'),
        (FEED.encode(), "application/rss+xml; charset=iso-8859-1"),
        (HTML.encode(), "text/html; charset=no-such"),
    ],
)
def test_a_text_has_the_charset_that_its_server_states(server: Server, body: bytes, stated: str) -> None:
    """A byte order mark or valid UTF-8 takes precedence, and the server's over a declaration in the text."""
    pytest.importorskip("trafilatura", reason="web pages need dragoman[html]", exc_type=ImportError)
    (item,) = read(server.page("/", body, Content_Type=stated))
    assert item.title == TITLE


def test_binary_files_have_no_charset(server: Server) -> None:
    """Archives are read unchanged, whatever type their server states."""
    (item,) = read(server.page("/tide.txt.gz", gzip.compress(TIDE), Content_Type=LATIN_2))
    assert item.body == TIDE.decode()
