"""Read feeds as items: RSS, Atom, WordPress exports and news sitemaps."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from indexer.data_tables import rows
from indexer.dates.date_grammar import plain_words
from indexer.errors import message, message_of
from indexer.item import RawItem
from indexer.sources.encoding import clean
from indexer.sources.feed_xml import Element, Items, Markup
from indexer.sources.html_text import line_of, paragraphs_of
from indexer.sources.page.line_kinds import is_closing, wording
from indexer.sources.source import nonempty, why_no_item
from indexer.sources.stated_date import read_date
from indexer.sources.stated_values import StatedIds, read_language

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from indexer.item import ItemDate
    from indexer.sources.source import ReadContext


_NAMES: Final = {kind: names.split() for kind, names in rows(__file__, "feed_elements.tsv")}
# Elements that are read as other fields, or are only useful to programs that fetch feeds.
_READ: Final = frozenset(name for kind, names in _NAMES.items() if kind != "changed" for name in names)
_ADDRESSES: Final = ("url", "href", "resource", "rdf:resource")
_DEEPEST: Final = 4


def fields_of(item: Element) -> dict[str, str]:
    """Return the custom fields of a feed item.

    These are the elements with a text or a URL that are not used otherwise.

    Returns:
        The values by name. The name of a nested element begins with that of its parent and a dot. Values with
        the same name are joined by commas.
    """
    found: dict[str, list[str]] = {}
    for element in item.elements:
        if element.name == "link":
            if (kind := element.attributes.get("rel", "alternate")) not in {"alternate", "self", "edit"}:
                found.setdefault(f"link.{kind}", []).append(element.attributes.get("href", ""))
        elif element.name not in _READ:
            _gather(element, _name(element), found, _DEEPEST)
    values = {name: ", ".join(dict.fromkeys(filter(None, texts))) for name, texts in found.items()}
    return {name: value for name, value in values.items() if value}


def _gather(element: Element, name: str, found: dict[str, list[str]], depth: int) -> None:
    address = next((element.attributes[one] for one in _ADDRESSES if one in element.attributes), "")
    if text := line_of(element.text):
        found.setdefault(name, []).append(text)
    found.setdefault(f"{name}.url" if text else name, []).append(address)
    for part in element.elements:
        if depth:
            _gather(part, f"{name}.{_name(part)}", found, depth - 1)


def _name(element: Element) -> str:
    """Return the field name for an element: ``media:credit`` -> ``media.credit``.

    Colons are replaced, because a colon ends a field name in queries.
    """
    name = element.name.replace(":", ".")
    return "origin" if name == "source" else name  # "source" has another meaning in the index


_MAX_LENGTH: Final = 4000  # characters of a link


def link_of(item: Element, site: str, address: str = "") -> str | None:
    """Return the URL of an item, or ``None`` if the item states none.

    If the feed states the original URL of a link to a redirecting service, the original URL is returned. If
    there is no link, a guid or an id that is a URL is used.

    Args:
        item: The item.
        site: The link of the feed, to which links of items are relative; empty if there is none.
        address: The URL of the feed, used as the base for a feed without a link.
    """
    origin = item.text_of(*_NAMES["origin"])
    for link in (origin if origin != site else "", *_candidates(item)):
        if (resolved := _resolve_link(link, item, site, address)) is not None:
            return resolved
    return None


def channel_link(whole: Element) -> str:
    """Return the link of a feed to its web page, or to the feed if it has no such link.

    The result is empty if the feed has neither link.
    """
    links = whole.children("link")
    stated = [_clean_link(link.text) for link in links]
    stated += [_href(link) for link in links if _rel(link) == "alternate"]
    stated.append(_clean_link(whole.text_of("wp:base_blog_url")))
    stated += [_href(link) for link in links if _rel(link) == "self"]
    return next((link for link in stated if _is_address(link)), "")


def _candidates(item: Element) -> list[str]:
    links, guids = item.children("link"), item.children("guid")
    found = [link.text for link in links if link.attributes.get("rel", "alternate") == "alternate"]
    leading = [link for link in links if _rel(link) == "alternate"]
    pages = [link for link in leading if "html" in link.attributes.get("type", "html")]
    found += map(_href, pages or leading)
    guids = [guid for guid in guids if guid.attributes.get("isPermaLink", "true").lower() != "false"]
    identifying = [guid.text for guid in guids]
    identifying += [item.text_of("id"), item.attributes.get("rdf:about", ""), item.text_of("loc")]
    # An identifier need not be a link.
    found += [address for text in identifying if _is_address(address := _clean_link(text))]
    return [link for link in map(_clean_link, found) if link]


def _resolve_link(link: str, item: Element, site: str, base: str) -> str | None:
    if not link or len(link) > _MAX_LENGTH:
        return None
    if _is_address(link):
        return link
    try:
        if urlsplit(link).scheme:
            return None  # a script, a mail address
        for part in (site, *item.base):
            base = urljoin(base, part)
        return urljoin(base, link)
    except ValueError:
        return None


def _is_address(link: str) -> bool:
    return link.lower().startswith(("http://", "https://"))


def _rel(link: Element) -> str:
    return link.attributes.get("rel", "alternate") if "href" in link.attributes else ""


def _href(link: Element) -> str:
    return _clean_link(link.attributes.get("href", ""))


def _clean_link(link: str) -> str:
    """Remove white space from a link, which may be broken across lines."""
    return link.strip() if link.isprintable() and " " not in link else "".join(link.split())


_FLARE: Final = '<div class="feedflare">'  # sharing links of FeedBurner
_MAX_LABEL_LENGTH: Final = 20
_ADVERTS: Final = frozenset({"advertisement", "advertisements", "publicidad", "anuncio", "publicite"})
_FOOTER: Final = re.compile(
    rf"(?:{wording('a post')}) .{{1,300}} (?:{wording('appeared first on')}) .{{1,100}}", re.IGNORECASE
)


def body_of(html: str) -> tuple[str, ...]:
    """Convert the body of a feed item to paragraphs, without links for sharing.

    Raises:
        ValueError: The body is too long; the message states it.
    """
    if "<![CDATA[" in html:  # nested CDATA
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    first, *others = html.split(_FLARE)
    return tuple(paragraphs_of(clean(first + "".join([other.partition("</div>")[2] for other in others]))))


def remove_furniture(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Remove labels of advertisements and closing links.

    Closing links lead to the full text or its original publication.
    """
    kept = [text for text in paragraphs if len(text) > _MAX_LABEL_LENGTH or plain_words(text) not in _ADVERTS]
    while len(kept) > 1 and (_FOOTER.fullmatch(kept[-1]) or is_closing(kept[-1])):
        del kept[-1]
    return tuple(kept)


# The names of date elements; the first element with a valid date is used.
DATES: Final = (*_NAMES["date"], *_NAMES["changed"])
_SHORT: Final = 200  # characters of a text that may be only the caption of an image


class EntryReader:
    """Reads the items of a feed.

    Args:
        whole: The element with the properties of the feed, such as its language.
        context: The name and options of the source.
        dates: The names of date elements, in order of preference.
        address: The URL of the feed; empty for a file.
    """

    def __init__(
        self, whole: Element, context: ReadContext, dates: tuple[str, ...] = DATES, address: str = ""
    ) -> None:
        self._whole = whole
        self._context = context
        self._dates = dates
        self._address = address
        self._ids = StatedIds()
        self._read_channel()
        self._furnished = 0

    def read(self, item: Element, more: tuple[tuple[str, str], ...] = ()) -> RawItem | None:
        """Read an item.

        Returns:
            The item; ``None`` if it has no text or too much text, which is reported as skipped.
        """
        title = line_of(_html_of(item, *_NAMES["title"])) or None
        try:
            paragraphs, summary = self._body(item)
            reason = why_no_item(title, paragraphs)
        except ValueError as error:
            reason = message_of(error)
        if reason:
            self._context.skip(item.first, reason)
            return None
        if len(self._whole.parts) != self._known:
            self._read_channel()
        url = link_of(item, self._site, self._address)
        section, categories = _categories(item)
        fields = dict(more)
        if len(categories) > 1:
            fields["categories"] = ", ".join(categories)
        if summary:
            fields["summary"] = summary
        return RawItem(
            source=self._context.lines(item.first, item.last),
            title=title,
            paragraphs=paragraphs,
            id=self._ids.of(self._key(item, url), title, paragraphs),
            stated=bool(_stated_key(item)),
            url=url,
            date=self._date(item),
            author=_author(item) or self._author or None,
            section=section,
            fields=tuple((fields_of(item) | fields).items()),
            likely_language=_language(item) or self._language or None,
        )

    def _read_channel(self) -> None:
        """Read the elements that describe the feed, as far as they have been parsed."""
        self._known = len(self._whole.parts)
        self._site = channel_link(self._whole)
        self._author = _author(self._whole)
        self._language = _language(self._whole)
        # Spanish and French dates have the day first; English ones may have either order.
        self._day_first = True if read_language(self._language) in {"es", "fr"} else None

    def report_furniture(self) -> None:
        """Report the number of texts from which closing links were removed."""
        if self._furnished:
            what = message("skip.furniture")
            self._context.skip(0, message("skip.of_texts", what=what, texts=self._furnished), field=True)

    def _body(self, item: Element) -> tuple[tuple[str, ...], str]:
        """Return the text of a feed item, and its summary.

        The summary is empty if the text contains it.
        """
        body = body_of(max(map(_source, item.children(*_NAMES["text"])), key=len, default=""))
        summary = body_of(_html_of(item, *_NAMES["summary"]))
        if sum(map(len, body)) < _SHORT and sum(map(len, summary)) > sum(map(len, body)):
            body, summary = summary, body
        kept = remove_furniture(body)
        self._furnished += kept != body
        short = " ".join(remove_furniture(summary))
        is_stated = short.rstrip(" .…[]")[: _SHORT // 2] in " ".join(kept)
        return kept, "" if is_stated else short

    def _date(self, item: Element) -> ItemDate | None:
        for text in filter(None, [element.text for element in item.children(*self._dates)]):
            if stated := read_date(text, day_first=self._day_first):
                return stated
            self._context.skip(item.first, message("skip.no_date", date=line_of(text)[:40]), field=True)
        return None

    def _key(self, item: Element, url: str | None) -> str | None:
        """Return the identifier of a feed item.

        The URL of the site is added to an identifier that is not globally unique (has no colon). If the item
        has no identifier, its URL is returned, or ``None`` if that is the URL of the whole site.
        """
        stated = _stated_key(item)
        if not stated:
            return url if url != self._site else None
        return stated if ":" in stated else f"{self._site} {stated}"


def _stated_key(item: Element) -> str:
    return item.text_of("guid", "id") or item.attributes.get("rdf:about", "")


def _html_of(item: Element, *names: str) -> str:
    """Return the HTML of the first non-empty element among several names."""
    return next((html for element in item.children(*names) if (html := _source(element).strip())), "")


def _source(element: Element) -> str:
    kind = element.attributes.get("type", "")
    if "/" in kind and not kind.startswith("text/") and "xml" not in kind:
        return ""  # an image, a sound
    return escape(element.text) if kind in {"text", "text/plain"} else element.html()


def _author(item: Element) -> str:
    for kind in _NAMES["author"]:
        stated = [one.text_of("name", "email") or _name_of_address(one.text) for one in item.children(kind)]
        if names := [*filter(None, map(line_of, stated))]:
            return ", ".join(dict.fromkeys(names))
    return ""


def _name_of_address(text: str) -> str:
    """Return the name in an address such as ``writer@news.example (Writer)``."""
    address, opened, name = text.partition("(")
    return name.rstrip(") ") if opened and "@" in address and name.strip(") ") else text


def _categories(item: Element) -> tuple[str | None, list[str]]:
    given = [(one.text, one.attributes) for one in item.children(*_NAMES["category"])]
    names = [line_of(text or stated.get("label") or stated.get("term", "")) for text, stated in given]
    categories = list(dict.fromkeys(filter(None, names)))
    return next((name for name in categories if name.lower() not in _NO_CATEGORY), None), categories


_NO_CATEGORY: Final = frozenset(wording("no category").split("|"))


def _language(item: Element) -> str:
    return item.text_of(*_NAMES["language"]) or item.language


_ITEMS: Final = frozenset({"item", "entry"})


@nonempty(message("sources.empty_feed"))
def read_feed(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the items of a feed one by one."""
    items = Items(Markup(stream, stream.peek()), _ITEMS, context)
    entries = EntryReader(items.whole, context, address=context.options.base)
    yield from map(entries.read, items)
    entries.report_furniture()


_SITEMAP_DATES: Final = ("publication_date", "lastmod")


@nonempty(message("sources.sitemap"))
def read_sitemap(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the items of a news sitemap, and count links without titles."""
    untitled, found = 0, False
    items = Items(Markup(stream, stream.peek()), frozenset({"url"}), context)
    entries = EntryReader(items.whole, context, _SITEMAP_DATES)
    for element in items:
        news = next((part for part in element.children("news:news") if part.text_of("news:title")), None)
        if news is None:
            untitled += 1
        else:
            _move_news_elements(element, news)
            item = entries.read(element)
            found = found or item is not None
            yield item
    if found:
        context.skip_count(message("skip.untitled_links"), untitled)


def _move_news_elements(item: Element, news: Element) -> None:
    """Move the title, date and publication of a sitemap item to where feed items have them."""
    parts = item.children("loc", "lastmod")
    for part in news.elements:
        if part.name == "news:publication":
            parts += [_rename_element(own, {"name": "publication"}) for own in part.elements]
        else:
            parts.append(_rename_element(part, {}))
    item.replace(parts)


def _rename_element(element: Element, names: dict[str, str]) -> Element:
    local = element.name.removeprefix("news:")
    element.name = names.get(local, local)
    return element


# The day in the time zone of the site; pubDate is in UTC, where the day may differ.
_WORDPRESS_DATES: Final = ("wp:post_date", "pubDate")
_NO_TEXT: Final = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|wp_.*|acf.*|"
    r"wpcf7_.*|elementor_.*|et_.*|jetpack_.*|jp_.*|amp_.*|mc4wp.*|shop_.*|scheduled-action|feedback|popup"
)
_SHORTCODE: Final = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|youtube|vimeo|contact-form-7|"
    r"(?:vc|et_pb|fusion|su|wp)_\w+)\b[^\]\[]*\]"
)


@nonempty(message("sources.empty_wordpress"))
def read_wordpress(stream: io.BufferedReader, context: ReadContext) -> Iterator[RawItem | None]:
    """Read the published posts of a WordPress export one by one, and report the number of other records."""
    kinds: Counter[str] = Counter()
    states: Counter[str] = Counter()
    comments = 0
    items = Items(Markup(stream, stream.peek()), frozenset({"item"}), context)
    entries = EntryReader(items.whole, context, _WORDPRESS_DATES)
    for element in items:
        kind = element.text_of("wp:post_type") or "post"
        state = element.text_of("wp:status") or "publish"
        if _NO_TEXT.fullmatch(kind):
            kinds[kind] += 1
        elif state != "publish":
            states[state] += 1
        else:
            comments += len(element.children("wp:comment"))
            fields = _custom_fields(element)
            _clean_post(element)
            yield entries.read(element, (("post_type", kind), *fields))
    entries.report_furniture()
    for kind, count in sorted(kinds.items()):
        context.skip_count(message("skip.no_posts", kind=kind), count)
    for state, count in sorted(states.items()):
        context.skip_count(message("skip.unpublished", state=state), count)
    context.skip_count(message("skip.comments"), comments)


def _custom_fields(item: Element) -> list[tuple[str, str]]:
    """Return the custom fields of a post, except WordPress's internal ones."""
    metas = item.children("wp:postmeta")
    pairs = [(part.text_of("wp:meta_key"), part.text_of("wp:meta_value")) for part in metas]
    return [(key, value) for key, value in pairs if key and value and not key.startswith("_")]


def _clean_post(item: Element) -> None:
    """Remove WordPress's internal elements and shortcodes from a post."""
    internal = {part.name for part in item.elements if part.name.startswith("wp:")} - {_WORDPRESS_DATES[0]}
    item.replace([part for part in item.elements if part.name not in internal])
    for part in item.children("content:encoded"):
        part.parts = [_SHORTCODE.sub("", part.html())]
