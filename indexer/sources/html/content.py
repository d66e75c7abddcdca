"""Extract the title and the text of the article on a saved web page."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trafilatura import bare_extraction

from indexer.data_tables import rows
from indexer.dates.date_grammar import plain_words
from indexer.dates.expressions import find_expressions
from indexer.sources.html.metadata import squeeze
from indexer.sources.html.publication_date import NUMERIC_DAY
from indexer.sources.html.tree import text_of
from indexer.sources.page.line_kinds import ends_sentence, furniture_reason, is_closing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.sources.html.metadata import Stated
    from indexer.sources.html.tree import Block


_LITTLE: Final = 400  # characters; a shorter text is hardly complete
_SHORT: Final = 240  # characters of a line that may not belong to the text
_LABEL: Final = 100  # characters of a line that ends with a colon, before removed content
_HEAD: Final = 4  # lines in which the date and the author may be
_STANDFIRST: Final = 60  # minimum characters of a paragraph between the title and the text
_MARK: Final = re.compile(r"^[-•*–]\s+")
_CUT: Final = re.compile(
    r"(?:\.\.\.|…)\s*\[?(?:read )?(?:more|leer m[aá]s|m[aá]s|lire (?:la suite|plus)|suite)\]?$", re.IGNORECASE
)
_BARS: Final = re.compile(r"\s*\|\s*")


def _patterns(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(pattern for found, pattern in rows(__file__, "beside.tsv") if found == kind))


_POINTER: Final = _patterns("pointer")
_BEFORE_COLON: Final = _patterns("before a colon")
_HEADING: Final = _patterns("heading")
_SERVICE: Final = _patterns("service")


class Head(NamedTuple):
    """The title of a page.

    Attributes:
        title: The title; ``None`` if the page has none.
        at: The position of the title's block among the blocks of the page; ``None`` if the page does not show
            the title.
    """

    title: str | None
    at: int | None


def article_text(
    root: Any, blocks: Sequence[Block], head: Head, summaries: Iterable[str], teasers: set[str]
) -> tuple[str, ...]:
    """Return the paragraphs of the article on a page.

    Args:
        root: The root element of the page, which is not changed.
        blocks: The blocks of text on the page.
        head: The title of the page.
        summaries: The descriptions in the markup, one of which often equals the paragraph under the title.
        teasers: The lines that are teasers of other stories.
    """
    lines = _main_lines(root)
    links = {block.text for block in blocks if _is_link(block)}
    title, title_at = head
    if title in lines[:_HEAD]:  # the lines above the title are not part of the article
        lines = lines[lines.index(title) + 1 :]
    lines = _cut_at_teasers(lines, teasers)
    others = [(index, line) for index, line in enumerate(lines) if line not in teasers]
    kept = [line for index, line in others if not _is_page_furniture(line, index, links, title)]
    while kept and kept[-1].endswith(":") and len(kept[-1]) <= _LABEL:
        kept.pop()
    if not kept:
        return ()
    first = _standfirst(blocks, title_at, kept, summaries) if title_at is not None else []
    return (*first, *kept)


def _main_lines(root: Any) -> list[str]:
    # No log messages: the caller reports skipped content.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found: Any = bare_extraction(root, fast=True, include_comments=False, deduplicate=False)
    if found is None or len(found.text) < _LITTLE:  # a slower method may find more
        found = bare_extraction(root, include_comments=False, deduplicate=False) or found
    if found is None:
        return []
    lines = (" ".join(line.split()) for line in found.text.split("\n"))
    return [text for line in lines if (text := _MARK.sub("", _BARS.sub(" ", line).strip()))]


def _cut_at_teasers(lines: list[str], teasers: set[str]) -> list[str]:
    """Cut off the end of an article at a series of links to other stories."""
    following, cut = 0, len(lines)
    for index in range(len(lines) - 1, 0, -1):
        if lines[index] in teasers:
            following += 1
            if 2 * following > len(lines) - index:
                cut = index
    return lines[:cut]


def _is_link(block: Block) -> bool:
    """Return whether a block consists mostly of links."""
    if len(block.text) > _SHORT:
        return False
    linked = sum(len(text_of(link)) for part in block.parts for link in part.iter("a"))
    return linked >= 0.9 * len(block.text)


def _is_page_furniture(line: str, index: int, links: set[str], title: str | None) -> bool:
    """Return whether a line is not part of the article, such as a link, "Read more" or the date."""
    if len(line) > _SHORT:
        return False
    words = plain_words(line)
    if line == title or line in links or (words and _HEADING.fullmatch(words)):
        return True
    if index < _HEAD and not ends_sentence(line) and _holds_day(line):
        return True
    if _CUT.search(line) or _SERVICE.match(words) or is_closing(line) or furniture_reason(line):
        return True
    before, colon, _ = line.partition(":")
    if colon and _BEFORE_COLON.fullmatch(plain_words(before)):
        return True
    return bool(_POINTER.match(words)) and (":" in line[:60] or not ends_sentence(line))


def _holds_day(line: str) -> bool:
    return len(line) <= _LABEL and (
        NUMERIC_DAY.search(line) is not None
        or any(one.precision == "day" and one.days.year for one in find_expressions(line))
    )


def _standfirst(
    blocks: Sequence[Block], title_at: int, kept: Sequence[str], summaries: Iterable[str]
) -> list[str]:
    """Return the introduction (standfirst) between the title and the text."""
    title = blocks[title_at]
    start = kept[0][:60]
    reported = [plain_words(summary)[:50] for summary in summaries]
    found: list[str] = []
    for block in blocks[title_at + 1 : title_at + 25]:
        if start in block.text:
            return found
        words = plain_words(block.text)
        introduces = any(one and words.startswith(one) for one in reported)
        is_own = block.element.tag in {"p", "h2", "h3"} and block.may_belong_to(title)
        is_prose = len(block.text) >= _STANDFIRST and ends_sentence(block.text)
        if introduces or (is_own and is_prose and not _is_link(block)):
            found.append(block.text)
    return []


_SEAM: Final = re.compile(r"\s+[-–—|·•»«<>/:]+\s+|\s*[|»]\s+|:\s+(?=\S+$)")
_MAX_LENGTH: Final = 400
_MIN_DISTINCT_TITLE: Final = 20  # characters; a shorter title may be the beginning of another
_MAX_STATED_LENGTH: Final = 1000  # characters, with the names of sections and of the site
_HEADINGS: Final = ("h1", "h2", "h3", "h4")


def title_of(stated: Stated, blocks: Sequence[Block], sites: set[str]) -> Head:
    """Return the title of a page, given its headings and the stated titles."""
    declared = [title for written in _stated_titles(stated) if (title := remove_site(written, sites))]
    declared = [title for title in declared if squeeze(title) not in sites]
    marked = [(at, block.text) for at, block in enumerate(blocks) if block.element.tag in _HEADINGS]
    fitting = [(at, text) for at, text in marked if 2 < len(text) <= _MAX_LENGTH]
    headings = [(at, text) for at, text in fitting if squeeze(text) not in sites]
    keys = [squeeze(title) for title in declared]
    for tag in _HEADINGS:
        for index, text in headings:
            if blocks[index].element.tag == tag and _agrees(squeeze(text), keys):
                return Head(_remove_additions(text, declared), index)
    only = [(index, text) for index, text in headings if blocks[index].element.tag == "h1"]
    if not declared:
        return Head(only[0][1], only[0][0]) if only else Head(None, None)
    place = next((index for index, block in enumerate(blocks) if squeeze(block.text) == keys[0]), None)
    if place is None and only:
        place = only[0][0]
    if place is None:  # the title may begin with the unknown name of the site
        long = [(at, block.text) for at, block in enumerate(blocks) if len(block.text) >= _MIN_DISTINCT_TITLE]
        parts = [Head(text, at) for at, text in long if declared[0].endswith((f": {text}", f" - {text}"))]
        return parts[0] if parts else Head(declared[0], None)
    return Head(declared[0], place)


def remove_site(title: str, sites: set[str]) -> str:
    """Remove the name of the site at the beginning or end of a title.

    Args:
        title: The title of a page.
        sites: The names of the site, folded and without spaces.
    """
    seams = [(title[: seam.start()].strip(), title[seam.end() :].strip()) for seam in _SEAM.finditer(title)]
    for head, tail in reversed(seams):
        if head and _names_site(tail, sites):
            return remove_site(head, sites)
    head, tail = seams[0] if seams else ("", "")
    return remove_site(tail, sites) if tail and _names_site(head, sites) else title


def _names_site(text: str, sites: set[str]) -> bool:
    name = squeeze(text)
    if not name or name in sites:
        return True
    return len(name) > 3 and len(text) < 40 and any(name in site or site in name for site in sites)


def _agrees(heading: str, titles: Sequence[str]) -> bool:
    """Return whether a heading equals a stated title.

    A long heading may also be the beginning or the end of a title, or begin with a title.
    """
    long = [title for title in titles if len(title) > 5]
    if len(heading) <= 12:
        return len(heading) > 2 and heading in long
    return any(
        title.startswith(heading) or title.endswith(heading) or heading.startswith(title[:60])
        for title in long
    )


def _remove_additions(heading: str, titles: Sequence[str]) -> str:
    """Remove a name, date or subtitle that follows the title in a heading, given the stated titles."""
    begun = [title for title in titles if len(title) > _MIN_DISTINCT_TITLE and heading.startswith(title)]
    title = max(begun, key=len, default=heading)  # shorter titles may be truncated
    return heading if title.endswith(("…", "...")) or not heading[len(title) :][:1].isspace() else title


def _stated_titles(stated: Stated) -> Iterator[str]:
    yield from stated.linked("headline")
    yield from stated.microdata("headline")
    yield from stated.meta(*"og:title twitter:title dc.title dcterms.title citation_title title".split())
    for element in stated.root.iter("title"):
        if 0 < len(text := text_of(element)) <= _MAX_STATED_LENGTH:
            yield text
            break
    yield from stated.linked("name")


def site_names(stated: Stated, host: str) -> set[str]:
    """Return the names of a site, folded and without spaces.

    Args:
        stated: The metadata of the page.
        host: The host name; empty if unknown.
    """
    host = host.removeprefix("www.")
    names = [
        *stated.meta("og:site_name", "application-name", "dc.publisher", "publisher", "copyright"),
        *stated.linked("publisher"),
        *stated.linked("name", of=("WebSite", "Organization", "NewsMediaOrganization")),
        *(host, *host.split(".")[:-1]),
    ]
    return {squeeze(name) for name in names} - {""}
