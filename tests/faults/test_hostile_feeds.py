"""Hostile feeds, mails and web archives: bounded memory and time, one clear line."""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from source_samples import read
from tables import by_table

from indexer.errors import SourceError

CLI: Final = Path(__file__).parents[2] / "cli.py"
MEGABYTES: Final = 400
FEED: Final = b'<rss version="2.0"><channel>'
GOOD: Final = b"<item><title>A second ferry</title></item>"
OPEN: Final = FEED + GOOD + b"<item><title>B</title><description>"
MAIL: Final = b"From: ann@news.example\nSubject: A second ferry\nMessage-ID: <1>\n"
MAILBOX: Final = b"From ann Wed May  2 23:30:00 2018\n"


def nested(depth: int) -> bytes:
    """Make a mail of nested parts."""
    parts = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth)]
    return b"".join((MAIL, *parts, b"\nIt sails at noon.\n"))


STARTS: Final = {"FEED": FEED, "GOOD": GOOD, "OPEN": OPEN, "MAIL": MAIL, "MAILBOX": MAILBOX}


@pytest.mark.slow
@by_table
def test_hostile_files_are_read_or_refused_in_bounded_memory(
    tmp_path: Path, name: str, start: str, unit: str, *, end: str, mebibytes: int
) -> None:
    """A process with little more memory than the file returns items, or one line with the reason."""
    path = tmp_path / "s.xml"
    parts = STARTS | {"PARTS": nested(2000), "FEW_PARTS": nested(25)}
    known = {name: part.decode() for name, part in parts.items()}
    begin, repeated, last = (part.format_map(known) for part in (start, unit, end))
    times = max(1, (mebibytes << 20) // max(1, len(repeated)))
    path.write_bytes((begin + repeated * times + last).encode())
    size = MEGABYTES << 20
    done = subprocess.run(
        [sys.executable, str(CLI), "items", str(path), "--format", "jsonl"],
        capture_output=True,
        check=False,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (size, size)),
    )
    told = done.stderr.decode().splitlines()
    assert b"Traceback" not in done.stderr
    assert (done.returncode, bool(done.stdout)) == (0, True) or (done.returncode == 2 and told)
    if not name.startswith("mail") and b"<rss" in path.read_bytes()[:1000]:
        assert b"A second ferry" in done.stdout
    assert b"ha" * 100 not in done.stdout


PIECES: Final = st.sampled_from(
    (
        b"<item>|</item>|<item/>|<title>|</title>|<![CDATA[|]]>|<!--|-->|&amp;|<a b='|\">|<|>|&#x0;|"
        b"\xff|\x00|<link>|<pubDate>|<content type='xhtml'>"
    ).split(b"|")
) | st.binary(max_size=6)
LINES: Final = st.sampled_from(
    (
        b"From a Wed May  2 23:30:00 2018|Subject: =?utf-8?b?/w==?=|Subject: =?x?q?=?=|From: \xe9 <a|"
        b"Content-Type: multipart/mixed; boundary=b|Content-Type: message/rfc822|--b|--b--||\t;|"
        b"Content-Type: text/html; charset*0=\xff|Content-Transfer-Encoding: base64|Date: 99 May|=ZZ|"
        b"Content-Disposition: attachment; filename*=utf-8''%ff|Received: ;;|Message-ID: <\x00>"
    ).split(b"|")
) | st.binary(max_size=20)


RECORDS: Final = st.sampled_from(
    [
        *b"WARC/1.0|WARC-Type: response|WARC-Type: \xff|Content-Length: 9|Content-Length: -1".split(b"|"),
        *b"|HTTP/1.1 200 OK|Content-Encoding: gzip|Transfer-Encoding: chunked|ffffffff|-1".split(b"|"),
        *(b"WARC-Target-URI: http://[x", b"Content-Type: text/html; charset=hex", b"\x1f\x8b\x08", b"<html>"),
    ]
) | st.binary(max_size=20)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(PIECES, max_size=20).map(b"".join) | st.lists(PIECES, max_size=8).map(b"<".join))
def test_any_feed_is_read_up_to_its_damage(pieces: bytes) -> None:
    """Items before the damage are read, whatever follows."""
    items, _ = read(FEED + GOOD + pieces)
    assert items[0].title == "A second ferry"
    assert len({item.id for item in items}) == len(items)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(LINES, max_size=15).map(b"\n".join))
def test_any_mailbox_is_read_around_its_damage(lines: bytes) -> None:
    """Messages before the damage are read, and those after it if a separator line precedes them."""
    good = b"%s%s\nIt sails at noon.\n\n" % (MAILBOX, MAIL)
    items, _ = read(good + lines + b"\n\n" + good)
    assert [item.title for item in (items[0], items[-1])] == ["A second ferry"] * 2


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(RECORDS, max_size=12).map(b"\r\n".join))
def test_any_web_archive_is_read_up_to_its_damage(pieces: bytes) -> None:
    """Pages before the damage are read."""
    page = b"<html><h1>A second ferry</h1><p>%s</p></html>" % (
        b"It sails at noon, and comes back at one. " * 8
    )
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    good = head % len(page) + page + b"\r\n\r\n"
    items, _ = read(good + pieces)
    assert items[0].title == "A second ferry"


def test_a_mail_that_cannot_be_parsed_is_reported() -> None:
    """Deeply nested parts end in one line."""
    with pytest.raises(SourceError, match="message without text"):
        read(nested(100))
