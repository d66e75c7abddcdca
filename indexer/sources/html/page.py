"""Read a saved web page.

An article is one item; on other pages, each headline is an item.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from indexer.errors import SourceError, message
from indexer.item import ItemDate, RawItem
from indexer.sources.html import metadata
from indexer.sources.html.content import Head, article_text, site_names, title_of
from indexer.sources.html.metadata import Stated
from indexer.sources.html.publication_date import day_in_lines, find_publication_day, stated_dates
from indexer.sources.html.tree import LARGEST, blocks_of, decode_page, parse, text_of
from indexer.sources.html_text import MAX_MARKUP_LENGTH, paragraphs_of
from indexer.sources.page.line_kinds import furniture_reason, is_closing, is_prose
from indexer.sources.source import ReadContext, Source, reason_of, too_long
from indexer.sources.stated_values import StatedIds
from indexer.sources.stream import read_all

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence
    from datetime import date

    from indexer.item import SourceLines
    from indexer.sources.html.tree import Block


_MOST: Final = 5000  # headlines of a page
_MIN_HEADLINE_LENGTH: Final = 16  # characters of a headline
_MAX_LENGTH: Final = 300
_MIN_WORDS: Final = 5  # words of a headline without a heading element
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MARKED: Final = re.compile(r"headline|title|titre|titulo|titular|heading", re.IGNORECASE)
_APART: Final = ("nav", "footer", "form", "button")
# A path with words or a day identifies a story. Then the query of the URL, often a referrer, is ignored.
_NAMES_DAY: Final = re.compile(r"/\d{4}/\d\d?/")
_BEHIND_WORDS: Final = ("/index.html", "/index.htm", "/")
_BULLET: Final = re.compile(r"^[•·▪»›>*–-]+\s*")
_MIN_MARKED_HEADLINES: Final = 5  # if a page has as many marked headlines, and
_SHARE_MARKED: Final = 0.2  # their share is at least this, the other headlines are menus or lists
_MAX_BLOCK_SIZE: Final = 700  # characters of a headline and its introduction
_HIGHEST: Final = 8  # levels from a headline up to its block


class Headline(NamedTuple):
    """A headline on a page, with a link to its story.

    Attributes:
        title: The text of the headline.
        link: The URL of the story; relative if the URL of the page is unknown.
        block: The largest element around the headline that has no other headline.
        is_marked: Whether a heading element, or the class of an element, marks it as a headline.
    """

    title: str
    link: str
    block: Any
    is_marked: bool


def headlines(root: Any, base: str | None) -> list[Headline]:
    """Return the headlines of a page, one for each link.

    Args:
        root: The root element of the page.
        base: The URL of the page, to which links are relative; None if unknown.
    """
    found: list[Headline] = []
    seen: set[tuple[str, str]] = set()
    for title, link, element, is_marked in _candidates(root):
        one = Headline(title, _resolve_link(link, base), element, is_marked)
        key = _story(one.link)
        if found and _story(found[-1].link) == key:  # the links of an image, a headline and a teaser
            if (is_marked, len(title)) > (found[-1].is_marked, len(found[-1].title)):
                found[-1] = one
        elif (key, title) not in seen:
            found.append(one)
        seen.add((key, title))
        if len(found) >= _MOST:
            break
    marked = [one for one in found if one.is_marked]
    if len(marked) >= _MIN_MARKED_HEADLINES and len(marked) >= _SHARE_MARKED * len(found):
        found = marked
    return _extend_blocks(found)


def _story(link: str) -> str:
    """Return the part of a link that identifies a story: the link without its query if that suffices."""
    path = link.partition("?")[0]
    return path if names_story(path) else link


def names_story(path: str) -> bool:
    """Return whether the path of a link identifies a story, because it has a date or several words."""
    behind = next(filter(path.endswith, _BEHIND_WORDS), "")
    words = path.removesuffix(behind).rpartition("/")[2]  # a regular expression would take cubic time
    return words.count("-") > 1 or _NAMES_DAY.search(path) is not None


def teasers(found: Sequence[Headline], title: Any) -> set[str]:
    """Return the lines that are links to other stories near an article.

    Args:
        found: The headlines of other stories.
        title: The element of the page's title, or None; blocks around it belong to the article.
    """
    lines = [texts for texts in block_lines(found, title) if sum(map(len, texts)) <= _MAX_BLOCK_SIZE]
    return {text for texts in lines for text in texts}


def block_lines(found: Sequence[Headline], title: Any) -> Iterator[list[str]]:
    """Yield the lines in the block of each marked headline, except blocks that contain ``title``."""
    above = set() if title is None else {title, *title.iterancestors()}
    for one in found:
        if one.is_marked and one.block not in above:
            yield [block.text for block in blocks_of(one.block)]


def _candidates(root: Any) -> Iterator[tuple[str, str, Any, bool]]:
    for link in root.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or href[0] == "#" or re.match(r"(?!https?:)[a-z]+:", href, re.IGNORECASE):
            continue
        heading = _heading(link)
        title = _BULLET.sub("", text_of(heading if heading is not None else link))
        is_marked = heading is not None or _is_named(link)
        if _is_headline(title, is_marked=is_marked) and not _is_apart(link):
            yield title, href, link, is_marked
    for heading in root.iter("h2", "h3", "h4"):
        if heading.find(".//a") is None and not _is_apart(heading) and (link := _only_link(heading)):
            title = text_of(heading)
            if _is_headline(title, is_marked=True):
                yield title, link, heading, True


def _heading(link: Any) -> Any:
    """Return the element with the text of a linked heading, or ``None`` if a link is not a heading.

    It is the heading element inside the link, or the link itself if it is inside a heading element.
    """
    if (inner := next(link.iterdescendants(*_HEADINGS), None)) is not None:
        return inner
    above = link.getparent()
    for _ in range(2):
        if above is None:
            return None
        if above.tag in _HEADINGS:
            return link
        above = above.getparent()
    return None


def _is_named(link: Any) -> bool:
    elements = [element for element in (link, link.getparent()) if element is not None]
    return any(_MARKED.search(element.get("class") or "") for element in elements)


def _only_link(heading: Any) -> str | None:
    """Return the only link in the block around a heading, or ``None`` if there is none or several."""
    block = heading.getparent()
    for _ in range(3):
        if block is None or len(list(islice(block.iter(heading.tag), 2))) > 1:
            return None
        links = {href for link in block.iter("a") if (href := link.get("href")) and href[0] != "#"}
        if links:
            return links.pop() if len(links) == 1 else None
        block = block.getparent()
    return None


def _is_headline(text: str, *, is_marked: bool) -> bool:
    fits = _MIN_HEADLINE_LENGTH <= len(text) <= _MAX_LENGTH
    if not fits or len(text.split()) < (2 if is_marked else _MIN_WORDS):
        return False
    return not is_closing(text) and not furniture_reason(text)


def _is_apart(element: Any) -> bool:
    return any(above.tag in _APART for above in element.iterancestors())


def _resolve_link(link: str, base: str | None) -> str:
    try:
        return urldefrag(urljoin(base, link) if base else link)[0]
    except ValueError:  # an invalid address still identifies a story
        return link


def _extend_blocks(found: list[Headline]) -> list[Headline]:
    """Replace the block of each headline by the largest element around it without another headline."""
    held = Counter(above for one in found for above in one.block.iterancestors())
    widened = []
    for one in found:
        block = one.block
        for _ in range(_HIGHEST):
            above = block.getparent()
            if above is None or held[above] > 1 or above.tag in {"body", "html"}:
                break
            block = above
        widened.append(one._replace(block=block))
    return widened


_MIN_ARTICLE_LENGTH: Final = 150  # characters of a page with a title that does not state to be an article
_MIN_UNTITLED_LENGTH: Final = 250
_LITTLE: Final = 300  # characters; a shorter text is hardly a complete article
_MIN_HEADLINES: Final = 5
_MIN_PROSE_LENGTH: Final = 80  # characters of a paragraph
_MIN_MIXED_PAGE_LENGTH: Final = 500  # characters of an article's paragraphs on a page with many headlines
_MIN_HELD_HEADLINES: Final = 3  # minimum of headlines with text in their blocks on a listing page
_MIN_TEASER_LENGTH: Final = 40


class _Page(NamedTuple):
    """A parsed page with its metadata."""

    stated: Stated
    blocks: Sequence[Block]
    link: str | None
    sites: set[str]
    head: Head

    @property
    def title_element(self) -> Any:
        """The element of the title, or None if there is none."""
        return self.blocks[self.head.at].element if self.head.at is not None else None


def read_page(data: bytes, url: str | None, number: int, context: ReadContext) -> RawItem | None:
    """Read a page as an article.

    Args:
        data: The bytes of the page.
        url: The URL of the page, which its canonical link overrides.
        number: The number of the page in its source, 1-based.
        context: The name and options of the source. Its ``on_skip`` is called if the page is not an article.

    Returns:
        The item; ``None`` if the page is not an article. The item has no id, because several pages of a
        source may have the same URL.
    """
    try:
        page = _parse_page(data, url, context.name)
    except SourceError as error:
        context.skip(number, reason_of(error, context.name))
        return None
    found = headlines(page.stated.root, page.link)
    paragraphs = _text(page, found)
    if not _is_article(page, paragraphs, found):
        reason = message("skip.page_of_headlines") if len(found) >= _MIN_HEADLINES else _EMPTY
        context.skip(number, reason)
        return None
    return _article(page, paragraphs, number, context)


_EMPTY: Final = message("skip.no_article")


def _items(data: bytes, context: ReadContext) -> Iterator[RawItem]:
    """Yield the article or the headlines of a page, without ids.

    Raises:
        SourceError: The page has neither an article nor headlines.
    """
    kind = context.options.kind
    page = _parse_page(data, context.options.base or None, context.name)
    found = headlines(page.stated.root, page.link)
    paragraphs = _text(page, found) if kind != "listing" else ()
    has_text = paragraphs or page.head.title
    if (kind == "html" and has_text) or (kind is None and _is_article(page, paragraphs, found)):
        if item := _article(page, paragraphs, 1, context):
            yield item
    elif found and (kind == "listing" or (kind is None and len(found) >= _MIN_HEADLINES)):
        for number, headline in enumerate(found, start=1):
            yield _headline_item(page, headline, context.lines(number))
    else:
        raise SourceError(message("html.empty", name=context.name, empty=_EMPTY))


def _parse_page(data: bytes, url: str | None, name: str) -> _Page:
    text = decode_page(data)
    address = url or metadata.find_saved_url(text)
    root, linked = parse(text, name)
    stated = Stated(root, linked)
    blocks = blocks_of(root)
    link = metadata.link_of(stated, address)
    sites = site_names(stated, urlsplit(link or "").hostname or "")
    return _Page(stated, blocks, link, sites, title_of(stated, blocks, sites))


def _text(page: _Page, found: Sequence[Headline]) -> tuple[str, ...]:
    summaries = page.stated.meta("description", "og:description", "twitter:description", "dc.description")
    alongside = teasers(_other_headlines(page, found), page.title_element)
    text = article_text(page.stated.root, page.blocks, page.head, list(summaries), alongside)
    stated = page.stated.article.get("articleBody")
    length = sum(map(len, text))
    if isinstance(stated, str) and length < _LITTLE and 2 * length < len(stated) <= MAX_MARKUP_LENGTH:
        return tuple(paragraphs_of(stated))  # a page that is filled by scripts
    return text


def _other_headlines(page: _Page, found: Sequence[Headline]) -> list[Headline]:
    """Return the headlines that do not belong to the page's own story."""
    return [one for one in found if one.link != page.link and one.title != page.head.title]


def _is_article(page: _Page, paragraphs: Sequence[str], found: Sequence[Headline]) -> bool:
    """Return whether a page is an article.

    A page is an article if it states so, or if it has enough text outside the blocks of headlines. The home
    page of a site with many headlines is not an article.
    """
    length = sum(map(len, paragraphs))
    others = _other_headlines(page, found)
    many = len(others) >= _MIN_HEADLINES
    if not length or (many and page.link and metadata.is_home(page.link)):
        return False
    if page.stated.is_article():
        return True
    if not many:
        return length >= (_MIN_ARTICLE_LENGTH if page.head.title else _MIN_UNTITLED_LENGTH)
    if _is_in_headline_blocks(paragraphs, others, page.title_element):
        return False
    prose = [len(text) for text in paragraphs if is_prose(text) and len(text) >= _MIN_PROSE_LENGTH]
    named = len(prose) > 1 or names_story((page.link or "").partition("?")[0])
    titled = named and page.head.at is not None
    return sum(prose) >= (_MIN_ARTICLE_LENGTH if titled else _MIN_MIXED_PAGE_LENGTH)


def _is_in_headline_blocks(paragraphs: Sequence[str], others: Sequence[Headline], title: Any) -> bool:
    """Return whether most of a text is in the blocks of several headlines, as on an overview."""
    text = set(paragraphs)
    sizes = [sum(map(len, text.intersection(lines))) for lines in block_lines(others, title)]
    return len([*filter(None, sizes)]) >= _MIN_HELD_HEADLINES and sum(sizes) > sum(map(len, text)) / 2


def _article(page: _Page, paragraphs: tuple[str, ...], number: int, context: ReadContext) -> RawItem | None:
    if reason := too_long(page.head.title, paragraphs):
        context.skip(number, reason)
        return None
    order = metadata.day_first(page.stated)
    day = find_publication_day(page.stated, page.blocks, page.head.at, page.link, day_first=order)
    if day is None and (declared := next(stated_dates(page.stated), None)):
        context.skip(number, message("skip.no_date", date=declared[:40]), field=True)
    return RawItem(
        context.lines(number),
        page.head.title,
        paragraphs,
        url=page.link,
        date=_printed_date(day),
        author=metadata.author_of(page.stated, page.sites),
        section=metadata.section_of(page.stated),
        fields=metadata.other_fields(page.stated),
        likely_language=metadata.language_of(page.stated),
    )


def _headline_item(page: _Page, headline: Headline, place: SourceLines) -> RawItem:
    """Make an item of a headline: its title, and the text around it that belongs to it."""
    blocks = [block for block in blocks_of(headline.block) if block.text != headline.title]
    order = metadata.day_first(page.stated)
    long = [block.text for block in blocks if len(block.text) >= _MIN_TEASER_LENGTH]
    return RawItem(
        place,
        headline.title,
        tuple(text for text in long if headline.title not in text and not is_closing(text)),
        url=_address(headline.link),
        date=_printed_date(day_in_lines(blocks, headline.link, day_first=order)),
        likely_language=metadata.language_of(page.stated),
    )


def _address(link: str) -> str | None:
    try:
        return link if urlsplit(link).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _printed_date(day: date | None) -> ItemDate | None:
    return ItemDate(day, day, "printed") if day else None


def read(stream: io.BufferedReader, context: ReadContext) -> Source:
    """Read a saved page.

    Args:
        stream: The bytes from the start, which are read all at once.
        context: The name and options of the source.

    Raises:
        SourceError: The page is too large, or has neither an article nor headlines.
    """
    data = read_all(stream, context.name, LARGEST, message("sources.web_page"))
    ids = StatedIds()
    items = [one._replace(id=ids.of(one.url, one.title, one.paragraphs)) for one in _items(data, context)]
    return Source(context.name, iter(items))
