"""Find the publication date of a page in its metadata, near its title, or in its URL."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final

from indexer.dates.date_grammar import fold
from indexer.dates.expressions import find_expressions
from indexer.sources.html.metadata import time_of
from indexer.sources.page.line_kinds import wording, wordings
from indexer.sources.stated_date import MONTHS, read_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.sources.html.metadata import Stated
    from indexer.sources.html.tree import Block


_AHEAD: Final = timedelta(days=2)  # later dates cannot be those of a publication


def stated_day(text: str, *, day_first: bool | None = None) -> date | None:
    """Parse a stated date as a day, in the time zone that it states.

    Args:
        text: A value in the markup, or a printed date.
        day_first: Whether the day precedes the month in numeric dates; None if unknown.

    Returns:
        The day; ``None`` if the text is not a date, or is a future date.
    """
    day = read_day(text, day_first=day_first)
    return day if day and day <= datetime.now(UTC).date() + _AHEAD else None


def _moment(text: str) -> datetime | None:
    """Parse a time with a time zone, or return None for other texts."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else None
    return None


_METAS: Final = (
    *("article:published_time", "og:article:published_time", "article:published", "og:published_time"),
    *("datepublished", "date.published", "pubdate", "publishdate", "publish_date", "publish-date"),
    *("published_at", "publication_date", "publication-date", "parsely-pub-date", "sailthru.date"),
    *("rnews:datepublished", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created"),
    *("dcterms.date", "citation_publication_date", "citation_date", "originalpublicationdate"),
    *("article_date_original", "cxenseparse:recs:publishtime", "bt:pubdate", "article.published"),
)
_VAGUE: Final = ("dc.date", "date")  # often the day of the last change
_IN_LINK: Final = re.compile(
    r"[/_-]((?:19|20)\d\d)([/-]?)(0[1-9]|1[0-2]|(?<=[/-])[1-9])\2(0[1-9]|[12]\d|3[01]|(?<=[/-])[1-9])(?=[/_.-]|$)"
)
_SHORT: Final = 160  # maximum characters of a line in which a date is searched for
_NEAR: Final = 30  # blocks after the title that are searched
_NEXT: Final = 8  # blocks after the title that are searched before those above it
_ABOVE: Final = 6
_PROSE: Final = 160  # characters, above which a block is a paragraph of the text
_LABEL: Final = re.compile(rf"\b(?:{wording('published')})\b")
_CHANGED: Final = re.compile(rf"\b(?:{wording('changed')})\b|©")
_EARLIEST_NEXT: Final = 10  # the hour in UTC from which the local day may be the next day (New Zealand)
_LATEST_BEFORE: Final = 10  # the hour in UTC until which the local day may be the previous day (Hawaii)
_RDFA: Final = (
    "//*[contains(@property, ':datePublished') or contains(@property, ':dateCreated') "
    "or contains(@property, ':created') or contains(@property, 'dc:date')]/@content"
)
NUMERIC_DAY: Final = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d|\d\d\.\d\d\.\d\d)(?![\d/.-]*\d)"
)
"""A numeric date in a line."""

_MONTHS: Final = {
    name: month
    for month, names in zip(MONTHS, wordings("other month"), strict=True)
    for name in names.split("|")
}
_OTHER_MONTH: Final = re.compile(rf"(?:\b(\d{{1,2}})[.\s]\s*(?:de\s+)?)?\b({'|'.join(_MONTHS)})\b\.?")
_CLOCK_COMMA: Final = re.compile(r"(?<=\d), (?=[a-z])", re.IGNORECASE)


def find_publication_day(
    stated: Stated, blocks: Sequence[Block], title_at: int | None, link: str | None, *, day_first: bool | None
) -> date | None:
    """Return the publication date of a page, or None if it states none.

    Args:
        stated: The metadata in the markup.
        blocks: The blocks of text on the page.
        title_at: The position of the title among the blocks; None if it is not shown.
        link: The URL of the page.
        day_first: Whether the day precedes the month in numeric dates; None if unknown.
    """
    values = [(value, stated_day(value, day_first=day_first)) for value in stated_dates(stated)]
    declared = [(day, _moment(value.strip())) for value, day in values if day]
    in_link = _find_day_in_link(link or "")
    printed = _find_printed_day(blocks, title_at, day_first=day_first) if title_at is not None else None
    if declared:
        if title_at is not None and {value for value, day in values if day} <= {*stated.meta(*_VAGUE)}:
            around = blocks[max(0, title_at - 2) : title_at + 4]
            if day := _find_printed_day(around, min(title_at, 2), day_first=day_first):
                return day
        return _choose_shown(declared, [day for day in (printed, in_link) if day])
    if in_link and printed and abs((in_link - printed).days) <= 1:
        return printed
    near = in_link or printed or _find_labelled_day(blocks, day_first=day_first)
    return near or _only_day(stated, blocks, day_first=day_first)


def day_in_lines(blocks: Sequence[Block], link: str, *, day_first: bool | None) -> date | None:
    """Return the first date in the blocks around a headline.

    If they have none, return the date in the link of the headline, or ``None`` if it has none either.
    """
    for block in blocks:
        if day := _day_of(block, day_first=day_first):
            return day
    return _find_day_in_link(link)


def stated_dates(stated: Stated) -> Iterator[str]:
    """Yield the publication dates in the metadata of a page, the most reliable first."""
    yield from stated.linked("datePublished")
    yield from stated.meta(*_METAS[:4])
    yield from stated.microdata("datePublished")
    yield from stated.meta(*_METAS[4:], *_VAGUE)
    yield from stated.linked("datePublished", of=("WebPage", "ItemPage", "NewsMediaOrganization"))
    yield from stated.linked("dateCreated", "uploadDate")


def _choose_shown(stated: Sequence[tuple[date, datetime | None]], shown: Sequence[date]) -> date:
    """Choose the publication date among the dates in the metadata, preferably a shown one.

    Args:
        stated: The days in the metadata, each with its time (``None`` if no time zone is stated). If the time
            is in UTC, the local day may be the next or the previous day.
        shown: The shown days: the printed day, and the day in the URL.
    """
    first, moment = stated[0]
    if first not in shown and (agreed := [day for day, _ in stated if day in shown]):
        return agreed[0]
    if moment is None or moment.utcoffset():
        return first
    for day, other in stated[1:]:
        if other and other.utcoffset() and abs((other - moment).total_seconds()) < 3600:
            return day
    possible = set()
    if moment.hour >= _EARLIEST_NEXT:
        possible.add(first + timedelta(days=1))
    if moment.hour < _LATEST_BEFORE:
        possible.add(first - timedelta(days=1))
    return next((day for day in shown if day in possible), first)


def _find_day_in_link(link: str) -> date | None:
    path = re.sub(r"^https?://[^/]*", "", link)
    for match in _IN_LINK.finditer(path):
        if day := stated_day("-".join((match[1], match[3].zfill(2), match[4].zfill(2)))):
            return day
    return None


def _find_printed_day(blocks: Sequence[Block], title_at: int, *, day_first: bool | None) -> date | None:
    """Return the date near the title, or ``None`` if there is none.

    It is searched for in the blocks after the title, then in those above the title, then in blocks farther
    below, up to the second paragraph of the text.
    """
    title, after = blocks[title_at], blocks[title_at + 1 : title_at + 1 + _NEAR]
    prose = [at for at, block in enumerate(after, 1) if len(block.text) > _PROSE]
    after = after[: prose[1] if len(prose) > 1 else _NEAR]
    above = reversed(blocks[max(0, title_at - _ABOVE) : title_at])
    for block in chain(after[:_NEXT], above, after[_NEXT:]):
        if block.may_belong_to(title) and (day := _day_of(block, day_first=day_first)):
            return day
    return None


def _only_day(stated: Stated, blocks: Sequence[Block], *, day_first: bool | None) -> date | None:
    """Return the only date in the metadata or, if they have none, in the time elements.

    The result is ``None`` if there are several dates or none.
    """
    nodes = [value for node in stated.nodes if isinstance(value := node.get("datePublished"), str)]
    own = [element for block in blocks if not block.apart for element in _times(block.parts)]
    for values in (
        nodes if len(nodes) == 1 else [],
        stated.root.xpath(_RDFA),
        filter(None, map(time_of, own)),
    ):
        days = {day for value in values if (day := stated_day(value, day_first=day_first))}
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _find_labelled_day(blocks: Sequence[Block], *, day_first: bool | None) -> date | None:
    """Return the only date with a label such as "Published", or ``None`` if there are several or none."""
    short = [block for block in blocks if len(block.text) <= _SHORT and not block.apart]
    labelled = [block for block in short if _LABEL.search(fold(block.text))]
    labelled += [block for label, block in pairwise(short) if _LABEL.fullmatch(fold(label.text).rstrip(" :"))]
    days = {day for block in labelled if (day := _day_of(block, day_first=day_first))}
    return days.pop() if len(days) == 1 else None


def _day_of(block: Block, *, day_first: bool | None) -> date | None:
    """Return the first date in a short block or its time element, or None if it has none."""
    if len(block.text) > _SHORT:
        return None
    text = _published_part(block.text)
    if not text:
        return None
    named = find_expressions(_CLOCK_COMMA.sub(" ", _translate_months(text)))
    for one in [one for one in named if one.precision == "day" and one.days.year][:1]:
        days = one.days.in_year(one.days.year)
        if days and days[0] == days[1] and (day := stated_day(date.fromordinal(days[0]).isoformat())):
            return day
    for element in _times(block.parts):
        if day := stated_day(time_of(element) or "", day_first=day_first):
            return day
    for match in NUMERIC_DAY.finditer(text):
        if day := stated_day(match[0], day_first=day_first):
            return day
    return None


def _translate_months(text: str) -> str:
    """Translate German, Italian, Portuguese, Dutch and Catalan names of months to English."""
    return _OTHER_MONTH.sub(
        lambda found: f"{found[1]} {_MONTHS[found[2]]}" if found[1] else _MONTHS[found[2]], fold(text)
    )


def _published_part(text: str) -> str:
    """Remove the date of a later change: ``Published 3 May, updated 5 May`` -> ``Published 3 May,``."""
    folded = fold(text)
    changed = _CHANGED.search(folded)
    if changed is None:
        return text
    label = _LABEL.search(folded, changed.end())
    return text[label.start() :] if label else text[: changed.start()]


def _times(parts: Sequence[Any]) -> Iterator[Any]:
    for found in (found for part in parts for found in part.iter("time", "abbr")):
        if not re.search("modif|updat", f"{found.get('itemprop')} {found.get('class')}", re.IGNORECASE):
            yield found
