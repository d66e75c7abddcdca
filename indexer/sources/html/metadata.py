"""Read the metadata of a page: JSON-LD, meta elements and microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import chain
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from indexer.dates.date_grammar import plain_words
from indexer.sources.html.tree import text_of
from indexer.sources.stated_values import read_language_name

_MAX_NODES: Final = 2000  # nodes of JSON-LD that are read
_MAX_VALUE_LENGTH: Final = 2000  # characters of a value; a longer one is not a name, day or link
_ARTICLE: Final = re.compile(r"\w*Article|\w*BlogPosting|Report|Review|DiscussionForumPosting")
_WRAPPED: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$|;\s*$"
)
_PUBLISHED: Final = re.compile(r'"datePublished"\s*:\s*"([^"\n]{8,40})"')


class Stated:
    """The metadata of a page.

    Attributes:
        root: The root element of the page.
        metas: The contents of the meta elements, by lower-case name.
        nodes: The objects in JSON-LD, including nested ones.
        article: The JSON-LD object of the page's own article; empty if there is none or it is ambiguous.
    """

    def __init__(self, root: Any, linked: Sequence[str]) -> None:
        self.root = root
        self._properties: dict[str, list[Any]] = {}
        for element in root.xpath("//*[@itemprop]"):
            for name in element.get("itemprop").split():
                self._properties.setdefault(name, []).append(element)
        self.metas = _metas(root)
        self.nodes = list(_linked_data(linked))
        articles = [node for node in self.nodes if _ARTICLE.fullmatch(_type(node)) and len(node) > 2]
        self.article = self._own_article(articles)

    def meta(self, *names: str) -> Iterator[str]:
        """Yield the contents of the meta elements with the given names, in their order."""
        for name in names:
            yield from self.metas.get(name, ())

    def linked(self, *names: str, of: tuple[str, ...] = ()) -> Iterator[str]:
        """Yield values of JSON-LD properties.

        They are those of the page's article, or of all objects of given types.

        Args:
            names: The names of properties, most reliable first.
            of: The types of objects, such as WebPage; empty for the article.
        """
        nodes = [node for node in self.nodes if _type(node) in of] if of else [self.article]
        for name in names:
            for node in nodes:
                yield from _values(node.get(name))

    def microdata(self, *names: str) -> Iterator[str]:
        """Yield values of microdata that belong to the article, not to items within it."""
        for name in names:
            for element in self._properties.get(name, ()):
                scope = _scope(element)
                kind = "" if scope is None else scope.rpartition("/")[2]
                if scope is None or _ARTICLE.fullmatch(kind) or scope.endswith("/WebPage"):
                    value = element.get("content") or time_of(element) or text_of(element)
                    if value.strip() and len(value) <= _MAX_VALUE_LENGTH:
                        yield value.strip()

    def is_article(self) -> bool:
        """Return whether the page states that it is an article."""
        kind = next(self.meta("og:type"), "").lower()
        has_metas = any(self.meta("article:published_time", "article:section"))
        return bool(self.article) or kind in {"article", "blog", "news"} or has_metas

    def _own_article(self, articles: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the article that the page is about.

        If there are several, URLs and titles are compared.
        """
        if len(articles) < 2:
            return articles[0] if articles else {}
        links = {_bare_url(link.get("href", "")) for link in self.root.xpath("//link[@rel='canonical']")}
        links |= {_bare_url(link) for link in self.meta("og:url")}
        titles = {" ".join(title.split()).lower() for title in self.meta("og:title", "twitter:title")}
        for node in articles:
            own = [*_values(node.get("url")), *_values(node.get("mainEntityOfPage"))]
            own.append(str(node.get("@id", "")))
            if links & {_bare_url(link.partition("#")[0]) for link in own}:
                return node
            if titles & {" ".join(title.split()).lower() for title in _values(node.get("headline"))}:
                return node
        return {} if links or titles else articles[0]


def time_of(element: Any) -> str | None:
    """Return the time in an attribute of an element such as ``time``, or None if it has none."""
    found: str | None = element.get("datetime") or (element.get("title") if element.tag == "abbr" else None)
    return found


def _bare_url(link: str) -> str:
    """Normalise a URL for comparison; the result is empty for a URL without a path."""
    bare = re.sub(r"^https?://(?:www\.)?", "", link.strip().lower())
    return bare.rstrip("/") if link.count("/") > 2 else ""


def _metas(root: Any) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = " ".join(unescape(element.get("content") or "").split())
        if content and len(content) <= _MAX_VALUE_LENGTH:
            names = {element.get(key, "").strip().lower() for key in ("name", "property", "http-equiv")}
            for name in names - {""}:
                metas.setdefault(name, []).append(content)
    return metas


def _linked_data(texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    left = _MAX_NODES
    for text in texts:
        waiting = [_parse(text)]
        while waiting and left > 0:
            node = waiting.pop()
            if isinstance(node, dict):
                left -= 1
                yield node
                waiting += reversed([value for value in node.values() if isinstance(value, (dict, list))])
            elif isinstance(node, list):
                waiting += reversed(node[:_MAX_NODES])


def _parse(text: str) -> Any:
    text = _WRAPPED.sub("", text).strip()
    for form in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
    days = set(_PUBLISHED.findall(text))  # the day of one page is certain although the rest is damaged
    return {"@type": "WebPage", "datePublished": days.pop()} if len(days) == 1 else None


def _type(node: dict[str, Any]) -> str:
    """Return the type of an object, preferably a type of article if it has several."""
    kind = node.get("@type")
    kinds = [one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)]
    return next(filter(_ARTICLE.fullmatch, kinds), kinds[0] if kinds else "").rpartition("/")[2]


def _values(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value: a string, the elements of a list, or an object's name or URL."""
    if isinstance(value, list):
        for one in value[:50]:
            if not isinstance(one, list):
                yield from _values(one)
    elif isinstance(value, dict):
        for name in ("name", "@id", "url", "@value"):
            if isinstance(value.get(name), str):
                yield from _values(value[name])
                return
    elif isinstance(value, str) and value.strip() and len(value) <= _MAX_VALUE_LENGTH:
        yield " ".join(unescape(unescape(value)).split())


def _scope(element: Any) -> str | None:
    """Return the type of the microdata item around an element.

    Returns:
        The type. It is empty if the item has no type, and ``None`` if the element is not in an item.
    """
    for above in element.iterancestors():
        if above.get("itemscope") is not None:
            return str(above.get("itemtype") or "")
    return None


_SAVED_FROM: Final = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|\s*Page saved[^>]{0,80}?\burl:\s*)(https?://\S+)", re.IGNORECASE
)
_HEAD: Final = 4096  # characters in which a browser notes the address of a saved page
_BY: Final = re.compile(r"^(?:written\s+)?(?:by|por|par)\s*:?\s+", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"(?i)https?:|www\.|@|[<>{}\[\]]|^\W*$|^admin$|^an[oó]nimo$|^anonymous$")
_MAX_NAME_LENGTH: Final = 150


def find_saved_url(text: str) -> str | None:
    """Return the URL that a browser wrote at the top of a saved page, or None."""
    match = _SAVED_FROM.search(text, 0, _HEAD)
    return match[1] if match else None


def link_of(stated: Stated, address: str | None) -> str | None:
    """Return the canonical URL of the page.

    Returns:
        The canonical URL, resolved. If the page states none, ``address``, which may be ``None``.
    """
    declared = [value.strip() for value in _stated_urls(stated)]
    bases = [*(base.get("href") or "" for base in stated.root.iter("base")), address or "", *declared]
    base = next(filter(None, map(_resolved_url, bases)), None)
    links = [link for value in declared if value and (link := _resolved_url(value, base))]
    if address:
        links.append(address)
    return next((link for link in links if not is_home(link)), links[0] if links else None)


def _stated_urls(stated: Stated) -> Iterator[str]:
    for element in stated.root.xpath("//link[@href]"):
        if "canonical" in (element.get("rel") or "").lower().split():
            yield element.get("href")
    yield from stated.meta("og:url", "vr:canonical", "twitter:url", "dc.identifier", "dcterms.uri")
    yield from stated.linked("url", "mainEntityOfPage", "@id")


def _resolved_url(link: str, base: str | None = None) -> str | None:
    """Resolve a link, or return None if the result is not a web URL."""
    try:
        link = urljoin(base, link) if base else link
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and parts.netloc and " " not in link else None


def is_home(link: str) -> bool:
    """Return whether a URL leads to the front page of a site."""
    parts = urlsplit(link)
    return not parts.path.strip("/") and not parts.query


def language_of(stated: Stated) -> str | None:
    """Return the language that a page states, or None if it states none or several."""
    declared = [
        *stated.linked("inLanguage"),
        *stated.meta("dc.language", "dcterms.language", "content-language", "language", "og:locale"),
        *filter(None, (stated.root.get("lang"), stated.root.get("xml:lang"))),
    ]
    found = {language for code in declared if (language := read_language_name(code))}
    return found.pop() if len(found) == 1 else None


def day_first(stated: Stated) -> bool | None:
    """Return whether dates in the locale of a page begin with the day, or ``None`` if unknown."""
    declared = [*stated.meta("og:locale", "content-language"), stated.root.get("lang") or ""]
    for code in declared:
        language, _, region = code.strip().lower().replace("_", "-").partition("-")
        if language and language != "en":
            return True
        if region:
            return region != "us"
    return None


def author_of(stated: Stated, sites: set[str]) -> str | None:
    """Return the authors that a page states, or ``None`` if it states no person.

    ``sites`` are the names of the site, which do not count as authors.
    """
    for values in (
        stated.linked("author", "creator"),
        stated.meta("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator"),
        stated.meta("byl", "parsely-author", "sailthru.author", "citation_author"),
        chain(stated.microdata("author"), map(text_of, stated.root.xpath("//a[@rel='author']"))),
    ):
        people = [name for value in values if (name := _name(value)) and squeeze(name) not in sites]
        if people:
            return ", ".join([*dict.fromkeys(people)][:10])
    return None


def _name(value: str) -> str | None:
    name = _BY.sub("", " ".join(value.split()))
    return None if _NO_NAME.search(name) or len(name) > _MAX_NAME_LENGTH else name


def other_fields(stated: Stated) -> tuple[tuple[str, str], ...]:
    """Return the keywords of a page and the time of its last change, as fields."""
    changed = stated.meta("article:modified_time", "og:updated_time")
    named = {
        "keywords": (*stated.meta("news_keywords", "keywords"), *stated.linked("keywords")),
        "modified": (*stated.linked("dateModified"), *changed),
    }
    return tuple((name, values[0]) for name, values in named.items() if values)


def squeeze(name: str) -> str:
    """Return the letters and digits of a name, folded and without spaces."""
    return plain_words(name).replace(" ", "")


def section_of(stated: Stated) -> str | None:
    """Return the section of the site to which a page belongs, or None if the page does not state it."""
    names = [
        *stated.linked("articleSection"),
        *stated.meta("article:section", "og:article:section", "section", "parsely-section"),
        *stated.microdata("articleSection"),
    ]
    return next((name for name in names if len(name) <= _MAX_NAME_LENGTH), None)
