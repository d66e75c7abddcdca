"""Build links that contain the whole request, so that users can save them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from markupsafe import Markup, escape

from indexer.errors import message
from indexer.runtime import NamedTuple
from searcher.hit_details import EveryHit
from searcher.query.limits import MAX_CHARACTERS
from searcher.web.parameters import FARTHEST, FILTERS, SearchParams, address_of, encode_parameter
from searcher.web.responses import Problem, invalid_parameter, page_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.parameters import Address


MAX_REPEATED: Final = 1_000  # maximum characters of a query in the links of bars, countries and hits
LINK: Final = Markup('<a href="{}">{}</a>')
SAFE_SCHEMES = ("http://", "https://")
FIRST_PAGE: dict[str, Any] = {"offset": 0, "after": None}
UNFILTERED: Final = {name: getattr(SearchParams(), name) for name in FILTERS}


class Links:
    """Builds the links of a page.

    A link includes only parameters that its path accepts and that differ from their defaults. A query that
    is too long is cut to the part that is executed.
    """

    def __init__(self, params: SearchParams, base: str, path: str = "/search") -> None:
        length = len(params.q or "")
        if length > MAX_CHARACTERS:
            params = params._replace(q=(params.q or "")[:MAX_CHARACTERS])
        params = params._replace(match=None)  # only filters the lists of one page
        self.is_long = length > MAX_REPEATED
        self.params = params
        self.base, self._escaped = base, str(escape(base))
        self.path = path
        self._several = _has_several_words(params.q)
        self._known: dict[str, tuple[Address, dict[str, str]]] = {}  # encoded parameters by path
        self._kept: str | None = None  # the query string of links to items

    def _encode_parameters(self, path: str) -> tuple[Address, dict[str, str]]:
        """Return the parameters that a path accepts, and their encoded values in this request."""
        address = address_of(path)
        values, usual = self.params._asdict(), address.usual
        if address.paged != address_of(self.path).paged:
            values["limit"] = usual["limit"]
        parts = {
            name: "" if value == usual[name] else encode_parameter(name, value)
            for name, value in values.items()
            if name in address.fields
        }
        self._known[path] = address, parts
        return address, parts

    def _query(self, changed: dict[str, Any], path: str) -> str:
        """Return a changed request as a query string.

        If the query has several words, the query string contains whether all are required, so that the linked
        page has the same counts. It contains the limit only if both pages show hits or belong to the same
        tool.
        """
        address, parts = self._known.get(path) or self._encode_parameters(path)
        usual = address.usual
        for name, value in changed.items():
            if name in address.fields:
                parts = parts | {name: "" if value == usual[name] else encode_parameter(name, value)}
        several = _has_several_words(changed["q"]) if "q" in changed else self._several
        if not (several or parts.get("vs")):
            parts = parts | {"all_": ""}
        return "&".join(filter(None, parts.values()))

    def fields(self, path: str, shown: Collection[str]) -> list[tuple[str, str]]:
        """Return the parameters that a form for a path must send in hidden fields.

        ``shown`` are the parameters that the form has visible fields for.
        """
        hidden = ("q", *FIRST_PAGE, *shown)
        _, parts = self._known.get(path) or self._encode_parameters(path)
        return [pair for name, part in parts.items() if name not in hidden for pair in parse_qsl(part)]

    def to(self, path: str, **changed: Any) -> Markup:
        """Return a link to a path, for a changed request."""
        query = self._query(changed, path)
        return self._to_attribute(f"{path}?{query}" if query else path)

    def here(self, **changed: Any) -> Markup:
        """Return a link to the first page of this view, for a changed request."""
        return self.to(self.path, **FIRST_PAGE | changed)

    def _to_attribute(self, address: str) -> Markup:
        """Escape a URL for an HTML attribute."""
        return Markup(self._escaped + address)  # noqa: S704 - encoded

    def search(self, *, path: str = "/search", **changed: Any) -> Markup:
        """Return a link to a search, for a changed request."""
        return self.to(path, **{**FIRST_PAGE, **changed})

    def stem(self, **changed: Any) -> Markup:
        """Return the beginning of a link to a search, to which ``name=value`` can be appended."""
        query = self._query({**FIRST_PAGE, **changed}, "/search")
        return self._to_attribute(f"/search?{query}&" if query else "/search?")

    def item(self, item_id: str) -> Markup:
        """Return a link to the page of an item that also contains the query."""
        if self._kept is None:
            query = "" if self.is_long else self._query({}, "/search")
            self._kept = f"?{query}" if query else ""
        return self._to_attribute(page_path(item_id) + self._kept)


def _has_several_words(query: str | None) -> bool:
    """Return whether a query has several words, all of which could be required.

    ``2020-05`` counts as two words.
    """
    return bool(re.search(r"\w\W+\w", query or ""))


def safe_url(url: str | None) -> str | None:
    """Return a URL if its scheme is http or https and it has no spaces or control characters, else None."""
    return (
        url if url and url.lower().startswith(SAFE_SCHEMES) and url.isprintable() and " " not in url else None
    )


class Writing(NamedTuple):
    """The data for the forms of a page with which readers change annotations.

    Attributes:
        token: The form token of the reader.
        saved: The number of items that the previous form changed, or ``None`` if no form was sent.
    """

    token: str
    saved: int | None = None


class PageContext(NamedTuple):
    """The context for rendering a page: the open index, the reader and the server.

    Attributes:
        searcher: The open generation of the index.
        base: The prefix of every link: empty, or the path of ``--base-url`` without a trailing slash.
        origin: The prefix as an absolute URL: ``https://news.example.org/archive``.
        languages: The languages of the reader among ``en``, ``es`` and ``fr``, the preferred one first. There
            is at least one. The language of the parameter ``ui`` precedes those of ``Accept-Language``.
        archive: The name of the archive.
        about: The description of the archive, as HTML.
        guarded: Whether requests need a token.
        public: Whether the archive has a public URL and needs no token.
        notes: Whether notes are shown.
        writing: The data for the forms that change annotations, or ``None`` if readers may not change them.
    """

    searcher: Searcher
    base: str = ""
    origin: str = ""
    languages: tuple[str, ...] = ("en",)
    archive: str = "Dragoman"
    about: str = ""
    guarded: bool = False
    public: bool = False
    notes: bool = False
    writing: Writing | None = None

    def item_address(self, item_id: str) -> str:
        """Return the absolute URL of the page of an item."""
        return self.origin + page_path(item_id)


_SPLIT: Final = "~"  # a character that is not encoded in URLs


def resolve_after(params: SearchParams, searcher: Searcher) -> SearchParams:
    """Replace the parameter ``after`` of a request by an offset.

    ``after`` contains the rank and the id of the last displayed hit, and the generation. In the same
    generation, the rank is exact; in another one, the page begins after the hit's current position.

    Raises:
        Problem: ``after`` is malformed or combined with ``offset``, or its item no longer matches.
    """
    if params.after is None:
        return params
    if params.offset:
        raise invalid_parameter("after", message("web.after_and_offset"))
    rank, _, rest = params.after.partition(_SPLIT)
    generation, _, item_id = rest.partition(_SPLIT)
    is_rank = rank.isascii() and rank.isdecimal() and len(rank) <= len(str(FARTHEST))
    if not (is_rank and generation and item_id):
        raise invalid_parameter("after", message("web.invalid_after"))
    if generation == searcher.ask(lambda answerer: answerer.engine.generation):
        return params._replace(after=None, offset=int(rank))
    return params._replace(after=None, offset=_count_up_to(item_id, params, searcher))


def _count_up_to(item_id: str, params: SearchParams, searcher: Searcher) -> int:
    """Return the rank of an item among the hits."""
    whole = params._replace(after=None).search_arguments() | {"limit": None}
    hits = searcher.search(params.q, facets=(), **whole).hits
    document = searcher.ask(lambda answerer: answerer.engine.find(item_id))
    if isinstance(hits, EveryHit) and document is not None:
        try:
            return hits.documents.index(document) + 1
        except ValueError:
            pass
    raise Problem(HTTPStatus.GONE, message("web.gone"), "after")


def links_around(  # noqa: PLR0913 - the parts of an address and of a page
    base: str, path: str, params: SearchParams, shown: int, total: int, *, after: str | None = None
) -> dict[str, str]:
    """Return the URLs of the first, the previous and the next page.

    Args:
        base: The beginning of the URLs.
        path: The path of the page.
        params: The request.
        shown: The number of results on this page.
        total: The number of results on all pages.
        after: The value of the parameter ``after`` for the next page, or ``None`` to link it by its offset.
    """

    def to(**changed: object) -> str:
        return f"{base}{path}?{params.query_string(path, **changed)}".rstrip("?")

    found = {"first": to(offset=0)}
    if params.offset and params.limit:
        last_page = (total - 1) // params.limit * params.limit
        found["prev"] = to(offset=max(0, min(params.offset - params.limit, last_page)))
    if shown and params.offset + shown < total:
        found["next"] = to(offset=0 if after else params.offset + shown, after=after)
    return found


def links_of(base: str, path: str, params: SearchParams, results: Results) -> dict[str, str]:
    """Return the URLs of the first, the previous and the next page for a page of results."""
    after = None
    if results.hits:
        last = results.hits[-1]
        after = _SPLIT.join((str(last.rank), results.generation, last.id))
    return links_around(base, path, params, len(results.hits), results.groups, after=after)


def page_headers(links: Mapping[str, str], total: int | None) -> dict[str, str]:
    """Return the headers of a page: links to other pages and, unless it is ``None``, the total."""
    link = ", ".join([f'<{address}>; rel="{kind}"' for kind, address in links.items()])
    return {"Link": link} | ({} if total is None else {"X-Total-Count": str(total)})


def part_name(name: str, shown: int, total: int) -> str:
    """Return the name of a file that may contain only some of all rows.

    It is ``name``, or ``name-100-of-1234`` if rows are missing.
    """
    return name if shown >= total else f"{name}-{shown}-of-{total}"
