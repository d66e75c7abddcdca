"""Fetch the content of a URL."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final, cast
from zlib import crc32

from urllib3.exceptions import HTTPError

from indexer.errors import SourceError, message, message_of, reason
from indexer.item import Validators
from indexer.runtime import NamedTuple
from indexer.sources.encoding import convert_to_utf8, is_binary, stated_charset
from indexer.sources.stream import HEAD_BYTES, Blob
from indexer.sources.web_address import parse_address
from indexer.sources.web_connection import (
    basic_authorization,
    connect,
    fault_in_words,
    limit_duration,
    status_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3.response import HTTPResponse

    from indexer.sources.source import ReadOptions, Source
    from indexer.sources.web_address import Address


_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({429, 503})
_CHUNK_SIZE: Final = 1 << 16  # bytes
_SHORTEST: Final = 0.01  # the minimum timeout of a step in seconds, even if no time is left
_PACKED: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_FAULTS: Final = (OSError, HTTPError, HTTPException)


class Bounds(NamedTuple):
    """The limits for fetching a page or a feed.

    Attributes:
        size: The maximum number of decompressed bytes.
        silence: The maximum number of seconds without a byte.
        whole: The maximum number of seconds in total, including redirects and pauses.
        pause: The longest ``Retry-After`` to wait for, in seconds; each fetch has at most one retry.
        redirects: The maximum number of redirects.
    """

    size: int = 64 << 20
    silence: float = 30.0
    whole: float = 120.0
    pause: float = 30.0
    redirects: int = 5


BOUNDS: Final = Bounds()


@dataclass
class Fetcher:
    """Fetches a URL and follows redirects.

    It retries once if the server requests a pause.

    Attributes:
        address: The URL to fetch.
        file: The file to write the response to.
        known: The HTTP validators of an earlier response, so that unchanged content is not sent again.
            ``None`` to fetch the content in any case.
        allow_private: Whether the URL and its redirects may lead to private hosts.
        bounds: The limits on the size of the response and on the time.
    """

    address: Address
    file: BinaryIO
    known: Validators | None = None
    allow_private: bool = field(default=False, kw_only=True)
    bounds: Bounds = field(default=BOUNDS, kw_only=True)
    _redirects: int = field(default=0, init=False)
    _paused: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Start measuring the time."""
        self._address = self.address  # the current URL, which redirects change
        self._end = time.monotonic() + self.bounds.whole

    def fetch(self) -> tuple[Address, HTTPResponse] | None:
        """Fetch the URL.

        Returns:
            The final URL after redirects, and the response. ``None`` if the page is unchanged since it was
            last read.

        Raises:
            SourceError: The page cannot be fetched.
        """
        while True:
            pause = 0.0
            conditions = self._conditions()
            with self._answer(conditions) as response:
                if response.status == 304 and conditions:
                    return None
                if response.status == 200:
                    self._save_body(response)
                    return self._address, response
                if response.status in _MOVED:
                    self._follow(_header(response, "Location"))
                else:
                    pause = self._pause(response)
            time.sleep(pause)

    @contextmanager
    def _answer(self, conditions: dict[str, str]) -> Iterator[HTTPResponse]:
        """Send the request, yield the response, and close the connection at the end of the block."""
        address = self._address
        silence = max(min(self.bounds.silence, self._end - time.monotonic()), _SHORTEST)
        with self._one_line_errors():
            route = connect(address, silence, allow_private=self.allow_private)
        headers = {"Host": address.host_and_port, "User-Agent": _user_agent()}
        headers |= {"Accept": "*/*", "Accept-Encoding": "gzip"}
        if address.user is not None:
            headers["Authorization"] = basic_authorization(address.user)
        headers |= route.headers | conditions
        target = address.url if route.to_proxy else address.target
        with limit_duration(route.connection, self._end - time.monotonic()), ExitStack() as opened:
            with self._one_line_errors():
                route.connection.request("GET", target, headers=headers, preload_content=False)
                response = route.connection.getresponse()
                opened.callback(response.close)
            yield response

    def _conditions(self) -> dict[str, str]:
        """Return the headers with which the server can answer that the page is unchanged."""
        known = self.known
        if known is None or known.answered != self._address.public_url:
            return {}
        declared = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        return {name: value for name, value in declared.items() if value}

    def _save_body(self, response: HTTPResponse) -> None:
        """Write the body of a response to the file."""
        packed = _header(response, "Content-Encoding").lower()
        if packed not in _PACKED:
            raise self._error(message("web_source.other_encoding", encoding=packed[:40]))
        stated = _header(response, "Content-Length")
        size = int(stated) if stated.isdecimal() and len(stated) < 20 else 0
        left = self.bounds.size
        while size <= self.bounds.size:
            with self._one_line_errors():
                part = response.read(_CHUNK_SIZE)
            if not part:
                return
            left -= len(part)
            if left < 0:
                break
            try:
                self.file.write(part)
            except OSError as error:
                raise self._error(message("web_source.cannot_keep", reason=reason(error))) from None
        raise self._error(message("web_source.too_large", size=self.bounds.size >> 20))

    def _follow(self, link: str) -> None:
        """Follow a redirect to a link."""
        self._redirects += 1
        if not link:
            raise self._error(message("web_source.redirect_without_address"))
        if self._redirects > self.bounds.redirects:
            raise self._error(message("web_source.too_many_redirects", most=self.bounds.redirects))
        with self._one_line_errors():
            following = self._address.resolve(link)
        if self._address.scheme == "https" and following.scheme == "http":
            raise self._error(message("web_source.https_to_http", address=following.public_url))
        if following.origin == self.address.origin:
            following = following._replace(user=self.address.user)
        self._address = following

    def _pause(self, response: HTTPResponse) -> float:
        """Return the number of seconds that the server requests to wait before a retry.

        Raises:
            SourceError: The server requests no pause, or too long a pause.
        """
        reported = status_in_words(response.status)
        seconds = _retry_after(_header(response, "Retry-After"))
        if response.status not in _BUSY or seconds is None:
            raise self._error(reported)
        if self._paused or seconds > min(self.bounds.pause, self._end - time.monotonic()):
            raise self._error(message("web_source.asks_to_wait", reason=reported, seconds=round(seconds)))
        self._paused = True
        return seconds

    @contextmanager
    def _one_line_errors(self) -> Iterator[None]:
        """Convert network errors to one-line messages."""
        try:
            yield
        except SourceError as error:
            raise self._error(message_of(error)) from None
        except _FAULTS as error:
            raise self._error(self._describe_timeout() or fault_in_words(error)) from error
        if slow := self._describe_timeout():  # the timeout closes the connection, which looks like its end
            raise self._error(slow)

    def _describe_timeout(self) -> str:
        if time.monotonic() < self._end:
            return ""
        return message("web_source.too_slow", seconds=f"{self.bounds.whole:g}")

    def _error(self, what: str) -> SourceError:
        address, hop = self.address.public_url, ""
        if self._address.public_url != address:
            hop = message("web_source.leads_to", address=self._address.public_url)
        key = "web_source.fault_of" if what.startswith(("its ", "a ")) else "web_source.fault"
        return SourceError(message(key, address=address, hop=hop, fault=what))


def _header(response: HTTPResponse, header: str) -> str:
    return response.headers.get(header, "").strip()


def _modification_time(response: HTTPResponse) -> str:
    """Return the time at which a page last changed, or an empty text if it is too recent to be reliable."""
    modified = _header(response, "Last-Modified")
    changed, sent = _moment(modified), _moment(_header(response, "Date"))
    return "" if changed is None or (sent is not None and (sent - changed).total_seconds() < 1) else modified


def _retry_after(text: str) -> float | None:
    """Parse a ``Retry-After`` header (seconds or a time) as seconds, or return ``None`` if it is invalid."""
    if text.isdecimal() and len(text) < 10:
        return float(text)
    moment = _moment(text)
    return None if moment is None else max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _user_agent() -> str:
    try:
        return f"Dragoman/{version('dragoman')}"
    except PackageNotFoundError:  # a checkout
        return "Dragoman"


_IN_MEMORY: Final = 4 << 20  # bytes; longer content is written to a temporary file


@contextmanager
def fetch_url(text: str, options: ReadOptions, bounds: Bounds = BOUNDS) -> Iterator[Blob | None]:
    """Fetch a URL.

    Args:
        text: The URL as typed.
        options: The options for reading, including earlier validators and whether private hosts are allowed.
        bounds: The limits on the size of the content and on the time.

    Yields:
        The content; ``None`` if it has not changed since it was last read.

    Raises:
        SourceError: The URL cannot be fetched.
    """
    address = parse_address(text)
    reading = _digest(options)
    # Validators are stored by URL without secret parts, which is then ambiguous: store none for such a URL.
    visits = None if address.has_secrets else options.visits
    known = visits.known(address.public_url, reading) if visits else None
    with SpooledTemporaryFile(_IN_MEMORY) as spool:
        file = cast("BinaryIO", spool)
        page = Fetcher(address, file, known, allow_private=options.allow_private, bounds=bounds).fetch()
        if page is None:
            if visits:
                visits.note_unchanged(address.name)
            yield None
            return
        final, response = page
        if visits:
            etag, modified = _header(response, "ETag"), _modification_time(response)
            declared = Validators(address.public_url, final.public_url, etag, modified, reading)
            visits.note(declared, keep=not final.has_secrets)
        if charset := stated_charset(_header(response, "Content-Type")):
            _encode(file, charset)

        def rewind() -> BinaryIO:
            file.seek(0)
            return file

        blob = Blob(address.name, address.public_url, rewind, keep_open=True)
        yield blob._replace(unpacked_name=address.file_name, url=final.public_url)


def set_url(source: Source, url: str) -> Source:
    """Set the URL of the items of a page that state none.

    Records that Dragoman exported are unchanged, because each states its URL, or that it has none.
    """
    if source.lines is not None:
        return source
    return replace(source, items=(item if item.url else item._replace(url=url) for item in source.items))


def _encode(file: BinaryIO, charset: str) -> None:
    """Convert fetched text to UTF-8 from the charset that the server states."""
    file.seek(0)
    data = file.read()
    if not is_binary(data[:HEAD_BYTES]) and (text := convert_to_utf8(data, charset)) is not data:
        file.seek(0)
        file.truncate()
        file.write(text)


def _digest(options: ReadOptions) -> str:
    """Return a digest of the options that affect a page's items; if it changes, the page is read again."""
    read_by: tuple[object, ...] = (options.kind, options.columns, options.include, options.exclude)
    if options.skip_embargoed:
        read_by = (*read_by, "skip_embargoed")
    return f"{crc32(repr(read_by).encode()):08x}"
