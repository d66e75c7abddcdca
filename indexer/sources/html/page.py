"""A saved page as items: an article is one, a page of headlines one for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from indexer.errors import SourceError
from indexer.item import ItemDate, RawItem, SourceLines
from indexer.sources.html import facts
from indexer.sources.html.blocks import blocks_of
from indexer.sources.html.body import Head, article_text
from indexer.sources.html.listing import block_lines, headlines, names_story, teasers
from indexer.sources.html.published import day_in_lines, published, said_dates
from indexer.sources.html.stated import Stated
from indexer.sources.html.title import site_names, title_of
from indexer.sources.html.tree import decode_page, parse
from indexer.sources.html_text import LONGEST_MARKUP, paragraphs_of
from indexer.sources.limits import too_long
from indexer.sources.page.closing import is_closing
from indexer.sources.page.headings import is_prose
from indexer.sources.source import Skipped
from indexer.sources.stated_id import StatedIds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from indexer.sources.html.blocks import Block
    from indexer.sources.html.listing import Headline
    from indexer.sources.source import OnSkip

_SHORTEST: Final = 150  # characters of an article that does not say that it is one, but has a title
_SHORTEST_UNTITLED: Final = 250
_LITTLE: Final = 300  # characters of a text that is hardly the whole of an article
_FEWEST_HEADLINES: Final = 5
_SHORTEST_PROSE: Final = 80  # characters of a paragraph
_SHORTEST_BESIDE: Final = 500  # characters of paragraphs of an article on a page that has many headlines
_FEWEST_HELD: Final = 3  # headlines in whose blocks the text of a listing stands
_SHORTEST_TEASER: Final = 40


class _Page(NamedTuple):
    """A page that was parsed, and what it states."""

    root: Any
    stated: Stated
    blocks: Sequence[Block]
    link: str | None
    language: str | None
    sites: set[str]
    title: str | None
    title_at: int | None


def read_page(data: bytes, url: str | None, name: str, number: int, on_skip: OnSkip) -> RawItem | None:
    """Read a page as an article.

    Args:
        data: The page's bytes.
        url: Where it was fetched from; its own canonical link goes before it.
        name: The source's name.
        number: The number of the page in its source, 1-based.
        on_skip: Called where the page is no article, with what it is.

    Returns:
        The item, without an id, since pages of one source may share a link; None where it is none.
    """
    try:
        page = _open(data, url, name)
    except SourceError as error:
        on_skip(Skipped(name, number, str(error).removeprefix(name).lstrip(" :")))
        return None
    found = headlines(page.root, page.link)
    paragraphs = _text(page, found)
    if not _is_article(page, paragraphs, found):
        reason = "a page of headlines, no article" if len(found) >= _FEWEST_HEADLINES else _EMPTY
        on_skip(Skipped(name, number, reason))
        return None
    return _article(page, paragraphs, SourceLines(name, number, number), on_skip)


_EMPTY: Final = "a web page with neither an article nor headlines, such as a form or an empty frame"


def read_items(
    data: bytes, url: str | None, name: str, on_skip: OnSkip, kind: str | None
) -> Iterator[RawItem]:
    """Read a page as what it is.

    Args:
        data: The page's bytes.
        url: Where it was fetched from; None for a file.
        name: The source's name.
        on_skip: Called with what is left out.
        kind: ``html`` where it is an article, ``listing`` where it is a page of headlines, whatever it looks
            like; None where its content decides.

    Raises:
        SourceError: It is neither.
    """
    page = _open(data, url, name)
    ids = StatedIds()
    found = headlines(page.root, page.link)
    paragraphs = _text(page, found) if kind != "listing" else ()
    if kind == "html" or (kind is None and _is_article(page, paragraphs, found)):
        if not paragraphs and not page.title:
            raise SourceError(f"{name} is {_EMPTY}")
        if item := _article(page, paragraphs, SourceLines(name, 1, 1), on_skip):
            yield _identified(item, ids)
    elif found and (kind == "listing" or len(found) >= _FEWEST_HEADLINES):
        for number, headline in enumerate(found, start=1):
            yield _identified(_entry(page, headline, SourceLines(name, number, number)), ids)
    else:
        raise SourceError(f"{name} is {_EMPTY}")


def _identified(item: RawItem, ids: StatedIds) -> RawItem:
    return item._replace(id=ids.of(item.url, "\n".join((item.title or "", *item.paragraphs))))


def _open(data: bytes, url: str | None, name: str) -> _Page:
    text = decode_page(data)
    address = url or facts.saved_from(text)
    root, linked = parse(text, name)
    stated = Stated(root, linked)
    blocks = blocks_of(root)
    link = facts.link_of(root, stated, address)
    sites = site_names(stated, urlsplit(link or "").hostname or "")
    title, title_at = title_of(root, stated, blocks, sites)
    return _Page(root, stated, blocks, link, facts.language_of(root, stated), sites, title, title_at)


def _text(page: _Page, found: Sequence[Headline]) -> tuple[str, ...]:
    summaries = page.stated.meta("description", "og:description", "twitter:description", "dc.description")
    beside = teasers(_others(page, found), _title_element(page))
    text = article_text(page.root, page.blocks, Head(page.title, page.title_at), list(summaries), beside)
    stated = page.stated.article.get("articleBody")
    length = sum(map(len, text))
    if isinstance(stated, str) and length < _LITTLE and 2 * length < len(stated) <= LONGEST_MARKUP:
        return tuple(paragraphs_of(stated))  # a page that its scripts would have filled
    return text


def _others(page: _Page, found: Sequence[Headline]) -> list[Headline]:
    """Select the headlines of other stories than the page's own, which may link to itself."""
    return [one for one in found if one.link != page.link and one.title != page.title]


def _title_element(page: _Page) -> Any:
    return page.blocks[page.title_at].element if page.title_at is not None else None


def _is_article(page: _Page, paragraphs: Sequence[str], found: Sequence[Headline]) -> bool:
    """Tell an article from a page of headlines: most of the text of the latter stands in their blocks."""
    length = sum(map(len, paragraphs))
    others = _others(page, found)
    many = len(others) >= _FEWEST_HEADLINES
    if not length or (many and page.link and facts.is_home(page.link)):
        return False
    if page.stated.is_article():
        return True
    if not many:
        return length >= (_SHORTEST if page.title else _SHORTEST_UNTITLED)
    if _is_held(paragraphs, others, _title_element(page)):
        return False
    prose = [len(text) for text in paragraphs if is_prose(text) and len(text) >= _SHORTEST_PROSE]
    named = len(prose) > 1 or names_story((page.link or "").partition("?")[0])
    return sum(prose) >= (_SHORTEST if named and page.title_at is not None else _SHORTEST_BESIDE)


def _is_held(paragraphs: Sequence[str], others: Sequence[Headline], title: Any) -> bool:
    """Tell whether most of a text stands in the blocks of several headlines."""
    text = set(paragraphs)
    held = [
        size for lines in block_lines(others, title) if (size := sum(len(line) for line in text & set(lines)))
    ]
    return len(held) >= _FEWEST_HELD and sum(held) > sum(map(len, text)) / 2


def _article(page: _Page, paragraphs: tuple[str, ...], place: SourceLines, on_skip: OnSkip) -> RawItem | None:
    if reason := too_long(page.title, paragraphs):
        on_skip(Skipped(place.file, place.first, reason))
        return None
    day = published(
        page.stated, page.blocks, page.title_at, page.link, day_first=facts.day_first(page.root, page.stated)
    )
    if day is None and (said := next(said_dates(page.stated), None)):
        on_skip(Skipped(place.file, place.first, f"the date “{said[:40]}” is none; left out", field=True))
    return RawItem(
        place,
        page.title,
        paragraphs,
        url=page.link,
        date=_printed(day),
        author=facts.author_of(page.root, page.stated, page.sites),
        section=facts.section_of(page.stated),
        fields=facts.other_fields(page.stated),
        likely_language=page.language,
    )


def _entry(page: _Page, headline: Headline, place: SourceLines) -> RawItem:
    """Make the item of a headline: the text of its block is its teaser."""
    blocks = [block for block in blocks_of(headline.block) if block.text != headline.title]
    order = facts.day_first(page.root, page.stated)
    teaser = tuple(
        block.text
        for block in blocks
        if len(block.text) >= _SHORTEST_TEASER
        and headline.title not in block.text
        and not is_closing(block.text)
    )
    return RawItem(
        place,
        headline.title,
        teaser,
        url=_address(headline.link),
        date=_printed(day_in_lines(blocks, headline.link, day_first=order)),
        likely_language=page.language,
    )


def _address(link: str) -> str | None:
    try:
        return link if urlsplit(link).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _printed(day: date | None) -> ItemDate | None:
    return ItemDate(day, day, "printed") if day else None
