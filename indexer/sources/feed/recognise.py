"""Which kind of XML a source is: feeds, exports of WordPress and sitemaps, by their first element."""

from __future__ import annotations

import re
from typing import Final

from indexer.sources.recognise import text_of

_BEFORE_ROOT: Final = re.compile(
    # Nothing follows, so that nothing is tried twice; possessive groups go wrong before Python 3.11.5.
    r"(?:\s++|<!--.*?(?:-->|$)|<\?[^>]*+>|<!doctype[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*",
    re.DOTALL | re.IGNORECASE,
)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)([^<>]*)")
_FEED_WITHIN: Final = re.compile(
    r"<rss\b[^<>]*\bversion\b.*?<channel\b|<feed\b[^<>]*2005/Atom|<rdf:RDF\b[^<>]*purl\.org/rss/", re.DOTALL
)
_LATEST: Final = 4096  # characters of what a server wrote before the document, such as a warning
_OF_RSS_1: Final = ("purl.org/rss/1.0/", "netscape.com/rdf/")
_OF_ATOM: Final = ("2005/Atom", "purl.org/atom")
_EXPORT: Final = ("wordpress.org/export/", "<wp:wxr_version>")


def is_feed(head: bytes, _suffix: str) -> bool:
    """Recognise RSS and Atom, also where something stands before it or around it."""
    text = text_of(head)
    root, attributes, at = _root(text)
    if root == "rss":
        return not _is_export(text)
    if root in {"feed", "entry"}:
        return any(one in attributes for one in _OF_ATOM) or (root == "feed" and "<entry" in text)
    if root == "rdf":
        return any(one in text for one in _OF_RSS_1)
    if root == "channel":
        return "<item" in text
    return root == "html" and _FEED_WITHIN.search(text, at) is not None


def is_wordpress(head: bytes, _suffix: str) -> bool:
    """Recognise an export of a WordPress site, which is RSS with elements of its own."""
    text = text_of(head)
    return _root(text)[0] == "rss" and _is_export(text)


def is_sitemap(head: bytes, _suffix: str) -> bool:
    """Recognise a sitemap, or an index of sitemaps."""
    return _root(text_of(head))[0] in {"urlset", "sitemapindex"}


def _is_export(text: str) -> bool:
    return any(one in text for one in _EXPORT)


def _root(text: str) -> tuple[str, str, int]:
    """Find the first element: its name, in lower case without prefix, its attributes, and where it ends."""
    starts = [0] if text.startswith("<") else []
    if not text.startswith(("{", "[", '"')):
        starts += [at for mark in ("<?xml", "<rss") if (at := text.find(mark, 0, _LATEST)) > 0]
    for start in starts:
        found = _ROOT.match(text, _BEFORE_ROOT.match(text, start).end())  # type: ignore[union-attr]
        if found:
            name = found[1].lower()
            if name in _ROOTS and (start == 0 or name != "rss" or "version" in found[2]):
                return name, found[2], found.end()
    return "", "", 0


_ROOTS: Final = frozenset({"rss", "feed", "entry", "rdf", "channel", "urlset", "sitemapindex", "html"})
