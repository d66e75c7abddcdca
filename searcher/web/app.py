"""The application: an address and its parameters become one call, its answer the form that is asked for.

The addresses of the reading tools: of each what it answers with, what makes that, and what it takes.

The description by which a browser adds the archive to its search boxes (OpenSearch 1.1).
"""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64encode
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from http import HTTPStatus
from re import DOTALL, search
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from indexer.errors import DragomanError, QueryError
from searcher.web import answer_forms, page
from searcher.web.answer_forms import ATOM, CSV, HTML, JSON, Body, placed, receipt_of
from searcher.web.gate import Gate, is_page
from searcher.web.generations import Generations, freeze_loaded_objects
from searcher.web.openapi import description
from searcher.web.page import PageContext
from searcher.web.parameters import (
    COUNTED,
    FED,
    LINES,
    OVER_TIME,
    SEARCHED,
    STORIES,
    SearchParams,
    problem_of,
    read_leniently,
    read_params,
)
from searcher.web.pool import Pool, client_of
from searcher.web.responses import (
    ALWAYS,
    Problem,
    StaticFile,
    content_policy,
    entity_tag,
    has_already,
    problem_response,
    read_name,
    reader_languages,
    static_files,
    takes_gzip,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterator

    from starlette.requests import Request

    from searcher.searcher import Searcher
    from searcher.web.generations import Serving


if TYPE_CHECKING:
    Make = Callable[[SearchParams, PageContext], Body | str]
    ReadingRoute = tuple[str, str, Make, Collection[str]]


def _over_time(params: SearchParams, context: PageContext) -> str:
    return page.compared_page(params, answer_forms.series_of(params, context.searcher), context)


def _lines(params: SearchParams, context: PageContext) -> str:
    return page.lines_page(params, answer_forms.lines_of(params, context.searcher), context)


def _stories(params: SearchParams, context: PageContext) -> str:
    return page.stories_page(
        params, answer_forms.stories_of(params, context.searcher, context.languages[0]), context
    )


def _form(make: Callable[[SearchParams, PageContext, str], Body], form: str, name: str = "") -> Make:
    """Make one form of what a tool finds; with a name, a file that a browser saves under it."""

    def made(params: SearchParams, context: PageContext) -> Body:
        body = make(params, context, form)
        return (
            body._replace(headers={"Content-Disposition": f'attachment; filename="{name}"'}) if name else body
        )

    return made


def _routes(
    path: str, shown: Make, make: Callable[[SearchParams, PageContext, str], Body], takes: Collection[str]
) -> Iterator[ReadingRoute]:
    """Give the addresses of a tool: its page, JSON and CSV."""
    yield path, HTML, shown, takes
    yield f"{path}.json", JSON, _form(make, "json"), takes
    yield f"{path}.csv", CSV, _form(make, "csv", f"{path[1:]}.csv"), takes


READING_ROUTES: Final[tuple[ReadingRoute, ...]] = (
    ("/search.atom", ATOM, answer_forms.search_atom, FED),
    ("/timeline.svg", "image/svg+xml", answer_forms.timeline_svg, OVER_TIME),
    *_routes("/timeline", _over_time, answer_forms.timeline, OVER_TIME),
    *_routes("/concordance", _lines, answer_forms.lines, LINES),
    *_routes("/stories", _stories, answer_forms.stories_output, STORIES),
)


_DESCRIPTION: Final = """<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
 <ShortName>Dragoman</ShortName>
 <Description>Search of a news archive in English, Spanish and French</Description>
 <InputEncoding>UTF-8</InputEncoding>
 <Url type="text/html" template={page} indexOffset="0"/>
 <Url type="application/atom+xml" template={feed} indexOffset="0"/>
 <Url type="application/opensearchdescription+xml" rel="self" template={own}/>
</OpenSearchDescription>
"""


def search_description(_: SearchParams, context: PageContext) -> str:
    """Describe how the archive is searched: by the page, and by a feed of the same."""
    return _DESCRIPTION.format(
        page=quoteattr(f"{context.origin}/search?q={{searchTerms}}"),
        feed=quoteattr(f"{context.origin}/search.atom?q={{searchTerms}}&offset={{startIndex?}}"),
        own=quoteattr(f"{context.origin}/opensearch.xml"),
    )


_SHORT: Final = 1_000  # bytes that are not worth compressing


def application(serving: Serving) -> Starlette:
    """Make the ASGI application over one index.

    Raises:
        IndexFolderError: The index cannot be opened.
    """
    return _Site(serving).app


class _Site:
    """What answers requests; each is answered from one generation of the index."""

    def __init__(self, serving: Serving) -> None:
        self._pool = Pool(serving.threads, serving.waiting, serving.seconds, share=serving.share)
        self._generations = Generations(serving.place)
        routes = [
            self._route("/", HTML, _first_page),
            self._route("/search", HTML, _search_page),
            self._route("/report", HTML, _report),
            self._route("/search.json", JSON, answer_forms.search_json),
            self._route("/search.csv", CSV, answer_forms.search_csv),
            self._route("/facets.json", JSON, answer_forms.facets_json, COUNTED),
            *[self._route(*route) for route in READING_ROUTES],
            self._route("/openapi.json", "application/openapi+json", _openapi, ()),
            self._route(
                "/opensearch.xml", "application/opensearchdescription+xml", search_description, ("ui",)
            ),
            Route("/healthz", self._health),
            Route("/items/{id:path}", self._item),
            *[Route(file.path, _static(file)) for file in static_files().values()],
        ]
        handlers: Any = {
            Problem: self._problem,
            DragomanError: self._unreadable,
            HTTPException: self._other,
            Exception: self._fault,
        }
        gate = Middleware(Gate, hosts=serving.hosts, base_url=serving.base_url, access_log=serving.access_log)
        self.app = Starlette(
            routes=routes, middleware=[gate], exception_handlers=handlers, lifespan=self._lifespan
        )
        self.app.router.redirect_slashes = False  # it would lead past --base-url

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(self._load)
        yield
        self._pool.close()

    def _load(self) -> None:
        """Ask what loads all that a question needs, before anybody waits for an answer."""
        import numpy as np  # what many questions in one process are answered with
        from isal import isal_zlib  # and stored records are read with

        del np, isal_zlib
        with suppress(ImportError):
            import msgspec  # noqa: F401 - present.records uses it once it is imported
        context = PageContext(self._generations.current.searcher, "", "", "", ("en",))
        for make in (answer_forms.search_json, _search_page):
            with suppress(Problem, DragomanError):
                _made(make, SearchParams("ferry escuela"), context, HTML, packed=True)
        freeze_loaded_objects()

    def _route(self, path: str, media: str, make: Make, allowed: Collection[str] = SEARCHED) -> Route:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request, media, make, allowed)

        return Route(path, endpoint)

    async def _item(self, request: Request) -> Response:
        item_id, as_json = read_name(request.path_params["id"])

        def make(params: SearchParams, context: PageContext) -> Body | str:
            try:
                item = context.searcher.item(context.searcher.full_id(item_id))
            except QueryError as error:
                raise Problem(
                    HTTPStatus.NOT_FOUND, str(error).partition("; ids are shown")[0], "id"
                ) from None
            return answer_forms.item_json(item) if as_json else page.item_page(params, item, context)

        if as_json:
            return await self._answer(request, JSON, make, ())
        return await self._answer(request, HTML, make)

    async def _answer(
        self, request: Request, media: str, make: Make, allowed: Collection[str] = SEARCHED
    ) -> Response:
        """Answer a request from the generation that stands now.

        Args:
            request: The request.
            media: The media type of the answer.
            make: Makes the answer.
            allowed: The parameters that the address takes.

        Raises:
            Problem: It cannot be answered.
        """
        scope, given = request.scope, request.headers
        generation = await self._generations.latest(self._pool)
        context = self._context(request, generation.searcher)
        variant = context.languages if media is HTML else ()
        tag = entity_tag(generation.name, context.origin, *variant, scope["raw_path"], scope["query_string"])
        headers = {
            **ALWAYS,
            "ETag": tag,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding, Accept-Language" if media is HTML else "Accept-Encoding",
        }
        known = given.get("if-none-match", "")
        if known and has_already(known, tag):
            return Response(None, HTTPStatus.NOT_MODIFIED, headers)
        params = read_params(scope["query_string"], allowed)
        packed = takes_gzip(given.get("accept-encoding", ""))
        generation.require_whole()
        content, more = await self._pool.run(
            lambda: _made(make, params, context, media, packed=packed), client_of(scope)
        )
        if known.strip() == "*":
            return Response(None, HTTPStatus.NOT_MODIFIED, headers)
        return Response(content, headers=headers | more, media_type=media)

    def _context(self, request: Request, searcher: Searcher) -> PageContext:
        """Make what a page is made with beside the answer."""
        prefix, origin = request.scope["state"]["site"]
        languages = reader_languages(request.headers.get("accept-language", ""))
        return PageContext(searcher, prefix, origin, prefix + static_files()["page.css"].path, languages)

    async def _health(self, _: Request) -> Response:
        opened = await self._generations.latest(self._pool)
        opened.require_whole()
        found = await self._pool.run(lambda: opened.searcher.search(None, limit=0, facets=(), group=False))
        record = {"status": "ok", "generation": found.generation, "items": found.total}
        return Response(json.dumps(record), headers=ALWAYS | {"Cache-Control": "no-store"}, media_type=JSON)

    async def _problem(self, request: Request, error: Exception) -> Response:
        """Tell what is wrong: as a page where one was asked for, or a browser asked for what is not there."""
        assert isinstance(error, Problem)
        path = request.url.path
        lost = error.status == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("Accept", "")
        if is_page(path) or (lost and not path.endswith(".json")):
            params = read_leniently(request.scope["query_string"])
            context = self._context(request, self._generations.current.searcher)
            text = page.problem_page(params, error, context)
            headers = {**ALWAYS, "Cache-Control": "no-store", **error.headers}
            return Response(text, error.status, headers, HTML)
        return problem_response(error)

    async def _other(self, request: Request, error: Exception) -> Response:
        """Tell what Starlette found: an address that nothing stands at, a method that none takes."""
        assert isinstance(error, HTTPException)
        detail = {
            HTTPStatus.NOT_FOUND: "nothing stands here; the search is at /search, the API at /openapi.json",
            HTTPStatus.METHOD_NOT_ALLOWED: "this can only be read: use GET or HEAD",
        }.get(HTTPStatus(error.status_code), error.detail)
        closing = {"Connection": "close"} if request.method not in {"GET", "HEAD"} else {}
        headers = {**closing, **(error.headers or {})}
        return await self._problem(request, Problem(error.status_code, detail, headers=headers))

    async def _unreadable(self, request: Request, error: Exception) -> Response:
        """Tell that the index is damaged; how stands in the log."""
        sys.stderr.write(f"dragoman: {error}\n")
        detail = "the index cannot be read; who runs this server finds the reason in its log"
        return await self._problem(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))

    async def _fault(self, request: Request, _: Exception) -> Response:
        """Tell of a fault of ours; what it is stands in the log."""
        detail = "the answer could not be made; who runs this server finds the reason in its log"
        return await self._problem(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def _made(
    make: Make, params: SearchParams, context: PageContext, media: str, *, packed: bool
) -> tuple[bytes, dict[str, str]]:
    """Make an answer, in a thread of the pool.

    Returns:
        Its bytes, and the headers that it has beside those that all have.
    """
    if params.ui:
        context = context._replace(languages=tuple(dict.fromkeys((params.ui, *context.languages))))
    try:
        made = make(params, context)
    except QueryError as error:
        raise problem_of(error, params, context.searcher) from None
    text, headers = (made.text, dict(made.headers)) if isinstance(made, Body) else (made, {})
    if media is HTML and "<style>" in text and (style := search("<style>(.*?)</style>", text, DOTALL)):
        headers["Content-Security-Policy"] = content_policy(f"'self' {_hash_source(style[1])}")
    content = text.encode("utf-8", "replace")
    if packed and len(content) > _SHORT:
        from isal import igzip

        content = igzip.compress(content, 1)
        headers["Content-Encoding"] = "gzip"
    return content, headers


def _hash_source(text: str) -> str:
    """Name a style that stands in a page, as a policy does: by its hash."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _first_page(params: SearchParams, context: PageContext) -> str:
    """Show the whole archive; where something is asked, the answer, as ``/search`` does."""
    asks = params != SearchParams(ui=params.ui)
    return _search_page(params, context) if asks else page.home_page(params, context)


def _search_page(params: SearchParams, context: PageContext) -> str:
    params = placed(params, context.searcher)
    return page.search_page(params, answer_forms.answer(params, context.searcher), None, context)


def _report(params: SearchParams, context: PageContext) -> str:
    params = placed(params, context.searcher)
    results = answer_forms.answer(params, context.searcher)
    receipt = receipt_of(params, results, context.searcher)
    return page.report_page(params, results, context._replace(receipt=receipt))


def _openapi(_: SearchParams, context: PageContext) -> str:
    return json.dumps(description(context.origin), indent=1)


def _static(file: StaticFile) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        headers = {
            **ALWAYS,
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        content = file.content
        if takes_gzip(request.headers.get("accept-encoding", "")):
            content, headers["Content-Encoding"] = file.packed, "gzip"
        return Response(content, headers=headers, media_type=file.media)

    return endpoint
