"""Write results as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from indexer.checkpoint import add_checkpoints
from searcher.results import MATCH_MARK
from searcher.safe_text import legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from indexer.item import ItemDate
    from searcher.results import Hit, Results

_HTML: Final = ("http://", "https://")
_ITEM: Final = "urn:dragoman:item:"  # prefix of entry ids, independent of the server


def feed_of(  # noqa: PLR0913 - the parts of a feed
    results: Results,
    links: Mapping[str, str],
    page_of: Callable[[str], str],
    title: str,
    updated: Callable[[str | None], str],
    *,
    note: str = "",
) -> str:
    """Return results as an Atom feed, with an entry for each hit.

    The element ``published`` of an entry is an exact day, never an estimate.

    Args:
        results: The results of a search.
        links: URLs by relation: ``self``, ``alternate`` (the page), ``first``, ``next``, ``prev``.
        page_of: Returns the URL of an item's page, given its id.
        title: The title of the feed.
        updated: Returns the time when the item with an id was added or changed, in ISO 8601. For ``None``, it
            returns the time of the index.
        note: The end of the subtitle, which describes how the entries were chosen, or empty.

    Returns:
        The text of an XML document.
    """
    part = f"{len(results)} of " if len(results) < results.total else ""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f" <title>{_text(title)}</title>",
        f" <subtitle>{part}{results.total} item{'s' * (results.total != 1)}{_text(note)}</subtitle>",
        f" <id>{_text(links['self'])}</id>",
        f" <updated>{_text(updated(None))}</updated>",
        f' <generator version="{_text(results.generation)}">Dragoman</generator>',
        *[f" <link rel={quoteattr(kind)} href={quoteattr(href)}/>" for kind, href in links.items()],
    ]
    for hit in add_checkpoints(results.hits, 1):
        lines += [" <entry>", *[f"  {line}" for line in _entry(hit, page_of, updated)], " </entry>"]
    return "\n".join([*lines, "</feed>", ""])


def _entry(hit: Hit, page_of: Callable[[str], str], updated: Callable[[str | None], str]) -> Iterator[str]:
    day = _day(hit.date)
    yield f"<title>{_text(hit.title or hit.details.opening or hit.id)}</title>"
    yield f"<id>{_ITEM}{_text(quote(hit.id, safe=''))}</id>"
    yield f"<updated>{_text(updated(hit.id))}</updated>"
    if day:
        yield f"<published>{day}</published>"
    yield f'<link rel="alternate" type="text/html" href={quoteattr(page_of(hit.id))}/>'
    if hit.url and hit.url.lower().startswith(_HTML):
        yield f'<link rel="via" href={quoteattr(_encode_url(legible(hit.url)))}/>'
    yield f"<author><name>{_text(hit.source.file)}</name></author>"
    for country in hit.countries:
        label = _text(hit.country_names.get(country.code, country.code))
        yield f'<category term="{_text(country.code)}" label="{label}"/>'
    if hit.snippet:
        yield f"<summary>{_text(hit.snippet.replace(MATCH_MARK, ''))}</summary>"


def _day(date: ItemDate | None) -> str | None:
    """Return the start of an exact day in RFC 3339 format.

    Return ``None`` for an estimate or a longer period.
    """
    if date is None or date.kind == "estimated" or date.start != date.end:
        return None
    return f"{date.start.isoformat()}T00:00:00Z"


def _encode_url(url: str) -> str:
    """Encode the characters of a URL that are not allowed in a feed."""
    return re.sub(r'[\s<>"{}|\\^`]', lambda found: quote(found[0]), url)


def _text(text: str) -> str:
    return escape(legible(text), {'"': "&quot;"})
