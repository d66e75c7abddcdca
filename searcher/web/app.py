"""The application: an address and its parameters become one call, its answer the form that is asked for."""

from __future__ import annotations

from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from indexer.errors import DragomanError
from searcher.web import page
from searcher.web.asked import ALL, COUNTED, Asked, read_asked
from searcher.web.generations import Generations
from searcher.web.page import PageContext
from searcher.web.page.charts import map_file
from searcher.web.page.report import style_source
from searcher.web.pool import Pool
from searcher.web.problem import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from starlette.requests import Request

    from searcher.results import Results
    from searcher.searcher import Searcher
    from searcher.web.serving import Serving

FACETS: Final = ("year", "country", "language")
STYLESHEET: Final = Path(__file__).parent / "static" / "page.css"
POLICY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def application(serving: Serving) -> Starlette:
    """Make the ASGI application over one index."""
    return _Application(serving).app


class _Application:
    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._style = STYLESHEET.read_bytes()
        self._style_name = f"/static/page.{sha256(self._style).hexdigest()[:16]}.css"
        self._pool = Pool(serving.threads, serving.waiting, serving.seconds)
        self._generations = Generations(serving.place)
        self.app = Starlette(
            routes=[
                Route("/", self._home),
                Route("/search", self._search),
                Route("/search.json", self._search_json),
                Route("/items/{id}.json", self._item_json),
                Route("/items/{id}", self._item),
                Route("/report", self._report),
                Route("/timeline.svg", self._timeline),
                Route(self._style_name, self._stylesheet),
                Route(f"/static/{map_file()[0]}", self._map),
            ],
            exception_handlers={Problem: self._problem, HTTPException: self._http_problem},
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        self._pool.close()

    def _context(self, request: Request, searcher: Searcher) -> PageContext:
        base = self._serving.base_url or f"{request.url.scheme}://{request.url.netloc}"
        path = "/".join(base.split("/")[3:])
        prefix = f"/{path}" if path else ""
        return PageContext(searcher, prefix, base, prefix + self._style_name, ("en",))

    async def _work(
        self, request: Request, make: Callable[[Asked, PageContext], str], allowed: Collection[str] = ALL
    ) -> str:
        asked = read_asked(request.scope["query_string"], allowed)
        context = self._context(request, await self._generations.latest(self._pool))
        return await self._pool.run(lambda: make(asked, context))

    async def _home(self, request: Request) -> Response:
        return _html(await self._work(request, page.home_page))

    async def _search(self, request: Request) -> Response:
        def make(asked: Asked, context: PageContext) -> str:
            try:
                results, problem = _answer(asked, context.searcher), None
            except DragomanError as error:
                results, problem = None, Problem(400, str(error))
            return page.search_page(asked, results, problem, context)

        return _html(await self._work(request, make))

    async def _search_json(self, request: Request) -> Response:
        def make(asked: Asked, context: PageContext) -> str:
            from io import StringIO

            from searcher.present import open_writer

            out = StringIO()
            open_writer("json", out, color=False, width=0).write_results(_answer(asked, context.searcher))
            return out.getvalue()

        return Response(await self._work(request, make), media_type="application/json", headers=POLICY)

    async def _item(self, request: Request) -> Response:
        item_id = request.path_params["id"]
        return _html(
            await self._work(
                request, lambda asked, context: page.item_page(asked, context.searcher.item(item_id), context)
            )
        )

    async def _item_json(self, request: Request) -> Response:
        item_id = request.path_params["id"]

        def make(_: Asked, context: PageContext) -> str:
            from io import StringIO

            from searcher.present import open_writer

            out = StringIO()
            open_writer("json", out, color=False, width=0).write_item(context.searcher.item(item_id))
            return out.getvalue()

        return Response(await self._work(request, make), media_type="application/json", headers=POLICY)

    async def _report(self, request: Request) -> Response:
        text = await self._work(
            request, lambda asked, context: page.report_page(asked, _answer(asked, context.searcher), context)
        )
        policy = POLICY["Content-Security-Policy"].replace("style-src 'self'", f"style-src {style_source()}")
        return HTMLResponse(text, headers={**POLICY, "Content-Security-Policy": policy})

    async def _timeline(self, request: Request) -> Response:
        def make(asked: Asked, context: PageContext) -> str:
            found = context.searcher.search(
                asked.q, limit=0, facets=("year", "month"), group=False, **asked.narrowing()
            )
            return page.timeline_svg(asked, found, context)

        return Response(await self._work(request, make, COUNTED), media_type="image/svg+xml", headers=POLICY)

    async def _stylesheet(self, _: Request) -> Response:
        return Response(
            self._style,
            media_type="text/css",
            headers={**POLICY, "Cache-Control": "public, max-age=31536000, immutable"},
        )

    async def _map(self, _: Request) -> Response:
        return Response(
            map_file()[1],
            media_type="image/svg+xml",
            headers={**POLICY, "Cache-Control": "public, max-age=31536000, immutable"},
        )

    async def _problem(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return JSONResponse(
            error.to_record(), error.status, {**POLICY, **error.headers}, "application/problem+json"
        )

    async def _http_problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return await self._problem(request, Problem(error.status_code, error.detail))


def _answer(asked: Asked, searcher: Searcher) -> Results:
    facets = (*FACETS, *searcher.counted_fields)
    return searcher.search(asked.q, facets=facets, **asked.search_arguments()).complete()


def _html(text: str) -> Response:
    return HTMLResponse(text, headers=POLICY)
