"""Repeated characters slow no reader down, in any place: no pattern tries them twice."""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final

import pytest
from work import stop_if_it_hangs

from indexer.documents import read_items
from indexer.errors import SourceError

pytest.importorskip("trafilatura", reason="web pages need dragoman[html]", exc_type=ImportError)

PROSE: Final = (
    "The harbour of Alta opened a second quay on Tuesday, and three ferries came in before noon. " * 4
)
SIGNS: Final = (
    *" |\t|\n| \n|\u200b|e\u0301|é|a|a |A. |a, |a.b|a-|x@y.|1|1 ".split("|"),
    *"1.|1/|12 May |2018-|-|- | -|— |_|*|#|%|&|&a|.|,|…|:".split("|"),
    *"::¦|¦||¦ | ¦/¦http://¦=¦'¦\"¦‘¦(¦[¦<¦<a¦> ¦<!--¦<![CDATA[".split("¦"),
    *("]]>", "©", "read more ", "click here ", "see our "),
)


def page(head: str = "", body: str = "") -> str:
    """Return a web page."""
    return f"<!DOCTYPE html><html><head>{head}</head><body><h1>A quay</h1>{body}<p>{PROSE}</p></body></html>"


def feed(item: str) -> str:
    """Return a feed."""
    return f"<rss version='2.0'><channel><item{item}</item></channel></rss>"


def record(signs: str) -> str:
    """Return a JSON document with the characters in every value."""
    item = dict.fromkeys(("title", "publishedAt", "author", "url", "language"), signs)
    return json.dumps({"articles": [item | {"content": PROSE + signs}] * 2})


PLACES: Final[dict[str, Callable[[str], str]]] = {
    "page.txt": lambda signs: (
        f"3 May 2021\nFerry back\n{PROSE}\n{signs}x\nThe end.\n4 May 2021\n{PROSE}{signs}x"
    ),
    "article.md": lambda signs: f"# A second quay\n\n{PROSE}\n\n{signs}x\n\n{PROSE}",
    "title.html": lambda signs: page(f"<title>A second quay {escape(signs)}x</title>"),
    "text.html": lambda signs: page("", f"<p>{escape(signs)}x</p><p>By {escape(signs)}x</p>"),
    "raw.html": lambda signs: page("", f"{signs}x"),
    "tag.html": lambda signs: page("", f"<p {signs}x>"),
    "link.html": lambda signs: page(
        f'<link rel="canonical" href="https://a.example/b/{escape(signs)}x">',
        f'<h2><a href="/{escape(signs)}/x">The quay number one opens today</a></h2>',
    ),
    "stated.html": lambda signs: page(
        f'<meta name="author" content="{escape(signs)}x"><meta name="date" content="{escape(signs)}x">',
        f'<time datetime="{escape(signs)}">{escape(signs)}x</time>',
    ),
    "text.xml": lambda signs: feed(
        f"><title>A {escape(signs)}x</title><link>http://a.example/{escape(signs)}x</link><pubDate>"
        f"{escape(signs)}</pubDate><author>{escape(signs)}x</author><description>{escape(escape(signs))}"
        "</description>"
    ),
    "raw.xml": lambda signs: feed(f"><title>A</title><description>{signs}x</description>"),
    "tag.xml": lambda signs: feed(f" {signs}x><title>A</title>"),
    "a.eml": lambda signs: (
        f"From: ann@news.example\nSubject: A {' '.join(signs.split())}\n\n{PROSE}\n{signs}x\n"
    ),
    "a.json": record,
}


@pytest.mark.faults
@pytest.mark.parametrize("size", [100, 200_000])
@pytest.mark.parametrize("name", PLACES)
def test_repeated_characters_are_read_or_refused(name: str, size: int, tmp_path: Path) -> None:
    """A document with so many of the characters soon ends in items or in one line."""
    path = tmp_path / name
    for sign in SIGNS:
        path.write_text(PLACES[name](sign * (size // len(sign))), encoding="utf-8")
        told, items = "", 0
        with stop_if_it_hangs():
            try:
                items = len(list(read_items(path)))
            except SourceError as error:
                told = str(error)
        assert items or told.isprintable(), sign
