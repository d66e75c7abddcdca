"""Downloads: all matches, or chosen items, in the formats of an export, sent while they are read."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.responses import StreamingResponse

from indexer.errors import message
from searcher.exports.export_formats import FORMS
from searcher.exports.exporting import rows
from searcher.hit_details import every_hit
from searcher.query.limits import shortened
from searcher.reading.all_matches import question_of_all
from searcher.web.responses import Body, Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from starlette.types import Receive, Scope, Send

    from searcher.answer import Answerer
    from searcher.engine import Engine
    from searcher.web.page.links import PageContext
    from searcher.web.parameters import SearchParams
    from searcher.web.pool import Client, Pool


PART: Final = 1 << 16  # bytes that are made in one turn of the pool
STREAMED: Final = {form: known for form, known in FORMS.items() if not known.needs_file}


def export_rows(params: SearchParams, context: PageContext, form: str) -> Body:
    """Return all matches, or the items with some ids, as ``export --format`` writes them."""
    question = question_of_all(params.q, params.sort, params.narrowing())

    def read(answerer: Answerer) -> tuple[int, Iterator[bytes]]:
        engine = answerer.engine
        documents = (
            [_document(one, engine) for one in dict.fromkeys(params.id)]
            if params.id
            else every_hit(answerer.matches(question)).documents
        )
        return len(documents), FORMS[form].writer()(rows(engine, documents))

    total, chunks = context.searcher.ask(read)
    saved = f'attachment; filename="dragoman{FORMS[form].endings[0]}"'
    return Body(chunks, {"Content-Disposition": saved, "X-Total-Count": str(total)})


def _document(item_id: str, engine: Engine) -> int:
    """Return the document with an id.

    Raises:
        Problem: No item has it.
    """
    if (document := engine.find(item_id)) is None:
        raise Problem(HTTPStatus.NOT_FOUND, message("web.no_item", item_id=shortened(item_id)), "id")
    return document


class Download(StreamingResponse):
    """A response whose parts are made in turns of the pool, as fast as its client reads them.

    No thread waits for the client, and at most the share of an address is sent to it at a time; further
    downloads wait. If the client is gone, the items are no longer read.

    Args:
        chunks: The content.
        pool: The pool.
        client: The client.
        response: The arguments of the response.
    """

    def __init__(self, chunks: Iterator[bytes], pool: Pool, client: Client, **response: Any) -> None:
        super().__init__((), **response)
        self._chunks, self._pool, self._client = chunks, pool, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - of ASGI
        """Send the response."""
        client, run = self._client, self._pool.run
        try:
            async with self._pool.downloads(client.address):
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                while scope["method"] != "HEAD" and not client.is_gone():
                    if not (part := await run(self._part, client, begun=True)):
                        break
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        finally:
            with suppress(ValueError):  # a thread still makes a part
                cast("Generator[bytes, None, Any]", self._chunks).close()

    def _part(self) -> bytes:
        """Make the next part; an empty one after the last."""
        made, size = [], 0
        for chunk in self._chunks:
            made.append(chunk)
            size += len(chunk)
            if size >= PART:
                break
        return b"".join(made)
