"""Run the ASGI application.

Each response is computed in a thread of the pool, then sent. Errors become pages or problem details (RFC
9457).
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from secrets import token_hex
from threading import Thread
from time import strftime
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from indexer.errors import DragomanError, QueryError, message
from searcher.web.gate import Gate, is_page
from searcher.web.generations import Generations, freeze_loaded_objects, return_memory
from searcher.web.page.links import PageContext
from searcher.web.page.search_page import problem_page
from searcher.web.page.suggestions import prepare
from searcher.web.parameters import SearchParams, problem_of, read_leniently, read_params
from searcher.web.pool import Download, Pool, client_of
from searcher.web.responses import (
    ALWAYS,
    PAGE,
    Body,
    Problem,
    StaticFile,
    compress_body,
    content_coding,
    entity_tag,
    matches_tag,
    problem_response,
    reader_languages,
    static_files,
    takes_gzip,
)
from searcher.web.routes import HTML, JSON, ROUTES, SUGGESTIONS, SVG

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from searcher.searcher import Searcher
    from searcher.web.generations import Serving
    from searcher.web.openapi import Route
    from searcher.web.write import Writers


_SHORT: Final = 1_000  # bytes below which compression is not worthwhile
_TRANSLATED: Final = frozenset((HTML, SVG, SUGGESTIONS))  # media types in the language of the reader


def application(serving: Serving) -> Starlette:
    """Return the ASGI application for an index.

    Raises:
        IndexFolderError: The index cannot be opened.
    """
    return _Site(serving).app


class _Site:
    """Handles the requests for an index.

    Each response is computed from one generation of the index.
    """

    def __init__(self, serving: Serving) -> None:
        limits = serving.threads, serving.waiting, serving.seconds
        self._pool = Pool(*limits, share=serving.share, after_slow=return_memory)
        self._generations = Generations(serving.place, notes=serving.notes)
        self._prepared = ""  # the generation whose suggestions are prepared
        guarded = serving.token is not None
        public = serving.base_url is not None and not guarded
        self._site = serving.title, serving.about, guarded, public, serving.notes
        routes = [
            StarletteRoute("/healthz", self._health),
            *[StarletteRoute(route.path, self._endpoint(route)) for route in ROUTES],
            *[StarletteRoute(file.path, _static(file)) for file in static_files().values()],
        ]
        self._writers: Writers | None = None
        if serving.write:
            from searcher.web.write import Writers

            self._writers = Writers(serving, self._generations, self._pool)
            routes += self._writers.routes
        faults: Any = dict.fromkeys((DragomanError, Exception), self._fault)
        handlers: Any = {Problem: self._problem, HTTPException: self._respond_to_error, **faults}
        self.app = Starlette(
            routes=routes,
            middleware=[Middleware(Gate, serving=serving), Middleware(self._answer_from_cache)],
            exception_handlers=handlers,
            lifespan=self._lifespan,
        )
        self.app.router.redirect_slashes = False  # redirects would bypass --base-url

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(self._load)
        yield
        self._pool.close()

    def _load(self) -> None:
        """Load everything that searches need before the first request."""
        import numpy as np  # import before the first search that needs it
        from isal import isal_zlib  # used to read stored records

        del np, isal_zlib
        with suppress(ImportError):
            import msgspec  # noqa: F401 - present.records uses it if imported
        context = PageContext(self._generations.current.searcher)
        for route in ROUTES:
            if route.path in {"/search", "/search.json"}:
                with suppress(Problem, DragomanError):
                    _make_body(route, SearchParams("ferry escuela"), context, coding="gzip")
        freeze_loaded_objects()

    def _endpoint(self, route: Route) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request, route)

        return endpoint

    async def _answer(self, request: Request, route: Route) -> Response:
        """Return the response to a request, from the current generation.

        Raises:
            Problem: The request cannot be answered.
        """
        scope = request.scope
        generation = await self._generations.latest(self._pool)
        context, key = self._context(request, generation.searcher), scope["state"]["key"]
        coding, own = key[-1], dict[str, str]()
        if self._writers and route.media == HTML:
            context, own = self._writers.add_forms(request, context)
            key = (*key, *map(str, context.writing or ()))
        variant = (context.languages[0], _today(), *key[6:]) if route.media in _TRANSLATED else ()
        tag = entity_tag(generation.name, context.origin, *variant, scope["raw_path"], scope["query_string"])
        known = request.headers.get("if-none-match", "")
        if known and matches_tag(known, tag):
            return _not_modified(route, tag, own)
        params = read_params(scope["query_string"], route.path)
        responses = generation.responses
        generation.require_whole()

        def respond() -> Response:
            if (made := responses.get(key)) is None:  # an earlier call may have computed the same response
                body, more = _make_body(route, params, context, coding=coding, **request.path_params)
                about: Any = {"headers": _headers(route, tag) | more | own, "media_type": route.media}
                if not isinstance(body, bytes):
                    return Download(body, self._pool, client, **about)
                made = Response(body, **about)
                if "Set-Cookie" not in own:  # do not cache a response that starts a session
                    responses.put(key, made)
            return made

        client = client_of(scope)
        response = await self._pool.run(respond, client)
        if route.media == HTML and self._prepared != generation.name:
            self._prepared = generation.name
            Thread(target=_prepare, args=(generation.searcher,), daemon=True).start()
        return _not_modified(route, tag, own) if known.strip() == "*" else response

    def _answer_from_cache(self, app: ASGIApp) -> ASGIApp:
        """Return an application that answers repeated requests from the cache."""

        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            response = None
            if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
                given = dict(reversed(scope["headers"]))  # of repeated headers, use the first
                state = scope["state"]
                language = reader_languages(given.get(b"accept-language", b"").decode("latin-1"))[0]
                coding = content_coding(given.get(b"accept-encoding", b"").decode("latin-1"))
                # All that a response depends on, except the generation; its links begin with the site.
                site, path, query = state["site"], scope["raw_path"], scope["query_string"]
                key = state["key"] = site, path, query, language, _today(), coding
                if b"if-none-match" not in given:
                    with suppress(Problem):  # if opening a new generation fails, the route reports it
                        response = (await self._generations.latest(self._pool)).responses.get(key)
            await (response or app)(scope, receive, send)

        return respond

    def _context(self, request: Request, searcher: Searcher) -> PageContext:
        """Return the context for rendering a page."""
        prefix, origin = request.scope["state"]["site"]
        languages = reader_languages(request.headers.get("accept-language", ""))
        return PageContext(searcher, prefix, origin, languages, *self._site)

    async def _health(self, _: Request) -> Response:
        opened = await self._generations.latest(self._pool)
        opened.require_whole()
        record = {"status": "ok", "generation": opened.generation, "items": opened.items}
        return Response(json.dumps(record), headers=ALWAYS | {"Cache-Control": "no-store"}, media_type=JSON)

    async def _problem(self, request: Request, error: Exception) -> Response:
        """Return the response to a problem.

        It is a page if the URL is that of a page, or if a browser requested an unknown URL. Otherwise it is
        JSON.
        """
        assert isinstance(error, Problem)
        path = request.url.path
        lost = error.status == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("Accept", "")
        if is_page(path) or (lost and not path.endswith(".json")):
            params = read_leniently(request.scope["query_string"], path)
            context = self._context(request, self._generations.current.searcher)
            text = problem_page(params, error, context, path)
            headers = {**PAGE, "Cache-Control": "no-store", **error.headers}
            return Response(text, error.status, headers, HTML)
        return problem_response(error)

    async def _respond_to_error(self, request: Request, error: Exception) -> Response:
        """Return the response to an error of Starlette: an unknown URL or a forbidden method."""
        assert isinstance(error, HTTPException)
        detail = {
            HTTPStatus.NOT_FOUND: message("web.not_found"),
            HTTPStatus.METHOD_NOT_ALLOWED: message("web.read_only"),
        }.get(HTTPStatus(error.status_code), error.detail)
        closing = {"Connection": "close"} if request.method not in {"GET", "HEAD"} else {}
        headers = {**closing, **(error.headers or {})}
        return await self._problem(request, Problem(error.status_code, detail, headers=headers))

    async def _fault(self, request: Request, error: Exception) -> Response:
        """Return the response to a damaged index or an internal error.

        The error is logged with a reference, which the response contains.
        """
        reference, is_known = token_hex(4), isinstance(error, DragomanError)
        logged = str(error) if is_known else f"{request.method} {request.url.path}"
        sys.stderr.write(f"dragoman: {reference}: {logged}\n")
        detail = message("web.unreadable" if is_known else "web.fault", reference=reference)
        return await self._problem(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def _today() -> str:
    """Return today's date, which printed pages contain."""
    return strftime("%Y-%m-%d")


def _headers(route: Route, tag: str) -> dict[str, str]:
    """Return the headers that all responses of a route have."""
    return {
        **(PAGE if route.media == HTML else ALWAYS),
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding, Accept-Language" if route.media in _TRANSLATED else "Accept-Encoding",
    }


def _prepare(searcher: Searcher) -> None:
    """Prepare suggestions, then return free memory to the system."""
    prepare(searcher)
    return_memory()


def _not_modified(route: Route, tag: str, own: Mapping[str, str]) -> Response:
    """Return a response with status 304 and without a body.

    ``own`` are the headers of this response.
    """
    return Response(None, HTTPStatus.NOT_MODIFIED, {**_headers(route, tag), **own})


def _make_body(
    route: Route, params: SearchParams, context: PageContext, *, coding: str, **path_params: str
) -> tuple[bytes | Iterator[bytes], dict[str, str]]:
    """Compute the body of a response.

    Returns:
        The bytes of the body, or chunks of it for a download, and its additional headers.
    """
    if params.ui:
        context = context._replace(languages=tuple(dict.fromkeys((params.ui, *context.languages))))
    try:
        made = route.make(params, context, **path_params)
    except QueryError as error:
        raise problem_of(error, params, context.searcher) from None
    text, headers = (made.text, dict(made.headers)) if isinstance(made, Body) else (made, {})
    if not isinstance(text, str):
        return text, headers
    content = text.encode("utf-8", "replace")
    if coding and len(content) > _SHORT:
        content = compress_body(content, coding)
        headers["Content-Encoding"] = coding
    return content, headers


def _static(file: StaticFile) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        kept = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        headers = ALWAYS | kept
        content = file.content
        if takes_gzip(request.headers.get("accept-encoding", "")):
            content, headers["Content-Encoding"] = file.packed, "gzip"
        return Response(content, headers=headers, media_type=file.media)

    return endpoint
