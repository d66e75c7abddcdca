"""Which of an item's links is that of the item, and where a relative one leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from indexer.sources.feed.elements import Element

_LONGEST: Final = 4000  # characters of a link


def link_of(item: Element, site: str, address: str = "") -> str | None:
    """Find the link of an item.

    The address that a redirecting service stands for is preferred to its own, and a guid or an id that is an
    address is as good as a link where there is none.

    Args:
        item: The item.
        site: The feed's own link, which a relative one of an item is resolved against; empty without any.
        address: Where the feed was fetched from, for relative links of feeds that state no link of their own.
    """
    stood_for = item.text_of("feedburner:origLink", "feedburner:origlink")
    for link in (stood_for if stood_for != site else "", *_candidates(item)):
        if (resolved := _resolved(link, item, site, address)) is not None:
            return resolved
    return None


def link_of_whole(whole: Element) -> str:
    """Find the link of the page that a feed belongs to, else that of the feed itself; empty without any."""
    links = whole.named("link")
    stated = [_tidy(link.text) for link in links]
    stated += [_href(link) for link in links if _rel(link) == "alternate"]
    stated.append(_tidy(whole.text_of("wp:base_blog_url")))
    stated += [_href(link) for link in links if _rel(link) == "self"]
    return next((link for link in stated if _is_address(link)), "")


def _candidates(item: Element) -> list[str]:
    links, guids = item.named("link"), item.named("guid")
    pages = [
        link for link in links if _rel(link) == "alternate" and "html" in link.attributes.get("type", "html")
    ]
    found = [link.text for link in links if link.attributes.get("rel", "alternate") == "alternate"]
    found += [_href(link) for link in pages or links if _rel(link) == "alternate"]
    identifying = [
        guid.text for guid in guids if guid.attributes.get("isPermaLink", "true").lower() != "false"
    ]
    identifying += [item.text_of("id"), item.attributes.get("rdf:about", ""), item.text_of("loc")]
    # What identifies an item may be no link at all.
    found += [address for text in identifying if _is_address(address := _tidy(text))]
    return [link for link in map(_tidy, found) if link]


def _resolved(link: str, item: Element, site: str, base: str) -> str | None:
    if not link or len(link) > _LONGEST:
        return None
    if _is_address(link):
        return link
    try:
        if urlsplit(link).scheme:
            return None  # a script, a mail address
        for part in (site, *item.base):
            base = urljoin(base, part)
        joined = urljoin(base, link)
    except ValueError:
        return None
    return joined


def _is_address(link: str) -> bool:
    return link.lower().startswith(("http://", "https://"))


def _rel(link: Element) -> str:
    return link.attributes.get("rel", "alternate") if "href" in link.attributes else ""


def _href(link: Element) -> str:
    return _tidy(link.attributes.get("href", ""))


def _tidy(link: str) -> str:
    """Take white space from a link: around it, and where a line was broken within it."""
    return link.strip() if link.isprintable() and " " not in link else "".join(link.split())
