"""What else a page states: its link, its language, its author and its section."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from indexer.dates.folding import plain_words
from indexer.sources.html.tree import text_of
from indexer.sources.stated_words import read_language_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.html.stated import Stated

_SAVED_FROM: Final = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|\s*Page saved[^>]{0,80}?\burl:\s*)(https?://\S+)", re.IGNORECASE
)
_HEAD: Final = 4096  # characters in which a browser notes where it saved a page from
_BY: Final = re.compile(r"^(?:written\s+)?(?:by|por|par)\s*:?\s+", re.IGNORECASE)
_NO_NAME: Final = re.compile(
    r"https?:|www\.|@|[<>{}\[\]]|^\W*$|^admin$|^an[oó]nimo$|^anonymous$", re.IGNORECASE
)
_LONGEST_NAME: Final = 150


def saved_from(text: str) -> str | None:
    """Find the address that a browser has noted at the top of a page that it saved."""
    match = _SAVED_FROM.search(text, 0, _HEAD)
    return match[1] if match else None


def link_of(root: Any, stated: Stated, address: str | None) -> str | None:
    """Find the page's own link.

    Args:
        root: The page.
        stated: What its markup states.
        address: Where it was fetched from, if that is known.

    Returns:
        Its canonical link, resolved; the address where it states none; None where neither is known.
    """
    said = [value.strip() for value in _said(root, stated)]
    bases = [*(base.get("href") or "" for base in root.iter("base")), address or "", *said]
    base = next(filter(None, map(_whole, bases)), None)
    links = [link for value in said if value and (link := _whole(_joined(base, value)))]
    if address:
        links.append(address)
    return next((link for link in links if not is_home(link)), links[0] if links else None)


def _said(root: Any, stated: Stated) -> Iterator[str]:
    for element in root.xpath("//link[@href]"):
        if "canonical" in (element.get("rel") or "").lower().split():
            yield element.get("href")
    yield from stated.meta("og:url", "vr:canonical", "twitter:url", "dc.identifier", "dcterms.uri")
    yield from stated.linked("url", "mainEntityOfPage", "@id")


def _joined(base: str | None, link: str) -> str:
    try:
        return urljoin(base, link) if base else link
    except ValueError:
        return ""


def _whole(link: str) -> str | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and parts.netloc and " " not in link else None


def is_home(link: str) -> bool:
    """Tell whether a link leads to the front page of a site."""
    parts = urlsplit(link)
    return not parts.path.strip("/") and not parts.query


def language_of(root: Any, stated: Stated) -> str | None:
    """Find the language that the page states; None where what it states disagrees."""
    said = [
        *stated.linked("inLanguage"),
        *stated.meta("dc.language", "dcterms.language", "content-language", "language", "og:locale"),
        *filter(None, (root.get("lang"), root.get("xml:lang"))),
    ]
    found = {language for code in said if (language := read_language_name(code))}
    return found.pop() if len(found) == 1 else None


def day_first(root: Any, stated: Stated) -> bool | None:
    """Tell the order of day and month in figures in the page's language; None where it is not known."""
    said = [*stated.meta("og:locale", "content-language"), root.get("lang") or ""]
    for code in said:
        language, _, region = code.strip().lower().replace("_", "-").partition("-")
        if language and language != "en":
            return True
        if region:
            return region != "us"
    return None


def author_of(root: Any, stated: Stated, sites: set[str]) -> str | None:
    """Find who wrote the page: people's names, not the site's."""
    for values in (
        stated.linked("author", "creator"),
        stated.meta("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator"),
        stated.meta("byl", "parsely-author", "sailthru.author", "citation_author"),
        _marked(root, stated),
    ):
        names = list(
            dict.fromkeys(name for value in values if (name := _name(value)) and _squeezed(name) not in sites)
        )
        if names:
            return ", ".join(names[:10])
    return None


def _marked(root: Any, stated: Stated) -> Iterator[str]:
    yield from stated.microdata("author")
    for element in root.xpath("//a[@rel='author']"):
        yield text_of(element)


def _name(value: str) -> str | None:
    name = _BY.sub("", " ".join(value.split()))
    return None if _NO_NAME.search(name) or len(name) > _LONGEST_NAME else name


def other_fields(stated: Stated) -> tuple[tuple[str, str], ...]:
    """Give what else a page states of itself: its keywords, and when it was changed."""
    named = {
        "keywords": (*stated.meta("news_keywords", "keywords"), *stated.linked("keywords")),
        "modified": (
            *stated.linked("dateModified"),
            *stated.meta("article:modified_time", "og:updated_time"),
        ),
    }
    return tuple((name, values[0]) for name, values in named.items() if values)


def _squeezed(name: str) -> str:
    return plain_words(name).replace(" ", "")


def section_of(stated: Stated) -> str | None:
    """Find the section of its site that the page stands in."""
    names = [
        *stated.linked("articleSection"),
        *stated.meta("article:section", "og:article:section", "section", "parsely-section"),
        *stated.microdata("articleSection"),
    ]
    return next((name for name in names if len(name) <= _LONGEST_NAME), None)
