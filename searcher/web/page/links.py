"""The links of the page: each carries the whole question, so that it can be kept and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from markupsafe import Markup, escape

from indexer.runtime import NamedTuple
from searcher.web.parameters import FILTERS, READING, SearchParams, encoded
from searcher.web.responses import page_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from searcher.searcher import Searcher


SAFE_SCHEMES = ("http://", "https://")
FIRST_PAGE: dict[str, Any] = {"offset": 0, "after": None}
USUAL: Final = SearchParams()
UNFILTERED: Final = {name: getattr(USUAL, name) for name in FILTERS}
_OF_READING: Final = {name: getattr(USUAL, name) for name in (*READING, "limit")}


def pairs(params: SearchParams, fields: Iterable[str]) -> list[tuple[str, str]]:
    """List the names and values of some parameters, without those that have their defaults."""
    return [pair for name in fields for pair in parse_qsl(encoded(name, getattr(params, name)))]


class Links:
    """Makes the links of one question.

    Args:
        params: The question.
        base: What stands before the path of every link.
    """

    def __init__(self, params: SearchParams, base: str) -> None:
        self.params = params
        self.base = base
        self._parts = {name: encoded(name, getattr(params, name)) for name in SearchParams._fields}
        self._kept: str | None = None  # the question as it stands, behind the address of an item

    def alongside(self) -> Links:
        """Make the links of the question without what reading tools alone take, and with the usual limit."""
        return Links(self.params._replace(**_OF_READING), self.base)

    def _query(self, changed: dict[str, Any]) -> str:
        """Return the question, changed, as :meth:`searcher.web.parameters.SearchParams.query_string` does."""
        parts = self._parts | {name: encoded(name, value) for name, value in changed.items()}
        return "&".join(filter(None, parts.values()))

    def to(self, path: str, **changed: Any) -> Markup:
        """Link to an address with the question, changed."""
        query = self._query(changed)
        return escape(f"{self.base}{path}?{query}" if query else f"{self.base}{path}")

    def search(self, *, path: str = "/search", **changed: Any) -> Markup:
        """Link to the first page of a changed question."""
        return self.to(path, **{**FIRST_PAGE, **changed})

    def stem(self, **changed: Any) -> str:
        """Give a link to the first page of a changed question, to which ``name=value`` is to be appended."""
        query = self._query({**FIRST_PAGE, **changed})
        return str(escape(f"{self.base}/search?{query}&" if query else f"{self.base}/search?"))

    def dates(self) -> str:
        """Give a link that narrows to a period, for which ``@`` stands."""
        return self.stem(from_=None, to=None) + "from=@&amp;to=@"  # an @ of the question is %40 in it

    def item(self, item_id: str) -> Markup:
        """Link to an item, with the question whose words are marked there."""
        if self._kept is None:
            query = self._query({})
            self._kept = str(escape(f"?{query}")) if query else ""
        return Markup(f"{escape(self.base)}{page_path(item_id)}{self._kept}")  # noqa: S704 - escaped

    def without(self, field: str, value: str) -> Markup:
        """Link to the question without one value of a filter."""
        kept: Sequence[str] = getattr(self.params, field)
        changed: dict[str, Any] = {field: tuple([one for one in kept if one != value])}
        return self.search(**changed)


def safe_url(url: str | None) -> str | None:
    """Give an address that may be a link: of the web, and of no other scheme."""
    return (
        url if url and url.lower().startswith(SAFE_SCHEMES) and url.isprintable() and " " not in url else None
    )


class PageContext(NamedTuple):
    """What a page is made with beside the answer.

    Attributes:
        searcher: The open generation of the index.
        base: What stands before the path of every link: empty, or the path of ``--base-url`` without a
            slash at its end.
        origin: The same as a whole address, for links that have to be: ``https://news.example.org/archive``.
        stylesheet: The path of the style sheet, which changes with what is in it.
        languages: Those of ``en``, ``es`` and ``fr`` that the reader takes, best first, one at least: that of
            ``ui``, then those of ``Accept-Language``.
        receipt: The hash of the answer's receipt, for a report; empty without one.
    """

    searcher: Searcher
    base: str
    origin: str
    stylesheet: str
    languages: tuple[str, ...]
    receipt: str = ""

    def item_address(self, item_id: str) -> str:
        """Give the whole address of the page of an item."""
        return self.origin + page_path(item_id)
