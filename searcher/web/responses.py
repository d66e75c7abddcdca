"""Build responses: headers, entity tags, errors, static files.

The headers keep pages of other sites from reading, embedding or controlling a response.

``/items/ID`` is the page of an item, ``/items/ID.json`` the item as JSON. An id may itself end in ``.json``,
such as a file name or a URL. To be unambiguous, the URL of its page has an additional slash at the end.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache, lru_cache
from gzip import compress
from hashlib import blake2b, sha256
from http import HTTPStatus
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.responses import Response

from indexer.errors import Message, message, name_message
from indexer.runtime import NamedTuple
from searcher import __version__
from searcher.present import open_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from searcher.facet_values import FacetValue
    from searcher.present import Writer


class Body(NamedTuple):
    """The body of a response.

    Attributes:
        text: The text of the body, or the chunks of a download.
        headers: Additional headers of the response.
    """

    text: str | Iterator[bytes]
    headers: Mapping[str, str] = {}


def write_body(form: str, file: str, write: Callable[[Writer], None], **headers: str) -> Body:
    """Return the output of a command as the body of a response.

    Args:
        form: The format of the output.
        file: The name under which browsers save a CSV response, without ``.csv``.
        write: The function that writes the output, called with a writer for the format.
        headers: Additional headers of the response.
    """
    out = StringIO()
    write(open_writer(form, out, color=False, width=0))
    saved = {"Content-Disposition": f'attachment; filename="{file}.csv"'} if form == "csv" else {}
    return Body(out.getvalue(), headers | saved)


PROBLEM: Final = "application/problem+json"
_POLICY: Final = (
    "default-src 'none'; style-src {}; {}img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def content_policy(styles: str = "'self'", *, scripts: bool = False) -> str:
    """Return a content security policy."""
    return _POLICY.format(styles, "script-src 'self'; connect-src 'self'; " if scripts else "")


ALWAYS: Final = {
    "Content-Security-Policy": content_policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGE: Final = {**ALWAYS, "Content-Security-Policy": content_policy(scripts=True)}
"""The headers of pages."""


def problem_response(problem: Problem) -> Response:
    """Return an error as a response with problem details in JSON (RFC 9457)."""
    headers = {**ALWAYS, "Cache-Control": "no-store", **problem.headers}
    return Response(problem.to_json(), problem.status, headers, PROBLEM)


LANGUAGES: Final = ("en", "es", "fr")  # languages of the page


@lru_cache(256)
def reader_languages(accepted: str) -> tuple[str, ...]:
    """Return the languages that a browser accepts, the preferred one first.

    If Dragoman has none of these, return English.
    """
    found: dict[str, float] = {}
    for name, weight in _parse_weights(accepted):
        language = name.partition("-")[0]
        if language in LANGUAGES and weight:
            found[language] = max(weight, found.get(language, 0.0))
    return tuple(sorted(found, key=lambda language: -found[language])) or LANGUAGES[:1]


@lru_cache(256)
def takes_gzip(accepted: str) -> bool:
    """Return whether a client accepts gzip."""
    weights = dict(_parse_weights(accepted))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


@cache
def _brotli() -> Any:
    """Return the Brotli module, or None if it is not installed."""
    with suppress(ImportError):
        return import_module("brotli")
    return None


@lru_cache(256)
def content_coding(accepted: str) -> str:
    """Return the best compression that a client accepts: ``br``, ``gzip`` or an empty string."""
    weights = dict(_parse_weights(accepted))
    if _brotli() and weights.get("br", 0.0) > 0 and weights["br"] >= weights.get("gzip", 0.0):
        return "br"
    return "gzip" if takes_gzip(accepted) else ""


def compress_body(content: bytes, coding: str) -> bytes:
    """Compress a body."""
    if coding == "br":
        packed: bytes = _brotli().compress(content, quality=4)
        return packed
    from isal import igzip

    return igzip.compress(content, 1)


def _parse_weights(header: str) -> list[tuple[str, float]]:
    """Parse a header whose values have weights, such as ``es, en;q=0.5``."""
    found = []
    for part in header[:1_000].lower().split(","):
        name, *rest = [one.strip() for one in part.split(";")]
        weight = 1.0
        for one in rest:
            if one.startswith("q="):
                try:
                    weight = float(one[2:])
                except ValueError:
                    weight = 0.0
        if name:
            found.append((name, weight))
    return found


def entity_tag(*parts: str | bytes) -> str:
    """Return an entity tag for the version of the program and other values.

    Such a tag (ETag) changes if the response may have changed. It is weak, because responses with the same
    tag may differ in compression and in the time that they report.
    """
    digest = blake2b(__version__.encode(), digest_size=12)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b" % (len(data), data))
    return f'W/"{digest.hexdigest()}"'


def matches_tag(header: str, tag: str) -> bool:
    """Return whether a client already has the response with a tag.

    ``header`` is the value of the request's ``If-None-Match`` header.
    """
    opaque = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == opaque for one in header.split(","))


class Problem(Exception):  # noqa: N818 - the term of RFC 9457
    """An error response to a request.

    Attributes:
        status: The HTTP status.
        detail: One sentence with the remedy.
        parameter: The name of the invalid parameter, or ``None`` if the error is not about a parameter.
        headers: Additional headers of the response.
        narrower: If a query has too many matches, the values of each facet with which to filter the query.
        typed: The note that a form submitted, to be shown again. ``None`` if no form was submitted.
    """

    def __init__(
        self, status: int, detail: str, parameter: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.headers = headers or {}
        self.narrower: Mapping[str, Sequence[FacetValue]] = {}
        self.typed: str | None = None

    def to_json(self) -> bytes:
        """Return the error as JSON."""
        title = HTTPStatus(self.status).phrase
        record = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}
        record |= {"parameter": self.parameter} if self.parameter else {}
        return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")


def invalid_parameter(parameter: str, detail: str) -> Problem:
    """Return the error for an invalid parameter."""
    if isinstance(detail, Message):
        named = name_message(f"parameter.{parameter}", parameter)
        values = {name: named if value == parameter else value for name, value in detail.values.items()}
        detail = message(detail.key, **values)
    return Problem(HTTPStatus.BAD_REQUEST, detail, parameter)


_JSON: Final = ".json"


def page_path(item_id: str) -> str:
    """Return the URL path of an item's page."""
    return f"/items/{quote(item_id, safe='')}{'/' if _seems_json(item_id) else ''}"


def json_path(item_id: str) -> str:
    """Return the URL path of an item as JSON."""
    return f"/items/{quote(item_id, safe='')}{_JSON}"


def page_id(name: str) -> str:
    """Return the id in the path of an item's page."""
    return name.removesuffix("/") if _seems_json(name) else name


def _seems_json(name: str) -> bool:
    return name.rstrip("/").endswith(_JSON)


FOLDER: Final = Path(__file__).parent / "static"
MEDIA: Final = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
}


class StaticFile(NamedTuple):
    """A static file that the server sends unchanged.

    Attributes:
        path: The URL path: ``/static/page.01234567.css``.
        media: The media type, such as ``text/css``.
        content: The bytes of the file.
        packed: The bytes of the file, compressed with gzip.
    """

    path: str
    media: str
    content: bytes
    packed: bytes


@cache
def static_files() -> dict[str, StaticFile]:
    """Return all static files by name."""
    found = {}
    for file in sorted(FOLDER.iterdir()):
        if file.suffix in MEDIA:
            content = file.read_bytes()
            path = f"/static/{file.stem}.{sha256(content).hexdigest()[:8]}{file.suffix}"
            found[file.name] = StaticFile(path, MEDIA[file.suffix], content, compress(content, mtime=0))
    return found
