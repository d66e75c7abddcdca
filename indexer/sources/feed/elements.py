"""From tags and texts to the elements of one item after the other; no more than one item is held."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from indexer.sources.feed.markup import Markup, Tag, TooLongError
from indexer.sources.limits import LONGEST_TOKEN, MOST_PARTS
from indexer.sources.source import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.sources.source import OnSkip

# Elements of these vocabularies go by their names alone; others by a prefix, whatever one a document uses.
_PREFIXES: Final = {
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/1999/xhtml": "",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
_UNDECLARED: Final = {"rss": "", "atom": "", "atom10": "", "a10": ""}
_BASE, _LANGUAGE = "xml:base", "xml:lang"
_WHOLES: Final = frozenset({"rss", "channel", "rdf:RDF", "feed", "urlset"})
_MOST_OF_THE_WHOLE: Final = 100
_VOID: Final = frozenset({"br", "hr", "img"})
_DEEPEST: Final = 100  # elements within one another; what lies deeper is text of the last
# What is said of the whole and of use for its items; the rest, which may be long, is not kept.
_OF_THE_WHOLE: Final = frozenset(
    {"title", "link", "language", "dc:language", "author", "name", "dc:creator", "wp:base_blog_url"}
)


class Element:
    """An element of a document.

    Attributes:
        name: Its name, with the usual prefix of its vocabulary where that is none of RSS, Atom or HTML.
        attributes: Their names as written, and values.
        parts: Its elements and texts, in order.
        first, last: The lines where it begins and ends.
        base: What is stated for its relative links, nearest last.
        language: The language stated for it by ``xml:lang``, on it or around it; empty for none.
    """

    __slots__ = (
        *("_index", "_indexed", "attributes", "base", "first", "language", "last", "name", "namespaces"),
        *("parts", "written"),
    )

    def __init__(self, tag: Tag, around: Element | None, line: int) -> None:
        attributes = tag.attributes
        self.attributes = attributes
        self.base: tuple[str, ...] = around.base if around else ()
        self.language: str = around.language if around else ""
        self.namespaces: dict[str, str] = around.namespaces if around else {}
        if attributes:
            declared = {
                name[6:]: _PREFIXES.get(uri, uri if name == "xmlns" else name[6:])
                for name, uri in attributes.items()
                if name.startswith("xmlns")
            }
            if declared:
                self.namespaces = self.namespaces | declared
            if base := attributes.get(_BASE):
                self.base = (*self.base, base)
            self.language = attributes.get(_LANGUAGE) or self.language
        self.written = tag.name
        self.name = canonical(tag.name, self.namespaces)
        self.parts: list[Element | str] = []
        self.first = self.last = line
        self._index: dict[str, list[Element]] = {}
        self._indexed = 0  # how many of its parts stand in the index

    def html(self) -> str:
        """Give what stands in it as HTML: escaped in its texts, or, as XHTML, in elements of its own."""
        return _html_of(self, is_xhtml=self.attributes.get("type") == "xhtml")

    @property
    def elements(self) -> Iterator[Element]:
        """Its elements, in order."""
        return (part for part in self.parts if isinstance(part, Element))

    @property
    def text(self) -> str:
        """Its own text, without that of its elements."""
        return "".join([part for part in self.parts if isinstance(part, str)]).strip()

    def named(self, *names: str) -> list[Element]:
        """List its elements of some names, those of the first name first."""
        if self._indexed != len(self.parts):
            self._index = {}
            for element in self.elements:
                self._index.setdefault(element.name, []).append(element)
            self._indexed = len(self.parts)
        index = self._index
        return [element for name in names if name in index for element in index[name]]

    def text_of(self, *names: str) -> str:
        """Give the text of the first of its elements with the first of some names that has text."""
        return next((text for element in self.named(*names) if (text := element.text)), "")

    def replace(self, parts: list[Element]) -> None:
        """Put other elements in the place of its own."""
        self.parts = [*parts]
        self._indexed = -1


def canonical(name: str, namespaces: dict[str, str]) -> str:
    """Give the usual name of an element.

    Args:
        name: As written.
        namespaces: The usual prefix for each declared one.
    """
    prefix, colon, local = name.partition(":")
    if not colon:
        usual = namespaces.get("", "")
        return f"{usual}:{name}" if usual and "/" not in usual else name
    usual = namespaces.get(prefix, _UNDECLARED.get(prefix, prefix))
    return f"{usual}:{local}" if usual else local


def _html_of(element: Element, *, is_xhtml: bool) -> str:
    pieces: list[str] = []
    for part in element.parts:
        if isinstance(part, str):
            pieces.append(escape(part, quote=False) if is_xhtml else part)
        elif part.name in _VOID:
            pieces.append(f"<{part.name}>")
        else:
            pieces += (f"<{part.name}>", _html_of(part, is_xhtml=is_xhtml), f"</{part.name}>")
    return "".join(pieces)


class Items:
    """The items of a document, one after the other.

    Args:
        markup: The document.
        names: The names of elements that are items.
        name: The source's name, for what is told.
        on_skip: Called with each item that is too large.

    Attributes:
        whole: What is said of the whole: the elements of the channel or feed that were read so far.
    """

    def __init__(self, markup: Markup, names: frozenset[str], name: str, on_skip: OnSkip) -> None:
        self._markup = markup
        self._names = names
        self._name = name
        self._on_skip = on_skip
        self._open: list[Element] = []
        self._item_at = -1  # where the item that is read stands among the open elements
        self._size = 0
        self.whole = Element(Tag("whole", closes=False, empty=False, attributes={}), None, 1)

    def __iter__(self) -> Iterator[Element]:
        """Yield each item when it ends; one that never ends, where the next begins."""
        try:
            for token in self._markup.tokens():
                self._size += 1
                if isinstance(token, str):
                    if self._open and (self._item_at >= 0 or self._is_of_the_whole(self._open[-1])):
                        self._open[-1].parts.append(token)
                elif token.closes:
                    yield from self._end(token.name)
                else:
                    yield from self._start(token)
                if self._size > MOST_PARTS and self._item_at >= 0:
                    self._drop_item()
        except TooLongError:
            self._tell(f"a text of more than {LONGEST_TOKEN >> 20} MiB; the rest is left out")
        if self._item_at >= 0:
            yield self._finish()

    def _start(self, tag: Tag) -> Iterator[Element]:
        around = self._open[-1] if self._open else None
        element = Element(tag, around, 0)
        if element.name in self._names:
            if tag.empty:
                return  # nothing is said of it
            element.first = self._markup.line()
            if self._item_at < 0:
                self._item_at, self._size = len(self._open), 0
        elif self._item_at < 0:
            self._keep(element, around)
        elif around is not None:
            if around.name in self._names and len(self._open) - 1 > self._item_at:
                # What holds something is an item of its own: that around it had no end.
                outer = self._open[self._item_at]
                outer.last = self._markup.line()
                del self._open[self._item_at : -1]
                self._size = 0
                yield outer
            around.parts.append(element)
        if not tag.empty and len(self._open) < _DEEPEST:
            self._open.append(element)

    def _is_of_the_whole(self, element: Element) -> bool:
        return element.name in _OF_THE_WHOLE and len(element.parts) < _MOST_OF_THE_WHOLE

    def _keep(self, element: Element, around: Element | None) -> None:
        """Keep what is said of the whole: of a channel or a feed, not of its picture."""
        if around is None or element.name not in _OF_THE_WHOLE:
            return
        if around.name in {"channel", "feed"} and len(self.whole.parts) < _MOST_OF_THE_WHOLE:
            self.whole.parts.append(element)
            self.whole.base, self.whole.language = element.base, element.language
        elif around.name == "author" and not around.parts:
            around.parts.append(element)

    def _end(self, name: str) -> Iterator[Element]:
        """Close the innermost open element of a name, and all within it; an end without a start is none."""
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].written == name), -1)
        if at < 0 or (at < self._item_at and self._open[at].name not in _WHOLES):
            return
        if at <= self._item_at:
            yield self._finish()
        del self._open[at:]

    def _finish(self) -> Element:
        """Give the item that is read, which ends here."""
        item = self._open[self._item_at]
        item.last = self._markup.line()
        del self._open[self._item_at :]
        self._item_at, self._size = -1, 0
        return item

    def _drop_item(self) -> None:
        """Leave out an item that has too many parts; what follows before its end is no item's."""
        self._tell(f"an item of more than {MOST_PARTS:,} tags and texts")
        del self._open[self._item_at :]
        self._item_at = -1

    def _tell(self, reason: str) -> None:
        self._on_skip(Skipped(self._name, self._markup.line(), reason))
