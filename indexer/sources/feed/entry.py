"""From the element of an item to the item: what it states, and nothing worked out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from indexer.item import RawItem, SourceLines
from indexer.sources.codes import read_language
from indexer.sources.feed.fields import fields_of
from indexer.sources.feed.links import link_of, link_of_whole
from indexer.sources.feed.wording import body_of, without_furniture
from indexer.sources.html_text import line_of
from indexer.sources.limits import too_long
from indexer.sources.source import Skipped
from indexer.sources.stated_date import read_date
from indexer.sources.stated_id import StatedIds

if TYPE_CHECKING:
    from indexer.item import ItemDate
    from indexer.sources.feed.elements import Element
    from indexer.sources.source import OnSkip

# Of several the first that is a date.
DATES: Final = (
    *("pubDate", "published", "issued", "dcterms:issued", "dcterms:created", "created"),
    *("dc:date", "date", "updated", "dcterms:modified", "modified"),
)
_TEXTS: Final = ("content:encoded", "content", "body", "yandex:full-text", "fulltext")
_SUMMARIES: Final = ("description", "summary", "dc:description", "itunes:summary", "excerpt:encoded")
_SHORT: Final = 200  # characters of a text that may be no more than the caption of a picture


class EntryReader:
    """Reads the items of one feed.

    Args:
        name: The source's name.
        whole: What is said of the feed.
        on_skip: Called with what is left out.
        dates: The names of the elements that state a date, the best first.
        address: Where the feed was fetched from; empty for a file.
    """

    def __init__(
        self,
        name: str,
        whole: Element,
        on_skip: OnSkip,
        dates: tuple[str, ...] = DATES,
        address: str = "",
    ) -> None:
        self._name = name
        self._whole = whole
        self._on_skip = on_skip
        self._dates = dates
        self._address = address
        self._ids = StatedIds()
        self._know_whole()
        self._furnished = 0

    def read(self, item: Element, more: tuple[tuple[str, str], ...] = ()) -> RawItem | None:
        """Read an item.

        Args:
            item: Its element.
            more: Fields of it beside those that the element has.

        Returns:
            The item; None, after a call of ``on_skip``, for one that has no text, or too much.
        """
        title = line_of(_html_of(item, "title", "dc:title", "news:title")) or None
        try:
            paragraphs, summary = self._body(item)
        except ValueError as error:
            self._tell(item, str(error))
            return None
        if title is None and not paragraphs:
            self._tell(item, "neither a title nor a text")
            return None
        if reason := too_long(title, paragraphs):
            self._tell(item, reason)
            return None
        if len(self._whole.parts) != self._known:
            self._know_whole()
        url = link_of(item, self._site, self._address)
        section, categories = _categories(item)
        fields = dict(more)
        if len(categories) > 1:
            fields["categories"] = ", ".join(categories)
        if summary:
            fields["summary"] = summary
        return RawItem(
            source=SourceLines(self._name, item.first, item.last),
            title=title,
            paragraphs=paragraphs,
            id=self._ids.of(self._key(item, url), "\n".join((title or "", *paragraphs))),
            stated=bool(_stated_key(item)),
            url=url,
            date=self._date(item),
            author=_author(item) or self._author or None,
            section=section,
            fields=tuple((fields_of(item) | fields).items()),
            likely_language=_language(item) or self._language or None,
        )

    def _know_whole(self) -> None:
        """Learn what is said of the whole by now."""
        self._known = len(self._whole.parts)
        self._site = link_of_whole(self._whole)
        self._author = _author(self._whole)
        self._language = _language(self._whole)
        # Who writes in Spanish or French writes the day first; who writes in English may do either.
        self._day_first = True if read_language(self._language) in {"es", "fr"} else None

    def tell_furniture(self) -> None:
        """Tell of how many items what stands under each was left out."""
        if self._furnished:
            what = "links to the whole text or to where it appeared first, and words over adverts"
            self._on_skip(Skipped(self._name, 0, f"{what}, left out of {self._furnished:,} texts"))

    def _body(self, item: Element) -> tuple[tuple[str, ...], str]:
        """Read the text of an item, and its summary where that says something else."""
        body = body_of(max(map(_source, item.named(*_TEXTS)), key=len, default=""))
        summary = body_of(_html_of(item, *_SUMMARIES))
        if sum(map(len, body)) < _SHORT and sum(map(len, summary)) > sum(map(len, body)):
            body, summary = summary, body
        kept = without_furniture(body)
        self._furnished += kept != body
        short = " ".join(without_furniture(summary))
        is_said = short.rstrip(" .…[]")[: _SHORT // 2] in " ".join(kept)
        return kept, "" if is_said else short

    def _date(self, item: Element) -> ItemDate | None:
        for text in filter(None, [element.text for element in item.named(*self._dates)]):
            if stated := read_date(text, day_first=self._day_first):
                return stated
            self._tell(item, f"the date “{line_of(text)[:40]}” is none; left out", field=True)
        return None

    def _key(self, item: Element, url: str | None) -> str | None:
        """Find what identifies an item; what only one site's items are numbered by is joined to the site."""
        stated = _stated_key(item)
        if not stated:
            return url if url != self._site else None
        return stated if ":" in stated else f"{self._site} {stated}"

    def _tell(self, item: Element, reason: str, *, field: bool = False) -> None:
        self._on_skip(Skipped(self._name, item.first, reason, field))


def _stated_key(item: Element) -> str:
    return item.text_of("guid", "id") or item.attributes.get("rdf:about", "")


def _html_of(item: Element, *names: str) -> str:
    """Give the first of an item's elements with the first of some names that holds anything, as HTML."""
    return next((html for element in item.named(*names) if (html := _source(element).strip())), "")


def _source(element: Element) -> str:
    kind = element.attributes.get("type", "")
    if "/" in kind and not kind.startswith("text/") and "xml" not in kind:
        return ""  # a picture, a sound
    return escape(element.text) if kind in {"text", "text/plain"} else element.html()


def _author(item: Element) -> str:
    for kind in ("dc:creator", "author", "dc:author", "itunes:author"):
        names = [
            line_of(element.text_of("name", "email") or _name_beside(element.text))
            for element in item.named(kind)
        ]
        if any(names):
            return ", ".join(dict.fromkeys(filter(None, names)))
    return ""


def _name_beside(text: str) -> str:
    """Take the name out of ``writer@news.example (Writer)``."""
    address, opened, name = text.partition("(")
    return name.rstrip(") ") if opened and "@" in address and name.strip(") ") else text


def _categories(item: Element) -> tuple[str | None, list[str]]:
    names = []
    for element in item.named("category", "dc:subject", "media:category", "section"):
        stated = element.text or element.attributes.get("label") or element.attributes.get("term", "")
        names.append(line_of(stated))
    categories = list(dict.fromkeys(filter(None, names)))
    return next((name for name in categories if name.lower() not in _NO_CATEGORY), None), categories


_NO_CATEGORY: Final = frozenset(
    {"uncategorized", "uncategorised", "sin categoría", "sin categorizar", "non classé", "non catégorisé"}
)


def _language(item: Element) -> str:
    return item.text_of("dc:language", "language") or item.language
