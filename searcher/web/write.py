"""Change tags, collections and notes on behalf of readers, for ``serve --write``.

Only this module of the server calls the indexer's writers. A form is only accepted from a page of this
server: :mod:`searcher.web.gate` has checked the host, ``Sec-Fetch-Site``, ``Origin`` and the archive's token.
Here, the form token must belong to the session cookie, which browsers do not send with cross-site requests.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections import defaultdict
from hmac import compare_digest, digest
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

from starlette.responses import Response
from starlette.routing import Route

from indexer.annotations import NO_ANNOTATIONS, AnnotationChange, normalise_change
from indexer.errors import DragomanError, Message, MissingItemError, message, message_of
from indexer.location import annotate
from indexer.option_tables import CORRECTIONS_FILE
from indexer.sources.encoding import clean
from indexer.store.corrections.correction import AnnotationRequest
from indexer.store.corrections.correction_lines import MAX_LENGTH
from searcher.query.limits import shorten_line
from searcher.searcher import Searcher
from searcher.web.page.annotation_forms import note_digest
from searcher.web.page.links import Writing
from searcher.web.parameters import read_params
from searcher.web.pool import retry_problem
from searcher.web.responses import ALWAYS, Problem, page_id, page_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from searcher.web.generations import Generations, Serving
    from searcher.web.page.links import PageContext
    from searcher.web.pool import Pool

COOKIE: Final = "dragoman-form"
FORM: Final = "application/x-www-form-urlencoded"
MAX_BODY: Final = 1 << 18  # bytes; the longest note, with twelve bytes per encoded character
MAX_FIELDS: Final = 1_100  # fields of a form: the hits of the longest page, and others
WAIT = 5.0  # maximum seconds to wait for another writer
SAVED: Final = b"saved="  # last parameter of the URL after a change: the number of items
_SESSION: Final = re.compile(r"[\w-]{32}", re.ASCII)
_LOCKED: Final = frozenset({"store.locked", "cluster.locked", "cluster.lock_lost", "corrections.locked"})
_TAG_SEPARATOR: Final = re.compile("[,;]")  # no tag has these characters
_NOTE: Final = ("note", "before")
_FIELDS: Final = frozenset({*AnnotationChange._fields, "before", "who", "id", "do"})

Fields = dict[str, list[str]]


class Writers:
    """Handles the forms that change the index."""

    def __init__(self, serving: Serving, generations: Generations, pool: Pool) -> None:
        self._serving, self._generations, self._pool = serving, generations, pool
        self._key = (serving.token or serving.form_key or token_urlsafe()).encode()
        self._turn = asyncio.Lock()  # forms of one process are handled in order
        self.routes = [
            Route("/search", self._endpoint(self._change_selected), methods=["POST"]),
            Route("/items/{item_id:path}", self._endpoint(self._item), methods=["POST"]),
        ]

    def add_forms(self, request: Request, context: PageContext) -> tuple[PageContext, dict[str, str]]:
        """Return the context of a page with forms, and additional headers for the response.

        A reader without a session gets one. The number of items that the previous form changed is moved from
        the URL to the context.
        """
        given = request.cookies.get(COOKIE, "")
        session = given if _SESSION.fullmatch(given) else token_urlsafe(24)
        site, origin = request.scope["state"]["site"]
        # Without a referrer browsers would send the origin "null".
        headers = {"Referrer-Policy": "same-origin", "Cache-Control": "private, no-cache"}
        if session != given:
            secure = "; Secure" if origin.startswith("https:") else ""
            headers["Set-Cookie"] = f"{COOKIE}={session}; Path={site}/; HttpOnly; SameSite=Strict{secure}"
        query, saved = split_saved_count(request.scope["query_string"])
        request.scope["query_string"] = query
        return context._replace(writing=Writing(self._form_token(session), saved)), headers

    def _form_token(self, session: str) -> str:
        return digest(self._key, f"form:{session}".encode(), "sha256").hex()

    def _endpoint(
        self, handle: Callable[[Request, Fields], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that checks a form before it calls ``handle``."""

        async def endpoint(request: Request) -> Response:
            fields: Fields = {}
            try:
                fields = await _form_of(request)
                self._require_token(request, "".join(fields.pop("form", ())))
                return await handle(request, fields)
            except Problem as problem:
                problem.typed = _first_value(fields, "note") or ""
                raise

        return endpoint

    def _require_token(self, request: Request, given: str) -> None:
        """Check that the token in a form belongs to the session of the request.

        Raises:
            Problem: The token belongs to another session, or the request has no session.
        """
        session = request.cookies.get(COOKIE, "")
        token = self._form_token(session).encode() if _SESSION.fullmatch(session) else b""
        if not (token and compare_digest(given.encode("utf-8", "replace"), token)):
            raise Problem(HTTPStatus.FORBIDDEN, message("web.old_form"))

    async def _item(self, request: Request, fields: Fields) -> Response:
        """Change the tags, the collections and the note of an item, and return to its page."""
        item_id = page_id(request.path_params["item_id"])
        read_params(split_saved_count(request.scope["query_string"])[0])  # checks the URL to return to
        changed = await self._change(fields, [item_id])
        return self._back(request, page_path(item_id), changed)

    async def _change_selected(self, request: Request, fields: Fields) -> Response:
        """Change tags and collections of selected hits, or open the page with their citations."""
        params = read_params(split_saved_count(request.scope["query_string"])[0])
        ids = [*dict.fromkeys(fields.pop("id", ()))]
        if fields.pop("do", []) == ["cite"]:
            chosen = params.appearance().query_string("/cite", id=tuple(ids))
            return _redirect(f"{request.scope['state']['site'][0]}/cite?{chosen}")
        if not ids:
            raise Problem(HTTPStatus.BAD_REQUEST, message("web.nothing_ticked"))
        changed = await self._change({name: fields[name] for name in fields if name not in _NOTE}, ids)
        return self._back(request, "/search", changed)

    def _back(self, request: Request, path: str, changed: int) -> Response:
        """Return a redirect to a page, which then shows how many items were changed."""
        query = split_saved_count(request.scope["query_string"])[0].decode("latin-1")
        query = f"{query}&{SAVED.decode()}{changed}".lstrip("&")
        return _redirect(f"{request.scope['state']['site'][0]}{path}?{quote(query, safe='%&=+~!$()*,;:@/?')}")

    async def _change(self, fields: Fields, ids: list[str]) -> int:
        """Change items in a thread, one form at a time, and open the new generation.

        Returns the number of items that have changed.

        Raises:
            Problem: The change is invalid, another writer is still running, or the index cannot be written.
        """
        try:
            async with asyncio.timeout(self._serving.seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise retry_problem(message("web.locked")) from None
        try:
            changed = await asyncio.shield(asyncio.to_thread(self._run, fields, ids))
        finally:
            self._turn.release()
        await self._generations.open_changed(self._pool)
        return changed

    def _run(self, fields: Fields, ids: list[str]) -> int:
        """Change items, and return how many have changed.

        Raises:
            Problem: The change failed.
        """
        place = self._serving.place
        try:
            change = change_of(fields, notes=self._serving.notes)
            if change == AnnotationChange():
                return 0

            def selected() -> list[str]:  # the index is locked while this runs
                if change.note is not None:
                    _require_note(place, ids[0], (_first_value(fields, "before") or "").partition("-")[0])
                return ids

            who = " ".join(clean(_first_value(fields, "who") or "").split())[:MAX_LENGTH]
            # By default, corrections are next to the index, not in the server's working folder.
            default = str(Path(place).absolute().with_name(CORRECTIONS_FILE))
            request = AnnotationRequest(change, who, wait=WAIT, default=default)
            return annotate(place, selected, request).annotated
        except DragomanError as error:
            raise _problem_of(error) from None


def change_of(fields: Fields, *, notes: bool) -> AnnotationChange:
    """Return the change that a form requests.

    Raises:
        DragomanError: A value is invalid.
        Problem: A field is unknown.
    """
    if unknown := sorted(fields.keys() - _FIELDS):
        raise Problem(HTTPStatus.BAD_REQUEST, message("web.unknown_field", name=shorten_line(unknown[0])))
    given: dict[str, Any] = {name: fields.get(name, []) for name in AnnotationChange._fields[:4]}
    for name in ("tags", "collections"):
        typed = [one.strip() for text in given[name] for one in _TAG_SEPARATOR.split(text)]
        given[name] = [*filter(None, typed)]
    change = normalise_change(given | ({"note": _first_value(fields, "note")} if notes else {}))
    shown = (_first_value(fields, "before") or "").partition("-")[2]
    is_same = change.note is not None and note_digest(change.note) == shown
    return change._replace(note=None) if is_same else change


def _require_note(place: str, item_id: str, digest: str) -> None:
    """Check that an item still has the note that the page of the form showed.

    ``digest`` is the :func:`~searcher.web.page.annotation_forms.note_digest` of that note.

    Raises:
        Problem: Someone else has changed the note.
    """
    with Searcher(place) as searcher:
        found = searcher.ask(lambda answerer: answerer.engine.annotations([item_id]))
    if note_digest(found.get(item_id, NO_ANNOTATIONS).note) != digest:
        raise Problem(HTTPStatus.CONFLICT, message("web.note_changed"))


def _problem_of(error: DragomanError) -> Problem:
    """Return the error response for a change that failed."""
    detail = message_of(error)
    key, values = (detail.key, detail.values) if isinstance(detail, Message) else ("", {})
    if isinstance(error, MissingItemError):
        return Problem(HTTPStatus.NOT_FOUND, message("web.no_item", **values), "id")
    if key in _LOCKED:
        return retry_problem(message("web.locked"))
    if key.startswith("annotations."):
        return Problem(HTTPStatus.BAD_REQUEST, detail)
    reference = token_hex(4)
    sys.stderr.write(f"dragoman: {reference}: {error}\n")
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, message("web.not_saved", reference=reference))


def _first_value(fields: Fields, name: str) -> str | None:
    return next(iter(fields.get(name, ())), None)


async def _form_of(request: Request) -> Fields:
    """Read a form.

    Raises:
        Problem: The body has another type or is too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message("web.no_form", media=FORM))
    content = bytearray()
    length = request.headers.get("content-length", "")
    too_large = length.isdecimal() and int(length) > MAX_BODY
    if not too_large:
        async for chunk in request.stream():
            content += chunk
            if too_large := len(content) > MAX_BODY:
                break
    if too_large:
        detail = message("web.form_too_large", most=MAX_BODY >> 10)
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers={"Connection": "close"})
    return parse_form(bytes(content))


def parse_form(body: bytes) -> Fields:
    """Parse the body of a form.

    Raises:
        Problem: The body is not UTF-8, or has too many fields.
    """
    fields: Fields = defaultdict(list)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise Problem(HTTPStatus.BAD_REQUEST, message("web.invalid_form", most=MAX_FIELDS)) from None
    for name, value in pairs:
        fields[name].append(value.replace("\r\n", "\n"))
    return fields


def split_saved_count(query: bytes) -> tuple[bytes, int | None]:
    """Split a query string that may end with the number of changed items.

    Returns:
        The query string without the number, and the number, or ``None`` if there is none.
    """
    rest, _, last = query.rpartition(b"&")
    number = last.removeprefix(SAVED)
    if number == last or not number.isdigit() or len(number) > 9:
        return query, None
    return rest, int(number)


def _redirect(address: str) -> Response:
    """Return a redirect to a page."""
    headers = {**ALWAYS, "Location": address, "Cache-Control": "no-store"}
    return Response(None, HTTPStatus.SEE_OTHER, headers)
