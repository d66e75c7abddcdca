"""Build the links of a page, each with the whole question, so that it can be saved and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from markupsafe import Markup, escape

from indexer.runtime import NamedTuple
from searcher.query.limits import MAX_CHARACTERS, has_several_words
from searcher.web.parameters import FILTERS, READING, SearchParams, encoded, requires_all_words
from searcher.web.responses import page_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.searcher import Searcher


MAX_REPEATED: Final = 1_000  # characters of a query that the links of all bars, countries and hits repeat
SAFE_SCHEMES = ("http://", "https://")
FIRST_PAGE: dict[str, Any] = {"offset": 0, "after": None}
USUAL: Final = SearchParams()
UNFILTERED: Final = {name: getattr(USUAL, name) for name in FILTERS}
_OF_READING: Final = {name: getattr(USUAL, name) for name in (*READING, "limit")}


def pairs(params: SearchParams, fields: Iterable[str], path: str = "/search") -> list[tuple[str, str]]:
    """Return the names and values of some parameters, except those with their defaults at an address."""
    counting = requires_all_words(path)
    encodings = [encoded(name, getattr(params, name), counting=counting) for name in fields]
    return [pair for one in encodings for pair in parse_qsl(one)]


class Links:
    """Builds the links of one question.

    Args:
        params: The question; of a longer query, links carry the characters that are read.
        base: The beginning of the path of every link.
    """

    def __init__(self, params: SearchParams, base: str) -> None:
        length = len(params.q or "")
        if length > MAX_CHARACTERS:
            params = params._replace(q=(params.q or "")[:MAX_CHARACTERS])
        params = params._replace(match=None)  # it only narrows the lists of one page
        self.is_long = length > MAX_REPEATED
        self.params = params
        self.base = base
        self._parts = {name: encoded(name, getattr(params, name)) for name in SearchParams._fields}
        self._kept: str | None = None  # the query string of links to items

    def alongside(self) -> Links:
        """Return links without the parameters of reading tools and with the default limit."""
        return Links(self.params._replace(**_OF_READING), self.base)

    def _query(self, changed: dict[str, Any], path: str = "/search") -> str:
        """Return the changed question, as :meth:`searcher.web.parameters.SearchParams.query_string` does.

        It carries the mode of this page, so that the page at the address counts the same, unless there is
        only one word.
        """
        parts = self._parts | {name: encoded(name, value) for name, value in changed.items()}
        if not (parts["vs"] or has_several_words(changed.get("q", self.params.q))):
            parts["all_"] = ""
        elif requires_all_words(path):
            parts["all_"] = encoded("all_", changed.get("all_", self.params.all_), counting=True)
        return "&".join(filter(None, parts.values()))

    def to(self, path: str, **changed: Any) -> Markup:
        """Return a link to an address with the changed question."""
        query = self._query(changed, path)
        return escape(f"{self.base}{path}?{query}" if query else f"{self.base}{path}")

    def search(self, *, path: str = "/search", **changed: Any) -> Markup:
        """Return a link to the first page of a changed question."""
        return self.to(path, **{**FIRST_PAGE, **changed})

    def stem(self, **changed: Any) -> str:
        """Return a link to the first page of a changed question, to which ``name=value`` can be appended."""
        query = self._query({**FIRST_PAGE, **changed})
        return str(escape(f"{self.base}/search?{query}&" if query else f"{self.base}/search?"))

    def dates(self) -> str:
        """Return a link that filters by a period, with ``@`` in place of the period."""
        return self.stem(from_=None, to=None) + "from=@&amp;to=@"  # an @ of the question is encoded as %40

    def item(self, item_id: str) -> Markup:
        """Return a link to an item, with the question whose words are marked there unless it is long."""
        if self._kept is None:
            query = "" if self.is_long else self._query({})
            self._kept = str(escape(f"?{query}")) if query else ""
        return Markup(f"{escape(self.base)}{page_path(item_id)}{self._kept}")  # noqa: S704 - escaped

    def without(self, field: str, value: str) -> Markup:
        """Return a link to the question without one value of a filter."""
        kept: Sequence[str] = getattr(self.params, field)
        changed: dict[str, Any] = {field: tuple([one for one in kept if one != value])}
        return self.search(**changed)


def safe_url(url: str | None) -> str | None:
    """Return an address if it is safe as a link: of the web, and of no other scheme; else None."""
    return (
        url if url and url.lower().startswith(SAFE_SCHEMES) and url.isprintable() and " " not in url else None
    )


class PageContext(NamedTuple):
    """The context of a page.

    Attributes:
        searcher: The open generation of the index.
        base: The beginning of the path of every link: empty, or the path of ``--base-url`` without a trailing
            slash.
        origin: The same as an absolute address: ``https://news.example.org/archive``.
        stylesheet: The path of the style sheet, which changes with its content.
        languages: The languages of the reader among ``en``, ``es`` and ``fr``, best first, at least one: that
            of ``ui``, then those of ``Accept-Language``.
        archive: The name of the archive.
        receipt: The hash of the receipt of the results, for a report; empty without one.
        about: The text that describes the archive, as HTML.
    """

    searcher: Searcher
    base: str
    origin: str
    stylesheet: str
    languages: tuple[str, ...]
    archive: str = "Dragoman"
    receipt: str = ""
    about: str = ""

    def item_address(self, item_id: str) -> str:
        """Return the absolute address of the page of an item."""
        return self.origin + page_path(item_id)
