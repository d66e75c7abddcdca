"""Decide by token, host name and origin which requests are answered.

The server only responds to requests for its own host names. Otherwise another site could point its name to
this computer's IP address (DNS rebinding), and its scripts could read the responses.

A reader opens a link with the token once, which sets a cookie; a script sends the token in the
``Authorization`` header.
"""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from hashlib import blake2b
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import AddressValueError, IPv6Address, ip_address
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import Response

from indexer.errors import DragomanError, message, reason
from indexer.runtime import NamedTuple
from searcher.web.responses import ALWAYS, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

COOKIE: Final = "dragoman"
PARAMETER: Final = "token"  # parameter of the link that sets the cookie
SHORTEST: Final = 16  # minimum characters of a token
OPEN: Final = frozenset({"/healthz"})  # paths that need no token
_COOKIE_LIFETIME: Final = 60 * 60 * 24 * 90  # lifetime of the cookie in seconds


def normalize_origin(origin: str) -> str:
    """Return an origin in the form that browsers send.

    Raises:
        DragomanError: The text is not an origin.
    """
    parts = urlsplit(origin.strip().lower())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise DragomanError(message("web.invalid_origin", origin=origin))
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise DragomanError(message("web.invalid_origin", origin=origin))
    return f"{parts.scheme}://{parts.netloc}"


def read_token(file: str) -> str:
    """Read the secret token of a server from a file.

    Raises:
        DragomanError: The file cannot be read, or its text is not a token.
    """
    try:
        token = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DragomanError(message("web.cannot_read", file=file, reason=reason(error))) from None
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise DragomanError(message("web.invalid_token", file=file, shortest=SHORTEST))
    return token


def token_of(place: str, folder: Path) -> str:
    """Return the secret token that requests for an index need.

    The token is created on first use, in a file that only the user can read.

    Args:
        place: The absolute path of the index folder, or the URL of the index.
        folder: The folder of the files with tokens.

    Raises:
        DragomanError: The folder cannot be written.
    """
    file = folder / f"{blake2b(os.fsencode(place), digest_size=12).hexdigest()}.token"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(token_urlsafe(24))
    except FileExistsError:
        pass
    except OSError as error:
        raise DragomanError(message("web.cannot_keep_token", file=file, reason=reason(error))) from None
    return read_token(str(file))


_HOST: Final = re.compile(
    r"(?P<name>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{0,5}))?"
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SECONDS: Final = 1.0  # the time limit for a name server to return the full name of this computer


class Hosts(NamedTuple):
    """The host names that the server accepts.

    Attributes:
        names: Host names and IP addresses in the form of :func:`parse_host`.
        network: Whether to also accept any IP address and any ``.local`` name, because neither can be the
            name of a web site.
    """

    names: frozenset[str]
    network: bool = False

    def accept(self, name: str) -> bool:
        """Return whether the server accepts requests for a host name."""
        if name in self.names:
            return True
        return self.network and (name.endswith(".local") or _is_address(name))


def parse_host(host: str) -> tuple[str, str] | None:
    """Parse the value of a ``Host`` header.

    Returns:
        The name in lower case without a trailing dot, and the port or an empty string. An IPv6 address is in
        brackets and in its shortest form. None if the value is malformed.
    """
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return None
    name = found["name"].removesuffix(".")
    if name.startswith("["):
        try:
            name = f"[{IPv6Address(name[1:-1])}]"
        except AddressValueError:
            return None
    return name, found["port"] or ""


def accepted_hosts(host: str, bound: str, base_url: str | None, allowed: tuple[str, ...]) -> Hosts:
    """Return the host names that a server accepts.

    Args:
        host: The value of ``--host``.
        bound: The IP address that the server listens on.
        base_url: The public URL of the server behind a proxy, or ``None`` without a proxy.
        allowed: Additional names from ``--allowed-host``.

    Raises:
        DragomanError: One of ``allowed`` is not a host name.
    """
    names = set(_LOOPBACK)
    for name in allowed:
        normal = _normalize_host(name)
        if normal is None:
            raise DragomanError(message("web.invalid_host", name=name))
        names.add(normal)
    if base_url and (parsed := parse_host(urlsplit(base_url).netloc)):
        names.add(parsed[0])
    network = not ip_address(bound).is_loopback
    own = [host, bound, *(_computer_names() if network else ())]
    return Hosts(frozenset(names.union(filter(None, map(_normalize_host, own)))), network)


def _normalize_host(name: str) -> str | None:
    """Return a typed host name in the form that browsers send, or None if it is invalid."""
    with suppress(ValueError):
        address = ip_address(name.strip("[]"))
        return str(address) if address.version == 4 else f"[{address}]"
    labels = [
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in normalize("NFKC", name).lower().split(".")
    ]
    parsed = parse_host(".".join(labels))
    return parsed[0] if parsed and name.isprintable() and ":" not in name else None


def _computer_names() -> list[str]:
    """Return the names of this computer, without waiting for a slow name server."""
    name = socket.gethostname()
    names = [name, name.partition(".")[0]]
    asking = Thread(target=lambda: names.append(socket.getfqdn()), daemon=True)
    asking.start()
    asking.join(_SECONDS)
    return list(names)


def _is_address(name: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(name.strip("[]")))
    return False


class Access:
    """Checks the token of requests, and decides which origins may read responses."""

    def __init__(self, token: str | None, origins: frozenset[str] = frozenset()) -> None:
        self._token = token
        self.origins = origins
        self._cookie = blake2b((token or "").encode(), digest_size=24).hexdigest()  # a digest, not the token

    def redirect(self, path: str, query: bytes, *, site: str, secure: bool) -> Response | None:
        """Return a redirect that replaces the token of a URL by a cookie.

        Return ``None`` if the URL contains no token or a wrong one, or if the server has no token.

        Args:
            path: The requested path, relative to ``site``.
            query: The query string.
            site: The path of the site, without a slash at the end.
            secure: Whether browsers send the cookie only over https.
        """
        if self._token is None or f"{PARAMETER}=".encode() not in query:
            return None
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in pairs if name == PARAMETER]
        if len(given) != 1 or not _equal(given[0], self._token):
            return None
        rest = urlencode([pair for pair in pairs if pair[0] != PARAMETER])
        clean = f"{site}/{quote(path.lstrip('/'))}"  # two leading slashes would name another server
        headers = {"Location": f"{clean}?{rest}" if rest else clean, "Cache-Control": "no-store"}
        response = Response(None, HTTPStatus.SEE_OTHER, ALWAYS | headers)
        response.set_cookie(
            COOKIE,
            self._cookie,
            _COOKIE_LIFETIME,
            path=f"{site}/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def require(self, path: str, sent: Iterable[tuple[bytes, bytes]]) -> None:
        """Check that a request has the token.

        ``sent`` are the headers of the request.

        Raises:
            Problem: The request has neither the cookie nor the token.
        """
        if self._token is None or path in OPEN:
            return
        headers = dict(sent)
        scheme, _, given = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() == "bearer" and _equal(given.strip(), self._token):
            return
        cookies = headers.get(b"cookie", b"").decode("latin-1").split(";")
        if any(_equal(one.strip(), f"{COOKIE}={self._cookie}") for one in cookies):
            return
        raise Problem(
            HTTPStatus.UNAUTHORIZED, message("web.no_token"), headers={"WWW-Authenticate": "Bearer"}
        )

    def headers_for(self, origin: str) -> dict[str, str]:
        """Return the headers that let pages of an origin read a response.

        Return no headers for an origin that is not in ``origins``.
        """
        if origin not in self.origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Headers": "Authorization",
            "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Vary": "Origin",
        }


def _equal(given: str, wanted: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), wanted.encode())
