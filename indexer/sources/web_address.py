"""Parse the URLs of pages and feeds."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from indexer.errors import SourceError, message
from indexer.item import MAX_VALIDATOR_LENGTH
from indexer.runtime import NamedTuple, late_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.item import Validators


_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://|https?:", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = late_pattern(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_CONTROL: Final = late_pattern(r"[\x00-\x1f\x7f]")
_USER: Final = late_pattern(r"//[^/?#]*@")
_SECRET: Final = late_pattern(
    r"(?:key|token|secret|passw(?:or)?d|pwd|pass|auth|authorization|sig|signature|credentials?|session|sid|jwt)$"
)
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~|^`{}"  # characters that browsers send unencoded
_SHOWN: Final = 200  # characters of an invalid address in a message


class Address(NamedTuple):
    """A web URL.

    Attributes:
        scheme: ``http`` or ``https``.
        host: The host name in ASCII or the IP address, without brackets.
        port: The port.
        path: The path, percent-encoded; at least ``/``.
        query: The query, percent-encoded; empty if there is none.
        user: The credentials ``user:password``; ``None`` if there are none.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str
    user: str | None

    @property
    def origin(self) -> tuple[str, str, int]:
        """The origin (scheme, host and port), which alone gets the credentials."""
        return self.scheme, self.host, self.port

    @property
    def host_and_port(self) -> str:
        """The host, with the port unless it is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """The request target: path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The URL without the credentials."""
        return f"{self.scheme}://{self.host_and_port}{self.target}"

    @property
    def public_query(self) -> str:
        """The query of the URL, without keys, tokens and other secrets."""
        pairs = [pair for pair in self.query.split("&") if pair and not _is_secret(pair)]
        return "?" + "&".join(pairs) if pairs else ""

    @property
    def has_secrets(self) -> bool:
        """Whether the query contains keys, tokens or other secrets."""
        return any(map(_is_secret, self.query.split("&")))

    @property
    def public_url(self) -> str:
        """The URL without credentials, keys and other secrets, which is stored and shown."""
        return f"{self.scheme}://{self.host_and_port}{self.path}{self.public_query}"

    @property
    def name(self) -> str:
        """The name of the source in the index: host, path and query."""
        return f"{PurePosixPath(self.host_and_port + self.path)}{self.public_query}"

    @property
    def file_name(self) -> str:
        """The last part of the path, whose suffix may show the kind of source."""
        return unquote(self.path.rpartition("/")[2])

    def resolve(self, link: str) -> Address:
        """Return the URL of a link on the page, without the page's credentials.

        Raises:
            SourceError: The link is not a web URL.
        """
        try:
            # http.client decodes headers as Latin-1, but servers may send UTF-8.
            sent = quote(link.encode("latin-1", "replace"), safe=_SAFE)
            joined = urljoin(self.url, sent)
        except ValueError:
            joined = link
        return parse_address(joined)._replace(user=None)


def is_address(path: str | Path) -> bool:
    """Return whether a source is a URL, by its scheme."""
    return isinstance(path, str) and _ADDRESS.match(path.lstrip()) is not None


def remove_credentials(path: str | Path) -> str:
    """Return the path of a source, or its URL without credentials."""
    if not is_address(path):
        return str(path)
    try:
        return parse_address(str(path)).public_url
    except SourceError:
        return _hide_secrets(str(path))


def parse_address(text: str) -> Address:
    """Parse a URL.

    Raises:
        SourceError: The text is not a URL, or not a web URL.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
        host = host if host.isascii() else host.encode("idna").decode().lower()
    except ValueError:
        raise SourceError(message("web_source.no_host", text=_hide_secrets(text))) from None
    if parts.scheme == "file":
        raise SourceError(message("web_source.file", text=_hide_secrets(text)))
    if parts.scheme not in _PORTS:
        raise SourceError(message("web_source.cannot_fetch", text=_hide_secrets(text)))
    if _CONTROL.search(text) or "\\" in parts.netloc or not _HOST.fullmatch(host):
        raise SourceError(message("web_source.no_address", text=_hide_secrets(text)))
    if len(text) > MAX_VALIDATOR_LENGTH:
        raise SourceError(
            message("web_source.too_long", text=_hide_secrets(text), max_length=MAX_VALIDATOR_LENGTH)
        )
    user, at, _ = parts.netloc.rpartition("@")
    path, query = (quote(part, safe=_SAFE) for part in (parts.path, parts.query))
    port = _PORTS[parts.scheme] if port is None else port
    return Address(parts.scheme, host, port, path or "/", query, unquote(user) if at else None)


def _is_secret(pair: str) -> bool:
    return _SECRET.search(unquote(pair.partition("=")[0]).lower()) is not None


def _hide_secrets(text: str) -> str:
    text = _USER.sub("//", text).partition("?")[0]
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Visits:
    """The HTTP validators (ETag and Last-Modified) of pages, from the previous and the current write.

    Attributes:
        unchanged: The names of sources whose pages have not changed.
    """

    def __init__(self, before: Iterable[Validators] = ()) -> None:
        self._before = {one.address: one for one in before}
        self._now = dict(self._before)
        self.unchanged: list[str] = []

    def known(self, address: str, reading: str) -> Validators | None:
        """Return the validators of a page.

        The result is ``None`` if the page was never read, or was last read with other options. ``reading`` is
        the digest of the current options.
        """
        found = self._before.get(address)
        return found if found is not None and found.reading == reading else None

    def note_unchanged(self, name: str) -> None:
        """Record that the page of a source has not changed."""
        if name not in self.unchanged:
            self.unchanged.append(name)

    def note(self, validators: Validators, *, keep: bool) -> None:
        """Replace the validators of a page; if ``keep`` is false, only remove its old validators."""
        self._now.pop(validators.address, None)
        if keep and (validators.etag or validators.modified) and validators.is_sound():
            self._now[validators.address] = validators

    def validators(self) -> tuple[Validators, ...]:
        """Return the validators to store for the next update, sorted by URL."""
        return tuple(self._now[address] for address in sorted(self._now))
